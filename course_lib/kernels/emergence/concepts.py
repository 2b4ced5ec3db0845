"""Concept classes on the corners of a cube, and how far each of them lies from those that a network has seen.

A class says which value each concept variable has: shape, colour and size, each 0 or 1. The distance of two classes is
the number of variables whose values *differ*; that of a class from a training set is the distance to its nearest
member.

Symbols   c  a concept class: shape, colour and size, each 0 or 1

Source: Okawa, Lubana, Dick and Tanaka, NeurIPS 2023, arXiv:2310.09336, definitions 3 and 4.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain, rows
from course_lib.shared.numbers import number

Class = tuple[int, int, int]
Classes = Int[np.ndarray, "n 3"]

VARIABLES = "shape", "colour", "size"
VALUES = ("lying", "standing"), ("amber", "blue"), ("small", "large")
CLASSES: tuple[Class, ...] = tuple(product((0, 1), repeat=len(VARIABLES)))
CORNERS: tuple[Class, ...] = (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)


def concept_distance(c: Class, training: Sequence[Class]) -> int:
    """min over the training classes of sum_i I(c_i differs from theirs): the variables that no example has together.

    Raises: Refusal unless all classes are three values, each 0 or 1, and there is a training class.
    """
    c = one_class(c)
    return int((class_rows(training, "The training classes") != c).sum(axis=1).min())


def distances(training: Sequence[Class]) -> Int[np.ndarray, " 8"]:
    """The distance of each of the eight classes, in the order of CLASSES."""
    return np.array([concept_distance(c, training) for c in CLASSES])


def first_above(steps: ArrayLike, accuracy: ArrayLike, level: float = 0.5) -> float | Float[np.ndarray, "..."]:
    """The first of the steps at which an accuracy lies above the level; infinite where it never does.

    Args:
        steps: (k,), rising.
        accuracy: (k, ...), one row for each of the steps.
    Raises: Refusal unless there is one row for each step, or where the level is none.
    """
    steps, accuracy = plain(steps, float, "Steps are numbers."), plain(accuracy, float, "Accuracies are numbers.")
    level = number(level, "The level", zero=True)
    fit = steps.ndim == 1 and accuracy.ndim > 0 and 0 < len(steps) == len(accuracy)
    require(fit, f"One row of accuracies for each step: got {accuracy.shape} for steps {steps.shape}.")
    above = accuracy > level
    return np.where(above.any(axis=0), steps[above.argmax(axis=0)], np.inf)[()]


def by_distance(accuracy: ArrayLike, training: Sequence[Class]) -> Float[np.ndarray, "... distances"]:
    """The mean accuracy of the classes at distance 0, of those at 1, and so on to the farthest.

    Args:
        accuracy: (..., 8), in the order of CLASSES.
    Raises: Refusal unless there are eight accuracies in each row.
    """
    accuracy, d = plain(accuracy, float, "Accuracies are numbers."), distances(training)
    require(accuracy.shape[-1:] == d.shape, f"Eight accuracies are needed in a row: got the shape {accuracy.shape}.")
    return np.stack([accuracy[..., d == far].mean(axis=-1) for far in range(d.max() + 1)], axis=-1)


def joint_from_parts(attributes: ArrayLike) -> Float[np.ndarray, "..."]:
    """The accuracy of a class from those of its values, if each is right or wrong independently: their product.

    Args:
        attributes: accuracies from 0 to 1 (..., parts).
    Raises: Refusal unless they are such.
    """
    attributes = plain(attributes, float, "Accuracies are numbers.")
    require(attributes.ndim > 0 and attributes.shape[-1] > 0, "The accuracies of one part at least are needed.")
    require(bool(((attributes >= 0) & (attributes <= 1)).all()), "Accuracies lie between 0 and 1.")
    return attributes.prod(axis=-1)[()]


def one_class(c: Class) -> Int[np.ndarray, " 3"]:
    """A class as an array. Raises: Refusal unless it is three values, each 0 or 1."""
    require(rows(c).ndim == 1, f"A class is (shape, colour, size), each 0 or 1: got {c!r}.")
    return class_rows([c], "A class")[0]


def class_rows(c: ArrayLike, name: str = "The classes") -> Classes:
    """A copy of classes in rows. Raises: Refusal unless each is three values, each 0 or 1, and there is one at all."""
    whole = f"{name}: shape, colour and size are whole numbers, each 0 or 1."
    c = plain(c, np.int64, whole)
    require(c.ndim == 2 and c.shape[1] == len(VARIABLES), f"{name}: rows of shape, colour and size: got {c.shape}.")
    require(len(c) > 0, f"{name}: there are none.")
    require(bool(np.isin(c, (0, 1)).all()), whole)
    return c
