"""The first playground: IsoFLOP bowls, the frontier through their lowest points, and its local exponent."""

from functools import lru_cache

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import kaplan, law
from course_lib.play import Knob, Playground, Toggle

START = law.BESIROGLU
PIVOT_N, PIVOT_D = 1e9, 2e10  # where a turn of alpha or beta leaves the loss alone
SIZES = np.geomspace(1e2, 1e12, 501)  # non-embedding parameters, along the frontier
BOWLS = 10.0 ** np.array([-3, -1.5, 1.5])  # budgets drawn beside the chosen one, as factors
BETWEEN = np.geomspace(BOWLS[0], BOWLS[-1], 37)
WIDE = np.geomspace(1 / 30, 30, 61)
KAPLAN_DECADES = round(float(np.log10(kaplan.KAPLAN_SIZES[1] / kaplan.KAPLAN_SIZES[0])), 1)


def turned(alpha: float, beta: float) -> law.Law:
    """The law with other exponents and the same loss at the pivot."""
    A = START.A * PIVOT_N ** (alpha - START.alpha)
    return law.Law(START.E, A, START.B * PIVOT_D ** (beta - START.beta), alpha, beta)


@lru_cache(maxsize=64)
def frontier(L: law.Law, everything: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes along the frontier, the compute each is best at, and the local exponent there; counted as asked."""
    if everything:
        N = kaplan.total_parameters(SIZES)
        D = kaplan.frontier_compute(N, L, 0.0) / (6 * N)
        return N, 6 * N * D, np.full(len(N), law.size_exponent(L))
    return SIZES, kaplan.frontier_compute(SIZES, L), kaplan.local_exponent(SIZES, L)


def share_of_size(N: np.ndarray, everything: bool) -> np.ndarray:
    """By what power all parameters grow with those that are counted."""
    return np.ones(len(N)) if everything else (N + kaplan.OMEGA / 3 * N ** (1 / 3)) / kaplan.total_parameters(N)


def loss_at(N: np.ndarray, C: float | np.ndarray, L: law.Law, everything: bool) -> np.ndarray:
    """The loss of sizes N at a budget, both counted with the embedding or both without."""
    return law.loss(N if everything else kaplan.total_parameters(N), C / (6 * N), L)


def fitted(N: np.ndarray, C: np.ndarray, low: float, high: float) -> tuple[float, np.ndarray, np.ndarray]:
    """One power law through the frontier from low to high, in equal steps of ln C: exponent, and the line's ends."""
    ends = np.interp(np.log([low, high]), np.log(N), np.log(C))
    at = np.linspace(*ends, 200)
    exponent, offset = np.polyfit(at, np.interp(at, np.log(C), np.log(N)), 1)
    return float(exponent), np.exp(ends), np.exp(exponent * ends + offset)


def bowls_and_frontier(C: float, everything: bool, low: float, decades: float, alpha: float, beta: float) -> Figure:
    """Loss against size at four budgets; the frontier with one power law through a part of it; the local exponent."""
    L = turned(alpha, beta)
    N, compute, local = frontier(L, everything)
    high = min(low * 10**decades, SIZES[-1])
    counted = kaplan.total_parameters(np.array([low, high])) if everything else (low, high)
    exponent, line_C, line_N = fitted(N, compute, *counted)
    best = float(np.exp(np.interp(np.log(C), np.log(compute), np.log(N))))
    least = float(loss_at(np.array([best]), C, L, everything)[0])
    name = "N, all parameters" if everything else "N, without embedding"
    how = "embedding counted" if everything else "embedding not counted"
    inside = (counted[0] <= N) & (N <= counted[1])
    return draw.panels(
        bowls(C, L, everything, best, least, name),
        draw.figure(
            draw.curve(compute, N, "frontier", style=0),
            draw.curve(line_C, line_N, "one power law", style=1),
            draw.points([C], [best], style=3),
            x="C (FLOP)",
            y=name,
            log="xy",
            title=f"Fitted: N* ∝ C<sup>{exponent:.2f}</sup>",
            alt="frontier",
        ),
        draw.figure(
            draw.curve(N, local, "local exponent"),
            draw.curve(N[inside], np.full(inside.sum(), exponent), "fitted, over this range", style=1),
            draw.curve(N, share_of_size(N, everything), "d ln N<sub>T</sub> / d ln N", style=2),
            draw.line_at(y=law.size_exponent(L), text="β/(α + β)"),
            x=name,
            y="slope on logarithmic axes",
            log="x",
            y_range=(0.2, 1.05),
            title="Local exponent",
            alt="local exponent",
        ),
        alt=f"The law with alpha = {alpha:.3f}, beta = {beta:.3f}, {how}. At C = {C:.3g} FLOP the loss is least, "
        f"{least:.3f} nats, at {best:.3g} parameters. Along the frontier the exponent of the best size runs from "
        f"{local[0]:.2f} (tiny models) through at most {local.max():.2f} to {local[-1]:.2f} (huge ones); one power law "
        f"from {low:.3g} to {high:.3g} non-embedding parameters has {exponent:.3f}.",
    )


def bowls(C: float, L: law.Law, everything: bool, best: float, least: float, name: str) -> Figure:
    """Loss against size at budgets around the chosen one, and the lowest point of each."""
    N, compute, _ = frontier(L, everything)
    lowest = np.exp(np.interp(np.log(C * BETWEEN), np.log(compute), np.log(N)))
    lows = loss_at(lowest, C * BETWEEN, L, everything)
    curves = []
    for n, c in zip(np.interp(BOWLS, BETWEEN, lowest), C * BOWLS, strict=True):
        curves.append(draw.curve(n * WIDE, loss_at(n * WIDE, c, L, everything), style=5))
    return draw.figure(
        *curves,
        draw.curve(best * WIDE, loss_at(best * WIDE, C, L, everything), "this budget"),
        draw.curve(lowest, lows, "lowest points", style=1),
        draw.points([best], [least], style=3),
        x=name,
        y="loss (nats per token)",
        log="x",
        title="Bowls",
        alt="bowls",
    )


isoflop_bowls = Playground(
    question="How fast should a model grow with its budget? Leave the law alone, and count the parameters differently.",
    view=bowls_and_frontier,
    knobs=(
        Knob("C", 1e13, 1e25, start=1e19, step=10**0.1, log=True, unit="FLOP", label="budget C"),
        Toggle("everything", start=True, label="count the embedding"),
        Knob("low", 768.0, 1e9, start=768.0, step=10**0.1, log=True, label="smallest model fitted"),
        Knob("decades", 0.5, 6.5, start=KAPLAN_DECADES, step=0.1, label="decades of N fitted"),
        Knob("alpha", 0.2, 0.6, start=START.alpha, step=0.01, label="exponent α of the size"),
        Knob("beta", 0.2, 0.6, start=START.beta, step=0.01, label="exponent β of the data"),
    ),
)
