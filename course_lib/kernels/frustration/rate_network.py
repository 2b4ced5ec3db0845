"""A network of graded neurons with a gain: below 1 it falls silent, above 1 directed random weights make it chaotic.

Symbols   x  inputs of the neurons (N,) or (N, runs); their activity is tanh(x)
          J  weights (N, N), zero diagonal, of variance 1/N
          g  gain: the strength of all weights together
          h  constant field on each neuron (N,), or one for all
          t  time, in units of the neurons' own decay time
          E  energy, which exists only for symmetric J
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq

from course_lib.core import require
from course_lib.shared.arrays import plain

from .checks import Weights, checked_count, checked_number, checked_weights
from .replicas import gaussian_mean

Inputs = Float[np.ndarray, "N *runs"]
DT = 0.1  # a step, in decay times; the fourth-order error is then far below a percent
JUST_ABOVE, STRONGEST = 1 + 1e-6, 1e6  # gains between which the chaotic variance is computed
REAL = "The inputs and fields of neurons are finite real numbers."


def rate_velocity(x: Inputs, J: Weights, g: float, h: Inputs | float = 0.0) -> Inputs:
    """dx/dt = -x + g J tanh(x) + h."""
    return g * (J @ np.tanh(x)) - x + h


def rate_flow(x: Inputs, J: Weights, g: float, h: Inputs | float = 0.0, *, dt: float = DT) -> Iterator[Inputs]:
    """Yield x, then x after each further time dt, for ever, by the classical Runge-Kutta method of fourth order.

    Columns of x are runs of the same network from different starts.
    """
    x, J, g = checked_network(x, J, g)
    h, dt = plain(h, np.float64, REAL), checked_number(dt, "A step")
    require(bool(np.isfinite(h).all()) and h.size in (1, len(x)), f"A field for each of {len(x)} neurons: {h.shape}.")
    h = h.reshape(-1, *[1] * (x.ndim - 1))  # the same in all runs
    require(0 < dt <= 0.5, f"A step is positive, and at most half a decay time: got {dt}.")
    while True:
        yield x.copy()
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
    x, J, g = checked_network(x, J, g)
    blocks, steps = checked_count(blocks, 1, "The number of blocks"), checked_count(steps, 1, "The number of steps")
    require(x.ndim == 1, f"One run of the network to start from, not the shape {x.shape}.")
    away, apart, rates = rng.normal(size=len(x)), 1e-7, []
    for _ in range(blocks):
        away *= apart * np.sqrt(len(x)) / np.linalg.norm(away)
        states = rate_flow(np.stack([x, x + away], axis=1), J, g, dt=dt)
        for _ in range(steps + 1):
            pair = next(states)
        x, away = pair[:, 0], pair[:, 1] - pair[:, 0]
        require(bool(np.isfinite(away).all() and away.any()), "A block is too long to measure: ask for fewer steps.")
        rates.append(np.log(_apart(pair) / apart) / (steps * dt))
    return np.array(rates)


def rate_energy(x: Inputs, J: Weights, g: float) -> float:
    """E = -g/2 sum_ij J_ij r_i r_j + sum_i [r_i x_i + ln(1 - r_i^2) / 2], r = tanh(x).

    It only falls where J is symmetric. The bracket is the integral of artanh from 0 to r_i, so that -dE/dr_i is
    the velocity of x_i.
    Source: Hopfield, Proc. Natl. Acad. Sci. 81, 3088 (1984).
    """
    x, J, g = checked_network(x, J, g)
    require(x.ndim == 1, f"The energy of one state, not of the shape {x.shape}.")
    r = np.tanh(x)
    return float(-0.5 * g * r @ J @ r + (r * x - _ln_cosh(x)).sum())


def chaotic_variance(g: float) -> float:
    """<x^2> in the chaotic state of an infinitely large directed network; 0 at g <= 1, where it is silent.

        <x^2>^2 / 2 = g^2 (variance of ln cosh x),    x a normal number of that variance

    The correlation in time, C(t) = <x(0) x(t)>, moves like a ball in a potential; this is its energy at t = 0 and
    at infinity, where it has come to rest at C = 0.
    Source: Sompolinsky, Crisanti and Sommers, Phys. Rev. Lett. 61, 259 (1988).
    """
    g = checked_number(g, "The gain")
    require(0 <= g <= STRONGEST, f"The gain is from 0 to {STRONGEST:.0f}: got {g}.")
    if g <= 1:
        return 0.0
    require(g > JUST_ABOVE, f"Just above 1 the variance is g - 1, too small to be told from rounding: got {g}.")

    def unbalanced(variance: float) -> float:
        mean = gaussian_mean(lambda z: _ln_cosh(np.sqrt(variance) * z))
        scatter = gaussian_mean(lambda z: (_ln_cosh(np.sqrt(variance) * z) - mean) ** 2)
        return g**2 * scatter / variance**2 - 0.5

    return float(brentq(unbalanced, 1e-8, 4 * g**2))


def _ln_cosh(x: Inputs) -> Inputs:
    return np.logaddexp(x, -x) - np.log(2)


def _apart(pair: Float[np.ndarray, "N 2"]) -> float:
    return float(np.sqrt(np.mean((pair[:, 0] - pair[:, 1]) ** 2)))


def checked_network(x: Inputs, J: Weights, g: float) -> tuple[Inputs, Weights, float]:
    """Copies of the inputs, the weights and the gain, if they fit together."""
    x, J, g = plain(x, np.float64, REAL), checked_weights(J), checked_number(g, "The gain")
    require(x.ndim in (1, 2) and len(x) == len(J), f"{len(J)} neurons have {len(J)} inputs: the shape is {x.shape}.")
    require(bool(np.isfinite(x).all()), REAL)
    require(abs(g) <= STRONGEST, f"A gain is at most {STRONGEST:.0f} in size: got {g}.")
    return x, J, g
