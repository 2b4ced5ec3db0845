"""What this learner has solved, in one small file that outlives kernels, restarts and updates of the course.

It is progress.json, in the folder that COURSE_PROGRESS names or else where this system keeps a user's data. Kernels
that write at once wait for each other; what a newer version of the course has added to the file stays in it.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

FILE = "progress.json"
PATIENCE = 3.0  # seconds to wait for another kernel
Content = dict[str, Any]  # "solved": the day on which each slug.exercise was, and whatever else is in the file
_told: set[str] = set()


class Kept(NamedTuple):
    """What is in the file, and a sentence where something is wrong with it."""

    content: Content
    said: str = ""

    @property
    def solved(self) -> Content:
        """slug.exercise: the day it was solved."""
        return self.content["solved"]


def folder() -> Path:
    """Where the file is. Raises: RuntimeError where nobody has a home."""
    if given := os.environ.get("COURSE_PROGRESS"):
        return Path(given)
    if os.name == "nt":
        data = os.environ.get("APPDATA") or Path.home() / "AppData/Roaming"
    elif sys.platform == "darwin":
        data = Path.home() / "Library/Application Support"
    else:
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(data, "theoretical-minimum")


def in_notebook() -> bool:
    """Is this a notebook's kernel? The tests and the `course` command judge exercises, too, and solve nothing."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def read() -> Kept:
    """What is in the file."""
    return _with_file(None)


def record(name: str) -> str:
    """Remember that slug.exercise is solved. Where that fails, the sentence to say: each one once in a kernel."""
    said = _with_file(lambda content: content["solved"].setdefault(name, date.today().isoformat())).said
    if said in _told:
        return ""
    _told.add(said)
    return said


def merge(other: Content) -> Kept:
    """Add what another file holds; of what both hold, this one's stays."""

    def add(content: Content) -> None:
        content["solved"] = other["solved"] | content["solved"]
        content.update(other | content)

    return _with_file(add)


def forget(names: Iterable[str]) -> Kept:
    """Take these out of the solved ones."""
    gone = set(names)
    return _with_file(
        lambda content: content.update(solved={n: day for n, day in content["solved"].items() if n not in gone})
    )


def understood(content: object) -> bool:
    """Is this what such a file holds, in this or a later version of the course?"""
    return isinstance(content, dict) and isinstance(content.get("solved"), dict)


def write(path: Path, data: bytes) -> None:
    """Write a file so that at every moment the old one or the new one is there, whole."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:  # a full disk, or the reader pressed stop
        os.unlink(part)
        raise


def _with_file(change: Callable[[Content], object] | None) -> Kept:
    """Read the file, change its content, store it if that made a difference. Raises nothing: it says what is wrong."""
    place = Path(FILE)
    try:
        place = folder() / FILE
        if change:
            place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            content, said = _load(place)
            before = json.dumps(content)
            if change:
                change(content)
            if json.dumps(content) != before:
                write(place, json.dumps(content, indent=1).encode())
        return Kept(content, said)
    except (OSError, RuntimeError) as error:  # no right to, no room, no home
        why = getattr(error, "strerror", None) or error
        return Kept({"solved": {}}, f"Your progress cannot be kept in {place}: {why}.")


def _load(place: Path) -> tuple[Content, str]:
    """The content. A damaged file is put aside, and a sentence says where."""
    try:
        content = json.loads(place.read_bytes())
    except FileNotFoundError:
        return {"solved": {}}, ""
    except (ValueError, RecursionError):
        content = None
    if understood(content):
        return content, ""
    aside = place.with_name(f"{place.stem}-damaged-{datetime.now():%Y-%m-%d-%H%M%S-%f}.json")
    place.rename(aside)
    return {"solved": {}}, f"The file of your progress was damaged: it was put aside as {aside}, and a new one begun."


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Keep other kernels out. Raises: TimeoutError where one of them stays too long."""
    try:
        lock = open(place.with_suffix(".lock"), "ab")
    except OSError:  # no folder, or one that cannot be written to: reading needs no lock, and writing fails by itself
        yield
        return
    with lock:  # closing it lets the others in
        deadline = time.monotonic() + PATIENCE
        while not _locked(lock):
            if time.monotonic() > deadline:
                raise TimeoutError("another notebook has not finished writing there")
            time.sleep(0.01)
        yield


def _locked(lock: IO) -> bool:
    """Take the lock, unless another has it."""
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system that knows no locks: unprotected is better than not kept
        return True
    return True
