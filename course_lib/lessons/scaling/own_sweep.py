"""The playground of the course's own sweep: runs on a language whose floor is known, counted, tuned, read."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import Runs, fits, law, trained
from course_lib.kernels.scaling.approaches import by_budget
from course_lib.play import Choice, Knob, Playground, Toggle

TUNED = "tuned for each run"
RATES = {TUNED: None, "2⁻⁵ for all": -5, "2⁻⁶ for all": -6, "2⁻⁷ for all": -7}
METHODS = {
    "1: lowest run at each budget": trained.by_envelope,
    "2: a parabola at each budget": trained.by_parabolas,
    "3: the fitted law": trained.by_law,
}
KNOWING = ("tokens", "pairs", "fours", "eights")  # what is known on each rung above the floor
*RUNGS, FLOOR = map(float, trained.rungs())
REDRAWN, RESAMPLES = 16, 60  # sweeps with other seeds, and with other configurations
BUDGET, LOSS, HEIGHT = "compute C = 6 N D (FLOP)", "loss (nats per token)", 420
BEYOND = 1e15  # FLOP, up to which the fitted law is drawn


class Reading(NamedTuple):
    """The sweep, counted and tuned in one way: its runs, the law fitted to them, and the run that was held out."""

    runs: Runs
    by_seed: np.ndarray  # losses (configurations, seeds)
    law: law.Law
    E: tuple[float, float]  # the ends of its interval
    held_out: Runs


@lru_cache(maxsize=64)
def reading(everything: bool, rate: str, low: float, high: float) -> Reading:
    """The models from `low` to `high` parameters."""
    sweep, k = trained.trained_runs(), RATES[rate]
    N, beyond = sweep.blocks + sweep.embedding, sweep.C > trained.HELD_OUT
    held, kept = sweep.those(beyond), sweep.those(~beyond & (N >= low) & (N <= high))
    loss = losses(kept, k)
    runs = as_runs(kept, loss.mean(axis=1), everything)
    laws = fits.bootstrap(runs, RESAMPLES, rng=np.random.default_rng(0))
    E = tuple(np.percentile(laws.E, (2.5, 97.5)))
    return Reading(runs, loss, fits.fit_law(runs).law, E, as_runs(held, losses(held, k).mean(axis=1), everything))


@lru_cache(maxsize=64)
def frontier(method: str, *choice: object) -> tuple[trained.Frontier, float]:
    """What a method says of such a reading, and the error of its exponent, from sweeps with other seeds."""
    read, find, rng = reading(*choice), METHODS[method], np.random.default_rng(0)
    others = [find(read.runs._replace(L=trained.redrawn(read.by_seed, rng=rng))).exponent for _ in range(REDRAWN)]
    return find(read.runs), trained.spread(others, read.by_seed.shape[1])


def losses(sweep: trained.Sweep, rate: int | None) -> np.ndarray:
    """Of each configuration and seed, at one learning rate for all or at the best for each."""
    return trained.tuned(sweep) if rate is None else trained.at_rate(sweep, rate)


def as_runs(sweep: trained.Sweep, loss: np.ndarray, everything: bool) -> Runs:
    """Runs with all parameters counted, or those of the blocks only."""
    N = sweep.blocks + sweep.embedding if everything else sweep.blocks
    return Runs(N.astype(float), sweep.D.astype(float), loss)


def off(read: Reading) -> float:
    """How far the law misses the runs, root mean square, in percent."""
    return float(100 * np.sqrt((fits.log_residuals(read.runs, read.law) ** 2).mean()))


def bowls(read: Reading, name: str) -> Figure:
    """Every second budget of the sweep: its runs, and what the law says of them."""
    slices = by_budget(trained.at_budgets(read.runs, trained.budgets_reached(read.runs, 5)), 1e-3)
    parts = []
    for style, (C, some) in enumerate(slices):
        N = np.geomspace(some.N.min(), some.N.max(), 40)
        parts.append(draw.points(some.N, some.L, f"10<sup>{np.log10(C):.1f}</sup>", style=style))
        parts.append(draw.curve(N, law.loss(N, C / (law.PER_TOKEN * N), read.law), style=style))
    return draw.figure(
        *parts, x=name, y=LOSS, log="x", title=f"Bowls (FLOP); law, {off(read):.1f} % off", height=HEIGHT, alt="bowls"
    )


def sizes(read: Reading, found: trained.Frontier, error: float, name: str) -> Figure:
    """The best size at each budget, and the straight line whose slope is the exponent."""
    C, N, a = found
    line = np.exp(np.log(N).mean() + a * (np.log(C) - np.log(C).mean()))
    used = law.PER_TOKEN * read.runs.N * read.runs.D
    return draw.figure(
        draw.points(used, read.runs.N, "runs", style=2),
        draw.points(C, N, "best size"),
        draw.curve(C, line, "C<sup>a</sup>", style=1),
        x=BUDGET,
        y=name,
        log="xy",
        title=f"a = {a:.3f} ± {error:.3f}",
        height=HEIGHT,
        alt="best sizes",
    )


def losses_left(read: Reading) -> Figure:
    """The least loss at each budget, the law beyond them, its floor and the exact one."""
    C = trained.budgets_reached(read.runs)
    at = by_budget(trained.at_budgets(read.runs, C), 1e-3)
    wide, held = np.geomspace(C[0], BEYOND, 60), read.held_out
    return draw.figure(
        draw.points(C, [one.L.min() for _, one in at], "lowest run"),
        draw.curve(wide, law.optimal_loss(wide, read.law), "law", style=1),
        draw.points(law.PER_TOKEN * held.N * held.D, held.L, "left out of the fit", style=3),
        draw.curve(wide[[0, -1]], [FLOOR, FLOOR], "exact floor", style=2),
        *(draw.line_at(y=rung, text=f"{known} known") for rung, known in zip(RUNGS[1:], KNOWING[1:])),
        draw.line_at(y=read.law.E, text=f"fitted E, {read.E[0]:.2f} to {read.E[1]:.2f}"),
        x=BUDGET,
        y=LOSS,
        log="x",
        y_range=(0.0, 3.0),
        title="Loss against compute",
        height=HEIGHT,
        alt="losses",
    )


@np.errstate(over="ignore", under="ignore")
def view(everything: bool, rate: str, low: float, high: float, method: str) -> Figure:
    """Bowls, the growth of the best size, and the loss with both floors."""
    choice = everything, rate, low, high
    read, (found, error) = reading(*choice), frontier(method, *choice)
    name = "N, all parameters" if everything else "N, without embedding"
    said = law.loss(read.held_out.N, read.held_out.D, read.law)
    return draw.panels(
        bowls(read, name),
        sizes(read, found, error, name),
        losses_left(read),
        alt=f"{len(read.runs.N)} configurations, models from {low:.3g} to {high:.3g} parameters, learning rate {rate}, "
        f"embedding {'' if everything else 'not '}counted, read by approach {method}. The best size grows as C to the "
        f"power {found.exponent:.3f}, with an error of {error:.3f} from the seeds. The fitted law misses the runs by "
        f"{off(read):.1f} percent; its exponents are alpha {read.law.alpha:.2f}, beta {read.law.beta:.2f}, its floor "
        f"{read.law.E:.2f} ({read.E[0]:.2f} to {read.E[1]:.2f} in 95 percent of resamples); the exact "
        f"one is {FLOOR:.3f}. The run left out has {read.held_out.L[0]:.3f}, and {said[0]:.3f} by the law.",
    )


own_sweep = Playground(
    question="Models trained for this lesson, on a language whose floor is known. What does the law make of them?",
    view=view,
    knobs=(
        Toggle("everything", start=True, label="count the embedding"),
        Choice("rate", tuple(RATES), label="learning rate"),
        Knob("low", 1e3, 4e4, start=1e3, step=10**0.1, log=True, label="smallest model (all parameters)"),
        Knob("high", 1e5, 1e6, start=1e6, step=10**0.1, log=True, label="largest model (all parameters)"),
        Choice("method", tuple(METHODS), start=tuple(METHODS)[1], label="approach"),
    ),
)
