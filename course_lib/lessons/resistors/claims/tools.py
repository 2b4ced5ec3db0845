"""What each claim of this lesson shares with others: settings, tolerances, and small tools for measuring."""

from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import Bias, Rounding

Measurement = tuple[float, float]

EXACT = Rounding(1e-10)
AS_IT_IS = Bias(0.0, "the bound itself leaves the room that a run needs")
GENTLE = partial(rs.coupled_learning, eta=0.05)


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """The exponent in y ~ x^slope."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def after(steps: int, net: rs.Network, k: np.ndarray, task: rs.Task, **how) -> rs.State:
    """The network that many steps later."""
    return next(islice(rs.learn(net, k, task, **how), steps, None))


def squared_error(net: rs.Network, k: np.ndarray, task: rs.Task) -> float:
    """Mean over samples and outputs of (V_o - V_T)^2."""
    return 2 * rs.loss(net, k, task) / len(task.outputs)
