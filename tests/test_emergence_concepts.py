"""Concept classes, their pictures, and the diffusion model that is shown some of them, against oracles."""

import math
from itertools import product

import numpy as np
import pytest
import torch
from compiling import frozen
from racing import interleaved

from course_lib.core import Refusal
from course_lib.kernels.emergence import concept_diffusion as diffusion
from course_lib.kernels.emergence import concept_flow as flow
from course_lib.kernels.emergence import concepts, pictures

LOOKS = pictures.EQUAL, pictures.HARD_SIZE


def rng(seed=0):
    return np.random.default_rng(seed)


# --- classes and distances --------------------------------------------------------------------------------------------


def hamming(one, other):
    """The oracle: digits of two words that differ, by the bits of their exclusive or."""
    return (int("".join(map(str, one)), 2) ^ int("".join(map(str, other)), 2)).bit_count()


def test_there_are_eight_classes_and_none_twice():
    assert len(set(concepts.CLASSES)) == 8 and set(concepts.CLASSES) == set(product((0, 1), repeat=3))
    assert concepts.distances(concepts.CORNERS).tolist() == [0, 0, 0, 1, 0, 1, 1, 2]


def test_the_distance_is_the_least_number_of_differing_values():
    draws = rng(1)
    for _ in range(100):
        training = draws.integers(0, 2, (draws.integers(1, 6), 3))
        for c in concepts.CLASSES:
            expected = min(hamming(c, other) for other in training.tolist())
            assert concepts.concept_distance(c, training) == expected
    equal = max(sum(a == b for a, b in zip((1, 1, 1), other)) for other in concepts.CORNERS)
    assert concepts.concept_distance((1, 1, 1), concepts.CORNERS) != equal, "control: values that are equal pass"


def test_the_distance_does_not_ask_which_value_is_called_one_and_falls_with_every_class_that_is_shown():
    training = np.array([(0, 1, 0), (1, 1, 1)])
    for c, flipped in product(concepts.CLASSES, concepts.CLASSES):
        there = concepts.concept_distance(tuple(np.array(c) ^ flipped), training ^ flipped)
        assert there == concepts.concept_distance(c, training)
    fewer, more = concepts.distances(training), concepts.distances([*training, (1, 0, 0)])
    assert (more <= fewer).all() and (more < fewer).any() and ((fewer == 0).sum(), (more == 0).sum()) == (2, 3)


def test_in_a_cube_no_class_that_lacks_one_value_alone_can_stand_against_one_at_distance_two_without_it():
    """Variables: 2 is hard. One class differs from what is shown in it only, another in the other two only."""
    found = []
    for shown in range(1, 256):
        training = [c for i, c in enumerate(concepts.CLASSES) if shown >> i & 1]
        hard, easy = [], []
        for c in concepts.CLASSES:
            away = {t: [i for i in range(3) if c[i] != t[i]] for t in training}
            least = min(map(len, away.values()))
            ways = [which for which in away.values() if len(which) == least]
            hard += [c] if ways == [[2]] else []
            easy += [c] if ways == [[0, 1]] else []
        found += [training] if hard and easy else []
    assert max(map(len, found)) == 1, "more than one class would have to be shown for anything to be learnt"


def test_the_first_step_above_a_level_is_that_of_a_loop():
    draws = rng(2)
    accuracy, steps = draws.random((6, 4, 2)), np.array([5, 10, 20, 30, 35, 50])
    found = concepts.first_above(steps, accuracy, 0.8)
    for i, j in product(range(4), range(2)):
        expected = next((s for s, a in zip(steps, accuracy[:, i, j]) if a > 0.8), math.inf)
        assert found[i, j] == expected
    assert np.isinf(found).any() and np.isfinite(found).any()
    assert concepts.first_above([1, 2], [0.5, 0.6]) == 2, "above, not at"


def test_accuracies_are_averaged_over_classes_of_one_distance():
    accuracy = rng(3).random((5, 8))
    found = concepts.by_distance(accuracy, concepts.CORNERS)
    far = accuracy[:, [3, 5, 6]].sum(axis=1) / 3
    assert found.shape == (5, 3) and np.allclose(found[:, 1], far) and (found[:, 2] == accuracy[:, 7]).all()
    assert np.allclose(found[:, 0], accuracy[:, [0, 1, 2, 4]].sum(axis=1) / 4)


