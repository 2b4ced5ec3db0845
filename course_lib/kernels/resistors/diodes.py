"""Wires that let current pass one way: what makes a network of wires more than an averaging machine.

Each wire is a conductance k_e behind a law g that rises smoothly and strictly, so I_e = k_e g(dV_e). A resistor has
g(v) = v. A diode has slope `leak` backwards and slope 1 forwards, and turns from one to the other over `width`. What
the node voltages minimise is then not the dissipated power but the co-content, the sum of k_e G(dV_e): setting its
derivative to zero is Kirchhoff's current law (Millar, Phil. Mag. 42, 1150 (1951)).

Symbols   k      conductances (m,), in siemens
          v, dV  voltage drop along a wire, from its first node to its second, in volts
          g      current through a wire of one siemens, in volts
          G      its integral from 0 to v, in volts^2
          V      node voltages (n,) or (batch, n), in volts
          leak   slope of g far backwards; 1 makes a resistor
          width  drop over which a diode turns on, in volts
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from course_lib.core import require

from . import sparse
from .circuit import Nodes, Voltages, checked, checked_values, drops
from .graph import Conductances, Edges, Network
from .newton import LOST, UNSTABLE, newton, unit_content, unit_current

Settled = Float[np.ndarray, "batch n"]


class Diodes(NamedTuple):
    """Which wires carry a diode, pointing from their first node to their second, and how good the diodes are."""

    one_way: Bool[np.ndarray, " m"]
    rectification: float = 1.0  # 0: all wires are resistors; 1: backwards only the leak passes
    leak: float = 1e-3
    width: float = 0.05

    @property
    def leaks(self) -> Float[np.ndarray, " m"]:
        """The slope of each wire far backwards: 1 for a resistor."""
        return 1 - self.one_way * self.rectification * (1 - self.leak)


def diode_voltages(
    net: Network, k: Conductances, diodes: Diodes, clamped: Nodes, values: Float[np.ndarray, "*batch n_c"]
) -> Voltages:
    """The voltages at which no free node gains or loses current: the minimum of the co-content.

    Args:
        k: conductances, none negative.
        clamped: the nodes held by batteries; every part of the network needs one.
        values: their voltages, in volts.
    Returns: voltages of all n nodes, one row for each row of values.
    Raises: ValueError, in words, where no voltages exist or they are not unique.
    """
    edges, k, clamped = checked_diodes(net, k, diodes, clamped)
    values = checked_values(values, clamped)
    plan = sparse.plan(edges, net.n, clamped)
    U = resistor_state(plan, k, np.atleast_2d(values))
    settle(plan, k, diodes, U)
    return U[:, plan.place].reshape(*values.shape[:-1], net.n)


def diode_currents(net: Network, k: Conductances, diodes: Diodes, V: Voltages) -> Float[np.ndarray, "*batch m"]:
    """I_e = k_e g(dV_e), positive from the wire's first node to its second."""
    return k * unit_current(drops(net, V), diodes.leaks, diodes.width)


def diode_power(net: Network, k: Conductances, diodes: Diodes, V: Voltages) -> Float[np.ndarray, "*batch"]:
    """P = sum_e I_e dV_e, in watts: the heat of all wires."""
    return (diode_currents(net, k, diodes, V) * drops(net, V)).sum(axis=-1)


def co_content(net: Network, k: Conductances, diodes: Diodes, V: Voltages) -> Float[np.ndarray, "*batch"]:
    """sum_e k_e G(dV_e), in watts: half the dissipated power where all wires are resistors, and only there."""
    return (k * unit_content(drops(net, V), diodes.leaks, diodes.width)).sum(axis=-1)


def checked_diodes(net: Network, k: Conductances, diodes: Diodes, clamped: Nodes) -> tuple[Edges, Conductances, Nodes]:
    """(edges, k, clamped) for compiled code, or, in words, why the voltages would not exist or not be unique."""
    require(len(diodes.one_way) == net.m, f"say for each of the {net.m} wires whether it carries a diode")
    require(0 <= diodes.rectification <= 1, f"rectification goes from 0 to 1: got {diodes.rectification}")
    require(0 < diodes.leak <= 1, f"a diode's leak is above 0 and at most 1: got {diodes.leak}")
    require(diodes.width > 0, f"a diode turns on over a width above 0 V: got {diodes.width}")
    return checked(net, k, clamped)


def resistor_state(plan: sparse.Plan, k: Conductances, values: Float[np.ndarray, "batch n_c"]) -> Settled:
    """Where the voltages would settle if all wires were resistors: a good place to start from.

    The free nodes stand first, in the plan's order, and the clamped ones last, backwards, so that a node's place in
    the plan (negative for a clamped node) is its index.
    """
    k, V_c = sparse.plain(k, np.float64), sparse.plain(values.T, np.float64)
    X = sparse.boundary_currents(plan, k, V_c)
    sparse.solve(plan, *sparse.factorise(plan, k), X)
    return np.vstack([X, V_c[::-1]]).T.copy()


def settle(plan: sparse.Plan, k: Conductances, diodes: Diodes, U: Settled) -> int:
    """Move the free voltages, in place, to where Kirchhoff's current law holds; the number of Newton steps taken."""
    k, leaks = sparse.plain(k, np.float64), sparse.plain(diodes.leaks, np.float64)
    steps = newton(plan, k, leaks, float(diodes.width), U)
    require(steps != UNSTABLE, "a negative nudge outweighs the network, which has no stable state: take a smaller one")
    require(steps != LOST, f"the voltages did not settle: conductances from {k.min():.1e} to {k.max():.1e} S")
    return steps
