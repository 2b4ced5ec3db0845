"""The energy of a square lattice on a torus, from arrays that look like the lattice.

Symbols   s     spins (Lx, Lx), each -1 or +1
          J     couplings; J_right[y, x] joins (y, x) to (y, x + 1), J_down[y, x] joins it to (y + 1, x)
          E     energy, each bond counted once
"""

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require

from .checks import checked_bonds, checked_spins

Spins = Int[np.ndarray, "Lx Lx"]
Bonds = Float[np.ndarray, "Lx Lx"]


def torus_energy(s: Spins, J_right: Bonds, J_down: Bonds) -> float:
    """E = -sum over sites of s (J_right s_right + J_down s_down); the last column's right neighbour is the first."""
    s, J_right, J_down = checked_torus(s, J_right, J_down)
    s_right, s_down = np.roll(s, -1, axis=1), np.roll(s, -1, axis=0)
    return float(-np.sum(s * (J_right * s_right + J_down * s_down)))


def checked_torus(s: ArrayLike, *J: ArrayLike) -> tuple[Spins, Bonds, Bonds]:
    s = checked_spins(s)
    require(s.ndim == 2, f"The spins of a torus are a table s[y, x], not numbers in the shape {s.shape}.")
    shapes = [np.shape(one) for one in J]
    require(shapes == [s.shape] * 2, f"Couplings have the shape of the spins, {s.shape}: these have {shapes}.")
    return s, *(checked_bonds(np.ravel(one), s.size).reshape(s.shape) for one in J)
