"""Cores and memory: what a container or a hub allows, where that is less than the machine has."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

from course_lib.doctor.findings import Line

GB = 1e9
GROUPS = Path("/sys/fs/cgroup")
MEMORY_FILES = ("memory.max", "memory.limit_in_bytes")  # of the second and of the first version of control groups
CORE_FILES = (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us"))


def check_machine() -> Iterator[Line]:
    """Enough for a notebook?"""
    count = cores()
    yield Line("OK", f"{count:g} {'core' if count == 1 else 'cores'}")
    total, free = memory()
    if total < GB:
        yield Line("PROBLEM", f"{total / GB:.1f} GB of memory; a notebook may take 1 GB", "use a larger machine")
    elif free < GB:
        cure = "close other programs, and other notebooks (in JupyterLab: Kernel > Shut Down All Kernels)"
        yield Line("PROBLEM", f"{free / GB:.1f} GB of memory is free; a notebook may take 1 GB", cure)
    else:
        yield Line("OK", f"{total / GB:.1f} GB of memory, {free / GB:.1f} GB of it free")


def cores() -> float:
    """The cores this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [float(os.environ.get("CPU_LIMIT") or count)]  # a hub says so
    for folder in groups():
        for names in CORE_FILES:
            words = [word for name in names for word in content(folder / name)]
            if len(words) == 2 and words[0] not in ("max", "-1"):
                limits.append(int(words[0]) / int(words[1]))
    return min(count, *limits)


def memory() -> tuple[float, float]:
    """Bytes this process may use, and those of them that are free."""
    try:
        seen = importlib.import_module("psutil").virtual_memory()
        total, free = seen.total, seen.available
    except ModuleNotFoundError:
        total = free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [int(os.environ.get("MEM_LIMIT") or total)]
    for folder in groups():
        limits += [int(word) for name in MEMORY_FILES for word in content(folder / name) if word != "max"]
    total = min(total, *limits)
    return total, min(free, total)


def groups() -> list[Path]:
    """The control groups this process is in: each, and those around it, may set a limit (Linux only)."""
    found = set()
    for line in Path("/proc/self/cgroup").read_text().splitlines() if GROUPS.is_dir() else ():
        _, kinds, path = line.split(":", 2)
        mount, inner = GROUPS / kinds, Path(path.lstrip("/"))
        found |= {mount / inner, *(mount / outer for outer in inner.parents), mount}
    return sorted(found)


def content(path: Path) -> list[str]:
    """The words of a small file; none where there is none."""
    try:
        return path.read_text().split()
    except OSError:
        return []
