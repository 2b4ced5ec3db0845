"""What a lesson takes, section by section, read from its notes; and how lessons fill a morning or a day."""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

from course_lib import lessons
from course_lib.core import require

HOW_LONG = {"90 minutes": 90, "Half a day": 220, "A day": 450}
WELCOME, BREAK, LUNCH, CLOSING = 10, 20, 60, 10  # minutes
MORNING = 180  # after so many minutes the next break is lunch
SECTION = re.compile(r"(Predict|Play|Why \d(?:[–-]\d)?|Do|Break it(?: and claims)?|What is claimed) (\d+)(?!\d|\.\d)")


class Slot(NamedTuple):
    """A section, or some steps of one, and its minutes."""

    name: str
    minutes: int

    def begins(self, heading: str) -> bool:
        """Is this the heading that the slot begins with?"""
        step = re.match(r"Why (\d)", self.name)
        return heading.startswith(f"### {step[1]}." if step else f"## {self.name.removesuffix(' and claims')}")


class Lesson(NamedTuple):
    """What a schedule needs to know of a lesson."""

    title: str
    question: str
    minutes: int
    path: Path
    slug: str
    slots: list[Slot]


def read_lesson(slug: str) -> Lesson:
    """One lesson. Raises: Refusal where the notes add up to other minutes than the lesson says."""
    lesson, path = lessons.load(slug), lessons.notebook(slug)
    require(path is not None, f"the lesson {slug} has no notebook")
    slots = sections(nbformat.read(path, as_version=4)) or [Slot("The lesson", lesson.minutes)]
    total = sum(slot.minutes for slot in slots)
    wrong = f"{path.name}: the minutes of its notes add up to {total}, and the lesson says {lesson.minutes}"
    require(total == lesson.minutes, f"{wrong}: change one of them")
    return Lesson(lesson.title, lesson.question, lesson.minutes, path, slug, slots)


def sections(notebook: nbformat.NotebookNode) -> list[Slot]:
    """The minutes that the notes for instructors give to each section; none where they give none."""
    notes = "\n".join(cell.source for cell in notebook.cells if "instructor" in cell.metadata.get("tags", ()))
    said = re.search(r"\*\*Minutes\*\*(.*?)(?:\*\*|\Z)", notes, flags=re.DOTALL)
    return [Slot(name, int(minutes)) for name, minutes in SECTION.findall(" ".join(said[1].split()))] if said else []


def days(chosen: list[Lesson], minutes: int) -> list[tuple[str, int]]:
    """What fills so many minutes: as many of the lessons as fit, breaks between them, and time to work alone."""
    if minutes <= chosen[0].minutes:
        return [(chosen[0].question, chosen[0].minutes)]
    entries, used = [("Welcome; the first cell of 00_start", WELCOME)], WELCOME
    for lesson in chosen:
        pause = _pause(used) if len(entries) > 1 else ()
        block = [*pause, (lesson.question, lesson.minutes)]
        taken = sum(length for _, length in block)
        if used + taken + CLOSING > minutes:
            break
        entries, used = entries + block, used + taken
    left = minutes - used - CLOSING
    alone = [("Exercises at your own pace", left)] if left > 0 else []
    return [*entries, *alone, ("What stays open; where to go on", CLOSING)]


def _pause(used: int) -> tuple[tuple[str, int]]:
    return (("Lunch", LUNCH) if MORNING <= used < MORNING + LUNCH else ("Break", BREAK),)


def clock(minutes: int) -> str:
    """545 -> 9:05."""
    return f"{minutes // 60 % 24}:{minutes % 60:02}"
