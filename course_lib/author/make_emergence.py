"""Make the stored sequence models of lesson 05 anew: `python -m course_lib.author.make_emergence`, some 15 minutes.

Runs that a broken-off call left in the file of curves are not trained again. So delete it first if a setting has
changed. The models themselves, all of the first seed, are always trained.
"""

import csv
import os
import platform
from collections.abc import Iterator
from datetime import date

from tqdm import tqdm

import course_lib  # noqa: F401  (the number of threads, before numpy)

SEEDS = range(10, 15)  # not those of the claims, so that what a reader measures is new
HEAD = ("experiment", "compositions", "seed", "step", "loss", "seen", "held_out")
SEEN = {"transformer": (6, 10, 14, 20, 30), "LSTM": (6, 20, 50), "direct": (20,), "leaked": (20,)}  # compositions
CARD = """\
# Sequence models that compose functions, or fail to; and their learning curves

- **What**: the weights of {count} models, as 16-bit numbers; learning curves of these settings and more, {seeds} seeds.
- **Made by**: `python -m course_lib.author.make_emergence`, seeds {first} to {last} (the models: {first}), on {date}.
- **Machine**: {machine}, {cores} cores, one thread; numpy {numpy}, torch {torch}. Other machines may round otherwise.
- **Task**: {depth} positions with {K} bijections each, the first of them the identity; words of {length} letters out
  of {v}; {all} compositions. Functions and splits are drawn anew for each seed.
- **Models**: causal transformer, {layers} layers, width {d}, {heads} heads, {t_size} weights; long short-term memory,
  {N} neurons, {l_size} weights. No biases in the transformer.
- **Training**: AdamW on batches of {batch}, at a rate that rises in {warm} steps and falls to zero in a straight line;
  transformer {t.steps} steps at {t.eta}, long short-term memory {l.steps} at {l.eta}.
- **Licence**: CC BY 4.0. All data are made by the script.

sequences.npz: tables (depth, K, v): what each function makes of each letter; length of a word; for each model its
weights, by name, and which of all prompts it has seen, as packed bits. The models: transformer, LSTM, direct and
leaked, as below with 20 compositions; few, a transformer with 6. sequences.csv:

| column | means | unit |
|---|---|---|
| experiment | transformer, LSTM: step by step; direct: transformer; leaked: LSTM, prompts held out one by one | |
| compositions | compositions seen; leaked: as many prompts as they have, of all compositions | |
| seed | of numpy's default generator, for task, split, first weights and batches | |
| step | steps of training | |
| loss | mean cross-entropy of a token of the answer since the last row | nats |
| seen, held_out | share of {probed} prompts, drawn anew, whose whole answer is right | |

At the end of training, mean over seeds (least, most):

| experiment | compositions | loss | seen | held out |
|---|---|---|---|---|
{table}

Five seeds do not show the whole spread. Of the transformer with 20 compositions these are lucky ones: trained apart, at
seeds 0 to 9 it ended between 0.89 and 1.00 of all prompts held out; with 30, at seeds 0 to 4, at 1.00 each time.
"""


def main() -> None:
    """Train what is missing; then write the weights and the card."""
    import numpy as np

    from course_lib.kernels.emergence import stored

    stored.FOLDER.mkdir(parents=True, exist_ok=True)
    rows, arrays = curves_there(), {}
    for run in tqdm(list(runs()), unit="run"):
        names = [name for name, kept in stored.KEPT.items() if (*kept, SEEDS[0]) == run]
        there = [row for row in rows if row[:3] == [str(part) for part in run]]
        if there and not names:
            continue
        task, split, points = trained(*run)
        rows = [row for row in rows if row not in there]
        rows += [[*map(str, run), p.step, *(f"{y:.4g}" for y in (p.loss, p.seen, p.held_out))] for p in points]
        write(rows)
        for name in names:
            arrays |= {"tables": task.tables.astype(np.int8), "length": task.length}
            arrays |= {f"{name}.{field}": w.astype(np.float16) for field, w in points[-1].W._asdict().items()}
            arrays[f"{name}.seen"] = np.packbits(seen_mask(task, split))
    np.savez_compressed(stored.MODELS, **arrays)
    stored.stored_models.cache_clear()
    stored.stored_curves.cache_clear()
    stored.MODELS.with_suffix(".md").write_text(card(), encoding="utf-8")


