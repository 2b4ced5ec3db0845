"""course bundle: make one folder for a USB stick, from which the course installs with the network cut.

pip can fetch wheels for another system, but asks the markers of requirements (`sys_platform == "win32"`) of its own.
So the requirements are followed here, wheel by wheel, as the system aimed at would follow them, and pip only fetches.
"""

import argparse
import email
import platform
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from course_lib.author.stick import copy_course, makefile, write_guide
from course_lib.core import Refusal, require
from course_lib.doctor.packages import pins
from course_lib.lessons import NOTEBOOKS

ROOT = NOTEBOOKS.parent
LINUX = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014", "manylinux_2_12", "manylinux2010")
LINUX += ("manylinux_2_5", "manylinux1", "linux")
PLATFORMS = {
    "linux-x86_64": [f"{glibc}_x86_64" for glibc in LINUX],
    "linux-aarch64": [f"{glibc}_aarch64" for glibc in LINUX],
    "macos-arm64": list(tags.mac_platforms((14, 0), "arm64")),
    "win-amd64": ["win_amd64"],
}
MARKERS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "win": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


class Target(NamedTuple):
    """A system that the stick is for: its name in PLATFORMS, and its Python, such as 3.12."""

    system: str
    python: str

    def __str__(self) -> str:
        return f"{self.system}, Python {self.python}"

    def tags(self) -> frozenset[tags.Tag]:
        """The tags of the wheels that it can install."""
        version, abi = tuple(map(int, self.python.split("."))), f"cp{self.python.replace('.', '')}"
        binary = tags.cpython_tags(version, [abi], PLATFORMS[self.system])
        return frozenset({*binary, *tags.compatible_tags(version, abi, PLATFORMS[self.system])})

    def markers(self) -> dict[str, str]:
        """What the markers of a requirement are asked of."""
        name, machine = self.system.split("-")
        cpython = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
        version = {"python_version": self.python, "python_full_version": f"{self.python}.0"}
        return MARKERS[name] | cpython | version | {"platform_machine": machine.replace("amd64", "AMD64")}


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("bundle", help="make a folder for a USB stick that installs with no network")
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="for whom (may be repeated; else: here)")
    parser.add_argument("--python", action="append", metavar="3.12", help="for which Python (may be repeated)")
    parser.add_argument("--without-torch", action="store_true", help="leave PyTorch out: no lesson needs it to run")
    parser.add_argument("--to", type=Path, default=ROOT / "build/theoretical-minimum", help="the folder")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Fetch what is not there yet, copy the course, say the sizes; the exit status is 1 if a wheel is missing."""
    pythons = args.python or [f"{sys.version_info.major}.{sys.version_info.minor}"]
    for python in pythons:
        require(re.fullmatch(r"3\.1[1-4]", python) is not None, f"the course needs Python 3.11 to 3.14, not {python}")
    targets = [Target(system, python) for system in args.platform or [here()] for python in pythons]
    wheels = args.to / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    needs = [need for need in requirements() if need.name != "torch" or not args.without_torch]
    missing = [f"{target}: no wheel of {name}" for target in targets for name in gather(target, needs, wheels)]
    copy_course(ROOT, args.to)
    write_guide(args.to, [*map(str, targets)], [*map(str, needs)], missing)
    print("\n".join(missing) or "Nothing is missing.")
    return int(missing != [])


def here() -> str:
    """This machine's name in PLATFORMS."""
    system = {"linux": "linux", "darwin": "macos", "win32": "win"}.get(sys.platform, sys.platform)
    name = f"{system}-{platform.machine()}".lower()
    require(name in PLATFORMS, f"name the machines that the stick is for: --platform {' or '.join(PLATFORMS)}")
    return name


def requirements() -> list[Requirement]:
    """What the course needs, and what installs it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [Requirement(need) for need in (*project["project"]["dependencies"], *project["build-system"]["requires"])]


def gather(target: Target, needs: list[Requirement], wheels: Path) -> list[Requirement]:
    """Have all wheels in the folder that these requirements come down to; those that do not exist come back."""
    print(f"{target}:", flush=True)
    seen, missing, fits = set(), {}, target.tags()
    while needs:
        exact = [need for need in (pinned(need, target) for need in needs) if need.name not in missing]
        absent = {need.name: need for need in exact if not held(need, wheels, fits)}
        missing |= {need.name: need for need in fetch([*absent.values()], target, wheels)}
        parts = {(str(need), extra): need for need in exact for extra in ("", *need.extras)}
        new = {part: held(need, wheels, fits) for part, need in parts.items() if part not in seen}
        seen |= set(new)
        needs = [need for (_, extra), wheel in new.items() if wheel for need in needed(wheel, target, extra)]
    return [*missing.values()]


def pinned(need: Requirement, target: Target) -> Requirement:
    """In the version the course is tested with, where it has one; for Linux the PyTorch without a graphics card."""
    versions = {canonicalize_name(name): version for name, version in pins().items()}
    version = versions.get(canonicalize_name(need.name))
    local = "+cpu" if need.name == "torch" and target.system.startswith("linux") else ""
    exact = Requirement(f"{need.name}=={version}{local}" if version else f"{need.name}{need.specifier}")
    exact.extras = need.extras
    return exact


def held(need: Requirement, wheels: Path, fits: frozenset[tags.Tag]) -> Path | None:
    """The wheel in the folder that meets this requirement and can be installed there."""
    for path in wheels.glob("*.whl"):
        name, version, _, its_tags = parse_wheel_filename(path.name)
        if name == canonicalize_name(need.name) and version in need.specifier and its_tags & fits:
            return path
    return None


def needed(wheel: Path, target: Target, extra: str = "") -> Iterator[Requirement]:
    """What a wheel, or one of its extras, asks for there."""
    markers = target.markers() | {"extra": extra}
    if not zipfile.is_zipfile(wheel):
        wheel.unlink()
        raise Refusal(f"{wheel.name} had arrived in part only, and is removed: run the same command again")
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        needs = map(Requirement, email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", []))
        yield from (need for need in needs if need.marker is None or need.marker.evaluate(markers))


def fetch(needs: list[Requirement], target: Target, wheels: Path) -> list[Requirement]:
    """Have pip put these wheels into the folder; those that it finds nowhere come back."""
    torch = [need for need in needs if need.name == "torch"]
    index = ["--extra-index-url", makefile(ROOT, "CPU_WHEELS")] if target.system.startswith("linux") else []
    rest = [need for need in needs if need not in torch]
    return [*_fetch(rest, target, wheels, []), *_fetch(torch, target, wheels, index)]


def _fetch(needs: list[Requirement], target: Target, wheels: Path, index: list[str]) -> list[Requirement]:
    wanted, missing = {f"{need.name}{need.specifier}": need for need in needs}, []
    systems = [part for name in PLATFORMS[target.system] for part in ("--platform", name)]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--progress-bar=off"]
    command += ["--retries=1", "--dest", str(wheels), "--python-version", target.python, *systems, *index]
    while wanted:
        print(f"  fetching {', '.join(wanted)}", flush=True)
        done = subprocess.run([*command, *wanted], capture_output=True, text=True)
        if done.returncode == 0:
            break
        said = re.search(r"(?:No matching distribution found for|The user requested) (\S+)", done.stdout + done.stderr)
        known = said is not None and said[1] in wanted
        require(known, f"pip could not fetch wheels: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
        missing.append(wanted.pop(said[1]))
    return missing
