"""Claims about what breaks: a thin manifold, too few steps, and a label in the place of a measurement."""

from functools import partial

import numpy as np

from course_lib.kernels.denoising import empirical, mixtures, noise, posterior, reversal
from course_lib.kernels.denoising.yardsticks import circle
from course_lib.learn import AtLeast, AtMost, Bias, Claim
from course_lib.lessons.denoising.paths import distance as apart

from .tools import AS_IT_IS, BUMPS, ROOM, Measurement, in_blocks, sent_back

ON_A_CIRCLE = 4000  # points, evenly: far closer than any noise used here
MANIFOLD = "Song and Ermon, arXiv:1907.05600 (2019), section 3.1, on the score of data on a manifold"


def score_length(rng: np.random.Generator, sigma: float, thick: bool) -> Measurement:
    """Root mean square of the score's length for data on a circle (or a round Gaussian), at points of the noisy law."""
    if thick:
        p = mixtures.mixture([1.0], [[0.0, 0.0]], [1.0])
        s = mixtures.score(mixtures.samples(noise.blurred(p, sigma), 2000, rng=rng), noise.blurred(p, sigma))
    else:
        x = circle(ON_A_CIRCLE)
        y = x[rng.integers(len(x), size=2000)] + sigma * rng.standard_normal((2000, 2))
        s = (empirical.empirical_denoiser(y, x, sigma) - y) / sigma**2
    mean, error = in_blocks((s**2).sum(axis=1))
    return mean**0.5, error / (2 * mean**0.5)


def times_sigma(rng: np.random.Generator, sigma: float, thick: bool = False) -> Measurement:
    value, error = score_length(rng, sigma, thick)
    return sigma * value, sigma * error


def too_few(rng: np.random.Generator, steps: int, even: bool = False) -> Measurement:
    """Distance of the ends from the data after so few steps, alpha = 1."""
    if even:
        y = rng.standard_normal((20_000, 1))
        times = np.linspace(5.0, 1e-3, steps + 1)
        y = reversal.brought_back(y, times, reversal.mixture_score(BUMPS), 1.0, rng=rng)
        return apart(y), 0.0
    return apart(sent_back(rng, 1.0, steps=steps)[1]), 0.0


def wrong_label(rng: np.random.Generator, T: float) -> Measurement:
    """Clean values of the right bump, noised to T, and the prior's process back: the share that ends at the left one.

    The way back is exact: a draw of x given x_T.
    """
    right = mixtures.mixture([1.0], BUMPS.mu[1:], BUMPS.S[1:])
    x_T = mixtures.samples(noise.at_time(right, T), 20_000, rng=rng)
    x = posterior.posterior_samples(np.exp(T) * x_T, BUMPS, noise.level_at(T), rng=rng)
    return (mixtures.responsibilities(x, BUMPS)[:, 0]).mean(), 0.0


claims = (
    Claim(
        says="For data on a circle the score grows as one over the noise: its length times sigma stays at 1, the root "
        "of the directions off the circle (rms, sigma = 0.01).",
        measure=partial(times_sigma, sigma=0.01),
        expect=1.0,
        within=Bias(0.01, "the circle is curved, and made of 4000 points"),
        control=partial(times_sigma, sigma=0.01, thick=True),
        source=f"{MANIFOLD}; control: data that fill the plane",
    ),
    Claim(
        says="Data that fill the plane have a score that stays as it is when the noise goes (length, sigma = 0.01).",
        measure=partial(score_length, sigma=0.01, thick=True),
        expect=2**0.5,
        within=Bias(0.02, "noise of one percent"),
        control=partial(score_length, sigma=0.01, thick=False),
        source="a round Gaussian in two dimensions",
    ),
    Claim(
        says="Five steps are too few: the ends are visibly off (distance of the cumulative distributions, alpha = 1).",
        measure=partial(too_few, steps=5),
        expect=AtLeast(0.05),
        within=AS_IT_IS,
        control=partial(too_few, steps=200),
        source="measured here",
    ),
    Claim(
        says="Twenty steps that shrink towards the data do better than twenty even ones (distance).",
        measure=partial(too_few, steps=20),
        expect=AtMost(0.05),
        within=ROOM,
        control=partial(too_few, steps=20, even=True),
        source="measured here",
    ),
    Claim(
        says="Noisy points of its own are no start for a label: of points of the right bump, noised to T = 1, the "
        "prior's process takes a part to the left one (share).",
        measure=partial(wrong_label, T=1.0),
        expect=AtLeast(0.03),
        within=AS_IT_IS,
        control=partial(wrong_label, T=0.05),
        source="a U-turn forgets the class",
    ),
)
