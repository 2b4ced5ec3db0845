"""The words of the course: verdicts on anything a reader may hand over, and claims that can fail."""

import itertools
import os
import sys
import threading
import time

import numpy as np
import pytest
import torch

from course_lib.core import Refusal
from course_lib.learn import (
    AtLeast,
    AtMost,
    Between,
    Bias,
    Claim,
    Errors,
    Exercise,
    Prediction,
    Question,
    Rounding,
    apart,
    exercises,
)


def drop(k, V):
    """The power k V^2 in each wire."""
    return k * V**2


def some_wires(rng):
    for n in range(2, 8):
        yield rng.random(n) + 0.5, rng.normal(size=n)


power = Exercise(
    ask="Write drop(k, V).",
    answer=drop,
    cases=some_wires,
    hints=("Ohm.", "Then Joule."),
    slips={"The drop is not squared.": lambda k, V: k * V, "Squared twice.": lambda k, V: k * V**4},
)


def mutates(k, V):
    result = k * V**2
    k *= 2
    return result


def endless(k, V):
    while True:
        pass


def stubborn(k, V):
    while True:
        try:
            time.sleep(0.001)
        except BaseException:  # the point of the test
            if quit_now.is_set():
                return k


quit_now = threading.Event()


def talkative(k, V):
    print("x" * 1_000_000)
    return k * V**2


def hidden_trap(k, V):
    class Trap(np.ndarray):
        def __array_finalize__(self, other):
            raise RuntimeError("boo")

    return (k * V**2).view(Trap)


def kills(k, V):
    raise SystemExit


def recurses(k, V):
    return recurses(k, V)


WRONG = {
    "nothing": lambda k, V: None,
    "NaN": lambda k, V: k * np.nan,
    "an infinity": lambda k, V: k * np.inf,
    "a wrong shape": lambda k, V: (k * V**2)[:-1],
    "a number for an array": lambda k, V: float(k @ V**2),
    "complex numbers": lambda k, V: (k * V**2).astype(complex),
    "words": lambda k, V: np.array(["a"] * len(k)),
    "yes and no": lambda k, V: V > 0,
    "a list": lambda k, V: list(k * V**2),
    "a tensor": lambda k, V: torch.tensor(k * V**2),
    "a generator": lambda k, V: (x for x in k),
    "an exception": lambda k, V: k / undefined,  # noqa: F821
    "too few arguments": lambda k: k,
    "a trap": hidden_trap,
    "an exit": kills,
    "endless recursion": recurses,
    "an interrupt": lambda k, V: (_ for _ in ()).throw(KeyboardInterrupt),
    "its input": lambda k, V: k,
    "cut decimals": lambda k, V: (k * V**2).astype(int),
    "an endless loop": endless,
}


def test_the_answer_is_right_for_every_seed():
    assert all(power.check(drop, seed).ok for seed in range(10))


def halves(a):
    """What is not negative in a, and what is."""
    return a[a >= 0], a[a < 0]


two_values = Exercise(
    ask="Write halves(a).",
    answer=halves,
    cases=lambda rng: ((rng.normal(size=n),) for n in (5, 6, 7)),
    slips={"They are swapped.": lambda a: halves(a)[::-1]},
)


@pytest.mark.parametrize(
    "function, says",
    [
        (halves, "Correct"),
        (lambda a: (halves(a)[1], halves(a)[0]), "They are swapped."),
        (lambda a: halves(a)[0], "It should return 2 values"),
        (lambda a: (*halves(a), a), "It should return 2 values"),
        (lambda a: list(halves(a)), "It should return 2 values"),
        (lambda a: (halves(a)[0], "text"), "It returns a str"),
        (lambda a: (halves(a)[0], halves(a)[1] * 2), "Look at the second value. Every value is off"),
        (lambda a: (halves(a)[0][None], halves(a)[1]), "Look at the first value. It returns an array of shape"),
        (lambda a: None, "returns nothing"),
    ],
)
def test_an_answer_of_two_values_is_judged_as_both(function, says):
    verdict = two_values.check(function)
    assert says in verdict.text and verdict.ok == (says == "Correct")


