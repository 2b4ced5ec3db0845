"""The loss of a language model as a law of its size and of its data, and what the law says a budget should buy.

Symbols   N      parameters of the model
          D      tokens it was trained on, each once
          C      compute of the training, in FLOP: C = 6 N D
          L      loss, in nats per token
          E, A, B  the law's floor, and the weights of its two power laws
          alpha, beta  their exponents
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import number

from .checks import Numbers, check_together, positive

PER_TOKEN = 6.0  # FLOP a parameter and token: 2 forward and 4 backward


class Law(NamedTuple):
    """L(N, D) = E + A / N^alpha + B / D^beta. Each is a number; or each an array, for many laws at once."""

    E: Numbers
    A: Numbers
    B: Numbers
    alpha: Numbers
    beta: Numbers


class Allocation(NamedTuple):
    """How a budget is spent: parameters and tokens."""

    N: Numbers
    D: Numbers


# Hoffmann et al., arXiv:2203.15556 (2022): eq. 10, as printed; and with the exponents of its source file, to four
# digits, as Besiroglu et al. read them. Besiroglu et al., arXiv:2404.10102 (2024), table 1: the same runs fitted anew.
HOFFMANN = Law(1.69, 406.4, 410.7, 0.34, 0.28)
HOFFMANN_UNROUNDED = Law(1.69, 406.4, 410.7, 0.3392, 0.2849)
BESIROGLU = Law(1.8172, 482.01, 2085.43, 0.3478, 0.3658)


def loss(N: ArrayLike, D: ArrayLike, law: Law) -> Numbers:
    """L(N, D) = E + A / N^alpha + B / D^beta, in nats per token."""
    N, D = positive(N, "Parameters"), positive(D, "Tokens")
    check_together(N, D, *law)
    return law.E + law.A / N**law.alpha + law.B / D**law.beta


def size_exponent(law: Law) -> Numbers:
    """a in N* ~ C^a: beta / (alpha + beta). The tokens' exponent is 1 - a, for N D is the budget."""
    return law.beta / (law.alpha + law.beta)


def compute_optimal(C: ArrayLike, law: Law) -> Allocation:
    """The parameters and tokens of least loss at C = 6 N D.

        N* = G (C/6)^a,    D* = (C/6)^(1 - a) / G
        a = beta/(alpha + beta),    G = (alpha A / (beta B))^(1/(alpha + beta))

    There the two terms of the loss are in the ratio A N^-alpha : B D^-beta = beta : alpha.
    Raises: Refusal where a budget is not positive, or a term of the law does not fall. Source: Hoffmann et al.
    (2022), eq. 4.
    """
    falls = all(np.all(np.asarray(part) > 0) for part in law[1:])
    require(falls, "A budget has a best size only if A, B, alpha and beta are positive: else a term does not fall.")
    tokens_times_size = positive(C, "A budget") / PER_TOKEN
    a = size_exponent(law)
    G = np.float64(law.alpha * law.A / (law.beta * law.B)) ** (1 / (law.alpha + law.beta))
    return Allocation(G * tokens_times_size**a, tokens_times_size ** (1 - a) / G)


def optimal_loss(C: ArrayLike, law: Law) -> Numbers:
    """The least loss that a budget buys; above the floor it falls as C^(-alpha beta / (alpha + beta))."""
    return loss(*compute_optimal(C, law), law)


def compute_needed(L: ArrayLike, law: Law) -> Numbers:
    """The least budget that reaches a loss: the inverse of `optimal_loss`. Raises: Refusal at the floor or below it."""
    L = positive(L, "A loss")
    above = L - law.E
    require(bool(np.all(above > 0)), "No budget reaches the floor E of the law, or less.")
    unit = optimal_loss(PER_TOKEN, law) - law.E  # what C = 6 leaves above the floor
    return PER_TOKEN * (above / unit) ** (-(law.alpha + law.beta) / (law.alpha * law.beta))


def tokens_left(N: ArrayLike, C: float, served: float) -> Numbers:
    """Tokens that C buys in training, 6 N each, once 2 N for each token served later are put aside.

    Zero or negative where serving alone takes all. Source: Sardana et al., arXiv:2401.00448 (2023), section 2.
    """
    N, C, served = positive(N, "Parameters"), number(C, "A budget"), number(served, "Tokens served", zero=True)
    return (C - 2 * N * served) / (PER_TOKEN * N)
