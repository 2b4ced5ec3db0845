"""The third playground: a training point is noised and brought back. As itself, as another of its class, or neither?"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.denoising import empirical, memory, noise
from course_lib.play import Knob, Playground

MU = 1.0  # the means of the two classes, in each coordinate: -1 and +1
TIMES = np.geomspace(0.02, 4.0, 13)
TURNS, DRAWN = 200, 250  # points that are sent round at each time; training points that are drawn


class Turns(NamedTuple):
    """Training points with their class; at each of TIMES, who comes back as itself and who in its class (shares)."""

    x: np.ndarray
    label: np.ndarray
    own: np.ndarray
    same: np.ndarray


@lru_cache(maxsize=16)
def turned(n: int, d: int, seed: int) -> Turns:
    """U-turns at all times. Another time on the slider draws nothing anew."""
    rng = np.random.default_rng(seed)
    x, label = memory.two_classes(n, d, MU, rng=rng)
    x = x.astype(np.float32)
    first = np.arange(TURNS) % n
    own, same = np.empty(len(TIMES)), np.empty(len(TIMES))
    for i, t in enumerate(TIMES):
        y = noised(x[first], t, rng)
        to = empirical.drawn_back(y, x, t, rng=rng)
        own[i], same[i] = (to == first).mean(), (label[to] == label[first]).mean()
    return Turns(x, label, own, same)


def noised(x: np.ndarray, t: float, rng: np.random.Generator) -> np.ndarray:
    return np.float32(np.exp(-t)) * x + np.float32(noise.spread(t)) * rng.standard_normal(x.shape, np.float32)


def shares_and_turn(t: float, n: int, d: int, seed: int) -> Figure:
    """The shares against the time of the turn, with both transitions; and the way of one point."""
    found = turned(n, d, seed)
    t_S, t_C = float(memory.speciation_time(d * MU**2)), float(memory.collapse_time(n / 2, d))
    rng = np.random.default_rng([seed, round(1000 * t)])
    y = noised(found.x[:1], t, rng)
    to = int(empirical.drawn_back(y, found.x, t, rng=rng)[0])
    back = "as itself" if to == 0 else "in its class" if found.label[to] == found.label[0] else "in the other class"
    near = int(np.abs(TIMES - t).argmin())
    return draw.panels(
        shares(found, t, t_S, t_C, d),
        way(found, y[0], to, f"Turned at t = {t:.2f}: back {back}"),
        alt=f"{n} training points of two classes in {d} dimensions, seed {seed}. Speciation time {t_S:.2f}, collapse "
        f"time {t_C:.2f}. Of {TURNS} U-turns at t = {TIMES[near]:.2f}, the nearest time measured, "
        f"{found.own[near]:.0%} come back as themselves and {found.same[near]:.0%} in their class; by theory "
        f"{float(memory.same_class(TIMES[near], d, MU)):.0%} keep their class. The point that is drawn, turned at t = "
        f"{t:.2f}, comes back {back}.",
    )


def shares(found: Turns, t: float, t_S: float, t_C: float, d: int) -> Figure:
    late = np.geomspace(
        max(t_C, TIMES[0]), TIMES[-1], 60
    )  # before t_C memory decides, of which this theory knows nothing
    return draw.figure(
        draw.points(TIMES, found.own, "as itself"),
        draw.points(TIMES, found.same, "in its class", style=1),
        draw.curve(late, memory.same_class(late, d, MU), "class, theory", style=1),
        draw.line_at(x=t_S, text="t_S"),
        draw.line_at(x=t_C, text="t_C"),
        draw.guess_line(x=t, text=""),
        x="time t of the turn",
        y="share that comes back",
        log="x",
        x_range=(0.018, 4.5),
        y_range=(-0.04, 1.12),
        title=f"Who comes back? (dotted: your t = {t:.2f})",
        alt="shares",
        height=420,
    )


def way(found: Turns, y: np.ndarray, to: int, title: str) -> Figure:
    """Seen along the line that joins the classes, and across it: the cloud, one point, its noisy self, its return."""
    d = len(y)
    across = np.zeros(d)
    across[:2] = 1.0, -1.0
    axes = np.column_stack([np.ones(d) / np.sqrt(d), across / np.sqrt(2)])
    cloud, label = found.x[:DRAWN] @ axes, found.label[:DRAWN]
    start, middle, end = found.x[0] @ axes, y @ axes, found.x[to] @ axes
    route, reach = np.array([start, middle, end]), MU * np.sqrt(d) + 4
    classes = ((-1, "class −1", 5), (1, "class +1", 1))
    marks = [draw.points(*cloud[label == which].T, name, style=style) for which, name, style in classes]
    for mark in marks:
        mark["marker"] |= {"size": 5, "opacity": 0.55}
    return draw.figure(
        *marks,
        draw.curve(*route.T, style=3),
        draw.points(*route[:1].T, "start", style=0),
        draw.points(*route[1:2].T, "noisy", style=4),
        draw.points(*route[2:].T, "back", style=3),
        x="along the line of the means",
        y="across it",
        x_range=(-reach, reach),
        y_range=(-4.5, 4.5),
        title=title,
        alt="way",
        height=420,
    )


u_turns = Playground(
    question="Noise a training point to the time t and run the way back. Does it come back as itself?",
    view=shares_and_turn,
    knobs=(
        Knob("t", 0.05, 3.0, start=0.1, step=0.05, label="time t of the turn"),
        Knob("n", 8, 2048, start=512, log=True, label="training points n"),
        Knob("d", 4, 64, start=16, log=True, label="dimension d"),
        Knob("seed", 0, 9, start=0, step=1),
    ),
)
