"""The answers to the two predictions: how many plaquettes are frustrated, and how much a network can hold."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels import frustration

SIDE, SAMPLES = 30, 40  # the tori whose plaquettes are counted at each share
NEURONS, STARTS = 1000, 12  # the network that is asked, and how many of its patterns
MEASURED = np.array([20, 60, 100, 120, 140, 160, 200, 300])  # patterns stored


def fraction_curve(guess: float | None) -> Figure:
    """Frustrated plaquettes against antiferromagnetic bonds: the formula, random lattices, and the guess."""
    p, rng = np.linspace(0, 1, 101), np.random.default_rng(0)
    shares = np.linspace(0, 1, 11)
    lattice = frustration.square(SIDE, periodic=True)
    bonds = [[frustration.bimodal(lattice.m, share, rng=rng) for _ in range(SAMPLES)] for share in shares]
    found = [[frustration.frustrated(lattice, J).mean() for J in samples] for samples in bonds]
    means, errors = np.array([frustration.scatter(shares_found) for shares_found in found]).T
    told = "" if guess is None else f" You guessed {guess:.2f}."
    return draw.figure(
        draw.curve(p, frustration.frustrated_fraction(p), "4p(1 − p)[p² + (1 − p)²]"),
        draw.points(shares, means, f"{SAMPLES} random lattices each", style=1, error=errors),
        draw.guess_line(y=guess),
        x="share p of antiferromagnetic bonds",
        y="share of frustrated plaquettes",
        x_range=(0.0, 1.0),
        y_range=(0.0, 1.0),
        title=f"Half of them at the most, on average.{told}",
        alt="The share of frustrated plaquettes rises steeply from 0, four times as fast as the share of "
        f"antiferromagnetic bonds, to a plateau at one half and falls back to 0. Measured at p = 1/2: "
        f"{means[5]:.3f}.{told}",
    )


def capacity_curve(guess: float | None) -> Figure:
    """What is left of a pattern when the network has settled, against how many it stores."""
    rng = np.random.default_rng(0)
    found = [frustration.recalled_overlaps(NEURONS, int(M), STARTS, rng=rng) for M in MEASURED]
    means, errors = np.array([frustration.scatter(overlaps) for overlaps in found]).T
    alpha_c = frustration.hopfield_capacity().alpha
    alpha = np.linspace(0.001, alpha_c, 80)
    told = "" if guess is None else f" You guessed {guess:.0f}."
    return draw.figure(
        draw.curve(NEURONS * alpha, frustration.retrieval_overlap(alpha), "theory for N → ∞, all replicas alike"),
        draw.points(MEASURED, means, f"{NEURONS} neurons, from the pattern", style=1, error=errors),
        draw.line_at(x=NEURONS * alpha_c, text="capacity"),
        draw.guess_line(x=guess),
        x=f"patterns stored in {NEURONS} neurons",
        y="overlap with the pattern, in the end",
        x_range=(0.0, max(320.0, 1.15 * (guess or 0.0))),
        y_range=(0.0, 1.05),
        title=f"It breaks, more sharply with more neurons.{told}",
        alt=f"Overlap after recall stays near 1 up to about {NEURONS * alpha_c:.0f} patterns and then falls; measured: "
        + ", ".join(f"{m:.2f} with {M}" for m, M in zip(means, MEASURED, strict=True))
        + f".{told}",
    )
