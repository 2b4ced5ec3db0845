"""Metrics, quanta and the fit of coins against enumeration, plain loops, direct sums, and scipy's optimiser."""

from itertools import product
from math import exp, factorial, log

import numpy as np
import pytest
from scipy import optimize, stats

from course_lib.core import Refusal
from course_lib.kernels.emergence import coin_curves, coin_fit, metrics, quanta

MIRAGE = np.array([0.15, 0.34, 0.55, 0.71, 0.83, 0.90])  # accuracies of a token, a decade of scale apart
TIMES = np.linspace(6, 300, 50)


def generator(seed):
    return np.random.default_rng(seed)


def frozen(a):
    """A kernel may not write to its input."""
    a = np.array(a)
    a.setflags(write=False)
    return a


# --- metrics ----------------------------------------------------------------------------------------------------------


def over_all_answers(q, L, v, worth):
    """The oracle: the expected worth, summed over all v^L answers; the target is 0, 0, ..."""
    weight = {True: q, False: (1 - q) / (v - 1)}
    answers = list(product(range(v), repeat=L))
    chance = np.array([np.prod([weight[token == 0] for token in answer]) for answer in answers])
    return float(chance @ [worth(answer, chance) for answer in answers])


@pytest.mark.parametrize("L, v", [(1, 2), (3, 4), (4, 2)])
@pytest.mark.parametrize("q", [0.0, 0.3, 0.9, 1.0])
def test_metrics_are_sums_over_all_answers(q, L, v):
    assert metrics.exact_match(q, L) == pytest.approx(over_all_answers(q, L, v, lambda a, _: not any(a)))
    wrong = over_all_answers(q, L, v, lambda a, _: sum(token > 0 for token in a))
    assert metrics.edit_distance(q, L) == pytest.approx(wrong)
    assert metrics.token_accuracy(q, L) == pytest.approx(1 - wrong / L)
    chance = [q, *[(1 - q) / (v - 1)] * (v - 1)]
    assert metrics.brier_token(q, v) == pytest.approx(sum((c - (i == 0)) ** 2 for i, c in enumerate(chance)))
    whole = over_all_answers(q, L, v, lambda _, chance: ((chance - np.eye(v**L)[0]) ** 2).sum())
    assert metrics.brier_answer(q, L, v) == pytest.approx(whole)


def plain_levenshtein(a, b):
    """The oracle: the recursion as it stands, a cell at a time."""
    d = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, j in product(range(1, len(a) + 1), range(1, len(b) + 1)):
        d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
    return d[-1][-1]


@pytest.mark.parametrize("longer", [-3, 0, 4])
def test_levenshteins_distance_is_that_of_the_plain_recursion(longer):
    target = generator(0).integers(4, size=9)
    given = generator(1).integers(4, size=(60, 9 + longer))
    expected = [plain_levenshtein(row.tolist(), target.tolist()) for row in given]
    np.testing.assert_array_equal(metrics.levenshtein(frozen(given), frozen(target)), expected)
    shifted = np.append(target[1:], 9)[None]
    assert metrics.levenshtein(shifted, target) == 2 < (shifted != target).sum()


@pytest.mark.parametrize("q", [0.0, 0.4, 0.9, 1.0])
def test_answers_have_the_accuracy_asked_for_and_share_their_mistakes_equally(q):
    target = frozen(generator(2).integers(6, size=5))
    given = metrics.answers(q, target, 6, 20_000, rng=generator(3))
    right = given == target
    error = max((q * (1 - q) / 20_000) ** 0.5, 1e-9)
    assert (np.abs(right.mean(axis=0) - q) < 5 * error).all()
    assert abs(right.all(axis=1).mean() - metrics.exact_match(q, 5)) < 5 * (q**5 * (1 - q**5) / 20_000) ** 0.5 + 1e-9
    assert given.min() >= 0 and given.max() <= 5
    if q < 0.5:
        counts = np.bincount(((given - target) % 6)[~right], minlength=6)
        assert counts[0] == 0 and stats.chisquare(counts[1:]).pvalue > 1e-6


