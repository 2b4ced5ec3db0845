"""Colours, line styles and the one plotly template: legible on white and on #111 alike.

A page may be light, dark or printed, and a still figure cannot know which. So every colour that carries meaning has
a contrast of at least 3 (scales: 2) with both, and nothing is told by its hue alone.
"""

from base64 import b64encode
from functools import cache

import plotly.graph_objects as go

GREY = "#797979"  # the grey that is equally far from white and from #111

# Blue, amber, teal, pink, violet, grey: chosen so that the closest pair stays apart for every kind of colour blindness.
PALETTE = ("#0e64d1", "#c97727", "#0e9ca9", "#e62774", "#a170c6", GREY)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "star")

Scale = tuple[tuple[float, str], ...]

# Lightness rises from end to end, so the order survives a grey print; neither end sinks into the page.
SEQUENTIAL: Scale = ((0.0, "#4a45b8"), (0.25, "#2f6fc2"), (0.5, "#2593a3"), (0.75, "#7fa644"), (1.0, "#d9a520"))
GLOW: Scale = ((0.0, "#6f6a75"), (0.5, "#c2426f"), (1.0, "#f0883e"))
# Palest in the middle, where nothing happens, and equally dark at both ends.
DIVERGING: Scale = ((0.0, "#0e55c4"), (0.25, "#6a8fcb"), (0.5, "#b3b0ab"), (0.75, "#cf8560"), (1.0, "#c2410c"))

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
GRID = "rgba(128, 128, 128, 0.22)"

_AXIS = {
    "gridcolor": GRID,
    "linecolor": "rgba(128, 128, 128, 0.6)",
    "zeroline": False,
    "showline": True,
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": "rgba(128, 128, 128, 0.6)",
    "title": {"font": {"size": 13}},
    "exponentformat": "power",
    "minexponent": 4,
}

template = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 12.5, "color": GREY},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "colorway": PALETTE,
        "colorscale": {"sequential": SEQUENTIAL, "sequentialminus": SEQUENTIAL, "diverging": DIVERGING},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "hovermode": "closest",
        "hoverlabel": {"font": {"family": FONT, "size": 12.5}},
        "bargap": 0.25,
        "uirevision": "keep the reader's zoom when the data change",
    }
)


def colour_at(scale: Scale, position: float) -> str:
    """The colour of a scale at a position from 0 to 1, as #rrggbb."""
    for (low, first), (high, second) in zip(scale, scale[1:], strict=False):
        if position <= high:
            share = (position - low) / (high - low)
            mixed = (round(a + share * (b - a)) for a, b in zip(rgb(first), rgb(second), strict=True))
            return "#{:02x}{:02x}{:02x}".format(*mixed)
    return scale[-1][1]


@cache
def ribbon(scale: Scale) -> str:
    """The scale from left to right as a picture, for a page to show."""
    stops = "".join(f'<stop offset="{at}" stop-color="{colour}"/>' for at, colour in scale)
    size = 'width="100" height="8" preserveAspectRatio="none" viewBox="0 0 100 8"'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><linearGradient id="g">{stops}</linearGradient>'
    picture += '<rect width="100" height="8" rx="1" fill="url(#g)"/></svg>'
    return "data:image/svg+xml;base64," + b64encode(picture.encode()).decode()


def rgb(colour: str) -> tuple[int, ...]:
    """#rrggbb as three whole numbers from 0 to 255."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
