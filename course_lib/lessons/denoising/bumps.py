"""The first playground: two bumps, blurred by noise, and the map that takes a noisy value to the best guess."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.denoising import best_guess, filters, mixtures, noise, posterior
from course_lib.play import Knob, Playground

LEVELS = np.geomspace(0.05, 5.0, 41)
POINTS, ARROWS = 241, 25
HEAVY = 1e-3  # of the highest density: where the map is drawn, and the best guess is worth looking at


def two_bumps(distance: float, weight: float, width: float) -> mixtures.Mixture:
    """Two Gaussians of one width, about the origin; `weight` is that of the right one."""
    return mixtures.mixture([1 - weight, weight], [-distance / 2, distance / 2], [width**2, width**2])


def mean_squared_error(p: mixtures.Mixture, sigma: float) -> float:
    """Of the best guess: the mean of the posterior variance over all y, by the trapezoid rule."""
    reach = np.abs(p.mu).max() + 6 * np.sqrt(p.S.max() + sigma**2)
    y = np.linspace(-reach, reach, 401)[:, None]
    weights = np.exp(mixtures.log_density(y, noise.blurred(p, sigma)))
    return float(weights @ posterior.posterior_covariance(y, p, sigma)[:, 0, 0] / weights.sum())


def bumps_and_map(sigma: float, distance: float, weight: float, width: float) -> Figure:
    """Densities with arrows from y to the best guess, the same as a map, and what is left of the error."""
    p = two_bumps(distance, weight, width)
    blurred = noise.blurred(p, sigma)
    reach = distance / 2 + 2.5 * np.hypot(sigma, width)
    y = np.linspace(-reach, reach, POINTS)[:, None]
    guess = best_guess.tweedie(y, mixtures.score(y, blurred), sigma)[:, 0]
    spread = np.sqrt(best_guess.tweedie_covariance(mixtures.hessian(y, blurred), sigma)[:, 0, 0])
    return draw.panels(
        densities(y[:, 0], guess, p, blurred),
        guess_map(y[:, 0], guess, spread, reach),
        errors(p, sigma),
        alt=in_words(p, sigma, y[:, 0], guess, spread),
    )


def densities(y: np.ndarray, guess: np.ndarray, p: mixtures.Mixture, blurred: mixtures.Mixture) -> Figure:
    """Clean and noisy density; below them, an arrow from each y to its best guess."""
    clean, noisy = (np.exp(mixtures.log_density(y[:, None], q)) for q in (p, blurred))
    top = max(clean.max(), noisy.max())
    few = np.linspace(0, len(y) - 1, ARROWS).astype(int)
    return draw.figure(
        draw.curve(y, clean, "clean x"),
        draw.curve(y, noisy, "noisy y", style=1),
        *arrows(y[few], guess[few], -0.1 * top, -0.3 * top),
        x="x, y",
        y="probability density",
        y_range=(-0.36 * top, 1.08 * top),
        title="From y to its best guess",
        alt="densities",
        height=400,
    )


def arrows(start: np.ndarray, end: np.ndarray, high: float, low: float) -> tuple[dict, dict]:
    """One line for each pair, from one height to another, with a head."""
    x = np.column_stack([start, end, np.full(len(start), np.nan)]).ravel()
    height = np.tile([high, low, np.nan], len(start))
    lines, heads = draw.curve(x, height, style=2), draw.points(end, np.full(len(end), low), style=2)
    lines["line"] |= {"dash": "solid", "width": 1.25}
    heads["marker"] |= {"symbol": "triangle-down", "size": 7}
    return lines, heads


def guess_map(y: np.ndarray, guess: np.ndarray, spread: np.ndarray, reach: float) -> Figure:
    """The best guess against y, with the band in which x lies: one posterior standard deviation either way."""
    band = draw.curve(
        np.concatenate([y, y[::-1]]), np.concatenate([guess - spread, (guess + spread)[::-1]]), "± spread"
    )
    band |= {"fill": "toself", "line": {"width": 0}, "fillcolor": "rgba(14, 100, 209, 0.22)", "hoverinfo": "skip"}
    return draw.figure(
        band,
        draw.curve(y, y, "y itself", style=5),
        draw.curve(y, guess, "best guess"),
        x="noisy value y",
        y="x given y",
        y_range=(-reach, reach),
        title="Best guess against y",
        alt="map",
        height=400,
    )


def errors(p: mixtures.Mixture, sigma: float) -> Figure:
    """Mean squared error against the noise: of y itself, of the best linear guess, and of the best guess."""
    variance = mixtures.moments(p)[1]
    linear = [filters.wiener_mmse(variance, level) for level in LEVELS]
    return draw.figure(
        draw.curve(LEVELS, LEVELS**2, "y itself", style=5),
        draw.curve(LEVELS, linear, "best linear", style=1),
        draw.curve(LEVELS, [mean_squared_error(p, level) for level in LEVELS], "best guess"),
        draw.points([sigma], [mean_squared_error(p, sigma)], style=3),
        draw.line_at(y=float(variance[0, 0]), text="the mean"),
        x="noise level σ",
        y="mean squared error",
        log="xy",
        y_range=(1e-3, 30),
        title="What is left of the error",
        alt="errors",
        height=400,
    )


def in_words(p: mixtures.Mixture, sigma: float, y: np.ndarray, guess: np.ndarray, spread: np.ndarray) -> str:
    """All three panels: how steep the map is between the bumps, and the three errors."""
    if np.ptp(spread) < 1e-6 * spread.max():
        doubt = f"The best guess is a straight line in y, everywhere as certain: its spread is {spread[0]:.3g}."
    else:
        at = int(np.argmax(spread))
        doubt = f"The best guess is least certain at y = {y[at] + 0.0:.2f}: {guess[at] + 0.0:.2f} with a spread of "
        doubt += f"{spread[at]:.3g}; there the map has the slope {np.gradient(guess, y)[at]:.3g}."
    variance = mixtures.moments(p)[1]
    return (
        f"Bumps of width {np.sqrt(p.S[0, 0, 0]):.2f} at {p.mu[0, 0]:.2f} (weight {p.w[0]:.2f}) and {p.mu[1, 0]:.2f}, "
        f"noise {sigma:.3g}. {doubt} Mean squared error of the best guess {mean_squared_error(p, sigma):.3g}, of the "
        f"best linear one {filters.wiener_mmse(variance, sigma):.3g}, of y itself {sigma**2:.3g}."
    )


two_bumps_and_noise = Playground(
    question="Something was one of two bumps; you see it through noise. What is your best guess?",
    view=bumps_and_map,
    knobs=(
        Knob("sigma", 0.1, 3.0, start=0.7, log=True, label="noise level σ"),
        Knob("distance", 0.0, 6.0, start=3.5, step=0.25, label="distance of the bumps"),
        Knob("weight", 0.02, 0.98, start=0.7, step=0.04, label="weight of the right bump"),
        Knob("width", 0.1, 1.0, start=0.4, step=0.05, label="width of a bump"),
    ),
)
