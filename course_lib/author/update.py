"""course update: bring in the newest version of the course, and keep every change of yours.

`git pull` refuses where both you and the course have changed a file, and to have run a notebook is to have changed it.
Here such files are copied to the folder `kept` first; what only you have changed stays where it is.
"""

import argparse
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from course_lib.core import Refusal, require
from course_lib.lessons import COURSE

ROOT = COURSE.parent
KEPT = "kept"


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("update", help="bring in the newest version, and keep every change of yours")
    parser.set_defaults(func=lambda args: print(update(ROOT)))


def update(root: Path) -> str:
    """Fetch, keep, take what is new; a sentence says what happened. Raises: Refusal, and all is as it was."""
    require(shutil.which("git") is not None and (root / ".git").exists(), "this copy was not made with git clone")
    git(root, "fetch", "--quiet")
    new = listed(git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD...@{upstream}"))
    if not new:
        return "The course is up to date."
    own = git(root, "rev-list", "--count", "@{upstream}..HEAD").strip()
    require(own == "0", f"{own} commits of your own are not in the course: git pull --rebase is yours to do")
    staged = listed(git(root, "diff", "--cached", "--name-only", "-z"))
    require(not staged, f"{', '.join(staged)}: git add was said, but no git commit; say git reset first")
    both = changed_here(root, new)
    kept = keep(root, both)
    try:
        clear(root, both)
        git(root, "merge", "--ff-only", "--quiet", "@{upstream}")
    except Refusal:
        for path in both:
            if (kept / path).exists():
                shutil.copy2(kept / path, root / path)
        raise
    return " ".join(sentences(new, kept.relative_to(root), [path for path in both if (kept / path).exists()]))


def changed_here(root: Path, new: list[str]) -> list[str]:
    """Those of the new files that were changed here, too, or that are here without being the course's.

    Git's status, not its diff: a notebook whose outputs a filter hides from `git diff` still stops a merge.
    """
    status = listed(git(root, "status", "--porcelain", "--no-renames", "--untracked-files=no", "-z"))
    edited, known = {line[3:] for line in status}, course_files(root)
    return [path for path in new if path in edited or (path not in known and (root / path).exists())]


def course_files(root: Path) -> set[str]:
    return set(listed(git(root, "ls-tree", "-r", "--name-only", "--full-tree", "-z", "HEAD")))


def keep(root: Path, paths: list[str]) -> Path:
    """Copy these to a new folder; what was deleted here has nothing to copy."""
    folder = root / KEPT / f"{datetime.now():%Y-%m-%d-%H%M%S-%f}"
    for path in paths:
        if (root / path).exists():
            require((root / path).is_file(), f"{path} is a folder here, and a file in the new version: rename it first")
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / path, folder / path)
    return folder


def clear(root: Path, paths: list[str]) -> None:
    """Have these as the course had them, or not at all."""
    known = course_files(root)
    for path in paths:
        if path in known:
            git(root, "checkout", "--quiet", "HEAD", "--", path)
        else:
            (root / path).unlink()


def sentences(new: list[str], kept: Path, yours: list[str]) -> list[str]:
    said = [f"Updated: the course has changed {len(new)} of its files."]
    if yours:
        said.append(f"You had changed {', '.join(yours)}, too: what you had is in {kept}/.")
    said.append("Everything else of yours is where it was. Start with make lab, which installs what is missing;")
    said.append("for a notebook that is open, choose File > Reload Notebook from Disk.")
    return said


def listed(text: str) -> list[str]:
    return [path for path in text.split("\0") if path]


def git(root: Path, *words: str) -> str:
    """What git says. Raises: Refusal with its complaint."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, encoding="utf-8")
    complaint = " ".join(done.stderr.split())
    require(done.returncode == 0, f"git {words[0]} says: {complaint}. Nothing was changed")
    return done.stdout
