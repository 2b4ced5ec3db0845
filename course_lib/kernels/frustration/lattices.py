"""Which bonds join which spins, what the couplings are, and where they contradict each other: frustration.

Symbols   Lx          spins in a row of the lattice; Ly is the number of rows
          edges       the two spins of each bond (m, 2)
          xy          where each spin is drawn (N, 2)
          plaquettes  the bonds round each smallest loop (f, 3) or (f, 4)
          s           spins (N,), each -1 or +1
          J           coupling of each bond (m,): positive makes its two spins agree
          p           share of antiferromagnetic bonds, those with J < 0
          xi          hidden pattern of a Mattis sample (N,), each -1 or +1
          epsilon     gauge: -1 where a spin is renamed, up for down (N,)
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from course_lib.core import require

from .checks import checked_bonds, checked_count, checked_number, checked_spins
from .lattice_checks import Edges, checked_edges, checked_plaquettes, checked_sample, checked_share

Bonds = Float[np.ndarray, " m"]
Spins = Int[np.ndarray, " N"]
MOST_SPINS, MOST_BONDS = 10**6, 10**7  # more would fill the memory


class Lattice(NamedTuple):
    """Spins joined by bonds. The couplings J are not part of it: they are what differs from sample to sample."""

    edges: Edges
    xy: Float[np.ndarray, "N 2"]
    plaquettes: Int[np.ndarray, "f k"]

    @property
    def N(self) -> int:
        """Number of spins."""
        return len(self.xy)

    @property
    def m(self) -> int:
        """Number of bonds."""
        return len(self.edges)


# --- lattices -------------------------------------------------------------------------------------------------------


def square(Lx: int, Ly: int | None = None, periodic: bool = False) -> Lattice:
    """Ly rows of Lx spins, with free edges or, where periodic, closed into a torus; spin (r, c) has number r Lx + c."""
    return _squares(Lx, Lx if Ly is None else Ly, periodic, periodic)


def cylinder(Lx: int, Ly: int) -> Lattice:
    """Ly rings of Lx spins, one below the other: periodic across, and free at the top and at the bottom."""
    return _squares(Lx, Ly, True, False)


def triangular(Lx: int, Ly: int | None = None, periodic: bool = True) -> Lattice:
    """Ly rows of Lx spins, each joined to six others: a torus, or a rhombus with free edges."""
    return _triangles(Lx, Lx if Ly is None else Ly, periodic, periodic)


def triangular_cylinder(Lx: int, Ly: int) -> Lattice:
    """The triangular lattice, periodic across, and free at the top and at the bottom."""
    return _triangles(Lx, Ly, True, False)


def _squares(Lx: int, Ly: int, wrap_x: bool, wrap_y: bool) -> Lattice:
    """Bonds across first, then bonds down; round each cell come the bond above, right, below and left."""
    spin, w, h = _checked(Lx, Ly, wrap_x, wrap_y)
    across = np.stack([spin[:, :w], _right(spin)[:, :w]], axis=-1)
    down = np.stack([spin[:h], _below(spin)[:h]], axis=-1)
    a = np.arange(Ly * w).reshape(Ly, w)  # the number of the bond that leaves each spin to the right
    d = a.size + np.arange(h * Lx).reshape(h, Lx)  # and downwards
    plaquettes = np.stack([a[:h], _right(d)[:, :w], _below(a)[:h], d[:, :w]], axis=-1)
    xy = np.stack([spin % Lx, -(spin // Lx)], axis=-1).astype(float)
    return Lattice(
        np.concatenate([across.reshape(-1, 2), down.reshape(-1, 2)]), xy.reshape(-1, 2), plaquettes.reshape(-1, 4)
    )


def _triangles(Lx: int, Ly: int, wrap_x: bool, wrap_y: bool) -> Lattice:
    """The square lattice with a diagonal from the right upper to the left lower corner of each cell, then sheared."""
    flat, (spin, w, h) = _squares(Lx, Ly, wrap_x, wrap_y), _checked(Lx, Ly, wrap_x, wrap_y)
    diagonals = np.stack([_right(spin)[:h, :w], _below(spin)[:h, :w]], axis=-1).reshape(-1, 2)
    above, right, below, left = flat.plaquettes.T
    diagonal = flat.m + np.arange(len(diagonals))
    triangles = np.concatenate([np.stack([above, diagonal, left], -1), np.stack([right, below, diagonal], -1)])
    xy = flat.xy @ [[1.0, 0.0], [-0.5, np.sqrt(3) / 2]]  # a row down is half a step to the right
    return Lattice(np.concatenate([flat.edges, diagonals]), xy, triangles)


def _checked(Lx: int, Ly: int, wrap_x: bool, wrap_y: bool) -> tuple[Int[np.ndarray, "Ly Lx"], int, int]:
    """The spins' numbers, and how many columns and rows of cells there are."""
    Lx, Ly = checked_count(Lx, 2, "The number of spins in a row"), checked_count(Ly, 2, "The number of rows")
    require(Lx * Ly <= MOST_SPINS, f"A lattice here has up to a million spins, and {Lx} x {Ly} are more.")
    closed = (not wrap_x or Lx > 2) and (not wrap_y or Ly > 2)
    require(closed, f"A ring of 2 spins would join the same two spins twice: use 3 or more, not {Lx} x {Ly}.")
    return np.arange(Lx * Ly).reshape(Ly, Lx), Lx if wrap_x else Lx - 1, Ly if wrap_y else Ly - 1