def test_the_joint_accuracy_of_independent_parts_is_their_product():
    parts, n = np.array([0.9, 0.6, 0.7]), 200_000
    right = rng(4).random((n, 3)) < parts
    joint = right.all(axis=1).mean()
    error = math.sqrt(joint * (1 - joint) / n)
    assert abs(concepts.joint_from_parts(parts) - joint) < 5 * error
    assert abs(parts.min() - joint) > 5 * error and abs(parts.mean() - joint) > 5 * error, "controls"


# --- pictures ---------------------------------------------------------------------------------------------------------

PLAIN = pictures.Look(aspect=4.0, hue=0.25, areas=(4.0, 16.0), shift=0.0, colour_spread=0.0, area_spread=0.0)


def test_pictures_are_those_made_by_hand():
    covered = np.zeros((2, 10, 10))
    covered[0, 4:6, 3:7] = 0.5  # four wide and one high, half of it on either side of the middle
    covered[1, 1:9, 4:6] = 1.0  # two wide and eight high
    light = np.array([[0.75, 0.5, 0.25], [0.25, 0.5, 0.75]])
    expected = 2 * covered[..., None] * light[:, None, None] - 1
    found = pictures.render([(0, 0, 0), (1, 1, 1)], PLAIN, rng=rng())
    assert found.dtype == np.float32 and np.allclose(found, expected.reshape(2, 300), atol=1e-6)
    assert np.allclose(pictures.as_light(found), (expected + 1) / 2, atol=1e-6)


def dots(look, c, middle, area, tint, fine=40):
    """The oracle: the share of some fine dots in each pixel that lie on the bar."""
    aspect = look.aspect if c[0] == 0 else 1 / look.aspect
    wide, high = math.sqrt(area * aspect), math.sqrt(area / aspect)
    at = (np.arange(10 * fine) + 0.5) / fine - 5
    on = (abs(at - middle[1]) < high / 2)[:, None] & (abs(at - middle[0]) < wide / 2)[None]
    red = look.hue if c[1] == 0 else -look.hue
    light = np.array([0.5 + red, 0.5, 0.5 - red]) + tint
    return 2 * on.reshape(10, fine, 10, fine).mean(axis=(1, 3))[..., None] * light - 1


@pytest.mark.parametrize("look", LOOKS)
def test_pictures_are_those_of_fine_dots(look):
    c = rng(5).permutation(concepts.CLASSES)
    found, draws = pictures.render(c, look, rng=rng(6)), rng(6)
    middle = draws.uniform(-look.shift, look.shift, (2, 8))
    grown, tint = np.exp(look.area_spread * draws.standard_normal(8)), draws.standard_normal((8, 3))
    for i in range(8):
        area = look.areas[c[i, 2]] * grown[i]
        expected = dots(look, c[i], middle[:, i], area, look.colour_spread * tint[i]).ravel()
        assert abs(found[i] - expected).max() < 0.06, "dots are coarse"
        assert abs(found[i] - expected).mean() < 0.004
        other = dots(look, c[i] ^ [1, 0, 0], middle[:, i], area, look.colour_spread * tint[i]).ravel()
        assert abs(found[i] - other).mean() > 0.03, "control: another shape passes"


def test_a_bar_keeps_its_area_wherever_it_lies():
    look = pictures.EQUAL._replace(colour_spread=0.0, area_spread=0.0)
    c = np.tile(concepts.CLASSES, (50, 1))
    covered = pictures.render(c, look, rng=rng(7)).reshape(len(c), 100, 3)[..., 1] + 1
    assert np.allclose(covered.sum(axis=1), np.array(look.areas)[c[:, 2]], rtol=1e-5)


@pytest.mark.parametrize("look", LOOKS)
def test_clean_pictures_are_read_right(look):
    c = np.repeat(concepts.CLASSES, 500, axis=0)
    x = pictures.render(c, look, rng=rng(8))
    found = pictures.reading_accuracies(x, look)
    assert found.joint.min() > 0.97 and found.joint.mean() > 0.985 and found.attributes.mean(axis=0).min() > 0.985
    if look is pictures.EQUAL:
        assert found.joint.min() > 0.995
    assert pictures.reading_accuracies(np.roll(x, 500, axis=0), look).joint.max() < 0.02, "control"


