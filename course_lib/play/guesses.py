"""The place for a reader's guess: nothing counts until the button is pressed, and no guess is fine."""

import anywidget
import traitlets

from course_lib.core import Refusal
from course_lib.learn import Prediction
from course_lib.play.screens import FRONT, STYLE


class Guess(anywidget.AnyWidget):
    """A prediction's question, a slider or some choices, and a button that commits."""

    _esm = FRONT / "guess.js"
    _css = STYLE
    question = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List().tag(sync=True)
    span = traitlets.List().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        super().__init__(
            question=prediction.question,
            choices=list(prediction.choices),
            span=[float(prediction.low), float(prediction.high)],
            unit=prediction.unit,
        )
        self.on_msg(self._committed)

    def __repr__(self) -> str:
        return self.question

    def _committed(self, _widget: object, content: dict, _buffers: list) -> None:
        try:
            self.said = str(self.prediction.commit(content["guess"]))
        except Refusal as refusal:
            self.said = str(refusal)


def guess(prediction: Prediction) -> Guess:
    """The widget that asks for this prediction."""
    return Guess(prediction)


Prediction.front = staticmethod(guess)
