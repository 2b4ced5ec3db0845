"""What lesson 01 asks for: four functions."""

import numpy as np

from course_lib.kernels import resistors
from course_lib.learn import Exercise
from course_lib.lessons.resistors import slips

find_laplacian = Exercise(
    ask="Write laplacian(edges, k, n): the (n, n) matrix L for which L @ V is the current that flows out of each "
    "node into its wires. Wire e joins the nodes edges[e] and has conductance k[e]; two wires may join the same pair.",
    answer=resistors.laplacian,
    cases=slips.small_circuits,
    hints=(
        "Write the current out of node i for a single wire (i, j): it is k (V_i - V_j). Which four entries is that?",
        "Add those four entries for every wire, in a loop: two on the diagonal, two off it.",
        "Raise all voltages by one volt: no current flows. So what is the sum of each row?",
    ),
    slips={
        "The diagonal is missing. Raise all voltages together and no current may flow: each row must sum to zero.": (
            lambda *c: -slips.both_ways(*c)
        ),
        "The sign is flipped: a node at a higher voltage than its neighbours sends current out, so the diagonal is "
        "positive.": lambda *c: -resistors.laplacian(*c),
        "Some wires are lost: where an index comes twice, L[i, j] += k with arrays for i and j adds only once. "
        "Loop over the wires, or use np.add.at.": slips.repeated_entries_lost,
        "Off the diagonal the sign is wrong: a neighbour's voltage holds current back, so it is negative there.": (
            lambda *c: np.abs(resistors.laplacian(*c))
        ),
        "The wires all count the same: use their conductances k.": (
            lambda edges, k, n: resistors.laplacian(edges, np.ones_like(k), n)
        ),
        "Those are resistances where conductances belong: k is one over the resistance already.": (
            lambda edges, k, n: resistors.laplacian(edges, 1 / k, n)
        ),
        "That is the adjacency matrix (who is joined to whom). The Laplacian has it with a minus sign, and the sum of "
        "each row on the diagonal.": slips.both_ways,
        "Each wire is counted at its first node only. A wire has no direction: what leaves one end enters the other.": (
            lambda *c: np.diag(slips.one_way(*c).sum(1)) - slips.one_way(*c)
        ),
        "The diagonal is right, and each wire stands on one side of it: L[j, i] is missing where L[i, j] is set.": (
            lambda *c: np.diag(slips.both_ways(*c).sum(1)) - slips.one_way(*c)
        ),
        "Of two wires between the same nodes the second has overwritten the first: add with +=.": slips.last_wire_wins,
        "Of two wires between the same nodes the second has overwritten the first, off the diagonal: add with +=.": (
            slips.last_wire_wins_off_the_diagonal
        ),
    },
)

find_voltages = Exercise(
    ask="Write free_voltages(L, clamped, values): the voltages of all n nodes when the nodes in clamped are held at "
    "values and no current is fed in anywhere else.",
    answer=resistors.free_voltages,
    cases=slips.clamped_circuits,
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
        "The boundary term is missing: the free nodes never hear of the clamped ones.": slips.without_boundary,
        "The boundary term has the wrong sign: on the other side of L_ff V_f + L_fb V_b = 0 it is negative.": (
            slips.boundary_with_plus
        ),
        "Those are the currents that flow in from the boundary: they still have to be solved with L_ff.": (
            slips.unsolved_boundary
        ),
        "The clamped nodes are missing their own voltages: put values in their places.": slips.clamped_left_at_zero,
        "The voltages are right and their order is not: each belongs at the number of its node.": slips.free_ones_first,
        "Those are the free nodes alone. Return all n voltages, the clamped ones in their places.": (
            lambda L, c, v: resistors.free_voltages(L, c, v)[slips.free_of(L, c)]
        ),
    },
)

find_clamped = Exercise(
    ask="Write clamped_state(L, clamped, values, outputs, targets, eta): the voltages of all nodes when the outputs, "
    "too, are held: a fraction eta of the way from where they are in the free state to their targets. "
    "You may call resistors.free_voltages.",
    answer=resistors.clamped_state,
    cases=slips.nudged_circuits,
    hints=(
        "First the free state: it tells where the outputs are before anyone touches them.",
        "Then hold inputs and outputs together: np.concatenate joins the lists of nodes, and of voltages.",
    ),
    slips={
        "The outputs are held at the target itself: that is eta = 1. The nudge goes only a fraction eta of the way.": (
            slips.clamp_elsewhere(lambda eta: 1.0)
        ),
        "The nudge goes away from the target: it is eta times (target minus free), added.": (
            slips.clamp_elsewhere(lambda eta: -eta)
        ),
        "The fractions are swapped: at eta = 0 the outputs must stay where they are.": (
            slips.clamp_elsewhere(lambda eta: 1 - eta)
        ),
        "The outputs are held at eta times the target: the nudge starts from where they are in the free state.": (
            slips.fraction_of_the_target
        ),
        "The outputs are moved and the rest is not: with them held, all other nodes settle anew.": slips.not_settled,
        "That is the free state: the outputs are not nudged at all.": slips.clamp_elsewhere(lambda eta: 0.0),
        "The inputs were let go: hold inputs and outputs both.": slips.released_inputs,
    },
)

find_rule = Exercise(
    ask="Write local_step(k, drop_free, drop_clamped, eta, alpha): the new conductance of each wire, from its own "
    "voltage drop in the two states and nothing else. The rule is the contrast of squared drops, over 2 eta, times "
    "alpha.",
    answer=resistors.local_step,
    cases=slips.two_drops,
    hints=(
        "A wire that carries more in the free state than in the clamped one should become a better conductor.",
        "alpha / (2 eta) times (free drop squared minus clamped drop squared), added to k.",
    ),
    slips={
        "The sign is flipped, so the loss grows: clamping raises the power, and the contrast is free minus clamped.": (
            slips.step_with(lambda k, f, c, eta: (c**2 - f**2) / (2 * eta))
        ),
        "A factor 2 is missing: the power is the sum of k times the squared drop, and its half is what is minimised.": (
            slips.step_with(lambda k, f, c, eta: (f**2 - c**2) / eta)
        ),
        "The division by eta is missing: as the nudge shrinks, so would the step.": (
            slips.step_with(lambda k, f, c, eta: (f**2 - c**2) / 2)
        ),
        "That is the contrast of the powers, k times the squared drops. The rule compares the squared drops alone.": (
            slips.step_with(lambda k, f, c, eta: k * (f**2 - c**2) / (2 * eta))
        ),
        "The drops are compared without squaring them.": slips.step_with(lambda k, f, c, eta: (f - c) / (2 * eta)),
        "That is the square of the difference. The rule is the difference of the squares.": (
            slips.step_with(lambda k, f, c, eta: (f - c) ** 2 / (2 * eta))
        ),
        "Every wire got the same, global error. Each wire knows only its own two drops.": (
            slips.step_with(lambda k, f, c, eta: np.sum(f**2 - c**2) / (2 * eta))
        ),
        "The learning rate alpha is missing.": (lambda k, f, c, eta, alpha: k + (f**2 - c**2) / (2 * eta)),
        "Mind the brackets: alpha / 2 * eta multiplies by eta. Write alpha / (2 * eta).": slips.step_with(
            lambda k, f, c, eta: (f**2 - c**2) / 2 * eta
        ),
        "That is the change alone. Return the new conductances, k plus the change.": (
            lambda k, f, c, eta, alpha: alpha * (f**2 - c**2) / (2 * eta)
        ),
    },
)
