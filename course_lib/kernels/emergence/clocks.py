"""The coin-flip model: n skills, each learnt with chance p in every step, and an ability that needs them all.

With lam = -ln(1 - p), the chance to have one skill after t steps is 1 - exp(-lam t), and to have all of them

    P(t) = (1 - (1 - p)^t)^n = (1 - exp(-lam t))^n

It is exact at whole t, and drawn through the times between. Let P = exp(-n u): then exp(-u) + exp(-lam t) = 1, which
is the same with u and lam t exchanged. So one function, `dual`, leads from t to P and back.

Symbols   p      chance that a skill is learnt in one step
          n      number of skills; in formulas not only whole
          t      steps of training
          P      chance that all skills are there
          P_star, t_star  the level asked for, and the time at which it is reached
          lam    rate of one skill, -ln(1 - p), in 1/step
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from course_lib.core import require

from .coin_checks import Numbers, chance, levels, skills, times, whole_skills

SLOW = 1e-3  # lam below which sums over steps are integrals, to 1e-14 of their value
BEYOND = 45.0  # e^-45: what comes so late counts for nothing


class Sharpness(NamedTuple):
    """How sharp the curve of n skills is, on three axes. Time is in units of 1/lam: p itself plays no part."""

    width: float  # from P = 0.1 to 0.9, in 1/lam
    slope: float  # largest dP/dt, in lam
    relative_width: float  # the width over t* at P* = 1/2
    decades: float  # log10 of t at 0.9 over t at 0.1
    log_slope: float  # largest dP/d ln t


def rate(p: float) -> float:
    """lam = -ln(1 - p), in 1/step."""
    return float(-np.log1p(-chance(p)))


def dual(x: Numbers) -> Numbers:
    """-ln(1 - e^-x) for x >= 0, to rounding; its own inverse, for e^-x + e^-dual(x) = 1.

    Source: Maechler, Accurately computing log(1 - exp(-|a|)), R package Rmpfr (2012).
    """
    x = np.asarray(x, dtype=float)
    with np.errstate(divide="ignore"):
        return -np.where(x < np.log(2), np.log(-np.expm1(-x)), np.log1p(-np.exp(-x)))


def all_learnt(t: ArrayLike, p: float, n: float) -> Numbers:
    """P(t) = (1 - (1 - p)^t)^n, to rounding for any p and n. Source: Okawa et al., arXiv:2310.09336 (2023)."""
    return np.exp(-skills(n) * dual(rate(p) * times(t)))


def time_to_reach(P_star: ArrayLike, p: float, n: float) -> Numbers:
    """t* = ln(1 - P*^(1/n)) / ln(1 - p), in steps: where P(t*) = P*.

    Raises: Refusal unless 0 < P* < 1.
    Source: Okawa et al., arXiv:2310.09336 (2023).
    """
    return dual(-np.log(levels(P_star)) / skills(n)) / rate(p)


def steps_to_reach(P_star: float, p: float, n: float) -> int:
    """The first whole step after which P >= P*: t* rounded up."""
    return int(np.ceil(float(time_to_reach(P_star, p, n)) * (1 - 1e-12)))


def median_time(p: float, n: float) -> float:
    """t* at P* = 1/2, in steps; for many skills (ln n + 0.3665) / lam."""
    return float(time_to_reach(0.5, p, n))


def mean_time(p: float, n: int) -> float:
    """E[T] = sum over t = 0, 1, 2, ... of 1 - P(t), in steps: exact for a clock that ticks in whole steps.

    Where lam is small the sum is its integral, H_n / lam, and half a step: Euler and Maclaurin's next term is lam / 12
    for n = 1, which is 1/p, and lam^3 / 120 or less for more skills.
    """
    n, lam = whole_skills(n), rate(p)
    if n == 1:
        return 1 / p
    return smooth_mean_time(p, n) if lam < SLOW else float(-np.expm1(-n * dual(lam * _steps(lam, n))).sum())


def smooth_mean_time(p: float, n: int) -> float:
    """H_n / lam + 1/2, in steps; H_n = 1 + 1/2 + ... + 1/n is the mean of the last of n clocks without ticks.

    The half is what rounding up to a whole step adds. Source: Renyi, Acta Math. Acad. Sci. Hung. 4, 191 (1953).
    """
    return float((digamma(whole_skills(n) + 1) + np.euler_gamma) / rate(p) + 0.5)


def time_spread(p: float, n: int) -> float:
    """Standard deviation of T, in steps. It grows to pi / sqrt(6) / lam, and no further, however many skills."""
    n, lam = whole_skills(n), rate(p)
    if n == 1:
        return float(np.sqrt(1 - p) / p)
    if lam < SLOW:
        return float(np.sqrt((polygamma(1, 1) - polygamma(1, n + 1)) / lam**2 + 1 / 12))
    t = _steps(lam, n)
    chances_of_t = np.diff(np.exp(-n * dual(lam * t)))
    return float(np.sqrt(chances_of_t @ (t[1:] - mean_time(p, n)) ** 2))


def slope(t: ArrayLike, p: float, n: float) -> Numbers:
    """dP/dt = n lam e^(-lam t) (1 - e^(-lam t))^(n - 1), in 1/step."""
    n, lam = skills(n), rate(p)
    x = lam * times(t)
    return n * lam * np.exp(-x - ((n - 1) * dual(x) if n != 1 else 0.0))


def steepest_slope(n: float) -> float:
    """The largest dP/dt, in units of lam: (1 - 1/n)^(n - 1), at lam t = ln n. It falls from 1 to 1/e."""
    n = _one_or_more(n)
    return float(np.exp((n - 1) * np.log1p(-1 / n))) if n > 1 else 1.0


def steepest_log_slope(n: float) -> float:
    """The largest dP/d ln t. It is where 1 + (n - 1) x / (e^x - 1) = x, for x = lam t, and grows as (ln n) / e."""
    n = _one_or_more(n)
    x = brentq(lambda x: 1 + (n - 1) * x / np.expm1(x) - x, 1 - 1e-9, 3 + 2 * np.log(n), xtol=1e-14)
    return float(n * x * np.exp(-x - (n - 1) * dual(x)))


def width(p: float, n: float, low: float = 0.1, high: float = 0.9) -> float:
    """Steps from P = low to P = high. In units of 1/lam it grows with n, from ln 9 to that of Gumbel's law, 3.084."""
    require(low < high, f"A curve rises: low is below high, got {low} and {high}.")
    return float(np.diff(time_to_reach([low, high], p, n))[0])


def sharpness(n: float) -> Sharpness:
    """How sharp the curve is: in t it grows wider and flatter with n, in t/t* and in ln t narrower and steeper."""
    n = _one_or_more(n)
    low, middle, high = dual(-np.log([0.1, 0.5, 0.9]) / n)
    wide, decades = high - low, np.log10(high / low)
    return Sharpness(float(wide), steepest_slope(n), float(wide / middle), float(decades), steepest_log_slope(n))


def gumbel(t: ArrayLike, p: float, n: float) -> Numbers:
    """exp(-n e^(-lam t)), the law of the last of very many: P(t) for large n. Source: Gumbel (1935)."""
    with np.errstate(over="ignore"):
        return np.exp(-np.exp(np.log(skills(n)) - rate(p) * times(t)))


def _steps(lam: float, n: float) -> Float[np.ndarray, " steps"]:
    """0, 1, 2, ... until 1 - P is e^-45."""
    return np.arange(2 + int((np.log(n) + BEYOND) / lam), dtype=float)


def _one_or_more(n: float) -> float:
    n = skills(n)
    require(n >= 1, f"The number of skills n is 1 or more: got {n}.")
    return n
