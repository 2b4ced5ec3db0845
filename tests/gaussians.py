"""What tests of denoising share: mixtures, points, and oracles that share no code with the kernels."""

import math

import numpy as np
import torch
from compiling import frozen
from scipy import stats
from scipy.special import logsumexp

from course_lib.kernels.denoising import mixtures as mix


def generator(seed=0):
    return np.random.default_rng(seed)


def some_mixture(K, d, seed=0):
    """Components a few widths apart, none of them round."""
    rng = generator(seed + 100 * K + d)
    A = rng.normal(size=(K, d, d))
    S = A @ A.swapaxes(1, 2) / (2 * d) + 0.2 * np.eye(d)
    return mix.Mixture(*map(frozen, mix.mixture(rng.uniform(0.2, 1, K), rng.normal(0, 1.5, (K, d)), S)))


def some_points(n, d, seed=1):
    return frozen(generator(seed).normal(0, 3, (n, d)))


TWO = mix.mixture([0.3, 0.7], [-2.0, 1.5], [0.25, 0.64])  # core.md's mixture, in one dimension


def scipys_log_density(y, p):
    """The oracle: scipy's normals, component by component."""
    terms = [np.log(w) + stats.multivariate_normal(mu, S).logpdf(y).reshape(-1) for w, mu, S in zip(*p)]
    return logsumexp(terms, axis=0)


def torchs_log_density(y, p):
    """The oracle that can be differentiated: torch's own mixture."""
    w, mu, S = (torch.tensor(a) for a in p)
    parts = torch.distributions.MultivariateNormal(mu, S)
    return torch.distributions.MixtureSameFamily(torch.distributions.Categorical(w), parts).log_prob(y)


def autograd(y, p):
    """Gradient and Hessian of ln p, point by point, from the density alone."""
    rows = [torch.tensor(row)[None] for row in y]
    s = [torch.autograd.functional.jacobian(lambda v: torchs_log_density(v, p)[0], row)[0] for row in rows]
    H = [torch.autograd.functional.hessian(lambda v: torchs_log_density(v, p)[0], row)[0, :, 0] for row in rows]
    return torch.stack(s).numpy(), torch.stack(H).numpy()


def grid(half, cells, d):
    """Points (cells^d, d) of an even grid round the origin, and the volume of a cell."""
    axis = np.linspace(-half, half, cells)
    return np.stack(np.meshgrid(*[axis] * d, indexing="ij"), axis=-1).reshape(-1, d), (axis[1] - axis[0]) ** d


def weighed(x, log_weight):
    """The oracle: mean and covariance of points with such weights, the weights summed one by one."""
    w = np.exp(log_weight - log_weight.max())
    w /= math.fsum(w)
    mean = w @ x
    return mean, np.einsum("n,ni,nj->ij", w, x - mean, x - mean)


def near(values, expected, k=5):
    """Is the mean of independent values within k standard errors of what is expected?"""
    error = np.std(values, axis=0, ddof=1) / np.sqrt(len(values))
    return bool((np.abs(np.mean(values, axis=0) - expected) <= k * error).all())


def cdf_of_two(v, shift=0.0):
    """The distribution function of TWO."""
    return 0.3 * stats.norm.cdf(v, -2 + shift, 0.5) + 0.7 * stats.norm.cdf(v, 1.5 + shift, 0.8)
