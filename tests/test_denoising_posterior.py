"""Posteriors, Tweedie's formula, tilts and bits against Bayes' rule on grids and quadrature."""

import math

import numpy as np
import pytest
from compiling import frozen
from gaussians import (
    TWO,
    cdf_of_two,
    generator,
    grid,
    near,
    scipys_log_density,
    some_mixture,
    some_points,
    weighed,
)
from numpy.testing import assert_allclose
from scipy import stats
from scipy.integrate import quad

from course_lib.core import Refusal
from course_lib.kernels.denoising import best_guess, filters, noise, posterior
from course_lib.kernels.denoising import mixtures as mix

SHAPES = [(1, 1), (2, 1), (3, 2), (8, 2), (5, 4)]  # components, dimensions
every_shape = pytest.mark.parametrize("K, d", SHAPES)


# --- the posterior ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d, cells", [(1, 40_001), (2, 401)])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 4.0])
def test_posterior_mean_and_covariance_are_those_of_bayes_rule_on_a_grid(d, cells, sigma):
    p, y = (TWO if d == 1 else some_mixture(3, 2)), some_points(3, d)
    x, _ = grid(13, cells, d)
    prior = scipys_log_density(x, p)
    means, covariances = posterior.posterior_mean(y, p, sigma), posterior.posterior_covariance(y, p, sigma)
    for row, mean, C in zip(y, means, covariances):
        expected = weighed(x, prior - ((row - x) ** 2).sum(axis=1) / (2 * sigma**2))
        assert_allclose(mean, expected[0], rtol=1e-9, atol=1e-9), assert_allclose(C, expected[1], rtol=1e-9, atol=1e-9)


@every_shape
@pytest.mark.parametrize("sigma", [1e-3, 0.1, 1.0, 30.0])
def test_tweedies_formula_gives_the_posterior_written_without_a_score(K, d, sigma):
    p, y = some_mixture(K, d), some_points(50, d)
    noisy = noise.blurred(p, sigma)
    mean, s = posterior.posterior_mean(y, p, sigma), mix.score(y, noisy)
    assert_allclose(best_guess.tweedie(y, s, sigma), mean, rtol=1e-10, atol=1e-10)
    found = best_guess.tweedie_covariance(mix.hessian(y, noisy), sigma)
    assert_allclose(found, posterior.posterior_covariance(y, p, sigma), rtol=1e-8, atol=1e-10 * (1 + sigma**2))
    if sigma == 30:
        assert not np.allclose(best_guess.tweedie(y, -s, sigma), mean, rtol=0.1), "control: the notes' sign"
        assert not np.allclose(y + sigma * s, mean, rtol=0.1), "control: sigma for sigma^2"


@pytest.mark.parametrize("t", [1e-3, 0.3, 1.0, 4.0])
def test_tweedies_formula_of_shrunken_data_needs_their_factor(t):
    p, x_t = some_mixture(3, 2), some_points(50, 2)
    s = mix.score(x_t, noise.at_time(p, t))
    mean = posterior.posterior_mean(np.exp(t) * x_t, p, noise.level_at(t))
    assert_allclose(best_guess.tweedie_ou(x_t, s, t), mean, rtol=1e-9, atol=1e-10)
    if t == 1:
        plain = best_guess.tweedie(x_t, s, float(noise.spread(t)))
        assert not np.allclose(plain, mean, rtol=0.1), "control: the formula of data that do not shrink"


def test_without_noise_the_guess_is_what_is_seen_and_with_much_it_is_the_mean_of_all():
    p, y = some_mixture(3, 2), some_points(20, 2)
    off = [np.abs(posterior.posterior_mean(y, p, sigma) - y).max() for sigma in (1e-2, 5e-3, 2.5e-3)]
    assert_allclose(np.log2(np.array(off[:-1]) / off[1:]), 2, atol=0.05)
    mean, C = mix.moments(p)
    off = [np.abs(posterior.posterior_mean(y, p, sigma) - mean).max() for sigma in (1e3, 2e3, 4e3)]
    assert_allclose(np.log2(np.array(off[:-1]) / off[1:]), 2, atol=0.05)
    assert_allclose(posterior.posterior_covariance(y, p, 1e6), [C] * 20, rtol=1e-6)
    assert_allclose(posterior.posterior_covariance(y, p, 1e-6) / 1e-12, [np.eye(2)] * 20, atol=1e-6)


