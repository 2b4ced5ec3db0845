"""A small diffusion model that is told which concepts to show: its denoiser, and its training.

    y = x + sigma z,     f = [rho(h_2), k] W_3,   h_2 = [rho(h_1), k] W_2,   h_1 = [y / sqrt(1 + sigma^2), k] W_1
    k = (2c - 1, 1, cos pi u, cos 2 pi u, cos 3 pi u),     u = where ln sigma lies between its least and most value

k is what every layer is told: the class, one bit for each concept, and the noise level. Its number 1 makes biases of
the weights behind it. What the first layer sees of y is the Ornstein-Uhlenbeck process x_t at t = ln(1 + sigma^2)/2.

Symbols   x      pictures (images, 300)
          y      noisy pictures; z standard normals
          sigma  noise level, in half the light of a pixel
          c      concept classes (images, 3)
          N      neurons in each hidden layer
          W      weights of the three layers: (307, N), (N + 7, N), (N + 7, 300)
          h      what each layer puts out, before the nonlinearity rho(h) = max(h, 0)
          f      the denoised pictures (images, 300)
          eta    learning rate of Adam
          loss   mean square of f - x, a pixel

Source: Okawa, Lubana, Dick and Tanaka, NeurIPS 2023, arXiv:2310.09336, with a far smaller network on smaller pictures.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float32
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.adam import Adam
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

from .concepts import Classes, class_rows
from .pictures import PIXELS, Pictures, checked_pictures

WIDTH, BATCH, ETA = 256, 64, 5e-4
SIGMAS = np.float32(0.05), np.float32(10)  # noise levels, from the least to the most
WAVES = 3  # cosines by which a layer is told the noise level
TOLD = 3 + 1 + WAVES
OUTPUT = 0.3  # the first weights of the last layer are so much smaller: its pictures start near grey
WIDEST = 4096  # its hidden layer alone takes 64 MB, and Adam keeps three more of them


class Weights(NamedTuple):
    """The three layers, input to output; each acts from the right, and its last seven rows on what it is told."""

    W_1: Float32[np.ndarray, "307 N"]
    W_2: Float32[np.ndarray, "N_7 N"]
    W_3: Float32[np.ndarray, "N_7 300"]


class State(NamedTuple):
    """A network in training: its weights after so many steps, and the mean loss of the steps since the last state."""

    step: int
    W: Weights
    loss: float


def initial_denoiser(N: int = WIDTH, *, rng: np.random.Generator) -> Weights:
    """Gaussian weights of variance 2 over the inputs behind a nonlinearity and 1 otherwise; less in the last layer.

    Raises: Refusal unless the width N is a whole number from 1 to some thousands.
    """
    N = whole(N, "A width")
    require(N <= WIDEST, f"A network {N} wide takes too much memory: {WIDEST} is the most.")
    shapes, gains = ((PIXELS + TOLD, N), (N + TOLD, N), (N + TOLD, PIXELS)), (1, 2, 2 * OUTPUT**2)
    return Weights(
        *(
            rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(gain / shape[0]))
            for shape, gain in zip(shapes, gains)
        )
    )


def told(c: Classes, sigma: Float32[np.ndarray, "images 1"]) -> Float32[np.ndarray, "images 7"]:
    """k, in single precision."""
    u = np.log(sigma / SIGMAS[0]) / np.log(SIGMAS[1] / SIGMAS[0])
    return np.hstack([2 * c - 1, np.ones_like(u), np.cos(np.pi * np.arange(1, WAVES + 1) * u)]).astype(np.float32)


def denoised_pictures(W: Weights, y: ArrayLike, sigma: float, c: ArrayLike) -> Pictures:
    """f: the best guess at the pictures of the classes c behind y, all of the noise level sigma.

    Raises: Refusal unless W are three layers that fit, y finite pictures, and c a class for each of them.
    """
    W, y, c = checked_denoiser(W), checked_pictures(y), class_rows(c)
    require(len(y) == len(c), f"One class for each picture: got {len(c)} for {len(y)}.")
    return guess(W, y, np.float32(number(sigma, "The noise level sigma")), c)


def denoiser_gradients(W: Weights, y: Pictures, k: np.ndarray, x: Pictures) -> tuple[Weights, float]:
    """Of the loss of these pictures with respect to each layer, by the chain rule from the output back; and the loss.

    y: noisy pictures, already over sqrt(1 + sigma^2); k: what the layers are told.
    """
    a_0 = np.hstack([y, k])
    a_1 = np.hstack([np.maximum(a_0 @ W.W_1, 0), k])
    a_2 = np.hstack([np.maximum(a_1 @ W.W_2, 0), k])
    d_3 = a_2 @ W.W_3
    d_3 -= x
    loss = float(np.vdot(d_3, d_3)) / d_3.size
    d_3 *= 2 / d_3.size
    d_2 = d_3 @ W.W_3[:-TOLD].T
    d_2 *= a_2[:, :-TOLD] > 0
    d_1 = d_2 @ W.W_2[:-TOLD].T
    d_1 *= a_1[:, :-TOLD] > 0
    return Weights(a_0.T @ d_1, a_1.T @ d_2, a_2.T @ d_3), loss


def concept_training(
    x: ArrayLike,
    c: ArrayLike,
    W: Weights,
    steps: int = 300,
    *,
    eta: float = ETA,
    every: int = 10,
    rng: np.random.Generator,
) -> Iterator[State]:
    """The states of a training on the pictures x of the classes c, one every so many steps and one at the end.

    Each step of Adam takes 64 pictures at random, each with new noise of a level from 0.05 to 10, whose logarithm is
    uniform. W stays as it is.
    Raises: Refusal unless x are finite pictures with a class each, W three layers that fit, and the numbers what they
        stand for.
    """
    x, c = checked_pictures(x), class_rows(c)
    require(len(x) == len(c), f"One class for each picture: got {len(c)} for {len(x)}.")
    W = Weights(*(layer.copy() for layer in checked_denoiser(W)))
    steps, every = whole(steps, "The number of steps", least=0), whole(every, "The steps from state to state")
    adam, losses, rates = Adam(W), [], [number(eta, "A learning rate")] * len(W)
    for step in range(1, steps + 1):
        some = rng.integers(len(x), size=BATCH)
        sigma = SIGMAS[0] * (SIGMAS[1] / SIGMAS[0]) ** rng.random((BATCH, 1), np.float32)
        y = rng.standard_normal((BATCH, PIXELS), np.float32)
        y *= sigma
        y += x[some]
        y /= np.sqrt(1 + sigma**2)
        g, loss = denoiser_gradients(W, y, told(c[some], sigma), x[some])
        adam.step(W, g, rates)
        losses.append(loss)
        if len(losses) == every or step == steps:
            yield State(step, Weights(*(layer.copy() for layer in W)), float(np.mean(losses)))
            losses = []


def checked_denoiser(W: Weights) -> Weights:
    """The layers in single precision. Raises: Refusal unless they are three finite tables that fit one another."""
    require(isinstance(W, tuple) and len(W) == 3, "A network is three layers of weights: Weights(W_1, W_2, W_3).")
    W = Weights(*(plain(layer, np.float32, "A layer of weights: numbers are needed.") for layer in W))
    shapes = [layer.shape for layer in W]
    N = shapes[0][-1] if W.W_1.ndim == 2 else 0
    fit = N > 0 and shapes == [(PIXELS + TOLD, N), (N + TOLD, N), (N + TOLD, PIXELS)]
    require(fit, f"These layers do not fit: {', '.join(map(str, shapes))}.")
    require(all(np.isfinite(layer).all() for layer in W), "A layer of weights: some are no finite numbers.")
    return W


def guess(W: Weights, y: Pictures, sigma: np.float32, c: Classes) -> Pictures:
    """f, of what has been checked."""
    k = told(c, np.full((len(y), 1), sigma, np.float32))
    a_1 = np.maximum(np.hstack([y / np.sqrt(1 + sigma**2), k]) @ W.W_1, 0)
    return np.hstack([np.maximum(np.hstack([a_1, k]) @ W.W_2, 0), k]) @ W.W_3
