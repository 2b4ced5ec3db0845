"""Make the table of lesson 03's own runs: `python -m course_lib.author.sweep`. Kill it when you like, and start it again.

--device cuda            on a graphics card; --workers: processes, as many as there are cores
--dask tcp://host:8786   on a Dask cluster (pip install -e .[cluster])
--minutes 10 --again     the cheapest jobs with new seeds, compared with the table as it is
"""

import argparse
import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import time

import course_lib  # the number of threads, before torch
from course_lib.author.sweep.jobs import planned
from course_lib.author.sweep.run import sweep

TABLE = Path(course_lib.__file__).parent / "data/scaling/sweep.csv"
SCRATCH = Path("build/sweep").absolute()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m course_lib.author.sweep", description=__doc__.split("\n")[0])
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="of the scheduler of a Dask cluster, instead of processes here"
    )
    parser.add_argument("--minutes", type=float, default=float("inf"), help="save and stop after so long")
    asked = parser.parse_args()
    from course_lib.author.sweep.train import train  # torch

    work = partial(train, scratch=SCRATCH, device=asked.device, until=time() + 60 * asked.minutes)
    sweep(planned(), asked.table, work, executor(asked.dask, asked.workers))


def executor(dask: str | None, workers: int) -> Callable[[], Executor]:
    """What opens the executor that was asked for."""
    if dask is None:
        return partial(ProcessPoolExecutor, workers, get_context("spawn"))  # a fork cannot use a graphics card
    from distributed import Client

    return Client(dask).get_executor


if __name__ == "__main__":
    main()
