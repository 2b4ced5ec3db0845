"""Claims about handwritten digits, what a rule makes of patterns that are alike, and that recall goes downhill."""

from collections.abc import Callable
from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels.frustration import directed, hopfield
from course_lib.learn import AtLeast, AtMost, Bias, Claim

from .tools import AS_IT_IS, ONLY_ROUNDING, Measurement


def likeness(rng: np.random.Generator, draw: Callable) -> Measurement:
    """The mean overlap of two different ones of ten patterns."""
    xi = draw(10, rng)
    return hopfield.pattern_overlaps(xi, xi)[np.triu_indices(10, 1)].mean(), 0.0


def digits(M: int, rng: np.random.Generator) -> np.ndarray:
    return hopfield.digit_patterns(M)


def signs(M: int, rng: np.random.Generator) -> np.ndarray:
    """As many pixels as a digit has, each a random sign."""
    return hopfield.random_patterns(M, 64, rng=rng)


def recalled(
    rng: np.random.Generator, draw: Callable, M: int, rule: Callable = hopfield.hebb, share: float = 0.0
) -> Measurement:
    """Mean overlap with the pattern meant, over M patterns and 20 starts from each with this share of signs wrong."""
    xi = draw(M, rng)
    starts = np.array([hopfield.corrupt(pattern, share, rng=rng) for pattern in xi for _ in range(20)])
    ends = hopfield.recalled_states(starts, rule(xi), rng=rng)
    return np.mean(ends * np.repeat(xi, 20, axis=0).astype(float)), 0.0


def largest_rise(rng: np.random.Generator, turned: Callable) -> Measurement:
    """The largest change of the energy in one update, over 4 sweeps of 100 neurons; `turned` makes the weights."""
    J = turned(directed.directed_weights(100, rng=rng))
    start = hopfield.random_patterns(1, 100, rng=rng)[0]
    path = islice(hopfield.recall(start, J, rng=rng, parts=100), 400)
    return np.diff([hopfield.network_energy(s, J) for s in path]).max(), 0.0


claims = (
    Claim(
        says="Handwritten digits are alike: two different ones of 0 to 9 overlap by 0.45 on average (8 x 8 pixels).",
        measure=partial(likeness, draw=digits),
        expect=0.45,
        within=Bias(0.005, "a number in two digits"),
        control=partial(likeness, draw=signs),
        source="digits of scikit-learn, binarised",
    ),
    Claim(
        says="Five of them are too many for Hebb's rule, at a load of only 0.08 (mean overlap left, 0.63).",
        measure=partial(recalled, draw=digits, M=5),
        expect=0.63,
        within=Bias(0.03, "a number in two digits, and the order of the updates is random"),
        control=partial(recalled, draw=signs, M=5),
        source="measured here",
    ),
    Claim(
        says="The projection rule keeps 40 digits, every pixel of them (mean overlap).",
        measure=partial(recalled, draw=digits, M=40, rule=hopfield.projection_rule),
        expect=1.0,
        within=ONLY_ROUNDING,
        control=partial(recalled, draw=digits, M=40),
        source="Personnaz, Guyon and Dreyfus, J. Phys. Lett. 46, L359 (1985)",
    ),
    Claim(
        says="And it mends ten digits with a tenth of their pixels turned over (mean overlap after recall).",
        measure=partial(recalled, draw=digits, M=10, rule=hopfield.projection_rule, share=0.1),
        expect=AtLeast(0.98),
        within=AS_IT_IS,
        control=partial(recalled, draw=digits, M=40, rule=hopfield.projection_rule, share=0.1),
        source="measured here",
    ),
    Claim(
        says="Where weights are symmetric, no update of a neuron raises the energy (largest change in 400 updates).",
        measure=partial(largest_rise, turned=directed.symmetrised),
        expect=AtMost(0.0),
        within=ONLY_ROUNDING,
        control=partial(largest_rise, turned=np.array),
        source="Hopfield, Proc. Natl. Acad. Sci. 79, 2554 (1982)",
    ),
)
