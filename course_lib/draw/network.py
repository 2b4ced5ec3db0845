"""A network drawn to be read: wires as wide as their conductance, nodes coloured by their value.

A trace for each wire would take seconds to redraw. So wires are thin polygons, sorted into a few colour classes of one
trace each: the width is exact, the colour is one of eight, and the exact number is in the hover text.
"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from course_lib.core import require
from course_lib.draw.figures import Key, Range, build
from course_lib.draw.theme import GLOW, GREY, PALETTE, SEQUENTIAL, Scale, colour_at
from course_lib.draw.traces import Trace

CLASSES = 8
FAINT = 8.5  # pixels: a smaller mark is left out
_BESIDE = {
    (1, 0): "middle right",
    (-1, 0): "middle left",
    (0, 1): "top center",
    (0, -1): "bottom center",
    (0, 0): "top center",
}
WIDEST, THINNEST = 0.20, 0.012  # of a typical wire's length


def graph(
    xy: np.ndarray,
    edges: np.ndarray,
    width: np.ndarray,
    *,
    alt: str,
    title: str = "",
    width_label: str = "conductance (S)",
    width_max: float | None = None,
    colour: np.ndarray | None = None,
    colour_label: str = "",
    colour_range: Range | None = None,
    scale: Scale = GLOW,
    node_colour: np.ndarray | None = None,
    node_label: str = "",
    node_range: Range | None = None,
    node_scale: Scale = SEQUENTIAL,
    pins: Mapping[int, str] | None = None,
    change: np.ndarray | None = None,
    arrows: np.ndarray | None = None,
    height: int = 460,
) -> go.Figure:
    """Nodes joined by wires.

    Args:
        xy: where the nodes are (n, 2).
        edges: the two nodes of each wire (m, 2).
        width: what the wires' width shows (m,), never negative; zero is drawn dotted, as a wire that is cut.
        width_max: the width of the widest wire; give it to compare two panels or two moments.
        colour, node_colour: what the colours show (m,) and (n,), with labels that name the unit.
        pins: words beside some nodes, such as {0: "in +", 24: "out"}; these nodes are drawn as squares.
        change: how each wire changes (m,): a triangle up where it grows, down where it shrinks, sized by how much.
        arrows: the direction along each wire (m,): positive from its first node to its second, negative back, 0 none.
    """
    xy, edges, width = np.asarray(xy, float), np.asarray(edges, int), np.asarray(width, float)
    for name, given in (("width", width), ("colour", colour), ("change", change), ("arrows", arrows)):
        require(given is None or len(given) == len(edges), f"{name} needs one number for each of {len(edges)} wires.")
    require(node_colour is None or len(node_colour) == len(xy), f"node_colour needs one number for each of {len(xy)}.")
    require(bool((width >= 0).all()), "A wire cannot be narrower than nothing: width must not be negative.")
    start, end = xy[edges[:, 0]], xy[edges[:, 1]]
    unit = float(np.median(np.linalg.norm(end - start, axis=1)))
    wide = np.maximum(width / ((width_max or width.max(initial=0.0)) or 1.0) * WIDEST, THINNEST) * unit
    traces = [
        *_wires(start, end, np.where(width > 0, wide, 0.0), _classes(colour, colour_range), _fills(colour, scale)),
        _cut(start[width == 0], end[width == 0]),
        _middles(start, end, edges, width, colour, (width_label, colour_label)),
        *_changes(start, end, np.zeros(len(edges)) if change is None else np.asarray(change)),
        _arrows(start, end, np.zeros(len(edges)) if arrows is None else np.asarray(arrows)),
        _names(xy, pins or {}, unit),
        _nodes(xy, node_colour, node_label, pins or {}),
    ]
    keys = []
    if colour is not None:
        keys.append(Key(colour_label, *_range(colour, colour_range), scale))
    if node_colour is not None:
        keys.append(Key(node_label, *_range(node_colour, node_range), node_scale))
        traces[-1]["marker"] |= {"cmin": keys[-1].low, "cmax": keys[-1].high, "colorscale": [*map(list, node_scale)]}
    return build(traces, _layout(xy, unit, bool(pins)), alt, title, height, keys)


def _wires(start: np.ndarray, end: np.ndarray, wide: np.ndarray, classes: np.ndarray, fills: list[str]) -> list[Trace]:
    """Each wire a rectangle of six points, the last of them a gap; one trace for each class of colour."""
    along = end - start
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True)
    side = across * wide[:, None] / 2
    gap = np.full_like(start, np.nan)
    outline = np.stack([start + side, end + side, end - side, start - side, start + side, gap], axis=1)
    style = {"type": "scatter", "mode": "lines", "fill": "toself", "line": {"width": 0}, "hoverinfo": "skip"}
    traces = []
    for c, fill in enumerate(fills):
        shape = outline[(classes == c) & (wide > 0)].reshape(-1, 2)
        traces.append(style | {"x": shape[:, 0], "y": shape[:, 1], "fillcolor": fill, "showlegend": False})
    return traces


def _cut(start: np.ndarray, end: np.ndarray) -> Trace:
    dotted = np.stack([start, end, np.full_like(start, np.nan)], axis=1).reshape(-1, 2)
    line = {"color": GREY, "width": 1.5, "dash": "dot"}
    return _marks(dotted) | {"mode": "lines", "line": line, "hoverinfo": "skip"}


def _middles(
    start: np.ndarray,
    end: np.ndarray,
    edges: np.ndarray,
    width: np.ndarray,
    colour: np.ndarray | None,
    labels: tuple[str, str],
) -> Trace:
    """Where a wire is pointed at and clicked: unseen, but it knows its number, its width and its colour.

    It is a line of no width, because a marker for each wire would slow every redraw.
    """
    known = [np.arange(len(edges)), width] + ([] if colour is None else [np.asarray(colour)])
    numbers = [f"{label}: %{{customdata[{i}]:.4g}}" for i, label in enumerate(labels[: len(known) - 1], 1)]
    names = [f"wire {e}, from {i} to {j}" for e, (i, j) in enumerate(edges)]
    told = {"hovertext": names, "customdata": np.stack(known, axis=1), "hovertemplate": _told(*numbers)}
    return _marks((start + end) / 2) | told | {"mode": "lines", "line": {"width": 0}}


def _changes(start: np.ndarray, end: np.ndarray, change: np.ndarray) -> list[Trace]:
    """Triangles up and down, so that growth is told from shrinking without colour; the faintest are left out."""
    size = 6 + 11 * np.sqrt(np.abs(change) / (np.abs(change).max(initial=0.0) or 1.0))
    middle, traces = (start + end) / 2, []
    for name, shown, style in (("grows", change > 0, 0), ("shrinks", change < 0, 1)):
        shown = shown & (size > FAINT)
        symbol = ("triangle-up", "triangle-down")[style]
        marker = {"symbol": symbol, "size": size[shown], "color": PALETTE[style]}
        marker |= {"opacity": 1, "line": {"width": 1.5, "color": "white"}}
        mark = _marks(middle[shown]) | {"mode": "markers", "marker": marker, "hoverinfo": "skip"}
        traces.append(mark | {"name": name, "showlegend": bool(change.any())})
    return traces


def _arrows(start: np.ndarray, end: np.ndarray, arrows: np.ndarray) -> Trace:
    along = (end - start) * np.sign(arrows)[:, None]
    shown = arrows != 0
    bearing = np.degrees(np.arctan2(along[:, 0], along[:, 1]))  # clockwise from straight up, as plotly counts
    marker = {"symbol": "triangle-up", "size": 9, "color": GREY, "angle": bearing[shown]}
    return _marks(((start + end) / 2)[shown]) | {"mode": "markers", "marker": marker, "hoverinfo": "skip"}


def _nodes(xy: np.ndarray, value: np.ndarray | None, label: str, pins: Mapping[int, str]) -> Trace:
    told = _told() if value is None else _told(f"{label}: %{{marker.color:.4g}}")
    pinned = np.isin(np.arange(len(xy)), list(pins))
    marker = {
        "size": np.where(pinned, 17, 11),
        "symbol": ["square" if p else "circle" for p in pinned],
        "color": GREY if value is None else np.asarray(value),
        "opacity": 1,
        "line": {"width": np.where(pinned, 2, 1), "color": GREY},
    }
    known = {"hovertext": [f"node {i}" for i in range(len(xy))], "hovertemplate": told}
    return _marks(xy) | known | {"mode": "markers", "marker": marker}


def _names(xy: np.ndarray, pins: Mapping[int, str], unit: float) -> Trace:
    """The words of each pin, on the outer side of its node."""
    at = xy[list(pins)]
    outward = at - (xy.min(axis=0) + xy.max(axis=0)) / 2
    sideways = np.abs(outward[:, :1]) >= np.abs(outward[:, 1:])
    way = np.where(np.hstack([sideways, ~sideways]), np.sign(outward), 0).astype(int)
    text = {"text": list(pins.values()), "textposition": [_BESIDE[x, y] for x, y in way]}
    return _marks(at + 0.22 * unit * way) | text | {"mode": "text", "textfont": {"size": 13}, "hoverinfo": "skip"}


def _marks(at: np.ndarray) -> Trace:
    return {"type": "scatter", "x": at[:, 0], "y": at[:, 1], "showlegend": False}


def _classes(colour: np.ndarray | None, span: Range | None) -> np.ndarray:
    if colour is None:
        return np.zeros(1, int)
    low, high = _range(colour, span)
    return np.clip(((np.asarray(colour) - low) / (high - low) * CLASSES).astype(int), 0, CLASSES - 1)


def _fills(colour: np.ndarray | None, scale: Scale) -> list[str]:
    return [GREY if colour is None else colour_at(scale, (c + 0.5) / CLASSES) for c in range(CLASSES)]


def _range(values: np.ndarray, given: Range | None) -> Range:
    low, high = given or (float(np.min(values)), float(np.max(values)))
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def _told(*numbers: str) -> str:
    """What is said about a thing that is pointed at: its name, then its numbers."""
    return "<br>".join(("%{hovertext}", *numbers)) + "<extra></extra>"


def _layout(xy: np.ndarray, unit: float, pinned: bool) -> dict[str, object]:
    room = unit * (0.9 if pinned else 0.3)
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    across = {"range": [float(xy[:, 0].min()) - room, float(xy[:, 0].max()) + room]}
    up = {"range": [float(xy[:, 1].min()) - unit * 0.3, float(xy[:, 1].max()) + unit * 0.3], "scaleanchor": "x"}
    return {
        "xaxis": hidden | across,
        "yaxis": hidden | up,
        "margin": {"l": 20, "r": 20, "b": 40},
        "legend": {"itemsizing": "constant", "orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top"},
        "hoverdistance": 25,
    }
