"""Fit the law to runs: robust, to machine precision, from a few good starts or from the classical many.

Symbols   N, D, L  parameters, tokens and loss of each run
          theta  (ln A, ln B, ln E, alpha, beta), one row a start or an end
          delta  where the Huber penalty of a log residual turns from a parabola into a line
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

from .checks import Runs, checked_runs
from .huber import descend, objective
from .law import Law

DELTA = 1e-3  # Hoffmann et al. (2022), section D.2
LOG_HUGE, LEAST_WEIGHT = 700.0, 1e-300
EXPONENTS = (0.15, 0.5, 0.9)  # of the starts found by variable projection
Thetas = Float[np.ndarray, "k 5"]


class Fit(NamedTuple):
    """A fitted law, and the sum of penalties that it leaves."""

    law: Law
    objective: float


class Ends(NamedTuple):
    """Where descents from many starts ended, the objective there, and how often each had to ask for it."""

    theta: Thetas
    objective: Float[np.ndarray, " k"]
    evaluations: Float[np.ndarray, " k"]


class Pivoted(NamedTuple):
    """The runs as logarithms: x and y from the pivots ln N_0 and ln D_0, z = ln L."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    z: Float[np.ndarray, " n"]
    log_N0: float
    log_D0: float


def fit_law(runs: Runs, delta: float = DELTA) -> Fit:
    """The law of least summed Huber penalty of the log residuals, the best of nine descents.

    Given the two exponents the law is linear in E, A and B: nine pairs of exponents with their best E, A, B are better
    starts than thousands on a grid. Sources: Hoffmann et al. (2022), eq. 3; variable projection: Golub and Pereyra,
    SIAM J. Numer. Anal. 10, 413 (1973).
    Raises: Refusal for fewer than 6 runs, or numbers that are not positive.
    """
    ends = descend_from(projected_starts(runs), runs, delta)
    best = int(np.argmin(ends.objective))
    return Fit(as_law(ends.theta[best]), float(ends.objective[best]))


def bootstrap(runs: Runs, resamples: int, *, rng: np.random.Generator, delta: float = DELTA) -> Law:
    """The law fitted anew to so many resamples of the runs, drawn with replacement: a law of arrays (resamples,).

    Each descent starts at the fit of all runs (of few runs it may end in a minimum nearby). What a number made of a
    law is worth is its spread over these laws. Source: Efron, Ann. Stat. 7, 1 (1979).
    """
    resamples = whole(resamples, "A spread needs resamples", least=2)
    p, start = compiled(runs), as_theta(fit_law(runs, delta).law)
    start = to_pivot(start[None], p)[0]
    ends, n, free, delta = np.tile(start, (resamples, 1)), len(p.x), np.ones(5), number(delta, "delta")
    for theta in ends:
        drawn = np.bincount(rng.integers(n, size=n), minlength=n).astype(float)
        descend(theta, free, p.x, p.y, p.z, drawn, delta)
    return as_law(from_pivot(ends, p))


def descend_from(theta: ArrayLike, runs: Runs, delta: float = DELTA) -> Ends:
    """Descend from each start (ln A, ln B, ln E, alpha, beta) to machine precision."""
    p, delta = compiled(runs), number(delta, "delta")
    theta = to_pivot(checked_starts(theta), p)
    free, ones = np.ones(5), np.ones(len(p.x))
    found = [descend(start, free, p.x, p.y, p.z, ones, delta) for start in theta]
    objectives, evaluations = np.array(found).T
    return Ends(from_pivot(theta, p), objectives, evaluations)


def summed_huber(theta: ArrayLike, log_N: ArrayLike, log_D: ArrayLike, log_L: ArrayLike, delta: float = DELTA) -> float:
    """sum_i Huber_delta(r_i),  r_i = ln[exp(a - alpha ln N_i) + exp(b - beta ln D_i) + exp(e)] - ln L_i.

        theta = (a, b, e, alpha, beta) = (ln A, ln B, ln E, alpha, beta)
        Huber_delta(r) = r^2/2 where |r| <= delta, and delta (|r| - delta/2) beyond

    The logarithm of the sum is taken without forming the exponentials, which may overflow far from the minimum.
    Source: Hoffmann et al. (2022), eqs. 3 and 11.
    """
    a, b, e, alpha, beta = checked_start(theta)
    size, data = a - alpha * np.asarray(log_N), b - beta * np.asarray(log_D)
    r = np.logaddexp(np.logaddexp(size, data), e) - log_L
    return float(np.where(np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2)).sum())


