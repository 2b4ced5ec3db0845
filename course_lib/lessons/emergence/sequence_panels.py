"""Two panels of the fourth playground: the inside of a model as it writes an answer, and how it learnt to."""

from collections.abc import Sequence

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.draw.traces import Trace
from course_lib.kernels.emergence import attention, clocks, sequence_models, stored
from course_lib.kernels.emergence.coin_fit import CoinFit

from .written import LETTERS, Answer

BLIND = np.log(len(LETTERS))  # loss of a blind guess at one of six letters
HEIGHT = 440
ALMOST = 0.99  # of the prompts seen; the steps that this took are drawn twice as far


def looks_at(found: Answer) -> Figure:
    """For each letter written, how much the head that looks there most looks at each token before."""
    spelt, first = found.spelt(), found.model.task.asked
    most = attention.read(found.model.W, found.tokens()[:, :-1]).attention.max(axis=(0, 2))[0, first - 1 :]
    row, function, letter = needed(found)
    heat = draw.heat(most, "largest attention", low=0.0, high=1.0)
    marks = mark(function, row, "circle-open"), mark(letter, row, "square-open")
    on_function, on_letter = most[row, function], most[row, letter]
    return labelled(
        [heat, *marks],
        spelt[:-1],
        found,
        x="functions, word, its letters (○ □: needed)",
        title="Where it looks",
        alt="Where it looks, letter by letter, by the head that looks there most: at the function to apply with "
        f"{on_function.mean():.2f} of its attention on average ({on_function.min():.2f} at least), at the letter to "
        f"apply it to with {on_letter.mean():.2f} ({on_letter.min():.2f} at least).",
    )


def needed(found: Answer) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Written letters, the function that each needs, and the letter. Whoever answers directly needs all functions."""
    depth, length = len(found.words) - 1, found.model.task.length
    row = np.arange(found.writes.size)
    if len(found.writes) == depth:
        return row, row // length, depth + row
    row = np.repeat(row, depth)
    return row, np.tile(np.arange(depth), length), depth + row


def letter_chances(found: Answer) -> Figure:
    """For each letter written, how likely the model holds each letter there, given what it has written before."""
    said = sequence_models.logits(found.model.W, found.tokens()[:, :-1])[0, found.model.task.asked - 1 :]
    chance = np.exp(said - said.max(axis=1, keepdims=True))
    chance = (chance / chance.sum(axis=1, keepdims=True))[:, : len(LETTERS)]
    row, right, writes = np.arange(len(chance)), found.right().ravel(), found.writes.ravel()
    wrong = found.wrong().ravel() & (writes < len(LETTERS))
    of_right = chance[row, right]
    return labelled(
        [
            draw.heat(chance, "chance of the letter", low=0.0, high=1.0),
            mark(right, row, "circle-open"),
            mark(writes[wrong], row[wrong], "x-thin-open"),
        ],
        list(LETTERS),
        found,
        x="letter (○ right, × written instead)",
        title="No attention: its chances",
        alt="It has no attention: all is kept in its neurons. The chance that it gives to the right letter, given what "
        f"it wrote before: {of_right.mean():.2f} on average, {of_right.min():.2f} at least.",
    )


def mark(x: np.ndarray, y: np.ndarray, symbol: str) -> Trace:
    """Not in the legend, whose place the key to the colours takes: the words of the axis say what it means."""
    trace = draw.points(x, y, style=3)
    look = {"symbol": symbol, "size": 10, "line": {"width": 2, "color": trace["marker"]["color"]}}
    return trace | {"marker": trace["marker"] | look, "hoverinfo": "skip"}


def labelled(traces: list[Trace], columns: list[str], found: Answer, *, x: str, title: str, alt: str) -> Figure:
    """A map whose rows are the letters written, from the first at the top, a cross before each wrong one."""
    n, wrong = found.writes.size, found.wrong().ravel()
    rows = ["✗" * bool(bad) + letter for bad, letter in zip(wrong, found.spelt()[-n:])]
    figure = draw.figure(
        *traces,
        x=x,
        y="letter it writes",
        x_range=(-0.5, len(columns) - 0.5),
        y_range=(n - 0.5, -0.5),
        title=title,
        alt=alt,
        height=HEIGHT,
    )
    return figure.update_xaxes(ticks(columns)).update_yaxes(ticks(rows))


def ticks(words: list[str]) -> dict[str, object]:
    return {"tickmode": "array", "tickvals": np.arange(len(words)), "ticktext": words, "tickangle": 0}


def learning(curves: Sequence[stored.LearningCurve], fit: CoinFit | None) -> Figure:
    """Thick, the training of this very model; thin, those of four others; and the coins that fit it best."""
    own, step = curves[0], curves[0].step
    fitted = step[:0] if fit is None else np.linspace(1, step[-1], 201)
    P = fitted if fit is None else clocks.all_learnt(fitted, fit.p, fit.n)
    coins = "no coins fitted" if fit is None else f"coins: n = {fit.n:.0f}"
    return draw.figure(
        *(others(curves, part, style) for part, style in (("seen", 0), ("held_out", 3))),
        draw.curve(step, np.mean([curve.loss for curve in curves], axis=0) / BLIND, "loss / ln 6", style=5),
        draw.curve(step, own.seen, "seen", style=0),
        draw.curve(step, own.held_out, "held out", style=3),
        draw.curve(fitted, P, coins, style=1),
        x="training steps",
        y="share answered rightly; loss / ln 6",
        x_range=(0, float(min(step[-1], 2 * step[np.argmax(own.seen >= ALMOST)]))),
        y_range=(-0.03, 1.35),
        title="How it learnt; thin: others",
        alt=told(curves, fit),
        height=HEIGHT,
    )


def others(curves: Sequence[stored.LearningCurve], part: str, style: int) -> Trace:
    """One score of all trainings but the first, in one line with gaps."""
    step = np.concatenate([np.append(curve.step.astype(float), np.nan) for curve in curves[1:]])
    share = np.concatenate([np.append(getattr(curve, part), np.nan) for curve in curves[1:]])
    trace = draw.curve(step, share, style=style)
    return trace | {"line": trace["line"] | {"width": 1}, "opacity": 0.5, "hoverinfo": "skip"}


def told(curves: Sequence[stored.LearningCurve], fit: CoinFit | None) -> str:
    """How training ends, when half is answered, and whether coins fit the held-out part."""
    seen, held_out = (np.array([getattr(curve, part)[-1] for curve in curves]) for part in ("seen", "held_out"))
    words = f"After {curves[0].step[-1]} steps of training it answers {seen[0]:.0%} of the prompts seen and "
    words += f"{held_out[0]:.0%} of those held out; of {len(curves)} trainings the share held out is "
    words += f"{held_out.min():.0%} to {held_out.max():.0%}."
    if fit is None:
        return words + " Coins are not fitted to what does not rise."
    words += f" The coins that fit its rise best are {fit.n:.0f} with p = {fit.p:.2g}; their deviance is too large by "
    return f"{words}{fit.excess:.0f} of its standard deviations."
