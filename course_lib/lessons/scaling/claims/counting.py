"""Claims about Kaplan's exponent out of Chinchilla's law: what is counted, and over which range."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law, kaplan
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim

from .tools import AS_IT_IS, TRUTH, Measurement, lowest

PEARCE = "Pearce and Song, arXiv:2406.12907 (2024)"
LAWS = {"Besiroglu": scaling.BESIROGLU, "Hoffmann": scaling.HOFFMANN_UNROUNDED}
PUBLISHED = {"Besiroglu": (0.78, 0.51), "Hoffmann": (0.74, 0.46)}
TWO_DIGITS = Bias(0.01, "two published digits; the paper takes the nearest of its times, and here is interpolated")


def on_their_grid(rng: np.random.Generator, law: Law, everything: bool) -> Measurement:
    """The exponent from simulated curves, on the paper's own grid."""
    return kaplan.pearce_song_exponents(law)[everything], 0.0


def searched(C: float, law: Law, omega: float) -> float:
    """The best non-embedding size at non-embedding compute C, by search."""
    return lowest(lambda N: scaling.loss(kaplan.total_parameters(N, omega), C / (6 * N), law), 10.0, 1e15)


def closed_form(rng: np.random.Generator, omega: float = kaplan.OMEGA) -> Measurement:
    """The size that went into the closed form over the one that a search finds at its compute; the worst of 20."""
    sizes = 10 ** rng.uniform(3, 11, 20)
    ratios = [N / searched(kaplan.frontier_compute(N, TRUTH, omega), TRUTH, kaplan.OMEGA) for N in sizes]
    return max(ratios, key=lambda ratio: abs(np.log(ratio))), 0.0


def derivative(rng: np.random.Generator, omega: float = kaplan.OMEGA) -> Measurement:
    """The closed form of the local exponent over a difference quotient; the worst of 50 sizes."""
    N, h = 10 ** rng.uniform(2, 12, 50), 1e-4
    ahead, behind = (kaplan.frontier_compute(N * np.exp(step), TRUTH) for step in (h, -h))
    ratios = kaplan.local_exponent(N, TRUTH, omega) * np.log(ahead / behind) / (2 * h)
    return float(ratios[np.argmax(abs(np.log(ratios)))]), 0.0


def limit(rng: np.random.Generator, N: float) -> Measurement:
    return float(kaplan.local_exponent(N, TRUTH)), 0.0


def largest(rng: np.random.Generator, omega: float = kaplan.OMEGA) -> Measurement:
    return float(kaplan.local_exponent(np.geomspace(1e2, 1e12, 4001), TRUTH, omega).max()), 0.0


def tokens_growth(rng: np.random.Generator, N: float = 1.93e6) -> Measurement:
    """d ln D/d ln N along the frontier, by a difference quotient."""
    ahead, behind = (kaplan.frontier_compute(N * np.exp(step), TRUTH) / (N * np.exp(step)) for step in (1e-4, -1e-4))
    return float(np.log(ahead / behind) / 2e-4), 0.0


def where_largest(rng: np.random.Generator, omega: float = kaplan.OMEGA) -> Measurement:
    """The size at which the local exponent is largest, in millions."""
    N = np.geomspace(1e2, 1e12, 4001)
    return float(N[np.argmax(kaplan.local_exponent(N, TRUTH, omega))] / 1e6), 0.0


def lower_end(rng: np.random.Generator, low: float = 1e8) -> Measurement:
    """One power law from a size to ten times it."""
    return kaplan.kaplan_fit(TRUTH, low, 10 * low).exponent, 0.0