def test_the_true_edit_distance_stays_near_the_number_of_wrong_tokens():
    target = generator(4).integers(10, size=20)
    for q in (0.15, 0.5, 0.9):
        given = metrics.answers(q, target, 10, 500, rng=generator(5))
        true, wrong = metrics.levenshtein(given, target), (given != target).sum(axis=1)
        assert (true <= wrong).all() and 0.8 < true.mean() / metrics.edit_distance(q, 20) < 1.05


def test_exact_match_looks_like_a_jump_and_the_mean_over_tokens_does_not():
    decades = np.arange(6.0)
    np.testing.assert_allclose(metrics.exact_match(MIRAGE, 5), [0.0001, 0.005, 0.05, 0.18, 0.39, 0.59], atol=0.006)
    np.testing.assert_allclose(metrics.exact_match(MIRAGE, 20), [0, 0, 0, 0.001, 0.024, 0.12], atol=0.002)
    width = {L: metrics.rise_width(decades, metrics.exact_match(MIRAGE, L)) for L in (1, 5, 20)}
    assert width[1] > 3.5 > width[5] > width[20] < 1.5
    for L in (1, 5, 20):
        assert metrics.rise_width(decades, metrics.edit_distance(MIRAGE, L)) == pytest.approx(width[1])
    assert metrics.rise_width(decades, metrics.brier_token(MIRAGE, 10)) > 2.5
    assert metrics.rise_width(decades, metrics.brier_answer(MIRAGE, 20, 10)) < 1.5, "the score of a whole answer jumps"


@pytest.mark.parametrize("L", [1, 5, 20])
def test_where_the_loss_is_a_power_law_a_longer_answer_is_later_and_no_sharper(L):
    decades = np.linspace(-8, 28, 36_001)
    scale = 10.0**decades
    found = metrics.exact_match(metrics.power_law_accuracy(scale, 0.25, 0.15), L)
    np.testing.assert_allclose(found, metrics.power_law_accuracy(scale / L**4, 0.25, 0.15), rtol=1e-9, atol=1e-300)
    by_hand = np.log10(log(10) / log(10 / 9)) / 0.25
    assert metrics.rise_width(decades, found) == pytest.approx(by_hand, abs=2e-3)


def test_the_talks_table_of_accuracies_is_a_power_law():
    found = metrics.power_law_accuracy(10.0 ** np.arange(6), 0.25, 0.15)
    np.testing.assert_allclose(found, MIRAGE, atol=0.006)


def test_the_width_of_a_straight_rise_is_four_fifths_of_it_whichever_way():
    x = np.linspace(2, 7, 11)
    assert metrics.rise_width(x, 3 * x) == pytest.approx(4) == metrics.rise_width(x, -x)


# --- quanta -----------------------------------------------------------------------------------------------------------


def direct_loss(D, alpha, times, count):
    """The oracle: every quantum, one by one, with Poisson's law summed term by term."""
    total, lost = 0.0, 0.0
    for j in range(1, count + 1):
        total += j ** -(1 + alpha)
    for j in range(1, count + 1):
        f = j ** -(1 + alpha) / total
        lost += f * exp(-D * f) * sum((D * f) ** i / factorial(i) for i in range(times))
    return lost


@pytest.mark.parametrize("alpha, count", [(0.3, 5000), (1.0, 5000), (0.5, 40), (0.5, 1)])
@pytest.mark.parametrize("times", [1, 3, 12])
def test_the_loss_after_some_data_is_the_sum_over_quanta(alpha, count, times):
    D = np.array([1.0, 100.0, 3000.0])
    expected = [direct_loss(d, alpha, times, count) for d in D]
    np.testing.assert_allclose(quanta.loss_of_data(frozen(D), alpha, times, count), expected, rtol=1e-5, atol=1e-300)


@pytest.mark.parametrize("alpha", [0.3, 0.5, 1.0, 2.0])
def test_the_loss_of_a_size_is_what_the_frequencies_leave(alpha):
    f = quanta.frequency(np.arange(1, 2001), alpha, 2000)
    assert f.sum() == pytest.approx(1, rel=1e-12) and (f[:-1] / f[1:])[99] == pytest.approx((101 / 100) ** (1 + alpha))
    N = np.array([0, 1, 10, 60, 1999])
    np.testing.assert_allclose(
        quanta.loss_of_size(frozen(N), alpha, 2000), [f[n:].sum() for n in N], rtol=1e-9, atol=1e-13
    )
    assert quanta.loss_of_size(2000, alpha, 2000) == 0


