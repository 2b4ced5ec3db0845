"""The second playground: a small diffusion model learns some corners of the cube of concepts, and reaches others."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.draw import SEQUENTIAL
from course_lib.draw.traces import Trace
from course_lib.kernels.emergence import concept_diffusion, concept_flow, concepts, pictures
from course_lib.play import Choice, Knob, Pick, Playground

from .shown import image, name_of, places

EVERY, LAST = 10, 400  # steps of training a frame, and in all
COUNT, DRAWN = 24, 2  # pictures of each class that are made and read at each frame, and those that are drawn
HEARD = 30  # steps: before, a network makes much the same picture whatever it is told
FIRST = tuple(sorted(map(concepts.CLASSES.index, concepts.CORNERS)))
EQUAL, HARD, RARE = "equally hard", "sizes a sixth apart", "blue ten times rarer"
LOOKS = {EQUAL: pictures.EQUAL, HARD: pictures.HARD_SIZE, RARE: pictures.EQUAL}
IMAGES, FEW = 500, 50  # of a class
DEEP = np.array([[1.0, 0.0], [0.42, 0.36], [0.0, 1.0]])  # where shape, colour and size lead in the drawing
PLACES = np.array(concepts.CLASSES) @ DEEP
EDGES = [(i, i | 1 << k) for k in range(3) for i in range(8) if not i >> k & 1]


class Training(NamedTuple):
    """A network in training, what its pictures were worth at each frame so far, and some of the last ones."""

    corners: tuple[int, ...]
    look: str
    seed: int
    W: concept_diffusion.Weights
    curves: concept_flow.Curves
    made: pictures.Pictures

    def step(self) -> int:
        return int(self.curves.steps[-1])


def train(state: Training | None, corners: tuple[int, ...], look: str, seed: int) -> Iterator[Training]:
    """Ten steps a frame. Another setting begins again with a new network."""
    rng = np.random.default_rng(seed)
    x, c = training_pictures(corners, look, rng)
    if state is None or state[:3] != (corners, look, seed):
        W = concept_diffusion.initial_denoiser(rng=rng)
        empty = concept_flow.Curves(np.empty(0, int), np.empty((0, 8)), np.empty((0, 8, 3)))
        state = read(Training(corners, look, seed, W, empty, np.empty((0, pictures.PIXELS))), W, 0)
    yield state
    before = state.step()
    for now in concept_diffusion.concept_training(x, c, state.W, LAST - before, every=EVERY, rng=rng):
        state = read(state, now.W, before + now.step)
        yield state


def training_pictures(
    corners: tuple[int, ...], look: str, rng: np.random.Generator
) -> tuple[pictures.Pictures, concepts.Classes]:
    """Of the classes picked; where none is, of the four that the playground starts with."""
    classes = classes_of(corners)
    images = tuple(FEW if look == RARE and c[1] == 1 else IMAGES for c in classes)
    return pictures.training_pictures(classes, LOOKS[look], images, rng=rng)


def classes_of(corners: tuple[int, ...]) -> list[concepts.Class]:
    return [concepts.CLASSES[i] for i in corners or FIRST]


def read(state: Training, W: concept_diffusion.Weights, step: int) -> Training:
    """Pictures out of the same noise at every frame, so that one changes only as the network does."""
    c = np.repeat(concepts.CLASSES, COUNT, axis=0)
    made = concept_flow.made_pictures(W, c, rng=np.random.default_rng([state.seed, 1]))
    found = (step, *pictures.reading_accuracies(made, LOOKS[state.look]))
    curves = concept_flow.Curves(*(np.concatenate([old, [new]]) for old, new in zip(state.curves, found)))
    kept = made.reshape(8, COUNT, -1)[:, :DRAWN].reshape(8 * DRAWN, -1)
    return state._replace(W=W, curves=curves, made=kept)


def cube_curves_pictures(state: Training) -> Figure:
    """The cube with each class's accuracy, the accuracies so far, and pictures of all classes."""
    training, step, joint = classes_of(state.corners), state.step(), state.curves.joint[-1]
    by_class = ", ".join(f"{name_of(i)} {share:.2f}" for i, share in enumerate(joint))
    by_distance = ", ".join(f"{share:.2f}" for share in concepts.by_distance(joint, training))
    early = " What is right so early is so by accident: the network does not heed its words yet."
    panels = draw.panels(
        cube(state),
        accuracies(state, training),
        places(state.made, LOOKS[state.look], "What it makes"),
        alt=f"The cube of eight classes (shape, colour, size) and network {state.seed} after {step} steps. Shown in "
        f"training: {', '.join(map(name_of, state.corners or FIRST))}{'' if state.corners else ', as none is picked'}; "
        f"{state.look}. Share of made pictures that are right, by class: {by_class}; mean by distance 0, 1, …: "
        f"{by_distance}.{early if step < HEARD else ''}",
    )
    return panels.add_trace(image(state.made) | {"xaxis": "x3", "yaxis": "y3"})


