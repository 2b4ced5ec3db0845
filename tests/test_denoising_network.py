"""The network that takes noise off digits, against torch and difference quotients; then the stored networks."""

import math
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from compiling import frozen
from gaussians import generator as rng
from racing import interleaved

from course_lib.author import make_denoising
from course_lib.core import Refusal
from course_lib.kernels.denoising import network
from course_lib.kernels.denoising import stored as kept
from course_lib.shared.digits import centred_digits, handwritten_digits, ink


def in_double(W):
    return network.Weights(*(frozen(layer.astype(float)) for layer in W))


def some(N=12, d=64, images=9, seed=0):
    """Weights and noisy and clean images, in double precision."""
    draws = rng(seed)
    W = in_double(network.initial_weights(N, d, rng=draws))
    return W, frozen(draws.standard_normal((images, d))), frozen(draws.standard_normal((images, d)))


def layers_of(W):
    return [torch.tensor(layer, dtype=torch.float64, requires_grad=True) for layer in W]


def forward(layers, y):
    """The oracle, with torch's own nonlinearity and derivatives."""
    return torch.relu(torch.relu(y @ layers[0]) @ layers[1]) @ layers[2]


def furthest(found, expected):
    return max(np.abs(one - other).max() for one, other in zip(found, expected))


# --- one network ------------------------------------------------------------------------------------------------------


def test_the_denoised_images_are_those_of_torch():
    W, y, _ = some()
    expected = forward(layers_of(W), torch.tensor(y)).detach().numpy()
    assert np.allclose(network.denoised(W, y), expected, rtol=1e-12, atol=1e-12)
    single = network.Weights(*(layer.astype(np.float32) for layer in W))
    assert network.denoised(single, y).dtype == float
    assert np.abs(y @ W.W_1 @ W.W_2 @ W.W_3 - expected).max() > 0.1, "control: neurons that are never silent pass"


def test_the_gradients_are_those_of_torch():
    W, y, x = some()
    layers = layers_of(W)
    loss = torch.nn.functional.mse_loss(forward(layers, torch.tensor(y)), torch.tensor(x))
    loss.backward()
    found, found_loss = network.gradients(W, y, x)
    assert found_loss == pytest.approx(loss.item(), rel=1e-12)
    assert furthest(found, [layer.grad.numpy() for layer in layers]) < 1e-14
    assert furthest(found, network.gradients(W, y, y)[0]) > 1e-3, "control: another target passes"


def test_the_gradients_are_those_of_differences():
    W, y, x = some()
    found, _ = network.gradients(W, y, x)
    for i, (row, column) in enumerate([(20, 1), (2, 3), (0, 7)]):
        losses = []
        for h in (1e-6, -1e-6):
            moved = [layer.copy() for layer in W]
            moved[i][row, column] += h
            losses.append(((network.denoised(network.Weights(*moved), y) - x) ** 2).mean())
        assert found[i][row, column] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-5, abs=1e-9)


def test_the_jacobian_is_that_of_torch_and_of_differences():
    W, y, _ = some()
    layers = [layer.detach() for layer in layers_of(W)]
    for image in y:
        J = network.jacobian(W, image)
        expected = torch.autograd.functional.jacobian(lambda v: forward(layers, v), torch.tensor(image)).numpy()
        assert np.allclose(J, expected, rtol=1e-12, atol=1e-13)
        assert not np.allclose(J, expected.T, atol=1e-3), "control: rows and columns changed over pass"
    h = 1e-7 * np.eye(64)
    both = network.denoised(W, np.vstack([y[0] + h, y[0] - h]))
    assert np.allclose(network.jacobian(W, y[0]), (both[:64] - both[64:]).T / 2e-7, atol=1e-7)


def test_the_network_is_homogeneous_and_acts_as_its_jacobian():
    W, y, _ = some(N=40)
    f = network.denoised(W, y)
    for c in (1e-6, 0.5, 3.0, 1e6):
        assert np.allclose(network.denoised(W, c * y), c * f, rtol=1e-12, atol=1e-12 * c)
    assert np.allclose([network.jacobian(W, image) @ image for image in y], f, rtol=1e-12, atol=1e-12)
    assert np.abs(network.denoised(W, -y) + f).max() > 0.1, "control: it is no linear map"
    assert np.abs(network.jacobian(W, y[1]) @ y[0] - f[0]).max() > 0.1, "control: another image's Jacobian passes"


