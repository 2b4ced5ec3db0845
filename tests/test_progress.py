"""What a reader has done is never lost: progress, the file that takes it elsewhere, updates of the course."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from test_browser import IDLE

from course_lib import lessons, progress
from course_lib.author import command
from course_lib.author.strip import METADATA
from course_lib.author.update import update
from course_lib.core import Refusal
from course_lib.learn import Question
from course_lib.learn.solved import name_of
from course_lib.lessons import resistors
from course_lib.play import Work, parcel


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A place for progress of each test's own."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress"))
    monkeypatch.setattr(progress, "_told", set())
    return tmp_path / "progress"


@pytest.fixture
def reader(monkeypatch):
    """As if a notebook's kernel ran here."""
    monkeypatch.setattr(progress, "in_notebook", lambda: True)


def answered(question: Question):
    verdict = question.check(question.answer)
    assert verdict.ok
    return verdict


# --- what is solved -------------------------------------------------------------------------------------------------


def test_what_a_kernel_has_solved_another_one_shows():
    begin = "from course_lib import lessons\nfrom course_lib.lessons import resistors as lesson"
    solve = "lesson.which_map.check(lesson.which_map.answer), lesson.best_nudge.check('no idea')"
    for cells in ([begin, solve], [begin, "print(lessons.course_map())"]):
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        NotebookClient(notebook, kernel_name="python3").execute()
    assert "1 of 6 solved" in notebook.cells[-1].outputs[0].text


def test_here_where_no_reader_sits_nothing_is_remembered(home):
    answered(resistors.which_map)
    assert not progress.in_notebook() and not home.exists()


@pytest.mark.usefixtures("reader")
def test_a_solved_exercise_is_remembered_once_and_a_wrong_answer_is_not():
    assert not resistors.best_nudge.check("no idea").ok
    assert resistors.find_laplacian.check(resistors.find_laplacian.answer).ok
    assert list(progress.read().solved) == ["resistors.find_laplacian"]
    assert "1 of 6 solved" in repr(lessons.course_map())
    assert '<td style="text-align:left">1 of 6 solved</td>' in lessons.course_map()._repr_html_()


@pytest.mark.usefixtures("reader")
def test_what_no_lesson_holds_is_judged_and_not_remembered(home):
    loose = Question(ask="?", answer="a", why="So.", choices={"a": "x", "b": "y"})
    assert answered(loose).aside == "" and name_of(loose) == "" and not home.exists()


def test_every_exercise_of_the_course_is_known_by_the_name_the_map_counts():
    for slug, lesson in lessons.discover().items():
        for name in lessons.asked(lesson):
            assert name_of(getattr(lesson, name)) == f"{slug}.{name}"


def test_an_exercise_that_the_lesson_no_longer_has_does_not_count():
    progress.record("resistors.of_long_ago")
    assert "0 of 6 solved" in repr(lessons.course_map())


WRITER = "import sys\nfrom course_lib import progress\nfor i in range(25): progress.record(f'{sys.argv[1]}.{i}')"


def test_kernels_that_write_at_once_lose_nothing_of_each_other():
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(n)]) for n in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert len(progress.read().solved) == 100


def test_a_kernel_that_never_lets_go_gets_a_sentence(home, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.1)
    progress.record("a.b")
    with progress._alone(home / progress.FILE):
        assert "another notebook has not finished" in progress.record("a.c")
    assert progress.record("a.d") == "" and list(progress.read().solved) == ["a.b", "a.d"]


