"""A reader's table as text (CSV): its letters, its delimiter, and its records with the lines that they begin on.

The file is only ever read, a line at a time: a table of a million lines takes no more room than one of a hundred.
"""

import codecs
import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from course_lib.core import Refusal, require

Record = tuple[int, list[str]]  # the line it begins on, as an editor counts them, and its cells

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
KINDS = {  # how files begin that are no text
    b"PK\x03\x04": "a spreadsheet such as .xlsx, or another zipped file",
    b"\xd0\xcf\x11\xe0": "a spreadsheet of the old kind, .xls",
    b"\x1f\x8b": "a compressed file",
    b"%PDF": "a PDF",
}
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NAMED = "sep="  # so begins a line that Excel puts above the table
BLOCK = 1 << 20  # bytes
LOOKED_AT = 20  # records that tell the delimiter
LONGEST = 32  # letters of the file in a sentence


def checked_file(path: str | Path) -> Path:
    """The path. Raises: Refusal unless a text file that can be read is there."""
    try:
        path = Path(path).expanduser()
        require(not path.is_dir(), f"{quoted(path.name)} is a folder: give the file of runs in it.")
        require(path.is_file(), f"There is no file {quoted(str(path))}.")
        with open(path, "rb") as file:
            head = file.read(BLOCK)
    except (TypeError, ValueError, OSError, RuntimeError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal(f"This file cannot be read: {quoted(str(error), 120)}.") from error
    require(bool(head.strip()), f"The file {quoted(path.name)} is empty.")
    kind = next((kind for start, kind in KINDS.items() if head.startswith(start)), "")
    binary = b"\0" in head and not head.startswith(UTF16)
    says = f"The file {quoted(path.name)} is {kind or 'no text'}: export the table as CSV, and give that file."
    require(not kind and not binary, says)
    return path


def encoding_of(path: Path) -> str:
    """UTF-16 where its mark stands first; else UTF-8; else Latin-1, in which every byte is a letter."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open(path, "rb") as file:
        if file.read(2) in UTF16:
            return "utf-16"
        file.seek(0)
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "latin-1"
    return "utf-8-sig"


def delimiter_of(path: Path, encoding: str) -> str:
    """What Excel's first line names (sep=;), or what cuts the first records into equally many cells, and most."""
    with open(path, encoding=encoding, errors="replace") as file:
        named = file.readline(BLOCK).rstrip("\r\n").strip('"').removeprefix(NAMED)
    if named in DELIMITERS:
        return named
    return max(DELIMITERS, key=lambda mark: _cut(path, encoding, mark))


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """One record after the other, empty ones too. Raises: Refusal where quotes do not match or letters make no text."""
    line = 1
    with open(path, encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True, strict=True)
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1  # a quoted cell may hold line breaks, so a record may take several lines
        except csv.Error as error:
            raise Refusal(f'Line {line}: its quotes do not match. Each cell that begins with " ends with ".') from error
        except UnicodeError as error:
            raise Refusal(f"From line {line} on the file is no text: export the table as CSV once more.") from error


def quoted(text: str, most: int = LONGEST) -> str:
    """Text of a file within a sentence: short, on one line, and free of what a figure would take for markup."""
    kept = "".join(letter for letter in " ".join(text[: 20 * most].split()) if letter.isprintable())
    kept = kept.translate(dict.fromkeys(map(ord, "<>&$")))
    return f"'{kept}'" if len(kept) <= most else f"'{kept[: most - 1]}…'"


def _cut(path: Path, encoding: str, mark: str) -> tuple[float, int]:
    widths = []
    try:
        for _, cells in islice(records(path, encoding, mark), LOOKED_AT):
            widths += [len(cells)] if cells else []
    except Refusal:  # the wrong delimiter leaves quotes in the middle of cells; of the right one the reader is told
        pass
    if not widths or widths[0] == 1:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]
