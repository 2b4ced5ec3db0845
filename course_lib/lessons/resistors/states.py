"""The first playground: one network in its free and its clamped state, and how good the local rule's direction is."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import resistors
from course_lib.play import Choice, Knob, Playground

NET = resistors.square(4)
K = np.random.default_rng(1).uniform(0.3, 2.0, NET.m)  # wires that have not learned anything
SOURCES = np.array([0, 3, 12])
OUTPUTS = {"1": [6], "2": [6, 9], "4": [6, 9, 5, 10]}
OTHERS = [0.2, 0.6, 0.4]  # targets of the second, third and fourth output
NUDGES = np.geomspace(1e-3, 1, 31)
UNDEFINED = "undefined: the gradient is 0"


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """1: same direction. 0: at right angles. Not a number where one of them is nothing, and so has no direction."""
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / size) if size else np.nan


def task(x_1: float, x_2: float, target: float, outputs: str) -> resistors.Task:
    """Three corners are held at x_1, x_2 and 0; the outputs have a target each."""
    nodes = OUTPUTS[outputs]
    targets = [target, *OTHERS][: len(nodes)]
    return resistors.Task(SOURCES, np.array(nodes), np.array([[x_1, x_2, 0.0]]), np.array([targets]))


def state(V: np.ndarray, outputs: str, title: str, change: np.ndarray | None = None) -> Figure:
    """Wires by conductance and power, nodes by voltage."""
    watts = K * resistors.drops(NET, V) ** 2
    pins = {0: "x₁", 3: "x₂", 12: "0 V"} | {node: "out" for node in OUTPUTS[outputs]}
    return draw.graph(
        NET.xy,
        NET.edges,
        K,
        colour=watts,
        colour_label="power (W)",
        colour_range=(0.0, 0.25),
        node_colour=V,
        node_label="voltage (V)",
        node_range=(-1.0, 1.0),
        pins=pins,
        change=change,
        title=title,
        alt=title,
    )


def cosines(asked: resistors.Task, now: float, guess: float | None = None) -> Figure:
    """Cosine to the exact gradient for every nudge: coupled learning, and equilibrium propagation beside it."""
    downhill = -resistors.gradient(NET, K, asked)
    coupled = [cosine(resistors.coupled_learning(NET, K, asked, eta), downhill) for eta in NUDGES]
    propagated = [cosine(-resistors.equilibrium_propagation(NET, K, asked, b), downhill) for b in NUDGES]
    here = cosine(resistors.coupled_learning(NET, K, asked, now), downhill)
    known = np.isfinite(here)
    told = f"{here:.3f} at nudge {now:.3g}, {coupled[0]:.3f} for the smallest nudge" if known else UNDEFINED
    return draw.figure(
        draw.curve(NUDGES, coupled, "outputs held, η"),
        draw.curve(NUDGES, propagated, "outputs pulled, b (S)", style=1),
        draw.points([now], [here]),
        draw.guess_line(y=guess),
        x="nudge",
        y="cosine to steepest descent",
        log="x",
        y_range=(np.nanmin([0.0, *coupled]), 1.05),
        title="Does it point downhill?" if known else "No gradient, no cosine",
        alt=f"Cosine between the network's update and steepest descent: {told}.",
    )


def free_and_clamped(x_1: float, x_2: float, target: float, eta: float, outputs: str) -> Figure:
    """Both states, the update of each wire, and the cosine."""
    asked = task(x_1, x_2, target, outputs)
    V_F, V_C = (V[0] for V in resistors.states(NET, K, asked, eta))
    change = resistors.coupled_learning(NET, K, asked, eta)
    cosine_panel = cosines(asked, eta)
    first = asked.outputs[0]
    return draw.panels(
        state(V_F, outputs, "Free"),
        state(V_C, outputs, f"Clamped, η = {eta:.3g}", change),
        cosine_panel,
        alt=f"A network of 24 wires with inputs {x_1:.2f} V and {x_2:.2f} V. Its first output is at {V_F[first]:.3f} V "
        f"when free and at {V_C[first]:.3f} V when nudged by {eta:.3g} towards {target:.2f} V; outputs: {outputs}. "
        f"{(change > 0).sum()} wires grow, {(change < 0).sum()} shrink. {cosine_panel.layout.meta['alt']}",
    )


def cosine_curve(guess: float | None) -> Figure:
    """The answer to the first prediction: four outputs, every nudge, and the reader's guess."""
    return cosines(task(1.0, 0.4, 0.8, "4"), NUDGES[0], guess)


two_states = Playground(
    question="Each wire compares its two states. When does what it does amount to gradient descent?",
    view=free_and_clamped,
    knobs=(
        Knob("x_1", -1.0, 1.0, start=1.0, step=0.05, unit="V", label="input x₁"),
        Knob("x_2", -1.0, 1.0, start=0.4, step=0.05, unit="V", label="input x₂"),
        Knob("target", -1.0, 1.0, start=0.8, step=0.05, unit="V", label="target of the first output"),
        Knob("eta", 1e-3, 1.0, start=1.0, log=True, label="nudge η"),
        Choice("outputs", tuple(OUTPUTS), start="1", label="outputs"),
    ),
)
