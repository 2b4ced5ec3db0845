"""The sweep of learning rates: stored from many seeds, and trained again by the reader run by run."""

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling.digit_network import MUP, SP, Parametrisation
from course_lib.kernels.scaling.widths import Run, best_log2_eta, sweep
from course_lib.play import Knob, Playground

DATA = Path(__file__).parents[2] / "data/scaling/widths.csv"
WIDTHS = (32, 128, 512, 2048)
LIVE = WIDTHS[:3]  # a run at the last takes a second, too long for a frame
LOG2_ETAS = tuple(range(-13, -1))
TUNED = -5  # the best at the base width
STEPS = 30
BOTH = (SP, MUP)
RUNS = len(LIVE) * len(BOTH) * len(LOG2_ETAS)


class Stored(NamedTuple):
    """The stored losses, by parametrisation, width, learning rate and seed."""

    loss: np.ndarray  # (parametrisations, widths, rates, seeds)
    seeds: tuple[int, ...]

    def mean(self) -> np.ndarray:
        """The geometric mean over the seeds: the curves are drawn, and their lowest points sought, in ln loss."""
        return np.exp(np.log(self.loss).mean(axis=-1))

    def best(self) -> np.ndarray:
        """log2 of the best learning rate, by parametrisation and width."""
        return np.array([[best_log2_eta(LOG2_ETAS, one) for one in widths] for widths in self.mean()])


class Sweep(NamedTuple):
    """The knobs, and the runs that are done."""

    seed: int
    log2_eta: int
    runs: tuple[Run, ...]


@cache
def stored() -> Stored:
    """The sweep that `python -m course_lib.author.make_scaling` made; its card lies beside it."""
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    seeds = tuple(sorted({int(row["seed"]) for row in rows}))
    loss = np.full((len(BOTH), len(WIDTHS), len(LOG2_ETAS), len(seeds)), np.nan)
    names = [p.name for p in BOTH]
    for row in rows:
        of, d, k = names.index(row["parametrisation"]), WIDTHS.index(int(row["width"])), int(row["log2_eta"])
        loss[of, d, LOG2_ETAS.index(k), seeds.index(int(row["seed"]))] = float(row["loss"])
    loss.flags.writeable = False  # the cache hands the same array to all
    return Stored(loss, seeds)


def train_again(state: Sweep | None, seed: int, log2_eta: int) -> Iterator[Sweep]:
    """One run more in each state, the narrow networks first. Another seed begins again; another line does not."""
    runs = state.runs if state is not None and state.seed == seed else ()
    yield Sweep(seed, log2_eta, runs)
    for run in sweep(LIVE, LOG2_ETAS, BOTH, STEPS, rng=np.random.default_rng(seed), skip=len(runs)):
        runs = (*runs, run)
        yield Sweep(seed, log2_eta, runs)


def two_panels(state: Sweep) -> Figure:
    """Loss against learning rate at each width: standard on the left, maximal update on the right."""
    return draw.panels(*(panel(state, i) for i in range(len(BOTH))), alt=in_words(state))


def panel(state: Sweep, i: int) -> Figure:
    """One parametrisation: stored means as curves, their lowest points as large marks, new runs as open marks."""
    p, best, means = BOTH[i], stored().best()[i], stored().mean()[i]
    names = [f"width {d}, best at {listed([k])}" for d, k in zip(WIDTHS, best)]
    return draw.figure(
        *(draw.curve(LOG2_ETAS, mean, name, style=j) for j, (mean, name) in enumerate(zip(means, names))),
        *(best_mark(k, mean, j) for j, (k, mean) in enumerate(zip(best, means))),
        *(trained_marks(state, p, d, j) for j, d in enumerate(LIVE)),
        draw.line_at(x=state.log2_eta, text="your η"),
        x="log₂ of the learning rate η",
        y="loss (nats)",
        x_range=(LOG2_ETAS[0] - 0.5, LOG2_ETAS[-1] + 0.5),
        y_range=(0.05, 20),
        log="y",
        title=p.name.capitalize(),
        alt=p.name,
        height=390,
    )


def trained_marks(state: Sweep, p: Parametrisation, d: int, style: int) -> dict[str, object]:
    """The reader's own runs at one width."""
    runs = [run for run in state.runs if (run.parametrisation, run.d) == (p.name, d)]
    trace = draw.points([run.log2_eta for run in runs], [run.loss for run in runs], style=style)
    trace["marker"] |= {"symbol": f"{trace['marker']['symbol']}-open", "size": 9, "line": {"width": 2}}
    return trace


def best_mark(k: float, mean: np.ndarray, style: int) -> dict[str, object]:
    """A large mark on the curve above its best learning rate."""
    trace = draw.points([k], np.exp(np.interp([k], LOG2_ETAS, np.log(mean))), style=style)
    trace["marker"] |= {"size": 14}
    return trace


def listed(numbers: Sequence[float]) -> str:
    return ", ".join(minus(round(float(number), 1)) for number in numbers)


def minus(number: float) -> str:
    return str(number).replace("-", "−")


def in_words(state: Sweep) -> str:
    """Both panels, the reader's learning rate, and how far the training is."""
    at = LOG2_ETAS.index(state.log2_eta)
    told = [f"Loss after {STEPS} steps against the learning rate, at widths {', '.join(map(str, WIDTHS))}."]
    for p, best, loss in zip(BOTH, stored().best(), stored().mean()):
        here = ", ".join(f"{one:.2f}" for one in loss[:, at])
        told.append(
            f"{p.name.capitalize()}: lowest where log₂ η is {listed(best)}; "
            f"at your {minus(state.log2_eta)} the losses are {here}."
        )
    told.append(
        f"These are geometric means of {len(stored().seeds)} stored seeds. Seed {state.seed}: {progress(state)}"
    )
    return " ".join(told)


def progress(state: Sweep) -> str:
    if not state.runs:
        return f"none of {RUNS} runs is trained anew yet."
    last = state.runs[-1]
    return (
        f"{len(state.runs)} of {RUNS} runs are trained anew, the last {last.d} wide, {last.parametrisation}, "
        f"at {minus(last.log2_eta)}: loss {last.loss:.3f}."
    )


width_sweep = Playground(
    question="You tuned the learning rate of a network 32 neurons wide. Which one does a network of 2048 want?",
    run=train_again,
    view=two_panels,
    knobs=(
        Knob("log2_eta", LOG2_ETAS[0], LOG2_ETAS[-1], start=TUNED, step=1, label="log₂ of your learning rate η"),
        Knob("seed", 0, 9, start=0, step=1, label="seed of your own runs"),
    ),
)
