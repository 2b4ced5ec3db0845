"""Ohm and Kirchhoff: the voltages, currents and power of a network some of whose nodes are clamped.

Symbols   k     conductances of the wires (m,), in siemens; 0 is a cut wire
          V     node voltages (n,) or (batch, n), in volts
          L     Laplacian (n, n), in siemens
          R     effective resistance between two nodes, in ohms
"""

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from scipy.integrate import quad

from course_lib.core import require

from . import sparse
from .graph import Conductances, Edges, Network

Nodes = Int[np.ndarray, " n_c"]
Voltages = Float[np.ndarray, "*batch n"]

FAULTS = (  # what `fault` found; {} stands for the number of the node or wire
    "wire {} has an end that is not a node of the network",
    "wire {} leads from a node to itself",
    "wire {} has no finite conductance",
    "wire {} has a negative conductance: no resistor made of matter does that",
    "there is no node {} to clamp: nodes are counted from 0",
    "node {} is clamped twice",
    "node {} floats: no wires lead from it to a clamped node, so nothing fixes its voltage",
)


def drops(net: Network, V: Voltages) -> Float[np.ndarray, "*batch m"]:
    """dV_e = V_i - V_j along each wire e from i to j."""
    return V[..., net.edges[:, 0]] - V[..., net.edges[:, 1]]


def power(net: Network, k: Conductances, V: Voltages) -> Float[np.ndarray, "*batch"]:
    """P = sum_e k_e dV_e^2, in watts: the heat of all wires (some papers put a 1/2 in front)."""
    return (k * drops(net, V) ** 2).sum(axis=-1)


