"""Claims about bonds that contradict each other: how many plaquettes are frustrated, and what changes none of them."""

from functools import partial
from itertools import product

import numpy as np

from course_lib.kernels.frustration import lattices, transfer
from course_lib.kernels.frustration.chain import scatter
from course_lib.learn import AtLeast, AtMost, Claim, Errors

from .tools import AS_IT_IS, EXACT, Measurement

STATES = np.array(list(product((-1, 1), repeat=16)), np.int8)  # of 4 x 4 spins


def frustrated_shares(p: float, samples: int, rng: np.random.Generator) -> np.ndarray:
    """The share of frustrated plaquettes in each of many tori of 16 x 16 spins."""
    torus = lattices.square(16, periodic=True)
    return np.array([lattices.frustrated(torus, lattices.bimodal(torus.m, p, rng=rng)).mean() for _ in range(samples)])


def errors_off(values: np.ndarray, expected: float) -> float:
    """How many standard errors lie between the mean of independent values and what is expected."""
    mean, error = scatter(values)
    return abs(mean - expected) / error


def worst_fraction(rng: np.random.Generator, shift: float = 0.0) -> Measurement:
    """The largest deviation from the formula, in standard errors; `shift` draws more antiferromagnetic bonds."""
    shares = {p: frustrated_shares(p + shift, 400, rng) for p in (0.05, 0.1, 0.25, 0.7, 0.9)}
    return max(errors_off(found, lattices.frustrated_fraction(p)) for p, found in shares.items()), 0.0


def half(rng: np.random.Generator, p: float = 0.5) -> Measurement:
    """The share of frustrated plaquettes at p."""
    return scatter(frustrated_shares(p, 1000, rng))


def changed_by_one_bond(rng: np.random.Generator, periodic: bool = True) -> Measurement:
    """Of all bonds, the flip that changes the number of plaquettes farthest from two: that number."""
    lattice = lattices.square(8, periodic=periodic)
    J = lattices.bimodal(lattice.m, 0.5, rng=rng)
    flipped = J * (1 - 2 * np.eye(lattice.m))
    before = lattices.frustrated(lattice, J)
    changed = np.array([(lattices.frustrated(lattice, row) != before).sum() for row in flipped])
    return changed[abs(changed - 2).argmax()], 0.0


def odd_where_frustrated(rng: np.random.Generator, shuffled: bool = False) -> Measurement:
    """The share of plaquettes with an odd number of unsatisfied bonds if frustrated, with an even one if not."""
    lattice = lattices.square(32, periodic=True)
    J, s = lattices.bimodal(lattice.m, 0.5, rng=rng), rng.choice([-1, 1], lattice.N)
    odd = lattices.unsatisfied(s, J, lattice.edges)[lattice.plaquettes].sum(axis=1) % 2 == 1
    return (odd == lattices.frustrated(lattice, rng.permutation(J) if shuffled else J)).mean(), 0.0


def one_square(rng: np.random.Generator, negative: int = 1) -> Measurement:
    """The number of ground states of four spins round one square, with so many antiferromagnetic bonds."""
    return transfer.ground_state(
        lattices.square(2), rng.permutation([-1.0] * negative + [1.0] * (4 - negative))
    ).count, 0.0


def mattis_bonds(lattice: lattices.Lattice, rng: np.random.Generator) -> np.ndarray:
    """Couplings from a random pattern: half of them negative."""
    return lattices.mattis(lattice.edges, rng.choice([-1, 1], lattice.N))


def mattis_frustration(rng: np.random.Generator, shuffled: bool = False) -> Measurement:
    """The share of frustrated plaquettes of a Mattis sample; `shuffled` puts the same bonds elsewhere."""
    lattice = lattices.square(32, periodic=True)
    J = mattis_bonds(lattice, rng)
    return lattices.frustrated(lattice, rng.permutation(J) if shuffled else J).mean(), 0.0


def mattis_bond_share(rng: np.random.Generator) -> Measurement:
    """The least share of antiferromagnetic bonds among 100 Mattis samples of 32 x 32 spins."""
    lattice = lattices.square(32, periodic=True)
    return min((mattis_bonds(lattice, rng) < 0).mean() for _ in range(100)), 0.0


def levels(lattice: lattices.Lattice, J: np.ndarray) -> np.ndarray:
    """The energies of all 65536 states of 16 spins, in order."""
    i, j = lattice.edges.T
    return np.sort(-(STATES[:, i] * STATES[:, j]) @ J)


def mattis_levels(rng: np.random.Generator, shuffled: bool = False) -> Measurement:
    """The largest difference between the energies of a Mattis sample and of the ferromagnet."""
    lattice = lattices.square(4, periodic=True)
    J = mattis_bonds(lattice, rng)
    J = lattices.bimodal(lattice.m, 0.5, rng=rng) if shuffled else J
    return abs(levels(lattice, J) - levels(lattice, np.ones(lattice.m))).max(), 0.0


