"""What the figures of lesson 04 say, against sums and loops that share no code with them."""

import re

import numpy as np
import pytest

from course_lib.kernels.denoising import stored
from course_lib.lessons.denoising import bumps, denoisers, guessed, paths, shown, tilts, uturns
from course_lib.shared.digits import centred_digits, handwritten_digits


def number_after(words, alt):
    """The first number of an alt text after these words."""
    return float(re.search(re.escape(words) + r"[^-0-9]*?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)", alt)[1])


def said(playground, **knobs):
    return playground.still(**knobs).layout.meta["alt"]


def bell(x, middle, width):
    return np.exp(-(((x - middle) / width) ** 2) / 2) / width


@pytest.mark.parametrize(
    "sigma, distance, weight, width", [(0.7, 3.5, 0.7, 0.4), (3.0, 6.0, 0.02, 0.1), (0.1, 1, 0.5, 1)]
)
def test_the_three_errors_are_those_of_a_sum_over_all_pairs(sigma, distance, weight, width):
    x, y = np.linspace(-9, 9, 3001)[:, None], np.linspace(-18, 18, 3001)
    prior = (1 - weight) * bell(x, -distance / 2, width) + weight * bell(x, distance / 2, width)
    joint = prior * bell(y - x, 0, sigma)
    joint /= joint.sum()
    p_y = joint.sum(axis=0) + 1e-300
    mean = (x * joint).sum(axis=0) / p_y
    best = (joint * (x - mean) ** 2).sum()
    variance = (joint * x**2).sum() - (joint * x).sum() ** 2
    alt = said(bumps.two_bumps_and_noise, sigma=sigma, distance=float(distance), weight=weight, width=float(width))
    assert number_after("of the best guess", alt[alt.index("Mean squared") :]) == pytest.approx(best, rel=0.01)
    assert number_after("linear one", alt) == pytest.approx(variance * sigma**2 / (variance + sigma**2), rel=0.01)
    assert number_after("of y itself", alt) == pytest.approx(sigma**2, rel=0.01)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0, 3.0])
def test_the_right_rule_ends_at_the_data_and_each_slip_is_seen(alpha):
    """2000 ends of the right law are off by 0.05 once in ten thousand times."""
    off = {
        rule: number_after("distributions", said(paths.backwards, alpha=alpha, rule=rule, steps=200)) for rule in RULES
    }
    assert off[paths.RIGHT] < 0.05
    harmless = {paths.SINGLE} if alpha == 0 else set()  # there the score once is right
    wrong = {rule for rule in RULES[1:] if off[rule] < 0.06} - harmless
    assert wrong <= ({paths.SHORT} if alpha >= 1 else set()), off  # noise repairs a start that is a little wrong


RULES = (paths.RIGHT, paths.UNFLIPPED, paths.MINUS, paths.SINGLE, paths.SHORT)


def test_a_u_turn_comes_back_as_bayes_says():
    """The weights of all training points, by a loop over the points that were sent round."""
    found, t = uturns.turned(64, 8, 0), uturns.TIMES[8]
    rng, own = np.random.default_rng(5), []
    for i in range(64):
        y = np.exp(-t) * found.x[i] + np.sqrt(1 - np.exp(-2 * t)) * rng.standard_normal((200, 8))
        square = ((y[:, None] - np.exp(-t) * found.x) ** 2).sum(axis=2) / (2 * (1 - np.exp(-2 * t)))
        weight = np.exp(square.min(axis=1, keepdims=True) - square)
        own.append((weight[:, i] / weight.sum(axis=1)).mean())
    assert abs(found.own[8] - np.mean(own)) < 5 * np.sqrt(0.25 / uturns.TURNS)


