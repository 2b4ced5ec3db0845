"""The second playground: an optimiser walks over the objective of a fit, and stops where its tolerance says so."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import Runs, fits, law, optimiser, synthetic, uncertainty
from course_lib.play import Choice, Knob, Playground

STARTS = {
    "5, 5, 1; ½, ½": (5.0, 5.0, 1.0, 0.5, 0.5),
    "10, 10, ½; ½, ½": (10.0, 10.0, 0.5, 0.5, 0.5),
    "0, 0, 0; ½, ½": (0.0, 0.0, 0.0, 0.5, 0.5),
}
CLASSICAL = fits.classical_starts()[50::199]  # as many as fit into a slider's turn
MANY, PROJECTED = f"best of {len(CLASSICAL)} classical starts", "by variable projection"
SUM, MEAN = "sum over runs", "mean over runs"
RESAMPLES = 150


class Sample(NamedTuple):
    """Synthetic runs, their converged fit, fits to resamples, and a good start."""

    runs: Runs
    fit: fits.Fit
    laws: law.Law
    start: np.ndarray


@lru_cache(maxsize=16)
def sample(number: int) -> Sample:
    rng = np.random.default_rng(number)
    runs = synthetic.chinchilla_layout(law.BESIROGLU, rng=rng)
    laws = fits.bootstrap(runs, RESAMPLES, rng=rng)
    return Sample(runs, fits.fit_law(runs), laws, fits.projected_starts(runs)[4])


def best_walk(start: str, s: Sample, scale: float, tolerance: float) -> optimiser.Walk:
    """The walk from one start, or of many the one that ends lowest. gtol follows ftol as scipy's defaults do."""
    starts = {name: [first] for name, first in STARTS.items()} | {MANY: CLASSICAL, PROJECTED: [s.start]}
    gtol = optimiser.GTOL * (tolerance / optimiser.FTOL) ** 0.5
    walks = [optimiser.walk(first, s.runs, scale, ftol=tolerance, gtol=gtol) for first in starts[start]]
    return min(walks, key=lambda walk: walk.objective[-1])


def walk_and_stop(start: str, objective: str, tolerance: float, number: int) -> Figure:
    """The walk in the plane of the two exponents; how far above the least objective; and the exponent a on the way."""
    s = sample(number)
    way = best_walk(start, s, 1.0 if objective == SUM else 1 / len(s.runs.N), tolerance)
    steps, excess = np.arange(len(way.theta)), way.objective / s.fit.objective - 1
    end = fits.as_law(way.theta[-1])
    with np.errstate(invalid="ignore"):  # at alpha = beta = 0, a start of the grid, a is no number
        on_the_way = law.size_exponent(fits.as_law(way.theta))
    best, spread = law.size_exponent(s.fit.law), law.size_exponent(s.laws)
    low, high = uncertainty.interval(spread)
    away = abs(on_the_way[-1] - best) / np.std(spread, ddof=1)
    return draw.panels(
        in_the_plane(way, s, f"A = {end.A:.3g}, B = {end.B:.3g}"),
        draw.figure(
            draw.curve(steps, np.maximum(excess, 1e-12)),
            x="step",
            y="objective above the least (ratio)",
            log="y",
            title=f"{steps[-1]} steps, {_above(excess[-1])}",
            alt="objective",
        ),
        draw.figure(
            draw.curve(steps, on_the_way, "walk"),
            draw.line_at(y=best, text=f"converged {best:.3f}"),
            draw.curve([0, steps[-1]], [low, low], "95 %", style=2),
            draw.curve([0, steps[-1]], [high, high], style=2),
            x="step",
            y="exponent a of the best size",
            title=f"Stops at a = {on_the_way[-1]:.3f}",
            alt="exponent",
        ),
        alt=f"Sample {number}, {objective}, tolerance {tolerance:.1e}, started at {start}: the optimiser stops after "
        f"{steps[-1]} steps at A = {end.A:.4g}, B = {end.B:.4g}, E = {end.E:.3f}, alpha = {end.alpha:.4f}, "
        f"beta = {end.beta:.4f}, so a = {on_the_way[-1]:.4f}. The objective is {_above(excess[-1])}, a {away:.1f} "
        f"standard errors from the converged {best:.4f} (95 % of resamples lie from {low:.3f} to {high:.3f}).",
    )


def _above(excess: float) -> str:
    if excess > 1:
        return f"{excess + 1:.3g} times the least"
    return f"{excess:.1%} above" if excess > 1e-3 else f"{max(excess, 0.0):.0e} above"


def in_the_plane(way: optimiser.Walk, s: Sample, title: str) -> Figure:
    """alpha and beta: where fits to resamples lie, where the walk begins, and where it stops."""
    resamples = draw.points(s.laws.alpha, s.laws.beta, "resampled", style=5)
    resamples["marker"] = resamples["marker"] | {"size": 4}
    return draw.figure(
        resamples,
        draw.curve(way.theta[:, 3], way.theta[:, 4], "walk", style=0),
        draw.points(way.theta[:1, 3], way.theta[:1, 4], "start", style=2),
        draw.points(way.theta[-1:, 3], way.theta[-1:, 4], "stop", style=3),
        x="exponent α",
        y="exponent β",
        title=title,
        alt="plane",
    )


walk = Playground(
    question="The least value of a sum and of a mean is at the same place. Does the optimiser know?",
    view=walk_and_stop,
    knobs=(
        Choice("start", (*STARTS, MANY, PROJECTED), label="start (ln A, ln B, ln E; α, β)"),
        Choice("objective", (SUM, MEAN), start=MEAN, label="objective"),
        Knob("tolerance", 1e-16, 1e-4, start=2.22e-9, step=10**0.5, log=True, label="tolerance"),
        Knob("number", 0, 9, start=0, step=1, label="sample"),
    ),
)
