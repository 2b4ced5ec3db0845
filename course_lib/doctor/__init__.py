"""Is this machine fit for the course? A line for each question, and what to do where the answer is no.

    course doctor      in a terminal
    doctor.report()    in a notebook

Only the standard library is needed: the doctor must be able to come where nothing else works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from course_lib.doctor.findings import Line, Report
from course_lib.doctor.machine import check_machine
from course_lib.doctor.packages import check_packages, check_python
from course_lib.doctor.server import check_front_ends, check_server


def report() -> Report:
    """Every question asked."""
    questions = (check_python, check_packages, check_server, check_front_ends, check_machine)
    return Report(tuple(line for question in questions for line in asked(question)))


def asked(question: Callable[[], Iterable[Line]]) -> list[Line]:
    """The findings; where the question itself fails, that is the finding."""
    try:
        return list(question())
    except Exception as error:  # whatever it is, the other questions still want an answer
        return [
            Line(
                "UNSURE",
                f"{question.__name__.removeprefix('check_')}: could not tell ({type(error).__name__}: {error})",
            )
        ]
