"""The workshop: its pack, the stick that installs without a network, lessons without torch, a hub full of learners."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from test_browser import IDLE, RAN, RUN, SHOW, moved_by_keyboard

from course_lib import lessons
from course_lib.author import bundle, pack, stick
from course_lib.author.pack import handouts, notebooks, pages, schedules
from course_lib.author.pack.essence import essence
from course_lib.author.run import run_notebook
from course_lib.core import Refusal
from course_lib.learn import Exercise, Prediction, Question

ROOT = lessons.NOTEBOOKS.parent
SLUGS = lessons.slugs()


def read(slug: str) -> nbformat.NotebookNode:
    return nbformat.read(lessons.notebook(slug), as_version=4)


# --- schedules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_the_minutes_of_the_notes_add_up_to_those_of_the_lesson(slug):
    lesson = schedules.read_lesson(slug)
    headings = [line for cell in read(slug).cells for line in cell.source.splitlines() if line.startswith("##")]
    for slot in lesson.slots:
        assert len(lesson.slots) == 1 or sum(map(slot.begins, headings)) == 1, slot.name


def test_notes_whose_minutes_do_not_add_up_are_refused(monkeypatch):
    monkeypatch.setattr(schedules, "sections", lambda notebook: [schedules.Slot("Play", 10)])
    with pytest.raises(Refusal, match="add up to 10, and the lesson says 90"):
        schedules.read_lesson("resistors")


def test_notes_are_read_across_lines_and_brackets():
    notes = (
        "**Minutes** (of 90): Predict 5, Why\n7–8 10, Do 15 (2 pairs), Break it and claims 5. Play 3.5. **Stop** Do 9"
    )
    cell = new_markdown_cell(notes, metadata={"tags": ["instructor"]})
    found = schedules.sections(new_notebook(cells=[cell]))
    assert found == [("Predict", 5), ("Why 7–8", 10), ("Do", 15), ("Break it and claims", 5)]
    assert found[1].begins("### 7. Why") and found[3].begins("## Break it")


@pytest.mark.parametrize("name, minutes", schedules.HOW_LONG.items())
def test_a_day_is_filled_to_the_minute_and_has_lunch_where_it_is_long(name, minutes):
    chosen = [schedules.read_lesson(slug) for slug in SLUGS]
    entries = schedules.days(chosen, minutes)
    assert sum(length for _, length in entries) == minutes
    taught = [what for what, _ in entries if what in {lesson.question for lesson in chosen}]
    assert taught == [lesson.question for lesson in chosen[: len(taught)]] and taught
    assert ("Lunch" in dict(entries)) == (minutes > 300)


# --- notes, slides, handouts ------------------------------------------------------------------------------------------


def test_what_is_looked_at_stays_and_what_is_told_goes():
    told = "Told. So told (is it?). Is it so? The law is:"
    box = '<div class="alert">\n\nIn a box.\n\n</div>'
    text = f"## Why\n{told}\n\n$$ x = 1 $$\n\n{told}\n\n- one\n\n{told}\n\nThe end.\n\n{box}\n\n{told}"
    led = "Is it so? The law is:"
    kept = ["## Why", led, "$$ x = 1 $$", led, "- one", "Is it so?", box, "Is it so?"]
    assert essence(text) == "\n\n".join(kept)
    assert essence(text, leads=True).endswith(led)
    assert essence(told, "## Do") == told


@pytest.mark.parametrize("slug", SLUGS)
def test_slides_hold_each_heading_figure_and_formula_and_fold_the_code(slug):
    notebook = read(slug)
    made = notebooks.slides(notebook)
    nbformat.validate(made)
    lesson_cells = [cell for cell in notebook.cells if not notebooks.is_note(cell)]
    text, slides = (
        "\n\n".join(c.source for c in cells if c.cell_type == "markdown") for cells in (lesson_cells, made.cells)
    )
    for pattern in (r"^#+ .*$", r"(?s)^\$\$.*?\$\$"):
        assert re.findall(pattern, slides, flags=re.MULTILINE) == re.findall(pattern, text, flags=re.MULTILINE)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code] == [cell.source for cell in lesson_cells if cell.cell_type == "code"]
    assert all(cell.metadata["jupyter"]["source_hidden"] != ("def " in cell.source) for cell in code)
    assert len(slides) < 0.8 * len(text)
    assert all(len(re.findall("^#", cell.source, flags=re.MULTILINE)) <= 1 for cell in made.cells if cell not in code)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_notes_come_first_unfolded_and_nothing_is_lost(slug):
    notebook, slots = read(slug), schedules.read_lesson(slug).slots
    made = notebooks.for_instructors(notebook, slots)
    nbformat.validate(made)
    assert notebooks.is_note(made.cells[0]) and not notebooks.is_note(made.cells[-1])
    assert not any("jp-MarkdownHeadingCollapsed" in cell.metadata for cell in made.cells)
    assert sorted(cell.id for cell in made.cells) == sorted(cell.id for cell in notebook.cells)
    text = "\n".join(cell.source for cell in made.cells)
    assert all(f"*{slot.name}: {slot.minutes} minutes, from " in text for slot in slots if len(slots) > 1)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_handout_asks_all_and_answers_nothing(slug):
    lesson, notebook = lessons.load(slug), read(slug)
    text = handouts.handout(notebook, lesson)
    named = {
        name
        for cell in notebook.cells
        if cell.cell_type == "code"
        for name in re.findall(r"lesson\.(\w+)", cell.source)
    }
    for thing in (getattr(lesson, name) for name in named):
        if isinstance(thing, Prediction | Question):
            assert (thing.question if isinstance(thing, Prediction) else thing.ask) in text
        if isinstance(thing, Question):
            assert thing.why not in text
        if isinstance(thing, Exercise):
            assert f"def {thing.answer.__name__}(" in text or f"check({thing.answer.__name__})" not in text
            assert not any(hint in text for hint in thing.hints)
    assert "For instructors" not in text and "check(" not in text.split("## Do")[1].split("```")[1]
    page = pages.page(lesson.title, text)
    assert (
        "<math" in page and "$$" not in page and "<script" not in page and "http" not in re.sub(r"xmlns=\S+", "", page)
    )


def test_the_pack_is_one_command(tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "print_pdf", lambda path: None)
    from course_lib.author.command import main

    assert main(["pack", "resistors", "--start", "14:00", "--to", str(tmp_path)]) == 0
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "14:00" in page and "15:30" in page
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == 3 and all((tmp_path / link).is_file() for link in links)
    assert "course doctor" in (tmp_path / "letter.md").read_text(encoding="utf-8")
    assert main(["pack", "--start", "9", "--to", str(tmp_path)]) == 2


@pytest.mark.browser
def test_the_slides_step_by_arrow_keys_and_their_playgrounds_live(lab, browser, tmp_path):  # noqa: F811
    nbformat.write(notebooks.slides(read("resistors")), lab.folder / "slides.ipynb")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    console = []
    page.on("console", lambda said: console.append(said.text) if said.type == "error" else None)
    page.goto(f"{lab.url}/lab/tree/slides.ipynb?token={lab.token}&reset")
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(RAN, timeout=RUN)
    for command in ("application:toggle-presentation-mode", "application:toggle-mode"):
        page.evaluate("(command) => jupyterapp.commands.execute(command)", command)
    page.evaluate(SHOW, 0)
    page.locator(".jp-Cell").first.click()
    page.keyboard.press("Escape")
    shown = "jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.source.split('\\n')[0]"
    for heading in ("## Predict", "## Play"):
        page.keyboard.press("ArrowRight")
        assert page.evaluate(shown) == heading
    cell = page.locator(".jp-CodeCell").filter(has_text="lesson.two_states.show()")
    screen = cell.locator(".course-plot > [data-version]").first
    screen.wait_for(timeout=40_000)
    assert cell.locator(".jp-Placeholder-content").count() and not cell.locator(".cm-editor:visible").count()
    assert moved_by_keyboard(page, cell.locator(".course-controls input[type=range]").first, screen, runs=False)
    assert console == []
    page.close()


@pytest.mark.browser
def test_a_handout_prints_to_pages(browser, tmp_path):  # noqa: F811
    path = tmp_path / "handout.html"
    path.write_text(
        pages.page("A lesson", handouts.handout(read("resistors"), lessons.load("resistors"))), encoding="utf-8"
    )
    handouts.print_pdf(path)
    printed = path.with_suffix(".pdf").read_bytes()
    assert printed.startswith(b"%PDF") and 3 <= printed.count(b"/Type /Page\n") <= 12


# --- the stick --------------------------------------------------------------------------------------------------------

LINUX, WINDOWS = bundle.Target("linux-x86_64", "3.12"), bundle.Target("win-amd64", "3.12")


def wheel(folder: Path, name: str, *needs: str, tag: str = "py3-none-any", version: str = "1.0") -> None:
    """A wheel that holds its metadata only."""
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w") as archive:
        lines = [
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
            *(f"Requires-Dist: {need}" for need in needs),
        ]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")


@pytest.fixture
def asked(tmp_path, monkeypatch) -> list[str]:
    """Wheels of a little world in tmp_path; what pip would be asked for beyond them is only written down."""
    wheel(tmp_path, "top", 'winonly; sys_platform == "win32"', "middle[more]>=1", 'never; extra == "more"')
    wheel(tmp_path, "middle", 'posix; os_name == "posix"', 'extra_one; extra == "more"', 'unused; extra == "other"')
    wheel(tmp_path, "winonly", tag="cp312-cp312-win_amd64")
    wheel(tmp_path, "posix", tag="cp312-abi3-manylinux_2_17_x86_64")
    wheel(tmp_path, "extra_one", 'old; python_version < "3.12"')
    asked = []
    monkeypatch.setattr(bundle, "fetch", lambda needs, target, wheels: asked.extend(map(str, needs)) or list(needs))
    return asked


def test_what_is_on_the_stick_is_not_fetched_again(tmp_path, asked):
    for target in (LINUX, WINDOWS):
        assert bundle.gather(target, [Requirement("top")], tmp_path) == []
    assert asked == []


def test_each_system_is_asked_for_its_own_wheels(tmp_path, asked):
    (tmp_path / "winonly-1.0-cp312-cp312-win_amd64.whl").unlink()
    wheel(tmp_path, "winonly", tag="cp312-cp312-manylinux_2_17_x86_64")
    assert bundle.gather(LINUX, [Requirement("top")], tmp_path) == [] == asked
    assert [need.name for need in bundle.gather(WINDOWS, [Requirement("top")], tmp_path)] == ["winonly"]
    asked.clear()
    older = bundle.Target("linux-x86_64", "3.11")
    assert {need.name for need in bundle.gather(older, [Requirement("top")], tmp_path)} == {"posix", "old"}


def test_a_wheel_of_another_version_does_not_count(tmp_path, asked):
    wheel(tmp_path, "numpy", tag="cp312-cp312-win_amd64", version="2.0.0")
    bundle.gather(WINDOWS, [Requirement("numpy>=2,<3")], tmp_path)
    assert asked == [f"numpy=={bundle.pins()['numpy']}"]


def test_a_wheel_that_arrived_in_part_is_removed(tmp_path, asked):
    path = tmp_path / "middle-1.0-py3-none-any.whl"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(Refusal, match="in part only"):
        bundle.gather(LINUX, [Requirement("top")], tmp_path)
    assert not path.exists()


def test_linux_gets_the_torch_without_a_graphics_card():
    assert str(bundle.pinned(Requirement("torch>=2"), LINUX)).endswith("+cpu")
    assert not str(bundle.pinned(Requirement("torch>=2"), WINDOWS)).endswith("+cpu")


def test_what_the_requirements_come_down_to_here_is_what_pip_installed_here(tmp_path, asked, monkeypatch):
    """The oracle: what pip has resolved in this environment, pinned or not, written as wheels without files."""
    monkeypatch.setattr(bundle, "pins", dict)
    there = {canonicalize_name(one.name): one for one in metadata.distributions()}
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    for name, one in there.items():
        wheel(tmp_path, name.replace("-", "_"), *(one.requires or ()), version=one.version)
    needs = [need for need in bundle.requirements() if need.name != "setuptools"]
    missing = bundle.gather(bundle.Target("linux-x86_64", python), needs, tmp_path)
    assert [str(need) for need in missing if need.name != "setuptools"] == []
    next(tmp_path.glob("webencodings-*")).unlink()  # asked for by what is asked for by a server of JupyterLab
    assert [need.name for need in bundle.gather(bundle.Target("linux-x86_64", python), needs, tmp_path)] == [
        "webencodings"
    ]


def test_no_pin_shuts_out_an_early_release_of_this_python():
    """Debian 12 has Python 3.11.2; a package that asks for 3.11.5 would stop `make lab` there."""
    first = f"{sys.version_info.major}.{sys.version_info.minor}.0"
    there = {(one.name, one.version): one.metadata["Requires-Python"] or "" for one in metadata.distributions()}
    late = [pin for pin in bundle.pins().items() if first not in SpecifierSet(there.get(pin, ""))]
    assert not late


def test_a_stick_holds_the_course_as_it_is_now_and_says_how_to_install_it(tmp_path, capsys):
    root, to = tmp_path / "root", tmp_path / "stick"
    for name in ("kept.txt", "new.txt", "build/site/index.html", ".venv/python", "gone.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / ".gitignore").write_text("build/\n.venv/\n")
    with pytest.raises(Refusal, match="git"):
        stick.copy_course(root, to)
    for command in ("init -q", "add kept.txt gone.txt"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    (root / "kept.txt").write_text("edited")
    (root / "gone.txt").unlink()
    stick.copy_course(root, to)
    found = {str(path.relative_to(to)) for path in to.rglob("*") if path.is_file()}
    assert found == {".gitignore", "kept.txt", "new.txt", "site/index.html"}
    assert (to / "kept.txt").read_text() == "edited"
    (to / "wheels").mkdir()
    stick.write_guide(to, ["win-amd64, Python 3.12"], ["numpy<3"], ["win-amd64: no wheel of gone"])
    guide = (to / "START-HERE.md").read_text(encoding="utf-8")
    assert "on: win-amd64, Python 3.12." in guide and "no wheel of gone" in guide and "site/index.html" in guide
    assert "MB (wheels" in capsys.readouterr().out


PYTHON = """#!/bin/sh
echo "$PIP_NO_INDEX|$PIP_FIND_LINKS|$*" >> asked.txt
case "$*" in
    "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python;;
    *tomllib*) echo "numpy scipy";;
