"""Claims about the learning curves of sequence models: how many compositions it takes, and whether coins fit them."""

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np

from course_lib.core import Refusal
from course_lib.kernels.emergence import coin_fit, draws, sequence_models, stored
from course_lib.kernels.emergence.coin_curves import Curve
from course_lib.learn import AtLeast, AtMost, Claim

from .tools import AS_IT_IS, Measurement, P

CURVES = "stored curves of five trainings each"
TRIALS = sequence_models.PROBED


def trainings(name: str, seen: int) -> list[stored.LearningCurve]:
    return [curve for key, curve in stored.stored_curves().items() if key[:2] == (name, seen)]


def at_the_end(name: str, seen: int) -> np.ndarray:
    """The share of held-out prompts that are answered after each of the stored trainings."""
    return np.array([curve.held_out[-1] for curve in trainings(name, seen)])


def gained(rng: np.random.Generator, few: int, more: int) -> Measurement:
    """By how much more compositions seen help a transformer, on average."""
    return float(at_the_end("transformer", more).mean() - at_the_end("transformer", few).mean()), 0.0


def mean_at_the_end(rng: np.random.Generator, name: str, seen: int) -> Measurement:
    return float(at_the_end(name, seen).mean()), 0.0


def best_at_the_end(rng: np.random.Generator, seen: int) -> Measurement:
    """Of all transformers and LSTMs that saw so many compositions."""
    return float(max(at_the_end(name, seen).max() for name in ("transformer", "LSTM"))), 0.0


def seen_when(rng: np.random.Generator, fallen: float) -> Measurement:
    """Prompts answered, of those seen, when the loss of a token has fallen to a part of its first value: the most."""
    curves = trainings("transformer", 20)
    return max(float(curve.seen[np.argmax(curve.loss <= fallen * curve.loss[0])]) for curve in curves), 0.0


def held_out_curves(rng: np.random.Generator) -> list[Curve]:
    return [Curve(curve.step, TRIALS * curve.held_out, TRIALS) for curve in trainings("transformer", 20)]


def coins_of_one_network(rng: np.random.Generator) -> Curve:
    """Twelve true coins, which all prompts share: 61 compositions of four, measured at the same steps."""
    steps, tasks = trainings("transformer", 20)[0].step, np.array(list(product(range(3), repeat=4)))[20:]
    learnt = draws.skill_times(np.full(12, P), 1, rng=rng)[0]
    done = learnt[tasks + 3 * np.arange(4)].max(axis=1)
    return Curve(steps, rng.binomial(TRIALS, (done[:, None] <= steps).mean(axis=0)), TRIALS)


def coin_curves(rng: np.random.Generator) -> list[Curve]:
    return [coins_of_one_network(rng) for _ in range(5)]


def fitted_coins(curve: Curve) -> float:
    """How many coins fit best; NaN where the curve leaves it open."""
    try:
        return float(coin_fit.fit_coins(curve).n)
    except Refusal:
        return np.nan


def least(rng: np.random.Generator, curves: Callable[[np.random.Generator], list[Curve]]) -> Measurement:
    """The least number of coins that fits one of five curves."""
    return float(np.nanmin([fitted_coins(curve) for curve in curves(rng)])), 0.0


claims = (
    Claim(
        says="After six compositions none of five transformers and five LSTMs generalises: the best answers a tenth of "
        "the others at most.",
        measure=partial(best_at_the_end, seen=6),
        expect=AtMost(0.1),
        within=AS_IT_IS,
        control=partial(best_at_the_end, seen=20),
        source=f"{CURVES}; control: after 20",
    ),
    Claim(
        says="For transformers the step comes between 6 and 20 compositions: the share rises by 0.7 and more (mean).",
        measure=partial(gained, few=6, more=20),
        expect=AtLeast(0.7),
        within=AS_IT_IS,
        control=partial(gained, few=20, more=30),
        source=f"{CURVES}; control: between 20 and 30",
    ),
    Claim(
        says="LSTMs can do it, but need more: after 50 of 81 compositions they answer most of the others (mean).",
        measure=partial(mean_at_the_end, name="LSTM", seen=50),
        expect=AtLeast(0.8),
        within=AS_IT_IS,
        control=partial(mean_at_the_end, name="LSTM", seen=20),
        source=f"{CURVES}; control: after 20",
    ),
    Claim(
        says="When half of the loss is gone, hardly an answer is right yet, even of those seen (largest share of five "
        "transformers).",
        measure=partial(seen_when, fallen=0.5),
        expect=AtMost(0.05),
        within=AS_IT_IS,
        control=partial(seen_when, fallen=0.1),
        source=f"{CURVES}; control: when nine tenths are gone",
    ),
    Claim(
        says="The coins that fit a transformer's curve best are too many: a hundred and more, where there are twelve "
        "functions (least of five).",
        measure=partial(least, curves=held_out_curves),
        expect=AtLeast(100),
        within=AS_IT_IS,
        control=partial(least, curves=coin_curves),
        source=f"{CURVES}; control: five networks of twelve true coins each, at the same steps",
    ),
)
