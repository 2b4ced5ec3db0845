"""What the claims of this lesson share: their tolerances, sets of synthetic runs, and a mean with its error."""

import numpy as np

from course_lib.kernels import scaling
from course_lib.learn import Bias, Errors, Rounding

Measurement = tuple[float, float]

EXACT = Rounding(1e-10)
ROUNDED = "the published digits"
MEAN = Errors(0)  # the bound is on the mean itself; its standard error is shown and nothing is forgiven
AS_IT_IS = Bias(0.0, "nothing is random, and the bound leaves the room")
TRUTH = scaling.BESIROGLU  # the law that synthetic runs scatter about
EXPONENT = scaling.size_exponent(TRUTH)
GOPHER = 5.76e23  # FLOP


def data_sets(count: int, rng: np.random.Generator) -> list[scaling.Runs]:
    """Independent sets of 243 synthetic runs, laid out like Chinchilla's."""
    return [scaling.chinchilla_layout(TRUTH, rng=rng) for _ in range(count)]


def mean_and_error(values: list[float]) -> Measurement:
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


def exponent(runs: scaling.Runs, delta: float = 1e-3) -> float:
    """a of the fitted law."""
    return float(scaling.size_exponent(scaling.fit_law(runs, delta).law))
