"""Networks of any width in two parametrisations, against torch; then the stored sweep."""

import math
import subprocess
import sys
from itertools import islice

import numpy as np
import pytest

from course_lib.core import Refusal
from course_lib.kernels.scaling import digit_network as network
from course_lib.kernels.scaling import widths
from course_lib.kernels.scaling.digit_network import MUP, SP
from course_lib.lessons.scaling import widths as lesson


def rng(seed=0):
    return np.random.default_rng(seed)


# --- one network ------------------------------------------------------------------------------------------------------


def naive_loss(W, x, label):
    """-<ln p[label]>, image by image and in Python's own numbers."""
    total = 0.0
    for image, right in zip(x, label):
        h = np.tanh(np.tanh(image @ W[0]) @ W[1]) @ W[2]
        total += math.log(sum(math.exp(z) for z in h)) - h[right]
    return total / len(x)


def torch_adam(W, rates, steps, draws):
    """The oracle: torch's own derivatives and its own Adam, in double precision."""
    import torch

    layers = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in W]
    adam = torch.optim.Adam([{"params": [layer], "lr": rate} for layer, rate in zip(layers, rates)])
    x, label = (torch.tensor(kept) for kept in network.digits())
    for _ in range(steps):
        batch = draws.integers(len(x), size=64)
        says = ((x[batch].double() @ layers[0]).tanh() @ layers[1]).tanh() @ layers[2]
        adam.zero_grad()
        torch.nn.functional.cross_entropy(says, label[batch]).backward()
        adam.step()
    return [layer.detach().numpy() for layer in layers]


def furthest(found, expected):
    return max(np.abs(one - other).max() for one, other in zip(found, expected))


@pytest.mark.parametrize("how, rates", [(SP, (1, 1, 1)), (MUP, (1, 1 / 3, 1 / 3))], ids=["standard", "maximal update"])
def test_training_is_that_of_torch_with_the_rates_of_the_table(how, rates):
    eta, d = 0.01, 3 * network.BASE
    W = network.initial_weights(d, how, rng=rng(1))
    found = network.trained(W, eta, how, 5, rng=rng(2))
    expected = torch_adam(W, [eta * rate for rate in rates], 5, rng(2))
    assert furthest(found, expected) < 2e-4, "single precision, in which Adam divides by gradients that all but vanish"
    wrong = torch_adam(W, [eta * rate for rate in reversed(rates)], 5, rng(2))
    assert how is SP or furthest(found, wrong) > 2e-3, "control: rates in the wrong layers pass"
    assert furthest(found, torch_adam(W, [eta] * 3, 5, rng(3))) > 2e-3, "control: other batches pass"


def test_the_gradients_are_those_of_differences():
    W = network.Weights(*(w.astype(float) for w in network.initial_weights(4, SP, rng=rng())))
    x, label = (kept[:10] for kept in network.digits())
    found = network.gradients(W, x.astype(float), label)
    for i, (row, column) in enumerate([(20, 1), (2, 3), (0, 7)]):
        up, down = [w.copy() for w in W], [w.copy() for w in W]
        up[i][row, column] += 1e-5
        down[i][row, column] -= 1e-5
        slope = (naive_loss(up, x, label) - naive_loss(down, x, label)) / 2e-5
        assert found[i][row, column] == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_the_loss_is_that_of_every_digit_one_by_one():
    W = network.initial_weights(48, SP, rng=rng())
    assert network.digits_loss(W) == pytest.approx(naive_loss(W, *network.digits()), rel=1e-5)
    silent = network.Weights(W.W_1, W.W_2, 0 * W.W_3)
    assert network.digits_loss(silent) == pytest.approx(math.log(10))


def test_a_loss_too_large_for_an_exponential_is_still_a_number():
    W = network.initial_weights(32, SP, rng=rng())
    assert 1e3 < network.digits_loss(network.Weights(W.W_1, W.W_2, 1e5 * W.W_3)) < 1e7


def test_training_leaves_the_weights_it_was_given_alone():
    W = network.initial_weights(16, MUP, rng=rng())
    kept = [w.copy() for w in W]
    trained = network.trained(W, 0.01, MUP, 2, rng=rng())
    assert furthest(W, kept) == 0 and furthest(W, trained) > 0


def test_no_step_is_no_change_and_a_loss_near_that_of_guessing():
    W = network.initial_weights(16, SP, rng=rng())
    assert furthest(W, network.trained(W, 0.01, SP, 0, rng=rng())) == 0
    assert abs(widths.train(1024, 0.01, MUP, 0, rng=rng()) - math.log(10)) < 0.02


