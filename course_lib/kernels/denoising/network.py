"""A small network without biases that learns to take noise off images, at any noise level and without being told it.

    h_1 = y W_1,   h_2 = rho(h_1) W_2,   f(y) = rho(h_2) W_3,   rho(h) = max(h, 0)

Without biases f(c y) = c f(y) for every c > 0. So f(y) = J(y) y: the network projects its input as a matrix does, but
on axes that it chooses for each image anew.

Such a network says nothing about an image of zeros but zeros. That is the right answer where the data have mean zero,
and so its digits are centred: all noise and no signal is then best denoised to the mean.

Symbols   x      clean images (images, d)
          y      noisy images (images, d): y = x + sigma z with z standard normal
          sigma  noise level, in units of half the step from paper to ink
          d, N   pixels of an image; neurons in each hidden layer
          n      images in each half of the data
          W      weights of the three layers: (d, N), (N, N), (N, d)
          h      what each layer puts out, before the nonlinearity
          f      the denoised images (images, d)
          J      Jacobian of f at one image (d, d): J_ij = df_i/dy_j
          eta    learning rate of Adam at the first step; it falls in a straight line to zero
          loss   mean square of f - x, a pixel

Source: Mohan, Kadkhodaie, Simoncelli and Fernandez-Granda, ICLR 2020, arXiv:1906.05478.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.adam import Adam
from course_lib.shared.arrays import rows
from course_lib.shared.digits import PIXELS
from course_lib.shared.numbers import number, whole

from .checks import levels, points

Images = Float[np.ndarray, "images d"]

WIDTH, STEPS, BATCH, ETA = 128, 2000, 128, 6e-3
SIGMAS = 0.2, 1.0  # the noise levels of a training, from the least to the most
WIDEST = 4096  # its hidden layer alone takes 64 MB, and Adam keeps three more of them


class Weights(NamedTuple):
    """The three layers, input to output; each acts from the right, y W."""

    W_1: Float[np.ndarray, "d N"]
    W_2: Float[np.ndarray, "N N"]
    W_3: Float[np.ndarray, "N d"]


class State(NamedTuple):
    """A network in training: its weights after so many steps, and the mean loss of the steps since the last state."""

    step: int
    W: Weights
    loss: float


class Halves(NamedTuple):
    """Images for two networks, none of them in both; and those that neither network sees."""

    one: Images
    other: Images
    unseen: Images


def initial_weights(N: int = WIDTH, d: int = PIXELS, *, rng: np.random.Generator) -> Weights:
    """Gaussian weights of variance 2 over the inputs behind a nonlinearity, which halves a square, and 1 otherwise.

    Raises: Refusal unless the width N and the number of pixels d are whole numbers from 1 to some thousands.
    Source: He, Zhang, Ren and Sun, ICCV 2015.
    """
    N, d = whole(N, "A width"), whole(d, "The number of pixels")
    require(max(N, d) <= WIDEST, f"A network {max(N, d)} wide takes too much memory: {WIDEST} is the most.")
    shapes, gains = ((d, N), (N, N), (N, d)), (1, 2, 2)
    return Weights(
        *(
            rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(gain / shape[0]))
            for shape, gain in zip(shapes, gains)
        )
    )


def denoised(W: Weights, y: ArrayLike) -> Images:
    """f(y), in double precision.

    Raises: Refusal unless W are three layers that fit, and y finite images in rows, with as many pixels as W takes.
    """
    W = checked_weights(W)
    h_2 = rho(points(y, "The noisy images", len(W.W_1)) @ W.W_1) @ W.W_2
    return rho(h_2) @ W.W_3


def jacobian(W: Weights, y: ArrayLike) -> Float[np.ndarray, "d d"]:
    """J at one noisy image y (d,): the product of the layers, less the neurons that are silent there.

    Raises: Refusal unless W are three layers that fit, and y one finite image with as many pixels as W takes.
    """
    W, y = checked_weights(W), rows(y)
    require(y.ndim == 1, f"One noisy image is needed, of shape ({len(W.W_1)},): got the shape {y.shape}.")
    h_1 = points(y[None], "The noisy image", len(W.W_1)) @ W.W_1
    h_2 = rho(h_1) @ W.W_2
    return (((W.W_1 * (h_1 > 0)) @ W.W_2 * (h_2 > 0)) @ W.W_3).T


def gradients(W: Weights, y: Images, x: Images) -> tuple[Weights, float]:
    """Of the loss of these images with respect to each layer, by the chain rule from the output back; and the loss."""
    a_1 = y @ W.W_1
    rho(a_1, out=a_1)
    a_2 = a_1 @ W.W_2
    rho(a_2, out=a_2)
    d_3 = a_2 @ W.W_3
    d_3 -= x
    loss = float(np.vdot(d_3, d_3)) / d_3.size
    d_3 *= 2 / d_3.size
    d_2 = d_3 @ W.W_3.T
    d_2 *= a_2 > 0
    d_1 = d_2 @ W.W_2.T
    d_1 *= a_1 > 0
    return Weights(y.T @ d_1, a_1.T @ d_2, a_2.T @ d_3), loss


def training(
    x: ArrayLike,
    W: Weights,
    steps: int = STEPS,
    *,
    eta: float = ETA,
    sigmas: tuple[float, float] = SIGMAS,
    every: int = 100,
    rng: np.random.Generator,
) -> Iterator[State]:
    """The states of a training on the clean images x, one every so many steps and one at the end; W stays as it is.

    Each step of Adam takes 128 images at random, each with new noise of a level between the two sigmas, whose
    logarithm is uniform. With two levels that are the same the network learns for that one.

    Raises: Refusal unless x are finite images in rows, W three layers that fit, and the numbers what they stand for;
        and where the training runs away.
    """
    W = Weights(*(layer.astype(np.float32) for layer in checked_weights(W)))
    x = points(x, "The clean images", len(W.W_1)).astype(np.float32)
    steps, every = whole(steps, "The number of steps", least=0), whole(every, "The steps from state to state")
    eta, (least, most) = number(eta, "A learning rate"), levels(sigmas)
    adam, losses = Adam(W), []
    for step in range(steps):
        clean = x[rng.integers(len(x), size=BATCH)]
        sigma = least * (most / least) ** rng.random((BATCH, 1), np.float32)
        y = rng.standard_normal(clean.shape, np.float32)
        y *= sigma
        y += clean
        with np.errstate(over="ignore", invalid="ignore"):  # where it runs away, it is said in words
            g, loss = gradients(W, y, clean)
            adam.step(W, g, [eta * (1 - step / steps)] * len(W))
        require(np.isfinite(loss), f"The loss of step {step + 1} is no number: the rate {eta:g} is too large.")
        losses.append(loss)
        if len(losses) == every or step + 1 == steps:
            yield State(step + 1, Weights(*(layer.copy() for layer in W)), float(np.mean(losses)))
            losses = []


def two_halves(x: ArrayLike, n: int, *, rng: np.random.Generator) -> Halves:
    """n images for each of two networks, from the two ends of the shuffled rows of x.

    The same shuffle with a larger n gives each network the images it had, and more.
    Raises: Refusal unless x are finite images in rows, and n a whole number of which two go into them.
    """
    x = points(x, "The images")
    return both_ends(x[rng.permutation(len(x))], n)


def both_ends(x: Images, n: int) -> Halves:
    """The first n rows, the last n, and those between. Raises: Refusal unless there are so many."""
    n = whole(n, "The number of images in a half")
    require(2 * n <= len(x), f"Two halves of {n} images each do not fit into {len(x)}.")
    return Halves(x[:n], x[len(x) - n :], x[n : len(x) - n])


def rho(h: Images, out: Images | None = None) -> Images:
    """max(h, 0): a neuron is silent or linear."""
    return np.maximum(h, 0, out=out)


def checked_weights(W: Weights) -> Weights:
    """The layers in double precision. Raises: Refusal unless they are three finite tables that fit one another."""
    require(isinstance(W, tuple) and len(W) == 3, "A network is three layers of weights: Weights(W_1, W_2, W_3).")
    W = Weights(*(points(layer, "A layer of weights") for layer in W))
    (d, N), (rows, columns), (last, out) = (layer.shape for layer in W)
    fit = N == rows and columns == last and out == d
    require(fit, f"These layers do not fit: {d} by {N}, {rows} by {columns}, {last} by {out}.")
    return W