def mattis_log_z(rng: np.random.Generator, shuffled: bool = False) -> Measurement:
    """The largest difference in ln Z between Mattis samples of 8 x 8 spins and the ferromagnet, over temperatures."""
    lattice, worst = lattices.square(8), 0.0
    for T in (0.5, 1.0, 2.27):
        magnet = transfer.thermal(lattice, np.ones(lattice.m), T).log_Z
        for _ in range(5):
            J = mattis_bonds(lattice, rng)
            J = rng.permutation(J) if shuffled else J
            worst = max(worst, abs(transfer.thermal(lattice, J, T).log_Z - magnet))
    return worst, 0.0


def gauge_levels(rng: np.random.Generator, missed: int = 0) -> Measurement:
    """The largest change of the ordered energies by a random gauge; so many bonds are then flipped by mistake."""
    lattice = lattices.square(4, periodic=True)
    J, epsilon = lattices.gaussian(lattice.m, rng=rng), rng.choice([-1, 1], lattice.N)
    _, renamed = lattices.gauge_transform(np.ones(lattice.N), J, lattice.edges, epsilon)
    renamed[:missed] *= -1
    return abs(levels(lattice, renamed) - levels(lattice, J)).max(), 0.0


claims = (
    Claim(
        says="Plaquettes are frustrated in a share 4p(1-p)[p²+(1-p)²]: p from 0.05 to 0.9 (worst, in standard errors).",
        measure=worst_fraction,
        expect=AtMost(5.5),
        within=AS_IT_IS,
        control=partial(worst_fraction, shift=0.02),
        source="Toulouse, Commun. Phys. 2, 115 (1977); one or three of four bonds are negative",
    ),
    Claim(
        says="With half of all bonds antiferromagnetic, half of the plaquettes are frustrated, not all (share).",
        measure=half,
        expect=0.5,
        within=Errors(),
        control=partial(half, p=0.25),
        source="4p(1-p)[p²+(1-p)²] at p = 1/2",
    ),
    Claim(
        says="Flipping one bond inside a lattice changes two plaquettes, whichever bond it is (plaquettes).",
        measure=changed_by_one_bond,
        expect=2.0,
        within=EXACT,
        control=partial(changed_by_one_bond, periodic=False),
        source="each bond inside borders two plaquettes; one on a free edge borders one",
    ),
    Claim(
        says="Frustrated plaquettes have an odd number of unsatisfied bonds, others an even one, in any state (share).",
        measure=odd_where_frustrated,
        expect=1.0,
        within=EXACT,
        control=partial(odd_where_frustrated, shuffled=True),
        source="the product of J s s' round a plaquette is the product of its J, since each spin comes twice",
    ),
    Claim(
        says="One frustrated square of four spins has 8 ground states, since its bad bond may be any of four (states).",
        measure=one_square,
        expect=8.0,
        within=EXACT,
        control=partial(one_square, negative=2),
        source="by hand: 4 places for the unsatisfied bond, times 2 for turning all spins over",
    ),
    Claim(
        says="Near half of the bonds of a Mattis sample are antiferromagnetic (least share among 100 samples).",
        measure=mattis_bond_share,
        expect=AtLeast(0.4),
        within=AS_IT_IS,
        control=lambda rng: (float((lattices.mattis(lattices.square(32).edges, np.ones(1024)) < 0).mean()), 0.0),
        source="Mattis, Phys. Lett. A 56, 421 (1976)",
    ),
    Claim(
        says="And yet none of its plaquettes is frustrated (share; the same bonds in another order frustrate half).",
        measure=mattis_frustration,
        expect=0.0,
        within=EXACT,
        control=partial(mattis_frustration, shuffled=True),
        source="round a plaquette each xi comes twice; Toulouse (1977)",
    ),
    Claim(
        says="A Mattis sample of 4 x 4 spins has the ferromagnet's energies, all 65536 of them (largest difference).",
        measure=mattis_levels,
        expect=0.0,
        within=EXACT,
        control=partial(mattis_levels, shuffled=True),
        source="Mattis (1976): the gauge s -> xi s turns one into the other",
    ),
    Claim(
        says="So its ln Z is the ferromagnet's at every temperature: 8 x 8 spins, three temperatures (difference).",
        measure=mattis_log_z,
        expect=AtMost(1e-11),
        within=AS_IT_IS,
        control=partial(mattis_log_z, shuffled=True),
        source="Mattis (1976)",
    ),
    Claim(
        says="A gauge transformation of a Gaussian glass renames states and changes no energy (largest difference).",
        measure=gauge_levels,
        expect=AtMost(1e-12),
        within=AS_IT_IS,
        control=partial(gauge_levels, missed=1),
        source="Toulouse (1977); 4 x 4 spins, all 65536 states",
    ),
)
