"""Ornstein and Uhlenbeck, the reverse family and tilted transport against scipy, autograd and exact recursions."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
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
    torchs_log_density,
    weighed,
)
from numpy.testing import assert_allclose, assert_array_equal
from racing import interleaved
from scipy import stats
from scipy.integrate import quad, solve_ivp

from course_lib.core import Refusal
from course_lib.kernels.denoising import mixtures as mix
from course_lib.kernels.denoising import noise, ornstein, posterior, reversal, tilt


def orders(errors):
    """By which power of the step the errors fall, when each step is half the one before."""
    return np.log2(np.abs(errors[:-1]) / np.abs(errors[1:]))


class Given:
    """In the place of chance: normals that the test hands over, step by step."""

    def __init__(self, draws):
        self.draws = iter(draws)

    def standard_normal(self, shape):
        return next(self.draws).reshape(shape)


# --- Ornstein and Uhlenbeck -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("t", [0.0, 0.1, 1.0, 30.0])
def test_a_spring_in_noise_has_the_exact_mean_and_spread_however_long_it_takes(t):
    kappa, sigma, x = 0.7, 1.3, np.full((20_000, 1), 2.0)
    found = ornstein.ou(frozen(x), t, kappa, sigma, rng=generator(1))[:, 0]
    mean, variance = 2 * math.exp(-kappa * t), sigma**2 * (1 - math.exp(-2 * kappa * t)) / (2 * kappa)
    assert_allclose(ornstein.ou_std(kappa, sigma, t), math.sqrt(variance), rtol=1e-13)
    if t == 0:
        assert (found == 2).all()
        return
    assert near(found, mean) and near((found - mean) ** 2, variance)  # five standard errors of 20 000 draws
    assert stats.kstest(found, stats.norm(mean, math.sqrt(variance)).cdf).pvalue > 1e-4
    assert not near((found - mean) ** 2, variance / 4), "control: the notes' sigma/(2 sqrt(2 kappa))"


def test_the_exact_draw_is_where_small_steps_lead():
    kappa, sigma, t, steps = 0.7, 1.3, 0.5, 400
    *_, x = ornstein.euler(np.full((20_000, 1), 2.0), t / steps, steps, kappa, sigma, rng=generator(2))
    x = x[:, 0]
    mean, std = 2 * math.exp(-kappa * t), ornstein.ou_std(kappa, sigma, t)
    assert near(x, mean) and near((x - mean) ** 2, std**2)  # its bias, of order h, is a tenth of a standard error
    assert not near(x, 2.0), "control: no spring"


def test_two_waits_are_one_wait_of_their_sum():
    kappa, sigma = 0.7, 1.3
    first, second, both = (ornstein.ou_std(kappa, sigma, t) ** 2 for t in (0.4, 0.7, 1.1))
    assert_allclose(both, first * math.exp(-2 * kappa * 0.7) + second, rtol=1e-14)
    assert_allclose(ornstein.ou_std(kappa, sigma), sigma / math.sqrt(2 * kappa), rtol=1e-15)
    assert_allclose(ornstein.ou_std(1, math.sqrt(2), 0.3), noise.spread(0.3), rtol=1e-14)
    assert_allclose(ornstein.ou_std(kappa, sigma, 1e-18), sigma * 1e-9, rtol=1e-9)


def test_eulers_steps_are_those_of_a_naive_loop():
    x, h, kappa, sigma = generator(3).normal(size=(3, 2)), 0.1, 0.7, 1.3
    found = list(ornstein.euler(frozen(x.copy()), h, 3, kappa, sigma, rng=generator(4)))
    z = generator(4)
    assert_array_equal(found[0], x)
    for here, there in pairwise(found):
        draws = z.standard_normal((3, 2))
        for i in range(3):
            for j in range(2):
                expected = here[i, j] - kappa * here[i, j] * h + sigma * math.sqrt(h) * draws[i, j]
                assert there[i, j] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("h", [0.05, 0.5, 1.0])
def test_eulers_method_settles_at_a_spread_that_is_too_wide(h):
    kappa, sigma = 0.7, 1.3
    settled = ornstein.euler_std(kappa, sigma, h)
    x = ornstein.ou(np.zeros((20_000, 1)), 50, kappa, sigma, rng=generator(5)) * settled / ornstein.ou_std(kappa, sigma)
    *_, x = ornstein.euler(x, h, 20, kappa, sigma, rng=generator(6))
    x = x[:, 0]
    assert near(x**2, settled**2) and near(x, 0)  # five standard errors
    if h > 0.1:
        assert not near(x**2, sigma**2 / (2 * kappa)), "control: the exact spread"
    v = 0.0
    for _ in range(3000):
        v = (1 - kappa * h) ** 2 * v + sigma**2 * h
    assert_allclose(settled, math.sqrt(v), rtol=1e-12)


def test_the_excess_of_eulers_spread_halves_with_the_step():
    h = 0.1 * 0.5 ** np.arange(5)
    excess = np.array([ornstein.euler_std(2.0, 1.3, step) for step in h]) / ornstein.ou_std(2.0, 1.3) - 1
    assert_allclose(orders(excess), 1, atol=0.1)
    assert_allclose(excess[-1] / h[-1], 2.0 / 4, rtol=0.02)


# --- the reverse family -----------------------------------------------------------------------------------------------


def test_times_fall_from_the_start_to_the_end_and_their_roots_evenly():
    t = reversal.times(5.0, 1e-3, 200)
    assert len(t) == 201 and t[0] == pytest.approx(5) and t[-1] == pytest.approx(1e-3)
    assert_allclose(np.diff(np.sqrt(t)), np.diff(np.sqrt(t))[0], rtol=1e-10)
    assert (np.diff(t) < 0).all() and len(reversal.times(5, 1e-3, 1)) == 2


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0, 2.0])
def test_a_run_is_the_naive_loop_with_both_signs_turned(alpha):
    y, t, p = generator(7).normal(size=(4, 2)), reversal.times(2.0, 0.1, 5), some_mixture(3, 2)
    found = list(
        reversal.reverse(frozen(y.copy()), frozen(t.copy()), reversal.mixture_score(p), alpha, rng=generator(8))
    )
    z = generator(8)
    assert len(found) == 6 and (found[0] == y).all()
    for before, after, here, there in zip(t, t[1:], found, found[1:]):
        h = before - after
        draws = z.standard_normal((4, 2)) if alpha else np.zeros((4, 2))
        s = mix.score(here, noise.at_time(p, before))
        for i in range(4):
            for j in range(2):
                drift = here[i, j] + (1 + alpha) * s[i, j]
                expected = here[i, j] + drift * h + math.sqrt(2 * alpha * h) * draws[i, j]
                assert there[i, j] == pytest.approx(expected, rel=1e-12)


def gaussian_end(alpha, steps, S=4.0, T=3.0, t_min=0.1):
    """Variance at the end of a run on Gaussian data, exactly: the run is linear in its start and in each of its draws.

    Point 0 starts at 1 and draws nothing; point i draws a 1 in step i alone.
    """
    t = np.linspace(T, t_min, steps + 1)
    y, draws = np.zeros((steps + 1, 1)), np.eye(steps + 1)[1:]
    y[0] = 1
    score = reversal.mixture_score(mix.mixture([1], [0.0], [S]))
    end = reversal.brought_back(y, t, score, alpha, rng=Given(draws))[:, 0]
    start = 1 + (S - 1) * math.exp(-2 * T)
    return end[0] ** 2 * start + (end[1:] ** 2).sum(), 1 + (S - 1) * math.exp(-2 * t_min)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 3.0])
def test_the_bias_of_the_variance_halves_with_the_step_for_every_alpha(alpha):
    off = []
    for steps in (200, 400, 800):
        found, exact = gaussian_end(alpha, steps)
        off.append(found / exact - 1)
    assert abs(off[-1]) < 0.01
    assert_allclose(orders(np.array(off)), 1, atol=0.1)


def run(score=None, alpha=1.0, T=5.0, steps=200, n=10_000, p=TWO, seed=9):
    """The end of a run from standard normals, cut short where it has run away."""
    score = score or reversal.mixture_score(p)
    rng = generator(seed)
    with np.errstate(over="ignore", invalid="ignore"):
        for y in reversal.reverse(rng.standard_normal((n, 1)), reversal.times(T, 1e-3, steps), score, alpha, rng=rng):
            if np.abs(y).max() > 1e6:
                break
    return y[:, 0]


def distance(x):
    """Of Kolmogorov and Smirnov, from the mixture."""
    return stats.kstest(x, cdf_of_two).statistic


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 2.0])
def test_every_alpha_ends_at_the_data(alpha):
    """10 000 points: the distance has a standard error of 0.005, the bias of 200 steps is up to 0.012 (core.md)."""
    x = run(alpha=alpha)
    mean, C = mix.moments(TWO)
    assert distance(x) < 0.03
    assert abs(x.mean() - mean[0]) < 5 * x.std() / 100 + 0.03 and abs(x.var() / C[0, 0] - 1) < 5 * 0.012 + 0.02
    assert abs((x < -0.5).mean() - 0.3) < 5 * 0.0046 + 0.01


def exact(y, t):
    return reversal.mixture_score(TWO)(y, t)


WRONG = {
    "the notes' sign, minus (1 + alpha) times the score": dict(score=lambda y, t: -exact(y, t)),
    "the spring not turned round": dict(score=lambda y, t: exact(y, t) - y),  # y + 2 (s - y) = -y + 2 s
    "noise with the score taken once": dict(score=lambda y, t: exact(y, t) / 2),
    "a start too late to be normal": dict(T=0.5),
    "no noise with the score taken twice": dict(score=lambda y, t: 2 * exact(y, t), alpha=0.0),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_control_a_wrong_reverse_ends_elsewhere(wrong):
    assert not distance(run(**wrong)) < 0.06  # twice what the right ones may have


def test_the_notes_sign_runs_away():
    assert np.abs(run(**WRONG["the notes' sign, minus (1 + alpha) times the score"], n=100)).max() > 1e3


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_all_along_the_run_the_points_are_distributed_as_the_noisy_data_of_their_time(alpha):
    t = reversal.times(3.0, 0.05, 150)
    y = mix.samples(noise.at_time(TWO, 3.0), 10_000, rng=generator(10))
    states = list(reversal.reverse(y, t, reversal.mixture_score(TWO), alpha, rng=generator(11)))
    for i in (30, 80, 120, 150):
        p = noise.at_time(TWO, t[i])
        cdf = lambda v, p=p: sum(w * stats.norm.cdf(v, m[0], math.sqrt(S[0, 0])) for w, m, S in zip(*p))  # noqa: E731
        assert stats.kstest(states[i][:, 0], cdf).statistic < 0.03
    assert stats.kstest(states[30][:, 0], cdf).statistic > 0.06, "control: the distribution of another time"


def test_without_noise_no_chance_is_drawn_and_paths_keep_their_order():
    rng = generator(12)
    before = rng.bit_generator.state
    y = np.linspace(-3, 3, 50)[:, None]
    ends = [reversal.brought_back(y, reversal.times(5, 1e-3, 200), exact, alpha, rng=rng)[:, 0] for alpha in (0, 1)]
    assert (np.diff(ends[0]) > 0).all() and not (np.diff(ends[1]) > 0).all(), "control: with noise they cross"
    list(reversal.reverse(y, [1.0, 0.5], exact, 0.0, rng=(rng := generator(12))))
    assert rng.bit_generator.state == before


def test_without_noise_a_run_follows_the_flow_that_scipy_integrates_to_the_first_order():
    y, T, end = some_points(3, 2), 2.0, 0.2
    p = some_mixture(3, 2)
    score = reversal.mixture_score(p)
    slope = lambda t, y: -y - score(y.reshape(3, 2), t).ravel()  # noqa: E731
    flow = solve_ivp(slope, (T, end), y.ravel(), method="DOP853", rtol=1e-11, atol=1e-12).y[:, -1].reshape(3, 2)
    off = []
    for steps in (200, 400, 800):
        found = reversal.brought_back(y, np.linspace(T, end, steps + 1), score, 0.0, rng=generator())
        off.append(np.linalg.norm(found - flow))
    assert_allclose(orders(np.array(off)), 1, atol=0.1)


# --- the density by the flow ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 2])
def test_the_flow_carries_the_density_of_the_data(d):
    p = TWO if d == 1 else some_mixture(3, 2)
    x = frozen(mix.samples(p, 20, rng=generator(13)))
    t = reversal.times(12.0, 1e-3, 150)[::-1]
    found = reversal.flow_log_density(x, t, *reversal.mixture_flow(p))
    p_0 = noise.at_time(p, 1e-3)
    assert_allclose(found, scipys_log_density(x, p_0), atol=1e-4)  # e^-12 of the mean is left
    score, laplacian = reversal.mixture_flow(p)
    without = reversal.flow_log_density(x, t, score, lambda y, t: 0 * laplacian(y, t))
    assert np.abs(without - scipys_log_density(x, p_0)).max() > 1, "control: no divergence"


def test_the_error_of_the_flow_falls_with_the_fourth_power_of_the_step_and_that_of_its_end_with_time():
    p, x = some_mixture(2, 2), some_points(6, 2)

    def found(T, steps):
        return reversal.flow_log_density(x, np.linspace(0, T, steps + 1), *reversal.mixture_flow(p))

    fine = found(1.0, 300)
    assert_allclose(orders(np.array([np.linalg.norm(found(1.0, n) - fine) for n in (15, 30, 60)])), 4, atol=0.4)
    exact = scipys_log_density(x, p)
    off = [np.linalg.norm(found(T, 30 * int(T)) - exact) for T in (3.0, 4.0, 5.0)]
    assert (np.diff(np.log(off)) < -0.7).all()  # p_T comes to a standard normal as e^-T


def test_the_flow_of_one_gaussian_is_known_in_closed_form():
    p = mix.mixture([1], [[0.0, 0.0]], [[[3.0, 0.5], [0.5, 0.4]]])
    x, T = some_points(5, 2), 1.5
    found = reversal.flow_log_density(x, np.linspace(0, T, 300), *reversal.mixture_flow(p))
    S_T = noise.at_time(p, T).S[0]
    root = lambda S: mix.matrix_roots(S[None])[0]  # noqa: E731
    ends = x @ np.linalg.inv(root(p.S[0])) @ root(S_T)  # the flow stretches each direction as its width grows
    stretched = (np.linalg.slogdet(S_T)[1] - np.linalg.slogdet(p.S[0])[1]) / 2
    assert_allclose(found, stats.multivariate_normal(np.zeros(2), np.eye(2)).logpdf(ends) + stretched, rtol=1e-7)


# --- the tilt ---------------------------------------------------------------------------------------------------------

Q = np.array([[1.1, 0.4], [0.4, 0.5]])
B = np.array([0.9, -1.2])


def test_a_measurement_tilts_by_its_likelihood():
    A, a, tau, x = generator(14).normal(size=(3, 2)), np.array([0.3, -1.0, 2.0]), 0.4, some_points(20, 2)
    Q, b = tilt.measurement_tilt(frozen(A), frozen(a), tau)
    likelihood = np.array([stats.norm.logpdf(a, A @ row, tau).sum() for row in x])
    tilted = -np.einsum("ni,ij,nj->n", x, Q, x) / 2 + x @ b
    assert np.ptp(tilted - likelihood) < 1e-10
    Q, b = tilt.measurement_tilt([[2.0]], 3.0, 0.5)
    assert Q == [[16.0]] and b == [24.0]


def test_the_tilt_solves_its_two_equations():
    limit = tilt.tilt_limit(Q)

    def slope(_, both):
        Q, b = both[:4].reshape(2, 2), both[4:]
        return np.concatenate([(2 * (np.eye(2) + Q) @ Q).ravel(), (np.eye(2) + 2 * Q) @ b])

    times = limit * np.array([0.3, 0.9, 0.99])
    flow = solve_ivp(slope, (0, times[-1]), np.concatenate([Q.ravel(), B]), "DOP853", times, rtol=1e-12, atol=1e-12)
    for t, both in zip(times, flow.y.T):
        Q_t, b_t = tilt.tilt_at(frozen(Q.copy()), frozen(B.copy()), t)
        assert_allclose(Q_t.ravel(), both[:4], rtol=1e-7), assert_allclose(b_t, both[4:], rtol=1e-7)
    off = []
    for h in (1e-2, 5e-3, 2.5e-3):
        (Q_a, b_a), (Q_b, b_b), (Q_t, b_t) = (tilt.tilt_at(Q, B, t) for t in (0.1 - h, 0.1 + h, 0.1))
        away = [
            (Q_b - Q_a) / (2 * h) - 2 * (np.eye(2) + Q_t) @ Q_t,
            (b_b - b_a) / (2 * h) - (np.eye(2) + 2 * Q_t) @ b_t,
        ]
        off.append([np.linalg.norm(a) for a in away])
    for column in np.array(off).T:
        assert_allclose(orders(column), 2, atol=0.1)


def test_the_tilt_starts_as_it_is_and_ends_where_its_sharpest_direction_has_no_width():
    assert_allclose(tilt.tilt_at(Q, B, 0)[0], Q, rtol=1e-15), assert_allclose(tilt.tilt_at(Q, B, 0)[1], B)
    limit, largest = tilt.tilt_limit(Q), np.linalg.eigvalsh(Q)[-1]
    assert_allclose(noise.level_at(limit) ** 2, 1 / largest, rtol=1e-14)  # the noise is as wide as the tilt
    assert_allclose(tilt.tilt_limit(np.diag([0.27, 1.34])), 0.2785, atol=5e-4)  # core.md
    for left in (1e-3, 1e-6):
        sharp = np.linalg.eigvalsh(tilt.tilt_at(Q, B, limit * (1 - left))[0])
        assert_allclose(sharp[1] * 2 * limit * left, 1, rtol=0.01)  # it grows as 1/(2 (T* - t))
        assert sharp[0] < 1
    for late in (limit, limit * (1 + 1e-9), 5.0):
        with pytest.raises(Refusal, match="no tilt"):
            tilt.tilt_at(Q, B, late)
    assert tilt.tilt_limit(np.zeros((2, 2))) == np.inf
    assert_allclose(tilt.tilt_at(np.zeros((2, 2)), B, 2.0)[1], math.e**2 * B)
    assert_allclose(tilt.tilt_limit(1e12 * np.eye(2)), 0.5e-12, rtol=1e-9)


def test_in_words_the_width_of_the_tilt_grows_by_the_noise():
    t = 0.2
    Q_t = tilt.tilt_at(Q, B, t)[0]
    widths = math.exp(2 * t) * np.linalg.inv(Q_t) + (math.exp(2 * t) - 1) * np.eye(2)
    assert_allclose(np.linalg.inv(Q), widths, rtol=1e-12)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_what_the_forward_process_expects_of_the_late_tilt_is_the_early_one(share):
    """g_0(x) = E[g_t(x_t) | x]: the condition under which the prior's own reverse process ends at the posterior."""
    t, q, b = share * tilt.tilt_limit([[1.3]]), 1.3, 0.8
    (q_t, b_t), width = tilt.tilt_at([[q]], [b], t), float(noise.spread(t))
    late = lambda v: math.exp(-q_t[0, 0] * v * v / 2 + b_t[0] * v)  # noqa: E731
    x = np.array([-1.0, 0.0, 0.4, 2.0])
    found = [
        quad(lambda z, m=m: math.exp(-z * z / 2) * late(m + width * z), -12, 12, limit=400)[0] for m in math.exp(-t) * x
    ]
    assert np.ptp(np.log(found) - (-q * x * x / 2 + b * x)) < 1e-8
    early = [quad(lambda z, m=m: math.exp(-z * z / 2 - q * (m + width * z) ** 2 / 2 + b * (m + width * z)), -12, 12)[0]
             for m in math.exp(-t) * x]  # fmt: skip
    assert np.ptp(np.log(early) - (-q * x * x / 2 + b * x)) > 0.1, "control: the tilt of time 0"


