"""A reader's file on its way from the browser: in slices, because a Jupyter server refuses messages of over 10 MB."""

import re
import shutil
import tempfile
from pathlib import Path

DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}  # of Windows
LONGEST = 60  # letters of a name: in no alphabet too long for a file system


class Uploads:
    """The files of one playground, each in a folder of its own, for as long as the playground lives."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory | None = None
        self._count = 0
        self._arriving: dict[str, tuple[object, Path]] = {}  # for each knob, which upload, and where it goes
        self._kept: dict[str, Path] = {}

    def take(self, content: dict, data: bytes) -> tuple[int, Path | None]:
        """Add a slice: how many bytes there are now, and the path once all are. The first slice begins a new file.

        A slice that does not follow the last one, such as the rest of an upload that another one has replaced, is
        left alone: nothing has come of it, says -1.
        """
        knob, upload, at = content["knob"], content["upload"], content["at"]
        if at == 0:
            self._drop(knob)
            self._arriving[knob] = upload, self._new(content["file"])
        known, path = self._arriving.get(knob, (None, Path()))
        if known != upload or path.stat().st_size != at:
            return -1, None
        try:
            with open(path, "ab") as file:
                have = at + file.write(data)
        except OSError:  # a full disk: at least this much of it is free again
            self._drop(knob)
            raise
        if have < content["size"]:
            return have, None
        del self._arriving[knob]
        return have, path

    def keep(self, knob: str, path: Path) -> None:
        """From now on this is the knob's file, and the one before it is not needed."""
        if knob in self._kept:
            shutil.rmtree(self._kept[knob].parent, ignore_errors=True)
        self._kept[knob] = path

    def _drop(self, knob: str) -> None:
        """Forget an upload that was broken off."""
        _, path = self._arriving.pop(knob, (None, None))
        if path is not None:
            shutil.rmtree(path.parent, ignore_errors=True)

    def _new(self, name: str) -> Path:
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="course-")
        self._count += 1
        folder = Path(self._folder.name) / str(self._count)  # the same name again is a new file
        folder.mkdir()
        path = folder / safe_name(name)
        path.touch()
        return path


def safe_name(name: str) -> str:
    """The name without folders and without what a file system or a page could take amiss."""
    bare = re.split(r"[/\\]", name)[-1]
    name = re.sub(r"[^\w .()+-]", "_", bare)[-LONGEST:].strip(" .") or "file"
    return f"_{name}" if name.split(".")[0].upper() in DEVICES else name
