"""Runs that were never trained: a law that is known, losses that scatter about it, laid out as laboratories lay theirs.

Symbols   N, D   parameters and tokens of each run
          C      compute, 6 N D, in FLOP
          L      loss, in nats per token
          noise  relative scatter of the losses
"""

import numpy as np
from jaxtyping import Float

from course_lib.core import require
from course_lib.shared.numbers import number, whole

from .checks import Runs, positive
from .law import PER_TOKEN, Law, compute_optimal, loss

# The nine budgets of the IsoFLOP runs of Hoffmann et al. (2022), figure 3, in FLOP; their smallest and largest model.
BUDGETS = np.array([6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21])
SMALLEST, LARGEST = 44e6, 16e9
NOISE = 0.0058  # the scatter at which the objective of a fit is that of Besiroglu et al. (2024), 0.00102


def isoflop_layout(law: Law, budgets: Float[np.ndarray, " budgets"], sizes: int, around: tuple[float, float]) -> Runs:
    """Runs without noise: at each budget so many sizes, in a row of equal ratios around the best one.

    around: the smallest and the largest of the row, over the best size.
    """
    sizes, budgets = whole(sizes, "Sizes at each budget"), np.atleast_1d(positive(budgets, "Budgets"))
    around = positive(around, "The ends of a row of sizes")
    require(np.shape(around) == (2,), "A row of sizes has two ends: the smallest and the largest, over the best.")
    best = compute_optimal(np.repeat(budgets, sizes), law).N
    N = best * np.tile(np.geomspace(*around, sizes), len(budgets))
    D = np.repeat(budgets, sizes) / (PER_TOKEN * N)
    return Runs(N, D, loss(N, D, law))


def chinchilla_layout(law: Law, noise: float = NOISE, *, rng: np.random.Generator) -> Runs:
    """243 runs laid out like Chinchilla's: nine budgets with 27 sizes each, none outside 44 million to 16 billion.

    The losses scatter by a factor exp(noise z), z standard normal.
    """
    ideal = isoflop_layout(law, BUDGETS, 27, (0.3, 3.5))
    N = np.clip(ideal.N, SMALLEST, LARGEST)
    D = ideal.N * ideal.D / N
    return scattered(Runs(N, D, loss(N, D, law)), noise, rng=rng)


def scattered(runs: Runs, noise: float, *, rng: np.random.Generator) -> Runs:
    """The same runs, each loss times exp(noise z)."""
    noise = number(noise, "The scatter of the logarithms of losses, such as 0.005", zero=True)
    return runs._replace(L=runs.L * np.exp(noise * rng.normal(size=runs.L.shape)))


def with_outliers(runs: Runs, count: int, factor: float, *, rng: np.random.Generator) -> Runs:
    """The same runs, the losses of `count` of the smallest fifth of models (such as diverged) times a factor."""
    count, factor = whole(count, "Outliers", least=0), number(factor, "Their factor")
    require(count <= len(runs.N), f"There are {len(runs.N)} runs, too few for {count} outliers.")
    small = np.argsort(runs.N)[: max(len(runs.N) // 5, count)]
    hit = rng.choice(small, count, replace=False)
    L = runs.L.copy()
    L[hit] *= factor
    return runs._replace(L=L)
