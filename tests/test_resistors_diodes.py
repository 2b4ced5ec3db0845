"""Diode networks against oracles that share no code with them; then what they cost."""

import math
import shutil
import statistics
import subprocess
import time
from itertools import islice

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, minimize, root
from test_resistors import tangle

from course_lib.core import Refusal
from course_lib.kernels.resistors import diode_learning as learning
from course_lib.kernels.resistors import diodes as dio
from course_lib.kernels.resistors import newton
from course_lib.kernels.resistors.circuit import voltages
from course_lib.kernels.resistors.graph import complete, path, square
from course_lib.kernels.resistors.learning import equilibrium_propagation, gradient
from course_lib.kernels.resistors.response import Task

LAWS = {  # leak, width
    "a good diode": (1e-3, 0.05),
    "a sharp diode": (1e-5, 1e-3),
    "a poor diode": (0.2, 0.5),
    "a resistor": (1.0, 0.05),
}
every_law = pytest.mark.parametrize("leak, width", LAWS.values(), ids=LAWS.keys())


def naive_current(v, leak, width):
    """The oracle: the law as a physicist would write it on the board, for one number."""
    return leak * v + (1 - leak) * (v + math.hypot(v, width) - width) / 2


def some(net, seed=0, share=0.6, count=4):
    """Wires that point either way, conductances, diodes, and a few nodes to clamp. All of it read-only."""
    rng = np.random.default_rng(seed)
    edges = np.where(rng.random((net.m, 1)) < 0.5, net.edges, net.edges[:, ::-1])
    k, clamped = np.exp(rng.normal(size=net.m)), rng.permutation(net.n)[:count]
    one_way = rng.random(net.m) < share
    for a in (edges, k, clamped, one_way):
        a.setflags(write=False)
    return net._replace(edges=edges), k, dio.Diodes(one_way), clamped


def naive_imbalance(net, k, diodes, V):
    """The oracle: what each node of one state lacks, wire by wire."""
    lack = np.zeros(net.n)
    for e, (i, j) in enumerate(net.edges):
        leak = 1 - diodes.rectification * (1 - diodes.leak) if diodes.one_way[e] else 1.0
        current = k[e] * naive_current(V[i] - V[j], leak, diodes.width)
        lack[i] -= current
        lack[j] += current
    return lack


def co_content(net, k, diodes, V):
    """The oracle: sum_e k_e int_0^dV_e g, by Gauss's rule on the law as it stands on the board."""
    x, weight = np.polynomial.legendre.leggauss(400)
    total = np.zeros(V.shape[:-1])
    for (i, j), k_e, leak in zip(net.edges, k, diodes.leaks, strict=True):
        dV = (V[..., i] - V[..., j])[..., None]
        v = dV * (x + 1) / 2
        g = leak * v + (1 - leak) * (v + np.hypot(v, diodes.width) - diodes.width) / 2
        total = total + k_e * (weight * g * dV / 2).sum(axis=-1)
    return total


@pytest.mark.parametrize("seed", range(3))
def test_the_co_content_is_the_integral_of_the_law(seed):
    net, k, diodes, _ = some(tangle(10, 20, rng=np.random.default_rng(seed)), seed)
    V = np.random.default_rng(seed).normal(size=(4, 10))
    assert np.allclose(dio.co_content(net, k, diodes, V), co_content(net, k, diodes, V), rtol=1e-6)


def some_machine(rectification=1.0, n_o=1, seed=0):
    net, k, diodes, nodes = some(tangle(20, 50, rng=np.random.default_rng(seed)), seed, count=3 + n_o)
    rng = np.random.default_rng(seed + 1)
    task = Task(nodes[:3], nodes[3:], rng.random((4, 3)), rng.random((4, n_o)))
    return learning.Machine(net, k, diodes._replace(rectification=rectification), task)


# --- the law of one wire --------------------------------------------------------------------------------------------


