"""Run a notebook as a page needs it: in a fresh kernel, showing what needs no kernel, without notes for instructors."""

import os
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_lib.core import Refusal

FIRST = "from course_lib.author.site import stills\n\nstills.install()"
LAST = "stills.SPENT[0]"
CELL_SECONDS = 900  # a playground that trains networks is recorded at some thirty settings, perhaps on a busy machine


def executed(path: Path) -> tuple[NotebookNode, float]:
    """The notebook with its outputs, and the seconds that it takes, less those that only the page needed."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "instructor" not in cell.metadata.get("tags", ())]
    notebook.cells = [new_code_cell(FIRST), *notebook.cells, new_code_cell(LAST)]
    quiet = {"extra_arguments": ["--log-level=ERROR"], "store_widget_state": False}
    client = NotebookClient(notebook, kernel_name="python3", timeout=CELL_SECONDS, **quiet)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as nobodys:  # nobody's progress is shown, and none is made
        try:
            client.execute(cwd=path.parent, env=os.environ | {"COURSE_PROGRESS": nobodys})
        except CellExecutionError as error:
            raise Refusal(f"{path.name} stops with {error.ename}: {error.evalue}") from None
        except CellTimeoutError as error:
            raise Refusal(f"{path.name} has a cell that does not end within {CELL_SECONDS} s: {error}") from None
    seconds = time.perf_counter() - start - float(notebook.cells[-1].outputs[0].data["text/plain"])
    notebook.cells = notebook.cells[1:-1]
    return notebook, seconds


def write(notebook: NotebookNode, path: Path) -> None:
    """Store it for Sphinx, without what a slow cell says while it runs."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    nbformat.write(notebook, path)
