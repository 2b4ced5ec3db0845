"""Claims about the language of the course's own sweep: its exact floor, the rungs above it, and pauses on them."""

from functools import partial

import numpy as np

from course_lib.learn import AtLeast, Between, Bias, Claim, Errors, Rounding
from course_lib.shared import hierarchy
from course_lib.shared.estimates import mean_and_error

from .own_tools import CARD, FLOOR, OF_SEEDS, RUNGS, slope_ratio
from .tools import MEAN, Measurement

TEXTS = 100_000


def sampled_floor(rng: np.random.Generator, zipf: float | None = None) -> Measurement:
    """-ln of the chance of a text over its tokens, a mean over texts; or of texts of another Zipf law."""
    grammar = hierarchy.standard_grammar() if zipf is None else hierarchy.random_grammar(64, 4, 4, zipf, rng=rng)
    surprise = -hierarchy.log_chance(grammar, hierarchy.sample(grammar, TEXTS, rng=rng)) / hierarchy.length(grammar)
    return mean_and_error(surprise)


def best_possible(rng: np.random.Generator) -> Measurement:
    """The loss of exact predictions over -ln of the chance of the text: the worst of 200 texts."""
    grammar = hierarchy.standard_grammar()
    texts = hierarchy.sample(grammar, 200, rng=rng)
    said = hierarchy.predictions(grammar, texts.tokens)
    loss = -np.log(np.take_along_axis(said, texts.tokens[..., None], axis=2)).sum(axis=(1, 2))
    ratio = loss / -hierarchy.log_chance(grammar, texts)
    return float(ratio[np.argmax(abs(ratio - 1))]), 0.0


def rung(rng: np.random.Generator, known: int) -> Measurement:
    """What is lost by whoever knows subtrees of 2^known tokens, from sampled texts: the entropy of each place's top
    symbol, as often as it was seen, and that of the rules below."""
    grammar = hierarchy.standard_grammar()
    tops = hierarchy.sample(grammar, TEXTS, rng=rng).symbols[len(grammar.chance) - known]
    counts = np.stack([np.bincount(column, minlength=len(grammar.root)) for column in tops.T]) / TEXTS
    top = -(counts * np.log(np.maximum(counts, 1e-12))).sum(axis=1).mean()
    rules = -(grammar.chance[0, 0] * np.log(grammar.chance[0, 0])).sum()  # the same for every symbol
    return float((top + (2**known - 1) * rules) / 2**known), 0.0


PACES = (
    (11.0, 10.0, 2.5, "After 10^11 FLOP the loss above the floor falls over 2.5 times as steeply as after 10^10"),
    (11.0, 11.5, 1.4, "It slows down after 10^11.5: before, it fell 1.4 times as steeply or more"),
    (12.5, 11.5, 1.6, "And after 10^12.5 it falls 1.6 times as steeply again or more"),
)

claims = (
    Claim(
        says="A text of the course's language has an entropy of 1.3755 nats per token: the mean over 100,000 texts.",
        measure=sampled_floor,
        expect=FLOOR,
        within=Errors(5),
        control=partial(sampled_floor, zipf=1.1),
        source="closed form: entropies of the rules, each as often as its symbol is expected",
    ),
    Claim(
        says="Exact predictions of each token from those before lose just -ln of the text's chance (worst of 200).",
        measure=best_possible,
        expect=1.0,
        within=Rounding(1e-9),
        source="chain rule; Pearl, Artif. Intell. 29, 241 (1986)",
    ),
    *(
        Claim(
            says=f"Who knows the language in {words} only loses {loss} nats per token (by counting sampled texts).",
            measure=partial(rung, known=known),
            expect=float(RUNGS[known]),
            within=Bias(0.002, "64 symbols at each place, counted in 100,000 texts"),
            control=partial(rung, known=known - 1),
            source="the ladder of the lesson, in closed form: neighbouring subtrees that know nothing of each other",
        )
        for words, known, loss in (("pairs", 1, 2.57), ("fours", 2, 1.88), ("eights", 3, 1.55))
    ),
    *(
        Claim(
            says=f"{words} (half decades; ratio).",
            measure=partial(slope_ratio, one=one, other=other),
            expect=AtLeast(least),
            within=MEAN,
            control=partial(slope_ratio, one=one, other=other, additive=True),
            source=f"{CARD}; error: {OF_SEEDS}",
        )
        for one, other, least, words in PACES
    ),
    Claim(
        says="Beside the rung of the eights it does not slow down: after 10^13 it falls as steeply as before (ratio).",
        measure=partial(slope_ratio, one=12.5, other=13.0),
        expect=Between(0.85, 1.2),
        within=MEAN,
        control=partial(slope_ratio, one=12.5, other=11.5),
        source=f"{CARD}; error: {OF_SEEDS}",
    ),
)
