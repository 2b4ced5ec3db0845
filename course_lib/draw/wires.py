"""The wires of a network: thin polygons of exact width, in a few colour classes of one trace each."""

import numpy as np

from course_lib.draw.figures import Range
from course_lib.draw.theme import GREY, PALETTE, Scale, colour_at
from course_lib.draw.traces import Trace

CLASSES = 8
FAINT = 8.5  # pixels: a smaller mark is left out


def wires(start: np.ndarray, end: np.ndarray, wide: np.ndarray, classes: np.ndarray, fills: list[str]) -> list[Trace]:
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


def cut_wires(start: np.ndarray, end: np.ndarray) -> Trace:
    dotted = np.stack([start, end, np.full_like(start, np.nan)], axis=1).reshape(-1, 2)
    line = {"color": GREY, "width": 1.5, "dash": "dot"}
    return marks(dotted) | {"mode": "lines", "line": line, "hoverinfo": "skip"}


def middles(
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
    told = {"hovertext": names, "customdata": np.stack(known, axis=1), "hovertemplate": words(*numbers)}
    return marks((start + end) / 2) | told | {"mode": "lines", "line": {"width": 0}}


def change_marks(start: np.ndarray, end: np.ndarray, change: np.ndarray) -> list[Trace]:
    """Triangles up and down, so that growth is told from shrinking without colour; the faintest are left out."""
    size = 6 + 11 * np.sqrt(np.abs(change) / (np.abs(change).max(initial=0.0) or 1.0))
    middle, traces = (start + end) / 2, []
    for name, shown, style in (("grows", change > 0, 0), ("shrinks", change < 0, 1)):
        shown = shown & (size > FAINT)
        symbol = ("triangle-up", "triangle-down")[style]
        marker = {"symbol": symbol, "size": size[shown], "color": PALETTE[style]}
        marker |= {"opacity": 1, "line": {"width": 1.5, "color": "white"}}
        mark = marks(middle[shown]) | {"mode": "markers", "marker": marker, "hoverinfo": "skip"}
        traces.append(mark | {"name": name, "showlegend": bool(change.any())})
    return traces


def arrow_marks(start: np.ndarray, end: np.ndarray, arrows: np.ndarray) -> Trace:
    along = (end - start) * np.sign(arrows)[:, None]
    shown = arrows != 0
    bearing = np.degrees(np.arctan2(along[:, 0], along[:, 1]))  # clockwise from straight up, as plotly counts
    marker = {"symbol": "triangle-up", "size": 9, "color": GREY, "angle": bearing[shown]}
    return marks(((start + end) / 2)[shown]) | {"mode": "markers", "marker": marker, "hoverinfo": "skip"}


def classes_of(colour: np.ndarray | None, span: Range | None) -> np.ndarray:
    if colour is None:
        return np.zeros(1, int)
    low, high = span_of(colour, span)
    return np.clip(((np.asarray(colour) - low) / (high - low) * CLASSES).astype(int), 0, CLASSES - 1)


def fills_of(colour: np.ndarray | None, scale: Scale) -> list[str]:
    return [GREY if colour is None else colour_at(scale, (c + 0.5) / CLASSES) for c in range(CLASSES)]


def span_of(values: np.ndarray, given: Range | None) -> Range:
    low, high = given or (float(np.min(values)), float(np.max(values)))
    return (low, high) if high > low else (low, low + (abs(low) or 1.0))


def words(*numbers: str) -> str:
    """What is said about a thing that is pointed at: its name, then its numbers."""
    return "<br>".join(("%{hovertext}", *numbers)) + "<extra></extra>"


def marks(at: np.ndarray) -> Trace:
    return {"type": "scatter", "x": at[:, 0], "y": at[:, 1], "showlegend": False}
