"""Sparse elimination: the textbook's L D L^T, with the bookkeeping done once per network.

Eliminating a node replaces its star of wires by a mesh among its neighbours. Which wires appear, and where they are
kept, depends on the network and on the clamped nodes only: that is the Plan. The numbers then take one compiled pass
for each set of conductances. All functions but `plan` and `plain` are compiled and can be called from compiled code;
from Python they are called with `plain` arrays only:

    p = plan(edges, n, clamped)                     # once
    L, D = factorise(p, k)                          # for each k
    X = boundary_currents(p, k, V_c)                # right-hand sides (n_f, r) from clamped voltages (n_c, r)
    solve(p, L, D, X)                               # in place: X becomes the voltages of the free nodes
    V = every_node(p, X, V_c)                       # (n, r), in the network's own order

Symbols   n_f   number of free (not clamped) nodes
          n_c   number of clamped nodes
          L     unit lower triangular factor below its diagonal (fill,)
          D     pivots (n_f,), in siemens
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, diags_array, tril
from scipy.sparse.linalg import splu

from course_lib.shared import arrays

Vector = Float[np.ndarray, " _"]
Columns = Float[np.ndarray, "_ r"]
Index = Int[np.ndarray, " _"]


SAYS = {
    np.int64: "nodes are named by whole numbers",
    np.float64: "conductances and voltages are real numbers",
}


class Plan(NamedTuple):
    """An elimination before any number is known. Free nodes are named by the step that eliminates them."""

    place: Index  # (n,) each node's step; the c-th clamped node has -1 - c
    ends: Int[np.ndarray, "m 2"]  # each wire's two ends, named likewise
    slot: Index  # (m,) where a wire between free nodes is kept in L; -1 for the others
    start: Index  # (n_f + 1,) column j of L is kept in start[j]:start[j + 1], its rows rising
    row: Index  # (fill,)
    column: Index  # (fill,)
    row_start: Index  # (n_f + 1,) row i of L is kept in in_row[row_start[i]:row_start[i + 1]]
    in_row: Index  # (fill,)


def plain(a: ArrayLike, dtype: type[np.float64] | type[np.int64]) -> np.ndarray:
    """A copy for compiled code. Every array goes through here on its way from Python."""
    return arrays.plain(a, dtype, SAYS[dtype])


def plan(edges: Int[np.ndarray, "m 2"], n: int, clamped: Index) -> Plan:
    """Prepare the elimination of all nodes but the clamped ones; the last few dozen plans are remembered."""
    return _plan(np.asarray(edges, np.int64).tobytes(), n, np.asarray(clamped, np.int64).tobytes())


@lru_cache(maxsize=32)
def _plan(edges: bytes, n: int, clamped: bytes) -> Plan:
    edges, clamped = (np.frombuffer(edges, np.int64).reshape(-1, 2), np.frombuffer(clamped, np.int64))
    free = np.setdiff1d(np.arange(n), clamped)
    place = np.empty(n, np.int64)
    place[clamped] = -1 - np.arange(len(clamped))
    place[free] = np.arange(len(free))
    inside = (place[edges] >= 0).all(axis=1)
    steps, L = _minimum_degree(place[edges[inside]], len(free))
    place[free] = steps
    ends = place[edges]
    column = np.repeat(np.arange(len(free)), np.diff(L.indptr))
    low, high = np.sort(ends[inside], axis=1).T
    slot = np.full(len(edges), -1)
    slot[inside] = np.searchsorted(column * n + L.indices, low * n + high)
    in_row = np.argsort(L.indices, kind="stable")
    row_start = np.searchsorted(L.indices[in_row], np.arange(len(free) + 1))
    whole = (place, ends, slot, L.indptr, L.indices, column, row_start, in_row)
    return Plan(*(plain(a, np.int64) for a in whole))


def _minimum_degree(wires: Int[np.ndarray, "_ 2"], n_f: int):
    """SuperLU's minimum-degree order of the free nodes, and the pattern that L has in that order.

    No entry of the pattern can vanish by cancellation: eliminating a node only ever adds conductance. The small number
    on the diagonal lets it be found before we know whether some part of the network floats.
    """
    i, j = wires.T
    A = coo_array((np.full(len(wires), -1.0), (i, j)), shape=(n_f, n_f))
    A = A + A.T
    A = diags_array(1e-6 - A.sum(axis=0)) + A
    symmetric = {"SymmetricMode": True}
    lu = splu(A.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=symmetric)
    L = tril(lu.L, -1).tocsc()
    L.eliminate_zeros()
    L.sort_indices()
    return lu.perm_c, L


@njit(cache=True, error_model="numpy")
def factorise(plan: Plan, k: Vector) -> tuple[Vector, Vector]:
    """L D L^T = Laplacian of the free nodes, one column after the other."""
    start, row, column = plan.start, plan.row, plan.column
    L, D = np.zeros(len(row)), np.zeros(len(start) - 1)
    for e in range(len(k)):
        i, j = plan.ends[e]
        if i >= 0:
            D[i] += k[e]
        if j >= 0:
            D[j] += k[e]
        if plan.slot[e] >= 0:
            L[plan.slot[e]] -= k[e]
    w = np.empty(len(D))  # the column being worked on, spread out over its rows
    for j in range(len(D)):
        for p in range(start[j], start[j + 1]):
            w[row[p]] = L[p]
        for q in range(plan.row_start[j], plan.row_start[j + 1]):  # earlier columns i that meet row j
            p = plan.in_row[q]
            i = column[p]
            L_ji_D_i = L[p] * D[i]
            D[j] -= L[p] * L_ji_D_i
            for r in range(p + 1, start[i + 1]):
                w[row[r]] -= L[r] * L_ji_D_i
        for p in range(start[j], start[j + 1]):
            L[p] = w[row[p]] / D[j]
    return L, D


@njit(cache=True, error_model="numpy")
def solve(plan: Plan, L: Vector, D: Vector, X: Columns) -> None:
    """Turn currents fed in at the free nodes into voltages, in place: X <- (L D L^T)^-1 X, column by column."""
    start, row, columns = plan.start, plan.row, X.shape[1]
    for j in range(len(D)):
        for p in range(start[j], start[j + 1]):
            for c in range(columns):
                X[row[p], c] -= L[p] * X[j, c]
    for j in range(len(D) - 1, -1, -1):
        for c in range(columns):
            X[j, c] /= D[j]
        for p in range(start[j], start[j + 1]):
            for c in range(columns):
                X[j, c] -= L[p] * X[row[p], c]


@njit(cache=True)
def boundary_currents(plan: Plan, k: Vector, V_c: Columns) -> Columns:
    """-L_fb V_c: what the wires from clamped nodes would feed into free nodes held at zero."""
    X = np.zeros((len(plan.start) - 1, V_c.shape[1]))
    for e in range(len(k)):
        i, j = max(plan.ends[e]), min(plan.ends[e])
        if i >= 0 > j:
            for c in range(V_c.shape[1]):
                X[i, c] += k[e] * V_c[-1 - j, c]
    return X


@njit(cache=True)
def every_node(plan: Plan, X: Columns, V_c: Columns) -> Columns:
    """Voltages of all nodes in the network's own order, from those of the free and of the clamped ones."""
    V = np.empty((len(plan.place), V_c.shape[1]))
    for node in range(len(plan.place)):
        i = plan.place[node]
        for c in range(V_c.shape[1]):
            V[node, c] = X[i, c] if i >= 0 else V_c[-1 - i, c]
    return V


@njit(cache=True)
def voltages(plan: Plan, k: Vector, X: Columns, V_c: Columns) -> Columns:
    """All of it at once: voltages of all nodes when the currents X come in at the free ones; X is used up."""
    L, D = factorise(plan, k)
    solve(plan, L, D, X)
    return every_node(plan, X, V_c)
