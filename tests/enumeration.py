"""The oracle of small systems: every state, its energy pair by pair, its probability. Nothing is sampled."""

from itertools import product

import numpy as np


def every_state(N):
    return np.array(list(product((-1, 1), repeat=N)))


def naive_energy(s, J):
    """Each pair by hand."""
    return -sum(J[i, j] * s[i] * s[j] for i in range(len(s)) for j in range(i))


def boltzmann(J, T):
    """Every state with its energy and its probability."""
    states = every_state(len(J))
    E = np.array([naive_energy(s, J) for s in states])
    w = np.exp(-(E - E.min()) / T)
    return states, E, w / w.sum()
