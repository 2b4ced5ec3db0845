"""Claims about fits of the coin-flip model: what a curve says of n and p, and what a good fit does not prove."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.emergence import clocks, coin_curves, coin_fit, variations
from course_lib.learn import AtLeast, AtMost, Between, Claim, Errors

from .tools import ROOM, Measurement, P

T = np.linspace(6, 300, 50)
TRIALS, MANY = 200, 120
HERE = "measured here: 50 times, 200 trials at each"


def fitted(
    rng: np.random.Generator, curve: Callable[[np.ndarray], np.ndarray], trials: int = TRIALS
) -> coin_fit.CoinFit:
    """The coins that fit a noisy curve best."""
    return coin_fit.fit_coins(coin_curves.Curve(T, rng.binomial(trials, curve(T)), trials))


def coins(t: np.ndarray, n: float = 6, p: float = P) -> np.ndarray:
    return clocks.all_learnt(t, p, n)


def plateau_and_cliff(t: np.ndarray) -> np.ndarray:
    """A fifth is soon there, then nothing for long, then all: like a transformer on composed functions."""
    return 0.2 * -np.expm1(-t / 15) + 0.79 / (1 + np.exp(-(t - 200) / 8))


def cliff_alone(t: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(t - 200) / 4))


def fitted_n(rng: np.random.Generator, curve: Callable) -> Measurement:
    fit = fitted(rng, curve)
    return fit.n, fit.errors[0]


def fitted_p(rng: np.random.Generator, curve: Callable) -> Measurement:
    fit = fitted(rng, curve)
    return fit.p, fit.errors[1]


def tied(rng: np.random.Generator, quantity: Callable[[coin_fit.CoinFit], float]) -> Measurement:
    """The correlation of n with another quantity of the fit, over 120 noisy curves."""
    fits = [fitted(rng, coins) for _ in range(MANY)]
    return float(np.corrcoef([fit.n for fit in fits], [quantity(fit) for fit in fits])[0, 1]), 0.0


def scatter(rng: np.random.Generator, quantity: Callable[[coin_fit.CoinFit], float]) -> Measurement:
    """The relative scatter of n over that of another quantity, over 120 noisy curves."""
    fits = [fitted(rng, coins) for _ in range(MANY)]
    n, other = (np.array([f(fit) for fit in fits]) for f in (lambda fit: fit.n, quantity))
    return float(n.std() / n.mean() / (other.std() / other.mean())), 0.0


def median(fit: coin_fit.CoinFit) -> float:
    return clocks.median_time(fit.p, fit.n)


def chance(fit: coin_fit.CoinFit) -> float:
    return fit.p


def excess(rng: np.random.Generator, curve: Callable) -> Measurement:
    """By how many standard deviations the deviance is too large for coins."""
    return fitted(rng, curve).excess, 0.0


def looks_like(rng: np.random.Generator, curve: Callable) -> Measurement:
    return fitted(rng, curve, trials=1000).n, 0.0


def log_n(rng: np.random.Generator, curve: Callable) -> Measurement:
    return float(np.log10(fitted(rng, curve).n)), 0.0


claims = (
    Claim(
        says="A noisy curve of six skills gives back n = 6, to half a skill.",
        measure=partial(fitted_n, curve=coins),
        expect=6.0,
        within=Errors(5),
        control=partial(fitted_n, curve=partial(coins, n=12)),
        source=f"{HERE}; Fisher's information; control: twelve skills",
    ),
    Claim(
        says="The same curve gives back p = 0.02.",
        measure=partial(fitted_p, curve=coins),
        expect=P,
        within=Errors(5),
        control=partial(fitted_p, curve=partial(coins, p=0.025)),
        source=f"{HERE}; control: p = 0.025",
    ),
    Claim(
        says="Errors of n and p go together: over 120 such curves their correlation is about 0.92.",
        measure=partial(tied, quantity=chance),
        expect=AtLeast(0.7),
        within=ROOM,
        control=partial(tied, quantity=median),
        source=f"{HERE}; control: n and the median that the fit gives",
    ),
    Claim(
        says="So n is known much worse than the curve: its scatter is more than three times that of the median.",
        measure=partial(scatter, quantity=median),
        expect=AtLeast(3.2),
        within=ROOM,
        control=partial(scatter, quantity=chance),
        source=f"{HERE}; relative; control: beside the scatter of p",
    ),
    Claim(
        says="A plateau and then a cliff are not coins: the deviance is too large by more than a hundred of its "
        "standard deviations.",
        measure=partial(excess, curve=plateau_and_cliff),
        expect=AtLeast(100),
        within=ROOM,
        control=partial(excess, curve=coins),
        source=f"{HERE}; control: six coins",
    ),
    Claim(
        says="A cliff alone is fitted, but by absurdly many coins: a million and more (log10 of n).",
        measure=partial(log_n, curve=cliff_alone),
        expect=AtLeast(6),
        within=ROOM,
        control=partial(log_n, curve=coins),
        source=f"{HERE}; control: six coins",
    ),
    Claim(
        says="A good fit does not prove coins: a chain of three is fitted just as well (excess of the deviance).",
        measure=partial(excess, curve=lambda t: variations.chain(t, P, 3)),
        expect=AtMost(8),
        within=ROOM,
        control=partial(excess, curve=plateau_and_cliff),
        source=f"{HERE}; control: a plateau and a cliff",
    ),
    Claim(
        says="Any four of eight skills look like five coins, all needed (n of the fit, 1000 trials at each time).",
        measure=partial(looks_like, curve=lambda t: variations.any_k(t, P, 8, 4)),
        expect=Between(4, 7),
        within=ROOM,
        control=partial(looks_like, curve=partial(coins, n=12)),
        source=f"{HERE}; control: twelve coins",
    ),
)
