"""A network of graded neurons with a gain: below 1 it falls silent, above 1 directed random weights make it chaotic.

Symbols   x  inputs of the neurons (N,) or (N, runs); their activity is tanh(x)
          J  weights (N, N), zero diagonal, of variance 1/N
          g  gain: the strength of all weights together
          h  constant field on each neuron (N,), or 0
          t  time, in units of the neurons' own decay time
          E  energy, which exists only for symmetric J
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from course_lib.core import require

from .directed import Weights, checked_weights
from .replicas import gaussian_mean

Inputs = Float[np.ndarray, "N *runs"]
DT = 0.1  # a step, in decay times; the fourth-order error is then far below a percent


def rate_velocity(x: Inputs, J: Weights, g: float, h: Inputs | float = 0.0) -> Inputs:
    """dx/dt = -x + g J tanh(x) + h."""
    return g * (J @ np.tanh(x)) - x + h


def rate_flow(x: Inputs, J: Weights, g: float, h: Inputs | float = 0.0, *, dt: float = DT) -> Iterator[Inputs]:
    """Yield x, then x after each further time dt, for ever, by the classical Runge-Kutta method of fourth order.

    Columns of x are runs of the same network from different starts.
    """
    x, J = _checked(x), checked_weights(J)
    require(len(x) == len(J), f"{len(J)} neurons have {len(J)} inputs, not {len(x)}.")
    require(bool(np.isfinite(g)) and 0 < dt <= 0.5, "The gain is a finite number, and a step is at most half a unit.")
    while True:
        yield x
        k_1 = rate_velocity(x, J, g, h)
        k_2 = rate_velocity(x + (dt / 2) * k_1, J, g, h)
        k_3 = rate_velocity(x + (dt / 2) * k_2, J, g, h)
        k_4 = rate_velocity(x + dt * k_3, J, g, h)
        x = x + (dt / 6) * (k_1 + 2 * (k_2 + k_3) + k_4)


def growth_rates(
    x: Inputs, J: Weights, g: float, blocks: int, steps: int, *, rng: np.random.Generator, dt: float = DT
) -> Float[np.ndarray, " blocks"]:
    """The growth rate of a small distance in each of some blocks of time, put back to its first size before each.

    Their mean is the largest Lyapunov exponent: below zero what was close comes closer, above zero it is chaos.
    Source: Benettin, Galgani, Giorgilli and Strelcyn, Meccanica 15, 9 (1980).
    """
    x, apart, rates = _checked(x), 1e-7, np.empty(blocks)
    away = rng.normal(size=len(x))
    for block in range(blocks):
        away *= apart * np.sqrt(len(x)) / np.linalg.norm(away)
        states = rate_flow(np.stack([x, x + away], axis=1), J, g, dt=dt)
        for _ in range(steps + 1):
            pair = next(states)
        x, away = pair[:, 0], pair[:, 1] - pair[:, 0]
        rates[block] = np.log(_apart(pair) / apart) / (steps * dt)
    return rates


def rate_energy(x: Inputs, J: Weights, g: float) -> float:
    """E = -g/2 sum_ij J_ij r_i r_j + sum_i [r_i x_i + ln(1 - r_i^2) / 2], r = tanh(x).

    It only falls where J is symmetric. The bracket is the integral of artanh from 0 to r_i, so that -dE/dr_i is
    the velocity of x_i.
    Source: Hopfield, Proc. Natl. Acad. Sci. 81, 3088 (1984).
    """
    r = np.tanh(x)
    return float(-0.5 * g * r @ J @ r + (r * x - _ln_cosh(x)).sum())


def chaotic_variance(g: float) -> float:
    """<x^2> in the chaotic state of an infinitely large directed network; 0 at g <= 1, where it is silent.

        <x^2>^2 / 2 = g^2 (variance of ln cosh x),    x a normal number of that variance

    The correlation in time, C(t) = <x(0) x(t)>, moves like a ball in a potential; this is its energy at t = 0 and
    at infinity, where it has come to rest at C = 0.
    Source: Sompolinsky, Crisanti and Sommers, Phys. Rev. Lett. 61, 259 (1988).
    """
    require(bool(np.isfinite(g)) and g >= 0, f"The gain is not negative: got {g}.")
    if g <= 1:
        return 0.0

    def unbalanced(variance: float) -> float:
        mean = gaussian_mean(lambda z: _ln_cosh(np.sqrt(variance) * z))
        scatter = gaussian_mean(lambda z: (_ln_cosh(np.sqrt(variance) * z) - mean) ** 2)
        return g**2 * scatter / variance**2 - 0.5

    return float(brentq(unbalanced, 1e-8, 4 * g**2))


def _ln_cosh(x: Inputs) -> Inputs:
    return np.logaddexp(x, -x) - np.log(2)


def _apart(pair: Float[np.ndarray, "N 2"]) -> float:
    return float(np.sqrt(np.mean((pair[:, 0] - pair[:, 1]) ** 2)))


def _checked(x: Inputs) -> Inputs:
    x = np.array(x, np.float64)
    require(x.ndim >= 1 and bool(np.isfinite(x).all()), "The inputs of the neurons are finite numbers.")
    return x