def test_the_posterior_of_points_is_their_mean_weighed_by_distance():
    x, y, sigma = generator(7).normal(size=(6, 2)), some_points(8, 2), 0.8
    points = mix.mixture(np.ones(6), x, np.zeros(6))
    for row, mean, C in zip(
        y, posterior.posterior_mean(y, points, sigma), posterior.posterior_covariance(y, points, sigma)
    ):
        expected = weighed(x, -((row - x) ** 2).sum(axis=1) / (2 * sigma**2))
        assert_allclose(mean, expected[0], rtol=1e-11), assert_allclose(C, expected[1], rtol=1e-9, atol=1e-14)
    drawn = posterior.posterior_samples(np.repeat(y, 20, axis=0), points, sigma, rng=generator(8))
    assert (np.abs(drawn[:, None] - x).max(axis=2).min(axis=1) < 1e-12).all()


def test_the_largest_and_the_least_noise_have_finite_guesses():
    p, y = some_mixture(3, 2), some_points(5, 2)
    for sigma in (1e100, 1e-100):
        s, H = (f(y, noise.blurred(p, sigma)) for f in (mix.score, mix.hessian))
        assert np.isfinite(best_guess.tweedie(y, s, sigma)).all()
        assert np.isfinite(best_guess.tweedie_covariance(H, sigma)).all()
        assert np.isfinite(posterior.posterior_mean(y, p, sigma)).all()
    assert np.isfinite(best_guess.tweedie_ou(y, mix.score(y, noise.at_time(p, 300)), 300)).all()


def test_far_outliers_have_a_finite_guess():
    p = some_mixture(3, 2)
    for y in (1e3 * np.ones((1, 2)), -1e3 * np.ones((1, 2))):
        guess, C = posterior.posterior_mean(y, p, 0.5), posterior.posterior_covariance(y, p, 0.5)
        gains = [S @ np.linalg.inv(S + 0.25 * np.eye(2)) for S in p.S]
        lines = np.array([mu + G @ (y[0] - mu) for mu, G in zip(p.mu, gains)])
        assert np.isfinite(C).all() and np.abs(guess - lines).max(axis=1).min() < 1e-8


def test_posterior_samples_have_the_mean_and_covariance_of_bayes_rule():
    p, sigma, row = some_mixture(3, 2), 1.3, np.array([0.4, -0.3])
    y = np.broadcast_to(row, (20_000, 2))
    x = posterior.posterior_samples(y, p, sigma, rng=generator(9))
    at, _ = grid(13, 401, 2)
    mean, C = weighed(at, scipys_log_density(at, p) - ((row - at) ** 2).sum(axis=1) / (2 * sigma**2))
    outer = np.einsum("ni,nj->nij", x - mean, x - mean)
    assert near(x, mean) and near(outer, C)  # five standard errors of 20 000 independent draws
    assert not near(x, mean + 0.05), "control: a twentieth off"
    assert not near(outer, 1.1 * C), "control: a tenth more"


def test_data_that_are_blurred_and_drawn_back_are_distributed_as_before():
    x = mix.samples(TWO, 20_000, rng=generator(10))
    y = x + generator(11).standard_normal(x.shape)
    draws, guesses = posterior.posterior_samples(y, TWO, 1.0, rng=generator(12)), posterior.posterior_mean(y, TWO, 1.0)
    assert stats.kstest(draws[:, 0], cdf_of_two).pvalue > 1e-4
    assert stats.kstest(guesses[:, 0], cdf_of_two).pvalue < 1e-6, "control: guesses are no draws"


