"""The exact denoiser of a training set against loops by hand, scipy and closed forms; its memory against theory."""

import math
import tracemalloc

import numpy as np
import pytest
from compiling import KINDS, frozen
from racing import seconds_of
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.spatial.distance import cdist
from scipy.special import logsumexp, softmax
from scipy.stats import chi2

from course_lib.core import Refusal
from course_lib.kernels.denoising.empirical import (
    drawn_back,
    empirical_denoiser,
    empirical_score,
    own_weight,
    score_function,
)
from course_lib.kernels.denoising.memory import collapse_time, same_class, speciation_time, two_classes


def some_points(m, n, d, seed, offset=0.0):
    """m noisy points and n training points round the offset."""
    rng = np.random.default_rng(seed)
    return frozen(offset + 1.5 * rng.normal(size=(m, d))), frozen(offset + rng.normal(size=(n, d)))


def noised(x, t, rng):
    return math.exp(-t) * x + math.sqrt(1 - math.exp(-2 * t)) * rng.standard_normal(x.shape)


def naive_weights(point, x, sigma, signal=1.0):
    """Of one noisy point, distance by distance, added without rounding."""
    exponents = [
        -math.fsum((a - signal * b) ** 2 for a, b in zip(point, other)) / (2 * sigma**2) for other in x.tolist()
    ]
    top = max(exponents)
    parts = [math.exp(e - top) for e in exponents]
    return [p / math.fsum(parts) for p in parts]


def naive_denoiser(y, x, sigma):
    rows = []
    for point in y.tolist():
        r = naive_weights(point, x, sigma)
        rows.append([math.fsum(w * b for w, b in zip(r, column)) for column in x.T.tolist()])
    return np.array(rows)


def scipy_weights(y, x, sigma, signal=1.0):
    return softmax(-cdist(y, signal * x, "sqeuclidean") / (2 * sigma**2), axis=1)


def naive_log_density(point, x, t):
    """ln p_t, but for a constant."""
    squares = ((point - math.exp(-t) * x) ** 2).sum(axis=1)
    return logsumexp(-squares / (2 * (1 - math.exp(-2 * t))))


# --- the denoiser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.05, 0.3, 1.0, 4.0])
@pytest.mark.parametrize("d", [1, 3])
def test_the_denoiser_is_the_weighted_mean_of_a_loop_by_hand(sigma, d):
    y, x = some_points(20, 60, d, seed=d)
    found = empirical_denoiser(y, x, sigma)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, naive_denoiser(y, x, sigma), rtol=0, atol=1e-12)
    assert np.abs(found - naive_denoiser(y, x, math.sqrt(sigma))).max() > 1e-3 or sigma == 1, "control: sigma"


@pytest.mark.parametrize("m, n", [(1, 1), (255, 1023), (256, 1024), (257, 1025), (600, 3500)])
def test_nothing_changes_where_one_block_ends_and_the_next_begins(m, n):
    y, x = some_points(m, n, 5, seed=n)
    for sigma in (0.1, 1.0):
        np.testing.assert_allclose(empirical_denoiser(y, x, sigma), scipy_weights(y, x, sigma) @ x, atol=1e-12)


def test_the_order_of_the_training_points_does_not_matter_not_even_with_the_nearest_last():
    y, x = some_points(30, 3000, 4, seed=1)
    far_first = x[np.argsort(-(x**2).sum(axis=1))]
    for sigma in (0.02, 0.5):
        found = [empirical_denoiser(y, order, sigma) for order in (x, far_first, far_first[::-1])]
        np.testing.assert_allclose(found[1], found[0], atol=1e-12)
        np.testing.assert_allclose(found[2], found[0], atol=1e-12)


def test_one_training_point_is_all_there_is():
    y, x = some_points(7, 1, 3, seed=2)
    for sigma in (5e-324, 1e-9, 1.0, 1e300):
        np.testing.assert_allclose(empirical_denoiser(y, x, sigma), np.broadcast_to(x, y.shape), rtol=1e-15)


