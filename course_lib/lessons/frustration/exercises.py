"""What lesson 02 asks for: five functions."""

import numpy as np

from course_lib.kernels import frustration
from course_lib.learn import Exercise
from course_lib.lessons.frustration import slips

find_fraction = Exercise(
    ask="Write frustrated_fraction(p): the chance that a square plaquette is frustrated when each bond is "
    "antiferromagnetic with probability p, independently of the others.",
    answer=frustration.frustrated_fraction,
    cases=slips.shares,
    hints=(
        "A plaquette is frustrated when the product of its four signs is negative. How many antiferromagnetic bonds "
        "must it have?",
        "One or three. How many ways are there to choose the one, and how many to choose the three?",
        "Another way: what is the mean of the product of four independent signs?",
    ),
    slips={
        "That is the share of antiferromagnetic bonds. A plaquette has four bonds, and it is their product that "
        "counts: two antiferromagnetic bonds frustrate nothing.": lambda p: p,
        "At p = ½ that frustrates every plaquette. But a product of four random signs is as often positive as "
        "negative.": lambda p: 1 - (1 - 2 * p) ** 4,
        "At small p that is half of what it should be: a bond lies between two plaquettes, and flipping it frustrates "
        "both.": lambda p: (1 - (1 - 2 * p) ** 4) / 4,
        "Those are the plaquettes with one antiferromagnetic bond. Three make the product negative, too.": (
            lambda p: 4 * p * (1 - p) ** 3
        ),
        "Those are the plaquettes with at least one antiferromagnetic bond. With two of them, or four, the product is "
        "positive again.": lambda p: 1 - (1 - p) ** 4,
        "Those are the plaquettes whose bonds are not all alike. With two of each kind nothing is frustrated.": (
            lambda p: 1 - p**4 - (1 - p) ** 4
        ),
        "That is right for a triangle. A square has four bonds.": lambda p: (1 - (1 - 2 * p) ** 3) / 2,
        "That is right for a loop of two bonds. A square has four.": lambda p: 2 * p * (1 - p),
        "Those are the plaquettes with three antiferromagnetic bonds. One is enough, too.": (
            lambda p: 4 * p**3 * (1 - p)
        ),
        "One half holds at p = ½ only: where all bonds are alike, nothing is frustrated.": lambda p: 0.5,
        "Those are the plaquettes that are not frustrated.": lambda p: (1 + (1 - 2 * p) ** 4) / 2,
        "That is right to first order in p only, and above one at p = ½.": lambda p: 4 * p,
        "Choose the bond: each of the four may be the odd one out, so a factor 4 is missing.": (
            lambda p: p * (1 - p) * (p**2 + (1 - p) ** 2)
        ),
    },
)

find_gauge = Exercise(
    ask="Write gauge_transform(s, J, edges, epsilon): turn the names of the spins around where epsilon is −1, and the "
    "couplings with them, so that the energy stays. Bond e joins the sites edges[e] and has coupling J[e]; return the "
    "new spins and the new couplings (return new_s, new_J).",
    answer=frustration.gauge_transform,
    cases=slips.open_samples,
    hints=(
        "A term of the energy is J_e s_i s_j. If s_i changes its sign and s_j does not, what must J_e do?",
        "The spins become epsilon * s; a coupling is multiplied by the signs of both of its ends.",
        "i, j = edges.T gives the two ends of all bonds.",
    ),
    slips={
        "Only the spins changed: then the energy changes as well. The couplings must follow.": (
            lambda s, J, edges, epsilon: (epsilon * s, J)
        ),
        "Only the couplings changed: then the energy changes as well. The spins must follow.": (
            lambda s, J, edges, epsilon: (s, frustration.gauge_transform(s, J, edges, epsilon)[1])
        ),
        "Each coupling heard of one of its ends only: multiply by the signs of both.": slips.first_bond_only,
        "The couplings have the wrong sign, all of them: with epsilon = 1 everywhere nothing may change.": (
            slips.twice_gauged
        ),
        "The couplings were multiplied by the spins: it is the signs epsilon that are chosen freely.": slips.by_spins,
        "The signs of the two ends are added where they should be multiplied.": (
            lambda s, J, edges, epsilon: (epsilon * s, J * epsilon[edges].sum(axis=1))
        ),
        "The couplings themselves are lost: each J is multiplied by the signs of its ends.": slips.couplings_lost,
        "The two are swapped: first the spins, then the couplings.": (lambda *c: frustration.gauge_transform(*c)[::-1]),
        "Those are the signs epsilon themselves: the new spins are epsilon times s.": (
            lambda s, J, edges, epsilon: (epsilon, frustration.gauge_transform(s, J, edges, epsilon)[1])
        ),
        "Nothing changed.": lambda s, J, edges, epsilon: (s, J),
    },
)

find_energy = Exercise(
    ask="Write torus_energy(s, J_right, J_down): the energy of spins s[y, x] on a torus, each bond counted once. "
    "J_right[y, x] is the coupling of (y, x) and (y, x + 1), J_down[y, x] that of (y, x) and (y + 1, x); beyond the "
    "last column comes the first, beyond the last row the first.",
    answer=frustration.torus_energy,
    cases=slips.tori,
    hints=(
        "How many bonds has a torus of 3 by 3 sites? Each site owns two: one to the right and one down.",
        "np.roll(s, -1, axis=1) puts the right neighbour of every site in its place, across the edge too.",
    ),
    slips={
        "Each bond is counted twice, once from each of its ends.": slips.sum_of_neighbours,
        "The sign is wrong: J > 0 makes neighbours agree, so agreeing must lower the energy.": (
            lambda *c: -frustration.torus_energy(*c)
        ),
        "The bonds that close the torus are missing: the last column is joined to the first, the last row too.": (
            slips.open_energy
        ),
        "That is the neighbour on the other side: np.roll(s, -1, axis=1) brings the right one, +1 the left one.": (
            slips.other_neighbour
        ),
        "Right and down are swapped: axis 0 of s[y, x] is y.": slips.swapped_axes,
        "That is the energy per spin. The energy of the whole lattice is asked for.": (
            lambda s, *J: frustration.torus_energy(s, *J) / s.size
        ),
        "The couplings are missing: each bond has a strength of its own.": (
            lambda s, J_right, J_down: frustration.torus_energy(s, np.ones(s.shape), np.ones(s.shape))
        ),
    },
)

