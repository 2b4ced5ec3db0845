"""A playground: a question, some knobs, and a pure view of them; or a run that evolves, and a view of its states."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from course_lib.core import require
from course_lib.play.knobs import AnyKnob

if TYPE_CHECKING:
    from course_lib.play.live import Shown

STILL = 30  # the state of a run that a still picture shows
EVERY = 3  # one state in so many is recorded


@dataclass(frozen=True)
class Playground:
    """A question that a reader answers by turning knobs.

    view(**knobs) returns the figure. Where `run` is given, run(state, **knobs) is a generator of states, fresh if
    state is None and otherwise going on from it: its first state shows the knobs applied, before any time has
    passed. Then view(state) returns the figure.
    """

    question: str
    view: Callable[..., go.Figure]
    knobs: Sequence[AnyKnob]
    run: Callable[..., Iterator[Any]] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "knobs", tuple(self.knobs))
        names = [knob.name for knob in self.knobs]
        require(len(set(names)) == len(names), f"Two knobs have the same name: {', '.join(names)}.")
        given = set(names) | ({_first(self.run)} if self.run else set())
        parameters = inspect.signature(self.run or self.view).parameters
        unknown, open_ended = sorted(given - set(parameters)), sorted(_needed(parameters) - given)
        require(not unknown, f"The view has no parameter {', '.join(unknown)}: it has {', '.join(parameters)}.")
        require(not open_ended, f"The view needs a knob for {', '.join(open_ended)}.")

    def still(self, **knobs: Any) -> go.Figure:
        """The figure at these knobs, the others at their start; of a run, the figure some way into it."""
        values = self.settings(knobs)
        if self.run is None:
            return self.view(**values)
        return self.view(self._states(values)[-1])

    def frames(self, knob: str) -> list[tuple[Any, go.Figure]]:
        """About eleven figures along one knob, for a page with no kernel; of a run, also along its "step"s."""
        if self.run is not None and knob == "step":
            states = self._states(self.settings({}))
            return [(step, self.view(state)) for step, state in list(enumerate(states))[::EVERY]]
        return [(value, self.still(**{knob: value})) for value in self.knob(knob).sample()]

    def show(self) -> "Shown":
        """The live widget."""
        from course_lib.play.live import Shown  # a still picture needs no widgets

        return Shown(self)

    def knob(self, name: str) -> AnyKnob:
        """The knob of this name."""
        known = {knob.name: knob for knob in self.knobs}
        require(name in known, f"There is no knob {name}. There is: {', '.join(known) or 'none'}.")
        return known[name]

    def settings(self, changed: dict[str, Any]) -> dict[str, Any]:
        """Every knob's value: its start, unless changed."""
        checked = {name: self.knob(name).check(value) for name, value in changed.items()}
        return {knob.name: knob.start for knob in self.knobs} | checked

    def _states(self, values: dict[str, Any]) -> list[Any]:
        states = list(islice(self.run(None, **values), STILL + 1))
        require(bool(states), "This run has no state to show: its generator ended at once.")
        return states

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> object:
        return self.show()._repr_mimebundle_(include=include, exclude=exclude)


def _first(function: Callable) -> str:
    return next(iter(inspect.signature(function).parameters))


def _needed(parameters: dict[str, inspect.Parameter]) -> set[str]:
    return {name for name, parameter in parameters.items() if parameter.default is inspect.Parameter.empty}
