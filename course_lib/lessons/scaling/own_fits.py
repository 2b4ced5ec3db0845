"""What the playground of the reader's own runs draws: their fit, kept as long as the file stays the same."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.core import Refusal, require
from course_lib.kernels.scaling import Runs, fits, law, runs, synthetic

FITTED, RESAMPLES = 2000, 200  # runs at most, and laws
LEAST, MOST = 1e12, 1e27  # FLOP: the ends of the budget
GROUPS, ENOUGH = 4, 4  # budgets drawn, and the runs that each should have


class Fitted(NamedTuple):
    """The runs that were fitted, how many there were, the law and its resampled ones, and how the file was read.

    Resampled laws without a best size are not among them: `lost` counts these.
    """

    runs: Runs
    total: int
    law: law.Law
    laws: law.Law
    lost: int
    said: tuple[str, ...]


def own(file: Path | None) -> Fitted:
    """The fit of a file, kept until the file changes; without a file, of runs that were never trained."""
    stat = file.stat() if file and file.is_file() else None
    found = _kept(file, stat and (stat.st_mtime_ns, stat.st_size))
    if isinstance(found, str):
        raise Refusal(found)
    return found


@lru_cache(maxsize=4)
def _kept(file: Path | None, _state: tuple[int, int] | None) -> Fitted | str:
    """A refusal is kept as its sentence, so that no other knob has to wait for it once more."""
    try:
        table = runs.read_runs(file) if file else _synthetic()
        return _fit(table)
    except Refusal as refusal:
        return str(refusal)


def _synthetic() -> runs.Table:
    made = synthetic.chinchilla_layout(law.BESIROGLU, rng=np.random.default_rng(3))
    return runs.Table(made, ("runs: no file yet, these are synthetic",))


def _fit(table: runs.Table) -> Fitted:
    rng, total = np.random.default_rng(0), len(table.runs.N)
    few = some_of(table.runs, FITTED, rng)
    with np.errstate(all="ignore"):  # runs that follow no such law send the parameters anywhere
        best = law.Law(*map(np.float64, fits.fit_law(few).law))
        says = f"The law closest to these runs has no best size for a budget: alpha is {best.alpha:.2g} and beta "
        says += (
            f"{best.beta:.2g}. Does the loss fall with N at equal D, and with D at equal N, by more than its scatter?"
        )
        require(bool(_has_optimum(best)), says)
        laws = fits.bootstrap(few, RESAMPLES, rng=rng)
        good = _has_optimum(laws)
    lost = int((~good).sum())
    says = f"These runs do not tell a best size for a budget: {lost} of {RESAMPLES} resamples have none."
    require(2 * lost < RESAMPLES, says)
    return Fitted(few, total, best, law.Law(*(v[good] for v in laws)), lost, table.said)


def _has_optimum(many: law.Law) -> np.ndarray:
    """Of one law or of each of many: has it a best size, and can that be computed, at both ends of the budget?"""
    good = (many.A > 0) & (many.B > 0) & (many.alpha > 0) & (many.beta > 0) & np.isfinite(many.E + many.A + many.B)
    falling = law.Law(*(np.where(good, value, 1.0) for value in many))
    for C in (LEAST, MOST):
        N, D = law.compute_optimal(C, falling)
        good = good & np.isfinite(N + D) & (N > 0) & (D > 0)
    return good


def some_of(given: Runs, most: int, rng: np.random.Generator) -> Runs:
    """The runs, or so many of them by lot."""
    if len(given.N) <= most:
        return given
    drawn = np.sort(rng.choice(len(given.N), most, replace=False))
    return Runs(*(column[drawn] for column in given))


def groups(given: Runs) -> list[tuple[float, Runs]]:
    """A few budgets of the runs, each with those that spent about as much: as near to it as leaves enough of them."""
    logs = np.log10(law.PER_TOKEN * given.N * given.D)
    centres = np.quantile(logs, (np.arange(GROUPS) + 0.5) / GROUPS, method="nearest")
    centres = centres[np.diff(centres, prepend=-np.inf) > 0.1]
    away = abs(logs[:, None] - centres)
    nearest = away.argmin(axis=1)
    for width in (0.02, 0.05, 0.1, 0.25, np.inf):
        member = (nearest[:, None] == np.arange(len(centres))) & (away <= width)
        if member.sum(axis=0).min() >= ENOUGH:
            break
    return [(10**c, Runs(*(v[m] for v in given))) for c, m in zip(centres, member.T) if m.any()]
