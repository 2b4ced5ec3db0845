"""What the claims of this lesson measure: each function takes a source of chance, and gives a value and its error."""

from collections.abc import Callable
from functools import partial
from itertools import islice

import numpy as np

from course_lib.core import Refusal
from course_lib.kernels import resistors as rs

Measurement = tuple[float, float]
GENTLE = partial(rs.coupled_learning, eta=0.05)


def circuit(rng: np.random.Generator) -> tuple[rs.Network, np.ndarray, np.ndarray, np.ndarray]:
    """A 6 x 6 lattice with random conductances, and four random nodes clamped at random voltages."""
    net = rs.square(6)
    return net, np.exp(rng.uniform(-1, 1, net.m)), rs.scattered(net, 4, rng=rng), rng.random(4)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """1 if the two updates are parallel."""
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """The exponent in y ~ x^slope."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


# Circuits


def kirchhoff_residual(rng: np.random.Generator, hold: float = 0.0) -> Measurement:
    """The largest current missing at a free node; `hold` shifts one free node by so many volts."""
    net, k, clamped, values = circuit(rng)
    V = rs.voltages(net, k, clamped, values)
    free = np.setdiff1d(np.arange(net.n), clamped)
    V[free[0]] += hold
    return abs(rs.currents(net, k, V)[free]).max(), 0.0


def least_rise_in_power(rng: np.random.Generator, hold: float = 0.0) -> Measurement:
    """The smallest relative change of power when the free voltages are shifted at random, in 1000 trials."""
    net, k, clamped, values = circuit(rng)
    V = rs.voltages(net, k, clamped, values)
    free = np.setdiff1d(np.arange(net.n), clamped)
    V[free] += hold * rng.normal(size=len(free))
    shifted = np.tile(V, (1000, 1))
    shifted[:, free] += 0.1 * rng.normal(size=(1000, len(free)))
    return (rs.power(net, k, shifted) / rs.power(net, k, V) - 1).min(), 0.0


def foster_sum(rng: np.random.Generator) -> Measurement:
    """sum_e k_e R_e of a 6 x 6 lattice."""
    net, k, *_ = circuit(rng)
    return k @ rs.edge_resistances(net, k), 0.0


def torus_neighbours(rng: np.random.Generator, thick: float = 1.0) -> Measurement:
    """R between neighbours over (n - 1) / 2n: of all wires of the tori of side 3 to 8, the one farthest from 1."""
    ratios = []
    for net in map(rs.torus, range(3, 9)):
        k = np.full(net.m, rng.uniform(0.5, 2))
        R = k[0] * rs.edge_resistances(net, np.where(np.arange(net.m) == 0, thick * k, k))
        ratios.append(R * 2 * net.n / (net.n - 1))
    ratios = np.concatenate(ratios)
    return ratios[abs(ratios - 1).argmax()], 0.0


def approach_to_infinity(rng: np.random.Generator, dx: int, dy: int, limit: float) -> Measurement:
    """The exponent with which R on a torus of side 16 to 256 tends to the limit."""
    sides = np.array([16, 32, 64, 128, 256])
    return slope(sides, [abs(rs.torus_resistance(side, dx, dy) - limit) for side in sides]), 0.0


def overshoot(rng: np.random.Generator, weakest: float = 0.0) -> Measurement:
    """How far a free voltage gets above all clamped ones, at most, in 50 circuits; `weakest` is put on one wire."""
    worst = -np.inf
    for _ in range(50):
        net, k, clamped, values = circuit(rng)
        k[rng.integers(net.m)] += weakest
        V = rs.free_voltages(rs.laplacian(net.edges, k, net.n), clamped, values)
        worst = max(worst, V.max() - values.max())
    return worst, 0.0


# Rules


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
    return rs.local_rule(rs.drops(net, V_F), rs.drops(net, V_C), eta).mean(axis=0)


def cosine_to_descent(rng: np.random.Generator, n_o: int) -> Measurement:
    """Cosine of the two-state update to steepest descent: the median of 40 tasks with n_o outputs."""
    tasks = [any_task(rng, n_o) for _ in range(40)]
    return np.median([cosine(two_state_update(*now, 1e-5), rs.descent(*now)) for now in tasks]), 0.0


def distance_to(rng: np.random.Generator, theory: Callable) -> Measurement:
    """Relative distance of the two-state update to a formula, the worst of 10 tasks with 3 outputs."""
    worst = 0.0
    for _ in range(10):
        now = any_task(rng, 3)
        update = two_state_update(*now, 1e-6)
        worst = max(worst, np.linalg.norm(update - theory(*now)) / np.linalg.norm(update))
    return worst, 0.0


def best_nudge_exponent(rng: np.random.Generator, estimate: Callable) -> Measurement:
    """The exponent with which the nudge of least error grows with the comparators' noise s."""
    net, k, task = any_task(rng, 2)
    g, noises, nudges = rs.gradient(net, k, task), np.geomspace(1e-9, 1e-5, 4), np.geomspace(1e-4, 0.3, 40)
    best = []
    for s in noises:
        errors = []
        for b in nudges:
            noisy = rs.noisy_rule(partial(estimate, b=b), s, b, rng=rng)
            errors.append(np.mean([((noisy(net, k, task) - g) ** 2).sum() for _ in range(16)]))
        near = np.arange(-4, 5) + np.clip(np.argmin(errors), 4, 35)
        bend, tilt, _ = np.polyfit(np.log(nudges[near]), np.log(np.array(errors)[near]), 2)
        best.append(np.exp(-tilt / (2 * bend)))
    return slope(noises, best), 0.0


