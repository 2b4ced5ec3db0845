"""Adam, with which networks are trained: a weight moves by its mean gradient over the root of its mean square.

Source: Kingma and Ba, arXiv:1412.6980 (2014), algorithm 1, with its own constants.
"""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

Layers = Sequence[Float[np.ndarray, "_ _"]]


class Adam:
    """What Adam remembers of the layers it trains: running sums of their gradients and of the squares of these.

    Layers, gradients and rates come in the same order at every step.
    """

    def __init__(self, W: Layers) -> None:
        self.t = 0
        self.m, self.v = [np.zeros_like(layer) for layer in W], [np.zeros_like(layer) for layer in W]

    def step(self, W: Layers, g: Layers, rates: Sequence[float]) -> None:
        """Move the layers W, in place; the arrays of their gradients g are used up.

            W <- W - eta m / (sqrt(v) + 1e-8),    m and v the running means of g and g^2 over some 10 and 1000 steps

        rates: eta of each layer.
        """
        self.t += 1
        for moved in zip(W, g, rates, self.m, self.v, strict=True):
            _move(*moved, self.t)


def _move(w: np.ndarray, g: np.ndarray, rate: float, m: np.ndarray, v: np.ndarray, t: int) -> None:
    """In place, g too: new arrays would take longer than what is done with them. m and v are sums, not yet means."""
    of_m, of_v = 0.1 / (1 - 0.9**t), math.sqrt(0.001 / (1 - 0.999**t))
    m *= 0.9
    m += g
    v *= 0.999
    v += np.square(g, out=g)
    root = np.sqrt(v, out=g)
    root += 1e-8 / of_v
    step = np.divide(m, root, out=g)
    step *= rate * of_m / of_v
    w -= step
