"""The second playground: paths that run backwards from noise to data, rightly and wrongly."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from plotly.graph_objects import Figure
from scipy.stats import norm

from course_lib import draw
from course_lib.kernels.denoising import mixtures, noise, reversal
from course_lib.play import Choice, Knob, Playground

TARGET = mixtures.mixture([0.3, 0.7], [-2.0, 1.5], [0.25, 0.64])
T_LONG, T_SHORT, T_MIN = 5.0, 0.5, 1e-3
WALKERS, DRAWN, KEPT = 2000, 200, 40  # paths, how many of them are drawn, and through how many of their points
EDGES = np.linspace(-6, 6, 61)
MIDDLES = (EDGES[1:] + EDGES[:-1]) / 2
HEAT_Y = np.linspace(-5, 5, 81)
MEAN, VARIANCE = (float(np.squeeze(moment)) for moment in mixtures.moments(TARGET))
SPLIT = -0.3  # between the bumps

RIGHT = "right"
UNFLIPPED, MINUS, SINGLE, SHORT = (
    "drift not flipped",
    "minus (1+α), as in the notes",
    "score once, not 1+α",
    "T too short",
)
EXACT = reversal.mixture_score(TARGET)
SLIPS: dict[str, Callable] = {  # what in the place of the score turns the right rule into this one
    UNFLIPPED: lambda y, s, alpha: s - 2 * y / (1 + alpha),
    MINUS: lambda y, s, alpha: -s,
    SINGLE: lambda y, s, alpha: s / (1 + alpha),
}


def rule_score(rule: str, alpha: float) -> reversal.Score:
    """The score with which `reverse` follows this rule."""
    slip = SLIPS.get(rule)
    return (lambda y, t: slip(y, EXACT(y, t), alpha)) if slip else EXACT


def walk(alpha: float, steps: int, rule: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The times, and where each path is at each of them (steps + 1, walkers)."""
    rng = np.random.default_rng(seed)
    times = reversal.times(T_SHORT if rule == SHORT else T_LONG, T_MIN, steps)
    y = rng.standard_normal((WALKERS, 1))
    return times, np.hstack(list(reversal.reverse(y, times, rule_score(rule, alpha), alpha, rng=rng))).T


@lru_cache(maxsize=8)
def heat(T: float) -> tuple[np.ndarray, np.ndarray]:
    """sqrt(t) from T down to the end, and the density of x_t at each."""
    roots = np.linspace(np.sqrt(T), np.sqrt(T_MIN), 60)
    columns = [np.exp(mixtures.log_density(HEAT_Y[:, None], noise.at_time(TARGET, root**2))) for root in roots]
    return roots, np.array(columns).T


def cumulative(y: np.ndarray) -> np.ndarray:
    """The cumulative distribution of the data."""
    return sum(w * norm.cdf(y, m, v**0.5) for w, m, v in zip(TARGET.w, TARGET.mu[:, 0], TARGET.S[:, 0, 0]))


def distance(y: np.ndarray) -> float:
    """Kolmogorov and Smirnov's: the largest difference of the two cumulative distributions."""
    y = np.sort(np.ravel(y))
    exact, k = cumulative(y), np.arange(len(y) + 1) / len(y)
    return float(max((k[1:] - exact).max(), (exact - k[:-1]).max()))


def paths_and_ends(alpha: float, steps: int, rule: str, seed: int) -> Figure:
    """200 paths over the density that they should follow, and where 2000 of them end."""
    times, path = walk(alpha, steps, rule, seed)
    ends = path[-1]
    apart = distance(ends)
    lost = float((np.abs(ends) > EDGES[-1]).mean())
    return draw.panels(
        drawn_paths(times, path, alpha, steps),
        histogram(ends, apart),
        alt=f"{WALKERS} paths from t = {times[0]:.3g} down to {T_MIN} in {steps} steps, alpha = {alpha:.2f}, rule: "
        f"{rule}, seed {seed}. They end with mean {ends.mean():.3g} (data {MEAN:.3g}), variance {ends.var():.3g} (data "
        f"{VARIANCE:.3g}) and a share of {(ends < SPLIT).mean():.3f} below {SPLIT} (data {cumulative(SPLIT):.3f}). "
        f"Largest difference of the cumulative distributions {apart:.3f}; {lost:.1%} of the paths are beyond "
        f"±{EDGES[-1]:.0f}.",
    )


def drawn_paths(times: np.ndarray, path: np.ndarray, alpha: float, steps: int) -> Figure:
    """The paths as thin lines: their number is what one should see, so they are cut to few points each."""
    roots, density = heat(times[0])
    kept = np.unique(np.linspace(0, steps, KEPT).astype(int))
    some = np.clip(path[kept, :DRAWN], 2 * HEAT_Y[0], 2 * HEAT_Y[-1])
    x = np.tile(np.append(np.sqrt(times[kept]), np.nan), DRAWN)
    lines = draw.curve(x, np.vstack([some, np.full(DRAWN, np.nan)]).T.ravel())
    lines["line"] |= {"width": 0.6, "color": "rgba(255, 255, 255, 0.65)"}
    return draw.figure(
        draw.heat(density, "density of x_t", x=roots, y=HEAT_Y, low=0.0, high=0.5),
        lines,
        x="√t: noise on the left, data on the right",
        y="y",
        x_range=(roots[0], 0.0),
        y_range=(HEAT_Y[0], HEAT_Y[-1]),
        title=f"{DRAWN} paths, α = {alpha:.2f}, {steps} steps",
        alt="paths",
        height=440,
    )


def histogram(ends: np.ndarray, apart: float) -> Figure:
    """Where the paths end, beside the density of the data."""
    counts = np.histogram(ends, EDGES)[0] / len(ends) / np.diff(EDGES)
    return draw.figure(
        draw.bars(MIDDLES, counts, "ends"),
        draw.curve(MIDDLES, np.exp(mixtures.log_density(MIDDLES[:, None], TARGET)), "data", style=1),
        x="y at the end",
        y="probability density",
        x_range=(EDGES[0], EDGES[-1]),
        y_range=(0.0, 0.6),
        title=f"Ends: variance {ends.var():.3g}, distance {apart:.3f}",
        alt="ends",
        height=440,
    )


backwards = Playground(
    question="Noise runs back to data. Which rules end at the right distribution?",
    view=paths_and_ends,
    knobs=(
        Knob("alpha", 0.0, 3.0, start=1.0, step=0.25, label="α: noise kept"),
        Knob("steps", 5, 200, start=100, log=True, label="steps"),
        Choice("rule", (RIGHT, UNFLIPPED, MINUS, SINGLE, SHORT), label="break it"),
        Knob("seed", 0, 9, start=0, step=1),
    ),
)
