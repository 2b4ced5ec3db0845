"""Claims about sequence models and composed functions: who composes what was never shown together."""

from functools import lru_cache, partial

import numpy as np

from course_lib.kernels.emergence import composed, sequence_models, stored
from course_lib.learn import AtLeast, AtMost, Claim

from . import sequence_curves
from .tools import ROOM, Measurement

RAMESH = "Ramesh, Lubana, Khona, Dick and Tanaka, arXiv:2311.12997 (2024)"
STORED = f"{RAMESH}; stored weights, 400 prompts drawn anew"
ANEW = f"{RAMESH}; task, split, first weights and prompts drawn anew"
PROMPTS = 400
SEEN, HELD_OUT = 0, 1  # the parts of a split


def share(rng: np.random.Generator, model: stored.StoredModel, part: int) -> Measurement:
    """Of fresh prompts, those whose whole answer is right; its error is that of a binomial."""
    asked = composed.random_prompts(model.split()[part], PROMPTS, rng=rng)
    right = sequence_models.exact_match(model.W, model.task, asked, model.write)
    return right, float(np.sqrt(right * (1 - right) / PROMPTS))


def answered(rng: np.random.Generator, name: str, part: int = HELD_OUT) -> Measurement:
    return share(rng, stored.named(name), part)


def less(one: Measurement, other: Measurement) -> Measurement:
    """The difference of two independent measurements."""
    return one[0] - other[0], float(np.hypot(one[1], other[1]))


def lost(rng: np.random.Generator, name: str) -> Measurement:
    """By how much the share is larger on what was seen."""
    return less(answered(rng, name, SEEN), answered(rng, name))


@lru_cache(maxsize=32)
def trained(name: str, seed: int) -> stored.StoredModel:
    """Trained to the end. One seed gives the same new task and the same 20 compositions to each."""
    rng, (kind, write, _) = np.random.default_rng(seed), stored.EXPERIMENTS[name]
    task = composed.random_task(rng=rng)
    split = composed.by_composition(task, 20, rng=rng)
    W = sequence_models.untrained(kind, task, write, rng=rng)
    *_, last = sequence_models.training(W, task, split.seen, write=write, every=1000, rng=rng)
    every = composed.prompts(task, composed.compositions(task))
    shown = (every.f[:, None] == np.unique(split.seen.f, axis=0)).all(axis=2).any(axis=1)
    return stored.StoredModel(last.W, task, write, shown)


def anew(rng: np.random.Generator, name: str, part: int = HELD_OUT) -> Measurement:
    seed = int(rng.integers(2**32))
    return share(rng, trained(name, seed), part)


def ahead(rng: np.random.Generator, part: int) -> Measurement:
    """Transformer less LSTM, both trained on the same prompts."""
    seed = int(rng.integers(2**32))
    return less(*(share(rng, trained(name, seed), part) for name in ("transformer", "LSTM")))


stored_and_anew = (
    Claim(
        says="A transformer that saw 20 of 81 compositions answers the other 61 step by step, without a mistake "
        "(share).",
        measure=partial(answered, name="transformer"),
        expect=AtLeast(0.99),
        within=ROOM,
        control=partial(answered, name="LSTM"),
        source=f"{STORED}; control: an LSTM",
    ),
    Claim(
        says="An LSTM that saw the same answers what it saw, and composes far less: the shares are 0.6 apart and more.",
        measure=partial(lost, name="LSTM"),
        expect=AtLeast(0.6),
        within=ROOM,
        control=partial(lost, name="leaked"),
        source=f"{STORED}; control: an LSTM whose prompts were held out by sample",
    ),
    Claim(
        says="A transformer that answers directly, without the words on the way, learns what it is shown and no more "
        "(difference of the shares).",
        measure=partial(lost, name="direct"),
        expect=AtLeast(0.9),
        within=ROOM,
        control=partial(lost, name="transformer"),
        source=f"{STORED}; control: step by step",
    ),
    Claim(
        says="Six compositions show every function, and a transformer learns them; but it hardly composes others.",
        measure=partial(answered, name="few"),
        expect=AtMost(0.1),
        within=ROOM,
        control=partial(answered, name="transformer"),
        source=f"{STORED}; control: 20 compositions",
    ),
    Claim(
        says="A split by sample tells nothing of composing: by it the LSTM passes too (share of prompts held out).",
        measure=partial(answered, name="leaked"),
        expect=AtLeast(0.8),
        within=ROOM,
        control=partial(answered, name="LSTM"),
        source=f"{STORED}; control: held out by composition",
    ),
    Claim(
        says="Trained anew: a transformer that saw 20 of 81 compositions answers most prompts of the others (share).",
        measure=partial(anew, name="transformer"),
        expect=AtLeast(0.5),
        within=ROOM,
        control=partial(anew, name="direct"),
        source=f"{ANEW}; control: one that answers directly",
        slow=True,
    ),
    Claim(
        says="Trained anew on the same prompts, a transformer composes far better than an LSTM (difference of the "
        "shares).",
        measure=partial(ahead, part=HELD_OUT),
        expect=AtLeast(0.3),
        within=ROOM,
        control=partial(ahead, part=SEEN),
        source=f"{ANEW}; control: of the prompts seen both answer all",
        slow=True,
    ),
    Claim(
        says="Trained anew to answer directly, a transformer answers hardly anything that it was not shown (share).",
        measure=partial(anew, name="direct"),
        expect=AtMost(0.1),
        within=ROOM,
        control=partial(anew, name="direct", part=SEEN),
        source=f"{ANEW}; control: what it was shown",
        slow=True,
    ),
)
claims = stored_and_anew + sequence_curves.claims
