"""What the figures of lesson 05 say, against sums and loops that share no code with them."""

import re
from itertools import islice

import numpy as np
import pytest

from course_lib.kernels.emergence import concepts, stored
from course_lib.lessons.emergence import cube, curves, guessed, metric_view, sequences


def said(playground, **knobs):
    return playground.still(**knobs).layout.meta["alt"]


def number_after(words, alt):
    """The first number of an alt text after these words."""
    return float(re.search(re.escape(words) + r"[^-0-9]*?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)", alt)[1])


def coins(t, p, n):
    return (1 - (1 - p) ** t) ** n


@pytest.mark.parametrize("p, n, level", [(0.02, 8, 0.5), (0.2, 1, 0.1), (0.002, 64, 0.9)])
def test_the_level_is_reached_when_a_search_says(p, n, level):
    alt = said(curves.three_clocks, p=p, n=n, P_star=level)
    low, high = 0.0, 1e6
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if coins(middle, p, n) < level else (low, middle)
    assert number_after("is reached after", alt) == pytest.approx(low, rel=0.01)


def test_in_steps_the_width_grows_and_on_a_logarithmic_axis_it_falls():
    alts = [said(curves.three_clocks, n=n) for n in (2, 16, 64)]
    in_steps = [number_after("in t (steps)", alt[alt.index(", for n =") :]) for alt in alts]
    in_decades = [number_after("in log t (decades)", alt[alt.index(", for n =") :]) for alt in alts]
    assert in_steps == sorted(in_steps) and in_decades == sorted(in_decades, reverse=True)


@pytest.mark.parametrize("L", [1, 5, 20])
def test_exact_match_is_a_power_of_the_accuracy_of_a_token(L):
    alt = said(metric_view.one_accuracy, L=L)
    first, last = (float(number) for number in re.search(r"token goes from (\S+) to (\S+);", alt).groups())
    assert number_after("Exact match goes from", alt) == pytest.approx(first**L, rel=0.02)
    assert last**L == pytest.approx(float(re.search(r"Exact match goes from \S+ to (\S+);", alt)[1]), rel=0.1)


def test_the_answers_to_the_predictions_carry_the_guess():
    assert "You guessed 100" in guessed.delay(100.0).layout.meta["alt"]
    assert "You said: on none" in guessed.axes("on none").layout.meta["alt"]


def test_the_words_that_should_be_written_are_those_of_the_tables():
    model, names = stored.named("transformer"), "ABCDEF"
    tables = model.task.tables
    for f, word in (((0, 1, 2, 1), 7), ((2, 2, 2, 2), 215)):
        letters = [word // 36, word // 6 % 6, word % 6]
        figure = sequences.composer.still(**{f"f_{i + 1}": k for i, k in enumerate(f)}, word=word)
        text = " ".join(str(cell) for trace in figure.data if trace.text is not None for cell in trace.text)
        for position, k in enumerate(f):
            letters = [int(tables[position][k][letter]) for letter in letters]
            assert "".join(names[letter] for letter in letters) in text, (f, word, position)


def test_the_cube_begins_again_with_other_corners_and_goes_on_with_the_same():
    run = cube.concept_cube.run
    knobs = {"corners": cube.FIRST, "look": cube.EQUAL, "seed": 0}
    states = list(islice(run(None, **knobs), 3))
    assert [state.step() for state in states] == [0, 10, 20]
    assert next(run(states[-1], **knobs)).step() == 20
    assert next(run(states[-1], **(knobs | {"corners": (0, 7)}))).step() == 0


def test_an_empty_choice_of_corners_draws_something():
    state = next(cube.concept_cube.run(None, (), cube.EQUAL, 0))
    assert cube.concept_cube.view(state).layout.meta["alt"]


def test_the_corners_are_numbered_as_their_bits():
    assert [int("".join(map(str, c)), 2) for c in concepts.CLASSES] == list(range(8))
    assert np.array(cube.EDGES).shape == (12, 2)
