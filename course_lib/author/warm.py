"""course warm: compile what is compiled and set JupyterLab up, so that no first click waits.

Nothing has to be declared: the playgrounds of every lesson are drawn once, which calls the compiled functions as the
lesson calls them; where some are still uncompiled, the lesson's fast claims are measured until none is.
"""

import argparse
import sys
import time
from pathlib import Path
from types import ModuleType

from course_lib import lessons
from course_lib.author.lab import quieten

SCIENCE = ("course_lib.kernels", "course_lib.shared")


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    subparsers.add_parser("warm", help="compile what is compiled, so that no first click waits").set_defaults(func=main)


def main(args: argparse.Namespace) -> None:
    """Warm lesson by lesson. Nothing that goes wrong here may keep a reader out of the course."""
    quieten(Path(sys.prefix))
    start = time.perf_counter()
    print("Compiling the fast parts of the course (once, up to a minute) ...", flush=True)
    for slug in lessons.slugs():
        try:
            warm(lessons.load(slug))
            print(f"  {slug}: {time.perf_counter() - start:.0f} s", flush=True)
        except Exception as error:  # a lesson half written, a package missing: the doctor and the tests will say
            print(f"  {slug}: stopped early ({error}): some first clicks will take seconds longer.", flush=True)


def warm(lesson: ModuleType) -> None:
    """Call the lesson's compiled functions with what the lesson gives them."""
    from course_lib.play import Playground

    for thing in vars(lesson).values():
        if isinstance(thing, Playground):
            thing.still()
    for claim in lesson.claims:
        if not claim.slow and cold():
            claim.check()


def cold() -> bool:
    """Is there a compiled function, in the science loaded so far, that has not been called yet?"""
    if "numba" not in sys.modules:
        return False
    from numba.core.dispatcher import Dispatcher

    science = [vars(module) for name, module in list(sys.modules.items()) if name.startswith(SCIENCE)]
    return any(isinstance(thing, Dispatcher) and not thing.signatures for names in science for thing in names.values())
