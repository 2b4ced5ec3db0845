"""Wires that let current pass one way: what makes a network of wires more than an averaging machine.

Each wire is a conductance k_e behind a law g that rises smoothly and strictly, so I_e = k_e g(dV_e). A resistor has
g(v) = v. A diode has slope `leak` backwards and slope 1 forwards, and turns from one to the other over `width`. The
node voltages do not minimise the dissipated power now, but the co-content: that is what Kirchhoff's current law says
when the law of the wires is not a straight line (Millar, Phil. Mag. 42, 1150 (1951)).

Symbols   k      conductances (m,), in siemens
          v      voltage drop along a wire, from its first node to its second, in volts
          g      current through a wire of one siemens, in volts
          G      its integral from 0 to v, in volts squared
          V      node voltages (n, r) for r settings of the clamped nodes
          leak   slope of g far backwards; 1 makes a resistor
          width  drop over which a diode turns on, in volts
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from course_lib.core import require
from course_lib.kernels.resistors.graph import Network, incidence
from course_lib.kernels.resistors.sparse import Plan, boundary_currents, factorise, plan, solve

STEPS = 200  # Newton needs about ten; more than this means that something is wrong


class Diodes(NamedTuple):
    """Which wires carry a diode, pointing from their first node to their second, and how good the diodes are."""

    one_way: Bool[np.ndarray, " m"]
    rectification: float = 1.0  # 0: every wire is a resistor; 1: backwards only the leak passes
    leak: float = 1e-3
    width: float = 0.05

    @property
    def leaks(self) -> Float[np.ndarray, " m"]:
        """Slope far backwards of every wire, 1 for the resistors."""
        return 1 - self.one_way * self.rectification * (1 - self.leak)


@njit(cache=True)
def unit_current(v, leak, width):
    """g(v) = leak v + (1 - leak) (v + sqrt(v^2 + width^2) - width) / 2: a hyperbola bent around the diode's corner."""
    return leak * v + (1 - leak) * (v + np.sqrt(v * v + width * width) - width) / 2


@njit(cache=True)
def unit_slope(v, leak, width):
    """g'(v), between leak and 1: never zero, so that the voltages are always determined."""
    return leak + (1 - leak) * (1 + v / np.sqrt(v * v + width * width)) / 2


@njit(cache=True)
def unit_content(v, leak, width):
    """G(v), the integral of g from 0 to v: v^2 / 2 for a resistor."""
    root = np.sqrt(v * v + width * width)
    corner = (v * v + v * root + width * width * np.arcsinh(v / width)) / 2 - width * v
    return (leak * v * v + (1 - leak) * corner) / 2


def diode_voltages(
    net: Network,
    k: Float[np.ndarray, " m"],
    diodes: Diodes,
    clamped: Int[np.ndarray, " n_c"],
    values: Float[np.ndarray, "n_c r"],
) -> Float[np.ndarray, "n r"]:
    """The voltages at which no free node gains or loses current: the minimum of the co-content.

    Raises: Refusal if a conductance is negative, a diode impossible, or a part of the network floats.
    """
    check_diodes(net, k, diodes)
    p = plan(net.edges, net.n, clamped)
    U = linear_start(p, k, values)
    settle(p, k, diodes, U)
    return U[:, p.place].T


def diode_currents(
    net: Network, k: Float[np.ndarray, " m"], diodes: Diodes, V: Float[np.ndarray, "n r"]
) -> Float[np.ndarray, "m r"]:
    """I_e = k_e g(dV_e), positive from the wire's first node to its second."""
    return k[:, None] * unit_current(incidence(net.edges, net.n) @ V, diodes.leaks[:, None], diodes.width)


def co_content(
    net: Network, k: Float[np.ndarray, " m"], diodes: Diodes, V: Float[np.ndarray, "n r"]
) -> Float[np.ndarray, " r"]:
    """sum_e k_e G(dV_e), in watts: half the dissipated power if all wires are resistors, and only then."""
    return k @ unit_content(incidence(net.edges, net.n) @ V, diodes.leaks[:, None], diodes.width)


def diode_power(
    net: Network, k: Float[np.ndarray, " m"], diodes: Diodes, V: Float[np.ndarray, "n r"]
) -> Float[np.ndarray, " r"]:
    """sum_e I_e dV_e, in watts: what the wires turn into heat."""
    return (diode_currents(net, k, diodes, V) * (incidence(net.edges, net.n) @ V)).sum(axis=0)


