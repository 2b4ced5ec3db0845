"""What lesson 05 asks for: when all skills are there, and after how many steps on average."""

import numpy as np

from course_lib.kernels.emergence import clocks
from course_lib.learn import Exercise
from course_lib.lessons.emergence import slips
from course_lib.lessons.emergence.slips import harmonic, mean_of, reached, right_time

find_t_star = Exercise(
    ask="Write time_to_reach(P_star, p, n): the time t*, in steps and not rounded, at which all of n skills are there "
    "with chance P*, if each is learnt with chance p in every step.",
    answer=clocks.time_to_reach,
    cases=slips.levels_and_skills,
    hints=(
        "What chance must one skill have, so that n of them together have P*?",
        "One skill is still missing after t steps with chance (1 - p)^t. Take the logarithm.",
    ),
    slips={
        "You raise P* to the power n. The chance of one skill to the power n is P*: the way back is a root.": reached(
            lambda P_star, n: P_star**n
        ),
        "You divide P* by n. Chances of independent skills are multiplied, and so is what is asked of each.": reached(
            lambda P_star, n: P_star / n
        ),
        "Two bases: the decimal logarithm above, the natural one below.": reached(above=np.log10),
        "Two bases: the natural logarithm above, the decimal one below.": reached(below=lambda p: np.log10(1 - p)),
        "p stands in the place of -ln(1 - p). They are alike where p is small, and only there.": reached(
            below=lambda p: -p
        ),
        "p stands in the place of ln(1 - p), with the wrong sign too: this time is negative.": reached(
            below=lambda p: p
        ),
        "ln p: what shrinks in every step is the chance that a skill is still missing, by the factor 1 - p.": reached(
            below=np.log
        ),
        "That is the time of one skill: n does not enter.": reached(lambda P_star, n: P_star),
        "That is the time of one skill, n times over: these skills are learnt side by side, not in a row.": (
            lambda P_star, p, n: n * np.log(1 - P_star) / np.log(1 - p)
        ),
        "(1 - p)^(n t) is the chance that no skill at all is there: this is when the first one comes.": (
            lambda P_star, p, n: np.log(1 - P_star) / (n * np.log(1 - p))
        ),
        "P*^(1/n) is the chance that a skill is there, (1 - p)^t that it is still missing: one minus the other.": (
            lambda P_star, p, n: np.log(P_star ** (1 / n)) / np.log(1 - p)
        ),
        "You round up to a whole step, as the paper does. Asked for is the time itself.": (
            lambda P_star, p, n: np.ceil(right_time(P_star, p, n))
        ),
        "That is the limit of very many skills, Gumbel's law. For few it is not yet right.": (
            lambda P_star, p, n: -(np.log(n) - np.log(-np.log(P_star))) / np.log(1 - p)
        ),
        "P* does not enter: that is the median.": lambda P_star, p, n: right_time(0.5, p, n),
    },
)

find_mean_time = Exercise(
    ask="Write smooth_mean_time(p, n): after how many steps, on average, is the last of n skills there? Without ticks, "
    "a skill is a clock of rate λ = -ln(1 - p); rounding up to whole steps adds half a step on average.",
    answer=clocks.smooth_mean_time,
    cases=slips.skills,
    hints=(
        "While k skills are missing, k clocks run. How long is it, on average, until the first of them stops?",
        "First n clocks run, then n - 1, and in the end one: the waits are 1/(n λ), 1/((n - 1) λ), ..., 1/λ.",
        "Their sum is H_n/λ with H_n = 1 + 1/2 + ... + 1/n. Then the half step.",
    ),
    slips={
        "That is a chain: each skill waits for the one before. Here all coins are flipped side by side.": (
            lambda p, n: n / p
        ),
        "n/λ is a sum of n equal waits, a chain. Side by side, while many are missing one comes soon.": mean_of(
            lambda n: n, more=0.0
        ),
        "n/λ is a chain, half a step or not. Side by side, while many are missing one comes soon.": mean_of(
            lambda n: n
        ),
        "That is the coupon collector, who draws one coupon a step. Here all n coins are thrown in every step.": (
            lambda p, n: n * harmonic(n) / p
        ),
        "1/(n λ) is the wait for the first of n. Asked for is the last.": mean_of(lambda n: 1 / n, more=0.0),
        "1/(n λ) is the wait for the first of n, here with the half step. Asked for is the last.": mean_of(
            lambda n: 1 / n
        ),
        "The waits are right, and their rate is not: -ln(1 - p) is a little more than p.": mean_of(
            harmonic, rate=lambda p: p
        ),
        "The rate is p where -ln(1 - p) should be, and the half step is missing.": mean_of(
            harmonic, rate=lambda p: p, more=0.0
        ),
        "The half step is missing: time goes in whole steps, and a clock that stops within one is seen at its end.": (
            mean_of(harmonic, more=0.0)
        ),
        "Rounding up adds half a step on average, not a whole one.": mean_of(harmonic, more=1.0),
        "ln n is H_n without Euler's constant, and that is not small.": mean_of(np.log),
        "ln n and Euler's constant are the limit of H_n for many skills. Here the sum itself is wanted.": mean_of(
            lambda n: np.log(n) + np.euler_gamma
        ),
        "That is the median. Late times are far away, so the mean is later.": lambda p, n: right_time(0.5, p, n),
        "One wait is missing: range(1, n) ends before n.": mean_of(lambda n: harmonic(n - 1)),
        "The logarithm of the rate is the natural one.": mean_of(harmonic, rate=lambda p: -np.log10(1 - p)),
    },
)
