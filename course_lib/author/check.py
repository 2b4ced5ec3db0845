"""course check: the definition of done, as far as a machine can tell, in plain words.

Each function looks at one lesson and returns sentences: where, what is wrong, what to do. None is good.
The tests ask the same functions, so that what an instructor is told and what the tests hold never differ.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

import numpy as np

from course_lib import lessons
from course_lib.author import notebooks
from course_lib.author.run import cost
from course_lib.author.words import prose, stored, symbols
from course_lib.core import Refusal
from course_lib.learn import Exercise, Question, Verdict
from course_lib.play import Playground

Complaints = list[str]


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("check", help="say in plain words what a lesson lacks")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons (all when none is named)")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Check, print; the exit status is 1 if anything is wrong."""
    wrong = 0
    for slug in lessons.chosen(args.slugs):
        print(f"{slug}: measuring, up to a minute ...", file=sys.stderr, flush=True)
        found = complaints(slug)
        wrong += len(found)
        print(f"{slug}: {'nothing to complain about' if not found else ''}")
        print("\n".join(f"  - {sentence}" for sentence in found), end="\n" if found else "", flush=True)
    return int(wrong > 0)


def complaints(slug: str) -> Complaints:
    """What every check says of a lesson, however broken the lesson is."""
    try:
        lesson = lessons.load(slug)
    except Refusal as refusal:
        return [f"{refusal}: mend that first."]
    return [sentence for check in CHECKS for sentence in guarded(check, slug, lesson)]


def guarded(check: Callable[..., Iterable[str]], *looked_at: object) -> Complaints:
    """What a check says; where an exception stops it, that is what it says last."""
    found: Complaints = []
    try:
        found.extend(check(*looked_at))  # what it said before it stopped is kept
    except Exception as error:  # whatever the lesson does, the other checks still want an answer
        found.append(f"`{check.__name__.strip('_')}` stopped with {lessons.why(error)}: mend that, and check again.")
    return found


def members(lesson: ModuleType, kind: type) -> dict[str, object]:
    """The lesson's objects of one kind, by name."""
    return {name: thing for name, thing in vars(lesson).items() if isinstance(thing, kind)}


def each(slug: str, lesson: ModuleType, kind: type, check: Callable[..., Iterable[str]]) -> Complaints:
    """What a check says of each of the lesson's objects of one kind."""
    named = members(lesson, kind).items()
    return [f"{slug}.{name}: {sentence}" for name, thing in named for sentence in guarded(check, thing)]


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
    return notebooks.complaints(path) if (path := lessons.notebook(slug)) else []


def exercises(slug: str, lesson: ModuleType) -> Complaints:
    """Does the answer pass, and is each slip told apart?"""
    return each(slug, lesson, Exercise, _exercise)


def _exercise(exercise: Exercise) -> Iterator[str]:
    if not exercise.hints:
        yield "there are no hints: add two or three."
    if refused := next((v for v in _verdicts(exercise, exercise.answer) if not v.ok), None):
        yield f"its own answer is refused ({refused.text}): mend the answer or the cases."
    for sentence, wrong in exercise.slips.items():
        if other := next((v for v in _verdicts(exercise, wrong) if v.text != sentence), None):
            yield f"the slip {sentence!r} is told as {other.text!r}: make the cases tell them apart."


def _verdicts(exercise: Exercise, function: Callable) -> Iterator[Verdict]:
    return (exercise.check(function, seed) for seed in range(3))


def questions(slug: str, lesson: ModuleType) -> Complaints:
    """Does the answer pass, and has each wrong choice a sentence?"""
    return each(slug, lesson, Question, _question)


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
    return each(slug, lesson, Playground, _playground)


def _playground(playground: Playground) -> Iterator[str]:
    for knob in playground.knobs:
        where, alts = {}, []
        for value in knob.sample():
            for sentence in _position(playground, knob.name, value, alts):
                where.setdefault(sentence, []).append(str(value))
        for sentence, values in where.items():
            more = f" (and at {len(values) - 1} more)" if len(values) > 1 else ""
            yield f"{knob.name} = {values[0]}{more} {sentence}"
        if len(set(alts)) < len(alts):
            yield f"{knob.name}: two positions have the same alt text: put what changes into the words."


def _position(playground: Playground, name: str, value: object, alts: list[str]) -> Iterator[str]:
    """What is wrong with one position of a knob; the words of its figure join the others."""
    try:
        figure = playground.still(**{name: value})
        alt, seen = (figure.layout.meta or {}).get("alt"), finite(figure)
    except Refusal as refusal:
        yield f"is refused ({refusal}): every knob must be safe at both ends."
    except Exception as error:
        yield f"stops with {lessons.why(error)}: mend the view."
    else:
        alts += [alt] if alt else []
        if not alt:
            yield "draws a figure with no alt text: pass alt=... to the drawing."
        if not seen:
            yield "draws no finite value, or an infinite one: mend the view."


def finite(figure) -> bool:
    """Is there something to see: some finite coordinate, and none that is infinite?"""
    arrays = [np.asarray(getattr(trace, axis)) for trace in figure.data for axis in "xyz" if axis in trace]
    numbers = [a.astype(float) for a in arrays if a.dtype.kind in "iuf"]
    return any(np.isfinite(a).any() for a in numbers) and not any(np.isinf(a).any() for a in numbers)


def claims(slug: str, lesson: ModuleType) -> Complaints:
    """Do the fast claims hold at one seed, and do their controls fail?"""
    from course_lib.author.claims import Job, measure

    wrong = []
    for i, claim in enumerate(getattr(lesson, "claims", ())):
        if claim.slow:
            continue
        start = time.process_time()  # not by the clock: the machine may have other things to do
        result = measure(Job(slug, i, 0))
        seconds = (time.process_time() - start) / (2 if result.control else 1)
        if not result.verdict.ok:
            wrong.append(f"{slug}: a claim fails: {result.verdict.text}")
        if result.control and result.control.ok:
            wrong.append(f"{slug}: a control passes, so its claim proves nothing: {result.control.text}")
        if seconds > 4:
            wrong.append(f"{slug}: mark this slow=True, it takes {seconds:.0f} s: {result.verdict.text}")
    return wrong


CHECKS = (shape, the_notebook, symbols, exercises, questions, playgrounds, claims, stored, prose, cost)
