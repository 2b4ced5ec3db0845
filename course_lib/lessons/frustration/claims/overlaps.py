"""Claims about the overlap of two replicas: one peak, two peaks, or a continuum that differs from sample to sample."""

from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels.frustration import sk, tempering
from course_lib.kernels.frustration.chain import scatter
from course_lib.learn import AtLeast, AtMost, Between, Claim, Errors, Fact

from .tools import AS_IT_IS, Measurement

FERROMAGNET = (1 - np.eye(64)) / 64
PARISI = "Parisi, Phys. Rev. Lett. 50, 1946 (1983)"
MEZARD = "Mezard, Parisi, Sourlas, Toulouse and Virasoro, Phys. Rev. Lett. 52, 1156 (1984)"
KATZGRABER = "Katzgraber, Palassini and Young, Phys. Rev. B 63, 184422 (2001): Gaussian integration by parts"


def identity(rng: np.random.Generator, sweeps: int = 200, dropped: int = 1) -> Measurement:
    """u + (beta/2)(1 - <q^2>) at T = 0.7 over 200 samples of 32 spins."""
    T, differences = tempering.ladder(0.7, 1.6, 6), []
    for _ in range(200):
        J = sk.sk_couplings(32, rng=rng)
        run = next(islice(tempering.parallel_tempering(J, T, sweeps, rng=rng), dropped, None))
        differences.append(run.E[:, 0].mean() / 32 + (1 - (run.q[:, 0] ** 2).mean()) / (2 * T[0]))
    return scatter(differences)


def overlaps(J: np.ndarray, T: float, sweeps: int, rng: np.random.Generator, burn_in: int = 200) -> np.ndarray:
    """The overlaps of two replicas at the lowest of eight temperatures."""
    ladder = tempering.ladder(T, max(1.6, 2 * T), 8)
    s = next(tempering.parallel_tempering(J, ladder, burn_in, rng=rng)).s
    return next(tempering.parallel_tempering(J, ladder, sweeps, rng=rng, s=s)).q[:, 0]


def distance(rng: np.random.Generator, J: np.ndarray, T: float, wanted: np.ndarray) -> Measurement:
    """Half the sum of the differences between the measured and an exact P(q): 0 is the same, 1 is apart."""
    P = tempering.overlap_distribution(overlaps(J, T, 6000, rng), len(J))
    return float(np.abs(P - wanted).sum() / 2), 0.0


def near_zero(rng: np.random.Generator, T: float, N: int = 32, samples: int = 32, sweeps: int = 300) -> np.ndarray:
    """P(|q| < 0.2) of each sample in two independent runs, (samples, 2)."""
    found = []
    for _ in range(samples):
        J = sk.sk_couplings(N, rng=rng)
        found.append([(np.abs(overlaps(J, T, sweeps, rng)) < 0.2).mean() for _ in range(2)])
    return np.array(found)


def weight_near_zero(rng: np.random.Generator, T: float) -> Measurement:
    """P(|q| < 0.2), the mean of 32 samples of 32 spins."""
    return scatter(near_zero(rng, T).mean(axis=1).tolist())


def own_scatter(rng: np.random.Generator, T: float, **how) -> Measurement:
    """The samples' own scatter of P(|q| < 0.2) over its mean: what two independent runs of each have in common."""
    a, b = near_zero(rng, T, **how).T
    return float(np.sqrt(max(np.cov(a, b)[0, 1], 0.0)) / np.concatenate([a, b]).mean()), 0.0


def scatter_stays(rng: np.random.Generator, T: float = 0.4) -> Measurement:
    """The samples' own scatter at 128 spins over that at 32."""
    few = own_scatter(rng, T, N=32, samples=150, sweeps=1500)[0]
    return own_scatter(rng, T, N=128, samples=60, sweeps=2000)[0] / few, 0.0


claims = (
    Claim(
        says="In equilibrium u = -(beta/2)(1 - <q^2>), and two sweeps after the start not yet (difference, T = 0.7).",
        measure=identity,
        expect=0.0,
        within=Errors(5.5),
        control=partial(identity, sweeps=2, dropped=0),
        source=KATZGRABER,
    ),
    Claim(
        says="Uncoupled spins of two replicas agree like tossed coins: one peak of width 1/sqrt(N) (distance of P(q)).",
        measure=lambda rng: distance(rng, 0 * FERROMAGNET, 1.0, tempering.free_overlaps(64)),
        expect=AtMost(0.06),
        within=AS_IT_IS,
        control=lambda rng: distance(rng, sk.sk_couplings(64, rng=rng), 1.2, tempering.free_overlaps(64)),
        source="binomial distribution",
    ),
    Claim(
        says="In a ferromagnet at T = 0.7 it has two peaks: P(q) of 64 spins is that of the exact sum (distance).",
        measure=lambda rng: distance(rng, FERROMAGNET, 0.7, tempering.curie_weiss_overlaps(64, 0.7)),
        expect=AtMost(0.1),
        within=AS_IT_IS,
        control=lambda rng: distance(rng, FERROMAGNET, 0.75, tempering.curie_weiss_overlaps(64, 0.7)),
        source="Curie and Weiss; sum over all magnetisations",
    ),
    Claim(
        says="In the glass at T = 0.4 any overlap occurs: P(|q| < 0.2), mean of 32 samples of 32 spins.",
        measure=partial(weight_near_zero, T=0.4),
        expect=Between(0.03, 0.25),
        within=AS_IT_IS,
        control=partial(weight_near_zero, T=1.5),
        source=PARISI,
    ),
    Claim(
        says="It differs from sample to sample: the samples' own scatter of P(|q| < 0.2), over its mean.",
        measure=partial(own_scatter, T=0.4),
        expect=AtLeast(0.4),
        within=AS_IT_IS,
        control=partial(own_scatter, T=1.5),
        source=MEZARD,
    ),
    Claim(
        says="More spins do not make samples alike: that scatter at 128 spins over that at 32, T = 0.4.",
        measure=scatter_stays,
        expect=AtLeast(0.6),
        within=AS_IT_IS,
        control=partial(scatter_stays, T=1.5),
        source=MEZARD,
        slow=True,
    ),
)

facts = (
    Fact(
        says="Parisi's theory, which breaks the symmetry of the replicas, gives the free energy of the infinite glass",
        value="proven at every temperature",
        source="Talagrand, Ann. Math. 163, 221 (2006)",
    ),
    Fact(
        says="Transition temperature of a layered glass as published (variance of weights C/n)",
        value="sqrt(2 C cos(pi/(L + 2))): ours for C = 1, whose L counts the layers of neurons, one more",
        source="Barney, Winer and Galitski, arXiv:2408.06421 (2024)",
    ),
    Fact(
        says="What training on digits makes of that glass",
        value="it is soon gone; a hidden order takes its place, whose melting temperature grows as a power of the time",
        source="Barney, Winer and Galitski, arXiv:2408.06421 (2024), abstract",
    ),
)