# Learning


def after(steps: int, net: rs.Network, k: np.ndarray, task: rs.Task, **how) -> rs.State:
    """The network that many steps later."""
    return next(islice(rs.learn(net, k, task, **how), steps, None))


def squared_error(net: rs.Network, k: np.ndarray, task: rs.Task) -> float:
    """Mean over samples and outputs of (V_o - V_T)^2."""
    return 2 * rs.loss(net, k, task) / len(task.outputs)


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


def linear_xor(rng: np.random.Generator, low: float = 0.35) -> Measurement:
    """Squared error above 0.15^2 after 1000 steps on 8 nodes all wired to each other: the middle one of 3 starts."""
    net, task = rs.complete(8), rs.xor_task(np.arange(6), 6, low, 1 - low)
    starts = np.exp(rng.uniform(-1, 1, (3, net.m)))
    ends = [after(1000, net, k, task, rule=GENTLE, rate=30.0).k for k in starts]
    return np.median([squared_error(net, k, task) for k in ends]) - 0.15**2, 0.0


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


def iris_accuracies(rng: np.random.Generator, steps: int, against: Callable | None = None) -> Measurement:
    """Share of irises recognised after so many steps, less that of another method; the mean of 20 splits."""
    net, shares = rs.complete(16), []
    for _ in range(20):
        split = rs.iris_split(rng=rng)
        nodes = np.arange(13)
        train = rs.iris_task(split.x_train, split.y_train, nodes[:10], nodes[10:])
        test = rs.iris_task(split.x_test, split.y_test, nodes[:10], nodes[10:])
        k = after(steps, net, np.ones(net.m), train, rule=partial(rs.coupled_learning, eta=0.1), rate=100.0).k
        V_train, V_test = rs.output_voltages(net, k, train), rs.output_voltages(net, k, test)
        share = rs.centroid_accuracy(V_train, split.y_train, V_test, split.y_test)
        shares.append(share - (against(split) if against else 0.0))
    return np.mean(shares), np.std(shares, ddof=1) / np.sqrt(len(shares))


# Comparators that are off


def learned(rng: np.random.Generator) -> tuple[rs.Network, np.ndarray, rs.Task]:
    """The allosteric network after 600 steps of perfect learning."""
    net, task = rs.allostery()
    return net, after(600, net, rng.uniform(0.5, 1.5, net.m), task, rule=GENTLE, rate=2.0).k, task


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
    """Squared length of the conductances' way in 100 steps, over that of the offsets' push; 32 draws of offsets."""
    net, k, task = learned(rng)
    shares = []
    for _ in range(32):
        offset = 1e-6 * rng.normal(size=net.m)
        rule = rs.biased_rule(GENTLE, offset, 0.05) if offsets_stay else rs.noisy_rule(GENTLE, 1e-6, 0.05, rng=rng)
        start = after(100, net, k, task, rule=rule, rate=2.0).k
        way = after(100, net, start, task, rule=rule, rate=2.0).k - start
        shares.append((way @ way) / (100 * 2.0 / 0.1) ** 2 / (offset @ offset))
    return np.mean(shares), np.std(shares, ddof=1) / np.sqrt(len(shares))


def erasure(rng: np.random.Generator, size: float = 1e-5) -> Measurement:
    """Two tasks by turns, 100 steps each, 10 times: loss of the first after the second's turn, less ten times its loss
    after its own turn; the median of 5 draws of offsets."""
    net, both = rs.allostery()
    tasks = [both._replace(outputs=both.outputs[[o]], targets=both.targets[:, [o]]) for o in (0, 1)]
    excess = []
    for _ in range(5):
        k, rule = np.ones(net.m), rs.biased_rule(GENTLE, size * rng.normal(size=net.m), 0.05)
        for _ in range(10):
            own = after(100, net, k, tasks[0], rule=rule, rate=2.0).k
            k = after(100, net, own, tasks[1], rule=rule, rate=2.0).k
        excess.append(rs.loss(net, k, tasks[0]) - 10 * rs.loss(net, own, tasks[0]))
    return np.median(excess), 0.0
