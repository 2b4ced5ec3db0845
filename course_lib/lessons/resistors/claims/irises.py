"""Claims about telling irises apart with a network of wires."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import AtLeast, Between, Claim

from .tools import TWENTY, Measurement, after


def iris_accuracies(rng: np.random.Generator, steps: int, against: Callable | None = None) -> Measurement:
    """Share of irises recognised after so many steps, less that of another method; the mean of 20 splits."""
    net, shares = rs.complete(16), []
    for _ in range(20):
        split = rs.iris_split(rng=rng)
        nodes = np.arange(13)
        train = rs.iris_task(split.x_train, split.y_train, nodes[:10], nodes[10:])
        test = rs.iris_task(split.x_test, split.y_test, nodes[:10], nodes[10:])
        k = after(steps, net, np.ones(net.m), train, rule=partial(rs.coupled_learning, eta=0.1), rate=100.0).k
        V_train, V_test = rs.output_voltages(net, k, train), rs.output_voltages(net, k, test)
        share = rs.centroid_accuracy(V_train, split.y_train, V_test, split.y_test)
        shares.append(share - (against(split) if against else 0.0))
    return np.mean(shares), np.std(shares, ddof=1) / np.sqrt(len(shares))


def bare_centroids(rng: np.random.Generator, noise: float = 0.0) -> Measurement:
    """The same reading with no network at all: the nearest centroid of the features themselves, with noise if asked."""
    shares = []
    for _ in range(20):
        x_train, y_train, x_test, y_test = rs.iris_split(rng=rng)
        x_train = x_train + noise * rng.normal(size=x_train.shape)
        x_test = x_test + noise * rng.normal(size=x_test.shape)
        shares.append(rs.centroid_accuracy(x_train, y_train, x_test, y_test))
    return np.mean(shares), np.std(shares, ddof=1) / np.sqrt(len(shares))


claims = (
    Claim(
        says="Fed with x and 1 - x, read at the nearest centroid, 16 nodes tell irises apart (share of 20 x 60).",
        measure=partial(iris_accuracies, steps=150),
        expect=AtLeast(0.90),
        within=TWENTY,
        control=partial(iris_accuracies, steps=0),
        source="measured here; the experiment is Dillavou et al., Phys. Rev. Applied 18, 014040 (2022)",
    ),
    Claim(
        says="That is better than scikit-learn's linear regression on the same splits (difference).",
        measure=partial(iris_accuracies, steps=150, against=rs.linear_regression_accuracy),
        expect=AtLeast(0.0),
        within=TWENTY,
        control=partial(iris_accuracies, steps=0, against=rs.linear_regression_accuracy),
        source="measured here",
    ),
    Claim(
        says="And no worse than its logistic regression with its usual settings (difference).",
        measure=partial(iris_accuracies, steps=150, against=rs.logistic_regression_accuracy),
        expect=AtLeast(0.0),
        within=TWENTY,
        control=partial(iris_accuracies, steps=0, against=rs.logistic_regression_accuracy),
        source="measured here",
    ),
    Claim(
        says="The reading does much of the work: the nearest centroid of the bare features recognises 0.85 to 0.95.",
        measure=bare_centroids,
        expect=Between(0.85, 0.95),
        within=TWENTY,
        control=partial(bare_centroids, noise=5.0),
        source="measured here",
    ),
)
