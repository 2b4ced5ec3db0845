"""Claims about the coin-flip model: its time, its mean, and on which axis more skills make a sharper curve."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.emergence import clocks, variations
from course_lib.learn import AtLeast, Bias, Claim, Errors
from course_lib.lessons.emergence.curves import ALL, AXES, learning_curve, shape_of, width_and_slope

from .tools import AS_IT_IS, ROUNDED, Measurement, P, all_of, farthest, least_step, mean_time, share_by

OKAWA = "Okawa et al., arXiv:2310.09336 (2023), section 4"
EISENBERG = "Eisenberg, Stat. Probab. Lett. 78, 135 (2008)"
TALK = "the talk says 'sharper' without an axis"
COUNTS = (1, 2, 4, 8, 16)
UNITS = (1 / clocks.rate(P), clocks.rate(P)), (1.0, 1.0), (1.0, np.log(10))  # of width and slope, by axis
CURVE_IN_POINTS = Bias(2e-3, "three decimals, and slopes by differences along 2001 points")


def missed(rng: np.random.Generator, time: Callable) -> Measurement:
    """How far (1 - (1 - p)^t)^n is from P* at the time that a formula gives: the worst of many n, p and P*."""
    return max(
        abs((-np.expm1(time(P_star, p, n) * np.log1p(-p))) ** n - P_star)
        for n in (1, 2, 8, 1000)
        for p in (1e-6, 0.02, 0.5)
        for P_star in (0.1, 0.5, 0.99)
    ), 0.0


def sharpness(axis: int, which: int) -> list[float]:
    """Width (0) or steepest slope (1) of the curves of 1, 2, 4, 8, 16 skills on one axis, read from the curves."""
    shapes = [shape_of(learning_curve(P, n, 0.0, ALL), 0.5) for n in COUNTS]
    return [width_and_slope(shape, AXES[axis])[which] / UNITS[axis][which] for shape in shapes]


def table(rng: np.random.Generator, axis: int, which: int, stated: tuple[float, ...]) -> Measurement:
    return farthest(sharpness(axis, which), stated)


def sharpens(rng: np.random.Generator, axis: int, sign: float = 1.0) -> Measurement:
    """The least by which, from one number of skills to the next, widths fall and slopes grow (or the reverse)."""
    return min(least_step(-sign * np.array(sharpness(axis, 0))), least_step(sign * np.array(sharpness(axis, 1))))


def from_limit(rng: np.random.Generator, n: int) -> Measurement:
    """n times the largest distance of P from Gumbel's law."""
    t = np.linspace(1, 12 + np.log(n), 20_001) / clocks.rate(P)
    return n * np.abs(clocks.all_learnt(t, P, n) - clocks.gumbel(t, P, n)).max(), 0.0


def median_from_limit(rng: np.random.Generator, n: int, shift: float) -> Measurement:
    """lam times the median, less ln n and a number."""
    by_bracketing = variations.time_when(lambda t: clocks.all_learnt(t, P, n), 0.5)
    return clocks.rate(P) * by_bracketing - np.log(n) - shift, 0.0


