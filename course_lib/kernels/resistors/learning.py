"""How a network of wires learns: two states, and on each wire a comparison of two voltage drops.

Clamping or nudging the outputs is feeding currents I in at the outputs, so both states are mixtures of the same unit
responses (see `response`), and the batch average of any product of drops needs only the moments of the inputs and of I.

Symbols   V_F, V_C  free and clamped voltages of all nodes (batch, n), in volts
          V_T     target voltages of the outputs (batch, n_o), in volts
          C       loss, 1/2 |V_o - V_T|^2 averaged over the batch, in volts^2
          eta     how far the clamped outputs go towards the target, from 0 to 1
          b       nudge: conductance from each output to its target voltage, in siemens
          G_oo    output block of the Green's function (n_o, n_o): volts at an output for one ampere into another
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from course_lib.core import require

from .circuit import Nodes, free_voltages, voltages
from .graph import Conductances, Network
from .response import Outputs, Response, Task, loss, response

PerWire = Float[np.ndarray, " m"]


class State(NamedTuple):
    """One moment of learning."""

    step: int
    k: Conductances
    loss: float


Rule = Callable[[Network, Conductances, Task], PerWire]


def gradient(net: Network, k: Conductances, task: Task) -> PerWire:
    """dC/dk_e = mean of dV_e dV'_e, where V' is the voltage when the currents V_T - V_o are fed in at the outputs.

    Nothing is nudged: V' is the state of the adjoint network, all sources at zero. A network is its own adjoint.
    """
    r = response(net, k, task)
    error = task.targets - task.inputs @ r.W.T
    return _paired(r.S, task.inputs.T @ error, r.R) / len(error)


def equilibrium_propagation(net: Network, k: Conductances, task: Task, b: float) -> PerWire:
    """dC/dk_e estimated by ((dV_e^b)^2 - (dV_e^0)^2) / 2b, each output tied to its target through a conductance b.

    Source: Scellier and Bengio, Front. Comput. Neurosci. 11, 24 (2017); for circuits Kendall et al., arXiv:2006.01981.
    """
    r = response(net, k, task)
    return _contrast(r, task, _nudge(r, task, b)) / b


def symmetric_equilibrium_propagation(net: Network, k: Conductances, task: Task, b: float) -> PerWire:
    """dC/dk_e estimated by ((dV_e^b)^2 - (dV_e^-b)^2) / 4b: the error of first order in b cancels.

    Source: Laborieux et al., Front. Neurosci. 15, 633674 (2021).
    """
    r = response(net, k, task)
    require(b * np.linalg.eigvalsh(r.G)[-1] < 1, f"a nudge of -{b} S is more negative than the network can hold")
    return (_contrast(r, task, _nudge(r, task, b)) - _contrast(r, task, _nudge(r, task, -b))) / (2 * b)


def coupled_learning(net: Network, k: Conductances, task: Task, eta: float) -> PerWire:
    """dk_e / alpha = ((dV_e^F)^2 - (dV_e^C)^2) / 2 eta, the outputs clamped at V_F + eta (V_T - V_F).

    Source: Stern, Hexner, Rocks and Liu, Phys. Rev. X 11, 021045 (2021).
    """
    r = response(net, k, task)
    return -_contrast(r, task, eta * _clamp(r, task)) / eta


def symmetric_coupled_learning(net: Network, k: Conductances, task: Task, eta: float) -> PerWire:
    """The same with the free state replaced by one clamped away from the target: ((dV^-eta)^2 - (dV^eta)^2) / 4 eta.

    In a linear network that is exactly the limit eta -> 0, because V_C moves along a straight line with eta.
    """
    r = response(net, k, task)
    return (_contrast(r, task, -eta * _clamp(r, task)) - _contrast(r, task, eta * _clamp(r, task))) / (2 * eta)


def coupled_learning_limit(net: Network, k: Conductances, task: Task) -> PerWire:
    """J^T G_oo^-1 (V_T - V_F), J = dV_o/dk: what coupled learning does as eta -> 0.

    Minus the gradient of C would be J^T (V_T - V_F). With one output G_oo is a number, and the two are parallel.
    """
    r = response(net, k, task)
    return -_paired(r.S, task.inputs.T @ _clamp(r, task), r.R) / len(task.inputs)


def _nudge(r: Response, task: Task, b: float) -> Outputs:
    """Currents that come in at the outputs through conductances b from the target voltages: (1/b + G_oo)^-1 error."""
    error = task.targets - task.inputs @ r.W.T
    return np.linalg.solve(np.eye(len(r.G)) / b + r.G, error.T).T


def _clamp(r: Response, task: Task) -> Outputs:
    """Currents that move the outputs all the way to their targets: G_oo^-1 error."""
    return np.linalg.solve(r.G, (task.targets - task.inputs @ r.W.T).T).T


def _contrast(r: Response, task: Task, I: Outputs) -> PerWire:
    """Mean over the batch of 1/2 [(dV_e with currents I at the outputs)^2 - (dV_e free)^2], without the difference."""
    return (_paired(r.S, task.inputs.T @ I, r.R) + 0.5 * _paired(r.R, I.T @ I, r.R)) / len(I)


def _paired(A: Float[np.ndarray, "m a"], M: Float[np.ndarray, "a b"], B: Float[np.ndarray, "m b"]) -> PerWire:
    """sum_ab A_ea M_ab B_eb for each wire e."""
    return ((A @ M) * B).sum(axis=1)


def local_step(k: Conductances, drop_free: PerWire, drop_clamped: PerWire, eta: float, alpha: float) -> Conductances:
    """k + alpha [(dV^F)^2 - (dV^C)^2] / (2 eta): each wire looks at its own two drops and at nothing else."""
    return k + alpha * (drop_free**2 - drop_clamped**2) / (2 * eta)


def clamped_state(
    L: Float[np.ndarray, "n n"],
    clamped: Nodes,
    values: Float[np.ndarray, " n_c"],
    outputs: Nodes,
    targets: Float[np.ndarray, " n_o"],
    eta: float,
) -> Float[np.ndarray, " n"]:
    """All voltages when the outputs are held, too: a fraction eta of the way from where they were to their targets."""
    V_F = free_voltages(L, clamped, values)
    V_C = V_F[outputs] + eta * (targets - V_F[outputs])
    return free_voltages(L, np.concatenate([clamped, outputs]), np.concatenate([values, V_C]))


def states(net: Network, k: Conductances, task: Task, eta: float) -> tuple[Float[np.ndarray, "batch n"], ...]:
    """(V_F, V_C): both states of the network, solved one after the other as the twin networks of the experiment are."""
    V_F = voltages(net, k, task.sources, task.inputs)
    V_o = V_F[:, task.outputs] + eta * (task.targets - V_F[:, task.outputs])
    clamped = np.concatenate([task.sources, task.outputs])
    return V_F, voltages(net, k, clamped, np.hstack([task.inputs, V_o]))


def descent(net: Network, k: Conductances, task: Task) -> PerWire:
    """-dC/dk: the rule of steepest descent, which no wire can follow by itself."""
    return -gradient(net, k, task)


def learn(
    net: Network, k: Conductances, task: Task, *, rule: Rule, rate: float, k_min: float = 1e-3, k_max: float = 1e3
) -> Iterator[State]:
    """Yield the network as it is, then after each step k <- k + rate * rule(net, k, task), for ever.

    Conductances stay between k_min and k_max, as those of a real device; a wire cut at the start (k = 0) stays cut.
    """
    k, step, uncut = k.copy(), 0, k > 0
    while True:
        yield State(step, k, loss(net, k, task))
        k = np.where(uncut, np.clip(k + rate * rule(net, k, task), k_min, k_max), 0.0)
        step += 1


def noisy_rule(rule: Rule, s: float, apart: float, *, rng: np.random.Generator) -> Rule:
    """The rule when each wire misreads its difference of squared drops by s volts^2 times a fresh normal number.

    apart: the nudge between the two states that are compared: eta or b, and twice that for the symmetric rules.
    """
    return lambda net, k, task: rule(net, k, task) + s * rng.normal(size=net.m) / (2 * apart)


def biased_rule(rule: Rule, offset: PerWire, apart: float) -> Rule:
    """The rule when each wire's comparator is off by a constant of its own, in volts^2, at every step.

    apart: as for `noisy_rule`. Source: Dillavou, Guzman, Liu and Durian, arXiv:2505.22887 (2025).
    """
    return lambda net, k, task: rule(net, k, task) + offset / (2 * apart)
