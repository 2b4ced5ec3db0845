"""course strip: take outputs, execution counts and what changes by itself out of the notebooks.

`course strip -` reads one notebook and writes it stripped: git asks for that with every notebook it looks at, once
`course lab` has set it up (see lab.py). So this needs the standard library alone, and starts at once.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from course_lib.core import Refusal, require
from course_lib.lessons import NOTEBOOKS

VOLATILE = ("ExecuteTime", "execution", "collapsed", "scrolled")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("strip", help="take outputs and counts out of the notebooks")
    parser.add_argument("files", nargs="*", help="notebooks (all when none is named); - reads one, and writes it out")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> None:
    """Strip each notebook in place, and name those that changed."""
    if args.files == ["-"]:
        sys.stdout.buffer.write(through(sys.stdin.buffer.read()))
        return
    for path in map(Path, args.files or sorted(NOTEBOOKS.glob("*.ipynb"))):
        require(path.is_file(), f"there is no notebook {str(path)!r}")
        before = path.read_text(encoding="utf-8")
        try:
            after = stripped(before)
        except Refusal as refusal:
            raise Refusal(f"{str(path)!r} {refusal}") from None
        if after != before:
            path.write_text(after, encoding="utf-8", newline="\n")
            print(f"stripped {path}")


def through(given: bytes) -> bytes:
    """What git should keep of a file: a notebook stripped; what is none, or is broken, as it came."""
    try:
        return stripped(given.decode("utf-8")).encode("utf-8")
    except (Refusal, UnicodeDecodeError):
        return given


def read(text: str) -> dict[str, Any]:
    """A notebook as plain data. Raises: Refusal where it is none, or is of a format before version 4."""
    try:
        notebook = json.loads(text)
    except ValueError:
        notebook = None
    good = isinstance(notebook, dict) and notebook.get("nbformat") == 4 and isinstance(notebook.get("cells"), list)
    require(good, "is not a notebook of format 4")
    return notebook


def stripped(text: str) -> str:
    """The notebook as git should see it: prose, code, cell ids and tags, laid out as JupyterLab saves them."""
    notebook = read(text)
    for cell in notebook["cells"]:
        cell["metadata"] = {name: value for name, value in cell["metadata"].items() if name not in VOLATILE}
        if isinstance(cell["source"], str):
            cell["source"] = cell["source"].splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    notebook["metadata"] = METADATA  # without widgets, and without the versions of whoever saved it last
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
