"""What noise makes of a mixture: two ways to add it, and how one is the other.

    variance exploding   y   = x + sigma z
    Ornstein-Uhlenbeck   x_t = e^-t x + sqrt(1 - e^-2t) z        (kappa = 1, sigma = sqrt 2)

e^t x_t is x with noise of the level sigma = sqrt(e^2t - 1): the two differ by a change of scale.

Symbols   sigma  noise level, in units of the data
          t      time, in units of 1/kappa
          x, z   data, and a standard normal
          p      law of the data: a Mixture of weights w, means mu and covariances S
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require

from .checks import LATEST, Points, level, points, reals, time
from .mixtures import Mixture, law


def blurred(p: Mixture, sigma: float) -> Mixture:
    """The law of y = x + sigma z: every component is as much wider. Raises: Refusal unless p is a Mixture."""
    return Mixture(law(p).w, p.mu, p.S + level(sigma, zero=True) ** 2 * np.eye(p.mu.shape[1]))


def at_time(p: Mixture, t: float) -> Mixture:
    """The law of x_t: every component shrinks towards the origin, and widens towards variance 1.

    Raises: Refusal unless p is a Mixture, and t a time from 0 on.
    """
    t = time(t)
    decay = np.exp(-t)
    return Mixture(law(p).w, decay * p.mu, decay**2 * p.S + spread(t) ** 2 * np.eye(p.mu.shape[1]))


def noised(x: ArrayLike, t: float, *, rng: np.random.Generator) -> Points:
    """x_t of each row of x (n, d): e^-t x + sqrt(1 - e^-2t) z. Raises: Refusal unless these are points and a time."""
    x, t = points(x), time(t)
    return np.exp(-t) * x + spread(t) * rng.standard_normal(x.shape)


def spread(t: float | Float[np.ndarray, "..."]) -> float | Float[np.ndarray, "..."]:
    """sqrt(1 - e^-2t), the standard deviation of the noise in x_t. Raises: Refusal unless t are numbers from 0 on."""
    return np.sqrt(-np.expm1(-2 * reals(t, "The time t", 0)))[()]


def level_at(t: float | Float[np.ndarray, "..."]) -> float | Float[np.ndarray, "..."]:
    """sigma = sqrt(e^2t - 1): the noise level of e^t x_t. Raises: Refusal unless t are numbers from 0 to 300."""
    t = reals(t, "The time t", 0)
    require(bool((t <= LATEST).all()), f"The time t: at most {LATEST:g}, when all is noise.")
    return np.sqrt(np.expm1(2 * t))[()]
