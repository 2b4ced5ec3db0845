"""Claims about what an exponent needs: decades of compute, and the largest models."""

from functools import partial

import numpy as np

from course_lib.kernels.scaling import Runs
from course_lib.learn import AtLeast, Claim

from .tools import ROOM, Measurement, data_sets, error_of


def fewer(rng: np.random.Generator, keep: str) -> Measurement:
    """The error of a on a part of the runs over that on all; the median of 9 sets."""
    ratios = []
    for runs in data_sets(9, rng):
        C = 6 * runs.N * runs.D
        kept = {"half a decade": (C > 2e19) & (C < 1.1e20), "small": runs.N < 1e9, "half": np.arange(len(C)) % 2 == 0}
        part = Runs(*(column[kept[keep]] for column in runs))
        ratios.append(error_of(part, rng) / error_of(runs, rng))
    return float(np.median(ratios)), 0.0


claims = (
    Claim(
        says="Fitted to half a decade of compute, the exponent's error is over three times as large "
        "(median of 9 sets).",
        measure=partial(fewer, keep="half a decade"),
        expect=AtLeast(3.0),
        within=ROOM,
        control=partial(fewer, keep="half"),
        source="3e19, 6e19 and 1e20 FLOP: three of the nine budgets, 81 of 243 runs",
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
