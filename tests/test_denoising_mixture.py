"""Mixtures and their noise against scipy, autograd and loops by hand; then what a score costs."""

import numpy as np
import pytest
import torch
from compiling import KINDS
from gaussians import (
    TWO,
    autograd,
    cdf_of_two,
    generator,
    grid,
    near,
    scipys_log_density,
    some_mixture,
    some_points,
    weighed,
)
from numpy.testing import assert_allclose, assert_array_equal
from racing import race
from scipy import stats

from course_lib.core import Refusal
from course_lib.kernels.denoising import best_guess, filters, noise, posterior
from course_lib.kernels.denoising import mixtures as mix

SHAPES = [(1, 1), (2, 1), (3, 2), (8, 2), (5, 4)]  # components, dimensions
every_shape = pytest.mark.parametrize("K, d", SHAPES)


# --- density, score, curvature ----------------------------------------------------------------------------------------


@every_shape
def test_the_density_is_the_sum_of_scipys_normals(K, d):
    p, y = some_mixture(K, d), some_points(300, d)
    assert_allclose(mix.log_density(y, p), scipys_log_density(y, p), rtol=1e-12, atol=1e-12)


@every_shape
def test_the_score_and_the_curvature_are_those_of_autograd(K, d):
    p, y = some_mixture(K, d), some_points(12, d)
    s, H = autograd(y, p)
    assert_allclose(mix.score(y, p), s, rtol=1e-11, atol=1e-11)
    assert_allclose(mix.hessian(y, p), H, rtol=1e-10, atol=1e-10)
    assert_allclose(mix.laplacian(y, p), np.trace(H, axis1=1, axis2=2), rtol=1e-10, atol=1e-10)


def test_difference_quotients_come_to_score_and_curvature_with_the_square_of_their_step():
    p, y = some_mixture(3, 2), some_points(5, 2)
    for function, slope in ((mix.log_density, mix.score), (mix.score, mix.hessian)):
        off = []
        for h in (2e-2, 1e-2, 5e-3):
            steps = h * np.eye(2)
            found = np.stack([(function(y + e, p) - function(y - e, p)) / (2 * h) for e in steps], axis=-1)
            off.append(np.linalg.norm(found - slope(y, p)))
        assert_allclose(np.log2(np.array(off[:-1]) / off[1:]), 2, atol=0.05)