def test_nothing_comes_of_nothing():
    W, _, _ = some()
    assert (network.denoised(W, np.zeros((2, 64))) == 0).all()
    assert (network.jacobian(W, np.zeros(64)) == 0).all()


def test_the_first_weights_have_the_spread_that_keeps_the_size_of_what_passes():
    W = network.initial_weights(300, rng=rng(4))
    for layer, variance in zip(W, (1 / 64, 2 / 300, 2 / 300)):
        assert layer.dtype == np.float32
        assert layer.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / layer.size))
        assert abs(layer.mean()) < 5 * math.sqrt(variance / layer.size)
    y = rng(5).standard_normal((2000, 64))
    assert (network.denoised(W, y) ** 2).mean() == pytest.approx(1, abs=0.25)


# --- training ---------------------------------------------------------------------------------------------------------


def torch_training(x, W, steps, draws, eta=network.ETA, falls=True, sigmas=network.SIGMAS):
    """The oracle: torch's own derivatives and its own Adam, in double precision, on the same draws."""
    layers = layers_of(W)
    adam = torch.optim.Adam(layers, lr=eta)
    for step in range(steps):
        clean = torch.tensor(x[draws.integers(len(x), size=network.BATCH)])
        u = draws.random((network.BATCH, 1), np.float32)
        sigma = torch.exp(math.log(sigmas[0]) + math.log(sigmas[1] / sigmas[0]) * torch.tensor(u).double())
        y = clean + sigma * torch.tensor(draws.standard_normal(clean.shape, np.float32)).double()
        adam.param_groups[0]["lr"] = eta * (1 - step / steps if falls else 1)
        adam.zero_grad()
        torch.nn.functional.mse_loss(forward(layers, y), clean.double()).backward()
        adam.step()
    return [layer.detach().numpy() for layer in layers]


def test_training_is_that_of_torch_with_a_rate_that_falls_to_zero():
    x, W = centred_digits()[:50], network.initial_weights(32, rng=rng(1))
    (found,) = network.training(x, W, 6, rng=rng(2))
    assert found.step == 6 and all(layer.dtype == np.float32 for layer in found.W), "in double it takes twice as long"
    expected = torch_training(x, W, 6, rng(2))
    assert furthest(found.W, expected) < 2e-4, (
        "single precision, in which Adam divides by gradients that all but vanish"
    )
    assert furthest(found.W, torch_training(x, W, 6, rng(2), falls=False)) > 4e-3, "control: a steady rate passes"
    assert furthest(found.W, torch_training(x, W, 6, rng(3))) > 4e-3, "control: other draws pass"
    assert furthest(found.W, torch_training(x, W, 6, rng(2), sigmas=(0.5, 0.5))) > 2e-3, "control: another noise passes"


def test_the_states_come_when_they_are_due_and_do_not_change_the_training():
    x, W = centred_digits()[:50], network.initial_weights(16, rng=rng(1))
    states = list(network.training(x, W, 25, every=10, rng=rng(2)))
    assert [state.step for state in states] == [10, 20, 25]
    assert furthest(states[0].W, states[1].W) > 0, "a state is not the network that goes on"
    each = list(network.training(x, W, 25, every=1, rng=rng(2)))
    assert len(each) == 25 and furthest(each[9].W, states[0].W) == 0 == furthest(each[24].W, states[2].W)
    for state, steps in zip(states, (each[:10], each[10:20], each[20:])):
        assert state.loss == pytest.approx(np.mean([step.loss for step in steps]), rel=1e-12)
    assert list(network.training(x, W, 0, rng=rng(2))) == []
    other = list(network.training(x, W, 25, every=10, rng=rng(3)))
    assert furthest(states[2].W, other[2].W) > 1e-3, "control: another seed is the same training"


