"""The exact denoiser of a training set, and what it remembers: all points weighed by their distance, at once.

Noisy data are y = x_i + sigma z, one training point i as likely as the other. Given y, it was point i with weight

    r_i = exp(-|y - x_i|^2 / 2 sigma^2) / sum_j exp(-|y - x_j|^2 / 2 sigma^2)

What is held beyond the points and the answer is about 8 MB, however many points there are.

Symbols   y      noisy points (m, d)
          x      training points (n, d)
          sigma  noise level of y = x + sigma z
          t      time of x_t = e^-t x + sqrt(1 - e^-2t) z
          r      posterior weight of each training point; rows sum to 1
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import rows
from course_lib.shared.numbers import number

from .blocks import Training, blocks, checked_queries, checked_training_set, precision
from .checks import Points
from .noise import spread


def empirical_denoiser(y: ArrayLike, x: ArrayLike, sigma: float) -> Points:
    """E[x | y] = sum_i r_i(y) x_i for y = x + sigma z: no denoiser has a smaller squared error on the training set.

    As sigma goes to 0 it returns the nearest training point, for a large sigma the mean of all.
    Args:
        y: noisy points (m, d).
        x: training points (n, d). If both come in 32 bits so does the answer; all else is worked out in 64.
        sigma: noise level, above 0.
    Returns: (m, d).
    Raises: Refusal where points or level are no such thing.

    Rounding: squared distances come from a matrix product about the mean of x, so that it does not matter where the
    data lie. What is left in an exponent is some 3e-7 (6e-16 in 64 bits) of |x_i| max(|x_i|, |y|) / sigma^2, both seen
    from the mean. It tells only between points about equally near; if that matters at a small sigma, use 64 bits.
    Source: Biroli, Bonnaire, de Bortoli and Mezard, Nat. Commun. 15 (2024), arXiv:2402.18491.
    """
    x = checked_training_set(x)
    y = checked_queries(y, x)
    return _mean(y, x, 1.0, number(sigma, "The noise level sigma")) + x.mean.astype(precision(y, x))


def empirical_score(y: ArrayLike, x: ArrayLike, t: float) -> Points:
    """grad ln p_t at y (m, d), for the law of x_t = e^-t x + sqrt(1 - e^-2t) z with x one of the training points.

        grad ln p_t(y) = (e^-t E[x | x_t = y] - y) / (1 - e^-2t)

    Raises: Refusal at t = 0, where the law is a set of points and has no score. Rounding: that of `empirical_denoiser`
    at sigma = sqrt(e^2t - 1).
    """
    return score_function(x)(y, t)


def score_function(x: ArrayLike) -> Callable[[ArrayLike, float], Points]:
    """`empirical_score` as a function (y, t) -> (m, d) for a reverse run: the points are checked and centred once.

    They are not copied: leave them as they are while you use it.
    """
    x = checked_training_set(x)

    def score(y: ArrayLike, t: float) -> Points:
        y, (signal, noise) = checked_queries(y, x), _signal_and_noise(t)
        away = y - (signal * x.mean).astype(precision(y, x))  # from the middle of p_t: nothing large cancels
        return (signal * _mean(y, x, signal, noise) - away) / noise**2

    return score


def own_weight(y: ArrayLike, x: ArrayLike, t: float, own: ArrayLike | None = None) -> Float[np.ndarray, " m"]:
    """r_i(y): how likely it was the training point x[own[j]] that became y[j] at time t.

    own: which point each y came from (m,); without it the point in the same row. Raises: Refusal at t = 0.
    """
    x, (signal, noise) = checked_training_set(x), _signal_and_noise(t)
    y = checked_queries(y, x)
    own = _owners(np.arange(len(y)) if own is None else own, len(y), len(x.x))
    total, mine = np.zeros((2, len(y)), precision(y, x))
    for b in blocks(y, x, signal, noise):
        column = own[b.queries] - b.first
        here = np.flatnonzero((column >= 0) & (column < b.r.shape[1]))
        total[b.queries] = total[b.queries] * b.fade[:, 0] + b.r.sum(axis=1)
        mine[b.queries] *= b.fade[:, 0]
        mine[b.queries][here] = b.r[here, column[here]]
    return mine / total


def drawn_back(y: ArrayLike, x: ArrayLike, t: float, *, rng: np.random.Generator) -> Int[np.ndarray, " m"]:
    """A U-turn: for each y, seen at time t, the row in x of one training point drawn from the weights r(y).

    That is where the exact reverse process of the training set ends, run from t down to 0. Each block draws one
    candidate for each y; it takes the place of the earlier one with the block's share in the weight so far.
    rng: two uniforms for each y and block. Raises: Refusal at t = 0.
    """
    x, (signal, noise) = checked_training_set(x), _signal_and_noise(t)
    y = checked_queries(y, x)
    total, drawn = np.zeros(len(y), precision(y, x)), np.zeros(len(y), int)
    for b in blocks(y, x, signal, noise):
        upto = np.cumsum(b.r, axis=1)
        total[b.queries] = total[b.queries] * b.fade[:, 0] + upto[:, -1]
        taken, within = 1 - rng.random((2, len(upto)))  # above 0: a point without weight is never drawn
        new = np.flatnonzero(taken * total[b.queries] <= upto[:, -1])
        before = upto[new] < (within[new] * upto[new, -1])[:, None]
        drawn[b.queries][new] = b.first + before.sum(axis=1)
    return drawn


def _mean(y: np.ndarray, x: Training, signal: float, noise: float) -> Points:
    """sum_i r_i(y) x_i, less the mean of x."""
    kind = precision(y, x)
    mean, total = np.zeros(y.shape, kind), np.zeros((len(y), 1), kind)
    for b in blocks(y, x, signal, noise):
        total[b.queries] = total[b.queries] * b.fade + b.r.sum(axis=1, keepdims=True)
        mean[b.queries] *= b.fade
        mean[b.queries] += b.r @ b.x
    mean /= total
    return mean


def _owners(own: ArrayLike, m: int, n: int) -> Int[np.ndarray, " m"]:
    own = rows(own)
    require(own.dtype.kind in "iu" and own.shape == (m,), f"Own points: one row of the training set for each of {m}.")
    inside = bool((own >= 0).all() and (own < n).all())
    require(inside, f"Own points: these are rows 0 to {n - 1} of the training set, one for each noisy point.")
    return own.astype(int)


def _signal_and_noise(t: float) -> tuple[float, float]:
    """e^-t and sqrt(1 - e^-2t), for any t above 0: weights relative to the nearest point never overflow."""
    t = number(t, "The time t")
    return float(np.exp(-t)), float(spread(t))