def transported(share, start=None, T=None, n=10_000, steps=200):
    """The end of the prior's own reverse process from the tilted prior of a time before T*."""
    p, T = some_mixture(3, 2), T or share * tilt.tilt_limit(Q)
    y = mix.samples(start or tilt.tilted_start(p, Q, B, T), n, rng=generator(15))
    return reversal.brought_back(y, reversal.times(T, 1e-4, steps), reversal.mixture_score(p), 1.0, rng=generator(16))


def away_from_posterior(y):
    """Standard errors by which the mean is off Bayes' rule on a grid, and the share of the variance by which C is."""
    p, (x, _) = some_mixture(3, 2), grid(12, 301, 2)
    mean, C = weighed(x, scipys_log_density(x, p) - np.einsum("ni,ij,nj->n", x, Q, x) / 2 + x @ B)
    off = np.abs(y.mean(axis=0) - mean) / np.sqrt(np.diag(C) / len(y))
    return off.max(), np.abs(np.cov(y.T) - C).max() / np.diag(C).max()


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_tilted_transport_ends_at_the_posterior(share):
    """10 000 draws: a variance has a standard error of 0.014 of itself; the steps add two percent at most."""
    off, spread = away_from_posterior(transported(share))
    assert off < 5 and spread < 5 * 0.014 + 0.02


