"""What lesson 02 claims of magnets, glasses and memories, and the published numbers that it can only cite."""

from . import (
    boltzmann,
    digits,
    directed,
    dynamics,
    glasses,
    ground_states,
    lattices,
    magnets,
    memories,
    overlaps,
    replicas,
)
from .facts import facts as cited

parts = {
    "The magnet": magnets.claims + dynamics.claims,
    "Frustration": lattices.claims,
    "Ground states": ground_states.claims,
    "Every spin with every other": glasses.claims,
    "Replicas and layers in theory": replicas.claims,
    "Two replicas": overlaps.claims,
    "Memory": memories.claims + digits.claims,
    "Learning by comparing": boltzmann.claims,
    "Directed weights": directed.claims,
}
claims = tuple(claim for part in parts.values() for claim in part)
facts = dynamics.facts + ground_states.facts + overlaps.facts + memories.facts + cited

__all__ = ["claims", "facts", "parts"]
