"""Claims about weights that point one way: circles of probability, chaos, and layers."""

from collections.abc import Callable
from functools import partial
from itertools import islice, permutations

import numpy as np

from course_lib.kernels.frustration import boltzmann, directed, hopfield, rate_network
from course_lib.kernels.frustration.chain import scatter
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Rounding

from .tools import AS_IT_IS, ONLY_ROUNDING, Measurement


def growth(rng: np.random.Generator, g: float, turned: Callable = np.array) -> Measurement:
    """Growth rate of a small distance, after 75 decay times: the mean of 3 networks of 200 neurons."""
    rates = []
    for _ in range(3):
        J = turned(directed.directed_weights(200, rng=rng))
        rates.append(rate_network.growth_rates(rng.normal(size=200), J, g, 30, 50, rng=rng)[15:].mean())
    return np.mean(rates), 0.0


def activity(rng: np.random.Generator, turned: Callable) -> Measurement:
    """The root mean square input of 200 neurons at gain 0.8 after 100 decay times; the least of 5 networks."""
    ends = []
    for _ in range(5):
        J = turned(directed.directed_weights(200, rng=rng))
        x = next(islice(rate_network.rate_flow(rng.normal(size=200), J, 0.8, dt=0.2), 500, None))
        ends.append(np.sqrt(np.mean(x**2)))
    return min(ends), 0.0


def variance(rng: np.random.Generator, g: float) -> Measurement:
    """<x^2> of 500 neurons over 40 decay times after the first 20; 32 networks."""
    samples = []
    for _ in range(32):
        x, J = rng.normal(size=500), directed.directed_weights(500, rng=rng)
        samples.append(np.mean([np.mean(x**2) for x in islice(rate_network.rate_flow(x, J, g), 200, 600)]))
    return scatter(samples)


def largest_rise_of_rates(rng: np.random.Generator, turned: Callable) -> Measurement:
    """The largest change of a graded network's energy in a step, 100 neurons at gain 2 over 40 decay times."""
    J = turned(directed.directed_weights(100, rng=rng))
    path = islice(rate_network.rate_flow(rng.normal(size=100), J, 2.0), 400)
    return np.diff([rate_network.rate_energy(x, J, 2.0) for x in path]).max(), 0.0


def steps_too_many(rng: np.random.Generator, turned: Callable = np.array) -> Measurement:
    """Parallel updates until rest (100 at most) less the number of layers: the largest difference, 1 to 12 layers."""
    worst = 0
    for L in range(1, 13):
        J = turned(directed.feed_forward_weights(L, 40, rng=rng))
        start = hopfield.random_patterns(1, len(J), rng=rng)[0]
        steps = sum(1 for _ in islice(directed.parallel_updates(start, J), 101)) - 1
        worst = max(worst, abs(steps - L))
    return worst, 0.0


def circulation(rng: np.random.Generator, turned: Callable, theory: bool = True) -> Measurement:
    """Largest |ln ratio + 4 s_i s_j (J_ij - J_ji) / T| over all two-spin cycles of 3 spins; or largest |ln ratio|."""
    J, T = turned(directed.directed_weights(3, rng=rng)), 0.5
    w, s, worst = directed.heat_bath_rates(J, T), boltzmann.all_states(3), 0.0
    for i, j in permutations(range(3), 2):
        for start in range(8):
            measured = np.log(directed.cycle_ratio(w, directed.two_spin_cycle(3, i, j, start)))
            expected = -4 * s[start, i] * s[start, j] * (J[i, j] - J[j, i]) / T
            worst = max(worst, abs(measured - theory * expected))
    return worst, 0.0


def entropy_produced(rng: np.random.Generator, turned: Callable) -> Measurement:
    """Nats an attempt in the stationary state of three spins in a heat bath; the least of 10 networks."""
    rates = [directed.heat_bath_rates(turned(directed.directed_weights(3, rng=rng)), 0.5) for _ in range(10)]
    return min(directed.entropy_production(w, directed.stationary_distribution(w)) for w in rates), 0.0


