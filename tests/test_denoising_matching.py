"""The score learnt from samples: its regression against least squares, itself against exact scores, its samples."""

import time
import tracemalloc
from itertools import product

import numpy as np
import pytest
import scipy.stats
from compiling import frozen
from gaussians import TWO
from gaussians import generator as rng

from course_lib.core import Refusal
from course_lib.kernels.denoising import matching, mixtures, reversal, yardsticks

TIMES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def noisy(x, t, draw):
    """x_t and the z in it."""
    z = draw.standard_normal(x.shape)
    return np.exp(-t) * x + np.sqrt(1 - np.exp(-2 * t)) * z, z


def relative(found, exact):
    return np.sqrt(((found - exact) ** 2).sum() / (exact**2).sum())


# --- the regression ---------------------------------------------------------------------------------------------------


def layer_by_hand(model, y, t):
    """[1, u, tanh] for each point, number by number."""
    rows = []
    for point in y:
        u = (point - np.exp(-t) * model.mean) / np.sqrt(np.exp(-2 * t) * model.rms**2 + 1 - np.exp(-2 * t))
        drives = [b + v @ u for b, v in zip(model.W_1[0], model.W_1[1:].T)]
        rows.append([1, *u, *np.tanh(drives)])
    return np.array(rows)


def same_noises(x, times, features, draws, seed):
    """All x_t and z that a fit with this seed has seen, time by time."""
    again = rng(seed)
    matching.random_neurons(x, features, rng=again)
    for t in times:
        x_t, z = noisy(np.tile(x, (draws, 1)), t, again)
        yield t, np.vstack([x_t, 2 * np.exp(-t) * np.tile(x, (draws, 1)) - x_t]), np.vstack([z, -z])


def least_squares(layer, target, penalty):
    """The oracle: a ridge is one more row for each weight, whose target is 0."""
    rows = np.vstack([layer, np.diag(np.sqrt(penalty))])
    return np.linalg.lstsq(rows, np.vstack([target, np.zeros((len(penalty), target.shape[1]))]), rcond=None)[0]


@pytest.mark.parametrize("d, draws", [(1, 1), (2, 3), (3, 1)])
def test_the_read_out_is_that_of_least_squares(d, draws):
    x, features, ridge = 2 + 1.5 * rng(1).standard_normal((60, d)), 12, 0.4
    model = matching.fit_score(x, times=(0.05, 0.8), features=features, ridge=ridge, draws=draws, rng=rng(7))
    for W_2, (t, y, z) in zip(model.W_2, same_noises(x, (0.05, 0.8), features, draws, 7)):
        held = 2 * draws * ridge * np.r_[np.zeros(1 + d), np.ones(features)]
        layer = layer_by_hand(model, y, t)
        assert np.allclose(W_2, least_squares(layer, z, held), rtol=1e-7, atol=1e-9)
        assert not np.allclose(W_2, least_squares(layer, z, 4 * held), rtol=1e-3), "control: another ridge passes"
        assert not np.allclose(W_2, least_squares(layer, z, held + ridge), rtol=1e-3), "control: a ridge on all passes"


def test_to_guess_the_noise_or_the_data_is_the_same_regression():
    x, features, t = rng(1).standard_normal((50, 2)), 10, 0.2
    model = matching.fit_score(x, times=(t, 1.0), features=features, ridge=0.5, draws=2, rng=rng(3))
    _, y, z = next(same_noises(x, (t,), features, 2, 3))
    spread, grid = np.sqrt(1 - np.exp(-2 * t)), rng(4).standard_normal((20, 2))
    denoiser = least_squares(  # its ridge is in other units: those of x = e^t (x_t - spread z)
        layer_by_hand(model, y, t), np.exp(t) * (y - spread * z), 4 * 0.5 * np.r_[np.zeros(3), np.ones(features)]
    )
    x_hat = layer_by_hand(model, grid, t) @ denoiser
    assert np.allclose(matching.learned_score(model)(grid, t), (np.exp(-t) * x_hat - grid) / spread**2, rtol=1e-6)
    wrong = (x_hat - grid) / spread**2
    assert not np.allclose(matching.learned_score(model)(grid, t), wrong, rtol=1e-2), "control: no decay passes"


