"""The fourth playground: a spoilt pattern falls back into the one that was stored, until too many are."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.frustration import hopfield
from course_lib.play import Choice, Knob, Playground

SIDE, MOST = 8, 40  # neurons stand in a square, for the eye only; the largest number of patterns
PARTS = 8  # frames a sweep
RULES = {"Hebb": hopfield.hebb, "projection": hopfield.projection_rule}
NOISE = np.random.default_rng(3).choice(
    [-1, 1], (MOST + 9, SIDE**2)
)  # patterns that have nothing to do with each other


class Recall(NamedTuple):
    """A network on its way to rest: what it stores (the first is asked for), its state, its energies so far."""

    told: str
    xi: np.ndarray  # M, N
    J: np.ndarray  # N, N
    s: np.ndarray  # N
    energies: tuple[float, ...]  # of each frame so far


def fall_back(state: Recall | None, patterns: str, rule: str, M: int, share: float, asked: int) -> Iterator[Recall]:
    """Recall from the pattern asked for, some of its signs turned over; every turn of a knob starts anew."""
    del state
    known = hopfield.digit_patterns(MOST + 9) if patterns == "digits" else NOISE
    xi = known[asked : asked + M]
    J = RULES[rule](xi)
    rng = np.random.default_rng(asked)
    told = (
        f"Stored by the {rule} rule, {patterns}: {M}. Asked for: number {asked}, {share:.1%} of its signs turned over"
    )
    energies = ()
    for s in hopfield.recall(hopfield.corrupt(xi[0], share, rng=rng), J, rng=rng, parts=PARTS):
        energies = (*energies, hopfield.network_energy(s, J))
        yield Recall(told, xi, J, s, energies)


def pattern_and_overlaps(state: Recall) -> Figure:
    """The pattern asked for above the state now; the overlap with each pattern stored; the energy so far."""
    wanted, now = state.xi[0].reshape(SIDE, SIDE), state.s.reshape(SIDE, SIDE)
    m = hopfield.pattern_overlaps(state.s, state.xi)
    wrong = int((wanted != now).sum())
    least = hopfield.network_energy(state.xi[0], state.J)
    numbers = [str(i) for i in range(1, len(m) + 1)]
    sweeps = np.arange(len(state.energies)) / PARTS
    gap = np.full((1, SIDE), np.nan)
    picture = draw.lattice(
        np.vstack([wanted, gap, now]),
        -1,
        1,
        label="state",
        title="Asked; below: now",
        scale=draw.SEQUENTIAL,
        alt="state",
    )
    similar = draw.figure(
        draw.bars(numbers, m),
        draw.points(["1"], m[:1], "asked", style=1),
        x="pattern stored",
        y="overlap m",
        y_range=(-1.05, 1.05),
        title="Which is it like?",
        alt="overlaps",
    )
    bottom = min(least, *state.energies)
    fall = draw.figure(
        draw.curve(sweeps, state.energies),
        draw.line_at(y=least, text="pattern asked"),
        x="sweeps over all neurons",
        y="energy",
        x_range=(0.0, max(4.0, sweeps[-1])),
        y_range=(1.1 * bottom, max(0.1 * abs(bottom), *state.energies)),
        title="Downhill",
        alt="energy",
    )
    return draw.panels(
        picture,
        similar,
        fall,
        alt=f"{state.told}. After {sweeps[-1]:.2f} sweeps {wrong} of {len(state.s)} signs are wrong: the overlap is "
        f"{m[0]:.2f} with the pattern asked for, with others {np.abs(m[1:]).max(initial=0.0):.2f} at most. The energy "
        f"is {state.energies[-1]:.2f}, that of the pattern {least:.2f}.",
    )


recall = Playground(
    question="How many patterns can 64 neurons hold, and does it matter which?",
    run=fall_back,
    view=pattern_and_overlaps,
    knobs=(
        Choice("patterns", ("digits", "random"), label="what is stored"),
        Choice("rule", tuple(RULES), label="rule"),
        Knob("M", 1, MOST, start=3, step=1, label="patterns stored M"),
        Knob("share", 0.0, 0.5, start=0.2, step=0.025, label="share of signs turned"),
        Knob("asked", 0, 9, start=0, step=1, label="first pattern stored (asked for)"),
    ),
)