def test_a_short_training_lowers_the_loss_below_that_of_the_mean_image():
    x = centred_digits()
    states = list(network.training(x, network.initial_weights(64, rng=rng(1)), 300, every=50, rng=rng(2)))
    losses = [state.loss for state in states]
    assert losses[-1] < losses[1] < losses[0] and losses[-1] < 0.5 * x.var(axis=0).mean()
    y = x[:200] + 0.6 * rng(3).standard_normal((200, 64))
    error = ((network.denoised(states[-1].W, y) - x[:200]) ** 2).mean()
    assert error < 0.4 * 0.36, "less than the noise"
    still = list(network.training(x, network.initial_weights(64, rng=rng(1)), 300, eta=1e-9, every=50, rng=rng(2)))
    assert still[-1].loss > 0.9 * still[0].loss, "control: without learning it falls too"


def test_what_is_handed_over_stays_as_it_is():
    W = network.Weights(*(frozen(layer) for layer in network.initial_weights(16, rng=rng())))
    x = frozen(centred_digits()[:40].copy())
    before = [a.copy() for a in (*W, x)]
    list(network.training(x, W, 3, rng=rng()))
    network.denoised(W, x), network.jacobian(W, x[0]), network.gradients(W, x, x), network.two_halves(x, 7, rng=rng())
    assert all((a == b).all() for a, b in zip((*W, x), before))


# --- the data ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 5, 800, 898])
def test_two_halves_have_no_image_in_common_and_leave_none_out(n):
    rows = np.arange(1797.0)[:, None]
    one, other, unseen = (part[:, 0] for part in network.two_halves(rows, n, rng=rng(3)))
    assert len(one) == len(other) == n and len(unseen) == 1797 - 2 * n
    assert sorted([*one, *other, *unseen]) == rows[:, 0].tolist()
    assert not (np.diff(one) == 1).all() or n == 1, "they are shuffled"
    more = network.two_halves(rows, 898, rng=rng(3))
    assert set(one) <= set(more.one[:, 0]) and set(other) <= set(more.other[:, 0])


def test_digits_are_centred_and_can_be_made_ink_again_and_nobody_writes_to_them():
    x, (pixels, label) = centred_digits(), handwritten_digits()
    assert x.shape == (1797, 64) and np.abs(x.mean(axis=0, dtype=float)).max() < 1e-6
    assert np.allclose(ink(x), pixels / 16, atol=1e-6) and pixels.max() == 16 and set(label) == set(range(10))
    for array in (x, pixels, label):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


# --- the stored networks ----------------------------------------------------------------------------------------------


def error(a, b):
    return float(((a - b) ** 2).mean())


def linear(x, y, sigma):
    """The best linear denoiser of the images x, by its definition."""
    mean, C = x.mean(axis=0), np.cov(x.T, bias=True)
    return mean + (y - mean) @ np.linalg.inv(C + sigma**2 * np.eye(64)) @ C


def empirical(x, y, sigma):
    """The mean of the images x as y leaves them likely, one noisy image at a time."""
    away = [-((image - x) ** 2).sum(axis=1) / (2 * sigma**2) for image in y]
    weights = [np.exp(a - a.max()) for a in away]
    return np.array([w @ x / w.sum() for w in weights])


def test_the_stored_networks_are_whole_and_small_and_have_their_card():
    stored = kept.stored_networks()
    assert list(stored.networks) == [5, 20, 80, 320, 800] == list(kept.SIZES)
    assert sorted(stored.order) == list(range(1797))
    for pair in stored.networks.values():
        assert [layer.shape for W in pair for layer in W] == 2 * [(64, 128), (128, 128), (128, 64)]
        assert furthest(*pair) > 0.1 and all(np.isfinite(layer).all() for W in pair for layer in W)
        assert not any(layer.flags.writeable for W in pair for layer in W)
    assert kept.DATA.stat().st_size < 700_000
    card = kept.DATA.with_suffix(".md").read_text(encoding="utf-8")
    assert all(word in card for word in ("make_denoising", "seed 10", "CC BY 4.0", "numpy", "128 rectified", "Adam"))


def test_each_stored_network_knows_its_own_digits_best():
    stored = kept.stored_networks()
    for n in (5, 20, 80):
        W, (one, other, unseen) = stored.networks[n][0], stored.halves(n)
        own, foreign = (x + 0.4 * rng(1).standard_normal(x.shape) for x in (one, other))
        assert error(network.denoised(W, own), one) < 0.25 * error(network.denoised(W, foreign), other)
        assert len(unseen) == 197


