"""What a reader may hand over, refused in words where it cannot be.

Symbols   y, x   points, one in each row (n, d)
          C      covariance (d, d)
          sigma  noise level
          t      time
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number

Points = Float[np.ndarray, "n d"]
Square = Float[np.ndarray, "d d"]
SYMMETRIC = 1e-9  # relative: what rounding may leave between C and its transpose


def points(y: ArrayLike, name: str = "The points", d: int | None = None) -> Points:
    """A copy of the rows as numbers. Raises: Refusal unless there is a finite table, d columns wide if d is given."""
    y = plain(y, float, f"{name}: numbers are needed.")
    require(y.ndim == 2, f"{name}: one point in each row, an array of shape (n, d), y[:, None] in one dimension.")
    require(y.size > 0, f"{name}: there are none.")
    require(d is None or y.shape[1] == d, f"{name} have {y.shape[1]} coordinates, where {d} are needed.")
    require(bool(np.isfinite(y).all()), f"{name}: some coordinates are infinite or not a number.")
    return y


def vector(b: ArrayLike, name: str, d: int) -> Float[np.ndarray, " d"]:
    """A copy of d numbers in a row; of a single one, where d is 1. Raises: Refusal for anything else."""
    b = np.atleast_1d(plain(b, float, f"{name}: numbers are needed."))
    require(b.shape == (d,), f"{name}: a row of {d}, one number each: got the shape {b.shape}.")
    require(bool(np.isfinite(b).all()), f"{name}: some are infinite or not a number.")
    return b


def symmetric(C: ArrayLike, name: str, d: int | None = None) -> Square:
    """A copy of a symmetric matrix. Raises: Refusal where it is none, or not (d, d)."""
    C = plain(C, float, f"{name}: numbers are needed.")
    square = C.ndim == 2 and C.shape[0] == C.shape[1] > 0
    require(square and (d is None or len(C) == d), f"{name}: a square matrix{f', {d} by {d}' if d else ''}.")
    require(bool(np.isfinite(C).all()), f"{name}: some entries are infinite or not a number.")
    require(np.abs(C - C.T).max() <= SYMMETRIC * np.abs(C).max(), f"{name} is symmetric; this one is not.")
    return (C + C.T) / 2


def non_negative(C: ArrayLike, name: str, d: int | None = None) -> Square:
    """A symmetric matrix without negative eigenvalues, but for rounding. Raises: Refusal otherwise."""
    C = symmetric(C, name, d)
    least, most = np.linalg.eigvalsh(C)[[0, -1]]
    require(least >= -SYMMETRIC * max(most, 0.0), f"{name} has no negative eigenvalue; this one has {least:.3g}.")
    return C


def level(sigma: float, name: str = "The noise level sigma", zero: bool = False) -> float:
    """A noise level. Raises: Refusal unless it is positive and finite; or zero, where that may be."""
    return number(sigma, name, zero)


def time(t: float, name: str = "The time t", zero: bool = True) -> float:
    """A time. Raises: Refusal unless it is finite and not negative; or not positive, where zero may not be."""
    return number(t, name, zero)
