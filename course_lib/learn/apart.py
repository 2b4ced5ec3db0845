"""Run a reader's code apart, under a time limit, with its printing kept: whatever it does, the kernel goes on.

On Linux (and so on Binder) it runs in a forked copy of the kernel, which can be stopped whatever it is doing, and in
which it can break nothing. Elsewhere a fork is not safe, so it runs in a thread, where Python code is interrupted by
an exception; a call that waits inside compiled code is abandoned and said to be, and one that keeps Python's global
lock to itself has to be waited for.
"""

import ctypes
import io
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

KEEP = 2000  # characters of a reader's printing worth showing
GRACE = 1.0  # seconds to interrupt a thread in


class Outcome(NamedTuple):
    """How it ended: "returned", "stopped" (out of time), "gone" (it ended Python) or "stuck" (out of reach)."""

    how: str
    value: Any
    printed: str


class OutOfTime(BaseException):
    """Not an Exception, so that a reader's `except Exception` lets it through."""


class Head(io.TextIOBase):
    """A stream that keeps the beginning of what is printed."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, more: str) -> int:
        if len(self.text) < KEEP:
            self.text = (self.text + more)[:KEEP]
        return len(more)


def run_apart(work: Callable[[], Any], seconds: float) -> Outcome:
    """Call `work`, which returns plain data and raises nothing, for at most so many seconds."""
    return (in_a_fork if sys.platform == "linux" else in_a_thread)(work, seconds)


def in_a_fork(work: Callable[[], Any], seconds: float) -> Outcome:
    """In a copy of this process, killed when the time is over."""
    receive, send = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking where threads run: the child touches none
        child = os.fork()
    if child == 0:
        _work_and_leave(work, send)
    send.close()
    try:
        return receive.recv() if receive.poll(seconds) else Outcome("stopped", None, "")
    except (EOFError, OSError):
        return Outcome("gone", None, "")
    finally:  # also where the reader pressed stop
        receive.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _work_and_leave(work: Callable[[], Any], send: Connection) -> None:
    """The child's whole life. It leaves by the back door: the kernel's own farewells are not its to say."""
    try:
        sys.stdout = sys.stderr = head = Head()
        send.send(Outcome("returned", work(), head.text))
    finally:
        os._exit(0)


def in_a_thread(work: Callable[[], Any], seconds: float) -> Outcome:
    """In a thread of this process, interrupted when the time is over, abandoned if that does not help."""
    ended: list[Any] = []
    head, before = Head(), (sys.stdout, sys.stderr)

    def target() -> None:
        for stream in streams:
            stream.ident = threading.get_ident()
        try:
            ended.append(work())
        except OutOfTime:
            pass

    sys.stdout, sys.stderr = streams = [_PerThread(head, stream) for stream in before]
    worker = threading.Thread(target=target, daemon=True)
    worker.start()
    try:
        worker.join(seconds)
    finally:  # out of time, or the reader pressed stop
        _interrupt(worker, ended)
        stuck = worker.is_alive() and not ended
        if not stuck:  # a thread out of reach may print for ever: keep its words out of the notebook
            sys.stdout, sys.stderr = before
    return Outcome("returned" if ended else "stuck" if stuck else "stopped", ended[0] if ended else None, head.text)


class _PerThread:
    """Sends what one thread prints to `head`; in every other way it is the stream it stands in for."""

    def __init__(self, head: Head, before: Any) -> None:
        self.head, self.before, self.ident = head, before, None

    def write(self, more: str) -> int:
        return (self.head if threading.get_ident() == self.ident else self.before).write(more)

    def writelines(self, lines: list[str]) -> None:
        self.write("".join(lines))

    def close(self) -> None:
        """The reader's code may try; the kernel needs its stream."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.before, name)


def _interrupt(worker: threading.Thread, ended: list) -> None:
    """Raise OutOfTime in the thread, again and again: a bare `except:` may swallow the first ones."""
    deadline = time.monotonic() + GRACE
    while worker.is_alive() and not ended and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(OutOfTime))
        worker.join(0.05)
