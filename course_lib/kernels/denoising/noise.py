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

from .checks import level, time
from .mixtures import Mixture


def blurred(p: Mixture, sigma: float) -> Mixture:
    """The law of y = x + sigma z: every component is as much wider."""
    return Mixture(p.w, p.mu, p.S + level(sigma, zero=True) ** 2 * np.eye(p.mu.shape[1]))


def at_time(p: Mixture, t: float) -> Mixture:
    """The law of x_t: every component shrinks towards the origin, and widens towards variance 1."""
    decay = np.exp(-time(t))
    return Mixture(p.w, decay * p.mu, decay**2 * p.S + spread(t) ** 2 * np.eye(p.mu.shape[1]))


def spread(t: float | Float[np.ndarray, "..."]) -> float | Float[np.ndarray, "..."]:
    """sqrt(1 - e^-2t), the standard deviation of the noise in x_t."""
    return np.sqrt(-np.expm1(-2 * np.asarray(t)))[()]


def level_at(t: float | Float[np.ndarray, "..."]) -> float | Float[np.ndarray, "..."]:
    """sigma = sqrt(e^2t - 1): the noise level of e^t x_t."""
    return np.sqrt(np.expm1(2 * np.asarray(t)))[()]


def time_of(sigma: float | Float[np.ndarray, "..."]) -> float | Float[np.ndarray, "..."]:
    """t = ln(1 + sigma^2)/2: the time at which e^t x_t has the noise level sigma."""
    return np.log1p(np.square(sigma))[()] / 2
