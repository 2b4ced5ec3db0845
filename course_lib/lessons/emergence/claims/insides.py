"""Claims about the inside of a transformer that composes: attention picks function and letter, neurons apply one."""

from functools import partial

import numpy as np

from course_lib.kernels.emergence import composed, probes, sequence_models, stored
from course_lib.kernels.emergence.attention import Transformer
from course_lib.learn import AtLeast, Claim

from .tools import ROOM, Measurement

RAMESH = "Ramesh, Lubana, Khona, Dick and Tanaka, arXiv:2311.12997 (2024)"
HERE = f"{RAMESH}; the stored transformer, held-out prompts; control: the same before training"
PROBE = f"{HERE}, with straight lines fitted to prompts seen"
PROMPTS = 300
TOKENS, ATTENTION, NEURONS = 0, 1, 2  # stages of the stream: before the first layer, and within it


def weights(rng: np.random.Generator, trained: bool) -> Transformer:
    """The stored ones, or fresh ones that have learnt nothing."""
    model = stored.named("transformer")
    return model.W if trained else sequence_models.untrained(Transformer, model.task, rng=rng)


def drawn(rng: np.random.Generator) -> list[composed.Prompts]:
    """Some prompts seen, and some held out."""
    return [composed.random_prompts(part, PROMPTS, rng=rng) for part in stored.named("transformer").split()]


def looked(rng: np.random.Generator, at: str, trained: bool) -> Measurement:
    """The attention that the word's letters give to what they need, by the head that looks there most: worst word."""
    looks = probes.looks(weights(rng, trained), stored.named("transformer").task, drawn(rng)[1])
    return float(getattr(looks, at).mean(axis=3).max(axis=(0, 1)).min()), 0.0


def result_gained(rng: np.random.Generator, trained: bool) -> Measurement:
    """By how much better the letter to be written can be read off after the neurons of the first layer than before."""
    result = probes.probed(weights(rng, trained), stored.named("transformer").task, *drawn(rng)).result
    return float(result[NEURONS] - result[ATTENTION]), 0.0


def result_read(rng: np.random.Generator, trained: bool) -> Measurement:
    result = probes.probed(weights(rng, trained), stored.named("transformer").task, *drawn(rng)).result
    return float(result[NEURONS]), 0.0


def function_picked(rng: np.random.Generator, trained: bool) -> Measurement:
    """After the first attention: how well a probe reads the function to apply, less how well it reads the others."""
    task, (fitted, tested) = stored.named("transformer").task, drawn(rng)
    W, depth = weights(rng, trained), len(task.tables)
    h, h_new = (probes.reading(W, task, asked).stream[ATTENTION] for asked in (fitted, tested))
    read = np.empty((depth, depth))
    for s, writer in enumerate(probes.sites(task).writer):
        for other in range(depth):
            label, right = (np.repeat(asked.f[:, other], task.length) for asked in (fitted, tested))
            says = probes.probe(probes.flat(h[:, writer]), label, task.tables.shape[1], probes.flat(h_new[:, writer]))
            read[s, other] = (says == right).mean()
    own = np.eye(depth, dtype=bool)
    return float(read[own].mean() - read[~own].mean()), 0.0


claims = (
    Claim(
        says="As it writes a letter, some head looks at the function to apply, with a third of its attention and more "
        "(worst of four words).",
        measure=partial(looked, at="function", trained=True),
        expect=AtLeast(0.35),
        within=ROOM,
        control=partial(looked, at="function", trained=False),
        source=HERE,
    ),
    Claim(
        says="And some head at the letter to apply it to, with two fifths and more (worst of four words).",
        measure=partial(looked, at="letter", trained=True),
        expect=AtLeast(0.4),
        within=ROOM,
        control=partial(looked, at="letter", trained=False),
        source=HERE,
    ),
    Claim(
        says="The first attention picks: after it a probe reads the function to apply better than the other three "
        "(difference of the shares).",
        measure=partial(function_picked, trained=True),
        expect=AtLeast(0.25),
        within=ROOM,
        control=partial(function_picked, trained=False),
        source=PROBE,
    ),
    Claim(
        says="The neurons of the first layer apply it: the result is read off better after them than before, by a "
        "tenth of all letters and more.",
        measure=partial(result_gained, trained=True),
        expect=AtLeast(0.1),
        within=ROOM,
        control=partial(result_gained, trained=False),
        source=PROBE,
    ),
    Claim(
        says="After them a straight line reads off nearly every letter that is to be written (share).",
        measure=partial(result_read, trained=True),
        expect=AtLeast(0.95),
        within=ROOM,
        control=partial(result_read, trained=False),
        source=PROBE,
    ),
)
