"""The law of a wire, resistor or diode, and Newton's method for where a network of such wires settles.

The law is numpy in Python, for drops of any shape, and one number at a time in compiled code; the rest is compiled.

Symbols   v      voltage drop along a wire, from its first node to its second, in volts
          g      current through a wire of one siemens, in volts
          G      its integral from 0 to v, in volts^2
          leak   slope of g far backwards; 1 makes a resistor
          width  drop over which a diode turns on, in volts
          U      node voltages (batch, n), ordered as `resistor_state` says
"""

import numpy as np
from numba import njit
from numba.extending import register_jitable

from . import sparse

MOST_STEPS = 200  # about five are needed, a dozen in hard cases
UNSTABLE, LOST = -1, -2  # what `newton` answers instead of a number of steps


@register_jitable
def unit_current(v, leak, width):
    """g(v) = leak v + (1 - leak) (v + sqrt(v^2 + width^2) - width) / 2: a hyperbola bent around the diode's corner."""
    rise = v * v / (np.sqrt(v * v + width * width) + width)  # the root less the width, exact for small drops too
    return leak * v + (1 - leak) * (v + rise) / 2


@register_jitable
def unit_slope(v, leak, width):
    """g'(v): between leak and 1 and never zero, so there is always exactly one state to settle in."""
    return leak + (1 - leak) * (1 + v / np.sqrt(v * v + width * width)) / 2


@register_jitable
def unit_content(v, leak, width):
    """G(v), the integral of g from 0 to v: v^2 / 2 for a resistor."""
    root = np.sqrt(v * v + width * width)
    corner = (v * v + v * root + width * width * np.arcsinh(v / width)) / 2 - width * v
    return (leak * v * v + (1 - leak) * corner) / 2


@njit(cache=True)
def newton(plan, k, leaks, width, U):
    """Settle each row of U; the number of steps in all, or UNSTABLE or LOST."""
    total, n_f = 0, len(plan.start) - 1
    for r in range(len(U)):
        ground = U[r, -1]  # only differences matter, and small ones on top of a large voltage drown in rounding
        state = U[r] - ground
        steps = _newton(plan, k, leaks, width, state)
        if steps < 0:
            return steps
        U[r, :n_f] = state[:n_f] + ground
        total += steps
    return total


@njit(cache=True)
def _newton(plan, k, leaks, width, U):
    """Repeat: feed the missing currents into the network of slopes k_e g'(dV_e), and move by the voltages that makes.

    That is Newton's method for the least co-content. One minimum and a fall at each step: it always arrives.
    """
    n_f = len(plan.start) - 1
    if n_f == 0:
        return 0
    near = 1e-9 * (U.max() - U.min())  # the next step would be smaller by as much again
    for step in range(1, MOST_STEPS + 1):
        missing, slopes = _missing_currents(plan, k, leaks, width, U)
        L, D = sparse.factorise(plan, slopes)
        if not (D > 0).all():
            return UNSTABLE
        X = missing.reshape(n_f, 1)
        sparse.solve(plan, L, D, X)
        move = np.zeros_like(U)
        move[:n_f] = X[:, 0]
        if np.abs(move).max() <= near:
            U += move
            return step
        U += _safe_part(plan, k, leaks, width, U, move) * move
    return LOST


@njit(cache=True)
def _safe_part(plan, k, leaks, width, U, move):
    """How much of the move to make: all of it, or a half, or a quarter, ... so that the co-content falls.

    The co-content is convex along the move, so its slopes at the end and half way there, added and multiplied by half
    the way, bound what it gains.
    """
    part = 1.0
    while part > 1e-12:
        if _slope(plan, k, leaks, width, U, move, part) + _slope(plan, k, leaks, width, U, move, part / 2) <= 0:
            break
        part /= 2
    return part


@njit(cache=True)
def _slope(plan, k, leaks, width, U, move, part):
    """How fast the co-content grows after that part of the move: minus the missing currents times the move."""
    missing, _ = _missing_currents(plan, k, leaks, width, U + part * move)
    return -(missing * move[: len(missing)]).sum()


@njit(cache=True)
def _missing_currents(plan, k, leaks, width, U):
    """What each free node lacks by Kirchhoff's current law, and the slope k_e g'(dV_e) of each wire."""
    missing, slopes = np.zeros(len(plan.start) - 1), np.empty(len(k))
    for e in range(len(k)):
        i, j = plan.ends[e]
        v = U[i] - U[j]
        slopes[e] = k[e] * unit_slope(v, leaks[e], width)
        current = k[e] * unit_current(v, leaks[e], width)
        if i >= 0:
            missing[i] -= current
        if j >= 0:
            missing[j] += current
    return missing, slopes