def test_two_points_either_side_of_the_origin_give_a_tanh():
    a = np.array([0.3, -1.2, 0.5])
    y, _ = some_points(50, 1, 3, seed=3)
    for sigma in (0.3, 1.0, 3.0):
        exact = np.tanh(y @ a / sigma**2)[:, None] * a
        np.testing.assert_allclose(empirical_denoiser(y, np.array([a, -a]), sigma), exact, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("bits", [np.float32, np.float64])
def test_without_noise_it_returns_the_nearest_training_point_at_any_level(bits):
    y, x = (v.astype(bits) for v in some_points(300, 2500, 6, seed=4))
    nearest = x[cdist(y, x).argmin(axis=1)]
    for sigma in (5e-324, 1e-200, 1e-30, 1e-10):
        np.testing.assert_allclose(empirical_denoiser(y, x, sigma), nearest, rtol=0, atol=4 * np.finfo(bits).eps)


def test_points_equally_near_share_also_without_noise():
    x = np.array([[-1.0, 0], [1, 0], [0, 5]])
    for sigma in (5e-324, 1e-5, 0.1):
        assert empirical_denoiser(np.zeros((1, 2)), x, sigma) == pytest.approx(np.zeros((1, 2)), abs=1e-12)


@pytest.mark.parametrize("bits", [np.float32, np.float64])
def test_of_noise_alone_it_makes_the_mean(bits):
    y, x = (v.astype(bits) for v in some_points(40, 2000, 6, seed=5))
    for sigma in (1e9, 1e30, 1e300):
        found = empirical_denoiser(y, x, sigma)
        np.testing.assert_allclose(found, np.broadcast_to(x.mean(axis=0), y.shape), atol=10 * np.finfo(bits).eps)


def test_far_from_all_data_it_is_still_the_weighted_mean():
    x = np.array([[0.0], [1.0]])
    y = np.array([[1e6], [-1e6], [1e6]])
    assert empirical_denoiser(y, x, 1.0).ravel() == pytest.approx([1, 0, 1], abs=1e-12)
    one = 1e6 - 0.5  # weights 1/(1 + exp(-(y - 1/2)/sigma^2))
    assert empirical_denoiser(y[:1], x, 1e3) == pytest.approx(1 / (1 + math.exp(-one / 1e6)), abs=1e-12)


# --- its precision, its memory, its input -----------------------------------------------------------------------------


@pytest.mark.parametrize("d, sigma", [(2, 0.1), (64, 0.1), (64, 1.0), (784, 0.3), (784, 3.0)])
def test_in_32_bits_it_is_as_near_as_its_docstring_says_also_halfway_between_two_points(d, sigma):
    rng = np.random.default_rng(d)
    x = rng.normal(size=(1500, d)).astype(np.float32)
    for y in (x[:100] + sigma * rng.normal(size=(100, d)), (x[:100] + x[100:200]) / 2):
        y = y.astype(np.float32)
        found, exact = empirical_denoiser(y, x, sigma), scipy_weights(y.astype(float), x, sigma) @ x.astype(float)
        away = [np.linalg.norm(v - x.mean(axis=0), axis=1).max() for v in (x, y)]
        exponent = 3e-7 * away[0] * max(away) / sigma**2
        assert found.dtype == np.float32
        assert np.abs(found - exact).max() < exponent / 2 * np.ptp(x, axis=0).max() + 1e-5


def uncentred_denoiser(y, x, sigma):
    """As everyone writes it first."""
    squares = (y**2).sum(axis=1)[:, None] + (x**2).sum(axis=1) - 2 * y @ x.T
    return softmax(-squares / np.float32(2 * sigma**2), axis=1) @ x


def test_in_32_bits_nothing_cancels_where_the_data_lie_far_from_the_origin():
    y, x = (v.astype(np.float32) for v in some_points(100, 2000, 5, seed=6, offset=1000.0))
    exact = scipy_weights(y.astype(float), x.astype(float), 0.3) @ x.astype(float)
    assert np.abs(empirical_denoiser(y, x, 0.3) - exact).max() < 3e-4, "numbers of 1000 in 32 bits are 6e-5 apart"
    assert np.abs(uncentred_denoiser(y, x, 0.3) - exact).max() > 0.03, "control: the squares expanded"


def peak(run, x):
    """Bytes held at most while it runs."""
    tracemalloc.start()
    run(x)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("bits", [np.float32, np.float64])
@pytest.mark.parametrize("work", ["denoise", "score", "own", "back"])
def test_memory_does_not_grow_with_the_training_set(work, bits):
    y, x = (v.astype(bits) for v in some_points(300, 9000, 100, seed=7))
    run = {
        "denoise": lambda x: empirical_denoiser(y, x, 1.0),
        "score": lambda x: empirical_score(y, x, 0.5),
        "own": lambda x: own_weight(y, x, 0.5),
        "back": lambda x: drawn_back(y, x, 0.5, rng=np.random.default_rng(0)),
    }[work]
    less, more = (peak(run, x[:n]) for n in (3000, 9000))
    assert more < 1.02 * less and more < 10e6
    less, more = (peak(lambda x: uncentred_denoiser(y, x, 1.0), x[:n]) for n in (3000, 9000))
    assert more > 2 * less, "control: all weights at once"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_array_gives_the_same_and_is_left_as_it_was(kind):
    y, x = (KINDS[kind](np.round(v, 2)) for v in some_points(20, 50, 3, seed=8))
    before = y.copy(), x.copy()
    exact = scipy_weights(y.astype(float), x.astype(float), 0.5) @ x
    np.testing.assert_allclose(empirical_denoiser(y, x, 0.5), exact, atol=1e-5)
    score = score_function(x)(y, 0.5)
    np.testing.assert_array_equal(score, empirical_score(y, x, 0.5))
    own_weight(y, x, 0.5), drawn_back(y, x, 0.5, rng=np.random.default_rng(0))
    assert np.array_equal(before[0], y) and np.array_equal(before[1], x)


def test_all_but_32_bits_on_both_sides_is_worked_out_in_64():
    y, x = some_points(9, 30, 2, seed=9)
    counts = np.arange(30)[:, None] % [3, 5]
    for a, b in ((y.astype(np.float32), x), (y, x.astype(np.float32)), (y, counts), (y > 0, x), (y.tolist(), x)):
        found = empirical_denoiser(a, b, 0.7)
        exact = scipy_weights(np.array(a, float), np.array(b, float), 0.7) @ np.array(b, float)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, exact, atol=1e-13)
    for f in (empirical_score, own_weight):
        assert f(*(v.astype(np.float32) for v in (y, x)), 0.3).dtype == np.float32


