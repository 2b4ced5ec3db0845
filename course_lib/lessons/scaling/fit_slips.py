"""What the exercises about the fit are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Runs


def logarithms(rng: np.random.Generator) -> Iterator[tuple]:
    """Parameters of the fit near a minimum and very far from it, and runs as logarithms."""
    for k, n in enumerate((8, 11, 9, 14)):
        runs = small_table(rng, n)
        theta = np.array([6.178, 7.643, 0.597, 0.3478, 0.3658]) + rng.normal(0, 0.002, 5)
        if k == 2:
            theta[0] += 900.0
        yield theta, np.log(runs.N), np.log(runs.D), np.log(runs.L), float(rng.uniform(0.01, 0.02))


def tables(rng: np.random.Generator) -> Iterator[tuple]:
    """Few runs, and the numbers of those drawn in each of fewer resamples."""
    for n, R in ((24, 7), (30, 9)):
        runs = small_table(rng, n)
        yield *runs, rng.integers(n, size=(R, n))


def small_table(rng: np.random.Generator, n: int) -> Runs:
    """n runs that scatter by one per cent about Besiroglu's law."""
    N, D = 10 ** rng.uniform(7.5, 10.5, n), 10 ** rng.uniform(9, 12, n)
    return scaling.scattered(Runs(N, D, scaling.loss(N, D, scaling.BESIROGLU)), 0.01, rng=rng)


# --- the objective --------------------------------------------------------------------------------------------------


def objective(penalty: Callable, reduce: Callable = np.sum, residual: Callable | None = None) -> Callable:
    """The objective with another penalty, another way to add up, or other residuals."""

    def wrong(theta, log_N, log_D, log_L, delta):
        with np.errstate(all="ignore"):
            r = (residual or log_residual)(theta, log_N, log_D, log_L)
            return float(reduce(penalty(r, delta)))

    return wrong


def log_residual(theta, log_N, log_D, log_L):
    a, b, e, alpha, beta = theta
    return np.logaddexp(np.logaddexp(a - alpha * log_N, b - beta * log_D), e) - log_L


def overflowing(theta, log_N, log_D, log_L):
    a, b, e, alpha, beta = theta
    return np.log(np.exp(a - alpha * log_N) + np.exp(b - beta * log_D) + np.exp(e)) - log_L


def of_losses(theta, log_N, log_D, log_L):
    return np.exp(log_residual(theta, log_N, log_D, np.zeros_like(log_L))) - np.exp(log_L)


def decimal(theta, log_N, log_D, log_L):
    return log_residual(theta, log_N, log_D, log_L) / np.log(10)


def floor_forgotten(theta, log_N, log_D, log_L):
    a, b, _, alpha, beta = theta
    return np.logaddexp(a - alpha * log_N, b - beta * log_D) - log_L


def floor_as_it_is(theta, log_N, log_D, log_L):
    """E where ln E should stand."""
    a, b, e, alpha, beta = theta
    return np.logaddexp(np.logaddexp(a - alpha * log_N, b - beta * log_D), np.exp(e)) - log_L


def rising(theta, log_N, log_D, log_L):
    a, b, e, alpha, beta = theta
    return log_residual((a, b, e, -alpha, -beta), log_N, log_D, log_L)


def huber(r, delta):
    return np.where(np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2))


# --- error bars -----------------------------------------------------------------------------------------------------


def exponents(N, D, L, picks) -> np.ndarray:
    """alpha and beta of each resample, (2, R)."""
    laws = [scaling.fit_law(Runs(N[p], D[p], L[p])).law for p in picks]
    return np.array([(law.alpha, law.beta) for law in laws]).T


def spread(of: Callable, ddof: int = 1) -> Callable:
    """The spread over resamples of what `of` makes of alpha and beta."""
    return lambda N, D, L, picks: float(np.std(of(*exponents(N, D, L, picks)), ddof=ddof))


def best_size(alpha, beta):
    return beta / (alpha + beta)


def independent(N, D, L, picks) -> float:
    alpha, beta = exponents(N, D, L, picks)
    a = np.mean(best_size(alpha, beta))
    return float(a * (1 - a) * np.hypot(np.std(alpha, ddof=1) / alpha.mean(), np.std(beta, ddof=1) / beta.mean()))


def by_columns(N, D, L, picks) -> float:
    return scaling.exponent_error(N, D, L, picks.T)


def losses_left_behind(N, D, L, picks) -> float:
    laws = [scaling.fit_law(Runs(N[p], D[p], L)).law for p in picks]
    return float(np.std([scaling.size_exponent(law) for law in laws], ddof=1))


def of_the_mean(N, D, L, picks) -> float:
    return scaling.exponent_error(N, D, L, picks) / np.sqrt(len(picks))
