"""Pictures of the concept classes: a bar, lying or standing, amber or blue, small or large; and how to read them back.

A bar covers part of a pixel exactly as far as it covers it: with sides along the axes, the share is a product of two
overlaps. Where the bar lies varies from picture to picture, and so do its colour and its area a little.

A picture is read by comparison with clean ones, of all classes and at many places: the nearest says what it shows.
Nothing is trained. Whatever it is given, it names a class: noise too.

Symbols   c  concept classes (n, 3): shape, colour and size, each 0 or 1
          x  pictures (n, 300): 10 by 10 pixels of red, green and blue, -1 without light and 1 with all of it
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

from .concepts import CLASSES, Classes, class_rows

Pictures = Float32[np.ndarray, "n 300"]

SIDE, COLOURS = 10, 3
PIXELS = SIDE * SIDE * COLOURS
GRID = 5  # places of a template, along each axis


class Look(NamedTuple):
    """What the values look like. Attributes are hard to tell where their two values look alike.

    aspect: of a lying bar, its width over its height; of a standing one, its height over its width.
    hue: a bar's red is 1/2 + hue and its blue 1/2 - hue, or the other way round; the green is 1/2.
    areas: of small and of large bars, in pixels.
    shift: how far the middle of a bar may lie from that of the picture, along each axis, in pixels.
    colour_spread, area_spread: standard deviations of each colour, and of ln(area), within a class.
    """

    aspect: float = 1.6
    hue: float = 0.15
    areas: tuple[float, float] = (9.5, 14.5)
    shift: float = 0.5
    colour_spread: float = 0.05
    area_spread: float = 0.05


EQUAL = Look()  # no attribute comes much later than the others
HARD_SIZE = Look(areas=(10.8, 12.8), area_spread=0.01)  # small and large differ by a sixth


class Accuracies(NamedTuple):
    """The share of pictures of each class that show all its values, and each of them: the order is that of CLASSES."""

    joint: Float[np.ndarray, " 8"]
    attributes: Float[np.ndarray, "8 3"]


def render(c: ArrayLike, look: Look = EQUAL, *, rng: np.random.Generator) -> Pictures:
    """One picture of each class in the rows of c, in single precision.

    Raises: Refusal unless c are classes, and the look one whose bars fit into a picture.
    """
    c, look = class_rows(c), checked_look(look)
    n = len(c)
    middle = rng.uniform(-look.shift, look.shift, (2, n))
    grown = np.exp(look.area_spread * rng.standard_normal(n))
    tint = look.colour_spread * rng.standard_normal((n, COLOURS))
    return _drawn(c, look, middle, grown, tint)


def read_concepts(x: ArrayLike, look: Look = EQUAL) -> Classes:
    """The class of the clean picture that lies nearest to each of the pictures x.

    Raises: Refusal unless x are finite pictures, and the look one whose bars fit into a picture.
    """
    x = checked_pictures(x)
    clean, half_square, classes = _templates(checked_look(look))
    return classes[(x @ clean.T - half_square).argmax(axis=1)]


def reading_accuracies(x: ArrayLike, look: Look = EQUAL) -> Accuracies:
    """How well pictures show what they should: as many of each class, in the order of CLASSES.

    Raises: Refusal unless x are finite pictures that go into eight equal parts.
    """
    read = read_concepts(x, look)
    require(len(read) % len(CLASSES) == 0, f"Pictures of eight classes, as many of each: got {len(read)}.")
    right = read.reshape(len(CLASSES), -1, read.shape[1]) == np.array(CLASSES)[:, None]
    return Accuracies(right.all(axis=2).mean(axis=1), right.mean(axis=1))


def training_pictures(
    classes: ArrayLike, look: Look = EQUAL, images: int | tuple[int, ...] = 500, *, rng: np.random.Generator
) -> tuple[Pictures, Classes]:
    """Pictures to train on, and the class of each. images: of each class; one number for all, or one for each.

    Raises: Refusal unless there is a whole number of pictures for each of the classes.
    """
    classes = class_rows(classes, "The training classes")
    counts = [whole(n, "The number of images of a class") for n in np.atleast_1d(np.asarray(images)).tolist()]
    require(len(counts) in (1, len(classes)), f"{len(counts)} numbers of images do not fit {len(classes)} classes.")
    c = np.repeat(classes, counts, axis=0)
    return render(c, look, rng=rng), c


def as_light(x: ArrayLike) -> Float[np.ndarray, "n 10 10 3"]:
    """Pictures to look at: 0 without light, 1 with all of it; what lies beyond is cut off."""
    return np.clip((checked_pictures(x).reshape(-1, SIDE, SIDE, COLOURS) + 1) / 2, 0, 1)


def mean_distance(variable: int, look: Look = EQUAL) -> float:
    """The squared distance of the mean pictures of two classes that differ in one variable, the mean over such pairs.

    Args:
        variable: 0 shape, 1 colour, 2 size.
    Raises: Refusal for another variable.
    """
    variable = whole(variable, "A variable: 0 shape, 1 colour, 2 size; it is", least=0)
    require(variable < COLOURS, f"The variables are 0 shape, 1 colour and 2 size: got {variable}.")
    means = _templates(checked_look(look))[0].reshape(2, 2, 2, -1, PIXELS).mean(axis=3, dtype=float)
    one, other = np.moveaxis(means, variable, 0)
    return float(((one - other) ** 2).sum(axis=-1).mean())


def checked_look(look: Look) -> Look:
    """A look in plain numbers. Raises: Refusal unless its bars fit into a picture and its colours into the light."""
    require(isinstance(look, tuple) and len(look) == len(Look._fields), "A look is a Look(...).")
    require(np.shape(look[2]) == (2,), "Two areas are needed, that of small and that of large bars.")
    areas = tuple(number(area, "The area of a bar") for area in look[2])
    sizes = (number(value, f"The {name}", zero=True) for value, name in zip(look[3:], Look._fields[3:]))
    look = Look(number(look[0], "The aspect of a bar"), number(look[1], "The hue", zero=True), areas, *sizes)
    longest = np.sqrt(max(areas) * max(look.aspect, 1 / look.aspect)) + 2 * look.shift
    require(longest <= SIDE, f"Such bars reach beyond the picture: {longest:.3g} pixels, where there are {SIDE}.")
    require(look.hue <= 1 / 2, f"The hue is 1/2 at most: got {look.hue:g}.")
    require(max(look.colour_spread, look.area_spread) <= 1, "The spreads within a class are 1 at most.")
    return look


def checked_pictures(x: ArrayLike) -> Float32[np.ndarray, "n 300"]:
    """A copy in single precision. Raises: Refusal unless they are rows of 300 finite numbers."""
    x = plain(x, np.float32, "Pictures are numbers.")
    require(x.ndim == 2 and x.shape[1] == PIXELS, f"Pictures: rows of {PIXELS} numbers: got the shape {x.shape}.")
    require(len(x) > 0 and bool(np.isfinite(x).all()), "Pictures: there are none, or some pixels are no finite number.")
    return x


@lru_cache(maxsize=16)
def _templates(look: Look) -> tuple[Pictures, Float32[np.ndarray, " k"], Int[np.ndarray, "k 3"]]:
    """Clean pictures of all classes at all places; half their squares; and their classes. Nobody can write to them."""
    places = np.linspace(-look.shift, look.shift, GRID)
    middle = np.array(np.meshgrid(places, places)).reshape(2, -1)
    c = np.repeat(CLASSES, middle.shape[1], axis=0)
    clean = _drawn(c, look, np.tile(middle, len(CLASSES)), np.ones(len(c)), np.zeros((len(c), COLOURS)))
    kept = clean, (clean**2).sum(axis=1) / 2, c
    for array in kept:
        array.flags.writeable = False  # the cache hands the same arrays to all
    return kept


def _drawn(c: Classes, look: Look, middle: np.ndarray, grown: np.ndarray, tint: np.ndarray) -> Pictures:
    area, aspect = np.array(look.areas)[c[:, 2]] * grown, np.where(c[:, 0] == 0, look.aspect, 1 / look.aspect)
    across, down = _overlaps(middle[0], np.sqrt(area * aspect)), _overlaps(middle[1], np.sqrt(area / aspect))
    covered = down[:, :, None] * across[:, None, :]  # picture, row, column
    light = 0.5 + look.hue * (1 - 2 * c[:, 1:2]) * np.array([1, 0, -1]) + tint
    x = 2 * covered[..., None] * light[:, None, None] - 1
    return x.reshape(len(c), PIXELS).astype(np.float32)


def _overlaps(middle: np.ndarray, length: np.ndarray) -> Float[np.ndarray, "n 10"]:
    """How much of each pixel in a row a line of such a length covers, its middle so far from that of the row."""
    left = np.arange(SIDE) - SIDE / 2
    from_, to = (middle - length / 2)[:, None], (middle + length / 2)[:, None]
    return np.clip(np.minimum(left + 1, to) - np.maximum(left, from_), 0, 1)
