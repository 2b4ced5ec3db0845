"""The answers to the two predictions: how a model should grow, and how well a weight of the law is known."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import scaling

C = np.geomspace(1e21, 1e25, 9)
GROWTHS = {
    "Kaplan et al. (2020): C<sup>0.73</sup>": 0.73,
    "Hoffmann et al. (2022): C<sup>0.50</sup>": 0.50,
    "their fit of a law: C<sup>0.46</sup>": 0.46,
}


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
        alt=f"Three straight lines on logarithmic axes. With a tenfold budget the model grows {factors[0]} times after "
        f"Kaplan, {factors[1]} times by Hoffmann's first reading, {factors[2]} times by their fit of a law. After four "
        f"decades they are a factor {10 ** (4 * (0.73 - 0.5)):.0f} apart.{told}",
        height=420,
    )


def weight_cloud(guess: float | None) -> Figure:
    """A and alpha of 400 fits to resamples of one set of runs, with the interval of A; and the profile of alpha."""
    rng = np.random.default_rng(0)
    runs = scaling.chinchilla_layout(scaling.BESIROGLU, rng=rng)
    laws = scaling.bootstrap(runs, 400, rng=rng)
    low, high = scaling.interval(laws.A)
    losses = scaling.loss(1e9, 2e10, laws)
    known = np.ptp(scaling.interval(losses)) / losses.mean()
    told = "" if guess is None else f" You guessed {guess:.1f}."
    rise, ends = profile_of(runs, laws)
    return draw.panels(
        draw.figure(
            draw.points(laws.alpha, laws.A, "fits to resamples"),
            draw.points([scaling.BESIROGLU.alpha], [scaling.BESIROGLU.A], "the truth", style=1),
            draw.line_at(y=low, text="95 %: from here"),
            draw.line_at(y=high, text="to here"),
            draw.guess_line(y=None if guess is None else low * guess, text="to here, you guessed"),
            x="exponent α",
            y="weight A",
            log="y",
            y_range=(0.85 * laws.A.min(), 1.15 * max(laws.A.max(), low * (guess or 0.0))),
            title=f"A from {low:.0f} to {high:.0f}: a factor {high / low:.1f}.{told}",
            alt="cloud",
            height=420,
        ),
        rise,
        alt=f"400 fits lie along a thin rising line: alpha from {laws.alpha.min():.3f} to {laws.alpha.max():.3f}, A "
        f"from {laws.A.min():.0f} to {laws.A.max():.0f}; 95 % of A lie from {low:.0f} to {high:.0f}, a factor "
        f"{high / low:.2f}. The loss at a billion parameters differs by {known:.2%} between them. {ends}{told}",
    )


def profile_of(runs: scaling.Runs, laws: scaling.Law) -> tuple[Figure, str]:
    """How the objective rises when alpha is held, and the interval that it leaves beside that of the bootstrap."""
    fit, (low, high) = scaling.fit_law(runs), scaling.interval(laws.alpha)
    alpha = np.linspace(low - 0.01, high + 0.01, 61)
    rise, most = scaling.profile(runs, "alpha", alpha) - fit.objective, scaling.profile_rise(runs, fit.law)
    inside = alpha[rise <= most]
    words = f"The profile stays below its 95 % level from alpha = {inside[0]:.3f} to {inside[-1]:.3f}; 95 % of the "
    words += f"resamples lie from {low:.3f} to {high:.3f}."
    figure = draw.figure(
        draw.curve(alpha, 1e6 * rise, "others free"),
        draw.line_at(y=1e6 * most, text="95 %"),
        draw.points([low, high], [1e6 * most, 1e6 * most], "bootstrap", style=1),
        x="exponent α, held",
        y="rise of the objective (10⁻⁶)",
        title="The profile of α",
        alt="profile",
        height=420,
    )
    return figure, words