class Evil(Exception):
    def __str__(self):
        raise RuntimeError("not even this")


def evil(k, V):
    raise Evil


def hoards_the_lock(k, V):
    return sum(itertools.count())


def leaves(k, V):
    os._exit(1)


@pytest.fixture(params=[apart.in_a_fork, apart.in_a_thread], ids=["in a fork", "in a thread"])
def either_way(request, monkeypatch):
    """The way of Linux, and that of macOS and Windows."""
    if request.param is apart.in_a_fork and not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(exercises, "run_apart", request.param)


@pytest.mark.parametrize("function", [*WRONG.values(), evil], ids=[*WRONG, "an exception that cannot be shown"])
def test_anything_wrong_gets_a_sentence_within_five_seconds(either_way, function):
    start = time.perf_counter()
    verdict = power.check(function)
    assert not verdict.ok
    assert verdict.text.endswith(".") and len(verdict.text) < 400 and "Traceback" not in verdict.text
    assert time.perf_counter() - start < 5
    assert power.check(drop).ok, "the next check still works"


@pytest.mark.skipif(sys.platform != "linux", reason="only a process can be stopped here")
@pytest.mark.parametrize("function", [hoards_the_lock, leaves, stubborn])
def test_a_process_is_stopped_whatever_it_does(function):
    start = time.perf_counter()
    assert not power.check(function).ok
    assert time.perf_counter() - start < 5
    assert power.check(drop).ok


def test_each_kind_of_wrong_has_its_own_sentence():
    alike = {"NaN", "an infinity"}
    texts = [power.check(f).text for name, f in WRONG.items() if name not in alike | {"an endless loop"}]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("sentence", power.slips)
def test_a_slip_is_named(sentence):
    assert power.check(power.slips[sentence]).text == sentence


def test_a_flipped_sign_and_a_factor_are_named_without_a_slip():
    assert "sign" in power.check(lambda k, V: -k * V**2).text
    assert "factor" in power.check(lambda k, V: 2 * k * V**2).text


def test_a_changed_input_is_named_and_does_not_spoil_the_next_case():
    assert "changes its input k" in power.check(mutates).text


def test_a_megabyte_of_printing_is_kept_short_and_off_the_page(either_way, capsys):
    verdict = power.check(talkative)
    assert verdict.ok and 0 < len(verdict.printed) <= 2000
    assert capsys.readouterr().out == ""


def test_a_thread_that_cannot_be_stopped_is_abandoned_with_a_sentence(monkeypatch):
    monkeypatch.setattr(exercises, "run_apart", apart.in_a_thread)
    streams = sys.stdout, sys.stderr
    try:
        start = time.perf_counter()
        assert "Restart Kernel" in power.check(stubborn).text
        assert time.perf_counter() - start < 5
        assert power.check(drop).ok
    finally:
        quit_now.set()
        sys.stdout, sys.stderr = streams


def test_the_same_list_of_numbers_is_never_shown_back():
    """No verdict leaks an expected value."""
    expected = {f"{x:.4f}" for case in some_wires(np.random.default_rng(0)) for x in drop(*case)}
    for name, function in WRONG.items():
        text = "" if name == "an endless loop" else power.check(function).text
        assert not any(x in text for x in expected), name


def test_what_is_not_a_function_gets_a_sentence():
    assert "function itself" in power.check(3.0).text


def test_the_readers_text_is_escaped():
    def shouts(k, V):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(1)>")

    html = power.check(shouts)._repr_html_()
    assert "<script>" not in html and "<img" not in html and "&lt;img" in html


