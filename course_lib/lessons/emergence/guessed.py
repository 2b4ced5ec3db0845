"""The answers to the two predictions: how late the curve of eight skills is, and on which axis it is sharper."""

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.emergence import clocks

P, N = 0.02, 8
T = np.linspace(0.0, 500.0, 251)
NUMBERS = 2 ** np.arange(9)


def delay(guess: float | None) -> Figure:
    """The chance to have one skill, and all eight; and the reader's guess at the median."""
    told = "" if guess is None else f" You guessed {guess:.0f}."
    medians = [clocks.steps_to_reach(0.5, P, n) for n in (1, N)]
    return draw.figure(
        draw.curve(T, clocks.all_learnt(T, P, 1), "one skill"),
        draw.curve(T, clocks.all_learnt(T, P, N), "all eight", style=1),
        draw.line_at(y=0.5, text="half of the runs"),
        draw.guess_line(x=guess),
        x="steps of training t",
        y="chance P to have it",
        y_range=(-0.03, 1.05),
        title=f"One skill: {medians[0]:.0f} steps. All eight: {medians[1]:.0f}.{told}",
        alt=f"Two rising curves. One skill is there in half of the runs after {medians[0]:.0f} steps, all eight after "
        f"{medians[1]:.0f}: later by a factor {medians[1] / medians[0]:.1f}, not eight.{told}",
        height=400,
    )


def axes(choice: str | None) -> Figure:
    """Width of the rise from 10 to 90 % against the number of skills, on three axes, each over that of one skill."""
    told = "" if choice is None else f" You said: {choice}."
    found = [clocks.sharpness(int(n)) for n in NUMBERS]
    widths = {
        "in steps t": [one.width for one in found],
        "in t/t*": [one.relative_width for one in found],
        "in decades of t": [one.decades for one in found],
    }
    lines = [draw.curve(NUMBERS, np.divide(w, w[0]), name, style=i) for i, (name, w) in enumerate(widths.items())]
    last = {name: w[-1] / w[0] for name, w in widths.items()}
    return draw.figure(
        *lines,
        draw.line_at(y=1.0, text="as for one skill"),
        x="number of skills n",
        y="width of the rise, over that of one skill",
        log="x",
        y_range=(0.0, 1.6),
        title=f"Wider in t, narrower in t/t* and in log t.{told}",
        alt="Width from 10 to 90 % against the number of skills, over that of one skill. At 256 skills it is "
        + ", ".join(f"{share:.2f} {name}" for name, share in last.items())
        + f".{told}",
        height=400,
    )
