"""What lesson 03 asks for: three functions about budgets."""

from course_lib.kernels import scaling
from course_lib.learn import Exercise
from course_lib.lessons.scaling import slips

find_allocation = Exercise(
    ask="Write compute_optimal(C, law): the parameters N and the tokens D of least loss E + A/N^alpha + B/D^beta at "
    "the budget C = 6 N D. A law is the tuple (E, A, B, alpha, beta). End with: return N, D.",
    answer=scaling.compute_optimal,
    cases=slips.budgets,
    hints=(
        "Put D = C / 6N into the loss and differentiate with respect to ln N: what do the two terms have to satisfy?",
        "alpha A N^-alpha = beta B D^-beta. Put D = C / 6N in again and solve for N.",
    ),
    slips={
        "The exponents are swapped: a large alpha means that size pays off quickly and is soon enough, so that N then "
        "grows slowly.": slips.by_exponent(lambda law: law.alpha / (law.alpha + law.beta)),
        "The budget is C = 6 N D: the 6 is forgotten. Your N D is six times too large.": slips.by_exponent(
            scaling.size_exponent, per_token=1.0
        ),
        "N D grows faster or more slowly than the budget: the exponents of N and D must sum to one.": (
            slips.same_exponent_twice
        ),
        "The exponents do not sum to one: divide each by alpha + beta.": slips.exponents_as_they_stand,
        "The prefactor is upside down: a larger A makes small models worse, so N must grow with A.": slips.by_exponent(
            scaling.size_exponent, upside_down=True
        ),
        "You made the two terms of the loss equal. At the least loss their slopes are equal: alpha times the one is "
        "beta times the other.": slips.by_exponent(scaling.size_exponent, ratio=False),
        "Half of the budget each, in logarithms, whatever the law says: A and B do not enter.": (
            lambda C, law: ((C / 6) ** 0.5, (C / 6) ** 0.5)
        ),
        "Twenty tokens for each parameter is what one law says at one budget. This law says something else.": (
            lambda C, law: ((C / 120) ** 0.5, 20 * (C / 120) ** 0.5)
        ),
        "The two are swapped: first the parameters, then the tokens.": (
            lambda C, law: scaling.compute_optimal(C, law)[::-1]
        ),
        "In N you forgot the 6: it is the budget over 6 that is shared out. (In D you remembered it.)": (
            slips.six_in_tokens_only
        ),
        "In Python x ** 1 / y is (x ** 1) / y: put the exponent into brackets.": slips.precedence,
        "A law holds E, A, B, alpha, beta in this order: E comes first.": slips.unpacked_wrongly,
    },
)

find_flops = Exercise(
    ask="Write matrix_training_flops(layers, d, v, D): the FLOP of training on D tokens that go into products with "
    "weights. Each layer has four matrices d x d and two d x 4d; the head turns d numbers into v; the embedding is "
    "looked up in a table. Attention's products of tokens with tokens are left out here.",
    answer=scaling.matrix_training_flops,
    cases=slips.shapes,
    hints=(
        "How many weights does one token meet? 12 d^2 in each layer, and d v in the head.",
        "Each weight costs a multiplication and an addition forward. What does the backward pass compute, and how many "
        "products of that size does it take?",
    ),
    slips={
        "The embedding is counted as a product. It is a table: reading one of its rows costs no multiplication.": (
            slips.flops(heads=2)
        ),
        "That is the forward pass only. The backward pass needs two products of each size: for the gradient of the "
        "activations and for that of the weights.": slips.flops(2),
        "A factor 2 is missing: a multiply-add is two operations.": slips.flops(3),
        "The backward pass costs twice the forward pass, not as much as it: two products for every one.": slips.flops(
            4
        ),
        "The head is forgotten: d times v multiply-adds for each token. In small models it is most of the work.": (
            slips.flops(heads=0)
        ),
        "There is one head behind all layers, not one in each.": slips.flops(heads=None),
        "The two matrices of the hidden layer are d x 4d, not d x d.": slips.flops(blocks=6),
        "The hidden layers are forgotten: two matrices of d x 4d in each layer.": slips.flops(blocks=4),
        "Attention has four matrices: queries, keys and values, and a fourth behind them.": slips.flops(blocks=11),
        "Attention's own matrices are forgotten: queries, keys, values and the output, four of d x d.": (
            slips.flops(blocks=8)
        ),
        "That is for one token. There are D.": slips.flops(tokens=False),
        "That counts the weights, once for each token: each costs six operations in training.": slips.flops(1),
    },
)

find_kaplan = Exercise(
    ask="Write frontier_compute(N, law, omega): a model with N non-embedding parameters has N_T = N + omega N^(1/3) in "
    "all, and its loss is E + A/N_T^alpha + B/D^beta. The budget counts C = 6 N D, without the embedding. At which C "
    "is N the best size?",
    answer=scaling.frontier_compute,
    cases=slips.small_sizes,
    hints=(
        "At fixed C put D = C / 6N into the loss, and set the derivative with respect to N to zero. N_T depends on N.",
        "alpha A N_T^(-alpha-1) dN_T/dN = beta B D^-beta / N. Solve for D; then C = 6 N D.",
    ),
    slips={
        "Your budget counts all parameters: C is 6 N D here, without the embedding.": slips.frontier(
            slips.all_of_them, slips.right_slope, lambda N, N_T: N_T
        ),
        "A constant shift would have dN_T/dN = 1. But the embedding grows with the model: omega N^(1/3) has a slope of "
        "its own.": slips.frontier(slips.all_of_them, lambda N, omega: N),
        "The loss depends on all parameters, N_T. You gave it N only, and Chinchilla's frontier came out.": (
            slips.frontier(lambda N, omega: N, lambda N, omega: N)
        ),
        "You took dN_T/dN as N_T/N: the cube root grows a third as fast.": slips.frontier(
            slips.all_of_them, slips.all_of_them
        ),
        "omega is added as a constant: it multiplies N^(1/3).": slips.frontier(
            lambda N, omega: N + omega, lambda N, omega: N
        ),
        "alpha A and beta B are the wrong way round: the slope of the data's term is what the other has to match.": (
            slips.frontier(slips.all_of_them, slips.right_slope, upside_down=True)
        ),
        "Without alpha and beta in front of A and B you made the two terms equal. Their slopes have to be equal.": (
            slips.frontier(slips.all_of_them, slips.right_slope, slopes=False)
        ),
        "The whole bracket is D^beta: take its root, to the power 1/beta.": slips.frontier(
            slips.all_of_them, slips.right_slope, root=False
        ),
        "That derivative is dN_T/dN; what enters is N dN_T/dN, for the derivative is with respect to ln N.": (
            slips.frontier(slips.all_of_them, lambda N, omega: 1 + omega / 3 * N ** (-2 / 3))
        ),
        "The slope of A/N_T^alpha has one power more: N_T^(-alpha - 1).": slips.frontier(
            slips.all_of_them, slips.right_slope, power=0.0
        ),
        "The 6 of C = 6 N D is forgotten.": slips.frontier(slips.all_of_them, slips.right_slope, per_token=1.0),
        "That is the number of tokens D. The budget is 6 N D.": slips.frontier(
            slips.all_of_them, slips.right_slope, lambda N, N_T: 1.0, per_token=1.0
        ),
    },
)
