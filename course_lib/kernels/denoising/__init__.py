"""Denoising and diffusion: the best guess at clean data, the score behind it, and the processes that run on it.

Symbols   x, y   clean and noisy data (n, d)
          z      standard normals
          sigma  noise level of y = x + sigma z
          t      time of x_t = e^-t x + sqrt(1 - e^-2t) z
          s      score, the gradient of ln p of the noisy data
          p      law of the data
          alpha  noise kept on the way back
"""

from course_lib.shared.digits import centred_digits

from .best_guess import natural_mean, robbins, tweedie, tweedie_covariance, tweedie_ou
from .empirical import drawn_back, empirical_denoiser, empirical_score, own_weight, score_function
from .filters import binary_information, binary_mmse, linear_denoiser, wiener, wiener_mmse
from .matching import Learnt, fit_score, learned_score
from .memory import collapse_time, same_class, speciation_time, two_classes
from .mixtures import Mixture, hessian, laplacian, log_density, mixture, moments, responsibilities, samples, score
from .network import Weights, denoised, initial_weights, jacobian, training, two_halves
from .noise import at_time, blurred, level_at, noised, spread
from .ornstein import euler, euler_std, ou, ou_std
from .posterior import posterior_covariance, posterior_mean, posterior_samples, tilted
from .reversal import brought_back, flow_log_density, mixture_flow, mixture_score, reverse, times
from .stored import stored_networks
from .tilt import measurement_tilt, plug_in_score, tilt_at, tilt_limit, tilted_start
from .yardsticks import binned_regression, circle, energy_distance, moons_mixture, score_error, two_moons

__all__ = [
    "centred_digits",
    "circle",
    "Learnt",
    "Mixture",
    "Weights",
    "at_time",
    "binary_information",
    "binary_mmse",
    "binned_regression",
    "blurred",
    "brought_back",
    "collapse_time",
    "denoised",
    "drawn_back",
    "empirical_denoiser",
    "empirical_score",
    "energy_distance",
    "euler",
    "euler_std",
    "fit_score",
    "flow_log_density",
    "hessian",
    "initial_weights",
    "jacobian",
    "laplacian",
    "learned_score",
    "level_at",
    "linear_denoiser",
    "log_density",
    "measurement_tilt",
    "mixture",
    "mixture_flow",
    "mixture_score",
    "moments",
    "moons_mixture",
    "natural_mean",
    "noised",
    "ou",
    "ou_std",
    "own_weight",
    "plug_in_score",
    "posterior_covariance",
    "posterior_mean",
    "posterior_samples",
    "responsibilities",
    "reverse",
    "robbins",
    "same_class",
    "samples",
    "score",
    "score_error",
    "score_function",
    "speciation_time",
    "spread",
    "stored_networks",
    "tilt_at",
    "tilt_limit",
    "tilted",
    "tilted_start",
    "times",
    "training",
    "tweedie",
    "tweedie_covariance",
    "tweedie_ou",
    "two_classes",
    "two_halves",
    "two_moons",
    "wiener",
    "wiener_mmse",
]
