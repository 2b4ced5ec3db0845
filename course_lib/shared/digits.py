"""Handwritten digits that come with scikit-learn, as they are and centred."""

from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int

PIXELS, DIGITS = 64, 10  # of an image, 8 by 8; kinds of digits
INK, UNIT = 16, 8  # the value of a pixel that is all ink; what counts as one in centred digits


class Digits(NamedTuple):
    """Pixels from 0, paper, to 16, ink, row after row; and which digit each image shows."""

    pixels: Float[np.ndarray, "images 64"]
    label: Int[np.ndarray, " images"]


@cache
def handwritten_digits() -> Digits:
    """All 1797, in arrays that nobody can write to.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI repository (1998).
    """
    from sklearn.datasets import load_digits  # takes a second to import

    pixels, label = load_digits(return_X_y=True)
    kept = Digits(pixels, label.astype(np.int64))
    for array in kept:
        array.flags.writeable = False  # the cache hands the same arrays to all
    return kept


@cache
def centred_digits() -> Float32[np.ndarray, "images 64"]:
    """All 1797, each pixel less its mean over them and over 8, so that paper and ink are 2 apart. Read-only."""
    pixels = handwritten_digits().pixels
    x = ((pixels - pixels.mean(axis=0)) / UNIT).astype(np.float32)
    x.flags.writeable = False
    return x


def ink(x: Float[np.ndarray, "images 64"]) -> Float[np.ndarray, "images 64"]:
    """The images that centred rows stand for: 0 is paper and 1 is ink; noise may lie beyond."""
    return (np.asarray(x) * UNIT + handwritten_digits().pixels.mean(axis=0)) / INK
