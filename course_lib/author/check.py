"""course check: the definition of done, as far as a machine can tell, in plain words.

Each function looks at one lesson and returns sentences: where, what is wrong, what to do. None is good.
The tests ask the same functions, so that what an instructor is told and what the tests hold never differ.
"""

import argparse
import importlib
import re
from collections.abc import Iterator
from types import ModuleType

import numpy as np

from course_lib import lessons, notation
from course_lib.author import notebooks
from course_lib.core import Refusal, require
from course_lib.learn import Exercise, Question
from course_lib.play import Playground

Complaints = list[str]


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("check", help="say in plain words what a lesson lacks")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons (all when none is named)")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Check, print; the exit status is 1 if anything is wrong."""
    found = lessons.discover()
    wrong = 0
    for slug in args.slugs or found:
        require(slug in found, f"there is no lesson {slug!r}; there are {', '.join(found)}")
        complaints = [sentence for check in CHECKS for sentence in check(slug, found[slug])]
        wrong += len(complaints)
        print(f"{slug}: {'nothing to complain about' if not complaints else ''}")
        print("\n".join(f"  - {sentence}" for sentence in complaints), end="\n" if complaints else "")
    return int(wrong > 0)


def members(lesson: ModuleType, kind: type) -> dict[str, object]:
    """The lesson's objects of one kind, by name."""
    return {name: thing for name, thing in vars(lesson).items() if isinstance(thing, kind)}


# --- the checks -----------------------------------------------------------------------------------------------------


def shape(slug: str, lesson: ModuleType) -> Complaints:
    """Does the lesson hold what every lesson holds?"""
    wanted = ("title", "question", "minutes", "builds_on", "claims")
    missing = [f"{slug}: the lesson module has no `{name}`: add it." for name in wanted if not hasattr(lesson, name)]
    if not lessons.notebook(slug):
        missing.append(f"{slug}: there is no notebook NN_{slug}.ipynb: add it to notebooks/.")
    if not 3 <= (n := len(members(lesson, Exercise)) + len(members(lesson, Question))) <= 8:
        missing.append(f"{slug}: {n} exercises and questions; three to five exercises are the measure.")
    if (n := len(members(lesson, Playground))) < 2:
        missing.append(f"{slug}: {n} playgrounds; a lesson has at least two.")
    return missing


def the_notebook(slug: str, lesson: ModuleType) -> Complaints:
    """Is the notebook clean, short, and in order?"""
    path = lessons.notebook(slug)
    return notebooks.complaints(path) if path else []


def symbols(slug: str, lesson: ModuleType) -> Complaints:
    """Are the kernel's symbols in the course's notation table, or in the lesson's own rows?"""
    kernel = importlib.import_module(f"course_lib.kernels.{slug}")
    known = notation.names((*notation.COURSE, *getattr(lesson, "notation", ())))
    unknown = [s for s in declared(kernel.__doc__ or "") if s not in known]
    return [f"kernels/{slug}: the symbol {s} is not in the notation table: add a row to the lesson." for s in unknown]


def declared(docstring: str) -> list[str]:
    """The symbols that a kernel's docstring declares after the word Symbols."""
    _, _, table = docstring.partition("Symbols")
    return re.findall(r"^(?:Symbols)?\s+(\w+)  +\S", "Symbols" + table, flags=re.MULTILINE)


def exercises(slug: str, lesson: ModuleType) -> Complaints:
    """Does the answer pass, and is each slip told apart?"""
    return [
        f"{slug}.{name}: {sentence}"
        for name, exercise in members(lesson, Exercise).items()
        for sentence in _exercise(exercise)
    ]


def _exercise(exercise: Exercise) -> Iterator[str]:
    if not exercise.hints:
        yield "there are no hints: add two or three."
    for seed in range(3):
        if not (verdict := exercise.check(exercise.answer, seed)).ok:
            yield f"its own answer is refused ({verdict.text}): mend the answer or the cases."
        for sentence, wrong in exercise.slips.items():
            if (said := exercise.check(wrong, seed).text) != sentence:
                yield f"the slip {sentence!r} is told as {said!r}: make the cases tell them apart."


