"""The fifth playground: a measurement of one direction tilts the prior; can the prior's own process reach it?"""

from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.denoising import mixtures, noise, posterior, reversal, tilt
from course_lib.play import Choice, Knob, Playground

PRIOR = mixtures.mixture(
    [0.4, 0.35, 0.25],
    [[0.0, 2.0], [2.0, -1.0], [-2.0, -0.5]],
    [[[0.3, 0.0], [0.0, 0.3]], [[0.5, 0.2], [0.2, 0.3]], [[0.6, 0.0], [0.0, 0.6]]],
)
NORMAL = mixtures.mixture([1.0], [[0.0, 0.0]], [1.0])
TILTED, GAUSSIAN, PLUG_IN = "p_T, tilted", "a Gaussian, tilted, at t = 4", "plug-in guidance"
LATE, T_MIN, STEPS = 4.0, 1e-3, 60
WALKERS, DRAWN, STIFF = 600, 300, 1e6  # STIFF: a tilt that leaves no width
GRID = np.linspace(-4, 4, 61)
CELLS = np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2)


class Measurement(NamedTuple):
    """One direction e, measured as a with the noise tau; what this does to the prior, and until when it can."""

    e: np.ndarray
    a: float
    tau: float
    Q: np.ndarray
    b: np.ndarray
    limit: float


def measured(angle: float, a: float, tau: float) -> Measurement:
    e = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    Q, b = tilt.measurement_tilt(e[None], [a], tau)
    return Measurement(e, a, tau, Q, b, tilt.tilt_limit(Q))


def start_law(seen: Measurement, T: float) -> mixtures.Mixture:
    """p_T tilted as it should be; from T* on, where nothing is narrow enough, with no width at all."""
    if T < seen.limit:
        return tilt.tilted_start(PRIOR, seen.Q, seen.b, T)
    onto = STIFF * np.outer(seen.e, seen.e)
    return posterior.tilted(noise.at_time(PRIOR, T), onto, STIFF * np.exp(-T) * seen.a * seen.e)


def run(seen: Measurement, start: str, T: float, seed: int) -> tuple[mixtures.Mixture, np.ndarray, np.ndarray]:
    """The law at the start, the points there, and where the reverse process takes them."""
    rng = np.random.default_rng(seed)
    law = start_law(seen, T) if start == TILTED else posterior.tilted(NORMAL, seen.Q, seen.b)
    law = NORMAL if start == PLUG_IN else law
    score = tilt.plug_in_score(PRIOR, seen.Q, seen.b) if start == PLUG_IN else reversal.mixture_score(PRIOR)
    first = mixtures.samples(law, WALKERS, rng=rng)
    last = reversal.brought_back(first, reversal.times(T, T_MIN, STEPS), score, 1.0, rng=rng)
    return law, first, last


def start_and_end(angle: float, a: float, tau: float, T: float, start: str, seed: int) -> Figure:
    """The posterior with the ends of the paths, the law where they started, and how the tilt grows with time."""
    seen = measured(angle, a, tau)
    T = T * seen.limit if start == TILTED else LATE
    law, first, last = run(seen, start, T, seed)
    exact = posterior.tilted(PRIOR, seen.Q, seen.b)
    mean = mixtures.moments(exact)[0]
    width = float(np.sqrt(seen.e @ mixtures.moments(exact)[1] @ seen.e))
    prior = mixtures.moments(PRIOR)
    before = f"{prior[0] @ seen.e:.2f} ± {np.sqrt(seen.e @ prior[1] @ seen.e):.2f}"
    ends = f"{(last @ seen.e).mean():.2f} ± {(last @ seen.e).std():.2f}"
    wanted = f"{mean @ seen.e:.2f} ± {width:.2f}"
    return draw.panels(
        cloud(exact, last, f"Ends {ends} (posterior {wanted})", seen),
        cloud(law, first, f"Start, t = {T:.2f} (prior {before})", None),
        growth(seen, T),
        alt=f"A direction at {angle} degrees is measured as {a:.2f}, with noise {tau:.2f}: T* = {seen.limit:.3f}. "
        f"Start: {start}, at t = {T:.3f}, seed {seed}. Along the measured direction the paths end at {ends}; the "
        f"posterior has {wanted}, the prior {before}. Their mean is ({last[:, 0].mean():.2f}, "
        f"{last[:, 1].mean():.2f}), that of the posterior ({mean[0]:.2f}, {mean[1]:.2f}).",
    )


def cloud(law: mixtures.Mixture, y: np.ndarray, title: str, seen: Measurement | None) -> Figure:
    """Points over the density that they are drawn from, or should be; and the measured line."""
    log_p = mixtures.log_density(CELLS, law).reshape(len(GRID), -1)
    dots = draw.points(y[:DRAWN, 0], y[:DRAWN, 1])
    dots["marker"] |= {"size": 3.5, "color": "rgba(255, 255, 255, 0.75)"}
    along = np.array([-6.0, 6.0])
    across = np.array([0.0, 0.0]) if seen is None else np.array([-seen.e[1], seen.e[0]])
    at = np.array([np.nan, np.nan]) if seen is None else seen.a * seen.e
    line = draw.curve(at[0] + along * across[0], at[1] + along * across[1], style=3)
    return draw.figure(
        draw.heat(np.exp(log_p - log_p.max()), "density, over its highest", x=GRID, y=GRID, low=0.0, high=1.0),
        dots,
        line,
        x="x₁",
        y="x₂",
        x_range=(GRID[0], GRID[-1]),
        y_range=(GRID[0], GRID[-1]),
        title=title,
        alt="cloud",
        height=400,
    )


def growth(seen: Measurement, T: float) -> Figure:
    """The width of the tilt against time: it falls to nothing at T*."""
    t = np.linspace(0.0, seen.limit, 60)
    width = np.sqrt(np.maximum(np.exp(-2 * t) * seen.tau**2 + np.expm1(-2 * t), 0.0))
    return draw.figure(
        draw.curve(t, width, "tilt"),
        draw.curve(t, noise.level_at(t), "noise, √(e²ᵗ−1)", style=1),
        draw.line_at(x=seen.limit, text="T*"),
        draw.guess_line(x=min(T, 1.55 * seen.limit), text="" if T < 1.55 * seen.limit else "start"),
        x="time t",
        y="width",
        x_range=(0.0, 1.6 * seen.limit),
        y_range=(0.0, 1.1 * seen.tau),
        title=f"T* = {seen.limit:.3f}; dotted: your start",
        alt="growth",
        height=400,
    )


tilting = Playground(
    question="You measured one direction. Where must the prior's own process start, to end at the posterior?",
    view=start_and_end,
    knobs=(
        Choice("start", (TILTED, GAUSSIAN, PLUG_IN), label="start"),
        Knob("T", 0.1, 3.0, start=0.9, step=0.1, unit="T*", label="start time T"),
        Knob("tau", 0.3, 2.0, start=0.7, step=0.1, label="noise τ of the measurement"),
        Knob("angle", 0, 175, start=30, step=5, unit="°", label="measured direction"),
        Knob("a", -3.0, 3.0, start=1.0, step=0.25, label="measured value a"),
        Knob("seed", 0, 9, start=0, step=1),
    ),
)
