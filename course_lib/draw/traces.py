"""What goes into a figure: curves, points, bars, maps, and lines at one value, each a plain dictionary.

`style` picks colour, dash and marker shape together, so that no two things in a figure differ by colour alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from course_lib.core import require
from course_lib.draw.theme import DASHES, DIVERGING, GREY, MARKERS, PALETTE, SEQUENTIAL, Scale

Values = np.ndarray | Sequence[float]
Trace = dict[str, object]


class Line(NamedTuple):
    """A straight line across the whole figure at one value of x or of y."""

    axis: str
    at: float | None
    text: str
    colour: str
    dash: str


def curve(x: Values, y: Values, name: str = "", *, style: int = 0) -> Trace:
    """A line through (x, y)."""
    line = {"color": _pick(PALETTE, style), "dash": _pick(DASHES, style), "width": 2.25}
    alone = {"size": 7, "color": line["color"]}  # a curve of one point has no line to show
    return _scatter(x, y, name) | {"mode": "lines" if len(x) > 1 else "markers", "line": line, "marker": alone}


def points(x: Values, y: Values, name: str = "", *, style: int = 0, error: Values | None = None) -> Trace:
    """Markers at (x, y), with error bars in y where `error` is given."""
    colour = _pick(PALETTE, style)
    marker = {"color": colour, "symbol": _pick(MARKERS, style), "size": 8}
    bars_in_y = {"type": "data", "array": np.asarray([] if error is None else error), "thickness": 1.5, "width": 3}
    return _scatter(x, y, name) | {"mode": "markers", "marker": marker, "error_y": bars_in_y}


def bars(x: Sequence[object] | np.ndarray, height: Values, name: str = "", *, style: int = 0) -> Trace:
    """Bars of the given heights; several in one figure stand side by side, told apart by their hatching."""
    shape = ("", "/", "x", ".", "-", "|")
    fill = {"shape": _pick(shape, style), "fgopacity": 0.6, "size": 7}
    marker = {"color": _pick(PALETTE, style), "pattern": fill}
    return {"type": "bar", "x": x, "y": np.asarray(height), "name": name, "showlegend": bool(name), "marker": marker}


def heat(
    z: np.ndarray,
    label: str,
    *,
    x: Values | None = None,
    y: Values | None = None,
    low: float | None = None,
    high: float | None = None,
    scale: Scale = SEQUENTIAL,
) -> Trace:
    """A map of z, one cell each; `label` names the colours, with their unit. DIVERGING is centred on zero by itself."""
    z = np.asarray(z)
    require(z.ndim == 2, f"A heat map needs a table of numbers with rows and columns; this one has shape {z.shape}.")
    if scale is DIVERGING and low is None and high is None:
        high = float(np.nanmax(np.abs(z), initial=0.0)) or 1.0
        low = -high
    colours = {
        "zmin": float(np.nanmin(z)) if low is None else low,
        "zmax": float(np.nanmax(z)) if high is None else high,
    }
    trace = {"type": "heatmap", "z": z, "hovertemplate": f"%{{z:.4g}} {label}<extra></extra>", "showscale": False}
    trace |= {name: np.asarray(at) for name, at in (("x", x), ("y", y)) if at is not None}
    return trace | colours | {"colorscale": [list(stop) for stop in scale], "meta": label}


def line_at(*, x: float | None = None, y: float | None = None, text: str = "") -> Line:
    """A thin dashed line at one value, with its name beside it: a known limit, a target, a threshold."""
    return _line(x, y, text, GREY, "dash")


def guess_line(*, x: float | None = None, y: float | None = None, text: str = "your guess") -> Line:
    """The reader's own guess, drawn into the result. A guess of None, not made yet, draws nothing."""
    return _line(x, y, text, PALETTE[4], "dot")


def _line(x: float | None, y: float | None, text: str, colour: str, dash: str) -> Line:
    require(x is None or y is None, "A line stands at one value of x or at one value of y, not at both.")
    return Line("x" if x is not None else "y", y if x is None else x, text, colour, dash)


def _scatter(x: Values, y: Values, name: str) -> Trace:
    x, y = np.asarray(x), np.asarray(y)
    require(x.shape == y.shape, f"x and y must be equally long to be drawn: {x.shape} and {y.shape}.")
    return {"type": "scatter", "x": x, "y": y, "name": name, "showlegend": bool(name)}


def _pick(choices: tuple[str, ...], style: int) -> str:
    return choices[style % len(choices)]
