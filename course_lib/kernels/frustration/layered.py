"""Layers of neurons as a spin glass: neurons are spins, weights are couplings, and only neighbouring layers touch.

Symbols   L      number of layers (published formulas often count the steps between them, one fewer)
          n      spins in a layer
          J      couplings (L n, L n), symmetric, zero within a layer; of variance sigma^2/n between neighbours
          sigma  strength of the weights
          T      temperature, in units of the coupling (k_B = 1)
          s      spins (replicas, L n), layer after layer
          q      overlap of two replicas within one layer, (1/n) sum_i s_i s'_i
          A      adjacency of the layers times sigma^2 (L, L)
          chi    susceptibilities (L, L): n <q_a q_b>
"""

import numpy as np
from jaxtyping import Float, Int8

from course_lib.core import require
from course_lib.shared.numbers import affordable

from .checks import Couplings, checked_count, checked_number, checked_spins, checked_temperature

Layers = Float[np.ndarray, "L L"]


def layered_couplings(L: int, n: int, *, rng: np.random.Generator, sigma: float = 1.0) -> Couplings:
    """The couplings of an untrained network: Gaussian weights between each layer and the next, acting both ways.

    Source: Barney, Winer and Galitski, arXiv:2408.06421 (2024).
    """
    L, sigma, n = *checked_layers(L, sigma), checked_count(n, 1, "The number of spins in a layer")
    J = np.zeros(affordable(L * n, L * n))
    for a in range(L - 1):
        W = sigma * rng.normal(size=(n, n)) / np.sqrt(n)
        J[a * n : (a + 1) * n, (a + 1) * n : (a + 2) * n] = W
    return J + J.T


def layer_adjacency(L: int, sigma: float = 1.0) -> Layers:
    """A: sigma^2 between neighbouring layers, the sum of squared couplings that a spin has to the next layer."""
    return sigma**2 * (np.eye(L, k=1) + np.eye(L, k=-1))


def layered_critical_temperature(L: int, sigma: float = 1.0) -> float:
    """T_c = sigma sqrt(2 cos(pi/(L + 1))): the root of the largest eigenvalue of A. One for two layers, as for SK."""
    L, sigma = checked_layers(L, sigma)
    return float(sigma * np.sqrt(2 * np.cos(np.pi / (L + 1))))


def layer_susceptibilities(L: int, T: float, sigma: float = 1.0) -> Layers:
    """chi = (1 - beta^2 A)^-1 of infinitely wide layers above T_c."""
    above = checked_temperature(T) > layered_critical_temperature(L, sigma)
    require(above, f"The susceptibilities are finite above T_c = {layered_critical_temperature(L, sigma):.4f} only.")
    return np.linalg.inv(np.eye(*affordable(L, L)) - layer_adjacency(L, sigma / T))


def layer_overlap_products(s: Int8[np.ndarray, "replicas N"], L: int) -> Layers:
    """n q_a q_b of each pair of layers, the mean over all pairs of different replicas.

    Each layer's overlaps of all pairs of replicas are one matrix product; a replica's overlap with itself, which is
    one, is taken off.
    """
    s, L = checked_spins(s).astype(np.float32), checked_count(L, 1, "The number of layers")
    require(s.ndim == 2 and len(s) >= 2, f"An overlap needs the rows of two replicas or more, not the shape {s.shape}.")
    replicas, N = s.shape
    require(N > 0 and N % L == 0, f"{N} spins do not make {L} layers of equal width.")
    affordable(L, replicas, replicas)
    s = s.reshape(replicas, L, N // L)
    q = np.einsum("rai,sai->ars", s, s, optimize=True) / (N // L)
    q = q[:, *np.triu_indices(replicas, 1)].astype(float)
    return N // L * (q @ q.T) / q.shape[1]


def checked_layers(L: int, sigma: float) -> tuple[int, float]:
    """The number of layers and the strength of the weights between them."""
    sigma = checked_number(sigma, "The strength of the weights")
    require(sigma > 0, f"The strength of the weights is their standard deviation, a positive number: got {sigma}.")
    return checked_count(L, 2, "The number of layers"), sigma