DAMAGED = {
    "nothing": b"",
    "a torn file": b'{"solved": {"a.b": "2026',
    "a list": b"[1]",
    "a list of solved ones": b'{"solved": ["a.b"]}',
    "bytes": b"\xff\x00\xfe",
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_put_aside_with_a_sentence_and_not_lost(home, content):
    home.mkdir()
    (home / progress.FILE).write_bytes(content)
    said = lessons.course_map().said
    (aside,) = home.glob("progress-damaged-*.json")
    assert str(aside) in said and aside.read_bytes() == content
    assert progress.record("a.b") == "" and list(progress.read().solved) == ["a.b"]


def test_what_a_newer_version_has_added_is_kept(home):
    home.mkdir()
    newer = {"solved": {"a.b": {"day": "2030-01-01", "tries": 3}}, "later": [1, {"x": None}]}
    (home / progress.FILE).write_text(json.dumps(newer))
    progress.record("a.b")
    progress.record("a.c")
    progress.forget(["a.c"])
    assert json.loads((home / progress.FILE).read_text()) == newer


@pytest.mark.usefixtures("reader")
def test_where_nothing_can_be_written_the_verdict_appears_and_a_sentence_once(home):
    home.write_text("a file where the folder should be: even root cannot write into it")
    first, second = answered(resistors.which_map), answered(resistors.best_nudge)
    assert "Your progress cannot be kept" in first.aside and first.aside in repr(first)
    assert first.aside in first._repr_html_() and second.aside == ""
    assert "cannot be kept" in lessons.course_map()._repr_html_()


def test_a_full_disk_leaves_the_old_file_and_no_scraps(home, monkeypatch):
    progress.record("a.b")
    before = (home / progress.FILE).read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in progress.record("a.c")
    assert (home / progress.FILE).read_bytes() == before and not list(home.glob("*.part"))


@pytest.mark.parametrize(
    "platform, place",
    [("linux", ".local/share"), ("darwin", "Library/Application Support")],
)
def test_progress_lies_where_the_system_keeps_a_users_data_and_not_in_the_course(
    monkeypatch, tmp_path, platform, place
):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("COURSE_PROGRESS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert progress.folder() == tmp_path / place / "theoretical-minimum"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert (progress.folder() == tmp_path / "data" / "theoretical-minimum") == (platform == "linux")


@pytest.mark.parametrize(
    "what, left",
    [
        ("resistors.find_rule", ["resistors.which_map", "scaling.find_flops"]),
        ("resistors", ["scaling.find_flops"]),
        ("--all", []),
    ],
)
def test_reset_forgets_an_exercise_a_lesson_or_all(what, left, capsys):
    for name in ("resistors.find_rule", "resistors.which_map", "scaling.find_flops"):
        progress.record(name)
    assert command.main(["reset", what]) == 0 and "Unsolved again: " in capsys.readouterr().out
    assert list(progress.read().solved) == left


@pytest.mark.parametrize(
    "what, says",
    [
        ([], "say what to reset"),
        (["resistors", "--all"], "say what to reset"),
        (["resist"], "there is no lesson 'resist'"),
        (["resistors.find"], "has no exercise 'find'; it has"),
    ],
)
def test_reset_refuses_a_wrong_name_in_words(what, says, capsys):
    progress.record("resistors.find_rule")
    assert command.main(["reset", *what]) == 2 and says in capsys.readouterr().err
    assert list(progress.read().solved) == ["resistors.find_rule"]


# --- one file that takes it all elsewhere ---------------------------------------------------------------------------


def cells(*texts, output=""):
    """A notebook of these cells; their output is no edit."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    made = [{"cell_type": "code", "source": text, "outputs": outputs, "metadata": {}} for text in texts]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


def git(folder, *words):
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *own, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def origin(tmp_path):
    """A course of three notebooks under git, where others can clone it."""
    (folder := tmp_path / "origin" / "notebooks").mkdir(parents=True)
    for name in "abc":
        (folder / f"{name}.ipynb").write_bytes(cells(f"the course's {name}"))
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-qm", "first")
    return folder.parent


def clone(origin, name) -> Path:
    git(origin.parent, "clone", "-q", str(origin), name)
    return origin.parent / name


def contents(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def packed(origin):
    """The work of someone who changed a, ran b, left c alone and wrote a notebook of their own."""
    here = clone(origin, "mine") / "notebooks"
    (here / "a.ipynb").write_bytes(cells("my a", output="1"))
    (here / "b.ipynb").write_bytes(cells("the course's b", output="2"))
    (here / "own, 12:30.ipynb").write_bytes(cells("my own"))
    progress.record("resistors.which_map")
    (file := origin.parent / "work.zip").write_bytes(parcel.pack(here))
    progress.forget(["resistors.which_map"])
    return file


def test_what_is_packed_is_progress_and_the_changed_notebooks(packed):
    names = ["notebooks/a.ipynb", "notebooks/own, 12:30.ipynb", "progress.json"]
    assert sorted(zipfile.ZipFile(packed).namelist()) == names


def test_what_a_hub_has_committed_for_the_reader_is_packed(origin):
    here = clone(origin, "hub")
    (here / "notebooks/b.ipynb").write_bytes(cells("my b"))
    git(here, "commit", "-qam", "by a hub")
    names = [path.name for path in (here / "notebooks").glob("*.ipynb") if parcel.is_changed(path)]
    assert names == ["b.ipynb"]


def test_without_git_every_notebook_is_packed(origin, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert all(parcel.is_changed(path) for path in (origin / "notebooks").glob("*.ipynb"))


def test_work_comes_back_to_a_fresh_copy_of_the_course(packed, origin):
    there = clone(origin, "fresh") / "notebooks"
    progress.record("resistors.find_rule")
    said = parcel.unpack(packed, there)
    assert "a.ipynb, own, 12:30.ipynb" in said and "is kept" not in said
    assert (there / "a.ipynb").read_bytes() == cells("my a", output="1")
    assert sorted(path.name for path in there.iterdir()) == ["a.ipynb", "b.ipynb", "c.ipynb", "own, 12:30.ipynb"]
    assert sorted(progress.read().solved) == ["resistors.find_rule", "resistors.which_map"]


def test_what_was_changed_here_is_kept_beside_what_comes_back(packed, origin):
    there = clone(origin, "other") / "notebooks"
    (there / "a.ipynb").write_bytes(other := cells("another a"))
    said = parcel.unpack(packed, there)
    (beside,) = there.glob("a (before *).ipynb")
    assert beside.read_bytes() == other and beside.name in said
    assert (there / "a.ipynb").read_bytes() == cells("my a", output="1")
    before = contents(there)
    assert "none that differ" in parcel.unpack(packed, there) and contents(there) == before


GOOD = {"progress.json": b'{"solved": {"a.b": "2026-01-01"}, "later": 1}', "notebooks/a.ipynb": cells("theirs")}
HOSTILE = {
    name: GOOD | {name: b"{}"}
    for name in (
        "../x.ipynb",
        "/elsewhere/x.ipynb",
        "notebooks/../x.ipynb",
        "notebooks/..\\x.ipynb",
        "notebooks/in/x.ipynb",
        "notebooks/",
        "notebooks/x.py",
        "x.ipynb",
    )
}
HOSTILE |= {
    "no progress": {"notebooks/a.ipynb": cells("theirs")},
    "damaged progress": GOOD | {"progress.json": b"{"},
    "foreign progress": GOOD | {"progress.json": b'{"solved": 3}'},
    "too large": GOOD | {"notebooks/b.ipynb": b" " * 10_000},
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_as_a_whole_and_nothing_is_changed(origin, monkeypatch, files):
    monkeypatch.setattr(parcel, "MOST", 5_000)
    with zipfile.ZipFile(file := origin.parent / "bad.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    refused(file, origin)


def refused(file, origin):
    before = contents(origin)
    with pytest.raises(Refusal, match="nothing was changed"):
        parcel.unpack(file, origin / "notebooks")
    assert contents(origin) == before and progress.read().solved == {}
    assert not (origin.parent / "x.ipynb").exists()


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9, None])
def test_a_torn_or_altered_file_is_refused(packed, origin, at):
    whole = packed.read_bytes()
    start = whole.index(b"notebooks/a.ipynb") + 20  # inside the first notebook's data
    packed.write_bytes(whole[: int(at * len(whole))] if at else whole[:start] + b"\0\0\0" + whole[start + 3 :])
    refused(packed, origin)


def test_the_good_file_of_these_tests_is_taken(origin):
    """The control of the refusals above."""
    with zipfile.ZipFile(file := origin.parent / "good.zip", "w") as archive:
        for name, data in GOOD.items():
            archive.writestr(name, data)
    assert "a.ipynb" in parcel.unpack(file, origin / "notebooks")
    assert progress.read().content == {"solved": {"a.b": "2026-01-01"}, "later": 1}


@pytest.fixture
def told(monkeypatch):
    """What the kernel sends to the buttons."""
    sent = []
    monkeypatch.setattr(Work, "send", lambda self, content, buffers=(): sent.append((content, *buffers)))
    return sent


def test_work_leaves_in_one_piece_and_comes_back_in_slices(origin, told):
    here, there = clone(origin, "mine") / "notebooks", clone(origin, "there") / "notebooks"
    (here / "a.ipynb").write_bytes(cells("my a"))
    buttons = Work(here)
    buttons._heard(buttons, {}, [])
    (name, file), buttons = told.pop(), Work(there)
    for at in range(0, len(file), 100):
        sent = {"file": name["name"], "upload": "1", "at": at, "size": len(file)}
        buttons._heard(buttons, sent, [file[at : at + 100]])
    ((content,),) = told
    assert "a.ipynb" in content["said"] and (there / "a.ipynb").read_bytes() == cells("my a")


def test_a_file_that_is_refused_is_said_so_below_the_buttons(origin, told):
    buttons = Work(origin / "notebooks")
    buttons._heard(buttons, {"file": "holiday.zip", "upload": "1", "at": 0, "size": 3}, [b"abc"])
    assert "or it is damaged" in told[-1][0]["said"]


def test_on_binder_the_buttons_say_that_everything_will_be_gone(origin, monkeypatch):
    assert "gone" not in repr(Work(origin))
    monkeypatch.setenv("BINDER_REPO_URL", "https://example.org/course")
    assert "everything you did here is gone" in repr(Work(origin))


DESK = """import os
os.environ["COURSE_PROGRESS"] = {place!r}
from course_lib import lessons
from course_lib.lessons import resistors"""
SOLVE = ("resistors.which_map.check('z')", "resistors.which_map.check(resistors.which_map.answer)")


@pytest.fixture
def desk(lab, browser, home):  # noqa: F811
    """A page of JupyterLab with the buttons; beside it lies a notebook larger than a server takes in one message."""
    (folder := lab.folder / "desk").mkdir()
    big = new_notebook(cells=[nbformat.v4.new_raw_cell(os.urandom(11_000_000).hex())])
    nbformat.write(big, folder / "big.ipynb")
    texts = (DESK.format(place=str(home)), *SOLVE, "lessons.your_work()", "lessons.course_map()")
    cells = [new_code_cell(text) for text in texts]
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), folder / lessons.START)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    console: list[str] = []
    page.on("console", lambda said: console.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto(f"{lab.url}/lab/tree/desk/{lessons.START}?token={lab.token}&reset")
    yield SimpleNamespace(page=page, folder=folder, console=console)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()


def run_anew(page, solved):
    """Restart the kernel, run all cells, see both verdicts and the map."""
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("void jupyterapp.commands.execute('notebook:restart-run-all')")  # which asks: are you sure?
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    page.locator(".jp-Dialog").wait_for(state="detached")
    for words in ("Not yet.", "Right.", solved):
        page.get_by_text(words).first.wait_for(timeout=60_000)


@pytest.mark.browser
def test_in_jupyterlab_work_is_downloaded_and_comes_back_after_everything_was_lost(desk, home, tmp_path):
    progress.record("resistors.find_rule")
    run_anew(desk.page, "2 of 6 solved")
    with desk.page.expect_download(timeout=60_000) as download:
        desk.page.get_by_role("button", name="Download my work").press("Enter")
    download.value.save_as(file := tmp_path / "work.zip")
    assert file.stat().st_size > 11_000_000

    shutil.rmtree(home)
    whole = (desk.folder / "big.ipynb").read_bytes()
    (desk.folder / "big.ipynb").unlink()
    run_anew(desk.page, "1 of 6 solved")
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Bring my work back").click()
    chooser.value.set_files(file)
    desk.page.wait_for_function("document.querySelector('.course-work [role=status]').textContent.includes('is back')")
    assert (desk.folder / "big.ipynb").read_bytes() == whole
    assert sorted(progress.read().solved) == ["resistors.find_rule", "resistors.which_map"]
    own = "Could not restore the debugger state"  # JupyterLab, of a kernel that restarts
    assert [said for said in desk.console if own not in said] == []


# --- a new version of the course ------------------------------------------------------------------------------------


@pytest.fixture
def learner(origin):
    """A clone with changes; then the course changes a and c, and brings new.ipynb."""
    here = clone(origin, "learner")
    (here / "notebooks/a.ipynb").write_bytes(cells("my a"))
    (here / "notebooks/b.ipynb").write_bytes(cells("my b"))
    (here / "notebooks/new.ipynb").write_bytes(cells("mine, of the same name"))
    for name in ("a", "c", "new"):
        (origin / f"notebooks/{name}.ipynb").write_bytes(cells(f"new {name}"))
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "second")
    return here


def test_git_pull_alone_refuses_to_update_what_was_changed(learner):
    with pytest.raises(subprocess.CalledProcessError):
        git(learner, "pull", "-q")


def test_an_update_brings_what_is_new_and_loses_nothing(learner):
    said = update(learner)
    now = {name: (learner / f"notebooks/{name}.ipynb").read_bytes() for name in ("a", "b", "c", "new")}
    assert now == {"a": cells("new a"), "b": cells("my b"), "c": cells("new c"), "new": cells("new new")}
    (kept,) = (learner / "kept").iterdir()
    mine = {"notebooks/a.ipynb": cells("my a"), "notebooks/new.ipynb": cells("mine, of the same name")}
    assert contents(kept) == mine and kept.name in said
    assert update(learner) == "The course is up to date."


def test_a_notebook_that_was_deleted_here_comes_back_new(learner):
    (learner / "notebooks/c.ipynb").unlink()
    update(learner)
    assert (learner / "notebooks/c.ipynb").read_bytes() == cells("new c")


def test_a_notebook_whose_outputs_a_filter_hides_from_git_does_not_stop_an_update(learner):
    (learner / ".git/info/attributes").write_text("*.ipynb filter=strip")
    git(learner, "config", "filter.strip.clean", "sed 's/, only run//'")
    (learner / "notebooks/c.ipynb").write_bytes(cells("the course's c, only run"))
    assert "c.ipynb" not in git(learner, "diff", "--name-only")
    update(learner)
    assert (learner / "notebooks/c.ipynb").read_bytes() == cells("new c")


@pytest.mark.parametrize("trouble", ["commit", "add", "no git", "gone", "another git", "in the way"])
def test_an_update_that_cannot_be_is_refused_in_words_and_changes_nothing(learner, origin, trouble):
    if trouble in ("commit", "add"):
        git(learner, "add", "notebooks/b.ipynb")
    if trouble == "commit":
        git(learner, "commit", "-qm", "mine")
    if trouble == "no git":
        shutil.rmtree(learner / ".git")
    if trouble == "gone":
        shutil.rmtree(origin)
    if trouble == "another git":
        (learner / ".git/index.lock").touch()
    if trouble == "in the way":  # which git notices only when the reader's changes are put aside already
        (learner / "d").write_text("a file of the reader's where the course brings a folder")
        (origin / "d").mkdir()
        (origin / "d/x").touch()
        git(origin, "add", ".")
        git(origin, "commit", "-qm", "third")
    before = {name: data for name, data in contents(learner).items() if not name.startswith((".git", "kept"))}
    with pytest.raises(Refusal, match="[a-z]{3}"):
        update(learner)
    after = {name: data for name, data in contents(learner).items() if not name.startswith((".git", "kept"))}
    assert after == before