# --- two parametrisations ---------------------------------------------------------------------------------------------


def spread(w):
    """Its standard deviation, and the standard error of that, for Gaussian numbers."""
    return w.std(), w.std() / np.sqrt(2 * w.size)


@pytest.mark.parametrize("d", [32, 256])
@pytest.mark.parametrize("how, output", [(SP, 0.5), (MUP, 1.0)], ids=["standard", "maximal update"])
def test_the_first_weights_have_the_spread_of_the_table(how, output, d):
    W = network.initial_weights(d, how, rng=rng(d))
    expected = 1 / 8, d**-0.5, 32**-0.5 * (d / 32) ** -output
    for w, sd in zip(W, expected):
        found, error = spread(w)
        assert abs(found - sd) < 5 * error and abs(w.mean()) < 5 * found / np.sqrt(w.size)
        assert abs(found - 1.3 * sd) > 5 * error, "control: a wrong spread passes"


def test_the_outputs_start_as_large_at_every_width_and_smaller_under_maximal_update():
    x = network.digits()[0]
    size = {
        (how.name, d): np.mean(
            [network.layer_outputs(network.initial_weights(d, how, rng=rng(s)), x)[-1].std() for s in range(8)]
        )
        for how in (SP, MUP)
        for d in (32, 512)
    }
    assert size["standard", 512] / size["standard", 32] == pytest.approx(1, abs=0.2)
    assert size["maximal update", 512] / size["maximal update", 32] == pytest.approx(1 / 4, abs=0.06)


def test_at_the_base_width_both_are_the_same_to_the_last_bit_and_elsewhere_not():
    losses = {d: [widths.train(d, 0.03, how, 6, rng=rng(3)) for how in (SP, MUP)] for d in (network.BASE, 33)}
    assert losses[network.BASE][0] == losses[network.BASE][1]
    assert losses[33][0] != losses[33][1], "control: a network one neuron wider passes"


def test_the_first_step_moves_a_wide_hidden_layer_more_only_in_the_standard_one():
    narrow, wide = (
        [widths.coordinate_check(d, 2.0**-12, how, 1, rng=rng(d)) for how in (SP, MUP)] for d in (256, 1024)
    )
    growth = np.log(np.array(wide) / narrow) / np.log(4)
    assert np.abs(growth[1]).max() < 0.2
    assert abs(growth[0][0]) < 0.2 and growth[0][1] > 0.6 and growth[0][2] > 1.0


def test_a_step_as_small_moves_the_layers_in_proportion():
    small, large = (widths.coordinate_check(64, eta, SP, 1, rng=rng()) for eta in (2.0**-12, 2.0**-11))
    assert large / small == pytest.approx(2, rel=0.01)


# --- the sweep --------------------------------------------------------------------------------------------------------

SMALL = (32, 48), (-8, -6, -4), (SP, MUP), 3


def test_a_sweep_is_the_same_again_and_another_seed_is_another_one():
    first, again, other = (list(widths.sweep(*SMALL, rng=rng(seed))) for seed in (5, 5, 6))
    assert first == again and len(first) == 12
    assert [run[:3] for run in first] == [run[:3] for run in other]
    assert all(one.loss != two.loss for one, two in zip(first, other))


def test_a_sweep_that_was_stopped_goes_on_where_it_was():
    whole = list(widths.sweep(*SMALL, rng=rng(5)))
    stopped = widths.sweep(*SMALL, rng=rng(5))
    begun = list(islice(stopped, 5))
    stopped.close()
    assert begun + list(widths.sweep(*SMALL, rng=rng(5), skip=5)) == whole
    assert list(widths.sweep(*SMALL, rng=rng(5), skip=12)) == []


def test_the_runs_of_one_width_have_their_draws_in_common():
    by = {run[:3]: run.loss for run in widths.sweep(*SMALL, rng=rng(5))}
    for k in SMALL[1]:
        assert by[32, SP.name, k] == by[32, MUP.name, k]
        assert by[48, SP.name, k] != by[48, MUP.name, k]


