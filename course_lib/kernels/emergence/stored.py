"""The sequence models that come with the course, all of one task; and the learning curves of more. No torch is needed.

Symbols   W  weights of a model
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from course_lib.core import require

from .attention import Transformer
from .composed import Prompts, Split, Task, compositions, direct, prompts, step_by_step
from .recurrent import Lstm
from .sequence_models import Format, Model

FOLDER = Path(__file__).parents[2] / "data/emergence"
MODELS, CURVES = FOLDER / "sequences.npz", FOLDER / "sequences.csv"


class Experiment(NamedTuple):
    """A kind of model, the format of its answers, and whether prompts are held out one by one."""

    kind: type[Model]
    write: Format
    by_sample: bool = False


EXPERIMENTS = {
    "transformer": Experiment(Transformer, step_by_step),
    "LSTM": Experiment(Lstm, step_by_step),
    "direct": Experiment(Transformer, direct),
    "leaked": Experiment(Lstm, step_by_step, by_sample=True),
}
# The models that are stored: the experiment, and how many compositions are seen, or as many prompts as they have.
KEPT = {
    "transformer": ("transformer", 20),
    "LSTM": ("LSTM", 20),
    "direct": ("direct", 20),
    "few": ("transformer", 6),
    "leaked": ("leaked", 20),
}


class StoredModel(NamedTuple):
    """A trained model, its task, the format that it learnt, and which of all prompts it has seen."""

    W: Model
    task: Task
    write: Format
    mask: Bool[np.ndarray, " prompts"]

    def split(self) -> Split:
        """The prompts that it has seen, and all others."""
        every = prompts(self.task, compositions(self.task))
        return Split(*(Prompts(every.f[rows], every.x[rows]) for rows in (self.mask, ~self.mask)))


class LearningCurve(NamedTuple):
    """A learning curve: the loss, and the share of right answers among prompts seen and held out."""

    step: Int[np.ndarray, " points"]
    loss: Float[np.ndarray, " points"]
    seen: Float[np.ndarray, " points"]
    held_out: Float[np.ndarray, " points"]


@cache
def stored_models() -> dict[str, StoredModel]:
    """What `python -m course_lib.author.make_emergence` made; its card lies beside it. Nobody can write to it."""
    with np.load(MODELS) as file:
        arrays = {name: file[name] for name in file.files}
    task = Task(frozen(arrays["tables"].astype(np.int64)), int(arrays["length"]))
    return {name: stored_model(name, task, arrays) for name in KEPT}


def stored_model(name: str, task: Task, arrays: dict[str, np.ndarray]) -> StoredModel:
    """One of them, out of the arrays of the file."""
    kind, write, _ = EXPERIMENTS[KEPT[name][0]]
    W = kind(*(frozen(arrays[f"{name}.{field}"].astype(np.float32)) for field in kind._fields))
    depth, K, v = task.tables.shape
    mask = np.unpackbits(arrays[f"{name}.seen"], count=K**depth * v**task.length).astype(bool)
    return StoredModel(W, task, write, frozen(mask))


@cache
def stored_curves() -> dict[tuple[str, int, int], LearningCurve]:
    """By experiment, number of compositions seen and seed; the first seed of each is that of the stored models."""
    found: dict[tuple[str, int, int], list[tuple[float, ...]]] = {}
    with CURVES.open(encoding="utf-8", newline="") as file:
        for model, seen, seed, *point in list(csv.reader(file))[1:]:
            found.setdefault((model, int(seen), int(seed)), []).append(tuple(map(float, point)))
    return {key: curve(np.array(points)) for key, points in found.items()}


def curve(points: Float[np.ndarray, "points 4"]) -> LearningCurve:
    step, *rest = (frozen(column.copy()) for column in points.T)
    return LearningCurve(frozen(step.astype(np.int64)), *rest)


def frozen(a: np.ndarray) -> np.ndarray:
    """The cache hands the same array to all."""
    a.flags.writeable = False
    return a


def named(name: str) -> StoredModel:
    """The stored model of this name. Raises: Refusal if there is none."""
    require(name in KEPT, f"The stored models are {', '.join(KEPT)}: got {name!r}.")
    return stored_models()[name]
