"""The glass, its replicas and its layers against oracles that share no code with them; then what they cost."""

from itertools import islice, product

import numpy as np
import pytest
from compiling import frozen
from enumeration import boltzmann, every_state, naive_energy
from racing import race
from scipy.integrate import quad

from course_lib.core import Refusal
from course_lib.kernels.frustration import layered, replicas, sk, tempering


def sample(N, seed):
    return frozen(sk.sk_couplings(N, rng=np.random.default_rng(seed)))


def exact(J, T):
    """<E> and <q^2> = sum_ij <s_i s_j>^2 / N^2, by enumeration."""
    states, E, p = boltzmann(J, T)
    correlations = np.einsum("k,ki,kj->ij", p, states, states)
    return p @ E, (correlations**2).sum() / len(J) ** 2


def mean_of_blocks(x, blocks=40):
    """The mean of a series and its standard error, over blocks longer than its memory."""
    means = x[: len(x) // blocks * blocks].reshape(blocks, -1, *x.shape[1:]).mean(axis=1)
    return means.mean(axis=0), means.std(axis=0, ddof=1) / np.sqrt(blocks)


# --- the Sherrington-Kirkpatrick glass --------------------------------------------------------------------------------


def test_couplings_are_symmetric_with_the_variance_of_the_glass():
    J = sample(400, 0)
    above = J[np.triu_indices(400, 1)]
    assert (J == J.T).all() and not J.diagonal().any()
    assert abs(400 * above.var() - 1) < 5 * np.sqrt(2 / len(above))
    assert abs(above.mean()) < 5 / np.sqrt(400 * len(above))


def test_the_energy_counts_each_pair_once():
    J, states = sample(6, 1), every_state(6)
    assert np.allclose(sk.sk_energy(states, J), [naive_energy(s, J) for s in states], atol=1e-14)
    assert sk.sk_energy(states[3], J) == pytest.approx(naive_energy(states[3], J))


def splitmix(state):
    """The oracle: the generator in whole numbers of Python."""
    state = (state + 0x9E3779B97F4A7C15) % 2**64
    z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return state, z ^ (z >> 31)


def test_the_random_numbers_are_those_of_splitmix64():
    state, random, seen = 1234567, np.array([1234567], np.uint64), []
    for _ in range(5):
        state, word = splitmix(state)
        seen.append(word)
        assert sk.uniform(random) == (word >> 11) / 2**53
    assert seen == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ], "the published first numbers of this seed"


def test_a_sweep_is_the_textbooks_heat_bath_to_the_last_spin():
    """The oracle: fields computed anew for each spin, no short cut around the exponential."""
    N, rng = 40, np.random.default_rng(2)
    J = sample(N, 3)
    for beta in (0.0, 0.7, 3.0, 200.0):
        s = rng.choice([-1.0, 1.0], N)
        fast = s.astype(np.float32)
        h, random, state = (J @ s).astype(np.float32), np.array([99], np.uint64), 99
        gained, before = 0.0, naive_energy(s, J)
        for _ in range(20):
            gained += sk.heat_bath_sweep(J.astype(np.float32), fast, h, beta, random)
            for i in range(N):
                state, word = splitmix(state)
                if (word >> 11) / 2**53 < 1 / (1 + np.exp(min(2 * beta * s[i] * (J[i] @ s), 700))):
                    s[i] = -s[i]
        assert (fast == s).all()
        assert np.allclose(h, J @ s, atol=1e-4)
        assert gained == pytest.approx(naive_energy(s, J) - before, abs=1e-3)