def objective_and_gradient(theta: ArrayLike, runs: Runs, delta: float = DELTA) -> tuple[float, Float[np.ndarray, " 5"]]:
    """The same sum, compiled, and its gradient with respect to theta."""
    x, y, z = (plain(np.log(row), np.float64, "Runs are numbers.") for row in checked_runs(runs))
    theta, g = checked_start(theta), np.empty(5)
    return objective(theta, x, y, z, np.ones(len(x)), number(delta, "delta"), g), g


def classical_starts() -> Thetas:
    """The 4,500 starts of Hoffmann et al. (2022), section D.2: a grid in (ln A, ln B, ln E, alpha, beta)."""
    weights, floors, exponents = np.arange(0, 26, 5.0), np.arange(-1, 1.5, 0.5), np.arange(0, 2.5, 0.5)
    return np.array(list(product(weights, weights, floors, exponents, exponents)))


def projected_starts(runs: Runs) -> Thetas:
    """For nine pairs of exponents the best E, A and B, none negative, by linear least squares of relative errors."""
    p = pivot(runs)
    L = np.exp(p.z)
    starts = []
    for alpha, beta in product(EXPONENTS, EXPONENTS):
        columns = np.array([np.exp(-alpha * p.x), np.exp(-beta * p.y), np.ones_like(L)]).T
        weights, _ = nnls(columns / L[:, None], np.ones_like(L))
        starts.append([*np.log(np.maximum(weights, 1e-3 * L.min())), alpha, beta])
    return from_pivot(np.array(starts), p)


def as_law(theta: Float[np.ndarray, "*k 5"]) -> Law:
    """The law of (ln A, ln B, ln E, alpha, beta); of many rows, a law of arrays."""
    log_A, log_B, log_E, alpha, beta = np.moveaxis(theta, -1, 0)
    log_A, log_B = np.minimum(log_A, LOG_HUGE), np.minimum(log_B, LOG_HUGE)  # of runs that no law fits
    return Law(*(v if np.ndim(v) else float(v) for v in (np.exp(log_E), np.exp(log_A), np.exp(log_B), alpha, beta)))


def as_theta(law: Law) -> Float[np.ndarray, "*k 5"]:
    """(ln A, ln B, ln E, alpha, beta) of a law. A term that a fit has put to zero keeps the least number there is."""
    log_A, log_B, log_E = (np.log(np.maximum(weight, LEAST_WEIGHT)) for weight in (law.A, law.B, law.E))
    return np.stack([log_A, log_B, log_E, law.alpha, law.beta], axis=-1)


def log_residuals(runs: Runs, law: Law) -> Float[np.ndarray, " n"]:
    """ln of the law's loss less ln of the run's: positive where the run is better than the law."""
    x, y, z = (np.log(v) for v in checked_runs(runs))
    a, b, e, alpha, beta = as_theta(law)
    return np.logaddexp(np.logaddexp(a - alpha * x, b - beta * y), e) - z


def checked_starts(theta: ArrayLike) -> Thetas:
    """Rows of five parameters, as compiled code wants them. Raises: Refusal unless all are finite numbers."""
    theta = np.atleast_2d(plain(theta, np.float64, "The parameters are numbers."))
    shape, says = theta.shape, "A start is five parameters: ln A, ln B, ln E, alpha, beta"
    require(len(shape) == 2 and shape[0] > 0 and shape[1] == 5, f"{says}. Got the shape {shape}.")
    require(bool(np.isfinite(theta).all()), f"{says}, all finite.")
    return theta


def checked_start(theta: ArrayLike) -> Float[np.ndarray, " 5"]:
    """One such row."""
    theta = checked_starts(theta)
    require(len(theta) == 1, f"One start is wanted here: got {len(theta)}.")
    return theta[0]


def pivot(runs: Runs) -> Pivoted:
    """The runs as logarithms, N and D from their geometric means."""
    x, y, z = (np.log(v) for v in checked_runs(runs))
    return Pivoted(x - x.mean(), y - y.mean(), z, x.mean(), y.mean())


def compiled(runs: Runs) -> Pivoted:
    """The same as compiled code wants it."""
    p = pivot(runs)
    x, y, z = (plain(row, np.float64, "Runs are numbers.") for row in p[:3])
    return p._replace(x=x, y=y, z=z)


def to_pivot(theta: Thetas, p: Pivoted) -> Thetas:
    """ln A becomes ln(A / N_0^alpha), ln B becomes ln(B / D_0^beta)."""
    return theta - _turned(theta, p)


def from_pivot(theta: Thetas, p: Pivoted) -> Thetas:
    return theta + _turned(theta, p)


def _turned(theta: Thetas, p: Pivoted) -> Thetas:
    """The exponents are the same at the pivot as in the law, and so is this difference."""
    return np.stack([theta[:, 3] * p.log_N0, theta[:, 4] * p.log_D0, *np.zeros((3, len(theta)))], axis=1)
