"""What a reader turns, watches and guesses: knobs, playgrounds, predictions and the table of claims.

Importing this gives learn.Prediction its widget.
"""

from course_lib.play.board import Scoreboard, scoreboard
from course_lib.play.guesses import guess
from course_lib.play.knobs import Choice, File, Knob, Pick, Toggle
from course_lib.play.playground import Playground
from course_lib.play.screens import Canvas, Plot, screen
from course_lib.play.work import Work

__all__ = [
    "Canvas",
    "Choice",
    "File",
    "Knob",
    "Pick",
    "Playground",
    "Plot",
    "Scoreboard",
    "Toggle",
    "Work",
    "guess",
    "scoreboard",
    "screen",
]