@every_law
def test_the_current_is_the_law_and_the_content_its_integral_and_the_slope_its_derivative(leak, width):
    for v in (-3.0, -width, -1e-3 * width, 0.0, 1e-3 * width, 0.3, 2.0):
        g = naive_current(v, leak, width)
        assert newton.unit_current(v, leak, width) == pytest.approx(g, rel=1e-9, abs=1e-15)
        integral = quad(naive_current, 0, v, args=(leak, width), epsabs=1e-14, epsrel=1e-11)[0]
        assert newton.unit_content(v, leak, width) == pytest.approx(integral, rel=1e-8, abs=1e-14)
        h = 1e-4 * width
        slope = (naive_current(v + h, leak, width) - naive_current(v - h, leak, width)) / (2 * h)
        assert newton.unit_slope(v, leak, width) == pytest.approx(slope, rel=1e-5, abs=1e-7)


@every_law
def test_no_drop_drives_no_current_and_more_drop_drives_more(leak, width):
    v = np.linspace(-5, 5, 20001)
    g = newton.unit_current(v, leak, width)
    assert newton.unit_current(0.0, leak, width) == 0 and newton.unit_content(0.0, leak, width) == 0
    assert (np.diff(g) > 0).all()
    assert (g * v >= 0).all(), "a wire is passive: it only ever turns power into heat"


def test_far_from_its_corner_a_diode_conducts_forwards_and_leaks_backwards():
    assert newton.unit_slope(100.0, 1e-3, 0.05) == pytest.approx(1, rel=1e-6)
    assert newton.unit_slope(-100.0, 1e-3, 0.05) == pytest.approx(1e-3, rel=1e-3)


def test_small_drops_are_not_lost_in_rounding():
    assert newton.unit_current(1e-12, 1e-3, 0.05) == pytest.approx(0.5005e-12, rel=1e-9)


@pytest.mark.parametrize("rectification", [0.0, 0.4, 1.0])
def test_currents_and_power_are_those_of_each_wire_by_itself(rectification):
    net, k, diodes, _ = some(square(4))
    diodes = diodes._replace(rectification=rectification, leak=0.01)
    states = np.random.default_rng(1).normal(size=(3, net.n))
    by_wire, heat = np.empty((3, net.m)), np.zeros(3)
    for r, V in enumerate(states):
        for e, (i, j) in enumerate(net.edges):
            leak = 1 - rectification * 0.99 if diodes.one_way[e] else 1.0
            by_wire[r, e] = k[e] * naive_current(V[i] - V[j], leak, 0.05)
            heat[r] += by_wire[r, e] * (V[i] - V[j])
    assert np.allclose(dio.diode_currents(net, k, diodes, states), by_wire, rtol=1e-12, atol=1e-14)
    assert np.allclose(dio.diode_power(net, k, diodes, states), heat, rtol=1e-12)
    assert np.allclose(dio.diode_currents(net, k, diodes, states[0]), by_wire[0], rtol=1e-12, atol=1e-14)
    assert dio.diode_power(net, k, diodes, states[0]) == pytest.approx(heat[0], rel=1e-12)
    turned = net._replace(edges=net.edges[:, ::-1])
    same = np.allclose(dio.diode_power(turned, k, diodes, states), heat, rtol=1e-3)
    assert same == (rectification == 0), "control: a diode turned round is another diode"


# --- the state of a network -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("forwards", [True, False])
def test_a_resistor_and_a_diode_in_series_divide_a_voltage_as_bisection_finds(forwards):
    edges = np.array([[0, 1], [1, 2] if forwards else [2, 1]])
    net, k, diodes = path(3)._replace(edges=edges), np.array([0.7, 2.0]), dio.Diodes(np.array([False, True]))

    def lack(v):
        through = naive_current(v, 1e-3, 0.05) if forwards else -naive_current(-v, 1e-3, 0.05)
        return 0.7 * (1 - v) - 2.0 * through

    V = dio.diode_voltages(net, k, diodes, [0, 2], [1.0, 0.0])
    assert V[1] == pytest.approx(brentq(lack, 0, 1, xtol=1e-15), abs=1e-12)
    assert V[1] < 0.5 if forwards else V[1] > 0.9


