"""Networks that remember, learn and run in circles, against oracles that share no code; then what they cost."""

from itertools import islice, pairwise, product

import numpy as np
import pytest
from compiling import frozen
from enumeration import boltzmann as enumerated
from enumeration import every_state
from numpy.testing import assert_allclose, assert_array_equal
from racing import race
from scipy.integrate import quad, solve_ivp
from scipy.linalg import eigvals, eigvalsh, expm
from scipy.optimize import fsolve, minimize
from scipy.special import erf

from course_lib.core import Refusal
from course_lib.kernels.frustration import boltzmann, directed, hopfield, rate_network, retrieval


def generator(seed=0):
    return np.random.default_rng(seed)


def symmetric(N, seed=0):
    J = np.triu(generator(seed).normal(size=(N, N)), 1)
    return frozen(J + J.T)


def one_way(N, seed=0):
    J = generator(seed).normal(size=(N, N))
    np.fill_diagonal(J, 0)
    return frozen(J)


# --- memories -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("M, N", [(1, 5), (7, 20), (300, 12)])  # 300 outer products of small numbers overflow a byte
def test_hebbs_couplings_are_those_of_the_sum_written_out(M, N):
    xi = frozen(hopfield.random_patterns(M, N, rng=generator()))
    J = hopfield.hebb(xi)
    for i, j in product(range(N), repeat=2):
        assert J[i, j] == pytest.approx(sum(int(p[i]) * int(p[j]) for p in xi) / N * (i != j), abs=1e-14)


def naive_recall(s, J, order):
    """The oracle: every field anew, one neuron after the other."""
    s = s.copy()
    for i in order:
        h = sum(J[i, j] * s[j] for j in range(len(s)))
        s[i] = np.sign(h) if abs(h) > 1e-12 else s[i]
    return s


@pytest.mark.parametrize("make", [symmetric, one_way])
def test_a_sweep_is_that_of_a_naive_loop_which_recomputes_every_field(make):
    J, s = make(30), hopfield.random_patterns(1, 30, rng=generator(1))[0]
    mine = list(islice(hopfield.recall(frozen(s), J, rng=generator(2)), 5))
    rng, wanted = generator(2), s
    for seen in mine[1:]:
        wanted = naive_recall(wanted, J, rng.permutation(30))
        assert_array_equal(seen, wanted)


def test_parts_of_a_sweep_are_the_same_sweep():
    J, s = symmetric(30), hopfield.random_patterns(1, 30, rng=generator(1))[0]
    whole = list(hopfield.recall(s, J, rng=generator(2)))
    parts = list(hopfield.recall(s, J, rng=generator(2), parts=7))
    assert_array_equal(parts[::7], whole)
    assert len(whole) > 2


@pytest.mark.parametrize("seed", range(5))
def test_recall_ends_where_every_neuron_obeys_its_field_and_the_energy_never_rose(seed):
    J = symmetric(200, seed)
    path = list(hopfield.recall(np.ones(200), J, rng=generator(seed)))
    E = np.array([-sum(s[i] * J[i, :i] @ s[:i] for i in range(200)) for s in path])
    assert (np.diff(E)[:-1] < 0).all() and E[-1] == E[-2]
    assert ((J @ path[-1]) * path[-1] > 0).all()
    assert_allclose([hopfield.network_energy(s, J) for s in path], E)


def test_recalled_ends_at_the_end_of_recall():
    xi = hopfield.random_patterns(20, 100, rng=generator())
    J = hopfield.hebb(xi)
    ends = hopfield.recalled_states(xi, J, rng=generator(1))
    assert (ends * (J @ ends.T).T >= -1e-9).all(), "nobody disobeys"
    single = [list(hopfield.recall(s, J, rng=r))[-1] for r in [generator(1)] for s in xi]
    assert_array_equal(ends, single)


