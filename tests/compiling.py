"""What tests of compiled code share: kinds of arrays, all compiled functions of a package, and fresh interpreters."""

import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
from numba.core.dispatcher import Dispatcher

import course_lib

HERE = str(Path(course_lib.__file__).parent.parent)


def frozen(a):
    """A kernel may not write to its input."""
    a.setflags(write=False)
    return a


KINDS = {
    "as it is": lambda a: a,
    "read-only": lambda a: frozen(a.copy()),
    "every other one": lambda a: np.repeat(a, 2, axis=0)[::2],
    "columns first": np.asfortranarray,
    "backwards": lambda a: a[::-1].copy()[::-1],
    "32 bits": lambda a: a.astype({"i": np.int32, "f": np.float32, "b": bool}[a.dtype.kind]),
}


def signatures(package):
    """How many versions each compiled function of the package has, wherever it is."""
    modules = [import_module(m.name) for m in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    things = [thing for module in modules for thing in vars(module).values()]
    return {f"{f.__module__}.{f.__name__}": len(f.signatures) for f in things if isinstance(f, Dispatcher)}


def python(code, changes):
    """What a fresh interpreter prints; a None takes the variable away."""
    env = {name: value for name, value in {**os.environ, **changes}.items() if value is not None}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, env=env, cwd=Path(__file__).parent, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
