"""Claims about the way back: one family of processes, its slips, its likelihood, and what one step cannot do."""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.stats import spearmanr

from course_lib.kernels.denoising import mixtures, noise, posterior, reversal
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim, Errors
from course_lib.lessons.denoising.paths import MINUS, SINGLE, UNFLIPPED, rule_score
from course_lib.lessons.denoising.paths import distance as apart
from course_lib.shared.estimates import mean_and_error

from .tools import AS_IT_IS, BUMPS, MEAN, ROOM, Measurement, sent_back

ANDERSON = "Anderson, Stoch. Proc. Appl. 12, 313 (1982)"
SONG = "Song et al., arXiv:2011.13456 (2021)"
CLOSE = 0.025  # twice the distance that 20,000 exact draws have at most once in a thousand, and Euler's own error


def distance(rng: np.random.Generator, alpha: float) -> Measurement:
    return apart(sent_back(rng, alpha)[1]), 0.0


def distance_of(rng: np.random.Generator, rule: str, alpha: float) -> Measurement:
    return apart(wrong(rng, rule, alpha)), 0.0


def wrong(rng: np.random.Generator, rule: str, alpha: float) -> np.ndarray:
    """Where 20,000 paths end by a rule with a slip."""
    return sent_back(rng, alpha, score=rule_score(rule, alpha))[1]


def moment(rng: np.random.Generator, alpha: float, what: Callable, T: float = 5.0) -> Measurement:
    """A moment of where the paths end; its error from 40 blocks."""
    return mean_and_error([what(part) for part in np.split(sent_back(rng, alpha, T=T)[1], 40)])


def moment_of(rng: np.random.Generator, rule: str, alpha: float, what: Callable) -> Measurement:
    return mean_and_error([what(part) for part in np.split(wrong(rng, rule, alpha), 40)])


def one_step(rng: np.random.Generator, sampled: bool) -> Measurement:
    """Variance of the best guesses at the clean value from noise at t = 5, or of draws from the posterior."""
    x_t = mixtures.samples(noise.at_time(BUMPS, 5.0), 20_000, rng=rng)
    y, sigma = np.exp(5.0) * x_t, noise.level_at(5.0)
    guess = (
        posterior.posterior_samples(y, BUMPS, sigma, rng=rng) if sampled else posterior.posterior_mean(y, BUMPS, sigma)
    )
    return guess.var() / mixtures.moments(BUMPS)[1][0, 0], 0.0


def likelihood(rng: np.random.Generator, T: float) -> Measurement:
    """The largest error of ln p by the probability flow, at 200 points of the data."""
    x = mixtures.samples(BUMPS, 200, rng=rng)
    found = reversal.flow_log_density(x, reversal.times(T, 1e-9, 60)[::-1], *reversal.mixture_flow(BUMPS))
    return np.abs(found - mixtures.log_density(x, BUMPS)).max(), 0.0


def kept_order(rng: np.random.Generator, alpha: float) -> Measurement:
    """Rank correlation of where a path starts and where it ends."""
    return float(spearmanr(*sent_back(rng, alpha, walkers=4000)).statistic), 0.0


def by_chance(rng: np.random.Generator, draws: int) -> Measurement:
    return mean_and_error([apart(mixtures.samples(BUMPS, draws, rng=rng)) for _ in range(40)])


def farther_off(rng: np.random.Generator, alpha: float) -> Measurement:
    """By how much runs of 20 steps are farther off than those with alpha = 1; 20,000 paths each."""
    a, b = ([apart(sent_back(rng, one, steps=20)[1]) for _ in range(20)] for one in (alpha, 1.0))
    return mean_and_error(np.subtract(a, b))


def family(alpha: float, words: str, control: Callable, what: str) -> Claim:
    return Claim(
        says=f"The reverse process with alpha = {words} ends at the data (20,000 paths, largest difference of the "
        "cumulative distributions).",
        measure=partial(distance, alpha=alpha),
        expect=AtMost(CLOSE),
        within=ROOM,
        control=control,
        source=f"{ANDERSON} (alpha = 1); {SONG}, eq. 13 (alpha = 0); control: {what}",
    )


def short(rng: np.random.Generator) -> Measurement:
    return apart(sent_back(rng, 2.0, T=0.5)[1]), 0.0


