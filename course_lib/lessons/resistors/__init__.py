"""Lesson 01: can a network of wires learn without a computer?"""

from course_lib import play
from course_lib.lessons.resistors.allostery import training
from course_lib.lessons.resistors.claims import claims, facts, parts
from course_lib.lessons.resistors.drift import drifting
from course_lib.lessons.resistors.exercises import find_clamped, find_laplacian, find_rule, find_voltages
from course_lib.lessons.resistors.questions import best_nudge, guess_cosine, guess_xor, which_map
from course_lib.lessons.resistors.states import cosine, cosine_curve, two_states
from course_lib.lessons.resistors.xor import exclusive_or, linear_networks
from course_lib.notation import Row

title = "Resistor networks that learn"
question = "Can a network of wires learn without a computer?"
minutes = 90
builds_on = ()

notation = (
    Row("k_e", "k", "conductance of wire e, in siemens", "", "conductance", "", "parameter"),
    Row("V", "V V_F V_C V_T V_o U", "voltage: free, clamped, target, of outputs", "", "potential", "φ", "activation"),
    Row("edges", "edges", "the two nodes of each wire", "bonds", "bonds", "links", "edges"),
    Row("xy", "xy", "where the nodes are drawn"),
    Row("n_f, n_c", "n_f n_c", "numbers of free and of clamped nodes"),
    Row("D", "D", "pivots of the elimination, in siemens"),
    Row("leak", "leak", "slope of a diode's law far backwards", "", "reverse leakage"),
    Row("width", "width", "drop over which a diode turns on, in volts", "", "thermal voltage"),
    Row("x, y", "x y", "features and species of a flower", "", "", "", "x, y"),
    Row("ΔV_e", "dV v", "voltage drop along wire e", "", "bias voltage", "", ""),
    Row("n", "n", "number of nodes (not of samples)", "", "sites", "", ""),
    Row("m", "m", "number of wires (not a magnetisation)", "", "bonds", "", "number of parameters"),
    Row("P", "P", "dissipated power Σ k ΔV², in watts", "T × entropy production", "Joule heat", "", ""),
    Row("E", "E", "half the power, what the voltages minimise", "energy", "", "action", "energy"),
    Row("F", "F", "minimum of E + b C, and F: the free state", "free energy at T = 0", "", "effective action", ""),
    Row("w_i", "w", "weight of a held voltage in an output", "", "", "", "weight"),
    Row("B", "B", "incidence matrix of the network", "", "", "exterior derivative", ""),
    Row("L", "L", "Laplacian of the network (not a depth)", "", "conductance matrix", "−∇²", "graph Laplacian"),
    Row("G", "G G_oo", "Green's function of the network, in ohms", "response", "resistance matrix", "propagator", ""),
    Row("g", "g", "current through a wire of one siemens, in volts", "", "I–V curve", "", "activation"),
    Row("R_ab", "R", "effective resistance between two nodes", "", "two-point resistance", "", ""),
    Row("C", "C", "loss, ½|V_o − V_T|² (not compute), and C: the clamped state", "", "", "", "loss"),
    Row("η", "eta", "nudge of coupled learning, 0 to 1 (not a rate)", "", "", "", "nudge"),
    Row("b", "b", "nudge of equilibrium propagation, in siemens", "field", "", "source", "β"),
    Row("α", "alpha", "learning rate of the wires (not a load)", "", "", "", "learning rate"),
    Row("J", "J", "Jacobian of the outputs by the conductances", "response", "", "", "Jacobian"),
    Row("s", "s", "error of a wire's comparator, in V²", "", "noise", "", "gradient noise"),
)


def scoreboard() -> play.Scoreboard:
    """The table of claims, measured now."""
    return play.scoreboard(parts, facts)


def answer_cosine() -> play.Plot:
    """The first prediction beside what is measured."""
    return play.screen(cosine_curve(guess_cosine.value))


def answer_xor() -> play.Plot:
    """The second prediction beside what is measured."""
    return play.screen(linear_networks(guess_xor.value))


__all__ = [
    "answer_cosine",
    "answer_xor",
    "best_nudge",
    "builds_on",
    "claims",
    "cosine",
    "drifting",
    "exclusive_or",
    "facts",
    "find_clamped",
    "find_laplacian",
    "find_rule",
    "find_voltages",
    "guess_cosine",
    "guess_xor",
    "minutes",
    "notation",
    "question",
    "scoreboard",
    "title",
    "training",
    "two_states",
    "which_map",
]
