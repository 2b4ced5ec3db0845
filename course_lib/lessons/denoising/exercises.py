"""What lesson 04 asks for: two denoisers, and one step of the way back."""

import numpy as np

from course_lib.kernels.denoising import best_guess, filters, reversal
from course_lib.learn import Exercise
from course_lib.lessons.denoising import slips
from course_lib.lessons.denoising.slips import filtered, gain, growth, guessed, one, right_drift, stepped, variance

find_tweedie = Exercise(
    ask="Write tweedie_ou(x_t, s, t): the mean of the clean x, given x_t = e^-t x + sqrt(1 - e^-2t) z, from the score "
    "s at x_t. Points and scores are arrays of the same shape, one point in each row.",
    answer=best_guess.tweedie_ou,
    cases=slips.seen_at_times,
    hints=(
        "x_t is e^-t x with noise of which standard deviation? Tweedie's formula holds for the mean of e^-t x.",
        "E[e^-t x | x_t] = x_t + (variance of the noise) times s. Then solve for E[x | x_t].",
    ),
    slips={
        "The sign of the score: it points to where noisy data are frequent, and that is where you go.": guessed(
            growth, lambda t: -variance(t)
        ),
        "This is the formula for y = x + sigma z. Here the data were shrunk as well: what you have is the mean of e^-t "
        "x.": guessed(one, variance),
        "This is the formula for y = x + sigma z, with the noise level of e^t x_t. But x_t is not e^t x_t, nor is its "
        "score.": guessed(one, lambda t: np.expm1(2 * t)),
        "The standard deviation stands where the variance should: sigma for sigma squared.": guessed(
            growth, lambda t: np.sqrt(variance(t))
        ),
        "The variance e^2t - 1 belongs to e^t x_t, whose score is e^-t times this one: mixing the two formulas puts "
        "e^t in twice.": (lambda x_t, s, t: np.exp(t) * x_t + np.expm1(2 * t) * s),
        "You shrink once more: the data were shrunk by e^-t, and have to grow again.": guessed(
            lambda t: np.exp(-t), variance
        ),
        "Only x_t has grown by e^t: the step along the score is in the shrunken units too.": (
            lambda x_t, s, t: np.exp(t) * x_t + variance(t) * s
        ),
        "The variance of the noise is what is missing from e^-2t to 1, not e^-2t.": guessed(
            growth, lambda t: np.exp(-2 * t)
        ),
        "The variance of the noise is 1 - e^-2t: the factor e^-t of the data enters squared.": guessed(
            growth, lambda t: 1 - np.exp(-t)
        ),
        "Where is the noise's variance? The score alone has the unit of one over a length.": guessed(growth, one),
        "The score does not enter: then every x_t would be its own best guess.": guessed(growth, lambda t: 0.0),
    },
)

find_wiener = Exercise(
    ask="Write wiener(y, mu, C, sigma): the mean of x given y = x + sigma z, for Gaussian data of mean mu (d,) and "
    "covariance C (d, d). y holds one point in each row, (n, d), and so does what you return.",
    answer=filters.wiener,
    cases=slips.gaussian_data,
    hints=(
        "In one dimension and without a mean: x = C y / (C + sigma^2). What are the limits of no noise and of much?",
        "The matrix is C (C + sigma^2 I)^-1. It acts on y - mu; y has its points in rows, so think of a transpose.",
    ),
    slips={
        "sigma is a standard deviation: what is added to the covariance is its square.": filtered(
            lambda C, sigma, one: np.linalg.solve(C + sigma * one, C)
        ),
        "sigma^2 was added to every entry of C. Noise of different coordinates is independent: add it to the diagonal "
        "only, sigma**2 * np.eye(d).": filtered(lambda C, sigma, one: np.linalg.solve(C + sigma**2, C)),
        "Noise of different coordinates is independent: its covariance is sigma**2 * np.eye(d). Python adds a plain "
        "sigma**2 to every entry of C.": filtered(lambda C, sigma, one: C @ np.linalg.inv(C + sigma**2)),
        "The inverse of the wrong matrix: this makes the noise larger. Without noise nothing should happen, and with "
        "much noise the mean should come out.": filtered(lambda C, sigma, one: np.linalg.solve(C, C + sigma**2 * one)),
        "That is the share of the noise. What is wanted is what remains when it is taken away.": filtered(
            lambda C, sigma, one: sigma**2 * np.linalg.inv(C + sigma**2 * one)
        ),
        "The mean: only what differs from mu is shrunk.": filtered(gain, centred=False, put_back=False),
        "Take the mean away before the matrix acts; you only added it afterwards.": filtered(gain, centred=False),
        "Put the mean back: this is what differs from it.": filtered(gain, put_back=False),
        "That divides entry by entry. What is needed is the inverse of a matrix.": filtered(
            lambda C, sigma, one: C / (C + sigma**2 * one)
        ),
        "Directions are not the coordinates: C has entries beside its diagonal.": filtered(
            lambda C, sigma, one: np.diag(np.diag(C) / (np.diag(C) + sigma**2))
        ),
        "The inverse alone: the covariance C in front of it is missing.": filtered(
            lambda C, sigma, one: np.linalg.inv(C + sigma**2 * one)
        ),
    },
)

