"""The notebooks run with the network cut, and do not even try to reach it.

Python tells an audit hook of every connection before it is made. One is installed in every process that a run starts
(as sitecustomize, which Python imports by itself); it refuses all but this machine, and writes down who was asked for,
so that a notebook that swallows the refusal is found out as well.
"""

import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.author.run import run_notebook
from course_lib.lessons import NOTEBOOKS

SCISSORS = """
import os
import sys

HERE = ("localhost", "::1", "0.0.0.0", "")


def refuse(event, arguments):
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] or ""
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host not in HERE and not host.startswith("127."):
        with open(os.environ["COURSE_ASKED_FOR"], "a") as asked_for:
            asked_for.write(host + chr(10))
        raise OSError(f"the network is cut: no {host}")


sys.addaudithook(refuse)
"""


def cut_off(path: Path, folder: Path):
    """Run a notebook with the network cut: the run, and the hosts that it asked for."""
    (folder / "sitecustomize.py").write_text(SCISSORS)
    asked_for = folder / "asked_for.txt"
    asked_for.touch()
    run = run_notebook(path, os.environ | {"PYTHONPATH": str(folder), "COURSE_ASKED_FOR": str(asked_for)})
    return run, asked_for.read_text().split()


@pytest.mark.offline
@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_needs_no_network(path, tmp_path):
    run, asked_for = cut_off(path, tmp_path)
    assert run.ok, run.output
    assert not asked_for, f"asked for {asked_for}"


@pytest.mark.offline
def test_a_notebook_that_asks_for_the_network_is_found_out(tmp_path):
    """The control: one host by name and one by number, the refusal swallowed both times."""
    path = tmp_path / "asks.ipynb"
    call = "import socket\ntry:\n    socket.create_connection(({!r}, 80), 1)\nexcept OSError:\n    pass"
    hosts = ["example.org", "192.0.2.1"]
    nbformat.write(new_notebook(cells=[new_code_cell(call.format(host)) for host in hosts]), path)
    run, asked_for = cut_off(path, tmp_path)
    assert run.ok, run.output
    assert asked_for == hosts
