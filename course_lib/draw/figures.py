"""Figures of one panel: an x and a y axis with their units, a lattice, a table."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from course_lib.core import require
from course_lib.draw.theme import GREY, SEQUENTIAL, Scale, ribbon, template
from course_lib.draw.traces import Line, Trace, heat

TITLE, LEGEND, KEY = 30, 26, 22  # the height in pixels that each takes above the plot
_TEMPLATE = template.to_plotly_json()
BAR, ABOVE = 8, 12  # pixels: the height of a colour bar, and the distance of the lowest from the plot
BLANK = "\u00a0"  # at a redraw plotly forgets other texts beside an empty one
Range = tuple[float, float]


class Key(NamedTuple):
    """What a scale of colours means: the quantity with its unit, and the values of its two ends."""

    label: str
    low: float
    high: float
    scale: Scale

    def says(self) -> str:
        """In as many digits as tell the two ends apart."""
        digits = 2 - int(np.floor(np.log10(self.high - self.low))) if self.high > self.low else 3
        low, high = (f"{round(end, digits) + 0.0:.6g}".replace("-", "−") for end in (self.low, self.high))
        return f"{self.label}: {low} to {high}"


def figure(
    *parts: Trace | Line,
    x: str,
    y: str,
    alt: str,
    title: str = "",
    log: str = "",
    x_range: Range | None = None,
    y_range: Range | None = None,
    height: int = 360,
) -> go.Figure:
    """Traces on one pair of axes.

    Args:
        parts: what curve, points, bars, heat, line_at and guess_line return.
        x, y: what the axes show, each with its unit.
        alt: the picture in words, made from its data, for a reader who does not see it.
        log: the axes that are logarithmic: "", "x", "y" or "xy".
    """
    require(bool(x and y), "Each axis says what it shows, with its unit: give x and y.")
    traces = [part for part in parts if not isinstance(part, Line)]
    layout = {
        "xaxis": _axis(x, "x" in log, x_range, [trace["x"] for trace in traces if "x" in trace]),
        "yaxis": _axis(y, "y" in log, y_range, [trace["y"] for trace in traces if "y" in trace]),
        "shapes": [_shape(part) for part in parts if isinstance(part, Line)],
    }
    return build(traces, layout, alt, title, height)


def lattice(
    values: np.ndarray,
    low: float,
    high: float,
    *,
    alt: str,
    label: str,
    title: str = "",
    scale: Scale = SEQUENTIAL,
    height: int = 420,
) -> go.Figure:
    """A lattice seen from above, one square a site; a live playground paints it on a canvas."""
    trace = heat(values, label, low=low, high=high, scale=scale)
    hidden = {"visible": False, "fixedrange": True, "constrain": "domain"}
    layout = {"xaxis": hidden, "yaxis": hidden | {"scaleanchor": "x", "autorange": "reversed"}}
    drawn = build([trace], layout, alt, title, height)
    drawn.layout.meta = {"alt": alt, "lattice": label}
    return drawn


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, alt: str, title: str = "") -> go.Figure:
    """A small table, to stand beside other panels. Every cell is text."""
    require(all(len(row) == len(head) for row in rows), f"Every row of the table needs {len(head)} cells.")
    widths = [2 + max(map(len, column)) for column in zip(head, *rows, strict=True)]
    middles = np.cumsum(widths) - np.array(widths) / 2
    columns, lines = np.meshgrid(middles, np.arange(len(rows)))
    top = _words(middles, np.full(len(head), -1), [f"<b>{cell}</b>" for cell in head])
    body = _words(columns.ravel(), lines.ravel(), [cell for row in rows for cell in row])
    hidden = {"visible": False, "fixedrange": True}
    rule = {"type": "line", "xref": "x domain", "yref": "y", "x0": 0, "x1": 1, "y0": -0.5, "y1": -0.5}
    layout = {
        "xaxis": hidden | {"range": [0, sum(widths)]},
        "yaxis": hidden | {"range": [len(rows) - 0.4, -1.6]},
        "shapes": [rule | {"line": {"color": GREY, "width": 1}}],
    }
    return build([top, body], layout, alt, title, 60 + 34 * (len(rows) + 1))


def build(
    traces: list[Trace], layout: dict[str, object], alt: str, title: str, height: int, keys: Sequence[Key] = ()
) -> go.Figure:
    """A figure with the course's template, the keys to its colours above the plot and its words in meta."""
    require(bool(alt.strip()), "A picture needs words for those who cannot see it: give alt.")
    keys = keys or [_key_of(trace) for trace in traces if trace["type"] == "heatmap"]
    legend = any(trace.get("showlegend") for trace in traces)
    inside = LEGEND * (legend and "legend" not in layout)
    top = 16 + TITLE * bool(title) + max(inside, KEY * len(keys) + 8 * bool(keys))
    common = {
        "template": _TEMPLATE,
        "height": height,
        "margin": {"l": 66, "r": 24, "t": top, "b": 56, "autoexpand": False},
        "legend": {
            "itemsizing": "constant",
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
        },
        "showlegend": legend,
        "meta": {"alt": alt},
    }
    common["margin"] |= layout.pop("margin", {})
    words, images = _keys_drawn(keys, height - top - common["margin"]["b"])
    common |= {"annotations": [_note(title and f"<b>{title}</b>", 0, top - 12, 15), *words], "images": images}
    return unchecked(traces, common | layout)


