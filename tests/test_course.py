"""Every lesson, found and not listed: its claims, its exercises, its playgrounds, its words."""

import json
import re
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from course_lib import learn, lessons, notation
from course_lib.author import check, command, new
from course_lib.author.claims import Job, measure
from course_lib.core import Refusal
from course_lib.learn import Claim, Errors, Exercise
from course_lib.play import Playground

FOUND = lessons.discover()
CLAIMS = [Job(slug, i, 0) for slug, lesson in FOUND.items() for i in range(len(lesson.claims))]
EXERCISES = [
    pytest.param(exercise, id=f"{slug}.{name}")
    for slug, lesson in FOUND.items()
    for name, exercise in check.members(lesson, Exercise).items()
]
PLAYGROUNDS = [
    pytest.param(playground, id=f"{slug}.{name}")
    for slug, lesson in FOUND.items()
    for name, playground in check.members(lesson, Playground).items()
]


def test_importing_the_course_is_cheap_and_brings_nothing_heavy():
    code = (
        "import sys, time; start = time.perf_counter(); import course_lib; seconds = time.perf_counter() - start\n"
        "heavy = {'torch', 'plotly', 'numba', 'numpy', 'ipywidgets'} & set(sys.modules); print(seconds, *heavy)"
    )
    seconds, *heavy = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not heavy and float(seconds) < 0.1


def test_a_lesson_that_needs_no_torch_does_not_import_it():
    code = "import sys; from course_lib.lessons import resistors; print('torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )


@pytest.mark.parametrize("slug", FOUND)
@pytest.mark.parametrize("looks_at", [c for c in check.CHECKS if c is not check.claims], ids=lambda c: c.__name__)
def test_a_lesson_has_nothing_to_complain_about(slug, looks_at):
    assert looks_at(slug, FOUND[slug]) == []


def _claim(job: Job):
    slow = [pytest.mark.slow] if job.claim().slow else []
    return pytest.param(job, id=f"{job.slug}: {job.claim().says[:70]}", marks=slow)


@pytest.mark.parametrize("job", [_claim(job) for job in CLAIMS])
def test_a_claim_holds_and_its_control_fails(job):
    result = measure(job)
    assert result.verdict.ok, result.verdict.text
    assert not (result.control and result.control.ok), f"the control passes: {result.control.text}"


def test_no_two_claims_say_the_same():
    """The stored measurements are found by the sentence."""
    says = [job.claim().says for job in CLAIMS]
    assert len(set(says)) == len(says)


def endless(*case):
    while True:
        pass


def shout(*case):
    print("x" * 1_000_000)


def fail(*case):
    raise RuntimeError("not today")


def spoil(*case):
    for argument in case:
        if isinstance(argument, np.ndarray):
            argument[...] = 0


def stub(*case): ...


ABUSE = {
    "the stub": stub,
    "NaN": lambda *case: np.nan,
    "a wrong shape": lambda *case: np.zeros((1, 2, 3)),
    "a wrong dtype": lambda *case: np.array(["one"]),
    "a list": lambda *case: [1.0, 2.0],
    "a tensor": lambda *case: torch.ones(3),
    "an exception": fail,
    "an endless loop": endless,
    "a megabyte of output": shout,
    "a spoilt input": spoil,
    "no arguments": lambda: 0,
}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_whatever_a_learner_hands_over_gets_a_sentence_in_time(exercise):
    for name, function in ABUSE.items():
        start = time.perf_counter()
        verdict = exercise.check(function)
        assert not verdict.ok and verdict.text.endswith((".", "?")) and "Traceback" not in verdict.text, name
        assert time.perf_counter() - start < 5, name
    assert exercise.check(exercise.answer).ok, "the next check still works"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_verdict_shows_an_expected_value(exercise):
    for case in exercise.cases(np.random.default_rng(0)):
        for number in np.ravel(exercise.answer(*case)):
            if number != np.round(number, 2):
                for function in ABUSE.values():
                    if function is not endless:
                        assert f"{number:.3g}" not in re.findall(r"[\d.]+", exercise.check(function).text)
        break


@pytest.mark.parametrize("playground", PLAYGROUNDS)
def test_a_knob_out_of_range_or_unknown_is_refused_in_words(playground):
    with pytest.raises(ValueError, match="[a-z]{3}"):
        playground.still(no_such_knob=1)