def test_the_equal_attributes_differ_alike_and_the_hard_one_does_not():
    equal, hard = ([pictures.mean_distance(k, look) for k in range(3)] for look in LOOKS)
    assert max(equal) / min(equal) < 3 and min(hard[:2]) / hard[2] > 8
    draws, means = rng(9), []
    for c in concepts.CLASSES:
        x = pictures.render(np.tile(c, (2000, 1)), pictures.EQUAL, rng=draws)
        means.append(x.mean(axis=0, dtype=float))
    pairs = [((means[i] - means[i ^ 2]) ** 2).sum() for i in range(8)]
    assert equal[1] == pytest.approx(np.mean(pairs), rel=0.15), "five places along an axis stand for all"


def test_the_nearest_clean_picture_is_that_of_a_loop_and_bars_made_by_hand_are_read():
    x = pictures.render(np.tile(concepts.CLASSES, (5, 1)), rng=rng(10)) + rng(11).standard_normal((40, 300)) * 0.7
    look, places = pictures.EQUAL._replace(colour_spread=0.0, area_spread=0.0), np.linspace(-0.5, 0.5, 5)
    clean = [
        (c, dots(look, c, middle, look.areas[c[2]], 0.0).ravel())
        for c in concepts.CLASSES for middle in product(places, places)
    ]  # fmt: skip
    nearest = [min(clean, key=lambda pair: ((pair[1] - picture) ** 2).sum())[0] for picture in x]
    agree = (pictures.read_concepts(x) == nearest).all(axis=1)
    assert agree.mean() > 0.9, "but for ties, as dots are coarse"
    assert not (np.array(nearest) == np.tile(concepts.CLASSES, (5, 1))).all(), "with such noise some are read wrong"
    by_hand = np.full((2, 10, 10, 3), -1.0)
    by_hand[0, 4:6, 3:7] = 2 * np.array([0.65, 0.5, 0.35]) - 1  # four by two: lying, amber, small
    by_hand[1, 3:8, 4:7] = 2 * np.array([0.35, 0.5, 0.65]) - 1  # three by five: standing, blue, large
    assert pictures.read_concepts(by_hand.reshape(2, 300)).tolist() == [[0, 0, 0], [1, 1, 1]]


def test_a_picture_turned_shows_the_other_shape_and_one_with_red_for_blue_the_other_colour():
    c = np.repeat(concepts.CLASSES, 40, axis=0)
    x = pictures.render(c, rng=rng(12)).reshape(-1, 10, 10, 3)
    turned, recoloured = x.swapaxes(1, 2), x[..., ::-1]
    for changed, flipped in ((turned, (1, 0, 0)), (recoloured, (0, 1, 0)), (x, (0, 0, 0))):
        read = pictures.read_concepts(changed.reshape(-1, 300))
        assert (read == c ^ np.array(flipped)).all(axis=1).mean() > 0.99


def test_accuracies_of_reading_are_counted_by_class_and_by_attribute():
    shown = np.repeat(concepts.CLASSES, 2, axis=0)
    shown[0] = (1, 0, 0)  # in place of (0, 0, 0)
    shown[15] = (1, 0, 0)  # in place of (1, 1, 1)
    look = pictures.EQUAL._replace(colour_spread=0.0, area_spread=0.0)
    found = pictures.reading_accuracies(pictures.render(shown, look, rng=rng(13)), look)
    assert found.joint.tolist() == [0.5, 1, 1, 1, 1, 1, 1, 0.5]
    assert found.attributes[0].tolist() == [0.5, 1, 1] and found.attributes[7].tolist() == [1, 0.5, 0.5]


def test_training_pictures_are_of_the_classes_given_and_as_many_as_asked_for():
    x, c = pictures.training_pictures(((0, 0, 0), (1, 1, 0)), images=(30, 4), rng=rng(14))
    assert x.shape == (34, 300) and c.sum(axis=0).tolist() == [4, 4, 0]
    assert (pictures.read_concepts(x) == c).all(axis=1).mean() > 0.9
    x, c = pictures.training_pictures(concepts.CORNERS, images=7, rng=rng(14))
    assert len(x) == 28 and c.sum(axis=0).tolist() == [7, 7, 7]


# --- the network ------------------------------------------------------------------------------------------------------


