"""Claims about the magnet in equilibrium: Monte Carlo beside what Onsager, Yang and Kaufman solved exactly."""

from functools import partial

import numpy as np

from course_lib.kernels.frustration import chain, exact, ising, multispin, wolff_clusters
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Errors

from .tools import EXACT, Measurement

T_C = exact.critical_temperature()
TEMPERATURES = {"T = 1.5": 1.5, "T = 2.0": 2.0, "T_c": T_C, "T = 2.5": 2.5, "T = 3.5": 3.5}
KAUFMAN = "Kaufman, Phys. Rev. 76, 1232 (1949); the error is the scatter of 64 replicas"
BINDER = "crossing of Binder's ratio: Binder, Z. Phys. B 43, 119 (1981); value: Kramers and Wannier (1941)"


def replicas(Lx: int, T: float, burn_in: int, sweeps: int, every: int, rng: np.random.Generator) -> multispin.Replicas:
    """64 lattices in equilibrium."""
    start = multispin.metropolis_replicas(multispin.all_up(Lx), T, burn_in, every=burn_in, rng=rng)
    return multispin.metropolis_replicas(start.words, T, sweeps, every=every, rng=rng)


def energy(rng: np.random.Generator, T: float, Lx: int = 32) -> Measurement:
    """Energy per spin of 64 lattices; each replica is one independent value."""
    return chain.scatter(replicas(Lx, T, 1500, 2000, 5, rng).u.mean(axis=0))


def magnetisation(rng: np.random.Generator, T: float) -> Measurement:
    """|m| of 64 lattices of 64 x 64."""
    return chain.scatter(abs(replicas(64, T, 300, 1500, 5, rng).m).mean(axis=0))


def three_dynamics(rng: np.random.Generator, T: float = T_C) -> Measurement:
    """The worst of three deviations from Kaufman's energy at T_c, in standard errors; 32 blocks of one chain each."""
    s = np.ones((32, 32))
    chains = (
        ising.metropolis(s, T, 25_000, rng=rng),
        ising.heat_bath(s, T, 25_000, rng=rng),
        wolff_clusters.wolff(s, T, 5_000, rng=rng),
    )
    return max(chain.deviation(c.u, 1000, 32, T_C) for c in chains), 0.0


def wall_energy(rng: np.random.Generator, T: float = T_C) -> Measurement:
    """How far the energy of a torus of side 256 lies below -sqrt 2, times the side."""
    return 256 * (-np.sqrt(2) - exact.kaufman_energy(256, T)), 0.0


def elliptic_constant() -> float:
    """2 a b c / (a + b + c) with Jacobi's theta_2, theta_3, theta_4 = a, b, c at the nome e^-pi."""
    q, n = np.exp(-np.pi), np.arange(-20, 21)
    a, b, c = (q ** (n + 0.5) ** 2.0).sum(), (q**n**2.0).sum(), ((-1.0) ** n * q**n**2.0).sum()
    return float(2 * a * b * c / (a + b + c))


def far_from_critical(rng: np.random.Generator, T: tuple[float, ...] = (1.5, 2.0, 2.5, 3.5)) -> Measurement:
    """The largest difference between Kaufman's energy at side 128 and Onsager's."""
    return abs(exact.kaufman_energy(128, T) - exact.onsager_energy(T)).max(), 0.0


def duality(rng: np.random.Generator) -> Measurement:
    """The ratio of both sides of u(T) sinh(2/T) + u(T*) = -2 cosh(2/T), where it is furthest from 1."""
    T = rng.uniform(1, 4, 20)
    u, dual = exact.onsager_energy(T), exact.onsager_energy(exact.dual_temperature(T))
    ratio = -(u * np.sinh(2 / T) + dual) / (2 * np.cosh(2 / T))
    return ratio[np.argmax(abs(ratio - 1))], 0.0


def onsager_at_critical(rng: np.random.Generator) -> Measurement:
    return exact.onsager_energy(T_C), 0.0


