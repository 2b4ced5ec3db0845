"""A training set passing by block after block, each point weighed for each query: what every exact kernel sums over.

For y = signal x_i + sigma z, with one training point i as likely as the other, it was point i with weight

    r_i = exp(-|y - signal x_i|^2 / 2 sigma^2) / sum_j exp(-|y - signal x_j|^2 / 2 sigma^2)

|y|^2 is common to all and left out; the rest is one matrix product. The sums are kept relative to the nearest point so
far, so that nothing overflows. Source: Milakov and Gimelshein, arXiv:1805.02867 (2018).

Symbols   y      noisy points (m, d)
          x      training points (n, d)
          sigma  noise level
          r      weight of each training point; here not yet divided by the sum of all
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import rows

QUERIES, POINTS = 256, 1024  # of a block: its weights stay in the cache, and a matrix product runs at full speed
BYTES = 2**21  # of a block of training points, at most


class Training(NamedTuple):
    """Checked points, as they came and not copied; and their mean."""

    x: np.ndarray
    mean: Float[np.ndarray, " d"]


class Block(NamedTuple):
    """Weights of some training points for some queries, relative to the nearest point so far.

    A sum over earlier blocks has to be multiplied by `fade` first: they were relative to a point further away.
    """

    queries: slice
    first: int  # the training point of the first column
    r: Float[np.ndarray, "queries points"]
    fade: Float[np.ndarray, "queries 1"]
    x: Float[np.ndarray, "points d"]  # less the mean


def blocks(y: np.ndarray, x: Training, signal: float, sigma: float) -> Iterator[Block]:
    """All weights of y = signal x + sigma z, some points at a time and for these some queries at a time.

    The nearest point goes out before sigma^2 divides: at any level its weight is exp(0). A block of training points is
    prepared once, and is held with one block of weights: memory does not grow with n.
    """
    kind = precision(y, x)
    per_variance = kind(np.clip(1 / sigma / sigma, np.finfo(kind).tiny, np.finfo(kind).max))
    best = np.full((len(y), 1), -np.inf, kind)
    size = max(64, min(POINTS, BYTES // (y.shape[1] * kind().nbytes)))
    for first in range(0, len(x.x), size):
        points = np.subtract(x.x[first : first + size], x.mean, dtype=kind)
        half_squares = np.vecdot(points, points) * kind(signal**2 / 2)
        for start in range(0, len(y), QUERIES):
            some = slice(start, start + QUERIES)
            queries = np.subtract(y[some], signal * x.mean, dtype=kind)
            nearness = (kind(signal) * queries) @ points.T  # (queries, points)
            nearness -= half_squares
            nearest = np.maximum(best[some], nearness.max(axis=1, keepdims=True))
            fade = _exponential(best[some] - nearest, per_variance)
            nearness -= nearest
            best[some] = nearest
            yield Block(some, first, _exponential(nearness, per_variance), fade, points)


def checked_training_set(x: ArrayLike) -> Training:
    """Raises: Refusal unless they are finite numbers, one point in each row."""
    x = _table(x, "The training points")
    with np.errstate(over="ignore", invalid="ignore"):
        mean = x.mean(axis=0, dtype=np.float64)
    require(bool(np.isfinite(mean).all()), "The training points: some coordinates are infinite or not a number.")
    return Training(x, mean)


def checked_queries(y: ArrayLike, x: Training) -> np.ndarray:
    """Raises: Refusal unless they are finite numbers, one point in each row, as wide as the training points."""
    y, d = _table(y, "The noisy points"), len(x.mean)
    require(y.shape[1] == d, f"The noisy points have {y.shape[1]} coordinates, the training points {d}.")
    finite = all(np.isfinite(y[i : i + POINTS]).all() for i in range(0, len(y), POINTS))
    require(finite, "The noisy points: some coordinates are infinite or not a number.")
    return y


def precision(y: np.ndarray, x: Training) -> type[np.floating]:
    """32 bits where all points come in them, else 64."""
    return np.float32 if y.dtype == x.x.dtype == np.float32 else np.float64


def _table(points: ArrayLike, name: str) -> np.ndarray:
    points = rows(points)
    require(points.dtype.kind in "biuf", f"{name}: numbers are needed.")
    require(points.ndim == 2, f"{name}: one point in each row, an array of shape (n, d), x[:, None] in one dimension.")
    require(points.size > 0, f"{name}: there are none.")
    return points


@np.errstate(over="ignore")  # an exponent of minus infinity is a weight of 0
def _exponential(exponent: np.ndarray, factor: np.floating) -> np.ndarray:
    """exp(factor * exponent), in place."""
    exponent *= factor
    return np.exp(exponent, out=exponent)
