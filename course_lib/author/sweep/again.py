"""Does the sweep come out the same with other seeds? The stored losses beside new ones, job by job.

    t = (mean of the new losses - mean of the stored ones) / error,    error^2 = variance / seeds, summed over both

Four seeds tell little of their scatter, some configurations end in one of two ways, and the learning rates of a seed
share its texts. So the mean of t^2 is judged by what it is when the seeds of both tables are dealt out anew, job by
job: if the new runs are like the stored ones, every deal is as likely as the one that happened.
"""

from collections.abc import Sequence
from itertools import combinations, groupby
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from .jobs import Row

SEEDS = (4, 5, 6, 7)
DEALS, RARE = 20_000, 0.001

Losses = Float[np.ndarray, "rates seeds"]


class Both(NamedTuple):
    """A job of which both tables have rows."""

    width: int
    tokens: int
    log2_rates: tuple[int, ...]
    stored: Losses
    new: Losses


class Verdict(NamedTuple):
    """The mean of t^2 over all jobs and learning rates: found, by chance on average, and by chance at most."""

    found: float
    usual: float
    bound: float


def both(stored: Sequence[Row], new: Sequence[Row]) -> list[Both]:
    """The jobs that were trained again."""
    before, after = losses(stored), losses(new)
    return [Both(*job, before[job], after[job]) for job in sorted(before.keys() & after.keys())]


def losses(rows: Sequence[Row]) -> dict[tuple, Losses]:
    """Of each job, which is its width, tokens and learning rates."""
    found = {}
    for (width, tokens), job in groupby(sorted(rows), lambda row: (row.width, row.tokens)):
        job = sorted(job, key=lambda row: (row.log2_rate, row.seed))
        rates = tuple(sorted({row.log2_rate for row in job}))
        found[width, tokens, rates] = np.array([row.loss for row in job]).reshape(len(rates), -1)
    return found


def student(stored: Losses, new: Losses) -> np.ndarray:
    """t, over the last axis."""
    variance = sum(table.var(axis=-1, ddof=1) / table.shape[-1] for table in (stored, new))
    return (new.mean(axis=-1) - stored.mean(axis=-1)) / variance**0.5


def dealt(job: Both) -> Float[np.ndarray, " deals"]:
    """The mean of t^2 for every way to deal the job's seeds out to the tables; the first is what happened."""
    seeds = np.hstack([job.stored, job.new])
    every = range(seeds.shape[1])
    deals = list(combinations(every, job.stored.shape[1]))
    others = [[seed for seed in every if seed not in deal] for deal in deals]
    return (student(seeds[:, deals], seeds[:, others]) ** 2).mean(axis=0)


def verdict(jobs: Sequence[Both], *, rng: np.random.Generator) -> Verdict:
    """Judge the jobs together; by chance alone the bound is passed once in a thousand."""
    deals = [dealt(job) for job in jobs]
    found = np.mean([ways[0] for ways in deals])
    chance = np.mean([rng.choice(ways, DEALS) for ways in deals], axis=0)
    return Verdict(float(found), float(chance.mean()), float(np.quantile(chance, 1 - RARE)))


def report(jobs: Sequence[Both], judged: Verdict) -> str:
    """All that in words: a line for each job and learning rate, and a sentence."""
    lines = ["width   tokens  log2 rate  stored mean  new mean  difference  in errors"]
    for job in jobs:
        columns = job.log2_rates, job.stored.mean(axis=1), job.new.mean(axis=1), student(job.stored, job.new)
        for rate, stored, new, t in zip(*columns):
            size = f"{job.width:5} {job.tokens:8} {rate:10}"
            lines.append(f"{size} {stored:12.4f} {new:9.4f} {new - stored:+11.4f} {t:+10.1f}")
    n = sum(len(job.log2_rates) for job in jobs)
    lines.append(
        f"\n{n} comparisons, {len(jobs)} jobs: the differences squared, in errors, are {judged.found:.2f} on average. "
        f"Dealing the seeds out anew\ngives {judged.usual:.2f}, and more than {judged.bound:.2f} once in a thousand. "
    )
    lines[-1] += (
        "So the stored rows come out again, within the scatter of the seeds."
        if judged.found <= judged.bound
        else "So the stored rows do NOT come out again."
    )
    return "\n".join(lines)
