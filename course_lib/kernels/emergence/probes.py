"""Where a trained transformer looks when it writes a letter, and what a straight line can read off on the way.

To write letter j of word s it needs two things: the function at position s, and letter j of the word before. A linear
probe is the ridge regression B that minimises the mean over samples of |h B - label|^2, plus ridge |B|^2. The label is
1 for the right class and 0 for the others, and the probe says the class with the largest h B. What it tells is tested
on other prompts.

Symbols   h      what a token holds (samples, d)
          d      width of the residual stream
          K, v   number of functions at each position, and of letters
          depth  number of positions

Source: Alain and Bengio, arXiv:1610.01644 (2016); Ramesh et al., ICML 2024, arXiv:2311.12997.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.numbers import number, whole

from .attention import Reading, Transformer, read
from .composed import Prompts, Task, intermediate_words, step_by_step

RIDGE = 1e-3


class Sites(NamedTuple):
    """For each word of the answer and each letter of it, the tokens that matter, counted from the first of the prompt.

    writer: the token at which the letter is said, one before its own place.
    function: the token of the function to be applied.
    letter: the letter it is to be applied to.
    """

    writer: Int[np.ndarray, "depth length"]
    function: Int[np.ndarray, "depth length"]
    letter: Int[np.ndarray, "depth length"]


class Looks(NamedTuple):
    """How much of each head's attention goes from the writer to the function and to the letter it needs."""

    function: Float[np.ndarray, "layers heads depth length"]
    letter: Float[np.ndarray, "layers heads depth length"]


class Probed(NamedTuple):
    """Share of right answers of the probes, at each stage of the stream: at first, then after each attention and after
    its neurons. The mean over words and letters; a guess is right in 1/K, 1/v and 1/v of all cases.
    """

    function: Float[np.ndarray, " stages"]
    letter: Float[np.ndarray, " stages"]
    result: Float[np.ndarray, " stages"]


def sites(task: Task) -> Sites:
    """Where they are, in the format step by step."""
    depth, length = len(task.tables), task.length
    s, j = np.arange(depth)[:, None], np.arange(length)
    letter = depth + length * s + j
    return Sites(letter + length - 1, np.broadcast_to(s, letter.shape), letter)


def stage_names(W: Transformer) -> list[str]:
    """Words for the stages of the stream."""
    return ["tokens and places"] + [
        f"layer {i + 1}, after the {part}" for i in range(len(W.gain)) for part in ("attention", "neurons")
    ]


def looks(W: Transformer, task: Task, asked: Prompts) -> Looks:
    """The mean over prompts, each with its right answer.

    Raises: Refusal unless the prompts are of the task, and the model one that learnt them step by step.
    """
    at, weights = sites(task), reading(W, task, asked).attention.mean(axis=1)
    return Looks(*(weights[:, :, at.writer, target] for target in (at.function, at.letter)))


def probed(W: Transformer, task: Task, fitted: Prompts, tested: Prompts, ridge: float = RIDGE) -> Probed:
    """Probes for each word of the answer, fitted on some prompts and tested on others.

    function: which of the K is to be applied; letter: what it is applied to; result: what comes of it. No straight
    line makes the result of function and letter, which is a table; the layer after which it can be read has done that.

    Raises: Refusal unless the prompts are of the task, and the model one that learnt them step by step.
    """
    read_off = [(reading(W, task, asked).stream, targets(task, asked)) for asked in (fitted, tested)]
    (known, taught), (new, right) = read_off
    classes = task.tables.shape[1], task.tables.shape[2], task.tables.shape[2]
    share = np.zeros((len(classes), len(known)))
    for s, writer in enumerate(sites(task).writer):
        for stage, (h, h_new) in enumerate(zip(known[:, :, writer], new[:, :, writer])):
            for what, count in enumerate(classes):
                says = probe(flat(h), taught[what][:, s].ravel(), count, flat(h_new), ridge)
                share[what, stage] += (says == right[what][:, s].ravel()).mean() / len(task.tables)
    return Probed(*share)


def probe(
    h: Float[np.ndarray, "samples d"],
    label: Int[np.ndarray, " samples"],
    classes: int,
    h_new: Float[np.ndarray, "new d"],
    ridge: float = RIDGE,
) -> Int[np.ndarray, " new"]:
    """The classes of h_new, by a ridge regression on h with these labels; each column is centred and scaled first.

    Raises: Refusal unless h and h_new are tables of equally many finite columns, the labels whole numbers below the
        number of classes, and ridge positive.
    """
    h, h_new, label = table(h), table(h_new), np.asarray(label)
    classes, ridge = whole(classes, "The number of classes"), number(ridge, "A ridge")
    require(h.shape[1] == h_new.shape[1], f"As many columns to fit as to test: {h.shape[1]} and {h_new.shape[1]}.")
    require(
        label.shape == (len(h),) and label.dtype.kind in "iu" and label.min() >= 0 and label.max() < classes,
        f"One label a row: whole numbers from 0 to {classes - 1}.",
    )
    mean, spread = h.mean(axis=0), h.std(axis=0) + 1e-6
    h, h_new = (h - mean) / spread, (h_new - mean) / spread
    wanted = np.eye(classes)[label]
    B = np.linalg.solve(h.T @ h + ridge * len(h) * np.eye(h.shape[1]), h.T @ (wanted - wanted.mean(axis=0)))
    return (h_new @ B + wanted.mean(axis=0)).argmax(axis=1)


def reading(W: Transformer, task: Task, asked: Prompts) -> Reading:
    """What the model does with the prompts and their right answers."""
    tokens = step_by_step(task, asked)[:, :-1]
    fits = isinstance(W, Transformer) and W.place.shape[0] >= tokens.shape[1]
    require(fits, "A transformer that answers step by step is needed: this model has no words on the way.")
    return read(W, tokens)


def targets(task: Task, asked: Prompts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Function, letter and result at each site (prompts, depth, length)."""
    words = intermediate_words(task, asked)
    f = np.broadcast_to(np.asarray(asked.f)[:, :, None], words[:, 1:].shape)
    return f, words[:, :-1], words[:, 1:]


def flat(h: Float[np.ndarray, "prompts length d"]) -> Float[np.ndarray, "samples d"]:
    return h.reshape(-1, h.shape[-1])


def table(h: ArrayLike) -> Float[np.ndarray, "samples d"]:
    """In double precision. Raises: Refusal unless it is a table of finite numbers."""
    h = np.asarray(h, float)
    require(h.ndim == 2 and h.size > 0 and np.isfinite(h).all(), "What is probed: finite numbers, one row a sample.")
    return h