def test_a_fit_to_many_noises_holds_some_at_a_time():
    x = rng().standard_normal((4000, 2))

    def held(draws):
        tracemalloc.start()
        matching.fit_score(x, times=(0.1, 1.0), features=4, draws=draws, rng=rng(1))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert held(20) < 1.05 * held(1)


def test_the_sums_do_not_depend_on_how_many_rows_are_worked_on_together(monkeypatch):
    x = rng().standard_normal((70, 2))
    found = []
    for rows in (10, 1000):
        monkeypatch.setattr(matching, "BLOCK", rows)
        found.append(matching.fit_score(x, times=(0.1, 1.0), features=9, draws=2, rng=rng(1)).W_2)
    assert np.allclose(*found, rtol=1e-9, atol=1e-12)


def test_every_neuron_has_its_threshold_at_a_point_and_a_slope_of_the_range():
    u = rng().standard_normal((7, 2))
    W_1 = matching.random_neurons(u, 50, rng=rng(1))
    drives = np.abs(np.c_[np.ones(7), u] @ W_1)
    slopes = np.linalg.norm(W_1[1:], axis=0)
    assert W_1.shape == (3, 50) and drives.min(axis=0).max() < 1e-12
    assert 0.5 <= slopes.min() < 1 and 4 < slopes.max() <= 6


def test_at_a_time_of_the_fit_the_score_is_its_own_and_between_two_it_is_mixed_evenly_in_ln_t():
    model = matching.fit_score(rng().standard_normal((80, 2)), times=TIMES, features=8, rng=rng(1))
    s, y = matching.learned_score(model), rng(2).standard_normal((5, 2))
    for i, t in enumerate(TIMES):
        expected = -layer_by_hand(model, y, t) @ model.W_2[i] / np.sqrt(1 - np.exp(-2 * t))
        assert np.allclose(s(y, t), expected, rtol=1e-9)
    t = np.sqrt(0.1 * 0.3)
    expected = -layer_by_hand(model, y, t) @ (model.W_2[2] + model.W_2[3]) / 2 / np.sqrt(1 - np.exp(-2 * t))
    assert np.allclose(s(y, t), expected, rtol=1e-9)


def test_data_that_are_moved_have_their_score_moved():
    x, y, away = rng().standard_normal((90, 2)), rng(1).standard_normal((6, 2)), np.array([30.0, -5.0])
    here, there = (
        matching.learned_score(matching.fit_score(data, times=TIMES, features=8, rng=rng(2))) for data in (x, x + away)
    )
    assert np.allclose(here(y, 0.4), there(y + np.exp(-0.4) * away, 0.4), rtol=1e-8)
    assert not np.allclose(here(y, 0.4), there(y + away, 0.4), rtol=0.1), "control: moved too far passes"


# --- against exact scores ---------------------------------------------------------------------------------------------


def test_the_linear_part_alone_learns_the_score_of_a_gaussian():
    C, mean, n = np.array([[1.2, 0.5], [0.5, 0.8]]), np.array([0.3, -0.2]), 4000
    x = rng(5).multivariate_normal(mean, C, size=n)
    s = matching.learned_score(matching.fit_score(x, times=TIMES, features=8, ridge=1e9, rng=rng(6)))
    for t in (0.02, 0.1, 0.5, 3.0):
        y = noisy(rng(7).multivariate_normal(mean, C, size=n), t, rng(8))[0]
        away, spread = y - np.exp(-t) * mean, np.exp(-2 * t) * C + (1 - np.exp(-2 * t)) * np.eye(2)
        exact = -np.linalg.solve(spread, away.T).T
        assert relative(s(y, t), exact) < 0.12, "some 4 / sqrt(n) of chance, and the ladder's steps"
        assert relative(-s(y, t), exact) > 1, "control: the other sign passes"
        exploding = -np.linalg.solve(C + (1 - np.exp(-2 * t)) * np.eye(2), away.T).T
        assert t == 0.02 or relative(s(y, t), exploding) > 0.12, "control: the score without the decay passes"


