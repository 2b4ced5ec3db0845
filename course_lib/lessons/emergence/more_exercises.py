"""What lesson 05 asks for, continued: a distance, a product, and the width of a jump."""

import numpy as np

from course_lib.kernels.emergence import concepts, metrics
from course_lib.learn import Exercise
from course_lib.lessons.emergence import slips
from course_lib.lessons.emergence.slips import between, compared, crossings, way

find_concept_distance = Exercise(
    ask="Write concept_distance(c, training): how far the class c, such as (1, 0, 1), is from a tuple of training "
    "classes. The distance of two classes is the number of concepts whose values differ.",
    answer=concepts.concept_distance,
    cases=slips.classes,
    hints=(
        "First the distance from one training class: a sum over shape, colour and size.",
        "Of a set, which member counts? A class that is in the training set should have the distance 0.",
    ),
    slips={
        "That is the distance to the centre of the training classes, which is no class at all. The nearest counts.": (
            compared(lambda differ, c, training: np.abs(training.mean(axis=0) - c).sum())
        ),
        "That is the distance to the commonest values, each by itself. They need not occur together.": compared(
            lambda differ, c, training: (c != (training.mean(axis=0) > 0.5)).sum()
        ),
        "That is the farthest training class. One that is near is enough.": compared(
            lambda differ, c, training: differ.sum(axis=1).max()
        ),
        "The sum over all training classes: adding a class that is far would make this one farther.": compared(
            lambda differ, c, training: differ.sum()
        ),
        "That counts how often the class itself was shown. Distance is about values that differ, not about counts.": (
            compared(lambda differ, c, training: (~differ.any(axis=1)).sum())
        ),
        "That counts the training classes that are not this one. Distance is about values, not about counts.": compared(
            lambda differ, c, training: differ.any(axis=1).sum()
        ),
        "You ask of each value whether it was seen at all. What counts is what was seen together, in one class.": (
            compared(lambda differ, c, training: differ.all(axis=0).sum())
        ),
        "You count the values that were seen. Asked for is what differs, and within one class.": compared(
            lambda differ, c, training: (~differ).any(axis=0).sum()
        ),
        "The indicator is one where values are equal, as it stood on the slide. A distance counts those that differ.": (
            compared(lambda differ, c, training: (~differ).sum(axis=1).min())
        ),
        "You count the values shared with the nearest class. A distance counts those that differ.": compared(
            lambda differ, c, training: (~differ).sum(axis=1).max()
        ),
        "Only the first training class is looked at.": compared(lambda differ, c, training: differ[0].sum()),
        "The straight line through the cube. Concepts are counted, so it goes along the edges.": compared(
            lambda differ, c, training: np.sqrt(differ.sum(axis=1).min())
        ),
        "That says whether the class was seen, yes or no. How many values differ is lost.": compared(
            lambda differ, c, training: int(differ.any(axis=1).all())
        ),
        "Differences of both signs cancel: a value too many and one too few are two that differ.": compared(
            lambda differ, c, training: np.abs((training - c).sum(axis=1)).min()
        ),
    },
)

