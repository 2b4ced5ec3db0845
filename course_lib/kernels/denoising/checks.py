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
from course_lib.shared.arrays import plain, rows
from course_lib.shared.numbers import number

Points = Float[np.ndarray, "n d"]
Square = Float[np.ndarray, "d d"]
SYMMETRIC = 1e-9  # relative: what rounding may leave between C and its transpose
FLAT = 1e-14  # a variance this much smaller than the largest is rounding
FARTHEST = 1e100  # the square of a larger coordinate is soon no number any more
LEVELS = 1e-100, 1e100  # of noise, whose squares are numbers
LATEST = 300.0  # e^2t is a number


def points(y: ArrayLike, name: str = "The points", d: int | None = None) -> Points:
    """A copy of the rows as numbers, d in each if d is given. Raises: Refusal where this is no table, up to 1e100."""
    y = plain(y, float, f"{name}: numbers are needed.")
    require(y.ndim == 2, f"{name}: one point in each row, an array of shape (n, d), y[:, None] in one dimension.")
    require(y.size > 0, f"{name}: there are none.")
    require(d is None or y.shape[1] == d, f"{name} have {y.shape[1]} coordinates, where {d} are needed.")
    require(bool(np.isfinite(y).all()), f"{name}: some coordinates are infinite or not a number.")
    require(bool((np.abs(y) <= FARTHEST).all()), f"{name}: some coordinates are beyond {FARTHEST:g}.")
    return y


def reals(x: ArrayLike, name: str, least: float = -np.inf) -> Float[np.ndarray, "..."]:
    """A copy of numbers in any shape. Raises: Refusal unless they are finite, and none is below the least."""
    x = plain(x, float, f"{name}: numbers are needed.")
    require(bool(np.isfinite(x).all()), f"{name}: finite numbers are needed.")
    require(bool((x >= least).all()), f"{name}: numbers from {least:g} on are needed.")
    return x


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
    """A noise level. Raises: Refusal unless it is from 1e-100 to 1e100; or zero, where that may be."""
    sigma = number(sigma, name, zero)
    require(sigma == 0 or LEVELS[0] <= sigma <= LEVELS[1], f"{name}: from {LEVELS[0]:g} to {LEVELS[1]:g}: {sigma:g}.")
    return sigma


def levels(sigmas: tuple[float, float]) -> tuple[np.float32, np.float32]:
    """Two noise levels. Raises: Refusal unless both are positive and the second is not the lesser."""
    sigmas = rows(sigmas)
    require(sigmas.shape == (2,), "Two noise levels are needed, the least and the most.")
    least, most = (level(sigma) for sigma in sigmas)
    require(least <= most, f"The least noise level comes first: {least:g} is more than {most:g}.")
    return np.float32(least), np.float32(most)


def time(t: float, name: str = "The time t", zero: bool = True) -> float:
    """A time. Raises: Refusal unless it is from 0, or above where zero may not be, to 300."""
    t = number(t, name, zero)
    require(t <= LATEST, f"{name}: at most {LATEST:g}, when all is noise: got {t:g}.")
    return t
