"""Claims about Tweedie's formula: what it says, and what slips make of it."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.denoising import best_guess, mixtures, noise, posterior
from course_lib.learn import AtLeast, Between, Bias, Claim, Errors

from .tools import BUMPS, GRID, Measurement, in_blocks, normal

LEVELS = (0.1, 0.3, 1.0, 3.0)
Y = np.linspace(-5, 5, 101)[:, None]
TRAPEZOID = Bias(1e-9, "a sum over 5601 clean values stands for the integral")
EFRON = "Efron, J. Am. Stat. Assoc. 106, 1602 (2011)"
Guess = Callable[[np.ndarray, np.ndarray, float], np.ndarray]  # from y, its score and sigma
BINS = 60


def integrated(y: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of x given y, by Bayes' formula and a sum over all clean values; no score."""
    log_weight = mixtures.log_density(GRID[:, None], BUMPS) - (y - GRID) ** 2 / (2 * sigma**2)
    r = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    r /= r.sum(axis=1, keepdims=True)
    mean = r @ GRID
    return mean, r @ GRID**2 - mean**2


def worst(rng: np.random.Generator, guess: Guess) -> Measurement:
    """The largest difference of a formula from the integral, over y and over four noise levels."""
    return max(
        np.abs(guess(Y, score_of(Y, level), level)[:, 0] - integrated(Y, level)[0]).max() for level in LEVELS
    ), 0.0


def score_of(y: np.ndarray, sigma: float) -> np.ndarray:
    return mixtures.score(y, noise.blurred(BUMPS, sigma))


def worst_spread(rng: np.random.Generator, power: int) -> Measurement:
    """The same of the variance sigma^2 + sigma^power Hess ln p."""
    return max(
        np.abs(level**2 + level**power * curvature(level) - integrated(Y, level)[1]).max() for level in LEVELS
    ), 0.0


def curvature(sigma: float) -> np.ndarray:
    return mixtures.hessian(Y, noise.blurred(BUMPS, sigma))[:, 0, 0]


def shrunken(rng: np.random.Generator, guess: Callable) -> Measurement:
    """The largest difference of a formula for x_t from the mean of x given x_t, over three times."""
    worst = 0.0
    for t in (0.1, 0.7, 2.0):
        s = mixtures.score(Y, noise.at_time(BUMPS, t))
        exact = posterior.posterior_mean(np.exp(t) * Y, BUMPS, noise.level_at(t))
        worst = max(worst, np.abs(guess(Y, s, t) - exact).max())
    return worst, 0.0


def exploding(x_t: np.ndarray, s: np.ndarray, t: float) -> np.ndarray:
    """Tweedie's formula for y = x + sigma z, with the noise of x_t."""
    return best_guess.tweedie(x_t, s, noise.spread(t))


def error_ratio(rng: np.random.Generator, guess: Guess, sigma: float = 1.0) -> Measurement:
    """Mean squared error of a guess over that of y itself, from 200,000 pairs."""
    x = mixtures.samples(BUMPS, 200_000, rng=rng)
    y = x + sigma * rng.standard_normal(x.shape)
    return in_blocks((guess(y, score_of(y, sigma), sigma) - x)[:, 0] ** 2 / sigma**2)


def filter_ratio(rng: np.random.Generator, power: int) -> Measurement:
    """Squared error of [1 - (C + sigma^2)^-1 sigma^power] y over that of y, for C = 1 and sigma = 0.3."""
    x, sigma = normal(200_000, rng), 0.3
    y = x + sigma * normal(len(x), rng)
    return in_blocks(((1 - sigma**power / (1 + sigma**2)) * y - x)[:, 0] ** 2 / sigma**2)