claims = (
    Claim(
        says="t* = ln(1 - P*^(1/n))/ln(1 - p) is where P(t*) = P* (worst miss, n to 1000, p from 1e-6 to 0.5).",
        measure=partial(missed, time=clocks.time_to_reach),
        expect=0.0,
        within=Bias(1e-9, "rounding"),
        control=partial(missed, time=lambda P_star, p, n: np.log(1 - P_star ** (1 / n)) / -p),
        source=f"{OKAWA}; control: p in the place of -ln(1 - p)",
    ),
    Claim(
        says="After 124 steps half of 20,000 drawn runs have all of eight skills (p = 0.02).",
        measure=partial(share_by, drawn=all_of(8), t=124),
        expect=float(clocks.all_learnt(124, P, 8)),
        within=Errors(5),
        control=partial(share_by, drawn=all_of(7), t=124),
        source=f"{OKAWA}; control: seven skills",
    ),
    Claim(
        says="The last of eight skills takes H_8/λ + 1/2 = 135.03 steps on average (p = 0.02).",
        measure=partial(mean_time, drawn=all_of(8)),
        expect=clocks.smooth_mean_time(P, 8),
        within=Errors(5),
        control=partial(mean_time, drawn=all_of(9)),
        source=f"{EISENBERG}; control: nine skills",
    ),
    Claim(
        says="A thousand skills take 371 steps on average, and not a thousand times the 50 of one.",
        measure=partial(mean_time, drawn=all_of(1000)),
        expect=clocks.mean_time(P, 1000),
        within=Errors(5),
        control=partial(mean_time, drawn=all_of(1100)),
        source=f"{EISENBERG}; control: 1100 skills",
    ),
    Claim(
        says="In t the width from 10 to 90 % grows: 2.197, 2.590, 2.823, 2.951, 3.017 over λ for 1, 2, 4, 8, 16 skills "
        "(worst difference).",
        measure=partial(table, axis=0, which=0, stated=(2.197, 2.590, 2.823, 2.951, 3.017)),
        expect=0.0,
        within=ROUNDED,
        control=partial(table, axis=1, which=0, stated=(2.197, 2.590, 2.823, 2.951, 3.017)),
        source="ln of ratios of 1 - P^(1/n); control: the same curves against t/t*",
    ),
    Claim(
        says="In t the steepest slope falls: 1, 0.500, 0.422, 0.393, 0.380 times λ (worst difference).",
        measure=partial(table, axis=0, which=1, stated=(1.0, 0.500, 0.422, 0.393, 0.380)),
        expect=0.0,
        within=CURVE_IN_POINTS,
        control=partial(table, axis=1, which=1, stated=(1.0, 0.500, 0.422, 0.393, 0.380)),
        source="(1 - 1/n)^(n - 1); control: the same curves against t/t*",
    ),
    Claim(
        says="In t more skills make a wider and flatter curve, at each doubling from 1 to 16 (least change).",
        measure=partial(sharpens, axis=0, sign=-1.0),
        expect=AtLeast(0.01),
        within=AS_IT_IS,
        control=partial(sharpens, axis=2, sign=-1.0),
        source=f"{TALK}; control: the logarithm of t",
    ),
    Claim(
        says="In t/t* the width falls: 3.170, 2.109, 1.536, 1.185, 0.954 for 1, 2, 4, 8, 16 skills (worst difference).",
        measure=partial(table, axis=1, which=0, stated=(3.170, 2.109, 1.536, 1.185, 0.954)),
        expect=0.0,
        within=ROUNDED,
        control=partial(table, axis=0, which=0, stated=(3.170, 2.109, 1.536, 1.185, 0.954)),
        source="the width over the median; control: the same curves against t",
    ),
    Claim(
        says="In t/t* the steepest slope first falls and then grows: 0.693, 0.614, 0.775, 0.977, 1.200 (worst "
        "difference).",
        measure=partial(table, axis=1, which=1, stated=(0.693, 0.614, 0.775, 0.977, 1.200)),
        expect=0.0,
        within=CURVE_IN_POINTS,
        control=partial(table, axis=2, which=1, stated=(0.693, 0.614, 0.775, 0.977, 1.200)),
        source="one skill rises fastest at t = 0; control: the same curves against ln t",
    ),
    Claim(
        says="In log t the width falls: 1.340, 0.893, 0.645, 0.495, 0.398 decades (worst difference).",
        measure=partial(table, axis=2, which=0, stated=(1.340, 0.893, 0.645, 0.495, 0.398)),
        expect=0.0,
        within=ROUNDED,
        control=partial(table, axis=1, which=0, stated=(1.340, 0.893, 0.645, 0.495, 0.398)),
        source="log10 of t at 90 % over t at 10 %; control: the same curves against t/t*",
    ),
    Claim(
        says="In ln t the steepest slope grows: 0.368, 0.521, 0.700, 0.902, 1.120 (worst difference).",
        measure=partial(table, axis=2, which=1, stated=(0.368, 0.521, 0.700, 0.902, 1.120)),
        expect=0.0,
        within=CURVE_IN_POINTS,
        control=partial(table, axis=0, which=1, stated=(0.368, 0.521, 0.700, 0.902, 1.120)),
        source="the maximum of t dP/dt; control: the same curves against t",
    ),
    Claim(
        says="In log t more skills make a narrower and steeper curve, at each doubling from 1 to 16 (least change).",
        measure=partial(sharpens, axis=2),
        expect=AtLeast(0.01),
        within=AS_IT_IS,
        control=partial(sharpens, axis=0),
        source=f"{TALK}; control: t itself",
    ),
    Claim(
        says="Many skills are Gumbel's law but for 0.271/n (n times the largest distance, n = 1000).",
        measure=partial(from_limit, n=1000),
        expect=2 / np.e**2,
        within=Bias(5e-4, "the next order in 1/n"),
        control=partial(from_limit, n=2),
        source="Gumbel (1935); -n ln(1 - x/n) = x + x²/2n; control: two skills",
    ),
    Claim(
        says="The median of many is (ln n + 0.3665)/λ: each further skill costs less (λ times what is left, n = 1000).",
        measure=partial(median_from_limit, n=1000, shift=0.3665),
        expect=0.0,
        within=Bias(1e-3, "ln(2)/2n, and four digits"),
        control=partial(median_from_limit, n=1000, shift=0.5772),
        source="-ln ln 2; control: Euler's constant, which belongs to the mean",
    ),
    Claim(
        says="However many skills, the width from 10 to 90 % stays below 3.085/λ (λ times it, for 1e9 skills).",
        measure=lambda rng: (clocks.width(P, 1e9) * clocks.rate(P), 0.0),
        expect=float(np.log(np.log(10) / np.log(10 / 9))),
        within=ROUNDED,
        control=lambda rng: (clocks.width(P, 16) * clocks.rate(P), 0.0),
        source="Gumbel's law, which grows from 0.1 to 0.9 in ln(ln 10/ln(10/9)); control: sixteen skills",
    ),
)
