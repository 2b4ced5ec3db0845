"""Sixty-four magnets in one: bit k of every word is a spin of replica k, and one instruction moves all replicas.

Multi-spin coding: Zorn, Herrmann and Rebbi, Comput. Phys. Commun. 23, 337 (1981). Two ideas carry it.

1. Neighbours are compared with XOR: bit k of a ^ b says whether the two spins of replica k are unlike. A spin flips
   if at least two of its four neighbours are unlike it (dE <= 0). Otherwise chance decides: with probability
   p_1 = e^(-4/T) if one is, with p_0 = e^(-8/T) if none is.
2. Coins for all 64 replicas at once, heads with probability p = 0.b_1 b_2 ... b_24 in binary. Start with tails, and
   take the digits from the last to the first: the majority of a fresh random bit, the digit and the coin so far has
   probability (digit + p so far) / 2, which puts the digit in front of those that came before.

Random bits are never shared by replicas: replicas that meet the same coins run into one another, and their scatter
would no longer be an error bar.

Symbols   T     temperature, in units of the coupling
          Lx    side of the periodic square lattice, even
          u     energy per spin of each replica, in units of the coupling
          m     magnetisation per spin of each replica
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, UInt64
from numba import njit

from course_lib.core import require

from .checks import checked_count, checked_temperature
from .ising import checked_shape, checked_steps, join, split, streams, word

DIGITS = 24
ALL = 2**64 - 1
Words = UInt64[np.ndarray, "Lx Lx"]


class Replicas(NamedTuple):
    """64 independent runs: their spins as bits, and after each step that was measured u and m of each of them."""

    words: Words
    u: Float[np.ndarray, "n 64"]
    m: Float[np.ndarray, "n 64"]


def all_up(Lx: int) -> Words:
    """64 ordered lattices to start from."""
    Lx = checked_count(Lx, 4, "The side of a lattice")
    checked_shape((Lx, Lx))
    return np.full((Lx, Lx), ALL, np.uint64)


def metropolis_replicas(words: Words, T: float, sweeps: int, *, every: int = 1, rng: np.random.Generator) -> Replicas:
    """64 independent Metropolis runs at one temperature.

    Args:
        words: the spins to start from (Lx, Lx): what all_up, or an earlier run, returned.
        every: measure after each so many sweeps; to measure costs about as much as a sweep.
    The probabilities of flips are exact to 2^-25.
    """
    steps, T = checked_steps(sweeps, every, 64), checked_temperature(T)
    words = np.asarray(words)
    require(words.dtype == np.uint64, "64 replicas are words of 64 bits, one for each site: start from all_up(Lx).")
    checked_shape(words.shape)
    colours = split(words)
    digits = np.stack([_digits(np.exp(-4 / T)), _digits(np.exp(-8 / T))])
    coins = np.empty((2, colours.shape[2] - 2), np.uint64)
    up, unlike = _sweeps(colours, digits, streams(coins.shape[1], rng=rng), coins, *steps)
    N = words.size
    return Replicas(join(colours), 2 * unlike / N - 2, 2 * up / N - 1)


def _digits(p: float) -> UInt64[np.ndarray, " 24"]:
    """The binary digits of p < 1, the last first; each is spread over all 64 replicas."""
    whole = min(round(p * 2**DIGITS), 2**DIGITS - 1)
    return np.array([ALL * (whole >> k & 1) for k in range(DIGITS)], np.uint64)


@njit(cache=True, error_model="numpy")
def _sweeps(colours, digits, streams, coins, sweeps, every):
    up, unlike = np.zeros((sweeps // every, 64), np.int64), np.zeros((sweeps // every, 64), np.int64)
    for t in range(sweeps):
        for c in range(2):
            for r in range(colours.shape[1]):
                _toss(coins, digits, streams)
                _flip_row(colours[c], colours[1 - c], r, (r + c) % 2, coins[0], coins[1])
        if (t + 1) % every == 0:
            _count(colours, up[t // every], unlike[t // every])
    return up, unlike


@njit(cache=True, error_model="numpy")
def _toss(coins, digits, streams):
    """For each site of a row, 64 coins with probability p_1 and 64 with p_0, from the same random bits."""
    coins[:] = 0
    for k in range(digits.shape[1]):
        d_1, d_0 = digits[0, k], digits[1, k]
        for j in range(coins.shape[1]):
            x = word(streams, j)
            coins[0, j] = (x & coins[0, j]) | (d_1 & (x | coins[0, j]))  # the majority of three
            coins[1, j] = (x & coins[1, j]) | (d_0 & (x | coins[1, j]))


@njit(cache=True, error_model="numpy")
def _flip_row(own, other, r, shift, if_one, if_none):
    """Flip where two neighbours or more are unlike, and where the coin for fewer says so."""
    Lx, n = len(own), len(if_one)
    here, above, below = own[r, 1:], other[(r + Lx - 1) % Lx, 1:], other[(r + 1) % Lx, 1:]
    left, right = other[r, shift:], other[r, shift + 1 :]
    for j in range(n):
        s = here[j]
        a, b, c, d = s ^ above[j], s ^ below[j], s ^ left[j], s ^ right[j]
        one, two = a | b | c | d, (a & b) | (c & d) | ((a | b) & (c | d))  # at least so many
        here[j] = s ^ (two | (one & if_one[j]) | if_none[j])
    own[r, 0], own[r, n + 1] = own[r, n], own[r, 1]


@njit(cache=True, error_model="numpy")
def _count(colours, up, unlike):
    """Add up each replica's spins that point up, and its bonds between unlike spins."""
    Lx, n = colours.shape[1], colours.shape[2] - 2
    for r in range(Lx):
        for j in range(1, n + 1):
            s, shift = colours[0, r, j], r % 2
            a, b = s ^ colours[1, (r + Lx - 1) % Lx, j], s ^ colours[1, (r + 1) % Lx, j]
            c, d = s ^ colours[1, r, j - 1 + shift], s ^ colours[1, r, j + shift]
            _add_bits(up, s)
            _add_bits(up, colours[1, r, j])
            for bonds in (a, b, c, d):
                _add_bits(unlike, bonds)


@njit(cache=True, error_model="numpy")
def _add_bits(counts, x):
    for k in range(64):
        counts[k] += np.int64((x >> np.uint64(k)) & np.uint64(1))
