"""Arrays on their way from Python to compiled code."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from course_lib.core import Refusal, require

FITTING = {"i": "iu", "u": "iu", "f": "biuf", "c": "biufc"}  # which kinds of numbers may become whole, real or complex


def plain(a: ArrayLike, dtype: DTypeLike, says: str) -> np.ndarray:
    """A copy for compiled code: writable, row after row, of one type. Every array goes through here on its way.

    Numba compiles a function anew for each kind of array, read-only ones too, and processes that compile different
    kinds first overwrite each other's cached code. With one kind of array there is one code.

    says: the sentence for a reader whose numbers are of another kind.
    Raises: Refusal where fractions or words stand in the place of whole numbers, or words in that of numbers.
    """
    a, dtype = rows(a), np.dtype(dtype)
    require(a.dtype.kind in FITTING[dtype.kind] or a.size == 0, says)
    return np.array(a, dtype, order="C")


def rows(a: ArrayLike) -> np.ndarray:
    """The numbers as an array. Raises: Refusal where rows are of different lengths, or torch keeps the numbers."""
    try:
        return np.asarray(a)
    except ValueError as error:
        raise Refusal("These numbers make no table: all rows should be equally long.") from error
    except (RuntimeError, TypeError) as error:
        raise Refusal("These are no plain numbers; of a torch tensor, hand over .detach().numpy().") from error
