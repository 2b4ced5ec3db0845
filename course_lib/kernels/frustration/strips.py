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
from course_lib.shared.arrays import plain

from .checks import checked_count
from .lattices import Bonds, Lattice, cylinder
from .matching import dual, pair_up
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
    require(callable(shape) and callable(J_of), "Hand over two functions: of Lx and Ly, and of the lattice.")
    rows = 4 * checked_count(Lx, 3, "The width of a cylinder")  # far beyond where the ends are felt
    S = [
        ground_energy(lattice, _rims_halved(lattice, J_of(lattice)))[1]
        for lattice in (shape(Lx, rows), shape(Lx, 2 * rows))
    ]
    return (S[1] - S[0]) / (rows * Lx)


def _rims_halved(lattice: Lattice, J: Bonds) -> Bonds:
    return J * np.bincount(lattice.plaquettes.ravel(), minlength=lattice.m) / 2


def extrapolated(widths: Sequence[int], values: Sequence[float]) -> float:
    """The limit of infinite width: the polynomial in 1 / Lx^2 through all the values, at zero."""
    widths, values = (plain(x, np.float64, "Widths and values are rows of numbers.") for x in (widths, values))
    enough = widths.shape == values.shape == (len(set(widths.ravel())),) and len(widths) >= 2
    require(enough, "To extrapolate takes two widths or more, all different, and a value for each.")
    require(bool((widths > 0).all() and np.isfinite(widths * values).all()), "Widths are positive, values finite.")
    return float(np.polyfit(1.0 / widths**2, values, len(widths) - 1)[-1])


def random_strips(
    Lx: int, rows: int, couplings: Couplings, *, samples: int, rng: np.random.Generator
) -> Float[np.ndarray, "samples 2"]:
    """(E, S) per spin of long random cylinders, by the transfer matrix: rows + 2 Lx rings less the first 2 Lx.

    Raises: ValueError if Lx is too wide for it: bulk_energies is not.
    """
    long, short, inside = _two_lengths(Lx, rows, 2.0)
    drawn = [couplings(long.m, rng=rng) for _ in range(checked_count(samples, 1, "The number of samples"))]
    both = [(ground_energy(long, J), ground_energy(short, J[inside])) for J in drawn]
    return np.array([np.subtract(whole, end) for whole, end in both]) / (rows * Lx)


def bulk_energies(
    Lx: int, rows: int, couplings: Couplings, *, samples: int, rng: np.random.Generator
) -> Float[np.ndarray, " samples"]:
    """Ground-state energies per spin of random cylinders, by matching: rows + Lx // 2 rings less the first Lx // 2."""
    long, short, inside = _two_lengths(Lx, rows, 0.5)
    E, duals = np.empty(checked_count(samples, 1, "The number of samples")), None
    for sample in range(samples):
        J = couplings(long.m, rng=rng)
        if duals is None or (np.abs(J) != duals[0].strengths).any():  # samples of +-J share theirs
            duals = dual(long, np.abs(J)), dual(short, np.abs(J[inside]))
        E[sample] = pair_up(duals[0], J).energy - pair_up(duals[1], J[inside]).energy
    return E / (rows * Lx)


def _two_lengths(Lx: int, rows: int, ends: float) -> tuple[Lattice, Lattice, np.ndarray]:
    """A long cylinder, its first rings alone, and which bonds of the long one these have."""
    Lx, rows = checked_count(Lx, 3, "The width of a cylinder"), checked_count(rows, 1, "The number of rows")
    end = int(ends * Lx)
    long, short = cylinder(Lx, end + rows), cylinder(Lx, end)
    return long, short, (long.edges < short.N).all(axis=1)
