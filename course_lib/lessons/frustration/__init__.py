"""Lesson 02: what do spins do when not every coupling can be satisfied?"""

from course_lib import play
from course_lib.lessons.frustration.chaos import gain
from course_lib.lessons.frustration.claims import claims, facts, parts
from course_lib.lessons.frustration.exercises import (
    find_deviation,
    find_energy,
    find_fraction,
    find_gauge,
    find_hebb,
)
from course_lib.lessons.frustration.guessed import capacity_curve, fraction_curve
from course_lib.lessons.frustration.magnet import heating
from course_lib.lessons.frustration.memory import recall
from course_lib.lessons.frustration.overlaps import two_replicas
from course_lib.lessons.frustration.questions import glass_temperature, guess_capacity, guess_fraction, which_energy
from course_lib.lessons.frustration.strings import frustrated_lattice
from course_lib.notation import Row

title = "Frustration: from magnets to memory"
question = "What do spins do when not every coupling can be satisfied?"
minutes = 90
builds_on = ()

notation = (
    Row("edges", "edges", "the two spins of each bond", "bonds", "bonds", "links", "edges"),
    Row("xy", "xy", "where each spin is drawn"),
    Row("plaquettes", "plaquettes", "the bonds round each smallest loop", "plaquettes", "plaquettes", "Wilson loops"),
    Row("p", "p", "share of antiferromagnetic bonds; elsewhere a probability", "p, x"),
    Row("ε_i", "epsilon", "gauge: −1 where a spin is renamed", "", "", "Z₂ gauge transformation"),
    Row("ξ_i", "xi", "hidden pattern of a Mattis sample; stored patterns, rows of ±1", "ξ", "", "", "memories"),
    Row("u", "u", "energy per spin, in units of the coupling", "u, e"),
    Row("K", "K", "reduced coupling 1/T (not a kernel)", "K, βJ"),
    Row("F", "F", "−ln of a partial sum over states (transfer matrix)", "βF"),
    Row("χ", "chi", "glass susceptibility N⟨q²⟩; of layers n⟨q_a q_b⟩", "χ_SG", "χ_SG", "", ""),
    Row("A", "A", "adjacency of the layers, times σ²"),
    Row("z", "z", "the Gaussian field on a spin, in units of its width", "z"),
    Row("n", "n", "spins in a layer (not samples)", "", "", "", "width"),
    Row("σ", "sigma", "strength of the weights (not noise)", "J", "", "", "init scale"),
    Row("y", "y", "signal over noise of a recalled pattern", "m/√(2αr)"),
    Row("r", "r", "noise of the other patterns, over α", "r"),
    Row("w", "w", "rate from state to state, per attempt", "transition rate", "", "", ""),
    Row("x", "x", "input of a graded neuron, activity tanh x; what a chain measured", "", "", "", "pre-activation"),
    Row("g", "g", "gain: strength of all weights together", "J", "", "", "gain"),
    Row("τ", "tau", "integrated autocorrelation time, in steps", "τ_int", "", "", ""),
)


def scoreboard() -> play.Scoreboard:
    """The table of claims, measured now."""
    return play.scoreboard(parts, facts)


def answer_fraction() -> play.Plot:
    """The first prediction beside what is measured."""
    return play.screen(fraction_curve(guess_fraction.value))


def answer_capacity() -> play.Plot:
    """The second prediction beside what is measured."""
    return play.screen(capacity_curve(guess_capacity.value))


__all__ = [
    "answer_capacity",
    "answer_fraction",
    "builds_on",
    "claims",
    "facts",
    "find_deviation",
    "find_energy",
    "find_fraction",
    "find_gauge",
    "find_hebb",
    "frustrated_lattice",
    "gain",
    "glass_temperature",
    "guess_capacity",
    "guess_fraction",
    "heating",
    "minutes",
    "notation",
    "question",
    "recall",
    "scoreboard",
    "title",
    "two_replicas",
    "which_energy",
]
