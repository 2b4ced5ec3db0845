"""What a lesson writes: are its symbols in the table, its numbers stated by a claim or fact, its slow claims kept?"""

import importlib
import pkgutil
import re
from types import ModuleType

from course_lib import lessons, notation
from course_lib.author import notebooks
from course_lib.learn import recorded

NUMBER = re.compile(r"(?<![\w./:-])\d+\.\d{2,}(?![\w/])")


def symbols(slug: str, lesson: ModuleType) -> list[str]:
    """Are the kernel's symbols in the course's notation table, or in the lesson's own rows?"""
    known = notation.names((*notation.COURSE, *getattr(lesson, "notation", ())))
    return [
        f"{module.__name__}: the symbol {symbol} ({meaning}) is not in the notation table: add a row to the lesson."
        for module in modules(f"course_lib.kernels.{slug}")
        for symbol, meaning in declared(module.__doc__ or "")
        if symbol not in known
    ]


def modules(name: str) -> list[ModuleType]:
    """A module, and those of its folder where it is a package."""
    top = importlib.import_module(name)
    inner = [part.name for part in pkgutil.iter_modules(getattr(top, "__path__", ()), f"{name}.")]
    return [top, *map(importlib.import_module, inner)]


def declared(docstring: str) -> list[tuple[str, str]]:
    """The symbols that a docstring declares, and what they mean: the lines from "Symbols" to the next empty one."""
    table = re.search(r"^Symbols .*(?:\n.+)*", docstring, flags=re.MULTILINE)
    rows = re.findall(r"^(?:Symbols)? +(\w+(?:, \w+)*)  +(\S.*)", table.group() if table else "", flags=re.MULTILINE)
    return [(symbol, meaning) for symbols, meaning in rows for symbol in symbols.split(", ")]


def prose(slug: str, lesson: ModuleType) -> list[str]:
    """Is each measured-looking number of the prose one that a claim or a fact of the lesson states?

    Only numbers with two decimals or more look measured. So this sees no whole number, no 0.5, no power of ten, no
    number in words or glued to a letter, a slash or a hyphen; and not whether a number is stated of the right thing.
    """
    path = lessons.notebook(slug)
    says = [f"{c.says} {c.expected()} {c.source}" for c in getattr(lesson, "claims", ())]
    says += [f"{f.says} {f.value} {f.source}" for f in getattr(lesson, "facts", ())]
    stated = {float(number) for text in says for number in re.findall(r"\d+(?:\.\d+)?", text)}
    return [
        f"{path.name}: cell {cell}: no claim and no fact states the number {n}: add one, or leave the number out."
        for cell, text in (notebooks.prose(path) if path else {}).items()
        for n in sorted(set(NUMBER.findall(text)))
        if float(n) not in stated
    ]


def stored(slug: str, lesson: ModuleType) -> list[str]:
    """Has each slow claim been recorded, so that the notebook has a measurement to show? And nothing else?"""
    known, kept = recorded(), {claim.says for claim in getattr(lesson, "claims", ())}
    left = [says for says, row in known.items() if row.lesson == slug and says not in kept]
    return [
        f"{slug}: a measurement is stored of {says!r}, which no claim says: run `course claims {slug} --record`."
        for says in left
    ] + [
        f"{slug}: {claim.says!r} has no stored measurement: run `course claims {slug} --slow --record`."
        for claim in getattr(lesson, "claims", ())
        if claim.slow and claim.says not in known
    ]
