"""The first playground: learning curves of n skills on three axes, and which of them shows one that gets sharper."""

from collections.abc import Callable, Collection
from math import ceil
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.emergence import clocks, variations
from course_lib.play import Choice, Knob, Playground

FAMILY = (1, 4, 16, 64)
ALL, HALF, CHAIN = "all n of n", "any half of n", "one after another"
RULES = {
    ALL: clocks.all_learnt,
    HALF: lambda t, p, n: variations.any_k(t, p, n, ceil(n / 2)),
    CHAIN: variations.chain,
}
WIDTH, SLOPE = "10 % to 90 %", "steepest slope"
POINTS, FINE = 161, 2001
LATEST, FARTHEST = 0.97, 6.0  # the chance P at which the axis of t ends, and the end of that of t/t*
STYLES, YOURS, MARK = (0, 1, 5, 4), 2, 3  # of the family, of the reader's curve, and of all marks

Curve = Callable[[np.ndarray], np.ndarray]


class Shape(NamedTuple):
    """Where a curve rises, and how steeply. Times in steps."""

    low: float  # P = 0.1
    t_star: float
    high: float  # P = 0.9
    late: float  # P = 0.97
    at: float  # the steepest point in t, and dP/dt there
    slope: float
    log_at: float  # the steepest point in ln t, and dP/d ln t there
    log_slope: float


class Axis(NamedTuple):
    """One way to draw the same curve: the times t of its points in units that may differ from curve to curve."""

    name: str
    label: str
    log: bool
    unit: Callable[[Shape], float]  # steps in one unit of this axis


AXES = (
    Axis("t (steps)", "t (steps)", False, lambda shape: 1.0),
    Axis("t/t*", "t / t* of each curve", False, lambda shape: shape.t_star),
    Axis("log t (decades)", "t (steps), logarithmic", True, lambda shape: 1.0),
)


def learning_curve(p: float, n: int, rho: float, rule: str) -> Curve:
    """P(t) under a rule; with chance rho one clock brings all the skills at once."""
    return lambda t: rho * clocks.all_learnt(t, p, 1) + (1 - rho) * RULES[rule](t, p, n)


def shape_of(curve: Curve, P_star: float) -> Shape:
    """Its times and its slopes, along straight lines between 2001 points."""
    t = np.linspace(0, variations.time_when(curve, 0.99), FINE)
    P = curve(t)
    slope = np.gradient(P, t, edge_order=2)
    i, j = slope.argmax(), (t * slope).argmax()
    return Shape(*np.interp([0.1, P_star, 0.9, LATEST], P, t), t[i], slope[i], t[j], t[j] * slope[j])


def width_and_slope(shape: Shape, axis: Axis) -> tuple[float, float]:
    """From 10 to 90 %, and the steepest slope, in the units of an axis: of a logarithmic one, decades."""
    if axis.log:
        return np.log10(shape.high / shape.low), np.log(10) * shape.log_slope
    return (shape.high - shape.low) / axis.unit(shape), shape.slope * axis.unit(shape)


def three_axes(n: int, p: float, P_star: float, rho: float, rule: str, mark: str) -> Figure:
    """The same curves against t, against t/t*, and against log t."""
    curves = {m: learning_curve(p, m, rho, rule) for m in (*FAMILY, n)}
    shapes = {m: shape_of(curve, P_star) for m, curve in curves.items()}
    panels = [panel(axis, curves, shapes, n, P_star, mark) for axis in AXES]
    ours, one = in_numbers(shapes[n]), in_numbers(shapes[1])
    return draw.panels(
        *panels,
        alt=f"Learning curves of 1, 4, 16, 64 and your {n} skills, each with chance {p:.3g} a step; what is needed: "
        f"{rule}; common cause {rho:.2f}. P* = {P_star:.2f} is reached after {shapes[n].t_star:.4g} steps. Width from "
        f"10 to 90 % and steepest slope, for n = {n}: {ours}. For n = 1: {one}. Marked: {mark}.",
    )


def in_numbers(shape: Shape) -> str:
    found = (width_and_slope(shape, axis) for axis in AXES)
    return "; ".join(f"in {axis.name} {width:.4g} and {slope:.3g}" for axis, (width, slope) in zip(AXES, found))


