"""The Ornstein-Uhlenbeck process: a spring that pulls home, and noise. Exactly, and in steps.

    dx = -kappa x dt + sigma dW,     x_t = e^(-kappa t) x + sigma sqrt((1 - e^(-2 kappa t))/(2 kappa)) z

Symbols   x      positions (n, d)
          t, h   time, and the step of Euler's method, in one unit
          kappa  rate of the pull, in 1/time
          sigma  strength of the noise
          z      a standard normal
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import number, whole

from .checks import Points, points


def ou(x: ArrayLike, t: float, kappa: float, sigma: float, *, rng: np.random.Generator) -> Points:
    """Where the points are after the time t: one exact draw each, however long t is.

    Source: Uhlenbeck and Ornstein, Phys. Rev. 36, 823 (1930).
    """
    x, kappa, t = points(x), number(kappa, "kappa"), number(t, "The time t", zero=True)
    return np.exp(-kappa * t) * x + ou_std(kappa, sigma, t) * rng.standard_normal(x.shape)


def ou_std(kappa: float, sigma: float, t: float = np.inf) -> float:
    """Standard deviation after the time t from one place: sigma/sqrt(2 kappa) in the end."""
    kappa, sigma = number(kappa, "kappa"), number(sigma, "sigma", zero=True)
    t = np.inf if isinstance(t, float) and t == np.inf else number(t, "The time t", zero=True)
    return sigma * float(np.sqrt(-np.expm1(-2 * kappa * t) / (2 * kappa)))


def euler(
    x: ArrayLike, h: float, steps: int, kappa: float, sigma: float, *, rng: np.random.Generator
) -> Iterator[Points]:
    """x <- x - kappa x h + sigma sqrt(h) z, again and again: the positions after each step, the first ones first.

    Source: Maruyama, Rend. Circ. Mat. Palermo 4, 48 (1955).
    """
    x, h, kappa, sigma = points(x), number(h, "The step h"), number(kappa, "kappa"), number(sigma, "sigma", zero=True)
    yield x.copy()
    for _ in range(whole(steps, "The number of steps", least=0)):
        x = x - kappa * h * x + sigma * np.sqrt(h) * rng.standard_normal(x.shape)
        yield x.copy()


def euler_std(kappa: float, sigma: float, h: float) -> float:
    """Standard deviation at which Euler's method settles: sigma/sqrt(2 kappa (1 - kappa h/2)), too wide by kappa h/4.

    It is the fixed point of v = (1 - kappa h)^2 v + sigma^2 h.
    Raises: Refusal for kappa h >= 2, where the steps overshoot ever farther.
    """
    kappa, sigma, h = number(kappa, "kappa"), number(sigma, "sigma", zero=True), number(h, "The step h")
    require(kappa * h < 2, "kappa h of 2 or more: Euler's method runs away.")
    return sigma / float(np.sqrt(2 * kappa * (1 - kappa * h / 2)))