# --- the tilt of a mixture --------------------------------------------------------------------------------------------

TILTS = {
    "full": ([[2.0, 0.5], [0.5, 0.4]], [1.0, -2.0]),
    "of one direction": ([[1.0, 2.0], [2.0, 4.0]], [0.3, 0.6]),
    "a slope only": (np.zeros((2, 2)), [0.5, -0.4]),
    "none": (np.zeros((2, 2)), [0.0, 0.0]),
}


@pytest.mark.parametrize("Q, b", TILTS.values(), ids=TILTS.keys())
def test_a_tilted_mixture_is_the_product_on_a_grid(Q, b):
    p, (Q, b) = some_mixture(3, 2), map(np.array, (Q, b))
    x, _ = grid(14, 401, 2)
    log_product = scipys_log_density(x, p) - np.einsum("ni,ij,nj->n", x, Q, x) / 2 + x @ b
    tilted = posterior.tilted(p, frozen(Q), frozen(b))
    mean, C = mix.moments(tilted)
    expected = weighed(x, log_product)
    assert_allclose(mean, expected[0], rtol=1e-8, atol=1e-9), assert_allclose(C, expected[1], rtol=1e-8, atol=1e-9)
    some = x[:: len(x) // 50]
    difference = scipys_log_density(some, tilted) - log_product[:: len(x) // 50]
    assert np.ptp(difference) < 1e-9  # proportional: the logarithms differ by a constant


@pytest.mark.parametrize("sigma", [1e-2, 0.5, 20.0])
def test_seeing_through_noise_is_a_tilt(sigma):
    p, y = some_mixture(3, 2), some_points(1, 2)
    mean, C = mix.moments(posterior.tilted(p, np.eye(2) / sigma**2, y[0] / sigma**2))
    assert_allclose(mean, posterior.posterior_mean(y, p, sigma)[0], rtol=1e-10)
    assert_allclose(C, posterior.posterior_covariance(y, p, sigma)[0], rtol=1e-8)


def test_a_tilt_of_points_weighs_them_and_moves_none():
    x = generator(13).normal(size=(5, 2))
    Q, b = np.array([[2.0, 0.5], [0.5, 0.4]]), np.array([1.0, -2.0])
    tilted = posterior.tilted(mix.mixture(np.ones(5), x, np.zeros(5)), Q, b)
    w = np.array([math.exp(-row @ Q @ row / 2 + b @ row) for row in x])
    assert_allclose(tilted.mu, x, rtol=1e-14), assert_allclose(tilted.w, w / w.sum(), rtol=1e-13)
    assert not tilted.S.any()


# --- Gaussian data, and a bit -----------------------------------------------------------------------------------------


def test_the_wiener_filter_is_the_posterior_mean_of_gaussian_data_and_the_best_line_through_any():
    p, sigma = some_mixture(1, 4), 0.7
    y = some_points(30, 4)
    assert_allclose(
        filters.wiener(y, p.mu[0], p.S[0], sigma), posterior.posterior_mean(y, p, sigma), rtol=1e-10, atol=1e-12
    )
    p = some_mixture(3, 2)
    x = mix.samples(p, 2000, rng=generator(14))
    y = x + sigma * generator(15).standard_normal(x.shape)
    ones = np.c_[y, np.ones(len(y))]
    fit = np.linalg.lstsq(ones, x, rcond=None)[0]  # of these very data: its rows are their own covariances
    Y = np.cov(y.T, bias=True)
    C = Y - sigma**2 * np.eye(2)
    own = filters.wiener(y, y.mean(axis=0), C, sigma)
    line = y.mean(axis=0) + (y - y.mean(axis=0)) @ np.linalg.solve(Y, C)
    assert_allclose(own, line, rtol=1e-9)
    exact, best = filters.wiener(y, *mix.moments(p), sigma), ones @ fit
    loss = [((guess - x) ** 2).sum(axis=1) for guess in (exact, best, posterior.posterior_mean(y, p, sigma))]
    assert loss[1].mean() <= loss[0].mean() < 1.01 * loss[1].mean() and loss[2].mean() < loss[1].mean()


def test_the_wiener_filter_of_data_on_a_line_stays_on_it_however_little_noise_there_is():
    along, y = np.array([3.0, -4.0, 12.0]) / 13, some_points(20, 3)
    C = np.outer(along, along)
    for sigma in (1.0, 1e-9, 1e-100):
        line = np.outer(y @ along, along) / (1 + sigma**2)
        assert_allclose(filters.wiener(y, np.zeros(3), C, sigma), line, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("n, d", [(1, 2), (4, 1), (50, 3)])
def test_the_linear_denoiser_of_a_training_set_is_the_wiener_filter_of_its_points_as_a_law(n, d):
    x, y, sigma = frozen(generator(25).normal(size=(n, d))), some_points(20, d), 0.6
    p = mix.mixture(np.ones(n), x, np.zeros(n))
    expected = filters.wiener(y, *mix.moments(p), sigma)
    assert_allclose(filters.linear_denoiser(y, x, sigma), expected, rtol=1e-11, atol=1e-13)


def test_no_line_has_a_smaller_error_on_its_training_set_than_the_linear_denoiser():
    x, sigma = generator(26).normal(size=(12, 2)), 0.6
    C = np.cov(x.T, bias=True)
    centre = x.mean(axis=0)

    def error(M):
        return np.trace((M - np.eye(2)) @ C @ (M - np.eye(2)).T) + sigma**2 * np.trace(M @ M.T)

    M = (filters.linear_denoiser(centre + np.eye(2), x, sigma) - centre).T
    steps = 1e-3 * generator(27).normal(size=(50, 2, 2))
    assert all(error(M) < error(M + step) for step in steps)
    other = C * 12 / 11
    assert error(other @ np.linalg.inv(other + sigma**2 * np.eye(2))) > error(M), "control: over n - 1"


def test_the_error_of_the_wiener_filter_is_what_is_measured():
    p, sigma = some_mixture(1, 4), 0.7
    x = mix.samples(p, 20_000, rng=generator(16))
    y = x + sigma * generator(17).standard_normal(x.shape)
    lost = ((filters.wiener(y, p.mu[0], p.S[0], sigma) - x) ** 2).sum(axis=1)
    expected = filters.wiener_mmse(p.S[0], sigma)
    assert near(lost, expected) and not near(lost, 1.05 * expected), "five standard errors, and a control"
    assert_allclose(expected, np.trace(posterior.posterior_covariance(y[:1], p, sigma)[0]), rtol=1e-12)
    assert_allclose(filters.wiener_mmse(p.S[0], 1e6), np.trace(p.S[0]), rtol=1e-10)
    assert_allclose(filters.wiener_mmse(p.S[0], 1e-6), 4e-12, rtol=1e-9)
    assert filters.wiener_mmse(np.zeros((2, 2)), 1.0) == 0
    assert_allclose(filters.wiener_mmse([[2.0]], 1.0), 2 / 3, rtol=1e-15)


@pytest.mark.parametrize("snr", [0.0, 1e-3, 0.3, 1.0, 4.0, 15.0, 60.0])
def test_error_and_information_of_a_bit_are_those_of_quadrature(snr):
    root = math.sqrt(snr)

    def mean(f):
        return quad(lambda z: f(snr + root * z) * math.exp(-z * z / 2), -14, 14, epsabs=1e-15, limit=400)[0]

    lost = mean(lambda a: 2 / (1 + math.exp(2 * a))) / math.sqrt(2 * math.pi)
    known = snr - mean(lambda a: abs(a) + math.log1p(math.exp(-2 * abs(a))) - math.log(2)) / math.sqrt(2 * math.pi)
    assert_allclose(filters.binary_mmse(snr), lost, rtol=1e-11, atol=1e-13)
    assert_allclose(filters.binary_information(snr), known, rtol=1e-11, atol=1e-12)


def test_gauss_hermite_agrees_about_a_bit_in_moderate_noise():
    z, w = np.polynomial.hermite_e.hermegauss(120)
    for snr in (0.1, 0.5, 1.0):
        lost = 1 - np.tanh(snr + np.sqrt(snr) * z) @ w / w.sum()
        assert_allclose(filters.binary_mmse(snr), lost, rtol=1e-6)
    assert_allclose(filters.binary_mmse(1.0), 0.449600, atol=1e-6)  # core.md


def test_information_grows_with_half_the_error_up_to_one_bit():
    snr, off = np.array([0.05, 1.0, 4.0]), []
    for h in (2e-2, 1e-2):
        slope = (filters.binary_information(snr + h) - filters.binary_information(snr - h)) / (2 * h)
        off.append(np.abs(slope - filters.binary_mmse(snr) / 2))
    assert_allclose(np.log2(off[0] / off[1]), 2, atol=0.05)
    assert (np.abs(slope - filters.binary_mmse(snr)) > 0.01).all(), "control: the whole error"
    assert_allclose(quad(lambda s: filters.binary_mmse(s) / 2, 0, 80, limit=200)[0], np.log(2), rtol=1e-9)
    assert_allclose(filters.binary_information(200.0), np.log(2), rtol=1e-12)


def test_a_bit_is_a_mixture_of_two_points():
    """1 - E tanh^2, not 1 - E tanh: the two are equal, and the posterior of points gives the first."""
    sigma, z = 0.8, np.linspace(-10, 10, 2001)
    y = 1 + sigma * z[:, None]
    guess = posterior.posterior_mean(y, mix.mixture([1, 1], [-1.0, 1.0], [0, 0]), sigma)[:, 0]
    weight = stats.norm.pdf(z) * (z[1] - z[0])
    assert_allclose(filters.binary_mmse(1 / sigma**2), (1 - guess) ** 2 @ weight, rtol=1e-10)


def test_however_clear_the_signal_the_error_of_a_bit_is_never_negative_and_never_grows():
    snr = np.geomspace(1e-9, 1e4, 200)
    lost = filters.binary_mmse(snr)
    assert lost.shape == (200,) and (lost >= 0).all() and (np.diff(lost) <= 0).all()
    assert_allclose(lost[0], 1 - 1e-9, rtol=1e-15)


# --- other noises -----------------------------------------------------------------------------------------------------


def test_robbins_rule_is_the_ratio_of_counts_one_by_one():
    k = frozen(np.array([0, 0, 0, 1, 1, 3, 3, 7, 0, 1]))
    assert_allclose(best_guess.robbins(k, 4), [1 * 3 / 4, 2 * 0 / 3, np.nan, 4 * 0 / 2, np.nan])
    assert best_guess.robbins([5], 0).shape == (1,)


def test_robbins_rule_finds_the_mean_rate_of_a_gamma_law_that_it_never_saw():
    """Rates Gamma(2), scale 1.5: E[rate | k] = (k + 2) 1.5/2.5. The ratio's error is that of two counts."""
    rng = generator(18)
    k = rng.poisson(rng.gamma(2.0, 1.5, 400_000))
    found, seen = best_guess.robbins(k, 5), np.bincount(k)
    error = found * np.sqrt(1 / seen[:6] + 1 / seen[1:7])
    expected = (np.arange(6) + 2) * 0.6
    assert (np.abs(found - expected) < 5 * error).all()
    off = np.delete(np.abs(found - np.arange(6)) > 5 * error, 3)  # three is its own best guess
    assert off.all(), "control: the count itself"


def test_the_natural_parameter_of_gaussian_noise_is_tweedies_guess_over_the_variance():
    y, sigma = some_points(30, 1), 0.9
    slope = mix.score(y, noise.blurred(TWO, sigma))
    found = best_guess.natural_mean(slope, -y / sigma**2)
    assert_allclose(sigma**2 * found, posterior.posterior_mean(y, TWO, sigma), rtol=1e-11, atol=1e-12)


def test_the_natural_parameter_of_a_decay_time_is_minus_its_mean_rate():
    """Times of decay at the rate eta = -rate, h = 1; rates Gamma(a, rate b): p(y) ~ (b + y)^-(a + 1)."""
    y, a, b = np.array([0.1, 1.0, 5.0]), 2.0, 1.5
    mean = [quad(lambda r, v=v: r * r * r ** (a - 1) * np.exp(-r * (b + v)), 0, 60)[0] for v in y]
    norm = [quad(lambda r, v=v: r * r ** (a - 1) * np.exp(-r * (b + v)), 0, 60)[0] for v in y]
    assert_allclose(-best_guess.natural_mean(-(a + 1) / (b + y), np.zeros(3)), np.divide(mean, norm), rtol=1e-8)


# --- what is refused, and what is left alone --------------------------------------------------------------------------

P, Y, EYE = some_mixture(3, 2), some_points(4, 2), np.eye(2)
REFUSED = {
    "a posterior without noise": lambda: posterior.posterior_mean(Y, P, 0),
    "a covariance without noise": lambda: posterior.posterior_covariance(Y, P, 0),
    "draws without noise": lambda: posterior.posterior_samples(Y, P, 0, rng=generator()),
    "an upward parabola": lambda: posterior.tilted(P, -EYE, [0, 0]),
    "a skew parabola": lambda: posterior.tilted(P, [[1, 1], [0, 1]], [0, 0]),
    "a parabola of another space": lambda: posterior.tilted(P, np.eye(3), [0, 0]),
    "a slope of another space": lambda: posterior.tilted(P, EYE, [0, 0, 0]),
    "a slope for each point": lambda: posterior.tilted(P, EYE, np.zeros((3, 2))),
    "scores of other points": lambda: best_guess.tweedie(Y, Y[:2], 1),
    "Tweedie with negative noise": lambda: best_guess.tweedie(Y, Y, -1),
    "Tweedie before the start": lambda: best_guess.tweedie_ou(Y, Y, -1),
    "a curvature that is none": lambda: best_guess.tweedie_covariance(EYE, 1),
    "a curvature in words": lambda: best_guess.tweedie_covariance("H", 1),
    "counts that are fractions": lambda: best_guess.robbins([0.5], 2),
    "negative counts": lambda: best_guess.robbins([-1, 2], 2),
    "no counts": lambda: best_guess.robbins([], 2),
    "counts up to less than zero": lambda: best_guess.robbins([1, 2], -3),
    "counts up to a fraction": lambda: best_guess.robbins([1, 2], 1.5),
    "slopes of words": lambda: best_guess.natural_mean(["a"], [1]),
    "slopes of other points": lambda: best_guess.natural_mean([1.0, 2.0], [1.0, 2.0, 3.0]),
    "a filter of another space": lambda: filters.wiener(Y, [0, 0, 0], np.eye(3), 1),
    "a mean of another space": lambda: filters.wiener(Y, [0, 0, 0], EYE, 1),
    "a mean for each point": lambda: filters.wiener(Y, np.zeros((4, 2)), EYE, 1),
    "a filter without noise": lambda: filters.wiener(Y, [0, 0], EYE, 0),
    "training points of another space": lambda: filters.linear_denoiser(Y, np.zeros((5, 3)), 1),
    "no training points": lambda: filters.linear_denoiser(Y, np.zeros((0, 2)), 1),
    "more counts than memory holds": lambda: best_guess.robbins([1, 2], 10**12),
    "a negative covariance": lambda: filters.wiener_mmse(-EYE, 1),
    "a negative ratio": lambda: filters.binary_mmse([1, -1]),
    "an infinite ratio": lambda: filters.binary_information(np.inf),
    "a ratio in words": lambda: filters.binary_mmse("high"),
}


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_in_words(ask):
    with pytest.raises(Refusal, match=r"(?s)[a-z]{3}.*"):
        ask()