@pytest.mark.parametrize("alpha", [0.3, 0.5, 1.0])
def test_the_exponents_are_those_of_the_theory(alpha):
    N, D = np.geomspace(1e3, 1e6, 20).round(), np.geomspace(1e3, 1e6, 20)
    size, data = quanta.quanta_exponents(alpha)
    assert (size, data) == (alpha, pytest.approx(alpha / (1 + alpha)))
    assert quanta.fitted_exponent(N, quanta.loss_of_size(N, alpha)) == pytest.approx(size, abs=1e-3)
    for times in (1, 3):
        assert quanta.fitted_exponent(D, quanta.loss_of_data(D, alpha, times)) == pytest.approx(data, abs=0.02)
    assert quanta.fitted_exponent(D, quanta.loss_of_data(D, alpha)) != pytest.approx(size, abs=0.02), "control"


def test_a_cut_off_bends_the_law_where_alpha_is_small():
    N = np.geomspace(10, 1e4, 20).round()
    found = [quanta.fitted_exponent(N, quanta.loss_of_size(N, alpha, 10**6)) for alpha in (0.3, 0.5, 1.0)]
    np.testing.assert_allclose(found, [0.333, 0.510, 0.996], atol=1e-3)
    local = quanta.local_exponent(np.arange(1e4, 1e4 + 9), quanta.loss_of_size(np.arange(1e4, 1e4 + 9), 0.3, 10**6))
    np.testing.assert_allclose(local[4], 0.3 / (1 - 0.01**0.3), rtol=1e-3)


def test_samples_that_are_drawn_one_by_one_leave_the_expected_loss():
    f = quanta.frequency(np.arange(1, 201), 0.5, 200)
    for D in (30, 1000):
        left = [f[generator(i).multinomial(D, f) < 2].sum() for i in range(400)]
        error = np.std(left) / 20
        assert abs(np.mean(left) - quanta.loss_of_data(D, 0.5, 2, 200)) < 5 * error + 1 / D
        assert abs(np.mean(left) - quanta.loss_of_data(D, 0.5, 1, 200)) > 5 * error, "control: seen once"


def test_staircases_go_down_by_steps_and_their_mean_is_the_smooth_loss():
    D, left = np.array([10.0, 100.0, 1000.0]), []
    for i in range(300):
        stairs = quanta.staircase(0.5, 200, 2, rng=generator(i))
        steps = np.append(1.0, stairs.loss)
        assert (np.diff(stairs.D) > 0).all() and (np.diff(steps) < 0).all() and stairs.loss[-1] == 0
        left.append(steps[np.searchsorted(stairs.D, D)])
    error = np.std(left, axis=0) / 300**0.5
    assert (np.abs(np.mean(left, axis=0) - quanta.loss_of_data(D, 0.5, 2, 200)) < 5 * error).all()
    steps = [quanta.quantum_learnt(D, j, 0.5, 2, 200) for j in range(1, 201)]
    whole = 1 - quanta.frequency(np.arange(1, 201), 0.5, 200) @ steps
    np.testing.assert_allclose(whole, quanta.loss_of_data(D, 0.5, 2, 200), rtol=1e-10)


# --- the fit ----------------------------------------------------------------------------------------------------------


def curve_of(seed, t=TIMES, n=6):
    return coin_curves.measured_curve(t, 0.02, n, 200, rng=generator(seed))


