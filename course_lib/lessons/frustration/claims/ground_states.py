"""Claims about ground states: exact ones, how many there are, and what an infinite lattice has per spin."""

from functools import partial

import numpy as np

from course_lib.kernels.frustration import lattices, matching, strips, transfer
from course_lib.kernels.frustration.chain import scatter
from course_lib.learn import AtMost, Bias, Claim, Fact

from .tools import EXACT, Measurement

CATALAN = 0.915965594177219  # sum over k of (-1)^k / (2k + 1)^2
WANNIER = 0.3230659472194505  # (2/pi) times the integral of ln(2 cos w) over w from 0 to pi/3
BALANCED = partial(lattices.bimodal, p=0.5)


def of_one_strength(m: int, *, rng: np.random.Generator) -> np.ndarray:
    """Gaussian couplings whose mean |J| is sqrt(2/pi) in every sample, which takes most of the scatter away.

    The price is a bias of order 1/m: below 1e-4 for 10^4 bonds.
    """
    J = lattices.gaussian(m, rng=rng)
    return J * np.sqrt(2 / np.pi) / np.abs(J).mean()


def two_solvers(rng: np.random.Generator, flipped: int = 0) -> Measurement:
    """The largest difference in ground-state energy; so many bonds are flipped before the second solver looks."""
    lattice, worst = lattices.square(12), 0.0
    for couplings in (BALANCED, lattices.gaussian):
        for _ in range(8):
            J = couplings(lattice.m, rng=rng)
            turned = np.where(np.arange(lattice.m) < flipped, -J, J)
            difference = transfer.ground_state(lattice, J).energy - matching.planar_ground_state(lattice, turned).energy
            worst = max(worst, abs(difference))
    return worst, 0.0


def most_ground_states(rng: np.random.Generator, couplings=lattices.gaussian) -> Measurement:
    """The largest number of ground states among 50 samples of 8 x 8 spins."""
    lattice = lattices.square(8)
    return max(transfer.ground_state(lattice, couplings(lattice.m, rng=rng)).count for _ in range(50)), 0.0


def triangular_entropy(rng: np.random.Generator, widths: tuple[int, ...] = (6, 9, 12)) -> Measurement:
    """Residual entropy per spin of the triangular antiferromagnet, extrapolated from these widths."""
    return limit(lattices.triangular_cylinder, lattices.antiferromagnet, widths), 0.0


def villain_entropy(rng: np.random.Generator, widths: tuple[int, ...] = (8, 10, 12)) -> Measurement:
    """Residual entropy per spin of the fully frustrated square lattice, extrapolated from these widths."""
    return limit(lattices.cylinder, lattices.villain, widths), 0.0


def limit(shape, J_of, widths: tuple[int, ...]) -> float:
    """Extrapolated from several widths; of one width, its own value."""
    found = [strips.residual_entropy(shape, J_of, Lx) for Lx in widths]
    return strips.extrapolated(widths, found) if len(widths) > 1 else found[0]


def glass_entropy(rng: np.random.Generator, widths: tuple[int, ...] = (8, 12)) -> Measurement:
    """Residual entropy per spin of +-J samples at p = 1/2: cylinders, linear in 1 / Lx^2."""
    samples = {4: 200, 8: 200, 12: 80}
    found = [scatter(strips.random_strips(Lx, 600, BALANCED, samples=samples[Lx], rng=rng)[:, 1]) for Lx in widths]
    if len(found) == 1:
        return found[0]
    (s, error), (s_wide, error_wide) = found
    share = widths[0] ** 2 / (widths[1] ** 2 - widths[0] ** 2)
    return s_wide + share * (s_wide - s), np.hypot((1 + share) * error_wide, share * error)


def balanced_energy(rng: np.random.Generator) -> Measurement:
    """Ground-state energy per spin of +-J samples at p = 1/2: cylinders of width 48 whose ends cancel."""
    return scatter(strips.bulk_energies(48, 48, BALANCED, samples=400, rng=rng))


def gaussian_energy(rng: np.random.Generator) -> Measurement:
    """The same with Gaussian couplings, on cylinders of width 32."""
    return scatter(strips.bulk_energies(32, 64, of_one_strength, samples=250, rng=rng))


def with_free_edges(rng: np.random.Generator, couplings=BALANCED) -> Measurement:
    """Energy per spin of 24 x 24 spins with free edges: what one gets without taking the edges away."""
    lattice = lattices.square(24)
    drawn = [couplings(lattice.m, rng=rng) for _ in range(40)]
    return scatter(np.array([matching.planar_ground_state(lattice, J).energy for J in drawn]) / lattice.N)