# --- the score --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [0.02, 0.3, 2.0])
def test_the_score_is_the_slope_of_the_log_density(t):
    y, x = some_points(10, 40, 3, seed=10)
    found = empirical_score(y, x, t)
    for point, row in zip(y, found):
        for i, step in enumerate(1e-5 * np.eye(3)):
            slope = (naive_log_density(point + step, x, t) - naive_log_density(point - step, x, t)) / 2e-5
            assert row[i] == pytest.approx(slope, rel=1e-7, abs=1e-6 / t)
    later = empirical_score(y, x, 1.1 * t)
    assert np.abs(later - found).max() > 1e-3, "control: the score of a later time"


def test_the_score_of_one_point_is_that_of_a_gaussian_at_any_time():
    y, x = some_points(10, 1, 3, seed=11)
    for t in (1e-300, 1e-9, 0.1, 5.0, 400.0):
        exact = (math.exp(-t) * x - y) / -math.expm1(-2 * t)
        np.testing.assert_allclose(empirical_score(y, x, t), exact, rtol=1e-12)


def test_long_after_the_start_the_score_is_that_of_pure_noise():
    for bits in (np.float32, np.float64):
        y, x = (v.astype(bits) for v in some_points(10, 40, 3, seed=12, offset=3.0))
        np.testing.assert_allclose(empirical_score(y, x, 1000.0), -y, rtol=1e-6)


