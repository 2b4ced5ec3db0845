"""What an author meets: the sentences of `course check`, clean diffs in git, notebooks as text."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_browser import IDLE, RAN, RUN

from course_lib import kernels, lessons
from course_lib.author import check, command, new, run, strip
from course_lib.author.lab import DIFFS, clean_diffs

ROOT = Path(__file__).parents[1]
NOTEBOOK, LESSON, KERNEL = (
    "notebooks/01_walkers.ipynb",
    "course_lib/lessons/walkers.py",
    "course_lib/kernels/walkers.py",
)


# --- what `course check` says ----------------------------------------------------------------------------------------


@pytest.fixture
def walkers(monkeypatch, tmp_path):
    """The folder of a lesson that `course new` has just written, and that the course takes for one of its own."""
    for folder in ("course_lib/kernels", "course_lib/lessons", "notebooks", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    new.main("walkers", tmp_path)
    monkeypatch.setattr(lessons, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(lessons, "WRITTEN", (str(tmp_path),))
    for package, folder in ((kernels, "kernels"), (lessons, "lessons")):
        monkeypatch.setattr(package, "__path__", [str(tmp_path / "course_lib" / folder)])
    yield tmp_path
    for package in (kernels, lessons):
        sys.modules.pop(f"{package.__name__}.walkers", None)
        vars(package).pop("walkers", None)


FAULTS = {
    "a cell too long": (
        NOTEBOOK,
        '"lesson.how_far.show()"',
        ", ".join(['"x = 1\\n"'] * 13),
        "01_walkers.ipynb: cell 8 has 13 lines; 12 at most: move some into the lesson module.",
    ),
    "outputs left in": (
        NOTEBOOK,
        '"execution_count": null,\n   "id": "05-',
        '"execution_count": 7,\n   "id": "05-',
        "01_walkers.ipynb: outputs are stored (cell 6): run `course strip`.",
    ),
    "a number that no claim measures": (
        NOTEBOOK,
        "And what it meant.",
        "They get 17.31 steps far.",
        "01_walkers.ipynb: cell 7: no claim and no fact states the number 17.31: add one, or leave the number out.",
    ),
    "a symbol not in the table": (
        KERNEL,
        "          x     where",
        "          zeta  where",
        "course_lib.kernels.walkers: the symbol zeta (where a walker is after t steps, in steps) is not in the "
        "notation table: add a row to the lesson.",
    ),
    "a figure with no alt text": (
        LESSON,
        '    return draw.figure(\n        draw.points(t, squares, "measured"),',
        "    return Figure(draw.points(t, squares))\n    draw.figure(",
        "walkers.how_far: longest = 20 (and at 10 more) draws a figure with no alt text: pass alt=... to the drawing.",
    ),
    "a slip that is not told apart": (
        LESSON,
        "lambda x: np.sqrt(np.mean(x**2.0))",
        "lambda x: np.mean(x**2.0)",
        "walkers.find_mean_square: the slip 'That is the root of the mean square, a distance.' is told as 'Correct "
        "in all 4 random cases.': make the cases tell them apart.",
    ),
    "a playground that fails at an end": (
        LESSON,
        "np.unique(x, return_counts=True)",
        "[np.unique(x, return_counts=True)][t // 400]",
        "walkers.where_they_are: t = 400 stops with IndexError: list index out of range (walkers.py, line 24): mend "
        "the view.",
    ),
}


def complaints(slug):
    """What `course check` says; the notebook is not run."""
    return [said for looks in check.CHECKS if looks is not run.cost for said in looks(slug, lessons.load(slug))]


def test_a_new_lesson_has_nothing_to_complain_about(walkers):
    assert complaints("walkers") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_check_says_where_a_fault_is_and_what_to_do(walkers, fault):
    place, good, bad, sentence = FAULTS[fault]
    text = (walkers / place).read_text(encoding="utf-8")
    assert text.count(good) == 1
    (walkers / place).write_text(text.replace(good, bad), encoding="utf-8")
    assert complaints("walkers") == [sentence]


def test_the_example_of_contributing_can_be_followed_to_the_letter(walkers):
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert page.count("\n") < 150
    function, test, claim, measured = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    edits = {
        KERNEL: [
            ('in steps\n"""', 'in steps\n          v     drift, in steps a step\n"""'),
            ("\ndef mean", f"{function}\n\ndef mean"),
        ],
        LESSON: [
            ("notation = (", f"{re.search('Row.*?[)]', page)[0]}".join(["notation = (", ", "])),
            ("claims = (\n", f"{measured}\n\nclaims = (\n{claim}"),
        ],
        "tests/test_walkers.py": [("\ndef test_the_mean", f"{test}\n\ndef test_the_mean")],
        NOTEBOOK: [("And what it meant.", "A drift of 0.25 carries them far.")],
    }
    for place, changes in edits.items():
        text = (walkers / place).read_text(encoding="utf-8")
        for old, new_ in changes:
            assert text.count(old) == 1
            text = text.replace(old, new_)
        (walkers / place).write_text(text, encoding="utf-8")
    assert complaints("walkers") == []
    assert len(lessons.load("walkers").claims) == 2
    tests = {}
    exec((walkers / "tests/test_walkers.py").read_text(encoding="utf-8"), tests)
    tests["test_drifting_walkers_have_the_mean_of_all_their_paths"]()


def written(path, *sources):
    """A notebook of a line of prose and these code cells."""
    cells = [new_markdown_cell("Words."), *map(new_code_cell, sources)]
    nbformat.write(new_notebook(cells=cells, metadata=strip.METADATA), path)
    return path


def test_check_says_which_cell_of_a_notebook_stops_or_takes_long_and_that_it_holds_too_much(tmp_path, monkeypatch):
    path = written(
        tmp_path / "01_walkers.ipynb",
        "1",
        # Held while it counts: what runs notebooks looks ten times a second.
        "held = b'x' * 200_000_000\nend = (clock := __import__('time').process_time)() + 3\nwhile clock() < end: pass",
        "1 / 0",
    )
    ran = run.run_notebook(path)
    assert list(run.over(ran)) == [f"cell 4 stops with an error: `course run {path}` shows it."]
    monkeypatch.setattr(run, "SECONDS", 2)
    monkeypatch.setattr(run, "MEGABYTES", 200)
    _, slow, large = run.over(ran)
    assert slow.endswith("2 at most, cell 3 the longest: let it do less, or store what is slow in course_lib/data.")
    assert "MB of memory, 200 at most" in large
    assert list(run.over(ran._replace(ok=True, core=0.5, megabytes=100))) == []


# --- clean diffs ------------------------------------------------------------------------------------------------------


def git(folder, *words):
    """What git says there."""
    who = ("-c", "user.name=an author", "-c", "user.email=author@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", str(folder), *who, *words], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A repository of one notebook in which `course lab` has been, and the notebook."""
    if not shutil.which("git"):
        pytest.skip("no git here")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (folder := tmp_path / "a course").mkdir()
    shutil.copy(ROOT / ".gitattributes", folder)
    path = written(folder / "walk.ipynb", "1 + 1", "x = 1\nx")
    strip.main(SimpleNamespace(files=[path]))
    git(folder, "init", "-q")
    clean_diffs(folder)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "A walk.")
    return folder, path