find_joint = Exercise(
    ask="Write joint_from_parts(attributes): the accuracy of a whole from those of its parts, which stand along the "
    "last axis, if each part is right or wrong independently.",
    answer=concepts.joint_from_parts,
    cases=slips.accuracies,
    hints=(
        "Three parts, each right in half of the cases: in which share of them are all three right?",
        "The parts are along the last axis, axis=-1; other axes stay.",
    ),
    slips={
        "That is the mean of the parts: two parts of 1 and one of 0 would give a whole that is often right.": (
            lambda a: a.mean(axis=-1)
        ),
        "The weakest part is a bound from above: others may be wrong when it is right.": lambda a: a.min(axis=-1),
        "The best part says little: all must be right.": lambda a: a.max(axis=-1),
        "Chances that must all come true are multiplied, not added: this can be more than 1.": (
            lambda a: a.sum(axis=-1)
        ),
        "Taking away the errors of all parts is a bound from below: an answer with two errors is lost only once.": (
            lambda a: 1 - (1 - a).sum(axis=-1)
        ),
        "Taking away the errors of all parts, and not less than 0: still a bound, an answer is lost only once.": (
            lambda a: np.maximum(1 - (1 - a).sum(axis=-1), 0)
        ),
        "That is the chance that any part is right. All must be.": lambda a: 1 - (1 - a).prod(axis=-1),
        "That is the chance that all parts are wrong.": lambda a: (1 - a).prod(axis=-1),
        "That is the geometric mean: the accuracy of a typical part, not of the whole.": (
            lambda a: a.prod(axis=-1) ** (1 / a.shape[-1])
        ),
        "The mean to the power of how many there are is right for equal parts only.": (
            lambda a: a.mean(axis=-1) ** a.shape[-1]
        ),
        "The product runs along the first axis: the parts are along the last.": lambda a: a.prod(axis=0),
        "The product runs over everything: the parts are along the last axis, other axes stay.": lambda a: a.prod(),
        "The last part is left out.": lambda a: a[..., :-1].prod(axis=-1),
    },
)

find_width = Exercise(
    ask="Write rise_width(x, metric): how much of the axis x (decades of scale, rising) the middle of a change takes, "
    "from a tenth to nine tenths of the way from the first value of the metric to the last, whether it rises or falls; "
    "straight lines between.",
    answer=metrics.rise_width,
    cases=slips.changes,
    hints=(
        "First the way: 0 at the first value, 1 at the last, whether the metric rises or falls.",
        "np.interp finds x at a given share of the way, if the way is what rises.",
    ),
    slips={
        "You take the metric's own 0.1 and 0.9. What is asked for are shares of the way that it goes here.": (
            lambda x, metric: np.ptp(crossings(x, metric, [0.1, 0.9]))
        ),
        "Shares of the largest value: the way begins at the first value, not at 0.": lambda x, metric: np.ptp(
            crossings(x, metric, [0.1 * metric.max(), 0.9 * metric.max()])
        ),
        "np.interp needs what rises, and in some cases the metric falls; nor are 0.1 and 0.9 shares of the way.": (
            lambda x, metric: np.ptp(np.interp([0.1, 0.9], metric, x))
        ),
        "The whole window, whatever the metric does in it.": lambda x, metric: x[-1] - x[0],
        "Four fifths of the window, whatever the metric does in it.": lambda x, metric: 0.8 * (x[-1] - x[0]),
        "As a share of the window. Asked for is the width in the units of x.": (
            lambda x, metric: between(0.1, 0.9)(x, metric) / (x[-1] - x[0])
        ),
        "That is the middle half, from a quarter to three quarters.": between(0.25, 0.75),
        "From the beginning of the window to nine tenths of the way: the flat part before the rise is counted too.": (
            between(0.0, 0.9)
        ),
        "From a tenth of the way to the end of the window: the flat part after the rise is counted too.": (
            between(0.1, 1.0)
        ),
        "You take the nearest models beyond. Between two of them the metric is a straight line.": slips.at_grid_points,
        "That is how far the steepest piece would need for the whole middle. The curve is not everywhere so steep.": (
            slips.by_slope
        ),
        "That is how much the metric changes, not over which part of x.": lambda x, metric: 0.8 * np.ptp(metric),
        "The sign is flipped: nine tenths of the way come later, also where the metric falls.": (
            lambda x, metric: -between(0.1, 0.9)(x, metric)
        ),
        "Where the metric falls, the width comes out negative: go by the way, not by the value.": (
            lambda x, metric: between(0.1, 0.9)(x, metric) * np.sign(metric[-1] - metric[0])
        ),
        "In numbers of models, not in the units of x: they need not stand one unit apart.": (
            lambda x, metric: np.ptp(np.interp([0.1, 0.9], way(metric), np.arange(len(x))))
        ),
    },
)
