"""Claims about what the best guess costs, and about noise that is not Gaussian."""

from functools import partial

import numpy as np
from scipy.integrate import simpson
from scipy.stats import nbinom

from course_lib.kernels.denoising import best_guess, filters, mixtures, posterior
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Errors
from course_lib.lessons.denoising.bumps import LEVELS, mean_squared_error, two_bumps

from .tools import AS_IT_IS, BUMPS, ROOM, Measurement, in_blocks, normal

GUO = "Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51, 1261 (2005)"
ROBBINS = "Robbins, Proc. Third Berkeley Symp. 1, 157 (1956)"
C = np.array([[2.0, 0.8, 0.0], [0.8, 1.0, 0.3], [0.0, 0.3, 0.2]])
SHAPE, SCALE = 2.0, 1.5  # of the gamma law of the rates
COUNTS = 400_000
SNR = np.linspace(0.0, 60.0, 2401)


def squared_error(rng: np.random.Generator, linear: bool = False) -> Measurement:
    """Of the best guess at one of two bumps, or the best linear one, at noise 1; 200,000 pairs."""
    x = mixtures.samples(BUMPS, 200_000, rng=rng)
    y = x + normal(len(x), rng)
    mean, variance = mixtures.moments(BUMPS)
    guess = filters.wiener(y, mean, variance, 1.0) if linear else posterior.posterior_mean(y, BUMPS, 1.0)
    return in_blocks((guess - x)[:, 0] ** 2)


def gaussian_error(rng: np.random.Generator, sigma_of_filter: float) -> Measurement:
    """Of Wiener's denoiser in three dimensions, at noise 0.7; 200,000 pairs."""
    p = mixtures.mixture([1.0], np.zeros((1, 3)), C[None])
    x = mixtures.samples(p, 200_000, rng=rng)
    y = x + 0.7 * rng.standard_normal(x.shape)
    return in_blocks(((filters.wiener(y, np.zeros(3), C, sigma_of_filter) - x) ** 2).sum(axis=1))


def regression_slope(rng: np.random.Generator, sigma: float) -> Measurement:
    """The slope of x on y for the two bumps, over C/(C + 1); blocks of 5000 pairs."""
    x = mixtures.samples(BUMPS, 200_000, rng=rng)[:, 0].reshape(40, -1)
    y = x + sigma * rng.standard_normal(x.shape)
    slopes = [np.cov(a, b)[0, 1] / b.var(ddof=1) for a, b in zip(x, y)]
    variance = mixtures.moments(BUMPS)[1][0, 0]
    return np.mean(slopes) * (variance + 1) / variance, np.std(slopes, ddof=1) / 40**0.5 * (variance + 1) / variance


def bit_error(rng: np.random.Generator, hard: bool) -> Measurement:
    """Of the best guess at a bit, or of its sign, at a signal-to-noise ratio of 1; 200,000 bits."""
    x = rng.choice([-1.0, 1.0], size=200_000)
    y = x + rng.standard_normal(len(x))
    return in_blocks(((np.sign(y) if hard else np.tanh(y)) - x) ** 2)


def growth_of_information(rng: np.random.Generator, snr: float, share: float) -> Measurement:
    """dMI/dsnr less a share of the mmse, by a symmetric difference."""
    more, less = filters.binary_information(snr + 1e-4), filters.binary_information(snr - 1e-4)
    return (more - less) / 2e-4 - share * filters.binary_mmse(snr), 0.0


