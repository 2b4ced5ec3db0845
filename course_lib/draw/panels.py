"""Figures side by side, which stand one below the other where the page is narrow.

The place of everything is part of the layout, and the layout for a narrow page travels in `meta["narrow"]` as a list
of changes: {"xaxis.domain": [0, 1], "height": 720, ...}. The front end applies them below `meta["narrow_below"]`
pixels.
"""

import re
from copy import deepcopy

import numpy as np
import plotly.graph_objects as go

from course_lib.core import require
from course_lib.draw.figures import BAR, unchecked

NARROW, EACH = 700, 240  # pixels: the least width of panels side by side, and of each of them
MARGINS = 90  # pixels left and right of all panels
KEY, LETTER, ROW = 46, 6.2, 19  # pixels that a legend takes: its mark and gaps, a letter, a line
_REFERENCE = re.compile(r"^(x|y)( domain)?$")
Layout = dict[str, object]
Box = tuple[float, float, float, float]  # left, right, bottom, top, as shares of the plotting area


def panels(*figures: go.Figure, alt: str) -> go.Figure:
    """Several one-panel figures as one, each with its own title, axes, legend and colour bars.

    Args:
        figures: what draw.figure, graph, lattice or table return.
        alt: all panels in words.
    """
    require(len(figures) >= 1, "There is nothing to put side by side: give at least one figure.")
    require(bool(alt.strip()), "A picture needs words for those who cannot see it: give alt.")
    require(all("xaxis2" not in one.layout for one in figures), "Panels hold single figures, not other panels.")
    least = _shares(len(figures))[1] * (max(NARROW, EACH * len(figures)) - MARGINS)
    parts = [
        _with_room(one.layout.to_plotly_json(), [trace.name for trace in one.data if trace.showlegend], least)
        for one in figures
    ]
    wide, top, bottom = _side_by_side(parts)
    height = max(part["height"] for part in parts)
    margin = {"l": max(part["margin"]["l"] for part in parts), "r": 24, "t": top, "b": bottom, "autoexpand": False}
    layout: Layout = {"template": parts[0]["template"], "height": height, "margin": margin, "shapes": []}
    layout |= {"showlegend": any(part["showlegend"] for part in parts), "annotations": [], "images": []}
    traces = []
    for k, (one, part) in enumerate(zip(figures, parts, strict=True), 1):
        traces += [_moved(trace.to_plotly_json(), k) for trace in one.data]
        layout |= _placed(part, k)
        layout["shapes"] += [_renamed(shape, k) for shape in part.get("shapes", ())]
        layout["annotations"] += deepcopy(part["annotations"])
        layout["images"] += deepcopy(part.get("images", []))
    stacked, total = _stacked(parts)
    area = total - parts[0]["margin"]["t"] - bottom
    narrow = _places(parts, stacked, area, None) | {"height": total, "margin.t": parts[0]["margin"]["t"]}
    _apply(layout, _places(parts, wide, height - top - bottom, top))
    layout["meta"] = {"alt": alt, "narrow": narrow, "narrow_below": max(NARROW, EACH * len(figures))}
    return unchecked(traces, layout)


def _with_room(part: Layout, names: list[str], width: float) -> Layout:
    """A legend above a panel that may be wider than it goes line by line, and the panel grows by as much."""
    if KEY * len(names) + LETTER * sum(map(len, names)) > width and part["legend"]["y"]:
        part["legend"]["orientation"] = "v"
        more = ROW * (len(names) - 1)
        part["margin"]["t"] += more
        part["height"] += more
        part["annotations"][0]["yshift"] += more
    return part


def _shares(count: int) -> tuple[float, float]:
    """The gap between panels side by side, and the width of each, as shares of the plotting area."""
    gap = 0.0 if count == 1 else {2: 0.11, 3: 0.10}.get(count, 0.07)
    return gap, (1 - gap * (count - 1)) / count


def _side_by_side(parts: list[Layout]) -> tuple[list[Box], int, int]:
    gap, width = _shares(len(parts))
    boxes = [(k * (width + gap), k * (width + gap) + width, 0.0, 1.0) for k in range(len(parts))]
    return boxes, max(part["margin"]["t"] for part in parts), max(part["margin"]["b"] for part in parts)


def _stacked(parts: list[Layout]) -> tuple[list[Box], int]:
    heights = np.array([part["height"] for part in parts], float)
    tops = np.array([part["margin"]["t"] for part in parts], float)
    total, above, below = heights.sum(), tops[0], max(part["margin"]["b"] for part in parts)
    area = total - above - below
    upper = np.cumsum(heights) - heights + tops - above  # pixels from the top of the plotting area
    lower = np.cumsum(heights) - below - above
    edges = np.clip(1 - np.stack([lower, upper], axis=1) / area, 0.0, 1.0).tolist()
    return [(0.0, 1.0, low, high) for low, high in edges], int(total)


def _places(parts: list[Layout], boxes: list[Box], area: float, top: int | None) -> Layout:
    """Where each panel's axes, heading, legend and colour bars go; headings line up where a common top is given."""
    places: Layout = {}
    n = m = 0
    for k, (part, (left, right, bottom, upper)) in enumerate(zip(parts, boxes, strict=True), 1):
        i = _number(k)
        places |= {f"xaxis{i}.domain": [left, right], f"yaxis{i}.domain": [bottom, upper]}
        places |= {f"legend{i}.x": left, f"legend{i}.y": upper if part["legend"]["y"] else bottom}
        for j, note in enumerate(part["annotations"]):
            above = top - 12 if j == 0 and top is not None else note["yshift"]  # headings line up
            at = f"annotations[{m}]"
            places |= {f"{at}.x": left + note["x"] * (right - left), f"{at}.y": upper, f"{at}.yshift": above}
            m += 1
        for image in part.get("images", ()):
            at, width = f"images[{n}]", right - left
            places |= {f"{at}.x": left + image["x"] * width, f"{at}.sizex": image["sizex"] * width}
            above = (image["y"] - 1) / image["sizey"] * BAR  # in pixels, from its own height
            places |= {f"{at}.y": upper + above / area, f"{at}.sizey": BAR / area}
            n += 1
    return places


def _placed(part: Layout, k: int) -> Layout:
    """The panel's own axes and legend under their new numbers."""
    i = _number(k)
    axes = {f"{letter}axis{i}": part[f"{letter}axis"] | {"anchor": f"{other}{i}"} for letter, other in ("xy", "yx")}
    if "scaleanchor" in part["yaxis"]:
        axes[f"yaxis{i}"]["scaleanchor"] = f"x{i}"
    return axes | {f"legend{i}": part["legend"]}


def _moved(trace: Layout, k: int) -> Layout:
    i = _number(k)
    return trace | {"xaxis": f"x{i}", "yaxis": f"y{i}", "legend": f"legend{i}"}


def _renamed(shape: Layout, k: int) -> Layout:
    refs = {ref: _REFERENCE.sub(rf"\g<1>{_number(k)}\g<2>", shape[ref]) for ref in ("xref", "yref")}
    return shape | refs


def _number(k: int) -> str:
    return "" if k == 1 else str(k)


def _apply(layout: Layout, changes: Layout) -> None:
    for path, value in changes.items():
        *way, last = re.findall(r"[^.\[\]]+", path)
        at = layout
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        at[last] = value
