"""Remember what a reader has solved, under the name that the lesson gives it."""

import sys
from dataclasses import replace

from course_lib import progress
from course_lib.learn.verdict import Verdict

LESSONS = "course_lib.lessons."


def kept(asked: object, verdict: Verdict) -> Verdict:
    """The verdict. A reader's success is remembered; where that fails, the verdict says so."""
    name = name_of(asked) if verdict.ok and progress.in_notebook() else ""
    return replace(verdict, aside=progress.record(name)) if name else verdict


def name_of(asked: object) -> str:
    """slug.name of what an opened lesson holds; empty for anything else.

    It is looked up when it is needed: a lesson registers nothing, and does not write its names down twice.
    """
    for path, module in list(sys.modules.items()):
        slug = path.removeprefix(LESSONS)
        if path.startswith(LESSONS) and "." not in slug:
            for name, thing in vars(module).items():
                if thing is asked:
                    return f"{slug}.{name}"
    return ""
