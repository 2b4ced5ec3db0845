"""Claims about width: which learning rate is best for a wide network, and why it moves or stays."""

from functools import cache, partial

import numpy as np

from course_lib.kernels.scaling.digit_network import BASE, MUP, SP, Parametrisation
from course_lib.kernels.scaling.widths import best_log2_eta, coordinate_check, sweep, train
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Rounding
from course_lib.lessons.scaling.widths import LIVE, LOG2_ETAS, STEPS, TUNED
from course_lib.shared.estimates import mean_and_error

from .tools import MEAN, Measurement

SWEEPS = 6
WIDE = 2048
RETUNED = TUNED - np.log2(WIDE / BASE)  # one over the width
Network = tuple[int, float, Parametrisation]  # width, log2 of the learning rate, and how it is set up
SMALL_STEP = 2.0**-12  # a change so small that the layers' changes do not multiply each other
TABLE = "Yang et al., arXiv:2203.03466 (2022), table 3"
FIGURE = "Yang et al., arXiv:2203.03466 (2022), figure 1"


@cache  # the claims of one seed look at the same runs
def ln_losses(seed: int, parametrisation: Parametrisation) -> np.ndarray:
    """ln loss of independent sweeps (sweeps, widths, rates)."""
    rng = np.random.default_rng(seed)
    runs = [[run.loss for run in sweep(LIVE, LOG2_ETAS, (parametrisation,), STEPS, rng=rng)] for _ in range(SWEEPS)]
    return np.log(runs).reshape(SWEEPS, len(LIVE), len(LOG2_ETAS))


def best(ln_loss: np.ndarray) -> np.ndarray:
    """log2 of the best learning rate at each width, from the mean ln loss of some sweeps."""
    return np.array([best_log2_eta(LOG2_ETAS, np.exp(mean)) for mean in ln_loss.mean(axis=0)])


def fall(ln_loss: np.ndarray) -> float:
    """How many octaves the best learning rate falls from the narrowest to the widest."""
    k = best(ln_loss)
    return k[0] - k[-1]


def exponent(ln_loss: np.ndarray) -> float:
    """x in: best learning rate ~ d^x."""
    return np.polyfit(np.log2(LIVE), best(ln_loss), 1)[0]


def of_sweeps(rng: np.random.Generator, what, parametrisation: Parametrisation) -> Measurement:
    """Its value from all sweeps together; its error from leaving out one sweep at a time (jackknife)."""
    ln_loss = ln_losses(int(rng.integers(2**63)), parametrisation)
    without = [what(np.delete(ln_loss, i, axis=0)) for i in range(SWEEPS)]
    return float(what(ln_loss)), float(np.sqrt(SWEEPS - 1) * np.std(without))


def shift(rng: np.random.Generator, parametrisation: Parametrisation) -> Measurement:
    value, error = of_sweeps(rng, fall, parametrisation)
    return abs(value), error


def loss_ratio(rng: np.random.Generator, of: Network, to: Network, pairs: int) -> Measurement:
    """The loss of the one network over that of the other: geometric mean over pairs of new ones."""
    ln_ratios = []
    for seed in rng.integers(2**63, size=pairs):
        one, other = (train(d, 2.0**k, p, STEPS, rng=np.random.default_rng(seed)) for d, k, p in (of, to))
        ln_ratios.append(np.log(one / other))
    value, error = mean_and_error(ln_ratios)
    return np.exp(value), np.exp(value) * error


def difference_at(rng: np.random.Generator, d: int) -> Measurement:
    """How far the losses of the two parametrisations are apart at one width, from the same draws."""
    seed = int(rng.integers(2**63))
    standard, maximal = (train(d, 2.0**TUNED, p, STEPS, rng=np.random.default_rng(seed)) for p in (SP, MUP))
    return abs(standard - maximal), 0.0


def growth(rng: np.random.Generator, parametrisation: Parametrisation) -> np.ndarray:
    """Exponents of d with which the first step moves each layer's outputs, from widths 256 and 1024."""
    narrow, wide = (coordinate_check(d, SMALL_STEP, parametrisation, 1, rng=rng) for d in (256, 1024))
    return np.log(wide / narrow) / np.log(4)


