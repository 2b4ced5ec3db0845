"""What the figures of lesson 03 say, against searches that share no code with them."""

import re
from itertools import product

import numpy as np
import pytest

from course_lib.kernels.scaling import kaplan, law
from course_lib.lessons.scaling import bowls, budget, walks
from course_lib.lessons.scaling.own_runs import _brief


def number_after(words, alt):
    """The first number of an alt text after these words."""
    return float(re.search(re.escape(words) + r"[^0-9]*?(\d+(?:\.\d+)?(?:e[+-]?\d+)?)", alt)[1])


def tried(C, alpha, beta, everything):
    """The best size by trying a quarter of a million, no frontier asked."""
    L, N = bowls.turned(alpha, beta), np.geomspace(1e-3, 1e16, 250_001)
    total = N if everything else N + kaplan.OMEGA * N ** (1 / 3)
    return N[np.argmin(L.E + L.A / total**alpha + L.B / (C / (6 * N)) ** beta)]


@pytest.mark.parametrize("everything", [True, False])
def test_the_bowls_are_lowest_where_a_search_says_at_every_corner_of_the_knobs(everything):
    for C, alpha, beta in product((1e13, 1e19, 1e25), (0.2, 0.35, 0.6), (0.2, 0.37, 0.6)):
        figure = bowls.isoflop_bowls.still(C=C, alpha=alpha, beta=beta, everything=everything)
        best = float(figure.data[5].x[0])  # behind three other budgets, this one, and the lowest points
        assert best == pytest.approx(tried(C, alpha, beta, everything), rel=0.02), (C, alpha, beta)
        assert number_after("nats, at", figure.layout.meta["alt"]) == pytest.approx(best, rel=0.01)


def test_the_law_turns_about_its_pivot():
    for alpha, beta in product((0.2, 0.6), repeat=2):
        assert law.loss(1e9, 2e10, bowls.turned(alpha, beta)) == pytest.approx(law.loss(1e9, 2e10, law.BESIROGLU))


def test_counting_the_embedding_swings_the_fitted_exponent():
    counted, not_counted = (
        number_after("non-embedding parameters has", bowls.isoflop_bowls.still(everything=on).layout.meta["alt"])
        for on in (True, False)
    )
    assert (counted, not_counted) == (0.513, 0.787)


@pytest.mark.parametrize("C, N, served", [(1e21, 1e9, 1e9), (5.76e23, 2.8e11, 1e9), (1e24, 2e10, 1e12)])
def test_the_bill_is_what_a_search_over_sizes_says(C, N, served):
    L, sizes = law.BESIROGLU, np.geomspace(1e6, C / (2 * served) * 0.9999, 400_001)
    loss = lambda n: L.E + L.A / n**L.alpha + L.B / ((C - 2 * n * served) / (6 * n)) ** L.beta  # noqa: E731
    best = sizes[np.argmin(loss(sizes))]
    bill = budget.bill(L, C, N, served, budget.CURVE * min(C / (2 * served), 3e4 * best))
    assert bill.N == pytest.approx(best, rel=0.01)
    assert bill.lost == pytest.approx(loss(N) - loss(best), abs=1e-6)
    cheaper = np.geomspace(1e-3, 1, 100_001) * C
    enough = [cheaper[np.argmax(law.optimal_loss(cheaper, L) <= target)] for target in (loss(N), loss(best))]
    assert bill.wasted == pytest.approx(1 - enough[0] / enough[1], abs=1e-3)


def test_who_serves_all_the_budget_has_nothing_to_train_with():
    figure = budget.budget_game.still(N=1e12, served=1e13)
    assert "nothing left to train with" in figure.layout.meta["alt"]


def test_of_many_starts_the_sum_arrives_and_the_mean_does_not():
    for number in range(10):
        alts = [
            walks.walk.still(start=walks.MANY, objective=o, number=number).layout.meta["alt"]
            for o in (walks.SUM, walks.MEAN)
        ]
        errors = [number_after("a ", re.search(r"above.*|times the least.*", alt)[0]) for alt in alts]
        assert errors[0] < 0.1 and errors[1] > 1.5, number


@pytest.mark.parametrize(
    "value, text",
    [(999.6, "1000"), (99.96, "100"), (-5, "−5.00"), (-12345, "−12345"), (0.00012, "1.20e−4"), (1.5e10, "1.50e10")],
)
def test_a_number_is_written_in_a_few_digits(value, text):
    assert _brief(value) == text