claims = (
    Claim(
        says="With symmetric weights the rates once round any cycle multiply to those of the way back (largest |ln|).",
        measure=partial(circulation, turned=directed.symmetrised, theory=False),
        expect=AtMost(0.0),
        within=ONLY_ROUNDING,
        control=partial(circulation, turned=np.array, theory=False),
        source="Kolmogorov, Math. Ann. 112, 155 (1936): detailed balance",
    ),
    Claim(
        says="With directed ones the ratio is exp(-4 s_i s_j (J_ij - J_ji)/T), two spins flipped in turn (worst ln).",
        measure=partial(circulation, turned=np.array),
        expect=AtMost(0.0),
        within=ONLY_ROUNDING,
        control=partial(circulation, turned=np.array, theory=False),
        source="the heat bath flips s to -s at rates whose ratio is exp(2 s h / T), and h changes by 2 J s at a flip",
    ),
    Claim(
        says="So with directed weights a heat bath produces entropy for ever (nats an attempt, least of 10).",
        measure=partial(entropy_produced, turned=np.array),
        expect=AtLeast(1e-9),
        within=AS_IT_IS,
        control=partial(entropy_produced, turned=directed.symmetrised),
        source="Schnakenberg, Rev. Mod. Phys. 48, 571 (1976): zero in detailed balance, and only there",
    ),
    Claim(
        says="Directed random weights make chaos at gain 3: a small distance grows (rate per decay time, 200 neurons).",
        measure=partial(growth, g=3.0),
        expect=AtLeast(0.02),
        within=AS_IT_IS,
        control=partial(growth, g=3.0, turned=directed.symmetrised),
        source="Sompolinsky, Crisanti and Sommers, Phys. Rev. Lett. 61, 259 (1988)",
    ),
    Claim(
        says="Not at gain 0.8, below 1: there it shrinks (rate per decay time, mean of 3 networks of 200 neurons).",
        measure=partial(growth, g=0.8),
        expect=AtMost(-0.05),
        within=AS_IT_IS,
        control=partial(growth, g=3.0),
        source="Sompolinsky, Crisanti and Sommers, Phys. Rev. Lett. 61, 259 (1988): -0.2 for many neurons",
    ),
    Claim(
        says="Symmetric weights keep a pattern at gain 0.8, as their largest eigenvalue is 2 (least rms input of 5).",
        measure=partial(activity, turned=directed.symmetrised),
        expect=AtLeast(0.3),
        within=AS_IT_IS,
        control=partial(activity, turned=np.array),
        source="silence is left where the gain times the largest eigenvalue exceeds 1",
    ),
    Claim(
        says="At gain 2 the inputs of 500 chaotic neurons have the variance of the theory for infinitely many, 1.925.",
        measure=partial(variance, g=2.0),
        expect=rate_network.chaotic_variance(2.0),
        within=Bias(0.03, "500 neurons, not infinitely many: corrections of a few over N"),
        control=partial(variance, g=2.3),
        source="Sompolinsky, Crisanti and Sommers, Phys. Rev. Lett. 61, 259 (1988)",
        slow=True,
    ),
    Claim(
        says="Graded neurons with symmetric weights only lose energy at gain 2 (largest change in a step, 400 steps).",
        measure=partial(largest_rise_of_rates, turned=directed.symmetrised),
        expect=AtMost(0.0),
        within=ONLY_ROUNDING,
        control=partial(largest_rise_of_rates, turned=np.array),
        source="Hopfield, Proc. Natl. Acad. Sci. 81, 3088 (1984)",
    ),
    Claim(
        says="A feed-forward network rests after exactly as many steps as it has layers (1 to 12; worst error).",
        measure=steps_too_many,
        expect=0.0,
        within=Rounding(1e-12),
        control=partial(steps_too_many, turned=directed.symmetrised),
        source="layer after layer, each hears its final input one step later",
    ),
)
