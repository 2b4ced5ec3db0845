"""The Sherrington-Kirkpatrick glass: every spin coupled to every other, at random; its dynamics and its lowest states.

The compiled loops keep the local fields up to date, so that looking at a spin costs nothing and only a flip costs a
row of couplings. They serve any symmetric J, a ferromagnet or layers of neurons as well. Inside, J is measured in a
unit that makes it at most one, so that single precision holds it, however strong it is.

Symbols   N     number of spins
          J     couplings (N, N), symmetric with a zero diagonal; of variance 1/N in the glass
          s     spins (N,), each -1 or +1
          h     local fields (N,): h_i = sum_j J_ij s_j
          E     energy, -1/2 s J s, each pair counted once
          T     temperature, in units of the coupling (k_B = 1)
          beta  inverse temperature 1/T
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int8, UInt64
from numba import njit
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable

from .checks import (
    REAL,
    Couplings,
    Spins,
    checked_count,
    checked_couplings,
    checked_spins,
    checked_temperature,
)

Row = Float32[np.ndarray, " N"]
Matrix = Float32[np.ndarray, "N N"]
TINY = np.float32(1e-5)  # what a flip must gain, in the unit of J, for fields are kept in single precision
NEVER = 40.0  # exp(40) to one: below the grain of a random number of 53 bits


class Annealed(NamedTuple):
    """Where each restart ended, the lowest first."""

    s: Int8[np.ndarray, "restarts N"]
    E: Float[np.ndarray, " restarts"]


def sk_couplings(N: int, *, rng: np.random.Generator) -> Couplings:
    """Gaussian couplings of mean 0 and variance 1/N. Source: Sherrington and Kirkpatrick, PRL 35, 1792 (1975)."""
    N = checked_count(N, 2, "The number of spins of a glass")
    J = np.triu(rng.normal(size=affordable(N, N)) / np.sqrt(N), 1)
    return J + J.T


def sk_energy(s: Int8[np.ndarray, "*batch N"], J: Couplings) -> Float[np.ndarray, "*batch"]:
    """E = -1/2 sum_ij J_ij s_i s_j: each pair counted once. One energy for each row of spins."""
    J = checked_couplings(J)
    s = checked_spins(s)
    require(s.shape[-1:] == (len(J),), f"The couplings are those of {len(J)} spins: these have the shape {s.shape}.")
    return -0.5 * (s @ J * s).sum(axis=-1)


def thermal_states(
    J: ArrayLike, T: float, replicas: int, sweeps: int, *, rng: np.random.Generator
) -> Iterator[Int8[np.ndarray, "replicas N"]]:
    """Independent replicas of one sample at one temperature, from random starts: the spins every `sweeps` sweeps.

    Heat bath: each spin in turn is drawn anew given all the others, P(s_i = +1) = 1/(1 + exp(-2 beta h_i)).
    Drop the first states: nothing here knows when equilibrium is reached. Below the glass transition use
    `parallel_tempering`, for a single run may never reach it.
    """
    J, unit = in_units(J)
    beta = np.full(affordable(checked_count(sweeps, 1, "The number of sweeps")), unit / checked_temperature(T))
    s = random_spins((checked_count(replicas, 1, "The number of replicas"), len(J)), rng)
    J_32, random = plain(J, np.float32, REAL), seeded(rng)
    while True:
        h = (s @ J).astype(np.float32)  # anew each time, so that rounding does not pile up
        cool(J_32, s, h, beta, random)
        yield s.astype(np.int8)


def anneal(
    J: ArrayLike, restarts: int, sweeps: int, *, rng: np.random.Generator, T_high: float = 1.5, T_low: float = 0.1
) -> Annealed:
    """Cool from T_high to T_low, evenly in T, then descend to the nearest minimum; so many times, from random spins.

    The lowest energy found is an upper bound: only for small N, or by many restarts that agree, is it the ground state.
    Source: Kirkpatrick, Gelatt and Vecchi, Science 220, 671 (1983).
    """
    J, unit = in_units(J)
    T_high, T_low = checked_temperature(T_high), checked_temperature(T_low)
    require(T_low <= T_high, f"Annealing cools: T_low is at most T_high, and {T_low} is above {T_high}.")
    beta = unit / np.linspace(T_high, T_low, *affordable(checked_count(sweeps, 1, "The number of sweeps")))
    s = random_spins((checked_count(restarts, 1, "The number of restarts"), len(J)), rng)
    h, J_32, random = (s @ J).astype(np.float32), plain(J, np.float32, REAL), seeded(rng)
    cool(J_32, s, h, beta, random)
    h[:] = s @ J  # rounding of many additions is gone
    for k in range(restarts):
        descend(J_32, s[k], h[k])
    E = -0.5 * unit * (s @ J * s).sum(axis=-1)
    order = np.argsort(E)
    return Annealed(s[order].astype(np.int8), E[order])


def greedy_descent(s: ArrayLike, J: ArrayLike) -> Spins:
    """Flip the spin that gains most, until none gains: a state that no single flip improves."""
    J, _ = in_units(J)
    s = checked_spins(s, (len(J),)).astype(np.float32)
    descend(plain(J, np.float32, REAL), s, (J @ s).astype(np.float32))
    return s.astype(np.int8)


def spectral_rounding(J: Couplings) -> Spins:
    """The signs of the eigenvector of J's largest eigenvalue: the best direction, forced onto spins of size one."""
    return np.where(np.linalg.eigh(checked_couplings(J)).eigenvectors[:, -1] < 0, -1, 1).astype(np.int8)


