"""The third playground: spend a budget on size and data, and pay for it under three published laws."""

from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import law
from course_lib.play import Knob, Playground

LAWS = {
    "as printed": law.HOFFMANN,
    "unrounded": law.HOFFMANN_UNROUNDED,
    "refitted": law.BESIROGLU,
}
CURVE = np.geomspace(1e-5, 0.999, 4000)  # sizes, as shares of the largest that leaves a token to train on
EVERY = 20  # one point of the curve in so many is drawn
HEAD = ("law", "N* (10⁹)", "D*/N*", "lost (nats)", "wasted")


class Bill(NamedTuple):
    """What one law says of your size.

    above: the loss above the best, at each size. N, ratio: the best size, and its tokens for each parameter.
    lost: what your size loses, in nats. wasted: the share of compute that the best size would have saved for your loss.
    """

    above: np.ndarray
    N: float
    ratio: float
    lost: float
    wasted: float


def bill(L: law.Law, C: float, N: float, served: float, sizes: np.ndarray) -> Bill:
    """Your N, or NaN where nothing is left to train it with, beside the best of the sizes."""
    D, mine = law.tokens_left(sizes, C, served), law.tokens_left(N, C, served)
    losses = law.loss(sizes, D, L)
    best = int(np.argmin(losses))
    yours = law.loss(N, mine, L) if mine > 0 else np.nan
    wasted = 1 - law.compute_needed(yours, L) / law.compute_needed(losses[best], L) if mine > 0 else np.nan
    return Bill(losses - losses[best], sizes[best], D[best] / sizes[best], yours - losses[best], wasted)


def spend(C: float, N: float, served: float) -> Figure:
    """The loss above the best that the budget buys, against size, under each law; your choice; and the bills."""
    sizes = CURVE * min(C / (2 * served), 300 * law.compute_optimal(C, law.HOFFMANN_UNROUNDED).N)
    bills = {name: bill(L, C, N, served, sizes) for name, L in LAWS.items()}
    mine = law.tokens_left(N, C, served)
    choice = f"{mine / N:.3g} tokens for each parameter" if mine > 0 else "nothing left to train with"
    rows = [
        (name, f"{b.N / 1e9:.3g}", f"{b.ratio:.3g}", _cell(b.lost, "{:.3f}"), _cell(b.wasted, "{:.0%}"))
        for name, b in bills.items()
    ]
    told = [
        f"{name}: best {b.N:.3g} parameters with {b.ratio:.3g} tokens each, yours costs {_cell(b.lost, '{:.4f}')} nats"
        for name, b in bills.items()
    ]
    return draw.panels(
        draw.figure(
            *(draw.curve(sizes[::EVERY], b.above[::EVERY], name, style=i) for i, (name, b) in enumerate(bills.items())),
            draw.line_at(x=N, text="yours"),
            x="N, parameters",
            y="loss above the best (nats per token)",
            log="x",
            y_range=(0.0, 0.3),
            title=f"Yours: {choice}",
            alt="penalty",
        ),
        draw.table(HEAD, rows, title="Best sizes, and your bill", alt="bill"),
        alt=f"{C:.3g} FLOP, {served:.3g} tokens to serve: {N:.3g} parameters leave {choice}. {'; '.join(told)}.",
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
