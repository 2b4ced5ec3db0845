"""What the exercises are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np

from course_lib.kernels.denoising import mixtures, noise


def covariance(d: int, rng: np.random.Generator) -> np.ndarray:
    """A covariance with no direction that is special."""
    A = rng.normal(size=(d, d + 2))
    return A @ A.T / d


def seen_at_times(rng: np.random.Generator) -> Iterator[tuple]:
    """Points of a mixture at four times, their score, and the time."""
    for t, d in ((0.1, 1), (0.4, 2), (0.9, 3), (1.7, 2)):
        S = np.array([covariance(d, rng) for _ in range(2)])
        p = noise.at_time(mixtures.mixture([0.4, 0.6], 2 * rng.normal(size=(2, d)), S), t)
        x_t = mixtures.samples(p, 5, rng=rng)
        yield x_t, mixtures.score(x_t, p), t


def gaussian_data(rng: np.random.Generator) -> Iterator[tuple]:
    """Noisy points, mean and covariance of clean ones, and a noise level."""
    for d, sigma in ((1, 0.5), (2, 0.7), (3, 1.6), (4, 2.5)):
        mu, C = rng.normal(size=d) + 1, covariance(d, rng)
        yield mu + rng.normal(size=(6, d)) * sigma, mu, C, sigma


def steps(rng: np.random.Generator) -> Iterator[tuple]:
    """Points, scores, a step, alpha, and normals."""
    for h, alpha in ((0.02, 0.0), (0.05, 1.0), (0.1, 0.5), (0.3, 2.0)):
        yield rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), h, alpha, rng.normal(size=(4, 2))


def training_sets(rng: np.random.Generator) -> Iterator[tuple]:
    """Noisy points, training points and a time; the last one so early that every exponential is zero."""
    for t, n, d in ((0.3, 7, 1), (0.8, 9, 2), (1.5, 12, 3), (1e-4, 8, 2)):
        x = 2 * rng.normal(size=(n, d))
        yield np.exp(-t) * x[:5] + rng.normal(size=(5, d)) * max(noise.spread(t), 0.7), x, t


def tilts(rng: np.random.Generator) -> Iterator[tuple]:
    """The Q of a measurement of two or three directions."""
    yield (np.diag([0.4, 2.3, 1.1]),)
    for d in (2, 3, 5):
        A, tau = rng.normal(size=(d, d)), rng.uniform(0.4, 2.0)
        yield (A.T @ A / tau**2,)


# --- Tweedie --------------------------------------------------------------------------------------------------------


def guessed(outer: Callable, inner: Callable) -> Callable:
    """outer(t) [x_t + inner(t) s]."""
    return lambda x_t, s, t: outer(t) * (x_t + inner(t) * s)


def one(t: float) -> float:
    return 1.0


def variance(t: float) -> float:
    return 1 - np.exp(-2 * t)


def growth(t: float) -> float:
    return np.exp(t)


# --- Wiener ---------------------------------------------------------------------------------------------------------


def filtered(matrix: Callable, centred: bool = True, put_back: bool = True) -> Callable:
    """mu + G (y - mu) with another G."""

    def wrong(y: np.ndarray, mu: np.ndarray, C: np.ndarray, sigma: float) -> np.ndarray:
        return (mu if put_back else 0.0) + (y - (mu if centred else 0.0)) @ matrix(C, sigma, np.eye(len(mu))).T

    return wrong


def gain(C: np.ndarray, sigma: float, one: np.ndarray) -> np.ndarray:
    return np.linalg.solve(C + sigma**2 * one, C)


# --- one step -------------------------------------------------------------------------------------------------------


def stepped(drift: Callable, kick: Callable = lambda h, alpha: np.sqrt(2 * alpha * h)) -> Callable:
    """y + h drift(y, s, alpha) + kick(h, alpha) z."""
    return lambda y, s, h, alpha, z: y + h * drift(y, s, alpha) + kick(h, alpha) * z


def right_drift(y: np.ndarray, s: np.ndarray, alpha: float) -> np.ndarray:
    return y + (1 + alpha) * s


# --- the score of a training set --------------------------------------------------------------------------------------


def over_each_sum(r: np.ndarray) -> np.ndarray:
    return r / r.sum(axis=1, keepdims=True)


def weighed(
    log_weight: Callable = lambda square, v: -square / (2 * v),
    shrink: Callable = lambda t: np.exp(-t),
    slope: Callable = lambda mean, y, v: (mean - y) / v,
    noise: Callable = variance,
    share: Callable = over_each_sum,
    lift: Callable = lambda log_r: log_r.max(axis=1, keepdims=True),
    mean_of: Callable = lambda x, centres: centres,
) -> Callable:
    """A score of training points, with another weight, shrinkage, slope, variance or sum."""

    def wrong(y: np.ndarray, x: np.ndarray, t: float) -> np.ndarray:
        v, centres = noise(t), shrink(t) * x
        log_r = log_weight(((y[:, None] - centres) ** 2).sum(axis=2), v)
        with np.errstate(invalid="ignore"):
            return slope(share(np.exp(log_r - lift(log_r))) @ mean_of(x, centres), y, v)

    return wrong


def not_lifted(log_r: np.ndarray) -> float:
    """Exponentials as they stand: all of them zero, early on."""
    return 0.0


# --- T* -------------------------------------------------------------------------------------------------------------


def from_eigenvalue(which: int, limit: Callable) -> Callable:
    return lambda Q: limit(np.linalg.eigvalsh(Q)[which])


def half_log(x: float) -> float:
    return np.log(1 + 1 / x) / 2
