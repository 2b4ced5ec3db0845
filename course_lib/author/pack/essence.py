"""What of a notebook's prose is looked at rather than told: headings, formulas, lists, tables, boxes, questions."""

import re
from collections.abc import Iterator

WHOLE = ("# ", "## Do", "### Read on")  # under these headings every word stays
SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z*$])")


def essence(markdown: str, heading: str = "", leads: bool = False) -> str:
    """The blocks to look at, and of the others the sentences that ask something or lead into such a block.

    heading: the one in force before the text. leads: does the text lead into something itself?
    """
    every, kept = list(blocks(markdown)), []
    for block, following in zip(every, [*every[1:], ""]):
        heading = block if block.startswith("#") else heading
        whole = seen(block) or heading.startswith(WHOLE)
        kept.append(block if whole else _sentences(block, seen(following) if following else leads))
    return "\n\n".join(filter(None, kept))


def seen(block: str) -> bool:
    """Is the block one to look at?"""
    return block.startswith(("#", "$$", "<div", "|")) or re.match(r"\s*(?:[-*]|\d+\.) ", block) is not None


def last_heading(markdown: str, before: str = "") -> str:
    """The heading in force after this text."""
    return next((block for block in reversed(list(blocks(markdown))) if block.startswith("#")), before)


def sections(markdown: str) -> list[str]:
    """The text cut before each heading."""
    return [part for part in re.split(r"\n\n(?=#)", markdown) if part.strip()]


def blocks(markdown: str) -> Iterator[str]:
    """Paragraphs, formulas, lists, tables; a box with all that is in it; a heading by itself."""
    text = re.sub(r"^(#+ .*)\n(?!\n)", r"\1\n\n", markdown, flags=re.MULTILINE)
    box = ""
    for block in re.split(r"\n\s*\n", text):
        box = f"{box}\n\n{block}" if box else block if block.startswith("<div") else ""
        if not box:
            yield block
        elif box.rstrip().endswith("</div>"):
            yield box
            box = ""


def _sentences(block: str, leads: bool) -> str:
    *before, last = SENTENCE.split(block)
    asked = [sentence for sentence in before if _ends(sentence, "?")]
    return " ".join([*asked, *([last] if _ends(last, "?") or leads and _ends(last, ":") else [])])


def _ends(sentence: str, mark: str) -> bool:
    return sentence.rstrip("*_").endswith(mark) and sentence.count("(") == sentence.count(")")
