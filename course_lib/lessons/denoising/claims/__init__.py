"""What lesson 04 claims of denoisers and of the processes behind them, and the published numbers that it only cites."""

from . import backward, breaking, errors, forward, guesses, jacobians, learning, memory, networks, tilting
from .facts import facts

parts = {
    "The best guess": guesses.claims,
    "What it costs, and other noises": errors.claims,
    "Forward": forward.claims,
    "Backward": backward.claims,
    "A training set's own score": memory.claims,
    "A score learnt from samples": learning.claims,
    "Networks that denoise digits": networks.claims + jacobians.claims,
    "Tilted transport": tilting.claims,
    "What breaks": breaking.claims,
}
claims = tuple(claim for part in parts.values() for claim in part)

__all__ = ["claims", "facts", "parts"]