def some(N=12, images=9, seed=0):
    """Weights, noisy pictures, noise levels and classes, in double precision."""
    draws = rng(seed)
    W = diffusion.Weights(*(frozen(layer.astype(float)) for layer in diffusion.initial_denoiser(N, rng=draws)))
    y, sigma = draws.standard_normal((images, 300)), np.exp(draws.uniform(-2, 2, (images, 1)))
    return W, frozen(y), frozen(sigma), frozen(draws.integers(0, 2, (images, 3)))


def layers_of(W):
    return [torch.tensor(layer, dtype=torch.float64, requires_grad=True) for layer in W]


def forward(layers, y, sigma, c):
    """The oracle: three layers with biases, to each of which the class and the noise level are added."""
    u = torch.log(sigma / 0.05) / math.log(10 / 0.05)
    k = torch.cat([2.0 * c - 1, torch.ones_like(u), *(torch.cos(math.pi * n * u) for n in (1, 2, 3))], dim=1)
    h = y / torch.sqrt(1 + sigma**2)
    for i, layer in enumerate(layers):
        inputs = len(layer) - 7
        h = h @ layer[:inputs] + k @ layer[inputs:]
        h = torch.relu(h) if i < 2 else h
    return h


def furthest(found, expected):
    return max(np.abs(one - other).max() for one, other in zip(found, expected))


def test_the_denoised_pictures_are_those_of_torch():
    W, y, _, c = some()
    for sigma in (0.05, 0.7, 10.0):
        given = torch.tensor(y), torch.full((9, 1), sigma, dtype=torch.float64), torch.tensor(c)
        expected = forward(layers_of(W), *given).detach().numpy()
        assert np.allclose(diffusion.denoised_pictures(W, y, sigma, c), expected, rtol=1e-4, atol=1e-5)
        assert abs(diffusion.denoised_pictures(W, y, sigma, 1 - c) - expected).max() > 0.05, "control: other classes"
        assert abs(diffusion.denoised_pictures(W, y, 2 * sigma, c) - expected).max() > 0.01, "control: another level"


def test_the_gradients_are_those_of_torch():
    W, y, sigma, c = some()
    x, layers = rng(1).standard_normal(y.shape), layers_of(W)
    given = torch.tensor(y), torch.tensor(sigma), torch.tensor(c)
    loss = torch.nn.functional.mse_loss(forward(layers, *given), torch.tensor(x))
    loss.backward()
    k = diffusion.told(c, sigma)
    found, found_loss = diffusion.denoiser_gradients(W, y / np.sqrt(1 + sigma**2), k, x)
    assert found_loss == pytest.approx(loss.item(), rel=1e-6)
    assert furthest(found, [layer.grad.numpy() for layer in layers]) < 1e-7, "k is in single precision"
    other, _ = diffusion.denoiser_gradients(W, y / np.sqrt(1 + sigma**2), k, -x)
    assert furthest(found, other) > 1e-3, "control: other pictures pass"


def test_the_first_weights_keep_the_size_of_what_passes():
    W = diffusion.initial_denoiser(300, rng=rng(4))
    for layer, variance in zip(W, (1 / 307, 2 / 307, 2 * 0.09 / 307)):
        assert layer.dtype == np.float32
        assert layer.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / layer.size))
        assert abs(layer.mean()) < 5 * math.sqrt(variance / layer.size)


def torch_training(x, c, W, steps, draws, eta=diffusion.ETA):
    """The oracle: torch's own derivatives and its own Adam, in double precision, on the same draws."""
    layers = layers_of(W)
    adam = torch.optim.Adam(layers, lr=eta)
    for _ in range(steps):
        taken = draws.integers(len(x), size=64)
        clean, sigma = (
            torch.tensor(x[taken]).double(),
            0.05 * 200 ** torch.tensor(draws.random((64, 1), np.float32)).double(),
        )
        y = clean + sigma * torch.tensor(draws.standard_normal((64, 300), np.float32)).double()
        adam.zero_grad()
        torch.nn.functional.mse_loss(forward(layers, y, sigma, torch.tensor(c[taken])), clean).backward()
        adam.step()
    return [layer.detach().numpy() for layer in layers]


