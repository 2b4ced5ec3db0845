"""Claims about what the law says of a budget, each beside a search that knows no closed form."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Law
from course_lib.learn import AtLeast, Bias, Claim

from .tools import AS_IT_IS, GOPHER, TRUTH, Measurement, lowest

EQ_4 = "Hoffmann et al. (2022), eq. 4"


def searched(C: float, law: Law, served: float = 0.0) -> float:
    """The best size at a budget, by search."""
    most = 0.999 * C / (2 * served) if served else C
    centre = min(scaling.compute_optimal(C, law).N, most / 3)
    return lowest(
        lambda N: scaling.loss(N, scaling.tokens_left(N, C, served), law), 1e-4 * centre, min(400 * centre, most)
    )


def random_law(rng: np.random.Generator) -> Law:
    alpha, beta = rng.uniform(0.2, 0.6, 2)
    return Law(1.7, float(rng.uniform(100, 1000)), float(rng.uniform(100, 4000)), float(alpha), float(beta))


def closed_form(rng: np.random.Generator, swapped: bool = False) -> Measurement:
    """The closed form over the search, where they differ most, over 20 random laws and budgets."""
    ratios = []
    for law in (random_law(rng) for _ in range(20)):
        C = 10.0 ** rng.uniform(18, 25)
        given = law._replace(alpha=law.beta, beta=law.alpha) if swapped else law
        ratios.append(float(scaling.compute_optimal(C, given).N) / searched(C, law))
    return max(ratios, key=lambda ratio: abs(np.log(ratio))), 0.0


def tokens_for_each(rng: np.random.Generator, law: Law, C: float = GOPHER, served: float = 0.0) -> Measurement:
    """D/N at the best size, by search."""
    N = searched(C, law, served)
    return float(scaling.tokens_left(N, C, served)) / N, 0.0


def billions(rng: np.random.Generator, laws: tuple[Law, ...]) -> Measurement:
    """The best sizes of three laws, by search, over 32.2, 40.3 and 72.2 billion: the ratio furthest from 1."""
    ratios = [searched(GOPHER, law) / (1e9 * N) for law, N in zip(laws, (32.2, 40.3, 72.2))]
    return max(ratios, key=lambda ratio: abs(np.log(ratio))), 0.0


def rounding(rng: np.random.Generator, law: Law = scaling.HOFFMANN) -> Measurement:
    """D/N of a law over that of the unrounded one."""
    return tokens_for_each(rng, law)[0] / tokens_for_each(rng, scaling.HOFFMANN_UNROUNDED)[0], 0.0


def equal_exponents(rng: np.random.Generator, apart: float = 0.0) -> Measurement:
    """The exponent of the best size between two budgets, for alpha = beta and any A and B."""
    law = random_law(rng)
    law = law._replace(beta=law.alpha + apart)
    sizes = np.array([searched(C, law) for C in (1e19, 1e24)])
    return np.log(sizes[1] / sizes[0]) / np.log(1e5), 0.0


def loss_exponent(rng: np.random.Generator, floor: float = TRUTH.E) -> Measurement:
    """How fast the least loss falls to a floor, as a power of the budget."""
    losses = [scaling.loss(N := searched(C, TRUTH), C / (6 * N), TRUTH) - floor for C in (1e21, 1e25)]
    return np.log(losses[0] / losses[1]) / np.log(1e4), 0.0


def wasted(rng: np.random.Generator, factor: float = 2.0) -> Measurement:
    """The share of the budget that could have been saved for the same loss, with a model so many times the best."""
    N = factor * searched(GOPHER, TRUTH)
    target = scaling.loss(N, GOPHER / (6 * N), TRUTH)
    tried = np.geomspace(0.2, 1, 4001) * GOPHER
    enough = tried[scaling.optimal_loss(tried, TRUTH) <= target][0]
    return 1 - enough / GOPHER, 0.0


claims = (
    Claim(
        says="The closed form of the best size agrees with a search (ratio, worst of 20 random laws and budgets).",
        measure=closed_form,
        expect=1.0,
        within=Bias(1e-4, "a minimum is flat: rounding of the loss hides shifts of its square root"),
        control=partial(closed_form, swapped=True),
        source=EQ_4,
    ),
    Claim(
        says="With equal exponents, half of the budget (in logarithms) goes to size, whatever A and B are (exponent).",
        measure=equal_exponents,
        expect=0.5,
        within=Bias(1e-4, "the search"),
        control=partial(equal_exponents, apart=0.05),
        source=EQ_4,
    ),
    Claim(
        says="Above its floor the least loss falls as the budget to the power -alpha beta/(alpha + beta) = -0.178.",
        measure=loss_exponent,
        expect=TRUTH.alpha * TRUTH.beta / (TRUTH.alpha + TRUTH.beta),
        within=Bias(1e-5, "the search"),
        control=partial(loss_exponent, floor=0.0),
        source="eq. 4 put into eq. 2 of Hoffmann et al. (2022)",
    ),
    *(
        Claim(
            says=f"At Gopher's budget, 5.76e23 FLOP, {name} wants {ratio} tokens for each parameter.",
            measure=partial(tokens_for_each, law=law),
            expect=ratio,
            within=Bias(0.051, "the digits of this sentence"),
            control=partial(tokens_for_each, law=law._replace(beta=law.beta + 0.005)),
            source=source,
        )
        for name, law, ratio, source in (
            ("the law as printed (exponents 0.34, 0.28)", scaling.HOFFMANN, 92.6, "Hoffmann et al. (2022), eq. 10"),
            (
                "the same law with exponents 0.3392, 0.2849",
                scaling.HOFFMANN_UNROUNDED,
                59.1,
                "their source file, as read by Besiroglu et al. (2024)",
            ),
            ("the law of Besiroglu et al.", scaling.BESIROGLU, 18.4, "Besiroglu et al., arXiv:2404.10102 (2024)"),
        )
    ),
    Claim(
        says="There the three laws want 32.2, 40.3 and 72.2 billion parameters (ratio, the worst of the three).",
        measure=partial(billions, laws=(scaling.HOFFMANN, scaling.HOFFMANN_UNROUNDED, scaling.BESIROGLU)),
        expect=1.0,
        within=Bias(0.002, "the digits of this sentence"),
        control=partial(billions, laws=(scaling.HOFFMANN, scaling.HOFFMANN, scaling.BESIROGLU)),
        source="Besiroglu et al. (2024); Hoffmann et al. (2022), figure 4, has 40 billion",
    ),
    Claim(
        says="Rounding two exponents to two digits changes tokens per parameter by 57 % at Gopher's budget "
        "(ratio 1.57).",
        measure=rounding,
        expect=1.57,
        within=Bias(0.005, "the digits of this sentence"),
        control=partial(rounding, law=scaling.BESIROGLU),
        source="found by Besiroglu et al. (2024); the figure is ours",
    ),
    Claim(
        says="A model twice as large as the best wastes 16 % of the budget (share that could be saved for that loss).",
        measure=wasted,
        expect=0.157,
        within=Bias(0.002, "the grid of budgets that are tried"),
        control=partial(wasted, factor=4.0),
        source="the law of Besiroglu et al. (2024) at 5.76e23 FLOP",
    ),
    Claim(
        says="With 1e13 tokens to serve from the same budget, five times as many tokens per parameter are best, or "
        "more.",
        measure=partial(tokens_for_each, law=TRUTH, served=1e13),
        expect=AtLeast(5 * 18.4),
        within=AS_IT_IS,
        control=partial(tokens_for_each, law=TRUTH, served=1e10),
        source="Sardana et al., arXiv:2401.00448 (2023): 2 N FLOP for each token served",
    ),
)
