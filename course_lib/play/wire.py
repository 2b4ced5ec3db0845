"""A figure as it travels to the browser: a tree with arrays as bytes, and the difference between two such trees."""

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

Path = list[str | int]
Tree = object  # dict, list, Packed, text, number or None


class Packed(NamedTuple):
    """An array of numbers in as few bytes as show the same picture."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


def packed_figure(figure: go.Figure) -> Tree:
    """The figure's traces and layout, its arrays packed."""
    data = [pack(trace.to_plotly_json()) for trace in figure.data]
    return {"data": data, "layout": pack(figure.layout.to_plotly_json())}


def pack(value: object) -> Tree:
    """Plain JSON with Packed leaves."""
    if isinstance(value, dict):
        return {key: pack(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    if isinstance(value, np.ndarray):
        return _packed_array(value) if value.dtype.kind in "fiub" and value.ndim in (1, 2) else pack(value.tolist())
    if isinstance(value, np.generic):
        return pack(value.item())
    return None if isinstance(value, float) and not np.isfinite(value) else value


def changes(old: Tree, new: Tree) -> tuple[list[tuple[Path, Tree]], list[Path]]:
    """What must be put, and what must be taken away, to make the new tree of the old one."""
    put: list[tuple[Path, Tree]] = []
    gone: list[Path] = []
    _compare(old, new, [], put, gone)
    return put, gone


def message(tree: Tree) -> tuple[Tree, list[bytes]]:
    """The tree with every packed array replaced by the number of its buffer, and the buffers."""
    buffers: list[bytes] = []
    return _numbered(tree, buffers), buffers


def _packed_array(array: np.ndarray) -> Packed:
    dtype = _smallest(array)
    return Packed(dtype, array.shape, np.ascontiguousarray(array, dtype="<" + dtype).tobytes())


def _smallest(array: np.ndarray) -> str:
    if array.dtype == np.uint8 or array.dtype.kind == "b":
        return "u1"
    size = np.abs(array[np.isfinite(array)].astype(float))  # of int8 the smallest has no absolute value
    if array.dtype.kind in "iu":
        most = size.max(initial=0)
        return "i1" if most < 2**7 else "i4" if most < 2**31 else "f8"
    # Beyond what single precision holds, a logarithmic axis would lose the curve.
    tiny = size.min(initial=1.0, where=size > 0) < 1e-37
    return "f8" if tiny or size.max(initial=0.0) > 1e37 else "f4"


def _compare(old: Tree, new: Tree, path: Path, put: list, gone: list) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        gone += [[*path, key] for key in old if key not in new]
        for key, item in new.items():
            if key in old:
                _compare(old[key], item, [*path, key], put, gone)
            else:
                put.append(([*path, key], item))
    elif _are_trees(old) and _are_trees(new) and len(old) == len(new):
        for i, (before, after) in enumerate(zip(old, new, strict=True)):
            _compare(before, after, [*path, i], put, gone)
    elif type(old) is not type(new) or old != new:
        put.append((path, new))


def _are_trees(value: Tree) -> bool:
    return type(value) is list and bool(value) and isinstance(value[0], dict)


def _numbered(tree: Tree, buffers: list[bytes]) -> Tree:
    if isinstance(tree, Packed):
        buffers.append(tree.data)
        return {"#": len(buffers) - 1, "dtype": tree.dtype, "shape": tree.shape}
    if isinstance(tree, dict):
        return {key: _numbered(item, buffers) for key, item in tree.items()}
    return [_numbered(item, buffers) for item in tree] if isinstance(tree, list) else tree
