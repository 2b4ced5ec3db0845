"""Claims about the way forward: Ornstein and Uhlenbeck's process, its equation, and Euler's steps."""

from functools import partial
from itertools import islice

import numpy as np

from course_lib.kernels.denoising import mixtures, noise, ornstein
from course_lib.learn import AtLeast, Bias, Claim, Errors

from .tools import AS_IT_IS, BUMPS, Measurement, in_blocks, normal

KAPPA, SIGMA = 0.7, 1.3
UHLENBECK = "Uhlenbeck and Ornstein, Phys. Rev. 36, 823 (1930)"


def root(variance: float, error: float) -> Measurement:
    """The standard deviation, from a variance with its error."""
    return float(np.sqrt(variance)), float(error / (2 * np.sqrt(variance)))


def settled(rng: np.random.Generator, kappa: float) -> Measurement:
    """Standard deviation of 80,000 walkers after 20 exact steps, by which time they have forgotten their start."""
    x = np.zeros((80_000, 1))
    for _ in range(20):
        x = ornstein.ou(x, 0.5, kappa, SIGMA, rng=rng)
    return root(*in_blocks(x[:, 0] ** 2))


def settled_by_euler(rng: np.random.Generator, h: float, exact: bool = False) -> Measurement:
    """The same over sigma/sqrt(2 kappa), in steps of Euler's method (or exact ones)."""
    x = normal(80_000, rng)
    if exact:
        x = ornstein.ou(x, 40 * h, KAPPA, SIGMA, rng=rng)
    else:
        x = next(islice(ornstein.euler(x, h, 40, KAPPA, SIGMA, rng=rng), 40, None))
    value, error = root(*in_blocks(x[:, 0] ** 2))
    return value / ornstein.ou_std(KAPPA, SIGMA), error / ornstein.ou_std(KAPPA, SIGMA)


def bias_per_step(rng: np.random.Generator, kappa: float) -> Measurement:
    """Relative excess of Euler's standard deviation over 0.7 h, for a small step."""
    h = 1e-4
    return (ornstein.euler_std(kappa, SIGMA, h) / ornstein.ou_std(kappa, SIGMA) - 1) / (KAPPA * h), 0.0


def left_over(rng: np.random.Generator, sign: float) -> Measurement:
    """What dp/dt = d(x p)/dx + sign d2p/dx2 leaves at t = 0.5, over the largest dp/dt; by differences."""
    x, h, t = np.linspace(-4, 4, 201)[:, None], 1e-4, 0.5

    def p(x: np.ndarray, t: float) -> np.ndarray:
        return np.exp(mixtures.log_density(x, noise.at_time(BUMPS, t)))

    change = (p(x, t + h) - p(x, t - h)) / (2 * h)
    drift = (((x + h)[:, 0] * p(x + h, t)) - ((x - h)[:, 0] * p(x - h, t))) / (2 * h)
    spread = (p(x + h, t) - 2 * p(x, t) + p(x - h, t)) / h**2
    return np.abs(change - drift - sign * spread).max() / np.abs(change).max(), 0.0


claims = (
    Claim(
        says="Ornstein and Uhlenbeck's process settles at a standard deviation of sigma/sqrt(2 kappa), not at half of "
        "it (kappa = 0.7, sigma = 1.3).",
        measure=partial(settled, kappa=KAPPA),
        expect=ornstein.ou_std(KAPPA, SIGMA),
        within=Errors(5),
        control=partial(settled, kappa=4 * KAPPA),
        source=f"{UHLENBECK}; control: a spring four times as stiff, which has the notes' value",
    ),
    Claim(
        says="In Euler's steps with kappa h = 0.35 it settles wider by the factor 1/sqrt(1 - kappa h/2) = 1.10.",
        measure=partial(settled_by_euler, h=0.5),
        expect=ornstein.euler_std(KAPPA, SIGMA, 0.5) / ornstein.ou_std(KAPPA, SIGMA),
        within=Errors(5),
        control=partial(settled_by_euler, h=0.5, exact=True),
        source="the fixed point of v = (1 - kappa h)² v + sigma² h",
    ),
    Claim(
        says="To first order the excess of Euler's method is kappa h/4 (over kappa h).",
        measure=partial(bias_per_step, kappa=KAPPA),
        expect=0.25,
        within=Bias(1e-4, "the next order, 3 (kappa h)²/32"),
        control=partial(bias_per_step, kappa=2 * KAPPA),
        source="expansion of that fixed point; control: a stiffer spring over the same 0.7 h",
    ),
    Claim(
        says="The density obeys the Fokker-Planck equation with plus: dp/dt = d(x p)/dx + d²p/dx² (what is left over, "
        "relative).",
        measure=partial(left_over, sign=1.0),
        expect=0.0,
        within=Bias(1e-5, "differences stand for derivatives"),
        control=partial(left_over, sign=-1.0),
        source="Risken, The Fokker-Planck Equation (1989); control: the sign of eq. 3.24 of the notes",
    ),
    Claim(
        says="With the minus of the notes the equation is off by more than its largest term (what is left over).",
        measure=partial(left_over, sign=-1.0),
        expect=AtLeast(1.0),
        within=AS_IT_IS,
        control=partial(left_over, sign=1.0),
        source="eq. 3.24 of the notes of a talk",
    ),
)
