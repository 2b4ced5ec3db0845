"""A network drawn to be read: wires as wide as their conductance, nodes coloured by their value.

A trace for each wire would take seconds to redraw. So wires are thin polygons, sorted into a few colour classes of one
trace each: the width is exact, the colour is one of eight, and the exact number is in the hover text.
"""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from course_lib.core import require
from course_lib.draw.figures import Key, Range, build
from course_lib.draw.theme import GLOW, GREY, SEQUENTIAL, Scale
from course_lib.draw.traces import Trace
from course_lib.draw.wires import (
    arrow_marks,
    change_marks,
    classes_of,
    cut_wires,
    fills_of,
    marks,
    middles,
    span_of,
    wires,
    words,
)

BESIDE = {(1, 0): "middle right", (-1, 0): "middle left", (0, 1): "top center", (0, -1): "bottom center"}
BESIDE |= {(1, 1): "top right"}
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
        *wires(start, end, np.where(width > 0, wide, 0.0), classes_of(colour, colour_range), fills_of(colour, scale)),
        cut_wires(start[width == 0], end[width == 0]),
        middles(start, end, edges, width, colour, (width_label, colour_label)),
        *change_marks(start, end, np.zeros(len(edges)) if change is None else np.asarray(change)),
        arrow_marks(start, end, np.zeros(len(edges)) if arrows is None else np.asarray(arrows)),
        _names(xy, pins or {}, unit),
        _nodes(xy, node_colour, node_label, pins or {}),
    ]
    keys = []
    if colour is not None:
        keys.append(Key(colour_label, *span_of(colour, colour_range), scale))
    if node_colour is not None:
        keys.append(Key(node_label, *span_of(node_colour, node_range), node_scale))
        traces[-1]["marker"] |= {"cmin": keys[-1].low, "cmax": keys[-1].high, "colorscale": [*map(list, node_scale)]}
    return build(traces, _layout(xy, unit, bool(pins)), alt, title, height, keys)


def _nodes(xy: np.ndarray, value: np.ndarray | None, label: str, pins: Mapping[int, str]) -> Trace:
    told = words() if value is None else words(f"{label}: %{{marker.color:.4g}}")
    pinned = np.isin(np.arange(len(xy)), list(pins))
    marker = {
        "size": np.where(pinned, 17, 11),
        "symbol": ["square" if p else "circle" for p in pinned],
        "color": GREY if value is None else np.asarray(value),
        "opacity": 1,
        "line": {"width": np.where(pinned, 2, 1), "color": GREY},
    }
    known = {"hovertext": [f"node {i}" for i in range(len(xy))], "hovertemplate": told}
    return marks(xy) | known | {"mode": "markers", "marker": marker}


def _names(xy: np.ndarray, pins: Mapping[int, str], unit: float) -> Trace:
    """The words of each pin: outside the network if its node is at the edge, in the gap between wires if it is not."""
    ways = np.array([_way(at, xy.min(axis=0), xy.max(axis=0), unit) for at in xy[list(pins)]]).reshape(-1, 2)
    text = {"text": list(pins.values()), "textposition": [BESIDE[x, y] for x, y in ways]}
    away = np.where(ways.all(axis=1, keepdims=True), 0.1, 0.22) * unit * ways
    style = {"mode": "text", "textfont": {"size": 13}, "hoverinfo": "skip", "cliponaxis": False}
    return marks(xy[list(pins)] + away) | text | style


def _way(at: np.ndarray, low: np.ndarray, high: np.ndarray, unit: float) -> tuple[int, int]:
    """Left or right of a node at that edge, below or above one at that edge, and diagonally beside one inside."""
    near_low, near_high = at - low < unit / 4, high - at < unit / 4
    for axis, way in ((0, (1, 0)), (1, (0, 1))):
        if near_low[axis] or near_high[axis]:
            return way if near_high[axis] else (-way[0], -way[1])
    return 1, 1


def _layout(xy: np.ndarray, unit: float, pinned: bool) -> dict[str, object]:
    room = unit * (0.65 if pinned else 0.3)
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
