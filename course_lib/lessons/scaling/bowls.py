"""The first playground: IsoFLOP bowls, the frontier through their lowest points, and its local exponent."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import kaplan, law
from course_lib.kernels.scaling.approaches import PowerLaw
from course_lib.play import Knob, Playground, Toggle

START = law.BESIROGLU
PIVOT_N, PIVOT_D = 1e9, 2e10  # where a turn of alpha or beta leaves the loss alone
SIZES = np.geomspace(1e-2, 1e14, 801)  # far enough for every law and budget of the knobs
SHOWN = (1e2, 1e12)
BOWLS = 10.0 ** np.array([-3, -1.5, 1.5])  # budgets drawn beside the chosen one, as factors
BETWEEN = np.geomspace(BOWLS[0], BOWLS[-1], 37)
WIDE = np.geomspace(1 / 30, 30, 61)
KAPLAN_DECADES = round(float(np.log10(kaplan.KAPLAN_SIZES[1] / kaplan.KAPLAN_SIZES[0])), 1)


def turned(alpha: float, beta: float) -> law.Law:
    """The law with other exponents and the same loss at the pivot."""
    A = START.A * PIVOT_N ** (alpha - START.alpha)
    return law.Law(START.E, A, START.B * PIVOT_D ** (beta - START.beta), alpha, beta)


def best_sizes(C: np.ndarray, L: law.Law, omega: float) -> np.ndarray:
    """The size that each budget is best spent on, read off the frontier."""
    return np.exp(np.interp(np.log(C), np.log(kaplan.frontier_compute(SIZES, L, omega)), np.log(SIZES)))


def loss_at(N: np.ndarray, C: float | np.ndarray, L: law.Law, omega: float) -> np.ndarray:
    """The loss of sizes N at a budget, both counted without what omega stands for."""
    return law.loss(kaplan.total_parameters(N, omega), C / (law.PER_TOKEN * N), L)


def bowls_and_frontier(C: float, everything: bool, low: float, decades: float, alpha: float, beta: float) -> Figure:
    """Loss against size at four budgets; the frontier with one power law through a part of it; the local exponent."""
    L, omega = turned(alpha, beta), 0.0 if everything else kaplan.OMEGA
    name = "N, all parameters" if everything else "N, without embedding"
    high = min(low * 10**decades, SHOWN[1])
    ends = kaplan.total_parameters(np.array([low, high]), kaplan.OMEGA - omega)  # the same models, as they are counted
    fit = kaplan.kaplan_fit(L, *ends, omega)
    best = float(best_sizes(np.array([C]), L, omega)[0])
    local = kaplan.local_exponent(np.geomspace(*SHOWN, 201), L, omega)
    return draw.panels(
        bowls(C, L, omega, best, name),
        frontier(C, L, omega, best, name, fit, ends),
        local_exponents(L, omega, name, fit.exponent, ends),
        alt=f"The law with alpha = {alpha:.3f}, beta = {beta:.3f}, embedding {'' if everything else 'not '}counted. At "
        f"C = {C:.3g} FLOP the loss is least, {float(loss_at(np.array([best]), C, L, omega)[0]):.3f} nats, at "
        f"{best:.3g} parameters. Along the frontier the exponent of the best size runs from {local[0]:.2f} (tiny "
        f"models) through at most {local.max():.2f} to {local[-1]:.2f} (huge ones); one power law from {low:.3g} to "
        f"{high:.3g} non-embedding parameters has {fit.exponent:.3f}.",
    )


def bowls(C: float, L: law.Law, omega: float, best: float, name: str) -> Figure:
    """Loss against size at budgets around the chosen one, and the lowest point of each."""
    lowest = best_sizes(C * BETWEEN, L, omega)
    others = zip(best_sizes(C * BOWLS, L, omega), C * BOWLS, strict=True)
    return draw.figure(
        *(draw.curve(n * WIDE, loss_at(n * WIDE, c, L, omega), style=5) for n, c in others),
        draw.curve(best * WIDE, loss_at(best * WIDE, C, L, omega), "this budget"),
        draw.curve(lowest, loss_at(lowest, C * BETWEEN, L, omega), "lowest points", style=1),
        draw.points([best], loss_at(np.array([best]), C, L, omega), style=3),
        x=name,
        y="loss (nats per token)",
        log="x",
        title="Bowls",
        alt="bowls",
    )


def frontier(C: float, L: law.Law, omega: float, best: float, name: str, fit: PowerLaw, ends: np.ndarray) -> Figure:
    """The best size against the budget, and the power law through a part of it."""
    N, line = np.geomspace(*SHOWN, 201), kaplan.frontier_compute(ends, L, omega)
    return draw.figure(
        draw.curve(kaplan.frontier_compute(N, L, omega), N, "frontier"),
        draw.curve(line, fit.factor * line**fit.exponent, "one power law", style=1),
        draw.points([C], [best], style=3),
        x="C (FLOP)",
        y=name,
        log="xy",
        title=f"Fitted: N* ∝ C<sup>{fit.exponent:.2f}</sup>",
        alt="frontier",
    )


def local_exponents(L: law.Law, omega: float, name: str, exponent: float, ends: np.ndarray) -> Figure:
    """The slope of the frontier, the fitted one, and by what power the total grows with what is counted."""
    N = np.geomspace(*SHOWN, 201)
    local = kaplan.local_exponent(N, L, omega)
    share = (N + omega / 3 * N ** (1 / 3)) / kaplan.total_parameters(N, omega)
    return draw.figure(
        draw.curve(N, local, "local exponent"),
        draw.curve(ends, [exponent, exponent], "fitted, over this range", style=1),
        draw.curve(N, share, "d ln N<sub>T</sub> / d ln N", style=2),
        draw.line_at(y=float(law.size_exponent(L)), text="β/(α + β)"),
        x=name,
        y="slope on logarithmic axes",
        log="x",
        y_range=(0.2, max(1.05, 1.05 * float(local.max()))),
        title="Local exponent",
        alt="local exponent",
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