def test_control_other_starts_end_elsewhere():
    p, T = some_mixture(3, 2), 0.9 * tilt.tilt_limit(Q)
    same_tilt = posterior.tilted(noise.at_time(p, T), Q, B)
    assert away_from_posterior(transported(0.9, same_tilt))[0] > 10, "the tilt of time 0"
    late = posterior.tilted(mix.mixture([1], [[0.0, 0.0]], [1.0]), Q, B)
    assert away_from_posterior(transported(0, late, T=4.0, n=2000))[0] > 10, "a tilted Gaussian at a late time"


def test_the_plug_in_score_is_the_slope_of_the_tilt_at_the_best_guess():
    """Autograd of ln p_t + (-f.Q f/2 + b.f), with f from torch's own density."""
    p, t, x = some_mixture(3, 2), 0.4, some_points(6, 2)
    p_t = noise.at_time(p, t)
    rows = torch.tensor(x, requires_grad=True)
    log_p = torchs_log_density(rows, p_t)
    s = torch.autograd.grad(log_p.sum(), rows, create_graph=True)[0]
    f = math.exp(t) * (rows + (1 - math.exp(-2 * t)) * s)
    tilted = log_p - torch.einsum("ni,ij,nj->n", f, torch.tensor(Q), f) / 2 + f @ torch.tensor(B)
    expected = torch.autograd.grad(tilted.sum(), rows)[0].numpy()
    assert_allclose(tilt.plug_in_score(p, Q, B)(x, t), expected, rtol=1e-9, atol=1e-10)