claims = (
    family(0.0, "0, no noise,", partial(distance_of, rule=UNFLIPPED, alpha=0.0), "the linear drift not flipped"),
    family(0.5, "one half", partial(distance_of, rule=SINGLE, alpha=0.5), "the score once"),
    family(1.0, "1, the reverse of the forward process itself,", partial(distance_of, rule=MINUS, alpha=1.0), "minus"),
    family(2.0, "2", short, "a start at T = 0.5"),
    Claim(
        says="Two thousand perfect draws would be off by 0.02 by chance alone (distance, mean of 40 sets).",
        measure=partial(by_chance, draws=2000),
        expect=0.8687 / 2000**0.5,
        within=Errors(5),
        control=partial(by_chance, draws=250),
        source="Kolmogorov's law, whose mean is sqrt(pi/2) ln 2 over the root of the draws",
    ),
    Claim(
        says="With 20 steps the flow, alpha = 0, is off by more than alpha = 1 (0.04 against 0.03; difference of the "
        "distances, mean of 20 runs).",
        measure=partial(farther_off, alpha=0.0),
        expect=AtLeast(0.005),
        within=MEAN,
        control=partial(farther_off, alpha=1.0),
        source="measured here; control: alpha = 1 against itself",
    ),
    Claim(
        says="Its mean comes out, alpha = 1 (data: 0.45).",
        measure=partial(moment, alpha=1.0, what=np.mean),
        expect=0.45,
        within=Bias(0.02, "the steps are finite"),
        control=partial(moment, alpha=1.0, what=np.mean, T=0.5),
        source=ANDERSON,
    ),
    Claim(
        says="Its variance comes out, alpha = 1 (data: 3.0955).",
        measure=partial(moment, alpha=1.0, what=np.var),
        expect=float(mixtures.moments(BUMPS)[1][0, 0]),
        within=Bias(0.05, "the steps are finite"),
        control=partial(moment_of, rule=UNFLIPPED, alpha=1.0, what=np.var),
        source=ANDERSON,
    ),
    Claim(
        says="With the noise of alpha = 1 and the score once, the ends are four times as wide as they should be "
        "(variance; data: 3.1).",
        measure=partial(moment_of, rule=SINGLE, alpha=1.0, what=np.var),
        expect=Between(11.0, 13.5),
        within=AS_IT_IS,
        control=partial(moment, alpha=1.0, what=np.var),
        source="measured here",
    ),
    Claim(
        says="With the linear drift not flipped they end too close together (variance, alpha = 1; data: 3.1).",
        measure=partial(moment_of, rule=UNFLIPPED, alpha=1.0, what=np.var),
        expect=AtMost(1.5),
        within=AS_IT_IS,
        control=partial(moment, alpha=1.0, what=np.var),
        source="measured here",
    ),
    Claim(
        says="With the notes' minus before the score the paths run away (share beyond 100, alpha = 1).",
        measure=partial(moment_of, rule=MINUS, alpha=1.0, what=lambda y: np.mean(np.abs(y) > 100)),
        expect=AtLeast(0.99),
        within=AS_IT_IS,
        control=partial(moment, alpha=1.0, what=lambda y: np.mean(np.abs(y) > 100)),
        source="eq. 3.33 of the notes of a talk",
    ),
    Claim(
        says="Without noise the paths keep their order (rank correlation of start and end).",
        measure=partial(kept_order, alpha=0.0),
        expect=AtLeast(0.9999),
        within=AS_IT_IS,
        control=partial(kept_order, alpha=1.0),
        source="lines of a flow in one dimension do not cross",
    ),
    Claim(
        says="With noise they forget it: same ends together, other paths (size of the rank correlation, alpha = 1).",
        measure=lambda rng: (abs(kept_order(rng, 1.0)[0]), 0.0),
        expect=AtMost(0.12),
        within=ROOM,
        control=partial(kept_order, alpha=0.0),
        source="all alpha share the marginals, not the paths",
    ),
    Claim(
        says="The probability flow gives the likelihood: ln p of 200 points (largest error, from T = 12).",
        measure=partial(likelihood, T=12.0),
        expect=AtMost(5e-4),
        within=AS_IT_IS,
        control=partial(likelihood, T=3.0),
        source=f"{SONG}; control: an end at T = 3, not yet normal",
    ),
    Claim(
        says="One step of denoising from pure noise gives the mean, not a sample (variance of the guesses over that of "
        "the data, from t = 5).",
        measure=partial(one_step, sampled=False),
        expect=AtMost(0.001),
        within=AS_IT_IS,
        control=partial(one_step, sampled=True),
        source="E[x | y] of a y that says nothing; control: draws from the posterior",
    ),
)
