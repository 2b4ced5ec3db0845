"""course pack: make schedules, a letter, notes, slides and handouts for a workshop, all from the notebooks."""

import argparse
import re
from pathlib import Path

import nbformat

from course_lib import lessons
from course_lib.author.pack.handouts import handout, print_pdf
from course_lib.author.pack.notebooks import for_instructors, slides
from course_lib.author.pack.pages import page
from course_lib.author.pack.schedules import HOW_LONG, Lesson, clock, days, read_lesson
from course_lib.core import require

FOLDER = lessons.NOTEBOOKS.parent / "build/workshop"
LETTER = """Dear participant,

we will ask:

{questions}

You take part with your own computer, so please do this at home, once, where the network is good. It takes a few
minutes, and `README.md` says how much disk.

1. Get the course (the address: ...) and Python 3.11 or newer. In a terminal, in the course's folder: `make lab`. On
   Windows, or without make, see "Without make" in `README.md`.
2. Run the first cell of `00_start` with Shift + Enter. Each line should say OK; where it does not, it says what to do.
3. Open `{notebook}`, run its cells down to the first figure, and move a slider. The figure follows? Then
   you are ready.

Something is wrong, and what the first cell says does not help? Send us what `course doctor` prints, by ...
On the day a USB stick installs the same without a network.
"""
INDEX = """# A workshop on the science of AI

## Before

- A week ahead, send `letter.md` to the participants; fill in the dots. It has them run the check: `course doctor`.
- For rooms with bad Wi-Fi make a stick: `course bundle --platform win-amd64 --platform macos-arm64 --python 3.13`.
- For many people on one server see `binder/hub.md`.

## In the room

- **Slides**: in JupyterLab, `slides/`. *Run > Run All Cells*, then *View > Presentation Mode* and *View > Simple
  Interface*. Click the title and press Esc: from then on the right arrow key goes to the next heading and opens a
  folded section, the left one folds it and goes back. The playgrounds are live; code is folded, and a click on its bar
  opens it.
- **Notes**: `instructor/`, the same notebooks with the notes first and the minutes at each section.
- **Handouts**: `handout/`, to print: questions, formulas, tasks and room to write; no answers.

{lessons}

## Schedules

{schedules}
"""


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("pack", help="make what a workshop needs, in build/workshop")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons, in their order (all when none is named)")
    parser.add_argument("--start", default="09:00", metavar="HH:MM", help="when the workshop starts (09:00)")
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> None:
    """Write the pack, and say where it is."""
    start = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", args.start)
    require(start is not None, f"a workshop starts at a time such as 09:00, not {args.start}")
    chosen = [read_lesson(slug) for slug in lessons.chosen(args.slugs)]
    for lesson in chosen:
        write_lesson(lesson, args.to)
    questions = "\n".join(f"- {lesson.question}" for lesson in chosen)
    letter = LETTER.format(questions=questions, notebook=chosen[0].path.name)
    (args.to / "letter.md").write_text(letter, encoding="utf-8")
    minutes = 60 * int(start[1]) + int(start[2])
    text = INDEX.format(lessons=links(chosen), schedules=timetables(chosen, minutes))
    (args.to / "index.html").write_text(page("A workshop on the science of AI", text), encoding="utf-8")
    print(f"The pack is in {args.to}: open index.html, and send letter.md.")


def write_lesson(lesson: Lesson, to: Path) -> None:
    """The notebooks and the handout of one lesson."""
    notebook = nbformat.read(lesson.path, as_version=4)
    for name, made in (("instructor", for_instructors(notebook, lesson.slots)), ("slides", slides(notebook))):
        (to / name).mkdir(parents=True, exist_ok=True)
        nbformat.write(made, to / name / lesson.path.name)
    (to / "handout").mkdir(exist_ok=True)
    path = to / "handout" / f"{lesson.path.stem}.html"
    path.write_text(page(lesson.title, handout(notebook, lessons.load(lesson.slug))), encoding="utf-8")
    print_pdf(path)


def links(chosen: list[Lesson]) -> str:
    """A table of what there is for each lesson."""
    rows = ["| lesson | slides | notes | handout |", "|---|---|---|---|"]
    for lesson in chosen:
        name, stem = lesson.path.name, lesson.path.stem
        notebooks = f"[slides](slides/{name}) | [notes](instructor/{name})"
        rows.append(f"| {lesson.question} | {notebooks} | [handout](handout/{stem}.html) |")
    return "\n".join(rows)


def timetables(chosen: list[Lesson], start: int) -> str:
    """Each length of workshop as a table, then each lesson section by section."""
    parts = []
    for name, minutes in HOW_LONG.items():
        parts.append(f"### {name}\n\n{timetable(days(chosen, minutes), start)}")
    for lesson in chosen:
        slots = [(slot.name, slot.minutes) for slot in lesson.slots]
        parts.append(f"### {lesson.question}\n\n{timetable(slots, 0)}")
    return "\n\n".join(parts)


def timetable(entries: list[tuple[str, int]], start: int) -> str:
    """Clock, minutes, what."""
    rows = ["| from | minutes | what |", "|---|---|---|"]
    for what, minutes in entries:
        rows.append(f"| {clock(start)} | {minutes} | {what} |")
        start += minutes
    return "\n".join([*rows, f"| {clock(start)} | | end |"])
