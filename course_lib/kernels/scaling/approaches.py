"""Three ways to read a compute-optimal frontier off training runs, and the straight line that each is drawn with.

Symbols   N, D, L  parameters, tokens and loss of each run
          C      compute, 6 N D, in FLOP
          a      exponent of the size, N* ~ C^a
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import number

from .checks import Runs, checked_runs, positive
from .law import PER_TOKEN, Allocation


class PowerLaw(NamedTuple):
    """y = factor x^exponent, and the exponent's standard error."""

    exponent: float
    factor: float
    error: float


def power_law(x: ArrayLike, y: ArrayLike) -> PowerLaw:
    """The straight line of ln y against ln x by least squares; its error takes the scatter about it as independent."""
    x, y = np.log(positive(x, "x")), np.log(positive(y, "y"))
    require(x.ndim == 1 and x.shape == y.shape and len(x) >= 3, "A line wants three points or more, x and y of each.")
    require(np.ptp(x) > 0, "All x are the same: no slope can be read off.")
    dx = x - x.mean()
    slope = dx @ y / (dx @ dx)
    scatter = y - y.mean() - slope * dx
    error = np.sqrt(scatter @ scatter / (len(x) - 2) / (dx @ dx))
    return PowerLaw(float(slope), float(np.exp(y.mean() - slope * x.mean())), float(error))


def envelope(
    N: Float[np.ndarray, " sizes"], D: Float[np.ndarray, " times"], L: Float[np.ndarray, "sizes times"], C: ArrayLike
) -> Allocation:
    """Approach 1: of all training curves, the size whose loss is least once it has spent C, at each budget.

    L[i, j] is the loss of size N[i] after D[j] tokens; between these ln D is interpolated. A size whose curve does not
    reach D = C / 6N is left out at that budget. Source: Hoffmann et al. (2022), section 3.1.
    """
    N, D, C = (np.atleast_1d(positive(v, name)) for v, name in ((N, "Sizes"), (D, "Tokens"), (C, "Budgets")))
    L = positive(L, "Losses")
    require(np.shape(L) == (len(N), len(D)), f"One loss for each size and time: got {np.shape(L)}.")
    require(bool((np.diff(D) > 0).all()), "The times along the curves increase.")
    tokens = C / (PER_TOKEN * N[:, None])  # (sizes, budgets)
    at = [np.interp(np.log(t), np.log(D), row, np.inf, np.inf) for t, row in zip(tokens, L)]
    best = np.argmin(at, axis=0)
    reached = np.isfinite(np.min(at, axis=0))
    require(bool(reached.all()), "At some budget no curve is long enough: take budgets that the runs have spent.")
    return Allocation(N[best], C / (PER_TOKEN * N[best]))


def isoflop_minima(runs: Runs, tolerance: float = 0.02) -> tuple[Float[np.ndarray, " budgets"], Allocation]:
    """Approach 2: at each budget a parabola of loss against ln N, and the size at its lowest point.

    Runs belong to one budget as in `by_budget`. A budget with fewer than four sizes, or whose parabola has no lowest
    point among its sizes, is left out. Source: Hoffmann et al. (2022), section 3.2.
    Returns: the budgets, in FLOP, and the sizes and tokens of least loss.
    """
    found = [(C, _lowest(np.log(one.N), one.L)) for C, one in by_budget(runs, tolerance)]
    C, N = np.array([(C, np.exp(x)) for C, x in found if x is not None]).reshape(-1, 2).T
    require(len(C) >= 1, "No budget has four sizes with a lowest loss among them: these are no IsoFLOP runs.")
    return C, Allocation(N, C / (PER_TOKEN * N))


def by_budget(runs: Runs, tolerance: float = 0.02) -> list[tuple[float, Runs]]:
    """The runs in groups of equal 6 N D, with the budget of each, from small to large.

    A group ends where the next larger budget is further off than the tolerance.
    """
    runs, tolerance = checked_runs(runs, 1), number(tolerance, "The tolerance", zero=True)
    C = PER_TOKEN * runs.N * runs.D
    order = np.argsort(C, kind="stable")
    edges = np.flatnonzero(np.diff(np.log(C[order])) > np.log1p(tolerance)) + 1
    groups = np.split(order, edges)
    return [(float(np.exp(np.log(C[g]).mean())), Runs(runs.N[g], runs.D[g], runs.L[g])) for g in groups]


def _lowest(x: np.ndarray, L: np.ndarray) -> float | None:
    """Where the parabola through the points is lowest, if that is among them."""
    if len(np.unique(x)) < 4:
        return None
    middle = x.mean()
    curvature, slope, _ = np.polyfit(x - middle, L, 2)
    lowest = middle - slope / (2 * curvature) if curvature > 0 else np.inf
    return float(lowest) if x.min() <= lowest <= x.max() else None
