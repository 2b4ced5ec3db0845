"""The coin-flip model against coins flipped one by one, enumeration, quadrature, rational numbers, and by hand."""

import time
from fractions import Fraction
from itertools import product
from math import comb, log

import numpy as np
import pytest
from numba import njit
from racing import interleaved
from scipy import stats

from course_lib.core import Refusal
from course_lib.kernels.emergence import clocks, draws, prerequisites
from course_lib.kernels.emergence import variations as vary

P, SKILLS = 0.02, (1, 2, 4, 8, 16)
every_n = pytest.mark.parametrize("n", SKILLS)


def generator(seed):
    return np.random.default_rng(seed)


def frozen(a):
    """A kernel may not write to its input."""
    a = np.array(a)
    a.setflags(write=False)
    return a


def flipped(p, runs, seed):
    """The oracle: every coin of every step is flipped, until all skills are learnt. Times (runs, n)."""
    rng, found = generator(seed), []
    for _ in range(runs):
        first, t = [0] * len(p), 0
        while 0 in first:
            t += 1
            for i, coin in enumerate(rng.random(len(p))):
                if not first[i] and coin < p[i]:
                    first[i] = t
        found.append(first)
    return np.array(found)


def stepped_curve(steps, p, n, enough):
    """The oracle: the exact law of how many skills there are, carried from step to step by the binomial law."""
    law, found = np.eye(n + 1)[0], []
    jump = np.array([[stats.binom.pmf(b - a, n - a, p) if b >= a else 0.0 for b in range(n + 1)] for a in range(n + 1)])
    for _ in range(steps + 1):
        found.append(law[enough:].sum())
        law = law @ jump
    return np.array(found)


def agrees(drawn, curve, factor=1.0):
    """Are draws of a whole number distributed by the cumulative curve (at 0, 1, ...)? By 5 errors at any step."""
    curve = np.clip(curve, 0, 1)
    share = np.cumsum(np.bincount(drawn, minlength=len(curve)))[: len(curve)] / len(drawn)
    at = np.minimum((np.arange(len(curve)) * factor).astype(int), len(curve) - 1)
    error = np.sqrt(curve * (1 - curve) / len(drawn)) + 1 / len(drawn)
    return bool((np.abs(share[at] - curve) < 5 * error).all())


def error_of(drawn):
    return drawn.std(ddof=1) / np.sqrt(len(drawn))


# --- the formula ------------------------------------------------------------------------------------------------------


@every_n
@pytest.mark.parametrize("p", [0.001, 0.02, 0.5, 0.999])
def test_the_curve_is_the_law_carried_from_step_to_step(p, n):
    t = frozen(np.arange(120))
    np.testing.assert_allclose(clocks.all_learnt(t, p, n), stepped_curve(119, p, n, n), rtol=1e-10, atol=1e-15)


def test_the_curve_is_right_for_rational_numbers_however_small_the_chance():
    for p, n, t in ((Fraction(1, 10**9), 3, 50), (Fraction(1, 3), 40, 7), (Fraction(1, 10**15), 2, 10)):
        exact = (1 - (1 - p) ** t) ** n
        assert clocks.all_learnt(t, float(p), n) == pytest.approx(float(exact), rel=1e-12, abs=0)
        naive = (1 - (1 - float(p)) ** t) ** n
        assert p > 1e-3 or naive != pytest.approx(float(exact), rel=1e-12, abs=0), "control: written as it stands"


def test_a_billion_rare_skills_arrive_late_and_together():
    t = clocks.time_to_reach([0.1, 0.5, 0.9], 1e-12, 1e9)
    expected = 1e12 * (log(1e9) - np.log(-np.log([0.1, 0.5, 0.9])))
    np.testing.assert_allclose(t, expected, rtol=1e-9)
    np.testing.assert_allclose(clocks.all_learnt(t, 1e-12, 1e9), [0.1, 0.5, 0.9], rtol=1e-6)


