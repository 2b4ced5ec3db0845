"""Claims about the solvable model: what its exponents are, and what a fitted law makes of them."""

from functools import lru_cache, partial

import numpy as np

from course_lib.kernels import scaling
from course_lib.kernels.scaling import Fit, solvable
from course_lib.learn import AtLeast, Bias, Claim

from .tools import AS_IT_IS, Measurement

S, B, FLOOR = 1.4, 1.6, 0.5
EXACT = solvable.exponents(S, B)
BORDELON = "Bordelon, Atanasov and Pehlevan, arXiv:2402.01092 (2024), with the first N modes kept"
BUDGETS = np.geomspace(1e5, 1e9, 9)
FINITE = "corrections at finite N and C"


def frontier_exponent(rng: np.random.Generator, of: str, b: float = B) -> Measurement:
    """The exponent of N* or of L* - E against C = N t, by trying sizes."""
    C = np.geomspace(1e5, 1e9, 12)
    N, L = solvable.mode_frontier(C, S, b, FLOOR)
    return abs(scaling.power_law(C, N if of == "N" else L - FLOOR).exponent), 0.0


def one_sided(rng: np.random.Generator, of: str, s: float = S) -> Measurement:
    """The exponent of L against N after endless training, or against t of a model with very many modes."""
    if of == "N":
        N = np.geomspace(1e3, 1e5, 9).astype(int)
        return -scaling.power_law(N, [solvable.mode_loss(n, 1e30, s, B) for n in N]).exponent, 0.0
    t = np.geomspace(1e3, 1e5, 9)
    return -scaling.power_law(t, solvable.mode_loss(50_000, t, s, B)).exponent, 0.0  # the other modes wait anyway


@lru_cache(maxsize=8)
def fitted(wide: float, b: float = B) -> tuple[Fit, float]:
    """The additive law fitted to runs a factor `wide` about the best size, and approach 2 on the same runs."""
    runs = solvable.mode_runs(BUDGETS, S, b, FLOOR, around=(1 / wide, wide))
    C, best = scaling.isoflop_minima(runs)
    return scaling.fit_law(runs), scaling.power_law(C, best.N).exponent


def additive(rng: np.random.Generator, name: str, wide: float = 10.0) -> Measurement:
    """A fitted exponent over the exact one."""
    law = fitted(wide)[0].law
    exact = {"alpha": EXACT.size, "beta": EXACT.time}[name]
    return getattr(law, name) / exact, 0.0


def additive_frontier(rng: np.random.Generator, wide: float = 10.0) -> Measurement:
    return float(scaling.size_exponent(fitted(wide)[0].law)), 0.0


def residuals(rng: np.random.Generator, wide: float = 10.0) -> Measurement:
    """Root mean square of the log residuals of the fitted law."""
    runs = solvable.mode_runs(BUDGETS, S, B, FLOOR, around=(1 / wide, wide))
    return float(np.sqrt(np.mean(scaling.log_residuals(runs, fitted(wide)[0].law) ** 2))), 0.0


def parabolas(rng: np.random.Generator, b: float = B) -> Measurement:
    return fitted(4.0, b)[1], 0.0


claims = (
    Claim(
        says="In the solvable model the best size grows as C^(1/(1 + b)), that is C^0.3846 for b = 1.6.",
        measure=partial(frontier_exponent, of="N"),
        expect=EXACT.size_of_budget,
        within=Bias(0.002, FINITE),
        control=partial(frontier_exponent, of="N", b=1.5),
        source=BORDELON,
    ),
    Claim(
        says="Its least loss falls as C^(-(s - 1)/(1 + b)), that is C^-0.1538 for s = 1.4.",
        measure=partial(frontier_exponent, of="L"),
        expect=EXACT.loss_of_budget,
        within=Bias(0.002, FINITE),
        control=partial(frontier_exponent, of="L", b=1.5),
        source=BORDELON,
    ),
    Claim(
        says="Trained for ever, a model of N modes is N^-(s - 1) above the floor: exponent 0.4.",
        measure=partial(one_sided, of="N"),
        expect=EXACT.size,
        within=Bias(0.002, FINITE),
        control=partial(one_sided, of="N", s=1.5),
        source=BORDELON,
    ),
    Claim(
        says="With very many modes the loss falls in time as t^-((s - 1)/b): exponent 0.25.",
        measure=partial(one_sided, of="t"),
        expect=EXACT.time,
        within=Bias(0.002, FINITE),
        control=partial(one_sided, of="t", s=1.5),
        source=BORDELON,
    ),
    Claim(
        says="The additive law fitted to its runs has an alpha that is over 1.4 times too large (0.4 is exact).",
        measure=partial(additive, name="alpha"),
        expect=AtLeast(1.4),
        within=AS_IT_IS,
        control=partial(additive, name="alpha", wide=2.0),
        source="runs a factor ten about the best size, nine budgets",
    ),
    Claim(
        says="And a beta that is over 1.4 times too large (0.25 is exact).",
        measure=partial(additive, name="beta"),
        expect=AtLeast(1.4),
        within=AS_IT_IS,
        control=partial(additive, name="beta", wide=2.0),
        source="the two terms are not added in this model: the larger of them nearly is the loss",
    ),
    Claim(
        says="Yet the exponent of the best size that it implies is right to 0.02 (0.3846 is exact).",
        measure=additive_frontier,
        expect=EXACT.size_of_budget,
        within=Bias(0.02, "the form is wrong; both exponents are so by nearly the same factor"),
        control=partial(additive_frontier, wide=3.0),
        source="the fitted law's beta/(alpha + beta); runs a factor ten about the best size",
    ),
    Claim(
        says="From runs within a factor three of the best size it is off by -0.04 instead (0.3846 is exact).",
        measure=partial(additive_frontier, wide=3.0),
        expect=0.343,
        within=Bias(0.005, "the digits of this sentence"),
        control=additive_frontier,
        source="the same law, fitted where nobody would doubt it",
    ),
    Claim(
        says="Its residuals betray it: 3.6 % rms, where there is no noise at all.",
        measure=residuals,
        expect=0.036,
        within=Bias(0.002, "the digits of this sentence"),
        control=partial(residuals, wide=2.0),
        source="runs a factor ten about the best size, nine budgets",
    ),
    Claim(
        says="Parabolas, which assume no law, find it to 0.003.",
        measure=parabolas,
        expect=EXACT.size_of_budget,
        within=Bias(0.003, FINITE),
        control=partial(parabolas, b=1.5),
        source="approach 2 on runs a factor four about the best size",
    ),
)
