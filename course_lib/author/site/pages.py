"""The pages that no notebook is: the course at a glance, all its claims, its notation."""

from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path
from types import ModuleType

from course_lib import lessons, notation
from course_lib.author.site.tables import Row, cited, recorded_claim, symbols, table
from course_lib.doctor.machine import cores
from course_lib.learn import recorded

INDEX = """# The Theoretical Minimum

The science of AI for physicists, in interactive notebooks: every claim is measured, beside theory, with an error bar
and a control. These pages show the lessons as they ran on {today}, and need nothing but a browser.

{lessons}

(with-a-kernel)=
## With a kernel

Here a figure slides through what was recorded. In the course itself every knob turns freely, figures train and evolve,
your own functions are judged and every claim is measured on your computer: get a copy of the course, and in its folder

```
make lab
```

## All at once

- {{doc}}`claims`: what every lesson states, with theory, measurement, error and verdict
- {{doc}}`notation`: one symbol for one thing, and what four fields call it

```{{toctree}}
:hidden:

{pages}
claims
notation
```
"""
CLAIMS = """# Every claim

Each row is a sentence that can fail: what theory expects and what may separate the two, and the last stored measurement
with its standard error. Each was tried at several seeds of chance; shown is the seed that came closest to failing, and
the median of the times. Where a claim has a control, the same measurement of something else, it was seen to fail.
"""
NOTATION = """# One notation

Physicists of different fields, and the machine-learning literature, use the same letters for different things. The
course uses one symbol for one thing, and this table translates.
"""
START = "00_start"
HEADS = ("claim", "theory", "measured", "verdict", "measured on", "took")


def write_pages(folder: Path, seconds: dict[str, float]) -> None:
    """Beside the notebooks that ran in so many seconds."""
    found = lessons.discover()
    pages = "\n".join(f"Start <{stem}>" if stem == START else stem for stem in seconds)
    index = INDEX.format(today=date.today().isoformat(), lessons=_lessons(found, seconds), pages=pages)
    _write(folder / "index.md", index)
    _write(folder / "claims.md", CLAIMS + "".join(_claims(found)))
    whole = symbols(notation.table(found)).replace("max-height:32em;", "")  # it has this page to itself
    _write(folder / "notation.md", f"{NOTATION}\n{whole}\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _lessons(found: dict[str, ModuleType], seconds: dict[str, float]) -> str:
    rows = []
    for stem, ran in seconds.items():
        lesson = found.get(stem.partition("_")[2])
        title, question, minutes = (
            (lesson.title, lesson.question, str(lesson.minutes))
            if lesson
            else ("Start", "How does the course work?", "")
        )
        link = f'<a href="{stem}.html">{escape(title)}</a>'
        rows.append(Row((link, escape(question), minutes, f"{ran:.0f} s")))
    caption = f"The lessons; computer time is that of the whole notebook, measured on {cores():g} cores"
    return table(("lesson", "question", "minutes to work through", "computer time"), rows, caption)


def _claims(found: dict[str, ModuleType]) -> Iterator[str]:
    known = recorded()
    for lesson in found.values():
        rows = [recorded_claim(claim, known.get(claim.says)) for claim in lesson.claims]
        rows += [cited(fact) for fact in getattr(lesson, "facts", ())]
        yield f"\n## {lesson.title}\n\n{table(HEADS, rows, f'Claims of {lesson.title}')}\n"