@pytest.mark.parametrize("n", [0.3, 1, 2.5, 8, 1e6])
@pytest.mark.parametrize("p", [1e-9, 0.02, 0.9])
def test_t_star_inverts_the_curve(p, n):
    level = frozen([1e-9, 0.01, 0.1, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(clocks.all_learnt(clocks.time_to_reach(level, p, n), p, n), level, rtol=1e-9)


def test_t_star_by_hand():
    assert clocks.time_to_reach(0.5, 0.5, 1) == pytest.approx(1.0, rel=1e-15)  # one toss of a fair coin
    assert clocks.time_to_reach(0.25, 0.5, 2) == pytest.approx(1.0, rel=1e-15)  # two coins, both heads
    assert clocks.time_to_reach((1 - 1 / 8) ** 3, 0.5, 3) == pytest.approx(3.0, rel=1e-14)
    t = clocks.time_to_reach(0.5, P, 8)
    for wrong in (np.log(1 - 0.5**8) / np.log(1 - P), np.log10(1 - 0.5 ** (1 / 8)) / np.log(1 - P)):
        assert t != pytest.approx(wrong, rel=0.1), "control: 1 - P^n, and mixed logarithms"


def test_dual_is_its_own_inverse():
    x = np.geomspace(1e-12, 30, 200)
    np.testing.assert_allclose(clocks.dual(clocks.dual(x)), x, rtol=1e-12)
    np.testing.assert_allclose(np.exp(-x) + np.exp(-clocks.dual(x)), 1, rtol=1e-15)


def test_the_medians_of_the_talks_model_are_those_of_the_table():
    assert [round(clocks.median_time(P, n), 2) for n in SKILLS] == [34.31, 60.78, 90.99, 123.20, 156.45]
    assert [clocks.steps_to_reach(0.5, P, n) for n in SKILLS] == [35, 61, 91, 124, 157]
    assert clocks.steps_to_reach(0.5, 0.5, 1) == 1
    assert clocks.median_time(P, 1e6) * clocks.rate(P) == pytest.approx(log(1e6) + 0.3665, abs=1e-4)


def exact_moments(p, n):
    """The oracle: inclusion and exclusion in rational numbers. E[T] and E[T^2] of the last of n clocks."""
    p, mean, square = Fraction(p), Fraction(0), Fraction(0)
    for j in range(1, n + 1):  # the first of j clocks is geometric with the chance r
        r = 1 - (1 - p) ** j
        mean += (-1) ** (j + 1) * comb(n, j) / r
        square += (-1) ** (j + 1) * comb(n, j) * (2 - r) / r**2
    return mean, square


@pytest.mark.parametrize("n", [1, 2, 3, 8, 20])
@pytest.mark.parametrize("p", [1e-6, 9e-4, 1.1e-3, 0.02, 0.5, 0.99])
def test_mean_and_spread_are_those_of_inclusion_and_exclusion(p, n):
    mean, square = exact_moments(p, n)
    assert clocks.mean_time(p, n) == pytest.approx(float(mean), rel=1e-13)
    assert clocks.time_spread(p, n) == pytest.approx(float(square - mean**2) ** 0.5, rel=1e-9)
    if n > 1 and p <= 0.02:
        assert clocks.smooth_mean_time(p, n) == pytest.approx(float(mean), rel=1e-7)
        harmonic = sum(1 / k for k in range(1, n + 1))
        assert harmonic / clocks.rate(p) != pytest.approx(float(mean), rel=1e-7), "control: without the half step"


def test_the_spread_saturates_and_the_mean_does_not():
    lam = clocks.rate(P)
    spreads = np.array([clocks.time_spread(P, n) for n in (10, 1000, 10**6)]) * lam
    assert np.all(np.diff(spreads) > 0) and abs(spreads[-1] - np.pi / 6**0.5) < 1e-4
    assert clocks.mean_time(P, 10**6) * lam > 14


# --- sharper? ---------------------------------------------------------------------------------------------------------

TABLE = {  # n: width, slope, width/t*, decades, slope in ln t
    1: (2.197, 1.0, 3.17, 1.34, 0.368),
    2: (2.590, 0.5, 2.11, 0.89, 0.521),
    4: (2.823, 0.422, 1.54, 0.65, 0.700),
    8: (2.951, 0.393, 1.19, 0.50, 0.902),
    16: (3.017, 0.380, 0.95, 0.40, 1.120),
}


@every_n
def test_the_three_tables_of_sharpness(n):
    np.testing.assert_allclose(clocks.sharpness(n), TABLE[n], atol=0.0051 if n > 1 else 0.001)


def test_wider_and_flatter_in_time_but_narrower_in_t_over_t_star_and_in_the_logarithm():
    found = np.array([clocks.sharpness(n) for n in (1, 1.5, 2, 4, 8, 16, 1e3, 1e6, 1e9)])
    assert (np.sign(np.diff(found, axis=0)) == [1, -1, -1, -1, 1]).all()
    np.testing.assert_allclose(found[-1, :2], [log(log(10) / log(10 / 9)), np.exp(-1)], rtol=1e-8)  # Gumbel


@pytest.mark.parametrize("n", [1, 1.5, 2, 8, 100])
def test_slopes_are_those_of_differences_and_the_steepest_is_found_on_a_grid(n):
    t, lam = np.linspace(1.0, 600, 60_001), clocks.rate(P)
    curve = clocks.all_learnt(t, P, n)
    found = clocks.slope(t, P, n)
    np.testing.assert_allclose(found[1:-1], (curve[2:] - curve[:-2]) / (t[2] - t[0]), rtol=1e-3, atol=1e-7)
    if n >= 2:
        assert found.max() / lam == pytest.approx(clocks.steepest_slope(n), rel=1e-6)
    assert (t * found).max() == pytest.approx(clocks.steepest_log_slope(n), rel=1e-6)
    assert clocks.slope(0.0, P, n) == (pytest.approx(lam) if n == 1 else 0)


def test_the_width_does_not_depend_on_p_but_through_the_rate():
    for p in (1e-6, 0.02, 0.7):
        assert clocks.width(p, 8) * clocks.rate(p) == pytest.approx(clocks.sharpness(8).width, rel=1e-10)


def test_the_curve_of_many_skills_is_gumbels_with_an_error_of_one_over_n():
    off = []
    for n in (100, 200, 400):
        t = clocks.time_to_reach(np.linspace(0.01, 0.99, 99), P, n)
        off.append(np.abs(clocks.gumbel(t, P, n) - clocks.all_learnt(t, P, n)).max())
    np.testing.assert_allclose(np.array(off[:-1]) / off[1:], 2, rtol=0.02)


# --- simulated --------------------------------------------------------------------------------------------------------


@every_n
def test_drawn_times_are_distributed_as_the_curve(n):
    drawn, curve = draws.learning_times(P, n, 20_000, rng=generator(n)), stepped_curve(900, P, n, n)
    assert agrees(drawn, curve) and not agrees(drawn, curve, 1.05), "control: a clock five percent fast"
    assert agrees(draws.skill_times(np.full(n, P), 20_000, rng=generator(n)).max(axis=1), curve)
    assert abs(drawn.mean() - clocks.mean_time(P, n)) < 5 * error_of(drawn)


def test_drawn_times_are_distributed_as_coins_that_are_flipped():
    p = [0.1, 0.3, 0.05]
    stepped, drawn = flipped(p, 1500, 0), draws.skill_times(frozen(p), 20_000, rng=generator(1))
    for i in range(3):
        assert stats.ks_2samp(stepped[:, i], drawn[:, i]).pvalue > 1e-4
    assert stats.ks_2samp(stepped.max(axis=1), vary.unequal_times(p, 20_000, rng=generator(2))).pvalue > 1e-4
    assert stats.ks_2samp(stepped[:, 0], drawn[:, 1]).pvalue < 1e-4, "control: another skill"


def test_a_huge_number_of_rare_skills_is_drawn_without_overflow():
    drawn = draws.learning_times(1e-12, 10**9, 1000, rng=generator(3))
    assert drawn.dtype == np.int64 and abs(drawn.mean() / clocks.mean_time(1e-12, 10**9) - 1) < 0.01
    assert draws.learning_times(1 - 1e-12, 1, 1000, rng=generator(4)).max() == 1


def test_the_share_of_tasks_is_counted_run_by_run_and_task_by_task():
    learnt, tasks = generator(5).integers(1, 12, size=(3, 5)), generator(6).integers(5, size=(4, 2))
    by_hand = [np.mean([[max(run[a], run[b]) <= t for a, b in tasks] for run in learnt]) for t in range(11)]
    np.testing.assert_allclose(draws.share_of_tasks(frozen(learnt), frozen(tasks), 10), by_hand, rtol=1e-14)


def test_the_share_of_tasks_is_the_curve_of_their_skills():
    tasks = np.array([generator(i).choice(100, 5, replace=False) for i in range(200)])
    share = draws.share_of_tasks(draws.skill_times(np.full(100, P), 400, rng=generator(7)), tasks, 300)
    curve = clocks.all_learnt(np.arange(301), P, 5)
    assert np.abs(share - curve).max() < 0.02 < np.abs(share - clocks.all_learnt(np.arange(301), P, 4)).max()


# --- variations -------------------------------------------------------------------------------------------------------


def enumerated(p, t, need):
    """The oracle: all outcomes of which skills are there after t steps, each with its chance."""
    total = 0.0
    for outcome in product((0, 1), repeat=len(p)):
        chances = [1 - (1 - x) ** t if there else (1 - x) ** t for x, there in zip(p, outcome)]
        total += need(outcome) * np.prod(chances)
    return total


@pytest.mark.parametrize("t", [1, 5, 40])
def test_unequal_skills_and_any_k_are_sums_over_all_outcomes(t):
    p = [0.01, 0.05, 0.2, 0.03]
    assert vary.unequal(t, frozen(p)) == pytest.approx(enumerated(p, t, all), rel=1e-12)
    for k in (1, 2, 4):
        expected = enumerated([P] * 6, t, lambda there, k=k: sum(there) >= k)
        assert vary.any_k(t, P, 6, k) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("k", [1, 3, 8])
def test_any_k_is_the_law_carried_from_step_to_step_and_its_draws_are_its(k):
    curve = stepped_curve(700, P, 8, k)
    np.testing.assert_allclose(vary.any_k(np.arange(701), P, 8, k), curve, rtol=1e-9, atol=1e-14)
    drawn = vary.any_k_times(P, 8, k, 20_000, rng=generator(k))
    assert agrees(drawn, curve) and not agrees(drawn, stepped_curve(700, P, 8, k % 8 + 1))
    level = np.array([0.01, 0.5, 0.99])
    np.testing.assert_allclose(vary.any_k(vary.any_k_time(level, P, 8, k), P, 8, k), level, rtol=1e-10)


def test_all_of_n_and_any_of_n_are_limits_by_hand():
    t = np.arange(200.0)
    np.testing.assert_allclose(vary.any_k(t, P, 8, 8), clocks.all_learnt(t, P, 8), rtol=1e-11)
    np.testing.assert_allclose(vary.any_k(t, P, 8, 1), 1 - (1 - P) ** (8 * t), rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(vary.unequal(t, [P] * 8), clocks.all_learnt(t, P, 8), rtol=1e-12)
    np.testing.assert_allclose(vary.chain(t, P, 1), clocks.all_learnt(t, P, 1), rtol=1e-11, atol=1e-15)


def test_a_common_cause_takes_the_delay_away():
    medians = [vary.time_when(lambda t, r=r: vary.common_cause(t, P, 8, r), 0.5) for r in (0, 0.5, 0.9, 1)]
    assert [int(np.ceil(m)) for m in medians] == [124, 83, 41, 35]
    per_skill = vary.time_when(lambda t: vary.shared_clock(t, P, 8, 0.5), 0.5)
    assert int(np.ceil(per_skill)) == 100, "control: half of the skills on the common clock is another model"


@pytest.mark.parametrize(
    "curve, times, alike",
    [(vary.common_cause, vary.common_cause_times, 1), (vary.shared_clock, vary.shared_clock_times, 2)],
)
def test_common_causes_leave_each_skill_as_it_was_and_correlate_two(curve, times, alike):
    steps, rho = np.arange(900), 0.6
    np.testing.assert_allclose(curve(steps, P, 1, rho), clocks.all_learnt(steps, P, 1), rtol=1e-12)
    drawn = times(P, 8, rho, 20_000, rng=generator(8))
    assert agrees(drawn, curve(steps, P, 8, rho)) and not agrees(drawn, curve(steps, P, 8, rho + 0.1))
    both, one = curve(steps, P, 2, rho), clocks.all_learnt(steps, P, 1)
    # E[max] = 2 E[T] - E[min], and P(both) - P(one)^2 sums to a share of that of one clock with itself
    assert (both - one**2).sum() / (one - one**2).sum() == pytest.approx(rho**alike, rel=1e-9)


def test_the_slowest_skill_rules():
    p = vary.evenly_spread(P, 8, 0.75)
    np.testing.assert_allclose(p, P * np.linspace(0.25, 1.75, 8), rtol=1e-14)
    assert vary.time_when(lambda t: vary.unequal(t, p), 0.5) == pytest.approx(207.33, abs=0.01)
    for level, least in ((0.5, 0.45), (0.9, 0.79), (0.99, 0.96)):
        sway = vary.sway(p, level)
        assert sway.sum() == pytest.approx(1) and sway[0] > least and (np.diff(sway) < 0).all()
        for i in (0, 3, 7):  # by a difference of the whole time
            moved = [1 - (1 - p) ** (1 + s * 1e-4 * (np.arange(8) == i)) for s in (-1, 1)]
            low, high = (np.log(vary.time_when(lambda t, m=m: vary.unequal(t, m), level)) for m in moved)
            assert sway[i] == pytest.approx((low - high) / 2e-4, rel=1e-3, abs=1e-8)
    np.testing.assert_allclose(vary.sway([P] * 5), 0.2, rtol=1e-12)


def test_the_last_of_unequal_skills_has_the_tail_of_the_slowest():
    p = vary.evenly_spread(P, 8, 0.75)
    np.testing.assert_allclose(1 - vary.unequal([1500.0, 2000.0], p), (1 - p[0]) ** np.array([1500, 2000]), rtol=0.01)


@pytest.mark.parametrize("n", [2, 8, 40])
def test_a_chain_is_a_negative_binomial_wait(n):
    t = np.arange(int(6 * n / P))
    curve = vary.chain(t, P, n)
    np.testing.assert_allclose(curve, stats.nbinom.cdf(t - n, n, P), rtol=1e-9, atol=1e-14)
    drawn = vary.chain_times(P, n, 20_000, rng=generator(n))
    assert agrees(drawn, curve) and not agrees(drawn, vary.chain(t, P, n + 1))
    mean = (law := np.diff(curve)) @ t[1:]
    assert vary.chain_mean(P, n) == pytest.approx(mean, rel=1e-3 if n == 2 else 1e-9)
    assert vary.chain_spread(P, n) / vary.chain_mean(P, n) == pytest.approx(((1 - P) / n) ** 0.5, rel=1e-12)
    if n > 2:
        assert vary.chain_spread(P, n) == pytest.approx((law @ (t[1:] - mean) ** 2) ** 0.5, rel=1e-7)


def test_a_chain_widens_as_the_root_of_n_and_all_at_once_only_so_far():
    n = np.array([16, 64, 256, 1024])
    chain = np.array([vary.chain_spread(P, k) for k in n])
    together = np.array([clocks.time_spread(P, k) for k in n])
    np.testing.assert_allclose(np.diff(np.log(chain)) / np.diff(np.log(n)), 0.5, rtol=1e-12)
    assert together[-1] / together[0] < 1.03
    relative = together / [clocks.mean_time(P, k) for k in n]
    slow = relative * (np.log(n) + np.euler_gamma)
    np.testing.assert_allclose(slow[1:], np.pi / 6**0.5, rtol=0.01)  # as 1/ln n


# --- prerequisites ----------------------------------------------------------------------------------------------------


def waited(p, before, runs, seed):
    """The oracle: coins flipped one by one, of those skills only whose prerequisite is there."""
    rng, found = generator(seed), []
    for _ in range(runs):
        first, t = [0] * len(p), 0
        while 0 in first:
            t += 1
            ready = [b < 0 or 0 < first[b] < t for b in before]
            for i, coin in enumerate(rng.random(len(p))):
                if ready[i] and not first[i] and coin < p[i]:
                    first[i] = t
        found.append(max(first))
    return np.array(found)


TREES = {"a tree": [-1, 0, 0, 1, -1], "all free": [-1] * 5, "a chain": [-1, 0, 1, 2, 3], "a root": [-1, 0, 0, 0, 0]}


@pytest.mark.parametrize("before", TREES.values(), ids=TREES.keys())
def test_a_forest_of_prerequisites_is_distributed_as_coins_flipped_in_order(before):
    p = frozen([0.1, 0.2, 0.3, 0.15, 0.08])
    curve = prerequisites.forest(300, p, frozen(before))
    assert agrees(waited(p, before, 1500, 1), curve) and not agrees(waited(p / 1.2, before, 1500, 1), curve)
    drawn = prerequisites.forest_times(p, before, 20_000, rng=generator(2))
    assert agrees(drawn.max(axis=1), curve)


def test_a_forest_without_prerequisites_is_all_at_once_and_one_row_is_the_chain():
    t, equal = np.arange(1001), np.full(6, P)
    np.testing.assert_allclose(prerequisites.forest(1000, equal, [-1] * 6), clocks.all_learnt(t, P, 6), rtol=1e-10)
    chain = prerequisites.forest(1000, equal, range(-1, 5))
    np.testing.assert_allclose(chain, vary.chain(t, P, 6), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(chain, stats.nbinom.cdf(t - 6, 6, P), rtol=1e-9, atol=1e-14)


def test_one_prerequisite_of_all_others_is_a_convolution():
    wait, rest = P * (1 - P) ** np.arange(400), clocks.all_learnt(np.arange(400), P, 4)
    by_hand = np.append(0.0, np.convolve(wait, rest)[:400])
    np.testing.assert_allclose(prerequisites.forest(400, [P] * 5, [-1, 0, 0, 0, 0]), by_hand, rtol=1e-10, atol=1e-16)


# --- refusals ---------------------------------------------------------------------------------------------------------

REFUSED = {
    "a chance of 0": lambda: clocks.rate(0),
    "a chance of 1": lambda: clocks.all_learnt(1, 1.0, 2),
    "a chance in words": lambda: clocks.rate("p"),
    "no skills": lambda: clocks.median_time(P, 0),
    "half a skill that is drawn": lambda: draws.learning_times(P, 2.5, 3, rng=generator(0)),
    "half a skill's sharpness": lambda: clocks.sharpness(0.5),
    "time before 0": lambda: clocks.all_learnt([-1.0], P, 2),
    "time in words": lambda: clocks.all_learnt("now", P, 2),
    "a level of 1": lambda: clocks.time_to_reach(1.0, P, 2),
    "a width turned round": lambda: clocks.width(P, 2, 0.9, 0.1),
    "a rare chance that is drawn": lambda: draws.learning_times(1e-14, 2, 3, rng=generator(0)),
    "a share of more than 1": lambda: vary.common_cause(1, P, 2, 1.5),
    "a spread that leaves a skill at 0": lambda: vary.evenly_spread(P, 4, 1.0),
    "more than n skills": lambda: vary.any_k(1, P, 3, 4),
    "chances in a table": lambda: vary.unequal(1, [[P]]),
    "a level that is never reached": lambda: vary.time_when(lambda t: 0.4, 0.5),
    "a task of no skill": lambda: draws.share_of_tasks(np.ones((2, 3), int), np.array([[3]]), 5),
    "a prerequisite that comes later": lambda: prerequisites.forest(5, [P, P], [1, -1]),
    "too few prerequisites": lambda: prerequisites.forest(5, [P, P], [-1]),
}


@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_in_words(asked):
    with pytest.raises(Refusal, match=r"[a-z]{3}.*[.]"):
        asked()


# --- speed ------------------------------------------------------------------------------------------------------------

TASKS, WIDE, ALL, RUNS, STEPS, RARE = 500, 5, 1000, 64, 2000, 0.002


@njit
def stepped_numba(tasks, p, n, runs, steps, seed):
    np.random.seed(seed)  # noqa: NPY002
    share = np.zeros(steps + 1)
    for _ in range(runs):
        have = np.zeros(n, np.bool_)
        for t in range(1, steps + 1):
            for i in range(n):
                if np.random.random() < p:  # noqa: NPY002
                    have[i] = True
            for task in tasks:
                ready = True
                for i in task:
                    ready = ready and have[i]
                share[t] += ready
    return share / (runs * len(tasks))


def stepped_numpy(tasks, p, n, runs, steps, rng):
    have, share = np.zeros((runs, n), bool), np.zeros(steps + 1)
    for t in range(1, steps + 1):
        have |= rng.random((runs, n), dtype=np.float32) < p
        share[t] = have[:, tasks].all(axis=2).mean()
    return share


def stepped_python(tasks, p, n, runs, steps, rng):
    share, tasks = [0.0] * (steps + 1), tasks.tolist()
    for _ in range(runs):
        have = [False] * n
        for t in range(1, steps + 1):
            for i, coin in enumerate(rng.random(n).tolist()):
                if coin < p:
                    have[i] = True
            share[t] += sum(all(have[i] for i in task) for task in tasks)
    return np.array(share) / (runs * len(tasks))


@pytest.mark.bench
def test_bench_of_drawn_times_against_stepping(capsys):
    tasks = np.array([generator(i).choice(ALL, WIDE, replace=False) for i in range(TASKS)])
    rng, p = generator(0), np.full(ALL, RARE)
    ours = lambda: draws.share_of_tasks(draws.skill_times(p, RUNS, rng=rng), tasks, STEPS)  # noqa: E731
    stepped_numba(tasks, RARE, ALL, 1, 2, 0)
    took = {"drawn": interleaved({"ours": ours}, 2.0)["ours"]}
    curves = {"drawn": ours()}
    for name, call, part in (
        ("numba stepping", lambda: stepped_numba(tasks, RARE, ALL, RUNS, STEPS, 0), 1),
        ("numpy stepping", lambda: stepped_numpy(tasks, RARE, ALL, RUNS, STEPS, rng), 1),
        ("Python stepping, one run of 64", lambda: stepped_python(tasks, RARE, ALL, 1, STEPS, rng), RUNS),
    ):
        start = time.perf_counter()
        curves[name] = call()
        took[name] = part * (time.perf_counter() - start)
    sliders = {
        "the curve, 2000 times": lambda: clocks.all_learnt(np.arange(2000), P, 16),
        "16 unequal skills": lambda: vary.unequal(np.arange(2000), vary.evenly_spread(P, 16, 0.75)),
        "any 8 of 16": lambda: vary.any_k(np.arange(2000), P, 16, 8),
        "a chain of 16": lambda: vary.chain(np.arange(2000), P, 16),
        "16 with a root": lambda: prerequisites.forest(2000, [P] * 16, [-1] + [0] * 15),
        "t* of unequal skills": lambda: vary.time_when(lambda t: vary.unequal(t, [0.01, P]), 0.5),
        "20 000 times of the last of 16": lambda: draws.learning_times(P, 16, 20_000, rng=rng),
        "mean time": lambda: clocks.mean_time(0.0011, 10**6),
    }
    turns = interleaved(sliders, 3.0)
    with capsys.disabled():
        print(f"\n{TASKS} tasks, {WIDE} of {ALL} skills, {RUNS} runs, {STEPS} steps: milliseconds (times ours)")
        for name, seconds in took.items():
            print(f"{name:34}{1e3 * seconds:>12.3g} ({seconds / took['drawn']:.0f})")
        print("\nA turn of a slider, milliseconds")
        for name, seconds in turns.items():
            print(f"{name:34}{1e3 * seconds:>12.3g}")
    exact = clocks.all_learnt(np.arange(STEPS + 1), RARE, WIDE)
    for name, curve in curves.items():
        assert np.abs(curve - exact).max() < (0.15 if "one run" in name else 0.03), name
    assert took["numba stepping"] > 500 * took["drawn"]
    assert max(turns.values()) < 5e-3