def eta(rng: np.random.Generator, T: float = T_C) -> Measurement:
    """The exponent in <m^2> ~ Lx^-eta, from Lx = 16 and 32."""
    m2 = [(replicas(Lx, T, 40 * Lx, 800 * Lx, Lx // 2, rng).m ** 2).mean(axis=0) for Lx in (16, 32)]
    return chain.jackknife(lambda small, large: -np.log2(large / small), *m2)


def crossing(rng: np.random.Generator, share: float | None = None) -> Measurement:
    """Where Binder's ratio U is the same for Lx = 32 and 64: U falls with T, for the larger lattice more steeply.

    The gap between the two ratios is fitted by a parabola, and its root read off; the error is that of the
    jackknife over replicas. share: the control takes the larger lattice alone, and where its U is this much.
    """
    T = np.linspace(2.255, 2.285, 5)
    moments = []
    for Lx in (32, 64):
        m = np.array([replicas(Lx, t, 3000, 40_000, 20, rng).m for t in T])  # (T, steps, replicas)
        moments += [*(m**2).mean(axis=1), *(m**4).mean(axis=1)]

    def meet(*means: float) -> float:
        m2, m4 = np.array(means).reshape(2, 2, len(T)).swapaxes(0, 1)  # (sides, T)
        small, large = chain.binder_ratio(m2, m4)
        a, b, c = np.polyfit(T - T.mean(), (small if share is None else share) - large, 2)
        return T.mean() - 2 * c / (b + np.sqrt(b**2 - 4 * a * c))

    return chain.jackknife(meet, *moments)


def naive_error(rng: np.random.Generator, T: float = T_C) -> Measurement:
    """The honest error of the mean energy over the one that takes all sweeps as independent, at Lx = 32."""
    u = ising.heat_bath(np.ones((32, 32)), T, 33_000, rng=rng).u[1000:]
    return chain.blocked(u).error / chain.scatter(u).error, 0.0


claims = (
    *(
        Claim(
            says=f"Monte Carlo on 32 x 32 spins at {name} has the energy that Kaufman solved for (per spin, J = 1).",
            measure=partial(energy, T=T),
            expect=float(exact.kaufman_energy(32, T)),
            within=Errors(5.5),
            control=partial(energy, T=1.03 * T),
            source=KAUFMAN,
        )
        for name, T in TEMPERATURES.items()
    ),
    Claim(
        says="Metropolis, heat bath and Wolff's clusters agree with Kaufman at T_c (worst deviation, standard errors).",
        measure=three_dynamics,
        expect=AtMost(7.0),
        within=Bias(0.0, "Student's t of 32 blocks passes 7 less than once in a million times"),
        control=partial(three_dynamics, T=1.05 * T_C),
        source="Kaufman, Phys. Rev. 76, 1232 (1949)",
    ),
    Claim(
        says="At T = 2.0 the magnet keeps Yang's magnetisation, 0.9113 per spin (64 x 64 spins).",
        measure=partial(magnetisation, T=2.0),
        expect=float(exact.yang_magnetisation(2.0)),
        within=Errors(5.5),
        control=partial(magnetisation, T=2.05),
        source="Yang, Phys. Rev. 85, 808 (1952); correlations end after 2 sites, so 64 are as good as infinitely many",
    ),
    Claim(
        says="At T_c the infinite lattice has Onsager's energy, -sqrt 2 = -1.41421 per spin.",
        measure=onsager_at_critical,
        expect=-np.sqrt(2),
        within=EXACT,
        source="Onsager, Phys. Rev. 65, 117 (1944)",
    ),
    Claim(
        says="At T_c a torus of side Lx lies below that by 0.62244 / Lx (Kaufman less Onsager, exact; times Lx).",
        measure=wall_energy,
        expect=elliptic_constant(),
        within=Bias(1e-5, "the next term is -0.2 / Lx^2, at Lx = 256"),
        control=partial(wall_energy, T=2.27),
        source="Ferdinand and Fisher, Phys. Rev. 185, 832 (1969)",
    ),
    Claim(
        says="Far from T_c a torus of side 128 is infinite to all intents (Kaufman minus Onsager, at 4 temperatures).",
        measure=far_from_critical,
        expect=AtMost(1e-9),
        within=Bias(0.0, "exact on both sides"),
        control=partial(far_from_critical, T=(1.5, 2.2)),
        source="Kaufman (1949) and Onsager (1944)",
    ),
    Claim(
        says="Hot and cold are tied by duality: u(T) sinh(2/T) + u(T*) = -2 cosh(2/T) (ratio, worst of 20).",
        measure=duality,
        expect=1.0,
        within=EXACT,
        source="derivative of Kramers and Wannier's relation, Phys. Rev. 60, 252 (1941)",
    ),
    Claim(
        says="At T_c the mean square magnetisation falls with the side as Lx^(-1/4) (exponent, from Lx = 16 and 32).",
        measure=eta,
        expect=0.25,
        within=Bias(0.01, "corrections at Lx = 16"),
        control=partial(eta, T=2.0),
        source="eta = 1/4: Wu, Phys. Rev. 149, 380 (1966); Fisher, Physica 25, 521 (1959)",
    ),
    Claim(
        says="Errors that take successive sweeps at T_c as independent are far too small (ratio, heat bath, 32 x 32).",
        measure=naive_error,
        expect=AtLeast(3.0),
        within=Bias(0.0, "the bound itself leaves the room that 32 blocks need"),
        control=partial(naive_error, T=4.0),
        source="sqrt(2 tau), tau the integrated autocorrelation time in sweeps: Sokal (1997), section 2",
    ),
    Claim(
        says="Binder's ratios of two lattices cross at T_c = 2 / ln(1 + sqrt 2) = 2.26919 (Lx = 32 and 64).",
        measure=crossing,
        expect=T_C,
        within=Bias(0.001, "corrections at Lx = 32, and a parabola for the curve"),
        control=partial(crossing, share=0.56),
        source=BINDER,
        slow=True,
    ),
)
