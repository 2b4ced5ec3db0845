"""Claims about error bars: what is known well, what is not, and whether an interval keeps its promise."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law, Runs, uncertainty
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim
from course_lib.shared.estimates import mean_and_error

from .tools import GOPHER, MEAN, ROOM, Measurement, data_sets

EFRON = "bootstrap: Efron, Ann. Stat. 7, 1 (1979)"


def resampled(rng: np.random.Generator, runs: Runs | None = None, resamples: int = 300) -> Law:
    """The laws fitted to resamples of one set of runs."""
    return scaling.bootstrap(data_sets(1, rng)[0] if runs is None else runs, resamples, rng=rng)


def shuffled(laws: Law, rng: np.random.Generator) -> Law:
    """The same values of each parameter, put together at random: the control of correlations."""
    return Law(*(rng.permutation(values) for values in laws))


def correlation(rng: np.random.Generator, shuffle: bool = False) -> Measurement:
    """Of ln A and alpha over resamples."""
    laws = resampled(rng)
    laws = shuffled(laws, rng) if shuffle else laws
    return float(np.corrcoef(np.log(laws.A), laws.alpha)[0, 1]), 0.0


def factor(rng: np.random.Generator, of: str) -> Measurement:
    """How many times larger the upper end of the 95 % interval is than the lower; the median of 8 sets."""
    spans = []
    for _ in range(8):
        laws = resampled(rng, resamples=150)
        N, D = scaling.compute_optimal(GOPHER, laws)
        low, high = scaling.interval({"A": laws.A, "N": N, "D/N": D / N, "L": scaling.loss(1e9, 2e10, laws)}[of])
        spans.append(high / low)
    return float(np.median(spans)), 0.0


def valley_shape(rng: np.random.Generator, of: str = "A") -> Measurement:
    """Raise alpha by 0.01 and hold ln A where it was, or let it follow: the ratio of what the objective gains.

    The control gives ln A the slope of ln E, which does not help.
    """
    (runs,) = data_sets(1, rng)
    fit, laws = scaling.fit_law(runs), resampled(rng)
    slope = np.polyfit(laws.alpha, np.log(getattr(laws, of)), 1)[0]
    log_A = np.log(fit.law.A) + 0.01 * np.array([0.0, slope])
    across, along = scaling.valley(runs, log_A, [fit.law.alpha + 0.01])[:, 0] - fit.objective
    return float(across / along), 0.0


def valley_slope(rng: np.random.Generator, of: str = "A") -> Measurement:
    """By how much ln A rises with alpha, over resamples; the control takes ln B."""
    laws = resampled(rng)
    return float(np.polyfit(laws.alpha, np.log(getattr(laws, of)), 1)[0]), 0.0


def overstated(rng: np.random.Generator, shuffle: bool = False) -> Measurement:
    """The error of a from separate errors of alpha and beta, over its bootstrap error; mean of 40 sets."""
    ratios = []
    for _ in range(40):
        laws = resampled(rng, resamples=150)
        laws = shuffled(laws, rng) if shuffle else laws
        error = np.std(scaling.size_exponent(laws), ddof=1)
        ratios.append(scaling.error_if_independent(laws) / error)
    return mean_and_error(ratios)


def profile_width(rng: np.random.Generator, share: float = 0.95) -> Measurement:
    """The width of alpha's profile interval over that of its bootstrap interval; mean of 16 sets."""
    ratios = []
    for runs in data_sets(16, rng):
        fit, laws = scaling.fit_law(runs), resampled(rng, runs, 100)
        alpha = fit.law.alpha + np.linspace(-0.08, 0.08, 41)
        rise = scaling.profile(runs, "alpha", alpha) - fit.objective
        inside = uncertainty.profile_rise(runs, fit.law, share)
        width = _width(alpha, rise, inside)
        ratios.append(width / np.ptp(scaling.interval(laws.alpha)))
    return mean_and_error(ratios)


def _width(x: np.ndarray, rise: np.ndarray, level: float) -> float:
    """Between the two places where the profile crosses the level, between its points by straight lines."""
    lowest = int(np.argmin(rise))
    left = np.interp(-level, -rise[: lowest + 1], x[: lowest + 1])
    right = np.interp(level, rise[lowest:], x[lowest:])
    return float(right - left)


claims = (
    Claim(
        says="ln A and alpha are one number, nearly: over resamples their correlation is 0.99 or more.",
        measure=correlation,
        expect=AtLeast(0.99),
        within=ROOM,
        control=partial(correlation, shuffle=True),
        source=EFRON,
    ),
    Claim(
        says="A itself is known to a factor only: the ends of its 95 % interval are 1.6 times apart or more (8 sets).",
        measure=partial(factor, of="A"),
        expect=AtLeast(1.6),
        within=ROOM,
        control=partial(factor, of="L"),
        source=EFRON + ", percentile interval",
    ),
    Claim(
        says="The loss in the middle of the runs is known to half a percent (ratio of its interval's ends, 8 sets).",
        measure=partial(factor, of="L"),
        expect=AtMost(1.005),
        within=ROOM,
        control=partial(factor, of="A"),
        source=EFRON + ", at 1e9 parameters and 2e10 tokens",
    ),
    Claim(
        says="At Gopher's budget tokens per parameter are known to a factor of two or so (ends of 95 %, 8 sets).",
        measure=partial(factor, of="D/N"),
        expect=Between(1.4, 3.0),
        within=ROOM,
        control=partial(factor, of="L"),
        source=EFRON + ", 243 runs of up to 3e21 FLOP",
    ),
    Claim(
        says="The best size itself is known there to a factor of 1.2 to 1.7 (ends of 95 %, 8 sets).",
        measure=partial(factor, of="N"),
        expect=Between(1.2, 1.7),
        within=ROOM,
        control=partial(factor, of="A"),
        source=EFRON + ", two hundred times beyond the largest budget",
    ),
    Claim(
        says="ln A rises by 17 times what alpha rises by: the curve turns about e^17, some 2e7, parameters (slope).",
        measure=valley_slope,
        expect=17.3,
        within=Bias(1.0, "it differs a little from set to set"),
        control=partial(valley_slope, of="B"),
        source="over resamples of one set whose smallest model has 44 million parameters; E moves as well",
    ),
    Claim(
        says="Along the valley of ln A and alpha the objective rises a hundred times less than across "
        "(ratio of rises).",
        measure=valley_shape,
        expect=AtLeast(100.0),
        within=ROOM,
        control=partial(valley_shape, of="E"),
        source="the least objective with both held: alpha raised by 0.01, ln A following or not",
    ),
    Claim(
        says="Errors of alpha and beta added as if they were independent overstate that of a (ratio, 40 sets).",
        measure=overstated,
        expect=AtLeast(1.04),
        within=MEAN,
        control=partial(overstated, shuffle=True),
        source="alpha and beta rise together, and a = beta/(alpha + beta) hears of their ratio only",
    ),
    Claim(
        says="The profile of the objective gives alpha the same interval as the bootstrap (ratio of widths, 16 sets).",
        measure=profile_width,
        expect=Between(0.8, 1.25),
        within=MEAN,
        control=partial(profile_width, share=0.68),
        source="Schrader and Hettmansperger, Biometrika 67, 93 (1980)",
    ),
)
