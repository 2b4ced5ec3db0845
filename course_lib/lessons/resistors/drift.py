"""Break it: comparators that are off by a constant. The answers stay, and what gives them wanders."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import resistors
from course_lib.lessons.resistors.allostery import NET, START, TASK
from course_lib.play import Knob, Playground

ERRORS = np.random.default_rng(1).normal(size=NET.m)  # each comparator has its own, the same at every step
STEPS, SHOWN = 20, 300  # steps a frame; frames kept for the curves
K_MIN, K_MAX = 0.05, 5.0  # the range of a real device, in siemens
WIRES = range(0, NET.m, 7)


class Drift(NamedTuple):
    """A network that learns with biased comparators: conductances and outputs after each frame so far."""

    k: np.ndarray  # frames, wires
    V_o: np.ndarray  # frames, outputs
    offset: float
    eta: float


def wander(state: Drift | None, offset: float, eta: float) -> Iterator[Drift]:
    """Coupled learning with a constant error on each wire, `offset` volts squared in size, for ever."""
    k, V_o = (np.empty((0, NET.m)), np.empty((0, len(TASK.outputs)))) if state is None else state[:2]
    rule = resistors.biased_rule(partial(resistors.coupled_learning, eta=eta), offset * ERRORS, eta)
    start = START if state is None else k[-1]
    for now in resistors.learn(NET, start, TASK, rule=rule, rate=1.0, k_min=K_MIN, k_max=K_MAX):
        if now.step % STEPS == 0:
            k = np.vstack([k, now.k])[-SHOWN:]
            V_o = np.vstack([V_o, resistors.output_voltages(NET, now.k, TASK)])[-SHOWN:]
            yield Drift(k, V_o, offset, eta)


def answers_and_wires(state: Drift) -> Figure:
    """On the left what the network answers, on the right some of the conductances that make it answer so."""
    steps = STEPS * np.arange(len(state.k))
    error = np.abs(state.V_o[-1] - TASK.targets[0]).max()
    moved = np.linalg.norm(state.k[-1] - state.k[len(state.k) // 2])
    answers = draw.figure(
        *(draw.curve(steps, V, f"output {i + 1}", style=i) for i, V in enumerate(state.V_o.T)),
        *(draw.line_at(y=t, text="target" * (i == 0)) for i, t in enumerate(TASK.targets[0])),
        x=f"learning steps (the last {STEPS * SHOWN})",
        y="output voltage (V)",
        y_range=(0.0, 1.0),
        title="What it answers",
        alt="answers",
    )
    wires = draw.figure(
        *(draw.curve(steps, state.k[:, e], style=i) for i, e in enumerate(WIRES)),
        x=f"learning steps (the last {STEPS * SHOWN})",
        y="conductance (S)",
        y_range=(0.0, K_MAX),
        title=f"How it does so: {len(WIRES)} of its {NET.m} wires",
        alt="wires",
    )
    return draw.panels(
        answers,
        wires,
        alt=f"Comparators off by {state.offset:.2g} V², nudge {state.eta:.3g}: after {len(state.k)} frames the outputs "
        f"are within {error:.2g} V of their targets, and the conductances moved by {moved:.2g} S in the second half.",
    )


drifting = Playground(
    question="The answers no longer change. Has the network stopped learning?",
    run=wander,
    view=answers_and_wires,
    knobs=(
        Knob("offset", 1e-6, 1e-2, start=1e-4, log=True, unit="V²", label="offset of the comparators"),
        Knob("eta", 0.01, 1.0, start=0.1, log=True, label="nudge η"),
    ),
)
