"""Make the stored networks of lesson 04 anew: `python -m course_lib.author.make_denoising`, some fifteen seconds."""

import os
import platform
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from tqdm import tqdm

import course_lib  # noqa: F401  (the number of threads, before numpy)

if TYPE_CHECKING:
    from course_lib.kernels.denoising.stored import Stored

SEED = 10  # not one of the playground's, so that a reader's networks are new ones
SIGMA = 0.6  # of the table on the card
CARD = """\
# Networks that take the noise off digits, in pairs that have seen no image in common

- **What**: the weights of {count} networks without biases, as 16-bit numbers: for each n, one trained on n digits
  and one on n others.
- **Made by**: `python -m course_lib.author.make_denoising`, seed {seed}, on {date}.
- **Machine**: {machine}, {cores} cores, one thread; numpy {numpy}. Other machines may round otherwise.
- **Network**: 64 pixels, two hidden layers of {width} rectified neurons, 64 pixels; no biases.
- **Training**: {steps} steps of Adam on batches of {batch}, at a rate that falls from {eta} to zero in a straight line;
  noise levels from {least} to {most}, their logarithm uniform.
- **Digits**: the 1797 of scikit-learn (Alpaydin and Kaynak, UCI repository, 1998; CC BY 4.0), each pixel less its mean
  and over 8. None is stored here, but where they lie in the shuffle.
- **Licence**: CC BY 4.0.

| array | means | shape |
|---|---|---|
| W_1, W_2, W_3 | layers, which act from the right; by n, then by half | 5, 2, inputs, outputs |
| n | images in each half: the first n of the shuffled digits, and the last n | 5 |
| order | the shuffle: rows of scikit-learn's digits | 1797 |

Mean square a pixel at noise level {sigma}, on the {unseen} digits that no network has seen:

| n | error of the one | error of the other | between the two | error of the best linear denoiser of the one's digits |
|---|---|---|---|---|
{table}
"""


def main() -> None:
    """Train all; then write the weights and the card, both of which are ready before a file is touched."""
    import numpy as np

    from course_lib.kernels.denoising import network
    from course_lib.kernels.denoising.stored import DATA, SIZES, of_arrays, stored_networks
    from course_lib.shared.digits import centred_digits

    rng = np.random.default_rng(SEED)
    order = rng.permutation(len(centred_digits()))
    halves = [network.both_ends(centred_digits()[order], n) for n in SIZES]
    trained = []
    for x in tqdm([x for pair in halves for x in (pair.one, pair.other)], unit="network"):
        *_, last = network.training(x, network.initial_weights(rng=rng), rng=rng)
        trained.append(last.W)
    layers = {
        name: np.stack([getattr(W, name) for W in trained]).astype(np.float16).reshape(len(SIZES), 2, *first.shape)
        for name, first in zip(network.Weights._fields, trained[0])
    }
    said = card(of_arrays(list(layers.values()), SIZES, order))
    DATA.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(DATA, n=np.array(SIZES), order=order.astype(np.int16), **layers)
    DATA.with_suffix(".md").write_text(said, encoding="utf-8")
    stored_networks.cache_clear()


def card(stored: "Stored") -> str:
    """What the networks are, how they were made and how well they do."""
    import numpy as np

    from course_lib.kernels.denoising import network

    return CARD.format(
        count=2 * len(stored.networks),
        seed=SEED,
        date=date.today().isoformat(),
        machine=platform.machine(),
        cores=os.cpu_count(),
        numpy=np.__version__,
        width=network.WIDTH,
        steps=network.STEPS,
        batch=network.BATCH,
        eta=network.ETA,
        least=network.SIGMAS[0],
        most=network.SIGMAS[1],
        sigma=SIGMA,
        unseen=len(stored.halves(min(stored.networks)).unseen),
        table="\n".join(f"| {n} | {' | '.join(f'{error:.3f}' for error in row)} |" for n, *row in errors(stored)),
    )


def errors(stored: "Stored") -> Iterator[tuple[float, ...]]:
    """The rows of the card's table: of the networks as they are stored, all on the same noisy digits."""
    import numpy as np

    from course_lib.kernels.denoising.filters import linear_denoiser
    from course_lib.kernels.denoising.network import denoised

    for n, pair in stored.networks.items():
        x, _, unseen = stored.halves(n)
        y = unseen + SIGMA * np.random.default_rng(SEED).standard_normal(unseen.shape)
        one, other = (denoised(W, y) for W in pair)
        linear = linear_denoiser(y, x, SIGMA)
        yield n, *(((a - b) ** 2).mean() for a, b in ((one, unseen), (other, unseen), (one, other), (linear, unseen)))


if __name__ == "__main__":
    main()