def test_the_plug_in_score_of_gaussian_data_misses_the_posterior():
    p = some_mixture(3, 2)
    y = generator(17).standard_normal((2000, 2))
    y = reversal.brought_back(y, reversal.times(5, 1e-4, 200), tilt.plug_in_score(p, Q, B), 1.0, rng=generator(18))
    off, spread = away_from_posterior(y)
    assert max(off / 5, spread / 0.1) > 2


# --- what is refused, and what is left alone --------------------------------------------------------------------------

Y, EYE = some_points(4, 2), np.eye(2)


def all_of(y, times, alpha=1.0, score=None):
    score = reversal.mixture_score(some_mixture(3, 2)) if score is None else score
    return list(reversal.reverse(y, times, score, alpha, rng=generator()))


def trace(y, t):
    return np.zeros(len(y))


def carried(x, times):
    return reversal.flow_log_density(x, times, *reversal.mixture_flow(some_mixture(3, 2)))


REFUSED = {
    "a spring that pushes": lambda: ornstein.ou(Y, 1, -1, 1, rng=generator()),
    "no spring": lambda: ornstein.ou_std(0, 1),
    "negative noise": lambda: ornstein.ou(Y, 1, 1, -1, rng=generator()),
    "a wait of less than nothing": lambda: ornstein.ou(Y, -1, 1, 1, rng=generator()),
    "a spread before the start": lambda: ornstein.ou_std(1, 1, -1),
    "a spread at no time": lambda: ornstein.ou_std(1, 1, np.nan),
    "a step of nothing": lambda: list(ornstein.euler(Y, 0, 3, 1, 1, rng=generator())),
    "half a step": lambda: list(ornstein.euler(Y, 0.1, 2.5, 1, 1, rng=generator())),
    "negative noise, in steps": lambda: list(ornstein.euler(Y, 0.1, 0, 1, -1, rng=generator())),
    "steps that overshoot": lambda: ornstein.euler_std(2, 1, 1),
    "one row that is no table": lambda: ornstein.ou(np.zeros(3), 1, 1, 1, rng=generator()),
    "a run upwards": lambda: reversal.times(1, 2, 3),
    "a run down to zero": lambda: reversal.times(1, 0, 3),
    "no step": lambda: reversal.times(1, 0.1, 0),
    "times that rise": lambda: all_of(Y, [1, 2]),
    "times that stand": lambda: all_of(Y, [1, 1]),
    "times below zero": lambda: all_of(Y, [1, -1]),
    "no time": lambda: all_of(Y, []),
    "times that are no number": lambda: all_of(Y, [1, np.nan]),
    "times in words": lambda: all_of(Y, ["late", "soon"]),
    "a table of times": lambda: all_of(Y, [[2, 1]]),
    "negative alpha": lambda: all_of(Y, [1, 0.5], -1),
    "infinite alpha": lambda: all_of(Y, [1, 0.5], np.inf),
    "points of another space": lambda: all_of(np.zeros((2, 3)), [1, 0.5]),
    "scores of another shape": lambda: all_of(np.zeros((4, 1)), [1, 0.5], score=lambda y, t: np.zeros(4)),
    "a score that is none": lambda: all_of(Y, [1, 0.5], score=np.zeros((4, 2))),
    "a score in words": lambda: all_of(Y, [1, 0.5], score=lambda y, t: np.full(y.shape, "steep")),
    "a flow without a score": lambda: reversal.flow_log_density(Y, [0, 1], None, lambda y, t: np.zeros(4)),
    "a flow with a score of another shape": lambda: reversal.flow_log_density(Y, [0, 1], trace, trace),
    "a flow without a divergence": lambda: reversal.flow_log_density(Y, [0, 1], lambda y, t: -y, None),
    "a flow with a table of divergences": lambda: reversal.flow_log_density(Y, [0, 1], lambda y, t: -y, lambda y, t: y),
    "the score of no mixture": lambda: reversal.mixture_score((1, 2, 3)),
    "the flow of no mixture": lambda: reversal.mixture_flow(None),
    "guidance without a prior": lambda: tilt.plug_in_score("prior", Q, B),
    "a start without a prior": lambda: tilt.tilted_start([1], Q, B, 0.1),
    "more steps than memory holds": lambda: reversal.times(1, 0.1, 10**12),
    "a spread in words": lambda: ornstein.ou_std(1, 1, "late"),
    "a flow with falling times": lambda: carried(Y, [1, 0.5]),
    "a flow without times": lambda: carried(Y, []),
    "a flow from before the start": lambda: carried(Y, [-1, 1]),
    "a flow with times in words": lambda: carried(Y, ["a"]),
    "a tilt of another space": lambda: tilt.tilt_at(Q, [1, 2, 3], 0.1),
    "a tilt for each point": lambda: tilt.tilt_at(Q, np.zeros((3, 2)), 0.1),
    "an upward tilt": lambda: tilt.tilt_limit(-EYE),
    "a skew tilt": lambda: tilt.tilt_at([[1, 1], [0, 1]], B, 0.1),
    "a tilt before the start": lambda: tilt.tilt_at(Q, B, -0.1),
    "a start after the limit": lambda: tilt.tilted_start(some_mixture(3, 2), Q, B, 1.0),
    "guidance in another space": lambda: tilt.plug_in_score(some_mixture(3, 2), np.eye(3), [0, 0, 0]),
    "a measurement without noise": lambda: tilt.measurement_tilt([[1, 0]], [1], 0),
    "one number for two rows": lambda: tilt.measurement_tilt(EYE, [1], 1),
    "a number that is none": lambda: tilt.measurement_tilt([[1, 0]], [np.nan], 1),
    "a measurement that is no matrix": lambda: tilt.measurement_tilt([1, 0], [1], 1),
}


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_in_words(ask):
    with pytest.raises(Refusal, match=r"(?s)[a-z]{3}.*"):
        ask()


