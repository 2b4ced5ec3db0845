"""A reader's own training runs, read from a table as text (CSV).

No row is dropped and nothing is mended in silence: what cannot be a run is refused, by its line. What the file leaves
open (which column is which, in which units) is said.

Symbols   N  parameters of the model
          D  tokens it was trained on
          C  compute of the training, in FLOP: C = 6 N D
          L  loss, in nats per token
"""

import re
from array import array
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.core import require

from .checks import Runs
from .columns import Columns, columns_of, listed
from .enough import check_enough
from .law import PER_TOKEN
from .spreadsheet import DELIMITERS, NAMED, Record, checked_file, delimiter_of, encoding_of, quoted, records

SHOWN = 4  # bad rows in a sentence
TINY, HUGE = 1e-30, 1e30  # beyond these a law could not be computed
FEW_TOKENS = 1.0  # for each parameter: no laboratory trains like that
TIMES = {"k": 3, "m": 6, "b": 9, "g": 9, "t": 12}


class Table(NamedTuple):
    """The runs of a file, and in sentences how it was read."""

    runs: Runs
    said: tuple[str, ...]


class Rows(NamedTuple):
    """The numbers of a file by columns, the number of its empty lines, and whether it writes decimal commas."""

    numbers: list[array]
    empty: int
    commas: bool


def read_runs(
    path: str | Path, *, N: str | None = None, D: str | None = None, C: str | None = None, L: str | None = None
) -> Table:
    """The runs of a file with a column for N, one for D or for C (then D = C / (6 N)), and one for L.

    The first line names the columns. Cells are cut by commas, semicolons or tabs.
    N, D, C, L: the names of their columns; guessed where None.
    Raises: Refusal where the file is no such table, a row is no run, or the runs are too few or too much alike to fit.
    """
    path = checked_file(path)
    encoding = encoding_of(path)
    delimiter = delimiter_of(path, encoding)
    rows = records(path, encoding, delimiter)
    header = next((cells for _, cells in rows if _filled(cells) and not cells[0].startswith(NAMED)), [])
    require(bool(header), f"The file {quoted(path.name)} is empty.")
    at = columns_of(header, {"N": N, "D": D, "C": C, "L": L})
    read = _read(rows, len(header), at, delimiter)
    runs = _runs(read, at)
    check_enough(runs)
    return Table(runs, (*_said_of_columns(header, at, runs), *_said_of_file(read, encoding, delimiter)))


def _read(rows: Iterator[Record], width: int, at: Columns, delimiter: str) -> Rows:
    """All numbers. Raises: Refusal that names the first bad rows, and how many there are."""
    i, j, k, computed = *at[:3], at.letter == "C"
    N, second, L = columns = [array("d") for _ in range(3)]
    number = float if delimiter == "," else _number
    bad, empty, marks = [], 0, {}
    wrong = 0
    for line, cells in rows:
        try:
            n, d, loss = number(cells[i]), number(cells[j]), number(cells[k])
            good = TINY < n < HUGE and TINY < d < HUGE and TINY < loss < HUGE and len(cells) == width
            good = good and not (computed and d < PER_TOKEN * n)
        except (ValueError, IndexError):
            good = False
        if good:
            N.append(n)
            second.append(d)
            L.append(loss)
            if number is _number:
                _note(marks, line, cells[i] + cells[j] + cells[k])
        elif not _filled(cells):
            empty += 1
        else:
            wrong += 1
            if wrong <= SHOWN:
                bad.append(f"Line {line}: {_why(cells, width, at, number)}.")
    _refuse(bad, wrong)
    _check_marks(marks)
    return Rows(columns, empty, "," in marks)


def _runs(read: Rows, at: Columns) -> Runs:
    N, second, L = (np.frombuffer(column) if column else np.empty(0) for column in read.numbers)
    return Runs(N, second / (PER_TOKEN * N) if at.letter == "C" else second, L)


def _number(cell: str) -> float:
    return float(cell.replace(",", "."))


def _filled(cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _note(marks: dict[str, int], line: int, text: str) -> None:
    """The first line with a decimal comma, and the first with a decimal point."""
    for mark in ",.":
        if mark in text:
            marks.setdefault(mark, line)


def _check_marks(marks: dict[str, int]) -> None:
    both = f"Line {marks.get(',')} has a decimal comma and line {marks.get('.')} a decimal point"
    require(
        len(marks) < 2, f"{both}: which of them cuts thousands? Write all numbers in one way, such as 3.14 and 7e9."
    )


def _refuse(bad: list[str], wrong: int) -> None:
    rows = "1 row is no run" if wrong == 1 else f"{wrong:,} rows are no runs; the first {len(bad)}"
    rows = f"{wrong} rows are no runs" if 1 < wrong == len(bad) else rows
    require(not wrong, f"{rows}. {' '.join(bad)} Mend them, or take them out yourself: no row is left out in silence.")


def _why(cells: list[str], width: int, at: Columns, number: Callable[[str], float]) -> str:
    """What is wrong with a row."""
    if len(cells) != width:
        return f"{len(cells)} cells, where the first line has {width}"
    for words, i in at.words():
        try:
            value = number(cells[i])
        except ValueError:
            return f"{words} is {quoted(cells[i])}, {_hint(cells[i])}" if cells[i].strip() else f"{words} is empty"
        if not TINY < value < HUGE:
            kind = "a positive and finite number" if not 0 < value < inf else f"between {TINY:g} and {HUGE:g}"
            return f"{words} is {quoted(cells[i])}, not {kind}"
    return "D = C / (6 N) is less than one token; is C in FLOP?"


def _hint(cell: str) -> str:
    """What to write in place of a number that only people can read."""
    number = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kmbgt])[a-z]*", cell.strip().lower())
    if number:
        return f"no plain number: write {number[1]}e{TIMES[number[2]]}"
    if re.fullmatch(r"\d{1,3}([ ,.'’\u00a0\u202f]\d{3})+", cell.strip()):
        return f"no plain number: write {re.sub(r'[^0-9]', '', cell)}"
    decimal = re.fullmatch(r"\d+,\d+", cell.strip())
    return f"no plain number: write {cell.strip().replace(',', '.')}" if decimal else "no number"


def _said_of_columns(header: list[str], at: Columns, runs: Runs) -> tuple[str, ...]:
    """Which column is which, and which were left out."""
    column = {words: f"the column {quoted(header[i])}" for words, i in at.words()}
    N, second, L = column.values()
    spans = [f", {low:.3g} to {high:.3g}".replace("e+", "e") for low, high in ((v.min(), v.max()) for v in runs)]
    data = second if at.letter == "D" else f"C / (6 N), where compute C, in FLOP, is {second}"
    left_out = [name for i, name in enumerate(header) if i not in at[:3]]
    said = (f"parameters N: {N}{spans[0]}", f"tokens D: {data}{spans[1]}")
    said += (f"loss L: {L}, taken as nats per token{spans[2]}",)
    few = np.median(runs.D / runs.N) < FEW_TOKENS
    return (
        said
        + ((f"not used: {listed(left_out)}",) if left_out else ())
        + (("beware: under one token for each parameter, are N and D exchanged?",) if few else ())
    )


def _said_of_file(read: Rows, encoding: str, delimiter: str) -> tuple[str, ...]:
    """What else was decided on the way."""
    said = {
        f"cells: cut by {DELIMITERS[delimiter]}": delimiter != ",",
        "decimals: 3,14 is read as 3.14": read.commas,
        "letters: Latin-1, for they are no UTF-8": encoding == "latin-1",
        f"empty lines: {read.empty}, left out": read.empty > 0,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)