def unchecked(traces: list[Trace], layout: dict[str, object]) -> go.Figure:
    """plotly checks every property at each redraw, half the time of a slider's turn; the tests check ours once."""
    return go.Figure(traces, layout, _validate=False)


def _axis(text: str, log: bool, span: Range | None, data: list[Sequence]) -> dict[str, object]:
    words = any(np.asarray(values).dtype.kind in "USO" for values in data)
    axis: dict[str, object] = {"title": {"text": text}, "type": "category" if words else "log" if log else "linear"}
    if span is not None:
        axis["range"] = np.log10(span).tolist() if log else list(span)
    return axis | ({"dtick": _decades(span or np.concatenate([np.ravel(d) for d in data]))} if log and data else {})


def _decades(values: Sequence[float] | np.ndarray) -> int | None:
    """How many decades lie between two labels; None leaves a short axis to plotly, which then writes 2, 5, 10."""
    positive = np.asarray(values, float)
    positive = positive[np.isfinite(positive) & (positive > 0)]
    spread = np.log10(positive.max() / positive.min()) if len(positive) else 0
    return None if spread < 1.2 else int(np.ceil(spread / 6))


def _note(text: str, x: float, above: float, size: float) -> dict[str, object]:
    """Words above the plot, so many pixels from its top: annotations, because panels have theirs each."""
    place = {"xref": "paper", "yref": "paper", "x": x, "xanchor": "left", "y": 1, "yanchor": "top", "yshift": above}
    return place | {"text": text, "showarrow": False, "font": {"size": size}, "borderpad": 0}


def _shape(line: Line) -> dict[str, object]:
    """The line across the plot, drawn even where there is none, so that a redraw finds the same shapes."""
    across = {"x": "y", "y": "x"}[line.axis]
    at = 0 if line.at is None else line.at
    ends = {f"{line.axis}0": at, f"{line.axis}1": at, f"{across}0": 0, f"{across}1": 1}
    place = {"textangle": 0, "textposition": "end", "yanchor": "top" if line.axis == "x" else "bottom"}
    label = place | {"text": line.text, "xanchor": "left" if line.axis == "x" else "right", "padding": 4}
    return ends | {
        "type": "line",
        f"{line.axis}ref": line.axis,
        f"{across}ref": f"{across} domain",
        "line": {"color": line.colour, "dash": line.dash, "width": 1.75},
        "label": label | {"font": {"size": 12}},
        "visible": line.at is not None,
    }


def _words(x: np.ndarray, y: np.ndarray, text: list[str]) -> Trace:
    text = [cell or BLANK for cell in text]
    cells = {"type": "scatter", "x": x, "y": y, "text": text, "mode": "text", "textfont": {"size": 13}}
    return cells | {"hoverinfo": "skip", "showlegend": False}


def _key_of(trace: Trace) -> Key:
    return Key(trace["meta"], trace["zmin"], trace["zmax"], tuple(tuple(stop) for stop in trace["colorscale"]))


def _keys_drawn(keys: Sequence[Key], area: float) -> tuple[list[object], list[object]]:
    """Each key's words, and beside them its colours as a small picture.

    plotly's own colour bars cost half of a redraw, and push the title of the x axis into its numbers.
    """
    rows = range(len(keys))[::-1]  # from the plot upwards
    size = {"sizex": 0.2, "sizey": BAR / area, "sizing": "stretch", "xref": "paper", "yref": "paper"}
    place = {"x": 0, "yanchor": "bottom", "xanchor": "left", "layer": "above"}
    bars = [size | place | {"y": 1 + (ABOVE + KEY * i) / area, "source": ribbon(k.scale)} for i, k in zip(rows, keys)]
    words = [_note(k.says(), 0.2, ABOVE + KEY * i + 13, 12.5) | {"xshift": 6} for i, k in zip(rows, keys)]
    return words, bars
