"""Learning times drawn, not stepped: the waits of the coin-flip model are exact in distribution, whatever p.

Flipping a coin until it falls is a geometric wait, which is an exponential one rounded up to a whole step. So a run
costs one draw a skill (or one in all, where only the last skill counts) and not one a skill and step.

Symbols   p      chance that a skill is learnt in one step
          n      number of skills
          t      steps of training
          k      how many skills a task needs
"""

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import whole

from .clocks import dual, rate
from .coin_checks import Numbers, chances, frequent, whole_skills


def learning_times(p: float, n: int, runs: int, *, rng: np.random.Generator) -> Int[np.ndarray, " runs"]:
    """When the last of n skills is learnt, in each run: P(t) inverted at a random level, one draw a run.

    Exact in distribution, and as fast for a million skills as for one.
    """
    lam, n = rate(frequent(p)), whole_skills(n)
    u = rng.standard_exponential(whole(runs, "Runs"))  # -ln of a uniform number
    return ticks(dual(u / n) / lam)


def skill_times(p: ArrayLike, runs: int, *, rng: np.random.Generator) -> Int[np.ndarray, "runs n"]:
    """When each skill is learnt, in each run: geometric waits, for chances p (n,) that may differ."""
    lam = -np.log1p(-chances(p))
    return ticks(rng.standard_exponential((whole(runs, "Runs"), len(lam))) / lam)


def share_of_tasks(
    learnt: Int[np.ndarray, "runs n"], tasks: Int[np.ndarray, "tasks k"], steps: int
) -> Float[np.ndarray, " steps_1"]:
    """The share of tasks that are there after 0, 1, ... steps, over all runs; a task needs the k skills that it names.

    Args:
        learnt: when each skill is learnt, in each run.
        tasks: the skills of each task, by number.
    Raises: Refusal where a task names a skill that is not there.
    """
    learnt, tasks, steps = np.asarray(learnt), np.asarray(tasks), whole(steps, "Steps")
    tables = learnt.ndim == tasks.ndim == 2 and learnt.dtype.kind == tasks.dtype.kind == "i" and min(tasks.shape) > 0
    require(tables, "Times (runs, n) and tasks (tasks, k) are two tables of whole numbers.")
    n = learnt.shape[1]
    require(0 <= tasks.min() and tasks.max() < n, f"There are {n} skills, with the numbers 0 to {n - 1}.")
    by_skill = np.minimum(learnt, steps + 1).T.astype(np.int32)
    ready = by_skill[tasks[:, 0]]
    for skill in tasks[:, 1:].T:
        np.maximum(ready, by_skill[skill], out=ready)
    counts = np.bincount(ready.ravel(), minlength=steps + 2)
    return np.cumsum(counts)[: steps + 1] / ready.size


def ticks(t: Numbers) -> Int[np.ndarray, "..."]:
    """The whole step in which a time falls."""
    return 1 + np.floor(t).astype(np.int64)