def bumps_score(y, t):
    """The oracle: d/dy ln of a sum of two Gaussians, written out."""
    p = slope = 0
    for w, (mu,), ((of_data,),) in zip(*TWO):
        var = np.exp(-2 * t) * of_data + 1 - np.exp(-2 * t)
        one = w * np.exp(-((y - np.exp(-t) * mu) ** 2) / (2 * var)) / np.sqrt(var)
        p, slope = p + one, slope - one * (y - np.exp(-t) * mu) / var
    return slope / p


def bumps_errors(n, ridge, seed):
    draw = rng(seed)
    x = mixtures.samples(TWO, n, rng=draw)
    s = matching.learned_score(matching.fit_score(x, times=TIMES, features=64, ridge=ridge, rng=draw))
    at = [(noisy(mixtures.samples(TWO, 4000, rng=draw), t, draw)[0], t) for t in TIMES]
    return np.array([relative(s(y, t), bumps_score(y, t)) for y, t in at])


def test_the_learnt_score_approaches_the_exact_one_as_there_are_more_data():
    few, many = (np.mean([bumps_errors(n, 3.0, seed) for seed in range(4)], axis=0) for n in (250, 8000))
    assert (many < [0.3, 0.25, 0.2, 0.15, 0.1, 0.02]).all(), many
    assert (many < 0.6 * few).all(), "32 times the data would take chance alone down by 5.7"
    linear = bumps_errors(8000, 1e9, 0)
    assert (linear[:4] > 2 * many[:4]).all(), "control: the score of a Gaussian passes"


def test_the_score_error_is_0_for_the_score_1_for_none_and_2_for_its_opposite():
    p = yardsticks.moons_mixture()
    exact = reversal.mixture_score(p)
    for factor in (1.0, 0.0, -1.0, 1.1):
        found = yardsticks.score_error(lambda y, t, f=factor: f * exact(y, t), p, 0.1, n=200, rng=rng())
        assert found == pytest.approx(abs(1 - factor), abs=1e-12)


# --- two moons and their samples --------------------------------------------------------------------------------------


def moons_by_hand(n, draw):
    """The oracle: an angle, a moon, a blur; then less the mean and over the spread, by the integrals."""
    angle, upper = np.pi * draw.random(n), draw.random(n) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) + 0.1 * draw.standard_normal(n)
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) + 0.1 * draw.standard_normal(n)
    return np.c_[(x - 0.5) / np.sqrt(0.76), (y - 0.25) / np.sqrt(0.5725 - 1 / np.pi)]


def test_two_moons_are_blurred_half_circles_of_mean_0_and_variance_1():
    mean, C = mixtures.moments(yardsticks.moons_mixture())
    assert np.allclose(mean, 0, atol=1e-12) and np.allclose(np.diag(C), 1)
    n = 3000
    found = yardsticks.energy_distance(yardsticks.two_moons(n, rng=rng(1)), moons_by_hand(n, rng(2)))
    squeezed = yardsticks.energy_distance(yardsticks.two_moons(n, rng=rng(1)) * [1, 0.8], moons_by_hand(n, rng(2)))
    assert abs(found) < 0.003 < squeezed, "control: flatter moons pass"


def test_no_one_can_tell_of_how_many_parts_the_moons_are_made():
    y = yardsticks.two_moons(200, rng=rng())
    some, many, few = (mixtures.score(y, yardsticks.moons_mixture(parts)) for parts in (100, 1000, 20))
    assert relative(some, many) < 2e-3
    assert relative(few, many) > 1e-2, "control: too few parts pass"


@pytest.fixture(scope="module")
def moons_score():
    draw = rng(11)
    return matching.learned_score(matching.fit_score(yardsticks.two_moons(3000, rng=draw), features=160, rng=draw))


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_reverse_run_with_the_learnt_score_draws_moons(moons_score, alpha):
    fresh = moons_by_hand(3000, rng(12))
    times = reversal.times(4.0, 1e-3, 60)
    *_, y = reversal.reverse(rng(13).standard_normal((3000, 2)), times, moons_score, alpha, rng=rng(14))
    assert yardsticks.energy_distance(y, fresh) < 0.006
    gaussian = rng(15).multivariate_normal([0, 0], np.cov(fresh.T), size=3000)
    assert yardsticks.energy_distance(gaussian, fresh) > 0.012, "control: the Gaussian of the same covariance passes"