find_step = Exercise(
    ask="Write reverse_step(y, s, h, alpha, z): one step of Euler's method, of length h, for dy = [y + (1 + alpha) "
    "grad ln q] dt + sqrt(2 alpha) dW. s is the score grad ln q at y, z a standard normal of the same shape.",
    answer=reversal.reverse_step,
    cases=slips.steps,
    hints=(
        "A drift moves y by its value times h. How far does a Brownian motion go in the time h?",
        "dW in a step h is sqrt(h) z: variances add up, not distances.",
    ),
    slips={
        "The linear drift is still that of the forward process. Backwards the data grow again: +y.": stepped(
            lambda y, s, alpha: -y + (1 + alpha) * s
        ),
        "The sign of the score's term, as it stood in the notes of the talk: this drives the points away from the "
        "data, ever faster.": stepped(lambda y, s, alpha: y - (1 + alpha) * s),
        "The whole drift has the sign of a step forward.": stepped(lambda y, s, alpha: -y - (1 + alpha) * s),
        "The score once is right for alpha = 0. The noise alpha costs alpha scores more.": stepped(
            lambda y, s, alpha: y + s
        ),
        "The score twice is right for alpha = 1 only.": stepped(lambda y, s, alpha: y + 2 * s),
        "The factor 1 + alpha belongs to the score only, not to y.": stepped(lambda y, s, alpha: (1 + alpha) * (y + s)),
        "alpha in front of the score, where 1 + alpha should be: without noise nothing would draw you to the data.": (
            stepped(lambda y, s, alpha: y + alpha * s)
        ),
        "Noise grows as the root of time: sqrt(h), not h.": stepped(
            right_drift, lambda h, alpha: np.sqrt(2 * alpha) * h
        ),
        "The noise of a step must get smaller with the step: where is h?": stepped(
            right_drift, lambda h, alpha: np.sqrt(2 * alpha)
        ),
        "2 alpha h is the variance of the kick; z has to be multiplied by its root.": stepped(
            right_drift, lambda h, alpha: 2 * alpha * h
        ),
        "A factor of root two in the noise: sqrt(2 alpha), not sqrt(alpha).": stepped(
            right_drift, lambda h, alpha: np.sqrt(alpha * h)
        ),
        "The noise is that of alpha = 1, whatever alpha is.": stepped(right_drift, lambda h, alpha: np.sqrt(2 * h)),
        "alpha stands outside of the root: the variance of the noise is 2 alpha h.": stepped(
            right_drift, lambda h, alpha: alpha * np.sqrt(2 * h)
        ),
        "The noise is left out. It is zero for alpha = 0 only.": stepped(right_drift, lambda h, alpha: 0.0),
        "The root covers all of 2 alpha h, not only h.": stepped(right_drift, lambda h, alpha: 2 * alpha * np.sqrt(h)),
        "That is the step for alpha = 1. Others need another score and another noise.": stepped(
            lambda y, s, alpha: y + 2 * s, lambda h, alpha: np.sqrt(2 * h)
        ),
        "The drift moves y by its value times the length of the step, h.": (
            lambda y, s, h, alpha, z: y + right_drift(y, s, alpha) + np.sqrt(2 * alpha * h) * z
        ),
        "That is the change. Add it to y.": (
            lambda y, s, h, alpha, z: h * right_drift(y, s, alpha) + np.sqrt(2 * alpha * h) * z
        ),
    },
)
