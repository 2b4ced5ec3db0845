"""Claims about one step of learning."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import AtMost, Bias, Claim
from course_lib.lessons.resistors import states

from .tools import AS_IT_IS, Measurement, slope


def any_task(rng: np.random.Generator, n_o: int) -> tuple[rs.Network, np.ndarray, rs.Task]:
    """A 5 x 5 lattice with 3 sources, n_o outputs and 4 samples, all at random."""
    net = rs.square(5)
    nodes = rs.scattered(net, 3 + n_o, rng=rng)
    task = rs.Task(nodes[:3], nodes[3:], rng.random((4, 3)), rng.random((4, n_o)))
    return net, np.exp(rng.uniform(-1, 1, net.m)), task


def order_of_the_error(rng: np.random.Generator, estimate: Callable) -> Measurement:
    """The exponent with which the error of an estimate of the gradient falls with the nudge; median of 5 tasks."""
    nudges, orders = np.geomspace(1e-4, 1e-2, 5), []
    for _ in range(5):
        now = any_task(rng, 2)
        g = rs.gradient(*now)
        orders.append(slope(nudges, [np.linalg.norm(estimate(*now, b) - g) for b in nudges]))
    return np.median(orders), 0.0


def two_state_update(net: rs.Network, k: np.ndarray, task: rs.Task, eta: float) -> np.ndarray:
    """Coupled learning as an experiment does it: two states, and the local rule between them."""
    V_F, V_C = rs.states(net, k, task, eta)
    return rs.local_step(0.0, rs.drops(net, V_F), rs.drops(net, V_C), eta, 1.0).mean(axis=0)


def cosine_to_descent(rng: np.random.Generator, n_o: int, of: Callable) -> Measurement:
    """Cosine of the two-state update to steepest descent: the least, or the median, of 40 tasks with n_o outputs."""
    tasks = [any_task(rng, n_o) for _ in range(40)]
    return of([states.cosine(two_state_update(*now, 1e-5), rs.descent(*now)) for now in tasks]), 0.0


def playground_cosine(outputs: str) -> Measurement:
    """Cosine of the update to steepest descent where the first playground starts, at its smallest nudge."""
    now = (states.NET, states.K, states.task(1.0, 0.4, 0.8, outputs))
    return states.cosine(rs.coupled_learning(*now, states.NUDGES[0]), rs.descent(*now)), 0.0


def distance_to(rng: np.random.Generator, theory: Callable, any_length: bool = False) -> Measurement:
    """Relative distance of the two-state update to a formula, or to its direction: the worst of 10 tasks."""
    worst = 0.0
    for _ in range(10):
        now = any_task(rng, 3)
        update, guess = two_state_update(*now, 1e-6), theory(*now)
        if any_length:
            guess = guess * (update @ guess) / (guess @ guess)
        worst = max(worst, np.linalg.norm(update - guess) / np.linalg.norm(update))
    return worst, 0.0


def best_nudge_exponent(rng: np.random.Generator, estimate: Callable, sides: int) -> Measurement:
    """The exponent with which the nudge of least error grows with the comparators' noise s; median of 5 tasks."""
    return np.median([_best_nudge_exponent(any_task(rng, 2), estimate, sides, rng) for _ in range(5)]), 0.0


def _best_nudge_exponent(now: tuple, estimate: Callable, sides: int, rng: np.random.Generator) -> float:
    net, k, task = now
    g, noises, nudges = rs.gradient(net, k, task), np.geomspace(1e-9, 1e-5, 4), np.geomspace(1e-4, 0.3, 40)
    best = []
    for s in noises:
        errors = []
        for b in nudges:
            noisy = rs.noisy_rule(partial(estimate, b=b), s, sides * b, rng=rng)
            errors.append(np.mean([((noisy(net, k, task) - g) ** 2).sum() for _ in range(8)]))
        near = np.arange(-4, 5) + np.clip(np.argmin(errors), 4, 35)
        bend, tilt, _ = np.polyfit(np.log(nudges[near]), np.log(np.array(errors)[near]), 2)
        best.append(np.exp(-tilt / (2 * bend)))
    return slope(noises, best)


