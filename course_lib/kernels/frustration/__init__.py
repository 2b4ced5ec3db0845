"""Spins that cannot all have their way: magnets, frustrated lattices, glasses, and networks of neurons.

Symbols   s     spins or neurons (N,), each -1 or +1
          J     couplings: one for each bond (m,), or of all pairs (N, N), symmetric with a zero diagonal
          E     energy, -sum over pairs of J_ij s_i s_j, each pair once
          T     temperature, in units of the coupling (k_B = 1); beta = 1/T
          p     share of antiferromagnetic bonds
          q     overlap of two replicas
          xi    stored patterns (M, N), each -1 or +1
"""

from .boltzmann import (
    all_states,
    boltzmann_distribution,
    boltzmann_gradient,
    learn_boltzmann,
    pair_moments,
    relative_entropy,
)
from .chain import autocorrelation_time, binder, blocked, deviation, jackknife, scatter
from .directed import (
    cycle_ratio,
    directed_weights,
    entropy_production,
    feed_forward_weights,
    heat_bath_rates,
    parallel_updates,
    stationary_distribution,
    symmetrised,
)
from .exact import (
    critical_temperature,
    dual_temperature,
    kaufman_energy,
    kaufman_log_Z,
    onsager_energy,
    yang_magnetisation,
)
from .hopfield import (
    corrupt,
    digit_patterns,
    hebb,
    network_energy,
    pattern_overlaps,
    projection_rule,
    random_patterns,
    recall,
    recalled_overlaps,
    recalled_states,
)
from .ising import energy_per_spin, heat_bath, metropolis
from .lattices import (
    Lattice,
    antiferromagnet,
    bimodal,
    cylinder,
    energy,
    frustrated,
    frustrated_fraction,
    gauge_transform,
    gaussian,
    mattis,
    nishimori_temperature,
    square,
    triangular,
    triangular_cylinder,
    unsatisfied,
    villain,
)
from .layered import layer_susceptibilities, layered_couplings, layered_critical_temperature
from .matching import planar_ground_state
from .multispin import all_up, metropolis_replicas
from .rate_network import growth_rates, rate_energy, rate_flow
from .replicas import (
    almeida_thouless_field,
    glass_susceptibility,
    naive_iteration,
    rs_energy,
    rs_entropy,
    rs_overlap,
    tap_iteration,
)
from .retrieval import hopfield_capacity, retrieval_overlap
from .sk import anneal, greedy_descent, ground_energy_law, sk_couplings, sk_energy, spectral_rounding, thermal_states
from .strips import extrapolated, residual_entropy
from .tempering import equilibrium, ladder, parallel_tempering
from .torus import torus_energy
from .transfer import ground_energy, ground_state, thermal
from .wolff_clusters import wolff

__all__ = [
    "Lattice",
    "all_states",
    "all_up",
    "almeida_thouless_field",
    "anneal",
    "antiferromagnet",
    "autocorrelation_time",
    "bimodal",
    "binder",
    "blocked",
    "boltzmann_distribution",
    "boltzmann_gradient",
    "corrupt",
    "critical_temperature",
    "cycle_ratio",
    "cylinder",
    "deviation",
    "digit_patterns",
    "directed_weights",
    "dual_temperature",
    "energy",
    "energy_per_spin",
    "entropy_production",
    "equilibrium",
    "extrapolated",
    "feed_forward_weights",
    "frustrated",
    "frustrated_fraction",
    "gauge_transform",
    "gaussian",
    "glass_susceptibility",
    "greedy_descent",
    "ground_energy",
    "ground_energy_law",
    "ground_state",
    "growth_rates",
    "heat_bath",
    "heat_bath_rates",
    "hebb",
    "hopfield_capacity",
    "jackknife",
    "kaufman_energy",
    "kaufman_log_Z",
    "ladder",
    "layer_susceptibilities",
    "layered_couplings",
    "layered_critical_temperature",
    "learn_boltzmann",
    "mattis",
    "metropolis",
    "metropolis_replicas",
    "naive_iteration",
    "network_energy",
    "nishimori_temperature",
    "onsager_energy",
    "pair_moments",
    "parallel_tempering",
    "parallel_updates",
    "pattern_overlaps",
    "planar_ground_state",
    "projection_rule",
    "random_patterns",
    "rate_energy",
    "rate_flow",
    "recall",
    "recalled_overlaps",
    "recalled_states",
    "relative_entropy",
    "residual_entropy",
    "retrieval_overlap",
    "rs_energy",
    "rs_entropy",
    "rs_overlap",
    "scatter",
    "sk_couplings",
    "sk_energy",
    "spectral_rounding",
    "square",
    "stationary_distribution",
    "symmetrised",
    "tap_iteration",
    "thermal",
    "thermal_states",
    "torus_energy",
    "triangular",
    "triangular_cylinder",
    "unsatisfied",
    "villain",
    "wolff",
    "yang_magnetisation",
]
