"""Claims about the cube of concepts that need no training: how its classes lie, and what the probe sees."""

from collections.abc import Callable
from functools import partial
from itertools import combinations

import numpy as np

from course_lib.kernels.emergence import concept_flow, concepts, pictures
from course_lib.kernels.emergence.concepts import CLASSES, CORNERS, Class
from course_lib.kernels.emergence.pictures import EQUAL, HARD_SIZE, Look
from course_lib.learn import AtLeast, Bias, Claim, Errors
from course_lib.shared.estimates import mean_and_error

from .tools import AS_IT_IS, ROOM, Measurement

OKAWA = "Okawa et al., arXiv:2310.09336 (2023), definition 4"


def misplaced(rng: np.random.Generator, distance: Callable[[Class], int]) -> Measurement:
    """How many of the eight classes are not at the distance that the sentence states."""
    return sum(distance(c) != d for c, d in zip(CLASSES, (0, 0, 0, 1, 0, 1, 1, 2))), 0.0


def reversals(rng: np.random.Generator, counts: range) -> Measurement:
    """Training sets for which one class lacks only the size, and another only shape and colour: all are tried."""
    sets = [shown for count in counts for shown in combinations(CLASSES, count)]
    lacks = ([lacking(c, shown) for c in CLASSES] for shown in sets)
    return sum([{2}] in found and [{0, 1}] in found for found in lacks), 0.0


def lacking(c: Class, shown: tuple[Class, ...]) -> list[set[int]]:
    """The variables in which a class differs from each of those shown that lie nearest."""
    ways = [{i for i in range(3) if c[i] != other[i]} for other in shown]
    return [way for way in ways if len(way) == min(map(len, ways))]


def read_right(rng: np.random.Generator, look: Look = EQUAL, rolled: int = 0) -> Measurement:
    x = pictures.render(np.repeat(CLASSES, 500, axis=0), look, rng=rng)
    return pictures.reading_accuracies(np.roll(x, rolled, axis=0), look).joint.mean(), 0.0


def noise_read(rng: np.random.Generator, light: float) -> Measurement:
    """How often noise, with a picture of so much light behind it, is read as what it should show."""
    c = np.repeat(CLASSES, 500, axis=0)
    y = rng.standard_normal((len(c), pictures.PIXELS)) + light * pictures.render(c, rng=rng)
    return mean_and_error((pictures.read_concepts(y) == c).all(axis=1))


def likeness(rng: np.random.Generator, look: Look) -> Measurement:
    """How much more two shapes, or two colours, differ than two sizes do: the smaller."""
    shape, colour, size = (pictures.mean_distance(variable, look) for variable in range(3))
    return min(shape, colour) / size, 0.0


def error_of_width(levels: int, told: float) -> float:
    """By how much the way back misses the width 1 of Gaussian data, if the denoiser was told another."""
    sigmas = np.geomspace(50, 1e-3, levels)
    *_, end = concept_flow.noise_flow(lambda y, sigma: told**2 / (told**2 + sigma**2) * y, np.ones(1), sigmas)
    return abs(float(end[0]) * np.hypot(1, 50) - 1)


def order(rng: np.random.Generator, told: float = 1.0) -> Measurement:
    return error_of_width(200, told) / error_of_width(400, told), 0.0


def agreeing(c: Class) -> int:
    """The slide's formula, if its indicator counts the values that are equal."""
    return min(sum(a == b for a, b in zip(c, corner)) for corner in CORNERS)


claims = (
    Claim(
        says="From the four corners the classes 000, 001, ..., 111 lie at distances 0, 0, 0, 1, 0, 1, 1, 2 (how many "
        "do not).",
        measure=partial(misplaced, distance=partial(concepts.concept_distance, training=CORNERS)),
        expect=0.0,
        within=AS_IT_IS,
        control=partial(misplaced, distance=agreeing),
        source=f"{OKAWA}; control: values that are equal are counted",
    ),
    Claim(
        says="Whichever two classes or more are shown: never does one of the rest lack its size alone and another its "
        "shape and colour alone (choices of 247).",
        measure=partial(reversals, counts=range(2, 9)),
        expect=0.0,
        within=AS_IT_IS,
        control=partial(reversals, counts=range(1, 2)),
        source="all choices are tried; control: one class is shown",
    ),
    Claim(
        says="The probe reads all three values of clean pictures right in at least 99 of 100.",
        measure=read_right,
        expect=AtLeast(0.99),
        within=ROOM,
        control=partial(read_right, rolled=500),
        source="drawn pictures; control: each is said to be of the class before",
    ),
    Claim(
        says="With sizes a sixth apart it still does in at least 97 of 100.",
        measure=partial(read_right, look=HARD_SIZE),
        expect=AtLeast(0.97),
        within=ROOM,
        control=partial(read_right, look=HARD_SIZE, rolled=500),
        source="drawn pictures; control: each is said to be of the class before",
    ),
    Claim(
        says="The probe names a class of mere noise too, and is right one time in eight.",
        measure=partial(noise_read, light=0.0),
        expect=1 / 8,
        within=Errors(5),
        control=partial(noise_read, light=0.4),
        source="as many of each class; control: two fifths of a picture in the noise",
    ),
    Claim(
        says="With sizes a sixth apart, shapes and colours differ at least eight times as much as sizes do.",
        measure=partial(likeness, look=HARD_SIZE),
        expect=AtLeast(8.0),
        within=AS_IT_IS,
        control=partial(likeness, look=EQUAL),
        source="squared distances of mean pictures; control: attributes of equal difficulty",
    ),
    Claim(
        says="The way from noise to pictures is of first order: with twice the levels it misses the width of Gaussian "
        "data by half (ratio).",
        measure=order,
        expect=2.0,
        within=Bias(0.1, "the next order"),
        control=partial(order, told=1.3),
        source="Karras et al., arXiv:2206.00364 (2022), eq. 3, Euler's method; control: told of wider data",
    ),
)