claims = (
    Claim(
        says="The error of one-sided equilibrium propagation falls in proportion to the nudge (exponent).",
        measure=partial(order_of_the_error, estimate=rs.equilibrium_propagation),
        expect=1.0,
        within=Bias(0.05, "nudges of 1e-4 to 1e-2 S are small, not infinitely small"),
        control=partial(order_of_the_error, estimate=rs.symmetric_equilibrium_propagation),
        source="Scellier and Bengio, Front. Comput. Neurosci. 11, 24 (2017)",
    ),
    Claim(
        says="With a nudge to both sides, in proportion to its square (exponent).",
        measure=partial(order_of_the_error, estimate=rs.symmetric_equilibrium_propagation),
        expect=2.0,
        within=Bias(0.05, "nudges of 1e-4 to 1e-2 S are small, not infinitely small"),
        control=partial(order_of_the_error, estimate=rs.equilibrium_propagation),
        source="Laborieux et al., Front. Neurosci. 15, 633674 (2021)",
    ),
    Claim(
        says="With one output, coupled learning points straight down the squared error (least cosine of 40 tasks).",
        measure=partial(cosine_to_descent, n_o=1, of=np.min),
        expect=1.0,
        within=Bias(1e-5, "eta is 1e-5: the cosine misses 1 by the order of its square, times the task's response"),
        control=partial(cosine_to_descent, n_o=2, of=np.min),
        source="derived in the lesson; rule of Stern et al., Phys. Rev. X 11, 021045 (2021)",
    ),
    Claim(
        says="With four outputs it does not (median cosine of 40 tasks; single ones may even point uphill).",
        measure=partial(cosine_to_descent, n_o=4, of=np.median),
        expect=AtMost(0.985),
        within=AS_IT_IS,
        control=partial(cosine_to_descent, n_o=1, of=np.median),
        source="derived in the lesson",
    ),
    Claim(
        says="In the first playground four outputs stop at a cosine of 0.88, however small the nudge.",
        measure=lambda rng: playground_cosine("4"),
        expect=0.88,
        within=Bias(0.005, "a number read off the figure, to two digits"),
        control=lambda rng: playground_cosine("1"),
        source="measured here",
    ),
    Claim(
        says="Coupled learning of several outputs is alpha J^T G_oo^-1 (V_T - V_F) (relative distance, worst of 10).",
        measure=partial(distance_to, theory=rs.coupled_learning_limit),
        expect=AtMost(1e-3),
        within=Bias(0.0, "eta is 1e-6, and the distance is of its order"),
        control=partial(distance_to, theory=rs.descent, any_length=True),
        source="derived in the lesson",
    ),
    Claim(
        says="The best one-sided nudge grows as the square root of the comparators' noise (exponent).",
        measure=partial(best_nudge_exponent, estimate=rs.equilibrium_propagation, sides=1),
        expect=1 / 2,
        within=Bias(0.05, "sampled noise, nudges on a grid, terms of higher order in the nudge"),
        control=partial(best_nudge_exponent, estimate=rs.symmetric_equilibrium_propagation, sides=2),
        source="minimum of (c b)^2 + (s/b)^2 over b",
    ),
    Claim(
        says="The best symmetric nudge grows as its cube root (exponent).",
        measure=partial(best_nudge_exponent, estimate=rs.symmetric_equilibrium_propagation, sides=2),
        expect=1 / 3,
        within=Bias(0.05, "sampled noise, nudges on a grid, terms of higher order in the nudge"),
        control=partial(best_nudge_exponent, estimate=rs.equilibrium_propagation, sides=1),
        source="minimum of (c b^2)^2 + (s/b)^2 over b",
    ),
)
