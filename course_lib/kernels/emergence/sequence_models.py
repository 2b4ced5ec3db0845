"""What a sequence model answers, whichever of the two it is: its words, and how often they are right.

Symbols   W      weights of a transformer or of a long short-term memory
          f, x   functions and words of the prompts
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from course_lib.core import require

from .attention import Transformer, initial_transformer, read
from .composed import Prompts, Split, Task, Tokens, random_prompts, step_by_step
from .recurrent import Lstm, initial_lstm, recurrent_logits
from .sequence_training import Snapshot, token_training

Model = Transformer | Lstm
Format = Callable[[Task, Prompts], Tokens]

AT_ONCE = 512  # prompts; more at a time would leave the cache
PROBED = 500  # prompts of each kind for a point of a learning curve


class Recipe(NamedTuple):
    """How a model is trained where nothing else is said."""

    steps: int
    eta: float


RECIPES = {Transformer: Recipe(400, 3e-3), Lstm: Recipe(1000, 1e-2)}


class Point(NamedTuple):
    """One point of a learning curve: the loss, and the share of prompts that are answered without a mistake."""

    step: int
    W: Model
    loss: float
    seen: float
    held_out: float


def logits(W: Model, tokens: Tokens) -> Float[np.ndarray, "prompts tokens vocabulary"]:
    """What the model says of the next token, at each token. Raises: Refusal for tokens that it does not know."""
    require(isinstance(W, (Transformer, Lstm)), "The weights of a Transformer or of an Lstm are needed.")
    return read(W, tokens).logits if isinstance(W, Transformer) else recurrent_logits(W, tokens)


def right_tokens(
    W: Model, task: Task, asked: Prompts, write: Format = step_by_step
) -> Bool[np.ndarray, "prompts answer"]:
    """Whether the likeliest next token is the right one, given the prompt and all of the answer before it.

    Raises: Refusal unless the prompts are of the task, and the task one that the model knows the tokens of.
    """
    tokens = write(task, asked)
    said = [logits(W, part[:, :-1])[:, task.asked - 1 :].argmax(axis=-1) for part in parts(tokens)]
    return np.concatenate(said) == tokens[:, task.asked :]


def exact_match(W: Model, task: Task, asked: Prompts, write: Format = step_by_step) -> float:
    """The share of prompts whose whole answer is right, each token the likeliest one.

    A model that writes on from its own tokens gives a right answer if and only if each token is the likeliest one given
    the right ones before it: up to the first mistake both are the same. So one pass does for all tokens.
    """
    return float(right_tokens(W, task, asked, write).all(axis=1).mean())


def answers(W: Model, task: Task, asked: Prompts, write: Format = step_by_step) -> Tokens:
    """What the model writes, token after token: the likeliest each time, given what it wrote (prompts, answer)."""
    whole_row = write(task, asked)
    tokens = whole_row[:, : task.asked]
    while tokens.shape[1] < whole_row.shape[1]:
        tokens = np.hstack([tokens, logits(W, tokens)[:, -1:].argmax(axis=-1)])
    return tokens[:, task.asked :]


def untrained(kind: type[Model], task: Task, write: Format = step_by_step, *, rng: np.random.Generator) -> Model:
    """First weights for a task and a format. Raises: Refusal unless the kind is Transformer or Lstm."""
    require(kind in (Transformer, Lstm), "A kind of model: Transformer or Lstm.")
    if kind is Lstm:
        return initial_lstm(task.vocabulary, rng=rng)
    one = Prompts(np.zeros((1, len(task.tables)), int), np.zeros((1, task.length), int))
    return initial_transformer(task.vocabulary, write(task, one).shape[1] - 1, rng=rng)


def training(
    W: Model,
    task: Task,
    seen: Prompts,
    steps: int | None = None,
    *,
    write: Format = step_by_step,
    eta: float | None = None,
    every: int = 10,
    rng: np.random.Generator,
) -> Iterator[Snapshot]:
    """Snapshots of a training on the prompts seen, one every so many steps and one at the end; W stays as it is.

    Steps and learning rate are those of RECIPES where none are given: in both cases enough to learn what is seen.
    Raises: Refusal unless the prompts are of the task, and the other numbers what they stand for.
    """
    require(isinstance(W, (Transformer, Lstm)), "The weights of a Transformer or of an Lstm are needed.")
    recipe, tokens = RECIPES[type(W)], write(task, seen)
    answer = tokens.shape[1] - task.asked
    steps, eta = recipe.steps if steps is None else steps, recipe.eta if eta is None else eta
    yield from token_training(tokens, answer, W, steps, eta=eta, every=every, rng=rng)


def learning_curve(
    task: Task, split: Split, states: Iterable[Snapshot], *, write: Format = step_by_step, rng: np.random.Generator
) -> Iterator[Point]:
    """A point for each snapshot: how many of 500 prompts of each kind, drawn anew each time, are answered rightly."""
    for step, W, loss in states:
        asked = [random_prompts(part, min(PROBED, len(part.f)), rng=rng) for part in split]
        yield Point(step, W, loss, *(exact_match(W, task, part, write) for part in asked))


def parts(tokens: Tokens) -> Iterator[Tokens]:
    """Some hundred rows at a time."""
    return (tokens[start : start + AT_ONCE] for start in range(0, len(tokens), AT_ONCE))
