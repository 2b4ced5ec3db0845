"""course lab: open the course in JupyterLab."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from course_lib.core import require
from course_lib.lessons import NOTEBOOKS

START = "notebooks/00_start.ipynb"
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
    options = [f"--ServerApp.root_dir={NOTEBOOKS.parent}", f"--LabApp.default_url=/lab/tree/{START}"]
    if args.no_browser:
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container there is nobody else to be
    return wait(subprocess.Popen([sys.executable, "-m", "jupyterlab", *options]))


def quieten(prefix: Path) -> None:
    """Have this environment's JupyterLab ask nobody for news and for updates, and keep its other settings."""
    path = prefix / "share/jupyter/lab/settings/overrides.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if SETTINGS.items() <= settings.items():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings | SETTINGS, indent=2) + "\n", encoding="utf-8")


def wait(process: subprocess.Popen) -> int:
    """Its exit status; Ctrl-C is the server's to answer: it asks whether to stop."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