def test_training_is_that_of_torch():
    (x, c), W = (
        pictures.training_pictures(concepts.CORNERS, images=20, rng=rng(1)),
        diffusion.initial_denoiser(24, rng=rng(2)),
    )
    (found,) = diffusion.concept_training(x, c, W, 6, every=10, rng=rng(3))
    assert found.step == 6 and all(layer.dtype == np.float32 for layer in found.W), "in double it takes twice as long"
    assert furthest(found.W, torch_training(x, c, W, 6, rng(3))) < 2e-4, "single precision"
    assert furthest(found.W, torch_training(x, 1 - c, W, 6, rng(3))) > 1e-3, "control: other classes pass"
    assert furthest(found.W, torch_training(x, c, W, 6, rng(4))) > 1e-3, "control: other draws pass"
    assert furthest(found.W, torch_training(x, c, W, 6, rng(3), eta=4e-4)) > 3e-4, "control: another rate passes"


def test_the_states_come_when_they_are_due_and_do_not_change_the_training():
    (x, c), W = (
        pictures.training_pictures(concepts.CORNERS, images=20, rng=rng(1)),
        diffusion.initial_denoiser(8, rng=rng(2)),
    )
    states = list(diffusion.concept_training(x, c, W, 25, every=10, rng=rng(3)))
    assert [state.step for state in states] == [10, 20, 25]
    assert furthest(states[0].W, states[1].W) > 0, "a state is not the network that goes on"
    each = list(diffusion.concept_training(x, c, W, 25, every=1, rng=rng(3)))
    assert furthest(each[9].W, states[0].W) == 0 == furthest(each[24].W, states[2].W)
    for state, steps in zip(states, (each[:10], each[10:20], each[20:])):
        assert state.loss == pytest.approx(np.mean([step.loss for step in steps]), rel=1e-12)
    assert list(diffusion.concept_training(x, c, W, 0, rng=rng(3))) == []


def test_what_is_handed_over_stays_as_it_is():
    W = diffusion.Weights(*(frozen(layer) for layer in diffusion.initial_denoiser(8, rng=rng())))
    x, c = (frozen(a) for a in pictures.training_pictures(concepts.CORNERS, images=5, rng=rng()))
    before = [a.copy() for a in (*W, x, c)]
    list(diffusion.concept_training(x, c, W, 3, rng=rng()))
    diffusion.denoised_pictures(W, x, 1.0, c), flow.made_pictures(W, c, rng=rng()), flow.made_accuracies(W, rng=rng())
    pictures.render(c, rng=rng()), pictures.read_concepts(x), pictures.as_light(x), concepts.distances(c)
    assert all((a == b).all() for a, b in zip((*W, x, c), before))


# --- the way back -----------------------------------------------------------------------------------------------------

MEAN, WIDTH = np.array([0.5, -1.0]), np.array([0.3, 2.0])  # a Gaussian with independent coordinates


def gaussian_end(levels, seed=0, width=WIDTH):
    """Where the flow ends with the exact denoiser, and where the exact flow does: it scales what is not the mean."""
    sigmas = np.geomspace(50, 1e-3, levels)
    y = MEAN + np.sqrt(WIDTH**2 + 50**2) * rng(seed).standard_normal((4000, 2))
    denoiser = lambda y, sigma: (width**2 * y + sigma**2 * MEAN) / (width**2 + sigma**2)  # noqa: E731
    *_, end = flow.noise_flow(denoiser, y, sigmas)
    return end, MEAN + (y - MEAN) * WIDTH / np.sqrt(WIDTH**2 + 50**2)


def test_the_flow_of_gaussian_data_is_exact_with_many_levels_and_of_first_order():
    errors = [abs(np.subtract(*gaussian_end(levels))).max() for levels in (200, 400, 800)]
    assert all(1.9 < more / less < 2.1 for more, less in zip(errors, errors[1:])) and errors[-1] < 0.05
    end, _ = gaussian_end(800)
    for made, mean, width in zip(end.T, MEAN, WIDTH):
        assert abs(made.mean() - mean) < 5 * width / math.sqrt(4000)
        assert abs(made.std() / width - 1) < 5 / math.sqrt(8000) + 0.01
    wrong, _ = gaussian_end(800, width=1.3 * WIDTH)
    assert abs(wrong.std(axis=0) / WIDTH - 1).min() > 0.15, "control: the denoiser of wider data passes"


def test_the_flow_to_one_picture_goes_straight():
    x, z = np.array([[1.0, -2.0, 0.5]]), np.array([[0.3, 1.0, -1.0]])
    sigmas = [8.0, 3.0, 0.5]
    states = list(flow.noise_flow(lambda y, sigma: x, x + 8 * z, sigmas))
    assert all(np.allclose(state, x + sigma * z, atol=1e-6) for state, sigma in zip(states, [*sigmas, 0.0]))
    assert len(states) == 4


