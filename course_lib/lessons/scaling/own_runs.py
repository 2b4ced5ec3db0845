"""The playground for the reader's own training runs: a file goes in, and the law comes out with its uncertainty."""

from pathlib import Path
from textwrap import wrap

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.scaling import Runs, law
from course_lib.lessons.scaling.own_fits import GROUPS, RESAMPLES, Fitted, groups, own, some_of
from course_lib.play import Choice, File, Knob, Playground

DRAWN = 300  # runs at most
SYMBOLS = {"parameters N": "N", "tokens D": "D", "loss L": "L"}
WITHIN = 2.5, 97.5  # percent: the ends of an interval
HEIGHT, WIDE = 500, 22  # pixels; letters in the table
EQUAL, AGAINST_N, AGAINST_D = "loss at equal compute", "residuals against N", "residuals against D"
BUDGET, SIZE, LOSS = "compute C = 6 N D (FLOP)", "parameters N", "loss L (nats per token)"


def frontier(fit: Fitted, shown: Runs, C: float) -> Figure:
    """The best size for each budget, with its interval, and the sizes of the runs."""
    used = law.PER_TOKEN * shown.N * shown.D
    budgets = np.geomspace(min(used.min(), C) / 2, 2 * max(used.max(), C), 40)
    low, high = np.percentile(law.compute_optimal(budgets[:, None], fit.laws).N, WITHIN, axis=1)
    return draw.figure(
        draw.points(used, shown.N, "runs", style=2),
        draw.curve(budgets, law.compute_optimal(budgets, fit.law).N, "N*"),
        draw.curve(np.r_[budgets, np.nan, budgets], np.r_[low, np.nan, high], "95 %", style=1),
        draw.line_at(x=C, text="C"),
        x=BUDGET,
        y=SIZE,
        log="xy",
        title="The best size for a budget",
        height=HEIGHT,
        alt="frontier",
    )