esac
"""


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    "wheels, flag, torch, index",
    [
        ((), "", True, ""),
        (("numpy", "torch"), "", True, "1|wheels"),
        (("numpy",), "", False, "1|wheels"),
        ((), "TORCH=none", False, ""),
    ],
)
def test_make_takes_the_stick_s_wheels_and_leaves_torch_out_where_asked(tmp_path, wheels, flag, torch, index):
    """A python that only writes down what it is asked stands in for the real one."""
    folder = tmp_path / "a stick"
    (folder / "wheels").mkdir(parents=True)
    for name in wheels:
        wheel(folder / "wheels", name)
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    made = subprocess.run(
        ["make", "lab", f"PYTHON={python}", *flag.split()], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout + made.stderr
    said = (folder / "asked.txt").read_text().splitlines()
    installs = [line for line in said if "-m pip install" in line]
    assert installs and all(line.startswith(index or "||") for line in installs)
    assert any("torch==" in line for line in installs) == torch
    assert any("numpy scipy" in line for line in installs) != torch
    again = subprocess.run(
        ["make", "lab", f"PYTHON={python}"], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert "Installing" not in again.stdout, "what was chosen once is kept"


# --- without torch ----------------------------------------------------------------------------------------------------

NO_TORCH = """
import sys


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")


