"""Claims about the floor that a law fitted to the course's own sweep finds, where the exact one is known."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Runs, trained
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim
from course_lib.shared.estimates import mean_and_error

from .own_tools import (
    ADDITIVE,
    CARD,
    EARLY,
    FLOOR,
    FOUR_SEEDS,
    LATE,
    OF_SEEDS,
    RESAMPLES,
    fitted_to,
    held_out,
    kept,
    slope_ratio,
)
from .tools import MEAN, Measurement


def upper_end(rng: np.random.Generator, above: float = 0.0, additive: bool = False) -> Measurement:
    """Where the 95 % interval of the fitted floor ends, by the bootstrap over configurations."""
    return float(np.percentile(scaling.bootstrap(fitted_to(rng, above, additive), RESAMPLES, rng=rng).E, 97.5)), 0.0


def largest_without_one(rng: np.random.Generator, additive: bool = False) -> Measurement:
    """The largest floor that is fitted where one of the configurations is left out."""
    runs = fitted_to(rng, 0.0, additive)
    others = (np.arange(len(runs.N)) != i for i in range(len(runs.N)))
    return max(float(scaling.fit_law(Runs(*(column[of] for column in runs))).law.E) for of in others), 0.0


def typical_residual(rng: np.random.Generator, above: float) -> Measurement:
    """Root mean square of the log residuals, in percent."""
    runs = fitted_to(rng, above, False)
    return float(100 * np.sqrt((scaling.log_residuals(runs, scaling.fit_law(runs).law) ** 2).mean())), 0.0


def foretold(rng: np.random.Generator, above: float = 0.0, additive: bool = False) -> Measurement:
    """The fitted law's loss of the largest run less what it has; or what the additive law gives it."""
    (N, D, L), _ = held_out()
    law = scaling.fit_law(fitted_to(rng, above, additive)).law
    return float(scaling.loss(N, D, law)[0] - (scaling.loss(N, D, ADDITIVE)[0] if additive else L[0])), 0.0


def above_floor(rng: np.random.Generator, C: float | None = None) -> Measurement:
    """The loss of the largest run above the floor, over its seeds; or of the lowest at another budget."""
    if C is None:
        return mean_and_error(held_out()[1] - FLOOR)
    loss = trained.tuned(kept())[abs(np.log(kept().C / C)) < 0.02]
    return mean_and_error(loss[loss.mean(axis=1).argmin()] - FLOOR)


def fitted_floor(rng: np.random.Generator, above: float = 0.0) -> Measurement:
    return float(scaling.fit_law(fitted_to(rng, above, False)).law.E), 0.0


PROMISES = (
    ("to all budgets", 0.0, -0.03),
    ("without the first two", EARLY, -0.01),
    ("to the last three", LATE, -0.015),
)

claims = (
    Claim(
        says="The law fitted to all 51 configurations has its floor at 0.34 nats per token.",
        measure=fitted_floor,
        expect=0.336,
        within=Bias(0.006, "the digits of this sentence"),
        control=partial(fitted_floor, above=EARLY),
        source=CARD,
    ),
    Claim(
        says="Without the first two budgets it has it at 1.08.",
        measure=partial(fitted_floor, above=EARLY),
        expect=1.082,
        within=Bias(0.006, "the digits of this sentence"),
        control=fitted_floor,
        source=CARD,
    ),
    Claim(
        says="Whichever of the 51 configurations is left out, the fitted floor stays below 0.6.",
        measure=largest_without_one,
        expect=AtMost(0.6),
        within=FOUR_SEEDS,
        control=partial(largest_without_one, additive=True),
        source=CARD,
    ),
    Claim(
        says="Of the law fitted to all 51 configurations even the upper end of E's 95 % lies below 0.95 nats; the "
        "floor is 1.376.",
        measure=upper_end,
        expect=AtMost(0.95),
        within=FOUR_SEEDS,
        control=partial(upper_end, additive=True),
        source=CARD,
    ),
    Claim(
        says="Without the first two budgets the fit looks good: residuals of 1.1 % (root mean square).",
        measure=partial(typical_residual, above=EARLY),
        expect=AtMost(1.2),
        within=FOUR_SEEDS,
        control=partial(typical_residual, above=0.0),
        source=CARD,
    ),
    Claim(
        says="And yet the upper end of E's 95 % stays below 1.33: a good fit, and the wrong floor.",
        measure=partial(upper_end, above=EARLY),
        expect=AtMost(1.33),
        within=FOUR_SEEDS,
        control=partial(upper_end, above=EARLY, additive=True),
        source=CARD,
    ),
    Claim(
        says="To the last three budgets alone the law fits within 0.5 % (root mean square).",
        measure=partial(typical_residual, above=LATE),
        expect=AtMost(0.55),
        within=FOUR_SEEDS,
        control=partial(typical_residual, above=EARLY),
        source=CARD,
    ),
    *(
        Claim(
            says=f"The law fitted {words} promises the largest run a lower loss than it has (nats, promised less had).",
            measure=partial(foretold, above=above),
            expect=AtMost(bound),
            within=FOUR_SEEDS,
            control=partial(foretold, above=above, additive=True),
            source=CARD,
        )
        for words, above, bound in PROMISES
    ),
    Claim(
        says="Above the exact floor the loss is no power law: at the end it falls over three times as steeply as at "
        "the beginning (ratio of slopes on logarithmic axes, over a decade each).",
        measure=partial(slope_ratio, one=12.5, other=9.5, width=1.0),
        expect=AtLeast(3.0),
        within=MEAN,
        control=partial(slope_ratio, one=12.5, other=9.5, width=1.0, additive=True),
        source=f"{CARD}; error: {OF_SEEDS}",
    ),
    Claim(
        says="The largest run, of 1e14 FLOP, ends 0.12 nats per token above the floor.",
        measure=above_floor,
        expect=Between(0.115, 0.125),
        within=Bias(0.005, "four seeds"),
        control=partial(above_floor, C=10**13.5),
        source=CARD,
    ),
)
