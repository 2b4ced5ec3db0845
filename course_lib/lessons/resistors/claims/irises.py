"""Claims about telling irises apart with a network of wires, and about how much of that is the reading."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import AtLeast, AtMost, Between, Claim, Errors

from .tools import Measurement, after

SPLITS = 20
MEAN = Errors(0)  # the bound is on the mean itself; its standard error is shown and nothing is forgiven


def mean_and_error(shares: list[float]) -> Measurement:
    return np.mean(shares), np.std(shares, ddof=1) / np.sqrt(len(shares))


def network_accuracy(split: rs.Split, steps: int) -> float:
    """16 nodes, all wired to each other, trained for so many steps and read at the nearest centroid."""
    net, nodes = rs.complete(16), np.arange(13)
    train = rs.iris_task(split.x_train, split.y_train, nodes[:10], nodes[10:])
    test = rs.iris_task(split.x_test, split.y_test, nodes[:10], nodes[10:])
    k = after(steps, net, np.ones(net.m), train, rule=partial(rs.coupled_learning, eta=0.1), rate=100.0).k
    V_train, V_test = rs.output_voltages(net, k, train), rs.output_voltages(net, k, test)
    return rs.centroid_accuracy(V_train, split.y_train, V_test, split.y_test)


def regression_at_largest(split: rs.Split) -> float:
    return rs.largest_accuracy(rs.linear_regression_outputs(split)[1], split.y_test)


def regression_at_centroids(split: rs.Split) -> float:
    train, test = rs.linear_regression_outputs(split)
    return rs.centroid_accuracy(train, split.y_train, test, split.y_test)


def share(rng: np.random.Generator, steps: int = 150) -> Measurement:
    """Share of irises recognised, the mean over splits."""
    return mean_and_error([network_accuracy(rs.iris_split(rng=rng), steps) for _ in range(SPLITS)])


def lead(rng: np.random.Generator, rival: Callable, steps: int = 150) -> Measurement:
    """Share recognised by the network less that by a rival on the same split, the mean over splits."""
    splits = [rs.iris_split(rng=rng) for _ in range(2 * SPLITS)]
    return mean_and_error([network_accuracy(split, steps) - rival(split) for split in splits])


def bare_centroids(rng: np.random.Generator, noise: float = 0.0) -> Measurement:
    """The same reading with no network at all: the nearest centroid of the features themselves, with noise if asked."""
    shares = []
    for _ in range(SPLITS):
        x_train, y_train, x_test, y_test = rs.iris_split(rng=rng)
        x_train = x_train + noise * rng.normal(size=x_train.shape)
        x_test = x_test + noise * rng.normal(size=x_test.shape)
        shares.append(rs.centroid_accuracy(x_train, y_train, x_test, y_test))
    return mean_and_error(shares)


claims = (
    Claim(
        says="Fed with x and 1 - x, read at the nearest centroid, 16 nodes tell irises apart (share of 20 x 60).",
        measure=share,
        expect=AtLeast(0.90),
        within=MEAN,
        control=partial(share, steps=0),
        source="measured here; the experiment is Dillavou et al., Phys. Rev. Applied 18, 014040 (2022)",
    ),
    Claim(
        says="That beats linear regression read at its largest output, on the same splits (difference).",
        measure=partial(lead, rival=regression_at_largest),
        expect=AtLeast(0.0),
        within=MEAN,
        control=partial(lead, rival=regression_at_largest, steps=0),
        source="measured here, with scikit-learn",
    ),
    Claim(
        says="But read at the nearest centroid, as the network is, linear regression is hardly worse (difference).",
        measure=partial(lead, rival=regression_at_centroids),
        expect=Between(-0.02, 0.06),
        within=MEAN,
        control=partial(lead, rival=regression_at_largest),
        source="measured here, with scikit-learn",
    ),
    Claim(
        says="The network beats logistic regression with its usual penalty (difference).",
        measure=partial(lead, rival=rs.logistic_regression_accuracy),
        expect=AtLeast(0.0),
        within=MEAN,
        control=partial(lead, rival=rs.logistic_regression_accuracy, steps=0),
        source="measured here, with scikit-learn (C = 1)",
    ),
    Claim(
        says="But not logistic regression with a weaker penalty (difference).",
        measure=partial(lead, rival=partial(rs.logistic_regression_accuracy, C=100.0)),
        expect=AtMost(0.01),
        within=MEAN,
        control=partial(lead, rival=rs.logistic_regression_accuracy),
        source="measured here, with scikit-learn (C = 100)",
    ),
    Claim(
        says="The nearest centroid of the bare features, with no network at all, recognises 0.85 to 0.95 of them.",
        measure=bare_centroids,
        expect=Between(0.85, 0.95),
        within=MEAN,
        control=partial(bare_centroids, noise=5.0),
        source="measured here",
    ),
)