def currents(net: Network, k: Conductances, V: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The current fed in at each node to hold the voltages V, in amperes: Kirchhoff's law says 0 at a free node."""
    I = k * drops(net, V)
    return np.bincount(net.edges[:, 0], I, net.n) - np.bincount(net.edges[:, 1], I, net.n)


def free_voltages(
    L: Float[np.ndarray, "n n"], clamped: Nodes, values: Float[np.ndarray, " n_c"]
) -> Float[np.ndarray, " n"]:
    """V_f = -L_ff^-1 L_fb V_b: every free node adds no current of its own. All n voltages, in the nodes' order."""
    free = np.setdiff1d(np.arange(len(L)), clamped)
    V = np.empty(len(L))
    V[clamped] = values
    V[free] = -np.linalg.solve(L[np.ix_(free, free)], L[np.ix_(free, clamped)] @ values)
    return V


def voltages(net: Network, k: Conductances, clamped: Nodes, values: Float[np.ndarray, "*batch n_c"]) -> Voltages:
    """The same voltages by sparse elimination, for one set of clamped values or a batch of them.

    Args:
        k: conductances, none negative.
        clamped: the nodes held by batteries; every part of the network needs one.
        values: their voltages, in volts.
    Returns: voltages of all n nodes, one row for each row of values.
    Raises: ValueError, in words, where no voltages exist or they are not unique.
    """
    edges, k, clamped = checked(net, k, clamped)
    values = checked_values(values, clamped)
    p = sparse.plan(edges, net.n, clamped)
    V_c = sparse.plain(np.atleast_2d(values).T, np.float64)
    V = sparse.voltages(p, k, sparse.boundary_currents(p, k, V_c), V_c).T
    return V[0] if values.ndim == 1 else V


def checked_values(values: Float[np.ndarray, "*batch n_c"], clamped: Nodes) -> Float[np.ndarray, "*batch n_c"]:
    """The clamped voltages as numbers, one for each clamped node in every row, or a refusal in words."""
    values = np.asarray(values, float)
    require(values.shape[-1:] == clamped.shape and values.ndim < 3, "give one voltage for each clamped node")
    require(bool(np.isfinite(values).all()), "a clamped voltage is not a finite number")
    return values


def effective_resistance(net: Network, k: Conductances, a: int, b: int) -> float:
    """R_ab = V_a - V_b while one ampere enters at a and leaves at b."""
    require(0 <= a < net.n and 0 <= b < net.n, f"there is no pair of nodes {a} and {b} among {net.n} nodes")
    I = np.zeros((net.n, 1))
    I[a] += 1
    I[b] -= 1
    return float((I * _driven(net, k, I)).sum())


def edge_resistances(net: Network, k: Conductances) -> Float[np.ndarray, " m"]:
    """R_e between the two ends of every wire, all the others helping."""
    R = np.empty(net.m)
    for some in np.array_split(np.arange(net.m), net.m // 64 + 1):  # 64 right-hand sides at a time
        I = np.zeros((net.n, len(some)))
        I[net.edges[some, 0], np.arange(len(some))] = 1
        I[net.edges[some, 1], np.arange(len(some))] = -1
        R[some] = (I * _driven(net, k, I)).sum(axis=0)
    return R


def _driven(net: Network, k: Conductances, I: Float[np.ndarray, "n r"]) -> Float[np.ndarray, "n r"]:
    """Voltages when the currents I are fed in and node 0 is grounded; the columns of I sum to zero."""
    edges, k, ground = checked(net, k, [0])
    p = sparse.plan(edges, net.n, ground)
    X = np.empty((net.n - 1, I.shape[1]))
    X[p.place[1:]] = I[1:]
    return sparse.voltages(p, k, X, np.zeros((1, I.shape[1])))


def torus_resistance(side: int, dx: int, dy: int) -> float:
    """R between nodes (dx, dy) apart on a torus of unit resistors: (1/n) sum_q 2 (1 - cos q.r) / lambda_q.

    The sum runs over all plane waves but q = 0; the Laplacian's eigenvalue is lambda_q = 4 - 2 cos q_x - 2 cos q_y.
    """
    q = 2 * np.pi * np.arange(side) / side
    q_x, q_y = np.meshgrid(q, q)
    eigenvalue = 4 - 2 * np.cos(q_x) - 2 * np.cos(q_y)
    eigenvalue[0, 0] = np.inf  # the uniform wave carries no current
    return float((2 * (1 - np.cos(q_x * dx + q_y * dy)) / eigenvalue).sum() / side**2)


def infinite_lattice_resistance(dx: int, dy: int) -> float:
    """R on the infinite square lattice of unit resistors: (1/pi) int_0^pi (1 - e^(-l s) cos m q) / sinh s dq.

    Here cosh s = 2 - cos q, and (l, m) are |dx| and |dy|, the larger first.
    Source: Atkinson and van Steenwijk, Am. J. Phys. 67, 486 (1999); Cserti, Am. J. Phys. 68, 896 (2000).
    """
    m, l = sorted((abs(dx), abs(dy)))

    def integrand(q: float) -> float:
        s = 2 * np.arcsinh(np.sin(q / 2))  # cosh s = 2 - cos q, without cancellation at small q
        return (2 * np.exp(-l * s) * np.sin(m * q / 2) ** 2 - np.expm1(-l * s)) / np.sinh(s)

    return quad(integrand, 0, np.pi, epsabs=1e-13, epsrel=1e-13, limit=500)[0] / np.pi


def checked(net: Network, k: Conductances, clamped: Nodes) -> tuple[Edges, Conductances, Nodes]:
    """(edges, k, clamped) for compiled code, or, in words, why the voltages would not exist or not be unique."""
    require(np.shape(k) == (net.m,), f"k has shape {np.shape(k)}, but there are {net.m} wires")
    require(len(clamped) > 0, "no node is clamped: only voltage differences are fixed, so clamp one node")
    edges, k, clamped = sparse.plain(net.edges, np.int64), sparse.plain(k, np.float64), sparse.plain(clamped, np.int64)
    require(edges.shape == (net.m, 2) and clamped.ndim == 1, "edges are pairs of nodes, and clamped nodes a row")
    which, where = _fault(edges, net.n, k, clamped)
    require(which < 0, FAULTS[which].format(where))
    return edges, k, clamped


@njit(cache=True)
def _fault(edges, n, k, clamped):
    """The first fault, as its place in FAULTS and the wire or node that has it; (-1, -1) if there is none."""
    for e in range(len(k)):
        i, j = edges[e]
        if not (0 <= i < n and 0 <= j < n):
            return 0, e
        if i == j:
            return 1, e
        if not np.isfinite(k[e]):
            return 2, e
        if k[e] < 0:
            return 3, e
    part = np.arange(n)  # each node points towards one that stands for its whole part
    held = np.zeros(n, np.bool_)
    for c in clamped:
        if not 0 <= c < n:
            return 4, c
        if held[c]:
            return 5, c
        held[c] = True
    for e in range(len(k)):
        if k[e] > 0:
            i, j = _root(part, edges[e, 0]), _root(part, edges[e, 1])
            part[i] = j
            held[j] = held[j] or held[i]
    for node in range(n):
        if not held[_root(part, node)]:
            return 6, node
    return -1, -1


@njit(cache=True)
def _root(part, node):
    """Whoever stands for the node's part; the way there is shortened as it is walked."""
    while part[node] != node:
        part[node] = part[part[node]]
        node = part[node]
    return node
