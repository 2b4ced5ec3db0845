"""Claims about memories stored as minima: how many Hebb's rule holds, and which."""

from collections.abc import Callable
from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels.frustration import directed, hopfield, retrieval
from course_lib.kernels.frustration.chain import scatter
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Fact

from .tools import AS_IT_IS, ONLY_ROUNDING, Measurement


def kept(rng: np.random.Generator, alpha: float, networks: int, lost: float = -1.0) -> Measurement:
    """Overlap left after recall from 50 patterns of each network of 1000 neurons; those that end below `lost` left out.

    A lost pattern falls to about a half. At load 0.10 that is one in ten thousand, and no part of the theory.
    """
    M = round(alpha * 1000)
    ends = [hopfield.recalled_overlaps(1000, M, 50, rng=rng) for _ in range(networks)]
    return scatter([m[m > lost].mean() for m in ends])


def share_kept(rng: np.random.Generator, N: int, alpha: float, networks: int) -> float:
    """The share of the first 40 patterns (or all) that recall keeps to an overlap above 0.9."""
    M = round(alpha * N)
    return np.mean([hopfield.recalled_overlaps(N, M, min(M, 40), rng=rng) > 0.9 for _ in range(networks)])


def sharpening(rng: np.random.Generator, large: int) -> Measurement:
    """By how much more that share falls from load 0.12 to 0.16 in a larger network than in one of 250 neurons."""
    falls = [
        share_kept(rng, N, 0.12, networks) - share_kept(rng, N, 0.16, networks)
        for N, networks in ((large, 12), (250, 100))
    ]
    return falls[0] - falls[1], 0.0


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
        says="At load 0.05 recall keeps all but a few signs in a million (mean overlap, 1000 neurons).",
        measure=partial(kept, alpha=0.05, networks=8),
        expect=AtLeast(0.99997),
        within=AS_IT_IS,
        control=partial(kept, alpha=0.20, networks=6),
        source="Amit, Gutfreund and Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985): theory of recall",
    ),
    Claim(
        says="At load 0.10 what is recalled has the overlap 0.9980 of the replica-symmetric theory (1000 neurons).",
        measure=partial(kept, alpha=0.10, networks=32, lost=0.9),
        expect=float(retrieval.retrieval_overlap(0.10)),
        within=Bias(3e-4, "1000 neurons, not infinitely many, and the lost patterns left out"),
        control=partial(kept, alpha=0.11, networks=32, lost=0.9),
        source="Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30 (1987), T = 0",
    ),
    Claim(
        says="At load 0.12 it has the overlap 0.9932, nearer to the capacity and still good (1000 neurons).",
        measure=partial(kept, alpha=0.12, networks=16, lost=0.9),
        expect=float(retrieval.retrieval_overlap(0.12)),
        within=Bias(2e-3, "1000 neurons, and the lost patterns, which would be the worst, left out"),
        control=partial(kept, alpha=0.14, networks=16, lost=0.9),
        source="Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30 (1987), T = 0",
    ),
    Claim(
        says="At load 0.20 what was stored is lost: less than 0.6 of it is left (mean overlap, 1000 neurons).",
        measure=partial(kept, alpha=0.20, networks=6),
        expect=AtMost(0.6),
        within=AS_IT_IS,
        control=partial(kept, alpha=0.10, networks=6),
        source="measured here",
    ),
    Claim(
        says="In the replica-symmetric theory of recall no memory is a minimum above a load of 0.1379.",
        measure=lambda rng: (retrieval.hopfield_capacity().alpha, 0.0),
        expect=0.1379,
        within=Bias(5e-5, "a number in four digits"),
        control=lambda rng: (retrieval.retrieval_load(retrieval.hopfield_capacity().y + 0.1), 0.0),
        source="Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30 (1987): 0.138",
    ),
    Claim(
        says="Up to there memories stay good: at the capacity 1.6 % of their signs are wrong (share of signs).",
        measure=lambda rng: ((1 - retrieval.hopfield_capacity().m) / 2, 0.0),
        expect=0.016,
        within=Bias(5e-4, "a number in two digits"),
        control=lambda rng: ((1 - float(retrieval.retrieval_overlap(0.13))) / 2, 0.0),
        source="Amit, Gutfreund and Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985): 1.5 %",
    ),
    Claim(
        says="From load 0.12 to 0.16 the share recalled falls further with 2000 neurons than with 250 (difference).",
        measure=partial(sharpening, large=2000),
        expect=AtLeast(0.25),
        within=AS_IT_IS,
        control=partial(sharpening, large=250),
        source="measured here",
        slow=True,
    ),
    Claim(
        says="Above the capacity, at load 0.15, 1000 neurons still recall most patterns: no sharp edge (share).",
        measure=lambda rng: (share_kept(rng, 1000, 0.15, 8), 0.0),
        expect=AtLeast(0.55),
        within=AS_IT_IS,
        control=lambda rng: (share_kept(rng, 1000, 0.20, 8), 0.0),
        source="measured here",
    ),
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

facts = (
    Fact(
        says="Load up to which the recalled patterns are the lowest of all states, and not only minima",
        value="0.051",
        source="Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30 (1987)",
    ),
    Fact(
        says="Number of patterns that a network with an energy of n-th powers of the overlaps holds",
        value="grows as N^(n-1); n = 2 is Hebb's rule",
        source="Krotov and Hopfield, NeurIPS 29 (2016)",
    ),
)
