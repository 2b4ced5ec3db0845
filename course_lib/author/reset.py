"""course reset: have exercises count as unsolved again: one, those of a lesson, or all."""

import argparse

from course_lib import lessons, progress
from course_lib.core import Refusal, require

HOW = "say what to reset: a lesson (resistors), one of its exercises (resistors.find_laplacian), or --all"


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("reset", help="have exercises count as unsolved again")
    parser.add_argument("what", nargs="?", metavar="lesson[.exercise]", help="a lesson, or one of its exercises")
    parser.add_argument("--all", action="store_true", help="everything")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> None:
    """Forget that these are solved; no notebook is touched."""
    require(bool(args.what) != args.all, HOW)
    kept = progress.read()
    names = [name for name in kept.solved if args.all or f"{name}.".startswith(f"{args.what}.")]
    if args.what and not names:
        known(args.what)
    if names:
        kept = progress.forget(names)
    if kept.said:
        raise Refusal(kept.said)
    print(f"Unsolved again: {', '.join(names)}." if names else "Nothing of this is solved yet.")


def known(what: str) -> None:
    """Refuse a name that the course does not have."""
    slug, dot, name = what.partition(".")
    lessons.chosen([slug])
    if dot:
        names = lessons.asked(lessons.load(slug))
        require(name in names, f"the lesson {slug} has no exercise {name!r}; it has {', '.join(names)}")
