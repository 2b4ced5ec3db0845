"""A playground in a live notebook: knobs above, figure below, and a sentence when something is refused."""

from collections.abc import Iterator
from typing import Any

import anywidget
import ipywidgets
import plotly.graph_objects as go
import traitlets

from course_lib.core import Refusal, require
from course_lib.play.knobs import File, Pick
from course_lib.play.playground import Playground
from course_lib.play.screens import FRONT, STYLE, screen
from course_lib.play.uploads import Uploads

ENDED = "The run has come to its end. Turn a knob to go on, or press Reset."


class Controls(anywidget.AnyWidget):
    """The question and the knobs. `values` holds what each knob sends: a position, a switch, the numbers picked."""

    _esm = FRONT / "controls.js"
    _css = STYLE
    question = traitlets.Unicode().tag(sync=True)
    knobs = traitlets.List().tag(sync=True)
    values = traitlets.Dict().tag(sync=True)
    runs = traitlets.Bool().tag(sync=True)
    running = traitlets.Bool().tag(sync=True)


class Shown(ipywidgets.VBox):
    """What Playground.show() returns: one reader's knobs and figure."""

    def __init__(self, playground: Playground) -> None:
        self.playground = playground
        self._uploads = Uploads()
        self._files: dict[str, str | None] = {}  # what the browser sends of these may be older
        self._states: Iterator[Any] = iter(())
        self._state: Any = None
        self._refused = ""
        self.controls = Controls(
            question=playground.question,
            knobs=[knob.front() for knob in playground.knobs],
            values={knob.name: knob.encode(knob.start) for knob in playground.knobs},
            runs=playground.run is not None,
        )
        self.screen = screen(self._first_figure(), self._heard)
        super().__init__([self.controls, self.screen])
        self.controls.observe(self._turned, "values")
        self.controls.on_msg(self._pressed)

    def set(self, **knobs: Any) -> None:
        """Turn knobs from a program, as a reader would by hand."""
        checked = {name: self.playground.knob(name).check(value) for name, value in knobs.items()}
        sent = {name: self.playground.knob(name).encode(value) for name, value in checked.items()}
        self._files |= {name: path for name, path in sent.items() if isinstance(self.playground.knob(name), File)}
        self.controls.values = self.controls.values | sent

    @property
    def alt(self) -> str:
        """The figure in words."""
        return self.screen.alt

    def __repr__(self) -> str:
        return f"{self.playground.question}\n{self.alt}"

    def _values(self) -> dict[str, Any]:
        sent = self.controls.values | self._files
        return {knob.name: knob.decode(sent[knob.name]) for knob in self.playground.knobs}

    def _first_figure(self) -> go.Figure:
        if self.playground.run is None:
            return self.playground.view(**self._values())
        self._states = self.playground.run(None, **self._values())
        self._state = next(self._states, None)
        require(self._state is not None, "This run has no state to show: its generator ended at once.")
        return self.playground.view(self._state)

    def _turned(self, _change: object) -> None:
        if self.playground.run is None:
            self._draw(lambda: self.playground.view(**self._values()))
            return
        self._states = self.playground.run(self._state, **self._values())
        if not self.controls.running:  # otherwise the next frame shows it
            self._advance()

    def _advance(self) -> None:
        """One state on; the run stops by itself at its end, or at a refusal."""
        self._draw(self._next_figure)

    def _next_figure(self) -> go.Figure | None:
        state = next(self._states, None)
        if state is None:
            self.controls.running = False
            self.screen.status = self._refused or ENDED
            return None
        self._state = state
        return self.playground.view(state)

    def _draw(self, make: Any) -> None:
        """Draw what `make` makes. A refusal becomes a sentence beneath the last good figure."""
        self.screen.status = ""
        try:
            figure = make()
        except Refusal as refusal:
            self.controls.running = False
            self.screen.status = self._refused = str(refusal)
        except Exception as error:
            self.controls.running = False
            self.screen.status = f"This setting broke the figure ({type(error).__name__}). The last good one stays."
            raise
        else:
            if figure is not None:
                self._refused = ""
                self.screen.show(figure, tell=self.controls.running)

    def _pressed(self, _widget: object, content: dict, buffers: list) -> None:
        if "file" in content:
            self._store(content, buffers[0])
        elif content.get("run") == "reset":
            self.controls.running = False
            self._draw(self._first_figure)
        elif content.get("run") == "stop":
            self.controls.running = False
        elif content.get("run") in ("play", "step"):
            self.controls.running = content["run"] == "play"
            self._advance()

    def _heard(self, content: dict) -> None:
        """The browser has drawn a frame, so it can have the next one; or something was clicked."""
        if content.get("drawn") == self.screen.version and self.controls.running:
            self._advance()
        picks = [knob for knob in self.playground.knobs if isinstance(knob, Pick)]
        if "pick" in content and picks:
            chosen = set(self.controls.values[picks[0].name]) ^ {int(content["pick"])}
            self.set(**{picks[0].name: tuple(sorted(i for i in chosen if i < picks[0].count))})

    def _store(self, content: dict, data: bytes) -> None:
        """Keep a slice of the reader's file, and tell the browser to send the next; the last one turns the knob."""
        knob = content["knob"]
        if not any(isinstance(known, File) and known.name == knob for known in self.playground.knobs):
            return
        try:
            have, path = self._uploads.take(content, data)
        except OSError as error:
            self.screen.status = f"The file could not be stored: {error.strerror}."
            have, path = -1, None
        self.controls.send({"upload": content["upload"], "have": have})
        if path is not None:
            self._files[knob] = str(path)
            try:
                self.controls.values = self.controls.values | {knob: str(path)}
            finally:
                self._uploads.keep(knob, path)
                if self.screen.status:
                    self.controls.send({"upload": content["upload"], "refused": True})
