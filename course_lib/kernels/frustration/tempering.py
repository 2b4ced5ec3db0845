"""Parallel tempering: copies of one sample at many temperatures trade places, so that the cold ones forget their past.

Two copies are kept at each temperature that never exchange with each other: their overlap is the order parameter of a
glass, whose magnetisation is zero at every temperature.

Symbols   N     number of spins
          J     couplings (N, N), symmetric with a zero diagonal
          s     spins (2, temperatures, N) of the two replicas, each -1 or +1
          h     local fields, likewise: h_i = sum_j J_ij s_j
          E     energies (2, temperatures): -1/2 s J s
          T     temperatures (temperatures,), rising, in units of the coupling (k_B = 1)
          beta  inverse temperatures 1/T
          q     overlap of the two replicas, (1/N) sum_i s_i s'_i
          m     magnetisation, (1/N) sum_i s_i
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int8, UInt64
from numba import njit
from numpy.typing import ArrayLike
from scipy.special import gammaln, logsumexp

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable

from .checks import REAL, checked_count, checked_spins, checked_temperature
from .sk import heat_bath_sweep, in_units, random_spins, seeded, uniform

MOST = 128  # spins of an exact distribution
NUMBERS = "Temperatures and overlaps are real numbers."
Distribution = Float[np.ndarray, " N+1"]


class Tempered(NamedTuple):
    """Some sweeps of all temperatures: where they ended, and what was measured after each sweep."""

    s: Int8[np.ndarray, "2 temperatures N"]
    q: Float[np.ndarray, "sweeps temperatures"]
    E: Float[np.ndarray, "sweeps temperatures"]  # the mean of the two replicas


def ladder(T_low: float, T_high: float, rungs: int) -> Float[np.ndarray, " rungs"]:
    """Temperatures from T_low to T_high, each the same factor above the one before."""
    require(checked_temperature(T_low) < checked_temperature(T_high), "The ladder rises: T_low is below T_high.")
    return np.geomspace(T_low, T_high, *affordable(checked_count(rungs, 2, "The number of rungs")))


def parallel_tempering(
    J: ArrayLike, T: ArrayLike, sweeps: int, *, rng: np.random.Generator, s: ArrayLike | None = None
) -> Iterator[Tempered]:
    """Two replicas of one sample at each temperature; yields a Tempered after every `sweeps` sweeps.

    After each sweep, neighbours in temperature exchange their states with probability
    min(1, exp((beta_a - beta_b)(E_a - E_b))), which keeps all the Boltzmann distributions.

    Args:
        T: temperatures, rising; the highest one should be well above any transition.
        s: where to go on from, the `s` of an earlier Tempered; random spins if None.
    Source: Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996).
    """
    J, unit = in_units(J)
    T, sweeps = np.atleast_1d(plain(T, np.float64, NUMBERS)), checked_count(sweeps, 1, "The number of sweeps")
    require(T.ndim == 1 and T.size > 0 and bool((np.diff(T) > 0).all()), "The temperatures are a list that rises.")
    beta = np.array([unit / checked_temperature(one) for one in T])
    series, shape = affordable(sweeps, len(T)), affordable(2, len(T), len(J))
    s = random_spins(shape, rng) if s is None else plain(checked_spins(s, shape), np.float32, REAL)
    J_32, random = plain(J, np.float32, REAL), seeded(rng)
    while True:
        fields = s @ J  # in double precision and anew each time, so that rounding does not pile up
        h, E = fields.astype(np.float32), -0.5 * (fields * s).sum(axis=-1)
        q_series, E_series = np.empty(series), np.empty(series)
        temper(J_32, s, h, E, beta, random, q_series, E_series)
        yield Tempered(s.astype(np.int8), q_series, unit * E_series)


def equilibrium(J: ArrayLike, T: ArrayLike, sweeps: int, *, rng: np.random.Generator) -> Tempered:
    """`sweeps` sweeps of parallel tempering, after as many that are dropped."""
    return next(islice(parallel_tempering(J, T, sweeps, rng=rng), 1, None))


def overlap_distribution(q: Float[np.ndarray, " samples"], N: int) -> Distribution:
    """P(q): the share of each of the N + 1 values that the overlap of N spins can have, from -1 to 1."""
    agreeing = (plain(q, np.float64, NUMBERS) + 1) * checked_size(N) / 2
    k = np.round(agreeing)
    possible = k.ndim == 1 and k.size > 0 and (abs(agreeing - k) < 1e-6).all() and (0 <= k).all() and (k <= N).all()
    require(bool(possible), f"Overlaps of {N} spins are a list of values from -1 to 1 in steps of 2/{N}.")
    return np.bincount(k.astype(int), minlength=N + 1) / len(k)


def overlap_values(N: int) -> Distribution:
    """The N + 1 values that the overlap of N spins can have."""
    return (2 * np.arange(checked_size(N) + 1) - N) / N


def free_overlaps(N: int) -> Distribution:
    """P(q) exactly where nothing couples the spins: tosses of N coins, of width 1/sqrt(N)."""
    return np.exp(log_choose(N, np.arange(checked_size(N) + 1)) - N * np.log(2))


def curie_weiss_overlaps(N: int, T: float) -> Distribution:
    """P(q) exactly for the ferromagnet in which every spin is coupled to every other by J = 1/N, up to 128 spins.

    A replica has k spins up with a probability in proportion to C(N, k) exp(N m^2 / (2T)), where m = 2k/N - 1; which
    ones they are does not matter.
    """
    require(checked_size(N) <= MOST, f"The exact sum takes N^3 terms: up to {MOST} spins, not {N}.")
    weight = log_choose(N, np.arange(N + 1)) + N * overlap_values(N) ** 2 / (2 * checked_temperature(T))
    p = np.exp(weight - logsumexp(weight))
    return p @ (p @ agreement_odds(N))


@lru_cache(maxsize=4)
def agreement_odds(N: int) -> Float[np.ndarray, "N+1 N+1 N+1"]:
    """How likely two replicas agree on k spins, if a spins are up in one and b in the other: hypergeometric."""
    a, b, k = np.indices((N + 1, N + 1, N + 1))
    both, odd = np.divmod(k - N + a + b, 2)  # so many are up in both
    log_odds = log_choose(a, both) + log_choose(N - a, b - both) - log_choose(N, b)
    odds = np.where(odd, 0.0, np.exp(log_odds))
    odds.setflags(write=False)  # it is kept for the next call
    return odds


def checked_size(N: int) -> int:
    """A number of spins whose overlaps can be listed."""
    return affordable(checked_count(N, 1, "The number of spins"))[0]


def log_choose(n: ArrayLike, k: ArrayLike) -> np.ndarray:
    """ln of the number of ways to choose k of n; minus infinity where there is none."""
    return gammaln(np.add(n, 1)) - gammaln(np.add(k, 1)) - gammaln(np.subtract(n, k) + 1)


# --- compiled -------------------------------------------------------------------------------------------------------


@njit(cache=True, error_model="numpy")
def temper(
    J: Float32[np.ndarray, "N N"],
    s: Float32[np.ndarray, "2 temperatures N"],
    h: Float32[np.ndarray, "2 temperatures N"],
    E: Float[np.ndarray, "2 temperatures"],
    beta: Float[np.ndarray, " temperatures"],
    random: UInt64[np.ndarray, " 1"],
    q_series: Float[np.ndarray, "sweeps temperatures"],
    E_series: Float[np.ndarray, "sweeps temperatures"],
) -> None:
    """Sweep every replica, exchange neighbours, measure; as often as the series are long."""
    for t in range(len(q_series)):
        for copy in range(2):
            for r in range(len(beta)):
                E[copy, r] += heat_bath_sweep(J, s[copy, r], h[copy, r], beta[r], random)
            exchange(s[copy], h[copy], E[copy], beta, random)
        for r in range(len(beta)):
            q_series[t, r] = np.dot(s[0, r], s[1, r]) / len(J)
            E_series[t, r] = (E[0, r] + E[1, r]) / 2


@njit(cache=True, error_model="numpy")
def exchange(
    s: Float32[np.ndarray, "temperatures N"],
    h: Float32[np.ndarray, "temperatures N"],
    E: Float[np.ndarray, " temperatures"],
    beta: Float[np.ndarray, " temperatures"],
    random: UInt64[np.ndarray, " 1"],
) -> None:
    """Offer each temperature the state of the next one."""
    for a in range(len(beta) - 1):
        b = a + 1
        if uniform(random) < np.exp((beta[a] - beta[b]) * (E[a] - E[b])):
            E[a], E[b] = E[b], E[a]
            for i in range(s.shape[1]):
                s[a, i], s[b, i] = s[b, i], s[a, i]
                h[a, i], h[b, i] = h[b, i], h[a, i]
