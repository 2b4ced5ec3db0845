"""The answers to the two predictions: how a model should grow, and how well a weight of the law is known."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import scaling

C = np.geomspace(1e21, 1e25, 9)
GROWTHS = {"Kaplan et al. (2020): C^0.73": 0.73, "Hoffmann et al. (2022), approach 1: C^0.50": 0.50}
GROWTHS |= {"Hoffmann et al., approach 3: C^0.46": 0.46}


def growth_curve(guess: float | None) -> Figure:
    """How much larger the model gets with the budget: two papers, three numbers, and the guess."""
    told = "" if guess is None else f" You guessed {guess:.1f}."
    lines = [draw.curve(C, (C / C[0]) ** a, name, style=i) for i, (name, a) in enumerate(GROWTHS.items())]
    if guess is not None:
        lines.append(draw.curve(C, (C / C[0]) ** np.log10(guess), "your guess", style=4))
    factors = [f"{10**a:.1f}" for a in GROWTHS.values()]
    return draw.figure(
        *lines,
        x="budget C (FLOP)",
        y="size of the best model, over that at 10²¹ FLOP",
        log="xy",
        title=f"Tenfold budget: a model {factors[0]}, {factors[1]} or {factors[2]} times as large.{told}",
        alt=f"Three straight lines on logarithmic axes. With a tenfold budget the model grows {factors[0]} "
        f"times after Kaplan, "
        f"{factors[1]} times by Hoffmann's first approach, {factors[2]} times by the third. After four decades "
        f"they are a factor "
        f"{10 ** (4 * (0.73 - 0.5)):.0f} apart.{told}",
        height=420,
    )


def weight_cloud(guess: float | None) -> Figure:
    """A and alpha of 400 fits to resamples of one set of runs, and the interval of A."""
    rng = np.random.default_rng(0)
    laws = scaling.bootstrap(scaling.chinchilla_layout(scaling.BESIROGLU, rng=rng), 400, rng=rng)
    low, high = scaling.interval(laws.A)
    losses = scaling.loss(1e9, 2e10, laws)
    known = np.ptp(scaling.interval(losses)) / losses.mean()
    told = "" if guess is None else f" You guessed {guess:.1f}."
    guessed = None if guess is None else low * guess
    return draw.figure(
        draw.points(laws.alpha, laws.A, "fits to 400 resamples"),
        draw.points([scaling.BESIROGLU.alpha], [scaling.BESIROGLU.A], "the law behind the runs", style=1),
        draw.line_at(y=low, text="95 %: from here"),
        draw.line_at(y=high, text="to here"),
        draw.guess_line(y=guessed, text="to here, you guessed"),
        x="exponent α",
        y="weight A",
        log="y",
        title=f"A from {low:.0f} to {high:.0f}: a factor {high / low:.1f}.{told}",
        alt=f"400 fits lie along a thin rising line: alpha from {laws.alpha.min():.3f} to "
        f"{laws.alpha.max():.3f}, A from "
        f"{laws.A.min():.0f} to {laws.A.max():.0f}; 95 % of A lie from {low:.0f} to {high:.0f}, a factor "
        f"{high / low:.2f}. The loss at a "
        f"billion parameters differs by {known:.2%} between them.{told}",
        height=420,
    )