def hidden_growth(rng: np.random.Generator, parametrisation: Parametrisation) -> Measurement:
    return growth(rng, parametrisation)[1], 0.0


def worst_growth(rng: np.random.Generator, parametrisation: Parametrisation) -> Measurement:
    return np.abs(growth(rng, parametrisation)).max(), 0.0


claims = (
    Claim(
        says="From width 32 to 512 the best learning rate of the standard parametrisation falls by two octaves or more "
        "(octaves, factors of two; from the mean ln loss of six sweeps).",
        measure=partial(of_sweeps, what=fall, parametrisation=SP),
        expect=AtLeast(2.0),
        within=MEAN,
        control=partial(of_sweeps, what=fall, parametrisation=MUP),
        source=FIGURE,
        slow=True,
    ),
    Claim(
        says="From width 32 to 512 the best learning rate of maximal update stays within one octave "
        "(octaves, factors of two; found in the same way).",
        measure=partial(shift, parametrisation=MUP),
        expect=AtMost(1.0),
        within=MEAN,
        control=partial(shift, parametrisation=SP),
        source=FIGURE,
        slow=True,
    ),
    Claim(
        says="In the standard parametrisation the best learning rate falls as one over the width "
        "(exponent, from widths 32, 128 and 512).",
        measure=partial(of_sweeps, what=exponent, parametrisation=SP),
        expect=-1.0,
        within=Bias(0.15, "the input layer wants its rate to stay, and 32 neurons are not many"),
        control=partial(of_sweeps, what=exponent, parametrisation=MUP),
        source=f"{TABLE}: Adam's rate for the hidden layer",
        slow=True,
    ),
    Claim(
        says="With the learning rate that is best at width 32, a standard network 2048 wide ends at four times "
        "the loss of a maximal-update one, or more (ratio).",
        measure=partial(loss_ratio, of=(WIDE, TUNED, SP), to=(WIDE, TUNED, MUP), pairs=4),
        expect=AtLeast(4.0),
        within=MEAN,
        control=partial(loss_ratio, of=(WIDE, RETUNED, SP), to=(WIDE, TUNED, MUP), pairs=4),
        source=FIGURE,
        slow=True,
    ),
    Claim(
        says="With the learning rate that is best at width 32, a maximal-update network 512 wide ends at a lower loss "
        "than one 32 wide (ratio).",
        measure=partial(loss_ratio, of=(512, TUNED, MUP), to=(BASE, TUNED, MUP), pairs=24),
        expect=AtMost(0.95),
        within=MEAN,
        control=partial(loss_ratio, of=(512, TUNED, SP), to=(BASE, TUNED, SP), pairs=24),
        source=f"'wider is better': {FIGURE}",
        slow=True,
    ),
    Claim(
        says="At the base width both parametrisations are one and the same network (difference of their losses).",
        measure=partial(difference_at, d=BASE),
        expect=0.0,
        within=Rounding(0.0),
        control=partial(difference_at, d=2 * BASE),
        source=TABLE,
    ),
    Claim(
        says="The first step moves the hidden layer's outputs the more, the wider a standard network is "
        "(exponent of the width, 256 to 1024; 1 for ever wider ones).",
        measure=partial(hidden_growth, parametrisation=SP),
        expect=AtLeast(0.7),
        within=Bias(0.0, "below 1 by what adds up at random, a share that falls with the width"),
        control=partial(hidden_growth, parametrisation=MUP),
        source="coordinate check: Yang et al., arXiv:2203.03466 (2022), appendix D.1",
    ),
    Claim(
        says="Under maximal update no layer's outputs move more in a wider network (largest of three exponents).",
        measure=partial(worst_growth, parametrisation=MUP),
        expect=AtMost(0.2),
        within=Bias(0.0, "zero for ever wider networks; the bound leaves room for the draws of one network"),
        control=partial(worst_growth, parametrisation=SP),
        source="coordinate check: Yang et al., arXiv:2203.03466 (2022), appendix D.1",
    ),
)
