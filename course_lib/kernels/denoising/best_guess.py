"""Tweedie's formula: the mean of what was there, from the density of what is seen.

    y = x + sigma z:   E[x | y] = y + sigma^2 grad ln p(y),   Cov[x | y] = sigma^2 + sigma^4 Hess ln p(y)

p is the law of the *noisy* data, and nothing else about the clean ones is needed. Other noises have rules of the
same kind.

Symbols   x, y   clean and noisy data (n, d)
          sigma  noise level
          s      score, the gradient of ln p of the noisy data (n, d)
          H      Hess ln p of the noisy data (n, d, d)
          t      time of x_t = e^-t x + sqrt(1 - e^-2t) z
          k      counts (n,)
          eta    natural parameter of an exponential family
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable, whole

from .checks import Points, level, points, time


def tweedie(y: ArrayLike, s: ArrayLike, sigma: float) -> Points:
    """E[x | y] = y + sigma^2 s, for y = x + sigma z.

    Source: Miyasawa, Bull. Int. Stat. Inst. 38, 181 (1961); Efron, J. Am. Stat. Assoc. 106, 1602 (2011), who says that
        Robbins reported it first, in 1956.
    """
    y, s = _pair(y, s)
    return y + level(sigma, zero=True) ** 2 * s


def tweedie_covariance(H: ArrayLike, sigma: float) -> Float[np.ndarray, "n d d"]:
    """Cov[x | y] = sigma^2 + sigma^4 H, for y = x + sigma z.

    Source: Kadkhodaie, Guth, Simoncelli and Mallat, arXiv:2310.02557 (2024), eq. 22.
    """
    H = plain(H, float, "H: numbers are needed.")
    require(H.ndim == 3 and H.shape[1] == H.shape[2], f"H: one matrix for each point, (n, d, d): got {H.shape}.")
    sigma = level(sigma, zero=True)
    return sigma**2 * np.eye(H.shape[1]) + sigma**2 * (sigma**2 * H)  # sigma^4 itself may be too large a number


def tweedie_ou(x_t: ArrayLike, s: ArrayLike, t: float) -> Points:
    """E[x | x_t] = e^t [x_t + (1 - e^-2t) s], for x_t = e^-t x + sqrt(1 - e^-2t) z and s the score of x_t.

    Source: Efron, J. Am. Stat. Assoc. 106, 1602 (2011), for e^t x_t, whose noise level is sqrt(e^2t - 1).
    """
    (x_t, s), t = _pair(x_t, s), time(t)
    return np.exp(t) * (x_t - np.expm1(-2 * t) * s)


def robbins(k: ArrayLike, most: int) -> Float[np.ndarray, " counts"]:
    """E[rate | k] = (k + 1) p(k + 1)/p(k) for k = 0 ... most, with p(k) the share of the observed counts that are k.

    Nothing is known of how the rates are spread. NaN where no count is k.
    Source: Robbins, Proc. Third Berkeley Symp. 1, 157 (1956).
    """
    k = plain(k, np.int64, "Counts are whole numbers.")
    require(k.ndim == 1 and len(k) > 0 and k.min() >= 0, "Counts: a row of whole numbers, none negative.")
    most = whole(most, "The largest count", least=0)
    affordable(most + 2)
    seen = np.bincount(np.minimum(k, most + 2), minlength=most + 2)[: most + 2].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(seen[:-1] > 0, np.arange(1, most + 2) * seen[1:] / seen[:-1], np.nan)


def natural_mean(slope: ArrayLike, own_slope: ArrayLike) -> Float[np.ndarray, "..."]:
    """E[eta | y] = d ln p/dy - d ln h/dy, for p(y | eta) = h(y) exp(eta y - A(eta)).

    Gaussian noise is the case eta = x/sigma^2, h = N(0, sigma^2).
    Source: Efron, J. Am. Stat. Assoc. 106, 1602 (2011).
    """
    slope, own_slope = (plain(a, float, "Slopes are numbers.") for a in (slope, own_slope))
    require(
        slope.shape == own_slope.shape, f"Each point has two slopes: got {slope.shape} and {own_slope.shape} of them."
    )
    return slope - own_slope


def _pair(y: ArrayLike, s: ArrayLike) -> tuple[Points, Points]:
    y, s = points(y), points(s, "The scores")
    require(y.shape == s.shape, f"Each point has its score: there are {y.shape} and {s.shape} numbers.")
    return y, s