def run_and_saved(path, old="", new=""):
    """As JupyterLab leaves a notebook that was run: outputs, counts, times, versions; and one edit."""
    notebook = nbformat.read(path, as_version=4)
    for i, cell in enumerate(notebook.cells[1:], 1):
        cell |= {"outputs": [new_output("stream", text="2\n")], "execution_count": i}
        cell.metadata["execution"] = {"iopub.execute_input": "2026-01-02T03:04:05Z"}
        cell.source = cell.source.replace(old, new) if old else cell.source
    notebook.metadata["language_info"] = {"name": "python", "version": "3.99"}
    notebook.metadata["widgets"] = {"state": {}}
    nbformat.write(notebook, path)


def changes(folder, *how):
    """The lines of a diff that were taken out and put in."""
    lines = git(folder, "diff", *how).splitlines()
    return [line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]


def test_a_notebook_that_was_run_and_saved_is_unchanged_for_git(clone):
    folder, path = clone
    run_and_saved(path)
    assert '"3.99"' in path.read_text(), "control: the file itself did change"
    assert git(folder, "diff") == ""
    git(folder, "add", "--update")  # until then, `git status` goes by the size of the file
    assert git(folder, "status", "--porcelain") == ""
    git(folder, "config", "--unset", "filter.course.clean")
    path.touch()
    assert changes(folder, "--no-textconv"), "control: without the filter git sees outputs"


