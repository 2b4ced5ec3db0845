"""Claims about the replica-symmetric theory, the mean field that it rests on, and the glass in layers."""

from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels.frustration import layered, replicas, sk
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Rounding

from .tools import AS_IT_IS, Measurement

FINITE = "matrices of 300 spins have an edge that is not quite sharp"
SK = "Sherrington and Kirkpatrick, Phys. Rev. Lett. 35, 1792 (1975)"
AT = "de Almeida and Thouless, J. Phys. A 11, 983 (1978)"
TAP = "Thouless, Anderson and Palmer, Phil. Mag. 35, 593 (1977)"
BARNEY = "derived in the lesson; model of Barney, Winer and Galitski, arXiv:2408.06421 (2024)"


def towards_zero(of, T: float = replicas.COLDEST) -> Measurement:
    """A straight line through the values at T and at 2T, at zero."""
    return 2 * of(T) - of(2 * T), 0.0


def smallest_field(T: float) -> Measurement:
    """(1 - T) over (3/4)^(1/3) h^(2/3) on the line of de Almeida and Thouless."""
    return (1 - T) / ((3 / 4) ** (1 / 3) * replicas.almeida_thouless_field(T) ** (2 / 3)), 0.0


def step_growth(rng: np.random.Generator, T: float, iteration=replicas.tap_iteration) -> Measurement:
    """The factor by which a small magnetisation changes at each step, over ten steps; 32 samples of 300 spins."""
    found = []
    for _ in range(32):
        m = 1e-6 * rng.normal(size=300)
        last = next(islice(iteration(sk.sk_couplings(300, rng=rng), T, m), 10, None))
        found.append((last @ last) / (m @ m))
    error = np.std(found, ddof=1) / np.sqrt(len(found)) / np.mean(found) / 20
    return float(np.mean(found) ** (1 / 20)), float(np.mean(found) ** (1 / 20) * error)


def settled(rng: np.random.Generator, T: float, iteration) -> Measurement:
    """The mean of m^2 after 100 steps from random magnetisations; the least of 5 samples of 300 spins."""
    starts = ((sk.sk_couplings(300, rng=rng), rng.uniform(-1, 1, 300)) for _ in range(5))
    return min(np.mean(next(islice(iteration(J, T, m), 100, None)) ** 2) for J, m in starts), 0.0


def last_step(rng: np.random.Generator, T: float, h: float) -> Measurement:
    """How far the 100th step of the TAP iteration still moves (root mean square); the median of 9 samples."""
    steps = []
    for _ in range(9):
        m, after = islice(replicas.tap_iteration(sk.sk_couplings(400, rng=rng), T, np.zeros(400), h), 99, 101)
        steps.append(np.sqrt(((after - m) ** 2).mean()))
    return float(np.median(steps)), 0.0


def distance_to_simulation(rng: np.random.Generator, iteration) -> Measurement:
    """Root mean square distance of the equations' magnetisations from simulated ones, at T = 1 and h = 0.5.

    The field comes from one more spin, coupled to all by h: relative to that spin, the others are in a field.
    """
    N, T, h, squares = 300, 1.0, 0.5, []
    for _ in range(3):
        J = np.zeros((N + 1, N + 1))
        J[1:, 1:] = sk.sk_couplings(N, rng=rng)
        J[0, 1:] = J[1:, 0] = h
        states = islice(sk.thermal_states(J, T, 32, 10, rng=rng), 3, 18)
        m = np.mean([(s[:, 1:] * s[:, :1]).mean(axis=0) for s in states], axis=0)
        solved = next(islice(iteration(J[1:, 1:], T, np.zeros(N), h), 60, None))
        squares.append(((m - solved) ** 2).mean())
    return float(np.sqrt(np.mean(squares))), 0.0


def worst_susceptibility(rng: np.random.Generator, T: float = 1.8, wanted: float = 1.8) -> Measurement:
    """The largest distance of the measured n <q_a q_b> from theory at T = `wanted`: 3 layers of 64, 32 samples."""
    found = []
    for _ in range(32):
        J = layered.layered_couplings(3, 64, rng=rng)
        states = islice(sk.thermal_states(J, T, 24, 8, rng=rng), 3, 8)
        found.append(np.mean([layered.layer_overlap_products(s, 3) for s in states], axis=0))
    distance = np.abs(np.mean(found, axis=0) - layered.layer_susceptibilities(3, wanted))
    a, b = np.unravel_index(distance.argmax(), distance.shape)
    return distance[a, b], float(np.std(found, axis=0, ddof=1)[a, b] / np.sqrt(32))


def critical_temperature(rng: np.random.Generator, L: int) -> Measurement:
    """The root of the largest eigenvalue of the layers' adjacency."""
    return float(np.sqrt(np.linalg.eigvalsh(layered.layer_adjacency(L))[-1])), 0.0