def panel(axis: Axis, curves: dict[int, Curve], shapes: dict[int, Shape], n: int, P_star: float, mark: str) -> Figure:
    """The family and the reader's curve on one axis, with two marks: on the reader's curve and on that of one skill."""
    first, last = span(axis, shapes.values())
    x = np.geomspace(first, last, POINTS) if axis.log else np.linspace(0, last, POINTS)
    lines = {m: (x, curve(x * axis.unit(shapes[m]))) for m, curve in curves.items()}
    named = axis is AXES[0]
    width, slope = width_and_slope(shapes[n], axis)
    return draw.figure(
        *(draw.curve(*lines[m], f"n = {m}" if named else "", style=i) for i, m in zip(STYLES, FAMILY)),
        thick(draw.curve(*lines[n], f"your n = {n}" if named else "", style=YOURS), 4),
        marked(axis, curves, shapes, n, mark, named=axis is AXES[1]),
        draw.points(
            [shape.t_star / axis.unit(shape) for shape in shapes.values()],
            [P_star] * len(shapes),
            "P = P*, at t*" if axis.log else "",
            style=MARK,
        ),
        draw.line_at(y=P_star, text="P*"),
        x=axis.label,
        y="P, chance that it is there",
        x_range=(x[0], x[-1]),
        y_range=(-0.03, 1.05),
        log="x" if axis.log else "",
        title=f"width {width:.3g}, slope {slope:.2g}",
        alt=axis.name,
        height=400,
    )


def span(axis: Axis, shapes: Collection[Shape]) -> tuple[float, float]:
    """From where to where an axis goes, for the whole family."""
    if axis is AXES[1]:
        return 0.0, min(max(shape.high / shape.t_star for shape in shapes), FARTHEST)
    last = max(shape.late for shape in shapes)
    return min(min(shape.low for shape in shapes) / 3, last / 30), last


def marked(
    axis: Axis, curves: dict[int, Curve], shapes: dict[int, Shape], n: int, mark: str, named: bool
) -> dict[str, object]:
    """The part of two curves from 10 to 90 %, or their steepest tangents, in one trace with a gap."""
    parts = [middle(curves[m], shapes[m]) if mark == WIDTH else tangent(shapes[m], curves[m], axis) for m in (1, n)]
    t = np.concatenate([[*t / axis.unit(shapes[m]), np.nan] for m, (t, _) in zip((1, n), parts)])
    P = np.concatenate([[*P, np.nan] for _, P in parts])
    trace = thick(draw.curve(t, P, mark if named else "", style=MARK), 7 if mark == WIDTH else 3)
    return trace | {"opacity": 0.55 if mark == WIDTH else 1.0, "line": trace["line"] | {"dash": "solid"}}


def middle(curve: Curve, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    t = np.linspace(shape.low, shape.high, 41)
    return t, curve(t)


def tangent(shape: Shape, curve: Curve, axis: Axis) -> tuple[np.ndarray, np.ndarray]:
    """From P = 0 to P = 1, unless that begins before t = 0; straight in ln t on a logarithmic axis."""
    ends = np.array([0.0, 1.0])
    if axis.log:
        return shape.log_at * np.exp((ends - curve(shape.log_at)) / shape.log_slope), ends
    P = curve(shape.at)
    t = np.maximum(shape.at + (ends - P) / shape.slope, 0.0)
    return t, P + shape.slope * (t - shape.at)


def thick(trace: dict[str, object], width: float) -> dict[str, object]:
    return trace | {"line": trace["line"] | {"width": width}}


three_clocks = Playground(
    question="An ability needs n skills, each learnt by chance. The more skills, the sharper its curve: on which axis?",
    view=three_axes,
    knobs=(
        Knob("n", 1, 64, start=8, step=2, log=True, label="number of skills n"),
        Knob("p", 0.002, 0.2, start=0.02, log=True, label="chance p of a skill in one step"),
        Knob("P_star", 0.1, 0.9, start=0.5, step=0.05, label="level P* that is asked for"),
        Knob("rho", 0.0, 1.0, start=0.0, step=0.05, label="share ρ of a common cause"),
        Choice("rule", tuple(RULES), label="what is needed"),
        Choice("mark", (WIDTH, SLOPE), label="mark"),
    ),
)