def runs() -> Iterator[tuple[str, int, int]]:
    """Experiment, compositions seen and seed."""
    return ((name, seen, seed) for seed in SEEDS for name, counts in SEEN.items() for seen in counts)


def trained(name: str, seen: int, seed: int) -> tuple:
    """The task, the split and the points of a training."""
    import numpy as np

    from course_lib.kernels.emergence import composed, sequence_models, stored

    setting = stored.EXPERIMENTS[name]
    rng = np.random.default_rng(seed)
    task = composed.random_task(rng=rng)
    words = task.tables.shape[-1] ** task.length
    split = (
        composed.by_sample(task, words * seen, rng=rng)
        if setting.by_sample
        else composed.by_composition(task, seen, rng=rng)
    )
    W = sequence_models.untrained(setting.kind, task, setting.write, rng=rng)
    every = sequence_models.RECIPES[setting.kind].steps // 40
    states = sequence_models.training(W, task, split.seen, write=setting.write, every=every, rng=rng)
    probing = np.random.default_rng([seed, 1])  # other draws, so that looking changes no training
    return task, split, list(sequence_models.learning_curve(task, split, states, write=setting.write, rng=probing))


def seen_mask(task, split):
    """Which of all prompts are seen."""
    import numpy as np

    depth, K, v = task.tables.shape
    shape = (K,) * depth + (v,) * task.length
    mask = np.zeros(np.prod(shape), bool)
    mask[np.ravel_multi_index(np.hstack(split.seen).T, shape)] = True
    return mask


def curves_there() -> list[list]:
    """The rows of every run in the file."""
    from course_lib.kernels.emergence.stored import CURVES

    if not CURVES.exists():
        return []
    with CURVES.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def write(rows: list[list]) -> None:
    from course_lib.kernels.emergence.stored import CURVES

    with CURVES.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEAD, *rows])


def card() -> str:
    """What the models are, how they were made and how well they do."""
    import numpy as np
    import torch

    from course_lib.kernels.emergence import attention, recurrent, sequence_models, sequence_training, stored

    models = stored.stored_models()
    task = models["transformer"].task
    depth, K, v = task.tables.shape
    return CARD.format(
        count=len(models),
        seeds=len(SEEDS),
        first=SEEDS[0],
        last=SEEDS[-1],
        date=date.today().isoformat(),
        machine=platform.machine(),
        cores=os.cpu_count(),
        numpy=np.__version__,
        torch=torch.__version__,
        depth=depth,
        K=K,
        v=v,
        all=K**depth,
        length=task.length,
        layers=attention.LAYERS,
        d=attention.WIDTH,
        heads=attention.HEADS,
        N=recurrent.NEURONS,
        t_size=sum(w.size for w in models["transformer"].W),
        l_size=sum(w.size for w in models["LSTM"].W),
        t=sequence_models.RECIPES[attention.Transformer],
        l=sequence_models.RECIPES[recurrent.Lstm],
        batch=sequence_training.BATCH,
        warm=sequence_training.WARM,
        probed=sequence_models.PROBED,
        table="\n".join(ends()),
    )


def ends() -> Iterator[str]:
    """The rows of the card's table."""
    from course_lib.kernels.emergence.stored import stored_curves

    last: dict[tuple[str, int], list] = {}
    for (name, seen, _), curve in stored_curves().items():
        last.setdefault((name, seen), []).append((curve.loss[-1], curve.seen[-1], curve.held_out[-1]))
    for (name, seen), runs in sorted(last.items()):
        cells = [f"{sum(x) / len(x):.3f} ({min(x):.3f}, {max(x):.3f})" for x in zip(*runs)]
        yield f"| {name} | {seen} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
