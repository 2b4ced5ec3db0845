"""Compositional abilities: skills learnt side by side, scores that multiply, and networks that put parts together.

Symbols   p      chance that a skill is learnt in one step
          n      number of skills
          t      steps of training
          q      accuracy of one token
          c      concept classes: shape, colour and size, each 0 or 1
"""

from .clocks import all_learnt, mean_time, median_time, sharpness, smooth_mean_time, time_to_reach, width
from .coin_curves import Curve, measured_curve
from .coin_fit import fit_coins, residuals
from .composed import by_composition, by_sample, compositions, random_prompts, random_task
from .concept_diffusion import concept_training, initial_denoiser
from .concept_flow import learning_curves, made_accuracies, made_pictures
from .concepts import CLASSES, CORNERS, concept_distance, first_above, joint_from_parts
from .draws import learning_times, share_of_tasks, skill_times
from .metrics import edit_distance, exact_match, power_law_accuracy, rise_width
from .pictures import EQUAL, HARD_SIZE, reading_accuracies, render, training_pictures
from .prerequisites import forest, forest_times
from .probes import looks, probed, stage_names
from .quanta import fitted_exponent, loss_of_data, loss_of_size, quanta_exponents
from .stored import named, stored_curves, stored_models
from .variations import any_k_times, chain_times, common_cause_times, unequal_times

__all__ = [
    "CLASSES",
    "CORNERS",
    "Curve",
    "EQUAL",
    "HARD_SIZE",
    "all_learnt",
    "any_k_times",
    "by_composition",
    "by_sample",
    "chain_times",
    "common_cause_times",
    "compositions",
    "concept_distance",
    "concept_training",
    "edit_distance",
    "exact_match",
    "first_above",
    "fit_coins",
    "fitted_exponent",
    "forest",
    "forest_times",
    "initial_denoiser",
    "joint_from_parts",
    "learning_curves",
    "learning_times",
    "looks",
    "loss_of_data",
    "loss_of_size",
    "made_accuracies",
    "made_pictures",
    "mean_time",
    "measured_curve",
    "median_time",
    "named",
    "power_law_accuracy",
    "probed",
    "quanta_exponents",
    "random_prompts",
    "random_task",
    "reading_accuracies",
    "render",
    "residuals",
    "rise_width",
    "share_of_tasks",
    "sharpness",
    "skill_times",
    "smooth_mean_time",
    "stage_names",
    "stored_curves",
    "stored_models",
    "time_to_reach",
    "training_pictures",
    "unequal_times",
    "width",
]
