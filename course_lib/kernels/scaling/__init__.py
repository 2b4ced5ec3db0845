"""Scaling laws of language models: the law, what it says of a budget, and how it is fitted and misfitted.

Symbols   N, D   parameters, and tokens trained on
          C      compute of the training, in FLOP: C = 6 N D
          L      loss, in nats per token
          E, A, B  the law's floor, and the weights of its two power laws: L = E + A / N^alpha + B / D^beta
          alpha, beta  their exponents
          a      exponent of the best size: N* ~ C^a
"""

from .approaches import by_budget, envelope, isoflop_minima, power_law
from .checks import Runs
from .fits import (
    Fit,
    bootstrap,
    classical_starts,
    descend_from,
    fit_law,
    log_residuals,
    objective_and_gradient,
    projected_starts,
    summed_huber,
)
from .flops import (
    CHINCHILLA,
    GOPHER,
    GPT3,
    Transformer,
    block_parameters,
    embedding_parameters,
    forward_flops,
    matrix_training_flops,
    training_flops,
)
from .kaplan import (
    frontier_compute,
    kaplan_fit,
    kaplan_own_exponent,
    local_exponent,
    pearce_song_exponents,
    total_parameters,
    training_curves,
)
from .law import (
    BESIROGLU,
    HOFFMANN,
    HOFFMANN_UNROUNDED,
    Law,
    compute_needed,
    compute_optimal,
    loss,
    optimal_loss,
    size_exponent,
    tokens_left,
)
from .optimiser import walk
from .runs import read_runs
from .solvable import exponents, mode_frontier, mode_loss, mode_runs
from .synthetic import chinchilla_layout, isoflop_layout, scattered, with_outliers
from .trained import (
    Sweep,
    at_budgets,
    at_rate,
    best_rates,
    budgets_reached,
    by_envelope,
    by_law,
    by_parabolas,
    redrawn,
    rungs,
    spread,
    trained_runs,
    tuned,
)
from .uncertainty import error_if_independent, exponent_error, interval, profile, profile_rise, valley

__all__ = [
    "BESIROGLU",
    "CHINCHILLA",
    "Fit",
    "GOPHER",
    "GPT3",
    "HOFFMANN",
    "HOFFMANN_UNROUNDED",
    "Law",
    "Runs",
    "Sweep",
    "Transformer",
    "at_budgets",
    "at_rate",
    "best_rates",
    "block_parameters",
    "bootstrap",
    "budgets_reached",
    "by_budget",
    "by_envelope",
    "by_law",
    "by_parabolas",
    "chinchilla_layout",
    "classical_starts",
    "compute_needed",
    "compute_optimal",
    "descend_from",
    "embedding_parameters",
    "envelope",
    "error_if_independent",
    "exponent_error",
    "exponents",
    "fit_law",
    "forward_flops",
    "frontier_compute",
    "interval",
    "isoflop_layout",
    "isoflop_minima",
    "kaplan_fit",
    "kaplan_own_exponent",
    "local_exponent",
    "log_residuals",
    "loss",
    "matrix_training_flops",
    "mode_frontier",
    "mode_loss",
    "mode_runs",
    "objective_and_gradient",
    "optimal_loss",
    "pearce_song_exponents",
    "power_law",
    "profile",
    "profile_rise",
    "projected_starts",
    "read_runs",
    "redrawn",
    "rungs",
    "scattered",
    "size_exponent",
    "spread",
    "summed_huber",
    "tokens_left",
    "total_parameters",
    "trained_runs",
    "training_curves",
    "training_flops",
    "tuned",
    "valley",
    "walk",
    "with_outliers",
]
