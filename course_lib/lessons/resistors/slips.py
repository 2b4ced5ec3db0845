"""What the exercises of lesson 01 are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np

from course_lib.kernels import resistors


def small_circuits(rng: np.random.Generator) -> Iterator[tuple]:
    """Connected networks of 3 to 6 nodes, wires in random direction, one pair of nodes joined by two wires."""
    for n in (3, 4, 5, 6, 4, 5):
        chain = np.stack([np.arange(n - 1), np.arange(1, n)], axis=1)
        extra = np.array([rng.choice(n, size=2, replace=False) for _ in range(n - 2)])
        edges = rng.permuted(np.concatenate([chain, chain[:1], extra]), axis=1)
        yield edges, rng.uniform(0.5, 2, size=len(edges)), n


def clamped_circuits(rng: np.random.Generator) -> Iterator[tuple]:
    """The Laplacians of small circuits, with two nodes held at random voltages."""
    for circuit in small_circuits(rng):
        n = circuit[-1]
        yield resistors.laplacian(*circuit), rng.choice(n, size=2, replace=False), rng.uniform(-1, 1, size=2)


def nudged_circuits(rng: np.random.Generator) -> Iterator[tuple]:
    """Clamped circuits with one output, a target for it, and a nudge."""
    for L, clamped, values in clamped_circuits(rng):
        outputs = rng.choice(np.setdiff1d(np.arange(len(L)), clamped), size=1)
        yield L, clamped, values, outputs, rng.uniform(-1, 1, size=1), rng.uniform(0.05, 0.5)


def two_drops(rng: np.random.Generator) -> Iterator[tuple]:
    """Conductances, the drops of two states, a nudge and a rate."""
    for m in range(3, 9):
        free = rng.normal(size=m)
        clamped = free + 0.3 * rng.normal(size=m)
        yield rng.uniform(0.5, 2, size=m), free, clamped, rng.uniform(0.05, 0.4), rng.uniform(0.1, 1)


def one_way(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    """The conductance from each wire's first node to its second, and nothing back."""
    A = np.zeros((n, n))
    np.add.at(A, tuple(edges.T), k)
    return A


def both_ways(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    A = one_way(edges, k, n)
    return A + A.T


def last_wire_wins(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    """Written with = where += is needed: of two parallel wires only the last one stays."""
    A = np.zeros((n, n))
    for (i, j), k_e in zip(edges, k, strict=True):
        A[i, j] = A[j, i] = k_e
    return np.diag(A.sum(1)) - A


def last_wire_wins_off_the_diagonal(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    L = last_wire_wins(edges, k, n)
    np.fill_diagonal(L, both_ways(edges, k, n).sum(1))
    return L


def repeated_entries_lost(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    """L[i, j] += k with arrays: numpy adds once where an index comes twice."""
    L, (i, j) = np.zeros((n, n)), edges.T
    L[i, i] += k
    L[j, j] += k
    L[i, j] -= k
    L[j, i] -= k
    return L


def free_of(L: np.ndarray, clamped: np.ndarray) -> np.ndarray:
    return np.setdiff1d(np.arange(len(L)), clamped)


def without_boundary(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V = np.zeros(len(L))
    V[clamped] = values
    return V


def clamped_left_at_zero(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V = resistors.free_voltages(L, clamped, values)
    V[clamped] = 0
    return V


def free_ones_first(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.concatenate([resistors.free_voltages(L, clamped, values)[free_of(L, clamped)], values])


def boundary_with_plus(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V, f = without_boundary(L, clamped, values), free_of(L, clamped)
    V[f] = np.linalg.solve(L[np.ix_(f, f)], L[np.ix_(f, clamped)] @ values)
    return V


def unsolved_boundary(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V, f = without_boundary(L, clamped, values), free_of(L, clamped)
    V[f] = -L[np.ix_(f, clamped)] @ values
    return V


def clamp_elsewhere(fraction: Callable[[float], float]) -> Callable:
    """The clamped state with another fraction of the error than eta."""

    def wrong(L, clamped, values, outputs, targets, eta):
        return resistors.clamped_state(L, clamped, values, outputs, targets, fraction(eta))

    return wrong


def released_inputs(L, clamped, values, outputs, targets, eta) -> np.ndarray:
    V_free = resistors.free_voltages(L, clamped, values)
    return resistors.free_voltages(L, outputs, V_free[outputs] + eta * (targets - V_free[outputs]))


def fraction_of_the_target(L, clamped, values, outputs, targets, eta) -> np.ndarray:
    return resistors.free_voltages(L, np.concatenate([clamped, outputs]), np.concatenate([values, eta * targets]))


def not_settled(L, clamped, values, outputs, targets, eta) -> np.ndarray:
    V = resistors.free_voltages(L, clamped, values)
    V[outputs] += eta * (targets - V[outputs])
    return V


def step_with(change: Callable) -> Callable:
    """A learning step with another change than the right one."""
    return lambda k, free, clamped, eta, alpha: k + alpha * change(k, free, clamped, eta)
