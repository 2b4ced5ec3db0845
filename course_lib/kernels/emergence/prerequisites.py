"""Skills that wait for one another: each may have one that must be there before its own coin is flipped.

The skills then form trees. Let A_i(t) be the chance that skill i and all that hang on it are there t steps after its
coin was first flipped. The wait for i is geometric, and then its branches run side by side, independently:

    A_i(t) = (1 - p_i) A_i(t - 1) + p_i product_c A_c(t - 1),    A_i(0) = 0

Without prerequisites this is the coin-flip model, and with all skills in one row it is the chain.

Symbols   p      chance that a skill is learnt in one step, from when its coin is flipped
          n      number of skills
          t      steps of training
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import whole

from .coin_checks import chances
from .draws import skill_times

FREE = -1  # in the place of a prerequisite: there is none


def forest(steps: int, p: ArrayLike, before: Sequence[int]) -> Float[np.ndarray, " steps_1"]:
    """The chance that all skills are there after 0, 1, ... steps.

    Args:
        p: chances (n,).
        before: for each skill the number of its prerequisite, lower than its own; -1 where it has none.
    Raises: Refusal where the prerequisites are none of this.
    """
    from scipy.signal import lfilter

    steps, p = whole(steps, "Steps"), chances(p)
    before = _prerequisites(before, p)
    branches = np.ones((len(p) + 1, steps + 1))  # the last is that of all which have no prerequisite: row -1
    for i in reversed(range(len(p))):
        branches[before[i]] *= lfilter([0.0, p[i]], [1.0, p[i] - 1], branches[i])
    return branches[FREE]


def forest_times(
    p: ArrayLike, before: Sequence[int], runs: int, *, rng: np.random.Generator
) -> Int[np.ndarray, "runs n"]:
    """When each skill is learnt, in each run: its own wait after its prerequisite's time."""
    p = chances(p)
    before, learnt = _prerequisites(before, p), skill_times(p, runs, rng=rng)
    for i, first in enumerate(before):
        if first != FREE:
            learnt[:, i] += learnt[:, first]
    return learnt


def _prerequisites(before: Sequence[int], p: Float[np.ndarray, " n"]) -> list[int]:
    before = plain(before, np.int64, "Prerequisites are numbers of skills: whole ones.")
    require(before.shape == p.shape, f"Each of the {len(p)} skills has one prerequisite, or -1 for none.")
    earlier = bool(((before >= FREE) & (before < np.arange(len(p)))).all())
    require(earlier, "A prerequisite comes earlier in the list than the skill that waits for it; -1 stands for none.")
    return before.tolist()
