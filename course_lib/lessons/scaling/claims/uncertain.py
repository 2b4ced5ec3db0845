"""Claims about error bars: what is known well, what is not, and whether an interval keeps its promise."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law, Runs, uncertainty
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim

from .tools import AS_IT_IS, EXPONENT, GOPHER, MEAN, Measurement, data_sets, mean_and_error

ROOM = Bias(0.0, "the bound leaves the room that so many sets need")
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
        low, high = scaling.interval({"A": laws.A, "D/N": D / N, "L": scaling.loss(1e9, 2e10, laws)}[of])
        spans.append(high / low)
    return float(np.median(spans)), 0.0


def overstated(rng: np.random.Generator, shuffle: bool = False) -> Measurement:
    """The error of a from separate errors of alpha and beta, over its bootstrap error; mean of 16 sets."""
    ratios = []
    for _ in range(16):
        laws = resampled(rng, resamples=100)
        laws = shuffled(laws, rng) if shuffle else laws
        error = np.std(scaling.size_exponent(laws), ddof=1)
        ratios.append(scaling.error_if_independent(laws) / error)
    return mean_and_error(ratios)


def profile_width(rng: np.random.Generator, stretch: float = 1.0) -> Measurement:
    """The width of alpha's profile interval over that of its bootstrap interval; mean of 16 sets."""
    ratios = []
    for runs in data_sets(16, rng):
        fit, laws = scaling.fit_law(runs), resampled(rng, runs, 100)
        alpha = fit.law.alpha + np.linspace(-0.08, 0.08, 41)
        rise = scaling.profile(runs, "alpha", alpha) - fit.objective
        inside = uncertainty.profile_rise(runs, fit.law)
        width = _width(alpha, rise, inside)
        ratios.append(stretch * width / np.ptp(scaling.interval(laws.alpha)))
    return mean_and_error(ratios)


def _width(x: np.ndarray, rise: np.ndarray, level: float) -> float:
    """Between the two places where the profile crosses the level, between its points by straight lines."""
    lowest = int(np.argmin(rise))
    left = np.interp(-level, -rise[: lowest + 1], x[: lowest + 1])
    right = np.interp(level, rise[lowest:], x[lowest:])
    return float(right - left)


def coverage(rng: np.random.Generator, stretch: float = 1.0, sets: int = 400) -> Measurement:
    """How often the 95 % interval of a contains the truth; intervals stretched about their middle for the control."""
    hits = []
    for runs in data_sets(sets, rng):
        low, high = scaling.interval(scaling.size_exponent(scaling.bootstrap(runs, 150, rng=rng)))
        middle, half = (low + high) / 2, stretch * (high - low) / 2
        hits.append(abs(EXPONENT - middle) <= half)
    return mean_and_error([float(hit) for hit in hits])


def root_n(rng: np.random.Generator, times: int = 4) -> Measurement:
    """The error of a with 243 runs over that with so many times as many; mean over 8 pairs of sets."""
    ratios = []
    for _ in range(8):
        few, many = data_sets(1, rng)[0], data_sets(times, rng)
        together = Runs(*(np.concatenate(columns) for columns in zip(*many)))
        errors = [np.std(scaling.size_exponent(resampled(rng, runs, 80)), ddof=1) for runs in (few, together)]
        ratios.append(errors[0] / errors[1])
    return mean_and_error(ratios)


def runs_needed(rng: np.random.Generator, width: float = 0.001) -> Measurement:
    """log10 of the number of such runs for an 80 % interval of a as wide as the published one; mean over 8 sets."""
    wanted = []
    for _ in range(8):
        low, high = scaling.interval(scaling.size_exponent(resampled(rng)), 0.8)
        wanted.append(np.log10(243 * ((high - low) / width) ** 2))
    return mean_and_error(wanted)


def error_of(runs: Runs, rng: np.random.Generator) -> float:
    return float(np.std(scaling.size_exponent(scaling.bootstrap(runs, 60, rng=rng)), ddof=1))


def fewer(rng: np.random.Generator, keep: str) -> Measurement:
    """The error of a on a part of the runs over that on all; the median of 9 sets."""
    ratios = []
    for runs in data_sets(9, rng):
        C = 6 * runs.N * runs.D
        kept = {"half a decade": (C > 5e19) & (C < 2e20), "small": runs.N < 1e9, "half": np.arange(len(C)) % 2 == 0}
        part = Runs(*(column[kept[keep]] for column in runs))
        ratios.append(error_of(part, rng) / error_of(runs, rng))
    return float(np.median(ratios)), 0.0


claims = (
    Claim(
        says="ln A and alpha are one number, nearly: over resamples their correlation is 0.99 or more.",
        measure=correlation,
        expect=AtLeast(0.99),
        within=AS_IT_IS,
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
        says="At Gopher's budget tokens per parameter are known to a factor of 1.5 to 3 (ends of 95 %, 8 sets).",
        measure=partial(factor, of="D/N"),
        expect=Between(1.5, 3.0),
        within=ROOM,
        control=partial(factor, of="L"),
        source=EFRON + ", 243 runs of up to 3e21 FLOP",
    ),
    Claim(
        says="Errors of alpha and beta added as if independent overstate that of a, by a tenth or more (ratio, "
        "16 sets).",
        measure=overstated,
        expect=AtLeast(1.1),
        within=MEAN,
        control=partial(overstated, shuffle=True),
        source="alpha and beta rise together, and a = beta/(alpha + beta) does not",
    ),
    Claim(
        says="The profile of the objective gives alpha the same interval as the bootstrap (ratio of widths, 16 sets).",
        measure=profile_width,
        expect=Between(0.85, 1.15),
        within=MEAN,
        control=partial(profile_width, stretch=1.5),
        source="Schrader and Hettmansperger, Biometrika 67, 93 (1980)",
    ),
    Claim(
        says="A 95 % interval covers the truth in 95 % of data sets, or a little less (share of 400 sets).",
        measure=coverage,
        expect=Between(0.92, 0.96),
        within=Bias(0.0, "five binomial errors are added"),
        control=partial(coverage, stretch=0.5),
        source=EFRON + "; percentile intervals are a little narrow",
        slow=True,
    ),
    Claim(
        says="Four times as many runs halve the error of a (ratio of errors, 8 pairs of sets).",
        measure=root_n,
        expect=2.0,
        within=Bias(0.2, "80 resamples, and another mixture of budgets in each set"),
        control=partial(root_n, times=1),
        source="the error falls as the square root of the number of runs",
    ),
    Claim(
        says="An interval for a as narrow as the published 0.454 to 0.455 would take 1e5 to 1e6 such runs (log10).",
        measure=runs_needed,
        expect=Between(5.0, 6.0),
        within=MEAN,
        control=partial(runs_needed, width=0.03),
        source="Hoffmann et al. (2022), table 2: 10th to 90th percentile; Besiroglu et al. (2024): over 600,000",
    ),
    Claim(
        says="Fitted to half a decade of compute, the exponent's error is over five times as large (median of 9 sets).",
        measure=partial(fewer, keep="half a decade"),
        expect=AtLeast(5.0),
        within=ROOM,
        control=partial(fewer, keep="half"),
        source="two of the nine budgets, 54 of 243 runs",
    ),
    Claim(
        says="Without the models above 1e9 parameters it is over twice as large (median of 9 sets).",
        measure=partial(fewer, keep="small"),
        expect=AtLeast(2.0),
        within=ROOM,
        control=partial(fewer, keep="half"),
        source="the lever of the largest models: half of the runs are left",
    ),
)
