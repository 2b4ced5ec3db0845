"""The third playground: one accuracy of a token that grows smoothly with scale, and what four scores make of it."""

from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.emergence import metrics
from course_lib.play import Choice, Knob, Playground

AT_ONE = 0.15  # accuracy of a token at scale 1
ALPHABET = 10
POWER, BOTH_ENDS = "its loss is a power law", "it saturates at both ends"
MIDDLE = 2.0  # decades: where the accuracy that saturates at both ends is one half
POINTS, FLOOR = 241, 1e-12
TOKEN, MATCH, EDIT, BRIER = "accuracy of a token", "exact match", "edit distance / L", "Brier score of a token"
STYLES = {TOKEN: 0, MATCH: 3, EDIT: 2, BRIER: 1}


class Scores(NamedTuple):
    """Decades of scale, and each score there by its name."""

    decades: np.ndarray
    by_name: dict[str, np.ndarray]

    def widths(self) -> dict[str, float]:
        """How many decades the middle 80 % of each change takes, within the window."""
        return {name: metrics.rise_width(self.decades, score) for name, score in self.by_name.items()}


def token_accuracy(decades: np.ndarray, alpha: float, law: str) -> np.ndarray:
    """q at each scale: exp(-c scale^-alpha), or scale^alpha / (100^alpha + scale^alpha)."""
    if law == POWER:
        return metrics.power_law_accuracy(10.0**decades, alpha, AT_ONE)
    return 1 / (1 + 10.0 ** (-alpha * (decades - MIDDLE)))


def scores_of(decades: np.ndarray, L: int, alpha: float, law: str) -> Scores:
    q = token_accuracy(decades, alpha, law)
    found = {
        TOKEN: metrics.token_accuracy(q, L),
        MATCH: metrics.exact_match(q, L),
        EDIT: metrics.edit_distance(q, L) / L,
        BRIER: metrics.brier_token(q, ALPHABET),
    }
    return Scores(decades, found)


def same_models(L: int, start: int, window: int, alpha: float, law: str) -> Figure:
    """Scores that rise, scores that fall, and all of them on a logarithmic axis, within a window of scales."""
    scores = scores_of(np.linspace(start, start + window, POINTS), L, alpha, law)
    models = scores_of(np.arange(start, start + window + 1.0), L, alpha, law)
    widths = scores.widths()
    return draw.panels(
        panel(scores, models, (TOKEN, MATCH), f"Match: {widths[MATCH]:.2f} of {window} decades", "chance"),
        panel(scores, models, (EDIT, BRIER), f"Edits: {widths[EDIT]:.2f} of {window} decades", "error a token"),
        panel(scores, models, tuple(STYLES), "All four, logarithmic", "chance, or error a token", log=True),
        alt=in_words(scores, widths, L, alpha, law),
    )


def panel(
    scores: Scores, models: Scores, names: tuple[str, ...], title: str, y_label: str, log: bool = False
) -> Figure:
    """Some scores as curves, with a mark for each model, ten times as large as the last."""
    traces = []
    for name in names:
        y = scores.by_name[name]
        traces.append(draw.curve(10.0**scores.decades, np.maximum(y, FLOOR), "" if log else name, style=STYLES[name]))
        if not log:
            traces.append(draw.points(10.0**models.decades, models.by_name[name], style=STYLES[name]))
    top = 1.15 if BRIER in names else 1.04
    return draw.figure(
        *traces,
        x="scale (reference model = 1)",
        y=y_label,
        log="xy" if log else "x",
        y_range=(1e-6, 2.0) if log else (-0.04, top),
        title=title,
        alt=title,
        height=400,
    )


def in_words(scores: Scores, widths: dict[str, float], L: int, alpha: float, law: str) -> str:
    """The window, and for each score where it begins and ends, and how much of the window its change takes."""
    told = [
        f"Answers of {L} tokens; accuracy of a token: {law}, exponent {alpha:.2f}. Scale 10^{scores.decades[0]:.0f} to "
        f"10^{scores.decades[-1]:.0f}."
    ]
    for name, score in scores.by_name.items():
        told.append(
            f"{name[0].upper() + name[1:]} goes from {score[0]:.3g} to {score[-1]:.3g}; the middle 80 % of the way "
            f"takes {widths[name]:.2f} decades."
        )
    return " ".join(told)


one_accuracy = Playground(
    question="The same models, the same answers: which score jumps, and does it still jump on a wider window?",
    view=same_models,
    knobs=(
        Knob("L", 1, 40, start=20, step=1, label="length L of an answer (tokens)"),
        Knob("start", -4, 6, start=0, step=1, label="the window starts at 10 to the power of"),
        Knob("window", 2, 24, start=5, step=1, unit="decades", label="window of scales"),
        Knob("alpha", 0.1, 0.4, start=0.25, step=0.05, label="exponent α of the law"),
        Choice("law", (POWER, BOTH_ENDS), label="accuracy of a token"),
    ),
)
