"""Every notebook is clean, short, and imports little; the rules themselves are those of `course check`."""

import ast
import json
from collections import Counter

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_lib.author import command, notebooks
from course_lib.author.run import run_notebook
from course_lib.author.strip import METADATA, stripped
from course_lib.lessons import NOTEBOOKS

SECTIONS = [new_markdown_cell(f"## {heading}") for heading in notebooks.SECTIONS]
INSTRUCTOR = new_markdown_cell("For instructors.", metadata={"tags": ["instructor"]})

every_notebook = pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)


@every_notebook
def test_a_notebook_has_nothing_to_complain_about(path):
    assert notebooks.complaints(path) == []


@every_notebook
def test_a_notebook_is_stored_as_strip_leaves_it(path):
    text = path.read_text(encoding="utf-8")
    assert stripped(text) == text, "run make fmt"


@every_notebook
def test_no_two_cells_share_an_id(path):
    """Read as plain JSON: nbformat mends this silently."""
    ids = Counter(cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
    assert max(ids.values()) == 1


@every_notebook
def test_a_notebook_imports_its_own_lesson_only(path):
    slug = path.stem[3:]
    modules = imported(path)
    if slug == "start":
        allowed = {"lessons", "notation", "doctor", "progress"}
        assert {module.split(".")[1] for module in modules if module.startswith("course_lib.")} <= allowed
    else:
        others = [m for m in modules if m.startswith("course_lib.lessons") and m.split(".")[2:3] != [slug]]
        assert not others


def imported(path):
    """The modules and names that the code cells import, with dots."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return names + [f"{n.module}.{a.name}" for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names]


def written(folder, cells):
    """A notebook of these cells, in the order that every lesson keeps."""
    path = folder / "01_wires.ipynb"
    filling = [new_code_cell("1 + 1") for _ in range(14)]
    nbformat.write(new_notebook(cells=[*SECTIONS, INSTRUCTOR, *filling, *cells], metadata=METADATA), path)
    return path


def test_a_good_notebook_passes(tmp_path):
    stub = 'def energy(s, J):\n    """Yours."""\n    ...'
    assert notebooks.complaints(written(tmp_path, [new_code_cell(stub)])) == []


@pytest.mark.parametrize(
    "cell, complaint",
    [
        (new_code_cell("1", execution_count=3), "outputs are stored (cell 22)"),
        (new_code_cell("1", metadata={"collapsed": True}), "stores collapsed"),
        (new_code_cell("\n".join(f"x{i} = {i}" for i in range(13))), "13 lines"),
        (new_code_cell("def f(x):\n    return x + 1"), "defines f"),
        (new_code_cell("x = 1\nif x"), "cell 22, line 2, is not Python"),
        (new_code_cell("import plotly.express"), "imports plotly"),
        (new_code_cell("from course_lib import play"), "imports course_lib.play"),
        (new_code_cell("import course_lib.draw"), "imports course_lib.draw"),
        (new_markdown_cell("## Play"), "its sections are"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_is_told(tmp_path, cell, complaint):
    found = notebooks.complaints(written(tmp_path, [cell]))
    assert len(found) == 1 and complaint in found[0]


def test_strip_keeps_prose_code_ids_and_tags_and_nothing_else():
    cell = new_code_cell("1", execution_count=3, metadata={"tags": ["instructor"], "scrolled": True})
    cell.outputs = [nbformat.v4.new_output("stream", text="1")]
    metadata = {"widgets": {"state": {}}, "language_info": {"name": "python", "version": "3.99"}}
    clean = nbformat.reads(once := stripped(nbformat.writes(new_notebook(cells=[cell], metadata=metadata))), 4)
    assert clean.cells == [new_code_cell("1", id=cell.id, metadata={"tags": ["instructor"]})]
    assert clean.metadata == METADATA
    assert stripped(once) == once


@pytest.mark.parametrize("what", ["strip", "run"])
def test_a_notebook_that_is_not_there_is_refused_in_words(what, capsys):
    assert command.main([what, "nosuch.ipynb"]) == 2
    assert "there is no notebook 'nosuch.ipynb'" in capsys.readouterr().err


def test_strip_refuses_in_words_what_is_not_a_notebook(tmp_path, capsys):
    (path := tmp_path / "note.ipynb").write_text("not JSON")
    assert command.main(["strip", str(path)]) == 2 and "is not a notebook" in capsys.readouterr().err
    assert path.read_text() == "not JSON"


def test_run_tells_a_notebook_that_stops_and_what_it_held(tmp_path):
    good, bad = tmp_path / "good.ipynb", tmp_path / "bad.ipynb"
    hold = new_code_cell("import time\nheld = b'x' * 300_000_000\ntime.sleep(0.5)")
    nbformat.write(new_notebook(cells=[hold]), good)
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), bad)
    run = run_notebook(good)
    assert run.ok and 300 < run.megabytes < 600 and 0.5 < run.seconds < 60, str(run)
    run = run_notebook(bad)
    assert not run.ok and "ZeroDivisionError" in run.output and "STOPS" in str(run)