def _right(a: np.ndarray) -> np.ndarray:
    """What stands one place to the right of each, round the edge."""
    return np.roll(a, -1, axis=1)


def _below(a: np.ndarray) -> np.ndarray:
    return np.roll(a, -1, axis=0)


# --- couplings ------------------------------------------------------------------------------------------------------


def bimodal(m: int, p: float, *, rng: np.random.Generator) -> Bonds:
    """m couplings, each -1 with probability p and +1 otherwise: the +-J spin glass (Toulouse 1977)."""
    p = checked_share(checked_number(p, "p"))
    return np.where(rng.random(_checked_m(m)) < p, -1.0, 1.0)


def gaussian(m: int, *, rng: np.random.Generator) -> Bonds:
    """m couplings from the normal distribution: the glass of Edwards and Anderson, J. Phys. F 5, 965 (1975)."""
    return rng.normal(size=_checked_m(m))


def _checked_m(m: int) -> int:
    m = checked_count(m, 1, "The number of bonds")
    require(m <= MOST_BONDS, f"A lattice here has up to ten million bonds, and {m} are more.")
    return m


def mattis(edges: Edges, xi: Spins) -> Bonds:
    """J_ij = xi_i xi_j: random to look at, a ferromagnet in disguise. Source: Mattis, Phys. Lett. A 56, 421 (1976)."""
    xi = checked_spins(xi)
    edges = checked_edges(edges, xi.size)
    return (xi[edges[:, 0]] * xi[edges[:, 1]]).astype(float)


def antiferromagnet(lattice: Lattice) -> Bonds:
    """Every bond -1: satisfied by a chessboard on squares, frustrated round every triangle."""
    return np.full(lattice.m, -1.0)


def villain(lattice: Lattice) -> Bonds:
    """Every bond +1, but -1 down every second column: each square is frustrated, and nothing is random.

    Raises: ValueError where the columns do not close: across a torus or a cylinder there must be an even number.
    Source: Villain, J. Phys. C 10, 1717 (1977).
    """
    start, end = (lattice.xy[i] for i in checked_edges(lattice.edges, lattice.N).T)
    J = np.where((start[:, 0] == end[:, 0]) & (start[:, 0] % 2 == 1), -1.0, 1.0)
    fits = np.shape(lattice.plaquettes)[1:] == (4,) and bool(frustrated(lattice, J).all())
    require(fits, "Villain's couplings need a square lattice, with an even number of columns if it is closed across.")
    return J


def nishimori_temperature(p: float) -> float:
    """T where tanh(1/T) = 1 - 2p: there the mean energy of +-J samples is -(1-2p) a bond, on any lattice.

    Source: Nishimori, Prog. Theor. Phys. 66, 1169 (1981).
    """
    p = checked_number(p, "p")
    require(0 < p < 1 / 2, f"The Nishimori temperature is positive for p between 0 and 1/2: got {p}.")
    return 1 / float(np.arctanh(1 - 2 * p))


# --- energy, frustration, gauge -------------------------------------------------------------------------------------


def energy(s: Spins, J: Bonds, edges: Edges) -> float:
    """E = -sum_e J_e s_i s_j over the bonds e = (i, j), each once."""
    s, J, edges = checked_sample(s, J, edges)
    return float(-(J * s[edges[:, 0]] * s[edges[:, 1]]).sum())


def frustrated(lattice: Lattice, J: Bonds) -> Bool[np.ndarray, " f"]:
    """Plaquettes with a negative product of couplings: no spins satisfy all their bonds (Toulouse 1977)."""
    J, plaquettes = checked_bonds(J, lattice.m), checked_plaquettes(lattice.plaquettes, lattice.m)
    return np.sign(J)[plaquettes].prod(axis=1) < 0


def unsatisfied(s: Spins, J: Bonds, edges: Edges) -> Bool[np.ndarray, " m"]:
    """The bonds e = (i, j) that cost energy: J_e s_i s_j < 0."""
    s, J, edges = checked_sample(s, J, edges)
    return J * s[edges[:, 0]] * s[edges[:, 1]] < 0


def frustrated_fraction(p: float) -> float:
    """Share of frustrated squares, one or three of whose four bonds are antiferromagnetic: 4p(1-p)[p^2 + (1-p)^2]."""
    p = checked_share(p)
    return 4 * p * (1 - p) * (p**2 + (1 - p) ** 2)


def gauge_transform(s: Spins, J: Bonds, edges: Edges, epsilon: Spins) -> tuple[Spins, Bonds]:
    """s_i -> epsilon_i s_i and J_ij -> epsilon_i J_ij epsilon_j: every bond costs what it did before."""
    s, J, edges = checked_sample(s, J, edges)
    epsilon = checked_spins(epsilon, s.shape)
    return epsilon * s, epsilon[edges[:, 0]] * J * epsilon[edges[:, 1]]
