"""The walk of a library's optimiser over the objective of a fit, and where its tolerance makes it stop.

Symbols   theta  (ln A, ln B, ln E, alpha, beta)
          delta  where the Huber penalty of a log residual turns from a parabola into a line
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number

from .checks import Runs, checked_runs
from .fits import DELTA, checked_start
from .huber import objective

FTOL, GTOL = 2.220446049250313e-09, 1e-05  # scipy's defaults: its documentation of L-BFGS-B


class Walk(NamedTuple):
    """Each step's parameters, start and end included, the sum of penalties there, and why it ended."""

    theta: Float[np.ndarray, "steps 5"]
    objective: Float[np.ndarray, " steps"]
    ended: str


def walk(
    start: ArrayLike, runs: Runs, scale: float = 1.0, ftol: float = FTOL, gtol: float = GTOL, delta: float = DELTA
) -> Walk:
    """Minimise scale times the sum of Huber penalties by scipy's L-BFGS-B, in the law's own parameters.

    scale: 1 minimises the sum, 1/n the mean over n runs. The minimum is the same; where the optimiser stops is not. It
    ends where a step changes the objective by less than ftol max(|f|, 1), or no slope is above gtol: neither is
    relative to an objective far below 1.
    Source: Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16, 1190 (1995); `scipy.optimize.minimize`.
    """
    from scipy.optimize import minimize

    start = checked_start(start)
    ftol, gtol = number(ftol, "ftol", zero=True), number(gtol, "gtol", zero=True)
    x, y, z = (plain(np.log(v), np.float64, "Runs are numbers.") for v in checked_runs(runs))
    w, delta, g = np.full(len(x), number(scale, "The scale")), number(delta, "delta"), np.empty(5)

    def asked(theta: np.ndarray) -> tuple[float, np.ndarray]:
        f = objective(np.ascontiguousarray(theta), x, y, z, w, delta, g)
        return f, g.copy()

    steps = [start]
    options = {"ftol": ftol, "gtol": gtol, "maxiter": 2000, "maxfun": 20_000}
    found = minimize(
        asked, start, jac=True, method="L-BFGS-B", options=options, callback=lambda t: steps.append(t.copy())
    )
    return Walk(np.array(steps), np.array([asked(theta)[0] for theta in steps]) / scale, str(found.message))
