"""What lesson 04 asks: two questions, and two guesses before the figures that answer them."""

from course_lib.learn import Prediction, Question

one_step = Question(
    ask="A perfect denoiser is trained on faces, at every noise level. You give it pure noise, of a level at which "
    "nothing of a face is left, and take its answer. What do you see?",
    choices={
        "a": "A new face.",
        "b": "The mean of all faces.",
        "c": "The face of the training set that the noise resembles most.",
        "d": "Noise.",
    },
    answer="b",
    why="A denoiser of least squared error returns E[x | y], and a y that says nothing of x leaves the mean. A sample "
    "is the work of many small steps, each of which moves only a little towards the mean of what is still possible.",
    hints=(
        "What does least squared error make a denoiser return?",
        "It returns the mean of x given y. What does y tell you about x here?",
    ),
    slips={
        "a": "That is a sample of x given y. The denoiser returns a mean of such samples.",
        "c": "So does the empirical denoiser where the noise is small. Here all faces are as likely.",
        "d": "Then it would make a large error. Which constant answer makes the least?",
    },
)

how_many = Question(
    ask="Gaussian data of variance 1 in 16 dimensions. How many training points does it take until a process that "
    "knows only them copies below t = 0.1 and not before? (Solve t_C = 0.1 for n.)",
    answer=857_841.0,
    tolerance=0.1,
    why="n = [1 + 1/(e^0.2 - 1)]^8, about 860,000, for 16 dimensions. With 32 it would be the square of that. An image "
    "has thousands: no training set is large enough, so what keeps a diffusion model from copying is that it does not "
    "learn the score of its training set.",
    hints=(
        "t_C = ln[1 + 1/(n^(2/d) - 1)]/2. First find n^(2/d).",
        "n^(2/d) = 1 + 1/(e^(2 t_C) - 1), and 2/d = 1/8.",
    ),
    slips={
        7.359e11: "The exponent is d/2, not d.",
        1.48686e8: "It is e^(2t): the variance of the noise goes with the square of e^t.",
        926.2: "The exponent is d/2: half of it is missing.",
        5.517: "That is n^(2/d). Raise it to d/2 = 8.",
    },
)

guess_bit = Prediction(
    question="A bit x is −1 or +1, with equal chances. You see y = x + z = 1, where z is Gaussian of spread 1. Which "
    "single number is the best guess at x: the one whose squared error is least on average?",
    low=-1.0,
    high=1.0,
    unit="",
)

guess_copies = Prediction(
    question="A denoiser is as good as can be on 1000 training digits, at every noise level. You let it make a hundred "
    "new digits out of noise. What share of them are copies of training digits?",
    low=0.0,
    high=100.0,
    unit="%",
)
