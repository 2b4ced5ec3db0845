"""Lesson 05: when parts compose, do abilities appear suddenly? Coins, scores, and two networks that compose."""

from course_lib import play
from course_lib.kernels.emergence.concepts import CORNERS
from course_lib.lessons.emergence import guessed
from course_lib.lessons.emergence.claims import claims, facts, parts
from course_lib.lessons.emergence.cube import concept_cube
from course_lib.lessons.emergence.curves import three_clocks
from course_lib.lessons.emergence.exercises import find_mean_time, find_t_star
from course_lib.lessons.emergence.metric_view import one_accuracy
from course_lib.lessons.emergence.more_exercises import find_concept_distance, find_joint, find_width
from course_lib.lessons.emergence.questions import guess_axis, guess_steps, one_doubling, what_follows
from course_lib.lessons.emergence.sequences import composer
from course_lib.notation import Row

title = "Emergence: when parts compose"
question = "When parts compose, do abilities appear suddenly?"
minutes = 90
builds_on = ()

notation = (
    Row("p", "p", "chance that a skill is learnt in one step"),
    Row("n", "n", "number of skills that an ability needs"),
    Row("t*", "t_star", "time at which an ability is there with the chance P*"),
    Row("P, P*", "P P_star", "chance that the ability is there; the level that is asked for"),
    Row("λ", "lam", "rate at which one skill is learnt, −ln(1 − p)", "rate", "", "", ""),
    Row("ρ", "rho", "share of a common cause (not a nonlinearity)"),
    Row("k", "k", "how many of n; a count"),
    Row("L", "L", "tokens of an answer (not depth)"),
    Row("q", "q", "accuracy of one token (not an overlap)"),
    Row("α", "alpha", "exponent: of a loss in the size; of quanta used as j^−(α+1)"),
    Row("j", "j", "number of a quantum, from the most frequent on"),
    Row("N", "N", "parameters, in quanta; neurons of a layer"),
    Row("D", "D", "samples that were seen"),
    Row("c", "c", "concept class: shape, colour and size, each 0 or 1"),
    Row("x", "x", "clean pictures; words of a prompt"),
    Row("y, z", "y z", "noisy pictures, standard normals (lesson denoising)"),
    Row("f", "f", "denoised pictures; functions of a prompt"),
    Row("h", "h", "what a layer or a token holds"),
    Row("d", "d", "width of an embedding (not of the data)"),
    Row("depth", "depth", "number of functions in a composition"),
    Row("K", "K", "functions to choose from at each position (not a kernel)"),
    Row("v", "v", "size of the alphabet"),
)

# For Break it: name, classes that are shown, and how many pictures of each.
training_sets = (
    ("shape tied to colour", ((0, 0, 0), (1, 1, 0), (0, 0, 1)), 500),
    ("blue ten times rarer", CORNERS, tuple(50 if c[1] else 500 for c in CORNERS)),
)


def scoreboard() -> play.Scoreboard:
    """The table of claims, measured now."""
    return play.scoreboard(parts, facts)


def answer_steps() -> play.Plot:
    """The first prediction beside the curve of eight skills."""
    return play.screen(guessed.delay(guess_steps.value))


def answer_axis() -> play.Plot:
    """The second prediction beside the widths on three axes."""
    return play.screen(guessed.axes(guess_axis.value))


__all__ = [
    "answer_axis",
    "answer_steps",
    "builds_on",
    "claims",
    "composer",
    "concept_cube",
    "facts",
    "find_concept_distance",
    "find_joint",
    "find_mean_time",
    "find_t_star",
    "find_width",
    "guess_axis",
    "guess_steps",
    "minutes",
    "notation",
    "one_accuracy",
    "one_doubling",
    "question",
    "scoreboard",
    "three_clocks",
    "title",
    "training_sets",
    "what_follows",
]
