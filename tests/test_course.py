"""Every lesson, found and not listed: its claims, its exercises, its playgrounds, its words."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from types import ModuleType, SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from course_lib import learn, lessons, notation
from course_lib.author import check, claims, command, new, words
from course_lib.author.claims import Job, measure
from course_lib.core import Refusal
from course_lib.learn import Claim, Errors, Exercise, Fact, Rounding
from course_lib.learn.compare import parts
from course_lib.play import Knob, Playground

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
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(3)  # the best of them: the machine may have other things to do
    ]
    assert not any(heavy for _, *heavy in runs)
    assert min(float(seconds) for seconds, *_ in runs) < 0.1


def test_every_lesson_opens():
    """`discover` leaves out what it cannot open, and so would every test here."""
    assert list(FOUND) == lessons.slugs()


@pytest.mark.parametrize("slug", ["resistors", "frustration", "scaling", "denoising", "emergence"])
def test_a_lesson_that_needs_no_torch_does_not_import_it(slug):
    code = f"import sys; from course_lib.lessons import {slug}; print('torch' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )


@pytest.mark.parametrize("slug", FOUND)
@pytest.mark.parametrize(
    "looks_at",
    [  # the claims have a test each
        pytest.param(looks, id=looks.__name__, marks=[pytest.mark.slow] if looks is check.cost else [])
        for looks in check.CHECKS
        if looks is not check.claims
    ],
)
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


DECIMAL = re.compile(r"\d+\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+")


def shown(exercise, function):
    """The expected values that a verdict shows, to three digits or more, of all cases."""
    said = {f"{float(number):.3g}" for number in DECIMAL.findall(exercise.check(function).text)}
    right = (
        np.abs(part.ravel())
        for case in exercise.cases(np.random.default_rng(0))
        for part in parts(exercise.answer(*case))
    )
    return [
        number for numbers in right for number in numbers if number != np.round(number, 2) and f"{number:.3g}" in said
    ]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_verdict_shows_an_expected_value(exercise):
    for name, function in ABUSE.items():
        if function is not endless:
            assert shown(exercise, function) == [], name


@pytest.mark.parametrize("shape", ["{:.3g}", "{:.6f}", "{!r}", "about {:.4e}."])
def test_an_expected_value_shown_in_the_second_case_would_be_found(shape):
    exercise = Exercise(ask="?", answer=np.sin, cases=lambda rng: iter([(0.0,), (-1.2345,)]))

    def leak(x):
        raise RuntimeError(shape.format(float(np.sin(-1.2345))))

    assert len(shown(exercise, leak)) == 1
    assert shown(exercise, fail) == []


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
    monkeypatch.setattr(lessons, "slugs", lambda: ["one"])
    monkeypatch.setattr(lessons, "load", lambda slug: lesson)
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
    assert command.main(["claims", "two"]) == 2 and "there is no lesson 'two'" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["--seeds=5-2", "--seeds=3", "--seeds=a-b", "--seeds=-1-2", "--seed=-1", "--seed=x"])
def test_seeds_that_make_no_sense_are_refused_in_words(two_claims, given, capsys):
    with pytest.raises(SystemExit, match="2"):
        command.main(["claims", given])
    assert "seed" in capsys.readouterr().err.splitlines()[-1]


def test_seeds_are_counted_with_both_ends():
    assert (claims._seeds("2-5"), claims._seeds("7-7"), claims._seed("3")) == (range(2, 6), range(7, 8), range(3, 4))


def raising(rng):
    return {}["nothing here"]


def test_a_claim_that_raises_fails_and_the_others_are_measured(two_claims, capsys):
    broken = Claim(says="It breaks.", measure=raising, expect=1.0, within=Rounding(1e-9), source="nobody")
    two_claims.claims = (broken, two_claims.claims[0])
    assert command.main(["claims"]) == 1
    said = capsys.readouterr().out
    assert (
        "FAILS" in said and "It breaks. It stopped with KeyError" in said and "holds  one, seed 0: One is one." in said
    )


def test_a_control_that_raises_proves_nothing(two_claims):
    two_claims.claims = (
        Claim(
            says="One.", measure=lambda rng: (1.0, 0.1), expect=1.0, within=Errors(5), control=raising, source="nobody"
        ),
    )
    assert command.main(["claims"]) == 1


def test_what_is_not_a_number_is_null_in_json(two_claims, capsys):
    two_claims.claims = (statement("Nothing is one.", np.nan, np.inf),)
    assert command.main(["claims", "--json"]) == 1
    row = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)[0]
    assert (row["measured"], row["control"], row["ok"]) == (None, None, False)


def test_the_summary_of_many_seeds_is_the_seed_that_failed():
    def result(seed, ok, measured, margin):
        return claims.Result(Job("one", 0, seed), learn.Measured(ok, "", measured=measured, margin=margin), None)

    nothing = result(1, False, np.nan, np.nan)
    for order in ([result(0, True, 1.0, 0.2), nothing], [nothing, result(0, True, 1.0, 0.2)]):
        stored = claims._summary(order)
        assert np.isnan(stored.measured) and not stored.ok
    stored = claims._summary([result(0, True, 1.0, 0.1), result(1, True, 3.0, 0.0)])
    assert (stored.measured, stored.ok, stored.seeds) == (3.0, True, "0-1")


def test_many_seeds_are_measured_in_other_processes_in_order():
    index = next(i for i, claim in enumerate(FOUND["resistors"].claims) if not claim.slow)
    jobs = [Job("resistors", index, seed) for seed in range(2)]
    assert [(result.job, result.ok) for result in claims._measure(jobs, many=True)] == [(job, True) for job in jobs]


@pytest.fixture
def walkers(monkeypatch, tmp_path):
    """A function that adds a lesson of this text to the course."""
    monkeypatch.setattr(lessons, "__path__", [*lessons.__path__, str(tmp_path)])
    monkeypatch.setattr(lessons, "WRITTEN", (*lessons.WRITTEN, str(tmp_path)))

    def write(text):
        (tmp_path / "walkers.py").write_text(text)

    yield write
    sys.modules.pop("course_lib.lessons.walkers", None)
    vars(lessons).pop("walkers", None)


BROKEN = {"def f(:": r"SyntaxError.*walkers\.py, line 1", "x = 0\n1 / x": r"ZeroDivisionError.*walkers\.py, line 2"}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_lesson_is_told_and_leaves_the_others_alone(walkers, text, capsys):
    walkers(text)
    told = f"walkers cannot be opened: {BROKEN[text]}"
    with pytest.warns(UserWarning, match=told):
        assert list(lessons.discover()) == list(FOUND)
    with pytest.warns(UserWarning, match=told):
        assert command.main(["claims", "walkers"]) == 1
    assert re.search(BROKEN[text], shown_map := lessons.course_map()._repr_html_()) and "resistors" in shown_map
    assert command.main(["check", "walkers"]) == 1
    assert re.search(told, capsys.readouterr().out)


def test_only_the_lessons_named_are_opened(walkers, recwarn):
    walkers("def f(:")
    assert list(lessons.discover(["resistors"])) == ["resistors"] and not recwarn.list


def test_a_lesson_that_lacks_something_is_shown_as_such_in_the_map(walkers):
    walkers("title = question = '<b>'; minutes = 3; builds_on = ('<i>',)")
    assert "has no attribute 'claims'" in repr(lessons.course_map())
    walkers("title = question = '<b>'; minutes = 3; builds_on = ('<i>',); claims = () # mended")
    sys.modules.pop("course_lib.lessons.walkers")
    page = lessons.course_map()._repr_html_()
    assert "&lt;i&gt;" in page and "<i>" not in page and "<b>" not in page


def test_check_tells_everything_of_a_lesson_in_which_everything_raises(walkers, capsys):
    walkers(
        "from course_lib.play import Knob, Playground\n"
        "def view(T):\n    return 1 / T\n"
        "order = Playground(question='?', view=view, knobs=(Knob('T', 0.0, 1.0, 0.5),))\n"
    )
    assert command.main(["check", "walkers"]) == 1
    said = capsys.readouterr().out
    for part in (
        "no `claims`",
        "walkers.order: T = 0.0 stops with ZeroDivisionError: float division by zero (walkers.py, line 3)",
        "`symbols` stopped with ModuleNotFoundError",
        "more) stops with AttributeError: 'float' object has no attribute",  # the view returns a number
    ):
        assert part in said, said


def lesson(**names):
    """A lesson module that holds these."""
    module = ModuleType("walkers")
    vars(module).update(names)
    return module


def test_check_tells_a_claim_that_refuses_and_goes_on(monkeypatch):
    def refuse(rng):
        raise Refusal("no wires")

    refused = Claim(says="It breaks.", measure=refuse, expect=1.0, within=Rounding(1e-9), source="nobody")
    module = lesson(claims=(refused, statement("One is two.", 2.0, 9.0), statement("One is one.", 1.0, 1.0)))
    monkeypatch.setattr(lessons, "load", lambda slug: module)
    found = check.claims("walkers", module)
    assert len(found) == 3, found
    assert "no wires" in found[0] and "One is two." in found[1] and "a control passes" in found[2]


def test_check_wants_a_stored_measurement_of_each_slow_claim(monkeypatch, tmp_path):
    monkeypatch.setattr(learn.claims, "RECORD", tmp_path / "measured.json")
    slow = Claim(says="In time.", measure=raising, expect=1.0, within=Rounding(1e-9), source="nobody", slow=True)
    found = check.stored("walkers", lesson(claims=(slow, statement("One is one.", 1.0, 9.0))))
    assert len(found) == 1 and "In time." in found[0]
    learn.record({"In time.": learn.Recorded("walkers", 1.0, 0.0, True, 9.0, "0", "2026-01-02")})
    assert check.stored("walkers", lesson(claims=(slow,))) == []
    renamed = lesson(claims=(statement("In good time.", 1.0, 9.0),))
    assert "which no claim says" in check.stored("walkers", renamed)[0]
    assert claims.stale({"walkers": renamed}) == {"In time."}
    learn.record({}, gone=claims.stale({"walkers": renamed}))
    assert check.stored("walkers", renamed) == []


def test_a_figure_without_words_is_told():
    view = lambda T: go.Figure(go.Scatter(x=[0, 1], y=[0, T]))  # noqa: E731
    order = Playground(question="?", view=view, knobs=(Knob("T", 0.0, 1.0, 0.5),))
    assert all("walkers.order: T" in sentence for sentence in check.playgrounds("walkers", lesson(order=order)))
    assert any("no alt text" in sentence for sentence in check.playgrounds("walkers", lesson(order=order)))


TABLE = """Wires.

