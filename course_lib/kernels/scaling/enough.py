"""Can these runs tell the five parameters of the law apart, however small their noise?

Symbols   N, D, L  parameters, tokens and loss of each run
          E, A, B  the law's floor, and the weights of its two power laws
          alpha, beta  their exponents
"""

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require

from .checks import ENOUGH_RUNS, Runs

DIFFERENT, PAIRS = 3, 5  # sizes, and amounts of data; pairs of them
APART = 1e-3  # sizes in the same thousandth count as one
STRAIGHT = 0.01  # so close to one power law between N and D, runs lie on it


def check_enough(runs: Runs) -> None:
    """Raises: Refusal where the runs cannot tell the parameters of the law, with the reason."""
    n, N, D = len(runs.N), _steps(runs.N), _steps(runs.D)
    sizes, amounts = (np.count_nonzero(np.bincount(v)) for v in (N, D))
    pairs = max(sizes, amounts)
    if pairs < PAIRS:  # else there are at least so many pairs, and of a million runs this would take long
        pairs = len(np.unique([N, D], axis=1).T)
    says = f"too few: the law has five parameters, so {ENOUGH_RUNS} runs are the least."
    require(n >= ENOUGH_RUNS, f"{_counted(n, 'run').capitalize()}, {says}")
    says = "E, A and alpha are three unknowns, so runs with three different sizes N are the least"
    require(sizes >= DIFFERENT, f"{says}: {_counted(sizes, 'size')}.")
    says = "E, B and beta are three unknowns, so runs with three different amounts of data D are the least"
    require(amounts >= DIFFERENT, f"{says}: {_counted(amounts, 'amount')}.")
    says = "The law has five parameters, so five different pairs of N and D are the least"
    require(pairs >= PAIRS, f"{says}: {_counted(pairs, 'pair')}.")
    says = (
        "In all runs D rises with N as one power, so nothing tells the term of D from that of N: their exponents could"
    )
    require(not _on_one_ray(runs), f"{says} trade places. Runs with more or less data for the same N are needed.")
    require(bool(runs.L.min() < runs.L.max()), "All losses are the same: there is nothing to fit.")


def _steps(numbers: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """How many thousandths each is above the least: D = C / (6 N) is rarely the same to the last digit."""
    logs = np.log(numbers)
    return ((logs - logs.min(initial=np.inf)) / APART + 0.5).astype(int)


def _on_one_ray(runs: Runs) -> bool:
    """Is D one rising power of N? Then B / D^beta is a falling power of N as well, as A / N^alpha is.

    Where D falls as N rises, as at one budget, one term falls with N and the other rises: they cannot be mistaken.
    """
    x, y = np.log(runs.N), np.log(runs.D)
    x, y = x - x.mean(), y - y.mean()
    slope = (x @ y) / (x @ x)
    return bool(slope > 0 and abs(y - slope * x).max() < STRAIGHT)


def _counted(n: int, noun: str) -> str:
    return f"there is 1 {noun}" if n == 1 else f"there are {n} {noun}s"
