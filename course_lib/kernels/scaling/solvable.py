"""A model whose scaling law is known exactly: a spectrum and a target that fall as powers, N modes, gradient flow.

Mode k of the target carries k^-s of the loss and is learnt at the rate k^-b; a model of N modes has the first N.
Nothing else happens, so that the loss is a sum, and its frontier can be computed as accurately as one likes.

Symbols   k      number of a mode, from 1
          s      source exponent: mode k carries the loss lambda_k w_k^2 = k^-s
          b      capacity exponent: the eigenvalue lambda_k = k^-b is the rate at which mode k is learnt
          N      modes of the model: its parameters
          t      time of training, in units of 1 over the largest rate
          E      floor of the loss
          C      compute, N t
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import zeta

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

from .checks import Runs, positive


class Exponents(NamedTuple):
    """Powers of L - E in N (endless training) and in t (endless model); of N* and of L* - E in C, on the frontier."""

    size: float
    time: float
    size_of_budget: float
    loss_of_budget: float


def exponents(s: float, b: float) -> Exponents:
    """The powers of the solvable model.

        L - E ~ N^-(s - 1) after endless training, and t^-((s - 1)/b) of an endless model
        on the frontier N* ~ C^(1/(1 + b)) and L* - E ~ C^-((s - 1)/(1 + b))

    Modes beyond N are never learnt, modes beyond t^(1/b) not yet: on the frontier the two are of one size, N^b ~ t.
    Source: Bordelon, Atanasov and Pehlevan, arXiv:2402.01092 (2024).
    """
    s, b = checked_exponents(s, b)
    return Exponents(s - 1, (s - 1) / b, 1 / (1 + b), (s - 1) / (1 + b))


def mode_loss(N: int, t: ArrayLike, s: float, b: float, E: float = 0.0) -> float | Float[np.ndarray, "..."]:
    """L = E + sum_{k > N} k^-s + sum_{k <= N} k^-s exp(-2 k^-b t): what no mode holds, and what is not yet learnt."""
    s, b = checked_exponents(s, b)
    N, t = whole(N, "Modes of a model"), plain(t, np.float64, "Time is a number.")
    require(bool((t >= 0).all()), "Time does not run backwards here: t is zero or positive.")
    k = np.arange(1, N + 1, dtype=float)
    unlearnt = np.exp(-2 * t[..., None] * k**-b) @ k**-s
    found = E + zeta(s, N + 1) + unlearnt
    return found if t.ndim else float(found)


def mode_frontier(
    C: ArrayLike, s: float, b: float, E: float = 0.0, sizes: int = 60
) -> tuple[Float[np.ndarray, " budgets"], Float[np.ndarray, " budgets"]]:
    """The best N and the least loss at each budget C = N t, found by trying.

    So many sizes are tried, up to a factor 8 from C^(1/(1+b)) to either side, and a parabola of ln L through the
    best of them and its neighbours refines: N* need not be whole.
    """
    C, sizes = np.atleast_1d(positive(C, "A budget")), whole(sizes, "Sizes tried", least=3)
    require(
        C.ndim == 1 and bool((C >= 1).all()), "Budgets stand in one row, none below 1: one mode for one unit of time."
    )
    found = [_best(budget, s, b, E, sizes) for budget in C]
    N, L = np.array(found).T
    return N, L


def mode_runs(
    C: ArrayLike, s: float, b: float, E: float = 0.0, sizes: int = 15, around: tuple[float, float] = (0.1, 10.0)
) -> Runs:
    """Runs at each budget C = N t: so many sizes, from low to high times the best. Time takes the place of D."""
    N, budget = [], []
    for at, best in zip(np.atleast_1d(C), mode_frontier(C, s, b, E)[0]):
        some = np.unique(np.maximum(np.round(best * np.geomspace(*around, sizes)), 1))
        N, budget = [*N, *some], [*budget, *(at for _ in some)]
    t = np.array(budget) / N
    return Runs(np.array(N), t, np.array([mode_loss(n, time, s, b, E) for n, time in zip(N, t)]))


def _best(C: float, s: float, b: float, E: float, sizes: int) -> tuple[float, float]:
    centre = C ** exponents(s, b).size_of_budget
    N = np.unique(np.round(np.geomspace(max(centre / 8, 1), centre * 8, sizes))).astype(int)
    L = np.array([mode_loss(n, C / n, s, b, E) for n in N])
    i = int(np.argmin(L))
    if i in (0, len(N) - 1):  # one mode is the best, or as many as are tried
        return float(N[i]), float(L[i])
    curvature, slope, level = np.polyfit(np.log(N[i - 1 : i + 2] / N[i]), np.log(L[i - 1 : i + 2]), 2)
    x = -slope / (2 * curvature)
    return float(N[i] * np.exp(x)), float(np.exp(level + x * slope / 2))


def checked_exponents(s: float, b: float) -> tuple[float, float]:
    s, b = number(s, "The source exponent"), number(b, "The capacity exponent")
    require(s > 1, f"The source exponent is above 1, or the loss is infinite: got {s}.")
    return s, b
