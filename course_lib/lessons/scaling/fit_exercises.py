"""What lesson 03 asks for: two functions about fits."""

import numpy as np

from course_lib.kernels import scaling
from course_lib.learn import Exercise
from course_lib.lessons.scaling import fit_slips as slips

find_objective = Exercise(
    ask="Write summed_huber(theta, log_N, log_D, log_L, delta) for theta = (ln A, ln B, ln E, alpha, beta): the sum "
    "over runs of Huber's penalty of r = ln L(N, D) - ln L, which is r^2/2 up to |r| = delta and goes on as a straight "
    "line with the same slope. It must not overflow far from the minimum.",
    answer=scaling.summed_huber,
    cases=slips.logarithms,
    hints=(
        "The law's three terms are exp(a - alpha ln N), exp(b - beta ln D) and exp(e). np.logaddexp(x, y) is ln(exp(x) "
        "+ exp(y)) without the exponentials.",
        "Beyond delta the line has slope delta and meets the parabola: delta * (|r| - delta/2). np.where chooses.",
    ),
    slips={
        "That is the mean over runs. Its minimum is at the same place, but an optimiser with a fixed tolerance stops "
        "earlier on it: the sum, please.": slips.objective(slips.huber, np.mean),
        "Far from the minimum the exponentials overflow: take the logarithm of the sum without forming them.": (
            slips.objective(slips.huber, residual=slips.overflowing)
        ),
        "Those are decimal logarithms. The data are natural ones, and delta is measured in them.": slips.objective(
            slips.huber, residual=slips.decimal
        ),
        "That is the squared loss: an outlier counts with its square. Beyond delta the penalty goes on as a line.": (
            slips.objective(lambda r, delta: r**2 / 2)
        ),
        "That is the absolute loss: below delta the penalty is a parabola.": slips.objective(
            lambda r, delta: delta * np.abs(r)
        ),
        "At |r| = delta your penalty jumps: the line has to meet the parabola there.": slips.objective(
            lambda r, delta: np.where(np.abs(r) <= delta, r**2 / 2, delta * np.abs(r))
        ),
        "The parabola lacks its factor one half: its slope at delta should be delta.": slips.objective(
            lambda r, delta: np.where(np.abs(r) <= delta, r**2, delta * (np.abs(r) - delta / 2))
        ),
        "Those are differences of losses. The residual is a difference of their logarithms.": slips.objective(
            slips.huber, residual=slips.of_losses
        ),
        "Both halves are forgotten: the parabola is r^2/2, and the line delta (|r| - delta/2).": slips.objective(
            lambda r, delta: 2 * slips.huber(r, delta)
        ),
        "The line beyond delta has slope delta, so that it goes on as the parabola ends: yours has slope one.": (
            slips.objective(lambda r, delta: np.where(np.abs(r) <= delta, r**2 / 2, np.abs(r) - delta / 2))
        ),
        "Negative residuals count as well: compare |r| with delta, not r.": slips.objective(
            lambda r, delta: np.where(r <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2))
        ),
        "Larger models have a smaller loss: the exponents enter with a minus sign.": slips.objective(
            slips.huber, residual=slips.rising
        ),
        "The floor E is missing from the law.": slips.objective(slips.huber, residual=slips.floor_forgotten),
        "The third parameter is ln E; you take it for the logarithm of itself.": slips.objective(
            slips.huber, residual=slips.floor_as_it_is
        ),
    },
)

find_error = Exercise(
    ask="Write exponent_error(N, D, L, picks): the standard error of a = beta/(alpha + beta) by the bootstrap. Each "
    "row of picks names the runs of one resample: fit the law to each resample, scaling.fit_law(scaling.Runs(N, D, "
    "L)).law, and return the standard deviation (ddof=1) of a over the resamples.",
    answer=scaling.exponent_error,
    cases=slips.tables,
    hints=(
        "One resample is N[row], D[row], L[row]: a run is drawn with all that belongs to it.",
        "Compute a for each fitted law first, and take the spread of a; not the spreads of alpha and beta.",
    ),
    slips={
        "You went along the wrong axis of picks: each row is a resample, each column is nothing.": slips.by_columns,
        "alpha and beta of one resample belong together: their errors are correlated, and you added them as if they "
        "were not. Compute a for each resample, then its spread.": slips.independent,
        "A run is drawn as a whole: you left its loss behind.": slips.losses_left_behind,
        "That is the error of the mean over resamples, and it falls the more of them you take. The spread itself is "
        "the error of a.": slips.of_the_mean,
        "Divide by the number of resamples less one (ddof=1).": slips.spread(slips.best_size, ddof=0),
        "That is the variance. The error is its square root.": lambda *case: scaling.exponent_error(*case) ** 2,
        "That is half of a 95 % interval. One standard deviation is asked for.": (
            lambda *case: 1.96 * scaling.exponent_error(*case)
        ),
        "That is the error of beta.": slips.spread(lambda alpha, beta: beta),
        "That is the error of alpha.": slips.spread(lambda alpha, beta: alpha),
        "That is the error of the ratio beta/alpha.": slips.spread(lambda alpha, beta: beta / alpha),
    },
)