def test_the_best_rate_is_found_exactly_on_a_parabola_and_within_a_step_on_other_bowls():
    k = np.arange(-9.0, 0)
    for lowest in (-6.3, -4.0, -3.6):
        assert widths.best_log2_eta(k, np.exp(0.3 * (k - lowest) ** 2 - 2)) == pytest.approx(lowest)
        assert abs(widths.best_log2_eta(k / 2, np.exp(np.abs(k / 2 - lowest / 2) ** 3)) - lowest / 2) < 0.25


# --- the stored sweep and the playground ------------------------------------------------------------------------------


def test_the_stored_sweep_is_whole_and_small_and_has_its_card():
    kept = lesson.stored()
    assert kept.loss.shape == (2, 4, 12, 5) and np.isfinite(kept.loss).all() and (kept.loss > 0).all()
    assert lesson.DATA.stat().st_size < 100_000
    card = lesson.DATA.with_suffix(".md").read_text(encoding="utf-8")
    assert all(
        word in card for word in ("make_scaling", "seeds 10 to 14", "nats", "CC BY 4.0", "numpy", "base width 32")
    )


def test_the_stored_best_rate_halves_as_the_width_doubles_or_stays():
    standard, maximal = lesson.stored().best()
    halved = standard[0] - np.log2(np.array(lesson.WIDTHS) / 32)
    assert np.abs(standard - halved).max() < 0.7 and np.abs(maximal - maximal[0]).max() < 0.7
    assert np.abs(maximal - halved).max() > 5, "control: the one is not the other"


def test_a_stored_run_is_made_again():
    kept = lesson.stored()
    runs = widths.sweep(lesson.WIDTHS, lesson.LOG2_ETAS, lesson.BOTH, lesson.STEPS, rng=rng(kept.seeds[0]))
    for run, loss in zip(islice(runs, 9), kept.loss[0, 0, :, 0]):  # to the best rate: beyond it, rounding grows fast
        assert run.loss == pytest.approx(loss, rel=0.02), "other machines round otherwise"


def test_the_first_figure_waits_for_no_slow_import():
    code = (
        "import sys; from course_lib.lessons.scaling import widths as lesson; "
        "lesson.two_panels(next(lesson.train_again(None, 0, -5))); print({'torch', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stdout + done.stderr


def test_the_playground_trains_nothing_before_play_and_goes_on_after_a_stop():
    states = lesson.train_again(None, seed=0, log2_eta=-5)
    assert next(states).runs == ()
    stopped = list(islice(states, 3))[-1]
    moved = list(islice(lesson.train_again(stopped, seed=0, log2_eta=-7), 2))
    assert moved[0].runs == stopped.runs and len(moved[1].runs) == 4, "another line keeps the runs"
    assert moved[1].runs[3].log2_eta == lesson.LOG2_ETAS[3]
    assert next(lesson.train_again(stopped, seed=1, log2_eta=-5)).runs == (), "another seed begins again"


def test_a_playground_that_has_trained_everything_comes_to_its_end():
    done = lesson.Sweep(0, -5, (widths.Run(32, SP.name, -5, 0.1),) * lesson.RUNS)
    assert list(lesson.train_again(done, seed=0, log2_eta=-5)) == [done]
    assert f"{lesson.RUNS} of {lesson.RUNS} runs" in lesson.two_panels(done).layout.meta["alt"]


# --- refusals ---------------------------------------------------------------------------------------------------------

W = network.initial_weights(8, SP, rng=rng())
REFUSED = {
    "width: a whole number from 1": lambda: widths.train(0, 0.01, SP, 1, rng=rng()),
    "takes too much memory": lambda: network.initial_weights(100_000, SP, rng=rng()),
    "learning rate: a finite number above 0": lambda: network.trained(W, 0.0, SP, 1, rng=rng()),
    "got 'fast'": lambda: network.trained(W, "fast", SP, 1, rng=rng()),
    "got nan": lambda: network.trained(W, math.nan, SP, 1, rng=rng()),
    "steps: a whole number": lambda: network.trained(W, 0.01, SP, -1, rng=rng()),
    "already done": lambda: next(widths.sweep(*SMALL, rng=rng(), skip=-1)),
    "at an end of the sweep": lambda: widths.best_log2_eta([-3, -2, -1], [1.0, 2.0, 3.0]),
    "three or more, by equal factors": lambda: widths.best_log2_eta([-3, -2, 0], [2.0, 1.0, 3.0]),
    "One loss a learning rate": lambda: widths.best_log2_eta([-3, -2], [1.0, 2.0, 3.0]),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_is_refused_in_words(words):
    with pytest.raises(Refusal, match=words):
        REFUSED[words]()