# --- distances and bins -----------------------------------------------------------------------------------------------


def test_the_energy_distance_in_one_dimension_is_that_of_scipy():
    x, y = rng(1).standard_normal((700, 1)), 0.3 + 1.2 * rng(2).standard_normal((450, 1))
    own = sum(np.abs(a - a.T).mean() / (len(a) - 1) for a in (x, y))  # scipy counts each point with itself
    expected = scipy.stats.energy_distance(x[:, 0], y[:, 0]) ** 2
    found = yardsticks.energy_distance(x, y)
    assert found == pytest.approx(expected - own, rel=1e-9)
    assert found != pytest.approx(expected, rel=1e-3), "control: with each point's distance from itself it passes"


def test_the_energy_distance_of_equal_laws_is_0_on_average():
    draw = rng(3)
    found = np.array([yardsticks.energy_distance(*draw.standard_normal((2, 12, 2))) for _ in range(600)])
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean()) < 5 * error
    other = [
        yardsticks.energy_distance(draw.standard_normal((12, 2)), draw.normal(0.5, 1, (12, 2))) for _ in range(600)
    ]
    assert np.mean(other) > 5 * error, "control: moved points pass"


def test_the_means_of_bins_are_those_of_scipy():
    y = rng(1).standard_normal((500, 1))
    x, edges = y**2 + rng(2).standard_normal((500, 1)), np.linspace(-2, 2, 9)
    found = yardsticks.binned_regression(y, x, edges, least=2)
    for name, value in (("mean", found.x), ("std", found.error * np.sqrt(found.count - 1)), ("count", found.count)):
        expected = scipy.stats.binned_statistic(y[:, 0], x[:, 0], name, edges).statistic
        assert np.allclose(value, expected), name
    assert np.allclose(found.y, scipy.stats.binned_statistic(y[:, 0], y[:, 0], "mean", edges).statistic)
    assert len(yardsticks.binned_regression(y, x, edges, least=60).x) == (found.count >= 60).sum() < 8


def test_regression_on_samples_recovers_tweedies_formula():
    draw, sigma, n = rng(4), 1.0, 200_000
    x = mixtures.samples(TWO, n, rng=draw)
    y = x + sigma * draw.standard_normal((n, 1))
    t = np.log1p(sigma**2) / 2  # e^-t y is x_t
    s = np.exp(-t) * bumps_score(np.exp(-t) * y, t)
    edges = np.linspace(-5, 5, 61)
    right = yardsticks.binned_regression(y, x - (y + sigma**2 * s), edges)
    wrong = yardsticks.binned_regression(y, x - (y - sigma**2 * s), edges)
    assert len(right.x) >= 55 and (np.abs(right.x) < 5.5 * right.error).all()
    assert (np.abs(wrong.x) > 5.5 * wrong.error).any(), "control: the other sign passes"


# --- what is refused, and what is left alone --------------------------------------------------------------------------


def refused(call, *words):
    with pytest.raises(Refusal) as refusal:
        call()
    assert all(word in str(refusal.value) for word in words), str(refusal.value)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"times": (1.0, 0.1)}, "rising"),
        ({"times": (0.0, 0.1)}, "above 0"),
        ({"times": (0.1,)}, "two times"),
        ({"times": (0.1, np.inf)}, "rising"),
        ({"times": ("soon", "late")}, "numbers"),
        ({"times": 3}, "two times"),
        ({"ridge": -1.0}, "ridge"),
        ({"ridge": 1e-9}, "rounded"),
        ({"ridge": 1e300}, "rounded"),
        ({"features": 10**6}, "Too much"),
        ({"features": 0}, "Neurons"),
        ({"features": 2.5}, "Neurons"),
        ({"draws": 0}, "Noises"),
    ],
)
def test_what_no_fit_can_use_is_refused(given, words):
    refused(lambda: matching.fit_score(np.zeros((20, 2)), rng=rng(), **given), words)


@pytest.mark.parametrize("x", [[1.0, 2.0], [["a"]], [], [[np.nan, 1.0]], [[1.0], [1.0, 2.0]], [[0.0, 1.0]]])
def test_data_that_are_no_table_or_too_few_are_refused(x):
    refused(lambda: matching.fit_score(x, rng=rng()))


