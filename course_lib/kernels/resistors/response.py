"""What a network does with a task: its response to sources and outputs, its answers and its loss.

With the sources clamped, every free state is a mixture of n_s unit responses; feeding currents in at the outputs adds a
mixture of n_o more. So one factorisation and n_s + n_o solves say everything a learning step needs to know of the
network, however large the batch.

Symbols   V_o   voltages of the outputs (batch, n_o), in volts
          V_T   target voltages of the outputs (batch, n_o), in volts
          C     loss, 1/2 |V_o - V_T|^2 averaged over the batch, in volts^2
          W     weights (n_o, n_s) with V_o = W V_s: no unit
          G     output block of the Green's function (n_o, n_o), in ohms
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numba import njit

from course_lib.core import require

from . import sparse
from .circuit import checked
from .graph import Conductances, Network

Outputs = Float[np.ndarray, "batch n_o"]


class Task(NamedTuple):
    """Source voltages, and the output voltages that the network should answer with."""

    sources: Int[np.ndarray, " n_s"]
    outputs: Int[np.ndarray, " n_o"]
    inputs: Float[np.ndarray, "batch n_s"]
    targets: Outputs


class Response(NamedTuple):
    """What the network does to one volt at a source and to one ampere at an output, the other sources at zero."""

    S: Float[np.ndarray, "m n_s"]  # drops of the wires for one volt at each source
    R: Float[np.ndarray, "m n_o"]  # drops of the wires for one ampere at each output
    W: Float[np.ndarray, "n_o n_s"]  # weights: output voltages for one volt at each source
    G: Float[np.ndarray, "n_o n_o"]  # G_oo


def response(net: Network, k: Conductances, task: Task) -> Response:
    """All that a learning step needs to know of the network, by one factorisation and n_s + n_o solves."""
    edges, k, sources = checked(net, k, task.sources)
    outputs = sparse.plain(task.outputs, np.int64)
    n_s, n_o, batch = len(sources), len(outputs), len(task.inputs)
    require(np.shape(task.inputs) == (batch, n_s), f"inputs need one column for each of the {n_s} sources")
    require(np.shape(task.targets) == (batch, n_o), f"targets need {n_o} columns, and a row for each row of inputs")
    require(
        bool(np.isfinite(task.inputs).all() and np.isfinite(task.targets).all()), "a voltage is not a finite number"
    )
    nodes = [*sources.tolist(), *outputs.tolist()]
    require(len(set(nodes)) == len(nodes), "a node can be read once, and not where a source is clamped")
    require(min(nodes) >= 0 and max(nodes) < net.n, f"outputs are nodes 0 to {net.n - 1}")
    plan = sparse.plan(edges, net.n, sources)
    D, V_o = _unit_responses(plan, edges, k, n_s, outputs)
    return Response(D[:, :n_s], D[:, n_s:], V_o[:, :n_s], V_o[:, n_s:])


@njit(cache=True)
def _unit_responses(plan, edges, k, n_s, outputs):
    """Drops of all wires and voltages of the outputs, one column for each source and each output."""
    n_o = len(outputs)
    V_c = np.zeros((n_s, n_s + n_o))
    for s in range(n_s):
        V_c[s, s] = 1
    X = sparse.boundary_currents(plan, k, V_c)
    for o in range(n_o):
        X[plan.place[outputs[o]], n_s + o] = 1
    V = sparse.voltages(plan, k, X, V_c)
    return V[edges[:, 0]] - V[edges[:, 1]], V[outputs]


def output_voltages(net: Network, k: Conductances, task: Task) -> Outputs:
    """V_o = W V_s: each row of W is non-negative and sums to one, which is all a linear network can do."""
    return task.inputs @ response(net, k, task).W.T


def loss(net: Network, k: Conductances, task: Task) -> float:
    """C = mean over the batch of 1/2 |V_o - V_T|^2."""
    return float(0.5 * ((output_voltages(net, k, task) - task.targets) ** 2).sum(axis=1).mean())
