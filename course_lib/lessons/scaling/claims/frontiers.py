"""Claims about three ways to read a frontier, on runs whose law is known."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law
from course_lib.kernels.scaling.synthetic import BUDGETS, LARGEST, NOISE, SMALLEST
from course_lib.learn import AtLeast, Bias, Claim, Errors
from course_lib.shared.estimates import mean_and_error

from .laws import random_law
from .tools import EXPONENT, ROOM, TRUTH, Measurement, data_sets, exponent

OTHER = TRUTH._replace(beta=TRUTH.beta - 0.03, B=TRUTH.B / 2)  # the control's truth
SETS = 40


def by_envelope(rng: np.random.Generator, more: float = 0.0) -> Measurement:
    """Approach 1 on the curves of 50 sizes of a random law, its exponent less the law's; of a law with more beta."""
    law, N = random_law(rng), np.geomspace(44e6, 16e9, 50)
    shown = law._replace(beta=law.beta + more)
    tried = np.geomspace(1e6, 1e40, 5000)
    best = scaling.compute_optimal(tried, shown).N
    inside = tried[(best > 3 * N[0]) & (best < N[-1] / 3)]
    C = np.geomspace(inside[0], inside[-1], 200)
    D = np.geomspace(C[0] / (7 * N[-1]), C[-1] / (5 * N[0]), 800)
    found = scaling.envelope(N, D, scaling.loss(N[:, None], D, shown), C)
    return scaling.power_law(C, found.N).exponent - scaling.size_exponent(law), 0.0


def by_parabolas(rng: np.random.Generator, law: Law = TRUTH) -> Measurement:
    """Approach 2: the mean exponent over independent data sets."""
    found = []
    for _ in range(SETS):
        C, best = scaling.isoflop_minima(scaling.chinchilla_layout(law, rng=rng))
        found.append(scaling.power_law(C, best.N).exponent)
    return mean_and_error(found)


def by_fit(rng: np.random.Generator, law: Law = TRUTH) -> Measurement:
    """Approach 3: the mean exponent over independent data sets."""
    return mean_and_error([exponent(scaling.chinchilla_layout(law, rng=rng)) for _ in range(SETS)])


def lucky(rng: np.random.Generator, noise: float = NOISE) -> Measurement:
    """How much more approach 1's exponent scatters than approach 2's, over 40 sets.

    Each has 243 models on the same range of budgets; those of approach 1 keep their luck along the curve.
    """
    N, D = np.geomspace(SMALLEST, LARGEST, 243), np.geomspace(5e7, 2e13, 300)
    C, L = np.geomspace(BUDGETS[0], BUDGETS[-1], 100), scaling.loss(N[:, None], D, TRUTH)
    envelopes = [scaling.envelope(N, D, L * np.exp(noise * rng.normal(size=(243, 1))), C).N for _ in range(SETS)]
    parabolas = [scaling.isoflop_minima(runs) for runs in data_sets(SETS, rng)]
    one = np.std([scaling.power_law(C, sizes).exponent for sizes in envelopes])
    two = np.std([scaling.power_law(budgets, best.N).exponent for budgets, best in parabolas])
    return float(one / two), 0.0


claims = (
    Claim(
        says="Approach 1 (lower envelope of training curves) finds a random law's exponent (difference; no noise).",
        measure=by_envelope,
        expect=0.0,
        within=Bias(0.02, "50 sizes, an eighth apart: the envelope goes in steps"),
        control=partial(by_envelope, more=0.1),
        source="Hoffmann et al. (2022), section 3.1",
    ),
    Claim(
        says="Approach 2 (parabolas at nine budgets) finds the exponent 0.5126 of the law behind 243 noisy runs.",
        measure=by_parabolas,
        expect=EXPONENT,
        within=Errors(6),
        control=partial(by_parabolas, law=OTHER),
        source="Hoffmann et al. (2022), section 3.2; mean over 40 sets, Student's t",
    ),
    Claim(
        says="Approach 3 (a fit of the whole law) finds the exponent 0.5126 of the law behind 243 noisy runs.",
        measure=by_fit,
        expect=EXPONENT,
        within=Errors(6),
        control=partial(by_fit, law=OTHER),
        source="Hoffmann et al. (2022), section 3.3; mean over 40 sets, Student's t",
    ),
    Claim(
        says="The envelope picks the luckiest runs: its exponent scatters more than that of parabolas (ratio).",
        measure=lucky,
        expect=AtLeast(1.5),
        within=ROOM,
        control=partial(lucky, noise=0.0003),
        source="scatter over 40 sets of models that keep their luck along the curve",
    ),
)
