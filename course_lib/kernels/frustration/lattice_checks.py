"""What a reader may hand over about a lattice, refused in words where it cannot be: bonds, loops, samples, shares.

Symbols   edges       the two spins of each bond (m, 2)
          plaquettes  the bonds round each smallest loop (f, k)
          s           spins (N,), each -1 or +1
          J           coupling of each bond (m,)
          p           share of antiferromagnetic bonds
"""

import numpy as np
from jaxtyping import Float, Int, Int8
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain

from .checks import checked_bonds, checked_spins

Edges = Int[np.ndarray, "m 2"]
Sample = tuple[Int8[np.ndarray, " N"], Float[np.ndarray, " m"], Edges]


def checked_edges(edges: ArrayLike, N: int) -> Edges:
    """A writable copy of the bonds. Raises: Refusal unless each joins two different ones of the N spins."""
    edges = plain(edges, np.int64, "The ends of a bond are numbers of spins.")
    require(edges.ndim == 2 and edges.shape[1] == 2, f"Bonds are pairs of spins, in the shape (m, 2): {edges.shape}.")
    joined = bool(((edges >= 0) & (edges < N)).all() and (edges[:, 0] != edges[:, 1]).all())
    require(joined, f"A bond joins two different spins, numbered 0 to {N - 1}.")
    return edges


def checked_plaquettes(plaquettes: ArrayLike, m: int) -> Int[np.ndarray, "f k"]:
    """A writable copy of the loops. Raises: Refusal unless each is a row of numbers of the m bonds."""
    plaquettes = plain(plaquettes, np.int64, "Plaquettes are numbers of bonds.")
    fits = plaquettes.ndim == 2 and bool(((plaquettes >= 0) & (plaquettes < m)).all())
    require(fits, f"Each plaquette is a row of bonds, numbered 0 to {m - 1}.")
    return plaquettes


def checked_sample(s: ArrayLike, J: ArrayLike, edges: ArrayLike) -> Sample:
    """Writable copies of spins, couplings and bonds. Raises: Refusal if they do not fit one another."""
    s = checked_spins(s)
    require(s.ndim == 1, f"The spins of a lattice stand in one row (N,), not in the shape {s.shape}: use s.ravel().")
    edges = checked_edges(edges, len(s))
    return s, checked_bonds(J, len(edges)), edges


def checked_share(p: ArrayLike) -> float | Float[np.ndarray, "*batch"]:
    """A share of bonds, or an array of them. Raises: Refusal unless they lie between 0 and 1."""
    p = plain(p, np.float64, "p is a number, a share of bonds.")
    require(bool(((p >= 0) & (p <= 1)).all()), f"p is a share of bonds, from 0 to 1: got {p}.")
    return p if p.ndim else float(p)
