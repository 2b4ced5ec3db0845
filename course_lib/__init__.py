"""The Theoretical Minimum: the science of AI for physicists, every claim measured by the reader.

Importing the course costs nothing you do not use, and makes two settings that must come first.
"""

import hashlib
import os
import sys
from pathlib import Path

# One numeric thread: small matrices run several times slower on two, and Binder has one core anyway.
# Numeric libraries read this once, when they are loaded: import course_lib before numpy and torch.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


NAME = "theoretical-minimum"


def _caches() -> Path:
    """Where this system keeps what can be made again."""
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()


def _compiled_cache(package: Path) -> Path:
    """The folder for the compiled code of exactly these sources, made if need be; OSError if it cannot be used.

    Numba notices a change in the file of a compiled function, but not in the files of the functions that it calls.
    """
    sources = []
    for source in sorted([*package.glob("kernels/**/*.py"), *package.glob("shared/**/*.py")]):
        seen = source.stat()
        sources.append(f"{source.relative_to(package)} {seen.st_mtime_ns} {seen.st_size}")
    root = _caches() / NAME
    folder = root / _digest(str(package)) / _digest("\n".join([str(package), *sources]))
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt" and (root.stat().st_uid != os.getuid() or root.stat().st_mode & 0o022):
        raise PermissionError(f"others can write to {root}, and to load compiled code is to run it")
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_others(folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"{folder} is read-only")
    return folder


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _remove_others(folder: Path) -> None:
    """Remove what was compiled from earlier versions of the same sources, as far as that is possible."""
    import shutil

    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _set_compiled_cache() -> None:
    """Choose the folder, unless the reader did. What a parent process chose may be out of date: choose again."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given and Path(given).parent.parent.name != NAME:
        return
    try:
        folder = _compiled_cache(Path(__file__).resolve().parent)
    except (OSError, KeyError, RuntimeError):  # no home, or one that cannot be written to: a private one, each time
        import tempfile

        folder = tempfile.mkdtemp(prefix=f"{NAME}-")
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:  # it has read its settings already
        sys.modules["numba"].config.reload_config()


_set_compiled_cache()
