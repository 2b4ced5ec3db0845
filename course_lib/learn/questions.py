"""Questions with a choice or a number for an answer, and predictions, which nobody grades."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from course_lib.core import require
from course_lib.learn.exercises import Asked
from course_lib.learn.solved import kept
from course_lib.learn.verdict import Note, Verdict


@dataclass(eq=False, kw_only=True)
class Question(Asked):
    """Ask for one of some choices ({"a": "text", …}), or for a number to within a relative tolerance.

    why: what to say when it is right, and when it is revealed. slips: a sentence for each likely wrong answer.
    """

    ask: str
    answer: str | float
    why: str
    choices: Mapping[str, str] = field(default_factory=dict)
    tolerance: float = 0.01
    hints: tuple[str, ...] = ()
    slips: Mapping[str | float, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(not self.choices or self.answer in self.choices, f"the answer {self.answer!r} is not a choice")

    def check(self, answer: Any) -> Verdict:
        """Judge a letter or a number, and remember a success."""
        return kept(self, self._check_choice(answer) if self.choices else self._check_number(answer))

    def reveal(self) -> Note:
        """The answer, and why."""
        return Note(f"Answer: {self.answer}.", self.why)

    def _check_choice(self, answer: Any) -> Verdict:
        letter = str.strip(answer, " ().").lower() if isinstance(answer, str) else None
        if letter not in self.choices:
            return Verdict(False, f"Answer with one of {', '.join(self.choices)}, in quotes.")
        if letter == self.answer:
            return Verdict(True, self.why)
        return Verdict(False, self.slips.get(letter, "Another one holds."))

    def _check_number(self, answer: Any) -> Verdict:
        try:
            value = float(answer)
        except BaseException:  # whatever it is, it is not a number
            return Verdict(False, "Answer with a number.")
        if self._near(value, self.answer):
            return Verdict(True, self.why)
        slip = next((text for wrong, text in self.slips.items() if self._near(value, wrong)), None)
        return Verdict(False, slip or "That is not it." if math.isfinite(value) else "Answer with a finite number.")

    def _near(self, value: float, target: float) -> bool:
        return abs(value - target) <= self.tolerance * abs(target)

    def __repr__(self) -> str:
        return repr(self._note())

    def _repr_html_(self) -> str:
        return self._note()._repr_html_()

    def _note(self) -> Note:
        choices = "".join(f"\n({letter}) {text}" for letter, text in self.choices.items())
        return Note("Question.", self.ask + choices)


@dataclass(eq=False, kw_only=True)
class Prediction:
    """A guess made before the figure that shows the answer: one of some choices, or a number from low to high.

    `value` is None until the reader commits; no guess is fine.
    """

    question: str
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    value: str | float | None = None
    front: ClassVar[Callable[["Prediction"], Any] | None] = None  # `play` puts the widget here

    def ask(self) -> Any:
        """Show the question with a place for the guess."""
        return Prediction.front(self) if Prediction.front else Note("Guess.", self.question)

    def commit(self, value: str | float) -> Note:
        """Take the guess; say so."""
        if self.choices:
            require(value in self.choices, f"guess one of {', '.join(self.choices)}")
        else:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            require(number and self.low <= value <= self.high, f"guess a number from {self.low:g} to {self.high:g}")
        self.value = value
        return Note("Noted.", f"Your guess: {value}{' ' + self.unit if self.unit else ''}.")
