"""How the best learning rate moves as a network widens: sweeps, the lowest point of a bowl, and the reason.

Symbols   d     width: neurons in each of the two hidden layers
          h     what each layer puts out, before any nonlinearity
          eta   learning rate, as it is at the base width
          loss  cross-entropy of all 1797 digits after training, in nats
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import whole

from .digit_network import Parametrisation, digits, digits_loss, initial_weights, layer_outputs, trained


class Run(NamedTuple):
    """One training run of a sweep, and where it ended."""

    d: int
    parametrisation: str
    log2_eta: float
    loss: float


def train(d: int, eta: float, parametrisation: Parametrisation, steps: int, *, rng: np.random.Generator) -> float:
    """The loss of a new network after so many steps."""
    W = initial_weights(d, parametrisation, rng=rng)
    return digits_loss(trained(W, eta, parametrisation, steps, rng=rng))


def sweep(
    widths: Sequence[int],
    log2_etas: Sequence[float],
    parametrisations: Sequence[Parametrisation],
    steps: int,
    *,
    rng: np.random.Generator,
    skip: int = 0,
) -> Iterator[Run]:
    """Train at every width, in every parametrisation, at every learning rate; yield each run as it ends.

    The runs at one width have their draws in common, first weights and digits alike, so that they differ by what is
    compared alone. skip: so many runs are done already; a sweep that was stopped goes on from there.
    """
    seeds = rng.integers(2**63, size=len(widths))
    runs = [(d, p, k, seed) for d, seed in zip(widths, seeds) for p in parametrisations for k in log2_etas]
    for d, p, k, seed in runs[whole(skip, "The number of runs already done", least=0) :]:
        yield Run(d, p.name, k, train(d, 2.0**k, p, steps, rng=np.random.default_rng(seed)))


def best_log2_eta(log2_etas: ArrayLike, losses: ArrayLike) -> float:
    """Where ln loss is lowest: the vertex of the parabola through the lowest value and its two neighbours.

    Args: log2_etas: equally spaced. Raises: Refusal if the lowest value is at an end, where nothing says how far to go.
    """
    k, ln_loss = np.asarray(log2_etas, float), np.log(np.asarray(losses, float))
    require(k.shape == ln_loss.shape and k.ndim == 1, f"One loss a learning rate: {ln_loss.shape} for {k.shape}.")
    require(len(k) > 2 and np.allclose(np.diff(k, 2), 0), "The learning rates: three or more, by equal factors.")
    i = int(np.argmin(ln_loss))
    require(0 < i < len(k) - 1, "The lowest loss is at an end of the sweep: go on to further learning rates.")
    before, lowest, after = ln_loss[i - 1 : i + 2]
    return float(k[i] + (k[i + 1] - k[i]) * (before - after) / (2 * (before - 2 * lowest + after)))


def coordinate_check(
    d: int, eta: float, parametrisation: Parametrisation, steps: int, *, rng: np.random.Generator
) -> Float[np.ndarray, " 3"]:
    """By how much a few steps change what each layer puts out: the root mean square of h(after) - h(before).

    Maximal update leaves it as it is, however wide the network. After one small step of the standard one it grows as
    d^0, d^1 and d^3/2 from layer to layer, for d entries move together. Source: Yang et al. (2022), appendix D.1.
    """
    before = initial_weights(d, parametrisation, rng=rng)
    after = trained(before, eta, parametrisation, steps, rng=rng)
    x = digits()[0]
    change = [new - old for new, old in zip(layer_outputs(after, x), layer_outputs(before, x))]
    return np.array([np.sqrt((dh.astype(np.float64) ** 2).mean()) for dh in change])
