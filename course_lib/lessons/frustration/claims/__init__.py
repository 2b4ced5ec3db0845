"""What lesson 02 claims of magnets, glasses and memories, and the published numbers that it can only cite."""

from . import boltzmann, directed, dynamics, glasses, ground_states, lattices, magnets, memories, overlaps, replicas
from .facts import facts as cited

claims = (
    magnets.claims
    + dynamics.claims
    + lattices.claims
    + ground_states.claims
    + glasses.claims
    + replicas.claims
    + overlaps.claims
    + memories.claims
    + boltzmann.claims
    + directed.claims
)
facts = dynamics.facts + ground_states.facts + overlaps.facts + memories.facts + cited

__all__ = ["claims", "facts"]
