"""What the doctor says: findings with a mark and, where something is wrong, a cure."""

from __future__ import annotations

import os
import sys
from html import escape
from pathlib import Path
from typing import NamedTuple

COURSE = Path(__file__).resolve().parents[2]


class Line(NamedTuple):
    """One finding: OK, PROBLEM or UNSURE; what was found; what to do about it."""

    mark: str
    found: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.mark:8}{self.found}" + (f" -> {self.cure}" if self.cure else "")

    def row(self) -> str:
        """The finding as a row of a table."""
        cure = f"<br>&rarr; {escape(self.cure)}" if self.cure else ""
        cells = f"<b>{self.mark}</b>", escape(self.found) + cure
        return "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"


class Report(NamedTuple):
    """All findings: lines in a terminal, a table in a notebook."""

    lines: tuple[Line, ...]

    @property
    def fit(self) -> bool:
        """Nothing needs to be done."""
        return all(line.mark != "PROBLEM" for line in self.lines)

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<table><tbody>{''.join(line.row() for line in self.lines)}</tbody></table>"


def install() -> str:
    """The command that sets this environment right."""
    if Path(sys.prefix, "conda-meta").is_dir():
        return "in the course's folder: conda env update -f environment.yml, then pip install --no-deps -e ."
    if Path(sys.prefix) == COURSE / ".venv" and os.name != "nt":
        return "in the course's folder: make clean, then make lab"
    return "in the course's folder: python -m pip install -c constraints.txt -e ."
