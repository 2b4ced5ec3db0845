"""Wolff's clusters: spins that agree are tied together and flipped as one, so that whole domains turn at once.

Symbols   s     spins (Lx, Lx), each -1 or +1, on a periodic square lattice
          T     temperature, in units of the coupling
          p     probability that a bond between two spins that agree ties them: 1 - e^(-2/T)
"""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from .checks import checked_temperature
from .ising import Chain, checked_square, checked_steps, streams, word


def wolff(s: ArrayLike, T: float, clusters: int, *, every: int = 1, rng: np.random.Generator) -> Chain:
    """Flip one cluster after another. Each grows from a random spin along bonds that tie with probability p.

    Args:
        s: the spins to start from (Lx, Lx), Lx even.
        clusters: how many are flipped. One cluster is a step, whatever its size.
        every: measure after each so many clusters.
    Source: Wolff, Phys. Rev. Lett. 62, 361 (1989).
    """
    s, (steps, every) = checked_square(s), checked_steps(clusters, every)
    p = -np.expm1(-2 / checked_temperature(T))
    sites = np.arange(len(s), dtype=np.uint64)
    before, after = np.roll(sites, 1), np.roll(sites, -1)  # round the torus
    limit = np.uint64(min(round(p * 2**64), 2**64 - 1))
    u, m = _clusters(s, limit, streams(1, rng=rng), before, after, steps, every)
    return Chain(s, u, m)


@njit(cache=True, error_model="numpy")
def _clusters(s, p, stream, before, after, clusters, every):
    """All clusters of a chain, in place, and what is measured on the way; p in units of 2^-64."""
    row, column = np.empty(s.size, np.uint64), np.empty(s.size, np.uint64)
    u, m = np.empty(clusters // every), np.empty(clusters // every)
    for t in range(clusters):
        _flip_cluster(s, p, stream, before, after, row, column)
        if (t + 1) % every == 0:
            u[t // every], m[t // every] = _measure(s)
    return u, m


@njit(cache=True, error_model="numpy")
def _flip_cluster(s, p, stream, before, after, row, column):
    """Flip a random spin, then each neighbour that agreed with it and is tied to it, and so on.

    row and column are the stack of flipped spins whose neighbours have not been tried yet.
    """
    Lx, first = np.uint64(len(s)), np.int64(0)
    site = word(stream, first) % (Lx * Lx)
    row[0], column[0], waiting = site // Lx, site % Lx, 1
    sign = s[row[0], column[0]]
    s[row[0], column[0]] = -sign
    while waiting:
        waiting -= 1
        r, c = row[waiting], column[waiting]
        for i, j in ((before[r], c), (after[r], c), (r, before[c]), (r, after[c])):
            if s[i, j] == sign and word(stream, first) < p:
                s[i, j] = -sign
                row[waiting], column[waiting] = i, j
                waiting += 1


@njit(cache=True, error_model="numpy")
def _measure(s):
    """(u, m) of the lattice as it is."""
    Lx, bonds, up = len(s), 0, 0
    for r in range(Lx):
        here, below = s[r], s[(r + 1) % Lx]
        bonds += here[Lx - 1] * here[0]
        for c in range(Lx):
            bonds += here[c] * below[c]
            up += here[c]
        for c in range(Lx - 1):
            bonds += here[c] * here[c + 1]
    return -bonds / (Lx * Lx), up / (Lx * Lx)