claims = (
    *(
        Claim(
            says=f"Without embeddings, on Kaplan's range, the law of {name} et al. looks like N* ~ C^{a} (their grid).",
            measure=partial(on_their_grid, law=LAWS[name], everything=False),
            expect=a,
            within=TWO_DIGITS,
            control=partial(on_their_grid, law=LAWS[name], everything=True),
            source=PEARCE,
        )
        for name, (a, _) in PUBLISHED.items()
    ),
    *(
        Claim(
            says=f"With all parameters counted, the same curves of {name}'s law give N* ~ C^{a} (their grid).",
            measure=partial(on_their_grid, law=LAWS[name], everything=True),
            expect=a,
            within=TWO_DIGITS,
            control=partial(on_their_grid, law=LAWS[name], everything=False),
            source=PEARCE,
        )
        for name, (_, a) in PUBLISHED.items()
    ),
    Claim(
        says="The closed form of that frontier agrees with a search (ratio, worst of 20 sizes from 1e3 to 1e11).",
        measure=closed_form,
        expect=1.0,
        within=Bias(1e-4, "a minimum is flat: rounding of the loss hides shifts of its square root"),
        control=partial(closed_form, omega=0.0),
        source=PEARCE + ", section 4",
    ),
    Claim(
        says="The closed form of the local exponent is the frontier's slope (ratio, worst of 50 sizes).",
        measure=derivative,
        expect=1.0,
        within=Bias(1e-6, "a difference quotient of step 1e-4"),
        control=partial(derivative, omega=0.0),
        source=PEARCE + ", section 4",
    ),
    Claim(
        says="For tiny models the local exponent is beta/(alpha/3 + beta) = 0.759: there nearly all is embedding.",
        measure=partial(limit, N=1.0),
        expect=TRUTH.beta / (TRUTH.alpha / 3 + TRUTH.beta),
        within=Bias(1e-3, "one parameter is not yet none"),
        control=partial(limit, N=1e4),
        source=PEARCE,
    ),
    Claim(
        says="For huge models the local exponent is beta/(alpha + beta) = 0.513, as if all were counted.",
        measure=partial(limit, N=1e13),
        expect=TRUTH.beta / (TRUTH.alpha + TRUTH.beta),
        within=Bias(1e-3, "the embedding is still there"),
        control=partial(limit, N=1e9),
        source=PEARCE,
    ),
    Claim(
        says="In between the local exponent overshoots both limits, up to 0.98.",
        measure=largest,
        expect=Between(0.975, 0.985),
        within=AS_IT_IS,
        control=partial(largest, omega=0.0),
        source="where each parameter adds a growing share to the total: d ln N_T/d ln N rises from 1/3 to 1",
    ),
    Claim(
        says="There the tokens stand still: D grows as N to the power 0.02 only.",
        measure=tokens_growth,
        expect=AtMost(0.05),
        within=AS_IT_IS,
        control=partial(tokens_growth, N=1e9),
        source="d ln D/d ln N = 1/g - 1: diminishing returns of size are made up for by the growing share",
    ),
    Claim(
        says="It does so near two million non-embedding parameters (in millions), inside Kaplan's range.",
        measure=where_largest,
        expect=Between(1.8, 2.1),
        within=AS_IT_IS,
        control=partial(where_largest, omega=10 * kaplan.OMEGA),
        source=PEARCE + "; the figure is ours",
    ),
    Claim(
        says="One power law through the whole frontier from 768 to 1.5e9 non-embedding parameters has exponent 0.79.",
        measure=lambda rng: (kaplan.kaplan_fit(TRUTH, *kaplan.KAPLAN_SIZES).exponent, 0.0),
        expect=0.787,
        within=Bias(0.002, "equal steps of the logarithm of the budget"),
        control=lambda rng: (kaplan.kaplan_fit(TRUTH, *kaplan.KAPLAN_SIZES, omega=0.0).exponent, 0.0),
        source="closed form of the frontier, Besiroglu's law",
    ),
    Claim(
        says="The same law fitted from 1e8 to 1e9 non-embedding parameters gives 0.56: the range decides.",
        measure=lower_end,
        expect=0.5625,
        within=Bias(0.005, "the digits of this sentence"),
        control=partial(lower_end, low=1e6),
        source="closed form of the frontier",
    ),
    Claim(
        says="A model of 10,000 parameters beside its embedding has over a hundred times as many with it (ratio).",
        measure=lambda rng, N=1e4: (float(kaplan.total_parameters(N) / N), 0.0),
        expect=AtLeast(100.0),
        within=AS_IT_IS,
        control=lambda rng: (float(kaplan.total_parameters(1e9) / 1e9), 0.0),
        source=PEARCE + ", N_T = N + omega N^(1/3)",
    ),
)