claims = (
    Claim(
        says="Taken to T = 0, the theory of alike replicas gives the glass the energy -sqrt(2/pi) = -0.7979 a spin.",
        measure=lambda rng: towards_zero(replicas.rs_energy),
        expect=-np.sqrt(2 / np.pi),
        within=Bias(2e-4, "a straight line from T = 0.02 and 0.01 to T = 0"),
        control=lambda rng: towards_zero(replicas.rs_energy, T=0.2),
        source=SK,
    ),
    Claim(
        says="There it gives the entropy -1/(2 pi) = -0.159 a spin: fewer than one state, so it must be wrong.",
        measure=lambda rng: towards_zero(replicas.rs_entropy),
        expect=-1 / (2 * np.pi),
        within=Bias(5e-4, "a straight line from T = 0.02 and 0.01 to T = 0"),
        control=lambda rng: towards_zero(replicas.rs_entropy, T=0.2),
        source=SK,
    ),
    Claim(
        says="At T = 0.5 the overlap of alike replicas is 0.5304.",
        measure=lambda rng: (replicas.rs_overlap(0.5), 0.0),
        expect=0.5304,
        within=Rounding(1e-4),
        source=SK,
    ),
    Claim(
        says="At T = 0.5 replicas are alike only in fields above 0.5699 (the line of de Almeida and Thouless).",
        measure=lambda rng: (replicas.almeida_thouless_field(0.5), 0.0),
        expect=0.5699,
        within=Rounding(1e-4),
        source=AT,
    ),
    Claim(
        says="In small fields that line is 1 - T = (3/4)^(1/3) h^(2/3) (ratio of both sides at T = 0.9999).",
        measure=lambda rng: smallest_field(0.9999),
        expect=1.0,
        within=Bias(1e-3, "1 - T is 1e-4, not zero"),
        control=lambda rng: smallest_field(0.9),
        source=AT,
    ),
    Claim(
        says="Without a field they are alike nowhere below T = 1 (largest replicon from T = 0.05 to 0.95).",
        measure=lambda rng: (max(replicas.replicon(T) for T in np.linspace(0.05, 0.95, 19)), 0.0),
        expect=AtMost(-1e-4),
        within=AS_IT_IS,
        control=lambda rng: (max(replicas.replicon(T, 1.5) for T in np.linspace(0.05, 0.95, 19)), 0.0),
        source=AT,
    ),
    Claim(
        says="At T = 1.5 naive mean field sees order where there is none (mean of m^2, least of 5 samples).",
        measure=partial(settled, T=1.5, iteration=replicas.naive_iteration),
        expect=AtLeast(0.1),
        within=AS_IT_IS,
        control=partial(settled, T=1.5, iteration=replicas.tap_iteration),
        source="the largest eigenvalue of J is 2, so naive mean field orders at T = 2",
    ),
    Claim(
        says="With Onsager's reaction a small magnetisation at T = 1.5 changes by the factor 1/T at each step.",
        measure=partial(step_growth, T=1.5),
        expect=1 / 1.5,
        within=Bias(0.02, FINITE),
        control=partial(step_growth, T=1.5, iteration=replicas.naive_iteration),
        source="for small m, m(t+1) = beta J m(t) - beta^2 m(t-1), whose roots have the size beta; " + TAP,
    ),
    Claim(
        says="At T = 0.8 it grows by 1/T = 1.25 at each step: the glass sets in at T = 1, not at 2.",
        measure=partial(step_growth, T=0.8),
        expect=1.25,
        within=Bias(0.03, FINITE),
        control=partial(step_growth, T=0.8, iteration=replicas.naive_iteration),
        source="the same roots, which now exceed one; " + TAP,
    ),
    Claim(
        says="The TAP equations give each spin's simulated magnetisation (root mean square distance, T = 1, h = 0.5).",
        measure=partial(distance_to_simulation, iteration=replicas.tap_iteration),
        expect=AtMost(0.12),
        within=AS_IT_IS,
        control=partial(distance_to_simulation, iteration=replicas.naive_iteration),
        source=TAP,
    ),
    Claim(
        says="Their iteration settles where replicas are alike: at T = 0.5, h = 1 (its 100th step, median of 9).",
        measure=partial(last_step, T=0.5, h=1.0),
        expect=AtMost(0.1),
        within=AS_IT_IS,
        control=partial(last_step, T=0.5, h=0.3),
        source="Bolthausen, Commun. Math. Phys. 325, 333 (2014)",
    ),
    Claim(
        says="Three layers of neurons are a glass below T = 1.1892 (root of the adjacency's largest eigenvalue).",
        measure=partial(critical_temperature, L=3),
        expect=layered.layered_critical_temperature(3),
        within=Rounding(1e-12),
        source=BARNEY,
    ),
    Claim(
        says="Very many layers freeze at the square root of 2 (1000 layers).",
        measure=partial(critical_temperature, L=1000),
        expect=np.sqrt(2),
        within=Bias(1e-4, "the cosine of pi/1001 misses 1 by 5e-6"),
        control=partial(critical_temperature, L=10),
        source=BARNEY,
    ),
    Claim(
        says="The overlaps of 3 layers vary as (1 - beta^2 A)^-1 says: largest distance of n <q_a q_b> at T = 1.8.",
        measure=worst_susceptibility,
        expect=0.0,
        within=Bias(0.035, "layers of 64 are not infinitely wide: a few parts in 64"),
        control=partial(worst_susceptibility, wanted=2.1),
        source=BARNEY,
    ),
)