def ground_energy_law(N: int) -> float:
    """-0.7632 + 0.70 N^(-2/3): the mean lowest energy a spin of samples of N spins.

    Source: Boettcher, Eur. Phys. J. B 46, 501 (2005), a fit; the limit is Parisi's, J. Phys. A 13, L115 (1980).
    """
    return -0.7632 + 0.70 * checked_count(N, 2, "The number of spins of a glass") ** (-2 / 3)


def in_units(J: ArrayLike) -> tuple[Couplings, float]:
    """The couplings in a unit above all of them, and the unit: a power of two, so that nothing is rounded."""
    J = checked_couplings(J)
    unit = 2.0 ** min(int(np.frexp(np.abs(J).max())[1]), 1023)
    return J / unit, unit


# --- compiled -------------------------------------------------------------------------------------------------------


def random_spins(shape: tuple[int, ...], rng: np.random.Generator) -> Float32[np.ndarray, "*shape"]:
    """Spins as the compiled loops want them: real numbers, so that a row of fields is updated many at a time."""
    return rng.choice(np.array([-1, 1], np.float32), size=affordable(*shape))


def seeded(rng: np.random.Generator) -> UInt64[np.ndarray, " 1"]:
    """The state of the generator below, started by chance."""
    return rng.integers(2**64, size=1, dtype=np.uint64)


@njit(cache=True, error_model="numpy")
def uniform(random: UInt64[np.ndarray, " 1"]) -> float:
    """A random number from 0 to 1. Source: splitmix64 of Steele, Lea and Flood, OOPSLA (2014)."""
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    z = random[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.float64((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53


@njit(cache=True, error_model="numpy")
def flip(J: Matrix, s: Row, h: Row, i: int) -> None:
    """Turn spin i around: every other spin's field feels it."""
    change = -2 * s[i]
    s[i] = -s[i]
    row = J[i]
    for j in range(len(h)):
        h[j] += change * row[j]


@njit(cache=True, error_model="numpy")
def heat_bath_sweep(J: Matrix, s: Row, h: Row, beta: float, random: UInt64[np.ndarray, " 1"]) -> float:
    """Draw every spin once, in order, from the heat bath of the others; the energy gained."""
    gained = 0.0
    for i in range(len(s)):
        cost = 2.0 * s[i] * h[i]
        x, u = beta * cost, uniform(random)
        if u * (2 + x) < 1 and x < NEVER and u * (1 + np.exp(x)) < 1:  # exp(x) >= 1 + x spares most exponentials
            flip(J, s, h, i)
            gained += cost
    return gained


@njit(cache=True, error_model="numpy")
def cool(J: Matrix, s: Matrix, h: Matrix, beta: Float[np.ndarray, " sweeps"], random: UInt64[np.ndarray, " 1"]) -> None:
    """Each replica, a row of s with its row of h, one sweep at each inverse temperature in turn."""
    for k in range(len(s)):
        for t in range(len(beta)):
            heat_bath_sweep(J, s[k], h[k], beta[t], random)


@njit(cache=True, error_model="numpy")
def descend(J: Matrix, s: Row, h: Row) -> None:
    """Flip the spin that gains most, until none gains more than rounding."""
    while True:
        best = np.argmin(s * h)
        if s[best] * h[best] > -TINY:
            return
        flip(J, s, h, best)
