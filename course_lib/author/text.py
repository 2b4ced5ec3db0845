"""course text: a notebook as plain text, for reading and for review; `git diff` shows notebooks so. Never stored."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from course_lib.author.strip import read
from course_lib.core import Refusal, require
from course_lib.lessons import notebook


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("text", help="print a notebook as plain text")
    parser.add_argument("slug", help="a lesson, or any file that holds a notebook")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> None:
    """Print it."""
    path = notebook(args.slug) or Path(args.slug)
    require(path.is_file(), f"there is no notebook {args.slug!r}")
    try:
        text = "\n".join(paragraphs(path.read_text(encoding="utf-8")))
    except Refusal as refusal:
        raise Refusal(f"{str(path)!r} {refusal}") from None
    sys.stdout.buffer.write(f"{text}\n".encode())  # whatever the terminal's own encoding is


def paragraphs(text: str) -> Iterator[str]:
    """Each cell under a line that says what it is: without numbers, so that a new cell changes no other."""
    for cell in read(text)["cells"]:
        tags = cell["metadata"].get("tags", ())
        yield f"%% {' '.join([cell['cell_type'], *map(str, tags)])}"
        yield "".join(cell["source"]) + "\n"
