"""Claims about scores: the same accuracy of a token, judged as a whole answer and token by token."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.emergence import metrics
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim
from course_lib.lessons.emergence.metric_view import (
    ALPHABET,
    BOTH_ENDS,
    BRIER,
    EDIT,
    MATCH,
    POWER,
    TOKEN,
    scores_of,
    token_accuracy,
)
from course_lib.shared.estimates import mean_and_error

from .tools import AS_IT_IS, ROOM, Measurement, farthest

SCHAEFFER = "Schaeffer, Miranda and Koyejo, arXiv:2304.15004 (2023), section 2"
PRINTED = (0.15, 0.34, 0.55, 0.71, 0.83, 0.90)  # accuracy of a token, at six sizes a factor of ten apart
ALPHA, L = 0.25, 20
MODELS, WINDOW = np.arange(6.0), np.linspace(0, 5, 2001)  # decades of scale
ALL_OF_IT = np.linspace(-12, 28, 20_001)
TARGET = np.arange(L) % ALPHABET
DIGITS = Bias(5.1e-3, "two decimals")


def widths(rng: np.random.Generator, names: tuple[str, ...], stated: tuple[float, ...], length: int = L) -> Measurement:
    """How far the worst width, in decades of five, is from what is stated."""
    found = scores_of(WINDOW, length, ALPHA, POWER).widths()
    return farthest([found[name] for name in names], stated)


def of_whole(length: int, law: str) -> float:
    """Decades that the middle 80 % of exact match takes on an axis of forty."""
    return metrics.rise_width(ALL_OF_IT, metrics.exact_match(token_accuracy(ALL_OF_IT, ALPHA, law), length))


def by_length(rng: np.random.Generator, law: str, stated: tuple[float, ...]) -> Measurement:
    return farthest([of_whole(length, law) for length in (1, 5, 20)], stated)


def answered(rng: np.random.Generator, score: Callable[[np.ndarray], np.ndarray], runs: int) -> Measurement:
    """The width of a score's change over six models whose answers are drawn and judged."""
    q = token_accuracy(MODELS, ALPHA, POWER)
    given = (metrics.answers(accuracy, TARGET, ALPHABET, runs, rng=rng) for accuracy in q)
    return metrics.rise_width(MODELS, np.maximum.accumulate([score(each).mean() for each in given])), 0.0


def matches(given: np.ndarray) -> np.ndarray:
    return (given == TARGET).all(axis=1)


def closeness(given: np.ndarray) -> np.ndarray:
    """One minus Levenshtein's distance a token."""
    return 1 - metrics.levenshtein(given, TARGET) / L


def mended(rng: np.random.Generator, q: float) -> Measurement:
    """Levenshtein's distance a token, of 2000 answers."""
    return mean_and_error(metrics.levenshtein(metrics.answers(q, TARGET, ALPHABET, 2000, rng=rng), TARGET) / L)


def printed(rng: np.random.Generator, length: int, stated: tuple[float, ...]) -> Measurement:
    return farthest(metrics.exact_match(PRINTED, length), stated)


def whole_answer(rng: np.random.Generator, one: bool) -> Measurement:
    """The width of Brier's score of an answer of 20 tokens, or of one token."""
    q = token_accuracy(WINDOW, ALPHA, POWER)
    score = metrics.brier_token(q, ALPHABET) if one else metrics.brier_answer(q, L, ALPHABET)
    return metrics.rise_width(WINDOW, score), 0.0


claims = (
    Claim(
        says="Six models whose accuracy of a token is 0.15, 0.34, 0.55, 0.71, 0.83, 0.90 get five tokens right with "
        "chance 0.0001, 0.005, 0.05, 0.18, 0.39, 0.59 (worst).",
        measure=partial(printed, length=5, stated=(0.0001, 0.005, 0.05, 0.18, 0.39, 0.59)),
        expect=0.0,
        within=DIGITS,
        control=partial(printed, length=20, stated=(0.0001, 0.005, 0.05, 0.18, 0.39, 0.59)),
        source=f"q^5; {SCHAEFFER}; control: twenty tokens",
    ),
    Claim(
        says="A token's accuracy needs 3.55 of five decades for the middle 80 % of its way, exact match on 20 tokens "
        "1.19 (worst).",
        measure=partial(widths, names=(TOKEN, MATCH), stated=(3.55, 1.19)),
        expect=0.0,
        within=DIGITS,
        control=partial(widths, names=(TOKEN, MATCH), stated=(3.55, 1.19), length=5),
        source=f"{SCHAEFFER}; control: five tokens",
    ),
    Claim(
        says="Edit distance and Brier's score of a token do not jump: 3.55 and 2.76 of five decades (worst).",
        measure=partial(widths, names=(EDIT, BRIER), stated=(3.55, 2.76)),
        expect=0.0,
        within=DIGITS,
        control=partial(widths, names=(MATCH, BRIER), stated=(3.55, 2.76)),
        source=f"{SCHAEFFER}; control: exact match",
    ),
    Claim(
        says="Of 20,000 drawn answers at each of six sizes, exact match rises within 1.4 decades.",
        measure=partial(answered, score=matches, runs=20_000),
        expect=Between(1.2, 1.6),
        within=ROOM,
        control=partial(answered, score=closeness, runs=2000),
        source=f"{SCHAEFFER}; straight lines between the sizes; control: edit distance",
    ),
    Claim(
        says="Levenshtein's distance of 2000 such answers takes 3.6 decades.",
        measure=partial(answered, score=closeness, runs=2000),
        expect=AtLeast(3.3),
        within=ROOM,
        control=partial(answered, score=matches, runs=20_000),
        source=f"{SCHAEFFER}; control: exact match",
    ),
    Claim(
        says="Levenshtein's distance a token is 1 - q, or a hair less (q = 0.55).",
        measure=partial(mended, q=0.55),
        expect=0.45,
        within=Bias(0.01, "a shift may mend several errors at once"),
        control=partial(mended, q=0.65),
        source="Wagner and Fischer, J. ACM 21, 168 (1974); control: another accuracy",
    ),
    Claim(
        says="Continuous is not enough: Brier's score of the whole answer jumps as exact match does, within 1.2 "
        "decades.",
        measure=partial(whole_answer, one=False),
        expect=AtMost(1.3),
        within=AS_IT_IS,
        control=partial(whole_answer, one=True),
        source="Brier, Mon. Weather Rev. 78, 1 (1950), eq. 2; control: one token at a time",
    ),
    Claim(
        says="The jump comes from the window: the whole curve takes 5.36 decades for 1, 5 and 20 tokens alike, only "
        "later (power law; worst).",
        measure=partial(by_length, law=POWER, stated=(5.36, 5.36, 5.36)),
        expect=0.0,
        within=DIGITS,
        control=partial(by_length, law=BOTH_ENDS, stated=(5.36, 5.36, 5.36)),
        source="q^L at a scale is q at scale/L^(1/alpha); control: an accuracy that saturates at both ends",
    ),
    Claim(
        says="An accuracy that saturates at both ends does narrow: 7.63, 5.76, 5.45 decades for 1, 5, 20 tokens "
        "(worst).",
        measure=partial(by_length, law=BOTH_ENDS, stated=(7.63, 5.76, 5.45)),
        expect=0.0,
        within=DIGITS,
        control=partial(by_length, law=POWER, stated=(7.63, 5.76, 5.45)),
        source="a logistic function to the power L, towards Gumbel's law; control: the power law",
    ),
)
