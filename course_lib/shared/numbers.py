"""Single numbers from a reader, refused in words where they cannot be what they stand for."""

import math

import numpy as np

from course_lib.core import require

MOST = 2**25  # numbers in one array: 256 MB


def number(x: float, name: str, zero: bool = False) -> float:
    """One number. Raises: Refusal unless it is positive and finite; or zero, where that may be."""
    real = isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool) and abs(x) < np.inf
    require(
        real and (x > 0 or (zero and x == 0)), f"{name}: a finite number {'from' if zero else 'above'} 0: got {x!r}."
    )
    return float(x)


def whole(n: int, name: str, least: int = 1) -> int:
    """One whole number. Raises: Refusal for anything else, or less than the least."""
    real = isinstance(n, (int, float, np.integer, np.floating)) and not isinstance(n, bool) and abs(n) < np.inf
    require(real and n == int(n) and n >= least, f"{name}: a whole number from {least} on: got {n!r}.")
    return int(n)


def affordable(*shape: int) -> tuple[int, ...]:
    """The shape of an array to be made. Raises: Refusal if there would be no room for it."""
    size = " x ".join(map(str, shape))
    require(math.prod(shape) <= MOST, f"Too much to keep at once: {size} numbers, and {MOST} are the most.")
    return shape
