"""The square-lattice magnet against oracles that share no code with it; then what it costs."""

from itertools import islice, product

import numpy as np
import pytest
from compiling import frozen
from racing import race
from scipy.integrate import quad

from course_lib.kernels.frustration import chain, exact, ising, multispin, wolff_clusters
from course_lib.lessons.frustration import magnet

T_C = exact.critical_temperature()
SMALL = (1.0, 2.0, T_C, 3.0, 10.0)
RULES = {"metropolis": ising.metropolis, "heat bath": ising.heat_bath, "wolff": wolff_clusters.wolff}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


# --- oracles ------------------------------------------------------------------------------------------------------


def bonds_of(s):
    """The oracle: sum of s_i s_j over all bonds of a periodic square, one bond after the other."""
    L = len(s)
    return sum(int(s[r, c]) * (int(s[(r + 1) % L, c]) + int(s[r, (c + 1) % L])) for r in range(L) for c in range(L))


def counted():
    """The oracle: how many of the 2^16 states of 4 x 4 spins have each (E, M)."""
    bits = np.arange(2**16)[:, None] >> np.arange(16) & 1
    s = (2 * bits - 1).reshape(-1, 4, 4)
    E = -(s * np.roll(s, 1, 1) + s * np.roll(s, 1, 2)).sum(axis=(1, 2))
    return E, s.sum(axis=(1, 2))


STATES = counted()


def boltzmann(T):
    """The oracle: ln Z, and the means of u, |m| and m^2 of 4 x 4 spins, every state weighed."""
    E, M = STATES
    w = np.exp(-(E - E.min()) / T)
    log_Z = np.log(w.sum()) - E.min() / T
    w /= w.sum()
    return log_Z, w @ E / 16, w @ abs(M) / 16, w @ M**2 / 256


def row_by_row(L, K):
    """The oracle: ln Z of a periodic L x L lattice by the trace of the 2^L x 2^L transfer matrix."""
    rows = np.array(list(product((-1, 1), repeat=L)))
    along, across = (rows * np.roll(rows, 1, axis=1)).sum(axis=1), rows @ rows.T
    weights = np.linalg.eigvalsh(np.exp(K * (along[:, None] / 2 + along[None] / 2 + across)))
    return np.log((weights**L).sum())


# --- exact results ------------------------------------------------------------------------------------------------


def test_the_states_of_sixteen_spins_have_the_known_numbers():
    energies, count = np.unique(STATES[0], return_counts=True)
    assert dict(zip(energies.tolist(), count.tolist(), strict=True)) | {} == {
        **{-32: 2, -24: 32, -20: 64, -16: 424, -12: 1728, -8: 6688, -4: 13568, 0: 20524},
        **{32: 2, 24: 32, 20: 64, 16: 424, 12: 1728, 8: 6688, 4: 13568},
    }


@pytest.mark.parametrize("T", SMALL)
def test_kaufman_is_the_enumeration_of_all_states(T):
    log_Z, u, _, _ = boltzmann(T)
    assert exact.kaufman_log_Z(4, T) == pytest.approx(log_Z, rel=1e-13)
    assert exact.kaufman_energy(4, T) == pytest.approx(u, rel=1e-12)


@pytest.mark.parametrize("L", [2, 3, 5, 7])
@pytest.mark.parametrize("T", SMALL)
def test_kaufman_is_the_transfer_matrix_and_its_derivative(L, T):
    K, h = 1 / T, 1e-3
    f = [row_by_row(L, K + k * h) for k in (-2, -1, 1, 2)]
    slope = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
    assert exact.kaufman_log_Z(L, T) == pytest.approx(row_by_row(L, K), rel=1e-12)
    assert exact.kaufman_energy(L, T) == pytest.approx(-slope / L**2, abs=1e-8)


