"""The lessons, found and not registered: every module or package of this folder is one.

A lesson module holds at module level: `title`, `question`, `minutes`, `builds_on` (slugs), `notation` (its own
rows), `claims`, `facts`, and its playgrounds, exercises, questions and predictions under names of their own.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import ModuleType

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def discover() -> dict[str, ModuleType]:
    """Every lesson by its slug, in the order of the notebooks."""
    slugs = [module.name for module in pkgutil.iter_modules(__path__)]
    return {slug: importlib.import_module(f"{__name__}.{slug}") for slug in sorted(slugs, key=_place)}


def notebook(slug: str) -> Path | None:
    """The notebook NN_slug.ipynb of a lesson, where there is one."""
    return next(iter(sorted(NOTEBOOKS.glob(f"[0-9][0-9]_{slug}.ipynb"))), None)


def _place(slug: str) -> str:
    path = notebook(slug)
    return path.name if path else f"zz_{slug}"


@dataclass(frozen=True)
class Map:
    """The lessons as a table of links."""

    lessons: dict[str, ModuleType]

    def __repr__(self) -> str:
        return "\n".join(f"{slug}: {m.question} ({m.minutes} min)" for slug, m in self.lessons.items())

    def _repr_html_(self) -> str:
        heads = ("lesson", "question", "minutes", "builds on", "claims", "exercises")
        head = "".join(f'<th scope="col" style="text-align:left">{h}</th>' for h in heads)
        body = "".join(_row(slug, lesson) for slug, lesson in self.lessons.items())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def course_map() -> Map:
    """What the course holds today."""
    return Map(discover())


def _row(slug: str, lesson: ModuleType) -> str:
    path = notebook(slug)
    link = f'<a href="{escape(path.name)}">{escape(lesson.title)}</a>' if path else escape(lesson.title)
    asked = sum(type(x).__name__ in ("Exercise", "Question") for x in vars(lesson).values())
    cells = (
        link,
        escape(lesson.question),
        str(lesson.minutes),
        ", ".join(lesson.builds_on) or "—",
        str(len(lesson.claims)),
        str(asked),
    )
    return "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"