def test_chance_comes_from_outside():
    for ask in (
        lambda: ornstein.ou(Y, 1, 1, 1),
        lambda: ornstein.euler(Y, 0.1, 1, 1, 1),
        lambda: reversal.reverse(Y, [1, 0.5], exact, 1),
    ):
        with pytest.raises(TypeError, match="rng"):
            ask()


SPOILT = {
    "steps of Euler": lambda: ornstein.euler(np.ones((3, 1)), 0.1, 5, 1, 1, rng=generator()),
    "reverse with noise": lambda: reversal.reverse(np.ones((3, 1)), [2, 1, 0.5], exact, 1.0, rng=generator()),
    "reverse without noise": lambda: reversal.reverse(np.ones((3, 1)), [2, 1, 0.5], exact, 0.0, rng=generator()),
}


@pytest.mark.parametrize("start", SPOILT.values(), ids=SPOILT.keys())
def test_a_reader_may_spoil_what_is_yielded_and_keeps_what_was_handed_over(start):
    def third(spoil):
        states = start()
        for _ in range(2):
            state = next(states)
            state *= spoil
        return next(states)

    assert_array_equal(third(-1), third(1))


def test_what_is_yielded_first_is_a_copy():
    y = np.ones((3, 1))
    for states in (
        reversal.reverse(y, [2, 1], exact, 1.0, rng=generator()),
        ornstein.euler(y, 0.1, 5, 1, 1, rng=generator()),
    ):
        next(states)[:] = 7
        assert (y == 1).all()


