"""The random hierarchy: a calculable language. Sampler, exact entropy, exact posterior."""

from .belief import observed, posterior, predictions
from .grammar import Grammar, Texts, derive, entropy, length, log_chance, random_grammar, sample, standard_grammar

__all__ = [
    "Grammar",
    "Texts",
    "derive",
    "entropy",
    "length",
    "log_chance",
    "observed",
    "posterior",
    "predictions",
    "random_grammar",
    "sample",
    "standard_grammar",
]
