"""The coin-flip model fitted to a measured curve: how many skills, how fast, and whether the model fits at all.

The curves of few slow skills and of many fast ones look alike, so that n and p are known much worse than the curve
itself, and their errors go together.

Symbols   p      chance that a skill is learnt in one step
          n      number of skills, here any positive number
          t      times at which was measured, in steps
          P      chance that all skills are there
          lam    rate of one skill, -ln(1 - p)
          theta  what is fitted: (ln n, ln lam)
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain
from course_lib.shared.numbers import number

from .clocks import dual, rate
from .coin_curves import LATEST, Curve, checked_curve, deviances, expected_deviance, logs

STARTS, MIDDLES = np.geomspace(0.3, 3e4, 16), 40  # numbers of skills and times of P = 1/2 at which a fit may begin
STEPS, ENOUGH = 200, 1e-10  # of scoring; gain of log-likelihood below which it ends
SHORTEST = 1e-9  # step in theta that is still tried
ROUNDED = 1e-11  # relative determinant of the information that may be rounding
VAGUE = 3.0  # error of ln n from which on a fit says nothing: a factor of 20 either way
Theta = Float[np.ndarray, " 2"]


class CoinFit(NamedTuple):
    """The fit: n and p, their covariance, and the deviance, with what it should be if the model is right."""

    n: float
    p: float
    covariance: Float[np.ndarray, "2 2"]
    deviance: float
    expected: float
    spread: float  # standard deviation of the deviance

    @property
    def errors(self) -> Float[np.ndarray, " 2"]:
        """Standard errors of n and p."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> float:
        """Of the errors of n and p."""
        return float(self.covariance[0, 1] / self.errors.prod())

    @property
    def excess(self) -> float:
        """By how many standard deviations the deviance is too large: beyond 5, these are no independent coins."""
        return (self.deviance - self.expected) / self.spread


def fit_coins(curve: Curve) -> CoinFit:
    """The n and p of greatest likelihood, with the inverse of Fisher's information for a covariance.

    A steep curve may ask for more skills than could ever be: any cliff by itself, however steep, is that of absurdly
    many fast coins. Then it is n that refutes the model, and not the deviance.
    Raises: Refusal for fewer than 3 points, successes beyond the trials, a curve that does not rise, or points that
        leave n open by more than a factor of 20.
    """
    curve = checked_curve(curve)
    *_, theta = scoring(_start(curve), curve)
    return _fit(theta, curve)


def scoring(theta: ArrayLike, curve: Curve, free: tuple[int, ...] = (0, 1)) -> Iterator[Theta]:
    """Fisher's scoring from theta = (ln n, ln lam): the states, each with a greater likelihood than that before.

        theta <- theta + s I^-1 g
        g = sum_i a_i (m - failures_i / (1 - P_i)),    I = sum_i m a_i a_i P_i / (1 - P_i),    a = d ln P / d theta

    with m trials a point; the step s is halved until it gains. free: which of the two may move.
    Source: Fisher, Proc. Camb. Phil. Soc. 22, 700 (1925).
    """
    theta, curve, free = plain(theta, float, "theta is two numbers."), checked_curve(curve), list(free)
    yield theta
    reached = _log_likelihood(theta, curve)
    for _ in range(STEPS):
        g, information = _score(theta, curve)
        step = np.zeros(2)
        step[free] = np.linalg.lstsq(information[np.ix_(free, free)], g[free], rcond=1e-12)[0]
        step /= max(1.0, np.abs(step).max())
        while (ahead := _log_likelihood(theta + step, curve)) < reached and np.abs(step).max() > SHORTEST:
            step /= 2
        if not ahead > reached:
            return
        theta, gain, reached = theta + step, ahead - reached, ahead
        yield theta
        if gain < ENOUGH:
            return


def held_deviance(curve: Curve, n: ArrayLike) -> Float[np.ndarray, " k"]:
    """The least deviance with n held at each value, p free. One standard error from the best n it is higher by 1."""
    curve, found = checked_curve(curve), []
    for held in np.atleast_1d(plain(n, float, "n: numbers are needed.")):
        *_, theta = scoring(_start(curve, np.array([number(held, "n")])), curve, free=(1,))
        found.append(deviances(curve.successes, *logs(theta, curve), curve.trials).sum())
    return np.array(found)


def residuals(curve: Curve, fit: CoinFit) -> Float[np.ndarray, " points"]:
    """How far each point is above the fit, in its own errors: signed roots of its share of the deviance."""
    curve, theta = checked_curve(curve), np.log([fit.n, rate(fit.p)])
    log_P, log_rest = logs(theta, curve)
    apart = np.sign(curve.successes - curve.trials * np.exp(log_P))
    return apart * np.sqrt(deviances(curve.successes, log_P, log_rest, curve.trials))


def log_likelihood(theta: ArrayLike, curve: Curve) -> float:
    """sum_i successes_i ln P_i + failures_i ln(1 - P_i), without the constant."""
    return float(_log_likelihood(plain(theta, float, "theta is two numbers."), checked_curve(curve)))


def _log_likelihood(theta: Float[np.ndarray, "*k 2"], curve: Curve) -> Float[np.ndarray, "*k"]:
    log_P, log_rest = logs(theta, curve)
    return (curve.successes * log_P + (curve.trials - curve.successes) * log_rest).sum(axis=-1)


def _score(theta: Theta, curve: Curve) -> tuple[Theta, Float[np.ndarray, "2 2"]]:
    """The gradient of the log-likelihood, and Fisher's information, with respect to theta; a is the slope of ln P."""
    log_P, log_rest = logs(theta, curve)
    x = np.minimum(np.exp(theta[1]) * curve.t, LATEST)
    a = np.stack([log_P, np.exp(theta[0]) * x / np.expm1(x)])
    failures = curve.trials - curve.successes
    g = (a * (curve.trials - failures * np.exp(-log_rest))).sum(axis=1)
    return g, curve.trials * np.einsum("ai,bi,i->ab", a, a, np.exp(log_P - log_rest))


def _start(curve: Curve, n: Float[np.ndarray, " k"] = STARTS) -> Theta:
    """The likeliest of some: numbers of skills n, each with middles from before the first point to beyond the last."""
    middle = np.geomspace(curve.t.min() / 2, 10 * curve.t.max(), MIDDLES)
    lam = dual(np.log(2) / n)[:, None] / middle
    theta = np.stack(np.broadcast_arrays(np.log(n)[:, None], np.log(lam)), axis=-1).reshape(-1, 2)
    return theta[np.argmax(_log_likelihood(theta, curve))]


def _fit(theta: Theta, curve: Curve) -> CoinFit:
    n, lam = np.exp(theta)
    p, information = -np.expm1(-lam), _score(theta, curve)[1]
    (nn, both), (_, rates) = information
    left = nn * rates - both**2
    known = bool(left > ROUNDED * nn * rates) and rates / left < VAGUE**2
    require(known, "These points do not determine n and p: more of them should lie where the curve rises.")
    to_n_and_p = np.array([n, (1 - p) * lam])  # derivatives with respect to theta
    covariance = np.linalg.inv(information) * np.outer(to_n_and_p, to_n_and_p)
    log_P, log_rest = logs(theta, curve)
    mean, variance = expected_deviance(log_P, log_rest, curve.trials)
    deviance = deviances(curve.successes, log_P, log_rest, curve.trials).sum()
    return CoinFit(float(n), float(p), covariance, float(deviance), mean - 2, float(np.sqrt(variance)))
