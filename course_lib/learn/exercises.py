"""Exercises: the reader's function, judged against the kernel that is its answer key."""

import inspect
import textwrap
import traceback
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib.learn.apart import OutOfTime, run_apart
from course_lib.learn.compare import NOTHING, Parts, as_parts, difference, parts, same_parts
from course_lib.learn.solved import kept
from course_lib.learn.verdict import Note, Source, Verdict

ENDINGS = {
    "stopped": "Is there a loop that never ends? It was stopped after a few seconds.",
    "gone": "It ended Python itself, so there is nothing to judge: return the value instead.",
    "stuck": "It never came back, and could not be stopped: choose Kernel > Restart Kernel, then mend it.",
}
SECONDS = 3.5  # ample for a dozen calls on small inputs, and for the reader's own `import torch`


class Asked:
    """What exercises and questions share: a task to read, hints one at a time."""

    ask: str
    hints: tuple[str, ...]
    given = 0

    def hint(self) -> Note:
        """The next hint."""
        if self.given == len(self.hints):
            return Note("No more hints.", "reveal() shows the answer.")
        self.given += 1
        return Note(f"Hint {self.given} of {len(self.hints)}.", self.hints[self.given - 1])


@dataclass(eq=False, kw_only=True)
class Exercise(Asked):
    """Ask for a function.

    ask: the task. answer: the kernel that solves it, which returns an array, a number, or a tuple of these.
    cases(rng): tuples of arguments to compare on.
    hints: one at a time. slips: a sentence for each likely wrong function.
    """

    ask: str
    answer: Callable
    cases: Callable[[np.random.Generator], Iterable[tuple]]
    hints: tuple[str, ...] = ()
    slips: Mapping[str, Callable] = field(default_factory=dict)

    def check(self, function: Callable, seed: int = 0) -> Verdict:
        """Judge a function on random cases, and remember a success.

        Never raises, and leaves the inputs and the kernel alone.
        """
        return kept(self, self._judge(function, seed))

    def _judge(self, function: Callable, seed: int) -> Verdict:
        if not callable(function):
            return Verdict(False, f"Hand over the function itself, check({self.answer.__name__}), not what it returns.")
        cases = list(self.cases(np.random.default_rng(seed)))
        right = [parts(self.answer(*deepcopy(case))) for case in cases]  # also warms up what is compiled
        outcome = run_apart(lambda: _try_all(function, cases, len(right[0]), self.call()), SECONDS)
        sentence = ENDINGS.get(outcome.how) or outcome.value
        if not isinstance(sentence, str):
            sentence = self._compare(cases, right, outcome.value)
        return Verdict(not sentence, sentence or f"Correct in all {len(cases)} random cases.", outcome.printed)

    def reveal(self) -> Source:
        """The answer: the source of the kernel itself, with the line that lets it run where it is pasted."""
        needed = f"from {self.answer.__module__} import *\n\n\n"
        return Source(needed + textwrap.dedent(inspect.getsource(self.answer)))

    def case(self, number: int, seed: int = 0) -> tuple:
        """The arguments of one case (from 1), to try a function on."""
        return list(self.cases(np.random.default_rng(seed)))[number - 1]

    def call(self) -> str:
        """How the function is called."""
        return f"{self.answer.__name__}({', '.join(inspect.signature(self.answer).parameters)})"

    def __repr__(self) -> str:
        return repr(Note("Exercise.", self.ask))

    def _repr_html_(self) -> str:
        return Note("Exercise.", self.ask)._repr_html_()

    def _compare(self, cases: list, right: list[Parts], tried: list["_Tried"]) -> str:
        """The sentence to say, empty if all is well."""
        if all(t.complaint == NOTHING for t in tried):
            return NOTHING + " Write its body, and end with return."
        for t in tried:
            if t.complaint:
                return t.complaint
        values = [t.value for t in tried]
        if all(map(same_parts, values, right)):
            changed = next((t.changed for t in tried if t.changed is not None), None)
            if changed is None:
                return ""
            name = list(inspect.signature(self.answer).parameters)[changed]
            return f"The value is right, but your function changes its input {name}: work on a copy."
        for sentence, wrong in self.slips.items():
            if all(map(same_parts, values, (parts(wrong(*deepcopy(case))) for case in cases))):
                return sentence
        return difference(values, right)


@dataclass
class _Tried:
    """What the reader's function did with one case."""

    value: Parts | None
    complaint: str
    changed: int | None


def _try_all(function: Callable, cases: list, count: int, call: str) -> list[_Tried] | str:
    """What the function does with each case, or the sentence that says how it broke off.

    Everything that touches what the reader wrote happens in here: even looking at it may run code of theirs.
    """
    try:
        return [_try(function, case, count) for case in cases]
    except OutOfTime:
        raise
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: they end the reader's code only
        try:
            return _broken(error, function, call)
        except Exception:
            return "It stopped with an exception that cannot even be shown."


def _try(function: Callable, case: tuple, count: int) -> _Tried:
    """Call the function on copies of its arguments."""
    arguments = deepcopy(case)
    plain, complaint = as_parts(function(*arguments), count)
    changed = [i for i, (a, b) in enumerate(zip(case, arguments, strict=True)) if not _untouched(a, b)]
    return _Tried(plain, complaint, changed[0] if changed else None)


def _broken(error: BaseException, function: Callable, call: str) -> str:
    message, line = _shorten(str(error)), _line(error, function)
    where = f" (line {line} of your function)" if line else ""
    sentence = f"It stopped with {type(error).__name__}{': ' + message if message else ''}{where}."
    wrongly_called = isinstance(error, TypeError) and not line
    return f"{sentence} It is called as {call}." if wrongly_called else sentence


def _untouched(before: Any, after: Any) -> bool:
    if isinstance(before, tuple):
        return len(before) == len(after) and all(map(_untouched, before, after))
    before, after = np.asarray(before), np.asarray(after)
    return before.shape == after.shape and before.dtype == after.dtype and np.array_equal(before, after)


def _shorten(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _line(error: BaseException, function: Callable) -> int:
    """Which line of the reader's function it was, from 1; 0 where that cannot be told."""
    code = getattr(function, "__code__", None)
    lines = [number for frame, number in traceback.walk_tb(error.__traceback__) if frame.f_code is code]
    return lines[-1] - code.co_firstlineno + 1 if lines else 0
