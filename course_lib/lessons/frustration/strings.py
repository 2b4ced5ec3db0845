"""The first playground: bonds to flip, plaquettes that are frustrated, and the exact ground state with its strings."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.frustration import lattices, transfer
from course_lib.play import Knob, Pick, Playground

LATTICE = lattices.square(8)
SHARES = np.linspace(0.0, 1.0, 101)


def couplings(p: float, sample: int, flipped: tuple[int, ...]) -> np.ndarray:
    """Bonds of +1 and -1. Each has a number of its own and turns negative once p exceeds it; then some are flipped."""
    thresholds = np.random.default_rng(sample).random(LATTICE.m)
    J = np.where(thresholds < p, -1.0, 1.0)
    J[list(flipped)] *= -1
    return J


def renaming(gauge: int) -> np.ndarray:
    """Which spins are renamed, up for down: none in gauge 0, half of them at random in any other."""
    return np.random.default_rng(gauge).choice([-1, 1], LATTICE.N) if gauge else np.ones(LATTICE.N, int)


def share_curve(here: float, share: float) -> Figure:
    """The share of frustrated plaquettes against that of antiferromagnetic bonds, and this sample."""
    return draw.figure(
        draw.curve(SHARES, lattices.frustrated_fraction(SHARES)),
        draw.points([here], [share], style=1),
        draw.line_at(y=0.5, text="one half"),
        x="share p of antiferromagnetic bonds",
        y="share of frustrated plaquettes",
        x_range=(-0.02, 1.02),
        y_range=(-0.03, 1.0),
        title="Curve f(p); square: this sample",
        height=500,
        alt="share",
    )


def ground_state_and_strings(flipped: tuple[int, ...], p: float, gauge: int, sample: int) -> Figure:
    """The sample in this gauge, its ground state, and how frustrated it is."""
    J = couplings(p, sample, flipped)
    ground = transfer.ground_state(LATTICE, J)
    s, renamed = lattices.gauge_transform(ground.spins, J, LATTICE.edges, renaming(gauge))
    again = transfer.ground_state(LATTICE, renamed)  # solved anew, to see whether the gauge changes anything
    bad = lattices.frustrated(LATTICE, renamed)
    negative, unsatisfied = (renamed < 0).sum(), lattices.unsatisfied(s, renamed, LATTICE.edges).sum()
    energy = f"{again.energy:.0f}".replace("-", "−")
    board = draw.spins(
        LATTICE.xy,
        LATTICE.edges,
        renamed,
        s,
        faces=LATTICE.plaquettes,
        marked=bad,
        title=f"E = {energy}, {again.count:,} ground states",
        alt="board",
    )
    return draw.panels(
        board,
        share_curve(negative / LATTICE.m, bad.mean()),
        alt=f"Sample {sample} of 8 by 8 spins at p = {p:.2f} in gauge {gauge}, {len(flipped)} bonds flipped by hand"
        f"{': ' + ', '.join(map(str, flipped)) if flipped else ''}. {negative} of {LATTICE.m} bonds are "
        f"antiferromagnetic and {bad.sum()} of {len(bad)} plaquettes frustrated. A ground state has {(s > 0).sum()} "
        f"spins up and energy {energy}: {unsatisfied} bonds are unsatisfied. In all there are {again.count} ground "
        "states.",
    )


frustrated_lattice = Playground(
    question="Flip a bond. Which plaquettes can no longer be content, and what does the ground state do about it?",
    view=ground_state_and_strings,
    knobs=(
        Pick("flipped", LATTICE.m, label="flip bond"),
        Knob("p", 0.0, 1.0, start=0.15, step=0.01, label="share p of antiferromagnetic bonds"),
        Knob("gauge", 0, 9, start=0, step=1, label="gauge (0: as drawn)"),
        Knob("sample", 0, 9, start=0, step=1, label="sample"),
    ),
)
