"""course claims: measure what the lessons state, now, at one seed or at many."""

import argparse
import json
import os
import statistics
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import NamedTuple

from tqdm import tqdm

from course_lib import lessons
from course_lib.core import require
from course_lib.learn import Between, Claim, Measured, Recorded, record


class Job(NamedTuple):
    """A claim by its place, so that another process can find it."""

    slug: str
    index: int
    seed: int

    def claim(self) -> Claim:
        return lessons.discover()[self.slug].claims[self.index]


class Result(NamedTuple):
    """What a job measured; the control is None where a claim has none."""

    job: Job
    verdict: Measured
    control: Measured | None

    @property
    def ok(self) -> bool:
        return self.verdict.ok and not (self.control and self.control.ok)

    def row(self) -> dict:
        """One object of the JSON list."""
        claim, v = self.job.claim(), self.verdict
        return {
            "lesson": self.job.slug,
            "says": claim.says,
            "expect": claim.expected() if isinstance(claim.expect, Between) else claim.expect,
            "measured": v.measured,
            "error": v.error,
            "within": str(claim.within),
            "ok": self.ok,
            "seconds": round(v.seconds, 3),
            "source": claim.source,
            "seed": self.job.seed,
            "control": self.control and self.control.measured,
        }


def add(subparsers: argparse._SubParsersAction) -> None:
    """Declare the subcommand."""
    parser = subparsers.add_parser("claims", help="measure the claims of all lessons, or of some")
    parser.add_argument("slugs", nargs="*", metavar="slug", help="lessons (all when none is named)")
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=int, default=0, help="the seed to measure at (0)")
    seeds.add_argument("--seeds", metavar="A-B", help="measure at every seed from A to B")
    parser.add_argument("--slow", action="store_true", help="the slow claims too")
    parser.add_argument("--record", action="store_true", help="store the measurements in course_lib/data/measured.json")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.set_defaults(func=main)


def main(args: argparse.Namespace) -> int:
    """Measure, print, perhaps store. The exit status is 1 if a claim fails or a control passes."""
    first, last = map(int, args.seeds.split("-")) if args.seeds else (args.seed, args.seed)
    jobs = list(_jobs(args.slugs, range(first, last + 1), args.slow))
    results = list(tqdm(_measure(jobs, many=last > first), total=len(jobs), unit="claim", desc="measuring"))
    if args.json:
        print(json.dumps([r.row() for r in results], indent=1, ensure_ascii=False))
    else:
        print("\n".join(map(_line, results)))
    if args.record:
        record(_summaries(results, f"{first}-{last}" if last > first else str(first)))
    return int(not all(r.ok for r in results))


def _jobs(slugs: list[str], seeds: range, slow: bool) -> Iterator[Job]:
    found = lessons.discover()
    for slug in slugs or found:
        require(slug in found, f"there is no lesson {slug!r}; there are {', '.join(found)}")
        for index, claim in enumerate(found[slug].claims):
            if slow or not claim.slow:
                yield from (Job(slug, index, seed) for seed in seeds)


def _measure(jobs: list[Job], many: bool) -> Iterator[Result]:
    if not many:
        yield from map(measure, jobs)
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(measure, jobs)


def measure(job: Job) -> Result:
    """The claim and its control at the job's seed."""
    claim = job.claim()
    return Result(job, claim.check(job.seed), claim.check_control(job.seed))


def _line(result: Result) -> str:
    control = " Its control passes too, so it proves nothing." if result.control and result.control.ok else ""
    word = "holds" if result.ok else "FAILS"
    return f"{word}  {result.job.slug}, seed {result.job.seed}: {result.verdict.text}{control}"


def _summaries(results: list[Result], seeds: str) -> dict[str, Recorded]:
    """For each claim the seed that came closest to failing."""
    by_claim: dict[str, list[Result]] = {}
    for result in results:
        by_claim.setdefault(result.job.claim().says, []).append(result)
    return {says: _summary(found, seeds) for says, found in by_claim.items()}


def _summary(found: list[Result], seeds: str) -> Recorded:
    worst = min(found, key=lambda r: r.verdict.margin).verdict
    return Recorded(
        lesson=found[0].job.slug,
        measured=worst.measured,
        error=worst.error,
        ok=all(r.ok for r in found),
        seconds=round(statistics.median(r.verdict.seconds for r in found), 3),
        seeds=seeds,
        date=date.today().isoformat(),
    )
