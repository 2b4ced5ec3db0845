"""The fourth playground: one noisy digit, four denoisers, and what more training images do to each."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.denoising import empirical, filters, network, stored
from course_lib.lessons.denoising.shown import tiles
from course_lib.play import Choice, Knob, Playground
from course_lib.shared.digits import centred_digits, handwritten_digits, ink

NAMES = ("clean", "noisy", "best linear", "training set's own", "network A", "network B")
NS = stored.SIZES


class Errors(NamedTuple):
    """Mean squared error a pixel on unseen digits, by the number of training images; and how far A is from B."""

    linear: np.ndarray
    own: np.ndarray
    network: np.ndarray
    apart: np.ndarray


def denoised(y: np.ndarray, n: int, sigma: float) -> list[np.ndarray]:
    """By the best linear denoiser of n images, by their own, and by two networks; the second saw n others."""
    x = stored.stored_networks().halves(n).one.astype(float)
    a, b = stored.stored_networks().networks[n]
    return [
        filters.linear_denoiser(y, x, sigma),
        empirical.empirical_denoiser(y, x, sigma),
        network.denoised(a, y),
        network.denoised(b, y),
    ]


@lru_cache(maxsize=32)
def errors(sigma: float, seed: int) -> Errors:
    """Of all denoisers at one noise level."""
    x = stored.stored_networks().halves(NS[0]).unseen.astype(float)
    y = x + sigma * np.random.default_rng(seed).standard_normal(x.shape)
    found = np.empty((4, len(NS)))
    for i, n in enumerate(NS):
        linear, own, a, b = denoised(y, n, sigma)
        found[:, i] = [((guess - x) ** 2).mean() for guess in (linear, own)] + [
            (((a - x) ** 2).mean() + ((b - x) ** 2).mean()) / 2,
            ((a - b) ** 2).mean(),
        ]
    return Errors(*found)


def clean_digit(digit: int) -> np.ndarray:
    """The first digit of this kind that no stored network has seen."""
    order = stored.stored_networks().order
    unseen = order[max(NS) : len(order) - max(NS)]
    row = unseen[handwritten_digits().label[unseen] == digit][0]
    return centred_digits()[row].astype(float)


def digit_and_errors(digit: int, sigma: float, n: str, seed: int) -> Figure:
    """Six images of one digit, and the errors of the denoisers on all unseen ones."""
    x = clean_digit(digit)
    y = x + sigma * np.random.default_rng([seed, digit]).standard_normal(x.shape)
    images = [x, y, *(guess[0] for guess in denoised(y[None], int(n), sigma))]
    off = [((image - x) ** 2).mean() for image in images[1:]]
    all_of_them = errors(sigma, seed)
    at = NS.index(int(n))
    return draw.panels(
        tiles(ink(np.array(images)), NAMES, 3, "One digit", "ink", 0.0, 1.0),
        curves(all_of_them, int(n), sigma),
        alt=f"A digit {digit} with noise {sigma:.2f}, and four denoisers from {n} images, seed {seed}. Squared error a "
        f"pixel: noisy {off[0]:.3f}, best linear {off[1]:.3f}, the training set's own {off[2]:.3f}, network A "
        f"{off[3]:.3f}, network B {off[4]:.3f}. On all unseen digits: linear {all_of_them.linear[at]:.3f}, the "
        f"training set's own {all_of_them.own[at]:.3f}, networks {all_of_them.network[at]:.3f}; A and B differ by "
        f"{all_of_them.apart[at]:.4f}.",
    )


def curves(found: Errors, n: int, sigma: float) -> Figure:
    """The errors against the number of training images."""
    return draw.figure(
        draw.curve(NS, found.linear, "best linear", style=1),
        draw.curve(NS, found.own, "training set's own", style=2),
        draw.curve(NS, found.network, "networks"),
        draw.curve(NS, found.apart, "A differs from B", style=3),
        draw.line_at(x=n, text="yours"),
        draw.line_at(y=sigma**2, text="the noisy image"),
        x="training images n",
        y="squared error a pixel, unseen digits",
        log="xy",
        y_range=(0.01, 1.0),
        title="All unseen digits",
        alt="curves",
        height=420,
    )


four_denoisers = Playground(
    question="Two networks never saw the same image. When do they give the same answer, and is it a good one?",
    view=digit_and_errors,
    knobs=(
        Choice("n", tuple(map(str, NS)), start="80", label="training images n"),
        Knob("sigma", 0.2, 1.0, start=0.6, step=0.05, label="noise level σ (paper and ink are 2 apart)"),
        Knob("digit", 0, 9, start=3, step=1),
        Knob("seed", 0, 9, start=0, step=1, label="seed of the noise"),
    ),
)
