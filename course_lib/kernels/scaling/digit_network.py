"""A network of three layers that learns handwritten digits, at any width and in two parametrisations.

    h_1 = x W_1,   h_2 = tanh(h_1) W_2,   h_3 = tanh(h_2) W_3,   softmax(h_3) is what it says;  no biases

A parametrisation says how each layer's first weights and its learning rate change with the width. At the base width
all parametrisations are one and the same network, number by number.

Symbols   d     width: neurons in each of the two hidden layers
          x     images (images, 64)
          W     weights of the three layers: input (64, d), hidden (d, d), output (d, 10)
          h     what each layer puts out, before any nonlinearity
          eta   learning rate, as it is at the base width
          loss  cross-entropy, in nats
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int

from course_lib.core import require
from course_lib.shared.adam import Adam
from course_lib.shared.digits import DIGITS, PIXELS, centred_digits, handwritten_digits
from course_lib.shared.numbers import number, whole

Images = Float32[np.ndarray, "images 64"]
Labels = Int[np.ndarray, " images"]

BASE = 32  # the width at which the parametrisations agree
BATCH = 64
WIDEST = 8192  # its hidden layer alone takes 256 MB, and Adam keeps three more of them


class Weights(NamedTuple):
    """The three layers, input to output; each acts from the right, x W."""

    W_1: Float32[np.ndarray, "64 d"]
    W_2: Float32[np.ndarray, "d d"]
    W_3: Float32[np.ndarray, "d 10"]


class Parametrisation(NamedTuple):
    """Exponents of the width for the input, the hidden and the output layer: b and c of an abc-parametrisation.

    init: the first weights have the standard deviation (d / BASE)^-b / sqrt(inputs at the base width).
    rate: the learning rate is eta (d / BASE)^-c.
    """

    name: str
    init: tuple[float, float, float]
    rate: tuple[float, float, float]


# Every layer starts at 1 / sqrt(inputs), and there is one learning rate for all: how a network is usually set up.
SP = Parametrisation("standard", init=(0.0, 0.5, 0.5), rate=(0.0, 0.0, 0.0))
# Maximal update, for Adam: Yang and Hu, arXiv:2011.14522 (2021); Yang et al., arXiv:2203.03466 (2022), table 3.
MUP = Parametrisation("maximal update", init=(0.0, 0.5, 1.0), rate=(0.0, 1.0, 1.0))


def digits() -> tuple[Images, Labels]:
    """The digits of scikit-learn, each pixel less its mean and over 8, and which digit each of them is."""
    return centred_digits(), handwritten_digits().label


def initial_weights(d: int, parametrisation: Parametrisation, *, rng: np.random.Generator) -> Weights:
    """Gaussian weights of mean 0; the same draws, scaled, in every parametrisation."""
    d = whole(d, "A width")
    require(d <= WIDEST, f"A network {d} neurons wide takes too much memory: {WIDEST} is the most.")
    shapes, inputs = ((PIXELS, d), (d, d), (d, DIGITS)), (PIXELS, BASE, BASE)
    return Weights(
        *(
            rng.standard_normal(shape, np.float32) * np.float32((d / BASE) ** -b / np.sqrt(n))
            for shape, n, b in zip(shapes, inputs, parametrisation.init)
        )
    )


def layer_outputs(W: Weights, x: Images) -> tuple[Float[np.ndarray, "images _"], ...]:
    """h_1, h_2 and h_3."""
    h_1 = x @ W.W_1
    h_2 = np.tanh(h_1) @ W.W_2
    return h_1, h_2, np.tanh(h_2) @ W.W_3


def digits_loss(W: Weights) -> float:
    """-<ln softmax(h_3)[label]> over all digits, in nats: ln 10 for a network that says nothing."""
    x, label = digits()
    h_3 = layer_outputs(W, x)[-1].astype(np.float64)
    h_3 -= h_3.max(axis=1, keepdims=True)
    return float((np.log(np.exp(h_3).sum(axis=1)) - h_3[np.arange(len(label)), label]).mean())


def gradients(W: Weights, x: Images, label: Labels) -> Weights:
    """Of the mean loss of these images with respect to each layer, by the chain rule from the output back."""
    h_1, h_2, h_3 = layer_outputs(W, x)
    a_1, a_2 = np.tanh(h_1), np.tanh(h_2)
    d_3 = np.exp(h_3 - h_3.max(axis=1, keepdims=True))
    d_3 /= d_3.sum(axis=1, keepdims=True)  # softmax: what the network says
    d_3[np.arange(len(label)), label] -= 1  # less what is true
    d_3 /= len(label)
    d_2 = (d_3 @ W.W_3.T) * (1 - a_2**2)
    d_1 = (d_2 @ W.W_2.T) * (1 - a_1**2)
    return Weights(x.T @ d_1, a_1.T @ d_2, a_2.T @ d_3)


def trained(
    W: Weights, eta: float, parametrisation: Parametrisation, steps: int, *, rng: np.random.Generator
) -> Weights:
    """The weights after so many steps of Adam, each on 64 digits drawn at random; W is left as it is."""
    eta = number(eta, "A learning rate")
    rates = [float(eta * (len(W.W_2) / BASE) ** -c) for c in parametrisation.rate]
    W = Weights(*(layer.copy() for layer in W))
    adam = Adam(W)
    x, label = digits()
    for _ in range(whole(steps, "The number of steps", least=0)):
        batch = rng.integers(len(x), size=BATCH)
        adam.step(W, gradients(W, x[batch], label[batch]), rates)
    return W
