"""Claims about learning a task to the end, and after damage."""

from functools import partial

import numpy as np

from course_lib.core import Refusal
from course_lib.kernels import resistors as rs
from course_lib.learn import AtMost, Between, Bias, Claim

from .tools import AS_IT_IS, EXACT, GENTLE, Measurement, after, squared_error


def allostery_error(rng: np.random.Generator, sign: int = 1) -> Measurement:
    """Squared error after 600 steps, the middle one of 3 random starts."""
    net, task = rs.allostery()
    rule = lambda *now: sign * GENTLE(*now)  # noqa: E731
    ends = [after(600, net, k, task, rule=rule, rate=2.0).k for k in rng.uniform(0.5, 1.5, (3, net.m))]
    return np.median([squared_error(net, k, task) for k in ends]), 0.0


def pupil_error(rng: np.random.Generator, teacher: bool = True) -> Measurement:
    """What is left of the loss after 600 steps, the median of 5 tasks; without a teacher targets are at random."""
    left = []
    for _ in range(5):
        net = rs.square(4)
        nodes = rs.scattered(net, 5, rng=rng)
        task = rs.teacher_task(net, nodes[:3], nodes[3:], 32, rng=rng)
        task = task if teacher else task._replace(targets=rng.random((32, 2)))
        k = np.ones(net.m)
        left.append(after(600, net, k, task, rule=GENTLE, rate=30.0).loss / rs.loss(net, k, task))
    return np.median(left), 0.0


def infeasible_map(rng: np.random.Generator, steps: int = 800) -> Measurement:
    """The map (-0.3, 0.5): loss reached over the least loss that any averaging of the sources can have."""
    net, rule = rs.complete(6), partial(rs.coupled_learning, eta=0.01)
    task = rs.convex_map_task(np.array([[-0.3, 0.5]]), np.arange(3), np.array([3]), 64, rng=rng)
    W = rs.best_convex_weights(task.inputs, task.targets)
    least = 0.5 * ((task.inputs @ W.T - task.targets) ** 2).mean()
    return after(steps, net, np.ones(net.m), task, rule=rule, rate=5.0, k_min=1e-4).loss / least, 0.0


def best_linear_xor(rng: np.random.Generator) -> Measurement:
    """The least squared error of any averaging of the six sources, over the four rows."""
    task = rs.xor_task(np.arange(6), 6)
    W = rs.best_convex_weights(task.inputs, task.targets)
    return ((task.inputs @ W.T - task.targets) ** 2).mean(), 0.0


def linear_xor(rng: np.random.Generator) -> Measurement:
    """Squared error above 0.15^2 after 1000 steps on 8 nodes all wired to each other: the middle one of 3 starts."""
    net, task = rs.complete(8), rs.xor_task(np.arange(6), 6)
    starts = np.exp(rng.uniform(-1, 1, (3, net.m)))
    ends = [after(1000, net, k, task, rule=GENTLE, rate=30.0).k for k in starts]
    return np.median([squared_error(net, k, task) for k in ends]) - 0.15**2, 0.0


def diode_xor(rng: np.random.Generator) -> Measurement:
    """The same for networks with diodes, which are not bound by it: the middle one of 9 starts."""
    return np.median(rs.xor_errors(9, rng=rng)) - 0.15**2, 0.0


def recovery(rng: np.random.Generator, steps: int = 600) -> Measurement:
    """Squared error after a tenth of a trained network's wires is cut and it learns on; median of 15 cuts."""
    net, task = rs.allostery()
    trained = after(600, net, rng.uniform(0.5, 1.5, net.m), task, rule=GENTLE, rate=2.0).k
    cuts = [cut_a_tenth(net, trained, rng) for _ in range(15)]
    ends = [after(steps, net, k, task, rule=GENTLE, rate=1.0).k for k in cuts]
    return np.median([squared_error(net, k, task) for k in ends]), 0.0


def cut_a_tenth(net: rs.Network, k: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The conductances with a tenth of the wires cut at random, the network still in one piece."""
    while True:
        cut = np.where(np.isin(np.arange(net.m), rng.permutation(net.m)[: net.m // 10]), 0, k)
        try:
            rs.effective_resistance(net, cut, 0, net.n - 1)
            return cut
        except Refusal:  # something floats
            continue


claims = (
    Claim(
        says="A 5 x 5 lattice learns to put 0.3, 0.7 and 0.6 V on three nodes (squared error, middle one of 3 starts).",
        measure=allostery_error,
        expect=AtMost(1e-6),
        within=AS_IT_IS,
        control=partial(allostery_error, sign=-1),
        source="task of Stern et al., Phys. Rev. X 11, 021045 (2021)",
    ),
    Claim(
        says="A network learns what another one with the same wiring does: below 1 % of its first loss (median of 5).",
        measure=pupil_error,
        expect=AtMost(0.01),
        within=AS_IT_IS,
        control=partial(pupil_error, teacher=False),
        source="measured here; regression as in Dillavou et al., Phys. Rev. Applied 18, 014040 (2022)",
    ),
    Claim(
        says="Asked for a weight of -0.3, a network reaches the best weights without it, and beats them never (ratio).",
        measure=infeasible_map,
        expect=Between(1.0, 1.01),
        within=EXACT,
        control=partial(infeasible_map, steps=0),
        source="maximum principle: weights are not negative and sum to 1",
    ),
    Claim(
        says="No linear network has a smaller squared error in exclusive or (0.35 and 0.65 V) than 0.15^2 = 0.0225.",
        measure=best_linear_xor,
        expect=0.0225,
        within=EXACT,
        source="least squares over all weights that are not negative and sum to 1",
    ),
    Claim(
        says="And a linear network gets there (squared error above 0.0225; middle one of 3 starts).",
        measure=linear_xor,
        expect=Between(0.0, 1e-4),
        within=Bias(1e-12, "rounding"),
        control=diode_xor,
        source="measured here",
    ),
    Claim(
        says="A tenth of its wires cut, a trained network learns its task again (squared error, median of 15 cuts).",
        measure=recovery,
        expect=AtMost(1e-5),
        within=AS_IT_IS,
        control=partial(recovery, steps=0),
        source="measured here; damage as in Dillavou et al., Phys. Rev. Applied 18, 014040 (2022)",
    ),
)
