"""Exact ground states, degeneracy, ln Z and energy of one sample: the transfer matrix, one spin at a time.

A table holds the lowest energy, or the free energy, for each state of the frontier (frontier.py). A new spin takes the
place of one that has met all its neighbours, and the table keeps the better, or the sum, of what that one could be.
A lattice with rows of Lx spins has a frontier of Lx, so N 2^Lx steps replace 2^N states.

Symbols   J          coupling of each bond (m,), E = -sum_e J_e s_i s_j
          E          lowest energy for each state of the frontier (2^W,), where W is its number of places
          T, beta    temperature (k_B = 1), and 1/T
          h          field on a new spin, for each state of the frontier (2^W,)
          F          -ln of the sum over all spins that left, for each state of the frontier (2^W,)
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int8
from numba import njit

from course_lib.core import require

from .checks import checked_bonds, checked_temperature
from .frontier import INSTEAD, Frontier, field, frontier
from .lattices import Bonds, Lattice

LARGEST = 2**27  # bytes for the choices that lead back to a ground state
STRONGEST = 1e100
HUGE = 2.0**600  # counts beyond it are halved so many times
EQUAL = 1e-12  # of the sum of |J|: energies closer than this count as equal


class Ground(NamedTuple):
    """The lowest energy, one state that has it, and how many states do (exact below 2^53)."""

    energy: float
    spins: Int8[np.ndarray, " N"]
    count: int

    @property
    def entropy(self) -> float:
        """ln of the number of ground states."""
        return math.log(self.count)


class Thermal(NamedTuple):
    """ln Z, and the mean energy."""

    log_Z: float
    energy: float


def ground_state(lattice: Lattice, J: Bonds) -> Ground:
    """The exact ground state: lowest energy, one of its states (always the same one), and the number of all of them.

    Time and memory grow as N 2^Lx: 8 x 8 spins take less than a millisecond, 16 x 16 some fifty.

    Raises: ValueError if the lattice is too wide, and says what to use instead.
    """
    plan, J = _checked(lattice, J)
    cells = lattice.N * 2**plan.width
    require(
        cells <= LARGEST, f"To find its way back to a state the transfer matrix needs {cells / 1e9:.1f} GB. {INSTEAD}"
    )
    s, came = np.empty(lattice.N, np.int8), np.empty((lattice.N, 2**plan.width), np.uint8)
    E, count, halved = _lowest(plan, J, EQUAL * float(np.abs(J).sum()), came, s)
    return Ground(E, s, int(count) << halved)


def ground_energy(lattice: Lattice, J: Bonds) -> tuple[float, float]:
    """The lowest energy, and the entropy ln(number of ground states), without a state: for strips of any length."""
    plan, J = _checked(lattice, J)
    no_way_back = np.empty((0, 0), np.uint8), np.empty(0, np.int8)
    E, count, halved = _lowest(plan, J, EQUAL * float(np.abs(J).sum()), *no_way_back)
    return E, math.log(count) + halved * math.log(2)


def thermal(lattice: Lattice, J: Bonds, T: float) -> Thermal:
    """Exact ln Z and mean energy at temperature T, summed over all 2^N states.

    Raises: ValueError if T is not positive, or the lattice too wide.
    """
    plan, J = _checked(lattice, J)
    found = Thermal(*_summed(plan, J, 1 / checked_temperature(T)))
    require(math.isfinite(found.log_Z), f"At T = {T} these couplings over T are too large for a computer's numbers.")
    return found


def _checked(lattice: Lattice, J: Bonds) -> tuple[Frontier, Float[np.ndarray, " m"]]:
    plan, J = frontier(lattice), checked_bonds(J, lattice.m)
    require(bool((np.abs(J) <= STRONGEST).all()), f"Couplings are at most {STRONGEST:g} here: take a larger unit.")
    return plan, J


# --- adding spins ---------------------------------------------------------------------------------------------------
# At first every place holds a spin that is coupled to nothing. It changes no energy; as it doubles every count, the
# counts start at 2^-W.


@njit(cache=True, error_model="numpy")
def _lowest(plan, J, equal, came, s):
    """Lowest energy, and how many states have it: (count, halved) stands for count 2^halved.

    came: what the spin that left had been, for each new spin and state (N, 2^W); s: the state that it leads back to.
    Both are empty if nobody asks.
    """
    size = 1 << plan.width
    E, count, h = np.zeros(size), np.full(size, 1.0 / size), np.empty(size)
    halved = 0
    for i in range(len(plan.place)):
        J_k, bit = field(plan, J, i, h), 1 << plan.place[i]
        for high in range(0, size, 2 * bit):
            for up in range(high, high + bit):
                down = up + bit
                E_up, E_down, n_up, n_down = E[up], E[down], count[up], count[down]
                E[up], count[up], from_down = _better(E_up - J_k - h[up], n_up, E_down + J_k - h[up], n_down, equal)
                E[down], count[down], also = _better(E_up + J_k + h[up], n_up, E_down - J_k + h[up], n_down, equal)
                if len(came) > 0:
                    came[i, up], came[i, down] = from_down, also
        if i % 64 == 63 and count.max() > HUGE:
            count /= HUGE
            halved += 600
    x = E.argmin()
    total = count[E <= E[x] + equal].sum()
    for i in range(len(s) - 1, -1, -1):
        bit = 1 << plan.place[i]
        s[i] = 1 if x & bit == 0 else -1
        x = x | bit if came[i, x] else x & ~bit
    return E[E.argmin()], total, halved


@njit(cache=True, error_model="numpy")
def _better(E_up, n_up, E_down, n_down, equal):
    """The lower energy, the number of states that have it, and whether it came from the spin that was down."""
    down = E_down < E_up
    n = (n_up if E_up <= E_down + equal else 0.0) + (n_down if E_down <= E_up + equal else 0.0)
    return (E_down if down else E_up), n, down


@njit(cache=True, error_model="numpy")
def _summed(plan, J, beta):
    """ln Z and the mean energy; U is the mean energy for each state of the frontier."""
    size = 1 << plan.width
    F, U, h = np.full(size, plan.width * np.log(2.0)), np.zeros(size), np.empty(size)
    for i in range(len(plan.place)):
        J_k, bit = field(plan, J, i, h), 1 << plan.place[i]
        for high in range(0, size, 2 * bit):
            for up in range(high, high + bit):
                down = up + bit
                F_up, F_down, U_up, U_down = F[up], F[down], U[up], U[down]
                F[up], U[up] = _both(F_up, U_up, -J_k - h[up], F_down, U_down, J_k - h[up], beta)
                F[down], U[down] = _both(F_up, U_up, J_k + h[up], F_down, U_down, -J_k + h[up], beta)
    weight = np.exp(F.min() - F)
    return np.log(weight.sum()) - F.min(), (weight * U).sum() / weight.sum()


@njit(cache=True, error_model="numpy")
def _both(F_up, U_up, E_up, F_down, U_down, E_down, beta):
    """F and U of two alternatives together, which add the energies E_up and E_down."""
    F_up, F_down = F_up + beta * E_up, F_down + beta * E_down
    ratio = np.exp(-abs(F_up - F_down))  # of the rarer to the likelier
    mixed = np.log1p(ratio), (1.0 if F_up < F_down else ratio) / (1.0 + ratio)
    return min(F_up, F_down) - mixed[0], mixed[1] * (U_up + E_up) + (1.0 - mixed[1]) * (U_down + E_down)
