"""Claims about how the magnet gets to equilibrium: slow at T_c, slower below it, and what clusters change."""

from functools import partial

import numpy as np

from course_lib.kernels.frustration import chain, exact, ising, wolff_clusters
from course_lib.learn import AtLeast, Between, Bias, Claim, Fact

from .magnets import T_C, replicas
from .tools import AS_IT_IS, Measurement

TIMES = np.array([32, 64, 128, 256, 512])  # sweeps after the quench


def single_flip_time(Lx: int, sweeps: int, rng: np.random.Generator) -> float:
    """tau of m^2 at T_c in sweeps, from 64 replicas; measured every few sweeps where tau is long."""
    every = max(1, Lx**2 // 256)
    return every * chain.autocorrelation_time(replicas(Lx, T_C, 5 * Lx**2, sweeps, every, rng).m ** 2)


def cluster_time(Lx: int, clusters: int, rng: np.random.Generator) -> float:
    """The same for Wolff, in sweeps: clusters times their mean share of the lattice, which is <m^2>."""
    m2 = wolff_clusters.wolff(np.ones((Lx, Lx)), T_C, clusters, rng=rng).m[200:] ** 2
    return chain.autocorrelation_time(m2) * m2.mean()


def speed_up(rng: np.random.Generator, against=None) -> Measurement:
    """How many times longer single flips remember m^2 than clusters do, at T_c on 32 x 32, work for work."""
    against = against or partial(cluster_time, clusters=12_000)
    return single_flip_time(32, sweeps=4000, rng=rng) / against(32, rng=rng), 0.0


def slowing_down(rng: np.random.Generator, clusters: bool = False) -> Measurement:
    """z in tau ~ Lx^z at T_c, from Lx = 16, 32 and 64."""
    sides = np.array([16, 32, 64])
    tau = [cluster_time(L, 100_000, rng) if clusters else single_flip_time(L, 15 * L**2, rng) for L in sides]
    return np.polyfit(np.log(sides), np.log(tau), 1)[0], 0.0


def coarsening(rng: np.random.Generator, T: float = 1.5, u_0: float | None = None) -> Measurement:
    """The exponent in u(t) - u ~ t^x after a quench from noise to T, over 16 lattices of 256 x 256 and 512 sweeps."""
    u = exact.onsager_energy(T) if u_0 is None else u_0
    noise = rng.choice([-1, 1], (16, 256, 256))
    falls = [ising.heat_bath(s, T, TIMES[-1], rng=rng).u[TIMES - 1] - u for s in noise]
    return chain.scatter([np.polyfit(np.log(TIMES), np.log(fall), 1)[0] for fall in falls])


claims = (
    Claim(
        says="At T_c Wolff's clusters forget over 10 times sooner than single flips (times of m^2 in sweeps, 32 x 32).",
        measure=speed_up,
        expect=AtLeast(10.0),
        within=AS_IT_IS,
        control=partial(speed_up, against=partial(single_flip_time, sweeps=4000)),
        source="Wolff, Phys. Rev. Lett. 62, 361 (1989); ratio measured here",
    ),
    Claim(
        says="Quenched below T_c, domains grow as sqrt(t): the excess energy, that of their walls, falls as t^(-1/2).",
        measure=coarsening,
        expect=-0.5,
        within=Bias(0.06, "after 512 sweeps the exponent still creeps towards its limit"),
        control=partial(coarsening, u_0=-2.0),
        source="Allen and Cahn, Acta Metall. 27, 1085 (1979); Bray, Adv. Phys. 43, 357 (1994)",
    ),
    Claim(
        says="At T_c twice the side takes single flips about four times as long (exponent of tau, Lx = 16, 32, 64).",
        measure=slowing_down,
        expect=Between(1.9, 2.3),
        within=AS_IT_IS,
        control=partial(slowing_down, clusters=True),
        source="tau ~ Lx^z, z = 2.167 for large Lx; up to 64 we measure slightly less",
        slow=True,
    ),
    Claim(
        says="Wolff's clusters hardly slow down at T_c (exponent of tau in sweeps, fit of Lx = 16, 32, 64).",
        measure=partial(slowing_down, clusters=True),
        expect=Between(0.0, 0.5),
        within=AS_IT_IS,
        control=slowing_down,
        source="Wolff, Phys. Rev. Lett. 62, 361 (1989); range measured here",
        slow=True,
    ),
)

facts = (
    Fact(
        says="Exponent z of the slowing down of single flips at T_c in two dimensions",
        value="2.1665 ± 0.0012",
        source="Nightingale and Blöte, Phys. Rev. Lett. 76, 4548 (1996), abstract",
    ),
)
