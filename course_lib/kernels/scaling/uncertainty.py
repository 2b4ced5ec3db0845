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
from course_lib.shared.numbers import number, whole

from .checks import Runs, checked_runs, positive
from .fits import DELTA, as_theta, compiled, fit_law, log_residuals, to_pivot
from .huber import descend
from .law import Law, size_exponent

NAMES = {"E": 2, "alpha": 3, "beta": 4}  # what can be held, and where it stands in theta


class Interval(NamedTuple):
    """From low to high."""

    low: float
    high: float


def interval(values: ArrayLike, share: float = 0.95) -> Interval:
    """The middle share of the values: the percentile interval of a bootstrap. Source: Efron (1979)."""
    values = plain(values, np.float64, "An interval is one of numbers.")
    require(values.size > 0 and not np.isnan(values).any(), "An interval wants numbers: there are none, or a NaN.")
    low, high = np.quantile(values, [(1 - checked_share(share)) / 2, (1 + share) / 2])
    return Interval(float(low), float(high))


def exponent_error(
    N: Float[np.ndarray, " n"], D: Float[np.ndarray, " n"], L: Float[np.ndarray, " n"], picks: Int[np.ndarray, "R n"]
) -> float:
    """Standard error of a = beta/(alpha + beta) by the bootstrap: the spread (ddof=1) of a over R resamples.

    picks: each row names the runs of one resample. Source: Efron (1979).
    """
    N, D, L = checked_runs(Runs(N, D, L))
    picks = plain(picks, np.int64, "Picks are the numbers of runs: whole ones.")
    require(picks.ndim == 2 and len(picks) >= 2, f"A spread needs two rows of picks or more: got {picks.shape}.")
    require(bool(((picks >= 0) & (picks < len(N))).all()), f"There are {len(N)} runs: picks go from 0 to {len(N) - 1}.")
    a = [size_exponent(fit_law(Runs(N[drawn], D[drawn], L[drawn])).law) for drawn in picks]
    return float(np.std(a, ddof=1))


def error_if_independent(laws: Law) -> float:
    """What the standard error of a would be if alpha and beta were not correlated.

    a (1 - a) sqrt(s_alpha^2/alpha^2 + s_beta^2/beta^2), with the standard errors s over the laws.
    """
    require(np.ndim(laws.alpha) == 1 and len(laws.alpha) >= 2, "A spread needs two laws or more: those of a bootstrap.")
    a = size_exponent(laws).mean()
    apart = np.hypot(laws.alpha.std(ddof=1) / laws.alpha.mean(), laws.beta.std(ddof=1) / laws.beta.mean())
    return float(a * (1 - a) * apart)


def profile(runs: Runs, name: str, values: ArrayLike, delta: float = DELTA) -> Float[np.ndarray, " k"]:
    """The least sum of penalties with one parameter (E, alpha or beta) held at each value, all others free."""
    require(isinstance(name, str) and name in NAMES, f"A profile holds E, alpha or beta: got {name!r}.")
    values = np.atleast_1d(positive(values, name))
    require(values.ndim == 1, f"Values stand in one row: these have the shape {values.shape}.")
    held = np.log(values) if name == "E" else values
    start, p, delta = as_theta(fit_law(runs, delta).law), compiled(runs), number(delta, "delta")
    free = np.ones(5)
    free[NAMES[name]] = 0
    starts = to_pivot(np.tile(start, (len(held), 1)), p)
    starts[:, NAMES[name]] = held
    return np.array([descend(theta, free, p.x, p.y, p.z, np.ones(len(p.x)), delta)[0] for theta in starts])


def valley(runs: Runs, log_A: ArrayLike, alpha: ArrayLike, delta: float = DELTA) -> Float[np.ndarray, "m k"]:
    """The least sum of penalties with ln A (rows) and alpha (columns) held, B, beta and E free."""
    log_A, alpha = (np.atleast_1d(plain(v, np.float64, "ln A and alpha are numbers.")) for v in (log_A, alpha))
    fine = log_A.ndim == alpha.ndim == 1 and np.isfinite(log_A).all() and np.isfinite(alpha).all()
    require(bool(fine), "ln A and alpha are each a row of finite numbers.")
    start, p, delta = as_theta(fit_law(runs, delta).law), compiled(runs), number(delta, "delta")
    free, ones = np.array([0.0, 1.0, 1.0, 0.0, 1.0]), np.ones(len(p.x))
    found = np.empty((len(log_A), len(alpha)))
    for i, j in np.ndindex(found.shape):
        theta = start.copy()
        theta[0], theta[3] = log_A[i], alpha[j]
        found[i, j] = descend(to_pivot(theta[None], p)[0], free, p.x, p.y, p.z, ones, delta)[0]
    return found


def profile_rise(runs: Runs, law: Law, share: float = 0.95, held: int = 1, delta: float = DELTA) -> float:
    """How far the sum of penalties may rise above its least value inside an interval of this confidence.

    chi^2/2 times mean(psi^2) / mean(psi'), psi(r) the slope of the penalty: the mean of psi' is the share of residuals
    within delta, here counted in a wider window where few are. For least squares, no residual beyond delta, that is
    the familiar sigma^2 chi^2/2.
    held: how many parameters are held at once, so the degrees of freedom of chi^2.
    Source: Schrader and Hettmansperger, Biometrika 67, 93 (1980).
    """
    r, delta, held = log_residuals(runs, law), number(delta, "delta"), whole(held, "Parameters held")
    psi = np.clip(r, -delta, delta)
    width = max(delta, 1.06 * 1.4826 * np.median(np.abs(r)) * len(r) ** -0.2)  # a window that holds enough residuals
    inside = (np.abs(r) < width).mean() * min(1.0, delta / width)  # mean of psi', smoothed
    require(inside > 0, "Too few residuals lie near zero to say how sharp the minimum is.")
    return float(chi2.ppf(checked_share(share), held) / 2 * (psi**2).mean() / inside)


def checked_share(share: float) -> float:
    require(number(share, "A share") < 1, f"A share lies between 0 and 1: got {share}.")
    return share