def test_the_card_says_what_the_stored_networks_do_and_they_beat_the_linear_and_the_empirical_denoiser():
    stored = kept.stored_networks()
    card = kept.DATA.with_suffix(".md").read_text(encoding="utf-8")
    for n, pair in stored.networks.items():
        x, _, unseen = stored.halves(n)
        y = unseen + 0.6 * rng(10).standard_normal(unseen.shape)
        one, other = (network.denoised(W, y) for W in pair)
        rivals = linear(x, y, 0.6), empirical(x, y, 0.6)
        row = [error(one, unseen), error(other, unseen), error(one, other), error(rivals[0], unseen)]
        said = re.search(rf"^\| {n} \|(.*)\|$", card, flags=re.MULTILINE).group(1)
        assert row == pytest.approx([float(number) for number in said.split("|")], rel=0.03), "other noise, if numpy's"
        if n >= 320:
            assert max(row[:2]) < 0.95 * row[3] and max(row[:2]) < 0.95 * error(rivals[1], unseen)
        if n <= 80:
            assert min(row[:2]) > row[3], "control: the network beats the linear one with any number of images"


def test_the_card_is_what_its_maker_would_write_now():
    stored, card = kept.stored_networks(), kept.DATA.with_suffix(".md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", card, flags=re.MULTILINE)
    said = [[float(n), *(float(number) for number in row.split("|"))] for n, row in rows]
    found = [list(row) for row in make_denoising.errors(stored)]
    assert len(said) == len(found) == 5
    np.testing.assert_allclose(found, said, rtol=0, atol=5e-4)  # the card has three digits
    afresh, lines = make_denoising.card(stored).splitlines(), card.splitlines()
    differ = [line for line, other in zip(afresh, lines, strict=True) if line != other]
    assert all(line.startswith(("- **Made by**", "- **Machine**", "| ")) for line in differ), differ


def test_the_maker_touches_no_file_before_weights_and_card_are_ready(monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "DATA", tmp_path / "new/networks.npz")
    last = network.State(1, network.initial_weights(rng=rng()), 0.0)
    monkeypatch.setattr(network, "training", lambda *given, **settings: iter([last]))
    with monkeypatch.context() as broken:
        broken.setattr(make_denoising, "CARD", "{nothing}")
        with pytest.raises(KeyError):
            make_denoising.main()
    assert list(tmp_path.iterdir()) == []
    make_denoising.main()
    kept.stored_networks.cache_clear()
    try:
        assert list(kept.stored_networks().networks) == list(kept.SIZES)
        assert kept.DATA.with_suffix(".md").read_text(encoding="utf-8").startswith("# Networks")
    finally:
        kept.stored_networks.cache_clear()


def test_nobody_takes_a_network_out_of_the_cache():
    with pytest.raises(AttributeError):
        kept.stored_networks().networks.pop(5)
    with pytest.raises(TypeError):
        kept.stored_networks().networks[5] = None


def test_two_stored_networks_come_to_agree():
    stored = kept.stored_networks()
    unseen = stored.halves(5).unseen
    y = unseen + 0.6 * rng(1).standard_normal(unseen.shape)
    apart = [error(*(network.denoised(W, y) for W in pair)) for pair in stored.networks.values()]
    assert all(more > less for more, less in zip(apart, apart[1:])) and apart[0] > 6 * apart[-1]


