"""What the claims of this lesson share: their tolerances, the two bumps of its examples, and runs backwards."""

import numpy as np

from course_lib.kernels.denoising import reversal
from course_lib.learn import Bias, Errors
from course_lib.lessons.denoising.paths import TARGET as BUMPS
from course_lib.shared.estimates import mean_and_error

Measurement = tuple[float, float]

MEAN = Errors(0)  # the bound is on the mean itself; its standard error is shown and nothing is forgiven
AS_IT_IS = Bias(0.0, "nothing is random, and the bound leaves the room")
ROOM = Bias(0.0, "the bound leaves the room that so many draws need")
BLOCKS = 40
GRID = np.linspace(-14, 14, 5601)  # of clean values, to integrate over


def normal(n: int, rng: np.random.Generator) -> np.ndarray:
    """n standard normals, one in each row."""
    return rng.standard_normal((n, 1))


def in_blocks(values: np.ndarray) -> Measurement:
    """Mean of independent values and its error, from the means of 40 blocks."""
    return mean_and_error(values[: len(values) // BLOCKS * BLOCKS].reshape(BLOCKS, -1).mean(axis=1))


def sent_back(
    rng: np.random.Generator,
    alpha: float,
    *,
    steps: int = 300,
    walkers: int = 20_000,
    T: float = 5.0,
    score: reversal.Score | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Normal points, and where the reverse process of the two bumps (or another score) takes them."""
    y = normal(walkers, rng)
    last = reversal.brought_back(
        y, reversal.times(T, 1e-3, steps), score or reversal.mixture_score(BUMPS), alpha, rng=rng
    )
    return y[:, 0], last[:, 0]