def test_at_a_short_time_32_bits_still_give_the_score():
    rng = np.random.default_rng(13)
    x = rng.normal(size=(400, 8)).astype(np.float32)
    y = noised(x[:50], 1e-3, rng).astype(np.float32)
    exact = empirical_score(y.astype(float), x.astype(float), 1e-3)
    assert np.abs(exact).max() > 50 and np.abs(empirical_score(y, x, 1e-3) - exact).max() < 1e-3


# --- whose point it was -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [0.05, 0.4, 3.0])
def test_the_own_weight_is_that_of_a_loop_by_hand(t):
    y, x = some_points(15, 40, 2, seed=14)
    noise, signal = math.sqrt(1 - math.exp(-2 * t)), math.exp(-t)
    r = np.array([naive_weights(point, x, noise, signal) for point in y.tolist()])
    np.testing.assert_allclose(own_weight(y, x, t), r[np.arange(15), np.arange(15)], atol=1e-13)
    own = np.random.default_rng(0).integers(40, size=15)
    np.testing.assert_allclose(own_weight(y, x, t, own), r[np.arange(15), own], atol=1e-13)


def test_own_weights_over_all_blocks_are_those_of_scipy_and_sum_to_1():
    y, x = some_points(3, 2500, 4, seed=15)
    t, own = 0.3, np.arange(2500)
    r = scipy_weights(y, x, math.sqrt(1 - math.exp(-2 * t)), math.exp(-t))
    for row in range(3):
        found = own_weight(np.repeat(y[row : row + 1], 2500, axis=0), x, t, own)
        np.testing.assert_allclose(found, r[row], atol=1e-13)
        assert found.sum() == pytest.approx(1, abs=1e-12)


def misfit(drawn, r):
    """Pearson's chi-square of counts against weights, points of less than 10 expected draws taken together."""
    expected, count = r * len(drawn), np.bincount(drawn, minlength=len(r))
    rare = expected < 10
    expected, count = (np.append(v[~rare], v[rare].sum()) if rare.any() else v for v in (expected, count))
    return ((count - expected) ** 2 / expected).sum(), chi2.isf(1e-6, len(expected) - 1)


@pytest.mark.parametrize("n", [6, 2500])
def test_a_u_turn_comes_back_to_each_point_as_often_as_its_weight_says(n):
    y, x = some_points(1, n, 2, seed=16)
    t, draws = 0.8, 20_000
    drawn = drawn_back(np.repeat(y, draws, axis=0), x, t, rng=np.random.default_rng(17))
    by_time = [scipy_weights(y, x, math.sqrt(1 - math.exp(-2 * t)), math.exp(-t))[0] for t in (t, 1.3 * t)]
    found, allowed = misfit(drawn, by_time[0])
    assert found < allowed
    found, allowed = misfit(drawn, by_time[1])
    assert found > allowed, "control: the weights of a later time pass"


def test_a_u_turn_from_a_short_time_comes_back_to_its_own_point():
    _, x = some_points(1, 3000, 20, seed=18)
    for bits in (np.float32, np.float64):
        y = noised(x, 1e-3, np.random.default_rng(0)).astype(bits)
        drawn = drawn_back(y, x.astype(bits), 1e-3, rng=np.random.default_rng(1))
        np.testing.assert_array_equal(drawn, np.arange(3000))
    assert (drawn_back(y, x, 3.0, rng=np.random.default_rng(1)) == np.arange(3000)).mean() < 0.01, "control: late"


