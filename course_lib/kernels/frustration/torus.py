"""The energy of a square lattice on a torus, from arrays that look like the lattice.

Symbols   s     spins (Lx, Lx), each -1 or +1
          J     couplings; J_right[y, x] joins (y, x) to (y, x + 1), J_down[y, x] joins it to (y + 1, x)
          E     energy, each bond counted once
"""

import numpy as np
from jaxtyping import Float, Int


def torus_energy(
    s: Int[np.ndarray, "Lx Lx"], J_right: Float[np.ndarray, "Lx Lx"], J_down: Float[np.ndarray, "Lx Lx"]
) -> float:
    """E = -sum over sites of s (J_right s_right + J_down s_down); the last column's right neighbour is the first."""
    s_right, s_down = np.roll(s, -1, axis=1), np.roll(s, -1, axis=0)
    return float(-np.sum(s * (J_right * s_right + J_down * s_down)))
