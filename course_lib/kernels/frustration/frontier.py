"""In which order the transfer matrix adds spins, and where each of them stands while it still has neighbours to come.

The spins are added in the order of their numbers. Of those already there only the frontier matters: the spins that
have not met all their neighbours. On a lattice numbered row by row that is one row. A state of the frontier is a
number x whose bit k is 0 where the spin in place k is up, and 1 where it is down.

Symbols   edges      the two spins of each bond (m, 2)
          J          coupling of each bond (m,)
          h          field on a new spin, for each state of the frontier (2^W,), where W is its number of places
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from numba import njit

from course_lib.core import require

from .lattice_checks import checked_edges
from .lattices import Lattice

WIDEST = 18  # places; each more doubles the work
INSTEAD = "For ground states use planar_ground_state: it takes lattices of any size whose bonds do not cross."


class Frontier(NamedTuple):
    """Which place each spin takes, and for each spin the bonds to those already there: bond, and the other's place."""

    place: Int[np.ndarray, " N"]
    start: Int[np.ndarray, " N+1"]  # spin i has the bonds start[i] to start[i + 1] of those below
    bond: Int[np.ndarray, " m"]
    other: Int[np.ndarray, " m"]
    width: int


def frontier(lattice: Lattice) -> Frontier:
    """The order of the work. Raises: ValueError, with what to use instead, if the frontier gets too wide."""
    found = Frontier(*_places(checked_edges(lattice.edges, lattice.N), lattice.N))
    table = f"The transfer matrix would need a table of more than 2^{WIDEST} numbers."
    require(found.width <= WIDEST, f"{table} Its rows should be the short side of the lattice. {INSTEAD}")
    return found


@njit(cache=True, error_model="numpy")
def _places(edges, N):
    """The place of a spin that has met all its neighbours is free for the next; else a new one is opened."""
    last = np.arange(N)  # the last neighbour of each spin
    start = np.zeros(N + 1, np.int64)
    for i, j in edges:
        last[min(i, j)] = max(last[min(i, j)], max(i, j))
        start[max(i, j) + 1] += 1
    start = np.cumsum(start)
    bond, other, filled = np.empty(len(edges), np.int64), np.empty(len(edges), np.int64), start.copy()
    for e in range(len(edges)):
        i = max(edges[e, 0], edges[e, 1])
        bond[filled[i]], other[filled[i]] = e, min(edges[e, 0], edges[e, 1])
        filled[i] += 1
    place, holder, width = np.empty(N, np.int64), np.empty(N, np.int64), 0
    for i in range(N):
        for b in range(start[i], start[i + 1]):
            other[b] = place[other[b]]
        k = 0
        while k < width and last[holder[k]] > i:
            k += 1
        place[i], holder[k], width = k, i, max(width, k + 1)
        if width > WIDEST:
            break
    return place, start, bond, other, width


@njit(cache=True, error_model="numpy")
def field(plan, J, i, h):
    """The field on the new spin i from all its neighbours but that whose place it takes; its coupling to that one."""
    h[:] = 0.0
    to_last = 0.0
    for b in range(plan.start[i], plan.start[i + 1]):
        J_e, bit = J[plan.bond[b]], 1 << plan.other[b]
        if plan.other[b] == plan.place[i]:
            to_last += J_e
        else:
            for x in range(len(h)):
                h[x] += J_e if x & bit == 0 else -J_e
    return to_last
