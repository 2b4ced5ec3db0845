"""What the notebooks show on a page with no kernel. `install()` runs in the kernel that executes a notebook.

Playgrounds become recorded figures that slide, claims a plain table, exercises and guesses their task and a sentence.
"""

import re
import time
from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import plotly.graph_objects as go
from IPython import get_ipython
from IPython.display import HTML, display
from ipywidgets import Widget

from course_lib import doctor, lessons, notation, play
from course_lib.author.site import frames
from course_lib.author.site.tables import board, symbols
from course_lib.learn import Exercise, Question
from course_lib.play.guesses import Guess
from course_lib.play.live import Shown

ELSEWHERE = '<a href="index.html#with-a-kernel">with a kernel</a>'
ONE_AT_A_TIME = "Here one knob turns at a time, in a few steps, and the others stand at their start. All turn freely"
SPENT = [0.0]  # seconds on what only a page needs


class Still:
    """A figure with nothing to turn; stands in for play.screen."""

    def __init__(self, figure: go.Figure, heard: object = None) -> None:
        self.figure = figure


class Asked:
    """What an exercise says here in place of a verdict."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise


def install() -> None:
    """Have everything show itself as it does on a page."""
    play.screen = Still
    check = Exercise.check
    Exercise.check = lambda exercise, function, seed=0: (check(exercise, function, seed), Asked(exercise))[1]
    formatters = get_ipython().display_formatter
    for kind, shows in SHOWN.items():
        formatters.mimebundle_formatter.for_type(kind, _bundle(shows))
    formatters.ipython_display_formatter.for_type(play.Scoreboard, _measured)


def _bundle(shows: Callable[[Any], str]) -> Callable[[Any], tuple[dict, dict]]:
    def bundle(thing: object) -> tuple[dict, dict]:
        start = time.perf_counter()
        made = {"text/html": shows(thing), "text/plain": type(thing).__name__}
        SPENT[0] += time.perf_counter() - start
        return made, {}

    return bundle


def _measured(scoreboard: play.Scoreboard) -> None:
    scoreboard.measure()
    today = date.today().isoformat()
    rows = [row | {"when": row["when"].replace("now, ", f"{today}, ")} for row in scoreboard.rows]
    display(HTML(board(rows, "What this lesson claims, measured when this page was made")))


def _playground(shown: Shown) -> str:
    playground = shown.playground
    takes_file = any(isinstance(knob, play.File) for knob in playground.knobs)
    own = "A file of your own is read there, too." if takes_file else ""
    words = f"{ONE_AT_A_TIME} {ELSEWHERE}. {own}"
    return _figure(frames.sliding(playground), playground.still()) + f'<p class="course-note">{words}</p>'


def _figure(packed: str, figure: go.Figure) -> str:
    alt, tall = escape(figure.layout.meta["alt"]), figure.layout.height
    return (
        f'<div class="course-page-figure" style="min-height:{tall}px"><noscript>{alt}</noscript>'
        f'<script type="application/octet-stream">{packed}</script></div>'
    )


def _guess(guess: Guess) -> str:
    asked = guess.prediction
    options = "".join(f"<li>{escape(choice)}</li>" for choice in asked.choices)
    span = f"<p>A number from {asked.low:g} to {asked.high:g} {escape(asked.unit)}</p>"
    where = f"Write your guess down before you read on; {ELSEWHERE} it stands beside the answer."
    return _task("Guess.", asked.question, f"<ul>{options}</ul>" if options else span, where)


def _exercise(exercise: Exercise) -> str:
    where = f"Your function is judged {ELSEWHERE}, which also shows the answer."
    return _task("Exercise.", exercise.ask, _hints(exercise.hints), where)


def _question(question: Question) -> str:
    options = "".join(f"<li>({letter}) {escape(text)}</li>" for letter, text in question.choices.items())
    rest = (f"<ul>{options}</ul>" if options else "") + _hints(question.hints)
    return _task("Question.", question.ask, rest, f"Your answer is judged {ELSEWHERE}.")


def _hints(hints: tuple[str, ...]) -> str:
    return "".join(f"<details><summary>Hint {i}</summary>{escape(hint)}</details>" for i, hint in enumerate(hints, 1))


def _task(word: str, ask: str, rest: str, where: str) -> str:
    return f'<div class="course-task"><p><b>{word}</b> {escape(ask)}</p>{rest}<p class="course-note">{where}</p></div>'


def _needs_kernel(_thing: object) -> str:
    return f'<p class="course-note">What this cell shows lives {ELSEWHERE} only.</p>'


def _map(course_map: lessons.Map) -> str:
    table = re.sub(r"\b0 of (\d+) solved", r"\1", course_map._repr_html_())
    return table.replace('.ipynb"', '.html"')


SHOWN: dict[type, Callable[[Any], str]] = {
    Widget: _needs_kernel,
    Shown: _playground,
    Still: lambda still: _figure(frames.still(still.figure), still.figure),
    Guess: _guess,
    Question: _question,
    Exercise: _exercise,
    Asked: lambda asked: _exercise(asked.exercise),
    doctor.Report: _needs_kernel,
    lessons.Map: _map,
    notation.Table: symbols,
}
