"""What a noisy or tilted observation says of the clean data, written without any score.

A Gaussian mixture times the exponential of a parabola is a Gaussian mixture again:

    p(x) exp(-x.Q x/2 + b.x)  ~  sum_k w'_k N(x; mu'_k, S'_k),   S'_k = (S_k^-1 + Q)^-1,  mu'_k = S'_k (S_k^-1 mu_k + b)

and seeing y = x + sigma z is the case Q = 1/sigma^2, b = y/sigma^2. So the posterior of a mixture is exact, which
makes it the judge of Tweedie's formula.

Symbols   p      law of the clean data: a Mixture of weights w, means mu and covariances S
          x, y   clean and noisy data (n, d)
          sigma  noise level
          Q, b   matrix (d, d) and vector (d,) of the tilt
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from .checks import Points, level, non_negative, points, vector
from .mixtures import Mixture, matrix_roots, responsibilities
from .noise import blurred


def posterior_mean(y: ArrayLike, p: Mixture, sigma: float) -> Points:
    """E[x | y] = sum_k r_k(y) [mu_k + S_k (S_k + sigma^2)^-1 (y - mu_k)], for each row of y."""
    y = points(y, d=p.mu.shape[1])
    return np.einsum("nk,nki->ni", responsibilities(y, blurred(p, sigma)), _means(y, p, sigma))


def posterior_covariance(y: ArrayLike, p: Mixture, sigma: float) -> Float[np.ndarray, "n d d"]:
    """Cov[x | y], for each row of y: what the components have within them, and what they have between them."""
    y = points(y, d=p.mu.shape[1])
    r, means = responsibilities(y, blurred(p, sigma)), _means(y, p, sigma)
    away = means - np.einsum("nk,nki->ni", r, means)[:, None]
    within = np.einsum("nk,kij->nij", r, _covariances(p, sigma))
    return within + np.einsum("nk,nki,nkj->nij", r, away, away)


def posterior_samples(y: ArrayLike, p: Mixture, sigma: float, *, rng: np.random.Generator) -> Points:
    """One draw of x given y, for each row of y."""
    y = points(y, d=p.mu.shape[1])
    below = np.cumsum(responsibilities(y, blurred(p, sigma)), axis=1)
    k = (rng.random((len(y), 1)) > below[:, :-1]).sum(axis=1)
    noise = np.einsum("nij,nj->ni", matrix_roots(_covariances(p, sigma))[k], rng.standard_normal(y.shape))
    return _means(y, p, sigma)[np.arange(len(y)), k] + noise


def tilted(p: Mixture, Q: ArrayLike, b: ArrayLike) -> Mixture:
    """The mixture proportional to p(x) exp(-x.Q x/2 + b.x).

    Args:
        Q: symmetric (d, d), without negative eigenvalues.
        b: (d,).
    Raises: Refusal where Q is none of this, or does not go with p.
    """
    d = p.mu.shape[1]
    Q, b = non_negative(Q, "Q", d), vector(b, "b", d)
    both = np.eye(d) + p.S @ Q  # of S^-1 + Q, times S: it needs no inverse of S
    S = np.linalg.solve(both, p.S)
    mu = np.linalg.solve(both, (p.mu + p.S @ b)[..., None])[..., 0]
    S = (S + S.transpose(0, 2, 1)) / 2
    # The logarithm of the integral of each component under the tilt.
    pull = b - p.mu @ Q
    gain = np.einsum("ki,kij,kj->k", pull, S, pull) / 2 + p.mu @ b - np.einsum("ki,ij,kj->k", p.mu, Q, p.mu) / 2
    with np.errstate(divide="ignore"):
        log_w = np.log(p.w) + gain - np.linalg.slogdet(both)[1] / 2
    w = np.exp(log_w - log_w.max())
    return Mixture(w / w.sum(), mu, S)


def _means(y: Points, p: Mixture, sigma: float) -> Float[np.ndarray, "n K d"]:
    """mu_k + S_k (S_k + sigma^2)^-1 (y - mu_k)."""
    return p.mu + np.einsum("kij,nkj->nki", _gains(p, sigma), y[:, None] - p.mu)


def _covariances(p: Mixture, sigma: float) -> Float[np.ndarray, "K d d"]:
    """sigma^2 S_k (S_k + sigma^2)^-1."""
    return level(sigma) ** 2 * _gains(p, sigma)


def _gains(p: Mixture, sigma: float) -> Float[np.ndarray, "K d d"]:
    """S_k (S_k + sigma^2)^-1; the two commute."""
    return np.linalg.solve(p.S + level(sigma) ** 2 * np.eye(p.mu.shape[1]), p.S)