def test_hints_come_one_at_a_time_and_the_answer_is_the_kernels_own_source():
    exercise = Exercise(ask="", answer=drop, cases=some_wires, hints=("Ohm.", "Then Joule."))
    assert [exercise.hint().text for _ in range(2)] == ["Ohm.", "Then Joule."]
    assert "No more hints" in repr(exercise.hint())
    assert "return k * V**2" in repr(exercise.reveal())


coin = Question(ask="Sum?", answer="b", why="Yes: two.", choices={"a": "one", "b": "two"}, slips={"a": "Too few."})
length = Question(ask="How long?", answer=2.0, why="Two metres.", tolerance=0.01, slips={4.0: "That is squared."})


@pytest.mark.parametrize(
    ("question", "answer", "ok", "text"),
    [
        (coin, "b", True, "Yes: two."),
        (coin, " B ", True, "Yes: two."),
        (coin, "a", False, "Too few."),
        (coin, 2, False, "Answer with one of a, b, in quotes."),
        (coin, None, False, "Answer with one of a, b, in quotes."),
        (length, 2.01, True, "Two metres."),
        (length, np.float32(2), True, "Two metres."),
        (length, 4, False, "That is squared."),
        (length, 3, False, "That is not it."),
        (length, float("nan"), False, "Answer with a finite number."),
        (length, "two", False, "Answer with a number."),
        (length, [2, 2], False, "Answer with a number."),
    ],
)
def test_a_question_answers_in_a_sentence(question, answer, ok, text):
    verdict = question.check(answer)
    assert (verdict.ok, verdict.text) == (ok, text)


def test_a_prediction_keeps_the_guess_and_refuses_one_out_of_range():
    guess = Prediction(question="How much?", low=0, high=1, unit="V")
    assert guess.value is None
    assert "0.25 V" in guess.commit(0.25).text and guess.value == 0.25
    with pytest.raises(Refusal, match="from 0 to 1"):
        guess.commit(2)


def claim(value, error, expect, within):
    return Claim(
        says="It is so.",
        measure=lambda rng: (value, error),
        expect=expect,
        within=within,
        control=lambda rng: (1e9, 0),
        source="",
    )


@pytest.mark.parametrize(
    ("value", "error", "expect", "within", "ok"),
    [
        (1.04, 0.01, 1, Errors(5), True),
        (1.06, 0.01, 1, Errors(5), False),
        (1 + 1e-13, 0, 1, Rounding(1e-12), True),
        (1 + 1e-11, 0, 1, Rounding(1e-12), False),
        (1.05, 0, 1, Bias(0.1, "finite size"), True),
        (0.85, 0.01, 1, Bias(0.1, "finite size"), True),
        (0.84, 0.01, 1, Bias(0.1, "finite size"), False),
        (0.5, 0, AtLeast(0), Rounding(0), True),
        (-0.5, 0, AtLeast(0), Rounding(0), False),
        (0.5, 0, AtMost(0), Rounding(0), False),
        (0.5, 0.2, AtMost(0), Errors(5), True),
        (0.95, 0, Between(0.9, 1), Rounding(0), True),
        (1.05, 0, Between(0.9, 1), Rounding(0), False),
        (float("nan"), 0, AtLeast(0), Rounding(0), False),
        (1, float("nan"), 1, Errors(5), False),
    ],
)
def test_a_claim_holds_exactly_within_its_tolerance(value, error, expect, within, ok):
    verdict = claim(value, error, expect, within).check()
    assert verdict.ok == ok and verdict.text


def test_a_claim_without_a_control_is_refused_unless_only_rounding_is_in_play():
    with pytest.raises(Refusal, match="control"):
        Claim(says="x", measure=lambda rng: (0, 0), expect=0, within=Errors(5), source="")


def test_a_claim_is_measured_anew_for_each_seed():
    noisy = Claim(says="x", measure=lambda rng: (rng.random(), 0), expect=AtLeast(0), within=Rounding(0), source="")
    assert noisy.check(1).measured == noisy.check(1).measured != noisy.check(2).measured