def equal_compute(fit: Fitted, C: float) -> tuple[Figure, str]:
    """Loss against size: runs of about the same budget, and what the law says of them."""
    parts, words = [], []
    for style, (budget, some) in enumerate(groups(fit.runs)):
        some = some_of(some, DRAWN // GROUPS, np.random.default_rng(0))
        N = np.geomspace(some.N.min() / 1.3, 1.3 * some.N.max(), 40)
        parts.append(draw.points(some.N, some.L, _brief(budget, 1), style=style))
        parts.append(draw.curve(N, law.loss(N, budget / (law.PER_TOKEN * N), fit.law), style=style))
        words.append(f"{_brief(budget, 2)} FLOP, least {law.optimal_loss(budget, fit.law):.3f}")
    star = law.compute_optimal(C, fit.law)
    N = star.N * np.geomspace(1 / 8, 8, 40)
    parts.append(draw.curve(N, law.loss(N, C / (law.PER_TOKEN * N), fit.law), style=5))
    parts.append(draw.points([star.N], [law.loss(*star, fit.law)], style=5))
    title = "Equal compute (FLOP); star: C"
    figure = draw.figure(*parts, x=SIZE, y=LOSS, log="x", title=title, height=HEIGHT, alt="equal compute")
    return figure, f"Loss against size at equal compute: {'; '.join(words)}."


def residuals(fit: Fitted, shown: Runs, against: str) -> tuple[Figure, str]:
    """How far each loss lies above the law, against size or data."""
    x, label = (shown.N, SIZE) if against == AGAINST_N else (shown.D, "tokens D")
    off = 100 * (shown.L / law.loss(shown.N, shown.D, fit.law) - 1)
    spread, worst = np.percentile(abs(off), 68), abs(off).max()
    figure = draw.figure(
        draw.points(x, off),
        draw.line_at(y=0.0, text="the law"),
        x=label,
        y="loss above the law (%)",
        log="x",
        title=f"Two thirds within {spread:.2g} %",
        height=HEIGHT,
        alt="residuals",
    )
    return (
        figure,
        f"Residuals against {label}: two thirds within {spread:.2g} percent, the largest {worst:.2g} percent.",
    )


def fitted_law(fit: Fitted, C: float) -> list[tuple[str, float, tuple[float, float]]]:
    """Name, value and interval of each parameter, and of the best size and its tokens at the budget C."""
    best, all_best = law.compute_optimal(C, fit.law), law.compute_optimal(C, fit.laws)
    values = [
        *zip("EABαβ", fit.law, fit.laws),
        ("N*", best.N, all_best.N),
        ("D*/N*", best.D / best.N, all_best.D / all_best.N),
    ]
    return [(name, value, tuple(np.percentile(many, WITHIN))) for name, value, many in values]


def written(fit: Fitted, rows: list[tuple[str, float, tuple[float, float]]]) -> Figure:
    """The law with its intervals, and how the file was read."""
    cells = [(name, f"{_brief(value)} ({_brief(low)}–{_brief(high)})") for name, value, (low, high) in rows]
    cells += [("left out", f"{fit.lost} resamples without N*")] if fit.lost else []
    for sentence in fit.said:
        what, _, how = sentence.partition(": ")
        first, *rest = wrap(how.replace("the column ", ""), WIDE)
        cells += [(SYMBOLS.get(what, what), first), *(("", line) for line in rest)]
    table = draw.table(("", "fit (95 %)"), cells, title=_counted(fit), alt="law")
    table.layout.height = HEIGHT  # its lines stand closer together
    return table


def _counted(fit: Fitted) -> str:
    n = len(fit.runs.N)
    return f"{n} runs" if n == fit.total else f"{n:,} of {fit.total:,} runs, by lot"


def _brief(value: float, digits: int = 3) -> str:
    """A number in a few digits: 1.78, 357, 7.1e9."""
    if not np.isfinite(value):
        return "no number"
    rounded = float(f"{value:.{digits - 1}e}")  # first, for 999.6 has four digits
    if 1e-3 <= abs(value) < 1e5:
        short = abs(rounded) < 10**digits
        text = f"{rounded:#.{digits}g}".rstrip(".") if short else f"{value:.0f}"
    else:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


@np.errstate(over="ignore", under="ignore")  # of a law far from these runs, whose curves leave the figure
def view(file: Path | None, beyond: float, picture: str) -> Figure:
    """The frontier of the fitted law, one more picture of the fit, and the law in numbers."""
    fit = own(file)
    C = beyond * (law.PER_TOKEN * fit.runs.N * fit.runs.D).max()
    shown = some_of(fit.runs, DRAWN, np.random.default_rng(0))
    second, words = equal_compute(fit, C) if picture == EQUAL else residuals(fit, shown, picture)
    rows = fitted_law(fit, C)
    numbers = ", ".join(
        f"{name} {_brief(value)} ({_brief(low)} to {_brief(high)})" for name, value, (low, high) in rows
    )
    return draw.panels(
        frontier(fit, shown, C),
        second,
        written(fit, rows),
        alt=f"Fit to {_counted(fit)}, {len(shown.N)} drawn. At a budget C of {_brief(C)} FLOP, {_brief(beyond, 2)} "
        f"times the largest of the runs: {numbers}; in brackets 95 percent of {RESAMPLES - fit.lost} resamples. "
        f"{words} Read from the file: {'; '.join(fit.said)}.",
    )


own_runs = Playground(
    question="What law do your own training runs follow, and how sure is it of the size that your next budget buys?",
    view=view,
    knobs=(
        File("file", ".csv,.tsv,.txt", label="your runs: a CSV file with columns N, D, loss or N, FLOP, loss"),
        Knob("beyond", 0.01, 1e4, start=10.0, step=10**0.1, log=True, label="budget C, times the largest of the runs"),
        Choice("picture", (EQUAL, AGAINST_N, AGAINST_D), label="picture in the middle"),
    ),
)
