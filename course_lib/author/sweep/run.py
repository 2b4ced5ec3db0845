"""Run the jobs of a sweep with any executor, and keep their rows in a table that is always whole.

There is one writer, here, and with the rows of each job the table is replaced as a whole. A worker that is killed takes
nothing along but some seconds: its job goes on from what it saved last.
"""

import csv
import os
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from pathlib import Path

from tqdm import tqdm

from course_lib.core import Refusal

from .jobs import Job, Row

PATIENCE = 3  # pools that may break one after the other without a job done
BAR = {"unit": "FLOP", "unit_scale": True, "smoothing": 0.02, "desc": "sweep"}

Train = Callable[[Job], list[Row]]


def sweep(jobs: Sequence[Job], table: Path, train: Train, open_executor: Callable[[], Executor]) -> None:
    """Train the jobs that the table lacks, and add their rows to it.

    train: gives a job's rows, or none where its time was up. open_executor: asked again where workers died.
    """
    missing, broken = lacking(table, jobs), 0
    done = cost(jobs) - cost(missing)
    with tqdm(total=cost(jobs), initial=done, **BAR) as bar:
        while missing and broken < PATIENCE:
            try:
                with open_executor() as executor:
                    return collect(missing, table, train, executor, bar)
            except BrokenExecutor:
                bar.write("A worker was killed: going on with new ones, from what it had saved.")
                left = lacking(table, jobs)
                missing, broken = left, 0 if len(left) < len(missing) else broken + 1
    if missing:
        raise Refusal(f"{PATIENCE} times a worker was killed before any job was done: is there too little memory?")


def collect(jobs: Sequence[Job], table: Path, train: Train, executor: Executor, bar: tqdm) -> None:
    """Hand all jobs to the executor, and write down the rows of each as it comes back."""
    futures = {executor.submit(train, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            if rows := future.result():
                add(table, rows)
                bar.update(cost([futures[future]]))
    finally:
        for future in futures:
            future.cancel()


def cost(jobs: Sequence[Job]) -> float:
    """FLOP of the training, for all models of the jobs."""
    return sum(job.C * len(job.members) for job in jobs)


def lacking(table: Path, jobs: Sequence[Job]) -> list[Job]:
    """The jobs of which the table has no row. (It is replaced as a whole, so it has all rows of a job or none.)"""
    known = {row.run for row in read(table)}
    return [job for job in jobs if not job.runs <= known]


def read(table: Path) -> list[Row]:
    """The rows of a table, none where it has not been begun."""
    if not table.exists():
        return []
    kinds = Row.__annotations__.values()
    with table.open(encoding="utf-8", newline="") as file:
        return [Row(*(kind(cell) for kind, cell in zip(kinds, cells))) for cells in list(csv.reader(file))[1:]]


def add(table: Path, rows: Sequence[Row]) -> None:
    """Write the table anew with these rows, in the order of their sizes: whole or not at all."""
    write(table, sorted([*read(table), *rows]))


def write(table: Path, rows: Sequence[Row]) -> None:
    table.parent.mkdir(parents=True, exist_ok=True)
    part = table.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerows(
            [Row._fields, *(row._replace(loss=f"{row.loss:.5f}", error=f"{row.error:.5f}") for row in rows)]
        )
        file.flush()
        os.fsync(file.fileno())
    part.replace(table)