@pytest.mark.bench
@pytest.mark.parametrize("playground", PLAYGROUNDS)
def test_bench_a_turn_of_a_knob(playground, request):
    """Median time of a redraw in the kernel over the range of every knob."""
    seconds = []
    playground.still()  # compiled kernels are compiled once
    for knob in playground.knobs:
        for value in knob.sample():
            start = time.perf_counter()
            playground.still(**{knob.name: value})
            seconds.append(time.perf_counter() - start)
    print(f"\n{request.node.callspec.id}: redraw {1e3 * np.median(seconds):.0f} ms, worst {1e3 * max(seconds):.0f} ms")
    assert np.median(seconds) < 0.1


def test_the_table_of_symbols_has_no_symbol_twice():
    symbols = [row.code for row in notation.COURSE]
    assert len(set(symbols)) == len(symbols)


def test_a_lessons_own_symbol_is_shown_as_its_own_and_found_by_words():
    table = notation.table(FOUND)
    assert "in resistors" in repr(table.find("nudge"))
    assert "all" in table.find("temperature")._repr_html_()


def test_the_map_of_the_course_names_every_lesson():
    assert all(slug in repr(lessons.course_map()) for slug in FOUND)


def statement(says, value, control):
    return Claim(
        says=says,
        measure=lambda rng: (value, 0.1),
        expect=1.0,
        within=Errors(5),
        control=lambda rng: (control, 0.1),
        source="nobody (1900)",
    )


@pytest.fixture
def two_claims(monkeypatch, tmp_path):
    """A course of one lesson with a true claim and a false one, and its own place for measurements."""
    lesson = SimpleNamespace(claims=(statement("One is one.", 1.0, 9.0), statement("One is two.", 2.0, 9.0)))
    monkeypatch.setattr(lessons, "discover", lambda: {"one": lesson})
    monkeypatch.setattr(learn.claims, "RECORD", tmp_path / "measured.json")
    return lesson


def test_claims_are_printed_as_json_with_the_promised_fields(two_claims, capsys):
    assert command.main(["claims", "--json"]) == 1, "one of them fails"
    rows = json.loads(capsys.readouterr().out)
    wanted = {"lesson", "says", "expect", "measured", "error", "within", "ok", "seconds", "source"}
    assert all(wanted <= set(row) for row in rows)
    assert [(row["ok"], row["expect"], row["measured"]) for row in rows] == [(True, 1.0, 1.0), (False, 1.0, 2.0)]


def test_claims_that_hold_exit_with_zero_and_a_control_that_passes_does_not(two_claims, capsys):
    two_claims.claims = two_claims.claims[:1]
    assert command.main(["claims", "one"]) == 0
    two_claims.claims = (statement("One is one.", 1.0, 1.0),)
    assert command.main(["claims", "one"]) == 1 and "proves nothing" in capsys.readouterr().out


def test_a_recorded_claim_is_read_back_with_its_worst_seed(two_claims):
    command.main(["claims", "--record", "--seed", "3"])
    stored = learn.recorded()["One is two."]
    assert (stored.measured, stored.ok, stored.seeds) == (2.0, False, "3")


def test_an_unknown_lesson_is_refused_in_words(two_claims, capsys):
    assert command.main(["claims", "two"]) == 2 and "there is no lesson 'two'" in capsys.readouterr().out


def test_a_new_lesson_has_nothing_to_complain_about_and_passes_its_tests(tmp_path):
    for folder in ("course_lib", "notebooks", "tests"):
        shutil.copytree(lessons.NOTEBOOKS.parent / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pyc*"))
    shutil.copy(lessons.NOTEBOOKS.parent / "pyproject.toml", tmp_path)
    new.main("walkers", tmp_path)
    for work in (
        ["course_lib.author.command", "check", "walkers"],
        ["pytest", "-q", "tests/test_walkers.py"],
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
    ):
        done = subprocess.run([sys.executable, "-m", *work], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("slug", ["Upper", "two words", "for", "resistors", "a-b"])
def test_a_bad_or_taken_slug_is_refused_in_words(slug):
    with pytest.raises(Refusal, match="slug|already"):
        new.main(slug, lessons.NOTEBOOKS.parent)
