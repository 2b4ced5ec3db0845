"""What a noisy or tilted observation says of the clean data, written without any score.

A Gaussian mixture times the exponential of a parabola is a Gaussian mixture again:

    p(x) exp(-x.Q x/2 + b.x)  ~  sum_k w'_k N(x; mu'_k, S'_k),   S'_k = (S_k^-1 + Q)^-1,  mu'_k = S'_k (S_k^-1 mu_k + b)

and seeing y = x + sigma z is the case Q = 1/sigma^2, b = y/sigma^2. So the posterior of a mixture is exact, which
makes it the judge of Tweedie's formula.

Source: Bishop, Pattern Recognition and Machine Learning (2006), eqs. 2.113-2.117, for each component.

Symbols   p      law of the clean data: a Mixture of weights w, means mu and covariances S
          x, y   clean and noisy data (n, d)
          sigma  noise level
          Q, b   matrix (d, d) and vector (d,) of the tilt
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from .checks import Points, level, non_negative, vector
from .mixtures import Mixture, law, points_of, responsibilities, stretched
from .noise import blurred


def posterior_mean(y: ArrayLike, p: Mixture, sigma: float) -> Points:
    """E[x | y] = sum_k r_k(y) [mu_k + S_k (S_k + sigma^2)^-1 (y - mu_k)], for each row of y (n, d).

    Raises: Refusal unless p is a Mixture, y are points of its dimension, and sigma is positive.
    """
    y, gains = points_of(y, p), _gains(p, sigma)
    return np.einsum("nk,nki->ni", responsibilities(y, blurred(p, sigma)), _means(y, p, gains))


def posterior_covariance(y: ArrayLike, p: Mixture, sigma: float) -> Float[np.ndarray, "n d d"]:
    """Cov[x | y], for each row of y (n, d): what the components have within them, and what they have between them.

    Raises: Refusal unless p is a Mixture, y are points of its dimension, and sigma is positive.
    """
    y, gains = points_of(y, p), _gains(p, sigma)
    r, means = responsibilities(y, blurred(p, sigma)), _means(y, p, gains)
    away = means - np.einsum("nk,nki->ni", r, means)[:, None]
    within = np.einsum("nk,kij->nij", r, level(sigma) ** 2 * gains)
    return within + np.einsum("nk,nki,nkj->nij", r, away, away)


def posterior_samples(y: ArrayLike, p: Mixture, sigma: float, *, rng: np.random.Generator) -> Points:
    """One draw of x given y, for each row of y (n, d).

    rng: a uniform for each y, then d normals.
    Raises: Refusal unless p is a Mixture, y are points of its dimension, and sigma is positive.
    """
    y, gains = points_of(y, p), _gains(p, sigma)
    below = np.cumsum(responsibilities(y, blurred(p, sigma)), axis=1)
    k = (rng.random((len(y), 1)) > below[:, :-1]).sum(axis=1)
    noise = stretched(rng.standard_normal(y.shape), k, level(sigma) ** 2 * gains)
    return _means(y, p, gains)[np.arange(len(y)), k] + noise


def tilted(p: Mixture, Q: ArrayLike, b: ArrayLike) -> Mixture:
    """The mixture proportional to p(x) exp(-x.Q x/2 + b.x).

    Args:
        Q: symmetric (d, d), without negative eigenvalues.
        b: (d,).
    Raises: Refusal where p is no Mixture, Q is none of this, or they do not go together.
    """
    d = law(p).mu.shape[1]
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


def _means(y: Points, p: Mixture, gains: Float[np.ndarray, "K d d"]) -> Float[np.ndarray, "n K d"]:
    """mu_k + S_k (S_k + sigma^2)^-1 (y - mu_k)."""
    return p.mu + np.einsum("kij,nkj->nki", gains, y[:, None] - p.mu)


def _gains(p: Mixture, sigma: float) -> Float[np.ndarray, "K d d"]:
    """S_k (S_k + sigma^2)^-1; the two commute. Times sigma^2 they are the covariances of the posterior."""
    return np.linalg.solve(p.S + level(sigma) ** 2 * np.eye(p.mu.shape[1]), p.S)