# --- what it costs (make bench) ---------------------------------------------------------------------------------------

STEPS, POINTS = 200, 10_000


def torch_score(p):
    """The exact score of x_t in torch, by hand and not by autograd, as its users write it."""
    w, mu, S = (torch.tensor(a) for a in p)
    one, log_w = torch.eye(mu.shape[1], dtype=torch.float64), torch.log(w)

    def score(y, t):
        shrunk = S * math.exp(-2 * t) + (1 - math.exp(-2 * t)) * one
        precision = torch.linalg.inv(shrunk)
        away = y[:, None] - math.exp(-t) * mu
        g = torch.einsum("kij,nkj->nki", precision, away)
        r = torch.softmax(log_w - torch.logdet(shrunk) / 2 - (g * away).sum(-1) / 2, dim=1)
        return -torch.einsum("nk,nki->ni", r, g)

    return score


def numpy_score(p, y, t):
    shrunk = noise.at_time(p, t)
    precision = np.linalg.inv(shrunk.S)
    away = y[:, None] - shrunk.mu
    g = (away.swapaxes(0, 1) @ precision).swapaxes(0, 1)
    r = np.log(p.w) - np.linalg.slogdet(shrunk.S)[1] / 2 - (g * away).sum(-1) / 2
    r = np.exp(r - r.max(axis=1, keepdims=True))
    return -((r / r.sum(axis=1, keepdims=True))[..., None] * g).sum(axis=1)