@pytest.mark.parametrize("net", [square(5), complete(7), tangle(30, 60, rng=np.random.default_rng(1))])
def test_the_voltages_are_those_at_which_scipy_finds_the_currents_to_balance(net):
    net, k, diodes, clamped = some(net)
    free = np.setdiff1d(np.arange(net.n), clamped)
    values = np.random.default_rng(3).normal(size=(3, 4))
    for V, held in zip(dio.diode_voltages(net, k, diodes, clamped, values), values, strict=True):

        def lack(x, held=held):
            state = np.empty(net.n)
            state[clamped], state[free] = held, x
            return naive_imbalance(net, k, diodes, state)[free]

        oracle = root(lack, np.full(len(free), held.mean()), method="hybr", tol=1e-13)
        assert np.abs(lack(oracle.x)).max() < 1e-10
        assert np.allclose(V[free], oracle.x, atol=1e-9) and (V[clamped] == held).all()


def test_the_voltages_minimise_the_co_content_as_scipy_finds_the_minimum():
    net, k, diodes, clamped = some(square(4))
    held, free = np.array([0.0, 1.0, 0.3, 0.8]), np.setdiff1d(np.arange(16), clamped)

    def content(x):
        V = np.empty(16)
        V[clamped], V[free] = held, x
        drops = [(k[e], V[i] - V[j], diodes.leaks[e]) for e, (i, j) in enumerate(net.edges)]
        return sum(k_e * quad(naive_current, 0, v, args=(leak, 0.05), epsabs=1e-13)[0] for k_e, v, leak in drops)

    V = dio.diode_voltages(net, k, diodes, clamped, held)
    oracle = minimize(content, np.full(12, 0.5), method="BFGS", tol=1e-7)
    assert float(co_content(net, k, diodes, V)) == pytest.approx(oracle.fun, abs=1e-9)
    assert np.allclose(V[free], oracle.x, atol=1e-4)


def test_the_settled_state_has_the_least_co_content_but_not_the_least_power():
    net, k, diodes, clamped = some(square(5))
    held, free = np.array([0.0, 1.0, 0.3, 0.8]), np.setdiff1d(np.arange(25), clamped)

    def with_free(x):
        V = np.empty((*x.shape[:-1], 25))
        V[..., clamped], V[..., free] = held, x
        return V

    def saved(diodes):
        """Share of the settled state's power that the state of least power does without."""
        V = dio.diode_voltages(net, k, diodes, clamped, held)
        others = with_free(V[free] + 0.01 * np.random.default_rng(0).normal(size=(1000, len(free))))
        assert (co_content(net, k, diodes, others) > co_content(net, k, diodes, V)).all()
        least = minimize(lambda x: dio.diode_power(net, k, diodes, with_free(x)), V[free], tol=1e-10)
        cool = with_free(least.x)
        assert co_content(net, k, diodes, cool) >= co_content(net, k, diodes, V)
        return 1 - least.fun / dio.diode_power(net, k, diodes, V)

    assert saved(diodes) > 0.003
    assert saved(diodes._replace(rectification=0.0)) == pytest.approx(0, abs=1e-9), "control: resistors do minimise it"


def test_co_content_is_half_the_power_for_resistors_only():
    net, k, diodes, clamped = some(square(4))
    held = [0.0, 1.0, 0.3, 0.8]
    for rectification, is_half in ((0.0, True), (1.0, False)):
        law = diodes._replace(rectification=rectification)
        V = dio.diode_voltages(net, k, law, clamped, held)
        ratio = co_content(net, k, law, V) / dio.diode_power(net, k, law, V)
        assert (abs(ratio - 0.5) < 1e-12) == is_half


def test_without_rectification_the_network_is_linear():
    net, k, diodes, clamped = some(tangle(40, 80, rng=np.random.default_rng(2)))
    values = np.random.default_rng(3).normal(size=(5, 4))
    B = np.zeros((net.m, net.n))
    for e, (i, j) in enumerate(net.edges):
        B[e, i], B[e, j] = 1, -1
    L, free = B.T @ np.diag(k) @ B, np.setdiff1d(np.arange(net.n), clamped)
    by_hand = -np.linalg.solve(L[np.ix_(free, free)], L[np.ix_(free, clamped)] @ values.T).T
    V = dio.diode_voltages(net, k, diodes._replace(rectification=0.0), clamped, values)
    assert np.allclose(V[:, free], by_hand, atol=1e-13)
    bent = dio.diode_voltages(net, k, diodes, clamped, values)[:, free]
    assert np.abs(bent - by_hand).max() > 0.01, "control: the diodes do something"