def rates_and_counts(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    rates = rng.gamma(SHAPE, SCALE, COUNTS)
    return rates, rng.poisson(rates)


def robbins_error(rng: np.random.Generator, shift: int) -> Measurement:
    """The largest relative error of Robbins' rule for counts from 0 to 5; the truth is (k + 2) 0.6."""
    rule = best_guess.robbins(rates_and_counts(rng)[1], 5)
    exact = (np.arange(6) + SHAPE) * SCALE / (SCALE + 1)
    return np.abs(rule / np.roll(exact, shift) - 1).max(), 0.0


def robbins_gain(rng: np.random.Generator, own: bool) -> Measurement:
    """Squared error of Robbins' rule, or of the best rule, over that of the count itself."""
    rates, k = rates_and_counts(rng)
    rule = best_guess.robbins(k, 8)  # larger counts are rare, and stand for themselves
    guess = np.where(k <= 8, rule[np.minimum(k, 8)], k) if own else k - 0.0
    return in_blocks((guess - rates) ** 2 / ((k - rates) ** 2).mean())


def best_gain() -> float:
    """What that rule would reach with endless counts: from the negative binomial law of k."""
    k = np.arange(200)
    p = nbinom.pmf(k, SHAPE, 1 / (1 + SCALE))
    mean, variance = (k + SHAPE) * SCALE / (SCALE + 1), (k + SHAPE) * (SCALE / (SCALE + 1)) ** 2
    return float(p @ (variance + np.where(k <= 8, 0.0, (k - mean) ** 2)) / (SHAPE * SCALE))


def waiting(rng: np.random.Generator, slope_of_h: float) -> Measurement:
    """The rate of a waiting time y, rates gamma with shape 3 and mean 2: the rule less an integral, the largest."""
    y, rate = np.linspace(0.05, 5, 50)[:, None], np.linspace(1e-3, 40, 40_001)
    weight = rate**3 * np.exp(-rate * (y + 1.5))  # gamma law times the density of y
    exact = (weight @ rate) / weight.sum(axis=1)
    slope = -4.0 / (y[:, 0] + 1.5)  # of ln p, p(y) = 3 1.5^3/(y + 1.5)^4; the natural parameter is minus the rate
    return np.abs(-best_guess.natural_mean(slope, np.full(50, slope_of_h)) - exact).max(), 0.0


def ahead(rng: np.random.Generator, width: float) -> Measurement:
    """The factor by which the best guess is ahead of the best linear one, where it is most; bumps six apart."""
    p = two_bumps(6.0, 0.7, width)
    variance = mixtures.moments(p)[1]
    return max(filters.wiener_mmse(variance, sigma) / mean_squared_error(p, sigma) for sigma in LEVELS), 0.0


claims = (
    Claim(
        says="At noise 1 the best guess at one of the two bumps has the error that the posterior variance says (mean "
        "squared error).",
        measure=squared_error,
        expect=mean_squared_error(BUMPS, 1.0),
        within=Errors(5),
        control=partial(squared_error, linear=True),
        source="the error of a mean is the variance about it",
    ),
    Claim(
        says="For narrow bumps six apart the best guess is ahead of the best linear one by a factor of forty and more.",
        measure=partial(ahead, width=0.1),
        expect=AtLeast(40.0),
        within=AS_IT_IS,
        control=partial(ahead, width=1.0),
        source="measured here, over 41 noise levels; control: bumps ten times as wide",
    ),
    Claim(
        says="Wiener's denoiser of Gaussian data has the error tr[sigma² C (C + sigma²)⁻¹] (three dimensions).",
        measure=partial(gaussian_error, sigma_of_filter=0.7),
        expect=filters.wiener_mmse(C, 0.7),
        within=Errors(5),
        control=partial(gaussian_error, sigma_of_filter=0.7**2),
        source="Wiener (1949), for vectors; control: a filter for another noise",
    ),
    Claim(
        says="For other data the same matrix is the best linear denoiser: it is the regression of x on y (slope of the "
        "two bumps over C/(C + 1)).",
        measure=partial(regression_slope, sigma=1.0),
        expect=1.0,
        within=Errors(5),
        control=partial(regression_slope, sigma=1.2),
        source="least squares",
    ),
    Claim(
        says="A bit seen at a signal-to-noise ratio of 1 is guessed with a mean squared error of 0.4496.",
        measure=partial(bit_error, hard=False),
        expect=float(filters.binary_mmse(1.0)),
        within=Errors(5),
        control=partial(bit_error, hard=True),
        source=f"{GUO}; control: the sign of y",
    ),
    Claim(
        says="Half the error is the rate at which information grows: dMI/dsnr = mmse/2 (their difference, nats).",
        measure=partial(growth_of_information, snr=1.0, share=0.5),
        expect=0.0,
        within=Bias(1e-7, "a difference quotient stands for the derivative"),
        control=partial(growth_of_information, snr=1.0, share=1.0),
        source=GUO,
    ),
    Claim(
        says="Summed over all signal-to-noise ratios, half the error of a bit is ln 2 (nats).",
        measure=lambda rng: (simpson(filters.binary_mmse(SNR) / 2, x=SNR), 0.0),
        expect=float(np.log(2)),
        within=Bias(2e-6, "2400 steps, up to a ratio of 60"),
        control=lambda rng: (simpson(1 / (1 + SNR) / 2, x=SNR), 0.0),
        source=f"{GUO}; control: a Gaussian of the same variance, whose information has no bound",
    ),
    Claim(
        says="Robbins' rule finds the mean rate behind each count from 0 to 5, from counts alone (largest relative "
        "error, 400,000 counts).",
        measure=partial(robbins_error, shift=0),
        expect=AtMost(0.06),
        within=ROOM,
        control=partial(robbins_error, shift=1),
        source=ROBBINS,
    ),
    Claim(
        says="So the rates are guessed better than by their own counts: a quarter of the squared error goes (ratio).",
        measure=partial(robbins_gain, own=True),
        expect=best_gain(),
        within=Bias(0.006, "the rule has an error of its own, from 400,000 counts"),
        control=partial(robbins_gain, own=False),
        source=ROBBINS,
    ),
    Claim(
        says="For waiting times the rule is minus the slope of ln p (largest difference from an integral).",
        measure=partial(waiting, slope_of_h=0.0),
        expect=0.0,
        within=Bias(1e-4, "a sum over 40,000 rates stands for the integral"),
        control=partial(waiting, slope_of_h=-1.0),
        source="Efron, J. Am. Stat. Assoc. 106, 1602 (2011); control: the h of another law",
    ),
)
