"""One accuracy, many metrics: what an answer of L tokens is worth, if each is right with chance q, independently.

The model gives the right token the chance q and shares the rest equally among the v - 1 others; its answers are drawn
from what it believes. All metrics then follow from q, and they differ in one thing only: whether an answer is judged as
a whole, or token by token.

Symbols   q      accuracy of one token
          L      length of an answer, in tokens
          v      size of the alphabet
          alpha  exponent with which the loss of a token, -ln q, falls with the scale
"""

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number, whole

from .coin_checks import Numbers, share, shares

Tokens = Int[np.ndarray, "runs L"]


def power_law_accuracy(scale: ArrayLike, alpha: float, at_one: float) -> Numbers:
    """q = exp(-c scale^-alpha), c = -ln of the accuracy at scale 1: the loss of a token falls as a power.

    Then q^L at a scale is q at scale / L^(1/alpha): on a logarithmic axis a longer answer has the same curve, later by
    (log10 L)/alpha decades, and not a steeper one. Source: Schaeffer et al., arXiv:2304.15004 (2023), section 2.
    """
    scale, at_one = plain(scale, float, "The scale: numbers are needed."), share(at_one, "The accuracy at scale 1")
    require(bool((scale > 0).all()) and 0 < at_one < 1, "The scale is above 0, the accuracy there between 0 and 1.")
    return at_one ** (scale ** -number(alpha, "The exponent alpha"))


def exact_match(q: ArrayLike, L: int) -> Numbers:
    """q^L: the chance that all tokens are right."""
    return shares(q, "The accuracy q") ** _length(L)


def token_accuracy(q: ArrayLike, L: int) -> Numbers:
    """q: the expected share of right tokens, whatever L."""
    _length(L)
    return shares(q, "The accuracy q")


def edit_distance(q: ArrayLike, L: int) -> Numbers:
    """L (1 - q): the expected number of wrong tokens, each of which one substitution mends.

    A shift may mend several at once, so Levenshtein's distance is this or a little less: see `levenshtein`.
    """
    return _length(L) * (1 - shares(q, "The accuracy q"))


def brier_token(q: ArrayLike, v: int) -> Numbers:
    """(1 - q)^2 v/(v - 1): Brier's score of one token, sum over the alphabet of (chance given - 1 if right, else 0)^2.

    From 0, certain and right, to v/(v - 1). Source: Brier, Mon. Weather Rev. 78, 1 (1950), eq. 2.
    """
    v = whole(v, "The alphabet's size v", least=2)
    return (1 - shares(q, "The accuracy q")) ** 2 * v / (v - 1)


def brier_answer(q: ArrayLike, L: int, v: int) -> Numbers:
    """1 - 2 q^L + (q^2 + (1 - q)^2/(v - 1))^L: Brier's score of a whole answer, the same sum over all v^L answers.

    It rises or falls with exact match: a score can be continuous and yet judge the answer as a whole.
    """
    q, L, v = shares(q, "The accuracy q"), _length(L), whole(v, "The alphabet's size v", least=2)
    return 1 - 2 * q**L + (q**2 + (1 - q) ** 2 / (v - 1)) ** L


def rise_width(x: ArrayLike, metric: ArrayLike) -> float:
    """How much of the axis x the middle of a change takes: from a tenth to nine tenths of the way from first to last.

    The curve is followed along straight lines between its points. Of a curve that is cut off, this is about what is
    shown, and not about the curve.
    Raises: Refusal unless x rises and the metric only rises or only falls.
    """
    x, y = (plain(a, float, "Numbers are needed.") for a in (x, metric))
    require(x.ndim == 1 and x.shape == y.shape and len(x) > 1, "The axis and the metric are two rows of equal length.")
    require(bool((np.diff(x) > 0).all()) and bool(np.isfinite(y).all()), "The axis rises, and the metric is finite.")
    require(y[0] != y[-1], "This metric ends where it began: there is no rise.")
    way = (y - y[0]) / (y[-1] - y[0])
    require(bool((np.diff(way) >= -1e-12).all()), "This metric turns back on its way.")
    return float(_first(0.9, x, way) - _first(0.1, x, way))


def answers(q: float, target: ArrayLike, v: int, runs: int, *, rng: np.random.Generator) -> Tokens:
    """So many answers: each token is the target's with chance q, or else one of the v - 1 others, all alike."""
    target, v = plain(target, np.int64, "The target's tokens are whole numbers."), whole(v, "The alphabet's size v", 2)
    require(target.ndim == 1 and target.size > 0, "The target is a row of tokens.")
    require(bool(((target >= 0) & (target < v)).all()), f"Tokens are numbers from 0 to {v - 1}.")
    shape = (whole(runs, "Runs"), len(target))
    wrong = rng.random(shape) >= share(q, "The accuracy q")
    return (target + wrong * rng.integers(1, v, size=shape)) % v


def levenshtein(given: ArrayLike, target: ArrayLike) -> Int[np.ndarray, " runs"]:
    """The least number of substitutions, insertions and deletions from each row to the target.

    d_ij = min(d_(i-1)j + 1, d_i(j-1) + 1, d_(i-1)(j-1) + [a_i != b_j]): a row of d at a time, for all answers at once.
    What an insertion takes from d_i(j-1) is a running minimum of d_ij - j.
    Source: Wagner and Fischer, J. ACM 21, 168 (1974).
    """
    given, target = (plain(a, np.int64, "Tokens are whole numbers.") for a in (given, target))
    require(given.ndim == 2 and target.ndim == 1, "Answers stand in rows (runs, L), the target in one row.")
    j = np.arange(len(target) + 1)
    d = np.tile(j, (len(given), 1))
    for token in given.T:
        ahead = d + 1
        np.minimum(ahead[:, 1:], d[:, :-1] + (token[:, None] != target), out=ahead[:, 1:])
        d = np.minimum.accumulate(ahead - j, axis=1) + j
    return d[:, -1]


def _first(share: float, x: Float[np.ndarray, " n"], way: Float[np.ndarray, " n"]) -> float:
    """Where the way is first so far."""
    i = int(np.argmax(way >= share))
    return x[i - 1] + (share - way[i - 1]) / (way[i] - way[i - 1]) * (x[i] - x[i - 1])


def _length(L: int) -> int:
    return whole(L, "The length L of an answer")
