"""What lesson 04 asks for: the score of a training set, and how far back a measurement reaches."""

import numpy as np

from course_lib.kernels.denoising import empirical, tilt
from course_lib.learn import Exercise
from course_lib.lessons.denoising import slips
from course_lib.lessons.denoising.slips import from_eigenvalue, half_log, not_lifted, weighed

find_score = Exercise(
    ask="Write empirical_score(y, x, t): the score of x_t = e^-t x + sqrt(1 - e^-2t) z at each row of y (m, d), where "
    "x is one of the n training points, the rows of x (n, d), each as likely as the others. It should work at t = "
    "0.0001 too.",
    answer=empirical.empirical_score,
    cases=slips.training_sets,
    hints=(
        "p_t is a mixture of n Gaussians at e^-t x_i with variance v = 1 - e^-2t. Its score is the weighted mean of "
        "(e^-t x_i - y)/v; what are the weights?",
        "Squared distances: ((y[:, None] - centres) ** 2).sum(axis=2), an array (m, n). A weight is exp(-square/2v) "
        "over the sum in its row.",
        "Take the largest exponent of each row away before np.exp: no ratio changes, and one exponential is 1.",
    ),
    slips={
        "Early on every exponential is zero, and 0/0 is no number. Take the largest exponent of each row out before "
        "np.exp: it cancels.": weighed(lift=not_lifted),
        "The weights do not sum to one in each row.": weighed(share=lambda r: r),
        "Divide the weights by their sum: as they stand they are densities, not chances.": weighed(
            share=lambda r: r, lift=not_lifted
        ),
        "You divided by the number of points. The weights have to sum to one: divide by their sum.": (
            weighed(share=lambda r: r / r.shape[1], lift=not_lifted)
        ),
        "The weights sum to one over everything. They have to do so for each y.": weighed(
            share=lambda r: r / r.sum(), lift=lambda log_r: log_r.max()
        ),
        "The exponent holds the squared distance.": weighed(lambda square, v: -np.sqrt(square) / (2 * v)),
        "The exponent of a Gaussian is the squared distance over twice the variance: the 2 is missing.": weighed(
            lambda square, v: -square / v
        ),
        "The variance of the noise is 1 - e^-2t. You put in its root, the standard deviation.": weighed(
            noise=lambda t: np.sqrt(1 - np.exp(-2 * t))
        ),
        "The training points have shrunk as well: at time t they stand at e^-t x.": weighed(shrink=lambda t: 1.0),
        "That is the best guess of e^-t x. The score is its distance from y, over the variance of the noise.": weighed(
            slope=lambda mean, y, v: mean
        ),
        "In the weights your training points have shrunk, in their mean they have not: both take e^-t x.": (
            weighed(mean_of=lambda x, centres: x)
        ),
        "e^2t - 1 is the variance of the noise in e^t x_t. That in x_t is 1 - e^-2t.": weighed(
            noise=lambda t: np.expm1(2 * t)
        ),
        "Divide by the variance of the noise: a score is one over a length.": weighed(
            slope=lambda mean, y, v: mean - y
        ),
        "The sign: the score points from y to the training points.": weighed(slope=lambda mean, y, v: (y - mean) / v),
        "All training points weigh the same in your mean. The near ones are likelier to have become y.": weighed(
            lambda square, v: 0 * square
        ),
        "Only the nearest training point counts in yours. Others may have become y as well.": weighed(
            lambda square, v: np.where(square == square.min(axis=1, keepdims=True), 0.0, -np.inf)
        ),
        "The farthest points weigh most: the exponent is negative.": weighed(lambda square, v: square / (2 * v)),
    },
)

find_limit = Exercise(
    ask="Write tilt_limit(Q): the latest time from which the prior's own reverse process, alpha = 1, can reach the "
    "posterior, for a measurement that tilts the prior by exp(-x.Q x/2 + b.x). Q is symmetric (d, d), with positive "
    "eigenvalues.",
    answer=tilt.tilt_limit,
    cases=slips.tilts,
    hints=(
        "In one dimension: a tilt at t, however narrow, has at least the width sqrt(e^2t - 1) at 0. The wanted one has "
        "the width 1/sqrt(Q).",
        "e^2T - 1 = 1/Q. In several dimensions every direction has to be reached: which one is the narrowest?",
    ),
    slips={
        "The narrowest tilt decides, which is the best-measured direction: the largest eigenvalue, not the smallest.": (
            from_eigenvalue(0, half_log)
        ),
        "The half is missing: e^2T, not e^T, is what grows.": from_eigenvalue(-1, lambda x: np.log(1 + 1 / x)),
        "The better the measurement, the shorter the time: the eigenvalue stands upside down.": from_eigenvalue(
            -1, lambda x: np.log(1 + x) / 2
        ),
        "For a good measurement, lambda above 1, this time is negative: 1 + 1/lambda, not 1/lambda.": from_eigenvalue(
            -1, lambda x: np.log(1 / x) / 2
        ),
        "e^2T - 1 is the square of a width: 1/lambda, not its root.": from_eigenvalue(
            -1, lambda x: np.log(1 + 1 / np.sqrt(x)) / 2
        ),
        "That is e^T. Take the logarithm.": from_eigenvalue(-1, lambda x: np.sqrt(1 + 1 / x)),
        "That is e^2T. Take the logarithm, and half of it.": from_eigenvalue(-1, lambda x: 1 + 1 / x),
        "Natural logarithms, please.": from_eigenvalue(-1, lambda x: np.log10(1 + 1 / x) / 2),
        "The largest entry of Q depends on the axes. The direction that is measured best need not be one of them.": (
            lambda Q: half_log(Q.max())
        ),
        "The trace adds up all directions. One of them decides.": lambda Q: half_log(np.trace(Q)),
        "The determinant multiplies all directions. One of them decides.": lambda Q: half_log(np.linalg.det(Q)),
        "np.linalg.norm of a matrix adds up the squares of all entries. What is wanted is its largest eigenvalue.": (
            lambda Q: half_log(np.linalg.norm(Q))
        ),
        "np.linalg.eig lists eigenvalues in no order: the first one need not be the largest.": (
            lambda Q: half_log(np.linalg.eig(Q)[0][0])
        ),
        "Q has one eigenvalue for each direction, and T* is one number: which of them decides?": (
            lambda Q: half_log(np.linalg.eigvalsh(Q))
        ),
    },
)
