"""Claims about networks that are shown some corners of the cube of concepts: what they reach, and in which order."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.emergence import concept_diffusion, concept_flow, concepts, pictures
from course_lib.kernels.emergence.concepts import CLASSES, CORNERS, Class, first_above
from course_lib.kernels.emergence.pictures import EQUAL, HARD_SIZE, Look
from course_lib.learn import AtLeast, AtMost, Claim, Errors
from course_lib.shared.estimates import mean_and_error

from .tools import ROOM, Measurement

OKAWA = "Okawa et al., arXiv:2310.09336 (2023)"
MEAN = Errors(0)  # the bound is on the mean itself; its standard error is shown and nothing is forgiven
TIED = (0, 0, 0), (1, 1, 0), (0, 0, 1), (1, 1, 1)  # shape and colour come only together
RARE = 500, 500, 50, 500  # pictures of each corner; of them only 010 is blue
ALONE = 20  # steps in which a network goes its way whatever it is told
AT = {c: i for i, c in enumerate(CLASSES)}
First = np.ndarray  # the first steps at which accuracies lie above a level


def trained(rng: np.random.Generator, steps: int, classes: tuple[Class, ...] = CORNERS) -> concept_diffusion.Weights:
    x, c = pictures.training_pictures(classes, rng=rng)
    W = concept_diffusion.initial_denoiser(rng=rng)
    (state,) = concept_diffusion.concept_training(x, c, W, steps, every=steps, rng=rng)
    return state.W


def commonest(rng: np.random.Generator, steps: int) -> float:
    """The share of the class that is read most often, whichever class the network was told."""
    told = np.repeat(CLASSES, 16, axis=0)
    read = pictures.read_concepts(concept_flow.made_pictures(trained(rng, steps), told, rng=rng))
    return np.unique(read, axis=0, return_counts=True)[1].max() / len(read)


def alike(rng: np.random.Generator, steps: int) -> Measurement:
    return mean_and_error([commonest(one, steps) for one in rng.spawn(8)])


def ahead(rng: np.random.Generator, classes: tuple[Class, ...] = CORNERS) -> Measurement:
    """Accuracy of the corners less that of 111 after 100 steps, in three trainings."""
    accuracies = [concept_flow.made_accuracies(trained(one, 100, classes), rng=one).joint for one in rng.spawn(3)]
    near, *_, far = concepts.by_distance(np.array(accuracies), CORNERS).T
    return mean_and_error(near - far)


def firsts(
    rng: np.random.Generator,
    quantity: Callable[[np.ndarray], np.ndarray] = np.asarray,
    *,
    enough: Callable[[First], bool] = lambda first: bool(np.isfinite(first).all()),
    level: float = 0.5,
    classes: tuple[Class, ...] = CORNERS,
    look: Look = EQUAL,
    images: int | tuple[int, ...] = 500,
    count: int = 16,
) -> First:
    """When quantities of the accuracies first pass a level; a training ends as soon as that is enough to know."""
    x, c = pictures.training_pictures(classes, look, images, rng=rng)
    for curves in concept_flow.learning_curves(x, c, look, 600, count=count, rng=rng):
        first = first_above(curves.steps, quantity(curves.joint), level)
        if enough(first):
            break
    return first


def picked(*classes: Class) -> Callable[[np.ndarray], np.ndarray]:
    return lambda joint: joint[:, [AT[c] for c in classes]]


def in_order(rng: np.random.Generator, classes: tuple[Class, ...] = CORNERS) -> Measurement:
    """In how many of 20 trainings the mean accuracies pass one half in the order of the distances from the corners."""
    means = partial(concepts.by_distance, training=CORNERS)
    return sum(bool((np.diff(firsts(one, means, classes=classes)) > 0).all()) for one in rng.spawn(20)), 0.0


def turned_round(rng: np.random.Generator, look: Look = HARD_SIZE) -> Measurement:
    """In how many of ten trainings 111 passes 0.8 before 110 does."""
    two = {"quantity": picked((1, 1, 1), (1, 1, 0)), "enough": lambda first: np.isfinite(first).any(), "level": 0.8}
    found = [firsts(one, **two, look=look, count=32) for one in rng.spawn(10)]
    return sum(bool(far < near) for far, near in found), 0.0


def delay(rng: np.random.Generator, images: int | tuple[int, ...] = RARE) -> Measurement:
    """Steps by which 010, which is shown, comes after 101, which never is: the mean of five trainings."""
    found = [firsts(one, picked((0, 1, 0), (1, 0, 1)), images=images) for one in rng.spawn(5)]
    return mean_and_error([shown - never for shown, never in found])


def blue_last(rng: np.random.Generator, images: int | tuple[int, ...] = RARE) -> Measurement:
    """In how many of ten trainings every amber class is made before any blue one."""

    def amber_there(first: First) -> bool:
        return bool(np.isfinite(first.reshape(2, 2, 2)[:, 0]).all())

    found = [firsts(one, enough=amber_there, images=images).reshape(2, 2, 2) for one in rng.spawn(10)]
    return sum(bool(first[:, 0].max() < first[:, 1].min()) for first in found), 0.0


def off_product(
    rng: np.random.Generator, classes: tuple = CORNERS, tied: bool = False, rule: Callable = concepts.joint_from_parts
) -> Measurement:
    """How far joint accuracies are from the product of their parts (or another rule), where it is from 0.1 to 0.9.

    tied: the words for shape and colour are those of another picture.
    """
    return mean_and_error([off_in_one(one, classes, tied, rule) for one in rng.spawn(4)])


def off_in_one(rng: np.random.Generator, classes: tuple[Class, ...], tied: bool, rule: Callable) -> float:
    x, c = pictures.training_pictures(classes, rng=rng)
    if tied:
        c[:, :2] = c[rng.permutation(len(c)), :2]
    *_, curves = concept_flow.learning_curves(x, c, steps=200, count=64, rng=rng)
    product = concepts.joint_from_parts(curves.attributes)
    open_ = (product > 0.1) & (product < 0.9) & (curves.steps > ALONE)[:, None]
    return np.abs(curves.joint - rule(curves.attributes))[open_].mean()


claims = (
    Claim(
        says="After 20 steps a network makes much the same picture whatever it is told: seven in ten read as one "
        "class, at least.",
        measure=partial(alike, steps=ALONE),
        expect=AtLeast(0.7),
        within=MEAN,
        control=partial(alike, steps=100),
        source="eight trainings, from the four corners; control: after 100 steps",
    ),
    Claim(
        says="After 100 steps the shown classes are ahead of 111, at distance 2, by half of their pictures at least.",
        measure=ahead,
        expect=AtLeast(0.5),
        within=MEAN,
        control=partial(ahead, classes=CLASSES),
        source=f"{OKAWA}, figure 5, in small; control: all eight are shown",
    ),
    Claim(
        says="Shown the four corners, a network reaches first the shown classes, then those at distance 1, then that "
        "at 2: in at least 18 of 20 trainings.",
        measure=in_order,
        expect=AtLeast(18),
        within=ROOM,
        control=partial(in_order, classes=CLASSES),
        source=f"{OKAWA}, figure 5, in small; control: all eight are shown",
        slow=True,
    ),
    Claim(
        says="Where the outcome is open, the accuracy of a class is the product of those of its three values, within "
        "0.02 on average.",
        measure=off_product,
        expect=AtMost(0.02),
        within=MEAN,
        control=partial(off_product, rule=lambda attributes: attributes.min(axis=-1)),
        source="four trainings; control: the least of the three in the place of their product",
        slow=True,
    ),
    Claim(
        says="If shape and colour come only together and no word tells which, the accuracy is off the product by 0.12 "
        "at least.",
        measure=partial(off_product, classes=TIED, tied=True),
        expect=AtLeast(0.12),
        within=MEAN,
        control=off_product,
        source="one half, where the product is a quarter; control: the four corners and true words",
        slow=True,
    ),
    Claim(
        says="With sizes a sixth apart the order turns: 111, at distance 2, comes before 110, at distance 1, in at "
        "least 8 of 10 trainings.",
        measure=turned_round,
        expect=AtLeast(8),
        within=ROOM,
        control=partial(turned_round, look=EQUAL),
        source="the course's own; control: attributes of equal difficulty",
        slow=True,
    ),
    Claim(
        says="Where blue is ten times rarer, 010, which is shown, comes 50 steps or more after 101, which never is.",
        measure=delay,
        expect=AtLeast(50),
        within=MEAN,
        control=partial(delay, images=500),
        source=f"{OKAWA}, section 4.1, in small; control: as many of each",
        slow=True,
    ),
    Claim(
        says="Where blue is ten times rarer, all amber classes are made before any blue one: in at least 9 of 10 "
        "trainings.",
        measure=blue_last,
        expect=AtLeast(9),
        within=ROOM,
        control=partial(blue_last, images=500),
        source=f"{OKAWA}, section 4.1, in small; control: as many of each",
        slow=True,
    ),
)