def test_the_stored_networks_load_without_torch():
    code = (
        "import sys; from course_lib.kernels.denoising.stored import stored_networks; stored_networks(); "
        "print({'torch', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stdout + done.stderr


# --- refusals ---------------------------------------------------------------------------------------------------------

W = network.initial_weights(8, rng=rng())
X = centred_digits()[:10]


def train(x=X, W=W, steps=1, **settings):
    return list(network.training(x, W, steps, rng=rng(), **settings))


REFUSED = {
    "A width: a whole number from 1": lambda: network.initial_weights(0, rng=rng()),
    "number of pixels: a whole number": lambda: network.initial_weights(8, 2.5, rng=rng()),
    "takes too much memory": lambda: network.initial_weights(10_000, rng=rng()),
    "three layers of weights": lambda: network.denoised(W[:2], X),
    "A layer of weights: numbers": lambda: network.denoised((W.W_1, "two", W.W_3), X),
    "layer of weights: some coordinates are infinite": lambda: network.denoised(W._replace(W_2=W.W_2 * np.nan), X),
    "layers do not fit: 64 by 8, 8 by 8, 64 by 8": lambda: network.denoised(W._replace(W_3=W.W_1), X),
    "noisy images have 63 coordinates, where 64": lambda: network.denoised(W, X[:, 1:]),
    "noisy images: some coordinates": lambda: network.denoised(W, np.full((2, 64), np.inf)),
    r"One noisy image is needed, of shape \(64,\)": lambda: network.jacobian(W, X),
    "noisy image have 63": lambda: network.jacobian(W, X[0, 1:]),
    "clean images: there are none": lambda: train(X[:0]),
    "clean images have 8": lambda: train(X[:, :8]),
    "number of steps: a whole number from 0": lambda: train(steps=-1),
    "from state to state: a whole number from 1": lambda: train(every=0),
    "learning rate: a finite number above 0": lambda: train(eta=0),
    "rate 1e.12 is too large": lambda: train(steps=20, eta=1e12),
    "Two noise levels are needed": lambda: train(sigmas=0.5),
    "no plain numbers": lambda: network.jacobian(W, torch.zeros(64, requires_grad=True)),
    "no plain numbers; of a torch": lambda: train(sigmas=torch.ones(2, requires_grad=True)),
    "The noise level sigma: a finite number above 0": lambda: train(sigmas=(0, 1)),
    "least noise level comes first: 1 is more than 0.5": lambda: train(sigmas=(1, 0.5)),
    "Two halves of 6 images each do not fit into 10": lambda: network.two_halves(X, 6, rng=rng()),
    "number of images in a half: a whole number from 1": lambda: network.two_halves(X, 0, rng=rng()),
    "Networks are stored for halves of 5, 20, 80, 320, 800": lambda: kept.stored_networks().halves(6),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_is_refused_in_words(words):
    with pytest.raises(Refusal, match=words):
        REFUSED[words]()


# --- what it costs ----------------------------------------------------------------------------------------------------

FEW = 20  # steps a call


def torch_steps(x, W, **kind):
    """A call that makes some steps as a user of torch writes them, in single precision."""
    layers = [torch.tensor(layer, requires_grad=True) for layer in W]
    adam, x, draws = kind.pop("adam")(layers, lr=1e-4, **kind), torch.tensor(x), torch.Generator().manual_seed(0)
    least, most = network.SIGMAS

    def steps():
        for _ in range(FEW):
            clean = x[torch.randint(len(x), (network.BATCH,), generator=draws)]
            sigma = least * (most / least) ** torch.rand(network.BATCH, 1, generator=draws)
            y = clean + sigma * torch.randn(clean.shape, generator=draws)
            adam.zero_grad()
            torch.nn.functional.mse_loss(forward(layers, y), clean).backward()
            adam.step()

    return steps


@pytest.mark.bench
@pytest.mark.parametrize("N", [128, 256])
def test_bench_a_step_of_training(N):
    x, W, draws = centred_digits(), network.initial_weights(N, rng=rng()), rng(1)
    torch.set_num_threads(1)
    taken = interleaved(
        {
            "numpy (ours)": lambda: list(network.training(x, W, FEW, every=FEW, rng=draws)),
            "torch, fused AdamW": torch_steps(x.copy(), W, adam=torch.optim.AdamW, fused=True),
            "torch, default Adam": torch_steps(x.copy(), W, adam=torch.optim.Adam),
        },
        seconds=6,
    )
    ours = taken["numpy (ours)"]
    print(f"\none step of training at a width of {N}: " + ", ".join(
        f"{name} {1e3 * s / FEW:.3f} ms ({s / ours:.2f})" for name, s in taken.items()
    ))  # fmt: skip
    assert ours < 1.1 * taken["torch, fused AdamW"]
