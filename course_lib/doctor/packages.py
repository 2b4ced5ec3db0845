"""Python and the packages: are they there, and are they the ones the course was tested with?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata

from course_lib.doctor.findings import COURSE, Line, install

WITHOUT_TORCH = "torch is not installed: every lesson runs without it, and what would train with it says so"
RULES = {">=": tuple.__ge__, "<": tuple.__lt__, "==": tuple.__eq__, "<=": tuple.__le__, ">": tuple.__gt__}


def check_python() -> Iterator[Line]:
    """New enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= (3, 11):  # noqa: UP036 (the doctor can be asked before anything is installed)
        yield Line("OK", f"Python {version} in {sys.prefix}")
    else:
        yield Line(
            "PROBLEM", f"Python {version} is too old", "install 3.11 or newer: https://www.python.org/downloads/"
        )


def check_packages() -> Iterator[Line]:
    """Is each package there, in the range the course needs? Which are not the version it was tested with?"""
    try:
        needs = [need for need in metadata.requires("theoretical-minimum") or [] if "extra ==" not in need]
    except metadata.PackageNotFoundError:
        yield Line("PROBLEM", f"the course is not installed in this Python ({sys.executable})", install())
        return
    if installed("torch") is None:
        needs = [need for need in needs if parts(need)[0] != "torch"]
        yield Line("OK", WITHOUT_TORCH)
    problems = [line for need in needs for line in wrong(need)]
    yield from problems
    if not problems:
        untested = ", ".join(differing(needs))
        note = f", some in versions it was not tested with: {untested}" if untested else " in the versions tested"
        yield Line("OK", f"all {len(needs)} packages the course builds on are there{note}")


def wrong(need: str) -> Iterator[Line]:
    """What is wrong with one package, if anything."""
    name, limits = parts(need)
    version = installed(name)
    if version is None:
        yield Line("PROBLEM", f"{name} is not installed", install())
    elif not within(version, limits):
        yield Line("PROBLEM", f"{name} is {version}, and the course needs {limits}", install())


def differing(needs: list[str]) -> Iterator[str]:
    """The packages whose version is not the pinned one, which is no fault: conda has versions of its own."""
    pinned = pins()
    for name, _ in map(parts, needs):
        version = installed(name)
        if name in pinned and version and numbers(version) != numbers(pinned[name]):
            yield f"{name} {version} (tested with {pinned[name]})"


def pins() -> dict[str, str]:
    """Name -> version in constraints.txt; empty where the course was installed without its folder."""
    path = COURSE / "constraints.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def installed(name: str) -> str | None:
    """The version of a package, None where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def parts(need: str) -> tuple[str, str]:
    """numpy<3,>=2 -> (numpy, <3,>=2)."""
    name = re.match(r"[\w.-]+", need).group()
    return name, need[len(name) :].split(";")[0].strip(" ()")


def numbers(version: str) -> tuple[int, ...]:
    """2.13.0+cpu -> (2, 13, 0, 0)."""
    release = [int(part) for part in re.match(r"\d+(?:\.\d+)*", version).group().split(".")]
    return tuple(release + [0] * (4 - len(release)))


def within(version: str, limits: str) -> bool:
    """Does the version keep limits such as >=2,<3?"""
    found = re.findall(r"(>=|<=|==|<|>)\s*([\d.]+)", limits)
    return all(RULES[sign](numbers(version), numbers(limit)) for sign, limit in found)
