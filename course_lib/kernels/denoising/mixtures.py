"""Mixtures of Gaussians, whose score is known exactly: density, score, curvature, samples.

    p(y) = sum_k w_k N(y; mu_k, S_k),    r_k(y) = w_k N(y; mu_k, S_k) / p(y)
    grad ln p = sum_k r_k g_k,    Hess ln p = sum_k r_k (g_k g_k^T - S_k^-1) - s s^T,    g_k = -S_k^-1 (y - mu_k)

Of several exponentials the largest is taken out before they are summed: far from all components, where each of them
is zero to the computer, the score is still that of the nearest.

Symbols   w, mu, S  weights (K,), which sum to 1, means (K, d) and covariances (K, d, d)
          y      points (n, d)
          r      posterior weight of each component (n, K)
          s      score, grad ln p (n, d)
          p      the mixture
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.exponential import exp_below
from course_lib.shared.numbers import whole

from .checks import Points, points, symmetric

Row = Float[np.ndarray, " points"]
FLAT = 1e-14  # a variance this much smaller than the largest is rounding
BLOCK = 256  # points that are worked on together: their numbers stay in the processor's cache


class Mixture(NamedTuple):
    """Weights (K,), means (K, d) and covariances (K, d, d). Make one with `mixture`, which checks them."""

    w: Float[np.ndarray, " K"]
    mu: Float[np.ndarray, "K d"]
    S: Float[np.ndarray, "K d d"]


def mixture(w: ArrayLike, mu: ArrayLike, S: ArrayLike) -> Mixture:
    """A mixture of K Gaussians in d dimensions.

    Args:
        w: weights (K,), not negative; they are scaled to the sum 1.
        mu: means (K, d); (K,) in one dimension.
        S: covariances (K, d, d), or variances (K,) of round Gaussians; zero makes a point.
    Raises: Refusal where the shapes do not go together, a weight is negative or a covariance is none.
    """
    w, mu, S = (
        plain(a, float, f"The {of}: numbers are needed.") for a, of in ((w, "weights"), (mu, "means"), (S, "S"))
    )
    mu = mu[:, None] if mu.ndim == 1 else mu
    good = w.ndim == 1 and len(w) > 0 and bool((w >= 0).all()) and 0 < w.sum() < np.inf
    require(good, "The weights: one for each component, none negative, not all zero.")
    mu = points(mu, "The means")
    require(len(mu) == len(w), f"{len(w)} weights want as many means: there are {len(mu)}.")
    d = mu.shape[1]
    S = S[:, None, None] * np.eye(d) if S.ndim == 1 else S
    require(S.shape == (len(w), d, d), f"The covariances: an array of shape {(len(w), d, d)}, or {len(w)} variances.")
    S = np.array([symmetric(one, "A covariance", d) for one in S])
    require(bool((np.linalg.eigvalsh(S) >= -1e-12 * np.abs(S).max()).all()), "A covariance has no negative eigenvalue.")
    return Mixture(w / w.sum(), mu, S)


def samples(p: Mixture, n: int, *, rng: np.random.Generator) -> Points:
    """n independent points (n, d)."""
    counts = rng.multinomial(whole(n, "The number of points", least=0), p.w)
    roots = matrix_roots(p.S)
    z = rng.standard_normal((counts.sum(), p.mu.shape[1]))
    k = rng.permutation(np.repeat(np.arange(len(p.w)), counts))
    return p.mu[k] + np.einsum("nij,nj->ni", roots[k], z)


def moments(p: Mixture) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, "d d"]]:
    """Mean (d,) and covariance (d, d) of the whole mixture."""
    mean = p.w @ p.mu
    away = p.mu - mean
    return mean, np.einsum("k,kij->ij", p.w, p.S) + np.einsum("k,ki,kj->ij", p.w, away, away)


def log_density(y: ArrayLike, p: Mixture) -> Float[np.ndarray, " n"]:
    """ln p at each point."""
    top, total, _ = _weighed(y, p)
    return top + np.log(total)


def score(y: ArrayLike, p: Mixture) -> Points:
    """grad ln p at each point (n, d).

    Raises: Refusal where a component has no width: then there is no density, and no score.
    """
    return _weighed(y, p)[2]


def responsibilities(y: ArrayLike, p: Mixture) -> Float[np.ndarray, "n K"]:
    """r_k(y): how likely each component made the point; rows sum to 1."""
    return _shares(_components(points(y, d=p.mu.shape[1]), p)[0])


def hessian(y: ArrayLike, p: Mixture) -> Float[np.ndarray, "n d d"]:
    """Hess ln p at each point."""
    log_joint, g = _components(points(y, d=p.mu.shape[1]), p)
    r = _shares(log_joint)
    away = g - np.einsum("nk,nki->ni", r, g)[:, None]  # from the score: so no two large numbers are subtracted
    spread = (r[..., None] * away).swapaxes(1, 2) @ away
    return spread - np.einsum("nk,kij->nij", r, np.linalg.inv(p.S))


def laplacian(y: ArrayLike, p: Mixture) -> Float[np.ndarray, " n"]:
    """The divergence of the score, tr Hess ln p, at each point."""
    return np.trace(hessian(y, p), axis1=1, axis2=2)


def matrix_roots(S: Float[np.ndarray, "K d d"]) -> Float[np.ndarray, "K d d"]:
    """The symmetric root of each covariance, also where some directions have no width."""
    values, vectors = np.linalg.eigh(S)
    return np.einsum("kij,kj,klj->kil", vectors, np.sqrt(np.maximum(values, 0.0)), vectors)


def _constants(p: Mixture) -> tuple[np.ndarray, np.ndarray]:
    """Of each component: ln w - ln sqrt(det 2 pi S), and S^-1."""
    values = np.linalg.eigvalsh(p.S)
    wide = bool((values[:, 0] > FLAT * values[:, -1]).all())
    require(wide, "A component has no width in some direction: its density is infinite there.")
    with np.errstate(divide="ignore"):  # a component of weight zero never speaks
        return np.log(p.w) - np.log(2 * np.pi * values).sum(axis=1) / 2, np.linalg.inv(p.S)


def _components(y: Points, p: Mixture) -> tuple[Float[np.ndarray, "n K"], Float[np.ndarray, "n K d"]]:
    """ln w_k N(y; mu_k, S_k) and its gradient g_k, for each point and component."""
    constant, precision = _constants(p)
    away = y[:, None] - p.mu
    g = -np.einsum("kij,nkj->nki", precision, away)
    return constant + np.einsum("nki,nki->nk", away, g) / 2, g


def _shares(log_joint: Float[np.ndarray, "n K"]) -> Float[np.ndarray, "n K"]:
    """Each one's share of the sum of their exponentials."""
    r = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return r / r.sum(axis=1, keepdims=True)


