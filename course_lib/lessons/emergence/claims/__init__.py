"""What lesson 05 claims of coins, of scores and of networks that compose, and the published numbers that it cites."""

from . import clocks, concepts, fits, insides, quanta, reaching, scores, sequences, unequal, variations
from .facts import facts

parts = {
    "Skills learnt side by side": clocks.claims,
    "Skills that are not independent": variations.claims + unequal.claims,
    "The score": scores.claims,
    "Many abilities: a power law": quanta.claims,
    "Pictures of concepts": concepts.claims + reaching.claims,
    "Composed functions": sequences.claims,
    "Inside the transformer": insides.claims,
    "Do coins fit?": fits.claims,
}
claims = tuple(claim for part in parts.values() for claim in part)

__all__ = ["claims", "facts", "parts"]
