"""What a notebook must look like: clean in git, short, importing little, in the order every lesson keeps."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import nbformat

from course_lib.author.strip import VOLATILE

SECTIONS = ("Predict", "Play", "Why", "Do", "Break it", "What is claimed")  # second-level headings, in this order
ALLOWED = {"numpy", "torch", "course_lib"}
FORBIDDEN = ("course_lib.draw", "course_lib.learn", "course_lib.play", "course_lib.author")


def complaints(path: Path) -> list[str]:
    """Sentences: where, what is wrong, what to do."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # whatever is wrong with the file, say so in a sentence
        return [f"{path.name}: not a valid notebook ({str(error).splitlines()[0]}): save it again in JupyterLab."]
    if not (found := list(_broken(notebook))):  # what follows reads the code
        found = [*_clean(notebook), *_imports(notebook)]
        if path.name != "00_start.ipynb":
            found += [*_budgets(notebook), *_sections(notebook)]
    return [f"{path.name}: {sentence}" for sentence in found]


def prose(path: Path) -> dict[int, str]:
    """Cell number -> the text of the notebook's Markdown cells."""
    cells = enumerate(nbformat.read(path, as_version=4).cells, 1)
    return {number: cell.source for number, cell in cells if cell.cell_type == "markdown"}


def _code(notebook: nbformat.NotebookNode) -> list[tuple[int, nbformat.NotebookNode]]:
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]


def _lines(cell: nbformat.NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def _broken(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for number, cell in _code(notebook):
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            yield f"cell {number}, line {error.lineno}, is not Python ({error.msg}): mend that first."


def _clean(notebook: nbformat.NotebookNode) -> Iterator[str]:
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        yield "the format is older than 4.5: save it again in JupyterLab."
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3: choose it in JupyterLab and save."
    if "widgets" in notebook.metadata:
        yield "widget state is stored: run `course strip`."
    full = [str(number) for number, cell in _code(notebook) if cell.outputs or cell.execution_count]
    if full:
        yield f"outputs are stored (cell {', '.join(full)}): run `course strip`."
    for number, cell in _code(notebook):
        if volatile := [name for name in VOLATILE if name in cell.metadata]:
            yield f"cell {number} stores {', '.join(volatile)}: run `course strip`."


def _budgets(notebook: nbformat.NotebookNode) -> Iterator[str]:
    code = _code(notebook)
    lengths = [_lines(cell) for _, cell in code]
    if not 20 <= len(notebook.cells) <= 45:
        yield f"{len(notebook.cells)} cells; 20 to 45 are the measure: split or join."
    if sum(lengths) > 120:
        yield f"{sum(lengths)} lines of code; 120 at most: move some into the kernel or the lesson module."
    if lengths and statistics.median(lengths) > 4:
        yield f"the median cell has {statistics.median(lengths):g} lines; 4 at most: shorten."
    for (number, cell), length in zip(code, lengths, strict=True):
        if length > 12:
            yield f"cell {number} has {length} lines; 12 at most: move some into the lesson module."
        yield from (f"cell {number} defines {name}: only the reader defines functions." for name in _full(cell))


def _full(cell: nbformat.NotebookNode) -> list[str]:
    """The functions of a cell that are more than a stub: a docstring and `...`."""
    functions = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [f.name for f in functions if not all(_empty(statement) for statement in f.body)]


def _empty(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _imports(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for number, cell in _code(notebook):
        for module in _imported(cell.source):
            if module.split(".")[0] not in ALLOWED or module.startswith(FORBIDDEN):
                yield f"cell {number} imports {module}: import kernels, lessons, numpy or torch only."


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _sections(notebook: nbformat.NotebookNode) -> Iterator[str]:
    text = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    headings = [line[3:].split(":")[0].strip() for line in text if line.startswith("## ")]
    found = [heading for heading in headings if heading in SECTIONS]
    if found != list(SECTIONS):
        yield f"its sections are {', '.join(found) or 'none'}; every lesson has {', '.join(SECTIONS)}, in this order."
    if not any("instructor" in cell.metadata.get("tags", ()) for cell in notebook.cells):
        yield "there are no notes for instructors: add a cell and tag it `instructor`."
