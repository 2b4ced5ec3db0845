"""Make the stored sweep of lesson 03 anew: `python -m course_lib.author.make_scaling`, some three minutes.

A run that was broken off goes on where it stopped: the seeds that are whole in the file are not trained again. So
delete the file first if a setting has changed.
"""

import csv
import os
import platform
from datetime import date
from pathlib import Path

from tqdm import tqdm

import course_lib  # noqa: F401  (the number of threads, before numpy)

HEAD = ("width", "parametrisation", "log2_eta", "seed", "loss")
SEEDS = range(10, 15)  # not those of the playground, so that a reader's runs are new ones
CARD = """\
# Loss of a network of three layers against its learning rate, at four widths

- **What**: the training loss after {steps} steps of Adam, in two parametrisations (standard; maximal update).
- **Made by**: `python -m course_lib.author.make_scaling`, seeds {first} to {last}, on {date}.
- **Machine**: {machine}, {cores} cores, one thread; numpy {numpy}. Other machines may round otherwise.
- **Network**: 64 pixels, two hidden layers of tanh, 10 digits, no biases; base width {base}; batches of {batch}.
- **Digits**: the 1797 of scikit-learn (Alpaydin and Kaynak, UCI repository, 1998; CC BY 4.0). None is stored here.
- **Licence**: CC BY 4.0.

| column | means | unit |
|---|---|---|
| width | neurons in each of the two hidden layers | neurons |
| parametrisation | how first weights and learning rates go with the width | |
| log2_eta | log2 of the learning rate at the base width | |
| seed | of numpy's default generator, for first weights and batches | |
| loss | cross-entropy of all 1797 digits after the last step | nats per digit |
"""


def main() -> None:
    """Train what is missing; then write the card."""
    import numpy as np

    from course_lib.kernels.scaling import digit_network, widths
    from course_lib.lessons.scaling.widths import BOTH, DATA, LOG2_ETAS, STEPS, WIDTHS

    DATA.parent.mkdir(parents=True, exist_ok=True)
    settings = WIDTHS, LOG2_ETAS, BOTH, STEPS
    n = len(WIDTHS) * len(LOG2_ETAS) * len(BOTH)
    rows = whole_seeds(DATA, n)
    for seed in tqdm([seed for seed in SEEDS if str(seed) not in {row[3] for row in rows}], unit="seed"):
        runs = widths.sweep(*settings, rng=np.random.default_rng(seed))
        rows += [
            [run.d, run.parametrisation, run.log2_eta, seed, f"{run.loss:.5g}"]
            for run in tqdm(runs, total=n, unit="run", leave=False)
        ]
        write(DATA, rows)
    card = CARD.format(
        steps=STEPS,
        first=SEEDS[0],
        last=SEEDS[-1],
        date=date.today().isoformat(),
        machine=platform.machine(),
        cores=os.cpu_count(),
        numpy=np.__version__,
        base=digit_network.BASE,
        batch=digit_network.BATCH,
    )
    DATA.with_suffix(".md").write_text(card, encoding="utf-8")


def whole_seeds(path: Path, n: int) -> list[list[str]]:
    """The rows of every seed that has all its n runs."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    seeds = [row[3] for row in rows]
    return [row for row in rows if seeds.count(row[3]) == n]


def write(path: Path, rows: list[list]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEAD, *rows])


if __name__ == "__main__":
    main()
