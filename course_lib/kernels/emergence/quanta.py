"""The quantization model: a network learns pieces of knowledge, quanta, each all at once, the most used first.

Quantum j is what a sample needs with frequency f_j ~ j^-(alpha + 1), and a sample whose quantum is missing costs 1.

    N quanta held:      loss = sum_{j > N} f_j                       ~ N^-alpha
    D samples seen:     loss = sum_j f_j P(quantum j seen too rarely)  ~ D^-(alpha/(1 + alpha))

Each quantum is a step, and the sum of steps a power law. What comes is a Poisson stream: D samples show quantum j
Poisson(D f_j) times, so that it is a coin-flip model of very unequal skills.

Symbols   alpha  exponent of the Zipf law of the quanta
          N      parameters, counted in quanta that they hold
          D      tokens seen, counted in samples
          loss   chance that a sample needs what is not there, from 0 to 1
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc, zeta

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

from .coin_checks import Numbers

SINGLY, RATIO = 1000, 1.02  # quanta that are summed one by one; beyond, groups two percent wide
SCARCE = 1e-9  # D f below which a quantum is certainly not seen: all rarer ones are one group
FEW = 10  # terms of the exponential series up to which they are summed one by one
FAR = 50.0  # from where sums are integrals, with corrections


class Exponents(NamedTuple):
    """Powers with which the loss falls: in the parameters, and in the data."""

    size: float
    data: float


class Staircase(NamedTuple):
    """Samples at which each quantum is learnt, in the order of learning, and the loss from there on."""

    D: Float[np.ndarray, " quanta"]
    loss: Float[np.ndarray, " quanta"]


def quanta_exponents(alpha: float) -> Exponents:
    """alpha, and alpha/(1 + alpha). Source: Michaud, Liu, Girit and Tegmark, arXiv:2303.13506 (2023), section 2."""
    alpha = _zipf(alpha)
    return Exponents(alpha, alpha / (1 + alpha))


def frequency(j: ArrayLike, alpha: float, quanta: float = np.inf) -> Numbers:
    """f_j = j^-(alpha + 1) / sum over all quanta: how often quantum j is needed. `quanta` is how many there are."""
    j = plain(j, float, "The number of a quantum is a number.")
    require(bool(((j >= 1) & (j <= _count(quanta))).all()), "Quanta are numbered from 1 to as many as there are.")
    return j ** -(1 + _zipf(alpha)) / _beyond(0.0, alpha, quanta)


def loss_of_size(N: ArrayLike, alpha: float, quanta: float = np.inf) -> Numbers:
    """sum_{j > N} f_j, a ratio of zeta functions: the N most frequent quanta are there. Few quanta in all: a cut-off.

    Near the cut-off the loss falls faster, with the local exponent alpha/(1 - (N/quanta)^alpha).
    """
    N = plain(N, float, "N: numbers are needed.")
    require(bool(((N >= 0) & (N <= _count(quanta))).all()), "N quanta: from 0 to as many as there are.")
    return _beyond(N, alpha, quanta) / _beyond(0.0, alpha, quanta)


def loss_of_data(D: ArrayLike, alpha: float, times: int = 1, quanta: float = np.inf) -> Numbers:
    """sum_j f_j P(Poisson(D f_j) < times): the expected loss, if a quantum is learnt once it was seen so many times.

    Beyond the thousandth, quanta are summed in groups, good to 1e-5.
    """
    D, times = _samples(D), whole(times, "Times that a quantum must be seen")
    f, weight = _groups(float(D.max(initial=1.0)), alpha, quanta)
    return _seen_less_often(times, D[..., None] * f) @ weight


def quantum_learnt(D: ArrayLike, j: int, alpha: float, times: int = 1, quanta: float = np.inf) -> Numbers:
    """P(Poisson(D f_j) >= times): the chance that quantum j is there after D samples: one smooth step of the sum."""
    times, f = whole(times, "Times that a quantum must be seen"), frequency(whole(j, "The quantum"), alpha, quanta)
    return gammainc(times, _samples(D) * f)


def staircase(alpha: float, quanta: int, times: int = 1, *, rng: np.random.Generator) -> Staircase:
    """One network's way down: when it has seen each quantum so many times, and what loss is left.

    In a Poisson stream the time of the times-th sight is a gamma variable over f_j.
    """
    f = frequency(np.arange(1, whole(quanta, "Quanta") + 1), alpha, quanta)
    D = rng.standard_gamma(whole(times, "Times that a quantum must be seen"), len(f)) / f
    order = np.argsort(D)
    lost = np.cumsum(f[order][::-1])[::-1]
    return Staircase(D[order], np.append(lost[1:], 0.0))


def local_exponent(x: ArrayLike, loss: ArrayLike) -> Float[np.ndarray, " n"]:
    """-d ln loss / d ln x, by differences to the neighbours. Raises: Refusal unless all are positive and x rises."""
    x, y = _positive_rows(x, loss)
    return -np.gradient(np.log(y), np.log(x))


def fitted_exponent(x: ArrayLike, loss: ArrayLike) -> float:
    """The power of a straight line through ln loss against ln x, by least squares."""
    x, y = _positive_rows(x, loss)
    return float(-np.polyfit(np.log(x), np.log(y), 1)[0])


def _seen_less_often(times: int, x: Numbers) -> Numbers:
    """e^-x (1 + x + x^2/2! + ...), so many terms: the chance that Poisson(x) is less than `times`."""
    if times > FEW:
        return gammaincc(times, x)
    term = np.exp(-x)
    total = term.copy()
    for i in range(1, times):
        term = term * x / i
        total += term
    return total


def _groups(most: float, alpha: float, quanta: float) -> tuple[Numbers, Numbers]:
    """Frequencies of single quanta and of groups (each at its weighted mean), and how much each weighs."""
    s = 1 + _zipf(alpha)
    rarest = max((most / SCARCE) ** (1 / s), 2.0 * SINGLY)
    last = np.floor(min(_count(quanta), rarest))
    edges = np.arange(min(SINGLY, last) + 1)
    if last > SINGLY:
        wide = np.geomspace(SINGLY, last, 2 + int(np.log(last / SINGLY) / np.log(RATIO)))
        edges = np.append(edges, np.unique(np.round(wide[1:])))
    beyond = _beyond(edges, alpha, quanta)
    weight = -np.diff(beyond)
    f = -np.diff(_zeta(2 * s, edges + 1)) / weight  # averaged over a group, each quantum as often as it is needed
    return np.append(f, 0.0) / beyond[0], np.append(weight, beyond[-1]) / beyond[0]


def _beyond(N: ArrayLike, alpha: float, quanta: float) -> Numbers:
    """sum_{N < j <= quanta} j^-(alpha + 1)."""
    s, last = 1 + _zipf(alpha), _count(quanta)
    return _zeta(s, np.asarray(N) + 1) - (_zeta(s, last + 1) if np.isfinite(last) else 0.0)


def _zeta(s: float, q: ArrayLike) -> Numbers:
    """sum_{j >= q} j^-s; from q = 50 on by the integral and three terms of Euler and Maclaurin, good to 1e-13."""
    q = np.asarray(q, dtype=float)
    far = np.maximum(q, FAR)
    by_integral = far**-s * (far / (s - 1) + 0.5 + s / (12 * far) * (1 - (s + 1) * (s + 2) / (60 * far**2)))
    found = np.array(by_integral)
    found[q < FAR] = zeta(s, q[q < FAR])
    return found[()]


def _zipf(alpha: float) -> float:
    return number(alpha, "The exponent alpha of Zipf's law")


def _count(quanta: float) -> float:
    return quanta if isinstance(quanta, float) and quanta == np.inf else float(whole(quanta, "Quanta"))


def _samples(D: ArrayLike) -> Numbers:
    D = plain(D, float, "Samples D: numbers are needed.")
    require(bool(((D >= 0) & np.isfinite(D)).all()), "Samples D: finite, and never negative.")
    return D


def _positive_rows(x: ArrayLike, loss: ArrayLike) -> tuple[Numbers, Numbers]:
    x, y = (plain(a, float, "Numbers are needed.") for a in (x, loss))
    fine = x.ndim == 1 and x.shape == y.shape and len(x) > 1 and bool((x > 0).all() and (y > 0).all())
    require(fine and bool((np.diff(x) > 0).all()), "Two rows of positive numbers are needed, the first rising.")
    return x, y