@pytest.mark.parametrize("unit", [2.0**-40, 1.0, 2.0**40])
def test_a_tie_leaves_the_neuron_as_it_is_though_rounding_may_tip_it(unit):
    J = np.zeros((4, 4))
    J[0, 1:] = unit * np.array([0.1, 0.2, -0.3])  # directed: only the first listens
    for start in ([-1, 1, 1, 1], [1, -1, -1, -1]):
        assert (J @ start)[0] * start[0] < 0, "5e-17 units where zero is meant"
        assert [s.tolist() for s in hopfield.recall(start, J, rng=generator())] == [start] * 2
        assert [s.tolist() for s in directed.parallel_updates(start, J)] == [start]


def test_every_stored_pattern_is_a_fixed_point_of_the_projection_rule_however_alike():
    xi = hopfield.random_patterns(40, 100, rng=generator())
    xi[20:] = [hopfield.corrupt(p, 0.05, rng=generator(i)) for i, p in enumerate(xi[:20])]  # close relatives
    J = hopfield.projection_rule(frozen(xi))
    with_diagonal = xi.T @ np.linalg.solve(xi @ xi.T.astype(float), xi)  # the oracle: normal equations
    assert_allclose(J, with_diagonal - np.diag(np.diag(with_diagonal)), atol=1e-9)
    assert_array_equal(hopfield.recalled_states(xi, J, rng=generator()), xi)
    assert (hopfield.recalled_states(xi, hopfield.hebb(xi), rng=generator()) != xi).any(), "control: Hebb loses some"


def test_uncorrelated_patterns_of_one_pair_make_hebb_and_projection_agree():
    xi = np.array([[1, 1, 1, 1], [1, -1, 1, -1]])
    assert_allclose(hopfield.projection_rule(xi), hopfield.hebb(xi), atol=1e-14)


def test_the_projection_rule_takes_the_same_pattern_twice():
    xi = np.array([[1, 1, -1, 1, -1], [1, 1, -1, 1, -1]])
    assert_allclose(hopfield.projection_rule(xi), hopfield.hebb(xi[:1]), atol=1e-14)


def test_corrupting_turns_over_exactly_the_share_asked_for():
    pattern = frozen(hopfield.random_patterns(1, 64, rng=generator())[0])
    for share in (0, 0.1, 0.5, 1):
        assert (hopfield.corrupt(pattern, share, rng=generator()) != pattern).sum() == round(64 * share)


