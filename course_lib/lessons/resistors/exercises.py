"""What lesson 01 asks: four functions, two questions, two guesses; and the likely wrong answers to each."""

from collections.abc import Iterator

import numpy as np

from course_lib.kernels import resistors
from course_lib.learn import Exercise, Prediction, Question


def small_circuits(rng: np.random.Generator) -> Iterator[tuple]:
    """Connected networks of 3 to 6 nodes, wires in random direction, one pair of nodes joined by two wires."""
    for n in (3, 4, 5, 6, 4, 5):
        chain = np.stack([np.arange(n - 1), np.arange(1, n)], axis=1)
        extra = np.array([rng.choice(n, size=2, replace=False) for _ in range(n - 2)])
        edges = rng.permuted(np.concatenate([chain, chain[:1], extra]), axis=1)
        yield edges, rng.uniform(0.5, 2, size=len(edges)), n


def clamped_circuits(rng: np.random.Generator) -> Iterator[tuple]:
    """The Laplacians of small circuits, with two nodes held at random voltages."""
    for circuit in small_circuits(rng):
        n = circuit[-1]
        yield resistors.laplacian(*circuit), rng.choice(n, size=2, replace=False), rng.uniform(-1, 1, size=2)


def nudged_circuits(rng: np.random.Generator) -> Iterator[tuple]:
    """Clamped circuits with one output, a target for it, and a nudge."""
    for L, clamped, values in clamped_circuits(rng):
        outputs = rng.choice(np.setdiff1d(np.arange(len(L)), clamped), size=1)
        yield L, clamped, values, outputs, rng.uniform(-1, 1, size=1), rng.uniform(0.05, 0.5)


def two_drops(rng: np.random.Generator) -> Iterator[tuple]:
    """Conductances, the drops of two states, a nudge and a rate."""
    for m in range(3, 9):
        free = rng.normal(size=m)
        clamped = free + 0.3 * rng.normal(size=m)
        yield rng.uniform(0.5, 2, size=m), free, clamped, rng.uniform(0.05, 0.4), rng.uniform(0.1, 1)


# --- the likely wrong functions -------------------------------------------------------------------------------------


