"""When a noisy point still knows its class, and when its own training point: two times on the way back from noise.

Forward x_t = e^-t x + sqrt(1 - e^-2t) z. Run backwards, the cloud first splits into classes, near the speciation time;
with the exact score of n training points each path is then caught by one of them, near the collapse time.

Symbols   x       data (n, d)
          t       time
          Lambda  largest eigenvalue of the data's covariance
          n, d    number of training points, and dimension
          mu      two classes lie at -mu and +mu in each coordinate: their means are +-m with |m|^2 = d mu^2
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import affordable, number, whole

from .checks import Points, reals
from .filters import binary_mmse


class Classes(NamedTuple):
    """Points (n, d), and the class of each, -1 or +1."""

    x: Points
    label: Int[np.ndarray, " n"]


def two_classes(n: int, d: int, mu: float, *, rng: np.random.Generator) -> Classes:
    """n points of two Gaussians, equally likely, at -mu and +mu in each coordinate, of unit variance about it."""
    n, d, mu = whole(n, "The number of points n"), whole(d, "The dimension d"), number(mu, "The offset mu", zero=True)
    affordable(n, d)
    label = rng.choice([-1, 1], size=n)
    return Classes(mu * label[:, None] + rng.standard_normal((n, d)), label)


def speciation_time(Lambda: ArrayLike) -> Float[np.ndarray, "..."]:
    """t_S = 1/2 ln Lambda: until then the widest direction of the data stands out of the noise, e^-2t Lambda > 1.

    For two classes take the spread of their means, Lambda = d mu^2: at this t_S, `same_class` is .7752 whatever d and
    mu. The eigenvalue of the covariance itself, 1 + d mu^2, puts t_S later by 1/2 ln(1 + 1/(d mu^2)).
    Raises: Refusal where Lambda < 1: noise drowns such data from the start.
    Source: Biroli, Bonnaire, de Bortoli and Mezard, Nat. Commun. 15 (2024), arXiv:2402.18491.
    """
    Lambda = reals(Lambda, "Lambda")
    require(bool((Lambda >= 1).all()), "Lambda is a variance of 1 or more: below that, noise hides the data at any t.")
    return np.log(Lambda) / 2


def collapse_time(n: ArrayLike, d: int, variance: float = 1.0) -> Float[np.ndarray, "..."]:
    """t_C = 1/2 ln[1 + variance / (n^(2/d) - 1)]: before it, a noisy point still tells which of n points it was.

    There the information that is left, d/2 ln[1 + variance/(e^2t - 1)] for Gaussian data, is the ln n that it takes to
    single one out. As t_C -> 0 needs ln n >> d, numbers alone cure memory in few dimensions only.
    Args:
        n: number of training points, 2 or more; of two classes, those of one class, about n/2: so early the class is
            known, and the ln 2 that tells it does not grow with d.
        d: dimension.
        variance: of the data in each direction; of two classes that about the mean of each, which is 1.
    Source: Biroli, Bonnaire, de Bortoli and Mezard, Nat. Commun. 15 (2024), arXiv:2402.18491; the condensation of
        Derrida's random energy model, Phys. Rev. B 24, 2613 (1981).
    """
    n, d, variance = reals(n, "The number of points n"), whole(d, "The dimension d"), number(variance, "The variance")
    require(bool((n > 1).all()), "The number of points n is more than 1: a single one is never forgotten.")
    exponent = -2 * np.log(n) / d
    return np.log1p(-variance * np.exp(exponent) / np.expm1(exponent)) / 2


def same_class(t: ArrayLike, d: int, mu: float) -> Float[np.ndarray, "..."]:
    """How likely a point of `two_classes` keeps its class in a U-turn: noised to t, and back by the exact reverse run.

        phi(t) = 1/2 int (G_+^2 + G_-^2) / (G_+ + G_-),    G_+- = N(+-e^-t m, 1) along m, |m|^2 = d mu^2

    At any t the variance along m stays 1, so only e^-t |m| counts. The class is one bit seen at the signal-to-noise
    ratio snr = e^-2t d mu^2, and the integral is 1 - mmse(snr)/2, from 1 down to 1/2.
    Source: Biroli, Bonnaire, de Bortoli and Mezard, Nat. Commun. 15 (2024), arXiv:2402.18491.
    """
    t, d, mu = reals(t, "The time t", 0), whole(d, "The dimension d"), number(mu, "The offset mu", zero=True)
    return 1 - binary_mmse(np.exp(-2 * t) * d * mu**2) / 2