def test_kaufman_is_smooth_through_the_critical_point_and_safe_at_both_ends():
    near = exact.kaufman_energy(64, T_C + np.array([-1e-9, -1e-15, 0, 1e-15, 1e-9]))
    assert np.ptp(near) < 1e-7 and np.isfinite(near).all()
    assert exact.kaufman_energy(256, 0.01) == pytest.approx(-2, rel=1e-14)
    assert exact.kaufman_log_Z(16, 0.01) == pytest.approx(2 * 256 / 0.01 + np.log(2), rel=1e-14)
    assert exact.kaufman_log_Z(16, 1e4) == pytest.approx(256 * np.log(2) + 512 * np.log(np.cosh(1e-4)), rel=1e-12)
    hot = np.array([300.0, 1e4])  # by hand: -2 tanh K from single bonds, -4 tanh^3 K from loops of four
    for u in (exact.onsager_energy(hot), exact.kaufman_energy(16, hot)):
        assert u == pytest.approx(-2 * np.tanh(1 / hot) - 4 * np.tanh(1 / hot) ** 3, rel=1e-7)


@pytest.mark.parametrize("T", [0.8, 1.5, 2.0, 2.2, 2.35, 2.5, 3.5, 8.0])
def test_onsager_is_the_derivative_of_his_double_integral(T):
    def f(K):  # ln Z per spin: ln 2 + 1/(2 pi^2) times the double integral of ln(C^2 - S (cos a + cos b)), over a done
        C2, S = np.cosh(2 * K) ** 2, np.sinh(2 * K)

        def along(b):
            a = C2 - S * np.cos(b)
            return np.log((a + np.sqrt(a * a - S * S)) / 2)

        return np.log(2) + quad(along, 0, np.pi, epsabs=1e-13, epsrel=1e-13, limit=400)[0] / (2 * np.pi)

    K, h = 1 / T, 3e-4
    slope = (f(K - 2 * h) - 8 * f(K - h) + 8 * f(K + h) - f(K + 2 * h)) / (12 * h)
    assert exact.onsager_energy(T) == pytest.approx(-slope, abs=2e-8)


def test_onsager_at_the_critical_point_is_minus_the_square_root_of_two_from_both_sides():
    sides = exact.onsager_energy([T_C, T_C * (1 - 1e-12), T_C * (1 + 1e-12)])
    assert np.allclose(sides, -np.sqrt(2), atol=1e-10)


def test_yang_is_the_square_root_of_the_correlation_of_spins_far_apart_in_the_cold_series():
    # m = 1 - 2 x^2 - 8 x^3 - 34 x^4 - 152 x^5 - ... with x = e^(-4/T) (the low-temperature expansion, by hand and book)
    x = np.exp(-4 / 0.6)
    assert exact.yang_magnetisation(0.6) == pytest.approx(1 - 2 * x**2 - 8 * x**3 - 34 * x**4 - 152 * x**5, rel=1e-14)
    assert (exact.yang_magnetisation([T_C, 2.4, 9.0]) < 1e-1).tolist() == [True, True, True]
    assert exact.yang_magnetisation(2.4) == 0


def test_the_critical_point_is_its_own_dual_and_duality_is_its_own_inverse():
    T = np.linspace(0.5, 9, 30)
    assert exact.dual_temperature(T_C) == pytest.approx(T_C, rel=1e-14)
    assert np.allclose(exact.dual_temperature(exact.dual_temperature(T)), T, rtol=1e-9)
    assert np.allclose(np.exp(-2 / exact.dual_temperature(T)), np.tanh(1 / T))  # how Kramers and Wannier wrote it


# --- Monte Carlo --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("L", [4, 6, 10])
def test_energy_per_spin_counts_each_bond_once(L):
    s = frozen(np.random.default_rng(L).choice([-1, 1], (L, L)))
    assert ising.energy_per_spin(s) == pytest.approx(-bonds_of(s) / L**2, rel=1e-15)


@every_rule
@pytest.mark.parametrize("L", [4, 6, 20])
def test_a_chain_measures_the_spins_that_it_returns_and_leaves_its_start_alone(rule, L):
    start = frozen(np.random.default_rng(1).choice([-1, 1], (L, L)))
    run = rule(start, 2.3, 30, every=7, rng=np.random.default_rng(2))
    assert run.u.shape == run.m.shape == (4,) and set(np.unique(run.s)) <= {-1, 1}
    run = rule(start, 2.3, 28, every=7, rng=np.random.default_rng(2))
    assert run.u[-1] == pytest.approx(-bonds_of(run.s) / L**2, abs=1e-14)
    assert run.m[-1] == pytest.approx(run.s.mean(), abs=1e-14)


