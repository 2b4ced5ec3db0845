"""Honest errors for what a Monte Carlo chain measured: its values depend on those before them.

Symbols   x     what was measured, one value a step (n,)
          tau   integrated autocorrelation time, in steps: n correlated values are worth n / (2 tau) independent ones
          T     temperature, in units of the coupling
          Lx    side of the lattice
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.estimates import mean_and_error

from .checks import checked_count, checked_number, checked_temperature
from .exact import kaufman_energy

BLOCKS = 32
ROUNDING = 1e-12  # a smaller error is that of the last digits


class Estimate(NamedTuple):
    """A mean and its standard error."""

    mean: float
    error: float


def scatter(x: ArrayLike) -> Estimate:
    """Mean of n independent values, such as one for each replica, with the error s / sqrt n."""
    x = checked_chain(x, 2)
    return Estimate(*mean_and_error(x))


def blocked(x: ArrayLike, blocks: int = BLOCKS) -> Estimate:
    """Mean of a chain, with the error from the scatter of the means of blocks.

    Blocks many times longer than tau are nearly independent; the values themselves are not, and would promise too
    small an error. The last few values, too few for a block each, are left out.
    Source: Flyvbjerg and Petersen, J. Chem. Phys. 91, 461 (1989).
    """
    blocks = checked_count(blocks, 2, "The number of blocks")
    x = checked_chain(x, blocks)
    return scatter(x[: len(x) // blocks * blocks].reshape(blocks, -1).mean(axis=1))


def autocorrelation_time(x: Float[np.ndarray, " n *replicas"], window: float = 6.0) -> float:
    """tau = 1/2 + sum_t rho(t), in steps; rho(t) is the correlation of two values t steps apart.

    Far apart there is only noise, so the sum ends at the first t >= window * tau(t). 1/2 means independent values, and
    less that they alternate, even below 0 where they do so at every step. A chain should be some hundred tau long to
    know its own tau.
    x: one chain (n,), or independent ones side by side (n, replicas): they share a mean, and rho is that of them all.
    Source: Sokal, in Functional Integration (Plenum, 1997), section 3.
    """
    window = checked_number(window, "The window")
    require(window > 0, f"The window is positive: got {window}.")
    x = checked_chain(x, 2, (1, 2))
    x = x.reshape(len(x), -1) - x.mean()
    power = abs(np.fft.rfft(x, 2 * len(x), axis=0)) ** 2  # zeros behind x: its end is not correlated with its beginning
    covariance = np.fft.irfft(power.sum(axis=1))[: len(x)]
    require(covariance[0] > 0, "Nothing varies in this chain, so it has no autocorrelation time.")
    tau = np.cumsum(covariance / covariance[0]) - 0.5
    enough = np.arange(len(x)) >= window * np.maximum(tau, 0.5)
    return float(tau[np.argmax(enough)] if enough.any() else tau[-1])


def jackknife(f: Callable[..., float], *x: ArrayLike) -> Estimate:
    """f of the means of one or more quantities, with its error: leave out one block after the other.

    f: for instance lambda m2, m4: 1 - m4 / (3 * m2**2).
    x: independent values of each quantity (n,): a value for each replica, or for each block.
    Source: Efron, The Jackknife, the Bootstrap and Other Resampling Plans (SIAM, 1982).
    """
    x = [checked_chain(one, 2) for one in x]
    require(len({len(one) for one in x}) == 1, f"One value of each quantity belongs together: got {list(map(len, x))}.")
    n = len(x[0])
    left = np.array([f(*((one.sum() - one[k]) / (n - 1) for one in x)) for k in range(n)])
    mean, error = float(f(*(one.mean() for one in x))), float(np.sqrt((n - 1) * left.var()))
    require(np.isfinite(mean + error), "f is not finite at these means: does it divide by zero?")
    return Estimate(mean, error)


def binder(m: Float[np.ndarray, "steps replicas"]) -> Estimate:
    """U = 1 - <m^4> / (3 <m^2>^2) with its error over the replicas: 2/3 in order, 0 where m is Gaussian noise.

    Source: Binder, Z. Phys. B 43, 119 (1981).
    """
    m = checked_chain(m, 1, (2,))
    return jackknife(binder_ratio, (m**2).mean(axis=0), (m**4).mean(axis=0))


def binder_ratio(m2: float, m4: float) -> float:
    """U of the means of m^2 and m^4."""
    return 1 - m4 / (3 * m2**2)


def deviation(trace: ArrayLike, burn_in: int, Lx: int, T: float) -> float:
    """How many standard errors lie between the mean energy per spin of a chain and Kaufman's exact value.

    The first burn_in values are left out; the error is that of the means of 32 blocks of equal length.
    """
    kept = checked_chain(trace, BLOCKS)[checked_count(burn_in, 0, "The burn-in") :]
    mean, error = blocked(kept)
    require(error > ROUNDING, "The blocks of this trace all have the same mean, so it has no error to count in.")
    return float(abs(mean - kaufman_energy(Lx, checked_temperature(T))) / error)


def checked_chain(x: ArrayLike, least: int, ndim: tuple[int, ...] = (1,)) -> Float[np.ndarray, " n *replicas"]:
    x = plain(x, np.float64, "What a chain measured is a row of numbers.")
    enough = x.ndim in ndim and len(x) >= least
    require(enough, f"These statistics need {least} values or more in a row, not numbers in the shape {x.shape}.")
    require(bool(np.isfinite(x).all()), "There is a NaN or an infinity among the values of this chain.")
    return x
