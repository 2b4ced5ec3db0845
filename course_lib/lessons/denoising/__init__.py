"""Lesson 04: from the best guess at a noisy value to diffusion models, and what their networks must not learn."""

from course_lib import play
from course_lib.kernels.denoising.network import Weights
from course_lib.lessons.denoising import guessed, shown
from course_lib.lessons.denoising.bumps import two_bumps_and_noise
from course_lib.lessons.denoising.claims import claims, facts, parts
from course_lib.lessons.denoising.denoisers import four_denoisers
from course_lib.lessons.denoising.exercises import find_step, find_tweedie, find_wiener
from course_lib.lessons.denoising.more_exercises import find_limit, find_score
from course_lib.lessons.denoising.paths import backwards
from course_lib.lessons.denoising.questions import guess_bit, guess_copies, how_many, one_step
from course_lib.lessons.denoising.tilts import tilting
from course_lib.lessons.denoising.uturns import u_turns
from course_lib.notation import Row

title = "Denoising: one line of statistics, and all of diffusion behind it"
question = "How does guessing what was there become making what never was?"
minutes = 90
builds_on = ()

notation = (
    Row("x", "x", "clean data", "", "", "", "x₀"),
    Row("y", "y", "noisy data; points on the way back", "", "", "", "x_t, x̃"),
    Row("z", "z", "a standard normal", "", "", "", "ε"),
    Row("s", "s", "score, the gradient of ln p of the noisy data", "force / k_B T", "", "", "score, s_θ"),
    Row("x_t", "x_t", "data after the time t of the forward process"),
    Row("T", "T", "time at which a way back starts (not temperature)"),
    Row("T*", "T_star", "latest time from which a measurement can be reached"),
    Row("h", "h", "step in time; a layer's output in the network", "", "", "", "Δt"),
    Row("α", "alpha", "noise kept on the way back: 0 none, 1 that of the forward process", "", "", "", "η, λ, churn"),
    Row("κ", "kappa", "rate at which the forward process pulls home", "", "", "", "β_t/2"),
    Row("w, μ, S", "w mu S", "weights, means and covariances of a mixture; μ also where two classes lie"),
    Row("r", "r", "posterior weight of a component or of a training point", "occupation", "", "", "responsibility"),
    Row("g", "g", "gradient of a component's logarithm"),
    Row("C", "C", "covariance of the data"),
    Row("Λ", "Lambda", "largest eigenvalue of the data's covariance"),
    Row("H", "H", "second derivatives of ln p"),
    Row("f", "f", "a denoiser, as a function of y", "", "", "", "D_θ, x̂"),
    Row("J", "J", "Jacobian of a denoiser"),
    Row("N", "N", "neurons of a layer"),
    Row("snr", "snr", "signal-to-noise ratio 1/σ²"),
    Row("k", "k", "a count"),
    Row("η", "eta", "natural parameter of an exponential family; learning rate of a network"),
    Row("A, a, τ", "A a tau", "measurement, what was measured, and its noise: a = A x + τ z", "", "", "", "A, y, σ"),
    Row("Q, b", "Q b", "tilt exp(−x·Q x/2 + b·x) that a measurement makes", "field, coupling", "source", "source J"),
)


def scoreboard() -> play.Scoreboard:
    """The table of claims, measured now."""
    return play.scoreboard(parts, facts)


def answer_bit() -> play.Plot:
    """The first prediction beside the best guess."""
    return play.screen(guessed.bit_curve(guess_bit.value))


def answer_copies() -> play.Plot:
    """The second prediction beside what is measured."""
    return play.screen(guessed.copies(guess_copies.value))


def beside(data, made) -> play.Plot:
    """Points of the data and made ones, side by side."""
    return play.screen(shown.beside(data, made))


def directions(W: Weights, y) -> play.Plot:
    """What a network keeps of one noisy digit."""
    return play.screen(shown.directions(W, y))


__all__ = [
    "answer_bit",
    "answer_copies",
    "backwards",
    "beside",
    "builds_on",
    "claims",
    "directions",
    "facts",
    "find_limit",
    "find_score",
    "find_step",
    "find_tweedie",
    "find_wiener",
    "four_denoisers",
    "guess_bit",
    "guess_copies",
    "how_many",
    "minutes",
    "notation",
    "one_step",
    "question",
    "scoreboard",
    "tilting",
    "title",
    "two_bumps_and_noise",
    "u_turns",
]