def test_a_score_is_refused_where_it_was_not_learnt():
    s = matching.learned_score(matching.fit_score(rng().standard_normal((20, 2)), times=TIMES, features=4, rng=rng()))
    for t in (0.0, 0.005, 3.1):
        refused(lambda t=t: s(np.zeros((1, 2)), t), "learnt from t = 0.01 to 3")
    refused(lambda: s(np.zeros((1, 3)), 0.1), "coordinates")
    refused(lambda: s(np.zeros((1, 2)), -1.0))


def test_distances_and_bins_refuse_what_has_none():
    y, edges = np.zeros((5, 1)), [-1.0, 1.0]
    refused(lambda: yardsticks.energy_distance(y, np.zeros((5, 2))), "coordinates")
    refused(lambda: yardsticks.energy_distance(y, y[:1]), "two points")
    refused(lambda: yardsticks.binned_regression(y, y[:3], edges), "5 and 3")
    refused(lambda: yardsticks.binned_regression(y, y, edges), "No bin holds 31")
    refused(lambda: yardsticks.binned_regression(y, y, [1.0, -1.0]), "rise")
    refused(lambda: yardsticks.binned_regression(y, y, [0.0]), "rise")
    refused(lambda: yardsticks.moons_mixture(3), "Parts")
    refused(lambda: yardsticks.moons_mixture(10**9), "Too much")
    refused(lambda: yardsticks.circle(10**12), "Too much")


def test_errors_of_scores_refuse_what_is_none():
    exact = reversal.mixture_score(TWO)
    refused(lambda: yardsticks.score_error(exact, TWO, 0.1, n=10**12, rng=rng()), "Too much")
    refused(lambda: yardsticks.score_error(exact, TWO, 0.1, n=0, rng=rng()), "number of points")
    refused(lambda: yardsticks.score_error(exact, tuple(TWO), 0.1, n=9, rng=rng()), "denoising.mixture")
    refused(lambda: yardsticks.score_error(None, TWO, 0.1, n=9, rng=rng()), "function")
    refused(lambda: yardsticks.score_error(lambda y, t: y[0], TWO, 0.1, n=9, rng=rng()), "shape")
    refused(lambda: matching.learned_score((1, 2, 3)), "denoising.fit_score")


def test_nothing_that_is_handed_over_is_changed_and_points_that_coincide_are_data_too():
    x, y = frozen(rng().standard_normal((200, 2))), frozen(rng(1).standard_normal((40, 2)))
    edges = frozen(np.array([-1.0, 1.0]))
    kept = x.copy(), y.copy()
    one, two = (matching.fit_score(x, times=frozen(np.array(TIMES)), features=6, rng=rng(2)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two)), "the same chance gives the same fit"
    assert np.isfinite(matching.learned_score(one)(y, 0.2)).all()
    yardsticks.energy_distance(x, y)
    yardsticks.binned_regression(x[:, :1], x[:, 1:], edges)
    assert np.array_equal(x, kept[0]) and np.array_equal(y, kept[1])
    same = matching.learned_score(matching.fit_score(np.ones((50, 2)), times=TIMES, features=6, rng=rng(3)))
    assert relative(same(y, 0.3), (np.exp(-0.3) - y) / (1 - np.exp(-0.6))) < 0.1


@pytest.mark.bench
def test_a_fit_and_its_samples_take_two_seconds_at_most():
    for seed, alpha in product(range(2), (0.0, 1.0)):
        draw = rng(seed)
        x, start = yardsticks.two_moons(4000, rng=draw), time.perf_counter()
        s = matching.learned_score(matching.fit_score(x, rng=draw))
        fitted = time.perf_counter()
        times = reversal.times(4.0, 1e-3, 100)
        *_, y = reversal.reverse(draw.standard_normal((4000, 2)), times, s, alpha, rng=draw)
        sampled = time.perf_counter()
        distance = yardsticks.energy_distance(y, yardsticks.two_moons(4000, rng=draw))
        print(f"alpha {alpha}: fit {fitted - start:.2f} s, samples {sampled - fitted:.2f} s, distance {distance:.4f}")
        assert fitted - start < 2 and sampled - fitted < 2 and distance < 0.01
