"""Claims about tilted transport: what it reaches, until when, and what it is not."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.denoising import mixtures, noise, posterior, reversal, tilt
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim, Rounding
from course_lib.lessons.denoising.tilts import LATE, NORMAL, PRIOR, measured, start_law
from course_lib.lessons.denoising.tilts import Measurement as Seen

from .tools import AS_IT_IS, ROOM, Measurement

BRUNA = "the idea: Bruna and Han, arXiv:2407.00745 (2024); formulas derived here"
SEEN = measured(90.0, 0.5, 0.7)  # the second coordinate, a value between two of the bumps
POSTERIOR = posterior.tilted(PRIOR, SEEN.Q, SEEN.b)
Q2, B2 = tilt.measurement_tilt([[0.5, 0.1], [0.2, 1.1]], [1.0, 1.5], 1.0)  # two directions, measured unequally well
WALKERS = 20_000


def reached(rng: np.random.Generator, T: float, law: mixtures.Mixture, alpha: float = 1.0) -> np.ndarray:
    """Where the reverse process of the prior ends from a law at T."""
    y = mixtures.samples(law, WALKERS, rng=rng)
    return reversal.brought_back(y, reversal.times(T, 1e-3, 150), reversal.mixture_score(PRIOR), alpha, rng=rng)


def off(y: np.ndarray, exact: mixtures.Mixture) -> float:
    """The largest error of a mean or of a covariance, over the posterior's largest variance and its root."""
    mean, C = mixtures.moments(exact)
    scale = np.linalg.eigvalsh(C)[-1]
    return float(max(np.abs(y.mean(axis=0) - mean).max() / scale**0.5, np.abs(np.cov(y.T) - C).max() / scale))


def error_at(rng: np.random.Generator, share: float) -> Measurement:
    """For two unequally measured directions, started at a share of T*."""
    T = share * tilt.tilt_limit(Q2)
    return off(reached(rng, T, tilt.tilted_start(PRIOR, Q2, B2, T)), posterior.tilted(PRIOR, Q2, B2)), 0.0


def error_of_untilted(rng: np.random.Generator) -> Measurement:
    """The same from p_T as it is."""
    T = 0.5 * tilt.tilt_limit(Q2)
    return off(reached(rng, T, noise.at_time(PRIOR, T)), posterior.tilted(PRIOR, Q2, B2)), 0.0


def variance_ratio(rng: np.random.Generator, share: float, alpha: float = 1.0) -> Measurement:
    """Along one measured direction: variance of the ends over that of the posterior, from the narrowest start."""
    T = share * SEEN.limit
    y = reached(rng, T, start_law(SEEN, T), alpha) @ SEEN.e
    return y.var() / (SEEN.e @ mixtures.moments(POSTERIOR)[1] @ SEEN.e), 0.0


def share_of_the_way(rng: np.random.Generator, start: Callable[[Seen], mixtures.Mixture], T: float) -> Measurement:
    """How far the mean of the ends has come from the prior's to the posterior's, along the measured direction."""
    seen = measured(30.0, -2.0, 0.7)
    prior, wanted = (mixtures.moments(p)[0] @ seen.e for p in (PRIOR, posterior.tilted(PRIOR, seen.Q, seen.b)))
    return float(((reached(rng, T, start(seen)) @ seen.e).mean() - prior) / (wanted - prior)), 0.0


def guided_ratio(rng: np.random.Generator, steps: int = 200) -> Measurement:
    """Variance of plug-in guidance along the measured direction, over the posterior's."""
    y = mixtures.samples(NORMAL, 5000, rng=rng)
    score = tilt.plug_in_score(PRIOR, SEEN.Q, SEEN.b)
    y = reversal.brought_back(y, reversal.times(LATE, 1e-3, steps), score, 1.0, rng=rng) @ SEEN.e
    return y.var() / (SEEN.e @ mixtures.moments(POSTERIOR)[1] @ SEEN.e), 0.0


def flow_left_over(rng: np.random.Generator, factor: float) -> Measurement:
    """What dQ/dt = factor (1 + Q) Q leaves at half of T*, relative; by a symmetric difference."""
    t, h = tilt.tilt_limit(Q2) / 2, 1e-5
    (more, _), (less, _), (Q, _) = (tilt.tilt_at(Q2, B2, at) for at in (t + h, t - h, t))
    change = (more - less) / (2 * h)
    return np.abs(change - factor * (Q + Q @ Q)).max() / np.abs(change).max(), 0.0


