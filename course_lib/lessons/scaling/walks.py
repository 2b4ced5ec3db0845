"""The second playground: an optimiser walks over the objective of a fit, and stops where its tolerance says so."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import fits, law, optimiser, synthetic, uncertainty
from course_lib.play import Choice, Knob, Playground

STARTS = {
    "6, 6, ½; 0.34, 0.28": (6.0, 6.0, 0.5, 0.34, 0.28),
    "0, 0, 0; ½, ½": (0.0, 0.0, 0.0, 0.5, 0.5),
    "20, 10, 0; 1, ½": (20.0, 10.0, 0.0, 1.0, 0.5),
    "by variable projection": None,
}
SUM, MEAN = "sum over runs", "mean over runs"
RESAMPLES = 150


class Sample(NamedTuple):
    """Synthetic runs, their converged fit, fits to resamples, and a good start."""

    runs: law.Runs
    fit: fits.Fit
    laws: law.Law
    start: np.ndarray


@lru_cache(maxsize=16)
def sample(number: int) -> Sample:
    rng = np.random.default_rng(number)
    runs = synthetic.chinchilla_layout(law.BESIROGLU, rng=rng)
    laws = fits.bootstrap(runs, RESAMPLES, rng=rng)
    return Sample(runs, fits.fit_law(runs), laws, fits.projected_starts(runs)[4])


def walk_and_stop(start: str, objective: str, tolerance: float, number: int) -> Figure:
    """The walk in the plane of the two exponents; how far above the least objective; and the exponent a on the way."""
    s = sample(number)
    scale = 1.0 if objective == SUM else 1 / len(s.runs.N)
    first = s.start if STARTS[start] is None else STARTS[start]
    way = optimiser.walk(first, s.runs, scale, ftol=tolerance, gtol=tolerance**0.5 * 0.2)
    end = fits.as_law(way.theta[-1])
    a, best = law.size_exponent(end), law.size_exponent(s.fit.law)
    low, high = uncertainty.interval(law.size_exponent(s.laws))
    above = way.objective[-1] / s.fit.objective - 1
    away = (a - best) / np.std(law.size_exponent(s.laws), ddof=1)
    return draw.panels(
        in_the_plane(way, s),
        draw.figure(
            draw.curve(np.arange(len(way.theta)), np.maximum(way.objective / s.fit.objective - 1, 1e-12)),
            x="step",
            y="objective above the least (ratio)",
            log="y",
            title=f"{above:.1%} above the least" if above > 1e-4 else "At the least, nearly",
            alt="objective",
        ),
        draw.figure(
            draw.curve(np.arange(len(way.theta)), law.size_exponent(fits.as_law(way.theta)), "on the way"),
            draw.line_at(y=best, text="converged"),
            draw.curve([0, len(way.theta) - 1], [low, low], "95 % of resamples", style=2),
            draw.curve([0, len(way.theta) - 1], [high, high], style=2),
            x="step",
            y="exponent a of the best size",
            title=f"a = {a:.3f}, converged {best:.3f}",
            alt="exponent",
        ),
        alt=f"Sample {number}, {objective}, tolerance {tolerance:.1e}, started at {start}: the optimiser stops after "
        f"{len(way.theta) - 1} steps at A = {end.A:.4g}, B = {end.B:.4g}, E = {end.E:.3f}, alpha = "
        f"{end.alpha:.4f}, beta = "
        f"{end.beta:.4f}, so a = {a:.4f}. The objective is {above:.2e} above its least value, a {away:+.1f} "
        f"standard errors from the "
        f"converged {best:.4f} (95 % of resamples lie from {low:.3f} to {high:.3f}).",
    )


def in_the_plane(way: optimiser.Walk, s: Sample) -> Figure:
    """alpha and beta: where fits to resamples lie, where the walk begins, and where it stops."""
    resamples = draw.points(s.laws.alpha, s.laws.beta, "resamples", style=5)
    resamples["marker"] = resamples["marker"] | {"size": 4}
    return draw.figure(
        resamples,
        draw.curve(way.theta[:, 3], way.theta[:, 4], "walk", style=0),
        draw.points(way.theta[:1, 3], way.theta[:1, 4], "start", style=2),
        draw.points(way.theta[-1:, 3], way.theta[-1:, 4], "stop", style=3),
        x="exponent α",
        y="exponent β",
        title=f"Stops after {len(way.theta) - 1} steps",
        alt="plane",
    )


walk = Playground(
    question="The least value of a sum and of a mean is at the same place. Does the optimiser know?",
    view=walk_and_stop,
    knobs=(
        Choice("start", tuple(STARTS), label="start (ln A, ln B, ln E; α, β)"),
        Choice("objective", (SUM, MEAN), start=MEAN, label="objective"),
        Knob("tolerance", 1e-16, 1e-4, start=2.22e-9, step=10**0.5, log=True, label="tolerance"),
        Knob("number", 0, 9, start=0, step=1, label="sample"),
    ),
)
