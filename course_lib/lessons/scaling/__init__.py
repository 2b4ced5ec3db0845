"""Lesson 03: two careful papers, the same kind of runs, and two exponents. What is a fit worth?"""

from course_lib import play
from course_lib.lessons.scaling.bowls import isoflop_bowls
from course_lib.lessons.scaling.budget import budget_game
from course_lib.lessons.scaling.claims import claims, facts, parts
from course_lib.lessons.scaling.exercises import find_allocation, find_flops, find_kaplan
from course_lib.lessons.scaling.fit_exercises import find_error, find_objective
from course_lib.lessons.scaling.guessed import growth_curve, weight_cloud
from course_lib.lessons.scaling.own_runs import own_runs
from course_lib.lessons.scaling.own_sweep import own_sweep
from course_lib.lessons.scaling.questions import guess_growth, guess_weight, twice_too_large, which_cause
from course_lib.lessons.scaling.walks import walk
from course_lib.lessons.scaling.widths import width_sweep
from course_lib.notation import Row

title = "Scaling laws: what is a fit worth?"
question = "Two careful papers, the same kind of runs: why 0.73 and 0.50?"
minutes = 90
builds_on = ()

notation = (
    Row("N", "N", "parameters of a language model; modes of the solvable model (not width)", "", "", "", "N"),
    Row("D", "D", "tokens trained on", "", "", "", "D"),
    Row("L", "L", "loss, in nats per token (not depth)", "energy", "", "action", "L, loss"),
    Row("E", "E", "floor of the loss, in nats per token", "ground state", "", "", "E, irreducible loss"),
    Row("A, B", "A B", "weights of the law's two power laws"),
    Row("α, β", "alpha beta", "exponents of the loss in N and in D", "", "", "", "α, β"),
    Row("a", "a", "exponent of the best size, N* ∝ C^a", "", "", "", "a"),
    Row("θ", "theta", "what a fit looks for: ln A, ln B, ln E, α, β"),
    Row("δ", "delta", "where Huber's penalty turns from a parabola into a line"),
    Row("r", "r", "residual: difference of two logarithms of a loss"),
    Row("x, y, z", "x y z", "logarithms of N, D and L, less those of the pivot; x also images of digits"),
    Row("w", "w", "weight of a run in a sum"),
    Row("g", "g", "a gradient; the local exponent d ln N/d ln C"),
    Row("H", "H", "inverse curvature that a descent has learnt"),
    Row("free", "free", "which parameters may move"),
    Row("noise", "noise", "relative scatter of losses"),
    Row("N_T", "N_T", "all parameters, where N leaves the embedding out", "", "", "", "N_total"),
    Row("ω", "omega", "embedding parameters over the cube root of the others"),
    Row("C_E", "C_E", "compute without the embedding, in FLOP", "", "", "", "C, non-embedding"),
    Row("layers", "layers", "depth of a transformer", "", "", "", "n_layer, L"),
    Row("d", "d", "width of a network", "", "", "", "d_model, width"),
    Row("context", "context", "length of a text, in tokens", "", "", "", "n_ctx"),
    Row("k", "k", "number of a mode"),
    Row("s", "s", "source exponent: mode k carries k^−s of the loss", "", "", "", "source"),
)


def scoreboard() -> play.Scoreboard:
    """The table of claims, measured now."""
    return play.scoreboard(parts, facts)


def answer_growth() -> play.Plot:
    """The first prediction beside what was published."""
    return play.screen(growth_curve(guess_growth.value))


def answer_weight() -> play.Plot:
    """The second prediction beside what is measured."""
    return play.screen(weight_cloud(guess_weight.value))


__all__ = [
    "answer_growth",
    "answer_weight",
    "budget_game",
    "builds_on",
    "claims",
    "facts",
    "find_allocation",
    "find_error",
    "find_flops",
    "find_kaplan",
    "find_objective",
    "guess_growth",
    "guess_weight",
    "isoflop_bowls",
    "minutes",
    "notation",
    "own_runs",
    "own_sweep",
    "question",
    "scoreboard",
    "title",
    "twice_too_large",
    "walk",
    "which_cause",
    "width_sweep",
]
