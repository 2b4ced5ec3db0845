"""What lesson 01 claims of networks of resistors, and the published numbers that it can only cite."""

from . import circuits, diodes, irises, offsets, rules, training
from .facts import facts

claims = circuits.claims + rules.claims + training.claims + diodes.claims + irises.claims + offsets.claims

__all__ = ["claims", "facts"]
