"""course load: fill a JupyterHub on this machine with learners who each run a lesson, and say how it bears them.

Each learner has a server of their own, started by the hub, and runs the lesson's cells over a websocket through the
hub's proxy, as a browser does. Nothing but this machine is spoken to.
"""

import argparse
import asyncio
import importlib.util
import random
import shutil
from typing import NamedTuple

import nbformat
import numpy as np
import psutil

from course_lib import lessons
from course_lib.author.load.hub import Hub, running
from course_lib.author.load.learner import Learner, learn
from course_lib.author.run import find
from course_lib.core import require

MANY = 100  # learners, of whom the last lines speak


class Held(NamedTuple):
    """What the learners' servers and kernels held while all were there, in bytes; their seconds of processor time."""

    memory: int
    seconds: float


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("load", help="how many learners does a JupyterHub on this machine bear?")
    parser.add_argument("slug", nargs="?", default=lessons.slugs()[0], help="the lesson that they run (the first)")
    parser.add_argument("--learners", type=int, default=4, help="how many (4)")
    parser.add_argument(
        "--minutes", type=float, default=3, help="they arrive in the first third, and run it in the rest"
    )
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Start the hub, let the learners run, report; the exit status is 1 if anything failed."""
    require(args.learners > 0 and args.minutes > 0, "a load test takes a learner or more, and some minutes")
    require(importlib.util.find_spec("jupyterhub") is not None, "this needs a hub: pip install 'jupyterhub>=5,<7'")
    proxy = shutil.which("configurable-http-proxy")
    require(proxy is not None, "the hub needs its proxy in the PATH: npm install -g configurable-http-proxy")
    notebook = nbformat.read(find(args.slug), as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    with running(proxy, args.learners) as hub:
        learners, held = asyncio.run(fill(hub, cells, args.learners, args.minutes * 60))
    print(report(args.slug, learners, held, lessons.load(args.slug).minutes))
    return int(any(learner.failures for learner in learners))


async def fill(hub: Hub, cells: list[str], count: int, seconds: float) -> tuple[list[Learner], Held]:
    """Let them come one after the other and run the cells; while all are still there, weigh them and their work."""
    await hub.ready()
    chance, pause = random.Random(0), 2 / 3 * seconds / len(cells)
    arrivals = [seconds / 3 * i / count for i in range(count)]
    learners = await asyncio.gather(*(learn(hub, i, wait, cells, pause, chance) for i, wait in enumerate(arrivals)))
    servers = hub.servers()
    return learners, Held(sum(map(memory, servers)), sum(sum(server.cpu_times()[:4]) for server in servers))


def memory(process: psutil.Process) -> int:
    """Bytes of a process, shared pages divided among those that share them, where the system can tell."""
    held = process.memory_full_info()
    return getattr(held, "pss", held.rss)


def report(slug: str, learners: list[Learner], held: Held, minutes: float) -> str:
    """What was measured, and what that makes of a hundred."""
    n, cores = len(learners), psutil.cpu_count()
    times = np.array([time for learner in learners for time in learner.cells])
    starts = np.array([learner.start for learner in learners])
    failures = [failure for learner in learners for failure in learner.failures]
    gigabytes, seconds = held.memory / 1e9 / n, held.seconds / n
    busy = seconds / (60 * minutes)  # cores that one learner keeps busy, on average over the lesson
    lines = [
        f"{n} learners ran {slug} through a hub on {cores} cores: {len(times)} cells, {len(failures)} failures.",
        *failures,
        f"From arrival to a kernel: {middle_and_tail(starts)}. A cell: {middle_and_tail(times)}.",
        f"A learner holds {gigabytes:.2f} GB (server and kernel): {1 / gigabytes:.1f} learners per GB.",
        f"A learner takes {seconds:.0f} s of one core for the lesson; spread over its {minutes} minutes that is "
        f"{busy:.4f} cores: {0.5 / busy:.0f} learners per core, with the cores half busy.",
        f"Computed, not measured, for {MANY}: {MANY * gigabytes:.0f} GB, and {2 * MANY * busy:.1f} cores half busy. "
        f"A cell that all run at once takes the last {MANY / cores:.0f} times its own time on {cores} cores.",
    ]
    return "\n".join(lines)


def middle_and_tail(seconds: np.ndarray) -> str:
    """The median and the 95th percentile."""
    return f"median {np.median(seconds):.2f} s, 95th percentile {np.quantile(seconds, 0.95):.2f} s"
