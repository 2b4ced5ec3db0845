"""Break it: weights that point one way. Two runs from almost the same start, and what becomes of their distance."""

from itertools import islice

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.frustration import directed, rate_network
from course_lib.play import Choice, Knob, Playground

N, LAYERS = 200, 9  # neurons; layers behind the input
DT, STEPS = 0.2, 400  # a step, in decay times, and how many of them
APART = 1e-4  # the distance at the start
SHOWN = (120, 160, 190)  # neurons, of layers 6, 8 and 9 where there are layers
LOWEST = 1e-12  # below, rounding decides
WEIGHTS = ("directed", "symmetric", "feed-forward")


def weights(kind: str, sample: int) -> np.ndarray:
    """Weights of variance 1/N, drawn apart or mirrored, or of variance 1/width from each layer to the next."""
    rng = np.random.default_rng(sample)
    if kind == "feed-forward":
        return directed.feed_forward_weights(LAYERS, N // (LAYERS + 1), rng=rng)
    J = directed.directed_weights(N, rng=rng)
    return J if kind == "directed" else directed.symmetrised(J)


def two_runs(g: float, kind: str, sample: int) -> Figure:
    """The activity of three neurons in both runs, and the distance of the runs."""
    rng = np.random.default_rng(sample + 100)
    start, away = rng.normal(size=N), rng.choice([-APART, APART], N)
    held = rng.normal(size=N) * (np.arange(N) < N // (LAYERS + 1)) * (kind == "feed-forward")  # a picture for the input
    pair = np.stack([start, start + away], axis=1)
    states = rate_network.rate_flow(pair, weights(kind, sample), g, held[:, None], dt=DT)
    x = np.array(list(islice(states, STEPS + 1)))  # times, neurons, runs
    t = DT * np.arange(STEPS + 1)
    distance = np.sqrt(np.mean((x[..., 0] - x[..., 1]) ** 2, axis=1))
    moving = float(np.abs(x[-1, :, 0] - x[-6, :, 0]).max())
    shifts = 2.5 * np.arange(len(SHOWN))[::-1]
    runs = [(np.tanh(x[:, i, run]) + shift, run) for i, shift in zip(SHOWN, shifts) for run in (0, 1)]
    activity = draw.figure(
        *(
            draw.curve(t, r, ("first run", "second run")[run] if k < 2 else "", style=run)
            for k, (r, run) in enumerate(runs)
        ),
        x="time (decay times)",
        y="activity tanh x, shifted by 2.5 each",
        y_range=(-1.3, shifts[0] + 1.3),
        title="Three neurons, two runs",
        alt="activity",
    )
    fate = draw.figure(
        draw.curve(t, np.maximum(distance, LOWEST)),
        draw.line_at(y=APART, text="at the start"),
        x="time (decay times)",
        y="distance of the runs, rms of x",
        log="y",
        y_range=(LOWEST, 100.0),
        title="Do they stay together?",
        alt="distance",
    )
    return draw.panels(
        activity,
        fate,
        alt=f"{N} neurons with {kind} weights, sample {sample}, at gain {g:.2f}. Two runs that start {APART:.0e} apart "
        f"are {distance[-1]:.1e} apart after {t[-1]:.0f} decay times, {distance.max():.1e} at most. In the last of "
        f"these the first run still changes by up to {moving:.2g}.",
    )


gain = Playground(
    question="Two runs start a ten-thousandth apart. For which weights, and above which gain, do they part for good?",
    view=two_runs,
    knobs=(
        Knob("g", 0.1, 4.0, start=3.0, step=0.05, label="gain g"),
        Choice("kind", WEIGHTS, label="weights"),
        Knob("sample", 0, 9, start=1, step=1, label="sample"),
    ),
)
