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
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable, whole

from .checks import FLAT, Points, non_negative, points
from .weighing import weigh


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
    return Mixture(w / w.sum(), mu, np.array([non_negative(one, "A covariance", d) for one in S]))


def law(p: Mixture) -> Mixture:
    """The law itself. Raises: Refusal unless it is a Mixture."""
    require(isinstance(p, Mixture), "A law of the data comes from denoising.mixture(w, mu, S).")
    return p


def points_of(y: ArrayLike, p: Mixture) -> Points:
    """A copy of the points. Raises: Refusal unless p is a Mixture, and y are points of its dimension, in rows."""
    return points(y, d=law(p).mu.shape[1])


def samples(p: Mixture, n: int, *, rng: np.random.Generator) -> Points:
    """n independent points (n, d). Raises: Refusal unless p is a Mixture and n a whole number that memory can hold."""
    n, d = affordable(whole(n, "The number of points", least=0), law(p).mu.shape[1])
    counts = rng.multinomial(n, p.w)
    z = rng.standard_normal((n, d))
    k = rng.permutation(np.repeat(np.arange(len(p.w)), counts))
    return p.mu[k] + stretched(z, k, p.S)


def moments(p: Mixture) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, "d d"]]:
    """Mean (d,) and covariance (d, d) of the whole mixture. Raises: Refusal unless p is a Mixture."""
    mean = law(p).w @ p.mu
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
    return _shares(_components(points_of(y, p), p)[0])


def hessian(y: ArrayLike, p: Mixture) -> Float[np.ndarray, "n d d"]:
    """Hess ln p at each point."""
    log_joint, g = _components(points_of(y, p), p)
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


def stretched(z: Points, k: Int[np.ndarray, " n"], S: Float[np.ndarray, "K d d"]) -> Points:
    """Standard normals (n, d) given the covariance S_k each, one component after the other; z is used up."""
    for j, root in enumerate(matrix_roots(S)):
        z[k == j] = z[k == j] @ root
    return z


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
    y = points_of(y, p)
    constant, precision = _constants(p)
    top, total, s = weigh(*(plain(a, float, "Numbers are needed.") for a in (y.T, constant, p.mu, precision)))
    return top, total, np.ascontiguousarray((s / total).T)
