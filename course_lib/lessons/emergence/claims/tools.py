"""What the claims of this lesson share: their tolerances, the chance of its examples, and how runs are judged."""

from collections.abc import Callable, Sequence

import numpy as np

from course_lib.kernels.emergence import draws
from course_lib.learn import Bias
from course_lib.shared.estimates import mean_and_error

Measurement = tuple[float, float]
Drawn = Callable[[np.random.Generator], np.ndarray]  # times (runs,), one for each run

AS_IT_IS = Bias(0.0, "nothing is random, and the bound leaves the room")
ROOM = Bias(0.0, "the bound leaves the room that so many draws need")
ROUNDED = Bias(5.1e-4, "three decimals")
P = 0.02  # chance of a skill in one step
RUNS = 20_000
BLOCKS = 40


def all_of(n: int, p: float = P) -> Drawn:
    """When the last of n skills is there."""
    return lambda rng: draws.learning_times(p, n, RUNS, rng=rng)


def share_by(rng: np.random.Generator, drawn: Drawn, t: int) -> Measurement:
    """The share of runs that are there after t steps."""
    return mean_and_error(drawn(rng) <= t)


def mean_time(rng: np.random.Generator, drawn: Drawn) -> Measurement:
    return mean_and_error(drawn(rng))


def of_blocks(rng: np.random.Generator, drawn: Drawn, quantity: Callable[[np.ndarray], float]) -> Measurement:
    """What 40 blocks of 500 runs say of a quantity, on average."""
    return mean_and_error([quantity(block) for block in np.split(drawn(rng), BLOCKS)])


def ratio(top: Measurement, bottom: Measurement) -> Measurement:
    """Of two independent measurements."""
    value = top[0] / bottom[0]
    return value, abs(value) * float(np.hypot(top[1] / top[0], bottom[1] / bottom[0]))


def farthest(found: Sequence[float], stated: Sequence[float]) -> Measurement:
    """How far the worst of several numbers is from what the sentence states."""
    return float(np.abs(np.subtract(found, stated)).max()), 0.0


def least_step(values: Sequence[float]) -> Measurement:
    """The smallest difference of neighbours: above 0 where all rise."""
    return float(np.diff(values).min()), 0.0
