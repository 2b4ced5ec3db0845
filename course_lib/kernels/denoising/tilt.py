"""Tilted transport: the prior's own reverse process, started so that it ends at the posterior.

A linear measurement a = A x + tau z tilts the prior by exp(-x.Q x/2 + b.x), with Q = A^T A/tau^2, b = A^T a/tau^2. The
reverse process of the prior with alpha = 1, its drift unchanged, ends at the tilted prior if it starts from p_T tilted
by Q_T, b_T:

    dQ_t/dt = 2 (1 + Q_t) Q_t,     db_t/dt = (1 + 2 Q_t) b_t
    Q_t = Q [e^-2t - (1 - e^-2t) Q]^-1,     b_t = e^t [1 + (1 - e^-2t) Q_t] b        for t < T* = ln(1 + 1/lambda_max)/2

In words: 1/Q = e^2t/Q_t + (e^2t - 1). However narrow the tilt at t is, the tilt that it becomes at 0 has at least the
width sqrt(e^2t - 1), the noise level at t. So a measurement can be reached from times whose noise is below its own.
Other alpha share the densities of the untilted process, but not its law of x given x_T, which is what carries a tilt.

Symbols   Q, b   tilt (d, d) and (d,) at time 0
          t, T   time; where the reverse process starts
          A, tau measurement (m, d) and the level of its noise
          p      prior: a Mixture
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require

from .best_guess import tweedie_covariance, tweedie_ou
from .checks import Points, Square, level, non_negative, points, time, vector
from .mixtures import Mixture, hessian, law, score
from .noise import at_time, level_at
from .posterior import tilted
from .reversal import Score

Vector = Float[np.ndarray, " d"]


def measurement_tilt(A: ArrayLike, a: ArrayLike, tau: float) -> tuple[Square, Vector]:
    """Q = A^T A/tau^2 (d, d) and b = A^T a/tau^2 (d,): what the measurement a = A x + tau z does to the prior.

    Args:
        A: one row for each number that was measured (m, d).
        a: these numbers (m,).
        tau: level of their noise.
    Raises: Refusal where A, a and tau are none of this, or do not go together.
    """
    A = points(A, "The measurement A")
    a = vector(a, "What was measured", len(A))  # one number for each row of A
    tau = level(tau, "The noise tau")
    return A.T @ A / tau**2, A.T @ a / tau**2


def tilt_limit(Q: ArrayLike) -> float:
    """T* = ln(1 + 1/lambda_max(Q))/2, infinite for Q = 0.

    No start of the process with alpha = 1 later than this ends at the posterior, if the prior has density everywhere.
    Source: the idea is Bruna and Han's, arXiv:2407.00745 (2024); this formula was derived here.
    """
    largest = np.linalg.eigvalsh(non_negative(Q, "Q"))[-1]
    return float(np.log1p(1 / largest) / 2) if largest > 0 else np.inf


def tilt_at(Q: ArrayLike, b: ArrayLike, t: float) -> tuple[Square, Vector]:
    """Q_t and b_t.

    Raises: Refusal at T* and later, where there is no such tilt.
    """
    Q = non_negative(Q, "Q")
    b, t = vector(b, "b", len(Q)), time(t)
    require(t < tilt_limit(Q), f"At t = {t:.4g} there is no tilt any more: T* is {tilt_limit(Q):.4g}.")
    grown = -np.expm1(-2 * t)  # 1 - e^-2t
    Q_t = np.linalg.solve(np.exp(-2 * t) * np.eye(len(Q)) - grown * Q, Q)
    return (Q_t + Q_t.T) / 2, np.exp(t) * (b + grown * Q_t @ b)


def tilted_start(p: Mixture, Q: ArrayLike, b: ArrayLike, T: float) -> Mixture:
    """p_T(x) exp(-x.Q_T x/2 + b_T.x): where the reverse process has to start.

    Raises: Refusal for T >= T*.
    """
    return tilted(at_time(p, T), *tilt_at(Q, b, T))


def plug_in_score(p: Mixture, Q: ArrayLike, b: ArrayLike) -> Score:
    """The score of the prior at time t, plus the slope of the tilt at the best guess of x instead of at x itself.

        s + J (b - Q f),    f = E[x | x_t],    J = df/dx_t

    Widely used where no exact score is known. It puts E[x | x_t] in the place of x: the tilt of a mean, not the mean
    of a tilt, so that it does not end at the posterior.
    Source: Chung et al., arXiv:2209.14687 (2022).
    """
    Q = non_negative(Q, "Q", law(p).mu.shape[1])
    b = vector(b, "b", len(Q))

    def guided(y: Points, t: float) -> Points:
        p_t, sigma = at_time(p, t), level_at(t)
        s = score(y, p_t)
        H = np.exp(-2 * t) * hessian(y, p_t)  # of e^t x_t, whose noise is sigma z
        J = np.exp(t) * tweedie_covariance(H, sigma) / sigma**2
        return s + np.einsum("nij,nj->ni", J, b - tweedie_ou(y, s, t) @ Q)

    return guided
