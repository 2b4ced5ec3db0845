"""A reader's work as one zip file: pack the notebooks they changed and their progress, and bring them back."""

import io
import json
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from course_lib import progress
from course_lib.core import Refusal, require

FOLDER = "notebooks/"
MOST = 200_000_000  # bytes, unpacked: what a small machine holds in memory
BAD = "This is no file that “Download my work” has made, or it is damaged: nothing was changed"


def pack(folder: Path) -> bytes:
    """Progress, and every notebook of the folder but those that are as the course stores them."""
    changed = [path for path in sorted(folder.glob("*.ipynb")) if is_changed(path)]
    size = sum(path.stat().st_size for path in changed)
    require(size <= MOST, f"Your notebooks hold {size / 1e6:.0f} MB: clear their outputs, save them and try again.")
    kept = progress.read()
    require(not kept.said, kept.said)
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(progress.FILE, json.dumps(kept.content))
        for path in changed:
            archive.writestr(FOLDER + path.name, path.read_bytes())
    return packed.getvalue()


def unpack(parcel: Path, folder: Path) -> str:
    """Bring it all back, and say what became of it.

    What the reader has changed here is kept beside, under another name.
    Raises: Refusal, and nothing is changed, where any of it is not sound. OSError where a file cannot be written.
    """
    content, notebooks = _opened(parcel)
    back = {name: _put(folder / name, data) for name, data in notebooks.items()}
    kept = progress.merge(content)
    return " ".join(_sentences(len(content["solved"]), back, kept.said))


def is_changed(path: Path) -> bool:
    """Has the reader changed what the cells say? Without git nobody knows, so: yes.

    The course's version is the last one in common with where it came from: a hub may have committed the reader's.
    """
    common = _git(path.parent, "merge-base", "HEAD", "@{upstream}")
    stored = _git(path.parent, "show", f"{common.decode().strip() if common else 'HEAD'}:./{path.name}")
    return stored is None or not _same(stored, path.read_bytes())


def _git(folder: Path, *words: str) -> bytes | None:
    """What git says, if it knows."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True)
    except OSError:  # there is no git
        return None
    return done.stdout if done.returncode == 0 else None


def _same(one: bytes, other: bytes) -> bool:
    """Do these notebooks say the same, whatever their outputs?"""
    return one == other or (_cells(one) or one) == (_cells(other) or other)


def _cells(notebook: bytes) -> list | None:
    """Kind, text and attachments of every cell; None for what is no notebook."""
    try:
        cells = json.loads(notebook)["cells"]
        return [(cell["cell_type"], "".join(cell["source"]), cell.get("attachments")) for cell in cells]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _opened(parcel: Path) -> tuple[dict, dict[str, bytes]]:
    """The progress and the notebooks of a zip file. Only names that `pack` could have given are let through."""
    try:
        with ZipFile(parcel) as archive:
            require(sum(entry.file_size for entry in archive.infolist()) <= MOST, f"{BAD} (it is too large).")
            for name in archive.namelist():
                require(_is_ours(name), f"{BAD} (it holds {name!r}).")
            files = {name: archive.read(name) for name in archive.namelist()}
        content = json.loads(files.pop(progress.FILE))
    except Refusal:
        raise
    except Exception as error:  # zipfile has a dozen ways to say that a file is damaged
        raise Refusal(f"{BAD}.") from error
    require(progress.understood(content), f"{BAD}.")
    return content, {name.removeprefix(FOLDER): data for name, data in files.items()}


def _is_ours(name: str) -> bool:
    bare = name.removeprefix(FOLDER)
    notebook = name.startswith(FOLDER) and name.endswith(".ipynb") and "\\" not in name and Path(bare).name == bare
    return notebook or name == progress.FILE


def _put(path: Path, data: bytes) -> str:
    """Write a notebook, unless it says the same already: the name under which another is kept, "written" or "same"."""
    before = path.read_bytes() if path.exists() else None
    if before is not None and _same(before, data):
        return "same"
    aside = ""
    if before is not None and is_changed(path):
        beside = path.with_name(f"{path.stem} (before {datetime.now():%Y-%m-%d %H%M%S}).ipynb")
        with open(beside, "xb") as file:
            file.write(before)
        aside = beside.name
    progress.write(path, data)
    return aside or "written"


def _sentences(solved: int, back: dict[str, str], said: str) -> Iterator[str]:
    yield said or f"Your progress is back ({solved} solved in that file)."
    written = [name for name, fate in back.items() if fate != "same"]
    yield f"Notebooks brought back: {', '.join(written) or 'none that differ from those here'}."
    if asides := [f"{name} as “{fate}”" for name, fate in back.items() if fate not in ("written", "same")]:
        yield f"What you had here is kept: {', '.join(asides)}."
    if written:
        yield "If one of them is open, choose File > Reload Notebook from Disk. Run the map again to see your progress."
