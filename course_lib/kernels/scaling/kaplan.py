"""Kaplan's exponent out of Chinchilla's law: the same frontier, counted without embeddings, at small sizes.

Symbols   N      parameters without the embedding (non-embedding)
          N_T    all parameters: N_T = N + omega N^(1/3)
          omega  embedding parameters over the cube root of the others, for models of one shape
          D      tokens
          C_E    compute without the embedding, 6 N D, in FLOP
          g      local exponent d ln N / d ln C_E along the frontier
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import number

from .approaches import PowerLaw, envelope, power_law
from .checks import Numbers, positive
from .law import PER_TOKEN, Law, loss

OMEGA = 47491.0  # vocabulary 32,000, width over depth 39.2: Pearce and Song, arXiv:2406.12907 (2024), section 3
KAPLAN_SIZES = (768.0, 1.5e9)  # "768 to 1.5 billion non-embedding parameters": Kaplan et al. (2020), section 1

# Kaplan et al., arXiv:2001.08361 (2020), eqs. 1.1 to 1.4: exponents of L against size, steps and batch.
ALPHA_N, ALPHA_S, ALPHA_B = 0.076, 0.76, 0.21
N_C = 8.8e13


def total_parameters(N: ArrayLike, omega: float = OMEGA) -> Numbers:
    """N_T = N + omega N^(1/3): blocks grow as the cube of the width (N = 12 depth width^2), the embedding as the width.

    Source: Pearce and Song (2024), section 3.
    """
    N, omega = positive(N, "Parameters"), number(omega, "omega", zero=True)
    return N + omega * N ** (1 / 3)


def frontier_compute(N: ArrayLike, law: Law, omega: float = OMEGA) -> Numbers:
    """The non-embedding compute C_E = 6 N D at which N non-embedding parameters are the best.

        C_E = 6 N [ beta B / (alpha A) * N_T^(alpha + 1) / (N dN_T/dN) ]^(1/beta),    N dN_T/dN = N + omega/3 N^(1/3)

    For the loss is L(N_T, D), and the budget counts N. Source: Pearce and Song (2024), section 4.
    """
    N = positive(N, "Parameters")
    total, slope = total_parameters(N, omega), N + omega / 3 * N ** (1 / 3)
    D = (law.beta * law.B / (law.alpha * law.A) * total ** (law.alpha + 1) / slope) ** (1 / law.beta)
    return PER_TOKEN * N * D


def local_exponent(N: ArrayLike, law: Law, omega: float = OMEGA) -> Numbers:
    """g = d ln N / d ln C_E along the frontier.

    beta/(alpha/3 + beta) for very small models, beta/(alpha + beta) for very large ones, and above both in between.
    """
    N, omega = positive(N, "Parameters"), number(omega, "omega", zero=True)
    embedding = omega * N ** (1 / 3)
    total = (N + embedding / 3) / (N + embedding)  # d ln N_T / d ln N
    slope = (N + embedding / 9) / (N + embedding / 3)  # d ln (N dN_T/dN) / d ln N
    return 1 / (1 + ((law.alpha + 1) * total - slope) / law.beta)


def kaplan_fit(law: Law, low: float, high: float, omega: float = OMEGA) -> PowerLaw:
    """One power law N ~ C_E^a through the frontier from N = low to high, in equal steps of ln C_E."""
    low, high = number(low, "The smallest size"), number(high, "The largest size")
    require(low < high, f"The sizes go from a smaller to a larger one: got {low} and {high}.")
    fine = np.geomspace(low, high, 2000)
    C = frontier_compute(fine, law, omega)
    at = np.geomspace(C[0], C[-1], 200)
    return power_law(at, np.exp(np.interp(np.log(at), np.log(C), np.log(fine))))


def training_curves(N: Float[np.ndarray, " sizes"], D: ArrayLike, law: Law, omega: float = OMEGA) -> Numbers:
    """L after D tokens of models with N non-embedding parameters, one row a size."""
    return loss(total_parameters(np.atleast_1d(N), omega)[:, None], D, law)


def pearce_song_exponents(law: Law, omega: float = OMEGA) -> tuple[float, float]:
    """The exponent read off simulated training curves by approach 1, without embeddings and with them.

    20 sizes, 1000 times, 100 budgets as in Pearce and Song (2024), section 5 (their script; here losses are
    interpolated between its times).
    """
    N, D = np.logspace(2.9, 9.2, 20), np.logspace(6, 25, 1000)
    L = training_curves(N, D, law, omega)
    without, everything = np.logspace(12.95, 20.7, 100), np.logspace(13.4, 20.7, 100)
    sizes = envelope(N, D, L, without).N, envelope(total_parameters(N, omega), D, L, everything).N
    return power_law(without, sizes[0]).exponent, power_law(everything, sizes[1]).exponent


def loss_of_size(N: ArrayLike) -> Numbers:
    """(N_c/N)^0.076: Kaplan's law of the non-embedding size, with data and time to spare. It has no floor. Eq. 1.1."""
    return (N_C / positive(N, "Parameters")) ** ALPHA_N


def kaplan_own_exponent(alpha_N: float = ALPHA_N, alpha_S: float = ALPHA_S, alpha_B: float = ALPHA_B) -> float:
    """a = alpha_C / alpha_N with 1/alpha_C = 1/alpha_S + 1/alpha_B + 1/alpha_N: what Kaplan's own laws imply.

    Source: Kaplan et al. (2020), eqs. 6.2 to 6.5.
    """
    alpha_N, alpha_S, alpha_B = (number(alpha, "An exponent") for alpha in (alpha_N, alpha_S, alpha_B))
    return 1 / (alpha_N * (1 / alpha_S + 1 / alpha_B + 1 / alpha_N))
