"""Exact ground states of large planar samples: frustrated faces joined in pairs by the cheapest strings.

Round a frustrated face an odd number of bonds is unsatisfied, round any other an even number. So the unsatisfied bonds
are strings that begin and end at frustrated faces, and each bond that a string crosses costs 2|J|. The ground state is
the cheapest way to join the faces in pairs: minimum-weight perfect matching, which PyMatching solves exactly, but for
the rounding of |J| to about one part in 2^24. The energy is computed anew from the spins.

Bieche, Maynard, Rammal and Uhry, J. Phys. A 13, 2553 (1980); Barahona, J. Phys. A 15, 3241 (1982); solver: Higgott and
Gidney, Quantum 9, 1600 (2025).

Symbols   J      coupling of each bond (m,)
          s      spins (N,), each -1 or +1
          edges  the two spins of each bond (m, 2)
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Int8
from numba import njit
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from course_lib.core import require

from .checks import checked_bonds
from .lattice_checks import checked_edges, checked_plaquettes
from .lattices import Bonds, Lattice, energy

if TYPE_CHECKING:
    from pymatching import Matching

STRONGEST = 10**6  # PyMatching leaves out edges of weight 2^24 or more
NOT_PLANAR = "A torus cannot be drawn on a plane, so strings alone do not decide it: use a cylinder, or free edges."


class Dual(NamedTuple):
    """The faces of a lattice and the strengths |J| of the bonds between them: what samples of equal |J| share."""

    lattice: Lattice
    strengths: Float[np.ndarray, " m"]
    faces: Int[np.ndarray, "m 2"]  # on either side of each bond: plaquettes first, then what lies outside
    matching: "Matching"
    tree: Int[np.ndarray, "N-1 3"]  # a spin, the one it is reached from, and the bond between


class Matched(NamedTuple):
    """The lowest energy, a state that has it, and its unsatisfied bonds, which are the strings."""

    energy: float
    spins: Int8[np.ndarray, " N"]
    strings: Bool[np.ndarray, " m"]


def planar_ground_state(lattice: Lattice, J: Bonds) -> Matched:
    """The exact ground state of one planar sample; 64 x 64 spins take about a tenth of a second.

    Raises: ValueError for a torus, and for bonds that border no plaquette.
    """
    return pair_up(dual(lattice, np.abs(checked_bonds(J, lattice.m))), J)


def dual(lattice: Lattice, strengths: Bonds) -> Dual:
    """What all samples with these |J| share: building it takes longer than a ground state."""
    from pymatching import Matching

    strengths = checked_bonds(strengths, lattice.m)
    fits = lattice.m > 0 and bool(((strengths >= 0) & (strengths <= STRONGEST)).all())
    require(fits, f"The strengths |J| of bonds lie between 0 and {STRONGEST}: beyond, take a larger unit of energy.")
    edges, plaquettes = checked_edges(lattice.edges, lattice.N), checked_plaquettes(lattice.plaquettes, lattice.m)
    lattice = Lattice(edges, lattice.xy, plaquettes)
    tree, faces = _tree(lattice), _faces(lattice)
    matching = Matching()
    matching.ensure_num_fault_ids(lattice.m)
    for e, (a, b) in enumerate(faces.tolist()):
        matching.add_edge(a, b, fault_ids=e, weight=strengths[e], merge_strategy="smallest-weight")
    return Dual(lattice, strengths, faces, matching, tree)


def pair_up(dual: Dual, J: Bonds) -> Matched:
    """The ground state of a sample whose bonds are as strong as the dual's: its signs alone are its own."""
    J = checked_bonds(J, dual.lattice.m)
    same = bool((np.abs(J) == dual.strengths).all())
    require(same, "These couplings are not as strong as those that the dual was built for: build another.")
    negative = np.bincount(dual.faces[J < 0].ravel(), minlength=dual.matching.num_detectors)  # bonds round each face
    strings = dual.matching.decode((negative % 2).astype(np.uint8)).astype(bool)
    s = _spread(dual.tree, np.where((J < 0) ^ strings, -1, 1).astype(np.int8))
    return Matched(energy(s, J, dual.lattice.edges), s, strings)


def _faces(lattice: Lattice) -> Int[np.ndarray, "m 2"]:
    """The two faces that each bond lies between. Bonds of one rim border the same outer face: a cylinder has two."""
    f, k = lattice.plaquettes.shape
    corners = np.sort(lattice.edges[lattice.plaquettes].reshape(f, 2 * k), axis=1)
    closed = bool((corners[:, ::2] == corners[:, 1::2]).all())
    require(closed, "The bonds of a plaquette have to close a loop, in which each spin comes twice.")
    sides = np.bincount(lattice.plaquettes.ravel(), minlength=lattice.m)
    require(bool(((sides == 1) | (sides == 2)).all()), "Every bond has to border one plaquette or two.")
    rim = np.flatnonzero(sides == 1)
    order = np.argsort(lattice.plaquettes, axis=None, kind="stable")
    first = np.cumsum(sides) - sides
    inside = np.repeat(np.arange(f), k)[order]
    faces = np.stack([inside[first], inside[first + sides - 1]], axis=1)
    faces[rim, 1] = f + _outer(lattice, rim)
    require(lattice.N - lattice.m + faces.max() + 1 == 2, NOT_PLANAR)  # Euler
    return faces


def _outer(lattice: Lattice, rim: Int[np.ndarray, " r"]) -> Int[np.ndarray, " r"]:
    """Bonds of the rim that hang together border the same outer face."""
    i, j = lattice.edges[rim].T
    _, part = connected_components(coo_array((np.ones(len(rim)), (i, j)), shape=(lattice.N, lattice.N)))
    return np.unique(part[i], return_inverse=True)[1]


def _tree(lattice: Lattice) -> Int[np.ndarray, "N-1 3"]:
    """A way from spin 0 to every other, bond by bond."""
    i, j = lattice.edges.T
    number = coo_array((np.arange(1, lattice.m + 1), (i, j)), shape=(lattice.N, lattice.N)).tocsr()
    order, before = breadth_first_order(number, 0, directed=False)
    require(len(order) == lattice.N, "Every spin has to be joined to all others, bond by bond.")
    require(number.nnz == lattice.m, "Two bonds join the same two spins: make them one, and add their couplings.")
    to, back = order[1:], before[order[1:]]
    bond = np.maximum(np.asarray(number[to, back]).ravel(), np.asarray(number[back, to]).ravel()) - 1
    return np.stack([to, back, bond], axis=1).astype(np.int64)


@njit(cache=True, error_model="numpy")
def _spread(tree, relation):
    """Spin after spin from spin 0, which is up; `relation` says whether the two spins of a bond are equal (m,)."""
    s = np.ones(len(tree) + 1, np.int8)
    for to, back, bond in tree:
        s[to] = s[back] * relation[bond]
    return s