@every_rule
@pytest.mark.parametrize("T", [1.8, T_C, 4.0])
def test_each_dynamics_reaches_the_boltzmann_distribution_of_sixteen_spins(rule, T):
    run = rule(np.ones((4, 4)), T, 200_000, rng=np.random.default_rng(3))
    _, u, m_abs, m_2 = boltzmann(T)
    _, wrong, _, _ = boltzmann(1.05 * T)
    for seen, known in ((run.u, u), (abs(run.m), m_abs), (run.m**2, m_2)):
        mean, error = chain.blocked(seen[1000:], 64)
        assert abs(mean - known) < 5 * error
    mean, error = chain.blocked(run.u[1000:], 64)
    assert abs(mean - wrong) > 5 * error, "control: a wrong temperature passes"


@pytest.mark.parametrize("rule", [ising.metropolis, ising.heat_bath])
def test_one_sweep_flips_each_spin_as_often_as_its_neighbours_say(rule):
    """The oracle: the rule applied by hand to the spins of the first colour, whose neighbours have not moved yet."""
    T, L, rng = 2.5, 64, np.random.default_rng(4)
    s = frozen(rng.choice([-1, 1], (L, L)))
    like = s * sum(np.roll(s, shift, axis) for shift in (1, -1) for axis in (0, 1))
    cost, first = 2 * like, np.add.outer(np.arange(L), np.arange(L)) % 2 == 0
    P = np.minimum(1, np.exp(-cost / T)) if rule is ising.metropolis else 1 / (1 + np.exp(cost / T))
    flips = np.mean([rule(s, T, 1, rng=rng).s != s for _ in range(400)], axis=0)
    for dE in (-8, -4, 0, 4, 8):
        here = first & (cost == dE)
        p = P[here][0]
        error = np.sqrt(p * (1 - p) / (400 * here.sum()))
        assert abs(flips[here].mean() - p) <= 5 * error, (dE, p)


def test_at_a_temperature_close_to_zero_only_what_lowers_the_energy_happens():
    s = np.ones((8, 8))
    s[2, 3] = -1
    assert (ising.heat_bath(s, 0.05, 1, rng=np.random.default_rng(0)).s == 1).all()
    assert (ising.metropolis(s, 0.05, 1, rng=np.random.default_rng(0)).s == 1).all()
    assert abs(wolff_clusters.wolff(np.ones((8, 8)), 0.05, 5, rng=np.random.default_rng(0)).m.tolist()[0]) == 1


@every_rule
def test_one_generator_gives_one_chain(rule):
    one, two, other = (rule(np.ones((16, 16)), 2.0, 20, rng=np.random.default_rng(seed)).s for seed in (5, 5, 6))
    assert (one == two).all() and (one != other).any()


def test_splitting_by_colour_and_joining_again_changes_nothing():
    a = np.arange(36, dtype=np.uint64).reshape(6, 6)
    colours = ising.split(a)
    assert (ising.join(colours) == a).all()
    assert colours[0, 0].tolist() == [4, 0, 2, 4, 0] and colours[0, 1].tolist() == [11, 7, 9, 11, 7]


# --- 64 replicas --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("L", [4, 6, 32])
def test_replicas_measure_the_bits_that_they_return(L):
    run = multispin.metropolis_replicas(multispin.all_up(L), 2.5, 20, every=20, rng=np.random.default_rng(0))
    for k in (0, 1, 31, 63):
        s = 2 * (run.words >> np.uint64(k) & np.uint64(1)).astype(int) - 1
        assert run.u[-1, k] == pytest.approx(-bonds_of(s) / L**2, abs=1e-14)
        assert run.m[-1, k] == pytest.approx(s.mean(), abs=1e-14)


@pytest.mark.parametrize("T", [1.8, T_C, 4.0])
def test_every_replica_reaches_the_boltzmann_distribution_of_sixteen_spins(T):
    run = multispin.metropolis_replicas(multispin.all_up(4), T, 20_000, every=2, rng=np.random.default_rng(6))
    _, u, m_abs, _ = boltzmann(T)
    _, wrong, _, _ = boltzmann(1.05 * T)
    for seen, known in ((run.u, u), (abs(run.m), m_abs)):
        mean, error = chain.scatter(seen[100:].mean(axis=0))
        assert abs(mean - known) < 5 * error
    mean, error = chain.scatter(run.u[100:].mean(axis=0))
    assert abs(mean - wrong) > 5 * error, "control: a wrong temperature passes"


