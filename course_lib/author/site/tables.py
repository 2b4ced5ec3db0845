"""Tables as HTML: a lesson's claims as its scoreboard shows them, and those of all lessons as they are recorded."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from course_lib import notation
from course_lib.learn import Bias, Claim, Errors, Fact, Recorded, Rounding

MARKS = {"holds": "✓ holds", "fails": "✗ fails"}
WORDS = {"holds": "hold", "fails": "fail", "open": "not measured", "cited": "cited"}


class Row(NamedTuple):
    """The cells of a row as HTML, the first of which names it, and the state of what it tells."""

    cells: Sequence[str]
    state: str = ""


def table(heads: Sequence[str], rows: Iterable[Row], caption: str) -> str:
    """Rows under their heads; where the page is narrow, each cell says its head itself (data-head, in page.css)."""
    titles = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(_row(heads, *one) for one in rows)
    head = f'<caption>{escape(caption)}</caption><thead><tr role="row">{titles}</tr></thead>'
    return f'<div class="course-board"><table role="table">{head}<tbody>{body}</tbody></table></div>'


def _row(heads: Sequence[str], cells: Sequence[str], state: str) -> str:
    pairs = zip(heads[1:], cells[1:], strict=True)
    rest = "".join(f'<td role="cell" data-head="{head}">{cell}</td>' if cell else "<td></td>" for head, cell in pairs)
    return f'<tr role="row" data-state="{state}"><th scope="row" role="rowheader">{cells[0]}</th>{rest}</tr>'


def board(rows: Sequence[Mapping[str, str]], caption: str) -> str:
    """The rows of a scoreboard; the parts of a lesson open at a click, and where a claim fails."""
    parts: dict[str, list[Mapping[str, str]]] = {}
    for one in rows:
        parts.setdefault(one["part"], []).append(one)
    return f"<p>{escape(caption)}.</p>" + "".join(_part(name, members) for name, members in parts.items())


def _part(name: str, rows: list[Mapping[str, str]]) -> str:
    inner = table(("claim", "expected", "measured", "verdict"), map(_scored, rows), name or "Claims")
    states = [one["state"] for one in rows]
    tally = ", ".join(f"{states.count(state)} {word}" for state, word in WORDS.items() if state in states)
    unfolded = " open" if "fails" in states or not name else ""
    title = f"{escape(name or 'Claims')} <small>{tally}</small>"
    return f'<details class="course-fold"{unfolded}><summary>{title}</summary>{inner}</details>'


def _scored(one: Mapping[str, str]) -> Row:
    says = escape(one["says"]) + _small(one["source"])
    measured = escape(one["measured"]) + _small(one["when"])
    return Row((says, escape(one["expected"]), measured, _verdict(one["verdict"])), one["state"])


def recorded_claim(claim: Claim, last: Recorded | None) -> Row:
    """A claim with its last stored measurement: the seed that came closest to failing."""
    says = escape(claim.says) + _small(claim.source)
    theory = escape(claim.expected().replace("-", "−")) + _small(allowed(claim.within))
    if last is None:
        return Row((says, theory, "", "not recorded", "", ""), "open")
    error = f" ± {last.error:.1g}" if last.error else ""
    value, state = f"{last.measured:.5g}{error}".replace("-", "−"), "holds" if last.ok else "fails"
    when = _short(last.date) + _small(f"seeds {last.seeds}")
    return Row((says, theory, value, _verdict(MARKS[state]), when, _short(lasting(last.seconds))), state)


def cited(fact: Fact) -> Row:
    """A published number that the course cannot measure."""
    return Row((escape(fact.says) + _small(fact.source), escape(fact.value), "", "cited", "", ""), "cited")


def allowed(within: Rounding | Bias | Errors) -> str:
    """What may separate theory and measurement."""
    if isinstance(within, Rounding):
        return f"rounding only: {within.relative:.0e} of it"
    if isinstance(within, Bias):
        absolute = f"± {within.absolute:.3g} and 5 errors" if within.absolute else "± 5 errors"
        return f"{absolute}: {within.why}"
    return f"± {within.k:g} errors" if within.k else "nothing beyond the bound"


def lasting(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 0.1:
        return f"{1000 * seconds:.0f} ms" if seconds >= 0.001 else "under 1 ms"
    return f"{seconds:.1f} s"


def symbols(known: notation.Table) -> str:
    """The table of symbols, whose box can be reached by keyboard to be scrolled."""
    reached = 'tabindex="0" role="region" aria-label="symbols" class="course-symbols" style="max-height'
    return known._repr_html_().replace('style="max-height', reached)


def _verdict(words: str) -> str:
    return f'<span class="course-verdict">{escape(words)}</span>'


def _short(text: str) -> str:
    return f'<span class="course-short">{escape(text)}</span>'


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""
