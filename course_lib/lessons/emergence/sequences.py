"""The fourth playground: a trained sequence model applies four functions to a word, and you choose which."""

from functools import cache

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.emergence import sequence_models, stored
from course_lib.kernels.emergence.coin_curves import Curve
from course_lib.kernels.emergence.coin_fit import CoinFit, fit_coins
from course_lib.kernels.emergence.recurrent import Lstm
from course_lib.play import Choice, Knob, Playground

from .sequence_panels import learning, letter_chances, looks_at
from .written import Answer, answer, spell

MODELS = {
    "transformer, 20 of 81 seen": "transformer",
    "LSTM, 20 of 81 seen": "LSTM",
    "transformer, answers directly": "direct",
    "transformer, 6 of 81 seen": "few",
    "LSTM, held out by sample": "leaked",
}
START = ((1, 2), (2, 1), (3, 1), (4, 2))  # position and function
RISEN = 0.5  # where so many held-out prompts are answered in the end, coins can be fitted to the way there


def steps_inside_curves(model: str, f_1: int, f_2: int, f_3: int, f_4: int, word: int) -> Figure:
    """What it writes beside what is right; where it looks, or what it holds likely; and how it learnt."""
    found = answer(MODELS[model], (f_1, f_2, f_3, f_4), word)
    inside = letter_chances if isinstance(found.model.W, Lstm) else looks_at
    drawn = (inside(found), learning(curves_of(found.name), coins(found.name)))
    told = " ".join(figure.layout.meta["alt"] for figure in drawn)
    return draw.panels(steps(found), *drawn, alt=f"{model[0].upper() + model[1:]}. {in_words(found)} {told}")


def steps(found: Answer) -> Figure:
    """A table: a row for each position, with a cross before each wrong letter."""
    silent, wrong = len(found.words) - 1 - len(found.writes), found.wrong()
    rows = [("word", "", spell(found.words[0]), "")]
    for s, (k, right) in enumerate(zip(found.asked.f[0], found.words[1:])):
        said = "unsaid", "–"
        if s >= silent:
            said = crossed(found.writes[s - silent], wrong[s - silent]), str(wrong[s - silent].sum())
        rows.append((f"{s + 1}: f={k}", said[0], spell(right), said[1]))
    title = f"{held(found)}: {wrong.sum() or 'none'} wrong"
    return draw.table(("step", "writes", "right", "wrong"), rows, title=title, alt="steps")


def crossed(word: np.ndarray, wrong: np.ndarray) -> str:
    return "".join("✗" * bool(cross) + letter for letter, cross in zip(spell(word), wrong))


def held(found: Answer) -> str:
    """In a few words: a table's title is short."""
    return ("Prompt " * found.by_sample() + ("seen" if found.seen else "held out")).capitalize()


def in_words(found: Answer) -> str:
    """The prompt, whether it was seen, the answer, and the first mistake."""
    wrong = found.wrong()
    first = int(wrong.any(axis=1).argmax()) + len(found.words) - len(found.writes)
    mistakes = f"{wrong.sum()} letters are wrong, the first in word {first}" if wrong.any() else "No letter is wrong"
    what = "prompt itself" if found.by_sample() else "composition"
    writes, right = (", ".join(map(spell, words)) for words in (found.writes, found.right()))
    return (
        f"Functions {' '.join(map(str, found.asked.f[0]))}, word {spell(found.words[0])}; the {what} was "
        f"{'seen' if found.seen else 'held out'}. It writes {writes}; right is {right}. {mistakes}."
    )


def curves_of(name: str) -> tuple[stored.LearningCurve, ...]:
    """Of its setting, one for each seed; the first is the model's own."""
    setting = stored.KEPT[name]
    return tuple(curve for key, curve in sorted(stored.stored_curves().items()) if key[:2] == setting)


@cache
def coins(name: str) -> CoinFit | None:
    """The coins that fit the held-out prompts of the model's own training best; None where most stay unanswered."""
    curve = curves_of(name)[0]
    if curve.held_out[-1] < RISEN:
        return None
    return fit_coins(Curve(curve.step, sequence_models.PROBED * curve.held_out, sequence_models.PROBED))


composer = Playground(
    question="It has seen 20 of 81 compositions, and each function in some of them. Does it know the other 61?",
    view=steps_inside_curves,
    knobs=(
        Choice("model", tuple(MODELS), label="model"),
        *(Knob(f"f_{s}", 0, 2, start=k, step=1, label=f"function {s} (0: nothing)") for s, k in START),
        Knob("word", 0, 215, start=100, step=1, label="word, of 216"),
    ),
)
