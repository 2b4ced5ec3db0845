"""Memories as minima: Hebb's rule, the projection rule, and how a network falls back to what it has stored.

Symbols   xi    stored patterns (M, N), each -1 or +1
          M, N  numbers of patterns and of neurons; the load is alpha = M / N
          J     couplings (N, N), zero diagonal; J_ij is the weight with which neuron j acts on neuron i
          s     states of the neurons (N,), each -1 or +1
          h     local fields (N,): h_i = sum_j J_ij s_j
          m     overlaps with the patterns (M,): m_a = (1/N) sum_i xi_ai s_i
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from jaxtyping import Float, Int8
from numba import njit
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.digits import PIXELS, handwritten_digits
from course_lib.shared.numbers import affordable

from .checks import Couplings, Spins, Weights, checked_count, checked_number, checked_spins, checked_weights
from .directed import rounding

Patterns = Int8[np.ndarray, "M N"]
THRESHOLD = 7  # a pixel of a handwritten digit goes from 0 to 16, and counts as ink above this


def random_patterns(M: int, N: int, *, rng: np.random.Generator) -> Patterns:
    """M patterns of N independent signs."""
    shape = checked_count(M, 1, "The number of patterns"), checked_count(N, 1, "The number of neurons")
    return rng.choice(np.array([-1, 1], np.int8), affordable(*shape))


def digit_patterns(M: int) -> Patterns:
    """The first M handwritten digits of scikit-learn, 0 to 9 in turn: 8 x 8 pixels, +1 where there is ink.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI repository (1998).
    """
    M = checked_count(M, 1, "The number of digits")
    require(M <= len(_digits()), f"There are {len(_digits())} digits to store, not {M}.")
    return _digits()[:M].copy()


@cache
def _digits() -> Patterns:
    images, shown = handwritten_digits()
    each = [images[shown == digit] for digit in range(10)]
    turns = np.stack([images_of[: min(map(len, each))] for images_of in each], axis=1).reshape(-1, PIXELS)
    return np.where(turns > THRESHOLD, 1, -1).astype(np.int8)


def corrupt(pattern: Spins, share: float, *, rng: np.random.Generator) -> Spins:
    """The pattern with this share of its signs, chosen at random, turned over."""
    share, s = checked_number(share, "A share"), checked_spins(pattern)
    require(0 <= share <= 1, f"A share lies between 0 and 1: got {share}.")
    require(s.ndim == 1, f"Corrupt one pattern at a time: these have the shape {s.shape}.")
    s[rng.permutation(s.size)[: round(share * s.size)]] *= -1
    return s


def hebb(xi: Patterns) -> Couplings:
    """J_ij = (1/N) sum_a xi_ai xi_aj, and no neuron acts on itself.

    Raises: Refusal if the patterns are not rows of -1 and +1.
    Source: Hopfield, Proc. Natl. Acad. Sci. 79, 2554 (1982).
    """
    xi = checked_patterns(xi)
    J = xi.T @ xi / xi.shape[1]
    np.fill_diagonal(J, 0)
    return J


def projection_rule(xi: Patterns) -> Couplings:
    """J = xi^T (xi xi^T)^-1 xi, the projector on the span of the patterns, with its diagonal left out.

    h_i = (1 - J_ii) xi_i at each stored pattern, J_ii < 1 being what was left out: all of them stay, however alike.
    Source: Personnaz, Guyon and Dreyfus, J. Phys. Lett. 46, L359 (1985); Kanter and Sompolinsky, Phys. Rev. A 35,
    380 (1987) without the diagonal.
    """
    xi = checked_patterns(xi)
    J = np.linalg.pinv(xi) @ xi
    J = (J + J.T) / 2  # symmetric but for rounding
    np.fill_diagonal(J, 0)
    return J


def checked_patterns(xi: ArrayLike) -> Float[np.ndarray, "M N"]:
    """A copy of the patterns as real numbers, whose products do not overflow. Raises: Refusal, in words."""
    xi = checked_spins(xi)
    require(xi.ndim == 2 and xi.size > 0, f"Patterns are the rows of a table, M rows and N columns: not {xi.shape}.")
    affordable(xi.shape[1], xi.shape[1])  # their couplings
    return xi.astype(np.float64)


def pattern_overlaps(s: Spins, xi: Patterns) -> Float[np.ndarray, "*R M"]:
    """m_a = (1/N) sum_i xi_ai s_i: 1 for the pattern itself, about 1/sqrt(N) for one it has nothing to do with."""
    s, xi = checked_spins(s), checked_patterns(xi)
    N = xi.shape[1]
    require(
        s.shape[-1:] == (N,), f"The patterns have {N} signs, so a state has {N} too: these have the shape {s.shape}."
    )
    return s.astype(np.float64) @ xi.T / N


def network_energy(s: Spins, J: Weights) -> float:
    """E = -1/2 sum_ij J_ij s_i s_j. Recall never raises it where J is symmetric; where it is not, it may."""
    J = checked_weights(J)
    s = checked_spins(s, (len(J),)).astype(np.float64)
    return float(-0.5 * s @ J @ s)


def recall(s: Spins, J: Weights, *, rng: np.random.Generator, parts: int = 1) -> Iterator[Spins]:
    """Yield s, then the state after each sweep, until nothing changes: one neuron after the other obeys its field.

        s_i <- sign(h_i),    in a new random order each sweep; where h_i = 0 it stays

    It ends for every symmetric J. For a directed one it may go on for ever.

    parts: how many states to yield in each sweep.
    """
    s, h, J_out, tie = _ready(s, J)
    require(s.ndim == 1, f"Recall starts from one state, not from the shape {s.shape}.")
    parts = checked_count(parts, 1, "The number of parts of a sweep")
    require(parts <= len(s), f"A sweep has at most as many parts as neurons, {len(s)}: got {parts}.")
    yield s.copy()
    flips = 1
    while flips:
        flips = 0
        for some in np.array_split(rng.permutation(len(s)), parts):
            flips += _visit(s, h, J_out, some, tie)
            yield s.copy()


def recalled_states(S: Int8[np.ndarray, "R N"], J: Couplings, *, rng: np.random.Generator) -> Int8[np.ndarray, "R N"]:
    """Where recall from each row of S ends. J is symmetric here, so that it does."""
    S, H, J_out, tie = _ready(S, J)
    require(bool((J_out == J_out.T).all()), "A directed network may never come to rest: ask recall.")
    require(S.ndim == 2, f"Give the states to start from as rows of a table, not in the shape {S.shape}.")
    for s, h in zip(S, H, strict=True):
        while _visit(s, h, J_out, rng.permutation(len(s)), tie):
            pass
    return S


def recalled_overlaps(N: int, M: int, starts: int, *, rng: np.random.Generator) -> Float[np.ndarray, " starts"]:
    """Store M random patterns by Hebb's rule, start at each of the first few: the overlap that is left at rest."""
    xi, starts = random_patterns(M, N, rng=rng), checked_count(starts, 1, "The number of starts")
    require(starts <= M, f"There are {M} patterns to start from: got {starts} starts.")
    ends = recalled_states(xi[:starts], hebb(xi), rng=rng)
    return (ends * xi[:starts].astype(np.float64)).mean(axis=1)


def _ready(s: ArrayLike, J: ArrayLike) -> tuple[Spins, np.ndarray, np.ndarray, float]:
    """Copies for compiled code: s, its fields, J with one row for what each neuron sends out, and what is a tie."""
    s, J_out = checked_spins(s), checked_weights(np.transpose(J))
    require(s.shape[-1:] == (len(J_out),), f"J is that of {len(J_out)} neurons: the states have the shape {s.shape}.")
    return s, s.astype(np.float64) @ J_out, J_out, rounding(J_out)


@njit(cache=True, error_model="numpy")
def _visit(s, h, J_out, order, tie):
    """Each neuron of `order` obeys its field; those that flip tell the others. Returns how many flipped."""
    flips = 0
    for i in order:
        if s[i] * h[i] < -tie:
            s[i] = -s[i]
            change = 2.0 * s[i]
            for j in range(len(h)):
                h[j] += J_out[i, j] * change
            flips += 1
    return flips
