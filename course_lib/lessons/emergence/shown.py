"""Pictures of concept classes, as a cell of the notebook or a playground has made them, in their own colours.

They travel as one small PNG, written here by hand: a heat map has one number for each pixel, and these have three.
"""

import zlib
from base64 import b64encode
from struct import pack

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.core import require
from course_lib.draw import GREY
from course_lib.draw.traces import Trace
from course_lib.kernels.emergence import concepts, pictures

SIDE = pictures.SIDE + 2  # pixels of a picture in its frame
GAP, WORDS = 2, 5  # pixels between pictures, and for the words above each
EACH = 2  # pictures of each class
ROWS, COLUMNS = 2, 4  # shape; colour and size
FRAME = *(int(GREY[i : i + 2], 16) for i in (1, 3, 5)), 255
COLOUR_AND_SIZE = [f"{colour}<br>{size}" for colour in concepts.VALUES[1] for size in concepts.VALUES[2]]
READ = {True: "✓", False: "✗"}


def eight_classes(
    x: np.ndarray, look: pictures.Look = pictures.EQUAL, *, title: str = "Pictures of the eight classes"
) -> Figure:
    """Two pictures of each class, one below the other, and whether the probe reads in them what they should show.

    x: pictures (n, 300), as many of each of the eight classes, in the order of CLASSES; the first two are drawn.
    """
    return places(x, look, title).add_trace(image(x))


def places(x: np.ndarray, look: pictures.Look, title: str) -> Figure:
    """All but the pictures themselves: panels have to be put side by side before `image` can be added."""
    read = pictures.read_concepts(x, look)
    require(len(read) % 8 == 0, f"Pictures of eight classes, as many of each: got {len(read)}.")
    right = (read.reshape(8, -1, 3) == np.array(concepts.CLASSES)[:, None]).all(axis=2)
    marks = ["".join(READ[bool(one)] for one in of_class[:EACH]) for of_class in right]
    tall = WORDS + min(EACH, right.shape[1]) * SIDE
    left, top = np.meshgrid(np.arange(COLUMNS) * (SIDE + GAP), np.arange(ROWS) * tall)
    words = draw.points(left.ravel() + (SIDE - 1) / 2, top.ravel() + WORDS / 2 - 0.5)
    names = [f"{i} {mark}" for i, mark in enumerate(marks)]
    figure = draw.figure(
        words | {"mode": "text", "text": names, "hoverinfo": "skip"},
        x="colour and size",
        y="shape",
        x_range=(-0.5, left.max() + SIDE - 0.5),
        y_range=(ROWS * tall - 0.5, -0.5),
        title=title,
        alt="Pictures of the eight classes. Read right, of each class: "
        f"{', '.join(f'{name_of(i)} {share:.2f}' for i, share in enumerate(right.mean(axis=1)))}.",
        height=420,
    )
    bare = {"showgrid": False, "showline": False, "ticks": "", "constrain": "domain"}
    columns = {"tickvals": left[0] + (SIDE - 1) / 2, "ticktext": COLOUR_AND_SIZE}
    rows = {"tickvals": top[:, 0] + (WORDS + tall) / 2, "ticktext": concepts.VALUES[0], "tickangle": -90}
    return figure.update_layout(xaxis=bare | columns, yaxis=bare | rows | {"scaleanchor": "x"})


def image(x: np.ndarray) -> Trace:
    """The pictures themselves."""
    light = pictures.as_light(x).reshape(8, -1, pictures.SIDE, pictures.SIDE, 3)
    return {"type": "image", "source": as_png(on_a_sheet(light[:, :EACH])), "hoverinfo": "skip"}


def name_of(i: int) -> str:
    """The three digits of a class."""
    return "".join(map(str, concepts.CLASSES[i]))


def on_a_sheet(light: np.ndarray) -> np.ndarray:
    """Framed pictures (8, each, 10, 10, 3) as one image of red, green, blue and how opaque it is: clear between them.

    Two rows of four classes; those of one class stand one below the other.
    """
    each, tall = light.shape[1], WORDS + light.shape[1] * SIDE
    sheet = np.zeros((ROWS * tall, COLUMNS * (SIDE + GAP) - GAP, 4), np.uint8)
    for i, j in np.ndindex(8, each):
        top, left = i // COLUMNS * tall + WORDS + j * SIDE, i % COLUMNS * (SIDE + GAP)
        sheet[top : top + SIDE, left : left + SIDE] = FRAME
        sheet[top + 1 : top + SIDE - 1, left + 1 : left + SIDE - 1, :3] = np.round(255 * light[i, j])
    return sheet


def as_png(pixels: np.ndarray) -> str:
    """Pixels (rows, columns, 4) of 8 bits, as an address that a page shows: a PNG with one filter byte a row.

    Source: W3C, Portable Network Graphics (PNG) Specification, third edition (2025), sections 5 and 11.
    """
    rows, columns = pixels.shape[:2]
    lines = np.pad(pixels.reshape(rows, -1), ((0, 0), (1, 0)))
    header = pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes())), (b"IEND", b"")
    file = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)
    return "data:image/png;base64," + b64encode(file).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
