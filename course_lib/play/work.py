"""Two buttons: download the reader's work as one file, and bring such a file back."""

import os
from datetime import datetime
from pathlib import Path

import anywidget
import traitlets

from course_lib.core import Refusal
from course_lib.play.parcel import pack, unpack
from course_lib.play.screens import FRONT, STYLE
from course_lib.play.uploads import Uploads

HOME = "Your notebooks and your progress stay on this computer. Take them with you, or bring them from elsewhere:"
BINDER = (
    "You are on Binder: when this session ends, or after some minutes without use, everything you did here is gone. "
    "Download your work before you leave; next time, bring it back here, or on a computer of your own."
)


class Work(anywidget.AnyWidget):
    """The work in one folder of notebooks. The browser asks for the file, or sends one in slices."""

    _esm = FRONT / "work.js"
    _css = STYLE
    note = traitlets.Unicode().tag(sync=True)

    def __init__(self, folder: Path) -> None:
        self.folder, self._uploads = folder, Uploads()
        super().__init__(note=BINDER if any(name.startswith("BINDER_") for name in os.environ) else HOME)
        self.on_msg(self._heard)

    def __repr__(self) -> str:
        return f"{self.note} (Two buttons: Download my work, Bring my work back.)"

    def _heard(self, _widget: object, content: dict, buffers: list) -> None:
        try:
            if "file" in content:
                self._take(content, buffers[0])
            else:
                name = f"theoretical-minimum {datetime.now():%Y-%m-%d %H%M}.zip"
                self.send({"name": name}, [pack(self.folder)])
        except Refusal as refusal:
            self.send({"said": f"{refusal}"})
        except OSError as error:
            self.send({"said": f"Not everything could be done: {error.filename or ''}: {error.strerror or error}."})

    def _take(self, content: dict, data: bytes) -> None:
        """A slice of a file of the reader's; the last one unpacks it."""
        _, path = self._uploads.take(content | {"knob": "work"}, data)
        if path is not None:
            try:
                said = unpack(path, self.folder)
            finally:
                path.unlink()
            self.send({"said": said})
