"""course strip: take outputs, execution counts and what changes by itself out of the notebooks."""

import argparse
from pathlib import Path

import nbformat

from course_lib.author.notebooks import VOLATILE
from course_lib.core import Refusal, require
from course_lib.lessons import NOTEBOOKS

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("strip", help="take outputs and counts out of the notebooks")
    parser.add_argument("files", nargs="*", type=Path, help="notebooks (all of the course when none is named)")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> None:
    """Strip each notebook in place, and name those that changed."""
    for path in args.files or sorted(NOTEBOOKS.glob("*.ipynb")):
        require(path.is_file(), f"there is no notebook {str(path)!r}")
        before = path.read_text(encoding="utf-8")
        try:
            after = stripped(before)
        except nbformat.reader.NotJSONError:
            raise Refusal(f"{str(path)!r} is not a notebook") from None
        if after != before:
            path.write_text(after, encoding="utf-8", newline="\n")
            print(f"stripped {path}")


def stripped(text: str) -> str:
    """The notebook as git should see it: prose, code, cell ids and tags."""
    from nbstripout import strip_output  # a package of the tests: a reader needs none of this

    notebook = nbformat.reads(text, as_version=4)
    volatile = ["metadata.widgets", *(f"cell.metadata.{name}" for name in VOLATILE)]
    notebook = strip_output(notebook, keep_output=False, keep_count=False, keep_id=True, extra_keys=volatile)
    notebook.metadata |= METADATA  # without the versions of whoever saved it last
    return nbformat.writes(notebook) + "\n"
