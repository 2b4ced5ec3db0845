"""Weights that point one way: no energy, no detailed balance, and probability that flows in circles.

Symbols   J  weights (N, N), zero diagonal; J_ij is what neuron j does to neuron i, and J_ji need not be the same
          s  states of the neurons (N,), each -1 or +1
          h  local fields (N,): h_i = sum_j J_ij s_j
          w  rates (2^N, 2^N): w_ab from a to b, chance of a flip per attempt; rows sum to 0
          p  probabilities of the 2^N states, in the order of `all_states`
          T  temperature, in units of the weights
          L  number of layers behind the input (not a side, not a length)
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require

from .boltzmann import all_states
from .checks import REAL, Spins, checked_spins, checked_temperature

Weights = Float[np.ndarray, "N N"]
Rates = Float[np.ndarray, "states states"]
Probabilities = Float[np.ndarray, " states"]


def directed_weights(N: int, *, rng: np.random.Generator) -> Weights:
    """Independent normal weights of variance 1/N, J_ij and J_ji drawn apart; zero diagonal."""
    require(N >= 2, f"Neurons that act on one another: two or more, not {N}.")
    J = rng.normal(size=(N, N)) / np.sqrt(N)
    np.fill_diagonal(J, 0)
    return J


def symmetrised(J: Weights) -> Weights:
    """(J + J^T) / sqrt(2): symmetric, and of the same variance where J_ij and J_ji were independent."""
    J = checked_weights(J)
    return (J + J.T) / np.sqrt(2)


def feed_forward_weights(L: int, width: int, *, rng: np.random.Generator) -> Weights:
    """An input layer and L layers behind it, each listening to the one before with weights of variance 1/width."""
    require(L >= 1 and width >= 1, f"Layers behind the input and neurons in each: one or more, not {L} and {width}.")
    J = np.zeros(((L + 1) * width, (L + 1) * width))
    for layer in range(1, L + 1):
        here, before = slice(layer * width, (layer + 1) * width), slice((layer - 1) * width, layer * width)
        J[here, before] = rng.normal(size=(width, width)) / np.sqrt(width)
    return J


def parallel_update(s: Spins, J: Weights) -> Spins:
    """All neurons at once: s_i <- sign(h_i). A neuron that nobody acts on, such as an input, keeps its state."""
    s, J = checked_spins(s), checked_weights(J)
    h = J @ s.astype(np.float64)
    return np.where(h == 0, s, np.sign(h)).astype(np.int8)


def parallel_updates(s: Spins, J: Weights) -> Iterator[Spins]:
    """Yield s, then the state after each parallel update, until one repeats its predecessor: for ever, if none does.

    A feed-forward network comes to rest after as many updates as it has layers. A symmetric one may end in a cycle of
    two states, and in no longer one (Goles and Olivos, Discrete Math. 30, 187 (1980)).
    """
    last = None
    s = checked_spins(s)
    while last is None or (s != last).any():
        yield s
        last, s = s, parallel_update(s, J)


def heat_bath_rates(J: Weights, T: float) -> Rates:
    """w(s -> s with s_i flipped) = (1 - s_i tanh(h_i / T)) / 2: defined whether or not there is an energy."""
    J, T = checked_weights(J), checked_temperature(T)
    s = all_states(len(J))
    states, flip = np.arange(len(s)), 1 << np.arange(len(J))[::-1]  # the first spin is the highest bit
    w = np.zeros((len(s), len(s)))
    w[states[:, None], states[:, None] ^ flip] = (1 - s * np.tanh(s @ J.T / T)) / 2
    w[states, states] = -w.sum(axis=1)
    return w


def stationary_distribution(w: Rates) -> Probabilities:
    """The p with sum_a p_a w_ab = 0 for every state b: where the probabilities come to rest."""
    balance = np.vstack([w.T, np.ones(len(w))])
    return np.linalg.lstsq(balance, np.append(np.zeros(len(w)), 1.0), rcond=None)[0]


def probability_currents(w: Rates, p: Probabilities) -> Rates:
    """Net flow of probability from a to b, p_a w_ab - p_b w_ba: zero everywhere is detailed balance."""
    flow = p[:, None] * w
    return flow - flow.T


def cycle_ratio(w: Rates, cycle: Sequence[int]) -> float:
    """Product of the rates once round a cycle of states, over that of the way back: 1 for all cycles if balanced.

    Source: Kolmogorov, Math. Ann. 112, 155 (1936).
    """
    ahead = np.array([w[a, b] for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True)])
    back = np.array([w[b, a] for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True)])
    require(bool((ahead > 0).all() and (back > 0).all()), "Neighbours in the cycle differ by one flip.")
    return float(np.prod(ahead / back))


def two_spin_cycle(N: int, i: int, j: int, start: int = 0) -> list[int]:
    """The four states that flipping spins i, j, i, j in turn goes through, numbered as in `all_states`.

    For the heat bath its ratio is exp(-4 s_i s_j (J_ij - J_ji) / T), with the signs that s_i and s_j start with.
    """
    a, b = 1 << (N - 1 - i), 1 << (N - 1 - j)
    return [start, start ^ a, start ^ a ^ b, start ^ b]


def entropy_production(w: Rates, p: Probabilities) -> float:
    """1/2 sum_ab (p_a w_ab - p_b w_ba) ln(p_a w_ab / p_b w_ba), in nats a flip attempt: 0 only in detailed balance."""
    flow = p[:, None] * w
    seen = (w > 0) & (w.T > 0)
    return float(0.5 * ((flow - flow.T)[seen] * np.log(flow[seen] / flow.T[seen])).sum())


def checked_weights(J: ArrayLike) -> Weights:
    """The weights as a new array. Raises: Refusal unless they are a square table of finite numbers, zero diagonal."""
    J = np.asarray(J)
    require(J.dtype.kind in "iuf", REAL)
    require(J.ndim == 2 and J.shape[0] == J.shape[1] > 0, f"J has a row and a column for each neuron, not {J.shape}.")
    require(bool(np.isfinite(J).all()), "Weights are finite numbers: there is a NaN or an infinity among these.")
    require(not J.diagonal().any(), "No neuron acts on itself: set the diagonal of J to zero.")
    return J.astype(np.float64)
