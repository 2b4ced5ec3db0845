"""Claims about comparators that are off, each by a constant of its own."""

from functools import partial

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import AtLeast, Bias, Claim

from .tools import AS_IT_IS, GENTLE, Measurement, after, slope


def learned(rng: np.random.Generator) -> tuple[rs.Network, np.ndarray, rs.Task]:
    """A network that has learned all there is to learn: the targets are what its own outputs say."""
    net, task = rs.allostery()
    k = np.exp(rng.uniform(-1, 1, net.m))
    return net, k, task._replace(targets=rs.output_voltages(net, k, task))


def loss_left_by_offsets(rng: np.random.Generator, power: int = 1) -> Measurement:
    """The exponent with which the loss grows with the offsets' size (or a power of it); median of 5 draws."""
    net, k, task = learned(rng)
    sizes, exponents = np.geomspace(1e-7, 1e-5, 3), []
    for _ in range(5):
        offset = rng.normal(size=net.m)
        rules = [rs.biased_rule(GENTLE, size**power * offset, 0.05) for size in sizes]
        exponents.append(slope(sizes, [after(300, net, k, task, rule=rule, rate=2.0).loss for rule in rules]))
    return np.median(exponents), 0.0


def drift(rng: np.random.Generator, offsets_stay: bool = True) -> Measurement:
    """Squared length of the conductances' way in 100 steps, over that of the offsets' push, the mean over 40 offsets at
    right angles to each other: so no direction counts more than another, and nothing is left to chance."""
    net, k, task = learned(rng)
    offsets, shares = 1e-6 * np.linalg.qr(rng.normal(size=(net.m, net.m)))[0], []
    for offset in offsets:
        rule = rs.biased_rule(GENTLE, offset, 0.05) if offsets_stay else rs.noisy_rule(GENTLE, 2e-7, 0.05, rng=rng)
        start = after(200, net, k, task, rule=rule, rate=2.0).k
        way = after(100, net, start, task, rule=rule, rate=2.0).k - start
        shares.append((way @ way) / (100 * 2.0 / 0.1) ** 2 / (offset @ offset))
    return np.mean(shares), 0.0


def erasure(rng: np.random.Generator, size: float = 1e-5) -> Measurement:
    """A network that knows two tasks is reminded of them by turns, 100 steps each, 5 times. Loss of the first after the
    second's turn, less ten times its loss after its own turn; the median of 9 draws of offsets."""
    net, known, both = learned(rng)
    tasks = [both._replace(outputs=both.outputs[[o]], targets=both.targets[:, [o]]) for o in (0, 1)]
    excess = []
    for _ in range(9):
        k, rule = known, rs.biased_rule(GENTLE, size * rng.normal(size=net.m), 0.05)
        for _ in range(5):
            own = after(100, net, k, tasks[0], rule=rule, rate=2.0).k
            k = after(100, net, own, tasks[1], rule=rule, rate=2.0).k
        excess.append(rs.loss(net, k, tasks[0]) - 10 * rs.loss(net, own, tasks[0]))
    return np.median(excess), 0.0


def limit_cycle(rng: np.random.Generator, k_min: float = 0.05, k_max: float = 5.0) -> Measurement:
    """Two tasks by turns, 20 steps each, 200 times: how far the conductances go in a turn, less ten times what they
    miss of their place when the round is over; the median of 15 draws of offsets."""
    net, both = rs.allostery(side=4, targets=(0.4, 0.6))
    tasks = [both._replace(outputs=both.outputs[[o]], targets=both.targets[:, [o]]) for o in (0, 1)]
    excess = []
    for _ in range(15):
        rule = rs.biased_rule(GENTLE, 6e-3 * rng.normal(size=net.m), 0.05)
        how = dict(rule=rule, rate=0.5, k_min=k_min, k_max=k_max)
        k = np.ones(net.m)
        for _ in range(200):
            start = k
            half = after(20, net, start, tasks[0], **how).k
            k = after(20, net, half, tasks[1], **how).k
        excess.append(np.linalg.norm(half - start) - 10 * np.linalg.norm(k - start))
    return np.median(excess), 0.0


claims = (
    Claim(
        says="Constant offsets of the comparators leave a loss that grows as their square (exponent).",
        measure=loss_left_by_offsets,
        expect=2.0,
        within=Bias(0.2, "offsets of 1e-7 to 1e-5 V^2 move the conductances, and with them the response, a little"),
        control=partial(loss_left_by_offsets, power=2),
        source="derived in the lesson; effect of Dillavou et al., arXiv:2505.22887 (2025)",
    ),
    Claim(
        says="In all directions but the three that outputs hold, the conductances drift: 37/40 of the push.",
        measure=drift,
        expect=37 / 40,
        within=Bias(0.01, "the slowest of the three has not quite settled; a fourth would shift it by 0.025"),
        control=partial(drift, offsets_stay=False),
        source="derived in the lesson; drift of Dillavou et al., arXiv:2505.22887 (2025)",
    ),
    Claim(
        says="With offsets, learning a second task undoes the first (loss after the other's turn, less 10 times own).",
        measure=erasure,
        expect=AtLeast(1e-8),
        within=AS_IT_IS,
        control=partial(erasure, size=0.0),
        source="measured here; cycles of Dillavou et al., arXiv:2505.22887 (2025)",
    ),
    Claim(
        says="Two tasks by turns, most wires at their limits: the drift ends in a cycle (turn less 10 misses, in S).",
        measure=limit_cycle,
        expect=AtLeast(0.01),
        within=AS_IT_IS,
        control=partial(limit_cycle, k_min=1e-4, k_max=1e4),
        source="measured here; limit cycles of Dillavou et al., arXiv:2505.22887 (2025)",
        slow=True,
    ),
)