def scipys_fit(curve):
    """The oracle: the likelihood of scipy's binomial law, by a search without slopes."""

    def lost(x):
        P = (1 - (1 - np.exp(x[1])) ** curve.t) ** np.exp(x[0])
        return -stats.binom.logpmf(curve.successes, curve.trials, P).sum()

    found = optimize.minimize(lost, [1.0, -4.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
    return np.exp(found.x), found.fun


@pytest.mark.parametrize("seed, n", [(0, 6), (1, 6), (2, 1), (3, 40)])
def test_the_fit_is_the_one_of_greatest_likelihood(seed, n):
    curve = curve_of(seed, n=n)
    fit = coin_fit.fit_coins(curve)
    best, _ = scipys_fit(curve)
    np.testing.assert_allclose([fit.n, fit.p], best, rtol=1e-5)


def test_the_slopes_of_the_likelihood_are_those_of_differences():
    curve, theta = curve_of(0), np.array([1.2, -3.7])
    g, _ = coin_fit._score(theta, curve)
    for i in range(2):
        h = 1e-6 * np.eye(2)[i]
        both = [coin_fit.log_likelihood(theta + s * h, curve) for s in (-1, 1)]
        assert g[i] == pytest.approx((both[1] - both[0]) / 2e-6, rel=1e-5)


def test_fits_of_true_coins_scatter_as_their_covariance_says():
    fits = [coin_fit.fit_coins(curve_of(seed)) for seed in range(60)]
    n_and_p = np.array([[fit.n, fit.p] for fit in fits])
    said = fits[0].errors.mean(), np.mean([fit.correlation for fit in fits])
    pull = (n_and_p - [6, 0.02]) / [fit.errors for fit in fits]
    assert np.abs(pull).max() < 4 and (np.abs(pull.mean(axis=0)) < 5 / 60**0.5).all()
    assert (np.abs(pull.std(axis=0) - 1) < 5 / 120**0.5).all()
    assert said[1] > 0.9 and np.corrcoef(n_and_p.T)[0, 1] > 0.8
    excess = np.array([fit.excess for fit in fits])
    assert np.abs(excess).max() < 5 and abs(excess.mean()) < 5 / 60**0.5


def test_n_is_less_known_than_the_time_at_which_the_curve_rises():
    fits = [coin_fit.fit_coins(curve_of(seed)) for seed in range(30)]
    n = np.array([fit.n for fit in fits])
    middle = np.array([np.log(1 - 0.5 ** (1 / fit.n)) / np.log(1 - fit.p) for fit in fits])
    assert n.std() / n.mean() > 5 * middle.std() / middle.mean()


def test_the_deviance_with_n_held_is_the_valley_round_the_best():
    curve = curve_of(0)
    fit = coin_fit.fit_coins(curve)
    error = fit.errors[0] / fit.n
    rise = coin_fit.held_deviance(curve, fit.n * np.exp([-error, 0, error])) - fit.deviance
    np.testing.assert_allclose(rise, [1, 0, 1], atol=0.15)
    one = coin_fit.held_deviance(curve, [3.0])[0]
    lost = lambda x: coin_fit.log_likelihood([log(3), x], curve)  # noqa: E731
    best = optimize.minimize_scalar(lambda x: -lost(x), bounds=(-8, 0), method="bounded", options={"xatol": 1e-10})
    assert one - fit.deviance == pytest.approx(
        2 * (coin_fit.log_likelihood(np.log([fit.n, -np.log1p(-fit.p)]), curve) + best.fun), rel=1e-6
    )


def test_scoring_only_gains_and_ends_where_it_began_if_it_began_at_the_best():
    curve = curve_of(1)
    states = list(coin_fit.scoring([0.0, -3.0], curve))
    gains = np.diff([coin_fit.log_likelihood(theta, curve) for theta in states])
    assert (gains > 0).all() and len(states) < 30
    assert len(list(coin_fit.scoring(states[-1], curve))) <= 3


def test_the_expected_deviance_is_the_mean_over_drawn_curves():
    theta, curve = np.log([6, -np.log1p(-0.02)]), curve_of(0)
    log_P, log_rest = coin_curves.logs(theta, curve)
    mean, variance = coin_curves.expected_deviance(log_P, log_rest, 200)
    k = generator(9).binomial(200, np.exp(log_P), size=(4000, 50))
    drawn = coin_curves.deviances(k, log_P, log_rest, 200).sum(axis=1)
    assert abs(drawn.mean() - mean) < 5 * (variance / 4000) ** 0.5 and abs(drawn.var() / variance - 1) < 0.2
    one = [
        2 * (x * log(x / 60) if x else 0) + 2 * ((200 - x) * log((200 - x) / 140) if x < 200 else 0)
        for x in (0, 75, 200)
    ]
    found = coin_curves.deviances(np.array([0.0, 75.0, 200.0]), np.log(0.3), np.log(0.7), 200)
    np.testing.assert_allclose(found, one, rtol=1e-12)


def cliff(t):
    """A plateau, then a cliff: a fifth of the way is made early, then nothing, and then all at once."""
    return 0.2 * (1 - np.exp(-t / 15)) + 0.79 / (1 + np.exp(-(t - 200) / 8))


def test_a_plateau_and_a_cliff_are_not_coins():
    curve = coin_curves.Curve(TIMES, generator(3).binomial(200, cliff(TIMES)), 200)
    fit = coin_fit.fit_coins(curve)
    apart = coin_fit.residuals(curve, fit)
    assert fit.excess > 50 and (apart**2).sum() == pytest.approx(fit.deviance) and np.abs(apart).max() > 8
    signs = np.sign(apart)[np.abs(apart) > 2]
    assert (np.diff(signs) != 0).sum() <= 4, "the residuals come in runs, not at random"
    true = curve_of(3)
    assert abs(coin_fit.fit_coins(true).excess) < 5, "control: coins are coins"


def test_a_cliff_alone_asks_for_more_skills_than_there_are_and_still_does_not_fit():
    curve = coin_curves.Curve(TIMES, generator(4).binomial(200, 1 / (1 + np.exp(-(TIMES - 200) / 4))), 200)
    fit = coin_fit.fit_coins(curve)
    assert fit.n > 1e9 and fit.excess > 5
    t = np.linspace(185, 215, 50)
    steeper = coin_curves.Curve(t, generator(4).binomial(200, 1 / (1 + np.exp(200 - t))), 200)
    assert coin_fit.fit_coins(steeper).n > 1e40, "its deviance may be small: n is what is absurd"


REFUSED = {
    "an accuracy of more than 1": lambda: metrics.exact_match(1.2, 3),
    "an answer of no tokens": lambda: metrics.edit_distance(0.5, 0),
    "an alphabet of one": lambda: metrics.brier_token(0.5, 1),
    "a metric that stays": lambda: metrics.rise_width([0, 1], [2, 2]),
    "a metric that turns": lambda: metrics.rise_width([0, 1, 2, 3], [0, 2, 1, 3]),
    "a token outside the alphabet": lambda: metrics.answers(0.5, [3], 3, 2, rng=generator(0)),
    "an answer that is no table": lambda: metrics.levenshtein([1, 2], [1, 2]),
    "a scale of 0": lambda: metrics.power_law_accuracy(0.0, 0.5, 0.5),
    "no exponent": lambda: quanta.frequency(1, 0.0),
    "quantum 0": lambda: quanta.frequency(0, 1.0),
    "more quanta than there are": lambda: quanta.loss_of_size(11, 1.0, 10),
    "samples before 0": lambda: quanta.loss_of_data(-1, 1.0),
    "never to be seen": lambda: quanta.loss_of_data(1, 1.0, 0),
    "a loss of 0 on a logarithm": lambda: quanta.local_exponent([1, 2], [1, 0]),
    "two points": lambda: coin_fit.fit_coins(coin_curves.Curve(np.ones(2), np.ones(2), 3)),
    "a curve of zeros": lambda: coin_fit.fit_coins(coin_curves.Curve(TIMES, 0 * TIMES, 3)),
    "more successes than trials": lambda: coin_fit.fit_coins(coin_curves.Curve(TIMES, TIMES, 3)),
    "a point at 0": lambda: coin_fit.fit_coins(coin_curves.Curve(TIMES - 6, 0 * TIMES + 1, 3)),
    "no curve": lambda: coin_fit.fit_coins([1, 2, 3, 4]),
    "a step at once": lambda: coin_fit.fit_coins(coin_curves.Curve(TIMES, 200.0 * (TIMES > 150), 200)),
}


@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_in_words(asked):
    with pytest.raises(Refusal, match=r"[a-z]{3}.*[.]"):
        asked()
