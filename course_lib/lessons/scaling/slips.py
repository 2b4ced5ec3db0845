"""What the exercises about budgets are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law


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


def same_exponent_twice(C: float, law: Law) -> tuple:
    N, both = scaling.compute_optimal(C, law).N, (C / 6) ** scaling.size_exponent(law)
    return N, both / (N / both)


def exponents_as_they_stand(C: float, law: Law) -> tuple:
    G = (law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    return G * (C / 6) ** law.beta, (C / 6) ** law.alpha / G


def six_in_tokens_only(C: float, law: Law) -> tuple:
    N = scaling.compute_optimal(6 * C, law).N
    return N, C / (6 * N)


def precedence(C: float, law: Law) -> tuple:
    G = law.alpha * law.A / (law.beta * law.B) / (law.alpha + law.beta)
    N = G * (C / 6) ** scaling.size_exponent(law)
    return N, C / (6 * N)


def unpacked_wrongly(C: float, law: Law) -> tuple:
    A, B, E, alpha, beta = law
    return scaling.compute_optimal(C, Law(E, A, B, alpha, beta))


# --- FLOP -----------------------------------------------------------------------------------------------------------


def flops(factor: float = 6, blocks: float = 12, heads: float | None = 1, tokens: bool = True) -> Callable:
    """Another factor, other blocks, more or fewer heads (None: one in each layer), or one token only."""

    def wrong(layers: int, d: int, v: int, D: float) -> float:
        head = (layers if heads is None else heads) * v * d
        return factor * (blocks * layers * d**2 + head) * (D if tokens else 1.0)

    return wrong


# --- Kaplan ---------------------------------------------------------------------------------------------------------


def frontier(
    total: Callable,
    slope: Callable,
    counted: Callable = lambda N, N_T: N,
    *,
    per_token: float = 6.0,
    power: float = 1.0,
    upside_down: bool = False,
    slopes: bool = True,
    root: bool = True,
) -> Callable:
    """The compute of the frontier with another total, derivative N dN_T/dN, count in C, or weights."""

    def wrong(N: float, law: Law, omega: float) -> float:
        N_T = total(N, omega)
        weights = (law.beta * law.B / (law.alpha * law.A)) if slopes else law.B / law.A
        bracket = (1 / weights if upside_down else weights) * N_T ** (law.alpha + power) / slope(N, omega)
        return per_token * counted(N, N_T) * bracket ** (1 / law.beta if root else 1.0)

    return wrong


def all_of_them(N: float, omega: float) -> float:
    return N + omega * N ** (1 / 3)


def right_slope(N: float, omega: float) -> float:
    return N + omega / 3 * N ** (1 / 3)
