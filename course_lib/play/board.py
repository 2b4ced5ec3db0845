"""The table of claims, measured now: what was expected, what came out, and the verdict in words."""

import math
from collections.abc import Mapping, Sequence
from textwrap import shorten

import anywidget
import traitlets

from course_lib.learn import Claim, Fact, recorded
from course_lib.play.screens import FRONT, STYLE

Row = dict[str, object]
Claims = Sequence[Claim] | Mapping[str, Sequence[Claim]]
CITED = "Cited, not measured"


class Scoreboard(anywidget.AnyWidget):
    """Rows of claims and facts. Fast claims are measured when the table is shown, slow ones at a button.

    While they are measured a page hears of each row that changes; all rows travel once, at the end.
    """

    _esm = FRONT / "scoreboard.js"
    _css = STYLE
    rows = traitlets.List().tag(sync=True)
    progress = traitlets.Unicode().tag(sync=True)

    def __init__(self, claims: Claims, facts: Sequence[Fact]) -> None:
        parts = claims if isinstance(claims, Mapping) else {"": claims}
        self.claims = tuple(claim for part in parts.values() for claim in part)
        known = recorded()
        rows = [
            _open(claim) | _stored(claim, known.get(claim.says)) | {"part": name}
            for name, part in parts.items()
            for claim in part
        ]
        cited = [_cited(fact) | {"part": CITED if any(parts) else ""} for fact in facts]
        super().__init__(rows=rows + cited)
        self.on_msg(lambda _widget, content, _buffers: self._measure_all([content["measure"]]))

    def measure(self) -> None:
        """Measure the fast claims, one after the other; interrupting the kernel leaves the rest unmeasured."""
        self._measure_all([i for i, claim in enumerate(self.claims) if not claim.slow])

    def __repr__(self) -> str:
        return "\n".join(_line(row) for row in self.rows)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        self.measure()

    def _measure_all(self, which: Sequence[int]) -> None:
        with self.hold_sync():
            before = self.rows
            try:
                for done, i in enumerate(which, 1):
                    before, self.progress = self.rows, f"measuring {done} of {len(which)}"
                    self._put(i, {"state": "measuring"})
                    self._put(i, _measured(self.claims[i]))
                self.progress = self._summary()
            except KeyboardInterrupt:
                self.rows = before
                self.progress = "Interrupted: the rest is not measured. Run the cell again to go on."

    def _summary(self) -> str:
        now = [row["state"] for row in self.rows if row["now"]]
        rest = len(self.claims) - len(now)
        return f"{now.count('holds')} hold, {now.count('fails')} fail, {rest} not measured now"

    def _put(self, i: int, news: Row) -> None:
        self.rows = [row | news if j == i else row for j, row in enumerate(self.rows)]
        self.send({"i": i, "row": self.rows[i], "progress": self.progress})


def scoreboard(claims: Claims, facts: Sequence[Fact] = ()) -> Scoreboard:
    """The table of these claims, measured when it is shown; below them the facts that are only cited.

    claims: the claims, or those of each part of the lesson by its name: a part opens at a click, or if a claim fails.
    """
    return Scoreboard(claims, facts)


def _open(claim: Claim) -> Row:
    return {
        "says": claim.says,
        "expected": claim.expected(),
        "source": claim.source + (" · has a control" if claim.control else ""),
        "slow": claim.slow,
        "now": False,
        "state": "open",
        "verdict": "not measured",
        "measured": "",
        "when": "",
    }


def _stored(claim: Claim, last: object) -> Row:
    if last is None or not claim.slow:
        return {}
    return _result(last.measured, last.error, last.ok) | {"when": f"measured {last.date}, {_lasting(last.seconds)}"}


def _measured(claim: Claim) -> Row:
    try:
        verdict = claim.check()
    except Exception as error:  # whatever it is, the other claims still want to be measured
        if isinstance(error.__cause__, ModuleNotFoundError):
            return {"state": "open", "measured": "", "verdict": f"not measured: {error}", "when": "", "now": False}
        stopped = f"✗ fails: it stopped with {type(error).__name__}: {shorten(str(error), 160)}"
        return {"state": "fails", "measured": "", "verdict": stopped, "when": "", "now": True}
    when = f"now, {_lasting(verdict.seconds)}"
    return _result(verdict.measured, verdict.error, verdict.ok) | {"when": when, "now": True}


def _result(measured: float, error: float, ok: bool) -> Row:
    value = f"{measured:.5g}" + (f" ± {error:.1g}" if error else "")
    value = "no number" if math.isnan(measured) else value
    verdict = "✓ holds" if ok else "✗ fails"
    return {"state": "holds" if ok else "fails", "measured": value.replace("-", "−"), "verdict": verdict}


def _cited(fact: Fact) -> Row:
    cited = {"says": fact.says, "expected": fact.value, "source": fact.source, "slow": False, "now": False}
    return cited | {"state": "cited", "verdict": "cited", "measured": "", "when": ""}


def _lasting(seconds: float) -> str:
    if seconds < 0.1:
        return f"{max(1, round(1000 * seconds))} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def _line(row: Row) -> str:
    return f"{row['verdict']}: {row['says']} Expected {row['expected']}, measured {row['measured'] or 'nothing'}."
