"""Which column of a reader's table holds what: as declared, or guessed from its name.

Symbols   N  parameters of the model
          D  tokens it was trained on
          C  compute of the training, in FLOP
          L  loss, in nats per token
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from course_lib.core import require

from .spreadsheet import quoted

WORDS = {"N": "parameters N", "D": "tokens D", "C": "compute C", "L": "loss L"}
NAMES = {  # without case, spaces, underscores and what stands in brackets
    "N": "n params param nparams numparams parameters nparameters numparameters numberofparameters parametercount "
    "paramcount paramscount modelparams modelparameters modelsize size totalparams totalparameters nonembeddingparams "
    "nonembeddingparameters",
    "D": "d tokens ntokens numtokens numberoftokens tokencount traintokens trainingtokens totaltokens tokensseen data "
    "datasize datasetsize trainingdata datasettokens",
    "C": "c flop flops nflop nflops numflops trainflop trainflops trainingflop trainingflops totalflop totalflops "
    "compute traincompute trainingcompute totalcompute computebudget computeflop computeflops",
    "L": "l loss finalloss valloss validationloss evalloss testloss trainloss trainingloss finalvalloss "
    "finaltrainloss crossentropy",
}
# Brackets that say that the numbers below count something larger than one.
SCALED = re.compile(
    r"[(\[{][^)\]}]*(\b(k|m|mm|mn|mio|b|bn|g|t|thousands?|millions?|billions?|trillions?|mega|giga|tera|peta|exa)\b"
    r"|\d[.\d]*e\+?\d|\d+\s*(\^|\*\*)\s*\+?\d|(k|m|g|t|p|e|z|mega|giga|tera|peta|exa|zetta)flops?\b|\b(pf|days?)\b)",
    re.IGNORECASE,
)
LISTED = 12  # columns in a sentence


class Columns(NamedTuple):
    """Where the numbers stand: the places of N, of D or C, and of L; and which of D and C it is."""

    N: int
    second: int
    L: int
    letter: str

    def words(self) -> tuple[tuple[str, int], ...]:
        return (WORDS["N"], self.N), (WORDS[self.letter], self.second), (WORDS["L"], self.L)


def columns_of(header: Sequence[str], declared: Mapping[str, str | None]) -> Columns:
    """The columns as declared by name, the others guessed.

    declared: a name, or None, for N, D, C and L. Raises: Refusal where a name fits no column or a guess fits two.
    """
    require(not all(map(_is_number, header)), _no_names(header))
    require(not (declared["D"] and declared["C"]), "D or C is needed, and the other one follows: declare one of them.")
    taken = {letter: _declared(header, letter, name) for letter, name in declared.items() if name is not None}
    require(
        len(set(taken.values())) == len(taken), "One column was declared twice: each symbol has a column of its own."
    )
    guesses = {letter: _guesses(header, letter, taken) for letter in NAMES}
    letter = "C" if "C" in taken or ("D" not in taken and not guesses["D"] and guesses["C"]) else "D"
    return Columns(*(_the_one(header, symbol, guesses[symbol]) for symbol in ("N", letter, "L")), letter)


def listed(names: Sequence[str]) -> str:
    """The names of columns in a sentence."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(quoted(name) if name.strip() else "one without a name" for name in names[:LISTED]) + more


def _declared(header: Sequence[str], letter: str, name: str) -> int:
    require(isinstance(name, str), f"{letter} is the name of a column, in quotes: got {name!r}.")
    exact = [i for i, cell in enumerate(header) if cell.strip() == name.strip()]
    alike = exact or [i for i, cell in enumerate(header) if _key(cell) == _key(name)]
    require(bool(alike), f"There is no column {quoted(name)} for {WORDS[letter]}. There is: {listed(header)}.")
    require(len(alike) == 1, f"{len(alike)} columns are called {quoted(name)}: give each a name of its own.")
    return alike[0]


def _guesses(header: Sequence[str], letter: str, taken: Mapping[str, int]) -> list[int]:
    if letter in taken:
        return [taken[letter]]
    known = NAMES[letter].split()
    return [i for i, cell in enumerate(header) if _key(cell) in known and i not in taken.values()]


def _the_one(header: Sequence[str], letter: str, places: Sequence[int]) -> int:
    named = f"Name it in the first line, or say {letter}='the name of its column'."
    wanted = "tokens D or compute C" if letter == "D" else WORDS[letter]
    require(bool(places), f"No column looks like {wanted}. The columns are {listed(header)}. {named}")
    both = listed([header[i] for i in places])
    require(len(places) == 1, f"More than one column looks like {WORDS[letter]}: {both}. {named}")
    name = header[places[0]]
    scaled = letter != "L" and SCALED.search(name)
    require(not scaled, f"The column {quoted(name)} seems to count in larger units: write plain numbers, such as 70e6.")
    return places[0]


def _key(name: str) -> str:
    """The name without brackets, case and everything but letters and digits."""
    bare = re.sub(r"[(\[{].*?[)\]}]", "", name)
    return re.sub(r"[\W_]+", "", bare if bare.strip() else name).lower()


def _no_names(header: Sequence[str]) -> str:
    line = "N,D,loss (or N,FLOP,loss)" if len(header) == 3 else "N, D and loss above theirs"
    return f"The first line holds numbers where the names of the columns belong: put the line {line} above them."


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
