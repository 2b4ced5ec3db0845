"""course run: run notebooks from top to bottom in fresh kernels, and say what they cost."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil  # comes with ipykernel too: what runs a notebook

from course_lib.core import require
from course_lib.lessons import NOTEBOOKS, notebook

# No option of pyproject.toml: a reader may not have the plugins that it speaks of.
PYTEST = ("-m", "pytest", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120", "-q", "-o", "addopts=")
QUIET = ("--disable-warnings", "-p", "no:cacheprovider", "--color=no")


class Run(NamedTuple):
    """What one notebook did: ran or not, how long, the most memory its kernel held, what pytest said."""

    path: Path
    ok: bool
    seconds: float
    megabytes: float
    output: str

    def __str__(self) -> str:
        word = "runs from top to bottom" if self.ok else "STOPS WITH AN ERROR"
        return f"{self.path.name} {word}: {self.seconds:.0f} s, at most {self.megabytes:.0f} MB of memory."


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("run", help="run notebooks in fresh kernels, and say what they cost")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons, or files (all when none is named)")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Run one after the other; the exit status is 1 if one stops with an error."""
    paths = [find(slug) for slug in args.slugs] or sorted(NOTEBOOKS.glob("*.ipynb"))
    failed = 0
    for path in paths:
        run = run_notebook(path)
        failed += not run.ok
        print(run if run.ok else f"{run.output}\n{run}", flush=True)
    return int(failed > 0)


def find(slug: str) -> Path:
    """The notebook of a lesson, or the file itself."""
    path = Path(slug) if slug.endswith(".ipynb") else notebook(slug)
    require(path is not None and path.exists(), f"there is no notebook {slug!r} in {NOTEBOOKS}")
    return path


def run_notebook(path: Path, environment: dict[str, str] | None = None) -> Run:
    """Run the notebook under nbval in a fresh kernel, watching the memory of the kernel and its children."""
    start, most = time.perf_counter(), 0
    command = [sys.executable, *PYTEST, *QUIET, str(path)]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        while process.poll() is None:
            most = max(most, memory_of_children(process.pid))
            time.sleep(0.1)
        seconds = time.perf_counter() - start
        output.seek(0)
        return Run(path, process.returncode == 0, seconds, most / 1e6, output.read().decode("utf-8", "replace"))


def memory_of_children(pid: int) -> int:
    """Bytes held by what this process has started: the kernel, and whatever that started."""
    try:
        return sum(child.memory_info().rss for child in psutil.Process(pid).children(recursive=True))
    except psutil.Error:  # gone in the meantime
        return 0
