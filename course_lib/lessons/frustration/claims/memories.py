"""Claims about memories stored as minima: how many Hebb's rule holds, and which."""

from functools import partial

import numpy as np
from scipy.special import erfc

from course_lib.kernels.frustration import hopfield, retrieval
from course_lib.kernels.frustration.chain import scatter
from course_lib.learn import AtLeast, AtMost, Bias, Claim, Fact

from .tools import AS_IT_IS, Measurement


def kept(rng: np.random.Generator, alpha: float, networks: int, lost: float = -1.0) -> Measurement:
    """Overlap left after recall from 50 patterns of each network of 1000 neurons; those that end below `lost` left out.

    A lost pattern falls to about a half. At load 0.10 that is one in ten thousand, and no part of the theory.
    """
    M = round(alpha * 1000)
    ends = [hopfield.recalled_overlaps(1000, M, 50, rng=rng) for _ in range(networks)]
    return scatter([m[m > lost].mean() for m in ends])


def turned_at_once(rng: np.random.Generator, alpha: float) -> Measurement:
    """The share of signs that the crosstalk alone turns over, one look at the stored pattern; 32 networks."""
    shares = []
    for _ in range(32):
        xi = hopfield.random_patterns(round(alpha * 1000), 1000, rng=rng).astype(float)
        shares.append(np.mean(xi * (xi @ hopfield.hebb(xi)) < 0))
    return scatter(shares)


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
        says="Crosstalk alone turns erfc(1/sqrt(2 alpha))/2 of the signs, under half a percent at capacity (share).",
        measure=partial(turned_at_once, alpha=0.138),
        expect=float(erfc(1 / np.sqrt(2 * 0.137)) / 2),  # 137 others
        within=Bias(5e-5, "1000 neurons: the crosstalk is not quite Gaussian"),
        control=partial(turned_at_once, alpha=0.12),
        source="the other patterns add a field of variance alpha to a signal of 1",
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