def test_each_denoiser_errs_as_a_loop_over_digits_says():
    kept, x = denoisers.errors(0.6, 0), stored.stored_networks().halves(5).unseen.astype(float)
    y = x + 0.6 * np.random.default_rng(0).standard_normal(x.shape)
    for i, n in enumerate(denoisers.NS):
        seen = stored.stored_networks().halves(n).one.astype(float)
        weights = np.exp(-((y[:, None] - seen) ** 2).sum(axis=2) / (2 * 0.36))
        own = (weights @ seen) / weights.sum(axis=1, keepdims=True)
        assert kept.own[i] == pytest.approx(((own - x) ** 2).mean(), rel=1e-6)
        C = np.cov(seen.T, bias=True)
        outputs = seen.mean(axis=0) + (y - seen.mean(axis=0)) @ np.linalg.inv(C + 0.36 * np.eye(64)) @ C
        assert kept.linear[i] == pytest.approx(((outputs - x) ** 2).mean(), rel=1e-6)
        a, b = (
            np.maximum(np.maximum(y @ W_1, 0) @ W_2, 0) @ W_3 for W_1, W_2, W_3 in stored.stored_networks().networks[n]
        )
        assert kept.network[i] == pytest.approx((((a - x) ** 2).mean() + ((b - x) ** 2).mean()) / 2, rel=1e-5)
        assert kept.apart[i] == pytest.approx(((a - b) ** 2).mean(), rel=1e-4)


def test_the_digit_that_is_shown_is_of_its_kind_and_unseen():
    order = stored.stored_networks().order
    for digit in range(10):
        x = denoisers.clean_digit(digit).astype(np.float32)
        row = np.flatnonzero((centred_digits() == x).all(axis=1))[0]
        assert handwritten_digits().label[row] == digit
        assert row in order[800:-800]


@pytest.mark.parametrize("angle, a, tau", [(30, 1.0, 0.7), (90, -2.0, 0.3), (175, 3.0, 2.0)])
def test_the_posterior_that_is_drawn_is_bayes_formula_on_a_grid(angle, a, tau):
    grid = np.stack(np.meshgrid(*[np.linspace(-8, 8, 401)] * 2), axis=-1)
    prior = sum(
        w * np.exp(-np.einsum("abi,ij,abj->ab", grid - m, np.linalg.inv(S), grid - m) / 2) / np.sqrt(np.linalg.det(S))
        for w, m, S in zip(*tilts.PRIOR)
    )
    e = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    weight = prior * np.exp(-((grid @ e - a) ** 2) / (2 * tau**2))
    mean = (weight[..., None] * grid).sum(axis=(0, 1)) / weight.sum()
    alt = said(tilts.tilting, angle=angle, a=a, tau=tau)
    assert number_after("the posterior has", alt) == pytest.approx(mean @ e, abs=0.006)
    assert number_after("paths end at", alt) == pytest.approx(mean @ e, abs=0.15)


def test_beyond_the_limit_the_ends_are_too_wide_and_plug_in_guidance_is_too_narrow():
    # of the ends, and of the posterior
    spread = lambda alt: [float(found) for found in re.findall(r"± (\d+\.\d+)", alt)][:2]  # noqa: E731
    late, right = spread(said(tilts.tilting, T=3.0, angle=90))
    assert late > 1.15 * right
    narrow, right = spread(said(tilts.tilting, start=tilts.PLUG_IN, angle=90))
    assert narrow < 0.9 * right


def test_the_answers_to_the_predictions_carry_the_guess():
    assert "You guessed 0.90" in guessed.bit_curve(0.9).layout.meta["alt"]
    assert "You guessed 30 %" in guessed.copies(30.0).layout.meta["alt"]
    assert "100 % of the made ones" in guessed.copies(None).layout.meta["alt"]


def test_images_lie_in_rows_under_their_names():
    images = np.arange(5.0)[:, None] * np.ones(64)
    figure = shown.tiles(images, "abcde", 3, "title", "label", 0.0, 4.0)
    z = figure.data[0].z
    for k in range(5):
        top, left = 2 + 10 * (k // 3), 9 * (k % 3)
        assert (z[top : top + 8, left : left + 8] == k).all()
    assert np.isnan(z).sum() == z.size - 5 * 64 and list(figure.data[1].text) == list("abcde")
