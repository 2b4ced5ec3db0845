"""What the claims of this lesson share: their tolerances, and sets of synthetic runs."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize_scalar

from course_lib.kernels import scaling
from course_lib.learn import Bias, Errors

Measurement = tuple[float, float]

ROUNDED = "the published digits"
MEAN = Errors(0)  # the bound is on the mean itself; its standard error is shown and nothing is forgiven
AS_IT_IS = Bias(0.0, "nothing is random, and the bound leaves the room")
ROOM = Bias(0.0, "the bound leaves the room that so many sets need")
TRUTH = scaling.BESIROGLU  # the law that synthetic runs scatter about
EXPONENT = scaling.size_exponent(TRUTH)
GOPHER = 5.76e23  # FLOP


def data_sets(count: int, rng: np.random.Generator) -> list[scaling.Runs]:
    """Independent sets of 243 synthetic runs, laid out like Chinchilla's."""
    return [scaling.chinchilla_layout(TRUTH, rng=rng) for _ in range(count)]


def exponent(runs: scaling.Runs, delta: float = 1e-3) -> float:
    """a of the fitted law."""
    return float(scaling.size_exponent(scaling.fit_law(runs, delta).law))


def error_of(runs: scaling.Runs, rng: np.random.Generator, resamples: int = 60) -> float:
    """The bootstrap error of a."""
    return float(np.std(scaling.size_exponent(scaling.bootstrap(runs, resamples, rng=rng)), ddof=1))


def lowest(loss: Callable[[float], float], low: float, high: float) -> float:
    """The size of least loss, found by golden section on ln N alone between these two."""
    bounds = (np.log(low), np.log(high))
    found = minimize_scalar(lambda x: float(loss(np.exp(x))), bounds=bounds, method="bounded", options={"xatol": 1e-10})
    return float(np.exp(found.x))
