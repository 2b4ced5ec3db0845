"""Claims about a score learnt from samples: two moons, and random neurons."""

from functools import partial

import numpy as np

from course_lib.kernels.denoising.matching import Learnt, fit_score, learned_score
from course_lib.kernels.denoising.reversal import brought_back, times
from course_lib.kernels.denoising.yardsticks import energy_distance, moons_mixture, score_error, two_moons
from course_lib.learn import AtMost, Claim

from .tools import ROOM, Measurement

POINTS = 2000
VINCENT = "Vincent, Neural Comput. 23, 1661 (2011)"
STIFF = 1e9  # a ridge that leaves the network only what is linear


def learnt(rng: np.random.Generator, ridge: float) -> Learnt:
    """A score learnt from 2000 points of two moons."""
    return fit_score(two_moons(POINTS, rng=rng), features=192, ridge=ridge, rng=rng)


def off_at(rng: np.random.Generator, t: float, ridge: float = 3.0) -> Measurement:
    """Root mean square of the learnt score's error over that of the score itself, at noisy points."""
    return score_error(learned_score(learnt(rng, ridge)), moons_mixture(), t, n=5000, rng=rng), 0.0


def off_from_moons(rng: np.random.Generator, alpha: float, ridge: float = 3.0) -> Measurement:
    """Energy distance of made points from new points of the moons."""
    score = learned_score(learnt(rng, ridge))
    y = brought_back(rng.standard_normal((POINTS, 2)), times(4.0, 1e-3, 60), score, alpha, rng=rng)
    return energy_distance(y, two_moons(POINTS, rng=rng)), 0.0


claims = (
    Claim(
        says="Random neurons that learnt to guess the noise in 2000 points of two moons have learnt their score "
        "(relative error at t = 0.3).",
        measure=partial(off_at, t=0.3),
        expect=AtMost(0.15),
        within=ROOM,
        control=partial(off_at, t=0.3, ridge=STIFF),
        source=f"{VINCENT}; control: a linear guess",
    ),
    *(
        Claim(
            says=f"With it the reverse process makes two moons, alpha = {alpha:.0f} (energy distance from new points).",
            measure=partial(off_from_moons, alpha=alpha),
            expect=AtMost(0.014),
            within=ROOM,
            control=partial(off_from_moons, alpha=alpha, ridge=STIFF),
            source=f"{VINCENT}; control: a linear guess, which makes a Gaussian",
        )
        for alpha in (0.0, 1.0)
    ),
)
