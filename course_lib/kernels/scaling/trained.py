"""The course's own sweep: small transformers, trained on a language whose entropy is known exactly.

A size and a number of tokens make a *configuration*; each was trained with six learning rates and four seeds.

Symbols   N      parameters: those of the blocks, and, where they are counted, those of the embedding
          D      tokens trained on
          C      compute, 6 N D, in FLOP
          L      loss of a configuration, in nats per token
          E      the floor: what the best possible model loses, in nats per token
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared import hierarchy

from .approaches import by_budget, isoflop_minima, power_law
from .checks import Runs, checked_runs
from .fits import fit_law
from .law import PER_TOKEN, compute_optimal, size_exponent

TABLE = Path(__file__).parents[2] / "data/scaling/sweep.csv"
HELD_OUT = 5e13  # FLOP: what was trained with more is left to be foretold
SLACK = 1.005  # a run's tokens are whole batches
ENOUGH = 4  # sizes at a budget
BETWEEN = 0.001  # relative: what two budgets, interpolated, are apart at least
KEYS = ("width", "tokens", "log2_rate", "seed")


class Sweep(NamedTuple):
    """The losses of all runs, by configuration, learning rate and seed."""

    blocks: Int[np.ndarray, " n"]
    embedding: Int[np.ndarray, " n"]
    D: Int[np.ndarray, " n"]
    log2_rates: Int[np.ndarray, "n rates"]
    loss: Float[np.ndarray, "n rates seeds"]

    @property
    def C(self) -> Float[np.ndarray, " n"]:
        """The budget of each configuration, all parameters counted."""
        return PER_TOKEN * (self.blocks + self.embedding) * self.D.astype(float)

    def those(self, which: np.ndarray) -> "Sweep":
        """Some of the configurations."""
        return Sweep(*(column[which] for column in self))


@cache
def trained_runs() -> Sweep:
    """Every run of the table that `python -m course_lib.author.sweep` made; its card lies beside it."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = sorted((dict(row) for row in csv.DictReader(file)), key=lambda row: [int(row[name]) for name in KEYS])
    first = [row for row in rows if row["width"] == rows[0]["width"] and row["tokens"] == rows[0]["tokens"]]
    seeds = len({row["seed"] for row in first})
    blocks, embedding, D, rates, loss = (
        np.array([float(row[name]) for row in rows]).reshape(-1, len(first) // seeds, seeds)
        for name in ("blocks", "embedding", "tokens", "log2_rate", "loss")
    )
    sizes = (column[:, 0, 0].astype(int) for column in (blocks, embedding, D))
    found = Sweep(*sizes, rates[:, :, 0].astype(int), loss)
    for column in found:
        column.flags.writeable = False  # the cache hands the same arrays to all
    return found


def rungs() -> Float[np.ndarray, " levels+1"]:
    """What is lost by whoever knows single tokens only, pairs only, then fours, eights, and whole texts: exactly.

    The last is the floor E. It is averaged over all tokens of a text, as the losses of the table are.
    """
    return hierarchy.ladder(hierarchy.standard_grammar())


def tuned(sweep: Sweep) -> Float[np.ndarray, "n seeds"]:
    """The losses of each configuration at the learning rate whose mean over the seeds is the least."""
    best = sweep.loss.mean(axis=2).argmin(axis=1)
    return sweep.loss[np.arange(len(best)), best]


def at_rate(sweep: Sweep, log2_rate: int) -> Float[np.ndarray, "n seeds"]:
    """The losses of all configurations at one learning rate. Raises: Refusal if one of them has not been given it."""
    configuration, place = np.nonzero(sweep.log2_rates == log2_rate)
    require(len(configuration) == len(sweep.D), f"Not every size was trained with a learning rate of 2^{log2_rate}.")
    return sweep.loss[configuration, place]


def best_rates(sweep: Sweep) -> Int[np.ndarray, " n"]:
    """log2 of the learning rate that `tuned` takes."""
    best = sweep.loss.mean(axis=2).argmin(axis=1)
    return sweep.log2_rates[np.arange(len(best)), best]


def redrawn(loss: Float[np.ndarray, "n seeds"], *, rng: np.random.Generator) -> Float[np.ndarray, " n"]:
    """Mean losses over seeds drawn with replacement: what another such sweep might have found."""
    n, seeds = loss.shape
    return np.take_along_axis(loss, rng.integers(seeds, size=(n, seeds)), axis=1).mean(axis=1)


def spread(found: ArrayLike, seeds: int) -> float:
    """The standard error of what was computed from redrawn seeds: their spread, made larger by sqrt(n/(n - 1)).

    For n values drawn again with replacement scatter by that much less than n new ones. It knows nothing of the form
    of a law, of the choice of budgets, nor of the one grammar.
    """
    return float(np.std(found, ddof=1) * np.sqrt(seeds / (seeds - 1)))


class Frontier(NamedTuple):
    """The best sizes that a method finds at some budgets, and the exponent of their growth."""

    C: Float[np.ndarray, " budgets"]
    N: Float[np.ndarray, " budgets"]
    exponent: float


def by_envelope(runs: Runs) -> Frontier:
    """Approach 1: at each budget the size that loses least."""
    at = at_budgets(runs, budgets_reached(runs))
    slices = by_budget(at, BETWEEN)
    return _lined([C for C, _ in slices], [one.N[one.L.argmin()] for _, one in slices])


def by_parabolas(runs: Runs) -> Frontier:
    """Approach 2: at each budget the lowest point of a parabola, where it has one among the sizes."""
    C, best = isoflop_minima(at_budgets(runs, budgets_reached(runs)), BETWEEN)
    return _lined(C, best.N)


def by_law(runs: Runs) -> Frontier:
    """Approach 3: what the fitted law says."""
    law, C = fit_law(runs).law, budgets_reached(runs)
    return Frontier(C, compute_optimal(C, law).N, float(size_exponent(law)))


def _lined(C: ArrayLike, N: ArrayLike) -> Frontier:
    return Frontier(np.asarray(C), np.asarray(N), power_law(C, N).exponent)


def budgets_reached(runs: Runs, count: int = 17) -> Float[np.ndarray, " count"]:
    """Budgets, evenly in ln C, from the first to the last at which four sizes have runs on both sides."""
    low, high = np.array([PER_TOKEN * one.N[0] * one.D[[0, -1]] for one in _curves(runs)]).T
    enough = [C for C in np.union1d(low, high) if ((low <= C * SLACK) & (C <= high * SLACK)).sum() >= ENOUGH]
    require(len(enough) >= 2, "Too few sizes are left: a bowl needs four of them at the same budget.")
    return np.geomspace(enough[0], enough[-1], count)


def at_budgets(runs: Runs, budgets: Float[np.ndarray, " budgets"]) -> Runs:
    """What each size loses at each budget that its runs reach, by straight lines in ln D between them.

    So a sweep that was laid out on budgets in one way of counting can be read in another.
    """
    found = []
    for N, D, L in _curves(runs):
        wanted = np.asarray(budgets) / (PER_TOKEN * N[0])
        wanted = wanted[(D[0] <= wanted * SLACK) & (wanted <= D[-1] * SLACK)]
        found += [(N[0], one, np.interp(np.log(one), np.log(D), L)) for one in wanted]
    require(bool(found), "No run reaches any of these budgets.")
    return Runs(*np.array(found).T)


def _curves(runs: Runs) -> list[Runs]:
    """The runs of each size, from few tokens to many."""
    runs = checked_runs(runs, 1)
    order = np.lexsort((runs.D, runs.N))
    groups = np.split(order, np.flatnonzero(np.diff(runs.N[order])) + 1)
    return [Runs(*(column[group] for column in runs)) for group in groups]
