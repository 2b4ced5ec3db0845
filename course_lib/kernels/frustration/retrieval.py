"""How much a Hopfield network can hold: the replica-symmetric theory of recall, N neurons and alpha N random patterns.

The other patterns act on each neuron as a Gaussian field of variance alpha r beside the signal m.

Symbols   alpha  load M/N
          m      overlap with the pattern that is recalled
          y      signal over noise, m / sqrt(2 alpha r): at T = 0 everything follows from it
          q, r   overlap of two replicas; variance of the noise, over alpha
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq, minimize_scalar
from scipy.special import erf

from course_lib.core import require
from course_lib.shared.arrays import plain

REAL = "Loads and signals are real numbers."


class Capacity(NamedTuple):
    """The largest load at which a memory is still a minimum, and the overlap and signal over noise there."""

    alpha: float
    m: float
    y: float


def retrieval_load(y: Float[np.ndarray, " k"]) -> Float[np.ndarray, " k"]:
    """The load at which recall has this signal over noise at T = 0: sqrt(2 alpha) = erf(y)/y - (2/sqrt(pi)) e^(-y^2).

    That is all three saddle-point equations in one: m = erf(y), C = (2/sqrt(pi)) e^(-y^2) y/m, r = 1/(1 - C)^2.
    Source: Amit, Gutfreund and Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985); Ann. Phys. 173, 30 (1987).
    """
    y = plain(y, np.float64, REAL)
    require(bool((y > 0).all()), "The signal over noise of a recalled pattern is positive.")
    return (erf(y) / y - 2 / np.sqrt(np.pi) * np.exp(-(y**2))) ** 2 / 2


def hopfield_capacity() -> Capacity:
    """The maximum of retrieval_load(y): at a higher load the equations have no solution with m > 0."""
    found = minimize_scalar(lambda y: -retrieval_load(y), bounds=(1.0, 3.0), method="bounded", options={"xatol": 1e-10})
    y = float(found.x)
    return Capacity(float(retrieval_load(y)), float(erf(y)), y)


def retrieval_overlap(alpha: Float[np.ndarray, "*k"]) -> Float[np.ndarray, "*k"]:
    """m at T = 0: the stable solution below the capacity, and 0 above it, where there is no other."""
    alpha = plain(alpha, np.float64, REAL)
    require(bool((alpha >= 0).all()), "The load M/N is never negative.")
    top = hopfield_capacity()

    def overlap(a: float) -> float:
        if a == 0 or a > top.alpha:
            return float(a == 0)
        return float(erf(brentq(lambda y: retrieval_load(y) - a, top.y, 1 / np.sqrt(a))))

    return np.reshape([overlap(a) for a in alpha.ravel()], alpha.shape)
