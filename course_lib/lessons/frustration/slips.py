"""What the exercises of lesson 02 are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ellipk

from course_lib.kernels import frustration


def shares(rng: np.random.Generator) -> Iterator[tuple]:
    """Shares of antiferromagnetic bonds."""
    for p in (0.03, 0.5, *rng.uniform(0.05, 0.95, 4)):
        yield (float(p),)


def open_samples(rng: np.random.Generator) -> Iterator[tuple]:
    """Small lattices: spins, couplings, bonds, and a sign for each site that is not the same everywhere."""
    for side in (2, 3, 4, 3):
        lattice = frustration.square(side)
        n = side**2
        epsilon = rng.permutation(np.where(np.arange(n) % 2, -1, 1))
        yield rng.choice([-1, 1], n), rng.normal(size=len(lattice.edges)), lattice.edges, epsilon


def tori(rng: np.random.Generator) -> Iterator[tuple]:
    """Spins and couplings of small lattices on a torus."""
    for side in (3, 4, 5, 6):
        yield rng.choice([-1, 1], (side, side)), rng.normal(size=(side, side)), rng.normal(size=(side, side))


def chains(rng: np.random.Generator) -> Iterator[tuple]:
    """Energies per spin of runs that start far off and forget slowly; a burn-in, a side and a temperature."""
    for side, T, below in ((4, 2.0, 0.01), (8, 2.3, -0.02), (16, 2.2691853, 0.005), (8, 3.0, -0.01)):
        steps, burn_in = 1600, 320  # 40 blocks of 32 as well as 32 of 40
        noise = np.zeros(steps)
        for t, kick in enumerate(rng.normal(0, 0.02, steps)):
            noise[t] = 0.9 * noise[t - 1] + kick
        noise += below - noise[burn_in:].mean()  # some runs end above theory, some below
        yield frustration.kaufman_energy(side, T) + noise + 1.5 * np.exp(-np.arange(steps) / 40), burn_in, side, T


def patterns(rng: np.random.Generator) -> Iterator[tuple]:
    """A few patterns of some neurons, more neurons than patterns and the other way round."""
    for m, n in ((1, 5), (3, 8), (4, 12), (9, 6)):
        yield (rng.choice([-1, 1], (m, n)),)


def first_bond_only(s: np.ndarray, J: np.ndarray, edges: np.ndarray, epsilon: np.ndarray) -> tuple:
    return epsilon * s, epsilon[edges[:, 0]] * J


def couplings_lost(s: np.ndarray, J: np.ndarray, edges: np.ndarray, epsilon: np.ndarray) -> tuple:
    i, j = edges.T
    return epsilon * s, epsilon[i] * epsilon[j]


def twice_gauged(s: np.ndarray, J: np.ndarray, edges: np.ndarray, epsilon: np.ndarray) -> tuple:
    """A minus sign that belongs to neither."""
    new_s, new_J = frustration.gauge_transform(s, J, edges, epsilon)
    return new_s, -new_J


def by_spins(s: np.ndarray, J: np.ndarray, edges: np.ndarray, epsilon: np.ndarray) -> tuple:
    """The couplings multiplied by the spins where the signs belong."""
    i, j = edges.T
    return epsilon * s, s[i] * J * s[j]


def open_energy(s: np.ndarray, J_right: np.ndarray, J_down: np.ndarray) -> float:
    """Without the bonds that close the torus."""
    across, down = s[:, :-1] * J_right[:, :-1] * s[:, 1:], s[:-1] * J_down[:-1] * s[1:]
    return -across.sum() - down.sum()


def other_neighbour(s: np.ndarray, J_right: np.ndarray, J_down: np.ndarray) -> float:
    """The couplings to the right with the neighbours to the left."""
    return -np.sum(s * (J_right * np.roll(s, 1, axis=1) + J_down * np.roll(s, 1, axis=0)))


def swapped_axes(s: np.ndarray, J_right: np.ndarray, J_down: np.ndarray) -> float:
    return -np.sum(s * (J_right * np.roll(s, -1, axis=0) + J_down * np.roll(s, -1, axis=1)))


def sum_of_neighbours(s: np.ndarray, J_right: np.ndarray, J_down: np.ndarray) -> float:
    """The local field of all four neighbours, which visits each bond from both of its ends."""
    field = J_right * np.roll(s, -1, 1) + np.roll(J_right * s, 1, 1) + J_down * np.roll(s, -1, 0)
    return -np.sum(s * (field + np.roll(J_down * s, 1, 0)))


def wrong_onsager(T: float) -> float:
    """Onsager's formula with the modulus where scipy wants its square."""
    K = 1 / T
    kappa = 2 * np.sinh(2 * K) / np.cosh(2 * K) ** 2
    modulus = min(kappa, 1 - 1e-12)
    return -(1 + 2 / np.pi * (2 * np.tanh(2 * K) ** 2 - 1) * ellipk(modulus)) / np.tanh(2 * K)


def deviation_from(exact: Callable) -> Callable:
    """The right error, and another theory."""

    def wrong(trace, burn_in, Lx, T):
        blocks = blocks_of(trace, burn_in)
        return abs(blocks.mean() - exact(Lx, T)) / (blocks.std(ddof=1) / np.sqrt(32))

    return wrong


def deviation_with(error: Callable) -> Callable:
    """The right theory, and another error."""

    def wrong(trace, burn_in, Lx, T):
        blocks = blocks_of(trace, burn_in)
        return abs(blocks.mean() - frustration.kaufman_energy(Lx, T)) / error(np.asarray(trace)[burn_in:], blocks)

    return wrong


def blocks_of(trace: np.ndarray, burn_in: int) -> np.ndarray:
    """The means of 32 blocks of what is left after the burn-in."""
    kept = np.asarray(trace)[burn_in:]
    return kept[: len(kept) // 32 * 32].reshape(32, -1).mean(axis=1)


def signed_deviation(trace: np.ndarray, burn_in: int, Lx: int, T: float) -> float:
    blocks = blocks_of(trace, burn_in)
    return (blocks.mean() - frustration.kaufman_energy(Lx, T)) / (blocks.std(ddof=1) / np.sqrt(32))


def blocks_of_32(trace: np.ndarray, burn_in: int, Lx: int, T: float) -> float:
    """Blocks 32 sweeps long, where 32 blocks are asked for."""
    kept = np.asarray(trace)[burn_in:]
    blocks = kept.reshape(-1, 32).mean(axis=1)
    return abs(blocks.mean() - frustration.kaufman_energy(Lx, T)) / (blocks.std(ddof=1) / np.sqrt(len(blocks)))


def hebb_with_diagonal(patterns: np.ndarray) -> np.ndarray:
    return patterns.T @ patterns / patterns.shape[1]


def without_diagonal(J: np.ndarray) -> np.ndarray:
    return J - np.diag(np.diag(J))