def test_thermal_states_come_as_often_as_boltzmann_says():
    J, T, replicas_ = sample(5, 4), 0.8, 20_000
    _, E, p = boltzmann(J, T)
    (s,) = islice(sk.thermal_states(J, T, replicas_, 30, rng=np.random.default_rng(0)), 1)
    seen = np.bincount(((s + 1) // 2).astype(int) @ 2 ** np.arange(5)[::-1], minlength=32) / replicas_

    def surprise(p):
        return (replicas_ * (seen - p) ** 2 / p).sum()

    warmer = np.exp(-E / 0.9)
    assert surprise(p) < 31 + 6 * np.sqrt(62)
    assert surprise(warmer / warmer.sum()) > 31 + 6 * np.sqrt(62), "control: a wrong temperature passes"


@pytest.mark.parametrize("seed", range(5))
def test_annealing_finds_the_ground_state_of_few_spins(seed):
    J = sample(14, seed)
    lowest = min(naive_energy(s, J) for s in every_state(14)[: 2**13])  # the other half is the same, turned around
    s, E = sk.anneal(J, 20, 60, rng=np.random.default_rng(seed))
    assert E[0] == pytest.approx(lowest, abs=1e-12) and (np.diff(E) >= 0).all()
    assert np.allclose(E, [naive_energy(one, J) for one in s])


@pytest.mark.parametrize("unit", [2.0**-400, 1e-9, 2.0**40, 2.0**1000])
def test_couplings_in_any_unit_lead_to_the_same_states(unit):
    J, T = sample(60, 12), np.array([0.4, 0.8, 1.6])
    many = [
        (sk.anneal(J * by, 5, 40, rng=np.random.default_rng(0), T_high=1.5 * by, T_low=0.1 * by).s,
         sk.greedy_descent(np.ones(60), J * by),
         next(sk.thermal_states(J * by, 0.7 * by, 3, 20, rng=np.random.default_rng(0))),
         next(tempering.parallel_tempering(J * by, T * by, 20, rng=np.random.default_rng(0))))
        for by in (1.0, unit)
    ]  # fmt: skip
    (*one, at_1), (*other, at_unit) = many
    assert all((a == b).all() for a, b in zip(one, other))
    assert (at_1.s == at_unit.s).all() and np.allclose(at_unit.E / unit, at_1.E, rtol=1e-6)


def test_more_sweeps_lead_lower():
    J = sample(200, 5)
    hasty, patient = (sk.anneal(J, 32, sweeps, rng=np.random.default_rng(0)).E for sweeps in (5, 200))
    assert patient.mean() + 5 * patient.std() / np.sqrt(32) < hasty.mean()


def naive_descent(s, J):
    """The oracle: the energy of every single flip, computed from scratch."""
    s = s.astype(float)
    while True:
        change = 2 * s * (J @ s)
        if change.min() >= 0:
            return s
        s[change.argmin()] *= -1


def test_greedy_descent_takes_the_steepest_way_to_a_minimum():
    for seed in range(10):
        J, s = sample(60, seed), frozen(np.random.default_rng(seed).choice([-1, 1], 60))
        assert (sk.greedy_descent(s, J) == naive_descent(s, J)).all()


def test_spectral_rounding_takes_the_signs_of_the_direction_of_power_iteration():
    J = sample(50, 6)
    x = np.random.default_rng(0).normal(size=50)
    for _ in range(20_000):
        x = (J + 3 * np.eye(50)) @ x
        x /= np.linalg.norm(x)
    assert abs(sk.spectral_rounding(J) @ np.sign(x)) == 50


# --- parallel tempering -----------------------------------------------------------------------------------------------


def test_every_temperature_has_its_own_boltzmann_energy_and_overlap():
    J, T = sample(8, 7), np.array([0.3, 0.5, 0.8, 1.3])
    run = tempering.equilibrium(J, T, 40_000, rng=np.random.default_rng(0))
    E, E_error = mean_of_blocks(run.E)
    q2, q2_error = mean_of_blocks(run.q**2)
    for r, T_r in enumerate(T):
        E_exact, q2_exact = exact(J, T_r)
        assert abs(E[r] - E_exact) < 5 * E_error[r] and abs(q2[r] - q2_exact) < 5 * q2_error[r]
        E_warmer, q2_warmer = exact(J, 1.1 * T_r)
        assert abs(E[r] - E_warmer) > 5 * E_error[r] and abs(q2[r] - q2_warmer) > 5 * q2_error[r], "control"


def test_the_energies_of_a_run_are_those_of_its_spins_and_it_goes_on_where_it_stopped():
    J, T = sample(20, 8), [0.5, 1.0, 1.5]
    run = next(tempering.parallel_tempering(J, T, 50, rng=np.random.default_rng(0)))
    assert run.s.shape == (2, 3, 20) and run.q.shape == run.E.shape == (50, 3)
    for r in range(3):
        assert run.E[-1, r] == pytest.approx(np.mean([naive_energy(run.s[c, r], J) for c in (0, 1)]), abs=1e-4)
        assert run.q[-1, r] == pytest.approx(np.mean(run.s[0, r].astype(float) * run.s[1, r]))
    cold = next(
        tempering.parallel_tempering(0 * J + 1 - np.eye(20), [0.05], 1, rng=np.random.default_rng(1), s=ups(20))
    )
    assert (cold.s == 1).all(), "a cold ferromagnet stays as it was handed over"


def ups(N):
    return np.ones((2, 1, N))


def test_the_exact_overlaps_of_the_ferromagnet_are_those_of_all_pairs_of_states():
    N, T = 6, 0.7
    states = every_state(N)
    w = np.exp(states.sum(axis=1) ** 2 / (2 * N * T))
    w /= w.sum()
    P = np.zeros(N + 1)
    for a, w_a in zip(states, w):
        for b, w_b in zip(states, w):
            P[(a @ b + N) // 2] += w_a * w_b
    assert np.allclose(tempering.curie_weiss_overlaps(N, T), P, atol=1e-14)
    assert np.allclose(tempering.free_overlaps(N), tempering.curie_weiss_overlaps(N, 1e12), atol=1e-11)
    assert np.allclose(tempering.overlap_values(N), np.linspace(-1, 1, N + 1))


def test_the_distribution_of_overlaps_counts_each_value():
    assert (tempering.overlap_distribution(np.array([-1, 0, 0, 1.0]), 4) == [0.25, 0, 0.5, 0, 0.25]).all()
    assert (tempering.overlap_distribution(np.array([1 / 3]), 3) == [0, 0, 1, 0]).all()


def test_energy_and_overlap_are_tied_for_every_number_of_spins():
    """U/N = -(beta/2)(1 - <q^2>) over Gaussian samples, exact for any N; both sides by enumeration."""
    N, T, rng = 5, 0.6, np.random.default_rng(9)
    differences = []
    for _ in range(400):
        E, q2 = exact(sk.sk_couplings(N, rng=rng), T)
        differences.append(E / N + (1 - q2) / (2 * T))
    error = np.std(differences) / np.sqrt(400)
    assert abs(np.mean(differences)) < 5 * error < 0.1


# --- the theory of alike replicas -------------------------------------------------------------------------------------


def gauss(f):
    """The oracle: adaptive quadrature."""
    return quad(lambda z: f(z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi), -12, 12, epsabs=1e-13, limit=400)[0]


@pytest.mark.parametrize(("T", "h"), [(0.2, 0.0), (0.5, 0.0), (0.9, 0.0), (0.5, 0.4), (1.2, 0.3), (0.1, 1.0)])
def test_the_overlap_gives_itself_back_and_makes_the_free_energy_stationary(T, h):
    q = replicas.rs_overlap(T, h)
    assert gauss(lambda z: np.tanh((np.sqrt(q) * z + h) / T) ** 2) == pytest.approx(q, abs=1e-10)

    def f(q, T=T, h=h):
        return -((1 - q) ** 2) / (4 * T) - T * gauss(lambda z: np.logaddexp(x := (np.sqrt(q) * z + h) / T, -x))

    assert replicas.rs_free_energy(T, h) == pytest.approx(f(q), abs=1e-11)
    assert abs(f(q + 1e-4) - f(q - 1e-4)) / 2e-4 < 1e-6
    d = 1e-4 * T  # S = -df/dT at constant h
    slope = (replicas.rs_free_energy(T + d, h) - replicas.rs_free_energy(T - d, h)) / (2 * d)
    assert replicas.rs_entropy(T, h) == pytest.approx(-slope, abs=1e-6)
    sech4 = gauss(lambda z: np.cosh((np.sqrt(q) * z + h) / T) ** -4)
    assert replicas.replicon(T, h) == pytest.approx(1 - sech4 / T**2, abs=1e-9)


def test_above_the_transition_the_theory_is_the_annealed_one():
    for T in (1.0, 1.5, 3.0):
        assert replicas.rs_overlap(T) == 0
        assert replicas.rs_energy(T) == pytest.approx(-1 / (2 * T))
        assert replicas.rs_entropy(T) == pytest.approx(np.log(2) - 1 / (4 * T * T))


def test_near_the_transition_the_overlap_rises_linearly_and_the_line_bends_as_published():
    t = 1e-3
    assert replicas.rs_overlap(1 - t) / t == pytest.approx(1, abs=0.01)
    fields = np.array([replicas.almeida_thouless_field(1 - t) for t in (1e-3, 1e-4)])
    assert np.array([1e-3, 1e-4]) / ((3 / 4) ** (1 / 3) * fields ** (2 / 3)) == pytest.approx(1, abs=0.01)


def test_tap_settles_where_the_equations_hold_and_replicas_are_alike():
    N, T, h = 400, 0.8, 0.6
    J = sample(N, 10)
    m = next(islice(replicas.tap_iteration(J, T, np.zeros(N), h), 400, None))
    reaction = [(1 - np.mean(m**2)) / T * m_i for m_i in m]
    assert np.allclose(m, [np.tanh((J[i] @ m - reaction[i] + h) / T) for i in range(N)], atol=1e-12)
    assert replicas.replicon(T, h) > 0


def test_the_two_mean_fields_differ_by_the_reaction_alone():
    J, m = sample(30, 11), np.random.default_rng(0).uniform(-1, 1, 30)
    naive, tap = replicas.naive_iteration(J, 0.9, m, 0.2), replicas.tap_iteration(J, 0.9, m, 0.2)
    first, second = islice(naive, 2), list(islice(tap, 3))
    assert np.allclose(list(first)[1], second[1]), "no reaction before there is a step before"
    x = (J @ second[1] + 0.2 - (1 - np.mean(second[1] ** 2)) / 0.9 * m) / 0.9
    assert np.allclose(second[2], np.tanh(x))


# --- layers -----------------------------------------------------------------------------------------------------------


def test_layers_touch_their_neighbours_only():
    L, n = 4, 60
    J = layered.layered_couplings(L, n, rng=np.random.default_rng(0), sigma=1.5)
    blocks = J.reshape(L, n, L, n).transpose(0, 2, 1, 3)
    for a, b in product(range(L), repeat=2):
        if abs(a - b) == 1:
            assert abs(n * blocks[a, b].var() / 1.5**2 - 1) < 5 * np.sqrt(2 / n**2)
        else:
            assert not blocks[a, b].any()
    assert (J == J.T).all()


def test_the_critical_temperature_is_where_the_susceptibilities_diverge():
    for L, sigma in ((2, 1.0), (3, 1.0), (4, 0.7), (30, 1.0)):
        A = np.zeros((L, L))
        for a in range(L - 1):
            A[a, a + 1] = A[a + 1, a] = sigma**2
        T_c = layered.layered_critical_temperature(L, sigma)
        assert T_c == pytest.approx(np.sqrt(np.linalg.eigvalsh(A)[-1]))
        T = 1.1 * T_c
        walks = sum(np.linalg.matrix_power(A, k) / T ** (2 * k) for k in range(400))  # one term a walk's length
        assert np.allclose(layered.layer_susceptibilities(L, T, sigma), walks)
        assert abs(np.linalg.det(np.eye(L) - A / T_c**2)) < 1e-9


def exact_products(J, T, L):
    """n <q_a q_b> = sum of <s_i s_j>^2 / n over i in layer a and j in layer b, by enumeration."""
    states, _, p = boltzmann(J, T)
    n = len(J) // L
    squares = np.einsum("k,ki,kj->ij", p, states, states) ** 2
    return squares.reshape(L, n, L, n).sum(axis=(1, 3)) / n


def test_products_of_layer_overlaps_are_those_of_all_pairs_and_of_the_enumeration():
    L, n, T = 2, 4, 0.8
    J = frozen(layered.layered_couplings(L, n, rng=np.random.default_rng(1)))
    s = next(islice(sk.thermal_states(J, T, 3000, 40, rng=np.random.default_rng(2)), 1, None))
    few = s[:7].astype(float).reshape(7, L, n)
    q = [[(few[r, a] * few[t, a]).mean() for a in range(L)] for r in range(7) for t in range(r)]
    assert np.allclose(layered.layer_overlap_products(s[:7], L), n * np.mean([np.outer(x, x) for x in q], axis=0))
    groups = np.array([layered.layer_overlap_products(group, L) for group in s.reshape(50, 60, L * n)])
    found, error = groups.mean(axis=0), groups.std(axis=0, ddof=1) / np.sqrt(50)
    assert (np.abs(found - exact_products(J, T, L)) < 5 * error).all()
    assert (np.abs(found - exact_products(J, 1.2, L)) > 5 * error).all(), "control: a wrong temperature passes"


# --- refusals and compiled code ---------------------------------------------------------------------------------------

ODD = np.array([[0.0, 1.0], [0.5, 0.0]])
RNG = np.random.default_rng(0)
REFUSED = {
    "not symmetric": lambda: sk.sk_energy([1, 1], ODD),
    "-1 or \\+1": lambda: sk.sk_energy([1, 0], ODD + ODD.T),
    "NaN": lambda: sk.anneal(np.nan * ODD, 1, 1, rng=RNG),
    "diagonal": lambda: next(tempering.parallel_tempering(np.eye(3), [1.0], 1, rng=RNG)),
    "temperature is a positive": lambda: next(sk.thermal_states(ODD + ODD.T, 0.0, 1, 1, rng=RNG)),
    "got nan": lambda: replicas.rs_overlap(np.nan),
    "rises": lambda: next(tempering.parallel_tempering(ODD + ODD.T, [1.0, 0.5], 1, rng=RNG)),
    "from T = 1 on": lambda: replicas.almeida_thouless_field(1.0),
    "above T = 1 only": lambda: replicas.glass_susceptibility(1.0),
    "0.01 or more": lambda: replicas.rs_energy(0.001),
    "layers is a whole number from 2": lambda: layered.layered_couplings(1, 5, rng=RNG),
    "above T_c": lambda: layered.layer_susceptibilities(3, 1.0),
    "do not make": lambda: layered.layer_overlap_products(np.ones((2, 5)), 2),
    "magnetisations from -1": lambda: next(replicas.tap_iteration(ODD + ODD.T, 1.0, [2.0, 0.0])),
    "those of 2 spins: these have the shape \\(3,\\)": lambda: sk.sk_energy([1, 1, 1], ODD + ODD.T),
    "shape \\(2, 1, 2\\)": lambda: next(tempering.parallel_tempering(ODD + ODD.T, [1.0], 1, rng=RNG, s=[1, 1])),
    "spins of a glass is a whole number": lambda: sk.sk_couplings(10 / 2, rng=RNG),
    "numbers, and": lambda: sk.sk_couplings(10**6, rng=RNG),
    "the shape \\(\\)": lambda: sk.sk_energy(1, ODD + ODD.T),
    "sweeps is": lambda: next(sk.thermal_states(ODD + ODD.T, 1.0, 1, -1, rng=RNG)),
    "replicas is": lambda: next(sk.thermal_states(ODD + ODD.T, 1.0, 2.0, 1, rng=RNG)),
    "1000000000000 numbers": lambda: next(sk.thermal_states(ODD + ODD.T, 1.0, 1, 10**12, rng=RNG)),
    "restarts is": lambda: sk.anneal(ODD + ODD.T, None, 1, rng=RNG),
    "Annealing cools": lambda: sk.anneal(ODD + ODD.T, 1, 1, rng=RNG, T_high=0.1, T_low=1.0),
    "got -1": lambda: sk.ground_energy_law(-1),
    "a list that rises": lambda: next(tempering.parallel_tempering(ODD + ODD.T, [], 1, rng=RNG)),
    "overlaps are real": lambda: next(tempering.parallel_tempering(ODD + ODD.T, [None], 1, rng=RNG)),
    "sweeps is a": lambda: tempering.equilibrium(ODD + ODD.T, [1.0], 2.5, rng=RNG),
    "rungs": lambda: tempering.ladder(1.0, 2.0, 2.5),
    "in steps of 2/3": lambda: tempering.overlap_distribution([0.0], 3),
    "up to 128 spins": lambda: tempering.curie_weiss_overlaps(200, 1.0),
    "field is a finite": lambda: replicas.rs_overlap(1.0, None),
    "all spins obey": lambda: replicas.rs_entropy(1.0, 1e10),
    "told from rounding": lambda: replicas.almeida_thouless_field(0.9999999),
    "spins in a layer": lambda: layered.layered_couplings(3, 2.5, rng=RNG),
    "strength of the weights is their": lambda: layered.layered_critical_temperature(3, -1.0),
    "rows of two replicas": lambda: layered.layer_overlap_products(np.ones(4), 2),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_is_refused_in_words(words):
    with pytest.raises(Refusal, match=words):
        REFUSED[words]()


@pytest.mark.parametrize("iteration", [replicas.tap_iteration, replicas.naive_iteration])
def test_a_reader_may_spoil_what_an_iteration_yields(iteration):
    def third(spoil):
        states = iteration(sample(20, 1), 0.9, np.full(20, 0.5))
        for _ in range(2):
            m = next(states)
            m *= spoil
        return next(states)

    assert (third(-1) == third(1)).all()


def test_the_kept_table_of_odds_cannot_be_spoilt():
    with pytest.raises(ValueError, match="read-only"):
        tempering.agreement_odds(3)[0] = 1


def test_a_field_too_weak_to_square_leaves_the_overlap_as_it_is():
    assert replicas.rs_overlap(0.5, 1e-200) == pytest.approx(replicas.rs_overlap(0.5), abs=1e-12)


# --- what it costs (make bench) ---------------------------------------------------------------------------------------

READS, SWEEPS = 20, 100


def glass_case(N):
    return (sample(N, N),)


def ours(restarts):
    return lambda J: lambda: sk.anneal(J, restarts, SWEEPS, rng=np.random.default_rng(0)).E


def dwave(reads):
    """Simulated annealing in C++, with its own schedule; its model is built beforehand, and not timed."""

    def make(J):
        dimod, samplers = pytest.importorskip("dimod"), pytest.importorskip("dwave.samplers")
        bonds = {(i, j): -J[i, j] for i in range(len(J)) for j in range(i)}
        model, sampler = dimod.BinaryQuadraticModel.from_ising({}, bonds), samplers.SimulatedAnnealingSampler()
        return lambda: sampler.sample(model, num_reads=reads, num_sweeps=SWEEPS, seed=1).record.energy

    return make


def numpy_loop(J):
    """One restart as numpy would do it: a loop over the spins, fields kept up to date."""

    def run():
        rng, N = np.random.default_rng(0), len(J)
        s = rng.choice([-1.0, 1.0], N)
        h = J @ s
        for T in np.linspace(1.5, 0.1, SWEEPS):
            for i, u in enumerate(rng.random(N)):
                if u * (1 + np.exp(min(2 * s[i] * h[i] / T, 40.0))) < 1:
                    s[i] = -s[i]
                    h += 2 * s[i] * J[i]
        return -0.5 * s @ J @ s

    return run


@pytest.mark.bench
def test_bench_of_annealing_the_glass_at_equal_energy(capsys):
    pytest.importorskip("dwave.samplers")
    sizes = (64, 128, 256, 512)
    for N in sizes:
        mine, theirs = ours(READS)(*glass_case(N))() / N, dwave(READS)(*glass_case(N))() / N
        with capsys.disabled():
            print(f"\nN = {N}: mean energy a spin {mine.mean():.4f} (ours), {theirs.mean():.4f} (dwave)", end="")
        assert mine.mean() < theirs.mean() + 0.003, "as low, or the race is not fair"
    with capsys.disabled():
        race_of = {"ours": ours(READS), "dwave-samplers": dwave(READS)}
        race(f"Annealing, {READS} restarts of {SWEEPS} sweeps", race_of, glass_case, sizes, large=128, steepest=2)
        race_of = {"ours": ours(1), "dwave-samplers": dwave(1), "numpy": numpy_loop}
        race(f"Annealing once, {SWEEPS} sweeps", race_of, glass_case, sizes, large=128, steepest=2)


def naive_tempering(J, T, sweeps):
    """The textbook's loop in numpy, one replica a temperature."""

    def run():
        rng, N, R = np.random.default_rng(0), len(J), len(T)
        s = rng.choice([-1.0, 1.0], (R, N))
        for _ in range(sweeps):
            for i in range(N):  # all temperatures at once
                up = 1 / (1 + np.exp(-2 * (s @ J[i]) / T))
                s[:, i] = np.where(rng.random(R) < up, 1, -1)
            E = -0.5 * (s @ J * s).sum(axis=1)
            for a in range(R - 1):
                if rng.random() < np.exp(min((1 / T[a] - 1 / T[a + 1]) * (E[a] - E[a + 1]), 0.0)):
                    s[[a, a + 1]], E[[a, a + 1]] = s[[a + 1, a]], E[[a + 1, a]]

    return run


@pytest.mark.bench
def test_bench_of_parallel_tempering(capsys):
    T = np.geomspace(0.4, 1.6, 10)

    def compiled(J):
        return lambda: next(tempering.parallel_tempering(J, T, 20, rng=np.random.default_rng(0)))

    contenders = {"ours, two replicas": compiled, "numpy, one replica": lambda J: naive_tempering(J, T, 20)}
    with capsys.disabled():
        race("20 sweeps of 10 temperatures", contenders, glass_case, (32, 64, 128, 256), large=64, steepest=2)
