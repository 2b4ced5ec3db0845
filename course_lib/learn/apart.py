"""Run a reader's code apart: in a thread of its own, under a time limit, with its printing kept.

A thread and not a process, so that functions from a notebook cell need no pickling, and so that the same
code serves Linux, macOS and Windows. Python code is interrupted by an exception raised inside the thread;
a call stuck inside compiled code cannot be, so it is abandoned and said to be.
"""

import ctypes
import io
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

KEEP = 2000  # characters of a reader's printing worth showing


class Outcome(NamedTuple):
    """How it ended: "returned", "raised", "stopped" (out of time) or "stuck" (out of time and out of reach)."""

    how: str
    value: Any
    printed: str


class _OutOfTime(BaseException):
    """Not an Exception, so that a reader's `except Exception` lets it through."""


class _Head(io.TextIOBase):
    """A stream that keeps the beginning and counts nothing else."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, more: str) -> int:
        if len(self.text) < KEEP:
            self.text = (self.text + more)[:KEEP]
        return len(more)


class _PerThread:
    """Sends what one thread prints to `head`; in every other way it is the stream it stands in for."""

    def __init__(self, head: _Head, before: Any) -> None:
        self.head, self.before, self.ident = head, before, None

    def write(self, more: str) -> int:
        return (self.head if threading.get_ident() == self.ident else self.before).write(more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.before, name)


def run_apart(work: Callable[[], Any], seconds: float = 2.0, grace: float = 1.0) -> Outcome:
    """Call `work` with at most `seconds`, then at most `grace` to stop it. Never raises, never hangs."""
    ended: list[tuple[str, Any]] = []
    head = _Head()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = streams = [_PerThread(head, stream) for stream in before]

    def target() -> None:
        streams[0].ident = streams[1].ident = threading.get_ident()
        try:
            ended.append(("returned", work()))
        except _OutOfTime:
            ended.append(("stopped", None))
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: they end the reader's code only
            ended.append(("raised", error))

    worker = threading.Thread(target=target, daemon=True)
    worker.start()
    try:
        worker.join(seconds)
    finally:  # out of time, or the reader pressed stop
        _interrupt(worker, ended, grace)
        stuck = worker.is_alive() and not ended
        if not stuck:  # a thread out of reach may print for ever: keep its words out of the notebook
            sys.stdout, sys.stderr = before
    how, value = ended[0] if ended else ("stuck" if stuck else "stopped", None)
    return Outcome(how, value, head.text)


def _interrupt(worker: threading.Thread, ended: list, grace: float) -> None:
    """Raise _OutOfTime in the thread, again and again: a bare `except:` may swallow the first ones."""
    deadline = time.monotonic() + grace
    while worker.is_alive() and not ended and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(_OutOfTime))
        worker.join(0.05)
