"""The doctor: right about this machine, kind to a broken one, and able to come where nothing else works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib import doctor
from course_lib.author import command, lab
from course_lib.doctor import machine, packages, server
from course_lib.doctor.findings import Line, Report

ROOT = Path(__file__).parents[1]


def bare(word: str) -> subprocess.CompletedProcess:
    """A subcommand in a Python that has no package at all."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from course_lib.author.command import main; sys.exit(main())"
    )
    return subprocess.run([sys.executable, "-S", "-c", code, word], capture_output=True, text=True)


def test_this_machine_is_fit_and_every_line_says_so():
    report = doctor.report()
    assert report.fit, str(report)
    assert all(str(line).startswith(("OK  ", "UNSURE  ")) for line in report.lines)


def test_the_doctor_comes_where_no_package_is_installed():
    done = bare("doctor")
    assert done.returncode == 1 and re.search("PROBLEM .* is not installed", done.stdout) and not done.stderr


def test_other_subcommands_say_there_what_they_lack():
    done = bare("run")
    assert done.returncode == 2 and not done.stdout
    assert "needs psutil, which is not installed: make setup" in done.stderr and "Traceback" not in done.stderr


def test_every_subcommand_is_found_by_its_docstring():
    assert {"check", "claims", "doctor", "lab", "run", "strip", "warm"} <= set(command.subcommands())


@pytest.mark.parametrize("version, cure", [(None, "numpy is not installed"), ("1.13.1", "numpy is 1.13.1")])
def test_a_missing_or_old_package_is_named(monkeypatch, version, cure):
    truth = packages.installed
    monkeypatch.setattr(packages, "installed", lambda name: version if name == "numpy" else truth(name))
    lines = list(packages.check_packages())
    assert [line.mark for line in lines] == ["PROBLEM"] and lines[0].found.startswith(cure) and lines[0].cure


def test_without_torch_the_course_is_fit(monkeypatch):
    truth = packages.installed
    monkeypatch.setattr(packages, "installed", lambda name: None if name == "torch" else truth(name))
    assert [line.mark for line in packages.check_packages()] == ["OK", "OK"]


def test_an_untested_version_within_its_range_is_no_problem(monkeypatch):
    truth = packages.installed
    monkeypatch.setattr(packages, "installed", lambda name: "2.8.0" if name == "torch" else truth(name))
    (line,) = packages.check_packages()
    assert line.mark == "OK" and "torch 2.8.0 (tested with" in line.found


@pytest.mark.parametrize(
    "version, limits, kept",
    [("2.13.0+cpu", "<3,>=2.8", True), ("2.7.1", ">=2.8", False), ("4.25", "<4.25", False), ("10.0", ">=9", True)],
)
def test_versions_are_compared_as_numbers(version, limits, kept):
    assert packages.within(version, limits) is kept


def put(path: Path) -> Path:
    """An empty file, and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def server_at(monkeypatch, python: Path) -> tuple[Line, Line]:
    """What the doctor says in a notebook whose server is run by this Python, where nothing is installed elsewhere."""
    monkeypatch.setattr(server, "in_notebook", lambda: True)
    monkeypatch.setattr(server, "server_python", lambda: python)
    monkeypatch.setattr(Path, "home", lambda: python.parent)
    (where,), (front_ends,) = server.check_server(), server.check_front_ends()
    return where, front_ends


def test_server_and_kernel_in_one_environment(monkeypatch):
    where, front_ends = server_at(monkeypatch, Path(sys.executable))
    assert (where.mark, front_ends.mark) == ("OK", "OK")


def test_a_server_elsewhere_without_the_widgets_is_the_problem(monkeypatch, tmp_path):
    put(tmp_path / "pyvenv.cfg")
    where, front_ends = server_at(monkeypatch, put(tmp_path / "bin/python"))
    assert where.mark == "PROBLEM" and str(tmp_path) in where.found and "widgets stay blank" in where.found
    assert front_ends.mark == "PROBLEM" and "jupyterlab_widgets and anywidget" in front_ends.found


def test_a_server_elsewhere_with_the_widgets_is_none(monkeypatch, tmp_path):
    put(tmp_path / "conda-meta/history")
    for name in server.FRONT_ENDS:
        put(tmp_path / "share/jupyter/labextensions" / name / "package.json")
    where, front_ends = server_at(monkeypatch, put(tmp_path / "bin/python"))
    assert (where.mark, front_ends.mark) == ("OK", "OK")


def test_a_server_that_cannot_be_seen_is_not_guessed(monkeypatch):
    monkeypatch.setattr(server, "in_notebook", lambda: True)
    monkeypatch.setattr(server, "server_python", lambda: None)
    (line,) = server.check_server()
    assert line.mark == "UNSURE" and "could not tell" in line.found


def test_the_limits_of_a_container_and_of_a_hub_count(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text("2000000000\n")
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    monkeypatch.setattr(machine, "groups", lambda: [tmp_path])
    assert machine.cores() == 0.5 and machine.memory()[0] == 2e9
    monkeypatch.setenv("MEM_LIMIT", "500000000")
    assert any(line.mark == "PROBLEM" and "0.5 GB" in line.found for line in machine.check_machine())


def test_no_limit_is_no_limit(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    monkeypatch.setattr(machine, "groups", list)
    free = machine.cores(), machine.memory()[0]
    monkeypatch.setattr(machine, "groups", lambda: [tmp_path])
    assert (machine.cores(), machine.memory()[0]) == free


def test_a_question_that_fails_is_a_finding():
    def broken():
        raise RuntimeError("no idea")

    assert doctor.asked(broken) == [Line("UNSURE", "broken: could not tell (RuntimeError: no idea)")]


def test_a_report_is_escaped_in_a_notebook():
    page = Report((Line("PROBLEM", "<script>", "a & b"),))._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "a &amp; b" in page


def test_jupyterlab_is_quietened_and_keeps_its_other_settings(tmp_path):
    path = put(tmp_path / "share/jupyter/lab/settings/overrides.json")
    path.write_text('{"theme": {"dark": true}}')
    lab.quieten(tmp_path)
    lab.quieten(tmp_path)
    assert '"fetchNews": "false"' in path.read_text() and '"dark": true' in path.read_text()
