"""Claims about exponents read off the course's own sweep: how it is read, counted and tuned."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.scaling import Runs, trained
from course_lib.learn import AtLeast, AtMost, Between, Claim
from course_lib.lessons.scaling.own_sweep import as_runs, losses

from .own_tools import CARD, FOUR_SEEDS, OF_SEEDS, kept, of_additive_law, over_seeds
from .tools import MEAN, Measurement

METHODS = {"1": trained.by_envelope, "2": trained.by_parabolas, "3": trained.by_law}


def counted_less(rng: np.random.Generator, method, tables: int = 0) -> float:
    """The exponent with so many tables of tokens counted, less that with the one that there is."""
    sweep = kept()
    L = trained.redrawn(trained.tuned(sweep), rng=rng)
    sizes = ((sweep.blocks + k * sweep.embedding).astype(float) for k in (tables, 1))
    fewer, one = (method(Runs(N, sweep.D.astype(float), L)).exponent for N in sizes)
    return fewer - one


def untuned(rng: np.random.Generator, chosen: Callable[[trained.Sweep], np.ndarray]) -> float:
    """The exponent by parabolas of the losses so chosen, less the tuned one, from the same seeds."""
    sweep, seed = kept(), int(rng.integers(2**63))
    drawn = [trained.redrawn(of(sweep), rng=np.random.default_rng(seed)) for of in (chosen, trained.tuned)]
    one, other = (trained.by_parabolas(as_runs(sweep, L, True)).exponent for L in drawn)
    return one - other


def exponent_of(rng: np.random.Generator, method, rate: int | None = None) -> Measurement:
    sweep = kept()
    loss = losses(sweep, rate)
    return over_seeds(rng, lambda rng: method(as_runs(sweep, trained.redrawn(loss, rng=rng), True)).exponent)


def by_rule(sweep: trained.Sweep) -> np.ndarray:
    """The losses at one rule for all: a learning rate of 2^-0.8 over the width, or the nearest that was tried."""
    width = np.sqrt(sweep.blocks / 24)
    wanted = np.round(-0.8 - np.log2(width))[:, None]
    nearest = abs(sweep.log2_rates - wanted).argmin(axis=1)
    return sweep.loss[np.arange(len(width)), nearest]


def parabolas_less_law(rng: np.random.Generator, additive: bool = False) -> float:
    sweep = kept()
    runs = as_runs(sweep, trained.redrawn(trained.tuned(sweep), rng=rng), True)
    runs = of_additive_law(runs, rng) if additive else runs
    return trained.by_parabolas(runs).exponent - trained.by_law(runs).exponent


def rate_and_width(rng: np.random.Generator, shuffled: bool = False) -> Measurement:
    """x in: best learning rate ~ d^x; or with the widths in another order."""
    sweep = kept()
    d = np.sqrt(sweep.blocks)
    d = rng.permutation(d) if shuffled else d
    return float(np.polyfit(np.log2(d), trained.best_rates(sweep), 1)[0]), 0.0


claims = (
    *(
        Claim(
            says=f"Not to count the embedding raises the exponent a of our runs, by 0.01 to 0.07 (approach {name}).",
            measure=partial(over_seeds, what=partial(counted_less, method=method)),
            expect=Between(0.01, 0.07),
            within=MEAN,
            control=partial(over_seeds, what=partial(counted_less, method=method, tables=2)),
            source=f"{CARD}; error: {OF_SEEDS}",
        )
        for name, method in METHODS.items()
    ),
    *(
        Claim(
            says=f"One learning rate of 2^{rate} for all sizes lowers the exponent of our runs (approach 2).",
            measure=partial(over_seeds, what=partial(untuned, chosen=partial(trained.at_rate, log2_rate=rate))),
            expect=AtMost(-0.03),
            within=MEAN,
            control=partial(over_seeds, what=partial(untuned, chosen=by_rule)),
            source=f"{CARD}; error: {OF_SEEDS}",
        )
        for rate in (-5, -6, -7)
    ),
    Claim(
        says="One rule for all, a rate in proportion to one over the width, changes it by less than 0.02.",
        measure=partial(over_seeds, what=partial(untuned, chosen=by_rule)),
        expect=Between(-0.02, 0.02),
        within=MEAN,
        control=partial(over_seeds, what=partial(untuned, chosen=partial(trained.at_rate, log2_rate=-6))),
        source=f"{CARD}; error: {OF_SEEDS}",
    ),
    *(
        Claim(
            says=f"All parameters counted and each run tuned, approach {name} reads a = {a} off our runs.",
            measure=partial(exponent_of, method=METHODS[name]),
            expect=Between(a - 0.02, a + 0.02),
            within=MEAN,
            control=partial(exponent_of, method=METHODS[name], rate=-6),
            source=f"{CARD}; error: {OF_SEEDS}",
        )
        for name, a in (("1", 0.41), ("2", 0.42), ("3", 0.31))
    ),
    Claim(
        says="Approach 2 finds a larger exponent than approach 3 in the same runs, by 0.11.",
        measure=partial(over_seeds, what=parabolas_less_law),
        expect=AtLeast(0.07),
        within=MEAN,
        control=partial(over_seeds, what=partial(parabolas_less_law, additive=True)),
        source=f"{CARD}; error: {OF_SEEDS}",
    ),
    Claim(
        says="The best learning rate of our transformers falls about as one over their width (exponent).",
        measure=rate_and_width,
        expect=Between(-1.3, -0.8),
        within=FOUR_SEEDS,
        control=partial(rate_and_width, shuffled=True),
        source="Yang et al., arXiv:2203.03466 (2022), table 3",
    ),
)
