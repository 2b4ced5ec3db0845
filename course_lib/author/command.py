"""The `course` command.

A subcommand is a module or package of this folder whose docstring begins "course <name>:" and which exports
`add(subparsers)`.
Only the module that is asked for is imported, so `course doctor` works where half the packages are missing.
"""

import argparse
import ast
import importlib
import os
import sys
from pathlib import Path

from course_lib.core import Refusal


def subcommands() -> dict[str, str]:
    """Name -> what it does, read from the docstrings without importing anything."""
    found = {}
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), *folder.glob("*/__init__.py")]):
        name = path.parent.name if path.stem == "__init__" else path.stem
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        title, colon, says = docstring.split("\n")[0].partition(": ")
        if colon and title == f"course {name}":
            found[name] = says
    return found


def parser_for(arguments: list[str]) -> argparse.ArgumentParser:
    """A parser that knows the one subcommand asked for in full, and the others by name."""
    parser = argparse.ArgumentParser(prog="course", description="Work with the course: one word says what to do.")
    subparsers = parser.add_subparsers(dest="subcommand", required=True, metavar="what")
    for name, says in subcommands().items():
        if arguments[:1] == [name]:
            importlib.import_module(f"course_lib.author.{name}").add(subparsers)
        else:
            subparsers.add_parser(name, help=says)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand; its exit status comes back. What goes wrong is told in a sentence."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        asked = parser_for(arguments).parse_args(arguments)
        return asked.func(asked) or 0
    except ModuleNotFoundError as missing:
        cure = "make setup (or pip install -e .[dev]) brings it"
        print(f"This needs {missing.name}, which is not installed: {cure}.", file=sys.stderr)
    except Refusal as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
    except BrokenPipeError:  # whoever read this, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