def by_numpy(p, y, times):
    """The textbook's loop."""
    rng = generator(1)
    for t, later in pairwise(times.tolist()):
        h = t - later
        y = y + h * (y + 2 * numpy_score(p, y, t)) + math.sqrt(2 * h) * rng.standard_normal(y.shape)
    return y


def by_torchsde(p, y, times):
    """torchsde's Euler method, with as many even steps: its clock runs upwards, from 0 to T."""
    torchsde = pytest.importorskip("torchsde")
    score, T = torch_score(p), float(times[0])

    class Reverse(torch.nn.Module):
        noise_type, sde_type = "diagonal", "ito"

        def f(self, t, y):
            return y + 2 * score(y, T - float(t))

        def g(self, t, y):
            return torch.full_like(y, math.sqrt(2))

    span = torch.tensor([0.0, T - float(times[-1])], dtype=torch.float64)
    with torch.no_grad():
        end = torchsde.sdeint(Reverse(), torch.tensor(y), span, dt=float(span[1]) / STEPS, method="euler")
    return end[-1].numpy()


def by_ancestors(p, y, times):
    """The ancestral Euler step of k-diffusion, from its formula, for e^t x_t at the noise level sqrt(e^2t - 1).

    Down to the level b on the way to c, then noise u on top: u^2 = c^2 (a^2 - c^2)/a^2, b^2 = c^2 - u^2.
    Source: Karras et al., arXiv:2206.00364 (2022), eq. 1; Ho et al., arXiv:2006.11239 (2020), for u.
    """
    score, levels = torch_score(p), noise.level_at(times)
    y = torch.tensor(y) * math.exp(times[0])
    for t, a, c in zip(times.tolist(), levels.tolist(), levels[1:].tolist()):
        up = math.sqrt(c * c * (a * a - c * c)) / a
        down = math.sqrt(c * c - up * up)
        towards = -a * math.exp(-t) * score(y * math.exp(-t), t)
        y = y + (down - a) * towards + up * torch.randn_like(y)
    return (y * math.exp(-times[-1])).numpy()


