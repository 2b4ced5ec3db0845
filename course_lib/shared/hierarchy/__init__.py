"""The random hierarchy: a calculable language. Sampler, exact entropies, exact predictions and posteriors."""

from .belief import observed, posterior
from .entropies import bayes_losses, entropy, ladder, marginals
from .grammar import Grammar, Texts, derive, length, log_chance, random_grammar, sample, standard_grammar
from .reading import parse, predictions

__all__ = [
    "Grammar",
    "Texts",
    "bayes_losses",
    "derive",
    "entropy",
    "ladder",
    "length",
    "log_chance",
    "marginals",
    "observed",
    "parse",
    "posterior",
    "predictions",
    "random_grammar",
    "sample",
    "standard_grammar",
]
