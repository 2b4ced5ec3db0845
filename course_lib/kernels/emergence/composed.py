"""Composed functions: a word goes through one function after the other, each chosen from a few, as the prompt says.

    prompt:  f_1 f_2 ... f_depth  x,      words:  x_0 = x,  x_s = F_s,f_s(x_(s-1)),  letter by letter
    step by step the answer is x_1 x_2 ... x_depth;  directly it is x_depth alone

Functions are bijections of the alphabet, so that no word loses what it says. At every position there are K of them,
others at each, and the first is the identity.

Symbols   v      size of the alphabet
          K      number of functions at each position
          depth  number of positions
          f      functions of a prompt (prompts, depth), each from 0 to K - 1; one row is a composition
          x      data words (prompts, length), each letter from 0 to v - 1

Source: Ramesh, Lubana, Khona, Dick and Tanaka, ICML 2024, arXiv:2311.12997.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Int
from numpy.typing import ArrayLike

from course_lib.core import Refusal, require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import whole

Functions = Int[np.ndarray, "prompts depth"]
Words = Int[np.ndarray, "prompts length"]
Tokens = Int[np.ndarray, "prompts tokens"]

MOST = 10**6  # prompts; all of them lie in memory


class Task(NamedTuple):
    """What each function makes of each letter, and how many letters a word has."""

    tables: Int[np.ndarray, "depth K v"]
    length: int

    @property
    def asked(self) -> int:
        """Tokens of a prompt: the functions, then the word."""
        return len(self.tables) + self.length

    @property
    def vocabulary(self) -> int:
        """Tokens there are: the letters, then the functions position by position."""
        depth, K, v = self.tables.shape
        return v + depth * K


class Prompts(NamedTuple):
    """Functions and data words, row by row."""

    f: Functions
    x: Words


class Split(NamedTuple):
    """Prompts to learn from, and prompts that are held out."""

    seen: Prompts
    held_out: Prompts


def random_task(depth: int = 4, K: int = 3, v: int = 6, length: int = 3, *, rng: np.random.Generator) -> Task:
    """At each position the identity and K - 1 other bijections, no two of them the same.

    Raises: Refusal unless all are whole numbers, there are so many bijections, and all prompts fit into memory.
    """
    depth, K = whole(depth, "The number of positions"), whole(K, "The number of functions at a position")
    v, length = whole(v, "The size of the alphabet"), whole(length, "The number of letters in a word")
    require(K <= math.factorial(min(v, 10)), f"An alphabet of {v} letters has fewer than {K} bijections.")
    logarithm = depth * math.log(K) + length * math.log(v)
    require(logarithm <= math.log(MOST), f"These are more than {MOST} prompts: take a smaller task.")
    tables = np.empty((depth, K, v), np.int64)
    for position in tables:
        position[0] = np.arange(v)
        for k in range(1, K):
            position[k] = rng.permutation(v)
            while (position[:k] == position[k]).all(axis=1).any():
                position[k] = rng.permutation(v)
    return Task(tables, length)


def compositions(task: Task) -> Functions:
    """All K^depth of them, counted up with the last position fastest."""
    depth, K, _ = task.tables.shape
    return np.indices((K,) * depth).reshape(depth, -1).T


def prompts(task: Task, f: ArrayLike) -> Prompts:
    """Each of these compositions with each of the v^length words.

    Raises: Refusal unless f are compositions of the task.
    """
    f, v = checked_functions(task, f), task.tables.shape[-1]
    x = np.indices((v,) * task.length).reshape(task.length, -1).T
    return Prompts(np.repeat(f, len(x), axis=0), np.tile(x, (len(f), 1)))


def intermediate_words(task: Task, asked: Prompts) -> Int[np.ndarray, "prompts depth+1 length"]:
    """x_0 to x_depth. Raises: Refusal unless the prompts are compositions and words of the task."""
    f, x = checked_functions(task, asked.f), checked_words(task, asked.x)
    require(len(f) == len(x), f"One word a composition: got {len(x)} words for {len(f)} compositions.")
    words = [x]
    for table, k in zip(task.tables, f.T):
        words.append(table[k[:, None], words[-1]])
    return np.stack(words, axis=1)


def step_by_step(task: Task, asked: Prompts) -> Tokens:
    """The prompt and every word on the way: depth + (depth + 1) length tokens a row."""
    words = intermediate_words(task, asked)
    return np.hstack([function_tokens(task, asked.f), words.reshape(len(words), -1)])


def direct(task: Task, asked: Prompts) -> Tokens:
    """The prompt and the last word: depth + 2 length tokens a row."""
    words = intermediate_words(task, asked)
    return np.hstack([function_tokens(task, asked.f), words[:, 0], words[:, -1]])


def function_tokens(task: Task, f: ArrayLike) -> Tokens:
    """Behind the letters come the functions of the first position, then those of the second, and so on."""
    depth, K, v = task.tables.shape
    return v + K * np.arange(depth) + np.asarray(f)


def by_composition(task: Task, seen: int, *, rng: np.random.Generator) -> Split:
    """So many compositions are seen with all words; of the others no prompt is.

    They are drawn until every function occurs at its position: a part that was never seen is no matter of composing.
    Raises: Refusal unless so many compositions can show every function, and not only by rare luck, and leave one out.
    """
    every, K = compositions(task), task.tables.shape[1]
    seen = whole(seen, "The number of compositions seen", K)
    require(seen < len(every), f"Of {len(every)} compositions some are held out: {seen} seen are too many.")
    for _ in range(max(100, MOST // len(every))):
        order = rng.permutation(len(every))
        if all(len(np.unique(column)) == K for column in every[order[:seen]].T):
            return Split(prompts(task, every[order[:seen]]), prompts(task, every[order[seen:]]))
    raise Refusal(f"With {seen} compositions seen, hardly any draw shows every function: take more of them.")


def by_sample(task: Task, seen: int, *, rng: np.random.Generator) -> Split:
    """So many prompts are seen; others are held out, but not their compositions. So it hides nothing of composing.

    Raises: Refusal unless there are more prompts than are seen.
    """
    every, seen = prompts(task, compositions(task)), whole(seen, "The number of prompts seen")
    require(seen < len(every.f), f"Of {len(every.f)} prompts some are held out: {seen} seen are too many.")
    order = rng.permutation(len(every.f))
    return Split(*(Prompts(every.f[rows], every.x[rows]) for rows in (order[:seen], order[seen:])))


def random_prompts(asked: Prompts, n: int, *, rng: np.random.Generator) -> Prompts:
    """n of the prompts, none twice. Raises: Refusal unless there are so many."""
    n = whole(n, "The number of prompts")
    require(n <= len(asked.f), f"There are {len(asked.f)} prompts: {n} are too many.")
    rows = rng.choice(len(asked.f), n, replace=False)
    return Prompts(asked.f[rows], asked.x[rows])


def checked_functions(task: Task, f: ArrayLike) -> Functions:
    """Whole numbers, in rows. Raises: Refusal unless each row is a composition of the task."""
    depth, K, _ = task.tables.shape
    return checked(f, depth, K, "functions")


def checked_words(task: Task, x: ArrayLike) -> Words:
    """Whole numbers, in rows. Raises: Refusal unless each row is a word of the task."""
    return checked(x, task.length, task.tables.shape[-1], "letters")


def checked(rows: ArrayLike, columns: int, most: int, name: str) -> np.ndarray:
    rows = plain(rows, np.int64, f"The {name} are whole numbers.")
    require(
        rows.ndim == 2 and rows.shape[1] == columns and len(rows) > 0,
        f"The {name}: a table with {columns} in each row: got the shape {rows.shape}.",
    )
    require(rows.min() >= 0 and rows.max() < most, f"The {name} go from 0 to {most - 1}.")
    return rows