sys.meta_path.insert(0, Refuse())
"""


def without_torch(folder: Path) -> dict[str, str]:
    """An environment in which every Python says that torch is not installed."""
    (folder / "sitecustomize.py").write_text(NO_TORCH)
    return os.environ | {"PYTHONPATH": str(folder)}


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(lessons.NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_without_torch(path, tmp_path):
    run = run_notebook(path, without_torch(tmp_path))
    assert run.ok, run.output


@pytest.mark.slow
def test_a_notebook_that_needs_torch_is_found_out(tmp_path):
    """The control."""
    path = tmp_path / "needs.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("import torch")]), path)
    assert not run_notebook(path, without_torch(tmp_path)).ok


def test_what_trains_with_torch_says_so_where_it_is_missing(tmp_path):
    code = """
from course_lib.lessons import emergence
from course_lib.play.board import Scoreboard
trained = [claim for claim in emergence.claims if claim.slow and "Trained anew" in claim.says]
board = Scoreboard(trained, ())
board._measure_all([0])
print(len(trained), board.rows[0]["state"], board.rows[0]["verdict"])
"""
    done = subprocess.run([sys.executable, "-c", code], env=without_torch(tmp_path), capture_output=True, text=True)
    assert re.match(r"[1-9]\d* open not measured: .* takes PyTorch", done.stdout), done.stdout + done.stderr


# --- a hub full of learners -------------------------------------------------------------------------------------------


def test_without_a_hub_the_load_test_says_what_to_install(monkeypatch, capsys):
    from course_lib.author import load
    from course_lib.author.command import main

    monkeypatch.setattr(load.importlib.util, "find_spec", lambda name: None)
    assert main(["load"]) == 2
    assert "pip install 'jupyterhub" in capsys.readouterr().err
