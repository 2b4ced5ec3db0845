"""Refuse bad input in the reader's words."""


class Refusal(ValueError):
    """A ValueError that a notebook shows as its sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for this
        return [f"Refused: {self}"]


def require(condition: bool, sentence: str) -> None:
    """Raise a Refusal saying `sentence` unless the condition holds."""
    if not condition:
        raise Refusal(sentence)