def check_diodes(net: Network, k: Float[np.ndarray, " m"], diodes: Diodes) -> None:
    """Refuse wires that no shop sells."""
    require(len(k) == len(diodes.one_way) == net.m, f"one conductance and one diode mark for each of {net.m} wires")
    require(bool((k >= 0).all()), "a conductance is never negative")
    require(0 <= diodes.rectification <= 1, f"rectification lies between 0 and 1: got {diodes.rectification}")
    require(0 < diodes.leak <= 1, f"leak lies above 0 and up to 1: got {diodes.leak}")
    require(diodes.width > 0, f"a diode needs a positive width to turn on: got {diodes.width}")


def linear_start(p: Plan, k: Float[np.ndarray, " m"], values: Float[np.ndarray, "n_c r"]) -> Float[np.ndarray, "r n"]:
    """Where the voltages would settle if all wires were resistors, ordered as `settle` wants them.

    Free nodes come first, in the order of the plan, and clamped ones last, backwards. A node's place in the plan,
    negative if it is clamped, is then simply its index.
    """
    values = np.ascontiguousarray(values, float)
    X = boundary_currents(p, k, values)
    L, D = factorise(p, k)
    require(bool((D > 1e-12 * k.max()).all()), "a part of the network is connected to no clamped node: it floats")
    solve(p, L, D, X)
    return np.vstack([X, values[::-1]]).T.copy()


def settle(p: Plan, k: Float[np.ndarray, " m"], diodes: Diodes, U: Float[np.ndarray, "r n"]) -> int:
    """Move the free voltages, in place, to where Kirchhoff's current law holds; the Newton steps that took."""
    steps = newton(p, k, diodes.leaks, diodes.width, U)
    require(steps != UNSTABLE, "a negative conductance outweighs the network: take a smaller nudge")
    require(steps >= 0, f"the voltages did not settle within {STEPS} Newton steps")
    return steps


UNSTABLE, LOST = -1, -2


@njit(cache=True, error_model="numpy")
def newton(p, k, leaks, width, U):
    """Damped Newton for each row of U: the number of steps in all, or UNSTABLE, or LOST."""
    total = 0
    for r in range(len(U)):
        steps = newton_one(p, k, leaks, width, U[r])
        if steps < 0:
            return steps
        total += steps
    return total


@njit(cache=True, error_model="numpy")
def newton_one(p, k, leaks, width, U):
    """Repeat: solve the network of slopes k_e g'(dV_e) fed with the missing currents, and go there.

    The network of slopes is an ordinary resistor network, so the direction exists; along it the missing current
    shrinks at first, so some fraction of the step is accepted; it is halved until it is.
    """
    n_f = len(p.start) - 1
    near = 1e-9 * (U.max() - U.min())
    missing, slopes = missing_currents(p, k, leaks, width, U)
    size = np.sum(missing**2)
    for step in range(1, STEPS + 1):
        L, D = factorise(p, slopes)
        if not (D > 0).all():
            return UNSTABLE
        move = missing.reshape(n_f, 1).copy()
        solve(p, L, D, move)
        done = np.abs(move).max() <= near
        here, t = U[:n_f].copy(), 1.0
        while True:
            U[:n_f] = here + t * move[:, 0]
            missing, slopes = missing_currents(p, k, leaks, width, U)
            new_size = np.sum(missing**2)
            if done or new_size <= (1 - t / 2) * size:
                break
            t /= 2
            if t < 1e-9:
                return LOST
        if done:
            return step
        size = new_size
    return LOST


@njit(cache=True, error_model="numpy")
def missing_currents(p, k, leaks, width, U):
    """What each free node is short of by Kirchhoff's current law, and each wire's slope k_e g'(dV_e)."""
    missing, slopes = np.zeros(len(p.start) - 1), np.empty(len(k))
    for e in range(len(k)):
        i, j = p.ends[e]
        v = U[i] - U[j]
        current = k[e] * unit_current(v, leaks[e], width)
        slopes[e] = k[e] * unit_slope(v, leaks[e], width)
        if i >= 0:
            missing[i] -= current
        if j >= 0:
            missing[j] += current
    return missing, slopes
