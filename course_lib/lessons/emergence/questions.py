"""What lesson 05 asks: two questions, and two guesses before the figures that answer them."""

from course_lib.learn import Prediction, Question

what_follows = Question(
    ask="Six models, each ten times larger than the one before, answer with 20 tokens. The share of answers without a "
    "mistake is 0, 0, 0, 0.001, 0.02, 0.12; the number of wrong tokens falls smoothly: 17, 13, 9, 6, 3, 2 on the way. "
    "What follows?",
    choices={
        "a": "Somewhere at the fourth size the ability appears: a transition.",
        "b": "All jumps of this kind are made by the score.",
        "c": "Here the score makes the jump: the tokens improve smoothly. Whether another jump is real has to be asked "
        "of that one.",
        "d": "The logarithmic axis of sizes makes the jump.",
    },
    answer="c",
    why="The accuracy of a token explains both scores: its 20th power is the share of right answers. Nothing happens "
    "at the fourth size. But some jumps are seen in smooth scores too, as Du and others found; and the logarithmic "
    "axis does not sharpen a change, it only spreads it over decades.",
    hints=(
        "What is the accuracy of one token at each size, if 20 of them have to be right?",
        "Which of the statements speak of all jumps, and which of this one?",
    ),
    slips={
        "a": "Look at the other score: what changes at the fourth size?",
        "b": "From one example to all? A loss may have a cliff of its own.",
        "d": "The wrong tokens are shown on the same axis, and do not jump.",
    },
)

one_doubling = Question(
    ask="An ability needs many skills, each learnt with a chance of 2 % in every step. It turns out to need twice as "
    "many. By how many steps is half of the runs later?",
    answer=34.31,
    tolerance=0.04,
    why="ln 2/λ with λ = -ln(1 - p): the median is (ln n + 0.3665)/λ, so each doubling costs the same 34 steps, the "
    "time in which half of the runs have one skill. The delay is a logarithm: composing is cheap, if the skills are "
    "learnt side by side.",
    hints=(
        "The median of many skills is (ln n + 0.3665)/λ. What does n -> 2n add?",
        "λ = -ln(1 - 0.02).",
    ),
    slips={
        49.75: "That is 1/λ or 1/p, the mean time of one skill. What does a doubling do to ln n?",
        14.9: "Natural logarithms, please.",
        71.4: "Logarithms to base 2 and base e are mixed: λ is natural.",
        0.693: "That is ln 2. How long does one unit of λt take?",
    },
)

guess_steps = Prediction(
    question="In every step of its training a model learns a skill with a chance of 2 %; half of the runs have it "
    "after 35 steps. An ability needs eight such skills, learnt side by side. After how many steps do half of the runs "
    "have it?",
    low=0.0,
    high=500.0,
    unit="steps",
)

guess_axis = Prediction(
    question="The more skills an ability needs, the later its learning curve rises. On which axis does the curve also "
    "become sharper?",
    choices=("in steps t", "in t over the time t* of the curve, and in log t", "on all of these", "on none"),
)
