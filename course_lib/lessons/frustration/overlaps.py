"""The third playground: two replicas of a ferromagnet, of a glass or of free spins, and how much they overlap."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.frustration import sk, tempering
from course_lib.play import Choice, Knob, Playground

SIDE, N = 8, 64
RUNGS, HOTTEST = 10, 2.0  # the ladder of temperatures, hidden, that lets the replicas forget where they started
BURN_IN, SWEEPS = 1000, 300  # sweeps before anything is counted, and sweeps a frame
Q = tempering.overlap_values(N)
FREE = tempering.free_overlaps(N)


class Pair(NamedTuple):
    """Two replicas at the temperature asked for, and how often each overlap was seen."""

    system: str
    T: float
    sample: int
    s: np.ndarray  # (2, RUNGS, N), the coldest first
    counts: np.ndarray  # (N + 1,)


def couplings(system: str, sample: int) -> np.ndarray:
    """The couplings of a sample of 64 spins."""
    if system == "glass":
        return sk.sk_couplings(N, rng=np.random.default_rng(sample))
    return (1 - np.eye(N)) / N * (system == "ferromagnet")


def follow(state: Pair | None, system: str, T: float, sample: int) -> Iterator[Pair]:
    """Parallel tempering; another system, temperature or sample starts afresh."""
    J, ladder = couplings(system, sample), tempering.ladder(T, max(HOTTEST, 1.5 * T), RUNGS)
    if state is None or (state.system, state.T, state.sample) != (system, T, sample):
        start = next(tempering.parallel_tempering(J, ladder, BURN_IN, rng=np.random.default_rng(sample)))
        state = Pair(system, T, sample, start.s, np.zeros(N + 1, int))
    yield state
    rng = np.random.default_rng([sample, state.counts.sum()])  # where a run goes on, chance goes on
    for run in tempering.parallel_tempering(J, ladder, SWEEPS, rng=rng, s=state.s):
        seen = np.round(SWEEPS * tempering.overlap_distribution(run.q[:, 0], N)).astype(int)
        state = state._replace(s=run.s, counts=state.counts + seen)
        yield state


def replica(s: np.ndarray, title: str) -> Figure:
    """The 64 spins as a square; in the glass and in this ferromagnet no two are nearer than others."""
    figure = draw.lattice(s.reshape(SIDE, SIDE), -1, 1, label="spin", title=title, alt=title, height=360)
    figure.update_xaxes(range=(-0.5, SIDE - 0.5))  # crosses or none
    figure.update_yaxes(range=(SIDE - 0.5, -0.5), autorange=False)
    return figure


def marked(figure: Figure, s: np.ndarray, other: np.ndarray) -> Figure:
    """A cross on each spin that is another one in the other replica."""
    y, x = np.divmod(np.flatnonzero(s != other), SIDE)
    colours = np.where(s[s != other] > 0, "#000000", "#ffffff")  # dark on the pale squares, pale on the dark ones
    crosses = draw.points(x, y) | {"marker": {"symbol": "x", "size": 9, "color": colours}}
    return figure.add_trace(crosses)


def histogram(state: Pair, q: float) -> Figure:
    """P(q) so far, and what it is exactly, or would be without couplings."""
    total = max(state.counts.sum(), 1)
    exact = tempering.curie_weiss_overlaps(N, state.T) if state.system == "ferromagnet" else FREE
    return draw.figure(
        draw.bars(Q, state.counts / total),
        draw.curve(Q, exact, "if the spins were free" if state.system == "glass" else "exact", style=1),
        draw.line_at(x=q, text="now"),
        x="overlap q",
        y="share of sweeps",
        x_range=(-1.05, 1.05),
        title=f"P(q), {state.counts.sum()} sweeps",
        alt="histogram",
    )


def replicas_and_overlaps(state: Pair) -> Figure:
    """Both replicas, and the histogram of their overlap."""
    one, two = state.s[:, 0].astype(int)
    q = float(one @ two) / N
    seen = state.counts.sum()
    spread, middle = (state.counts @ f / max(seen, 1) for f in (Q**2, np.abs(Q) < 0.2))
    told = (
        f"N⟨q²⟩ = {N * spread:.2f} and |q| below 0.2 in {100 * middle:.1f} % of {seen} sweeps"
        if seen
        else "no sweeps yet"
    )
    return draw.panels(
        replica(one, "Replica 1"),
        marked(replica(two, "Replica 2, × differs"), two, one),
        histogram(state, q),
        alt=f"Two replicas of 64 spins at T = {state.T:.2f}: {state.system}, sample {state.sample}. They agree on "
        f"{(one == two).sum()} spins, overlap q = {q:.2f}; their magnetisations are {one.mean():.2f} and "
        f"{two.mean():.2f}. So far {told}.",
    )


two_replicas = Playground(
    question="A glass looks as disordered as free spins do. What do two replicas of it know?",
    run=follow,
    view=replicas_and_overlaps,
    knobs=(
        Choice("system", ("ferromagnet", "glass", "free spins"), start="glass"),
        Knob("T", 0.3, 2.0, start=0.4, step=0.05, label="temperature T"),
        Knob("sample", 0, 9, start=0, step=1),
    ),
)
