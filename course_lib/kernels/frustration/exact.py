"""The square-lattice magnet solved exactly: Onsager's energy, Yang's magnetisation, Kaufman's finite torus.

The coupling is 1, so energies and temperatures are in units of it. Every function takes one temperature or an array.

Symbols   T     temperature, in units of the coupling
          K     reduced coupling 1/T
          Lx    side of a periodic lattice of N = Lx^2 spins
          u     energy per spin, in units of the coupling: -2 where all spins agree
          m     magnetisation per spin
          Z     partition function of the whole lattice
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import ellipkm1

from course_lib.core import require

from .checks import checked_count

Values = Float[np.ndarray, "*batch"]
COLDEST = 0.01  # below, exponentials overflow, and u differs from -2 by less than rounding
HOTTEST = 1e4  # above, u is -2/T to seven digits, and large terms that cancel leave fewer
WIDEST = 10**5


def critical_temperature() -> float:
    """T_c = 2 / ln(1 + sqrt 2), where sinh(2/T) = 1. Source: Kramers and Wannier, Phys. Rev. 60, 252 (1941)."""
    return float(2 / np.log1p(np.sqrt(2)))


def dual_temperature(T: ArrayLike) -> Values:
    """T* with sinh(2/T) sinh(2/T*) = 1: what is hot for one lattice is cold for its dual, and T_c is its own."""
    return 2 / np.arcsinh(1 / np.sinh(2 / _checked(T, np.inf)))


def onsager_energy(T: ArrayLike) -> Values:
    """u of the infinite lattice: -coth 2K [1 + (2/pi) k' F(k)], F the complete elliptic integral of the first kind.

    Here k' = 2 tanh^2 2K - 1 and k^2 = 1 - k'^2. Books write F(k); scipy's ellipk wants k^2, its ellipkm1 k'^2.
    Source: Onsager, Phys. Rev. 65, 117 (1944).
    """
    t = np.tanh(2 / _checked(T))
    k = 2 * t**2 - 1
    return -(1 + 2 / np.pi * k * ellipkm1(np.maximum(k**2, 1e-300))) / t  # at T_c F is infinite, but k F is 0


def yang_magnetisation(T: ArrayLike) -> Values:
    """m of the infinite lattice: (1 - sinh(2/T)^-4)^(1/8) below T_c, and 0 above.

    Source: Yang, Phys. Rev. 85, 808 (1952).
    """
    return np.maximum(1 - np.sinh(2 / _checked(T)) ** -4.0, 0) ** 0.125


def kaufman_log_Z(Lx: int, T: ArrayLike) -> Values:
    """ln Z of the whole periodic lattice of side Lx. Source: Kaufman, Phys. Rev. 76, 1232 (1949)."""
    return _over_temperatures(lambda Lx, K: _torus(Lx, K)[0], Lx, T)


def kaufman_energy(Lx: int, T: ArrayLike) -> Values:
    """u = -(1/N) d ln Z/dK of the periodic lattice of side Lx: what a Monte Carlo mean is compared with."""
    return _over_temperatures(lambda Lx, K: -_torus(Lx, K)[1] / Lx**2, Lx, T)


class Product(NamedTuple):
    """A product of 2 cosh x_r or 2 sinh x_r: sign * exp(log), and its derivative by K over exp(log)."""

    log: float
    sign: float
    slope: float


def _torus(Lx: int, K: float) -> tuple[float, float]:
    """(ln Z, d ln Z/dK), Z = 1/2 (2 sinh 2K)^(N/2) [sum of four products over the waves round the torus].

    With q = pi r / Lx and x = Lx gamma_r / 2, cosh gamma_r = cosh 2K coth 2K - cos q; written without cancellation as
    sinh^2(gamma_r / 2) = w^2 + sin^2(q / 2). gamma_0 has the sign of w, so it changes sign at T_c.
    """
    S, C = np.sinh(2 * K), np.cosh(2 * K)
    w, dw = (np.sqrt(S) - 1 / np.sqrt(S)) / np.sqrt(2), C * (np.sqrt(S) + 1 / np.sqrt(S)) / (np.sqrt(2) * S)
    half = np.hypot(w, np.sin(np.pi * np.arange(2 * Lx) / (2 * Lx)))  # sinh(gamma_r / 2)
    half[0] = w
    slope = np.divide(w, half, out=np.ones(2 * Lx), where=half != 0)
    x, dx = Lx * np.arcsinh(half), Lx * slope * dw / np.hypot(1, half)
    four = (*_products(x[1::2], dx[1::2]), *_products(x[::2], dx[::2]))
    top = max(p.log for p in four)
    weights = np.exp([p.log - top for p in four])
    total = weights @ [p.sign for p in four]
    log_Z = Lx**2 / 2 * np.log(2 * S) - np.log(2) + top + np.log(total)
    return log_Z, Lx**2 * C / S + weights @ [p.slope for p in four] / total


def _products(x: Float[np.ndarray, " Lx"], dx: Float[np.ndarray, " Lx"]) -> tuple[Product, Product]:
    """The product of all 2 cosh x_r and that of all 2 sinh x_r; only x_0 may be zero or negative."""
    e = np.exp(-2 * abs(x))
    first, rest = np.sign(x[0]) * (1 - e[0]), slice(1, None)
    plus, minus = np.log1p(e).sum(), np.log1p(-e[rest]).sum()
    size = abs(x).sum()
    inner = (dx[rest] / np.tanh(x[rest])).sum()
    return (
        Product(size + plus, 1.0, (dx * np.tanh(x)).sum()),
        Product(size + minus, first, dx[0] * (1 + e[0]) + first * inner),
    )


def _over_temperatures(f: Callable[[int, float], float], Lx: int, T: ArrayLike) -> Values:
    Lx = checked_count(Lx, 2, "The side of a lattice")
    require(
        Lx <= WIDEST, f"The side of a lattice is at most {WIDEST} here: Onsager's infinite one is closer than that."
    )
    return np.vectorize(lambda K: f(Lx, K), otypes=[float])(1 / _checked(T))[()]


def _checked(T: ArrayLike, hottest: float = HOTTEST) -> Values:
    T = np.asarray(T)
    real = T.dtype.kind in "iuf" and bool((np.isfinite(T) & (T >= COLDEST) & (T <= hottest)).all())
    require(
        real, f"A temperature here is a finite number from {COLDEST} (below, u is -2) to {hottest:g} (above, -2/T)."
    )
    return T.astype(float)
