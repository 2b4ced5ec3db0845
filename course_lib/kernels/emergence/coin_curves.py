"""A measured curve of an ability, and how well a coin-flip model agrees with it.

At each time so many trials were made anew, and some found the ability there: successes ~ Binomial(trials, P(t)).
(Trials that are followed through time make points that depend on each other: then the errors of a fit are too small.)

Symbols   p      chance that a skill is learnt in one step
          n      number of skills, here any positive number
          t      times at which was measured, in steps
          P      chance that all skills are there
          lam    rate of one skill, -ln(1 - p)
          theta  (ln n, ln lam)
          k      successes
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import gammaln, xlogy

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import whole

from .clocks import all_learnt, dual
from .coin_checks import Numbers, times

FEWEST = 3  # points: one more than there are parameters
SMALLEST, LARGEST, LATEST = 1e-280, 1e280, 600.0  # -ln P, and lam t: no chance is taken for zero or one


class Curve(NamedTuple):
    """A measured curve: times, how many trials found the ability, and of how many."""

    t: Float[np.ndarray, " points"]
    successes: Float[np.ndarray, " points"]
    trials: int


def measured_curve(t: ArrayLike, p: float, n: int, trials: int, *, rng: np.random.Generator) -> Curve:
    """What so many fresh trials at each time find, if the coin-flip model is true."""
    t, trials = times(t), whole(trials, "Trials")
    return Curve(t, rng.binomial(trials, all_learnt(t, p, n)).astype(float), trials)


def deviances(k: Numbers, log_P: Numbers, log_rest: Numbers, trials: int) -> Numbers:
    """2 k ln(k / m P) + 2 (m - k) ln((m - k) / m (1 - P))."""
    best = xlogy(k, k / trials) + xlogy(trials - k, 1 - k / trials)
    return 2 * np.maximum(best - k * log_P - (trials - k) * log_rest, 0.0)


def expected_deviance(log_P: Numbers, log_rest: Numbers, trials: int) -> tuple[float, float]:
    """Mean and variance of the deviance at known P: summed over all that could be counted, at each point."""
    k, log_P, log_rest = np.arange(trials + 1.0), log_P[:, None], log_rest[:, None]
    ways = gammaln(trials + 1) - gammaln(k + 1) - gammaln(trials - k + 1)
    chance = np.exp(ways + k * log_P + (trials - k) * log_rest)
    deviance = deviances(k, log_P, log_rest, trials)
    mean = (chance * deviance).sum(axis=1)
    return float(mean.sum()), float(((chance * deviance**2).sum(axis=1) - mean**2).sum())


def logs(theta: Float[np.ndarray, "*k 2"], curve: Curve) -> tuple[Numbers, Numbers]:
    """ln P = -n u with u = dual(lam t), and ln(1 - P) = -dual(n u), both to rounding and none infinite."""
    n, lam = (np.exp(part)[..., None] for part in np.moveaxis(theta, -1, 0))
    nu = np.clip(n * dual(np.minimum(lam * curve.t, LATEST)), SMALLEST, LARGEST)
    return -nu, -dual(nu)


def checked_curve(curve: Curve) -> Curve:
    is_curve = isinstance(curve, tuple) and len(curve) == 3
    require(is_curve, "A curve is its times, its successes and the number of trials: Curve(t, successes, trials).")
    t, trials = times(curve[0]), whole(curve[2], "Trials")
    successes = plain(curve[1], float, "Successes are numbers.")
    together = t.ndim == 1 and t.shape == successes.shape and len(t) >= FEWEST
    require(together, f"A curve has {FEWEST} points or more, each with its time and its successes.")
    require(bool((t > 0).all()), "Times are above 0: at 0 nothing is learnt, and nothing can be fitted.")
    require(bool(((successes >= 0) & (successes <= trials)).all()), f"Successes go from 0 to the {trials} trials.")
    require(0 < successes.sum() < trials * len(t), "This curve does not rise: it is 0 everywhere, or 1.")
    return Curve(t, successes, trials)
