"""What the sweep trains: sizes, budgets, seeds and learning rates; and the rows of its table.

Symbols   C      budget, in FLOP: 6 x all parameters x tokens
          D      tokens trained on
          d      width of a transformer of two layers
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from course_lib.shared import hierarchy

LAYERS = 2
SEEDS = (0, 1, 2, 3)
TOKENS_A_STEP = 0.8  # times sqrt(D): nearly as many steps as tokens in each
PER_TOKEN = 6
WIDTHS = (6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192)
BUDGETS = tuple(10 ** (i / 2) for i in range(19, 28))
LEAST, MOST = 3.0, 400.0  # tokens per parameter
RATES = {16: -2, 48: -3, 128: -4, 512: -5}  # up to this width: log2 of the largest learning rate
TESTS = 2**12, 2**15  # texts of a test: a quarter of those trained on, but so many at least and at most
TRIED = 6  # learning rates, each half the one before
BESIDES = 20_000  # parameters that cost as much time on a CPU as all that a token costs beside its products


class Shape(NamedTuple):
    """What fixes a transformer's size: symbols, tokens of a text, width and depth."""

    v: int
    T: int
    d: int
    layers: int

    @property
    def blocks(self) -> int:
        """Weights of attention and neurons: the parameters without embedding and head."""
        return 12 * self.layers * self.d**2

    @property
    def embedding(self) -> int:
        """Weights of the table of tokens, which is the head as well, and of the places."""
        return (self.v + self.T) * self.d


class Row(NamedTuple):
    """One trained model: a line of the table."""

    width: int
    blocks: int
    embedding: int
    tokens: int
    steps: int
    log2_rate: int
    seed: int
    loss: float
    error: float
    device: str

    @property
    def run(self) -> tuple[int, int, int, int]:
        """What tells it from all others."""
        return self.width, self.tokens, self.log2_rate, self.seed


class Job(NamedTuple):
    """One size and one budget, with all its seeds and learning rates."""

    d: int
    C: float
    seeds: tuple[int, ...] = SEEDS

    @property
    def log2_rates(self) -> tuple[int, ...]:
        """The wider a network, the smaller the best learning rate: the range that is tried moves along."""
        largest = next(rate for width, rate in RATES.items() if self.d <= width)
        return tuple(range(largest, largest - TRIED, -1))

    @property
    def grammar(self) -> hierarchy.Grammar:
        return _language()[0]

    @property
    def floor(self) -> float:
        """The least loss that any model can have, in nats per token."""
        return _language()[1]

    @property
    def shape(self) -> Shape:
        return Shape(len(self.grammar.root), hierarchy.length(self.grammar), self.d, LAYERS)

    @property
    def D(self) -> float:
        return self.C / (PER_TOKEN * (self.shape.blocks + self.shape.embedding))

    @property
    def texts(self) -> int:
        """In a batch."""
        return max(1, round(TOKENS_A_STEP * self.D**0.5 / self.shape.T))

    @property
    def steps(self) -> int:
        return max(1, round(self.D / (self.texts * self.shape.T)))

    @property
    def tests(self) -> int:
        """Texts that the models are tested on."""
        return min(max(self.steps * self.texts // 4, TESTS[0]), TESTS[1])

    @property
    def name(self) -> str:
        return f"{self.d}-{self.C:.2e}-seeds-" + "-".join(map(str, self.seeds))

    @property
    def seed_numbers(self) -> list[int]:
        """For each seed the number that a generator starts from: its own for each size and budget."""
        streams = (np.random.SeedSequence((seed, self.d, round(self.C))) for seed in self.seeds)
        return [int(stream.generate_state(1, np.uint64)[0] >> 1) for stream in streams]

    @property
    def tokens(self) -> int:
        return self.steps * self.texts * self.shape.T

    @property
    def effort(self) -> float:
        """What its training takes, for the estimate of the time left: nearly in proportion to it, on a CPU."""
        return len(self.members) * self.tokens * (self.shape.blocks + self.shape.embedding + BESIDES)

    @property
    def members(self) -> list[tuple[int, int]]:
        """Learning rate and seed of each model."""
        return [(rate, seed) for seed in self.seeds for rate in self.log2_rates]

    @property
    def runs(self) -> set[tuple[int, int, int, int]]:
        """Those of its rows."""
        return {(self.d, self.tokens, *member) for member in self.members}

    def rows(self, loss: Sequence[float], error: Sequence[float], device: str) -> list[Row]:
        """The lines of its models."""
        size = self.d, self.shape.blocks, self.shape.embedding, self.tokens, self.steps
        models = zip(self.members, loss, error)
        return [Row(*size, *member, float(one), float(its), device) for member, one, its in models]


FORETOLD = Job(160, 1e14)


@cache
def _language() -> tuple[hierarchy.Grammar, float]:
    grammar = hierarchy.standard_grammar()
    return grammar, hierarchy.entropy(grammar) / hierarchy.length(grammar)


def planned() -> list[Job]:
    """All jobs, the cheap ones first: at each budget the sizes that it trains neither hardly at all nor far too long.

    The last one stands alone at its budget: the lesson foretells its loss from the others.
    """
    jobs = [Job(d, C) for C in BUDGETS for d in WIDTHS]
    return [job for job in jobs if LEAST < job.D**2 * PER_TOKEN / job.C < MOST] + [FORETOLD]
