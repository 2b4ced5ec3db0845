"""Pictures of points and of images that a cell of the notebook has made."""

from collections.abc import Sequence

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.core import require
from course_lib.draw import DIVERGING, SEQUENTIAL
from course_lib.kernels.denoising import network, yardsticks
from course_lib.shared.digits import ink

SIDE, GAP, WORDS = 8, 1, 2  # pixels of an image, between images, and for the words above each row
DRAWN, DIRECTIONS = 1500, 6


def beside(data: np.ndarray, made: np.ndarray) -> Figure:
    """Points of the data, and made ones beside them, in the plane."""
    apart = yardsticks.energy_distance(made, data)
    panels = []
    for y, title, style in ((data, "Data", 0), (made, f"Made: energy distance {apart:.4f}", 1)):
        dots = draw.points(*y[:DRAWN].T, style=style)
        dots["marker"] |= {"size": 3.5, "opacity": 0.7}
        axes = {"x": "x₁", "y": "x₂", "x_range": (-2.6, 2.6), "y_range": (-2.6, 2.6)}
        panels.append(draw.figure(dots, title=title, alt=title, height=400, **axes))
    return draw.panels(
        *panels,
        alt=f"{len(data)} points of the data, and {len(made)} made ones, as clouds in the plane. Their energy distance "
        f"is {apart:.4f}. The made ones have means {made[:, 0].mean():.2f}, {made[:, 1].mean():.2f} and variances "
        f"{made[:, 0].var():.2f}, {made[:, 1].var():.2f}.",
    )


def directions(W: network.Weights, y: np.ndarray) -> Figure:
    """A noisy digit, what a network makes of it, and the directions that its Jacobian keeps, with their eigenvalues."""
    y = np.asarray(y, float)
    require(y.shape == (SIDE**2,), f"One noisy digit is needed, of {SIDE**2} pixels: got the shape {y.shape}.")
    J = network.jacobian(W, y)
    values, vectors = np.linalg.eigh((J + J.T) / 2)
    order = np.argsort(-values)[:DIRECTIONS]
    waves = vectors[:, order].T
    f = network.denoised(W, y[None])[0]
    names = [f"kept {values[k]:.2f}" for k in order]
    kept, out, off = (values > 0.5).sum(), (np.abs(values) < 0.2).sum(), np.abs(J @ y - f).max()
    return draw.panels(
        tiles(ink(np.array([y, f])), ("noisy", "denoised"), 1, "The digit", "ink", 0.0, 1.0),
        tiles(waves, names, 3, "Directions that are kept most", "amplitude", -0.5, 0.5),
        alt="A noisy digit and its denoised image. The largest eigenvalues of the symmetric part of the Jacobian are "
        f"{', '.join(f'{values[k]:.2f}' for k in order)}; {kept} of {len(values)} are above one half, {out} below 0.2 "
        f"in size. Jy and f(y) differ by at most {off:.1e}.",
    )


def tiles(
    images: np.ndarray, names: Sequence[str], columns: int, title: str, label: str, low: float, high: float
) -> Figure:
    """Images (count, 64) in rows of so many, each under its name."""
    tall, wide, rows = SIDE + WORDS, SIDE + GAP, -(-len(images) // columns)
    canvas = np.full((rows * tall, columns * wide - GAP), np.nan)
    for k, image in enumerate(images):
        top, left = k // columns * tall + WORDS, k % columns * wide
        canvas[top : top + SIDE, left : left + SIDE] = image.reshape(SIDE, SIDE)
    k = np.arange(len(images))
    words = draw.points(k % columns * wide + (SIDE - 1) / 2, k // columns * tall + 0.5)
    scale = DIVERGING if low < 0 else SEQUENTIAL
    figure = draw.lattice(canvas, low, high, label=label, title=title, alt=title, scale=scale, height=420)
    return figure.add_trace(words | {"mode": "text", "text": list(names), "hoverinfo": "skip"})
