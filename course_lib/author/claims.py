"""course claims: measure what the lessons state, now, at one seed or at many."""

import argparse
import json
import math
import re
import statistics
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from types import ModuleType
from typing import NamedTuple

from tqdm import tqdm

from course_lib import lessons
from course_lib.core import require
from course_lib.doctor.machine import cores
from course_lib.learn import Between, Claim, Measured, Recorded, record, recorded

SLOW = 5  # seeds at which a slow claim is measured at most


class Job(NamedTuple):
    """A claim by its place, so that another process can find it."""

    slug: str
    index: int
    seed: int

    def claim(self) -> Claim:
        return lessons.load(self.slug).claims[self.index]


class Result(NamedTuple):
    """What a job measured; the control is None where a claim has none."""

    job: Job
    verdict: Measured
    control: Measured | None

    @property
    def ok(self) -> bool:
        return self.verdict.ok and not (self.control and self.control.ok)

    @property
    def margin(self) -> float:
        """How far inside its bounds; what gave no number is outside them all."""
        return -math.inf if math.isnan(self.verdict.margin) else self.verdict.margin

    def row(self) -> dict:
        """One object of the JSON list; JSON knows neither NaN nor infinity."""
        claim, v = self.job.claim(), self.verdict
        return {
            "lesson": self.job.slug,
            "says": claim.says,
            "expect": claim.expected() if isinstance(claim.expect, Between) else claim.expect,
            "measured": _finite(v.measured),
            "error": _finite(v.error),
            "within": str(claim.within),
            "ok": self.ok,
            "seconds": _finite(round(v.seconds, 3)),
            "source": claim.source,
            "seed": self.job.seed,
            "control": self.control and _finite(self.control.measured),
        }


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("claims", help="measure the claims of all lessons, or of some")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons (all when none is named)")
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=_seed, dest="seeds", default=range(1), help="the seed to measure at (0)")
    seeds.add_argument("--seeds", type=_seeds, metavar="A-B", default=range(1), help="at every seed from A to B")
    parser.add_argument("--slow", action="store_true", help=f"the slow claims too, at {SLOW} seeds at most")
    parser.add_argument("--record", action="store_true", help="store the measurements in course_lib/data/measured.json")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Measure, print, perhaps store. The exit status is 1 if a claim fails, a control passes, a lesson is broken."""
    found = lessons.discover(args.slugs)
    jobs = list(_jobs(found, args.seeds, args.slow))
    broken = len(lessons.chosen(args.slugs)) - len(found)  # a warning has said why
    require(bool(jobs or broken), "there is no claim to measure; slow ones are measured with --slow")
    results = []
    with tqdm(total=len(jobs), unit="claim", desc="measuring") as bar:
        for result in _measure(jobs, many=len(args.seeds) > 1):
            results.append(result)
            if not args.json:
                bar.write(_line(result))
            bar.update()
    if args.json:
        print(json.dumps([r.row() for r in results], indent=1, ensure_ascii=False, allow_nan=False))
    if args.record:
        record(_summaries(results), gone=stale(found))
    return int(broken > 0 or not all(r.ok for r in results))


def stale(found: Mapping[str, ModuleType]) -> set[str]:
    """The stored sentences of these lessons that no claim says any more."""
    said = {claim.says for lesson in found.values() for claim in getattr(lesson, "claims", ())}
    return {says for says, row in recorded().items() if row.lesson in found and says not in said}


def _seed(text: str) -> range:
    """One seed."""
    if not re.fullmatch(r"\d+", text):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on: got {text!r}")
    return range(int(text), int(text) + 1)


def _seeds(text: str) -> range:
    """The seeds from A to B, both included."""
    ends = [int(end) for end in text.split("-")] if re.fullmatch(r"\d+-\d+", text) else []
    if ends != sorted(ends) or not ends:
        raise argparse.ArgumentTypeError(f"give the first and the last seed, such as 0-31: got {text!r}")
    return range(ends[0], ends[1] + 1)


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _jobs(found: Mapping[str, ModuleType], seeds: range, slow: bool) -> Iterator[Job]:
    for slug, lesson in found.items():
        for index, claim in enumerate(getattr(lesson, "claims", ())):
            if slow or not claim.slow:
                yield from (Job(slug, index, seed) for seed in (seeds[:SLOW] if claim.slow else seeds))


def _measure(jobs: list[Job], many: bool) -> Iterator[Result]:
    """One after the other, so that the seconds are right; or many at once, in fresh processes (forks copy threads)."""
    if not many:
        yield from map(measure, jobs)
        return
    with ProcessPoolExecutor(max(1, int(cores())), mp_context=get_context("spawn")) as pool:
        yield from pool.map(measure, jobs)


def measure(job: Job) -> Result:
    """The claim and its control at the job's seed. Where either raises the claim has failed, and its text says how."""
    claim = job.claim()
    try:
        return Result(job, claim.check(job.seed), claim.check_control(job.seed))
    except Exception as error:  # the other claims still want to be measured
        return Result(job, Measured(False, f"{claim.says} It stopped with {lessons.why(error)}."), None)


def _line(result: Result) -> str:
    control = " Its control passes too, so it proves nothing." if result.control and result.control.ok else ""
    word = "holds" if result.ok else "FAILS"
    return f"{word}  {result.job.slug}, seed {result.job.seed}: {result.verdict.text}{control}"


def _summaries(results: list[Result]) -> dict[str, Recorded]:
    """For each claim the seed that came closest to failing."""
    by_claim: dict[str, list[Result]] = {}
    for result in results:
        by_claim.setdefault(result.job.claim().says, []).append(result)
    return {says: _summary(found) for says, found in by_claim.items()}


def _summary(found: list[Result]) -> Recorded:
    seeds = [r.job.seed for r in found]
    worst = min(found, key=lambda r: (r.ok, r.margin)).verdict
    return Recorded(
        lesson=found[0].job.slug,
        measured=worst.measured,
        error=worst.error,
        ok=all(r.ok for r in found),
        seconds=round(statistics.median(r.verdict.seconds for r in found), 3),
        seeds=f"{seeds[0]}-{seeds[-1]}" if len(seeds) > 1 else str(seeds[0]),
        date=date.today().isoformat(),
    )
