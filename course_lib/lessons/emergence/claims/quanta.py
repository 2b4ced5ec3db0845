"""Claims about quanta: pieces of knowledge that come all at once, whose sum is a power law."""

from functools import partial

import numpy as np

from course_lib.kernels.emergence import metrics, quanta
from course_lib.learn import Between, Bias, Claim, Errors
from course_lib.shared.estimates import mean_and_error

from .tools import ROOM, Measurement, farthest

MICHAUD = "Michaud, Liu, Girit and Tegmark, arXiv:2303.13506 (2023)"
N = np.geomspace(10, 1e4, 20).round()
ZIPF = (0.3, 0.5, 1.0)
FINITE = Bias(6e-3, "exponents of sums from finite N and D, not of their limits")


def of_size(alpha: float, count: float = np.inf) -> float:
    return quanta.fitted_exponent(N, quanta.loss_of_size(N, alpha, count))


def of_data(alpha: float, count: float = np.inf) -> float:
    D = np.geomspace(1e3, 1e6, 20)
    return quanta.fitted_exponent(D, quanta.loss_of_data(D, alpha, 1, count))


def size_exponents(rng: np.random.Generator, count: float = np.inf) -> Measurement:
    return farthest([of_size(alpha, count) for alpha in ZIPF], [quanta.quanta_exponents(alpha).size for alpha in ZIPF])


def data_exponents(rng: np.random.Generator, power: int = 1) -> Measurement:
    """From the exponent of the data where power = 1, from that of the size where it is 0."""
    return farthest([of_data(alpha) for alpha in ZIPF], [alpha / (1 + power * alpha) for alpha in ZIPF])


def cut_off(rng: np.random.Generator, count: float) -> Measurement:
    return farthest([of_size(0.3, count), of_data(0.3, count)], (0.333, 0.272))


def left_at(steps: quanta.Staircase, D: float | np.ndarray) -> np.ndarray:
    """The loss of one network after D samples."""
    return np.append(1.0, steps.loss)[np.searchsorted(steps.D, D)]


def one_network(rng: np.random.Generator, alpha: float) -> Measurement:
    """The exponent of one staircase of 200,000 quanta, from a hundred to a hundred thousand samples."""
    D = np.geomspace(1e2, 1e5, 20)
    return quanta.fitted_exponent(D, left_at(quanta.staircase(alpha, 200_000, rng=rng), D)), 0.0


def forty_networks(rng: np.random.Generator, times: int) -> Measurement:
    """The mean loss of forty staircases after a thousand samples."""
    return mean_and_error([float(left_at(quanta.staircase(0.5, 10**4, times, rng=rng), 1000.0)) for _ in range(40)])


def one_quantum(rng: np.random.Generator, times: int) -> Measurement:
    """Decades of data within which the tenth quantum comes, from a tenth to nine tenths, if seen so many times."""
    decades = np.linspace(-2, 5, 7001)
    return metrics.rise_width(decades, quanta.quantum_learnt(10.0**decades, 10, 0.5, times)), 0.0


claims = (
    Claim(
        says="One quantum comes as one skill does: from 10 to 90 % within 1.340 decades of data.",
        measure=partial(one_quantum, times=1),
        expect=float(np.log10(np.log(10) / np.log(10 / 9))),
        within=Bias(1e-3, "a grid of a thousandth of a decade"),
        control=partial(one_quantum, times=2),
        source="1 - exp(-D f): a Poisson stream; control: a quantum that must be seen twice",
    ),
    Claim(
        says="N quanta held, the most frequent first, leave a loss that falls as N^-α, for α = 0.3, 0.5, 1 (worst "
        "exponent).",
        measure=size_exponents,
        expect=0.0,
        within=FINITE,
        control=partial(size_exponents, count=10**6),
        source=f"{MICHAUD}; control: a million quanta and no more",
    ),
    Claim(
        says="D samples leave a loss that falls as D^-(α/(1 + α)): 0.231, 0.333, 0.500 for α = 0.3, 0.5, 1 (worst "
        "exponent).",
        measure=data_exponents,
        expect=0.0,
        within=FINITE,
        control=partial(data_exponents, power=0),
        source=f"{MICHAUD}; Hutter, arXiv:2102.04074 (2021); control: the exponent of the size",
    ),
    Claim(
        says="A million quanta and no more look steeper: 0.333 and 0.272 where α = 0.3 says 0.300 and 0.231 (worst).",
        measure=partial(cut_off, count=10**6),
        expect=0.0,
        within=Bias(1e-3, "three decimals"),
        control=partial(cut_off, count=10**9),
        source="the local exponent is α/(1 - (N/quanta)^α); control: a thousand times as many",
    ),
    Claim(
        says="One network's staircase of such steps has the exponent 1/3 of its sum (α = 0.5).",
        measure=partial(one_network, alpha=0.5),
        expect=Between(0.27, 0.41),
        within=ROOM,
        control=partial(one_network, alpha=2.0),
        source=f"{MICHAUD}; control: α = 2",
    ),
    Claim(
        says="After 1000 samples forty networks of ten thousand quanta have the expected loss, 0.087 (α = 0.5).",
        measure=partial(forty_networks, times=1),
        expect=float(quanta.loss_of_data(1000.0, 0.5, 1, 10**4)),
        within=Errors(5),
        control=partial(forty_networks, times=2),
        source=f"{MICHAUD}; control: a quantum that must be seen twice",
    ),
)