def test_the_digits_come_in_turn_and_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    digits = hopfield.digit_patterns(30)
    data = load_digits()
    for k, pattern in enumerate(digits):
        image = data.images[np.flatnonzero(data.target == k % 10)[k // 10]]
        assert_array_equal(pattern.reshape(8, 8) > 0, image >= 8)
    digits[0] = 0
    assert set(np.unique(hopfield.digit_patterns(1))) == {-1, 1}, "a reader may spoil a copy only"


def test_overlaps_are_shares_of_agreeing_signs_for_one_state_and_for_many():
    xi = hopfield.random_patterns(5, 200, rng=generator())
    agree = np.array([[np.mean(s == p) for p in xi] for s in xi])
    assert_allclose(hopfield.pattern_overlaps(xi, xi), 2 * agree - 1)
    assert_allclose(hopfield.pattern_overlaps(xi[0], xi), 2 * agree[0] - 1)


# --- the theory of recall -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.02, 0.05, 0.1, 0.12, 0.137])
def test_the_overlap_solves_the_three_saddle_point_equations_of_amit_gutfreund_and_sompolinsky(alpha):
    def equations(at):
        m, C, r = at
        noise = np.sqrt(2 * alpha * r)
        return m - erf(m / noise), C - 2 / np.sqrt(np.pi) * np.exp(-((m / noise) ** 2)) / noise, r - 1 / (1 - C) ** 2

    m, _, _ = fsolve(equations, (0.99, 0.05, 1.2), xtol=1e-13)
    assert retrieval.retrieval_overlap(alpha) == pytest.approx(m, abs=1e-9)


def test_the_capacity_is_the_published_one_and_the_end_of_the_curve():
    top = retrieval.hopfield_capacity()
    assert top.alpha == pytest.approx(0.137905566, abs=1e-8)  # 0.138 in Amit, Gutfreund and Sompolinsky (1985)
    assert retrieval.retrieval_overlap(top.alpha * (1 - 1e-9)) == pytest.approx(top.m, abs=1e-4)
    assert retrieval.retrieval_overlap(top.alpha * (1 + 1e-9)) == 0
    assert_array_equal(retrieval.retrieval_overlap([0.0, 1.0]), [1, 0])


def test_the_overlap_at_small_load_is_one_minus_the_tail_of_a_gaussian():
    for alpha in (1e-6, 1e-3, 0.02):
        assert 1 - retrieval.retrieval_overlap(alpha) == pytest.approx(
            1 - erf(1 / np.sqrt(2 * alpha)), rel=0.01, abs=1e-14
        )


# --- Boltzmann machines ---------------------------------------------------------------------------------------------


def probabilities(J):
    return enumerated(J, 1.0)[2]


def some_data(N, seed=0):
    """Any distribution over 2^N states."""
    return frozen(generator(seed).dirichlet(np.ones(2**N)))


def naive_distance(p, q):
    return sum(a * np.log(a / b) for a, b in zip(p, q))


def slopes(f, J, step=1e-5):
    """The oracle: differences, each pair of spins turned up and down once."""
    gradient = np.zeros_like(J)
    for j in range(len(J)):
        for i in range(j):
            change = np.zeros_like(J)
            change[i, j] = change[j, i] = step
            gradient[i, j] = gradient[j, i] = (f(J + change) - f(J - change)) / (2 * step)
    return gradient


def test_probabilities_and_moments_are_those_of_a_naive_sum():
    J = symmetric(4)
    p = boltzmann.boltzmann_distribution(J)
    assert_allclose(p, probabilities(J), rtol=1e-12)
    moments = boltzmann.pair_moments(p)
    for i, j in product(range(4), repeat=2):
        assert moments[i, j] == pytest.approx(sum(a * s[i] * s[j] for a, s in zip(p, every_state(4))) * (i != j))


def test_two_coupled_spins_agree_by_tanh_of_their_coupling():
    assert boltzmann.pair_moments(boltzmann.boltzmann_distribution(np.array([[0, 0.7], [0.7, 0]])))[
        0, 1
    ] == pytest.approx(np.tanh(0.7))


def test_both_gradients_are_the_slopes_of_their_own_relative_entropy_and_not_of_the_others():
    J, p = symmetric(4), some_data(4)
    ahead = slopes(lambda J: naive_distance(p, probabilities(J)), J)
    back = slopes(lambda J: naive_distance(probabilities(J), p), J)
    assert_allclose(boltzmann.boltzmann_gradient(p, J), ahead, atol=1e-9)
    assert_allclose(boltzmann.reverse_gradient(p, J), back, atol=1e-9)
    assert np.abs(ahead - back).max() > 0.01, "control: they differ"


def test_learning_ends_at_the_best_couplings_that_a_general_minimiser_finds():
    p = some_data(4)
    *_, end = islice(boltzmann.learn_boltzmann(p, eta=0.3), 3000)

    def distance(upper):
        J = np.zeros((4, 4))
        J[np.triu_indices(4, 1)] = upper
        return naive_distance(p, probabilities(J + J.T))

    best = minimize(distance, np.zeros(6), tol=1e-12)
    assert end.D_KL == pytest.approx(best.fun, abs=1e-8)
    assert_allclose(end.J[np.triu_indices(4, 1)], best.x, atol=1e-4)


def test_an_energy_of_pairs_is_learned_back():
    J = symmetric(4, 3) / 3
    *_, end = islice(boltzmann.learn_boltzmann(probabilities(J), eta=0.2), 1000)
    assert_allclose(end.J, J, atol=1e-6)


# --- weights that point one way -------------------------------------------------------------------------------------


def test_directed_weights_have_variance_one_over_n_and_no_memory_of_their_mirror_image():
    J = directed.directed_weights(1000, rng=generator())
    pairs = np.triu_indices(1000, 1)
    assert 1000 * J[pairs].var() == pytest.approx(1, abs=0.01) and not J.diagonal().any()
    assert abs(1000 * np.mean(J[pairs] * J.T[pairs])) < 5 / np.sqrt(len(pairs[0]))
    both = directed.symmetrised(J)
    assert (both == both.T).all() and 1000 * both[pairs].var() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("L", [1, 3, 12])
def test_a_feed_forward_network_computes_layer_by_layer_and_then_rests(L):
    J = directed.feed_forward_weights(L, 60, rng=generator())
    s = hopfield.random_patterns(1, 60 * (L + 1), rng=generator(1))[0]
    path = list(directed.parallel_updates(s, J))
    assert len(path) - 1 == L
    layers, blocks = path[-1].reshape(L + 1, 60), J.reshape(L + 1, 60, L + 1, 60)
    assert_array_equal(layers[0], s[:60])
    assert 60 * blocks[1, :, 0].var() == pytest.approx(1, abs=0.12), "six standard errors of 3600 weights"
    for before in range(L):
        assert_array_equal(layers[before + 1], np.sign(blocks[before + 1, :, before] @ layers[before]))


def test_a_symmetric_network_updated_in_parallel_ends_in_at_most_two_states():
    J = symmetric(50)
    path = list(islice(directed.parallel_updates(np.ones(50), J), 200))
    assert_array_equal(path[-1], path[-3])
    circles = list(islice(directed.parallel_updates(np.ones(50), one_way(50)), 200))
    assert (circles[-1] != circles[-3]).any(), "control: a directed one goes on"


def naive_rates(J, T):
    """The oracle: each pair of states, each spin."""
    states = [tuple(s) for s in every_state(len(J))]
    w = np.zeros((len(states), len(states)))
    for a, s in enumerate(states):
        for i in range(len(J)):
            b = states.index(s[:i] + (-s[i],) + s[i + 1 :])
            h = sum(J[i, j] * s[j] for j in range(len(J)))
            w[a, b] = 1 / (1 + np.exp(2 * s[i] * h / T))
        w[a, a] = -w[a].sum()
    return w


def test_rates_and_their_resting_probabilities_are_those_of_a_naive_loop_and_a_long_wait():
    J = one_way(3)
    w = directed.heat_bath_rates(J, 0.8)
    assert_allclose(w, naive_rates(J, 0.8), atol=1e-14)
    p = directed.stationary_distribution(w)
    assert_allclose(p, expm(1000 * w)[0], atol=1e-10)


def flows(w, p):
    """The oracle: what goes from each state to each, less what comes back."""
    return np.array([[p[a] * w[a, b] - p[b] * w[b, a] for b in range(len(w))] for a in range(len(w))])


def test_symmetric_weights_rest_at_boltzmanns_probabilities_and_directed_ones_do_not():
    for J, balanced in ((symmetric(3), True), (one_way(3), False)):
        w = directed.heat_bath_rates(J, 1.0)
        p = directed.stationary_distribution(w)
        assert np.allclose(p, probabilities((J + J.T) / 2), atol=1e-10) == balanced
        assert np.allclose(flows(w, p), 0, atol=1e-12) == balanced
        assert (abs(directed.entropy_production(w, p)) < 1e-12) == balanced


def test_currents_conserve_probability_and_produce_entropy():
    w = directed.heat_bath_rates(one_way(3), 1.0)
    p = directed.stationary_distribution(w)
    flow = flows(w, p)
    assert_allclose(flow.sum(axis=1), 0, atol=1e-14)
    produced = sum(flow[a, b] * np.log(p[a] * w[a, b] / (p[b] * w[b, a])) for a, b in zip(*np.nonzero(flow)))
    assert directed.entropy_production(w.tolist(), p.tolist()) == pytest.approx(produced / 2, rel=1e-9)
    assert produced > 0.02


@pytest.mark.parametrize("i, j, start", [(0, 1, 0), (1, 2, 5), (2, 0, 3)])
def test_the_ratio_round_a_cycle_of_two_flips_is_the_exponential_of_the_weights_difference(i, j, start):
    J, T = one_way(3), 0.7
    cycle = directed.two_spin_cycle(3, i, j, start)
    w, s = naive_rates(J, T), every_state(3)[start]
    assert directed.cycle_ratio(w, cycle) == pytest.approx(np.exp(-4 * s[i] * s[j] * (J[i, j] - J[j, i]) / T))
    flipped = [tuple(np.flatnonzero(every_state(3)[a] != every_state(3)[b])) for a, b in pairwise([*cycle, start])]
    assert flipped == [(i,), (j,), (i,), (j,)]


# --- a gain ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("g", [0.5, 1.5])
def test_the_flow_is_that_of_scipys_integrator_and_its_error_falls_with_the_fourth_power_of_the_step(g):
    J, x = one_way(20) / np.sqrt(20), generator(1).normal(size=20)
    h = 0.3 * np.cos(np.arange(20))
    exact = solve_ivp(lambda t, x: -x + g * J @ np.tanh(x) + h, (0, 4), x, rtol=1e-12, atol=1e-13).y[:, -1]
    errors = [
        np.abs(
            next(islice(rate_network.rate_flow(frozen(x.copy()), J, g, h, dt=dt), round(4 / dt), None)) - exact
        ).max()
        for dt in (0.1, 0.05)
    ]
    assert errors[0] < 1e-4 and 12 < errors[0] / errors[1] < 20


def test_below_gain_one_the_growth_rate_is_that_of_the_linear_network():
    J = directed.directed_weights(100, rng=generator())
    rates = rate_network.growth_rates(np.full(100, 1e-3), J, 0.8, 30, 100, rng=generator())
    assert rates[15:].mean() == pytest.approx(-1 + 0.8 * eigvals(J).real.max(), abs=2e-3)


def test_the_growth_rate_of_a_driven_pair_is_that_of_the_tangent_flow():
    g, J, x = 2.0, directed.directed_weights(60, rng=generator()), generator(1).normal(size=60)
    v = generator(2).normal(size=60)

    def both(t, y):
        x, v = y[:60], y[60:]
        return np.append(-x + g * J @ np.tanh(x), -v + g * J @ (v / np.cosh(x) ** 2))

    end = solve_ivp(both, (0, 10), np.append(x, v), rtol=1e-10, atol=1e-12).y[60:, -1]
    wanted = np.log(np.linalg.norm(end) / np.linalg.norm(v)) / 10
    (measured,) = rate_network.growth_rates(x, J, g, 1, 200, rng=generator(2), dt=0.05)
    assert measured == pytest.approx(wanted, abs=1e-4)


def test_the_energy_of_a_symmetric_network_falls_along_the_flow_as_its_gradient_says():
    J, g = directed.symmetrised(directed.directed_weights(40, rng=generator())), 2.0
    x = generator(1).normal(size=40)
    path = list(islice(rate_network.rate_flow(x, J, g), 200))
    E = np.array([rate_network.rate_energy(x, J, g) for x in path])
    assert (np.diff(E) < 0).all()
    r = np.tanh(x)
    content = sum(quad(np.arctanh, 0, float(a))[0] for a in r)
    assert E[0] == pytest.approx(-g / 2 * sum(J[i, j] * r[i] * r[j] for i in range(40) for j in range(40)) + content)
    circling = directed.directed_weights(40, rng=generator())
    E = [rate_network.rate_energy(x, circling, g) for x in islice(rate_network.rate_flow(x, circling, g), 400)]
    assert np.diff(E).max() > 0, "control: directed weights raise it"


@pytest.mark.parametrize("g", [1.3, 2.0])
def test_the_chaotic_variance_parts_balls_that_turn_back_from_balls_that_roll_over_the_top(g):
    """The oracle: let the correlation in time start at rest from <x^2>, and see what becomes of it."""
    z, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()

    def move(t, y, variance):  # C'' = C - g^2 <tanh x tanh y>, where <x^2> = <y^2> = variance and <x y> = C
        along, across = y[0] / np.sqrt(variance), np.sqrt(max(variance - y[0] ** 2 / variance, 0))
        other = np.tanh(along * z[:, None] + across * z)
        return y[1], y[0] - g**2 * weights @ (np.tanh(np.sqrt(variance) * z)[:, None] * other) @ weights

    def rolls_over(variance):
        over, back = lambda t, y, _: y[0], lambda t, y, _: y[1] + 1e-9 * (t < 0.1)
        over.terminal = back.terminal = True
        back.direction = 1.0
        rolled = solve_ivp(
            move, (0, 200), (variance, -1e-9), args=(variance,), events=(over, back), rtol=1e-9, atol=1e-10
        )
        return len(rolled.t_events[0]) > 0

    variance = rate_network.chaotic_variance(g)
    assert rolls_over(0.999 * variance) != rolls_over(1.001 * variance)
    assert rolls_over(0.98 * variance) == rolls_over(0.999 * variance), "control: no other border nearby"


def test_at_gain_one_and_below_the_variance_is_zero():
    assert rate_network.chaotic_variance(0.9) == 0 == rate_network.chaotic_variance(1.0)


def test_just_above_gain_one_the_chaotic_variance_is_the_excess_gain():
    for g in (1.001, 1.01):
        assert rate_network.chaotic_variance(g) == pytest.approx(g - 1, rel=5 * (g - 1) + 0.002)


def test_the_largest_eigenvalues_that_decide_are_one_for_directed_and_two_for_symmetric_weights():
    J = directed.directed_weights(500, rng=generator())
    assert eigvals(J).real.max() == pytest.approx(1, abs=0.1)
    assert eigvalsh(directed.symmetrised(J)).max() == pytest.approx(2, abs=0.1)


# --- what is refused, and what is compiled --------------------------------------------------------------------------

ONES, PAIR = np.ones(3), np.array([[0.0, 1.0], [1.0, 0.0]])
REFUSED = {
    "patterns of 0 and 1": lambda: hopfield.hebb(np.array([[0, 1, 1]])),
    "one pattern that is no row": lambda: hopfield.hebb(ONES),
    "no pattern": lambda: hopfield.projection_rule(np.ones((0, 5))),
    "a NaN in the patterns": lambda: hopfield.hebb(np.array([[np.nan, 1]])),
    "a state of another length": lambda: hopfield.pattern_overlaps(ONES, np.ones((2, 4))),
    "an energy of another length": lambda: hopfield.network_energy(ONES, PAIR),
    "too many digits": lambda: hopfield.digit_patterns(10**6),
    "a share above one": lambda: hopfield.corrupt(ONES, 1.2, rng=generator()),
    "couplings of another size": lambda: next(hopfield.recall(ONES, PAIR, rng=generator())),
    "a NaN in the couplings": lambda: next(hopfield.recall(ONES[:2], PAIR * np.nan, rng=generator())),
    "a neuron that acts on itself": lambda: next(hopfield.recall(ONES[:2], np.eye(2), rng=generator())),
    "spins of 2": lambda: next(hopfield.recall(2 * ONES, np.zeros((3, 3)), rng=generator())),
    "directed couplings asked for their end": lambda: hopfield.recalled_states(
        ONES[None, :2], np.triu(PAIR), rng=generator()
    ),
    "a negative load": lambda: retrieval.retrieval_overlap(-0.1),
    "too many states": lambda: boltzmann.all_states(40),
    "a machine that is not symmetric": lambda: boltzmann.boltzmann_distribution(np.triu(PAIR)),
    "three probabilities": lambda: boltzmann.pair_moments(ONES / 3),
    "probabilities of two in all": lambda: boltzmann.relative_entropy(ONES[:2], ONES[:2]),
    "a single neuron": lambda: directed.directed_weights(1, rng=generator()),
    "no layer": lambda: directed.feed_forward_weights(0, 5, rng=generator()),
    "weights of T = 0": lambda: directed.heat_bath_rates(PAIR, 0),
    "a cycle that jumps": lambda: directed.cycle_ratio(directed.heat_bath_rates(PAIR, 1.0), [0, 3]),
    "inputs of another size": lambda: next(rate_network.rate_flow(ONES, PAIR, 1.0)),
    "an infinite gain": lambda: next(rate_network.rate_flow(ONES[:2], PAIR, np.inf)),
    "inputs that are no numbers": lambda: next(rate_network.rate_flow(ONES[:2] * np.nan, PAIR, 1.0)),
    "a negative gain": lambda: rate_network.chaotic_variance(-1.0),
    "a gain that is just above one": lambda: rate_network.chaotic_variance(1 + 1e-9),
    "an energy of 0 and 1": lambda: hopfield.network_energy([0, 1], PAIR),
    "an energy of NaN": lambda: hopfield.network_energy([1, 1], PAIR * np.nan),
    "an energy of neurons that act on themselves": lambda: hopfield.network_energy([1, 1], np.eye(2)),
    "couplings of 3 x 4": lambda: hopfield.recalled_states(np.ones((2, 3)), np.ones((3, 4)), rng=generator()),
    "patterns of half a neuron": lambda: hopfield.random_patterns(3, 2.5, rng=generator()),
    "fewer than no patterns": lambda: hopfield.random_patterns(-1, 5, rng=generator()),
    "half a digit": lambda: hopfield.digit_patterns(2.5),
    "patterns too long for their couplings": lambda: hopfield.hebb(np.ones((1, 10**5), np.int8)),
    "a share of nothing": lambda: hopfield.corrupt(ONES, None, rng=generator()),
    "two patterns to corrupt": lambda: hopfield.corrupt(np.ones((2, 3)), 0.1, rng=generator()),
    "half a part of a sweep": lambda: next(hopfield.recall(ONES[:2], PAIR, rng=generator(), parts=1.5)),
    "more starts than patterns": lambda: hopfield.recalled_overlaps(9, 3, 4, rng=generator()),
    "starts counted from the end": lambda: hopfield.recalled_overlaps(9, 3, -1, rng=generator()),
    "a load that is no number": lambda: retrieval.retrieval_overlap(1j),
    "states of half a spin": lambda: boltzmann.all_states(2.5),
    "data of two spins for three": lambda: boltzmann.boltzmann_gradient([0.25] * 4, np.zeros((3, 3))),
    "data of one spin for three": lambda: boltzmann.reverse_gradient([0.5, 0.5], np.zeros((3, 3))),
    "data that never happen": lambda: boltzmann.reverse_gradient([1.0, 0, 0, 0], PAIR),
    "distributions of one spin and of two": lambda: boltzmann.relative_entropy([0.5, 0.5], [0.25] * 4),
    "a learning rate of None": lambda: next(boltzmann.learn_boltzmann([0.5, 0.5], eta=None)),
    "a state of three for weights of two": lambda: next(directed.parallel_updates(ONES, PAIR)),
    "rates of 2^11 states": lambda: directed.heat_bath_rates(np.zeros((11, 11)), 1.0),
    "half a layer": lambda: directed.feed_forward_weights(1.5, 5, rng=generator()),
    "layers too wide": lambda: directed.feed_forward_weights(10, 10**5, rng=generator()),
    "a cycle out of the table": lambda: directed.cycle_ratio(directed.heat_bath_rates(PAIR, 1.0), [0, 9]),
    "a cycle of no states": lambda: directed.cycle_ratio(directed.heat_bath_rates(PAIR, 1.0), []),
    "rates that lose probability": lambda: directed.stationary_distribution(PAIR),
    "rates so cold that two states are never left": lambda: directed.stationary_distribution(
        directed.heat_bath_rates(PAIR, 0.001)
    ),
    "rates of a one-way street": lambda: directed.entropy_production([[-1, 1], [0, 0]], [0.5, 0.5]),
    "probabilities of too few states": lambda: directed.entropy_production(
        directed.heat_bath_rates(PAIR, 1.0), [0.5, 0.5]
    ),
    "a spin beyond the last": lambda: directed.two_spin_cycle(3, 0, 3),
    "an energy of no weights": lambda: rate_network.rate_energy(ONES, PAIR, 1.0),
    "an energy of weights that are NaN": lambda: rate_network.rate_energy(ONES[:2], PAIR * np.nan, 1.0),
    "a field of another size": lambda: next(rate_network.rate_flow(ONES[:2], PAIR, 1.0, ONES)),
    "a gain of None": lambda: next(rate_network.rate_flow(ONES[:2], PAIR, None)),
    "fewer than no steps": lambda: rate_network.growth_rates(ONES[:2], PAIR, 1.0, 2, -1, rng=generator()),
    "two runs to grow": lambda: rate_network.growth_rates(np.ones((2, 2)), PAIR, 1.0, 2, 5, rng=generator()),
    "a block so long that nothing is left": lambda: rate_network.growth_rates(
        ONES[:2], PAIR, 0.1, 1, 20_000, rng=generator()
    ),
}


@pytest.mark.parametrize("ask", REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_in_words(ask):
    with pytest.raises(Refusal, match=r"[a-z]{3}.*\.$"):
        ask()


SPOILT = {
    "parallel updates": lambda: directed.parallel_updates(np.ones(20), one_way(20)),
    "rate flow": lambda: rate_network.rate_flow(np.ones(20), one_way(20), 1.5),
    "recall": lambda: hopfield.recall(np.ones(20), one_way(20), rng=generator()),
    "learning": lambda: (step.J for step in boltzmann.learn_boltzmann(some_data(3), eta=0.1)),
}


@pytest.mark.parametrize("start", SPOILT.values(), ids=SPOILT.keys())
def test_a_reader_may_spoil_what_is_yielded(start):
    def third(spoil):
        states = start()
        for _ in range(2):
            state = next(states)
            state *= spoil
        return next(states)

    assert_array_equal(third(-1), third(1))


def test_a_field_is_the_same_in_all_runs_though_there_be_as_many_runs_as_neurons():
    J, x, h = one_way(5), generator(1).normal(size=(5, 5)), np.arange(5.0)
    together = next(islice(rate_network.rate_flow(x, J, 0.8, h), 3, None))
    for run in range(5):
        assert_allclose(together[:, run], next(islice(rate_network.rate_flow(x[:, run], J, 0.8, h), 3, None)))


# --- what it costs (make bench) -------------------------------------------------------------------------------------


def memory_case(N):
    xi = hopfield.random_patterns(N // 10, N, rng=generator(N))
    s = hopfield.corrupt(xi[0], 0.2, rng=generator(N))
    return s, hopfield.hebb(xi)


def ours_recall(s, J):
    return lambda: list(hopfield.recall(s, J, rng=generator()))[-1]


def numpy_recall(s, J):
    """One neuron after the other, its field a row of J times s."""

    def recall():
        rng, now, moved = generator(), s.astype(float), True
        while moved:
            moved = False
            for i in rng.permutation(len(now)):
                if now[i] * (J[i] @ now) < -1e-9:
                    now[i], moved = -now[i], True
        return now

    return recall


def patient_numpy_recall(s, J):
    """The same with fields that are kept: a flip costs a row of J, a look costs nothing."""

    def recall():
        rng, now, moved = generator(), s.astype(float), True
        h = J @ now
        while moved:
            moved = False
            for i in rng.permutation(len(now)):
                if now[i] * h[i] < -1e-9:
                    now[i], moved = -now[i], True
                    h += 2 * now[i] * J[i]
        return now

    return recall


@pytest.mark.bench
def test_bench_of_recall(capsys):
    peers = {"ours": ours_recall, "numpy, fields kept": patient_numpy_recall, "numpy, fields anew": numpy_recall}
    case = memory_case(100)
    for make in peers.values():
        assert_array_equal(make(*case)(), ours_recall(*case)())
    with capsys.disabled():
        title, sizes = "Recall from a fifth of the signs wrong, load 0.1", (64, 250, 1000)
        race(title, peers, memory_case, sizes, large=250, steepest=2)
