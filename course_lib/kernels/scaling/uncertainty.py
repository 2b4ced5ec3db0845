"""What a fit does not know: intervals, profiles, and the valley along which nothing is determined.

Symbols   N, D, L  parameters, tokens and loss of each run
          theta  (ln A, ln B, ln E, alpha, beta)
          delta  where the Huber penalty of a log residual turns from a parabola into a line
          a      exponent of the best size, beta/(alpha + beta)
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.stats import chi2

from course_lib.core import require
from course_lib.shared.arrays import plain

from .fits import DELTA, as_theta, compiled, fit_law, log_residuals, to_pivot
from .huber import descend
from .law import Law, Runs, positive, size_exponent

NAMES = {"E": 2, "alpha": 3, "beta": 4}  # what can be held, and where it stands in theta


class Interval(NamedTuple):
    """From low to high."""

    low: float
    high: float


def interval(values: ArrayLike, share: float = 0.95) -> Interval:
    """The middle share of the values: the percentile interval of a bootstrap. Source: Efron (1979)."""
    require(0 < share < 1, f"A share lies between 0 and 1: got {share}.")
    low, high = np.quantile(np.asarray(values, float), [(1 - share) / 2, (1 + share) / 2])
    return Interval(float(low), float(high))


def exponent_error(
    N: Float[np.ndarray, " n"], D: Float[np.ndarray, " n"], L: Float[np.ndarray, " n"], picks: Int[np.ndarray, "R n"]
) -> float:
    """Standard error of a = beta/(alpha + beta) by the bootstrap: the spread (ddof=1) of a over R resamples.

    picks: each row names the runs of one resample. Source: Efron (1979).
    """
    a = [size_exponent(fit_law(Runs(N[drawn], D[drawn], L[drawn])).law) for drawn in picks]
    return float(np.std(a, ddof=1))


def error_if_independent(laws: Law) -> float:
    """What the standard error of a would be if alpha and beta were not correlated: a (1 - a) sqrt(s_alpha^2/alpha^2 +
    s_beta^2/beta^2).
    """
    a = size_exponent(laws).mean()
    apart = np.hypot(laws.alpha.std(ddof=1) / laws.alpha.mean(), laws.beta.std(ddof=1) / laws.beta.mean())
    return float(a * (1 - a) * apart)


def profile(runs: Runs, name: str, values: ArrayLike, delta: float = DELTA) -> Float[np.ndarray, " k"]:
    """The least sum of penalties with one parameter (E, alpha or beta) held at each value, all others free."""
    require(name in NAMES, f"A profile holds E, alpha or beta: got {name!r}.")
    values = np.atleast_1d(positive(values, name))
    held = np.log(values) if name == "E" else values
    start, p = as_theta(fit_law(runs, delta).law), compiled(runs)
    free = np.ones(5)
    free[NAMES[name]] = 0
    starts = to_pivot(np.tile(start, (len(held), 1)), p)
    starts[:, NAMES[name]] = held
    return np.array([descend(theta, free, p.x, p.y, p.z, np.ones(len(p.x)), delta)[0] for theta in starts])


def valley(runs: Runs, log_A: ArrayLike, alpha: ArrayLike, delta: float = DELTA) -> Float[np.ndarray, "m k"]:
    """The least sum of penalties with ln A (rows) and alpha (columns) held, B, beta and E free."""
    log_A, alpha = plain(log_A, np.float64, "ln A is a number."), plain(alpha, np.float64, "alpha is a number.")
    start, p = as_theta(fit_law(runs, delta).law), compiled(runs)
    free, ones = np.array([0.0, 1.0, 1.0, 0.0, 1.0]), np.ones(len(p.x))
    found = np.empty((len(log_A), len(alpha)))
    for i, j in np.ndindex(found.shape):
        theta = start.copy()
        theta[0], theta[3] = log_A[i], alpha[j]
        found[i, j] = descend(to_pivot(theta[None], p)[0], free, p.x, p.y, p.z, ones, delta)[0]
    return found


def profile_rise(runs: Runs, law: Law, share: float = 0.95, held: int = 1, delta: float = DELTA) -> float:
    """How far the sum of penalties may rise above its least value inside an interval of this confidence.

    chi^2/2 times mean(psi^2) / (n-density of residuals within delta), psi the slope of the penalty: for least squares
    (no residual beyond delta) that is the familiar sigma^2 chi^2/2.
    Source: Schrader and Hettmansperger, Biometrika 67, 93 (1980).
    """
    r = log_residuals(runs, law)
    psi = np.clip(r, -delta, delta)
    width = max(delta, 1.06 * 1.4826 * np.median(np.abs(r)) * len(r) ** -0.2)  # a window that holds enough residuals
    inside = (np.abs(r) < width).mean() * min(1.0, delta / width)  # mean of psi', smoothed
    require(inside > 0, "Too few residuals lie near zero to say how sharp the minimum is.")
    return float(chi2.ppf(share, held) / 2 * (psi**2).mean() / inside)
