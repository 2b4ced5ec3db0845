"""What becomes of the coin-flip model when its assumptions are varied: shared causes, unequal skills, any k, a chain.

Each variation has its exact curve (at whole t; drawn through the times between) and a sampler that shares nothing with
the curve but the model. What a prerequisite does is in `prerequisites`.

Symbols   p      chance that a skill is learnt in one step
          n      number of skills
          t      steps of training
          P      chance that enough skills are there
          P_star, t_star  the level asked for, and the time at which it is reached
          lam    rate of one skill, -ln(1 - p), in 1/step
          rho    share of a common cause
          k      how many of the n skills are enough
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv

from course_lib.core import require
from course_lib.shared.numbers import number, whole

from .clocks import all_learnt, dual, rate
from .coin_checks import Numbers, chance, chances, frequent, levels, share, times, whole_skills
from .draws import learning_times, skill_times, ticks

LONGEST = 1e18  # steps after which a curve that has not arrived is given up
TINY = 1e-300


def common_cause(t: ArrayLike, p: float, n: int, rho: float) -> Numbers:
    """P(t) = rho F + (1 - rho) F^n,  F = 1 - (1 - p)^t: with chance rho all skills hang on one clock.

    Otherwise each has its own. A skill by itself is learnt as before, and the times of any two have the correlation
    rho. With rho = 1 there is no delay left.
    """
    rho = share(rho, "The share rho")
    return rho * all_learnt(t, p, 1) + (1 - rho) * all_learnt(t, p, whole_skills(n))


def common_cause_times(
    p: float, n: int, rho: float, runs: int, *, rng: np.random.Generator
) -> Int[np.ndarray, " runs"]:
    """When all skills are there, in each run, if with chance rho they hang on one clock."""
    one = rng.random(whole(runs, "Runs")) < share(rho, "The share rho")
    return np.where(one, learning_times(p, 1, runs, rng=rng), learning_times(p, n, runs, rng=rng))


def shared_clock(t: ArrayLike, p: float, n: int, rho: float) -> Numbers:
    """P(t) = F (rho + (1 - rho) F)^n + (1 - F) ((1 - rho) F)^n: each skill, with chance rho, hangs on the common clock.

    So a share rho of the skills is common, on average; the times of any two have the correlation rho^2. The delay stays
    longer than with `common_cause`, for the skills that have their own clocks still wait for one another.
    """
    rho, n, F = share(rho, "The share rho"), whole_skills(n), all_learnt(t, p, 1)
    return F * (rho + (1 - rho) * F) ** n + (1 - F) * ((1 - rho) * F) ** n


def shared_clock_times(
    p: float, n: int, rho: float, runs: int, *, rng: np.random.Generator
) -> Int[np.ndarray, " runs"]:
    """When all skills are there, in each run, if each hangs on the common clock with chance rho."""
    runs, n = whole(runs, "Runs"), whole_skills(n)
    own = rng.random((runs, n)) >= share(rho, "The share rho")
    clocks = skill_times(np.full(n + 1, frequent(p)), runs, rng=rng)
    return np.where(own, clocks[:, :n], clocks[:, n:]).max(axis=1)


def evenly_spread(p: float, n: int, spread: float) -> Float[np.ndarray, " n"]:
    """Chances from (1 - spread) p to (1 + spread) p, in equal steps. Raises: Refusal where one is not inside 0 to 1."""
    spread = number(spread, "The spread", zero=True)
    return chances(chance(p) * (1 + spread * np.linspace(-1, 1, n) if whole_skills(n) > 1 else np.ones(1)))


def unequal(t: ArrayLike, p: ArrayLike) -> Numbers:
    """P(t) = product over i of (1 - (1 - p_i)^t), for chances p (n,)."""
    lam = -np.log1p(-chances(p))
    return np.exp(-dual(lam * times(t)[..., None]).sum(axis=-1))


def unequal_times(p: ArrayLike, runs: int, *, rng: np.random.Generator) -> Int[np.ndarray, " runs"]:
    """When the last skill is learnt, in each run, for chances p (n,)."""
    return skill_times(p, runs, rng=rng).max(axis=1)


def sway(p: ArrayLike, P_star: float = 0.5) -> Float[np.ndarray, " n"]:
    """How much each skill rules t*: -d ln t* / d ln lam_i = w_i / sum_j w_j, with w = x / (e^x - 1), x = lam_i t*.

    These sum to 1, for twice all rates is half the time. The slowest has the most.
    """
    lam = -np.log1p(-chances(p))
    x = lam * time_when(lambda t: unequal(t, p), P_star)
    w = x * np.exp(-x) / -np.expm1(-x)
    return w / w.sum()


def any_k(t: ArrayLike, p: float, n: int, k: int) -> Numbers:
    """P(t) = sum_{j >= k} C(n, j) F^j (1 - F)^(n - j),  F = 1 - (1 - p)^t: at least k of n skills.

    The sum is a regularised incomplete beta function, I_F(k, n - k + 1).
    """
    n, k = _some_of(n, k)
    return betainc(k, n - k + 1, all_learnt(t, p, 1))


def any_k_time(P_star: ArrayLike, p: float, n: int, k: int) -> Numbers:
    """Where any_k is P*, in steps."""
    n, k = _some_of(n, k)
    return -np.log(betaincinv(n - k + 1, k, 1 - levels(P_star))) / rate(p)


def any_k_times(p: float, n: int, k: int, runs: int, *, rng: np.random.Generator) -> Int[np.ndarray, " runs"]:
    """When k of n skills are there, in each run: the k-th order statistic, one draw a run.

    What is left of (1 - p)^t at the k-th of n clocks is distributed as Beta(n - k + 1, k). Source: Renyi (1953).
    """
    n, k = _some_of(n, k)
    left = rng.beta(n - k + 1, k, size=whole(runs, "Runs"))
    return ticks(-np.log(np.maximum(left, TINY)) / rate(frequent(p)))


def chain(t: ArrayLike, p: float, n: int) -> Numbers:
    """P(t) = sum_{j >= n} C(t, j) p^j (1 - p)^(t - j) = I_p(n, t - n + 1): skills learnt one after another, in order.

    T is a sum of n waits, negative binomial: its mean is n / p, its standard deviation sqrt(n (1 - p)) / p, so that
    std / mean = sqrt((1 - p) / n). This is the model in which many parts do make a threshold.
    """
    t, n, p = times(t), whole_skills(n), chance(p)
    waiting = t > n - 1
    return np.where(waiting, betainc(n, np.where(waiting, t - n + 1, 1.0), p), 0.0)


def chain_mean(p: float, n: int) -> float:
    """E[T] = n / p, in steps."""
    return whole_skills(n) / chance(p)


def chain_spread(p: float, n: int) -> float:
    """Standard deviation sqrt(n (1 - p)) / p, in steps."""
    return float(np.sqrt(whole_skills(n) * (1 - chance(p))) / p)


def chain_times(p: float, n: int, runs: int, *, rng: np.random.Generator) -> Int[np.ndarray, " runs"]:
    """When the last of n skills in a chain is learnt, in each run."""
    n = whole_skills(n)
    return n + rng.negative_binomial(n, frequent(p), size=whole(runs, "Runs"))


def time_when(curve: Callable[[float], float], P_star: float) -> float:
    """The time at which a curve that rises from 0 to 1 reaches P*, by bracketing: of any variation.

    Raises: Refusal where it has not by 1e18 steps.
    """
    P_star, late = float(levels(P_star)), 1.0
    while curve(late) < P_star:
        late *= 2
        require(late < LONGEST, "This curve does not reach that level in any time that matters.")
    return float(brentq(lambda t: float(curve(t)) - P_star, 0.0, late, xtol=1e-10, rtol=1e-13))


def _some_of(n: int, k: int) -> tuple[int, int]:
    n, k = whole_skills(n), whole(k, "How many skills are enough, k")
    require(k <= n, f"No more than n skills can be asked for: k is {k}, n is {n}.")
    return n, k
