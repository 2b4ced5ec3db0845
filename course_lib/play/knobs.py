"""What a reader can turn: each knob refuses bad settings in words, and knows its positions and how each reads.

The front end counts positions; their values and their words are decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from course_lib.core import require
from course_lib.play.slider import Knob


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    name: str
    options: Sequence[str]
    start: str | None = None
    label: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        require(len(self.options) >= 2, f"The choice {self.name} needs two options or more.")
        require(len(set(self.options)) == len(self.options), f"The choice {self.name} has an option twice.")
        object.__setattr__(self, "start", self.options[0] if self.start is None else self.start)
        self.check(self.start)

    def check(self, value: str) -> str:
        require(value in self.options, f"{self.name} is one of {', '.join(map(str, self.options))}: got {value!r}.")
        return value

    def sample(self) -> list[str]:
        return list(self.options)

    def decode(self, position: int) -> str:
        return self.options[position]

    def encode(self, value: str) -> int:
        return self.options.index(value)

    def front(self) -> dict[str, object]:
        return _front(self, "choice") | {"texts": [str(option) for option in self.options]}


@dataclass(frozen=True)
class Toggle:
    """On or off."""

    name: str
    start: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        self.check(self.start)

    def check(self, value: bool) -> bool:
        require(isinstance(value, (bool, np.bool_)), f"{self.name} is True or False: got {value!r}.")
        return bool(value)

    def sample(self) -> list[bool]:
        return [False, True]

    def decode(self, value: bool) -> bool:
        return bool(value)

    def encode(self, value: bool) -> bool:
        return value

    def front(self) -> dict[str, object]:
        return _front(self, "toggle")


@dataclass(frozen=True)
class Pick:
    """Some of `count` numbered things (wires, bonds, corners): clicked in the figure, or typed. A tuple of numbers."""

    name: str
    count: int
    start: Sequence[int] = ()
    label: str = ""

    def __post_init__(self) -> None:
        require(self.count >= 1, f"There is nothing to pick in {self.name}: count is {self.count}.")
        object.__setattr__(self, "start", self.check(self.start))

    def check(self, value: Sequence[int]) -> tuple[int, ...]:
        require(isinstance(value, (tuple, list)), f"{self.name} is a tuple of numbers: got {value!r}.")
        inside = all(isinstance(i, (int, np.integer)) and 0 <= i < self.count for i in value)
        require(inside, f"{self.name} picks whole numbers from 0 to {self.count - 1}: got {tuple(value)}.")
        return tuple(sorted({int(i) for i in value}))

    def sample(self) -> list[tuple[int, ...]]:
        spread = np.unique(np.linspace(0, self.count - 1, 10).astype(int))
        return [self.start, *((int(i),) for i in spread if (i,) != self.start)]

    def decode(self, value: list[int]) -> tuple[int, ...]:
        return self.check(value)

    def encode(self, value: tuple[int, ...]) -> list[int]:
        return list(value)

    def front(self) -> dict[str, object]:
        return _front(self, "pick") | {"count": self.count}


@dataclass(frozen=True)
class File:
    """A file of the reader's own; the view gets its path, or None as long as there is none."""

    name: str
    accept: str
    label: str = ""
    start: None = field(default=None, init=False)

    def check(self, value: str | Path | None) -> Path | None:
        require(value is None or Path(value).is_file(), f"{self.name}: there is no file {value}.")
        return None if value is None else Path(value)

    def sample(self) -> list[None]:
        return [None]

    def decode(self, value: str | None) -> Path | None:
        return None if value is None else Path(value)

    def encode(self, value: Path | None) -> str | None:
        return None if value is None else str(value)

    def front(self) -> dict[str, object]:
        return _front(self, "file") | {"accept": self.accept}


AnyKnob = Knob | Choice | Toggle | Pick | File


def _front(knob: AnyKnob, kind: str) -> dict[str, object]:
    return {"kind": kind, "name": knob.name, "label": knob.label or knob.name.replace("_", " ")}
