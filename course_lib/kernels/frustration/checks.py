"""What a reader may hand over, refused in words where it cannot be: spins, couplings, temperatures.

Symbols   s     spins (N,), each -1 or +1
          J     couplings (N, N), symmetric with a zero diagonal, or one for each bond (m,)
          T     temperature, in units of the coupling (k_B = 1)
"""

import numpy as np
from jaxtyping import Float, Int8
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain, rows

Spins = Int8[np.ndarray, " N"]
Couplings = Float[np.ndarray, "N N"]  # symmetric
Weights = Float[np.ndarray, "N N"]  # directed: J_ij is what j does to i
SPINS = "Spins are -1 or +1, and nothing else."
REAL = "Couplings are real numbers."
FINITE = "Couplings are finite numbers: there is a NaN or an infinity among these."


def checked_spins(s: ArrayLike, shape: tuple[int, ...] | None = None) -> Spins:
    """A writable copy of the spins as small whole numbers, in their own shape. Raises: Refusal if any is not +-1."""
    s = rows(s)
    require(s.dtype.kind in "iuf" and bool((np.abs(s) == 1).all()), SPINS)
    require(shape is None or s.shape == shape, f"There should be spins in the shape {shape}, and there are {s.shape}.")
    return plain(s.astype(np.int8), np.int8, SPINS)


def checked_bonds(J: ArrayLike, m: int) -> Float[np.ndarray, " m"]:
    """A writable copy of one coupling a bond. Raises: Refusal if they are not m finite numbers."""
    J = plain(J, np.float64, REAL)
    require(J.shape == (m,), f"There are {m} bonds, so {m} couplings are needed: these have the shape {J.shape}.")
    require(bool(np.isfinite(J).all()), FINITE)
    return J


def checked_weights(J: ArrayLike) -> Weights:
    """A writable copy of a matrix of weights. Raises: Refusal unless it is square and finite with a zero diagonal."""
    J = plain(J, np.float64, REAL)
    require(J.ndim == 2 and J.shape[0] == J.shape[1] > 0, f"J has a row and a column for each spin, not {J.shape}.")
    require(bool(np.isfinite(J).all()), FINITE)
    require(not J.diagonal().any(), "A spin or neuron does not act on itself: set the diagonal of J to zero.")
    return J


def checked_couplings(J: ArrayLike) -> Couplings:
    """A writable copy of a matrix of couplings: symmetric weights. Raises: Refusal if it is not symmetric."""
    J = checked_weights(J)
    require(bool((J == J.T).all()), "J is not symmetric: where i does not act on j as j on i there is no energy.")
    return J


def checked_number(x: float, what: str) -> float:
    """A real, finite number. Raises: Refusal, in the words of `what`, for anything else."""
    real = isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool) and bool(np.isfinite(x))
    require(real, f"{what} is a finite number: got {x!r}.")
    return float(x)


def checked_temperature(T: float) -> float:
    """The temperature, if it is positive and finite."""
    T = checked_number(T, "A temperature")
    require(T > 0, f"A temperature is a positive number: got {T!r}. For T = 0 ask for the ground state.")
    return T


def checked_count(n: int, least: int, what: str) -> int:
    """A whole number, `least` or more. Raises: Refusal, in the words of `what`, for anything else."""
    whole = isinstance(n, (int, np.integer)) and not isinstance(n, bool)
    require(whole and n >= least, f"{what} is a whole number from {least} on: got {n!r}.")
    return int(n)
