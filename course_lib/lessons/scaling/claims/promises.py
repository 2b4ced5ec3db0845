"""Claims about what an interval promises: how often it holds, and what it would take to narrow it."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Runs
from course_lib.learn import Between, Bias, Claim
from course_lib.shared.estimates import mean_and_error

from .tools import EXPONENT, MEAN, ROOM, Measurement, data_sets, error_of
from .uncertain import EFRON, resampled


def coverage(rng: np.random.Generator, stretch: float = 1.0, sets: int = 1500) -> Measurement:
    """How often the 95 % interval of a contains the truth; intervals stretched about their middle for the control."""
    hits = []
    for runs in data_sets(sets, rng):
        low, high = scaling.interval(scaling.size_exponent(scaling.bootstrap(runs, 150, rng=rng)))
        middle, half = (low + high) / 2, stretch * (high - low) / 2
        hits.append(abs(EXPONENT - middle) <= half)
    return mean_and_error([float(hit) for hit in hits])


def root_n(rng: np.random.Generator, times: int = 16) -> Measurement:
    """The error of a with 243 runs over that with so many times as many: the geometric mean over 16 pairs of sets."""
    ln_ratios = []
    for _ in range(16):
        few, many = data_sets(1, rng)[0], data_sets(times, rng)
        together = Runs(*(np.concatenate(columns) for columns in zip(*many)))
        ln_ratios.append(np.log(error_of(few, rng, 50) / error_of(together, rng, 50)))
    return float(np.exp(np.mean(ln_ratios))), 0.0


def runs_needed(rng: np.random.Generator, width: float = 0.001) -> Measurement:
    """log10 of the number of such runs for an 80 % interval of a as wide as the published one; mean over 8 sets."""
    wanted = []
    for _ in range(8):
        low, high = scaling.interval(scaling.size_exponent(resampled(rng)), 0.8)
        wanted.append(np.log10(243 * ((high - low) / width) ** 2))
    return mean_and_error(wanted)


claims = (
    Claim(
        says="A 95 % interval covers the truth in 95 % of data sets (share of 1500 sets).",
        measure=coverage,
        expect=Between(0.93, 0.97),
        within=Bias(0.0, "five binomial errors are added"),
        control=partial(coverage, stretch=0.5, sets=300),
        source=EFRON + "; percentile intervals are a little narrow",
        slow=True,
    ),
    Claim(
        says="Sixteen times as many runs quarter the error of a (ratio of errors, 16 pairs of sets).",
        measure=root_n,
        expect=Between(3.0, 5.6),
        within=ROOM,
        control=partial(root_n, times=2),
        source="the error falls as the square root of the number of runs",
    ),
    Claim(
        says="An interval for a as narrow as the published 0.454 to 0.455 would take over a hundred thousand such runs "
        "(log10).",
        measure=runs_needed,
        expect=Between(4.8, 5.6),
        within=MEAN,
        control=partial(runs_needed, width=0.03),
        source="Hoffmann et al. (2022), table 2: 10th to 90th percentile; Besiroglu et al. (2024): over 600,000",
    ),
)
