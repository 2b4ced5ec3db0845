"""The widgets that draw: a plot fed by one shared plotly.js, and a canvas for lattices.

plotly's own FigureWidget sends 5 MB of JavaScript with every figure and may give up before it arrives; here the
library travels once for each kernel, compressed, and then only what changed in a figure.
"""

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import anywidget
import numpy as np
import plotly.graph_objects as go
import traitlets
from plotly.offline import get_plotlyjs

from course_lib.draw.theme import Scale, colour_at, rgb
from course_lib.play.wire import changes, message, packed_figure

FRONT = Path(__file__).parents[1] / "front"
STYLE = FRONT / "style.css"
Heard = Callable[[dict], None]


class _Loader(anywidget.AnyWidget):
    _esm = FRONT / "loader.js"
    packed = traitlets.Bytes().tag(sync=True)


@cache
def _load_plotly() -> _Loader:
    """One for each kernel, kept alive so that a reloaded page finds it."""
    return _Loader(packed=gzip.compress(get_plotlyjs().encode(), compresslevel=6))


class Plot(anywidget.AnyWidget):
    """One figure in the browser. `show` replaces it by another, in place."""

    _esm = FRONT / "plot.js"
    _css = STYLE
    whole = traitlets.Any().tag(sync=True, to_json=lambda _, plot: plot._whole())
    status = traitlets.Unicode().tag(sync=True)

    def __init__(self, figure: go.Figure, heard: Heard | None = None) -> None:
        _load_plotly()
        self._tree, self.version, self._tell, self._heard = packed_figure(figure), 0, False, heard
        self.alt = figure.layout.meta["alt"]
        super().__init__()
        self.on_msg(self._listen)

    def show(self, figure: go.Figure, tell: bool = False) -> None:
        """Draw this figure instead; `tell` asks the browser to say when it has done so."""
        tree = packed_figure(figure)
        put, gone = changes(self._tree, tree)
        self._tree, self._tell, self.alt = tree, tell, figure.layout.meta["alt"]
        self.version += 1
        numbered, buffers = message([[path, value] for path, value in put])
        self.send({"version": self.version, "changes": numbered, "gone": gone, "tell": tell}, buffers)

    def _whole(self) -> dict[str, object]:
        figure, buffers = message(self._tree)
        return {"version": self.version, "figure": figure, "buffers": buffers}

    def _listen(self, _widget: "Plot", content: dict, _buffers: list) -> None:
        if "have" in content:  # a page that has just loaded, or has missed something
            if content["have"] != self.version:
                whole = self._whole()
                self.send({key: whole[key] for key in ("version", "figure")} | {"tell": self._tell}, whole["buffers"])
        elif self._heard:
            self._heard(content)


class Canvas(anywidget.AnyWidget):
    """A lattice, one pixel a site, from a figure made by draw.lattice."""

    _esm = FRONT / "canvas.js"
    _css = STYLE
    picture = traitlets.Dict().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def __init__(self, figure: go.Figure, heard: Heard | None = None) -> None:
        self.version, self.alt = 0, ""
        super().__init__()
        self.show(figure)
        if heard:
            self.on_msg(lambda _widget, content, _buffers: heard(content))

    def show(self, figure: go.Figure, tell: bool = False) -> None:
        """Paint this lattice instead; `tell` asks the browser to say when it has done so."""
        self.version += 1
        self.alt = figure.layout.meta["alt"]
        self.picture = _picture(figure) | {"version": self.version, "tell": tell}


def screen(figure: go.Figure, heard: Heard | None = None) -> Plot | Canvas:
    """The widget that suits this figure."""
    return (Canvas if "lattice" in figure.layout.meta else Plot)(figure, heard)


def _picture(figure: go.Figure) -> dict[str, object]:
    drawn = figure.data[0]
    values, low, high = drawn.z, drawn.zmin, drawn.zmax
    levels = np.clip((np.asarray(values, np.float32) - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    return {
        "sites": levels.tobytes(),
        "height": levels.shape[0],
        "width": levels.shape[1],
        "palette": _palette(tuple(tuple(stop) for stop in drawn.colorscale)),
        "low": f"{low:g}",
        "high": f"{high:g}",
        "label": figure.layout.meta["lattice"],
        "title": figure.layout.annotations[0].text.removeprefix("<b>").removesuffix("</b>"),
        "alt": figure.layout.meta["alt"],
        "pixels": figure.layout.height,
    }


@cache
def _palette(scale: Scale) -> bytes:
    return bytes(part for level in range(256) for part in rgb(colour_at(scale, level / 255)))
