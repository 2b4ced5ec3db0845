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
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import affordable

from .boltzmann import all_states, checked_distribution
from .checks import REAL, Spins, Weights, checked_count, checked_spins, checked_temperature, checked_weights

Rates = Float[np.ndarray, "states states"]
Probabilities = Float[np.ndarray, " states"]
STATES = "A cycle is a list of states, each by its number, as in the rows of w."
MOST = 10  # neurons whose rates are written down: 4^N of them


def directed_weights(N: int, *, rng: np.random.Generator) -> Weights:
    """Independent normal weights of variance 1/N, J_ij and J_ji drawn apart; zero diagonal."""
    N = checked_count(N, 2, "The number of neurons that act on one another")
    J = rng.normal(size=affordable(N, N)) / np.sqrt(N)
    np.fill_diagonal(J, 0)
    return J


def symmetrised(J: Weights) -> Weights:
    """(J + J^T) / sqrt(2): symmetric, and of the same variance where J_ij and J_ji were independent."""
    J = checked_weights(J)
    return (J + J.T) / np.sqrt(2)


def feed_forward_weights(L: int, width: int, *, rng: np.random.Generator) -> Weights:
    """An input layer and L layers behind it, each listening to the one before with weights of variance 1/width."""
    L = checked_count(L, 1, "The number of layers behind the input")
    width = checked_count(width, 1, "The number of neurons in a layer")
    J = np.zeros(affordable((L + 1) * width, (L + 1) * width))
    for layer in range(1, L + 1):
        here, before = slice(layer * width, (layer + 1) * width), slice((layer - 1) * width, layer * width)
        J[here, before] = rng.normal(size=(width, width)) / np.sqrt(width)
    return J


def parallel_updates(s: Spins, J: Weights) -> Iterator[Spins]:
    """Yield s, then the state after each parallel update, until one repeats its predecessor: for ever, if none does.

        s_i <- sign(h_i),    all neurons at once; one that nobody acts on, such as an input, keeps its state

    A feed-forward network comes to rest after as many updates as it has layers. A symmetric one may end in a cycle of
    two states, and in no longer one (Goles and Olivos, Discrete Math. 30, 187 (1980)).
    """
    J, last = checked_weights(J), None
    s, tie = checked_spins(s, (len(J),)), rounding(J)
    while last is None or (s != last).any():
        yield s.copy()
        h = J @ s.astype(np.float64)
        last, s = s, np.where(np.abs(h) <= tie, s, np.sign(h)).astype(np.int8)


def heat_bath_rates(J: Weights, T: float) -> Rates:
    """w(s -> s with s_i flipped) = (1 - s_i tanh(h_i / T)) / 2: defined whether or not there is an energy."""
    J, T = checked_weights(J), checked_temperature(T)
    require(len(J) <= MOST, f"From each of 2^N states to each: N is at most {MOST}, not {len(J)}.")
    s = all_states(len(J))
    states, flip = np.arange(len(s)), 1 << np.arange(len(J))[::-1]  # the first spin is the highest bit
    w = np.zeros((len(s), len(s)))
    w[states[:, None], states[:, None] ^ flip] = (1 - s * np.tanh(s @ J.T / T)) / 2
    w[states, states] = -w.sum(axis=1)
    return w


def stationary_distribution(w: Rates) -> Probabilities:
    """The p with sum_a p_a w_ab = 0 for every state b: where the probabilities come to rest.

    Raises: Refusal if there are several, as there are where it is so cold that states are never left.
    """
    w = checked_rates(w)
    balance = np.vstack([w.T, np.ones(len(w))])
    p, _, rank, _ = np.linalg.lstsq(balance, np.append(np.zeros(len(w)), 1.0), rcond=None)
    require(int(rank) == len(w), "Where the probabilities come to rest depends on the start: raise the temperature.")
    return np.maximum(p, 0) / np.maximum(p, 0).sum()  # rounding can leave -1e-20


def cycle_ratio(w: Rates, cycle: Sequence[int]) -> float:
    """Product of the rates once round a cycle of states, over that of the way back: 1 for all cycles if balanced.

    Source: Kolmogorov, Math. Ann. 112, 155 (1936).
    """
    w, here = checked_rates(w), plain(cycle, np.int64, STATES)
    require(here.ndim == 1 and here.size > 0 and bool((0 <= here).all() and (here < len(w)).all()), STATES)
    there = np.roll(here, -1)
    ahead, back = w[here, there], w[there, here]
    require(bool((ahead > 0).all() and (back > 0).all()), "Neighbours in the cycle differ by one flip.")
    return float(np.prod(ahead / back))


def two_spin_cycle(N: int, i: int, j: int, start: int = 0) -> list[int]:
    """The four states that flipping spins i, j, i, j in turn goes through, numbered as in `all_states`.

    For the heat bath its ratio is exp(-4 s_i s_j (J_ij - J_ji) / T), with the signs that s_i and s_j start with.
    """
    N, i, j, start = (checked_count(k, 0, "The number of spins, of a spin or of a state") for k in (N, i, j, start))
    require(
        i != j and max(i, j) < N <= MOST and start < 2**N,
        f"Two of N <= {MOST} spins and a state: got {N}, {i}, {j}, {start}.",
    )
    a, b = 1 << (N - 1 - i), 1 << (N - 1 - j)
    return [start, start ^ a, start ^ a ^ b, start ^ b]


def entropy_production(w: Rates, p: Probabilities) -> float:
    """1/2 sum_ab (p_a w_ab - p_b w_ba) ln(p_a w_ab / p_b w_ba), in nats a flip attempt: 0 only in detailed balance."""
    w = checked_rates(w)
    flow = checked_distribution(p, len(w))[:, None] * w
    seen = flow > 0
    require(bool((seen == seen.T).all()), "A flip that is never undone produces entropy without bound.")
    return float(0.5 * ((flow - flow.T)[seen] * np.log(flow[seen] / flow.T[seen])).sum())


def checked_rates(w: ArrayLike) -> Rates:
    """A copy of the rates. Raises: Refusal unless they are a square table, not too large, in which nothing is lost."""
    w = plain(w, np.float64, REAL)
    require(w.ndim == 2 and w.shape[0] == w.shape[1] and w.size > 0, f"Rates are a square table, not {w.shape}.")
    require(len(w) <= 2**MOST, f"The rates of {len(w)} states are too many: up to {2**MOST}.")
    leaving = w - np.diag(w.diagonal())
    lossless = (leaving >= 0).all() and (np.abs(w.sum(axis=1)) <= 1e-9 * np.abs(w).max()).all()
    require(bool(lossless), "Rates from a state to others are finite and not negative, and each row sums to 0.")
    return w


def rounding(J: Weights) -> float:
    """A field as small as this is zero but for rounding: the neuron stays as it is."""
    return 1e-9 * float(max(J.max(), -J.min()))
