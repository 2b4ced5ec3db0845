"""What a reader may hand over, refused in words where it cannot be: numbers, and tables of runs.

Symbols   N, D, L  parameters, tokens and final loss of each run
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import Refusal, require

Numbers = float | Float[np.ndarray, "..."]
ENOUGH_RUNS = 6  # one more than the law has parameters


class Runs(NamedTuple):
    """A table of training runs: parameters, tokens and final loss of each."""

    N: Float[np.ndarray, " n"]
    D: Float[np.ndarray, " n"]
    L: Float[np.ndarray, " n"]


def positive(numbers: ArrayLike, name: str) -> Numbers:
    """The numbers as real ones. Raises: Refusal unless all are positive and finite, and none is a word or a truth."""
    try:
        given = np.asarray(numbers)
        found = given.astype(float) if given.dtype.kind in "iufO" else np.array(np.nan)  # O: large whole numbers
    except (TypeError, ValueError, OverflowError):
        found = np.array(np.nan)
    require(bool((found > 0).all() and np.isfinite(found).all()), f"{name}: positive, finite numbers are needed.")
    return found if found.ndim else float(found)


def check_together(*numbers: Numbers) -> None:
    """Raises: Refusal where arrays are neither equally long nor set against each other as rows and columns."""
    shapes = [np.shape(v) for v in numbers]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError as error:
        lengths = ", ".join(str(shape) for shape in dict.fromkeys(shapes) if shape)
        raise Refusal(f"These do not go together: they have the shapes {lengths}.") from error


def checked_runs(runs: Runs, least: int = ENOUGH_RUNS) -> Runs:
    """The runs as arrays. Raises: Refusal unless there are so many, all positive and equally many of each kind."""
    is_table = isinstance(runs, tuple) and len(runs) == 3
    require(is_table, "Runs are parameters, tokens and losses: scaling.Runs(N, D, L).")
    found = Runs(*(np.atleast_1d(positive(v, name)) for v, name in zip(runs, ("Parameters", "Tokens", "Losses"))))
    lengths = {v.shape for v in found}
    require(len(lengths) == 1 and found.N.ndim == 1, "Each run has its parameters, its tokens and its loss.")
    n = len(found.N)
    require(
        n >= least,
        f"A law of five parameters wants {least} runs or more: these are {n}." if least > 1 else "There are no runs.",
    )
    return found