def test_a_batch_is_its_rows_one_by_one():
    net, k, diodes, clamped = some(square(4))
    values = np.random.default_rng(3).normal(size=(6, 4))
    together = dio.diode_voltages(net, k, diodes, clamped, values)
    apart = [dio.diode_voltages(net, k, diodes, clamped, row) for row in values]
    assert together.shape == (6, 16) and np.array_equal(together, apart)


def test_turning_all_wires_and_all_voltages_round_is_a_symmetry():
    net, k, diodes, clamped = some(square(4))
    values = np.array([0.0, 1.0, 0.3, 0.8])
    turned = net._replace(edges=net.edges[:, ::-1])
    V = dio.diode_voltages(net, k, diodes, clamped, values)
    assert np.allclose(dio.diode_voltages(turned, k, diodes, clamped, -values), -V, atol=1e-13)
    assert not np.allclose(dio.diode_voltages(turned, k, diodes, clamped, values), V, atol=1e-3), "control"


def test_raising_all_voltages_raises_all_voltages():
    net, k, diodes, clamped = some(square(4))
    values = np.array([0.0, 1.0, 0.3, 0.8])
    V = dio.diode_voltages(net, k, diodes, clamped, values)
    assert np.allclose(dio.diode_voltages(net, k, diodes, clamped, values + 1000) - 1000, V, atol=1e-9)


