"""What lesson 01 asks: two questions, and two guesses before the figures that answer them."""

from course_lib.learn import Prediction, Question

which_map = Question(
    ask="Two inputs at voltages x₁ and x₂, one node held at ground (0 V), linear resistors between. Which of these "
    "can the output be, for all x₁ and x₂, if you may choose every conductance?",
    choices={
        "a": "0.5 x₁ − 0.2 x₂",
        "b": "0.9 x₁ + 0.6 x₂",
        "c": "0.3 x₁ + 0.4 x₂ + 0.1",
        "d": "0.3 x₁ + 0.5 x₂",
    },
    answer="d",
    why="The output is a weighted mean of the held voltages: weights that are not negative and sum to one. Here 0.3 "
    "and 0.5, and 0.2 goes to ground.",
    hints=(
        "Let x₁ = x₂ = 1 V. Between which two values must every node lie?",
        "Now x₁ = 0 and x₂ = 1 V, and then both at 0 V.",
    ),
    slips={
        "a": "A negative weight: raise x₂ and the output falls. No network of resistors can. (Feed in −x₂ or 1 − x₂ "
        "as well, and it can.)",
        "b": "Gain above 1: at x₁ = x₂ = 1 V the output would be 1.5 V, above every held node. The maximum principle "
        "forbids it.",
        "c": "A bias without a node to supply it: at x₁ = x₂ = 0 every held node is at 0 V, and so is the output. A "
        "node held at 1 V would do.",
    },
)

best_nudge = Question(
    ask="The comparator on each wire reads a squared drop with an error of size s. The contrast is divided by the "
    "nudge η, so the error becomes s/η; the bias of the one-sided rule grows as η. If the errors become a hundred "
    "times smaller, by what factor should η shrink? (Give a number above 1.)",
    answer=10.0,
    why="The total s²/η² + c²η² is least at η ∝ s^(1/2). For the symmetric nudge the bias is η², and the best η goes "
    "as s^(1/3).",
    hints=(
        "Two errors, of size s/η and of size c η: one falls with η and one grows.",
        "Write the squared error as s²/η² + c²η² and set its derivative to zero.",
    ),
    slips={
        0.1: "That is new over old. How many times smaller does η become? Give a number above 1.",
        100.0: "That keeps s/η fixed and ignores that the bias shrinks too: minimise the sum of both squares.",
        4.64: "That is the cube root, the answer for the symmetric nudge, whose bias is η².",
        1.0: "A fixed nudge keeps the old bias although the noise that forced it on you is gone.",
    },
)

guess_cosine = Prediction(
    question="Four outputs, and a nudge so small that it makes no difference any more. What will the cosine between "
    "the network's own update and steepest descent be?",
    low=0.0,
    high=1.0,
)

guess_xor = Prediction(
    question="XOR with resistors alone: how many wires does a linear network need?",
    choices=("about 10", "about 100", "about 1000", "no number is enough"),
)