def test_the_score_of_one_gaussian_is_a_straight_line_and_its_curvature_the_same_everywhere():
    p, y = some_mixture(1, 4), some_points(9, 4)
    precision = np.linalg.inv(p.S[0])
    assert_allclose(mix.score(y, p), (p.mu[0] - y) @ precision, rtol=1e-11, atol=1e-11)
    assert_allclose(mix.hessian(y, p), np.broadcast_to(-precision, (9, 4, 4)), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("away", [40.0, 1e3, 1e6])
def test_far_from_everything_the_score_is_that_of_the_nearest_component(away):
    p = mix.mixture([0.3, 0.7], [-2.0, 1.5], [0.5, 0.5])
    for y, k in ((-away, 0), (away, 1)):
        y = np.array([[y]])
        assert_allclose(mix.score(y, p), (p.mu[k] - y) / 0.5, rtol=1e-14)
        assert_allclose(mix.hessian(y, p), [[[-2.0]]], rtol=1e-12)
        line = np.log(p.w[k]) - (away - abs(p.mu[k, 0])) ** 2 - np.log(np.pi) / 2
        assert_allclose(mix.log_density(y, p), line, rtol=1e-14)
        assert mix.responsibilities(y, p)[0].argmax() == k
    assert not np.exp(-((away - 1.5) ** 2)) > 1e-300, "control: summed as they stand, all components are zero"


def test_of_two_widths_the_wider_component_wins_far_away_however_small_its_weight():
    p = mix.mixture([1e-9, 1.0], [[0.0, 0.0]] * 2, [4.0, 1.0])
    y = np.array([[1e3, -2e3]])
    assert_allclose(mix.score(y, p), -y / 4, rtol=1e-14)


def test_responsibilities_are_bayes_rule_component_by_component():
    p, y = some_mixture(3, 2), some_points(40, 2)
    joint = np.array([[w * stats.multivariate_normal(mu, S).pdf(row) for w, mu, S in zip(*p)] for row in y])
    r = mix.responsibilities(y, p)
    assert_allclose(r, joint / joint.sum(axis=1, keepdims=True), rtol=1e-10, atol=1e-300)
    assert_allclose(r.sum(axis=1), 1, rtol=1e-15)
    twins = mix.mixture([1, 1], [-1.0, 1.0], [2.0, 2.0])
    assert_array_equal(mix.responsibilities([[0.0]], twins), [[0.5, 0.5]])


def test_a_component_of_weight_zero_is_as_good_as_absent():
    y, p = some_points(20, 1), mix.mixture([0.3, 0, 0.7], [-2.0, 4.0, 1.5], [0.25, 1.0, 0.64])
    assert_allclose(mix.score(y, p), mix.score(y, TWO), rtol=1e-13)
    assert_allclose(mix.hessian(y, p), mix.hessian(y, TWO), rtol=1e-13)
    assert_allclose(mix.log_density(y, p), mix.log_density(y, TWO), rtol=1e-13)
    assert mix.samples(p, 500, rng=generator()).max() < 6


@pytest.mark.parametrize("n", [1, 255, 256, 257, 600])
def test_the_points_are_worked_on_in_blocks_and_each_gets_its_own_score(n):
    p, y = some_mixture(3, 2), some_points(n, 2)
    assert_array_equal(mix.score(y, p), np.concatenate([mix.score(row[None], p) for row in y]))


# --- samples and moments ----------------------------------------------------------------------------------------------


def test_moments_are_those_of_the_density_on_a_grid():
    p = some_mixture(3, 2)
    x, _ = grid(14, 401, 2)
    mean, C = mix.moments(p)
    expected = weighed(x, scipys_log_density(x, p))
    assert_allclose(mean, expected[0], rtol=1e-9), assert_allclose(C, expected[1], rtol=1e-9)


def test_samples_have_the_moments_and_the_distribution_of_the_mixture():
    p, other = some_mixture(3, 2), some_mixture(3, 2, seed=1)
    x = mix.samples(p, 20_000, rng=generator(3))
    (mean, C), (_, C_other) = mix.moments(p), mix.moments(other)
    outer = np.einsum("ni,nj->nij", x - mean, x - mean)  # five standard errors of 20 000 independent draws
    assert x.shape == (20_000, 2) and near(x, mean) and near(outer, C)
    assert not near(outer, C_other), "control: another mixture"
    line = mix.samples(TWO, 20_000, rng=generator(4))[:, 0]
    assert stats.kstest(line, cdf_of_two).pvalue > 1e-4
    assert stats.kstest(line, lambda v: cdf_of_two(v, 0.1)).pvalue < 1e-6, "control: shifted by a tenth"


def test_samples_come_in_no_order():
    x = mix.samples(mix.mixture([1, 1], [-50.0, 50.0], [1.0, 1.0]), 10_000, rng=generator(5))[:, 0]
    assert abs((x[:5000] > 0).mean() - (x[5000:] > 0).mean()) < 5 * 0.01  # standard error of the difference: 0.01
    assert mix.samples(TWO, 0, rng=generator()).shape == (0, 1)


def test_a_covariance_without_width_makes_points_on_its_line_and_has_no_density():
    along = np.array([3.0, -4.0]) / 5
    p = mix.mixture([1, 2], [[0, 0], [1, 1]], [np.outer(along, along), np.zeros((2, 2))])
    x = mix.samples(p, 2000, rng=generator(6))
    on_line, on_point = np.abs(x @ [4 / 5, 3 / 5]) < 1e-7, (x == 1).all(axis=1)
    assert (on_line | on_point).all() and abs(on_point.mean() - 2 / 3) < 5 * 0.0106
    for ask in (mix.score, mix.log_density, mix.hessian, mix.responsibilities):
        with pytest.raises(Refusal, match="no width"):
            ask([[0.0, 0.0]], p)


@pytest.mark.parametrize("seed", range(10))
def test_a_flat_covariance_is_refused_though_its_determinant_is_only_nearly_zero(seed):
    v = generator(seed + 15).normal(size=(3, 1))
    with pytest.raises(Refusal, match="no width"):
        mix.score([[1.0, 2.0, 3.0]], mix.mixture([1], [[0, 0, 0]], [v @ v.T]))


def test_roots_of_covariances_are_symmetric_and_their_squares_are_the_covariances():
    S = np.concatenate([some_mixture(5, 4).S, np.zeros((1, 4, 4)), np.ones((1, 4, 4))])
    roots = mix.matrix_roots(S)
    assert_allclose(roots @ roots, S, atol=1e-12), assert_allclose(roots, roots.swapaxes(1, 2), atol=1e-12)


def test_the_makers_scale_weights_and_widen_numbers_into_matrices():
    p = mix.mixture([1, 3], [0, 2], [1, 4])
    assert_array_equal(p.w, [0.25, 0.75]), assert_array_equal(p.mu, [[0], [2]])
    assert_array_equal(p.S, [[[1]], [[4]]])
    round_ones = mix.mixture([1, 1], [[0, 0, 0], [1, 1, 1]], [2, 3])
    assert_array_equal(round_ones.S, [2 * np.eye(3), 3 * np.eye(3)])


# --- noise ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.1, 1.0, 3.0])
def test_noise_folds_the_density_with_a_gaussian(sigma):
    x, width = grid(12, 20_001, 1)
    p = np.exp(scipys_log_density(x, TWO))
    for y in (-3.0, 0.2, 4.0):
        folded = stats.norm.pdf(y, x[:, 0], sigma) @ p * width
        assert_allclose(mix.log_density([[y]], noise.blurred(TWO, sigma)), np.log(folded), rtol=1e-10)


def test_the_two_noises_differ_by_a_change_of_scale_only():
    p, t = some_mixture(3, 2), 0.7
    sigma = noise.level_at(t)
    a, b = noise.at_time(p, t), noise.blurred(p, sigma)
    assert_allclose(np.exp(t) * a.mu, b.mu), assert_allclose(np.exp(2 * t) * a.S, b.S)
    assert_allclose(np.log1p(sigma**2) / 2, t), assert_allclose(sigma, np.exp(t) * noise.spread(t))
    assert_allclose(noise.spread(t) ** 2, 1 - np.exp(-2 * t))
    many = np.array([1e-12, 0.1, 3.0])
    assert_allclose(np.log1p(noise.level_at(many) ** 2) / 2, many, rtol=1e-14)
    assert_allclose(noise.spread(1e-20), np.sqrt(2e-20), rtol=1e-14)
    assert isinstance(noise.spread(0.5), float)


def test_noised_data_are_distributed_as_the_law_of_their_time():
    x, t = mix.samples(TWO, 20_000, rng=generator(21)), 0.4
    x_t, z = noise.noised(x, t, rng=generator(22)), generator(22).standard_normal(x.shape)
    assert_allclose(x_t, np.exp(-t) * x + np.sqrt(1 - np.exp(-2 * t)) * z, rtol=1e-12, atol=1e-14)
    mean, C = mix.moments(noise.at_time(TWO, t))
    assert near(x_t, mean) and near((x_t - mean) ** 2, C[0]) and not near((x_t - mean) ** 2, mix.moments(TWO)[1][0])
    assert_array_equal(noise.noised(x[:5], 0, rng=generator()), x[:5])


def test_a_draw_is_its_normals_stretched_one_by_one():
    p, z = some_mixture(3, 2), generator(23).standard_normal((50, 2))
    k, roots = generator(24).integers(3, size=50), mix.matrix_roots(p.S)
    expected = [roots[i] @ row for i, row in zip(k, z)]
    assert_allclose(mix.stretched(z.copy(), k, p.S), expected, rtol=1e-13, atol=1e-13)


def test_two_times_one_after_the_other_are_their_sum_and_the_end_is_a_standard_normal():
    p = some_mixture(3, 2)
    for once, twice in zip(noise.at_time(p, 1.1), noise.at_time(noise.at_time(p, 0.4), 0.7)):
        assert_allclose(once, twice, rtol=1e-14)
    for same, again, given in zip(noise.at_time(p, 0), noise.blurred(p, 0), p):
        assert_array_equal(same, given), assert_array_equal(again, given)
    end = noise.at_time(p, 40)
    assert_allclose(end.mu, 0, atol=1e-15), assert_allclose(end.S, [np.eye(2)] * 3, atol=1e-15)


# --- what is refused, and what is left alone --------------------------------------------------------------------------

P, Y, EYE = some_mixture(3, 2), some_points(4, 2), np.eye(2)
REFUSED = {
    "weights of words": lambda: mix.mixture(["a", "b"], [0, 1], [1, 1]),
    "a negative weight": lambda: mix.mixture([-1, 2], [0, 1], [1, 1]),
    "no weight at all": lambda: mix.mixture([0, 0], [0, 1], [1, 1]),
    "no component": lambda: mix.mixture([], [], []),
    "an infinite weight": lambda: mix.mixture([np.inf, 1], [0, 1], [1, 1]),
    "too few means": lambda: mix.mixture([1, 1], [0], [1, 1]),
    "a mean that is no number": lambda: mix.mixture([1, 1], [0, np.nan], [1, 1]),
    "means in three directions": lambda: mix.mixture([1, 1], np.zeros((2, 1, 1)), [1, 1]),
    "ragged means": lambda: mix.mixture([1, 1], [[0, 1], [0]], [1, 1]),
    "one variance too few": lambda: mix.mixture([1, 1], [0, 1], [1]),
    "a negative variance": lambda: mix.mixture([1, 1], [0, 1], [1, -1]),
    "a covariance that is not symmetric": lambda: mix.mixture([1], [[0, 0]], [[[1, 1], [0, 1]]]),
    "a covariance that is none": lambda: mix.mixture([1], [[0, 0]], [[[1, 2], [2, 1]]]),
    "an infinite covariance": lambda: mix.mixture([1], [0], [np.inf]),
    "a point in another space": lambda: mix.score(np.zeros((3, 3)), P),
    "a point that is no row": lambda: mix.score(np.zeros(2), P),
    "no points": lambda: mix.score(np.zeros((0, 2)), P),
    "a point at infinity": lambda: mix.log_density([[np.inf, 0]], P),
    "complex points": lambda: mix.score(np.zeros((3, 2), complex), P),
    "half a sample": lambda: mix.samples(P, 1.5, rng=generator()),
    "fewer than no samples": lambda: mix.samples(P, -1, rng=generator()),
    "a negative variance beside a large one": lambda: mix.mixture([1, 1], [0, 1], [-1, 1e13]),
    "a point beyond all numbers": lambda: mix.score([[1e155, 0]], P),
    "a density beyond all numbers": lambda: mix.log_density([[0, -1e155]], P),
    "more samples than memory holds": lambda: mix.samples(P, 10**12, rng=generator()),
    "more noise than a number": lambda: noise.blurred(P, 1e200),
    "less noise than a number": lambda: noise.blurred(P, 1e-200),
    "a time when all is noise": lambda: noise.at_time(P, 1e3),
    "a spread before the start": lambda: noise.spread([0.1, -1]),
    "a spread at no time": lambda: noise.spread(np.nan),
    "a spread in words": lambda: noise.spread("late"),
    "a level at no time": lambda: noise.level_at([np.nan]),
    "a level before the start": lambda: noise.level_at(-1),
    "a level beyond all numbers": lambda: noise.level_at(1e3),
    "a tensor that torch keeps": lambda: mix.score(torch.zeros((3, 2), requires_grad=True), P),
    "noised words": lambda: noise.noised("x", 1, rng=generator()),
    "noised before the start": lambda: noise.noised(Y, -1, rng=generator()),
    "negative noise": lambda: noise.blurred(P, -1),
    "infinite noise": lambda: noise.blurred(P, np.inf),
    "noise of words": lambda: noise.blurred(P, "much"),
    "a time before the start": lambda: noise.at_time(P, -1),
    "a time that is no number": lambda: noise.at_time(P, np.nan),
}


NO_LAW = {
    "samples": lambda p: mix.samples(p, 3, rng=generator()),
    "moments": mix.moments,
    "density": lambda p: mix.log_density(Y, p),
    "score": lambda p: mix.score(Y, p),
    "weights": lambda p: mix.responsibilities(Y, p),
    "curvature": lambda p: mix.hessian(Y, p),
    "divergence": lambda p: mix.laplacian(Y, p),
    "blur": lambda p: noise.blurred(p, 1),
    "later": lambda p: noise.at_time(p, 1),
    "mean": lambda p: posterior.posterior_mean(Y, p, 1),
    "covariance": lambda p: posterior.posterior_covariance(Y, p, 1),
    "draws": lambda p: posterior.posterior_samples(Y, p, 1, rng=generator()),
    "tilt": lambda p: posterior.tilted(p, EYE, [0, 0]),
}


@pytest.mark.parametrize("ask", NO_LAW.values(), ids=NO_LAW.keys())
def test_a_law_that_is_no_mixture_is_refused_with_the_way_to_one(ask):
    ask(P)
    for p in (tuple(P), None, "p", P.w):
        with pytest.raises(Refusal, match=r"comes from denoising\.mixture\(w, mu, S\)"):
            ask(p)


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_in_words(ask):
    with pytest.raises(Refusal, match=r"(?s)[a-z]{3}.*"):
        ask()


def test_chance_comes_from_outside():
    for ask in (lambda: mix.samples(P, 3), lambda: posterior.posterior_samples(Y, P, 1.0)):
        with pytest.raises(TypeError, match="rng"):
            ask()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_any_kind_of_array_will_do_and_stays_as_it_is(kind):
    y = kind(generator(19).normal(size=(5, 2)))
    before, close = y.copy(), 1e-5 if y.dtype == np.float32 else 0
    reference = np.array(y, float, order="C")
    p = mix.mixture(*(kind(np.array(a)) for a in P))
    for ask in (mix.score, mix.log_density, mix.hessian, mix.responsibilities):
        assert_allclose(ask(y, p), ask(reference, mix.mixture(*p)), rtol=close)
    for ask in (posterior.posterior_mean, posterior.posterior_covariance):
        assert_allclose(ask(y, p, 0.5), ask(reference, p, 0.5), rtol=close)
    best_guess.tweedie(y, y, 1.0), best_guess.tweedie_ou(y, y, 1.0), filters.wiener(y, y[0], EYE, 1.0)
    posterior.posterior_samples(y, p, 1.0, rng=generator()), posterior.tilted(p, kind(np.eye(2)), y[0])
    assert_array_equal(y, before)


def test_a_list_of_whole_numbers_is_as_good_as_an_array():
    assert_array_equal(mix.score([[1, 2], [3, 4]], P), mix.score(np.array([[1.0, 2.0], [3.0, 4.0]]), P))


# --- what it costs (make bench) ---------------------------------------------------------------------------------------

POINTS = 10_000


def by_matrix_products(y, p):
    """The score as one uses numpy well: all quadratic forms by one matrix product, all sums by another."""
    P = np.linalg.inv(p.S)
    linear = np.einsum("kij,kj->ki", P, p.mu)
    constant = np.log(p.w) - np.linalg.slogdet(2 * np.pi * p.S)[1] / 2 - np.einsum("ki,ki->k", linear, p.mu) / 2
    i, j = np.triu_indices(y.shape[1])
    forms = np.concatenate([-P[:, i, j] * np.where(i == j, 0.5, 1.0), linear], axis=1)
    r = np.concatenate([y[:, i] * y[:, j], y], axis=1) @ forms.T + constant
    r -= r.max(axis=1, keepdims=True)
    np.exp(r, out=r)
    r /= r.sum(axis=1, keepdims=True)
    sums = r @ np.concatenate([linear, P.reshape(len(P), -1)], axis=1)
    d = y.shape[1]
    return sums[:, :d] - np.einsum("nij,nj->ni", sums[:, d:].reshape(-1, d, d), y)


def by_autograd(y, p):
    """The gradient of torch's logsumexp of quadratic forms."""
    w, mu, S = (torch.tensor(a) for a in p)
    constant, precision = torch.log(w) - torch.logdet(2 * torch.pi * S) / 2, torch.linalg.inv(S)
    given = torch.tensor(y)

    def call():
        y = given.clone().requires_grad_()
        away = y[:, None] - mu
        form = (torch.einsum("nki,kij->nkj", away, precision) * away).sum(-1)
        return torch.autograd.grad(torch.logsumexp(constant - form / 2, 1).sum(), y)[0].numpy()

    return call


def by_distributions(y, p):
    given, parts = torch.tensor(y), torch.distributions.MultivariateNormal(*map(torch.tensor, p[1:]))
    whole = torch.distributions.MixtureSameFamily(torch.distributions.Categorical(torch.tensor(p.w)), parts)

    def call():
        y = given.clone().requires_grad_()
        return torch.autograd.grad(whole.log_prob(y).sum(), y)[0].numpy()

    return call


WAYS = {
    "ours": lambda y, p: lambda: mix.score(y, p),
    "numpy, matrix products": lambda y, p: lambda: by_matrix_products(y, p),
    "torch autograd": by_autograd,
    "torch.distributions, autograd": by_distributions,
}


@pytest.mark.bench
def test_bench_of_the_score(capsys):
    y = generator(20).normal(0, 3, (POINTS, 2))
    for K in (8, 64):
        for way in WAYS.values():
            assert_allclose(way(y, some_mixture(K, 2))(), mix.score(y, some_mixture(K, 2)), rtol=1e-7, atol=1e-7)
    with capsys.disabled():
        times = race(
            "Score of a mixture in two dimensions, 10^4 points, by the number of components",
            WAYS,
            lambda K: (y, some_mixture(K, 2)),
            (8, 64),
            large=8,
            steepest=1.5,
        )
        ours, numpys, autograds = (times[name] for name in ("ours", "numpy, matrix products", "torch autograd"))
        for K, goal in ((8, 3), (64, 2)):
            print(
                f"K = {K}: {1e9 * ours[K] / K / POINTS:.2f} ns a point and component; "
                f"numpy takes {numpys[K] / ours[K]:.1f} times as long (goal: {goal} or more), "
                f"autograd {autograds[K] / ours[K]:.0f} (goal: 10 or more)"
            )
