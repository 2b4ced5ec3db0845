"""Which wires join which nodes: networks to build, their incidence matrix and their Laplacian.

Symbols   edges  the two nodes of each wire (m, 2)
          xy     where each node is drawn (n, 2)
          B      incidence matrix (m, n): +1 where a wire starts, -1 where it ends
          L      Laplacian (n, n), in siemens
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from course_lib.core import require

Edges = Int[np.ndarray, "m 2"]
Conductances = Float[np.ndarray, " m"]


class Network(NamedTuple):
    """Wires between nodes. The wires' conductances k are not part of it: they are what learns."""

    edges: Edges
    xy: Float[np.ndarray, "n 2"]

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.xy)

    @property
    def m(self) -> int:
        """Number of wires."""
        return len(self.edges)


def incidence(edges: Edges, n: int) -> Float[np.ndarray, "m n"]:
    """B[e, i] = +1 and B[e, j] = -1 for wire e from i to j, so that B V is the voltage drop along each wire."""
    B = np.zeros((len(edges), n))
    wires = np.arange(len(edges))
    B[wires, edges[:, 0]] = 1
    B[wires, edges[:, 1]] = -1
    return B


def laplacian(edges: Edges, k: Conductances, n: int) -> Float[np.ndarray, "n n"]:
    """L = B^T diag(k) B: (L V)_i is the current that must be fed in at node i to hold the voltages V."""
    B = incidence(edges, n)
    return B.T @ (k[:, None] * B)


def lattice(rows: int, columns: int) -> Network:
    """Rows and columns of nodes, each wired to its neighbours; node (r, c) has the number r * columns + c."""
    require(rows >= 1 and columns >= 1, f"a lattice needs at least one row and one column: got {rows} x {columns}")
    node = np.arange(rows * columns).reshape(rows, columns)
    across = np.stack([node[:, :-1], node[:, 1:]], axis=-1).reshape(-1, 2)
    down = np.stack([node[:-1], node[1:]], axis=-1).reshape(-1, 2)
    r, c = np.divmod(node.ravel(), columns)
    return Network(np.concatenate([across, down]), np.stack([c, -r], axis=1).astype(float))


def square(side: int) -> Network:
    """The square lattice of side x side nodes with free edges."""
    return lattice(side, side)


def torus(side: int) -> Network:
    """The square lattice whose left meets right and top meets bottom: every node has four wires."""
    require(side >= 3, f"a torus of side {side} would wire some nodes twice or to themselves: take side >= 3")
    node = np.arange(side * side).reshape(side, side)
    across = np.stack([node, np.roll(node, -1, axis=1)], axis=-1).reshape(-1, 2)
    down = np.stack([node, np.roll(node, -1, axis=0)], axis=-1).reshape(-1, 2)
    return Network(np.concatenate([across, down]), square(side).xy)


def random_geometric(n: int, neighbours: float = 4.0, *, rng: np.random.Generator) -> Network:
    """Nodes scattered in the unit square, wired to near ones without crossings: always in one piece.

    The shortest sides of the Delaunay triangulation, as many as give `neighbours` wires a node on average (below 6,
    which no planar network exceeds), and the minimum spanning tree, which keeps it connected.
    """
    require(n >= 4, f"a random geometric network needs at least 4 nodes: got {n}")
    require(2 <= neighbours <= 6, f"a planar network has between 2 and 6 neighbours a node: got {neighbours}")
    xy = rng.random((n, 2))
    triangles = Delaunay(xy).simplices
    sides = np.unique(np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)), axis=0).astype(np.int64)
    length = np.linalg.norm(xy[sides[:, 0]] - xy[sides[:, 1]], axis=1)
    tree = minimum_spanning_tree(coo_array((length, sides.T), shape=(n, n)).tocsr()).tocoo()
    in_tree = np.isin(sides @ [n, 1], tree.coords[0] * n + tree.coords[1])
    wanted = max(int(in_tree.sum()), round(n * neighbours / 2))
    best_first = np.lexsort((length, ~in_tree))
    return Network(sides[np.sort(best_first[:wanted])], xy)


def complete(n: int) -> Network:
    """Every node wired to every other, drawn on a circle."""
    require(n >= 2, f"a complete network needs at least 2 nodes: got {n}")
    angle = 2 * np.pi * np.arange(n) / n
    return Network(np.array(list(combinations(range(n), 2))), np.stack([np.cos(angle), np.sin(angle)], axis=1))


def path(n: int) -> Network:
    """Nodes in a row, each wired to the next: resistors in series."""
    require(n >= 2, f"a path needs at least 2 nodes: got {n}")
    return lattice(1, n)
