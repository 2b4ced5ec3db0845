"""The third playground: diodes from linear to rectifying, and exclusive or filling in."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import resistors
from course_lib.play import Knob, Playground

STEPS, LEARNED, SHOWN = 2, 1e-4, 200  # steps a frame; the error (V²) that counts as learned; errors kept for the curve
ROW = 2  # the row whose voltages are drawn: x = 1, y = 0
HIDDEN, WIRES = 5, 40  # smaller than the network of the claims, to be seen
BOUND = 0.0225  # what no linear network can go below, in V²
PINS = {0: "x", 1: "1 − x", 2: "y", 3: "1 − y", 4: "0 V", 5: "1 V", 6: "out"}


class Learning(NamedTuple):
    """A diode network in training: which one, how rectifying, and its mean squared error after each frame."""

    seed: int
    rectification: float
    k: np.ndarray
    errors: tuple[float, ...]


def machine(seed: int, rectification: float) -> resistors.Machine:
    """The network of a seed, with diodes as good as asked for."""
    found = resistors.xor_network(HIDDEN, WIRES, rng=np.random.default_rng(seed))
    return found._replace(diodes=found.diodes._replace(rectification=rectification))


def learn_xor(state: Learning | None, rectification: float, seed: int) -> Iterator[Learning]:
    """The symmetric nudge with local steps; another seed is another network, another rectification is not."""
    wanted = machine(seed, rectification)
    errors = ()
    if state is not None and state.seed == seed:
        wanted, errors = wanted._replace(k=state.k), state.errors[:-1]  # the last one is measured anew
    for now in resistors.learn_diodes(*wanted):
        if now.step % STEPS == 0:
            errors = (*errors, 2 * now.loss)[-SHOWN:]
            yield Learning(seed, rectification, now.k, errors)
            if errors[-1] < LEARNED:
                return


def truth_table(V_o: np.ndarray, targets: np.ndarray, inputs: np.ndarray) -> Figure:
    """The four rows: wanted and measured, and whether the output lies on the right side of one half."""
    rows = [
        (f"{x:.0f}", f"{y:.0f}", f"{t:.2f}", f"{v:.3f}", "yes" if abs(v - t) < 0.05 else "no")
        for (x, y), t, v in zip(inputs[:, [0, 2]], targets, V_o, strict=True)
    ]
    return draw.table(("x", "y", "target", "output", "ok?"), rows, title="Exclusive or (volts)", alt="table")


def network_table_error(state: Learning) -> Figure:
    """The network at x = 1, y = 0; the truth table; the error so far with the linear bound."""
    net, _, diodes, task = machine(state.seed, state.rectification)
    V = resistors.diode_voltages(net, state.k, diodes, task.sources, task.inputs)
    V_o, targets = V[:, task.outputs[0]], task.targets[:, 0]
    steps = STEPS * np.arange(len(state.errors))
    wires = draw.graph(
        net.xy,
        net.edges,
        np.sqrt(state.k),
        width_label="root of the conductance (S^½)",
        width_max=20.0,  # of conductances up to 100 S: many wires cross here
        arrows=diodes.one_way.astype(float) * (state.rectification > 0),
        node_colour=V[ROW],
        node_label="voltage (V)",
        node_range=(0.0, 1.0),
        pins=PINS,
        title="x = 1, y = 0; arrows: diodes",
        alt="wires",
    )
    fall = draw.figure(
        draw.curve(steps, state.errors),
        draw.line_at(y=BOUND, text="no linear network below"),
        x="learning steps",
        y="mean squared error (V²)",
        log="y",
        x_range=(0.0, max(40.0, steps[-1])),
        y_range=(LEARNED / 3, 0.3),
        title="Error",
        alt="error",
    )
    return draw.panels(
        wires,
        truth_table(V_o, targets, task.inputs),
        fall,
        alt=f"Network {state.seed} with diodes at rectification {state.rectification:.2f} after {len(state.errors)} "
        f"frames: outputs {', '.join(f'{v:.3f}' for v in V_o)} V for targets 0.35, 0.65, 0.65, 0.35 V; mean squared "
        f"error {state.errors[-1]:.1e} V².",
    )


exclusive_or = Playground(
    question="How much of a diode does exclusive or need?",
    run=learn_xor,
    view=network_table_error,
    knobs=(
        Knob("rectification", 0.0, 1.0, start=1.0, step=0.05, label="rectification (0: resistors, 1: diodes)"),
        Knob("seed", 0, 9, start=1, step=1, label="network"),
    ),
)


def linear_networks(guess: str | None) -> Figure:
    """The answer to the second prediction: linear networks of ever more wires, trained on exclusive or."""
    hidden = np.array([2, 6, 16, 40])
    wires = 6 * hidden + 3
    errors = [linear_error(h, m) for h, m in zip(hidden, wires, strict=True)]
    told = f" You guessed: {guess}." if guess else ""
    return draw.figure(
        draw.points(wires, errors, "trained linear networks"),
        draw.line_at(y=BOUND, text="the bound, 0.0225 V²"),
        x="wires",
        y="mean squared error (V²)",
        x_range=(0.0, 260.0),
        y_range=(0.0, 0.05),
        title=f"No number is enough.{told}",
        alt=f"Linear networks of {', '.join(map(str, wires))} wires end at mean squared errors of "
        f"{', '.join(f'{e:.4f}' for e in errors)} V²: none below 0.0225.{told}",
    )


def linear_error(hidden: int, wires: int) -> float:
    """The mean squared error, in volts squared, at which a linear network ends on exclusive or."""
    net, k, _, task = resistors.xor_network(int(hidden), int(wires), rng=np.random.default_rng(0))
    states = resistors.learn(net, k, task, rule=resistors.descent, rate=20.0)
    return 2 * next(state for state in states if state.step == 300).loss
