"""Run the jobs of a sweep with any executor, and keep their rows in a table that is always whole.

There is one writer of the table, here: with the rows of each job it is replaced as a whole. What a job needs to go on
lies in a folder that all workers see, until its rows are in the table. So whoever is killed takes some seconds along.
"""

import csv
import io
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from tqdm import tqdm

from course_lib.core import Refusal, require
from course_lib.progress import write as write_whole

from .jobs import Job, Row

PATIENCE = 3  # times that workers may be killed, one after the other, without anything being trained
BAR = "{desc}: {percentage:.1f} % |{bar}| {elapsed} gone, {remaining} left at this pace"

Train = Callable[[Job, Path], list[Row]]


def sweep(
    jobs: Sequence[Job],
    table: Path,
    scratch: Path,
    train: Train,
    open_executor: Callable[[], AbstractContextManager[Executor]],
) -> None:
    """Train the jobs that the table lacks, and add their rows to it.

    scratch: where jobs keep themselves on their way. train: gives a job's rows, or none where its time was up.
    open_executor: asked again where workers died.
    """
    before, broken = trained(jobs, table, scratch), 0
    effort = sum(job.effort for job in jobs)
    with tqdm(total=effort, initial=before, bar_format=BAR, desc="sweep", smoothing=0, miniters=0) as bar:

        def show() -> None:
            bar.update(trained(jobs, table, scratch) - bar.n)

        while broken < PATIENCE:
            try:
                with open_executor() as executor:
                    return collect(lacking(table, jobs), table, scratch, train, executor, show)
            except BrokenExecutor:
                bar.write("Workers were lost: what they were at goes on from what was saved.", file=sys.stderr)
                now = trained(jobs, table, scratch)
                before, broken = now, 1 if now > before else broken + 1
    raise Refusal(f"{PATIENCE} times workers were killed before anything was trained: is there too little memory?")


def collect(
    jobs: Sequence[Job], table: Path, scratch: Path, train: Train, executor: Executor, show: Callable[[], None]
) -> None:
    """Hand all jobs to the executor, and write down the rows of each as it comes back. Shows itself every second."""
    pending = {executor.submit(train, job, kept(job, scratch)): job for job in jobs}
    try:
        while pending:
            done = wait(pending, timeout=1, return_when=FIRST_COMPLETED).done
            for future in sorted(done, key=failed):  # what has come back well is written down before anything stops
                job = pending.pop(future)
                if rows := future.result():
                    add(table, rows)
                    kept(job, scratch).unlink(missing_ok=True)
            show()
    finally:
        for future in pending:
            future.cancel()


def failed(future: Future) -> bool:
    """Did this finished job end with an exception?"""
    return future.exception() is not None


def kept(job: Job, scratch: Path) -> Path:
    """The file of a job that is on its way."""
    return scratch / f"{job.name}.npz"


def trained(jobs: Sequence[Job], table: Path, scratch: Path) -> float:
    """The effort that is behind, as far as it is saved."""
    left = sum(job.effort * (1 - fraction(job, scratch)) for job in lacking(table, jobs))
    return sum(job.effort for job in jobs) - left


def fraction(job: Job, scratch: Path) -> float:
    """How far a job is that the table lacks: the saved part of its steps."""
    path = kept(job, scratch)
    if not path.exists():
        return 0.0
    with np.load(path) as state:
        return int(state["step"]) / job.steps


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
        head, *lines = list(csv.reader(file)) or [[]]
    fits = tuple(head) == Row._fields and all(len(line) == len(head) for line in lines)
    require(fits, f"{table} is not a table of this sweep: its columns are {', '.join(Row._fields)}.")
    try:
        return [Row(*(kind(cell) for kind, cell in zip(kinds, line))) for line in lines]
    except ValueError as error:
        raise Refusal(f"{table} is damaged: {error}.") from error


def add(table: Path, rows: Sequence[Row]) -> None:
    """Write the table anew with these rows, in the order of their sizes: whole or not at all, and no run twice."""
    runs = {row.run: row for row in [*rows, *read(table)]}
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(Row._fields)
    lines.writerows(row._replace(loss=f"{row.loss:.5f}", error=f"{row.error:.5f}") for row in sorted(runs.values()))
    table.parent.mkdir(parents=True, exist_ok=True)
    write_whole(table, text.getvalue().encode())
