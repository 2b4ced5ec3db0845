"""Claims about Boltzmann machines: the gradient of learning, and what pairs of spins cannot hold."""

from collections.abc import Callable
from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels.frustration import boltzmann
from course_lib.learn import AtLeast, AtMost, Bias, Claim

from .tools import AS_IT_IS, Measurement

STEPS = 400  # of learning: the moments then agree to rounding


def gradient_error(rng: np.random.Generator, gradient: Callable) -> Measurement:
    """Largest distance of a gradient to the slope of D_KL(data || model), by differences: 5 machines of 4 spins."""
    worst = 0.0
    for _ in range(5):
        J, p = some_pairs(rng), rng.dirichlet(np.ones(16))
        for i, j in zip(*np.triu_indices(4, 1)):
            change = np.zeros((4, 4))
            change[i, j] = change[j, i] = 1e-5
            up, down = (
                boltzmann.relative_entropy(p, boltzmann.boltzmann_distribution(at)) for at in (J + change, J - change)
            )
            worst = max(worst, abs(gradient(p, J)[i, j] - (up - down) / 2e-5))
    return worst, 0.0


def some_pairs(rng: np.random.Generator) -> np.ndarray:
    """Couplings of four spins, half as strong as the temperature."""
    J = np.triu(rng.normal(size=(4, 4)), 1) / 2
    return J + J.T


def trained(p: np.ndarray, steps: int = STEPS) -> boltzmann.Learned:
    return next(islice(boltzmann.learn_boltzmann(p, eta=0.3), steps, None))


def moments_missed(rng: np.random.Generator, steps: int = STEPS) -> Measurement:
    """After learning any distribution of four spins: the largest error of a pair's moment."""
    p = rng.dirichlet(np.ones(16))
    return np.abs(boltzmann.boltzmann_gradient(p, trained(p, steps).J)).max(), 0.0


def entropy_missed(rng: np.random.Generator, draw: Callable, times: int = 1) -> Measurement:
    """After learning: the relative entropy that is left, in nats; the mean over so many distributions."""
    return np.mean([trained(draw(rng)).D_KL for _ in range(times)]), 0.0


def anything(rng: np.random.Generator) -> np.ndarray:
    return rng.dirichlet(np.ones(16))


def pairs_only(rng: np.random.Generator) -> np.ndarray:
    return boltzmann.boltzmann_distribution(some_pairs(rng))


def exclusive_or(rng: np.random.Generator) -> np.ndarray:
    """Three spins whose product is +1, the four such states equally likely."""
    return (boltzmann.all_states(3).prod(axis=1) > 0) / 4


claims = (
    Claim(
        says="The slope of D_KL(data || model) is <ss>_model - <ss>_data (largest error, 5 machines of 4 spins).",
        measure=partial(gradient_error, gradient=boltzmann.boltzmann_gradient),
        expect=AtMost(1e-8),
        within=AS_IT_IS,
        control=partial(gradient_error, gradient=boltzmann.reverse_gradient),
        source="Ackley, Hinton and Sejnowski, Cogn. Sci. 9, 147 (1985)",
    ),
    Claim(
        says="After learning, each pair of four spins agrees as often in the model as in the data (largest error).",
        measure=moments_missed,
        expect=AtMost(1e-6),
        within=AS_IT_IS,
        control=partial(moments_missed, steps=5),
        source="the gradient is zero there",
    ),
    Claim(
        says="And yet the model is not the data: a relative entropy of a tenth of a nat or more is left (mean of 10).",
        measure=partial(entropy_missed, draw=anything, times=10),
        expect=AtLeast(0.1),
        within=AS_IT_IS,
        control=partial(entropy_missed, draw=pairs_only),
        source="a pairwise energy has no terms of three or four spins",
    ),
    Claim(
        says="Of exclusive or, three spins of product +1, pairs learn nothing: ln 2 = 0.693 nats are left.",
        measure=partial(entropy_missed, draw=exclusive_or),
        expect=float(np.log(2)),
        within=Bias(1e-12, "rounding"),
        control=partial(entropy_missed, draw=pairs_only),
        source="all pair moments are zero, so J = 0: 8 states where the data has 4",
    ),
)
