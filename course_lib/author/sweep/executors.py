"""Where the jobs of a sweep are trained: in processes of this machine, or on a Dask cluster."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread

from course_lib.core import Refusal


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Processes that end with this one, however it ends: stopped, failed or killed."""
    fresh = get_context("spawn")  # a fork cannot use a graphics card
    with ProcessPoolExecutor(workers, fresh, initializer=end_with_parent) as executor:
        try:
            yield executor
        except BaseException:  # or else the pool would wait for what they have begun
            for child in active_children():
                child.terminate()
            raise


def end_with_parent() -> None:
    """Leave Ctrl-C to the parent, which ends this process; and end when the parent has gone without a word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        parent_process().join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """A Dask cluster's workers. They see the same folders as this process, or a job that moves begins anew."""
    try:
        from distributed import Client, KilledWorker
    except ModuleNotFoundError as missing:
        raise Refusal(f"A Dask cluster needs {missing.name}: pip install -e .[cluster] brings it.") from missing
    try:
        client = Client(address)
    except (OSError, ValueError) as error:
        raise Refusal(f"No Dask scheduler answers at {address}: {error}") from error
    with client:
        try:
            yield client.get_executor()
        except (KilledWorker, CancelledError) as error:  # one job's workers were killed again and again; all is gone
            raise BrokenExecutor(str(error)) from error
