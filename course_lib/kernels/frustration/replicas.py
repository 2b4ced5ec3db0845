"""The theory of the Sherrington-Kirkpatrick glass in which all replicas are alike, and the mean field it rests on.

Averaged over samples, a spin sits in a Gaussian field of variance q, the overlap of two replicas, which its own
alignment must give back. That holds above the line of de Almeida and Thouless. Below it the theory gives itself away:
its entropy turns negative.

Symbols   q     overlap of two replicas; the same for any two, by assumption
          h     field on every spin, in units of the coupling
          T     temperature, in units of the coupling (k_B = 1)
          beta  inverse temperature 1/T
          m     magnetisation of each spin (N,)
          J     couplings (N, N), symmetric with a zero diagonal, of variance 1/N
          chi   glass susceptibility N <q^2>
          z     the Gaussian field in units of its own width
"""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from course_lib.core import require
from course_lib.shared.arrays import plain

from .checks import REAL, Couplings, checked_couplings, checked_number, checked_temperature

Magnetisations = Float[np.ndarray, " N"]
Z = np.linspace(-10, 10, 8001)  # for a smooth integrand the error of such a sum falls exponentially
WEIGHT = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()
COLDEST = 0.01  # below, the grid does not resolve how sharply the spins align
STRONGEST = 100.0  # field: the entropy is a difference of energies as large as it
NEAREST = 0.99999  # temperature below 1: nearer, the field of the line is lost in rounding


def gaussian_mean(f: Callable[[np.ndarray], np.ndarray]) -> float:
    """int Dz f(z): the mean over a Gaussian of mean 0 and variance 1."""
    return float(WEIGHT @ f(Z))


def rs_overlap(T: float, h: float = 0.0) -> float:
    """q = int Dz tanh^2(beta (sqrt(q) z + h)): the root above zero where there is one.

    Raises: Refusal below T = 0.01 and in fields above 100. Source: Sherrington and Kirkpatrick, PRL 35, 1792 (1975).
    """
    T, h = checked_point(T, h)
    if h == 0 and T >= 1:
        return 0.0

    def excess(q: float) -> float:
        return gaussian_mean(lambda z: np.tanh((np.sqrt(q) * z + h) / T) ** 2) - q

    return float(brentq(excess, max(1 - T, 0.0) / 2, 1.0, xtol=1e-14))


def rs_free_energy(T: float, h: float = 0.0) -> float:
    """f = -(beta/4) (1 - q)^2 - T int Dz ln 2 cosh(beta (sqrt(q) z + h)), a spin."""
    q = rs_overlap(T, h)
    log_2_cosh = gaussian_mean(lambda z: np.logaddexp((np.sqrt(q) * z + h) / T, -(np.sqrt(q) * z + h) / T))
    return -((1 - q) ** 2) / (4 * T) - T * log_2_cosh


def rs_energy(T: float, h: float = 0.0) -> float:
    """u = -(beta/2) (1 - q^2) - h int Dz tanh(beta (sqrt(q) z + h)), a spin; -1/(2T) above T = 1 without a field."""
    q = rs_overlap(T, h)
    return -(1 - q**2) / (2 * T) - h * gaussian_mean(lambda z: np.tanh((np.sqrt(q) * z + h) / T))


def rs_entropy(T: float, h: float = 0.0) -> float:
    """(u - f)/T, in nats a spin. It falls to -1/(2 pi), and counting states cannot give less than zero."""
    return (rs_energy(T, h) - rs_free_energy(T, h)) / T


def replicon(T: float, h: float = 0.0) -> float:
    """1 - beta^2 int Dz sech^4(beta (sqrt(q) z + h)): where it is negative, replicas do not stay alike.

    Source: de Almeida and Thouless, J. Phys. A 11, 983 (1978).
    """
    q = rs_overlap(T, h)
    return 1 - gaussian_mean(lambda z: np.cosh(np.clip((np.sqrt(q) * z + h) / T, -150, 150)) ** -4) / T / T


def almeida_thouless_field(T: float) -> float:
    """The field above which replicas are alike at T < 1: where `replicon` is zero."""
    T, _ = checked_point(T, 0.0)
    require(T < 1, f"Without a field replicas are alike from T = 1 on: there is no such line at T = {T}.")
    require(T <= NEAREST, f"Above T = {NEAREST} the field is too small to be told from rounding: got T = {T}.")
    return float(brentq(lambda h: replicon(T, h), 1e-9, 4.0, xtol=1e-12))


def glass_susceptibility(T: float) -> float:
    """chi = N <q^2> = 1/(1 - beta^2) of infinitely many spins above T = 1, without a field."""
    require(checked_temperature(T) > 1, f"N <q^2> is finite above T = 1 only: got T = {T}.")
    return 1 / (1 - (1 / T) ** 2)


def naive_iteration(J: Couplings, T: float, m: Magnetisations, h: float = 0.0) -> Iterator[Magnetisations]:
    """m <- tanh(beta (J m + h)): each spin in the field of the others' means, as if it had no say in them."""
    J, T, h = checked_couplings(J), checked_temperature(T), checked_number(h, "The field")
    m = checked_start(m, len(J))
    while True:
        yield m.copy()
        m = np.tanh((J @ m + h) / T)


def tap_iteration(J: Couplings, T: float, m: Magnetisations, h: float = 0.0) -> Iterator[Magnetisations]:
    """m <- tanh(beta (J m + h - beta (1 - q) m_before)), with q the mean of m^2.

    A spin pulls at its neighbours, which pull back: what the field J m owes to the spin itself, Onsager's reaction,
    is taken off. That it is taken off with the m of one step before lets the iteration converge wherever replicas are
    alike. Where it settles, m and m_before are one, and these are the equations of Thouless, Anderson and Palmer.
    Source: Phil. Mag. 35, 593 (1977); the iteration: Bolthausen, Commun. Math. Phys. 325, 333 (2014), with q fixed.
    """
    J, T, h = checked_couplings(J), checked_temperature(T), checked_number(h, "The field")
    m = checked_start(m, len(J))
    before = np.zeros(len(J))
    while True:
        yield m.copy()
        m, before = np.tanh((J @ m + h - (1 - np.mean(m**2)) / T * before) / T), m


def checked_point(T: float, h: float) -> tuple[float, float]:
    """The temperature and the field, if the integrals can be trusted there."""
    T, h = checked_temperature(T), checked_number(h, "The field")
    require(
        T >= COLDEST, f"The integrals need T = {COLDEST} or more: got {T}. The limit of T = 0 is known in closed form."
    )
    require(abs(h) <= STRONGEST, f"A field of {h} leaves nothing to compute: all spins obey it.")
    return T, h


def checked_start(m: Magnetisations, N: int) -> Magnetisations:
    """Where an iteration starts."""
    m = plain(m, np.float64, REAL)
    require(m.shape == (N,) and bool((np.abs(m) <= 1).all()), f"Start with {N} magnetisations from -1 to 1.")
    return m