def one_way(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    """The conductance from each wire's first node to its second, and nothing back."""
    A = np.zeros((n, n))
    np.add.at(A, tuple(edges.T), k)
    return A


def both_ways(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    A = one_way(edges, k, n)
    return A + A.T


def last_wire_wins(edges: np.ndarray, k: np.ndarray, n: int) -> np.ndarray:
    """Written with = where += is needed: of two parallel wires only the last one stays."""
    A = np.zeros((n, n))
    for (i, j), k_e in zip(edges, k, strict=True):
        A[i, j] = A[j, i] = k_e
    return np.diag(A.sum(1)) - A


def free_of(L: np.ndarray, clamped: np.ndarray) -> np.ndarray:
    return np.setdiff1d(np.arange(len(L)), clamped)


def without_boundary(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V = np.zeros(len(L))
    V[clamped] = values
    return V


def boundary_with_plus(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V, f = without_boundary(L, clamped, values), free_of(L, clamped)
    V[f] = np.linalg.solve(L[np.ix_(f, f)], L[np.ix_(f, clamped)] @ values)
    return V


def unsolved_boundary(L: np.ndarray, clamped: np.ndarray, values: np.ndarray) -> np.ndarray:
    V, f = without_boundary(L, clamped, values), free_of(L, clamped)
    V[f] = -L[np.ix_(f, clamped)] @ values
    return V


def clamp_elsewhere(fraction) -> callable:
    """The clamped state with another fraction of the error than eta."""

    def wrong(L, clamped, values, outputs, targets, eta):
        return resistors.clamped_state(L, clamped, values, outputs, targets, fraction(eta))

    return wrong


def released_inputs(L, clamped, values, outputs, targets, eta) -> np.ndarray:
    V_free = resistors.free_voltages(L, clamped, values)
    return resistors.free_voltages(L, outputs, V_free[outputs] + eta * (targets - V_free[outputs]))


def step_with(change) -> callable:
    """A learning step with another change than the right one."""
    return lambda k, free, clamped, eta, alpha: k + alpha * change(k, free, clamped, eta)


# --- the exercises --------------------------------------------------------------------------------------------------

find_laplacian = Exercise(
    ask="Write laplacian(edges, k, n): the (n, n) matrix L for which L @ V is the current that flows out of each "
    "node into its wires. Wire e joins the nodes edges[e] and has conductance k[e]; two wires may join the same pair.",
    answer=resistors.laplacian,
    cases=small_circuits,
    hints=(
        "Write the current out of node i for a single wire (i, j): it is k (V_i - V_j). Which four entries is that?",
        "Add those four entries for every wire, in a loop: two on the diagonal, two off it.",
        "Raise all voltages by one volt: no current flows. So what is the sum of each row?",
    ),
    slips={
        "The diagonal is missing. Raise all voltages together and no current may flow: each row must sum to zero.": (
            lambda *c: -both_ways(*c)
        ),
        "The sign is flipped: a node at a higher voltage than its neighbours sends current out, so the diagonal is "
        "positive.": lambda *c: -resistors.laplacian(*c),
        "That is the adjacency matrix (who is joined to whom). The Laplacian has it with a minus sign, and the sum of "
        "each row on the diagonal.": both_ways,
        "Each wire is counted at its first node only. A wire has no direction: what leaves one end enters the other.": (
            lambda *c: np.diag(one_way(*c).sum(1)) - one_way(*c)
        ),
        "The diagonal is right, and each wire stands on one side of it only: L[j, i] is missing where L[i, j] is set.": (
            lambda *c: np.diag(both_ways(*c).sum(1)) - one_way(*c)
        ),
        "Of two wires that join the same pair of nodes, the second has overwritten the first: add with += .": last_wire_wins,
    },
)

find_voltages = Exercise(
    ask="Write free_voltages(L, clamped, values): the voltages of all n nodes when the nodes in clamped are held at "
    "values and no current is fed in anywhere else.",
    answer=resistors.free_voltages,
    cases=clamped_circuits,
    hints=(
        "At every free node the current law says that (L @ V) is zero. Split V into its free and its clamped part.",
        "L_ff V_f + L_fb V_b = 0. np.ix_(f, clamped) picks the block L_fb.",
        "np.setdiff1d(np.arange(n), clamped) are the free nodes; np.linalg.solve solves for V_f. Put V_f and the "
        "clamped values into one array of length n.",
    ),
    slips={
        "Those are currents, L @ V. The voltages themselves are asked for.": (
            lambda L, c, v: L @ resistors.free_voltages(L, c, v)
        ),
        "The boundary term is missing: with L_ff V_f = 0 the free nodes never hear of the clamped ones.": without_boundary,
        "The boundary term has the wrong sign: it changes sign when it moves to the other side of L_ff V_f + L_fb V_b = 0.": (
            boundary_with_plus
        ),
        "The boundary term still has to be solved with L_ff: you returned the current that flows in from the boundary.": (
            unsolved_boundary
        ),
        "Those are the free nodes alone. Return all n voltages, the clamped ones in their places.": (
            lambda L, c, v: resistors.free_voltages(L, c, v)[free_of(L, c)]
        ),
    },
)

find_clamped = Exercise(
    ask="Write clamped_state(L, clamped, values, outputs, targets, eta): the voltages of all nodes when the outputs, "
    "too, are held: a fraction eta of the way from where they are in the free state to their targets. "
    "You may call resistors.free_voltages.",
    answer=resistors.clamped_state,
    cases=nudged_circuits,
    hints=(
        "First the free state: it tells where the outputs are before anyone touches them.",
        "Then hold inputs and outputs together: np.concatenate joins the lists of nodes, and of voltages.",
    ),
    slips={
        "The outputs are held at the target itself: that is eta = 1. The nudge goes only a fraction eta of the way.": (
            clamp_elsewhere(lambda eta: 1.0)
        ),
        "The nudge goes away from the target: it is eta times (target minus free), added.": (
            clamp_elsewhere(lambda eta: -eta)
        ),
        "The fractions are swapped: at eta = 0 the outputs must stay where they are.": (
            clamp_elsewhere(lambda eta: 1 - eta)
        ),
        "That is the free state: the outputs are not nudged at all.": clamp_elsewhere(lambda eta: 0.0),
        "The inputs were let go: hold inputs and outputs both.": released_inputs,
    },
)

find_rule = Exercise(
    ask="Write local_step(k, drop_free, drop_clamped, eta, alpha): the new conductance of each wire, from its own "
    "voltage drop in the two states and nothing else. The rule is the contrast of squared drops, over 2 eta, times alpha.",
    answer=resistors.local_step,
    cases=two_drops,
    hints=(
        "A wire that carries more in the free state than in the clamped one should become a better conductor.",
        "alpha / (2 eta) times (free drop squared minus clamped drop squared), added to k.",
    ),
    slips={
        "The sign is flipped, so the loss grows: clamping raises the power, and the contrast is free minus clamped.": (
            step_with(lambda k, f, c, eta: (c**2 - f**2) / (2 * eta))
        ),
        "A factor 2 is missing: the power is the sum of k times the squared drop, and its half is what is minimised.": (
            step_with(lambda k, f, c, eta: (f**2 - c**2) / eta)
        ),
        "The division by eta is missing: as the nudge shrinks, so would the step.": (
            step_with(lambda k, f, c, eta: (f**2 - c**2) / 2)
        ),
        "That is the contrast of the powers, k times the squared drops. The rule compares the squared drops alone.": (
            step_with(lambda k, f, c, eta: k * (f**2 - c**2) / (2 * eta))
        ),
        "The drops are compared without squaring them.": step_with(lambda k, f, c, eta: (f - c) / (2 * eta)),
        "That is the square of the difference. The rule is the difference of the squares.": (
            step_with(lambda k, f, c, eta: (f - c) ** 2 / (2 * eta))
        ),
        "Every wire got the same, global error. Each wire knows only its own two drops.": (
            step_with(lambda k, f, c, eta: np.sum(f**2 - c**2) / (2 * eta))
        ),
        "That is the change alone. Return the new conductances, k plus the change.": (
            lambda k, f, c, eta, alpha: alpha * (f**2 - c**2) / (2 * eta)
        ),
    },
)

which_map = Question(
    ask="Two inputs at voltages x₁ and x₂, one node held at ground (0 V), linear resistors between them. Which of these "
    "can the output be, for all x₁ and x₂, if you may choose every conductance?",
    choices={
        "a": "0.5 x₁ − 0.2 x₂",
        "b": "0.9 x₁ + 0.6 x₂",
        "c": "0.3 x₁ + 0.4 x₂ + 0.1",
        "d": "0.3 x₁ + 0.5 x₂",
    },
    answer="d",
    why="The output is a weighted mean of the held voltages: weights that are not negative and sum to one. Here 0.3 and "
    "0.5, and 0.2 goes to ground.",
    hints=(
        "Let x₁ = x₂ = 1 V. Between which two values must every node lie?",
        "Now x₁ = 0 and x₂ = 1 V, and then both at 0 V.",
    ),
    slips={
        "a": "A negative weight: raise x₂ and the output falls. No passive network does that. (Feed in −x₂ or 1 − x₂ as "
        "well, and it can.)",
        "b": "Gain above 1: at x₁ = x₂ = 1 V the output would be 1.5 V, above every held node. The maximum principle "
        "forbids it.",
        "c": "A bias without a node to supply it: at x₁ = x₂ = 0 every held node is at 0 V, and so is the output. A node "
        "held at 1 V would do.",
    },
)

best_nudge = Question(
    ask="The comparator on each wire reads a squared drop with an error of size s. The contrast is divided by the nudge η, "
    "so the error becomes s/η; the bias of the one-sided rule grows as η. If the errors become a hundred times smaller, "
    "by what factor should η shrink? (Give a number above 1.)",
    answer=10.0,
    why="The total s²/η² + c²η² is least at η ∝ s^(1/2). For the symmetric nudge the bias is η², and the best η goes as "
    "s^(1/3).",
    hints=("Write the squared error as s²/η² + c²η² and set its derivative to zero.",),
    slips={
        100.0: "That keeps s/η fixed and ignores that the bias shrinks too: minimise the sum of both squares.",
        4.64: "That is the cube root, the answer for the symmetric nudge, whose bias is η².",
        1.0: "A fixed nudge keeps the old bias although the noise that forced it on you is gone.",
    },
)

guess_cosine = Prediction(
    question="Four outputs, and a nudge so small that it makes no difference any more. What will the cosine between the "
    "network's own update and the exact gradient be?",
    low=0.0,
    high=1.0,
)

guess_xor = Prediction(
    question="XOR with resistors alone: how many wires does a linear network need?",
    choices=("about 10", "about 100", "about 1000", "no number is enough"),
)
