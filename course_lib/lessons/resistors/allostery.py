"""The second playground: a network learns while you watch, loses a wire, and heals."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import resistors
from course_lib.play import Knob, Pick, Playground

NET, TASK = resistors.allostery()
START = np.random.default_rng(0).uniform(0.3, 2.0, NET.m)
STEPS, LEARNED, SHOWN = 5, 1e-10, 400  # steps a frame; the loss (V²) that counts as learned; losses kept for the curve
CUT = 1e-6  # siemens left in a cut wire: a corner that loses all its wires then needs no special case


class Training(NamedTuple):
    """A network in training: its conductances, the loss after each frame so far, the nudge and the rate."""

    k: np.ndarray
    cut: tuple[int, ...]
    losses: tuple[float, ...]
    eta: float
    alpha: float


def train(state: Training | None, cut: tuple[int, ...], eta: float, alpha: float) -> Iterator[Training]:
    """Coupled learning, a few steps a frame, from where it was. A wire that is mended starts at 1 S again."""
    k, losses = (START, ()) if state is None else (state.k, state.losses[:-1])  # the last loss is measured anew
    is_cut = np.isin(np.arange(NET.m), cut)
    mended = np.isin(np.arange(NET.m), () if state is None else state.cut) & ~is_cut
    k = np.select([is_cut, mended], [CUT, 1.0], k)

    def rule(net, k, task):
        return np.where(is_cut, 0.0, resistors.coupled_learning(net, k, task, eta))

    for now in resistors.learn(NET, k, TASK, rule=rule, rate=alpha, k_min=CUT):
        if now.step % STEPS == 0:
            losses = (*losses, now.loss)[-SHOWN:]
            yield Training(now.k, cut, losses, eta, alpha)
            if now.loss < LEARNED:
                return


def network_and_loss(state: Training) -> Figure:
    """The wires as they are, and the loss so far."""
    V = resistors.voltages(NET, state.k, TASK.sources, TASK.inputs[0])
    k = np.where(np.isin(np.arange(NET.m), state.cut), 0.0, state.k)
    frames = np.arange(len(state.losses))
    pins = {0: "1 V", NET.n - 1: "0 V"} | {
        int(o): f"→ {t:.1f} V" for o, t in zip(TASK.outputs, TASK.targets[0], strict=True)
    }
    answers = ", ".join(f"{V[o]:.3f}" for o in TASK.outputs)
    wires = draw.graph(
        NET.xy,
        NET.edges,
        k,
        width_max=3.0,
        colour=k * resistors.drops(NET, V) ** 2,
        colour_label="power (W)",
        colour_range=(0.0, 0.1),
        node_colour=V,
        node_label="voltage (V)",
        node_range=(0.0, 1.0),
        pins=pins,
        title="→ targets; click a wire to cut it",
        alt="wires",
    )
    fall = draw.figure(
        draw.curve(STEPS * frames, np.maximum(state.losses, LEARNED / 10)),
        draw.line_at(y=LEARNED, text="learned"),
        x="learning steps",
        y="loss (V²)",
        log="y",
        x_range=(0.0, max(STEPS * 20.0, STEPS * frames[-1])),
        y_range=(LEARNED / 10, 1.0),
        title="Loss",
        alt="loss",
    )
    return draw.panels(
        wires,
        fall,
        alt=f"A 5 by 5 network of wires, {len(state.cut)} of them cut, after {len(state.losses)} frames: outputs "
        f"at {answers} V for targets 0.3, 0.7, 0.6 V; loss {state.losses[-1]:.2e} V², nudge {state.eta:.3g}, rate "
        f"{state.alpha:.2g} S/V².",
    )


training = Playground(
    question="Three outputs inside must reach their targets, and a wire may be cut on the way. Does it heal?",
    run=train,
    view=network_and_loss,
    knobs=(
        Pick("cut", NET.m, label="cut wire"),
        Knob("eta", 1e-3, 1.0, start=0.1, log=True, label="nudge η"),
        Knob("alpha", 0.1, 3.0, start=1.0, step=0.1, unit="S/V²", label="rate α"),
    ),
)
