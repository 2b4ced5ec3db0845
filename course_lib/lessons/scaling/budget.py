"""The third playground: spend a budget on size and data, and pay for it under three published laws."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import law
from course_lib.play import Knob, Playground

LAWS = {
    "Hoffmann, printed": law.HOFFMANN,
    "Hoffmann, unrounded": law.HOFFMANN_UNROUNDED,
    "Besiroglu": law.BESIROGLU,
}
CURVE = np.geomspace(1e-5, 0.999, 400)  # sizes, as shares of the largest that leaves a token to train on


def spend(C: float, N: float, served: float) -> Figure:
    """The loss above the best that the budget buys, against size, under each law; your choice; and a table of both."""
    largest = C / (2 * served)
    sizes = CURVE * min(largest, 1e4 * law.compute_optimal(C, law.HOFFMANN_UNROUNDED).N)
    D, mine = law.tokens_left(sizes, C, served), law.tokens_left(N, C, served)
    curves, rows, told = [], [], []
    for style, (name, L) in enumerate(LAWS.items()):
        losses = law.loss(sizes, D, L)
        best = int(np.argmin(losses))
        curves.append(draw.curve(sizes, losses - losses[best], name, style=style))
        N_best, D_best = sizes[best], D[best]
        paid = law.loss(N, mine, L) - losses[best] if mine > 0 else np.nan
        wasted = (
            1 - law.compute_needed(law.loss(N, mine, L), L) / law.compute_needed(losses[best], L)
            if mine > 0
            else np.nan
        )
        rows.append(
            (name, f"{N_best / 1e9:.3g}", f"{D_best / N_best:.3g}", _cell(paid, "{:.3f}"), _cell(wasted, "{:.0%}"))
        )
        told.append(
            f"{name}: best {N_best:.3g} parameters with {D_best / N_best:.3g} tokens each; yours costs "
            f"{_cell(paid, '{:.4f}')} nats"
        )
    choice = f"{mine / N:.3g} tokens for each parameter" if mine > 0 else "nothing left to train with"
    return draw.panels(
        draw.figure(
            *curves,
            draw.line_at(x=N, text="yours"),
            x="N, parameters",
            y="loss above the best (nats per token)",
            log="x",
            y_range=(0.0, 0.3),
            title=f"Yours: {choice}",
            alt="penalty",
        ),
        draw.table(
            ("law", "best N (10⁹)", "best D/N", "you lose (nats)", "wasted"), rows, title="The bill", alt="bill"
        ),
        alt=f"{C:.3g} FLOP, {served:.3g} tokens to serve: {N:.3g} parameters leave {choice}. " + "; ".join(told) + ".",
    )


def _cell(value: float, form: str) -> str:
    return form.format(max(value, 0.0)) if np.isfinite(value) else "–"


budget_game = Playground(
    question="You have a budget. How many parameters will you train? Three published laws send you their bills.",
    view=spend,
    knobs=(
        Knob("C", 1e20, 1e26, start=5.76e23, step=10**0.1, log=True, unit="FLOP", label="budget C"),
        Knob("N", 1e8, 1e13, start=2.8e11, step=10**0.05, log=True, label="parameters N"),
        Knob("served", 1e9, 1e13, start=1e9, step=10**0.25, log=True, unit="tokens", label="to be served afterwards"),
    ),
)
