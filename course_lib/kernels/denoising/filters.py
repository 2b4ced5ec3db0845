"""Denoisers that can be written down: of Gaussian data, of all data by straight lines, and of a single bit.

Symbols   y      noisy data (n, d), y = x + sigma z
          x      training points (n, d)
          mu, C  mean (d,) and covariance (d, d) of Gaussian data
          sigma  noise level
          snr    signal-to-noise ratio 1/sigma^2 of a bit, x = -1 or +1
          MI     information about the bit, in nats
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import expit

from course_lib.core import require
from course_lib.shared.arrays import plain

from .checks import FLAT, Points, level, non_negative, points, vector

NODES, HALF = 4001, 12.0  # a trapezoid over the normal density: its error falls faster than any power of the spacing
Z = np.linspace(-HALF, HALF, NODES)
NORMAL = np.exp(-(Z**2) / 2) / np.sqrt(2 * np.pi) * (2 * HALF / (NODES - 1))


def wiener(y: ArrayLike, mu: ArrayLike, C: ArrayLike, sigma: float) -> Points:
    """E[x | y] = mu + C (C + sigma^2)^-1 (y - mu): the best denoiser of Gaussian data, the best linear one of any.

    Source: Wiener, Extrapolation, Interpolation, and Smoothing of Stationary Time Series (1949), of a vector.
    """
    y, C = points(y), non_negative(C, "The covariance")
    mu = vector(mu, "The mean", len(C))
    require(y.shape[1] == len(C), f"Points of {y.shape[1]} coordinates want a covariance as large.")
    values, axes = np.linalg.eigh(C)
    values = np.where(values > FLAT * values[-1], values, 0.0)
    return mu + ((y - mu) @ axes * (values / (values + level(sigma) ** 2))) @ axes.T


def linear_denoiser(y: ArrayLike, x: ArrayLike, sigma: float) -> Points:
    """The Wiener filter of a training set: of all linear denoisers the one with the least squared error on its points.

    Args:
        y: noisy points (m, d).
        x: training points (n, d); their covariance is the mean over all n, as that of a law with these points only.
        sigma: noise level.
    Raises: Refusal where points or level are no such thing.
    """
    x = points(x, "The training points")
    mean = x.mean(axis=0)
    return wiener(y, mean, (x - mean).T @ (x - mean) / len(x), sigma)


def wiener_mmse(C: ArrayLike, sigma: float) -> float:
    """E|x - E[x|y]|^2 = tr[sigma^2 C (C + sigma^2)^-1]: each direction keeps the smaller of its variance and the noise,
    roughly."""
    values, sigma = np.maximum(np.linalg.eigvalsh(non_negative(C, "The covariance")), 0.0), level(sigma)
    return float((sigma**2 * values / (values + sigma**2)).sum())


def binary_mmse(snr: ArrayLike) -> Float[np.ndarray, "..."]:
    """Mean squared error of the best guess at a bit: 1 - E tanh(snr + sqrt(snr) z).

    Source: Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51, 1261 (2005).
    """
    return _average(lambda a: 2 * expit(-2 * a), _ratios(snr))  # 1 - tanh(a), without a difference of near equals


def binary_information(snr: ArrayLike) -> Float[np.ndarray, "..."]:
    """MI of a bit and its noisy value: snr - E ln cosh(snr + sqrt(snr) z), in nats; ln 2 when all is known.

    Source: Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51, 1261 (2005).
    """
    snr = _ratios(snr)
    return snr - _average(lambda a: np.abs(a) + np.log1p(np.exp(-2 * np.abs(a))) - np.log(2), snr)


def _average(f: Callable, snr: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """E f(snr + sqrt(snr) z), some ratios at a time: a table of all would take a hundred megabytes."""
    found = [
        f(part[:, None] + np.sqrt(part)[:, None] * Z) @ NORMAL
        for part in np.split(snr.ravel(), range(64, snr.size, 64))
    ]
    return np.concatenate(found).reshape(snr.shape)[()]


def _ratios(snr: ArrayLike) -> Float[np.ndarray, "..."]:
    snr = plain(snr, float, "Signal-to-noise ratios are numbers.")
    require(bool((snr >= 0).all() and np.isfinite(snr).all()), "A signal-to-noise ratio is finite and not negative.")
    return snr
