"""Diode networks that learn: the local rule of the resistors, and exclusive or, which no resistors can learn.

A nudge is a wire: a resistor of b siemens leads from each output to a node that is held at the target. So the free
state (b = 0) and the nudged states (b and -b) are states of one and the same network.

Symbols   V_o   voltages of the outputs (batch, n_o), in volts
          V_T   target voltages of the outputs (batch, n_o), in volts
          C     loss, 1/2 |V_o - V_T|^2 averaged over the batch, in volts^2
          b     nudge: conductance from each output to its target voltage, in siemens
          g, G  current through a wire of one siemens, in volts, and its integral, in volts^2
"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from course_lib.core import require

from . import sparse
from .circuit import drops
from .diodes import Diodes, checked_diodes, diode_voltages, resistor_state, settle
from .graph import Conductances, Edges, Network
from .learning import PerWire, State
from .newton import unit_content, unit_current, unit_slope
from .response import Outputs, Task, response
from .tasks import xor_task

Starts = Float[np.ndarray, " restarts"]


class Machine(NamedTuple):
    """A diode network and its task, in the order in which the functions below take them."""

    net: Network
    k: Conductances
    diodes: Diodes
    task: Task


def diode_outputs(net: Network, k: Conductances, diodes: Diodes, task: Task) -> Outputs:
    """V_o, one row for each row of inputs: for XOR, the truth table."""
    return diode_voltages(net, k, diodes, task.sources, task.inputs)[:, task.outputs]


def diode_loss(net: Network, k: Conductances, diodes: Diodes, task: Task) -> float:
    """C = mean over the batch of 1/2 |V_o - V_T|^2."""
    return float(0.5 * ((diode_outputs(net, k, diodes, task) - task.targets) ** 2).sum(axis=1).mean())


def diode_gradient(net: Network, k: Conductances, diodes: Diodes, task: Task) -> PerWire:
    """dC/dk_e = mean of g(dV_e) dV'_e, where V' is the state of the network of slopes k_e g'(dV_e), its sources at
    zero, when the currents V_T - V_o are fed in at the outputs.

    This is Kirchhoff's current law, differentiated; nothing is nudged. Of resistors it is the same as `gradient`.
    """
    V = diode_voltages(net, k, diodes, task.sources, task.inputs)
    error = task.targets - V[:, task.outputs]
    slopes = k * unit_slope(drops(net, V), diodes.leaks, diodes.width)
    dV_adjoint = np.stack([response(net, k_r, task).R @ error_r for k_r, error_r in zip(slopes, error, strict=True)])
    return (unit_current(drops(net, V), diodes.leaks, diodes.width) * dV_adjoint).mean(axis=0)


def diode_propagation(net: Network, k: Conductances, diodes: Diodes, task: Task, b: float) -> PerWire:
    """dC/dk_e estimated by [G(dV_e^b) - G(dV_e^0)] / b: each wire compares its own co-content in two states.

    Of a resistor G is dV^2 / 2, so this is the rule of `equilibrium_propagation`.
    Source: Kendall, Pantone, Manickavasagam, Bengio and Scellier, arXiv:2006.01981 (2020).
    """
    free, nudged = _mean_contents(net, k, diodes, task, (0.0, b))
    return (nudged - free) / b


def symmetric_diode_propagation(net: Network, k: Conductances, diodes: Diodes, task: Task, b: float) -> PerWire:
    """dC/dk_e estimated by [G(dV_e^b) - G(dV_e^-b)] / 2b: the error of first order in b cancels.

    Source: Laborieux et al., Front. Neurosci. 15, 633674 (2021).
    """
    repelled, attracted = _mean_contents(net, k, diodes, task, (-b, b))
    return (attracted - repelled) / (2 * b)


def _mean_contents(
    net: Network, k: Conductances, diodes: Diodes, task: Task, nudges: tuple[float, ...]
) -> list[PerWire]:
    """G(dV_e) averaged over the batch, at each of the nudges."""
    edges, k, sources = checked_diodes(net, k, diodes, task.sources)
    n_o = len(task.outputs)
    targets = net.n + np.arange(n_o)  # the nodes behind the nudging wires
    edges = np.vstack([edges, np.stack([task.outputs, targets], axis=1)])
    plan = sparse.plan(edges, net.n + n_o, np.concatenate([sources, targets]))
    wired = diodes._replace(one_way=np.append(diodes.one_way, np.zeros(n_o, bool)))
    free = resistor_state(plan, np.append(k, np.zeros(n_o)), np.hstack([task.inputs, task.targets]))
    settle(plan, np.append(k, np.zeros(n_o)), wired, free)
    contents = []
    for b in nudges:
        U = free.copy()
        settle(plan, np.append(k, np.full(n_o, b)), wired, U)
        V = U[:, plan.place]
        contents.append(unit_content(drops(net, V), diodes.leaks, diodes.width).mean(axis=0))
    return contents


def learn_diodes(
    net: Network,
    k: Conductances,
    diodes: Diodes,
    task: Task,
    *,
    b: float = 0.01,
    rate: float = 200.0,
    k_min: float = 1e-2,
    k_max: float = 1e2,
) -> Iterator[State]:
    """Yield the network as it is, then after each step d ln k_e = -rate * k_e dC/dk_e, for ever.

    The gradient is estimated by a symmetric nudge. It is descent in ln k, still local to each wire: a wire of a
    hundredth of a siemens needs small steps and one of a hundred siemens large ones, and steps in k itself, equal for
    both, find XOR from half of the random starts only. A wire cut at the start (k = 0) stays cut.
    """
    k, step, uncut = np.array(k, float), 0, k > 0
    while True:
        yield State(step, k, diode_loss(net, k, diodes, task))
        slope = k * symmetric_diode_propagation(net, k, diodes, task, b)
        k = np.where(uncut, np.clip(k * np.exp(np.minimum(-rate * slope, 50)), k_min, k_max), 0.0)
        step += 1


def xor_network(hidden: int = 10, wires: int = 63, share: float = 0.6, *, rng: np.random.Generator) -> Machine:
    """Exclusive or, wired at random: six sources, one output, hidden nodes, and diodes on a share of the wires.

    Each wire points either way with equal chance, and starts near one siemens. No wire joins two sources.
    """
    xy = np.array(
        [(0.0, -i) for i in range(6)] + [(4.0, -2.5)] + [(1 + i % 3, -5 * (i + 0.5) / hidden) for i in range(hidden)]
    )
    edges = _random_wires(6, len(xy), wires, rng=rng)
    k = np.exp(0.5 * rng.normal(size=wires))
    return Machine(Network(edges, xy), k, Diodes(rng.random(wires) < share), xor_task(np.arange(6), 6))


def _random_wires(n_s: int, n: int, wires: int, *, rng: np.random.Generator) -> Edges:
    """Different pairs of nodes, not both among the first n_s; every later node is connected to one of those."""
    later = np.arange(n_s, n)
    tree = {(int(rng.integers(j)), int(j)) for j in later}
    others = [pair for pair in combinations(range(n), 2) if pair[1] >= n_s and pair not in tree]
    require(
        0 <= wires - len(tree) <= len(others),
        f"{wires} wires cannot join {n} nodes: {len(tree)} to {len(tree) + len(others)} can",
    )
    chosen = rng.choice(len(others), wires - len(tree), replace=False)
    edges = np.array(sorted(tree) + [others[i] for i in chosen])
    return np.where(rng.random((wires, 1)) < 0.5, edges, edges[:, ::-1])


def xor_errors(
    restarts: int, rectification: float = 1.0, steps: int = 600, goal: float = 1e-3, *, rng: np.random.Generator
) -> Starts:
    """The mean over the four rows of (V_o - V_T)^2, which is 2 C, at the end of learning from each of several starts.

    Wiring, diodes and first conductances are drawn anew for each. Learning ends below the goal, or after the steps.
    At rectification 0 nothing comes below 0.15^2 = 0.0225: the output is a weighted mean of the sources, so it is
    a + b x + c y however they are wired, and exclusive or, 0.5 +- 0.15 with the sign of (1 - 2 x)(1 - 2 y), is
    orthogonal to 1, x and y on the four rows. The best that resistors can do is the mean, 0.5, for all four.
    """
    errors = []
    for _ in range(restarts):
        net, k, diodes, task = xor_network(rng=rng)
        states = learn_diodes(net, k, diodes._replace(rectification=rectification), task)
        errors.append(2 * until(states, steps, goal / 2).loss)
    return np.array(errors)


def until(states: Iterator[State], steps: int, loss: float) -> State:
    """The first state that is below the loss, or the one after so many steps."""
    return next(state for state in states if state.loss < loss or state.step == steps)
