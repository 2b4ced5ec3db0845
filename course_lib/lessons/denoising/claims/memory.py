"""Claims about a training set's own score: it gives the training set back, and when on the way it decides."""

from functools import partial

import numpy as np
from scipy.optimize import brentq

from course_lib.kernels.denoising import empirical, memory, noise
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim, Errors
from course_lib.lessons.denoising.guessed import COPY, made_from, to_nearest
from course_lib.shared.digits import centred_digits
from course_lib.shared.estimates import mean_and_error

from .tools import AS_IT_IS, ROOM, Measurement

BIROLI = "Biroli, Bonnaire, de Bortoli and Mezard, Nat. Commun. 15 (2024), arXiv:2402.18491"
CLONES = f"{BIROLI}, there by two clones of a backward path"


def copied(y: np.ndarray, x: np.ndarray) -> float:
    """The share of points that are copies of a training point."""
    return float((to_nearest(y, x) < COPY).mean())


def digits_copied(rng: np.random.Generator, made: bool) -> Measurement:
    """The share of copies among 100 made digits, or among 100 real ones that the training set has not."""
    x = rng.permutation(centred_digits()).astype(float)
    return copied(made_from(x[:1000], 100, rng) if made else x[1000:1100], x[:1000]), 0.0


def collapse(rng: np.random.Generator, n: int, d: int, points: int) -> Measurement:
    """The time at which noisy training points give their own the weight 1/2, less the formula; mean of three sets."""
    return np.mean([half_time(rng, n, d) for _ in range(3)]) - float(memory.collapse_time(points, d)), 0.0


def half_time(rng: np.random.Generator, n: int, d: int) -> float:
    x, z = rng.standard_normal((n, d)), rng.standard_normal((400, d))

    def excess(t: float) -> float:
        y = np.exp(-t) * x[:400] + noise.spread(t) * z
        return float(empirical.own_weight(y, x, t).mean()) - 0.5

    return brentq(excess, 0.02, 3.0, xtol=1e-3)


def keeps_class(rng: np.random.Generator, d: int, factor: float) -> Measurement:
    """The share of 40,000 points of two classes that a U-turn at factor * t_S leaves in their class."""
    t = factor * float(memory.speciation_time(d))
    return mean_and_error([kept_share(rng, d, t) for _ in range(40)])


def kept_share(rng: np.random.Generator, d: int, t: float) -> float:
    """The same of a thousand points. The variance about the means stays 1, so the way back asks y.m only."""
    x, label = memory.two_classes(1000, d, 1.0, rng=rng)
    y = noise.noised(x, t, rng=rng)
    up = rng.random(len(y)) < 1 / (1 + np.exp(-2 * np.exp(-t) * y.sum(axis=1)))
    return float((np.where(up, 1, -1) == label).mean())


def turned(rng: np.random.Generator, t: float, what: str) -> Measurement:
    """U-turns of 500 points among 1000 of two classes in 16 dimensions: the share that is back at its own point, or
    at another one of its class."""
    x, label = memory.two_classes(1000, 16, 1.0, rng=rng)
    y = noise.noised(x[:500], t, rng=rng)
    to = empirical.drawn_back(y, x, t, rng=rng)
    own, same = to == np.arange(500), label[to] == label[:500]
    return float({"own": own, "class": same & ~own, "same": same}[what].mean()), 0.0


def collapse_falls(rng: np.random.Generator, d: int) -> Measurement:
    """By which share t_C falls from 512 training points of two classes to 2048."""
    few, many = memory.collapse_time([512 / 2, 2048 / 2], d)
    return float(1 - many / few), 0.0


claims = (
    Claim(
        says="The best denoiser of 1000 digits makes digits that are copies of them (share of 100 made).",
        measure=partial(digits_copied, made=True),
        expect=AtLeast(0.99),
        within=AS_IT_IS,
        control=partial(digits_copied, made=False),
        source="the denoiser of a training set returns means of it; control: real digits that it has not seen",
    ),
    *(
        Claim(
            says=f"With {n} Gaussian points in {d} dimensions a noisy point gives itself half of the weight at t_C or "
            "a little later (time less t_C).",
            measure=partial(collapse, n=n, d=d, points=n),
            expect=Between(0.0, 0.08),
            within=ROOM,
            control=partial(collapse, n=n, d=d, points=wrong),
            source=f"{BIROLI}; control: t_C of {wrong} points",
        )
        for n, d, wrong in ((1000, 10, 100), (4000, 20, 400), (4000, 80, 400))
    ),
    *(
        Claim(
            says=f"Four times as many points, from 512 on, bring t_C down by {share:.0%} in {d} dimensions (share).",
            measure=partial(collapse_falls, d=d),
            expect=share,
            within=Bias(0.005, "a whole percentage"),
            control=partial(collapse_falls, d=16),
            source=BIROLI,
        )
        for d, share in ((8, 0.32), (64, 0.11))
    ),
    Claim(
        says="A million points in 1000 dimensions: t_C = 1.8, where the noise is six times the data's spread (ratio).",
        measure=lambda rng: (noise.level_at(float(memory.collapse_time(1e6, 1000))), 0.0),
        expect=6.0,
        within=Bias(0.1, "one digit"),
        control=lambda rng: (noise.level_at(float(memory.collapse_time(1e6, 100))), 0.0),
        source=BIROLI,
    ),
    *(
        Claim(
            says=f"A U-turn at t_S leaves {phi:.3f} of two classes in their class, in {d} dimensions (share).",
            measure=partial(keeps_class, d=d, factor=1.0),
            expect=phi,
            within=Errors(5),
            control=partial(keeps_class, d=d, factor=0.9),
            source=f"{CLONES}; control: a U-turn at 0.9 t_S",
        )
        for d in (16, 256)
        for phi in [float(memory.same_class(memory.speciation_time(d), d, 1.0))]
    ),
    Claim(
        says="A U-turn before t_C brings a point back to itself (1000 points, 16 dimensions, t = 0.1; share).",
        measure=partial(turned, t=0.1, what="own"),
        expect=AtLeast(0.9),
        within=AS_IT_IS,
        control=partial(turned, t=0.8, what="own"),
        source=CLONES,
    ),
    Claim(
        says="Between t_C and t_S it comes back as another point of its class (t = 0.8; share).",
        measure=partial(turned, t=0.8, what="class"),
        expect=AtLeast(0.7),
        within=AS_IT_IS,
        control=partial(turned, t=3.0, what="class"),
        source=CLONES,
    ),
    Claim(
        says="Long after t_S nothing is left but chance (t = 3; share that keeps its class).",
        measure=partial(turned, t=3.0, what="same"),
        expect=AtMost(0.68),
        within=ROOM,
        control=partial(turned, t=0.8, what="same"),
        source=CLONES,
    ),
)