def in_bins(rng: np.random.Generator, sigma: float) -> Measurement:
    """Mean squared deviation, in standard errors, of the mean of x in bins of y from the mean of Tweedie's formula.

    200,000 pairs, 60 bins; where the noise is what the formula says, about 1.
    """
    x = mixtures.samples(BUMPS, 200_000, rng=rng)
    y = x + rng.standard_normal(x.shape)
    off = (x - best_guess.tweedie(y, score_of(y, 1.0), sigma))[:, 0]
    bins = np.digitize(y[:, 0], np.quantile(y, np.linspace(0, 1, BINS + 1)[1:-1]))
    parts = [off[bins == k] for k in range(BINS)]
    return np.mean([len(part) * part.mean() ** 2 / part.var(ddof=1) for part in parts]), 0.0


claims = (
    Claim(
        says="Tweedie's formula gives the mean of x that an integral over all clean values gives (largest difference, "
        "noise 0.1 to 3).",
        measure=partial(worst, guess=best_guess.tweedie),
        expect=0.0,
        within=TRAPEZOID,
        control=partial(worst, guess=lambda y, s, sigma: y + sigma * s),
        source=f"{EFRON}; control: sigma in the place of its square",
    ),
    Claim(
        says="The score's slope gives the variance of x about it: sigma² + sigma⁴ Hess ln p (largest difference).",
        measure=partial(worst_spread, power=4),
        expect=0.0,
        within=TRAPEZOID,
        control=partial(worst_spread, power=2),
        source="Kadkhodaie et al., arXiv:2310.02557 (2024), eq. 22",
    ),
    Claim(
        says="For shrunken data the formula is e^t [x_t + (1 - e^-2t) s] (largest difference, three times).",
        measure=partial(shrunken, guess=best_guess.tweedie_ou),
        expect=0.0,
        within=Bias(1e-10, "rounding"),
        control=partial(shrunken, guess=exploding),
        source=f"{EFRON}, after a change of scale; control: the formula for y = x + sigma z",
    ),
    Claim(
        says="Of 200,000 pairs, the mean of x in each of 60 bins of y is Tweedie's (squared deviation in standard "
        "errors, mean over the bins; 1 if errors are all).",
        measure=partial(in_bins, sigma=1.0),
        expect=1.0,
        within=Bias(1.2, "more than six times the scatter of 60 squared normals, sqrt(2/60)"),
        control=partial(in_bins, sigma=0.9),
        source="least squares finds the mean: Vincent, Neural Comput. 23, 1661 (2011)",
    ),
    Claim(
        says="With the sign of (3.42) carried on, y - sigma² s, the guess has about twice the error of y itself (ratio "
        "of squared errors, two bumps, noise 1).",
        measure=partial(error_ratio, guess=lambda y, s, sigma: y - sigma**2 * s),
        expect=Between(2.0, 2.3),
        within=Errors(5),
        control=partial(error_ratio, guess=best_guess.tweedie),
        source="1 + 3 (1 - mmse/sigma²); the sign in eq. 3.42 of a participant's notes",
    ),
    Claim(
        says="Wiener's filter with sigma in the place of sigma², as in (3.45), is worse than no filter (ratio of "
        "squared errors, Gaussian data of variance 1, noise 0.3).",
        measure=partial(filter_ratio, power=1),
        expect=AtLeast(1.3),
        within=Errors(5),
        control=partial(filter_ratio, power=2),
        source="eq. 3.45 of a participant's notes",
    ),
    Claim(
        says="No width of a bump stops a score: a thousand widths away it still points home (largest relative "
        "difference from -(y - mu)/variance).",
        measure=lambda rng: far_away(BUMPS, np.array([[-800.0], [800.0]])),
        expect=0.0,
        within=Bias(1e-9, "rounding"),
        control=lambda rng: far_away(BUMPS, np.array([[-2.0], [1.5]])),
        source="log-sum-exp",
    ),
)


def far_away(p: mixtures.Mixture, y: np.ndarray) -> Measurement:
    """How far the score is from that of the wider bump alone."""
    alone = -(y - p.mu[1]) / p.S[1]
    return np.abs(mixtures.score(y, p) - alone).max() / np.abs(alone).max(initial=1e-3), 0.0