Symbols   k     conductance
          V_F, V_C  free and clamped voltages, in
                    volts
          g, G  a law, and its integral

    code = not a symbol  # an example
"""


def test_the_symbols_of_a_docstring_are_read_with_those_that_share_a_line():
    assert [symbol for symbol, _ in words.declared(TABLE)] == ["k", "V_F", "V_C", "g", "G"]
    assert dict(words.declared(TABLE))["G"] == "a law, and its integral"
    assert words.declared("No table. Symbols of power  and glory.") == []


def test_the_symbols_of_every_module_of_a_kernel_are_looked_up(monkeypatch):
    inner = SimpleNamespace(__name__="kernels.walkers.inner", __doc__="Symbols   no_such  a symbol\n          T  heat")
    monkeypatch.setattr(words, "modules", lambda name: [inner])
    (found,) = words.symbols("walkers", lesson())
    assert "kernels.walkers.inner: the symbol no_such (a symbol)" in found
    monkeypatch.undo()
    assert "course_lib.kernels.resistors.sparse" in [m.__name__ for m in words.modules("course_lib.kernels.resistors")]
    assert [m.__name__ for m in words.modules("course_lib.core")] == ["course_lib.core"]


def test_a_number_of_the_prose_is_not_stated_by_one_that_begins_like_it(monkeypatch, tmp_path):
    monkeypatch.setattr(lessons, "notebook", lambda slug: tmp_path / "01_walkers.ipynb")
    monkeypatch.setattr(words.notebooks, "prose", lambda path: {7: "It is 0.15, then 0.50 and 12.34; of 0.5 nothing."})
    facts = (Fact(says="It is 0.155 and 0.5.", value="112.34", source="nobody"),)
    told = words.prose("walkers", lesson(facts=facts))
    assert [sentence.split("number ")[1].split(":")[0] for sentence in told] == ["0.15", "12.34"]
    assert all(sentence.startswith("01_walkers.ipynb: cell 7: ") for sentence in told)


def test_a_new_lesson_has_nothing_to_complain_about_and_passes_its_tests(tmp_path):
    for folder in ("course_lib", "notebooks", "tests"):
        shutil.copytree(lessons.NOTEBOOKS.parent / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pyc*"))
    shutil.copy(lessons.NOTEBOOKS.parent / "pyproject.toml", tmp_path)
    new.main("walkers", tmp_path)
    files = [str(path) for path in tmp_path.rglob("*walkers.*") if path.suffix in (".py", ".ipynb")]
    assert len(files) == 4
    for work in (
        ["course_lib.author.command", "check", "walkers"],
        ["pytest", "-q", "tests/test_walkers.py"],
        ["ruff", "check", *files],
        ["ruff", "format", "--check", *files],
    ):
        here = os.environ | {"PYTHONPATH": str(tmp_path)}
        done = subprocess.run([sys.executable, "-m", *work], cwd=tmp_path, env=here, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("slug", ["Upper", "two words", "for", "resistors", "a-b"])
def test_a_bad_or_taken_slug_is_refused_in_words(slug):
    with pytest.raises(Refusal, match="slug|already"):
        new.main(slug, lessons.NOTEBOOKS.parent)
