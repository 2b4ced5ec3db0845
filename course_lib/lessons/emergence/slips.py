"""What the exercises are judged on, and the functions a reader is likely to write instead."""

from collections.abc import Callable, Iterator

import numpy as np

from course_lib.kernels.emergence import metrics

Class = tuple[int, int, int]


def levels_and_skills(rng: np.random.Generator) -> Iterator[tuple]:
    """A level P*, a chance p and a number of skills."""
    for n in (1, 2, 5, 24):
        yield rng.uniform(0.2, 0.95), rng.uniform(0.01, 0.2), n
    yield 0.5, 0.3, 8


def skills(rng: np.random.Generator) -> Iterator[tuple]:
    """A chance p, small enough that the half step is exact to rounding, and a number of skills."""
    for n in (4, 7, 16, 40):
        yield rng.uniform(0.01, 0.05), n


def classes(rng: np.random.Generator) -> Iterator[tuple]:
    """A class and training classes: some that tell mistakes apart, and some at random."""
    corners = ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))
    yield (1, 1, 1), corners
    yield (0, 1, 1), corners
    yield (1, 0, 0), (*corners, (1, 0, 0))
    yield (1, 1, 1), ((0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 1, 1))
    yield (1, 0, 1), ((0, 1, 0),)
    for count in (2, 3, 5):
        yield tuple(rng.integers(0, 2, 3).tolist()), tuple(map(tuple, rng.integers(0, 2, (count, 3)).tolist()))


def accuracies(rng: np.random.Generator) -> Iterator[tuple]:
    """Accuracies of parts, in rows or by themselves."""
    yield (rng.uniform(0.3, 0.9, 3),)
    yield (rng.uniform(0.1, 1.0, (5, 3)),)
    yield (rng.uniform(0.6, 1.0, (4, 4)),)
    yield (rng.uniform(0.1, 1.0, (2, 3, 5)),)


def changes(rng: np.random.Generator) -> Iterator[tuple]:
    """Decades of scale, and a score there: some rise and some fall, and none begins at 0 and ends at 1."""
    decades = np.arange(6.0)
    q = metrics.power_law_accuracy(10**decades, 0.25, 0.15)
    yield decades, metrics.exact_match(q, 5)
    yield decades, metrics.edit_distance(q, 5)
    for L in (1, 3):
        decades = np.sort(rng.uniform(1, 7, 12))
        q = metrics.power_law_accuracy(10**decades, rng.uniform(0.2, 0.3), rng.uniform(0.1, 0.2))
        yield decades, metrics.exact_match(q, L)
        yield decades, metrics.brier_token(q, 10)


# --- t* -------------------------------------------------------------------------------------------------------------


def reached(
    part: Callable = lambda P_star, n: P_star ** (1 / n),
    below: Callable = lambda p: np.log(1 - p),
    above: Callable = np.log,
) -> Callable:
    """above(1 - part(P*, n)) / below(p)."""
    return lambda P_star, p, n: above(1 - part(P_star, n)) / below(p)


def right_time(P_star: float, p: float, n: int) -> float:
    return np.log(1 - P_star ** (1 / n)) / np.log(1 - p)


# --- expected time --------------------------------------------------------------------------------------------------


def mean_of(sum_of: Callable, rate: Callable = lambda p: -np.log(1 - p), more: float = 0.5) -> Callable:
    """sum_of(n) / rate(p) + more."""
    return lambda p, n: sum_of(n) / rate(p) + more


def harmonic(n: int) -> float:
    return (1 / np.arange(1, n + 1)).sum()


# --- concept distance -----------------------------------------------------------------------------------------------


def compared(judge: Callable) -> Callable:
    """judge(differ, c, training), where differ says which values of which training class differ from c's."""

    def wrong(c: Class, training: tuple[Class, ...]) -> float:
        training, c = np.array(training), np.array(c)
        return judge(training != c, c, training)

    return wrong


# --- the width of a rise --------------------------------------------------------------------------------------------


def between(low: float, high: float) -> Callable:
    """From one share of the way to another, along straight lines."""
    return lambda x, metric: np.ptp(np.interp([low, high], way(metric), x))


def way(metric: np.ndarray) -> np.ndarray:
    """From 0 at the first to 1 at the last."""
    return (metric - metric[0]) / (metric[-1] - metric[0])


def crossings(x: np.ndarray, metric: np.ndarray, levels: list[float]) -> np.ndarray:
    """Where the metric has these values, whether it rises or falls."""
    order = np.argsort(metric)
    return np.interp(levels, metric[order], x[order])


def at_grid_points(x: np.ndarray, metric: np.ndarray) -> float:
    return x[np.argmax(way(metric) >= 0.9)] - x[np.argmax(way(metric) >= 0.1)]


def by_slope(x: np.ndarray, metric: np.ndarray) -> float:
    return 0.8 * np.ptp(metric) / np.abs(np.diff(metric) / np.diff(x)).max()
