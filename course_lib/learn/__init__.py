"""What a lesson states (Claim, Fact), asks (Exercise, Question, Prediction) and answers (Verdict)."""

from course_lib.learn.claims import (
    AtLeast,
    AtMost,
    Between,
    Bias,
    Claim,
    Errors,
    Fact,
    Measured,
    Recorded,
    Rounding,
    record,
    recorded,
)
from course_lib.learn.exercises import Exercise
from course_lib.learn.questions import Prediction, Question
from course_lib.learn.verdict import Note, Source, Verdict

__all__ = [
    "AtLeast",
    "AtMost",
    "Between",
    "Bias",
    "Claim",
    "Errors",
    "Exercise",
    "Fact",
    "Measured",
    "Note",
    "Prediction",
    "Question",
    "Recorded",
    "Rounding",
    "Source",
    "Verdict",
    "record",
    "recorded",
]
