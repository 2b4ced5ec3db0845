"""The two other forms of a lesson's notebook: with the notes in front, and as slides whose playgrounds stay alive."""

from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from course_lib.author.pack.essence import essence, last_heading, sections
from course_lib.author.pack.schedules import Slot, clock


def is_note(cell: NotebookNode) -> bool:
    """Is the cell for instructors only?"""
    return "instructor" in cell.metadata.get("tags", ())


def for_instructors(notebook: NotebookNode, slots: list[Slot]) -> NotebookNode:
    """The notes unfolded and in front, and the minutes at each section that they give minutes to."""
    made = deepcopy(notebook)
    for cell in made.cells:
        cell.metadata.pop("jp-MarkdownHeadingCollapsed", None)
    notes, rest = [c for c in made.cells if is_note(c)], [c for c in made.cells if not is_note(c)]
    start = 0
    for slot in slots:
        told = f"\n\n*{slot.name}: {slot.minutes} minutes, from {clock(start)} to {clock(start + slot.minutes)}.*\n"
        cell, heading = next(((c, h) for c in rest for h in c.source.splitlines() if slot.begins(h)), (rest[0], ""))
        cell.source = cell.source.replace(heading, heading + told, 1) if heading else cell.source
        start += slot.minutes
    made.cells = notes + rest
    return made


def slides(notebook: NotebookNode) -> NotebookNode:
    """Each heading with what is looked at under it; code folded, but for the stubs that a room fills in."""
    made, heading = deepcopy(notebook), ""
    cells, made.cells = [cell for cell in made.cells if not is_note(cell)], []
    for cell in cells:
        if cell.cell_type == "markdown":
            text, heading = essence(cell.source, heading, leads=True), last_heading(cell.source, heading)
            made.cells += [new_markdown_cell(part) for part in sections(text)]
        else:
            cell.metadata["jupyter"] = {"source_hidden": "def " not in cell.source}
            made.cells.append(cell)
    return made