def test_a_u_turn_depends_on_nothing_but_the_generator():
    y, x = some_points(300, 1500, 3, seed=19)
    one, two, other = (drawn_back(y, x, 0.5, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (one == two).all() and (one != other).any()


# --- two times --------------------------------------------------------------------------------------------------------


def half_time(x, rng, queries=1000):
    """The time at which noisy points belong to their own training point with a mean weight of 1/2."""
    z = rng.standard_normal((queries, x.shape[1]))
    own = rng.integers(len(x), size=queries)

    def excess(t):
        y = math.exp(-t) * x[own] + math.sqrt(1 - math.exp(-2 * t)) * z
        return own_weight(y, x, t, own).mean() - 0.5

    return brentq(excess, 1e-3, 4.0, xtol=1e-3)


@pytest.mark.parametrize("d, n", [(10, 1000), (20, 4000), (80, 4000)])
def test_gaussian_data_collapse_within_a_twentieth_above_the_formula(d, n):
    rng = np.random.default_rng(d)
    late = half_time(math.sqrt(2.0) * rng.standard_normal((n, d)).astype(np.float32), rng) - collapse_time(n, d, 2.0)
    assert 0 < late < 0.05
    assert abs(late + collapse_time(n, d, 2.0) - collapse_time(n, d, 1.0)) > 0.05, "control: half the variance"


@pytest.mark.parametrize("d, n", [(20, 4000), (80, 4000)])
def test_two_classes_collapse_as_one_of_them_alone_would(d, n):
    rng = np.random.default_rng(d)
    found = half_time(two_classes(n, d, 1.0, rng=rng).x.astype(np.float32), rng)
    assert 0 < found - collapse_time(n / 2, d) < 0.05
    assert found < collapse_time(n / 2, d, 2.0) - 0.05, "control: the spread of the two means counted in, 1 + mu^2"


def test_at_the_collapse_time_the_information_left_is_that_of_n_points():
    n, d, variance = np.array([3, 1e3, 1e6]), 12, 1.7
    t = collapse_time(n, d, variance)
    np.testing.assert_allclose(d / 2 * np.log1p(variance / np.expm1(2 * t)), np.log(n), rtol=1e-12)


def test_the_collapse_time_goes_to_0_with_numbers_and_for_ever_up_with_the_dimension():
    assert collapse_time(1e12, 2) == pytest.approx(0.5e-12, rel=1e-6)
    assert collapse_time(1e300, 1) == 0
    for d in (10**6, 10**9):
        assert collapse_time(1000, d) == pytest.approx(math.log(d / (2 * math.log(1000))) / 2, rel=1e-5)


def test_speciation_is_half_a_logarithm():
    np.testing.assert_allclose(speciation_time([1.0, math.e**2, math.e**4]), [0, 1, 2], atol=1e-15)


def overlap_integral(u):
    """phi as the ratio of densities, one slice after the other."""

    def slice_at(x):
        plus, minus = math.exp(-((x - u) ** 2) / 2), math.exp(-((x + u) ** 2) / 2)
        return (plus**2 + minus**2) / (plus + minus) / 2 / math.sqrt(2 * math.pi)

    return 2 * quad(slice_at, 0, u + 12, points=[u], limit=200, epsabs=1e-12, epsrel=1e-12)[0]


def test_the_chance_to_keep_the_class_is_the_overlap_integral():
    d, mu = 16, 0.5
    t = np.linspace(0, 6, 40)
    exact = [overlap_integral(math.exp(-s) * mu * math.sqrt(d)) for s in t]
    np.testing.assert_allclose(same_class(t, d, mu), exact, rtol=0, atol=1e-9)
    assert same_class(t.reshape(8, 5), d, mu).shape == (8, 5)


def u_turns(t, d, mu, n, rng):
    """Share of points that keep their class, each made, noised and brought back in d dimensions; and its error."""
    x, label = two_classes(n, d, mu, rng=rng)
    y, m = noised(x, t, rng), mu * np.ones(d)
    away = [((y - sign * math.exp(-t) * m) ** 2).sum(axis=1) / 2 for sign in (1, -1)]
    back = np.where(rng.random(n) < 1 / (1 + np.exp(away[0] - away[1])), 1, -1)
    kept = (back == label).mean()
    return kept, math.sqrt(kept * (1 - kept) / n)


@pytest.mark.parametrize("t", [0.2, 1.0, 2.0])
def test_u_turns_keep_their_class_as_often_as_phi_says(t):
    kept, error = u_turns(t, 9, 0.8, 100_000, np.random.default_rng(20))
    assert abs(kept - same_class(t, 9, 0.8)) < 5 * error
    assert abs(kept - same_class(t + 0.1, 9, 0.8)) > 5 * error, "control: a later time"


def test_at_the_speciation_time_of_the_means_phi_is_the_same_in_all_dimensions():
    for d, mu in ((4, 1.0), (64, 0.5), (1024, 3.0)):
        assert same_class(speciation_time(d * mu**2), d, mu) == pytest.approx(overlap_integral(1.0), abs=1e-9)
    assert overlap_integral(1.0) == pytest.approx(0.77520, abs=1e-5)


def test_with_the_whole_eigenvalue_phi_comes_to_that_as_the_means_move_apart():
    off = [
        float(same_class(speciation_time(1 + M2), 1, math.sqrt(M2))) - overlap_integral(1.0) for M2 in (10, 100, 1e4)
    ]
    assert np.diff(off).min() > 0 and off[0] > -0.02
    assert off[1] / off[2] == pytest.approx(100, rel=0.02), "with the inverse square of their distance"


def test_classes_are_never_lost_without_noise_nor_told_apart_without_distance():
    assert same_class(0.0, 400, 1.0) == pytest.approx(1, abs=1e-12)
    assert same_class(30.0, 400, 1.0) == pytest.approx(0.5, abs=1e-12)
    assert same_class([0.0, 1.0], 5, 0.0) == pytest.approx([0.5, 0.5], abs=1e-12)


def test_the_widest_direction_of_two_classes_is_the_one_between_them():
    d, mu, n = 12, 1.5, 20_000
    x, label = two_classes(n, d, mu, rng=np.random.default_rng(21))
    assert x.shape == (n, d) and set(label) == {-1, 1}
    values, vectors = np.linalg.eigh(np.cov(x.T))
    assert values[-1] == pytest.approx(1 + d * mu**2, abs=5 * math.sqrt((2 + 4 * d * mu**2) / n))
    assert abs(vectors[:, -1] @ np.ones(d)) / math.sqrt(d) == pytest.approx(1, abs=1e-3)
    assert values[-2] < 1.1 and ((x.mean(axis=1) > 0) == (label > 0)).mean() > 0.999


# --- what cannot be ---------------------------------------------------------------------------------------------------

Y, X = np.zeros((2, 3)), np.ones((4, 3))
NAN = np.array([[0.0, np.nan, 1.0]])


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: empirical_denoiser(Y, X, 0.0), "noise level"),
        (lambda: empirical_denoiser(Y, X, -1.0), "noise level"),
        (lambda: empirical_denoiser(Y, X, np.inf), "noise level"),
        (lambda: empirical_denoiser(Y, X[:, :2], 1.0), "3 coordinates, the training points 2"),
        (lambda: empirical_denoiser(Y[0], X, 1.0), "one point in each row"),
        (lambda: empirical_denoiser(Y, X[0], 1.0), "one point in each row"),
        (lambda: empirical_denoiser(Y, X[:0], 1.0), "there are none"),
        (lambda: empirical_denoiser(Y[:0], X, 1.0), "there are none"),
        (lambda: empirical_denoiser(NAN, X, 1.0), "noisy points.*not a number"),
        (lambda: empirical_denoiser(Y, np.where(np.isnan(NAN), np.inf, NAN), 1.0), "training points.*infinite"),
        (lambda: empirical_denoiser(Y, [["a", "b", "c"]], 1.0), "numbers"),
        (lambda: empirical_denoiser(Y, 1j * X, 1.0), "numbers"),
        (lambda: empirical_denoiser([[1.0], [1.0, 2.0]], X, 1.0), "equally long"),
        (lambda: empirical_score(Y, X, 0.0), "time"),
        (lambda: score_function(NAN), "not a number"),
        (lambda: score_function(X)(Y, -1.0), "time"),
        (lambda: own_weight(Y, X, 0.0), "time"),
        (lambda: own_weight(X, Y, 1.0), "rows 0 to 1"),
        (lambda: own_weight(Y, X, 1.0, [0, 4]), "rows 0 to 3"),
        (lambda: own_weight(Y, X, 1.0, [0, -1]), "rows 0 to 3"),
        (lambda: own_weight(Y, X, 1.0, [0]), "each of 2"),
        (lambda: own_weight(Y, X, 1.0, [0.0, 1.0]), "each of 2"),
        (lambda: drawn_back(Y, X, 0.0, rng=np.random.default_rng(0)), "time"),
        (lambda: speciation_time(0.5), "1 or more"),
        (lambda: speciation_time(np.nan), "finite"),
        (lambda: collapse_time(1, 3), "never forgotten"),
        (lambda: collapse_time(10, 0), "dimension"),
        (lambda: collapse_time(10, 3, 0.0), "variance"),
        (lambda: collapse_time("ten", 3), "numbers"),
        (lambda: collapse_time([10, 20], [1, 2]), "dimension"),
        (lambda: same_class(-1.0, 3, 1.0), "from 0 on"),
        (lambda: same_class(1.0, 2.5, 1.0), "dimension"),
        (lambda: same_class(1.0, 3, -1.0), "mu"),
        (lambda: two_classes(0, 3, 1.0, rng=np.random.default_rng(0)), "number of points"),
        (lambda: two_classes(10**9, 10**9, 1.0, rng=np.random.default_rng(0)), "Too much"),
        (lambda: two_classes(3, 3, np.nan, rng=np.random.default_rng(0)), "mu"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, says):
    with pytest.raises(Refusal, match=says):
        call()


# --- speed ------------------------------------------------------------------------------------------------------------

SIZES = [(1797, 1797, 64), (10_000, 1000, 64), (60_000, 1000, 64), (60_000, 1000, 784)]
PRODUCTS = 1e9  # that scipy is asked for: all queries, but for 60,000 points, where that would take a minute


def contenders(n, m, d):
    """Each way, and how many queries it is asked; the two matrix products are the least that any of them needs."""
    import torch

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, d), np.float32)
    y = x[:m] + rng.standard_normal((m, d), np.float32)
    y_torch, x_torch, r = torch.from_numpy(y), torch.from_numpy(x), np.full((m, n), 1 / n, np.float32)
    products, some = (np.empty_like(r), np.empty_like(y)), min(m, int(PRODUCTS / (n * d)))

    def by_torch():
        squares = (x_torch * x_torch).sum(1)
        return (torch.softmax(torch.addmm(squares, y_torch, x_torch.T, beta=-0.5), 1) @ x_torch).numpy()

    def by_scipy():
        return scipy_weights(y[:some], x, 1.0) @ x

    ours = empirical_denoiser(y, x, 1.0)
    np.testing.assert_allclose(by_torch(), ours, atol=2e-3)
    np.testing.assert_allclose(by_scipy(), ours[:some], atol=2e-3)
    return {
        "ours": (lambda: empirical_denoiser(y, x, 1.0), m),
        "torch, addmm and softmax": (by_torch, m),
        "the two products alone": (lambda: (np.matmul(y, x.T, out=products[0]), np.matmul(r, x, out=products[1])), m),
        "scipy, cdist and softmax": (by_scipy, some),
    }


def best(calls, rounds):
    """The least seconds of each call, all of them taken by turns."""
    taken = [{name: seconds_of(call, 1) for name, call in calls.items()} for _ in range(rounds)]
    return {name: min(seconds[name] for seconds in taken) for name in calls}


@pytest.mark.bench
def test_bench_of_the_exact_denoiser(capsys):
    rows = {}
    for n, m, d in SIZES:
        calls = contenders(n, m, d)
        for name, least in best(
            {name: call for name, (call, _) in calls.items()}, 3 if n * m * d > 1e10 else 5
        ).items():
            rows.setdefault(name, []).append(least / calls[name][1])
    with capsys.disabled():
        title = "Exact denoiser, microseconds a query in 32 bits (times ours); scipy in 64 bits"
        print(f"\n{title}\n{'':26}" + "".join(f"{f'n={n} m={m} d={d}':>24}" for n, m, d in SIZES))
        for name, row in rows.items():
            cells = [f"{1e6 * each:.4g} ({each / ours:.2f})" for each, ours in zip(row, rows["ours"])]
            print(f"{name:26}" + "".join(f"{cell:>24}" for cell in cells))
