"""What lesson 02 asks: two questions, and two guesses before the figures that answer them."""

from course_lib.learn import Prediction, Question

glass_temperature = Question(
    ask="Couplings of every pair of N spins, Gaussian of variance 1/N (Sherrington and Kirkpatrick). Their largest "
    "eigenvalue is 2. At what temperature do the spins freeze into a glass, for large N?",
    answer=1.0,
    why="At T = 1. The naive field of a spin includes its own echo: it pulls its neighbours, and they pull it. Take "
    "the echo off (Onsager's reaction, βm_i each) and the paramagnet gives way at β = 1: for T > 1, N⟨q²⟩ tends to "
    "1/(1 − β²), and that diverges there.",
    hints=(
        "m_i = tanh(β Σ_j J_ij m_j) would order where β times the largest eigenvalue is 1. But does m_j not contain "
        "what i itself did to j?",
        "For T above the transition N⟨q²⟩ tends to 1/(1 − β²). Where does that end?",
    ),
    slips={
        2.0: "That is naive mean field: β times the largest eigenvalue, 2, equal to one. But part of the field on a "
        "spin is its own echo, and that part cannot order it.",
        0.5: "That takes β for T: the naive condition is β = ½, and it is wrong as well.",
        0.0: "In two dimensions with short-ranged couplings, yes. Here every spin feels all the others.",
        2.269185: "That is the square-lattice ferromagnet. These couplings have random signs.",
        1.4142: "That is the limit of many layers of neurons with couplings between neighbouring layers only.",
    },
)

which_energy = Question(
    ask="The lowest energies that annealing finds at N = 256 are near −0.745 per spin. A calculation (all replicas "
    "alike) gives −0.798 for N → ∞; "
    "another (Parisi) gives −0.763. A colleague says: −0.798 is lower, so it is the better ground state. Your answer?",
    choices={
        "a": "Right: the lower, the better.",
        "b": "Wrong: annealing got stuck; it should have reached −0.798.",
        "c": "Wrong: −0.798 is not the energy of any state.",
        "d": "Wrong: both are off, the ground state is at −1, half of the largest eigenvalue.",
    },
    answer="c",
    why="That solution has a negative entropy, −1/(2π) per spin at T = 0: fewer than one state. It assumes that all "
    "replicas are alike, and below the line of de Almeida and Thouless that is wrong. Energies of trial states "
    "would be lower-is-better. Such solutions bound the true energy from below instead (Guerra 2003): the highest is "
    "right, and that is Parisi's.",
    hints=(
        "What is its entropy at T = 0? Can a system of N spins have less than ln 1?",
        "How large is N^(−2/3) at N = 256? Where does −0.745 lie on the way to −0.763?",
    ),
    slips={
        "a": "Lower is better among energies of *states*. No configuration has this one: the entropy of this solution "
        "is negative.",
        "b": "Lowest energies lie above −0.763 by 0.70 N^(−2/3), which is 0.017 at N = 256. Annealing is where it "
        "should be.",
        "d": "−1 is a bound: spins would have to lie along the top eigenvector, and spins are ±1.",
    },
)

guess_fraction = Prediction(
    question="Every bond of a large square lattice is ferromagnetic or antiferromagnetic, half and half. What share of "
    "the plaquettes is frustrated?",
    low=0.0,
    high=1.0,
)

guess_capacity = Prediction(
    question="A network of 1000 neurons stores random patterns by Hebb's rule. About how many can it hold before "
    "recall breaks down?",
    low=0,
    high=1000,
    unit="patterns",
)
