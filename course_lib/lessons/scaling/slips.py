"""What the exercises of lesson 03 are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law, Runs


def some_law(rng: np.random.Generator) -> Law:
    """A law with exponents that differ."""
    alpha, beta = rng.uniform(0.25, 0.5), rng.uniform(0.25, 0.5)
    return Law(1.7, float(rng.uniform(200, 900)), float(rng.uniform(400, 3000)), float(alpha), float(beta + 0.07))


def budgets(rng: np.random.Generator) -> Iterator[tuple]:
    """Budgets in FLOP, and a law."""
    for power in (18, 20, 23, 25):
        yield float(rng.uniform(1, 9)) * 10.0**power, some_law(rng)


def shapes(rng: np.random.Generator) -> Iterator[tuple]:
    """Depth, width, vocabulary and tokens of small and large models."""
    for layers, d in ((2, 64), (12, 768), (40, 5120), (80, 8192)):
        yield layers, d, int(rng.integers(1_000, 60_000)), float(rng.integers(1, 900)) * 1e9


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


def small_sizes(rng: np.random.Generator) -> Iterator[tuple]:
    """Non-embedding sizes, a law, and omega."""
    for power in (3, 5, 7, 9):
        yield float(rng.uniform(1, 9)) * 10.0**power, some_law(rng), float(rng.uniform(2e4, 9e4))


# --- the budget -----------------------------------------------------------------------------------------------------


def by_exponent(a: Callable, upside_down: bool = False, ratio: bool = True, per_token: float = 6.0) -> Callable:
    """N = G (C/6)^a and D = C / 6N, with the G or the a that a slip makes of them."""

    def wrong(C: float, law: Law) -> tuple:
        G = (((law.alpha / law.beta) if ratio else 1.0) * law.A / law.B) ** (1 / (law.alpha + law.beta))
        N = (1 / G if upside_down else G) * (C / per_token) ** a(law)
        return N, C / per_token / N

    return wrong


def right_exponent(law: Law) -> float:
    return law.beta / (law.alpha + law.beta)


def same_exponent_twice(C: float, law: Law) -> tuple:
    N, _ = scaling.compute_optimal(C, law)
    return N, (C / 6) ** right_exponent(law) / (N / (C / 6) ** right_exponent(law))


def exponents_as_they_stand(C: float, law: Law) -> tuple:
    G = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    return G * (C / 6) ** law.beta, (C / 6) ** law.alpha / G


# --- FLOP -----------------------------------------------------------------------------------------------------------


def flops(factor: float = 6, blocks: float = 12, heads: float = 1, tokens: bool = True) -> Callable:
    return lambda layers, d, v, D: factor * (blocks * layers * d**2 + heads * v * d) * (D if tokens else 1.0)


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


# --- Kaplan ---------------------------------------------------------------------------------------------------------


def frontier(
    total: Callable, slope: Callable, counted: Callable = lambda N, N_T: N, per_token: float = 6.0
) -> Callable:
    """The compute of the frontier with other totals, another derivative N dN_T/dN, or another count in C."""

    def wrong(N: float, law: Law, omega: float) -> float:
        N_T = total(N, omega)
        D = law.beta * law.B / (law.alpha * law.A) * N_T ** (law.alpha + 1) / slope(N, omega)
        return per_token * counted(N, N_T) * D ** (1 / law.beta)

    return wrong


def all_of_them(N: float, omega: float) -> float:
    return N + omega * N ** (1 / 3)


def right_slope(N: float, omega: float) -> float:
    return N + omega / 3 * N ** (1 / 3)
