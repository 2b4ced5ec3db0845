"""What the claims about the course's own sweep share: its configurations, and runs of an additive law for controls."""

from collections.abc import Callable

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Runs, trained
from course_lib.kernels.scaling.synthetic import scattered
from course_lib.learn import Bias
from course_lib.lessons.scaling.own_sweep import as_runs

from .tools import Measurement

CARD = "the course's own table, course_lib/data/scaling/sweep.csv; its card lies beside it"
REDRAWN, SEEDS = 31, 4
RESAMPLES = 200
LATE = 2e12  # FLOP: the last three budgets begin above it
EARLY = 2e10  # FLOP: the first two end below it
RUNGS = trained.rungs()
FLOOR = float(RUNGS[-1])
ADDITIVE = scaling.Law(E=FLOOR, A=16.0, B=24.0, alpha=0.4, beta=0.29)  # a law of about such losses, for the controls
SCATTER = 0.004
FOUR_SEEDS = Bias(0.0, "four seeds a configuration; the bound leaves the room")
OF_SEEDS = "redrawn seeds: how far another such sweep might lie off"


def kept(above: float = 0.0) -> trained.Sweep:
    """The configurations that the fits see, from some budget on."""
    sweep = trained.trained_runs()
    return sweep.those((sweep.C > above) & (sweep.C < trained.HELD_OUT))


def held_out() -> tuple[Runs, np.ndarray]:
    """The largest run, and the losses of its seeds."""
    sweep = trained.trained_runs()
    sweep = sweep.those(sweep.C > trained.HELD_OUT)
    loss = trained.tuned(sweep)
    return as_runs(sweep, loss.mean(axis=1), True), loss[0]


def fitted_to(rng: np.random.Generator, above: float, additive: bool) -> Runs:
    """The tuned runs from some budget on, all parameters counted; or runs laid out so, of an additive law."""
    sweep = kept(above)
    runs = as_runs(sweep, trained.tuned(sweep).mean(axis=1), True)
    return of_additive_law(runs, rng) if additive else runs


def of_additive_law(runs: Runs, rng: np.random.Generator) -> Runs:
    """Losses that the additive law gives these runs, with some scatter."""
    return scattered(runs._replace(L=scaling.loss(runs.N, runs.D, ADDITIVE)), SCATTER, rng=rng)


def over_seeds(rng: np.random.Generator, what: Callable[[np.random.Generator], float]) -> Measurement:
    """The mean of what(rng) over redrawn seeds, and its spread: the error of one such sweep."""
    found = [what(rng) for _ in range(REDRAWN)]
    return float(np.mean(found)), trained.spread(found, SEEDS)


def slope_ratio(
    rng: np.random.Generator, one: float, other: float, width: float = 0.5, additive: bool = False
) -> Measurement:
    """How steeply the least loss above the floor falls from 10^one on, over that from 10^other; width in decades."""
    sweep = kept()
    ends = np.array([one, one + width, other, other + width])
    slices = [np.flatnonzero(abs(np.log10(sweep.C) - x) < 0.01) for x in ends]

    def ratio(rng: np.random.Generator) -> float:
        runs = as_runs(sweep, trained.redrawn(trained.tuned(sweep), rng=rng), True)
        L = (of_additive_law(runs, rng) if additive else runs).L
        left = np.log([L[of].min() - FLOOR for of in slices])
        return float((left[0] - left[1]) / (left[2] - left[3]))

    return over_seeds(rng, ratio)
