"""What lesson 03 claims of budgets, frontiers and fits, and the published numbers that it can only cite."""

from . import (
    breaks,
    costs,
    counting,
    fitting,
    frontiers,
    kaplan_laws,
    laws,
    modes,
    own_floor,
    own_language,
    own_sweep,
    promises,
    stopping,
    uncertain,
    widths,
)
from .facts import facts

parts = {
    "What a training run costs": costs.claims,
    "What a budget buys": laws.claims,
    "Three ways to read a frontier": frontiers.claims,
    "The fit": fitting.claims,
    "The fit, stopped early": stopping.claims,
    "What a fit is worth": uncertain.claims + promises.claims,
    "What an exponent needs": breaks.claims,
    "What is counted": counting.claims + kaplan_laws.claims,
    "A model that can be solved": modes.claims,
    "The learning rate": widths.claims,
    "A language whose floor is known": own_language.claims,
    "Runs of our own: the floor": own_floor.claims,
    "Runs of our own: the exponent": own_sweep.claims,
}
claims = tuple(claim for part in parts.values() for claim in part)

__all__ = ["claims", "facts", "parts"]
