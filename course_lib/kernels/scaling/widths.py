"""A network of three layers on handwritten digits, at any width, in two parametrisations: which learning rate is best?

    logits = tanh(tanh(x W_1) W_2) W_3,    x (64,), W_1 (64, N), W_2 (N, N), W_3 (N, 10), no biases

A parametrisation says how each layer's first weights and its learning rate change with the width. At the base width
all parametrisations are one and the same network, number by number.

Symbols   N     width: neurons in each of the two hidden layers
          W     weights of the three layers: input, hidden, output
          h     what each layer puts out, before any nonlinearity
          eta   learning rate, as it is at the base width
          loss  cross-entropy of all 1797 digits, in nats
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int
from numpy.typing import ArrayLike

from course_lib.core import require

Images = Float32[np.ndarray, "images 64"]
Labels = Int[np.ndarray, " images"]
Numbers = Float[np.ndarray, " runs"]

PIXELS, DIGITS = 64, 10
BASE = 32  # the width at which the parametrisations agree
BATCH = 64
WIDEST = 8192  # its hidden layer alone takes 256 MB, and Adam keeps three more of them


class Weights(NamedTuple):
    """The three layers, input to output; each acts from the right, x W."""

    W_1: Float32[np.ndarray, "64 N"]
    W_2: Float32[np.ndarray, "N N"]
    W_3: Float32[np.ndarray, "N 10"]


class Parametrisation(NamedTuple):
    """Exponents of the width for the input, the hidden and the output layer: b and c of an abc-parametrisation.

    init: the first weights have the standard deviation (N / BASE)^-b / sqrt(inputs at the base width).
    rate: the learning rate is eta (N / BASE)^-c.
    """

    name: str
    init: tuple[float, float, float]
    rate: tuple[float, float, float]


class Run(NamedTuple):
    """One training run of a sweep, and where it ended."""

    N: int
    parametrisation: str
    log2_eta: float
    loss: float


# Every layer starts at 1 / sqrt(inputs), and there is one learning rate for all: how a network is usually set up.
SP = Parametrisation("standard", init=(0.0, 0.5, 0.5), rate=(0.0, 0.0, 0.0))
# Maximal update, for Adam: Yang and Hu, arXiv:2011.14522 (2021); Yang et al., arXiv:2203.03466 (2022), table 3.
MUP = Parametrisation("maximal update", init=(0.0, 0.5, 1.0), rate=(0.0, 1.0, 1.0))


@cache
def digits() -> tuple[Images, Labels]:
    """The 8 x 8 digits of scikit-learn, each pixel less its mean and over 8, and which digit each of them is.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI repository (1998).
    """
    from sklearn.datasets import load_digits  # takes a second to import

    x, label = load_digits(return_X_y=True)
    x, label = ((x - x.mean(axis=0)) / 8).astype(np.float32), label.astype(np.int64)
    for kept in (x, label):
        kept.flags.writeable = False  # the cache hands the same arrays to all
    return x, label


def initial_weights(N: int, parametrisation: Parametrisation, *, rng: np.random.Generator) -> Weights:
    """Gaussian weights of mean 0; the same draws, scaled, in every parametrisation."""
    N = _count(N, 1, "A width")
    require(N <= WIDEST, f"A network {N} neurons wide takes too much memory: {WIDEST} is the most.")
    shapes, inputs = ((PIXELS, N), (N, N), (N, DIGITS)), (PIXELS, BASE, BASE)
    return Weights(
        *(
            rng.standard_normal(shape, np.float32) * np.float32((N / BASE) ** -b / np.sqrt(n))
            for shape, n, b in zip(shapes, inputs, parametrisation.init)
        )
    )


def layer_outputs(W: Weights, x: Images) -> tuple[Float[np.ndarray, "images _"], ...]:
    """h_1 = x W_1, h_2 = tanh(h_1) W_2, h_3 = tanh(h_2) W_3; softmax(h_3) is what the network says of each digit."""
    h_1 = x @ W.W_1
    h_2 = np.tanh(h_1) @ W.W_2
    return h_1, h_2, np.tanh(h_2) @ W.W_3


def digits_loss(W: Weights) -> float:
    """-<ln softmax(h_3)[label]> over all digits, in nats: ln 10 for a network that says nothing."""
    x, label = digits()
    h_3 = layer_outputs(W, x)[-1].astype(np.float64)
    h_3 -= h_3.max(axis=1, keepdims=True)
    return float((np.log(np.exp(h_3).sum(axis=1)) - h_3[np.arange(len(label)), label]).mean())


def trained(
    W: Weights, eta: float, parametrisation: Parametrisation, steps: int, *, rng: np.random.Generator
) -> Weights:
    """The weights after so many steps of Adam, each on 64 digits drawn at random; W is left as it is.

    Source: Kingma and Ba, arXiv:1412.6980 (2014), with its own constants: 0.9, 0.999 and 1e-8.
    """
    require(np.isfinite(eta) and eta > 0, f"A learning rate is a positive number: got {eta}.")
    steps = _count(steps, 0, "The number of steps")
    import torch  # takes a second to import: not before something is trained

    r = len(W.W_2) / BASE
    layers = [torch.tensor(layer).requires_grad_() for layer in W]
    rates = [{"params": [layer], "lr": eta * r**-c} for layer, c in zip(layers, parametrisation.rate)]
    adam = torch.optim.Adam(rates, fused=True)
    x, label = map(torch.tensor, digits())
    for _ in range(steps):
        batch = torch.from_numpy(rng.integers(len(x), size=BATCH))
        h_2 = (x[batch] @ layers[0]).tanh() @ layers[1]
        adam.zero_grad()
        torch.nn.functional.cross_entropy(h_2.tanh() @ layers[2], label[batch]).backward()
        adam.step()
    return Weights(*(layer.detach().numpy() for layer in layers))


def train(N: int, eta: float, parametrisation: Parametrisation, steps: int, *, rng: np.random.Generator) -> float:
    """The loss of a new network after so many steps."""
    W = initial_weights(N, parametrisation, rng=rng)
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
    runs = [(N, p, k, seed) for N, seed in zip(widths, seeds) for p in parametrisations for k in log2_etas]
    for N, p, k, seed in runs[_count(skip, 0, "The number of runs already done") :]:
        yield Run(N, p.name, k, train(N, 2.0**k, p, steps, rng=np.random.default_rng(seed)))


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
    N: int, eta: float, parametrisation: Parametrisation, steps: int, *, rng: np.random.Generator
) -> Float[np.ndarray, " 3"]:
    """By how much a few steps change what each layer puts out: the root mean square of h(after) - h(before).

    Maximal update leaves it as it is, however wide the network; after one small step of the standard one it grows as
    N^0, N^1 and N^3/2, layer by layer. Source: Yang et al., arXiv:2203.03466 (2022), section 8 and appendix D.1.
    """
    before = initial_weights(N, parametrisation, rng=rng)
    after = trained(before, eta, parametrisation, steps, rng=rng)
    x = digits()[0]
    change = [new - old for new, old in zip(layer_outputs(after, x), layer_outputs(before, x))]
    return np.array([np.sqrt((dh.astype(np.float64) ** 2).mean()) for dh in change])


def _count(n: int, least: int, what: str) -> int:
    whole = isinstance(n, (int, np.integer)) and not isinstance(n, bool)
    require(whole and n >= least, f"{what} is a whole number from {least} on: got {n!r}.")
    return int(n)