def questions(slug: str, lesson: ModuleType) -> Complaints:
    """Does the answer pass, and has each wrong choice a sentence?"""
    return [
        f"{slug}.{name}: {sentence}"
        for name, question in members(lesson, Question).items()
        for sentence in _question(question)
    ]


def _question(question: Question) -> Iterator[str]:
    if not question.check(question.answer).ok:
        yield "its own answer is refused: mend it."
    for wrong, sentence in question.slips.items():
        verdict = question.check(wrong)
        if verdict.ok or verdict.text != sentence:
            yield f"the slip {wrong!r} is told as {verdict.text!r}: its numbers or letters overlap."
    for letter in set(question.choices) - {question.answer} - set(question.slips):
        yield f"the wrong choice {letter} has no sentence: say why it is wrong."


def playgrounds(slug: str, lesson: ModuleType) -> Complaints:
    """Does each knob draw a finite figure at both ends and in between, with words of its own?"""
    return [
        f"{slug}.{name}: {sentence}"
        for name, playground in members(lesson, Playground).items()
        for sentence in _playground(playground)
    ]


def _playground(playground: Playground) -> Iterator[str]:
    for knob in playground.knobs:
        alts = []
        for value in knob.sample():
            try:
                figure = playground.still(**{knob.name: value})
            except Refusal as refusal:
                yield f"{knob.name} = {value} is refused ({refusal}): every knob must be safe at both ends."
                continue
            alts.append((figure.layout.meta or {}).get("alt", ""))
            if not alts[-1]:
                yield f"{knob.name} = {value}: the figure has no alt text: pass alt=... to the drawing."
            if not finite(figure):
                yield f"{knob.name} = {value}: the figure holds no finite value, or an infinite one: mend the view."
        if len(set(alts)) < len(alts):
            yield f"{knob.name}: two positions have the same alt text: put what changes into the words."


def finite(figure) -> bool:
    """Is there something to see: some finite coordinate, and none that is infinite?"""
    arrays = [np.asarray(getattr(trace, axis)) for trace in figure.data for axis in "xyz" if axis in trace]
    numbers = [a.astype(float) for a in arrays if a.dtype.kind in "iuf"]
    return any(np.isfinite(a).any() for a in numbers) and not any(np.isinf(a).any() for a in numbers)


def claims(slug: str, lesson: ModuleType) -> Complaints:
    """Do the fast claims hold at one seed, do their controls fail, and has each slow one been recorded?"""
    from course_lib.author.claims import Job, measure
    from course_lib.learn import recorded

    wrong = []
    for index, claim in enumerate(lesson.claims):
        if claim.slow:
            if claim.says not in recorded():
                wrong.append(f"{slug}: {claim.says!r} has no stored measurement: run `course claims --slow --record`.")
            continue
        result = measure(Job(slug, index, 0))
        if not result.verdict.ok:
            wrong.append(f"{slug}: a claim fails: {result.verdict.text}")
        if result.control and result.control.ok:
            wrong.append(f"{slug}: the control of {claim.says!r} passes, so the claim proves nothing: change it.")
        if result.verdict.seconds > 4:
            wrong.append(f"{slug}: {claim.says!r} took {result.verdict.seconds:.0f} s: mark it slow=True.")
    return wrong


def prose(slug: str, lesson: ModuleType) -> Complaints:
    """Is each measured-looking number of the prose (two decimals or more) one that a claim or a fact states?"""
    path = lessons.notebook(slug)
    stated = " ".join(
        [f"{c.says} {c.expected()} {c.source}" for c in lesson.claims]
        + [f"{f.says} {f.value} {f.source}" for f in getattr(lesson, "facts", ())]
    )
    numbers = sorted({n for text in notebooks.prose(path) for n in NUMBER.findall(text)}) if path else []
    return [
        f"{path.name}: no claim and no fact states the number {n}: add one, or leave the number out."
        for n in numbers
        if n not in stated
    ]


NUMBER = re.compile(r"(?<![\w./:-])\d+\.\d{2,}(?![\w/])")

CHECKS = (shape, the_notebook, symbols, exercises, questions, playgrounds, claims, prose)