def test_made_pictures_are_those_of_a_loop_over_levels():
    W, c = diffusion.initial_denoiser(16, rng=rng(1)), np.array(concepts.CLASSES)
    y = 10 * rng(2).standard_normal((8, 300), np.float32)
    sigmas = [10 * 200 ** (-i / 5) for i in range(6)]
    for i, sigma in enumerate(sigmas):
        x = diffusion.denoised_pictures(W, y, sigma, c)
        y = x + (sigmas[i + 1] / sigma) * (y - x) if i < 5 else x
    found = flow.made_pictures(W, c, 6, rng=rng(2))
    assert found.dtype == np.float32 and np.allclose(found, y, atol=1e-4)
    assert abs(flow.made_pictures(W, 1 - c, 6, rng=rng(2)) - y).max() > 0.01, "control: other classes pass"


def test_a_short_training_makes_the_classes_that_it_shows_and_then_the_others_by_distance():
    curves = flow.whole_curves(steps=300, every=15, count=16, rng=rng(1))
    assert curves.steps.tolist() == list(range(15, 301, 15))
    assert curves.joint.shape == (20, 8) and curves.attributes.shape == (20, 8, 3)
    assert (curves.joint <= curves.attributes.min(axis=2) + 1e-12).all()
    x, c = pictures.training_pictures(concepts.CORNERS, rng=(draws := rng(1)))
    for i, sofar in enumerate(flow.learning_curves(x, c, every=15, count=16, rng=draws)):
        assert all((one == whole[: i + 1]).all() for one, whole in zip(sofar, curves))
        if i == 2:
            break
    first = concepts.first_above(curves.steps, concepts.by_distance(curves.joint, concepts.CORNERS))
    assert first[0] < first[1] < first[2]
    assert curves.joint[-1, [0, 1, 2, 4]].min() > 0.75 and curves.joint[0].mean() < 0.4, "control: it has to be learnt"


# --- refusals ---------------------------------------------------------------------------------------------------------

W = diffusion.initial_denoiser(8, rng=rng())
X, C = pictures.training_pictures(concepts.CORNERS, images=3, rng=rng())


def train(x=X, c=C, W=W, steps=1, **settings):
    return list(diffusion.concept_training(x, c, W, steps, rng=rng(), **settings))


def rendered(**look):
    return pictures.render(C, pictures.EQUAL._replace(**look), rng=rng())


