"""What a stored sequence model writes to one prompt, and what is right."""

from typing import NamedTuple

import numpy as np

from course_lib.kernels.emergence import composed, sequence_models, stored

LETTERS, NO_LETTER = "ABCDEF", "?"


class Answer(NamedTuple):
    """What a stored model writes to one prompt, beside what is right."""

    name: str
    model: stored.StoredModel
    asked: composed.Prompts  # one row
    words: np.ndarray  # the word, and what is right after each position (depth + 1, length)
    writes: np.ndarray  # words of its answer (depth, or 1 if direct, by length)
    seen: bool  # was this very prompt among those that it learnt from?

    def right(self) -> np.ndarray:
        return self.words[-len(self.writes) :]

    def wrong(self) -> np.ndarray:
        return self.writes != self.right()

    def tokens(self) -> np.ndarray:
        """The prompt and what it wrote, as one row."""
        functions = composed.function_tokens(self.model.task, self.asked.f)
        return np.hstack([functions, self.asked.x, self.writes.reshape(1, -1)])

    def by_sample(self) -> bool:
        """Were prompts held out one by one, and not by their composition?"""
        return stored.EXPERIMENTS[stored.KEPT[self.name][0]].by_sample

    def spelt(self) -> list[str]:
        """The same, to be read: functions as numbers, and letters."""
        return [str(k) for k in self.asked.f[0]] + list(spell(self.asked.x[0])) + list(spell(self.writes.ravel()))


def answer(name: str, f: tuple[int, ...], word: int) -> Answer:
    model = stored.named(name)
    task = model.task
    words_there_are = task.tables.shape[-1] ** task.length
    every = composed.prompts(task, [f])
    asked = composed.Prompts(every.f[word : word + 1], every.x[word : word + 1])
    writes = sequence_models.answers(model.W, task, asked, model.write).reshape(-1, task.length)
    composition = int(np.ravel_multi_index(f, (task.tables.shape[1],) * len(f)))
    seen = bool(model.mask[composition * words_there_are + word])
    return Answer(name, model, asked, composed.intermediate_words(task, asked)[0], writes, seen)


def spell(tokens: np.ndarray) -> str:
    return "".join(LETTERS[token] if token < len(LETTERS) else NO_LETTER for token in tokens)
