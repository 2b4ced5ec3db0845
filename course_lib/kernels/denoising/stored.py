"""The networks that come with the course, each pair trained on two halves of the digits that have no image in common.

Symbols   n  images in each half
          W  weights of a network
          x  digits, centred (images, 64)
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require
from course_lib.shared.digits import centred_digits
from course_lib.shared.numbers import whole

from .network import Halves, Weights, both_ends

DATA = Path(__file__).parents[2] / "data/denoising/networks.npz"
SIZES = 5, 20, 80, 320, 800  # n of each pair


class Stored(NamedTuple):
    """Pairs of networks by the number of images that each has seen, and how the digits were shuffled for them."""

    networks: Mapping[int, tuple[Weights, Weights]]
    order: Int[np.ndarray, " images"]

    def halves(self, n: int) -> Halves:
        """The digits of the one network, those of the other, and those that no stored network has seen.

        Raises: Refusal unless networks for so many images are stored.
        """
        n, known = whole(n, "The number of images in a half"), ", ".join(map(str, self.networks))
        require(n in self.networks, f"Networks are stored for halves of {known} images: got {n}.")
        x = centred_digits()[self.order]
        return both_ends(x, n)._replace(unseen=both_ends(x, max(self.networks)).unseen)


@cache
def stored_networks() -> Stored:
    """What `python -m course_lib.author.make_denoising` made; its card lies beside it. Nobody can write to it."""
    with np.load(DATA) as file:
        return of_arrays([file[name] for name in Weights._fields], file["n"].tolist(), file["order"])


def of_arrays(layers: Sequence[Float[np.ndarray, "n 2 _ _"]], n: Sequence[int], order: Int[np.ndarray, " _"]) -> Stored:
    """Pairs of networks from the arrays in which they are kept, read-only: the cache hands the same ones to all.

    layers: each of the three layers of all networks, by n and then by half.
    """
    layers, order = [layer.astype(np.float32) for layer in layers], order.astype(np.int64)
    for array in (*layers, order):
        array.flags.writeable = False
    pairs = [tuple(Weights(*(layer[i, half] for layer in layers)) for half in range(2)) for i in range(len(n))]
    return Stored(MappingProxyType(dict(zip(n, pairs))), order)
