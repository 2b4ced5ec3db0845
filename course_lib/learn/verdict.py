"""What the course says back to a reader: a verdict, or a note. The reader's own words are always escaped."""

from dataclasses import dataclass
from html import escape

GREEN, AMBER, GREY = "#009e73", "#c8600a", "#7f7f7f"  # each legible on white and on black


def box(word: str, text: str, colour: str) -> str:
    """A paragraph with a coloured edge; the word says what the colour says."""
    style = f"border-left:4px solid {colour};padding:.35em .9em;margin:.3em 0;white-space:pre-line;max-width:46em"
    return f'<div role="status" style="{style}"><b style="color:{colour}">{escape(word)}</b> {escape(text)}</div>'


@dataclass(frozen=True)
class Verdict:
    """Is it right (ok), and the sentence that says so.

    printed: what the reader's code printed. aside: what else there is to say, of a success that could not be kept.
    """

    ok: bool
    text: str
    printed: str = ""
    aside: str = ""

    def __repr__(self) -> str:
        return f"{'Right.' if self.ok else 'Not yet.'} {self.text}" + (f"\n{self.aside}" if self.aside else "")

    def _repr_html_(self) -> str:
        said = f'<pre style="margin:.3em 0 .3em 1em;opacity:.8">{escape(self.printed)}</pre>' if self.printed else ""
        aside = box("Note.", self.aside, GREY) if self.aside else ""
        return box("Right." if self.ok else "Not yet.", self.text, GREEN if self.ok else AMBER) + said + aside


@dataclass(frozen=True)
class Note:
    """A hint, or a task."""

    word: str
    text: str

    def __repr__(self) -> str:
        return f"{self.word} {self.text}"

    def _repr_html_(self) -> str:
        return box(self.word, self.text, GREY)


@dataclass(frozen=True)
class Source:
    """Code to read."""

    code: str

    def __repr__(self) -> str:
        return self.code

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"
