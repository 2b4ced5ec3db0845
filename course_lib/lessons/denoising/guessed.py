"""The answers to the two predictions: the best guess at a bit, and what a perfect denoiser of a training set makes."""

from functools import cache

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.denoising import empirical, reversal
from course_lib.shared.digits import centred_digits

Y = np.linspace(-3, 3, 121)
SEEN = 1.0
IMAGES, MADE, STEPS = 1000, 100, 150
COPY = 0.1  # so near in each pixel, of which paper and ink are 2 apart, is a copy


def bit_curve(guess: float | None) -> Figure:
    """The best guess at a bit, tanh y, beside the sign and y itself; and the reader's."""
    told = "" if guess is None else f" You guessed {guess:.2f}."
    return draw.figure(
        draw.curve(Y, np.tanh(Y), "best guess, tanh y"),
        draw.curve(Y, np.sign(Y), "the likelier bit", style=1),
        draw.curve(Y, Y, "y itself", style=5),
        draw.points([SEEN], [np.tanh(SEEN)], style=0),
        draw.points([SEEN] if guess is not None else [], [guess] if guess is not None else [], "your guess", style=4),
        x="seen value y",
        y="guess at x",
        y_range=(-1.6, 1.6),
        title=f"Seen 1, the best guess is {np.tanh(SEEN):.2f}.{told}",
        alt=f"Three curves against y. The best guess is tanh y: {np.tanh(SEEN):.3f} at y = 1, between 0, which one "
        f"would say without looking, and 1, the likelier bit. Its squared error there is {1 - np.tanh(SEEN) ** 2:.3f} "
        f"on average.{told}",
        height=400,
    )


@cache
def distances() -> tuple[np.ndarray, np.ndarray]:
    """How far digits made with the score of 1000 others are from the nearest of these; and how far new ones are."""
    rng = np.random.default_rng(0)
    x = rng.permutation(centred_digits()).astype(float)
    training, new = x[:IMAGES], x[IMAGES : IMAGES + MADE]
    return to_nearest(made_from(training, MADE, rng), training), to_nearest(new, training)


def made_from(x: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points that the reverse process makes of noise with the score of the training points x, alpha = 1."""
    y = rng.standard_normal((count, x.shape[1]))
    y = reversal.brought_back(y, reversal.times(4.0, 1e-4, STEPS), empirical.score_function(x), 1.0, rng=rng)
    return y


def to_nearest(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Distance of each row from the nearest row of x, root mean square over pixels."""
    squares = (y**2).sum(axis=1)[:, None] - 2 * y @ x.T + (x**2).sum(axis=1)
    return np.sqrt(np.maximum(squares.min(axis=1), 0.0) / x.shape[1])


def copies(guess: float | None) -> Figure:
    """How far made digits and real new ones are from the nearest training digit."""
    told = "" if guess is None else f" You guessed {guess:.0f} %."
    of_made, of_new = distances()
    edges = np.linspace(0.0, 0.6, 31)
    middles = (edges[1:] + edges[:-1]) / 2
    share = 100 * (of_made < COPY).mean()
    return draw.figure(
        draw.bars(middles, np.histogram(of_made, edges)[0], f"{MADE} made of noise"),
        draw.bars(middles, np.histogram(of_new, edges)[0], f"{MADE} real ones, not seen before", style=1),
        draw.line_at(x=COPY, text="a copy, up to here"),
        x="distance from the nearest training digit (rms of a pixel; paper and ink are 2 apart)",
        y="digits",
        title=f"Copies: {share:.0f} % of the made digits.{told}",
        alt=f"Two histograms of the distance from the nearest of {IMAGES} training digits. {share:.0f} % of the made "
        f"ones are within {COPY}, the farthest at {of_made.max():.3f}; of real new digits {(of_new < COPY).sum()}, the "
        f"nearest at {of_new.min():.3f}.{told}",
        height=400,
    )
