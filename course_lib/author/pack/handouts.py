"""The handout of a lesson: its questions, formulas and tasks, with room to write, and no answer."""

import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

from nbformat import NotebookNode

from course_lib.author.pack.essence import essence, last_heading
from course_lib.author.pack.notebooks import is_note
from course_lib.core import require
from course_lib.learn import Exercise, Prediction, Question
from course_lib.play import Playground

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PRINT = "--headless --no-sandbox --disable-gpu --no-pdf-header-footer --disable-background-networking".split()


def handout(notebook: NotebookNode, lesson: ModuleType) -> str:
    """Markdown, with empty boxes to write in."""
    parts, heading = [], ""
    for cell in notebook.cells:
        if is_note(cell):
            continue
        if cell.cell_type == "markdown":
            parts.append(essence(cell.source, heading))
            heading = last_heading(cell.source, heading)
        else:
            parts += asked(cell.source, lesson)
    return "\n\n".join(filter(None, parts))


def asked(source: str, lesson: ModuleType) -> list[str]:
    """What a code cell asks of the reader, with room for the answer: nothing where it only shows something."""
    names = dict.fromkeys(re.findall(r"lesson\.(\w+)", source))
    things = [getattr(lesson, name, None) for name in names]
    return [text for text in (_asked(thing, source) for thing in things) if text]


def _asked(thing: object, source: str) -> str:
    match thing:
        case Prediction():
            return f"{thing.question}{_choices(thing.choices)}\n\n{room(1)}"
        case Question():
            return f"{thing.ask}{_choices(f'{letter}: {text}' for letter, text in thing.choices.items())}\n\n{room(2)}"
        case Exercise():
            stub = source.split("\n\n\n")[0].replace("    ...", "").rstrip()
            return f"```\n{stub}\n```\n\n{room(7)}"
        case Playground():
            return f"*{thing.question}*\n\n{room(3)}"
    return ""


def _choices(choices) -> str:
    return "".join(f"\n- {choice}" for choice in choices)


def room(lines: int) -> str:
    """An empty box of so many lines."""
    return f'<div class="room" style="height: {lines * 8}mm"></div>'


def print_pdf(path: Path) -> None:
    """The same as a PDF beside it, where there is a browser that prints; a browser on another machine does it too."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print(f"{path.name}: no Chromium here makes a PDF: open the page in a browser, and print it.")
        return
    command = [browser, *PRINT, f"--print-to-pdf={path.with_suffix('.pdf')}", path.resolve().as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    require(done.returncode == 0, f"{browser} could not print {path.name}: {done.stderr.strip()[-300:]}")
