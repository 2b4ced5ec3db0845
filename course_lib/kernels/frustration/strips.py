"""Values per spin of an infinite lattice, from long cylinders: their ends cancel between two lengths.

What is left is the finite width Lx. It shifts the values by about 1 / Lx^2, and is extrapolated or stated.

Symbols   Lx     spins in a ring of the cylinder
          J      coupling of each bond (m,)
          E      lowest energy of a sample
          S      entropy of its ground states, ln of their number
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from course_lib.core import require

from .lattices import Bonds, Lattice, cylinder
from .matching import dual, join
from .transfer import ground_energy

Couplings = Callable[..., Bonds]  # (m, rng=rng) -> J, such as partial(bimodal, p=0.5)


def residual_entropy(shape: Callable[[int, int], Lattice], J_of: Callable[[Lattice], Bonds], Lx: int) -> float:
    """Entropy per spin of the ground states of an endless cylinder, for couplings that repeat along it.

    Bonds of the rims count half, since they border one plaquette and not two. Then each plaquette has its own share of
    the energy, and the ends of the cylinder favour none of its ground states.

    Args:
        shape: cylinder or triangular_cylinder.
        J_of: the couplings of a lattice, such as villain or antiferromagnet.
    """
    rows = 4 * Lx  # far beyond where the ends are felt
    S = [
        ground_energy(lattice, _rims_halved(lattice, J_of(lattice)))[1]
        for lattice in (shape(Lx, rows), shape(Lx, 2 * rows))
    ]
    return (S[1] - S[0]) / (rows * Lx)


def _rims_halved(lattice: Lattice, J: Bonds) -> Bonds:
    return J * np.bincount(lattice.plaquettes.ravel(), minlength=lattice.m) / 2


def extrapolated(widths: Sequence[int], values: Sequence[float]) -> float:
    """The limit of infinite width: the polynomial in 1 / Lx^2 through all the values, at zero."""
    require(len(widths) == len(values) >= 2, "To extrapolate takes two widths or more, and a value for each.")
    return float(np.polyfit(1.0 / np.asarray(widths, float) ** 2, values, len(widths) - 1)[-1])


def random_strips(
    Lx: int, rows: int, couplings: Couplings, *, samples: int, rng: np.random.Generator
) -> Float[np.ndarray, "samples 2"]:
    """(E, S) per spin of long random cylinders, by the transfer matrix: rows + 2 Lx rings less the first 2 Lx.

    Raises: ValueError if Lx is too wide for it: bulk_energies is not.
    """
    long, short, inside = _two_lengths(Lx, rows, 2 * Lx)
    drawn = [couplings(long.m, rng=rng) for _ in range(samples)]
    both = [(ground_energy(long, J), ground_energy(short, J[inside])) for J in drawn]
    return np.array([np.subtract(whole, end) for whole, end in both]) / (rows * Lx)


def bulk_energies(
    Lx: int, rows: int, couplings: Couplings, *, samples: int, rng: np.random.Generator
) -> Float[np.ndarray, " samples"]:
    """Ground-state energies per spin of random cylinders, by matching: rows + Lx // 2 rings less the first Lx // 2."""
    long, short, inside = _two_lengths(Lx, rows, Lx // 2)
    E, duals = np.empty(samples), None
    for sample in range(samples):
        J = couplings(long.m, rng=rng)
        if duals is None or (np.abs(J) != duals[0].strengths).any():  # samples of +-J share theirs
            duals = dual(long, np.abs(J)), dual(short, np.abs(J[inside]))
        E[sample] = join(duals[0], J).energy - join(duals[1], J[inside]).energy
    return E / (rows * Lx)


def _two_lengths(Lx: int, rows: int, end: int) -> tuple[Lattice, Lattice, np.ndarray]:
    """A long cylinder, its first rings alone, and which bonds of the long one these have."""
    long, short = cylinder(Lx, end + rows), cylinder(Lx, end)
    return long, short, (long.edges < short.N).all(axis=1)
