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
from course_lib.shared.arrays import plain

from .checks import Couplings, checked_count, checked_couplings, checked_number

States = Float[np.ndarray, "states N"]
Distribution = Float[np.ndarray, " states"]
MOST = 16


class Learned(NamedTuple):
    """One moment of learning: the couplings, and how far the model is from the data, in nats."""

    J: Couplings
    D_KL: float


def all_states(N: int) -> States:
    """All 2^N states of N spins, one a row, counted up with the first spin as the highest digit."""
    N = checked_count(N, 1, "The number of spins")
    require(N <= MOST, f"All 2^N states are written down: N is 1 to {MOST}, not {N}.")
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
    p = checked_distribution(p)
    return _pairs(all_states(len(p).bit_length() - 1), p)


def relative_entropy(p: Distribution, q: Distribution) -> float:
    """D_KL(p || q) = sum p ln(p/q), in nats: what believing q costs where p is true."""
    p = checked_distribution(p)
    q = checked_distribution(q, len(p))
    seen = p > 0
    with np.errstate(divide="ignore"):
        return float(p[seen] @ np.log(p[seen] / q[seen]))


def boltzmann_gradient(p: Distribution, J: Couplings) -> Float[np.ndarray, "N N"]:
    """dD_KL(p || model) / dJ_ij = <s_i s_j>_model - <s_i s_j>_data, each pair of spins counted once.

    Downhill is therefore <ss>_data - <ss>_model: bind what fires together in the data, unbind what does so in dreams.
    Source: Ackley, Hinton and Sejnowski, Cogn. Sci. 9, 147 (1985).
    """
    model = boltzmann_distribution(J)
    return pair_moments(model) - pair_moments(checked_distribution(p, len(model)))


def reverse_gradient(p: Distribution, J: Couplings) -> Float[np.ndarray, "N N"]:
    """dD_KL(model || p) / dJ_ij = <s_i s_j ln(model/p)> - <s_i s_j> <ln(model/p)>, means over the model."""
    model = boltzmann_distribution(J)
    p = checked_distribution(p, len(model))
    require(bool((model > 0).all() and (p > 0).all()), "The logarithm of model/p needs every state to be possible.")
    surprise = np.log(model / p)
    s = all_states(len(J))
    return _pairs(s, model * (surprise - model @ surprise))


def learn_boltzmann(p: Distribution, *, eta: float) -> Iterator[Learned]:
    """Yield J = 0, then the couplings after each step J <- J + eta (<ss>_data - <ss>_model), for ever."""
    data, eta = pair_moments(p), checked_number(eta, "The learning rate")
    J = np.zeros_like(data)
    while True:
        model = boltzmann_distribution(J)
        yield Learned(J.copy(), relative_entropy(p, model))
        J = J + eta * (data - pair_moments(model))


def _pairs(s: States, weights: Distribution) -> Float[np.ndarray, "N N"]:
    """sum over states of weight s_i s_j: symmetric to the last digit, zero on the diagonal."""
    pairs = s.T @ (weights[:, None] * s)
    np.fill_diagonal(pairs, 0)
    return (pairs + pairs.T) / 2


def checked_distribution(p: Distribution, states: int | None = None) -> Distribution:
    """A copy of the probabilities. Raises: Refusal unless there is one for each of so many, or of any 2^N, states."""
    p = plain(p, np.float64, "Probabilities are real numbers.")
    require(
        p.ndim == 1 and len(p) > 1 and len(p).bit_count() == 1, f"One probability for each of 2^N states: {p.shape}."
    )
    require(states in (None, len(p)), f"There are {states} states, and {len(p)} probabilities for them.")
    require(bool((p >= 0).all()) and abs(p.sum() - 1) < 1e-9, "Probabilities are not negative and sum to 1.")
    return p