def test_with_no_end_of_heat_redrawn_spins_are_noise_but_metropolis_flips_them_all():
    """dE/T = 0 is always accepted: two colours flipped in turn go from all up to all down and back."""
    s, T = np.ones((16, 16)), 1e15
    noise = ising.heat_bath(s, T, 500, rng=np.random.default_rng(20)).m[100:]
    assert abs(noise.mean()) < 0.05 and abs(noise).max() < 0.5
    assert ising.metropolis(s, T, 4, rng=np.random.default_rng(20)).m.tolist() == [-1, 1, -1, 1]
    many = multispin.metropolis_replicas(multispin.all_up(16), T, 4, rng=np.random.default_rng(20))
    assert np.allclose(many.m, [[-1], [1], [-1], [1]], atol=0.02)


def test_replicas_know_nothing_of_one_another():
    run = multispin.metropolis_replicas(multispin.all_up(16), 3.5, 8000, every=4, rng=np.random.default_rng(7))
    u = run.u[50:] - run.u[50:].mean(axis=0)
    correlation = np.corrcoef(u.T)[np.triu_indices(64, 1)]
    tau = np.mean([chain.autocorrelation_time(one) for one in run.u[50:].T])
    expected = np.sqrt(2 * tau / len(u))
    assert abs(correlation).max() < 6 * expected
    assert correlation.std() == pytest.approx(expected, rel=0.25)
    assert abs(np.corrcoef(u[:, 0], 0.5 * u[:, 1] + u[:, 0])[0, 1]) > 6 * expected, "control: shared chance passes"


@pytest.mark.parametrize("p", [0.0, 1e-6, 0.1, 0.5, 0.9])
def test_coins_fall_heads_with_the_probability_asked_for(p):
    digits = np.stack([multispin._digits(p), multispin._digits(p / 2)])
    coins, streams = np.empty((2, 400), np.uint64), ising.streams(400, rng=np.random.default_rng(8))
    heads = np.zeros((2, 64))
    for _ in range(100):
        multispin._toss(coins, digits, streams)
        heads += [[(row >> np.uint64(k) & np.uint64(1)).sum() for k in range(64)] for row in coins]
        assert not (coins[1] & ~coins[0]).any()  # the same random numbers: the rarer event implies the other
    tosses = 400 * 100
    for q, seen in zip((p, p / 2), heads, strict=True):
        assert abs(seen.sum() / (64 * tosses) - q) <= 5 * np.sqrt(q * (1 - q) / (64 * tosses)) + 2.0**-25
        assert abs(seen / tosses - q).max() <= 5.5 * np.sqrt(q * (1 - q) / tosses) + 5 / tosses


# --- statistics of a chain ----------------------------------------------------------------------------------------


def remembering(rho, n, rng):
    """The oracle: x_t = rho x_{t-1} + noise, whose tau is (1 + rho) / (2 (1 - rho)) and whose mean is 0."""
    x = rng.normal(size=n).tolist()
    for t in range(1, n):
        x[t] += rho * x[t - 1]
    return np.array(x)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, -0.3])
def test_the_autocorrelation_time_is_that_of_a_process_that_knows_its_own(rho):
    x = remembering(rho, 400_000, np.random.default_rng(9))
    assert chain.autocorrelation_time(x) == pytest.approx((1 + rho) / (2 * (1 - rho)), rel=0.05)
    assert chain.autocorrelation_time(5 - 3 * x) == pytest.approx(chain.autocorrelation_time(x), rel=1e-9)
    side_by_side = x.reshape(200, -1).T  # cut into 200 chains
    assert chain.autocorrelation_time(side_by_side) == pytest.approx((1 + rho) / (2 * (1 - rho)), rel=0.05)


def test_blocks_give_the_error_that_repeated_runs_have_and_single_values_do_not():
    rng, rho, n = np.random.default_rng(10), 0.9, 6400
    runs = [remembering(rho, n, rng) for _ in range(600)]
    true = np.std([x.mean() for x in runs])
    assert np.mean([chain.blocked(x).error for x in runs]) == pytest.approx(true, rel=0.12)
    assert np.mean([chain.scatter(x).error for x in runs]) < true / 3, "control: correlated values pass as independent"


