"""Make the table of lesson 03's own runs: `python -m course_lib.author.sweep`. Kill it when you like: it can go on.

--device cuda            on a graphics card; --workers: processes, as many as there are cores
--dask tcp://host:8786   on a Dask cluster (pip install -e .[cluster]) that sees this folder
--minutes 10             save and stop then
--again                  for ten minutes the cheapest jobs with new seeds, compared with the table as it is

What is on its way lies in build/sweep. Delete that, and the table, if a setting has changed.
"""

import argparse
import math
import os
import sys
from functools import partial
from pathlib import Path
from time import time

import course_lib  # the number of threads, before numpy and torch
from course_lib.core import Refusal, require

from .executors import cluster, processes
from .jobs import planned
from .run import lacking, read, sweep

TABLE = Path(course_lib.__file__).parent / "data/scaling/sweep.csv"
SCRATCH = Path("build/sweep").absolute()
ON = "Start it again, and it goes on from what it had saved."


def main(arguments: list[str] | None = None) -> int:
    """Do what is asked; the exit status comes back. What goes wrong is told in a sentence."""
    asked = parser().parse_args(arguments)
    try:
        return again(asked) if asked.again else remaining(asked)
    except ModuleNotFoundError as missing:
        print(f"This needs {missing.name}, which is not installed: make setup brings it.", file=sys.stderr)
    except Refusal as refusal:
        print(f"Refused: {refusal}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"Stopped. {ON}", file=sys.stderr)
    return 2


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    title, _, details = __doc__.partition("\n\n")
    made = argparse.ArgumentParser(
        prog="python -m course_lib.author.sweep",
        description=title,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--table", type=Path, help="another file than the lesson's")
    made.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    made.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    made.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, whose workers stand in for the processes")
    made.add_argument("--minutes", type=float)
    made.add_argument("--again", action="store_true")
    return made


def remaining(asked: argparse.Namespace) -> int:
    """Train what the table lacks."""
    table = asked.table or TABLE
    run(asked, planned(), table, math.inf if asked.minutes is None else asked.minutes)
    left = len(lacking(table, planned()))
    print(f"Time is up: {left} of {len(planned())} jobs are left. {ON}" if left else f"{table} is complete.")
    return 0


def again(asked: argparse.Namespace) -> int:
    """Train with new seeds what fits into the time, and compare."""
    import numpy as np

    from .again import SEEDS, both, report, verdict

    table = asked.table or SCRATCH / "again.csv"
    run(asked, [job._replace(seeds=SEEDS) for job in planned()], table, 10 if asked.minutes is None else asked.minutes)
    jobs = both(read(TABLE), read(table))
    require(len(jobs) > 0, f"No job was done in that time. {ON}")
    judged = verdict(jobs, rng=np.random.default_rng(0))
    print(report(jobs, judged))
    return int(judged.found > judged.bound)


def run(asked: argparse.Namespace, jobs: list, table: Path, minutes: float) -> None:
    """Train the jobs that this table lacks, where it was asked for."""
    import torch

    from .train import train

    require(minutes > 0, f"--minutes: a time to run for, more than 0, not {minutes:g}.")
    require(asked.workers > 0, f"--workers: how many processes, at least 1, not {asked.workers}.")
    if minutes < math.inf:
        print(f"For {minutes:g} minutes: what is not done by then is saved.")
    here = asked.dask is None
    require(not here or asked.device == "cpu" or torch.cuda.is_available(), "PyTorch finds no graphics card here.")
    work = partial(train, device=asked.device, until=time() + 60 * minutes)
    executor = partial(processes, asked.workers) if here else partial(cluster, asked.dask)
    sweep(jobs, table, SCRATCH / asked.device, work, executor)


if __name__ == "__main__":
    sys.exit(main())