def test_an_edit_is_the_whole_diff_as_text_and_as_stored(clone):
    folder, path = clone
    run_and_saved(path, "x = 1", "x = 2")
    assert changes(folder) == ["-x = 1", "+x = 2"]
    assert changes(folder, "--no-textconv") == ['-    "x = 1\\n",', '+    "x = 2\\n",']
    git(folder, "commit", "-q", "-a", "-m", "Two.")
    stored = git(folder, "show", "--no-textconv", "HEAD:walk.ipynb")
    assert stored == strip.stripped(path.read_text(encoding="utf-8")) and "outputs" in stored


def test_a_clone_whose_environment_has_gone_works_as_if_nothing_had_been_set_up(clone):
    folder, path = clone
    for name, line in DIFFS.items():
        git(folder, "config", name, line.replace(Path(sys.executable).as_posix(), "/gone/python"))
    path.touch()
    assert git(folder, "status", "--porcelain") == "", "nothing is said, and nothing has changed"
    run_and_saved(path, "x = 1", "x = 2")
    assert '+    "x = 2\\n",' in changes(folder)


EDIT = """([old, words]) => {
  const cells = [...jupyterapp.shell.currentWidget.content.model.cells].map((cell) => cell.sharedModel);
  const cell = cells.find((cell) => cell.source.includes(old));
  cell.setSource(cell.source.replace(old, words));
}"""


@pytest.mark.browser
def test_saving_in_a_real_jupyterlab_leaves_no_diff_and_an_edit_leaves_itself(browser, lab, monkeypatch):  # noqa: F811
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (folder := lab.folder / "a clone").mkdir()
    shutil.copy(ROOT / ".gitattributes", folder)
    path = Path(shutil.copy(ROOT / "notebooks/01_resistors.ipynb", folder))
    git(folder, "init", "-q")
    clean_diffs(folder)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "As it was.")
    page = browser.new_page()
    page.goto(f"{lab.url}/lab/tree/{folder.name}/{path.name}?token={lab.token}&reset")
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(RAN, timeout=RUN)
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    assert '"execution_count": 1' in path.read_text(encoding="utf-8"), "control: it was run and saved"
    assert git(folder, "diff") == git(folder, "diff", "--no-textconv") == ""
    page.evaluate(EDIT, ["import numpy as np", "import numpy"])
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    assert changes(folder) == ["-import numpy as np", "+import numpy"]
    assert changes(folder, "--no-textconv") == ['-    "import numpy as np"', '+    "import numpy"']
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()


def test_a_folder_that_is_no_clone_is_left_alone_and_says_nothing(tmp_path, capfd):
    clean_diffs(tmp_path)
    assert list(tmp_path.iterdir()) == [] and capfd.readouterr() == ("", "")


def test_what_is_no_notebook_goes_to_git_as_it_came():
    for given in (b"", b"not JSON", b"\xff", b'{"nbformat": 3}', b"[1]"):
        assert strip.through(given) == given


def test_a_stripped_notebook_is_laid_out_as_jupyter_writes_it(tmp_path):
    path = written(tmp_path / "walk.ipynb", "x = 'é'\nx", "")
    clean = strip.stripped(path.read_text(encoding="utf-8"))
    nbformat.write(nbformat.reads(clean, as_version=4), path)
    assert path.read_text(encoding="utf-8").rstrip("\n") == clean.rstrip("\n")


# --- as text ----------------------------------------------------------------------------------------------------------


def test_a_notebook_is_shown_as_text_with_its_tags_and_without_its_outputs(tmp_path, capfdbinary):
    path = written(tmp_path / "walk.ipynb", "x = 1\nx")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0] |= {"source": "# Wörter", "metadata": {"tags": ["instructor"]}}
    nbformat.write(notebook, path)
    run_and_saved(path)
    assert command.main(["text", str(path)]) == 0
    assert capfdbinary.readouterr().out.decode() == "%% markdown instructor\n# Wörter\n\n%% code\nx = 1\nx\n\n"


def test_what_is_no_notebook_is_refused_in_words(tmp_path, capsys):
    (path := tmp_path / "note.ipynb").write_text("not JSON")
    assert command.main(["text", str(path)]) == 2 and "is not a notebook" in capsys.readouterr().err
    assert command.main(["text", "nosuch"]) == 2 and "there is no notebook 'nosuch'" in capsys.readouterr().err