REFUSED = {
    "A class is .shape, colour, size., each 0 or 1": lambda: concepts.concept_distance(3, concepts.CORNERS),
    "A class: rows of shape, colour and size": lambda: concepts.concept_distance((0, 1), concepts.CORNERS),
    "A class: shape, colour and size are whole": lambda: concepts.concept_distance((0, 1, 2), concepts.CORNERS),
    "training classes: shape, colour and size are whole": lambda: concepts.distances([(0, 1, 0.5)]),
    "training classes: there are none": lambda: concepts.distances(np.zeros((0, 3), int)),
    "training classes: rows of shape": lambda: concepts.distances([]),
    "all rows should be equally long": lambda: concepts.distances([(0, 1, 0), (1, 0)]),
    "One row of accuracies for each step": lambda: concepts.first_above([1, 2], [0.1, 0.2, 0.3]),
    "The level: a finite number from 0": lambda: concepts.first_above([1, 2], [0.1, 0.2], -1),
    "Eight accuracies are needed": lambda: concepts.by_distance([0.1, 0.2], concepts.CORNERS),
    "Accuracies lie between 0 and 1": lambda: concepts.joint_from_parts([0.5, 1.2]),
    "accuracies of one part at least": lambda: concepts.joint_from_parts(0.5),
    "reach beyond the picture": lambda: rendered(areas=(9, 80)),
    "Two areas are needed": lambda: rendered(areas=9),
    "The area of a bar: a finite number above 0": lambda: rendered(areas=(0, 9)),
    "The aspect of a bar: a finite number above 0": lambda: rendered(aspect=-1),
    "The hue is 1/2 at most": lambda: rendered(hue=0.6),
    "The shift: a finite number from 0": lambda: rendered(shift=-0.1),
    "The spreads within a class are 1 at most": lambda: rendered(area_spread=2),
    "A look is a Look": lambda: pictures.render(C, None, rng=rng()),
    "Pictures: rows of 300 numbers": lambda: pictures.read_concepts(X[:, 1:]),
    "Pictures: there are none": lambda: pictures.read_concepts(np.full((2, 300), np.nan)),
    "as many of each: got 12": lambda: pictures.reading_accuracies(X),
    "2 numbers of images do not fit 4": lambda: pictures.training_pictures(concepts.CORNERS, images=(1, 2), rng=rng()),
    "number of images of a class: a whole": lambda: pictures.training_pictures(concepts.CORNERS, images=0, rng=rng()),
    "The variables are 0 shape, 1 colour and 2 size": lambda: pictures.mean_distance(3),
    "A width: a whole number from 1": lambda: diffusion.initial_denoiser(0, rng=rng()),
    "takes too much memory": lambda: diffusion.initial_denoiser(10_000, rng=rng()),
    "three layers of weights": lambda: flow.made_pictures(W[:2], C, rng=rng()),
    "These layers do not fit": lambda: flow.made_pictures(W._replace(W_2=W.W_1), C, rng=rng()),
    "some are no finite numbers": lambda: flow.made_pictures(W._replace(W_2=W.W_2 * np.nan), C, rng=rng()),
    "number of levels: a whole number from 1": lambda: flow.made_pictures(W, C, 0, rng=rng()),
    "number of pictures: a whole number from 1": lambda: flow.made_accuracies(W, count=0, rng=rng()),
    "One class for each picture: got 11 for 12": lambda: train(c=C[:-1]),
    "One class for each picture: got 12 for 11": lambda: diffusion.denoised_pictures(W, X[1:], 1.0, C),
    "The noise level sigma: a finite number above 0": lambda: diffusion.denoised_pictures(W, X, 0, C),
    "number of steps: a whole number from 0": lambda: train(steps=-1),
    "number of steps: a whole number from 1": lambda: flow.whole_curves(steps=0, rng=rng()),
    "from state to state: a whole number from 1": lambda: train(every=0),
    "learning rate: a finite number above 0": lambda: train(eta=0),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_is_refused_in_words(words):
    with pytest.raises(Refusal, match=words):
        REFUSED[words]()


# --- what it costs ----------------------------------------------------------------------------------------------------

FEW = 10  # steps a call


def torch_steps(x, c, W, **kind):
    """A call that makes some steps as a user of torch writes them, in single precision."""
    layers = [torch.tensor(layer, requires_grad=True) for layer in W]
    adam, draws = kind.pop("adam")(layers, lr=5e-4, **kind), torch.Generator().manual_seed(0)
    x, c = torch.tensor(x), torch.tensor(c)

    def steps():
        for _ in range(FEW):
            taken = torch.randint(len(x), (64,), generator=draws)
            sigma = 0.05 * 200 ** torch.rand(64, 1, generator=draws)
            y = x[taken] + sigma * torch.randn(64, 300, generator=draws)
            adam.zero_grad()
            torch.nn.functional.mse_loss(forward(layers, y, sigma, c[taken]), x[taken]).backward()
            adam.step()

    return steps


@pytest.mark.bench
def test_bench_a_step_of_training():
    (x, c), W, draws = (
        pictures.training_pictures(concepts.CORNERS, rng=rng()),
        diffusion.initial_denoiser(rng=rng()),
        rng(1),
    )
    torch.set_num_threads(1)
    taken = interleaved(
        {
            "numpy (ours)": lambda: list(diffusion.concept_training(x, c, W, FEW, every=FEW, rng=draws)),
            "torch, fused AdamW": torch_steps(x, c, W, adam=torch.optim.AdamW, fused=True),
            "torch, default Adam": torch_steps(x, c, W, adam=torch.optim.Adam),
            "reading 8 x 32 pictures (ours)": lambda: flow.made_accuracies(W, rng=draws),
        },
        seconds=6,
    )
    ours, reading = taken["numpy (ours)"], taken.pop("reading 8 x 32 pictures (ours)")
    print(f"\nmaking and reading 8 x 32 pictures: {1e3 * reading:.0f} ms")
    print("one step of training of the concept diffusion: " + ", ".join(
        f"{name} {1e3 * s / FEW:.2f} ms ({s / ours:.2f})" for name, s in taken.items()
    ))  # fmt: skip
    assert ours < 1.1 * taken["torch, fused AdamW"]
    assert reading < 0.15