def test_the_jackknife_gives_the_error_that_repeated_runs_have():
    rng, n = np.random.default_rng(11), 64
    runs = [chain.jackknife(lambda a, b: a / b, *rng.normal((2, 5), (0.3, 0.5), (n, 2)).T) for _ in range(500)]
    assert np.mean([r.error for r in runs]) == pytest.approx(np.std([r.mean for r in runs]), rel=0.15)
    x = rng.normal(size=n)
    assert np.allclose(chain.jackknife(lambda a: a, x), chain.scatter(x), rtol=1e-12)  # linear: no difference


def test_binder_is_zero_for_noise_and_two_thirds_in_order():
    rng = np.random.default_rng(12)
    noise, order = chain.binder(rng.normal(size=(4000, 64))), chain.binder(rng.choice([-0.9, 0.9], (50, 64)))
    assert abs(noise.mean) < 5 * noise.error and noise.error < 0.01
    assert order.mean == pytest.approx(2 / 3, rel=1e-12)
    assert chain.binder([[1, 0.5], [1, 0.5]]) == chain.binder(np.array([[1, 0.5], [1, 0.5]])), "lists are welcome"


def test_deviation_counts_standard_errors_from_kaufman():
    u, noise = exact.kaufman_energy(8, 2.0), np.random.default_rng(13).normal(size=3200)
    blocks = noise.reshape(32, 100).mean(axis=1)
    error = np.sqrt(((blocks - blocks.mean()) ** 2).sum() / 31 / 32)
    trace = np.concatenate([np.full(77, 99.0), u + noise - noise.mean() + 3 * error])
    assert chain.deviation(frozen(trace), 77, 8, 2.0) == pytest.approx(3, rel=1e-9)
    assert chain.deviation(trace, 77, 8, 2.3) > 9, "control: a wrong temperature passes"


# --- refusals -----------------------------------------------------------------------------------------------------

