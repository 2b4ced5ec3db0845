"""What lesson 01 claims of networks of resistors, and the published numbers that it can only cite."""

from . import circuits, diodes, irises, offsets, rules, training
from .facts import facts

parts = {
    "Circuits that do not learn": circuits.claims,
    "Rules and the gradient": rules.claims,
    "Learning to the end": training.claims,
    "Diodes": diodes.claims,
    "Irises": irises.claims,
    "Comparators that are off": offsets.claims,
}
claims = tuple(claim for part in parts.values() for claim in part)

__all__ = ["claims", "facts", "parts"]
