"""Pictures made by the diffusion model out of noise, how many of them are right, and how that grows in a training.

    dy/dsigma = (y - f(y, sigma)) / sigma      takes the noise away, from the largest level down, without new chance

Symbols   y      noisy pictures (images, 300)
          sigma  noise level
          f      denoised pictures
          c      concept classes (images, 3)
          W      weights of a network

Source: Karras, Aittala, Aila and Laine, arXiv:2206.00364 (2022), eq. 3 with s = 1, by Euler's method;
    Song, Meng and Ermon, arXiv:2010.02502 (2020), have the same steps.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.shared.numbers import whole

from .concept_diffusion import SIGMAS, Weights, checked_denoiser, concept_training, guess, initial_denoiser
from .concepts import CLASSES, CORNERS, Class, class_rows
from .pictures import EQUAL, PIXELS, Accuracies, Look, Pictures, reading_accuracies, training_pictures

Denoiser = Callable[[np.ndarray, np.float32], np.ndarray]  # from noisy pictures and the one noise level of them all

LEVELS = 12  # noise levels on the way back


class Curves(NamedTuple):
    """Accuracies of made pictures in the course of a training, classes in the order of CLASSES."""

    steps: Int[np.ndarray, " k"]
    joint: Float[np.ndarray, "k 8"]
    attributes: Float[np.ndarray, "k 8 3"]


def noise_flow(f: Denoiser, y: np.ndarray, sigmas: Sequence[float]) -> Iterator[np.ndarray]:
    """y as its noise goes away: at each of the falling levels, and at last without noise, where it is f itself."""
    for sigma, less in pairwise([*sigmas, 0.0]):
        yield y
        x = f(y, sigma)
        y = x + np.float32(less / sigma) * (y - x)
    yield y


def made_pictures(W: Weights, c: ArrayLike, levels: int = LEVELS, *, rng: np.random.Generator) -> Pictures:
    """One picture of each class in the rows of c, from noise of level 10 down over so many levels.

    Raises: Refusal unless W are three layers that fit, c classes, and levels a whole number.
    """
    W, c = checked_denoiser(W), class_rows(c)
    sigmas = np.geomspace(*SIGMAS[::-1], whole(levels, "The number of levels"), dtype=np.float32)
    y = SIGMAS[1] * rng.standard_normal((len(c), PIXELS), np.float32)
    return deque(noise_flow(lambda y, sigma: guess(W, y, sigma, c), y, sigmas), maxlen=1).pop()


def made_accuracies(W: Weights, look: Look = EQUAL, count: int = 32, *, rng: np.random.Generator) -> Accuracies:
    """How many of the pictures that the network makes, so many of each of the eight classes, show what they should.

    Raises: Refusal unless W are three layers that fit, and count a whole number from 1 on.
    """
    c = np.repeat(CLASSES, whole(count, "The number of pictures"), axis=0)
    return reading_accuracies(made_pictures(W, c, rng=rng), look)


def learning_curves(
    x: ArrayLike,
    c: ArrayLike,
    look: Look = EQUAL,
    steps: int = 300,
    *,
    every: int = 10,
    count: int = 32,
    rng: np.random.Generator,
) -> Iterator[Curves]:
    """What a new network can do, every so many steps of its training on the pictures x of the classes c alone.

    Each state holds all rows so far. Of each of the eight classes `count` pictures are made and read. In its first 20
    steps or so a network makes much the same picture whatever it is told: one class, seen or not, is then right by
    accident.
    Raises: Refusal unless x are finite pictures with a class each, and the numbers are such.
    """
    steps, found = whole(steps, "The number of steps"), []
    for state in concept_training(x, c, initial_denoiser(rng=rng), steps, every=every, rng=rng):
        found.append((state.step, *made_accuracies(state.W, look, count, rng=rng)))
        yield Curves(*(np.array(column) for column in zip(*found)))


def whole_curves(
    classes: Sequence[Class] = CORNERS,
    look: Look = EQUAL,
    images: int | tuple[int, ...] = 500,
    steps: int = 300,
    *,
    every: int = 10,
    count: int = 32,
    rng: np.random.Generator,
) -> Curves:
    """The last state of `learning_curves`, from new pictures of the given classes.

    Args:
        images: of each training class; one number for all, or one for each.
    Raises: Refusal unless the classes, the look and the numbers are such.
    """
    x, c = training_pictures(classes, look, images, rng=rng)
    return deque(learning_curves(x, c, look, steps, every=every, count=count, rng=rng), maxlen=1).pop()
