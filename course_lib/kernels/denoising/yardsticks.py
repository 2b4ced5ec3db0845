"""Yardsticks for a learnt score: how far it is from the exact one, and its samples from the data.

Symbols   x, y  clean and noisy data (n, 1); or points of two kinds (n, d) and (m, d)
          s     score, as a function of points and time
          p     law of the data: a Mixture of Gaussians
          t     time, in units of 1/kappa
          n     number of points
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable, whole

from .checks import Points, points
from .mixtures import Mixture, mixture, samples
from .mixtures import score as score_of
from .noise import at_time
from .reversal import Score, answered

BLOCK = 500  # rows of a table of distances that are made at a time
ENOUGH = 31  # points that give a mean a standard error that may be trusted


def moons_mixture(parts: int = 100) -> Mixture:
    """Two half circles, blurred by a tenth of their radius, of mean 0 and variance 1 in each direction.

    So many Gaussians along each stand so close that no one can tell; and as a mixture their score is known exactly.
    """
    parts, _, _ = affordable(whole(parts, "Parts of a moon", least=20), 2, 4)
    angle = np.pi * (np.arange(parts) + 0.5) / parts
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    mu = np.vstack([upper, [1, 0.5] - upper])
    size = np.sqrt(mu.var(axis=0) + 0.01)
    return mixture(
        np.ones(2 * parts), (mu - mu.mean(axis=0)) / size, np.tile(np.diag(0.01 / size**2), (2 * parts, 1, 1))
    )


def two_moons(n: int, *, rng: np.random.Generator) -> Points:
    """n points (n, 2) of the two moons."""
    return samples(moons_mixture(), n, rng=rng)


def circle(n: int) -> Points:
    """n points (n, 2) evenly on the unit circle: data that fill no area."""
    n, _ = affordable(whole(n, "The number of points n"), 2)
    angle = 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angle), np.sin(angle)])


def score_error(s: Score, p: Mixture, t: float, *, n: int, rng: np.random.Generator) -> float:
    """sqrt(E|s - s_exact|^2 / E|s_exact|^2) over n points drawn from p_t: 0 for the score itself, 1 for no score.

    Args:
        s: the score to be judged, as a function (y, t) -> (n, d).
        p: law of the clean data, a Mixture.
        t: time, from 0 on.
        n: number of points.
    Raises: Refusal where these are no such things.
    """
    p_t = at_time(p, t)
    y = samples(p_t, whole(n, "The number of points n"), rng=rng)
    exact = score_of(y, p_t)
    return float(np.linalg.norm(answered(s, "The score", y, t, y.shape) - exact) / np.linalg.norm(exact))


def energy_distance(x: ArrayLike, y: ArrayLike) -> float:
    """2 E|x - y| - E|x - x'| - E|y - y'|: zero for equal laws only. Each mean is over pairs of different points.

    Being an unbiased estimate it may be negative. Source: Szekely and Rizzo, J. Stat. Plan. Inference 143, 1249 (2013).
    """
    x = points(x, "The first points")
    y = points(y, "The other points", d=x.shape[1])
    n, m = len(x), len(y)
    require(min(n, m) > 1, "An energy distance wants two points or more of each kind.")
    return 2 * _distances(x, y) / (n * m) - _distances(x, x) / (n * (n - 1)) - _distances(y, y) / (m * (m - 1))


class Binned(NamedTuple):
    """In each bin: the mean of y and of x, the standard error of the latter, and how many points there are."""

    y: Float[np.ndarray, " bins"]
    x: Float[np.ndarray, " bins"]
    error: Float[np.ndarray, " bins"]
    count: Int[np.ndarray, " bins"]


def binned_regression(y: ArrayLike, x: ArrayLike, edges: ArrayLike, least: int = ENOUGH) -> Binned:
    """E[x | y] in one dimension by mere averaging: the mean of x over all y between two edges.

    Args:
        y, x: one number in each row (n, 1).
        edges: of the bins, rising. Points beyond the outermost count nowhere.
        least: bins with fewer points are left out.
    Raises: Refusal where edges do not rise, or no bin is left.
    """
    y, x = points(y, "The noisy data", d=1)[:, 0], points(x, "The clean data", d=1)[:, 0]
    require(len(y) == len(x), f"Each y has its x: there are {len(y)} and {len(x)}.")
    edges, least = plain(edges, float, "Edges are numbers."), whole(least, "Points of a bin", least=2)
    require(edges.ndim == 1 and len(edges) > 1 and bool((np.diff(edges) > 0).all()), "Edges of bins rise, from two on.")
    bins = len(edges) + 1  # the first and the last hold what lies beyond
    of = np.searchsorted(edges, y, side="right")
    count = np.bincount(of, minlength=bins)
    y_mean, x_mean = (np.bincount(of, v, minlength=bins) / np.maximum(count, 1) for v in (y, x))
    squares = np.bincount(of, (x - x_mean[of]) ** 2, minlength=bins)
    kept = np.flatnonzero(count[1:-1] >= least) + 1
    require(len(kept) > 0, f"No bin holds {least} points.")
    n = count[kept]
    return Binned(y_mean[kept], x_mean[kept], np.sqrt(squares[kept] / (n * (n - 1))), n)


def _distances(x: Points, y: Points) -> float:
    """The sum of |x_i - y_j| over all pairs, some rows at a time."""
    return float(sum(cdist(x[i : i + BLOCK], y).sum() for i in range(0, len(x), BLOCK)))
