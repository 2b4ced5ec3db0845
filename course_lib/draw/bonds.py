"""Spins joined by bonds: which bonds are negative, which are unsatisfied, and which faces are marked.

A bond's sign is told by its dashes, a spin's by where its triangle points, a marked face by its cross. Each trace is
there at every redraw, empty or not, and bonds are clicked at their middles.
"""

import numpy as np
import plotly.graph_objects as go

from course_lib.core import require
from course_lib.draw.figures import build
from course_lib.draw.theme import GREY, PALETTE
from course_lib.draw.traces import Trace
from course_lib.draw.wires import marks, words

FILL = "rgba(230, 39, 116, 0.28)"  # the palette's pink, through which the bonds are seen


def spins(
    xy: np.ndarray,
    edges: np.ndarray,
    J: np.ndarray,
    s: np.ndarray,
    *,
    faces: np.ndarray,
    marked: np.ndarray,
    alt: str,
    marked_label: str = "frustrated",
    title: str = "",
    height: int = 500,
) -> go.Figure:
    """A lattice of spins with its bonds and faces.

    Args:
        xy: where the spins are (N, 2).
        edges: the two spins of each bond (m, 2).
        J: the bonds' couplings (m,): solid where positive, dashed where negative.
        s: the spins (N,), +1 up or -1 down. A bond with J s s' < 0 is unsatisfied: a string crosses it, from the
            middle of one face to that of the next.
        faces: the bonds round each face (f, k).
        marked: the faces that are filled and crossed (f,).
    """
    xy, edges, J, s = np.asarray(xy, float), np.asarray(edges, int), np.asarray(J, float), np.asarray(s)
    for name, given, n, things in (("J", J, len(edges), "bonds"), ("s", s, len(xy), "spins")):
        require(len(given) == n, f"{name} needs one number for each of {n} {things}.")
    require(len(marked) == len(faces), f"marked needs one number for each of {len(faces)} faces.")
    start, end = xy[edges[:, 0]], xy[edges[:, 1]]
    middle, centres = (start + end) / 2, xy[edges[faces]].mean(axis=(1, 2))
    unsatisfied = J * s[edges[:, 0]] * s[edges[:, 1]] < 0
    strings = _across(middle, np.asarray(faces), centres)[unsatisfied]
    traces = [
        _fill(_outlines(xy, edges, np.asarray(faces)[np.asarray(marked, bool)], centres[np.asarray(marked, bool)])),
        _segments(start[J >= 0], end[J >= 0], "J > 0", {"color": GREY, "width": 2.5}),
        _segments(start[J < 0], end[J < 0], "J < 0", {"color": PALETTE[0], "width": 3, "dash": "5px,4px"}),
        _segments(strings[:, 0], strings[:, 1], "unsatisfied", {"color": PALETTE[1], "width": 5}),
        _crosses(centres[np.asarray(marked, bool)], marked_label),
        _clickable(middle, edges, J, unsatisfied),
        _triangles(xy, s > 0, "triangle-up", PALETTE[2], "up"),
        _triangles(xy, s < 0, "triangle-down-open", GREY, "down"),
    ]
    return build(traces, _layout(xy), alt, title, height)


def _segments(start: np.ndarray, end: np.ndarray, name: str, line: dict[str, object]) -> Trace:
    points = np.stack([start, end, np.full_like(start, np.nan)], axis=1).reshape(-1, 2)
    return marks(points) | {"mode": "lines", "line": line, "hoverinfo": "skip", "name": name, "showlegend": True}


def _outlines(xy: np.ndarray, edges: np.ndarray, faces: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The corners of each face in their order round its middle, and a gap: (f, k + 1, 2)."""
    ends = xy[edges[faces]].reshape(len(faces), 2 * faces.shape[1], 2)  # each corner is there twice
    away = ends - centres[:, None]
    round_it = np.argsort(np.arctan2(away[..., 1], away[..., 0]), axis=1, kind="stable")[:, ::2]
    return np.concatenate([np.take_along_axis(ends, round_it[..., None], 1), np.full((len(faces), 1, 2), np.nan)], 1)


def _fill(outlines: np.ndarray) -> Trace:
    style = {"mode": "lines", "fill": "toself", "fillcolor": FILL, "line": {"width": 0}, "hoverinfo": "skip"}
    return marks(outlines.reshape(-1, 2)) | style


def _across(middle: np.ndarray, faces: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Across each bond, from the middle of the face on one side to that on the other, or as far outside (m, 2, 2)."""
    bonds, face = faces.ravel(), np.repeat(np.arange(len(faces)), faces.shape[1])
    sides = np.full((len(middle), 2), -1)
    sides[bonds, 0] = face
    sides[bonds[::-1], 1] = face[::-1]
    ends = np.where((sides >= 0)[..., None], centres[sides], middle[:, None])
    rim = sides[:, 0] == sides[:, 1]
    ends[rim, 1] = 2 * middle[rim] - ends[rim, 0]
    return ends


def _crosses(centres: np.ndarray, name: str) -> Trace:
    marker = {"symbol": "x", "size": 9, "color": PALETTE[3]}
    return marks(centres) | {"mode": "markers", "marker": marker, "hoverinfo": "skip", "name": name, "showlegend": True}


def _clickable(middle: np.ndarray, edges: np.ndarray, J: np.ndarray, unsatisfied: np.ndarray) -> Trace:
    """Where a bond is pointed at and clicked: unseen, but it knows its number, its coupling and what it costs."""
    state = np.where(unsatisfied, "unsatisfied", "satisfied")
    names = [f"bond {e}, from {i} to {j}: {state[e]}" for e, (i, j) in enumerate(edges.tolist())]
    known = np.stack([np.arange(len(edges)), J], axis=1)
    told = {"hovertext": names, "customdata": known, "hovertemplate": words("J: %{customdata[1]:.3g}")}
    return marks(middle) | told | {"mode": "lines", "line": {"width": 0}}


def _triangles(xy: np.ndarray, shown: np.ndarray, symbol: str, colour: str, name: str) -> Trace:
    marker = {"symbol": symbol, "size": 11, "color": colour, "opacity": 1, "line": {"width": 2, "color": colour}}
    told = {"hovertext": [f"spin {i}, {name}" for i in np.flatnonzero(shown)], "hovertemplate": words()}
    return marks(xy[shown]) | told | {"mode": "markers", "marker": marker}


def _layout(xy: np.ndarray) -> dict[str, object]:
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    (left, low), (right, high) = xy.min(axis=0) - 0.6, xy.max(axis=0) + 0.6
    return {
        "xaxis": hidden | {"range": [float(left), float(right)]},
        "yaxis": hidden | {"range": [float(low), float(high)], "scaleanchor": "x"},
        "margin": {"l": 20, "r": 20, "b": 64},
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top", "font": {"size": 11.5}},
        "hoverdistance": 25,
    }
