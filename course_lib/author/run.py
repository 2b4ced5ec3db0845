"""course run: run notebooks from top to bottom in fresh kernels, and say what they cost."""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import psutil  # comes with ipykernel too: what runs a notebook

from course_lib.author.strip import read
from course_lib.core import require
from course_lib.lessons import NOTEBOOKS, notebook

# No option of pyproject.toml: a reader may not have the plugins that it speaks of.
PYTEST = ("-m", "pytest", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120", "-q", "-o", "addopts=")
QUIET = ("--disable-warnings", "-p", "no:cacheprovider", "--color=no", "--durations=3")
SECONDS, MEGABYTES = 30, 1000  # what a lesson may cost
FAILED, SLOWEST = r"^FAILED .*::Cell (\d+)", r"^[\d.]+s call +.*::Cell (\d+)"  # what pytest says of a cell


class Run(NamedTuple):
    """What one notebook did: ran or not, how long, how much of that on a core, the most memory, what pytest said."""

    path: Path
    ok: bool
    seconds: float
    core: float
    megabytes: float
    output: str

    def __str__(self) -> str:
        word = "runs from top to bottom" if self.ok else "STOPS WITH AN ERROR"
        cost = f"{self.seconds:.0f} s ({self.core:.0f} s of one core), at most {self.megabytes:.0f} MB of memory"
        return f"{self.path.name} {word}: {cost}."


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
    """Run the notebook under nbval in a fresh kernel, watching what the kernel and its children take."""
    start, core, most = time.perf_counter(), 0.0, 0
    command = [sys.executable, *PYTEST, *QUIET, str(path)]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        while process.poll() is None:
            used, held = taken_by_children(process.pid)
            core, most = max(core, used), max(most, held)
            time.sleep(0.1)
        seconds = time.perf_counter() - start
        output.seek(0)
        return Run(path, process.returncode == 0, seconds, core, most / 1e6, output.read().decode("utf-8", "replace"))


def cost(slug: str, lesson: ModuleType) -> list[str]:
    """Does the notebook run from top to bottom in a fresh kernel, and cost no more than a lesson may?"""
    path = notebook(slug)
    return [f"{path.name}: {sentence}" for sentence in over(run_notebook(path))] if path else []


def over(run: Run) -> Iterator[str]:
    """What a run says against its notebook."""
    if not run.ok:
        yield f"{cell(run, FAILED)} stops with an error: `course run {run.path}` shows it."
    if run.core > SECONDS:  # what it takes on a machine that has nothing else to do
        yield (
            f"it takes {run.core:.0f} s from top to bottom, {SECONDS} at most, {cell(run, SLOWEST)} the longest: "
            "let it do less, or store what is slow in course_lib/data."
        )
    if run.megabytes > MEGABYTES:
        yield (
            f"its kernel holds {run.megabytes:.0f} MB of memory, {MEGABYTES} at most: "
            "make the largest arrays smaller, or work on them piece by piece."
        )


def cell(run: Run, said: str) -> str:
    """The cell that pytest names, counted as everywhere in `course check`; nbval counts code cells, from 0."""
    found = re.search(said, run.output, flags=re.MULTILINE)
    cells = enumerate(read(run.path.read_text(encoding="utf-8"))["cells"], 1)
    code = [number for number, cell in cells if cell["cell_type"] == "code"]
    return f"cell {code[int(found[1])]}" if found else "a cell"


def taken_by_children(pid: int) -> tuple[float, int]:
    """Seconds on a core and bytes of what this process has started: the kernel, and whatever that started."""
    used, held = 0.0, 0
    with suppress(psutil.NoSuchProcess):  # it has ended since it was asked
        for child in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                used, held = used + sum(child.cpu_times()[:4]), held + child.memory_info().rss
    return used, held
