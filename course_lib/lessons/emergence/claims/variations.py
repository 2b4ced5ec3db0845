"""Claims about coins that are not independent, or not all needed, or flipped one after another."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.emergence import clocks, variations
from course_lib.learn import Bias, Claim, Errors

from .tools import (
    AS_IT_IS,
    RUNS,
    Drawn,
    Measurement,
    P,
    all_of,
    farthest,
    mean_time,
    of_blocks,
    ratio,
    share_by,
)

CORE = "exact; checked by drawn runs"
DIGIT = Bias(0.051, "one decimal")


def any_half(t: np.ndarray, p: float, n: int) -> np.ndarray:
    return variations.any_k(t, p, n, n // 2)


def width_ratio(rng: np.random.Generator, curve: Callable) -> Measurement:
    """From P = 0.1 to 0.9, in steps: of 64 skills over that of 16."""
    ends = [[variations.time_when(lambda t, n=n: curve(t, P, n), level) for level in (0.1, 0.9)] for n in (64, 16)]
    return float(np.divide(*np.diff(ends)[:, 0])), 0.0


def chain_of(n: int) -> Drawn:
    return lambda rng: variations.chain_times(P, n, RUNS, rng=rng)


def any_of(n: int, k: int) -> Drawn:
    return lambda rng: variations.any_k_times(P, n, k, RUNS, rng=rng)


def with_cause(rho: float) -> Drawn:
    return lambda rng: variations.common_cause_times(P, 8, rho, RUNS, rng=rng)


def some_with_cause(rho: float) -> Drawn:
    """Each skill by itself hangs on the common clock with chance rho."""
    return lambda rng: variations.shared_clock_times(P, 8, rho, RUNS, rng=rng)


def spread_ratio(rng: np.random.Generator, many: Drawn, few: Drawn) -> Measurement:
    return ratio(*(of_blocks(rng, drawn, lambda t: t.std(ddof=1)) for drawn in (many, few)))


def relative_spread(rng: np.random.Generator, drawn: Drawn) -> Measurement:
    return of_blocks(rng, drawn, lambda t: t.std(ddof=1) / t.mean())


def medians(rng: np.random.Generator, curve: object, of: tuple[float, ...], stated: tuple[float, ...]) -> Measurement:
    """How far the worst median, in whole steps, is from what is stated."""
    return farthest(np.ceil([variations.time_when(partial(curve, x), 0.5) for x in of]), stated)


def any_k_median(rng: np.random.Generator, more: int) -> Measurement:
    stated = (4.3, 11.1, 19.1, 28.7, 40.6, 56.3, 79.4, 123.2)
    found = [variations.time_when(lambda t, k=k: variations.any_k(t, P, 8 + more, k), 0.5) for k in range(1, 9)]
    return farthest(found, stated)


claims = (
    Claim(
        says="With chance 1/2 one cause brings eight skills at once: half of the runs are there after 83 steps, not "
        "124.",
        measure=partial(share_by, drawn=with_cause(0.5), t=83),
        expect=float(variations.common_cause(83, P, 8, 0.5)),
        within=Errors(5),
        control=partial(share_by, drawn=some_with_cause(0.5), t=83),
        source=f"{CORE}; control: each skill by itself is common with chance 1/2",
    ),
    Claim(
        says="A common cause takes the delay away: shares of 0.5, 0.9, 1 make medians of 83, 41, 35 whole steps "
        "(worst).",
        measure=partial(
            medians, curve=lambda rho, t: variations.common_cause(t, P, 8, rho), of=(0.5, 0.9, 1.0), stated=(83, 41, 35)
        ),
        expect=0.0,
        within=AS_IT_IS,
        control=partial(
            medians, curve=lambda rho, t: variations.shared_clock(t, P, 8, rho), of=(0.5, 0.9, 1.0), stated=(83, 41, 35)
        ),
        source="rho F + (1 - rho) F^8 = 1/2; control: each skill by itself",
    ),
    Claim(
        says="Where any four of eight are enough, half of the runs are there after 29 steps.",
        measure=partial(share_by, drawn=any_of(8, 4), t=29),
        expect=float(variations.any_k(29, P, 8, 4)),
        within=Errors(5),
        control=partial(share_by, drawn=any_of(8, 5), t=29),
        source=f"{CORE}; control: any five",
    ),
    Claim(
        says="Any k of eight, k = 1 to 8: medians 4.3, 11.1, 19.1, 28.7, 40.6, 56.3, 79.4, 123.2 steps (worst).",
        measure=partial(any_k_median, more=0),
        expect=0.0,
        within=DIGIT,
        control=partial(any_k_median, more=1),
        source="an incomplete beta function; control: of nine",
    ),
    Claim(
        says="Where any half of the skills is enough the width narrows in steps too, as one over the root of n: at 64 "
        "skills it is half of that at 16 (ratio).",
        measure=partial(width_ratio, curve=any_half),
        expect=0.5,
        within=Bias(0.05, "16 skills are not many"),
        control=partial(width_ratio, curve=clocks.all_learnt),
        source="the law of large numbers for the sample median; control: all are needed",
    ),
    Claim(
        says="A chain of eight, each skill after the one before, takes n/p = 400 steps on average.",
        measure=partial(mean_time, drawn=chain_of(8)),
        expect=variations.chain_mean(P, 8),
        within=Errors(5),
        control=partial(mean_time, drawn=all_of(8)),
        source="a sum of n waits; control: side by side",
    ),
    Claim(
        says="In t a chain widens as the root of n: its spread at 64 skills over that at 4 is 4.",
        measure=partial(spread_ratio, many=chain_of(64), few=chain_of(4)),
        expect=4.0,
        within=Errors(5),
        control=partial(spread_ratio, many=all_of(64), few=all_of(4)),
        source="variances of waits add up; control: side by side",
    ),
    Claim(
        says="Side by side the spread saturates: at 1024 skills it is 1.02 times that at 16.",
        measure=partial(spread_ratio, many=all_of(1024), few=all_of(16)),
        expect=clocks.time_spread(P, 1024) / clocks.time_spread(P, 16),
        within=Errors(5),
        control=partial(spread_ratio, many=chain_of(1024), few=chain_of(16)),
        source="sum of 1/k², to pi²/6; control: a chain",
    ),
    Claim(
        says="Relative to its mean a chain narrows as sqrt((1 - p)/n): spread over mean is 0.124 at 64 skills.",
        measure=partial(relative_spread, drawn=chain_of(64)),
        expect=variations.chain_spread(P, 64) / variations.chain_mean(P, 64),
        within=Errors(5),
        control=partial(relative_spread, drawn=all_of(64)),
        source="negative binomial; control: side by side",
    ),
    Claim(
        says="Side by side it narrows as 1/ln n only: spread over mean is 0.269 at 64 skills.",
        measure=partial(relative_spread, drawn=all_of(64)),
        expect=clocks.time_spread(P, 64) / clocks.mean_time(P, 64),
        within=Errors(5),
        control=partial(relative_spread, drawn=chain_of(64)),
        source="Gumbel's law: 1.28/(ln n + 0.577); control: a chain",
    ),
)
