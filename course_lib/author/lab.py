"""course lab: open the course in JupyterLab."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib.core import require
from course_lib.lessons import NOTEBOOKS

START = "notebooks/00_start.ipynb"
PYTHON = f'"{Path(sys.executable).as_posix()}"'  # git runs these lines in a shell, on Windows too
COURSE = f"{PYTHON} -m course_lib.author.command"
DIFFS = {  # without this environment, a notebook is taken as it is
    "filter.course.clean": f"if test -x {PYTHON}; then {COURSE} strip -; else cat; fi",
    "diff.course.textconv": f'f() {{ {COURSE} text "$1" 2>/dev/null || cat "$1"; }}; f',
}
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("lab", help="open the course in JupyterLab")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Start JupyterLab on the first notebook, and stay until it ends."""
    require((NOTEBOOKS.parent / START).exists(), f"there is no {START} in {NOTEBOOKS.parent}: is the clone complete?")
    quieten(Path(sys.prefix))
    clean_diffs(NOTEBOOKS.parent)
    options = [f"--ServerApp.root_dir={NOTEBOOKS.parent}", f"--LabApp.default_url=/lab/tree/{START}"]
    if args.no_browser:
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container there is nobody else to be
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # so a terminal finds course
    return wait(subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=os.environ | {"PATH": here}))


def quieten(prefix: Path) -> None:
    """Have this environment's JupyterLab ask nobody for news and for updates, and keep its other settings."""
    path = prefix / "share/jupyter/lab/settings/overrides.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if SETTINGS.items() <= settings.items():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings | SETTINGS, indent=2) + "\n", encoding="utf-8")


def clean_diffs(root: Path) -> None:
    """Have git strip notebooks of outputs, and show them as text: what .gitattributes asks for, in this clone only."""
    if not (root / ".git").exists() or not shutil.which("git"):
        return  # a copy without history, or nobody to set up
    for name, command in DIFFS.items():
        done = subprocess.run(["git", "-C", str(root), "config", name, command], capture_output=True, text=True)
        if done.returncode:
            print(f"Notebooks will be saved to git with their outputs: {done.stderr.strip()}", file=sys.stderr)


def wait(process: subprocess.Popen) -> int:
    """Its exit status; Ctrl-C is the server's to answer: it asks whether to stop."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
