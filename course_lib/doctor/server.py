"""The Jupyter server and this kernel: in two environments, widgets stay blank without a word of explanation."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from course_lib.doctor.findings import Line, install

FRONT_ENDS = {"@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets", "anywidget": "anywidget"}


def check_server() -> Iterator[Line]:
    """Do the server and this kernel share one environment?"""
    if not in_notebook():
        yield Line("OK", "server and kernel: to compare them, call doctor.report() in a notebook")
        return
    found = server_python()
    if found is None or (environment(found) is None and sys.platform != "linux"):
        # macOS and Windows may start the system's Python by a detour that hides where it was called from.
        yield Line("UNSURE", "could not tell whether JupyterLab and this kernel share one environment")
        return
    theirs = prefix(found)
    if os.path.samefile(theirs, sys.prefix):
        yield Line("OK", "JupyterLab and this kernel share one environment")
    elif lacking(theirs):
        cure = "close JupyterLab, and start it in the course's own environment: make lab, or course lab"
        yield Line("PROBLEM", f"JupyterLab runs in {theirs}, this kernel in {sys.prefix}: widgets stay blank", cure)
    else:
        yield Line("OK", f"JupyterLab runs in {theirs}, this kernel in {sys.prefix}; both know the widgets")


def check_front_ends() -> Iterator[Line]:
    """Has JupyterLab the parts that draw widgets in the browser?"""
    found = server_python() if in_notebook() else None
    theirs = prefix(found) if found else Path(sys.prefix)
    missing = lacking(theirs)
    if missing:
        yield Line("PROBLEM", f"JupyterLab in {theirs} lacks the front end of {' and '.join(missing)}", install())
    else:
        yield Line("OK", "JupyterLab has the front ends of the widgets")


def in_notebook() -> bool:
    """Is this a Jupyter kernel?"""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def server_python() -> Path | None:
    """The Python that runs the Jupyter server above this kernel; None where that cannot be seen."""
    psutil = importlib.import_module("psutil")  # comes with every kernel
    for process in psutil.Process().parents():
        command = process.cmdline()
        if any("jupyter" in Path(word).name.lower() for word in command[:4]):
            return Path(process.cwd(), command[0]) if os.path.dirname(command[0]) else None
    return None


def prefix(python: Path) -> Path:
    """The environment of a Python, or where the system's own has its share/."""
    return environment(python) or python.parent.parent


def environment(python: Path) -> Path | None:
    """The virtual or conda environment of a Python; None for the system's own."""
    folders = (python.parent.parent, python.parent)  # bin/python, Scripts/python.exe; python.exe on top in conda
    return next((f for f in folders if (f / "pyvenv.cfg").exists() or (f / "conda-meta").is_dir()), None)


def lacking(theirs: Path) -> list[str]:
    """The widget packages whose front end a JupyterLab of this environment would not find."""
    home = Path.home()
    own = {"win32": Path(os.environ.get("APPDATA", home), "jupyter"), "darwin": home / "Library/Jupyter"}
    folders = [
        theirs / "share/jupyter",
        own.get(sys.platform, home / ".local/share/jupyter"),
        Path("/usr/local/share/jupyter"),
        Path("/usr/share/jupyter"),
        *(Path(entry) for entry in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if entry),
    ]
    return [
        package
        for name, package in FRONT_ENDS.items()
        if not any((folder / "labextensions" / name / "package.json").exists() for folder in folders)
    ]
