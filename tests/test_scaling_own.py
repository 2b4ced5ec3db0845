"""The course's own sweep as lesson 03 reads it: the table, interpolation between its runs, three ways to a frontier."""

import csv

import numpy as np
import pytest

from course_lib.core import Refusal
from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law, Runs, trained
from course_lib.lessons.scaling import own_sweep

LAW = Law(E=1.4, A=16.0, B=24.0, alpha=0.4, beta=0.29)
EXPONENT = 0.29 / 0.69


def on_slices(law: Law = LAW) -> Runs:
    """Nine budgets of seven sizes about the best one, without scatter."""
    return scaling.isoflop_layout(law, np.geomspace(1e10, 1e14, 9), 7, (0.2, 5.0))


def rows() -> list[dict[str, str]]:
    with trained.TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_row_of_the_table_stands_where_its_names_say():
    sweep = scaling.trained_runs()
    for row in rows()[::17]:
        at = np.flatnonzero((sweep.blocks == int(row["blocks"])) & (sweep.D == int(row["tokens"])))
        (configuration,) = at
        (rate,) = np.flatnonzero(sweep.log2_rates[configuration] == int(row["log2_rate"]))
        assert sweep.loss[configuration, rate, int(row["seed"])] == float(row["loss"])
        assert sweep.embedding[configuration] == int(row["embedding"])
    assert sweep.loss.size == len(rows())


def test_the_table_is_finite_small_and_nowhere_below_the_floor():
    sweep, floor = scaling.trained_runs(), scaling.rungs()[-1]
    assert np.isfinite(sweep.loss).all() and trained.TABLE.stat().st_size < 1e6
    assert sweep.loss.min() > floor
    assert sweep.C.max() / sweep.C.min() > 10**4


def test_the_sweep_cannot_be_written_to():
    with pytest.raises(ValueError):
        scaling.trained_runs().loss[0, 0, 0] = 0.0


def test_tuned_is_the_learning_rate_of_least_mean_loss():
    sweep = scaling.trained_runs()
    for i, (rates, loss) in enumerate(zip(sweep.log2_rates, sweep.loss)):
        means = {int(rate): float(np.mean(of)) for rate, of in zip(rates, loss)}
        best = min(means, key=means.get)
        assert scaling.best_rates(sweep)[i] == best
        assert np.mean(scaling.tuned(sweep)[i]) == means[best]
        assert np.mean(scaling.at_rate(sweep, -6)[i]) == means[-6]


def test_the_best_learning_rate_lies_inside_the_range_that_was_tried():
    """With few exceptions: else the tuned runs are not tuned."""
    sweep = scaling.trained_runs()
    best = scaling.best_rates(sweep)
    at_an_end = (best == sweep.log2_rates.min(axis=1)) | (best == sweep.log2_rates.max(axis=1))
    assert at_an_end.sum() <= 1


def test_a_learning_rate_that_some_size_never_had_is_refused():
    with pytest.raises(Refusal, match="2\\^-2"):
        scaling.at_rate(scaling.trained_runs(), -2)


def test_redrawn_seeds_have_the_mean_and_the_error_of_the_seeds():
    loss = np.arange(4.0)[None] + np.zeros((3, 1))
    drawn = np.array([scaling.redrawn(loss, rng=np.random.default_rng(seed)) for seed in range(4000)])
    assert abs(drawn.mean() - 1.5) < 0.03
    assert abs(drawn.std(axis=0) - np.std(range(4)) / 2).max() < 0.03
    assert abs(np.corrcoef(drawn.T) - np.eye(3)).max() < 0.1, "each configuration has a lot of its own"


# --- between the runs -------------------------------------------------------------------------------------------------


def test_at_its_own_budgets_the_sweep_is_returned_as_it_is():
    runs = on_slices()
    C = np.geomspace(1e10, 1e14, 9)
    found = scaling.at_budgets(runs, C)
    order = lambda r: np.lexsort((r.D, r.N))  # noqa: E731
    assert all(np.allclose(a[order(found)], b[order(runs)]) for a, b in zip(found, runs))


def test_between_two_runs_of_a_size_the_loss_lies_on_the_line_in_ln_d():
    runs = Runs(np.array([100.0, 100.0]), np.array([1e4, 1e6]), np.array([3.0, 2.0]))
    found = scaling.at_budgets(runs, np.array([6 * 100 * 1e5, 6 * 100 * 10**5.5]))
    assert np.allclose(found.L, [2.5, 2.25]) and np.allclose(found.N, 100)


def test_no_loss_is_made_up_beyond_the_runs_of_a_size():
    runs = Runs(np.array([100.0, 100.0]), np.array([1e4, 1e6]), np.array([3.0, 2.0]))
    with pytest.raises(Refusal, match="No run reaches"):
        scaling.at_budgets(runs, np.array([6 * 100 * 1.1e6]))


def test_budgets_reach_from_the_first_to_the_last_bowl():
    budgets = scaling.budgets_reached(on_slices(), 5)
    assert np.allclose(budgets, np.geomspace(1e10, 1e14, 5), rtol=0.01)


def test_three_sizes_are_too_few():
    runs = on_slices()
    few = Runs(*(column[np.isin(runs.N, np.unique(runs.N)[:3])] for column in runs))
    with pytest.raises(Refusal, match="four"):
        scaling.budgets_reached(few)


@pytest.mark.parametrize("method, within", [("by_envelope", 0.04), ("by_parabolas", 0.03), ("by_law", 1e-4)])
def test_each_approach_finds_the_exponent_of_runs_that_follow_a_law(method, within):
    found = getattr(scaling, method)(on_slices())
    assert abs(found.exponent - EXPONENT) < within
    other = getattr(scaling, method)(on_slices(LAW._replace(beta=0.5, B=200.0)))
    assert abs(other.exponent - EXPONENT) > within, "control: another law has another exponent"


# --- the playground ---------------------------------------------------------------------------------------------------


def test_the_figure_counts_the_table_of_tokens_or_not():
    counted, bare = (own_sweep.still(everything=everything) for everything in (True, False))
    N = [next(trace.y.max() for trace in figure.data if trace.name == "runs") for figure in (counted, bare)]
    assert N[0] / N[1] == pytest.approx(1 + 80 / (24 * 192), rel=1e-3)


def test_too_narrow_a_range_is_told_in_words():
    with pytest.raises(Refusal, match="four of them at the same budget"):
        own_sweep.still(low=4e4, high=1e5)
