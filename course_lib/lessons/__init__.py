"""The lessons, found and not registered: every module or package of this folder is one.

A lesson module holds at module level: `title`, `question`, `minutes`, `builds_on` (slugs), `notation` (its own
rows), `claims`, `facts`, and its playgrounds, exercises, questions and predictions under names of their own.
"""

import importlib
import pkgutil
import traceback
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import shorten
from types import ModuleType
from typing import Any

from course_lib import progress
from course_lib.core import Refusal, require

COURSE = Path(__file__).parents[1]
NOTEBOOKS = COURSE.parent / "notebooks"
START = "00_start.ipynb"
WRITTEN = tuple(str(COURSE / folder) for folder in ("kernels", "lessons", "shared"))  # what authors write
HEADS = ("lesson", "question", "minutes", "builds on", "claims", "exercises")


def slugs() -> list[str]:
    """Every lesson's name, in the order of the notebooks; nothing is imported."""
    return sorted((module.name for module in pkgutil.iter_modules(__path__)), key=_place)


def chosen(named: Sequence[str]) -> list[str]:
    """The lessons named, or all where none is. Raises: Refusal for a name that no lesson has."""
    every = slugs()
    for slug in named:
        require(slug in every, f"there is no lesson {slug!r}; there are {', '.join(every)}")
    return list(named) or every


def load(slug: str) -> ModuleType:
    """One lesson. Raises: Refusal that says why, where it cannot be opened."""
    try:
        return importlib.import_module(f"{__name__}.{slug}")
    except Exception as error:  # a slip of its author's, a package missing
        raise Refusal(f"the lesson {slug} cannot be opened: {why(error)}") from error


def discover(named: Sequence[str] = ()) -> dict[str, ModuleType]:
    """Every lesson (or those named) by its slug, in the order of the notebooks.

    One that cannot be opened is left out, and a warning says why: the other lessons do not need it.
    """
    opened = {}
    for slug in chosen(named):
        try:
            opened[slug] = load(slug)
        except Refusal as refusal:
            warnings.warn(f"{refusal}. It is left out.", stacklevel=2)
    return opened


def why(error: Exception) -> str:
    """An exception in one line, with the innermost line of a kernel or a lesson that it came through."""
    trace = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    places = [f"{Path(f.filename).name}, line {f.lineno}" for f in trace if f.filename.startswith(WRITTEN)]
    where = f" ({places[-1]})" if places else ""
    return f"{type(error).__name__}: {shorten(str(error), 300)}{where}"


def notebook(slug: str) -> Path | None:
    """The notebook NN_slug.ipynb of a lesson, where there is one."""
    return next(iter(sorted(NOTEBOOKS.glob(f"[0-9][0-9]_{slug}.ipynb"))), None)


def _place(slug: str) -> str:
    path = notebook(slug)
    return path.name if path else f"zz_{slug}"


def asked(lesson: ModuleType) -> list[str]:
    """The names of a lesson's exercises and questions."""
    from course_lib.learn import Exercise, Question  # here: who asks where the notebooks are needs no numpy

    return [name for name, thing in vars(lesson).items() if isinstance(thing, Exercise | Question)]


@dataclass(frozen=True)
class Map:
    """The lessons as a table of links: for each slug the words of its row. `said` is what else there is to say."""

    rows: dict[str, tuple[str, ...]]
    said: str = ""

    def __repr__(self) -> str:
        lines = [f"{slug}: {question} ({n} min, {done})" for slug, (_, question, n, *_, done) in self.rows.items()]
        return "\n".join(filter(None, [*lines, self.said]))

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="text-align:left">{h}</th>' for h in HEADS)
        body = "".join(_row(slug, *words) for slug, words in self.rows.items())
        said = f'<p role="status">{escape(self.said)}</p>' if self.said else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{said}"


def course_map() -> Map:
    """What the course holds today, and what of it is solved; the row of a lesson that cannot be opened says why."""
    kept = progress.read()
    return Map({slug: _words(slug, kept.solved) for slug in slugs()}, kept.said)


def your_work() -> Any:
    """Two buttons: download your notebooks and progress as one file; bring such a file back."""
    from course_lib.play import Work

    here = Path.cwd()  # on some hubs the notebooks lie elsewhere than the course
    return Work(here if (here / START).exists() else NOTEBOOKS)


def _words(slug: str, solved: Collection[str]) -> tuple[str, ...]:
    try:
        lesson = load(slug)
        names = asked(lesson)
        done = f"{sum(f'{slug}.{name}' in solved for name in names)} of {len(names)} solved"
        numbers = (str(lesson.minutes), ", ".join(lesson.builds_on) or "—", str(len(lesson.claims)), done)
        return lesson.title, lesson.question, *numbers
    except Exception as error:  # does not open, or lacks something: the other rows are good
        return slug, f"This lesson cannot be shown: {error}.", *"————"


def _row(slug: str, title: str, *words: str) -> str:
    path = notebook(slug)
    link = f'<a href="{escape(path.name)}">{escape(title)}</a>' if path else escape(title)
    head = f'<th scope="row" style="text-align:left;font-weight:inherit">{link}</th>'
    return f"<tr>{head}" + "".join(f'<td style="text-align:left">{escape(word)}</td>' for word in words) + "</tr>"
