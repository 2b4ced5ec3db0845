"""Claims about skills that are not alike, and about skills that wait for others."""

from functools import partial

import numpy as np

from course_lib.kernels.emergence import draws, prerequisites, variations
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Errors

from .tools import ROOM, ROUNDED, RUNS, Measurement, P, all_of, farthest, of_blocks, ratio, share_by

UNEQUAL = variations.evenly_spread(P, 8, 0.75)  # chances from 0.005 to 0.035
EQUAL = np.full(8, P)
FREE, IN_A_ROW = (-1,) * 8, (-1, 0, 1, 2, 3, 4, 5, 6)  # the prerequisite of each skill; -1: none
ONE_PAIR, ALL_AFTER_ONE = (-1, 0, *[-1] * 6), (-1, *[0] * 7)


def halved(rng: np.random.Generator, which: int) -> Measurement:
    """The median with one skill's chance halved, over the median as it was; both drawn, in blocks."""
    slower = UNEQUAL.copy()
    slower[which] /= 2
    drawn = (partial(variations.unequal_times, p, RUNS) for p in (slower, UNEQUAL))
    return ratio(*(of_blocks(rng, lambda rng, draw=draw: draw(rng=rng), np.median) for draw in drawn))


def halved_exactly(which: int) -> float:
    slower = UNEQUAL.copy()
    slower[which] /= 2
    after, before = (variations.time_when(lambda t, p=p: variations.unequal(t, p), 0.5) for p in (slower, UNEQUAL))
    return after / before


def slowest_missing(rng: np.random.Generator, p: np.ndarray, t: int) -> Measurement:
    """Of the runs that lack something after t steps, the share that lacks the slowest skill."""
    learnt = draws.skill_times(p, RUNS, rng=rng)
    late = learnt[learnt.max(axis=1) > t]
    return float((late[:, 0] > t).mean()), 0.0


def sway_of_slowest(rng: np.random.Generator, levels: tuple[float, ...], p: np.ndarray) -> Measurement:
    return farthest([variations.sway(p, level)[0] for level in levels], (0.457, 0.795, 0.966))


def medians_missed(rng: np.random.Generator, waiting: tuple[tuple[int, ...], ...]) -> Measurement:
    """How far half of the runs is outside the step at which half of them is said to be there: the worst of several."""
    missed = []
    for before, stated in zip(waiting, (124, 135, 165, 384)):
        t = prerequisites.forest_times(EQUAL, before, RUNS, rng=rng).max(axis=1)
        missed += [(t < stated).mean() - 0.5, 0.5 - (t <= stated).mean()]
    return max(missed), 0.0


def nearly_all(rng: np.random.Generator, p: np.ndarray) -> Measurement:
    """How far the times at which 99 % of runs have the slowest skill, and all of them, are from what is stated."""
    found = [variations.time_when(lambda t, p=one: variations.unequal(t, p), 0.99) for one in (p[:1], p)]
    return farthest(found, (919, 922))


claims = (
    Claim(
        says="The slowest of these eight alone is there in 99 % of the runs after 919 steps, all eight after 922.",
        measure=partial(nearly_all, p=UNEQUAL),
        expect=0.0,
        within=Bias(0.51, "whole steps"),
        control=partial(nearly_all, p=EQUAL),
        source="exact",
    ),
    Claim(
        says="Unequal skills (p from 0.005 to 0.035, on average 0.02): half of the runs are there after 208 steps, not "
        "124.",
        measure=partial(share_by, drawn=lambda rng: variations.unequal_times(UNEQUAL, RUNS, rng=rng), t=208),
        expect=float(variations.unequal(208, UNEQUAL)),
        within=Errors(5),
        control=partial(share_by, drawn=all_of(8), t=208),
        source="a product of unequal factors; control: equal ones",
    ),
    Claim(
        says="Half the chance of the slowest of these eight makes the median 1.50 times as long.",
        measure=partial(halved, which=0),
        expect=halved_exactly(0),
        within=Errors(5),
        control=partial(halved, which=7),
        source="exact; control: half the chance of the fastest",
    ),
    Claim(
        says="Of the late runs, a tenth, 88.6 % lack the slowest of these eight (after 484 steps).",
        measure=partial(slowest_missing, p=UNEQUAL, t=484),
        expect=AtLeast(0.8),
        within=ROOM,
        control=partial(slowest_missing, p=EQUAL, t=214),
        source="exact: (1 - p)^t/(1 - P); control: equal chances",
    ),
    Claim(
        says="The later, the more the slowest rules: it has 0.457 of the sway over t* at P* = 0.5, 0.795 at 0.9, 0.966 "
        "at 0.99 (worst).",
        measure=partial(sway_of_slowest, levels=(0.5, 0.9, 0.99), p=UNEQUAL),
        expect=0.0,
        within=ROUNDED,
        control=partial(sway_of_slowest, levels=(0.5, 0.9, 0.99), p=EQUAL),
        source="-d ln t*/d ln of its rate; control: equal chances, 1/8 each",
    ),
    Claim(
        says="Prerequisites: eight skills take 124 steps if free, 135 with one pair in a row, 165 if all wait for one, "
        "384 all in a row (medians; by how much the share of runs misses the half).",
        measure=partial(medians_missed, waiting=(FREE, ONE_PAIR, ALL_AFTER_ONE, IN_A_ROW)),
        expect=AtMost(0.02),
        within=ROOM,
        control=partial(medians_missed, waiting=(FREE, ALL_AFTER_ONE, ONE_PAIR, IN_A_ROW)),
        source="exact: prerequisites.forest; control: two of them exchanged",
    ),
)
