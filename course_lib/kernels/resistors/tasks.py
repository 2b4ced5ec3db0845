"""Things for a network to learn: allostery, a teacher's map, a map that no passive network can make, XOR, iris.

Symbols   W     weights of a linear map (n_o, n_s), V_o = W V_s
          x     features of a flower (batch, 4), each from 0 to 1 on the training half
          y     species of a flower (batch,), 0, 1 or 2
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require

from .circuit import Nodes
from .graph import Network, square
from .response import Outputs, Task, output_voltages

Inputs = Float[np.ndarray, "batch n_s"]
Features = Float[np.ndarray, "batch f"]
Species = Int[np.ndarray, " batch"]


def allostery(side: int = 5, targets: tuple[float, ...] = (0.3, 0.7, 0.6)) -> tuple[Network, Task]:
    """One volt across two opposite corners must put chosen voltages on nodes half way: action at a distance.

    The outputs are spread along the other diagonal, inside the lattice. Nearer to one corner some voltages would be out
    of reach: wires that do not cross cannot carry them past each other. The name comes from proteins, where binding
    here changes the shape there.
    """
    net = square(side)
    require(side - 2 >= len(targets), f"{len(targets)} targets do not fit inside a lattice of side {side}")
    row = np.linspace(1, side - 2, len(targets)).round().astype(np.int64)
    outputs = row * side + side - 1 - row
    sources = np.array([0, net.n - 1])
    return net, Task(sources, outputs, np.array([[1.0, 0.0]]), np.array([targets], float))


def scattered(net: Network, count: int, *, rng: np.random.Generator) -> Nodes:
    """Different nodes drawn at random, for sources and outputs."""
    return rng.permutation(net.n)[:count]


def teacher_task(net: Network, sources: Nodes, outputs: Nodes, samples: int, *, rng: np.random.Generator) -> Task:
    """Random source voltages, answered by a network with the same wires and conductances of its own (0.2 to 5 S).

    So some conductances solve the task exactly: targets drawn without a teacher may be out of the wiring's reach.
    """
    k_teacher = np.exp(rng.uniform(np.log(0.2), np.log(5), net.m))
    inputs = rng.random((samples, len(sources)))
    question = Task(sources, outputs, inputs, np.zeros((samples, len(outputs))))
    return question._replace(targets=output_voltages(net, k_teacher, question))


def convex_map_task(
    W: Float[np.ndarray, "n_o n_s"], sources: Nodes, outputs: Nodes, samples: int, *, rng: np.random.Generator
) -> Task:
    """The linear map V_o = W V_s, to be learned with a grounded node added as the last source.

    A passive network reaches it only if no weight is negative and no row sums to more than one.
    """
    W = np.atleast_2d(W)
    require(
        W.shape == (len(outputs), len(sources) - 1),
        "W needs a row for each output, a column for each source but ground",
    )
    x = rng.random((samples, W.shape[1]))
    return Task(sources, outputs, np.hstack([x, np.zeros((samples, 1))]), x @ W.T)


def best_convex_weights(inputs: Inputs, targets: Outputs) -> Float[np.ndarray, "n_o n_s"]:
    """The weights with the least squared error among those a passive network can have: w >= 0, sum w = 1.

    Exact: where the optimum is known to use a given set of sources, it solves linear equations (Lagrange); so every set
    is tried, and the best that needs no negative weight is kept. Meant for a handful of sources.
    """
    W = np.zeros((targets.shape[1], inputs.shape[1]))
    least = np.full(len(W), np.inf)
    for size in range(1, inputs.shape[1] + 1):
        for used in map(list, combinations(range(inputs.shape[1]), size)):
            X, one = inputs[:, used], np.ones((size, 1))
            equations = np.block([[X.T @ X, one], [one.T, np.zeros((1, 1))]])
            solution = np.linalg.lstsq(equations, np.vstack([X.T @ targets, np.ones((1, len(W)))]), rcond=None)[0]
            w = solution[:-1].T
            error = ((X @ w.T - targets) ** 2).sum(axis=0)
            better = (w >= -1e-12).all(axis=1) & (error < least)
            least[better], W[better] = error[better], 0
            W[np.ix_(better, used)] = w[better]
    return W


def xor_task(sources: Nodes, output: int, low: float = 0.35, high: float = 0.65) -> Task:
    """Exclusive or: `high` where the two bits differ. Six sources: x, 1 - x, y, 1 - y and the constants 0 and 1."""
    require(len(sources) == 6, "XOR is fed in at six sources: x, 1 - x, y, 1 - y, 0 and 1")
    x, y = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]])
    inputs = np.stack([x, 1 - x, y, 1 - y, 0 * x, 1 + 0 * x], axis=1)
    return Task(np.asarray(sources), np.array([output]), inputs, np.where(x != y, high, low)[:, None])


class Split(NamedTuple):
    """Flowers to learn from and flowers to be judged on."""

    x_train: Features
    y_train: Species
    x_test: Features
    y_test: Species


def iris_split(*, train: int = 90, rng: np.random.Generator) -> Split:
    """Fisher's 150 irises, shuffled and split; features scaled to 0..1 on the training part and cut off there."""
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    order = rng.permutation(len(x))
    x, y = x[order], y[order].astype(np.int64)
    low, high = x[:train].min(axis=0), x[:train].max(axis=0)
    x = np.clip((x - low) / (high - low), 0, 1)
    return Split(x[:train], y[:train], x[train:], y[train:])


def iris_task(x: Features, y: Species, sources: Nodes, outputs: Nodes, low: float = 0.2, high: float = 0.8) -> Task:
    """Features fed in as x and as 1 - x, with 0 and 1 V as constants; the right species' output should be `high`."""
    inputs = np.hstack([x, 1 - x, np.zeros((len(x), 1)), np.ones((len(x), 1))])
    return Task(sources, outputs, inputs, np.where(y[:, None] == np.arange(3), high, low))


def centroid_accuracy(V_train: Outputs, y_train: Species, V_test: Outputs, y_test: Species) -> float:
    """Share of flowers whose outputs are nearest to the mean training outputs of their own species."""
    centroids = np.stack([V_train[y_train == c].mean(axis=0) for c in np.unique(y_train)])
    nearest = np.linalg.norm(V_test[:, None] - centroids, axis=2).argmin(axis=1)
    return float((nearest == y_test).mean())


def largest_accuracy(V: Outputs, y: Species) -> float:
    """Share of flowers whose largest output is that of their own species."""
    return float((V.argmax(axis=1) == y).mean())


def linear_regression_outputs(split: Split) -> tuple[Outputs, Outputs]:
    """scikit-learn's linear regression on the species as three 0/1 columns: its outputs on both halves."""
    from sklearn.linear_model import LinearRegression

    fit = LinearRegression().fit(split.x_train, np.eye(3)[split.y_train])
    return fit.predict(split.x_train), fit.predict(split.x_test)


def logistic_regression_accuracy(split: Split, C: float = 1.0) -> float:
    """scikit-learn's logistic regression; a larger C is a weaker penalty on its weights, and 1 is its default."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=C, max_iter=1000).fit(split.x_train, split.y_train)
    return float(fit.score(split.x_test, split.y_test))
