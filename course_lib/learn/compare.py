"""Compare what a reader's function returns with what is right, and say how they differ without giving it away."""

from typing import Any

import numpy as np

NOTHING = "Your function returns nothing (None)."
ORDER = ("first", "second", "third", "fourth")
Parts = tuple[np.ndarray, ...]  # the values that one call returns


def as_numbers(value: Any) -> tuple[np.ndarray | None, str]:
    """The value as an array, or what is wrong with its kind."""
    if value is None:
        return None, NOTHING
    kind = type(value).__name__
    if isinstance(value, np.ma.MaskedArray):
        return None, "It returns a masked array, part of which is hidden: end with .filled(...)."
    if isinstance(value, list | tuple):
        return None, f"It returns a {kind}: make it an array with np.array(...)."
    if str(type(value).__module__).startswith("torch"):
        return None, "It returns a torch tensor: this exercise is about numpy arrays, so end with .numpy()."
    if not isinstance(value, np.ndarray | np.generic | int | float | complex):
        return None, f"It returns a {kind}, where a number or a numpy array is expected."
    value = np.array(value)
    if value.dtype.kind not in "biuf":
        return None, f"It returns values of dtype {value.dtype}, where real numbers are expected."
    return value, ""


def as_parts(value: Any, count: int) -> tuple[Parts | None, str]:
    """The same for what returns one value, or several with a comma between them."""
    if count > 1 and value is not None and not (isinstance(value, tuple) and len(value) == count):
        return None, f"It should return {count} values: end with return and a comma between them."
    found = [as_numbers(part) for part in (value if count > 1 and value is not None else (value,))]
    complaint = next((complaint for _, complaint in found if complaint), "")
    return (None, complaint) if complaint else (tuple(part for part, _ in found), "")


def parts(answer: Any) -> Parts:
    """What an answer returns, one value or several, as arrays."""
    return tuple(np.asarray(part) for part in (answer if isinstance(answer, tuple) else (answer,)))


def same_parts(a: Parts, b: Parts) -> bool:
    return len(a) == len(b) and all(map(same, a, b))


def same(a: np.ndarray, b: np.ndarray) -> bool:
    scale = np.abs(b).max(initial=0.0, where=np.isfinite(b))
    both_yes_no = (a.dtype.kind == "b") == (b.dtype.kind == "b")
    return both_yes_no and a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9 * scale, equal_nan=True)


def difference(values: list[Parts], right: list[Parts]) -> str:
    """Say how the values differ without saying what they should be: of several, the first that does."""
    for name, v, r in zip(ORDER, zip(*values), zip(*right)):
        if not all(map(same, v, r)):
            return (f"Look at the {name} value. " if len(right[0]) > 1 else "") + _difference(list(v), list(r))
    return ""


def _difference(values: list[np.ndarray], right: list[np.ndarray]) -> str:
    hits = [same(v, r) for v, r in zip(values, right, strict=True)]
    first = hits.index(False)
    v, r = values[first], right[first]
    where = f"case {first + 1}, whose inputs .case({first + 1}) of this exercise shows"
    if v.shape != r.shape:
        return f"It returns {_shape(v)} where {_shape(r)} is expected ({where})."
    if (v.dtype.kind == "b") != (r.dtype.kind == "b"):
        return f"It returns {'yes or no' if v.dtype.kind == 'b' else 'numbers'}, the other kind is expected ({where})."
    if not np.isfinite(v).all():
        return f"Some values are infinite or not a number ({where})."
    if v.dtype.kind in "iu" and (r != np.round(r)).any() and np.abs(v - r).max() < 1:
        return f"The decimals are cut off: your array holds whole numbers only (dtype {v.dtype})."
    if all(same(v, -r) for v, r in zip(values, right, strict=True)):
        return "The size is right and the sign is flipped, everywhere."
    factor = _common_factor(values, right)
    if factor:
        return "Every value is off by the same factor."
    wrong = np.argwhere(~np.isclose(v, r, rtol=1e-6))[0] if v.ndim else []
    entry = f" entry [{', '.join(map(str, wrong))}] of" if len(wrong) else ""
    return f"Correct in {sum(hits)} of {len(hits)} random cases; first wrong in{entry} {where}."


def _common_factor(values: list[np.ndarray], right: list[np.ndarray]) -> bool:
    v, r = (np.concatenate([x.ravel().astype(float) for x in xs]) for xs in (values, right))
    if v.shape != r.shape or not r.any() or not np.isfinite(v).all():
        return False
    factor = (v @ r) / (r @ r)
    return factor != 0 and np.allclose(v, factor * r, rtol=1e-6, atol=1e-9 * np.abs(v).max())


def _shape(value: np.ndarray) -> str:
    return f"an array of shape {value.shape}" if value.ndim else "a single number"