find_deviation = Exercise(
    ask="Write deviation(trace, burn_in, Lx, T): how many standard errors lie between a Monte Carlo run and the exact "
    "answer (never negative). trace holds the energy per spin after each sweep of an Lx × Lx torus. Leave out the "
    "first burn_in entries; cut the rest into 32 blocks of equal length (leave out what remains at the end); the "
    "standard error is that of the mean of the 32 block means, with ddof=1. You may call "
    "frustration.kaufman_energy(Lx, T) or frustration.onsager_energy(T): choose.",
    answer=frustration.deviation,
    cases=slips.chains,
    hints=(
        "Which of the two formulas knows that the lattice is finite?",
        "kept[: len(kept) // 32 * 32].reshape(32, -1).mean(axis=1) are the block means.",
        "The standard error of a mean of 32 independent numbers is their standard deviation over the root of 32.",
    ),
    slips={
        "Onsager's energy is that of an infinite lattice. At this size, and most of all near T_c, the exact answer is "
        "Kaufman's.": slips.deviation_from(lambda Lx, T: frustration.onsager_energy(T)),
        "That is Onsager's formula with ellipk(κ): scipy's ellipk takes the square, ellipk(κ²). And at this size the "
        "exact answer is Kaufman's.": slips.deviation_from(lambda Lx, T: slips.wrong_onsager(T)),
        "The burn-in is still in: a run that starts far from equilibrium remembers it.": (
            lambda trace, burn_in, Lx, T: frustration.deviation(trace, 0, Lx, T)
        ),
        "That error takes each sweep for independent. Neighbours in a run resemble each other, and the true error is "
        "larger: use the block means.": slips.deviation_with(lambda kept, blocks: kept.std(ddof=1) / len(kept) ** 0.5),
        "That is the scatter of single sweeps. The mean is known much better than that: take its standard error.": (
            slips.deviation_with(lambda kept, blocks: kept.std(ddof=1))
        ),
        "That is the scatter of the blocks. The mean of 32 of them is known √32 times better.": (
            slips.deviation_with(lambda kept, blocks: blocks.std(ddof=1))
        ),
        "Nearly: the scatter of 32 numbers is estimated with ddof=1, because their mean was estimated too.": (
            slips.deviation_with(lambda kept, blocks: blocks.std() / 32**0.5)
        ),
        "That is the difference of energies: divide it by the standard error.": (
            slips.deviation_with(lambda kept, blocks: 1.0)
        ),
        "A distance is never negative: take the absolute value.": slips.signed_deviation,
        "Those blocks are 32 sweeps long. Asked for are 32 blocks, each as long as they can be.": slips.blocks_of_32,
        "That error takes each sweep for independent (and the scatter without ddof=1). Use the block means.": (
            slips.deviation_with(lambda kept, blocks: kept.std() / len(kept) ** 0.5)
        ),
    },
)

find_hebb = Exercise(
    ask="Write hebb(xi): the couplings (N, N) of a Hopfield network that stores the rows of xi, patterns in an (M, N) "
    "array of −1 and +1. Each pattern adds its outer product over N; no neuron is coupled to itself.",
    answer=frustration.hebb,
    cases=slips.patterns,
    hints=(
        "For one pattern: J_ij = xi_i xi_j / N. np.outer makes the table.",
        "xi.T @ xi sums over the patterns. Which length is N?",
        "np.fill_diagonal(J, 0) before you return J.",
    ),
    slips={
        "The diagonal is still there: with J_ii = M/N every neuron also votes for staying as it is.": (
            slips.hebb_with_diagonal
        ),
        "The diagonal is still there, and the division by N, the number of neurons, is missing.": lambda p: p.T @ p,
        "The 1/N is missing: with N neurons the field would grow with N, and temperatures lose their meaning.": (
            lambda p: slips.without_diagonal(p.T @ p)
        ),
        "That divides by the number of patterns. It is N, the number of neurons.": (
            lambda p: slips.without_diagonal(p.T @ p) / len(p)
        ),
        "The patterns were made 0 and 1. Hebb's rule wants −1 and +1: two silent neurons agree as well.": (
            lambda p: slips.without_diagonal(slips.hebb_with_diagonal((p + 1) // 2))
        ),
        "The mean of each neuron was taken off first: a covariance. Hebb's rule takes the patterns as they are.": (
            lambda p: slips.without_diagonal(slips.hebb_with_diagonal(p - p.mean(axis=0)))
        ),
        "That couples patterns with patterns, (M, M). Neurons are coupled with neurons, (N, N).": (
            lambda p: slips.without_diagonal(p @ p.T) / p.shape[1]
        ),
        "Each pair is there once: J_ij and J_ji are both needed, and equal.": (
            lambda p: np.triu(slips.without_diagonal(slips.hebb_with_diagonal(p)))
        ),
        "That stores the first pattern only: add all of them.": (
            lambda p: slips.without_diagonal(slips.hebb_with_diagonal(p[:1]))
        ),
    },
)
