"""What a USB stick holds besides wheels: the course itself, its site and pack where they were built, and a guide."""

import re
import shutil
import subprocess
from pathlib import Path

from course_lib.core import require

BUILT = ("site", "workshop")
GUIDE = """# The course on a stick

It installs with no network, on: {targets}.

1. Copy this whole folder to your disk. (From the stick itself it would be slow, and some sticks cannot hold it.)
2. You need Python 3.11 or newer, in one of the versions above: `python3 --version`, on Windows `py --list`.
3. In a terminal, in the copied folder, on Linux and macOS:

       make lab

   Without make (on Windows write `py -3.12`, or your version, for `python3`, and `.venv\\Scripts\\` for `.venv/bin/`):

       python3 -m venv .venv
       .venv/bin/python -m pip install --no-index --find-links wheels -c constraints.txt -r wheels/requirements.txt
       .venv/bin/python -m pip install --no-index --find-links wheels --no-deps -e .
       .venv/bin/course warm
       .venv/bin/course lab

4. Run the first cell of `00_start`: each line should say OK.
{built}{missing}"""


def makefile(root: Path, name: str) -> str:
    """What a variable of the Makefile holds: an address stands in one place only."""
    return re.search(rf"^{name} := (.*)$", (root / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)[1]


def copy_course(root: Path, to: Path) -> None:
    """Copy the working tree as it is now, but for what git ignores; and what was built from it."""
    ours = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(ours, cwd=root, capture_output=True, text=True)
    require(listed.returncode == 0, f"git knows which files are the course's, and says: {listed.stderr.strip()}")
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, to / name)
    for name in BUILT:
        if (root / "build" / name).is_dir():
            shutil.copytree(root / "build" / name, to / name, dirs_exist_ok=True)


def write_guide(to: Path, targets: list[str], needs: list[str], missing: list[str]) -> None:
    """Write how to install from the stick, and what to install; then say how large it is."""
    (to / "wheels/requirements.txt").write_text("\n".join(needs) + "\n", encoding="utf-8")
    (to / "wheels/targets.txt").write_text("\n".join(targets) + "\n", encoding="utf-8")
    pages = {"site": "`site/index.html` is the course without Python", "workshop": "`workshop/` is the workshop's pack"}
    built = "".join(f"\n{text}.\n" for name, text in pages.items() if (to / name).is_dir())
    lacks = "".join(f"\nNot on this stick: {sentence}.\n" for sentence in missing)
    guide = GUIDE.format(targets="; ".join(targets), built=built, missing=lacks)
    (to / "START-HERE.md").write_text(guide, encoding="utf-8")
    parts = {"wheels": size(to / "wheels")} | {name: size(to / name) for name in BUILT if (to / name).is_dir()}
    told = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in parts.items())
    print(f"{to}: {size(to):.0f} MB ({told}).")


def size(folder: Path) -> float:
    """Megabytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
