"""Denoising score matching: the score of noisy data, learnt from samples by regression, without a density.

    x_t = e^-t x + sqrt(1 - e^-2t) z,        grad ln p_t(x_t) = -E[z | x_t] / sqrt(1 - e^-2t)

Whoever guesses the noise z from x_t with the least mean squared error finds E[z | x_t], and so the score. Here the
guess is a network of one hidden layer, at each of a ladder of times. Only its read-out is fitted, which is linear:

    u = (x_t - e^-t <x>) / (rms size of x_t),    guess = [1, u, tanh([1, u] W_1)] W_2(t)

The ridge holds down the weights of the tanh only. What is linear in u is free, so that the noise z, the data x and
x less a linear denoiser are one and the same target: they differ by multiples of u. So Gaussian data are guessed
right at every t, and the tanh learn what is left. Each z is used with both signs: what is even in z drops out of the
regression, and with it most of the chance at the smallest t.

Symbols   x     data (n, d)
          y     points where the score is asked for (m, d)
          z     standard normals
          t     time, in units of 1/kappa
          s     score (m, d)
          N     neurons of the hidden layer
          W     weights: W_1 (1 + d, N) is drawn and kept, W_2 (times, 1 + d + N, d) is fitted
"""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.linalg import solve

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable, number, whole

from .checks import Points, points, time
from .noise import spread
from .reversal import Score

TIMES = tuple(np.geomspace(1e-3, 6, 24).tolist())  # at which the regression is made
SLOPES = 0.5, 6.0  # of the neurons: the widest spans the data, the narrowest a sixth of their rms size
BLOCK = 2000  # rows that are worked on together
RIDGES = 1e-6, 1e12  # below the least, rounding decides what the data do not; above the most, all is rounded away


class Learnt(NamedTuple):
    """A score learnt at a ladder of times: what `learned_score` needs."""

    times: Float[np.ndarray, " times"]
    mean: Float[np.ndarray, " d"]
    rms: float
    W_1: Float[np.ndarray, "1_d N"]
    W_2: Float[np.ndarray, "times 1_d_N d"]


def fit_score(
    x: ArrayLike,
    *,
    times: Sequence[float] = TIMES,
    features: int = 256,
    ridge: float = 3.0,
    draws: int = 1,
    rng: np.random.Generator,
) -> Learnt:
    """The read-outs W_2(t) that guess the noise best, each by one ridge regression:

        sum over points, mean over noises of |z - guess(x_t)|^2  +  ridge |W_2 of the tanh|^2        is the least

    Args:
        x: data (n, d), d small.
        times: rising. From one to the next the read-out is interpolated.
        features: N, the neurons of the hidden layer.
        ridge: it counts as much less as there are more points.
        draws: noises for each point and time; each of them counts twice, as z and as -z.
        rng: draws W_1, then n x draws x d normals at each time.
    Raises: Refusal where times do not rise, or there are too few noisy points for what is linear.
    Source: Vincent, Neural Comput. 23, 1661 (2011); Rahimi and Recht, NIPS 20 (2007): random features.
    """
    x, ridge = points(x, "The data"), number(ridge, "The ridge")
    times, draws, features = checked_times(times), whole(draws, "Noises for each point"), whole(features, "Neurons")
    least, most = RIDGES
    require(least <= ridge <= most, f"Outside {least:g} to {most:g} a ridge or the data are rounded away: {ridge:.1e}.")
    n, d = x.shape
    affordable(BLOCK + 1 + d + features, 1 + d + features), affordable(len(times), 1 + d + features, d)
    require(n * draws > d + 1, f"{n} points with {draws} noises each: more than {d + 1} in all are needed.")
    mean, rms = x.mean(axis=0), float(np.sqrt(x.var(axis=0).mean()))
    W_1 = random_neurons((x - mean) / (rms or 1.0), features, rng=rng)
    model = Learnt(times, mean, rms, W_1, np.empty(0))
    return model._replace(W_2=np.array([_readout(model, x, t, ridge, draws, rng) for t in times.tolist()]))


def random_neurons(u: Points, features: int, *, rng: np.random.Generator) -> Float[np.ndarray, "1_d N"]:
    """Weights of so many neurons: each has a random direction, a random slope, and its threshold at one of the u."""
    v = rng.standard_normal((features, u.shape[1]))
    v *= np.exp(rng.uniform(*np.log(SLOPES), size=(features, 1))) / np.linalg.norm(v, axis=1, keepdims=True)
    at = u[rng.integers(len(u), size=features)]
    return np.vstack([-(v * at).sum(axis=1), v.T])


def learned_score(model: Learnt) -> Score:
    """The learnt score as a function (y, t) -> (m, d), for times between the first and the last of `fit_score`.

    Raises: Refusal unless the model is one of `fit_score`; the function at any other time, and for points of another
        dimension.
    """
    require(isinstance(model, Learnt), "A learnt score comes from denoising.fit_score(x, rng=rng).")
    times = model.times
    ln = np.log(times)

    def s(y: ArrayLike, t: float) -> Points:
        y, t = points(y, d=len(model.mean)), time(t)
        known = times[0] * (1 - 1e-9) <= t <= times[-1] * (1 + 1e-9)
        require(
            known, f"This score was learnt from t = {times[0]:.3g} to {times[-1]:.3g}: nothing is known at {t:.3g}."
        )
        i = min(max(int(np.searchsorted(times, t)) - 1, 0), len(times) - 2)
        share = (np.log(t) - ln[i]) / (ln[i + 1] - ln[i])
        W_2 = (1 - share) * model.W_2[i] + share * model.W_2[i + 1]
        return _layer(model, y, t) @ (-W_2 / spread(t))

    return s


def _readout(model: Learnt, x: Points, t: float, ridge: float, draws: int, rng: np.random.Generator) -> Points:
    """W_2(t), from the normal equations: these are sums over the noisy points, of which some are held at a time."""
    d, decay = x.shape[1], np.exp(-t)
    penalty = np.repeat([0.0, ridge], [1 + d, model.W_1.shape[1]])
    gram, moment = np.diag(2 * draws * penalty), np.zeros((len(penalty), d))
    parts = np.array_split(x, -(-len(x) // BLOCK))
    for some in chain.from_iterable(repeat(parts, draws)):
        z = rng.standard_normal(some.shape)
        for noise in (z, -z):
            layer = _layer(model, decay * some + spread(t) * noise, t)
            gram += layer.T @ layer
            moment += layer.T @ noise
    return solve(gram, moment, assume_a="pos")


def _layer(model: Learnt, y: Points, t: float) -> Float[np.ndarray, "m 1_d_N"]:
    """[1, u, tanh([1, u] W_1)], u being y less its mean and over its rms size."""
    decay = np.exp(-t)
    layer = np.empty((len(y), 1 + y.shape[1] + model.W_1.shape[1]))
    linear, hidden = np.split(layer, [1 + y.shape[1]], axis=1)
    linear[:, 0] = 1
    linear[:, 1:] = (y - decay * model.mean) / np.hypot(decay * model.rms, spread(t))
    np.matmul(linear, model.W_1, out=hidden)
    np.tanh(hidden, out=hidden)
    return layer


def checked_times(times: Sequence[float]) -> Float[np.ndarray, " times"]:
    """The times as an array. Raises: Refusal unless there are two or more, positive and rising."""
    times = plain(times, float, "Times are numbers.")
    good = times.ndim == 1 and len(times) > 1 and times[0] > 0 and bool((np.diff(times) > 0).all())
    require(good and bool(np.isfinite(times).all()), "A score is learnt at two times or more, above 0 and rising.")
    return times