@pytest.mark.parametrize("volts", [1e-9, 1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("decades", [0.5, 4])
def test_newton_settles_in_few_steps_however_extreme_the_network(volts, decades):
    rng = np.random.default_rng(5)
    for trial, (leak, width) in enumerate(list(LAWS.values()) * 3):
        net, _, diodes, clamped = some(square(6) if trial % 2 else complete(9), seed=trial)
        diodes, k = diodes._replace(leak=leak, width=width), 10 ** rng.uniform(-decades, decades, net.m)
        values = volts * rng.normal(size=(8, 4))
        plan = dio.sparse.plan(net.edges, net.n, clamped)
        U = dio.resistor_state(plan, k, values)
        assert dio.settle(plan, k, diodes, U) / 8 < 20
        V = U[:, plan.place]
        free = np.setdiff1d(np.arange(net.n), clamped)
        lack = np.array([naive_imbalance(net, k, diodes, row)[free] for row in V])
        assert np.abs(lack).max() < k.max() * (1e-10 * np.ptp(values) + 1e-15 * width)
        inside = 1e-9 * np.ptp(values)
        assert V.max() < values.max() + inside and V.min() > values.min() - inside, "the maximum principle"


def test_a_network_with_no_free_node_is_what_it_is_clamped_to():
    V = dio.diode_voltages(path(2), np.ones(1), dio.Diodes(np.array([True])), [1, 0], [2.0, 3.0])
    assert V.tolist() == [3.0, 2.0]


LINE, ONE_WAY = path(3), np.array([True, False])


@pytest.mark.parametrize(
    "words, k, diodes, clamped, values",
    [
        ("negative", [1, -1], dio.Diodes(ONE_WAY), [0], [1]),
        ("floats", [1, 0], dio.Diodes(ONE_WAY), [0], [1]),
        ("no node 7", [1, 1], dio.Diodes(ONE_WAY), [7], [1]),
        ("each of the 2 wires", [1, 1], dio.Diodes(ONE_WAY[:1]), [0], [1]),
        ("rectification goes from 0 to 1", [1, 1], dio.Diodes(ONE_WAY, rectification=1.5), [0], [1]),
        ("leak is above 0", [1, 1], dio.Diodes(ONE_WAY, leak=0.0), [0], [1]),
        ("width above 0", [1, 1], dio.Diodes(ONE_WAY, width=0.0), [0], [1]),
        ("one voltage for each", [1, 1], dio.Diodes(ONE_WAY), [0, 2], [1]),
        ("not a finite number", [1, 1], dio.Diodes(ONE_WAY), [0], [np.nan]),
    ],
)
def test_an_impossible_network_is_refused_in_words(words, k, diodes, clamped, values):
    with pytest.raises(Refusal, match=words):
        dio.diode_voltages(LINE, np.array(k, float), diodes, np.array(clamped), np.array(values, float))


def test_a_nudge_more_negative_than_the_network_is_refused_in_words():
    machine = some_machine()
    with pytest.raises(Refusal, match="smaller"):
        learning.symmetric_diode_propagation(*machine, 100.0)


# --- ngspice: a circuit simulator's word ----------------------------------------------------------------------------

needs_ngspice = pytest.mark.skipif(not shutil.which("ngspice"), reason="needs ngspice, a circuit simulator")


def ngspice(net, k, diodes, clamped, values, shown, options=""):
    """One process that solves the circuit once for each row of values; the voltages of the shown nodes."""
    lines = ["diode network", f".options {options}"]
    for e, (i, j) in enumerate(net.edges):
        leak = diodes.leaks[e]
        if leak == 1:
            lines.append(f"R{e} n{i} n{j} {1 / k[e]:.15g}")
        else:
            v, w = f"v(n{i},n{j})", diodes.width
            g = f"{leak:.15g}*{v}+{(1 - leak) / 2:.15g}*({v}+sqrt({v}*{v}+{w * w:.15g})-{w:.15g})"
            lines.append(f"B{e} n{i} n{j} I={k[e]:.15g}*({g})")
    lines += [f"V{c} n{node} 0 {values[0, c]:.15g}" for c, node in enumerate(clamped)]
    lines += [".control", "set numdgt=14"]
    for row in values:
        lines += [f"alter V{c} = {v:.15g}" for c, v in enumerate(row)] + ["op"]
        lines += [f"print v(n{node})" for node in shown]
    circuit = "\n".join([*lines, "quit", ".endc", ".end"])
    out = subprocess.run(["ngspice", "-b"], input=circuit, capture_output=True, text=True, check=False).stdout
    found = [float(line.split("=")[1]) for line in out.splitlines() if line.startswith("v(n") and "=" in line]
    return np.array(found).reshape(len(values), len(shown))


@needs_ngspice
def test_ngspice_finds_the_same_voltages():
    net, k, diodes, clamped = some(square(5))
    values = np.random.default_rng(3).random((4, 4))
    V = dio.diode_voltages(net, k, diodes, clamped, values)
    oracle = ngspice(net, k, diodes, clamped, values, range(25), "reltol=1e-10 vntol=1e-13 abstol=1e-15 gmin=1e-15")
    assert np.allclose(V, oracle, atol=1e-8)
    turned = net._replace(edges=net.edges[:, ::-1])
    assert not np.allclose(dio.diode_voltages(turned, k, diodes, clamped, values), oracle, atol=1e-3), "control"


# --- learning -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_o", [1, 3])
@pytest.mark.parametrize("rectification", [0.5, 1.0])
def test_the_gradient_is_what_small_changes_of_each_conductance_do_to_the_loss(n_o, rectification):
    net, k, diodes, task = machine = some_machine(rectification, n_o)
    for e, slope in enumerate(learning.diode_gradient(*machine)):
        h = 1e-4 * k[e] * (np.arange(net.m) == e)
        rise = learning.diode_loss(net, k + h, diodes, task) - learning.diode_loss(net, k - h, diodes, task)
        assert rise / (2 * h[e]) == pytest.approx(slope, rel=1e-5, abs=1e-9)


def test_of_resistors_both_gradients_and_both_rules_are_those_of_the_linear_network():
    net, k, _, task = machine = some_machine(rectification=0.0, n_o=2)
    assert np.allclose(learning.diode_gradient(*machine), gradient(net, k, task), atol=1e-14)
    by_linear = equilibrium_propagation(net, k, task, 0.1)
    assert np.allclose(learning.diode_propagation(*machine, 0.1), by_linear, atol=1e-13)


@pytest.mark.parametrize(
    "rule, order",
    [(learning.diode_propagation, 1), (learning.symmetric_diode_propagation, 2)],
    ids=["one-sided", "both"],
)
def test_the_error_of_a_nudge_falls_with_its_order(rule, order):
    machine = some_machine(n_o=2)
    exact = learning.diode_gradient(*machine)
    nudges = np.array([0.1, 0.03, 0.01, 0.003])
    errors = [np.linalg.norm(rule(*machine, b) - exact) / np.linalg.norm(exact) for b in nudges]
    assert np.polyfit(np.log(nudges), np.log(errors), 1)[0] == pytest.approx(order, abs=0.1)
    assert errors[-1] < 0.01


def test_learning_starts_with_the_network_as_it_is_and_goes_downhill():
    net, k, diodes, task = machine = some_machine()
    states = list(islice(learning.learn_diodes(*machine, rate=1.0), 30))
    assert [state.step for state in states] == list(range(30))
    assert np.array_equal(states[0].k, k) and states[0].loss == learning.diode_loss(*machine)
    assert (np.diff([state.loss for state in states]) < 0).all()


def test_the_step_of_learning_is_descent_in_the_logarithm_of_the_conductance():
    machine = some_machine()
    first, second = islice(learning.learn_diodes(*machine, rate=0.1), 2)
    expected = -0.1 * first.k * learning.diode_gradient(*machine)
    assert np.allclose(np.log(second.k / first.k), expected, rtol=0.01, atol=1e-6)


def test_a_cut_wire_stays_cut_and_the_others_stay_within_the_device():
    net, k, diodes, task = learning.xor_network(rng=np.random.default_rng(0))
    k[::9] = 0
    last = next(islice(learning.learn_diodes(net, k, diodes, task, rate=1e4, k_min=0.1, k_max=3.0), 40, None))
    assert (last.k[::9] == 0).all()
    uncut = last.k[k > 0]
    assert uncut.min() >= 0.1 and uncut.max() <= 3.0


# --- exclusive or ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_an_xor_network_is_wired_as_it_says(seed):
    net, k, diodes, task = learning.xor_network(rng=np.random.default_rng(seed))
    assert (net.n, net.m, len(k)) == (17, 63, 63) and (k > 0).all()
    assert not (net.edges < 6).all(axis=1).any(), "no wire joins two sources"
    assert len({frozenset(pair) for pair in net.edges.tolist()}) == 63, "no two wires join the same nodes"
    assert 20 < diodes.one_way.sum() < 56
    assert 0.2 < (net.edges[:, 0] < net.edges[:, 1]).mean() < 0.8, "wires point either way"
    assert len(np.unique(net.xy, axis=0)) == 17
    again = learning.xor_network(rng=np.random.default_rng(seed))
    assert np.array_equal(net.edges, again.net.edges) and np.array_equal(k, again.k)


def test_more_wires_than_pairs_of_nodes_are_refused_in_words():
    with pytest.raises(Refusal, match="cannot join"):
        learning.xor_network(hidden=2, wires=60, rng=np.random.default_rng(0))


def test_diodes_learn_exclusive_or_from_nearly_every_random_start():
    errors = learning.xor_errors(12, rng=np.random.default_rng(0))
    assert errors.min() < 1e-3 and (errors < 1e-3).mean() > 0.7


def test_the_error_of_exclusive_or_is_the_mean_square_over_its_four_rows():
    net, k, diodes, task = machine = learning.xor_network(rng=np.random.default_rng(4))
    last = learning.until(learning.learn_diodes(*machine), 600, 1e-6)
    V_o = learning.diode_outputs(net, last.k, diodes, task).ravel()
    assert np.allclose(V_o, [0.35, 0.65, 0.65, 0.35], atol=0.01)
    assert 2 * last.loss == pytest.approx(np.mean((V_o - [0.35, 0.65, 0.65, 0.35]) ** 2))


def test_resistors_come_to_the_best_plane_through_exclusive_or_and_no_further():
    corners = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
    plane = np.linalg.lstsq(corners, np.array([0.35, 0.65, 0.65, 0.35]), rcond=None)
    bound = plane[1][0] / 4
    assert bound == pytest.approx(0.15**2)
    for seed in range(3):
        net, k, diodes, task = learning.xor_network(rng=np.random.default_rng(seed))
        states = learning.learn_diodes(net, k, diodes._replace(rectification=0.0), task)
        errors = [2 * state.loss for state in islice(states, 300)]
        assert min(errors) >= bound - 1e-12
        assert errors[-1] == pytest.approx(bound, abs=1e-4)


def test_turning_the_rectification_up_fills_in_the_table_of_exclusive_or():
    net, k, diodes, task = machine = learning.xor_network(rng=np.random.default_rng(0))
    k = learning.until(learning.learn_diodes(*machine), 600, 1e-6).k
    knob = np.linspace(0, 1, 101)
    table = np.array([learning.diode_outputs(net, k, diodes._replace(rectification=r), task).ravel() for r in knob])
    assert np.abs(np.diff(table, axis=0)).max() < 0.05, "it turns smoothly"
    parity = table @ [-1, 1, 1, -1] / 4
    assert parity[0] == pytest.approx(0, abs=1e-12), "resistors have none of it"
    assert parity[-1] == pytest.approx(0.15, abs=0.005)


# --- what it costs (make bench) -------------------------------------------------------------------------------------

SIDES = (5, 8, 16, 32)


def median_seconds(call, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def bench_case(side, batch=32):
    net, k, diodes, clamped = some(square(side))
    return net, k, diodes, clamped, np.random.default_rng(3).random((batch, 4))


def ngspice_seconds(net, k, diodes, clamped, values):
    """Seconds a point with one process for all, alter and op: what more points cost beyond one."""
    shown = [0]
    many, one = values, values[:1]
    more = median_seconds(lambda: ngspice(net, k, diodes, clamped, many, shown), 3)
    return (more - median_seconds(lambda: ngspice(net, k, diodes, clamped, one, shown), 3)) / (len(values) - 1)


def scipy_seconds(net, k, diodes, clamped, values):
    """Seconds a point of scipy.optimize.root with vectorised currents and their Jacobian."""
    B = np.zeros((net.m, net.n))
    B[np.arange(net.m), net.edges[:, 0]], B[np.arange(net.m), net.edges[:, 1]] = 1, -1
    free = np.setdiff1d(np.arange(net.n), clamped)
    B_f, offset = B[:, free], (B[:, clamped] @ values.T).T

    def solve(shift, start):
        def lack(x):
            return B_f.T @ (k * newton.unit_current(B_f @ x + shift, diodes.leaks, diodes.width))

        def slope(x):
            return B_f.T @ ((k * newton.unit_slope(B_f @ x + shift, diodes.leaks, diodes.width))[:, None] * B_f)

        return root(lack, start, jac=slope, method="hybr").x

    few = range(3)
    start = voltages(net, k, clamped, values)[:, free]
    return median_seconds(lambda: [solve(offset[r], start[r]) for r in few], 3) / len(few)


@pytest.mark.bench
def test_bench_of_one_operating_point(capsys):
    ratios = {}
    with capsys.disabled():
        print("\nDiode network, one operating point of 32: milliseconds (times ours)")
        for side in SIDES:
            case = bench_case(side)
            dio.diode_voltages(*case)
            ours = median_seconds(lambda case=case: dio.diode_voltages(*case), 9) / len(case[-1])
            peers = {}
            if side <= 16:
                peers["scipy.optimize.root"] = scipy_seconds(*case)
            if shutil.which("ngspice"):
                peers["ngspice, alter + op"] = ratios[side] = ngspice_seconds(*case)
                ratios[side] /= ours
            told = ", ".join(f"{name} {1e3 * s:.3g} (x{s / ours:.0f})" for name, s in peers.items())
            print(f"  {side:2d} x {side:<2d}  ours {1e3 * ours:.4f}, {told}")
    assert all(ratio > (10 if side <= 8 else 6) for side, ratio in ratios.items())


@pytest.mark.bench
def test_bench_of_learning_exclusive_or(capsys):
    machine = learning.xor_network(rng=np.random.default_rng(0))
    run = median_seconds(lambda: next(islice(learning.learn_diodes(*machine), 600, None)), 3)
    turn = median_seconds(lambda: learning.diode_outputs(*machine), 50)
    best = median_seconds(lambda: learning.xor_errors(12, rng=np.random.default_rng(1)), 3)
    with capsys.disabled():
        print(f"\nXOR: 600 steps {run:.2f} s, a turn of the knob {1e3 * turn:.2f} ms, 12 restarts {best:.2f} s")
    assert turn < 0.05
