"""Learning by comparing dreams with data: a Boltzmann machine small enough to be summed over all its states.

The temperature is 1: couplings and energies are measured in units of it.

Symbols   s     all states (2^N, N) of N spins, each -1 or +1
          J     couplings (N, N), symmetric, zero diagonal
          E     energies of all states (2^N,)
          p     probabilities of all states (2^N,): the data's, or the model's
          D_KL  relative entropy, in nats
          eta   learning rate
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from course_lib.core import require

from .checks import Couplings, checked_couplings

States = Float[np.ndarray, "states N"]
Distribution = Float[np.ndarray, " states"]
MOST = 16


class Learned(NamedTuple):
    """One moment of learning: the couplings, and how far the model is from the data, in nats."""

    J: Couplings
    D_KL: float


def all_states(N: int) -> States:
    """All 2^N states of N spins, one a row, counted up with the first spin as the highest digit."""
    require(1 <= N <= MOST, f"All 2^N states are written down: N is 1 to {MOST}, not {N}.")
    digits = np.arange(2**N)[:, None] >> np.arange(N)[::-1] & 1
    return 2.0 * digits - 1


def gibbs(E: Distribution) -> Distribution:
    """p = e^(-E) / Z."""
    weights = np.exp(-(E - np.min(E)))
    return weights / weights.sum()


def boltzmann_distribution(J: Couplings) -> Distribution:
    """p(s) = e^(-E(s)) / Z with E = -sum_{i<j} J_ij s_i s_j, for all states."""
    J = checked_couplings(J)
    s = all_states(len(J))
    return gibbs(-0.5 * ((s @ J) * s).sum(axis=1))


def pair_moments(p: Distribution) -> Float[np.ndarray, "N N"]:
    """<s_i s_j>, the mean over all states weighed with p; zero on the diagonal, where there is nothing to learn."""
    p = _checked(p)
    s = all_states(len(p).bit_length() - 1)
    return _pairs(s, p)


def relative_entropy(p: Distribution, q: Distribution) -> float:
    """D_KL(p || q) = sum p ln(p/q), in nats: what believing q costs where p is true."""
    p, q = _checked(p), _checked(q)
    seen = p > 0
    with np.errstate(divide="ignore"):
        return float(p[seen] @ np.log(p[seen] / q[seen]))


def boltzmann_gradient(p: Distribution, J: Couplings) -> Float[np.ndarray, "N N"]:
    """dD_KL(p || model) / dJ_ij = <s_i s_j>_model - <s_i s_j>_data, each pair of spins counted once.

    Downhill is therefore <ss>_data - <ss>_model: bind what fires together in the data, unbind what does so in dreams.
    Source: Ackley, Hinton and Sejnowski, Cogn. Sci. 9, 147 (1985).
    """
    return pair_moments(boltzmann_distribution(J)) - pair_moments(p)


def reverse_gradient(p: Distribution, J: Couplings) -> Float[np.ndarray, "N N"]:
    """dD_KL(model || p) / dJ_ij = <s_i s_j ln(model/p)> - <s_i s_j> <ln(model/p)>, means over the model."""
    model = boltzmann_distribution(J)
    surprise = np.log(model / _checked(p))
    s = all_states(len(J))
    return _pairs(s, model * (surprise - model @ surprise))


def learn_boltzmann(p: Distribution, *, eta: float) -> Iterator[Learned]:
    """Yield J = 0, then the couplings after each step J <- J + eta (<ss>_data - <ss>_model), for ever."""
    data = pair_moments(p)
    J = np.zeros_like(data)
    while True:
        model = boltzmann_distribution(J)
        yield Learned(J, relative_entropy(p, model))
        J = J + eta * (data - pair_moments(model))


def _pairs(s: States, weights: Distribution) -> Float[np.ndarray, "N N"]:
    """sum over states of weight s_i s_j: symmetric to the last digit, zero on the diagonal."""
    pairs = s.T @ (weights[:, None] * s)
    np.fill_diagonal(pairs, 0)
    return (pairs + pairs.T) / 2


def _checked(p: Distribution) -> Distribution:
    p = np.asarray(p, np.float64)
    require(
        p.ndim == 1 and len(p) > 1 and len(p).bit_count() == 1, f"One probability for each of 2^N states: {p.shape}."
    )
    require(bool((p >= 0).all()) and abs(p.sum() - 1) < 1e-9, "Probabilities are not negative and sum to 1.")
    return p