def cube(state: Training) -> Figure:
    """Corners with their accuracy; a click shows a class in training, or takes it away."""
    shown = np.isin(np.arange(8), state.corners or FIRST)
    names = "shown in training" if state.corners else "shown, as none is picked", "never shown"
    step = f"Step {state.step()}" + (": by accident" if state.step() < HEARD else "")
    figure = draw.figure(
        edges(),
        *(
            corners_of(state, np.flatnonzero(which), name, style)
            for which, name, style in zip((shown, ~shown), names, (1, 0))
        ),
        x="lying → standing, amber ↗ blue",
        y="small → large",
        x_range=(-0.3, 1.75),
        y_range=(-0.3, 1.7),
        title=step,
        alt="cube",
        height=420,
    )
    bare = {"showgrid": False, "showline": False, "ticks": "", "showticklabels": False}
    return figure.update_layout(xaxis=bare, yaxis=bare)


def edges() -> Trace:
    """All edges of the cube in one trace, with gaps."""
    ends = np.array([[*PLACES[[i, j]], (np.nan, np.nan)] for i, j in EDGES]).reshape(-1, 2)
    line = draw.curve(*ends.T, style=5)
    return line | {"line": line["line"] | {"width": 1, "dash": "solid"}, "hoverinfo": "skip"}


def corners_of(state: Training, which: np.ndarray, name: str, style: int) -> Trace:
    """Some classes, coloured by how many of their pictures are right; numbered for a click."""
    joint, parts = state.curves.joint[-1], state.curves.attributes[-1]
    trace = draw.points(*PLACES[which].T, name, style=style)
    colours = {"color": joint[which], "cmin": 0.0, "cmax": 1.0, "colorscale": [list(stop) for stop in SEQUENTIAL]}
    return trace | {
        "mode": "markers+text",
        "marker": trace["marker"] | colours | {"size": 15, "opacity": 1.0},
        "text": [f"{i} = {name_of(i)}<br>{joint[i]:.0%}" for i in which],
        "textposition": ["top center" if concepts.CLASSES[i][2] else "bottom center" for i in which],
        "hovertext": [f"{words_of(i)}: right {joint[i]:.0%}; {in_parts(parts[i])}" for i in which],
        "hoverinfo": "text",
        "customdata": which[:, None],
    }


def words_of(i: int) -> str:
    return " ".join(values[value] for values, value in zip(concepts.VALUES, concepts.CLASSES[i]))


def in_parts(attributes: np.ndarray) -> str:
    return ", ".join(f"{variable} {share:.0%}" for variable, share in zip(concepts.VARIABLES, attributes))


def accuracies(state: Training, training: list[concepts.Class]) -> Figure:
    """The mean over the classes of each distance; thin, each class by itself."""
    d, heard = concepts.distances(training), state.curves.steps >= HEARD
    steps, joint = state.curves.steps[heard], state.curves.joint[heard]
    means = concepts.by_distance(state.curves.joint, training)[heard].T
    names = [f"distance {far}: {count} class{'es' * (count > 1)}" for far, count in enumerate(np.bincount(d).tolist())]
    return draw.figure(
        *(thin(draw.curve(steps, joint[:, i], f"{i} = {name_of(i)}", style=int(d[i]))) for i in range(8)),
        *(draw.curve(steps, mean, name, style=far) for far, (mean, name) in enumerate(zip(means, names))),
        x=f"training steps (drawn from {HEARD} on)",
        y="share of made pictures that are right",
        x_range=(0, LAST),
        y_range=(-0.03, 1.05),
        title="Right, by distance",
        alt="accuracies",
        height=420,
    )


def thin(trace: Trace) -> Trace:
    return trace | {"line": trace["line"] | {"width": 1}, "opacity": 0.6, "showlegend": False}


concept_cube = Playground(
    question="A network is shown some corners of the cube. In which order does it reach the others?",
    run=train,
    view=cube_curves_pictures,
    knobs=(
        Pick("corners", 8, start=FIRST, label="classes shown in training (click corners)"),
        Choice("look", tuple(LOOKS), label="the three concepts"),
        Knob("seed", 0, 4, start=0, step=1, label="network"),
    ),
)
