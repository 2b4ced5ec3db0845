"""Networks of resistors that learn by themselves: circuits, local learning rules, things to learn, and diodes.

Symbols   k     conductances of the wires (m,), in siemens; 0 is a cut wire
          V     node voltages (n,) or (batch, n), in volts
          dV    voltage drops along the wires (m,), in volts
          P     dissipated power, sum_e k_e dV_e^2, in watts
          B     incidence matrix (m, n): +1 where a wire starts, -1 where it ends
          L     Laplacian B^T diag(k) B (n, n), in siemens
          R     effective resistance between two nodes, in ohms
          V_F   free voltages: only the sources are clamped, in volts
          V_C   clamped voltages: the outputs are held nearer to the target, in volts
          V_T   target voltages of the outputs (batch, n_o), in volts
          C     loss, 1/2 |V_o - V_T|^2 averaged over the batch, in volts^2
          eta   how far the clamped outputs go towards the target, from 0 to 1 (not a learning rate)
          b     nudge: conductance from each output to its target voltage, in siemens
          alpha  learning rate of the wires
          J     how the outputs change with the conductances, dV_o/dk (n_o, m)
          G_oo  output block of the Green's function L_ff^-1 (n_o, n_o), in ohms
          W     weights of the linear map from sources to outputs (n_o, n_s)
          s     error of a wire's comparator, in volts^2
          g     current through a wire of one siemens (a diode's law, or g(v) = v), in volts
          G     co-content of a wire of one siemens, the integral of g, in volts^2
"""

from .circuit import (
    currents,
    drops,
    edge_resistances,
    effective_resistance,
    free_voltages,
    infinite_lattice_resistance,
    power,
    torus_resistance,
    voltages,
)
from .diode_learning import (
    Machine,
    diode_gradient,
    diode_loss,
    diode_outputs,
    diode_propagation,
    learn_diodes,
    symmetric_diode_propagation,
    xor_errors,
    xor_network,
)
from .diodes import Diodes, co_content, diode_currents, diode_power, diode_voltages
from .graph import Network, complete, incidence, laplacian, lattice, path, random_geometric, square, torus
from .learning import (
    Rule,
    State,
    biased_rule,
    clamped_state,
    coupled_learning,
    coupled_learning_limit,
    descent,
    equilibrium_propagation,
    gradient,
    learn,
    local_step,
    noisy_rule,
    states,
    symmetric_coupled_learning,
    symmetric_equilibrium_propagation,
)
from .response import Response, Task, loss, output_voltages, response
from .tasks import (
    Split,
    allostery,
    best_convex_weights,
    centroid_accuracy,
    convex_map_task,
    iris_split,
    iris_task,
    largest_accuracy,
    linear_regression_outputs,
    logistic_regression_accuracy,
    scattered,
    teacher_task,
    xor_task,
)

__all__ = [
    "Diodes",
    "Machine",
    "Network",
    "Response",
    "Rule",
    "Split",
    "State",
    "Task",
    "allostery",
    "best_convex_weights",
    "biased_rule",
    "centroid_accuracy",
    "clamped_state",
    "co_content",
    "complete",
    "convex_map_task",
    "coupled_learning",
    "coupled_learning_limit",
    "currents",
    "descent",
    "diode_currents",
    "diode_gradient",
    "diode_loss",
    "diode_outputs",
    "diode_power",
    "diode_propagation",
    "diode_voltages",
    "drops",
    "edge_resistances",
    "effective_resistance",
    "equilibrium_propagation",
    "free_voltages",
    "gradient",
    "incidence",
    "infinite_lattice_resistance",
    "iris_split",
    "iris_task",
    "laplacian",
    "lattice",
    "learn",
    "learn_diodes",
    "largest_accuracy",
    "linear_regression_outputs",
    "local_step",
    "logistic_regression_accuracy",
    "loss",
    "noisy_rule",
    "output_voltages",
    "path",
    "random_geometric",
    "power",
    "response",
    "scattered",
    "square",
    "states",
    "symmetric_coupled_learning",
    "symmetric_diode_propagation",
    "symmetric_equilibrium_propagation",
    "teacher_task",
    "torus",
    "torus_resistance",
    "voltages",
    "xor_errors",
    "xor_network",
    "xor_task",
]
