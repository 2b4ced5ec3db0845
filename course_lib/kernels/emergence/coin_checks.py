"""What a reader may hand over to the coin-flip model, refused in words where it cannot be.

Symbols   p      chance that a skill is learnt in one step
          n      number of skills
          t      steps of training
          P_star  chance of having all the skills that is asked for
          q      accuracy of one token
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

Numbers = Float[np.ndarray, "..."]
RAREST = 1e-12  # chance a step for which times are still drawn: they are whole numbers of 64 bits


def chance(p: float, name: str = "The chance p") -> float:
    """A chance strictly between 0 and 1. Raises: Refusal for anything else."""
    p = number(p, name)
    require(p < 1, f"{name} of one step lies between 0 and 1: got {p}.")
    return p


def frequent(p: float) -> float:
    """A chance for which times can be drawn. Raises: Refusal where they would not fit a whole number of 64 bits."""
    p = chance(p)
    require(p >= RAREST, f"Times are drawn for a chance p from {RAREST} on: got {p}.")
    return p


def chances(p: ArrayLike) -> Float[np.ndarray, " n"]:
    """A copy of a row of chances, one for each skill. Raises: Refusal unless all lie between 1e-12 and 1."""
    p = np.atleast_1d(plain(p, float, "The chances p are numbers."))
    require(p.ndim == 1 and p.size > 0, f"The chances p stand in one row, one for each skill: got the shape {p.shape}.")
    require(
        bool(((p >= RAREST) & (p < 1)).all()),
        f"Each chance p lies between 0 and 1: these go from {p.min()} to {p.max()}.",
    )
    return p


def times(t: ArrayLike) -> Numbers:
    """A copy of times. Raises: Refusal unless all are finite and none is negative."""
    t = plain(t, float, "The time t: numbers are needed.")
    require(bool(((t >= 0) & np.isfinite(t)).all()), "The time t is finite and never negative.")
    return t


def levels(P_star: ArrayLike) -> Numbers:
    """A copy of chances to be reached. Raises: Refusal unless all lie strictly between 0 and 1."""
    P_star = plain(P_star, float, "The level P*: numbers are needed.")
    inside = bool(((P_star > 0) & (P_star < 1)).all())
    require(inside, "The level P* lies between 0 and 1: neither end is reached in a finite time.")
    return P_star


def shares(q: ArrayLike, name: str) -> Numbers:
    """A copy of numbers from 0 to 1, both ends among them. Raises: Refusal otherwise."""
    q = plain(q, float, f"{name}: numbers are needed.")
    require(bool(((q >= 0) & (q <= 1)).all()), f"{name} lies from 0 to 1.")
    return q


def share(rho: float, name: str) -> float:
    """One number from 0 to 1. Raises: Refusal otherwise."""
    rho = number(rho, name, zero=True)
    require(rho <= 1, f"{name} lies from 0 to 1: got {rho}.")
    return rho


def skills(n: float) -> float:
    """A number of skills: any positive number, for formulas and fits. Raises: Refusal otherwise."""
    return number(n, "The number of skills n")


def whole_skills(n: int) -> int:
    """A number of skills that can be counted. Raises: Refusal otherwise."""
    return whole(n, "The number of skills n")