def nishimori(rng: np.random.Generator, hotter: float = 1.0) -> Measurement:
    """Over p, the largest deviation of the mean energy a bond from -(1-2p), in standard errors of 300 samples."""
    lattice, worst = lattices.square(8), 0.0
    for p in (0.05, 0.1, 0.2, 0.3):
        T = hotter * lattices.nishimori_temperature(p)
        drawn = [lattices.bimodal(lattice.m, p, rng=rng) for _ in range(300)]
        u, error = scatter(np.array([transfer.thermal(lattice, J, T).energy for J in drawn]) / lattice.m)
        worst = max(worst, abs(u + 1 - 2 * p) / error)
    return worst, 0.0


claims = (
    Claim(
        says="Transfer matrix and matching find the same ground-state energies (12 x 12 spins, largest difference).",
        measure=two_solvers,
        expect=AtMost(0.0),
        within=Bias(2e-4, "matching rounds Gaussian |J| to a part in 2^24; of +-J samples it is exact"),
        control=partial(two_solvers, flipped=1),
        source="Bieche et al., J. Phys. A 13, 2553 (1980)",
    ),
    Claim(
        says="A glass with Gaussian couplings has two ground states, a state and its mirror (most of 50 samples).",
        measure=most_ground_states,
        expect=2.0,
        within=EXACT,
        control=partial(most_ground_states, couplings=BALANCED),
        source="no two sums of continuous couplings are equal",
    ),
    Claim(
        says="The triangular antiferromagnet keeps 0.323066 of entropy per spin at T = 0, without any disorder (nats).",
        measure=triangular_entropy,
        expect=WANNIER,
        within=Bias(3e-5, "widths 6, 9 and 12, extrapolated in powers of 1 over the width squared"),
        control=partial(triangular_entropy, widths=(12,)),
        source="Wannier, Phys. Rev. 79, 357 (1950); erratum Phys. Rev. B 7, 5017 (1973)",
    ),
    Claim(
        says="Villain's fully frustrated square lattice keeps Catalan/pi = 0.291561 of entropy per spin (nats).",
        measure=villain_entropy,
        expect=CATALAN / np.pi,
        within=Bias(3e-5, "widths 8, 10 and 12, extrapolated in powers of 1 over the width squared"),
        control=partial(villain_entropy, widths=(12,)),
        source="Villain, J. Phys. C 10, 1717 (1977); dimers on the square lattice, Kasteleyn, Physica 27, 1209 (1961)",
    ),
    Claim(
        says="At tanh(1/T) = 1-2p the energy a bond is -(1-2p): p from 0.05 to 0.3 (worst, in standard errors).",
        measure=nishimori,
        expect=AtMost(5.5),
        within=Bias(0.0, "exact on any lattice, after the average over samples"),
        control=partial(nishimori, hotter=1.1),
        source="Nishimori, Prog. Theor. Phys. 66, 1169 (1981)",
    ),
    Claim(
        says="The +-J glass at p = 1/2 has a ground-state energy of -1.4019 per spin.",
        measure=balanced_energy,
        expect=-1.4019,
        within=Bias(0.001, "cylinders of width 48; at width 12 the shift is 0.006, and it falls as the width squared"),
        control=with_free_edges,
        source="Campbell, Hartmann and Katzgraber, Phys. Rev. B 70, 054429 (2004)",
        slow=True,
    ),
    Claim(
        says="The glass with Gaussian couplings has a ground-state energy of -1.3148 per spin.",
        measure=gaussian_energy,
        expect=-1.3148,
        within=Bias(0.0005, "cylinders of width 32; at width 12 the shift is below 0.002"),
        control=partial(with_free_edges, couplings=of_one_strength),
        source="Campbell, Hartmann and Katzgraber, Phys. Rev. B 70, 054429 (2004)",
        slow=True,
    ),
    Claim(
        says="The +-J glass keeps 0.07 to 0.075 of entropy per spin at T = 0: samples have many ground states (nats).",
        measure=glass_entropy,
        expect=0.0709,
        within=Bias(
            0.006, "the error of the source; other powers of the width than its square would give 0.071 to 0.075"
        ),
        control=partial(glass_entropy, widths=(4,)),
        source="Zhan, Lee and Wang, arXiv cond-mat/0004028 (2000): 0.0709 ± 0.006, with references to others",
        slow=True,
    ),
)

facts = (
    Fact(
        says="Energy per spin of the +-J glass on the square lattice at p = 1/2, exact solutions up to 50 x 50 spins",
        value="-1.4015 ± 0.0008",
        source="De Simone et al., J. Stat. Phys. 84, 1363 (1996)",
    ),
    Fact(
        says="Time to find a ground state once there is a third dimension, or a field: no fast way is known",
        value="NP-hard: a fast way would solve a thousand other problems too",
        source="Barahona, J. Phys. A 15, 3241 (1982)",
    ),
    Fact(
        says="Transition temperature of two-dimensional spin glasses; exponent of domain walls, Gaussian couplings",
        value="T_c = 0; theta = -0.2793(3): large walls cost ever less",
        source="Khoshbakht and Weigel, Phys. Rev. B 97, 064410 (2018)",
    ),
)
