"""Claims about the floor that a law fitted to the course's own sweep finds, where the exact one is known."""

from functools import partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import trained
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim
from course_lib.shared.estimates import mean_and_error

from .own_tools import ADDITIVE, CARD, EARLY, FLOOR, LATE, RESAMPLES, fitted_to, held_out, kept
from .tools import AS_IT_IS, Measurement


def upper_end(rng: np.random.Generator, above: float = 0.0, additive: bool = False) -> Measurement:
    """Where the 95 % interval of the fitted floor ends, by the bootstrap over configurations."""
    return float(np.percentile(scaling.bootstrap(fitted_to(rng, above, additive), RESAMPLES, rng=rng).E, 97.5)), 0.0


def width_of_interval(rng: np.random.Generator, above: float, additive: bool = False) -> Measurement:
    laws = scaling.bootstrap(fitted_to(rng, above, additive), RESAMPLES, rng=rng)
    return float(np.diff(np.percentile(laws.E, (2.5, 97.5)))[0]), 0.0


def typical_residual(rng: np.random.Generator, above: float) -> Measurement:
    """Root mean square of the log residuals, in percent."""
    runs = fitted_to(rng, above, False)
    return float(100 * np.sqrt((scaling.log_residuals(runs, scaling.fit_law(runs).law) ** 2).mean())), 0.0


def foretold(rng: np.random.Generator, above: float = 0.0, additive: bool = False) -> Measurement:
    """The fitted law's loss of the largest run less what it has; or what the additive law gives it."""
    (N, D, L), _ = held_out()
    law = scaling.fit_law(fitted_to(rng, above, additive)).law
    return float(scaling.loss(N, D, law)[0] - (scaling.loss(N, D, ADDITIVE)[0] if additive else L[0])), 0.0


def above_floor(rng: np.random.Generator, floor: float = FLOOR) -> Measurement:
    """The loss of the largest run above a floor, over its seeds."""
    loss = held_out()[1]
    return mean_and_error(loss - floor)


def local_slope(low: float, high: float) -> float:
    """d ln(L - E)/d ln C of the lowest tuned runs between two budgets, E the exact floor."""
    sweep = kept()
    loss = trained.tuned(sweep).mean(axis=1)
    least = [loss[abs(np.log(sweep.C / C)) < 0.02].min() - FLOOR for C in (low, high)]
    return float(np.log(least[1] / least[0]) / np.log(high / low))


def fitted_floor(rng: np.random.Generator, above: float = 0.0) -> Measurement:
    return float(scaling.fit_law(fitted_to(rng, above, False)).law.E), 0.0


def steeper(rng: np.random.Generator, late: tuple[float, float] = (10**12.5, 10**13.5)) -> Measurement:
    """The slope between two late budgets over that between the first and the third."""
    return local_slope(*late) / local_slope(10**9.5, 10**10.5), 0.0


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
        says="Of the law fitted to all 51 configurations even the upper end of E's 95 % lies below 1.1 nats; the floor "
        "is 1.376.",
        measure=upper_end,
        expect=AtMost(1.1),
        within=AS_IT_IS,
        control=partial(upper_end, additive=True),
        source=CARD,
    ),
    Claim(
        says="Without the first two budgets the fit looks good: residuals of 1.1 % (root mean square).",
        measure=partial(typical_residual, above=EARLY),
        expect=AtMost(1.2),
        within=AS_IT_IS,
        control=partial(typical_residual, above=0.0),
        source=CARD,
    ),
    Claim(
        says="And yet the upper end of E's 95 % stays below 1.33: a good fit, and the wrong floor.",
        measure=partial(upper_end, above=EARLY),
        expect=AtMost(1.33),
        within=AS_IT_IS,
        control=partial(upper_end, above=EARLY, additive=True),
        source=CARD,
    ),
    Claim(
        says="The last three budgets alone leave E nearly free: its 95 % are 0.4 nats wide or more.",
        measure=partial(width_of_interval, above=LATE),
        expect=AtLeast(0.4),
        within=AS_IT_IS,
        control=partial(width_of_interval, above=0.0, additive=True),
        source=CARD,
    ),
    *(
        Claim(
            says=f"The law fitted {words} promises the largest run a lower loss than it has (nats, promised less had).",
            measure=partial(foretold, above=above),
            expect=AtMost(bound),
            within=AS_IT_IS,
            control=partial(foretold, above=above, additive=True),
            source=CARD,
        )
        for words, above, bound in (("to all budgets", 0.0, -0.03), ("without the first two", EARLY, -0.01))
    ),
    Claim(
        says="Above the exact floor the loss is no power law: at the end it falls over three times as steeply as at "
        "the beginning (ratio of slopes on logarithmic axes).",
        measure=steeper,
        expect=AtLeast(3.0),
        within=AS_IT_IS,
        control=partial(steeper, late=(10**9.5, 10**10.0)),
        source=CARD,
    ),
    Claim(
        says="The largest run, of 1e14 FLOP, ends 0.12 nats per token above the floor.",
        measure=above_floor,
        expect=Between(0.115, 0.125),
        within=Bias(0.005, "four seeds"),
        control=partial(above_floor, floor=1.0),
        source=CARD,
    ),
)