GOOD, CHANCE = np.ones((6, 6)), np.random.default_rng(0)
NOISE = np.random.default_rng(14).normal(size=99)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ising.metropolis(np.zeros((6, 6)), 2.0, 1, rng=CHANCE), "-1 or \\+1"),
        (lambda: ising.metropolis(np.full((6, 6), np.nan), 2.0, 1, rng=CHANCE), "-1 or \\+1"),
        (lambda: ising.heat_bath(np.ones((5, 5)), 2.0, 1, rng=CHANCE), "even side"),
        (lambda: ising.heat_bath(np.ones((6, 8)), 2.0, 1, rng=CHANCE), "even side"),
        (lambda: ising.heat_bath(GOOD, 0.0, 1, rng=CHANCE), "positive number"),
        (lambda: wolff_clusters.wolff(GOOD, -1.0, 1, rng=CHANCE), "positive number"),
        (lambda: wolff_clusters.wolff(GOOD, np.nan, 1, rng=CHANCE), "finite number"),
        (lambda: wolff_clusters.wolff(GOOD, 2.0, 0, rng=CHANCE), "whole number"),
        (lambda: ising.metropolis(GOOD, 2.0, 5, every=6, rng=CHANCE), "every = 6"),
        (lambda: ising.metropolis(GOOD, 2.0, 2.5, rng=CHANCE), "whole number"),
        (lambda: ising.metropolis(GOOD, 2.0, 10**9, rng=CHANCE), "larger every"),
        (lambda: multispin.metropolis_replicas(multispin.all_up(4), 2.0, 10**6, rng=CHANCE), "larger every"),
        (lambda: multispin.all_up(-1), "from 4"),
        (lambda: multispin.all_up(10**6), "even side"),
        (lambda: exact.kaufman_energy(10**9, 2.0), "at most"),
        (lambda: exact.kaufman_energy(8, 1e9), "above, -2/T"),
        (lambda: exact.onsager_energy(1e9), "above, -2/T"),
        (lambda: chain.blocked(np.ones(99), 0), "from 2"),
        (lambda: chain.blocked(np.ones(99), 9 / 2), "whole number"),
        (lambda: chain.jackknife(np.hypot, np.ones(3), np.ones(4)), "belongs together"),
        (lambda: chain.jackknife(np.hypot), "belongs together"),
        (lambda: chain.binder(np.ones(8)), "shape"),
        (lambda: chain.autocorrelation_time(NOISE, np.nan), "window"),
        (lambda: chain.autocorrelation_time(NOISE, 0), "window"),
        (lambda: chain.autocorrelation_time(1.0), "in a row"),
        (lambda: chain.deviation(np.ones(99), 0, 8, 2.0), "all have the same mean"),
        (lambda: chain.deviation(NOISE, 99, 8, 2.0), "32 values"),
        (lambda: chain.deviation(NOISE, 0.5, 8, 2.0), "burn-in"),
        (lambda: chain.deviation(NOISE, -1, 8, 2.0), "burn-in"),
        (lambda: multispin.metropolis_replicas(np.ones((6, 6)), 2.0, 1, rng=CHANCE), "all_up"),
        (lambda: multispin.metropolis_replicas(multispin.all_up(6)[:4], 2.0, 1, rng=CHANCE), "even side"),
        (lambda: multispin.all_up(7), "even side"),
        (lambda: multispin.all_up(6.0), "whole number"),
        (lambda: exact.kaufman_energy(1, 2.0), "from 2"),
        (lambda: exact.kaufman_energy(4.5, 2.0), "from 2"),
        (lambda: exact.onsager_energy([1.0, 0.0]), "from 0.01"),
        (lambda: exact.yang_magnetisation(np.nan), "from 0.01"),
        (lambda: exact.dual_temperature("warm"), "finite number"),
        (lambda: chain.blocked(np.ones(31)), "32 values"),
        (lambda: chain.autocorrelation_time(np.ones(100)), "Nothing varies"),
        (lambda: chain.scatter([1.0, np.inf]), "NaN or an infinity"),
        (lambda: chain.jackknife(np.sum, np.ones((3, 3))), "in a row"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --- the playground -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dynamics", [magnet.FLIPS, magnet.CLUSTERS])
def test_the_live_magnet_ends_where_kaufman_says(dynamics):
    state = next(islice(magnet.heat(None, 2.0, dynamics), 400, None))
    energy, m = magnet.settled(state.u), magnet.settled(abs(state.m))
    assert abs(energy.mean - exact.kaufman_energy(magnet.LX, 2.0)) < 6 * energy.error
    assert abs(m.mean - exact.yang_magnetisation(2.0)) < 6 * m.error


def test_a_turned_knob_shows_before_time_passes_and_keeps_the_spins():
    state = next(islice(magnet.heat(None, 3.0, magnet.FLIPS), 10, None))
    turned = next(magnet.heat(state, 1.0, magnet.CLUSTERS))
    assert (turned.s == state.s).all() and (turned.T, turned.dynamics) == (1.0, magnet.CLUSTERS)
    assert len(turned.u) == 1 and [point[0] for point in turned.past] == [3.0]
    assert "T = 1.00" in magnet.spins_and_curves(turned).layout.meta["alt"]


def test_the_live_magnet_quenched_by_flips_says_that_it_has_domains():
    hot = next(islice(magnet.heat(None, 4.0, magnet.FLIPS), 10, None))
    cold = next(islice(magnet.heat(hot, 1.0, magnet.FLIPS), 5, None))
    assert "Domains" in magnet.spins_and_curves(cold).layout.meta["alt"]
    assert "Domains" not in magnet.spins_and_curves(hot).layout.meta["alt"]


# --- what it costs (make bench) -----------------------------------------------------------------------------------

BENCH_T = 1 / 0.44


def sweeps_for(L):
    return max(50, 400_000 // L**2)


def case(L):
    return (L,)


def ours_flips(L):
    s, rng, n = np.ones((L, L)), np.random.default_rng(1), sweeps_for(L)
    return lambda: ising.metropolis(s, BENCH_T, n, every=n, rng=rng)


def ours_replicas(L):
    words, rng, n = multispin.all_up(L), np.random.default_rng(1), sweeps_for(L)
    return lambda: multispin.metropolis_replicas(words, BENCH_T, n, every=n, rng=rng)


def mcising_flips(L, algorithm="metropolis"):
    mcising = pytest.importorskip("mcising")
    simulation, n = mcising.IsingSimulation(L, 1.0, 0.0, 0.0, 0.0, 1, algorithm), sweeps_for(L)
    simulation.set_spins(np.ones((L, L), np.int8))
    return lambda: simulation.sweep(n, temperature=BENCH_T)


def numpy_flips(L):
    """A checkerboard as textbooks write it with numpy."""
    s, rng = np.ones((L, L), np.int8), np.random.default_rng(1)
    colours = [np.add.outer(np.arange(L), np.arange(L)) % 2 == c for c in range(2)]

    def sweeps():
        for colour in [c for _ in range(sweeps_for(L)) for c in colours]:
            field = np.roll(s, 1, 0) + np.roll(s, -1, 0) + np.roll(s, 1, 1) + np.roll(s, -1, 1)
            s[colour & (rng.random((L, L)) < np.exp(-2 * s * field / BENCH_T))] *= -1

    return sweeps


def peapods_flips(L):
    peapods = pytest.importorskip("peapods")
    model = peapods.Ising((L, L), temperatures=np.array([BENCH_T]))
    return lambda: model.sample(sweeps_for(L), sweep_mode="metropolis")


def ferromagnet(L):
    """The bonds of a torus, as samplers of any model want them."""
    i = np.arange(L * L).reshape(L, L)
    return {(int(a), int(b)): -1.0 for axis in (0, 1) for a, b in zip(i.ravel(), np.roll(i, -1, axis).ravel())}


def dwave_flips(L):
    samplers, dimod = pytest.importorskip("dwave.samplers"), pytest.importorskip("dimod")
    model, beta = dimod.BinaryQuadraticModel.from_ising({}, ferromagnet(L)), [1 / BENCH_T, 1 / BENCH_T]
    anneal = samplers.SimulatedAnnealingSampler()
    return lambda: anneal.sample(model, num_reads=1, num_sweeps=sweeps_for(L), beta_range=beta)


def openjij_flips(L):
    openjij = pytest.importorskip("openjij")
    J, beta = ferromagnet(L), {"beta_min": 1 / BENCH_T, "beta_max": 1 / BENCH_T}
    return lambda: openjij.SASampler().sample_ising({}, J, num_reads=1, num_sweeps=sweeps_for(L), **beta)


@pytest.mark.bench
def test_bench_of_single_flips(capsys):
    peers = {
        "ours, one lattice": ours_flips,
        "ours, 64 replicas": ours_replicas,
        "mcising (Rust)": mcising_flips,
        "peapods (Rust)": peapods_flips,
        "numpy checkerboard": numpy_flips,
        "dwave-samplers, one read": dwave_flips,
        "openjij, from a dict": openjij_flips,
    }
    with capsys.disabled():
        sizes = (32, 64, 128, 256, 512, 1024)
        t = race("Metropolis sweeps (replicas: 64 lattices)", peers, case, sizes, large=128, power=2)
        flips = {name: {L: 1e9 * s / sweeps_for(L) / L**2 for L, s in row.items()} for name, row in t.items()}
        for L in flips["ours, 64 replicas"]:
            flips["ours, 64 replicas"][L] /= 64
        for name, row in flips.items():
            print(f"{name:34}" + "".join(f"{ns:14.2f}   " for ns in row.values()) + " ns a flip")


@pytest.mark.bench
def test_bench_of_wolff_clusters(capsys):
    def equilibrium(L):
        return L, wolff_clusters.wolff(np.ones((L, L)), T_C, 3000, rng=np.random.default_rng(1)).s

    def ours(L, s):
        rng, n, now = np.random.default_rng(2), sweeps_for(L), [s]

        def clusters():
            now[0] = wolff_clusters.wolff(now[0], T_C, n, every=n, rng=rng).s

        return clusters

    def rust(L, s):
        mcising = pytest.importorskip("mcising")
        simulation, n = mcising.IsingSimulation(L, 1.0, 0.0, 0.0, 0.0, 1, "wolff"), sweeps_for(L)
        simulation.set_spins(s)
        return lambda: simulation.sweep(n, temperature=T_C)

    with capsys.disabled():
        race("Wolff clusters at T_c", {"ours": ours, "mcising (Rust)": rust}, equilibrium, (32, 64, 128, 256), large=32)
