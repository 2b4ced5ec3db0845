"""A playground as a page holds it: one figure in full, and for each position of each knob what differs from it.

    4 bytes, the length of what follows · JSON · the arrays one after the other            (all of it gzip, then base64)

In the JSON an array is {"#": its number, dtype, shape}, as it is between kernel and browser, and `places` says where
each number's bytes lie. An array that stays the same from frame to frame is stored once. Single precision keeps 15
binary digits; the bytes of noughts that remain cost nothing once compressed.
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from course_lib.play import File, Pick, Playground, Toggle
from course_lib.play.knobs import AnyKnob
from course_lib.play.wire import Packed, Tree, changes, message, packed_figure

Row = tuple[dict[str, object], int, list[go.Figure]]  # what a control needs, its start, the figures


def still(figure: go.Figure) -> str:
    """A figure with nothing to turn."""
    return _packed({"figure": packed_figure(figure), "question": "", "knobs": [], "values": {}, "frames": {}})


def sliding(playground: Playground) -> str:
    """A playground whose knobs turn one at a time."""
    rows = [_row(playground, knob) for knob in playground.knobs if not isinstance(knob, File)]
    rows += [_steps(playground)] if playground.run else []
    start = packed_figure(playground.still())
    frames = {control["name"]: [_differs(start, figure) for figure in figures] for control, _, figures in rows}
    knobs, values = [control for control, *_ in rows], {control["name"]: at for control, at, _ in rows}
    tree = {"figure": start, "question": playground.question, "knobs": knobs, "values": values, "frames": frames}
    return _packed(tree)


def _row(playground: Playground, knob: AnyKnob) -> Row:
    """One knob: the positions that are recorded, with the start among them."""
    drawn = {_key(knob, value): (value, figure) for value, figure in playground.frames(knob.name)}
    start = _key(knob, knob.start)
    drawn.setdefault(start, (knob.start, playground.still()))
    keys = list(drawn) if isinstance(knob, Pick) else sorted(drawn)
    control = _control(knob, keys, [drawn[key][0] for key in keys])
    return control, keys.index(start), [drawn[key][1] for key in keys]


def _key(knob: AnyKnob, value: Any) -> Any:
    """The position of a value, by which values are ordered and told apart."""
    place = knob.encode(value)
    return tuple(place) if isinstance(place, list) else place


def _control(knob: AnyKnob, keys: Sequence[Any], values: Sequence[Any]) -> dict[str, object]:
    front = knob.front()
    if isinstance(knob, Toggle):
        return front
    if isinstance(knob, Pick):  # a page cannot draw every choice of several: it offers a few
        words = [", ".join(map(str, value)) or "none" for value in values]
        return {"kind": "choice", "name": knob.name, "label": front["label"], "texts": words}
    return front | {"texts": [front["texts"][key] for key in keys]}


def _steps(playground: Playground) -> Row:
    """How a run goes on: its recorded states, the last of them first to be seen."""
    steps, figures = zip(*playground.frames("step"), strict=True)
    control = {"kind": "slider", "name": "step", "label": "step of the run", "unit": "", "texts": list(map(str, steps))}
    return control, len(steps) - 1, list(figures)


def _differs(start: Tree, figure: go.Figure) -> dict[str, Tree]:
    put, gone = changes(start, packed_figure(figure))
    return {"put": [[path, value] for path, value in put], "gone": gone}


def _packed(tree: Tree) -> str:
    numbered, buffers = message(_coarse(tree))
    stored: dict[bytes, int] = {}
    end, places = 0, []
    for data in buffers:
        if data not in stored:
            stored[data] = end
            end += len(data)
        places.append([stored[data], len(data)])
    head = json.dumps(numbered | {"places": places}, ensure_ascii=False, separators=(",", ":")).encode()
    whole = len(head).to_bytes(4, "little") + head + b"".join(stored)
    return b64encode(gzip.compress(whole, mtime=0)).decode()


def _coarse(tree: Tree) -> Tree:
    """The same picture, its single-precision numbers rounded so that their last byte is nought."""
    if isinstance(tree, Packed):
        bits = np.frombuffer(tree.data, "<u4") if tree.dtype == "f4" else None
        return tree if bits is None else tree._replace(data=((bits + 0x80) & 0xFFFFFF00).astype("<u4").tobytes())
    if isinstance(tree, dict):
        return {key: _coarse(item) for key, item in tree.items()}
    return [_coarse(item) for item in tree] if isinstance(tree, list) else tree
