"""The set-up: the same packages by pip, by conda and on Binder, and a structure that holds."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA_NAMES = {"torch": "pytorch-cpu"}


def requirements(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with these extras."""
    lists = [PROJECT["project"]["optional-dependencies"][extra] for extra in extras]
    return [Requirement(line) for line in sum(lists, PROJECT["project"]["dependencies"])]


def pins() -> dict[str, Version]:
    """Name -> version in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def conda() -> dict[str, str]:
    """Name -> limits in environment.yml."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    lines = [part for line in lines for part in (line["pip"] if isinstance(line, dict) else [line])]
    return dict(re.fullmatch(r"([\w-]+)(.*)", line).groups() for line in lines)


# --- one set of packages ----------------------------------------------------------------------------------------------


def test_both_environment_files_are_the_same():
    assert (ROOT / "environment.yml").read_bytes() == (ROOT / "binder/environment.yml").read_bytes()


def test_conda_asks_for_what_pip_asks_for():
    wanted = {CONDA_NAMES.get(need.name, need.name): need.specifier for need in requirements()}
    found = conda()
    python = Version(found.pop("python").lstrip("="))
    assert python in Requirement(f"python{PROJECT['project']['requires-python']}").specifier
    del found["pip"]
    assert {name: Requirement(f"x{limits}").specifier for name, limits in found.items()} == wanted


def test_every_package_asked_for_is_pinned_within_its_range():
    pinned = pins()
    for need in requirements("dev", "bench"):
        assert pinned[canonicalize_name(need.name)] in need.specifier, need.name


def test_a_pin_names_a_public_version_that_any_system_can_install():
    assert all(version.local is None and not version.is_devrelease for version in pins().values())


@pytest.mark.skipif(Path(sys.prefix, "conda-meta").is_dir(), reason="conda has versions of its own")
def test_what_is_installed_is_what_is_pinned():
    installed = {canonicalize_name(d.name): Version(d.version) for d in metadata.distributions()}
    pinned = pins()
    different = [n for n, v in installed.items() if n in pinned and Version(v.public) != pinned[n]]
    assert not different, f"make setup, to have the tested versions of {different}"


def test_binder_and_the_pins_agree_on_every_package():
    """torch up to its minor version: conda builds it later than PyPI has it."""
    pinned, found = pins(), conda()
    for name in found.keys() - {"python", "pip"}:
        version = pinned[{conda_name: pip_name for pip_name, conda_name in CONDA_NAMES.items()}.get(name, name)]
        version = Version(f"{version.major}.{version.minor}") if name in CONDA_NAMES.values() else version
        assert version in Requirement(f"x{found[name]}").specifier, name


def test_a_commit_changes_nothing_in_binder_s_environment():
    """A line such as `-e .` or `-r file` would have every commit copied, and the packages installed anew."""
    needs = yaml.safe_load((ROOT / "binder/environment.yml").read_text(encoding="utf-8"))["dependencies"]
    lines = [part for need in needs for part in (need["pip"] if isinstance(need, dict) else [need])]
    assert [line for line in lines if not re.fullmatch(r"\w[\w-]*([<>=!~]=?[\d.]+,?)*", line)] == []
    assert not re.fullmatch(r"\w[\w-]*([<>=!~]=?[\d.]+,?)*", "-e ."), "control"


def test_what_binder_runs_can_be_run_and_hands_on():
    for name in ("binder/postBuild", "binder/start", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), name
    assert (ROOT / "binder/start").read_text().rstrip().endswith('exec "$@"')


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_says_in_words_that_python_is_too_old(tmp_path):
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    made = subprocess.run(["make", "setup", "PYTHON=false"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode and "needs Python 3.11" in made.stdout and "false" in made.stdout


# --- one structure ----------------------------------------------------------------------------------------------------

MODULES = "core notation doctor progress draw learn play author.new shared.lattice kernels.one kernels.two lessons.one"
GOOD = {
    "shared.lattice": "import numpy, scipy, numba\nfrom course_lib.core import require",
    "kernels.one": "import numpy, numba\nfrom course_lib import core\nfrom course_lib.shared import lattice",
    "kernels.two": "import torch, jaxtyping, sklearn",
    "draw": "import numpy, plotly\nfrom course_lib import core",
    "learn": "import numpy, ast\nfrom course_lib import core, progress",
    "play": "import anywidget, ipywidgets, traitlets\nfrom course_lib import core, draw, learn, progress",
    "lessons.one": "import tqdm\nfrom course_lib import draw, learn, play\nfrom course_lib.kernels import one",
    "lessons.two": "from course_lib.kernels import one, two",
    "author.new": "import plotly\nfrom course_lib import lessons\nfrom course_lib.kernels import one",
}
BAD = [
    ("core", "import numpy"),
    ("notation", "from course_lib import core"),
    ("doctor", "import jupyter_server"),
    ("progress", "from course_lib import core"),
    ("shared.lattice", "from course_lib.kernels import one"),
    ("kernels.one", "from course_lib.kernels import two"),
    ("kernels.one", "from plotly import graph_objects"),
    ("kernels.two", "import urllib.request"),
    ("kernels.two", "from course_lib import learn"),
    ("kernels.two", "from course_lib import progress"),
    ("shared.lattice", "import ipywidgets"),
    ("draw", "from course_lib.kernels import one"),
    ("draw", "from course_lib import learn"),
    ("learn", "import plotly"),
    ("learn", "from course_lib import play"),
    ("play", "from course_lib.shared import lattice"),
    ("lessons.one", "from course_lib.lessons import two"),
    ("lessons.two", "def late():\n    import ipywidgets"),
    ("lessons.two", "from course_lib.author import new"),
    ("play", "from course_lib.author import new"),
]


def imports_hold(folder: Path, plus: tuple[str, str] = ("core", "")) -> bool:
    """Is a course whose modules import this much, plus one line, within the rules of pyproject.toml?"""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in {*MODULES.split(), *GOOD}:
        path = folder / "course_lib" / (name.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(GOOD.get(name, "") + (f"\n{plus[1]}\n" if name == plus[0] else "\n"))
    (folder / "course_lib/__init__.py").touch()
    command = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", command], cwd=folder, capture_output=True, text=True)
    assert " kept, " in done.stdout, done.stdout + done.stderr
    return done.returncode == 0


def test_what_the_architecture_allows_may_be_imported(tmp_path):
    assert imports_hold(tmp_path)


@pytest.mark.parametrize("module, line", BAD, ids=lambda text: text.split("\n")[-1].strip())
def test_what_the_architecture_forbids_is_caught(tmp_path, module, line):
    assert not imports_hold(tmp_path, (module, line))


def test_a_topic_uses_one_engine_and_imports_its_field_s_solver_late():
    for topic in (ROOT / "course_lib/kernels").iterdir():
        files = [topic] if topic.suffix == ".py" else topic.glob("*.py")
        trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
        anywhere = {name for tree in trees for node in ast.walk(tree) for name in named(node)}
        at_once = {name for tree in trees for node in tree.body for name in named(node)}
        assert not {"numba", "torch"} <= anywhere, f"{topic.name}: numba or torch, not both"
        assert not {"sklearn", "pymatching", "networkx"} & at_once, f"{topic.name}: inside the function that needs it"


def named(node: ast.AST) -> list[str]:
    """The packages that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    return [node.module.split(".")[0]] if isinstance(node, ast.ImportFrom) and node.module else []


@pytest.mark.parametrize("path", sorted((ROOT / "course_lib").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_can_be_read_in_one_sitting(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 200, "make it a package"