def _weighed(y: ArrayLike, p: Mixture) -> tuple[np.ndarray, np.ndarray, Points]:
    """For each point the largest ln w_k N, the sum of all relative to it, and the score."""
    y = points(y, d=p.mu.shape[1])
    constant, precision = _constants(p)
    top, total, s = weigh(*(plain(a, float, "Numbers are needed.") for a in (y.T, constant, p.mu, precision)))
    return top, total, np.ascontiguousarray((s / total).T)


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def weigh(
    y: Float[np.ndarray, "d n"],
    constant: Float[np.ndarray, " K"],
    mu: Float[np.ndarray, "K d"],
    precision: Float[np.ndarray, "K d d"],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Block by block of points: each component's logarithm and gradient, then the sums of weights and gradients.

    The innermost loops run along rows of points, side by side in memory, so that a processor takes several at once.
    """
    K, d = mu.shape
    n = y.shape[1]
    top, total, s = np.full(n, -np.inf), np.zeros(n), np.zeros((d, n))
    g, log_joint, weight = np.empty((K, d, BLOCK)), np.empty((K, BLOCK)), np.empty(BLOCK)
    for start in range(0, n, BLOCK):
        block = slice(start, min(start + BLOCK, n))
        top_b, total_b = top[block], total[block]
        m = len(top_b)
        for k in range(K):
            log_k = log_joint[k, :m]
            log_k[:] = constant[k]
            for i in range(d):
                g_i = g[k, i, :m]
                g_i[:] = 0.0
                for j in range(d):
                    P, y_j, mu_j = precision[k, i, j], y[j, block], mu[k, j]
                    for a in range(m):
                        g_i[a] -= P * (y_j[a] - mu_j)
                add_products(log_k, 0.5, g_i, y[i, block], mu[k, i])
            for a in range(m):
                top_b[a] = max(top_b[a], log_k[a])
        for k in range(K):
            for a in range(m):
                weight[a] = exp_below(log_joint[k, a] - top_b[a])
                total_b[a] += weight[a]
            for i in range(d):
                add_products(s[i, block], 1.0, weight[:m], g[k, i, :m], 0.0)
    return top, total, s


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def add_products(out: Row, factor: float, u: Row, y: Row, origin: float) -> None:
    """out += factor u (y - origin)"""
    for a in range(len(out)):
        out[a] += factor * u[a] * (y[a] - origin)
