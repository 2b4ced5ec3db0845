"""Claims: what a lesson states, and the measurement that could refute it. Facts: what it can only cite."""

import json
import math
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from course_lib.core import require
from course_lib.learn.verdict import Verdict

Measurement = tuple[float, float]  # value, standard error (0.0 where nothing is random)
RECORD = Path(__file__).parents[1] / "data" / "measured.json"


@dataclass(frozen=True)
class Between:
    """Expect a value from low to high."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.low:.4g} to {self.high:.4g}"


class AtLeast(Between):
    """Expect this or more."""

    def __init__(self, low: float) -> None:
        super().__init__(low, math.inf)

    def __str__(self) -> str:
        return f"≥ {self.low:.4g}"


class AtMost(Between):
    """Expect this or less."""

    def __init__(self, high: float) -> None:
        super().__init__(-math.inf, high)

    def __str__(self) -> str:
        return f"≤ {self.high:.4g}"


@dataclass(frozen=True)
class Rounding:
    """Nothing is random and nothing approximate: only rounding may separate theory from measurement."""

    relative: float

    def slack(self, scale: float, error: float) -> float:
        return self.relative * scale


@dataclass(frozen=True)
class Bias:
    """A known approximation (finite size, finite nudge) may shift the value by this much, and says why."""

    absolute: float
    why: str

    def slack(self, scale: float, error: float) -> float:
        return self.absolute + 5 * error


@dataclass(frozen=True)
class Errors:
    """Chance alone may shift the value: by k standard errors."""

    k: float = 5

    def slack(self, scale: float, error: float) -> float:
        return self.k * error


@dataclass(frozen=True, repr=False)
class Measured(Verdict):
    """A claim's verdict, with what was measured, its standard error, how far inside its bounds, and the seconds."""

    measured: float = math.nan
    error: float = math.nan
    margin: float = math.nan
    seconds: float = math.nan


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence that can fail.

    says: the sentence. measure(rng): value and standard error. expect: a number, AtLeast, AtMost or Between.
    within: Rounding, Bias or Errors. control(rng): a measurement that must fail the same claim (a wrong
    temperature, a flipped sign), required unless only rounding is in play. source: author, year, equation.
    slow: takes more than about two seconds, so a notebook shows the last measurement and offers a new one.
    """

    says: str
    measure: Callable[[np.random.Generator], Measurement]
    expect: float | Between
    within: Rounding | Bias | Errors
    source: str
    control: Callable[[np.random.Generator], Measurement] | None = None
    slow: bool = False

    def __post_init__(self) -> None:
        has_control = self.control is not None or isinstance(self.within, Rounding)
        require(has_control, f"the claim {self.says!r} needs a control: a measurement that must fail it")

    def check(self, seed: int = 0) -> Measured:
        """Measure now and compare."""
        return self._judge(self.measure, seed)

    def check_control(self, seed: int = 0) -> Measured | None:
        """Measure the control, which must fail; None where there is none."""
        return self._judge(self.control, seed) if self.control else None

    def expected(self) -> str:
        """The expected value, for a table."""
        return str(self.expect) if isinstance(self.expect, Between) else f"{self.expect:.6g}"

    def _judge(self, measure: Callable, seed: int) -> Measured:
        start = time.perf_counter()
        value, error = map(float, measure(np.random.default_rng(seed)))
        seconds = time.perf_counter() - start
        target = self.expect if isinstance(self.expect, Between) else Between(self.expect, self.expect)
        edges = [abs(edge) for edge in (target.low, target.high) if math.isfinite(edge)]
        slack = self.within.slack(max(edges), error)
        margin = min(value - (target.low - slack), target.high + slack - value)
        plus_minus = f" ± {error:.2g}" if error else ""
        text = f"{self.says} Measured {value:.6g}{plus_minus}, expected {self.expected()}."
        return Measured(margin >= 0, text, measured=value, error=error, margin=margin, seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A published number that the course cites and cannot measure."""

    says: str
    value: str
    source: str


@dataclass(frozen=True)
class Recorded:
    """A stored measurement: that of the seed which came closest to failing, and how many seeds were tried."""

    lesson: str
    measured: float
    error: float
    ok: bool
    seconds: float
    seeds: str
    date: str


def recorded() -> dict[str, Recorded]:
    """The stored measurements, by the claim's sentence; empty before the first `course claims --record`."""
    if not RECORD.exists():
        return {}
    return {says: Recorded(**row) for says, row in json.loads(RECORD.read_text(encoding="utf-8")).items()}


def record(new: dict[str, Recorded], gone: Collection[str] = ()) -> None:
    """Store these measurements beside the others, less those of `gone`; a claim that gave no number loses its row."""
    measured = {says: row for says, row in new.items() if math.isfinite(row.measured)}
    kept = {says: row for says, row in recorded().items() if says not in gone and says not in new}
    rows = sorted((kept | measured).items(), key=lambda item: item[1].lesson)
    RECORD.parent.mkdir(exist_ok=True)
    text = json.dumps({says: asdict(row) for says, row in rows}, indent=1, ensure_ascii=False)
    RECORD.write_text(text + "\n", encoding="utf-8")