def by_us(p, y, times):
    return reversal.brought_back(y, times, reversal.mixture_score(p), 1.0, rng=generator(1))


@pytest.mark.bench
def test_bench_of_the_reverse_sampler(capsys):
    p, times = some_mixture(8, 2), reversal.times(5.0, 1e-3, STEPS)
    y = generator(2).standard_normal((POINTS, 2))
    ways = {
        "ours": by_us,
        "numpy": by_numpy,
        "torchsde, torch score": by_torchsde,
        "ancestral steps, torch score": by_ancestors,
    }
    mean, C = mix.moments(p)
    for name, way in ways.items():
        x = way(p, y, times)
        assert np.abs(x.mean(axis=0) - mean).max() < 0.1 and np.abs(np.cov(x.T) / C - 1).max() < 0.5, name
    took = interleaved({name: lambda way=way: way(p, y, times) for name, way in ways.items()}, 20.0)
    draws = interleaved({"normals": lambda: generator(3).standard_normal((POINTS, 2))}, 0.5)["normals"]
    with capsys.disabled():
        print(f"\nReverse sampler, {POINTS} points in two dimensions, 8 components, {STEPS} steps, alpha = 1")
        for name, seconds in took.items():
            a_step = 1e9 * seconds / POINTS / STEPS
            print(f"{name:30}{a_step:8.0f} ns a point and step, {seconds / took['ours']:5.1f} times ours")
        print(f"of ours {1e9 * draws / POINTS:.0f} ns are normals; goal: torchsde takes 4 times as long, or more")