def level_at_the_limit(rng: np.random.Generator, factor: float) -> Measurement:
    """The noise level at T* over the noise of a measurement of one direction."""
    return noise.level_at(factor * SEEN.limit) / SEEN.tau, 0.0


def start_is_a_density(rng: np.random.Generator, share: float) -> Measurement:
    """1/S + Q_T of the first, round bump, in the measured direction: below zero there is nothing to draw from."""
    T = share * SEEN.limit
    S = noise.at_time(PRIOR, T).S[0]
    inverse = np.exp(-2 * T) * SEEN.tau**2 + np.expm1(-2 * T)  # of Q_T in the measured direction
    return float(1 / (SEEN.e @ S @ SEEN.e) + 1 / inverse), 0.0


claims = (
    *(
        Claim(
            says=f"From {share} T*, the tilted prior is carried to the posterior (two directions; largest error of "
            "mean or covariance, relative).",
            measure=partial(error_at, share=share),
            expect=AtMost(0.06),
            within=ROOM,
            control=error_of_untilted,
            source=f"{BRUNA}; control: p_T not tilted",
        )
        for share in (0.5, 0.9, 0.99)
    ),
    Claim(
        says="The tilt grows by dQ/dt = 2 (1 + Q) Q (what is left over, relative).",
        measure=partial(flow_left_over, factor=2.0),
        expect=0.0,
        within=Bias(1e-6, "a difference quotient stands for the derivative"),
        control=partial(flow_left_over, factor=1.0),
        source=BRUNA,
    ),
    Claim(
        says="For one measured direction T* is where the noise of the process is that of the measurement (ratio).",
        measure=partial(level_at_the_limit, factor=1.0),
        expect=1.0,
        within=Rounding(1e-12),
        control=partial(level_at_the_limit, factor=0.9),
        source="e^(2T*) - 1 = 1/lambda_max = tau²",
    ),
    Claim(
        says="Beyond T*, at twice T*, even a start without any width ends too wide (variance along the measured "
        "direction over the posterior's).",
        measure=partial(variance_ratio, share=2.0),
        expect=AtLeast(1.1),
        within=AS_IT_IS,
        control=partial(variance_ratio, share=0.95),
        source=BRUNA,
    ),
    Claim(
        says="Just before T* it still fits (the same ratio, from 0.95 T*).",
        measure=partial(variance_ratio, share=0.95),
        expect=1.0,
        within=Bias(0.06, "five times the scatter of a variance of 20,000 draws, and finite steps"),
        control=partial(variance_ratio, share=2.0),
        source=BRUNA,
    ),
    Claim(
        says="Only alpha = 1 carries a tilt: the flow, alpha = 0, ends too narrow (the same ratio, from 0.9 T*).",
        measure=partial(variance_ratio, share=0.9, alpha=0.0),
        expect=AtMost(0.8),
        within=AS_IT_IS,
        control=partial(variance_ratio, share=0.9, alpha=1.0),
        source="only the reverse of the forward process itself has Bayes' law of x given x_T",
    ),
    Claim(
        says="Beyond T* the formula for the start is no density: one of its widths squared is negative.",
        measure=partial(start_is_a_density, share=1.01),
        expect=AtMost(0.0),
        within=AS_IT_IS,
        control=partial(start_is_a_density, share=0.99),
        source=BRUNA,
    ),
    Claim(
        says="A Gaussian tilted at t = 4 is forgotten: the ends stay at the prior's mean (share of the way to the "
        "posterior's).",
        measure=partial(share_of_the_way, start=lambda seen: posterior.tilted(NORMAL, seen.Q, seen.b), T=LATE),
        expect=0.0,
        within=Bias(0.12, "at t = 4 a fiftieth of a start is left; 20,000 draws"),
        control=partial(share_of_the_way, start=lambda seen: start_law(seen, 0.15), T=0.15),
        source="what the notes of a talk describe, taken literally",
    ),
    Claim(
        says="Plug-in guidance, which tilts the best guess in the place of x, ends too narrow (variance along the "
        "measured direction over the posterior's).",
        measure=guided_ratio,
        expect=Between(0.45, 0.75),
        within=AS_IT_IS,
        control=partial(variance_ratio, share=0.9),
        source="Chung et al., arXiv:2209.14687 (2022): its approximation",
    ),
)
