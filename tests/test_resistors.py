"""Networks of resistors against oracles that share no code with them; then what they cost."""

import os
import re
import shutil
import subprocess
from ast import literal_eval
from functools import partial
from itertools import combinations, islice
from pathlib import Path

import numpy as np
import pytest
from compiling import HERE, KINDS, frozen, python, signatures
from racing import race
from scipy.optimize import minimize
from scipy.sparse import coo_array, diags_array
from scipy.sparse.linalg import splu

import course_lib
from course_lib.kernels import resistors as rs
from course_lib.kernels.resistors import sparse


def tangle(n, wires, *, rng):
    """A network without any order, in one piece: a tree grown at random, and then any other pairs of nodes."""
    tree = {(int(rng.integers(j)), j) for j in range(1, n)}
    others = [pair for pair in combinations(range(n), 2) if pair not in tree]
    chosen = rng.choice(len(others), wires - len(tree), replace=False)
    return rs.Network(np.array([*sorted(tree), *(others[i] for i in chosen)]), rng.random((n, 2)))


NETWORKS = {
    "a square lattice": rs.square(5),
    "a torus": rs.torus(4),
    "a ladder": rs.lattice(2, 7),
    "a path": rs.path(6),
    "a complete network": rs.complete(7),
    "a random network": tangle(30, 60, rng=np.random.default_rng(1)),
}
every_network = pytest.mark.parametrize("net", NETWORKS.values(), ids=NETWORKS.keys())


def some(net, seed=0):
    """Conductances and four nodes."""
    rng = np.random.default_rng(seed)
    return frozen(np.exp(rng.normal(size=net.m))), frozen(rng.permutation(net.n)[:4])


def cross(p):
    """The oracle: do the segments p0 p1 and p2 p3 cross?"""

    def turn(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return turn(p[0], p[1], p[2]) * turn(p[0], p[1], p[3]) < 0 > turn(p[2], p[3], p[0]) * turn(p[2], p[3], p[1])


@pytest.mark.parametrize("seed", range(20))
def test_random_networks_are_connected_and_do_not_cross(seed):
    networkx = pytest.importorskip("networkx")
    for n, neighbours in ((4, 2), (25, 3), (60, 5.5)):
        net = rs.random_geometric(n, neighbours, rng=np.random.default_rng(seed))
        graph = networkx.Graph(net.edges.tolist())
        assert graph.number_of_nodes() == n and networkx.is_connected(graph)
        assert not any(cross(net.xy[[*a, *b]]) for a, b in combinations(net.edges, 2) if len({*a, *b}) == 4)


def naive_laplacian(edges, k, n):
    """The oracle: each wire by hand."""
    L = np.zeros((n, n))
    for (i, j), k_e in zip(edges, k, strict=True):
        L[i, i] += k_e
        L[j, j] += k_e
        L[i, j] -= k_e
        L[j, i] -= k_e
    return L


def naive_resistance(L, a, b):
    """The oracle: the pseudo-inverse."""
    P = np.linalg.pinv(L)
    return P[a, a] + P[b, b] - 2 * P[a, b]


def some_task(net, n_s=2, n_o=2, batch=5, seed=0):
    """A task out of thin air: no teacher."""
    rng = np.random.default_rng(seed)
    nodes = rng.permutation(net.n)
    arrays = nodes[:n_s], nodes[n_s : n_s + n_o], rng.random((batch, n_s)), rng.random((batch, n_o))
    return rs.Task(*map(frozen, arrays))


def naive_loss(net, k, task):
    """The oracle: dense voltages, one sample after the other."""
    L, total = naive_laplacian(net.edges, k, net.n), 0.0
    for x, target in zip(task.inputs, task.targets, strict=True):
        V = dense_voltages(L, task.sources, x)
        total += sum((V[o] - t) ** 2 / 2 for o, t in zip(task.outputs, target, strict=True))
    return total / len(task.inputs)


def dense_voltages(L, clamped, values):
    """The oracle: rows of the clamped nodes replaced by V_c = value."""
    A, rhs = L.copy(), np.zeros(len(L))
    for c, v in zip(clamped, values, strict=True):
        A[c], A[c, c], rhs[c] = 0, 1, v
    return np.linalg.solve(A, rhs)


def slope(x, y):
    """Exponent of y ~ x^slope."""
    return np.polyfit(np.log(x), np.log(y), 1)[0]


# --- networks ---------------------------------------------------------------------------------------------------


def test_builders_make_the_networks_they_name():
    counts = {
        "a square lattice": (25, 40),
        "a torus": (16, 32),
        "a ladder": (14, 19),
        "a path": (6, 5),
        "a complete network": (7, 21),
        "a random network": (30, 60),
    }
    assert {name: (net.n, net.m) for name, net in NETWORKS.items()} == counts
    assert (np.bincount(rs.torus(4).edges.ravel()) == 4).all()


@every_network
def test_wires_join_different_nodes_and_none_is_there_twice(net):
    pairs = [tuple(sorted(wire)) for wire in net.edges.tolist()]
    assert len(set(pairs)) == net.m
    assert all(i != j and 0 <= i < net.n and 0 <= j < net.n for i, j in pairs)


def test_lattice_wires_have_length_one():
    net = rs.lattice(3, 4)
    assert np.allclose(np.linalg.norm(net.xy[net.edges[:, 0]] - net.xy[net.edges[:, 1]], axis=1), 1)


def test_a_torus_of_side_two_is_refused_because_its_wires_would_be_double():
    with pytest.raises(ValueError, match="side >= 3"):
        rs.torus(2)


@every_network
def test_laplacian_adds_up_each_wire(net):
    k, _ = some(net)
    assert np.allclose(rs.laplacian(net.edges, k, net.n), naive_laplacian(net.edges, k, net.n), atol=1e-14)


@every_network
def test_incidence_takes_the_drop_along_each_wire(net):
    V = np.random.default_rng(0).normal(size=net.n)
    assert np.allclose(rs.incidence(net.edges, net.n) @ V, [V[i] - V[j] for i, j in net.edges])
    assert np.allclose(rs.drops(net, V), [V[i] - V[j] for i, j in net.edges])


# --- voltages ---------------------------------------------------------------------------------------------------


@every_network
def test_dense_and_sparse_voltages_agree_with_replacing_rows(net):
    k, clamped = some(net)
    values = np.random.default_rng(3).normal(size=(6, 4))
    L = naive_laplacian(net.edges, k, net.n)
    oracle = np.array([dense_voltages(L, clamped, v) for v in values])
    assert np.allclose(rs.voltages(net, k, clamped, values), oracle, atol=1e-12)
    assert np.allclose(rs.voltages(net, k, clamped, values[0]), oracle[0], atol=1e-12)
    assert np.allclose(rs.free_voltages(L, clamped, values[0]), oracle[0], atol=1e-12)


def test_the_ladder_solved_by_hand():
    net = rs.Network(np.array([[0, 1], [1, 2], [1, 3], [2, 3]]), np.zeros((4, 2)))
    # 1 V - 1 ohm - A;  A - 2 ohm - B;  A - 2 ohm - ground;  B - 2 ohm - ground.  A sees 2 || 4 = 4/3 ohm to ground.
    V = rs.voltages(net, np.array([1, 1 / 2, 1 / 2, 1 / 2]), [0, 3], [1.0, 0.0])
    assert np.allclose(V, [1, 4 / 7, 2 / 7, 0], rtol=1e-15)


@pytest.mark.parametrize("decades", [0, 3, 6])
def test_kirchhoff_holds_even_where_conductances_differ_by_decades(decades):
    net = rs.square(30)
    rng = np.random.default_rng(5)
    k = 10 ** rng.uniform(-decades / 2, decades / 2, net.m)
    V = rs.voltages(net, k, [0, net.n - 1], [1.0, 0.0])
    I = rs.currents(net, k, V)
    assert abs(I[1:-1]).max() < 1e-13 * k.max()
    assert I[0] == pytest.approx(-I[-1], rel=1e-9)
    assert rs.power(net, k, V) == pytest.approx(I @ V, rel=1e-9)


def test_voltages_minimise_the_power_found_by_a_general_minimiser():
    net = rs.square(4)
    k, clamped = some(net)
    clamped, values = clamped[:2], np.array([1.0, -0.5])
    free = np.setdiff1d(np.arange(net.n), clamped)

    def heat(v_free):
        V = np.zeros(net.n)
        V[clamped], V[free] = values, v_free
        return sum(k_e * (V[i] - V[j]) ** 2 for (i, j), k_e in zip(net.edges, k, strict=True))

    best = minimize(heat, np.zeros(len(free)), tol=1e-12)
    V = rs.voltages(net, k, clamped, values)
    assert rs.power(net, k, V) == pytest.approx(best.fun, rel=1e-9)
    assert np.allclose(V[free], best.x, atol=1e-5)


@every_network
def test_no_free_voltage_leaves_the_range_of_the_clamped_ones(net):
    k, clamped = some(net)
    V = rs.voltages(net, k, clamped, [0.2, -1.0, 3.0, 0.5])
    assert V.max() <= 3 + 1e-14 and V.min() >= -1 - 1e-14


def test_a_cut_wire_carries_nothing_and_a_floating_part_is_named():
    net = rs.path(4)
    V = rs.voltages(net, [1.0, 0.0, 1.0], [0, 3], [1.0, 0.0])
    assert np.allclose(V, [1, 1, 0, 0], atol=0)
    with pytest.raises(ValueError, match="node 2 floats"):
        rs.voltages(net, [1.0, 0.0, 1.0], [0, 1], [1.0, 0.0])


REFUSED = {
    "negative conductance": (dict(k=[1.0, -0.1, 1.0]), "wire 1 has a negative conductance"),
    "conductance not a number": (dict(k=[1.0, 1.0, np.nan]), "wire 2 has no finite conductance"),
    "endless conductance": (dict(k=[np.inf, 1.0, 1.0]), "wire 0 has no finite conductance"),
    "too few conductances": (dict(k=[1.0, 1.0]), "there are 3 wires"),
    "clamp to a missing node": (dict(clamped=[0, 4]), "there is no node 4"),
    "clamp to a negative node": (dict(clamped=[0, -1]), "there is no node -1"),
    "clamp to half a node": (dict(clamped=[0, 2.5]), "nodes are named by whole numbers"),
    "nodes in two rows": (dict(clamped=[[0, 3]], values=[[1.0, 0.0]]), "clamped nodes a row"),
    "imaginary conductance": (dict(k=[1.0, 1.0j, 1.0]), "conductances and voltages are real"),
    "clamped twice": (dict(clamped=[2, 2]), "node 2 is clamped twice"),
    "nothing clamped": (dict(clamped=[], values=[]), "no node is clamped"),
    "too few voltages": (dict(values=[1.0]), "one voltage for each clamped node"),
    "voltage not a number": (dict(values=[1.0, np.nan]), "not a finite number"),
    "wire to nowhere": (dict(edges=[[0, 1], [1, 2], [2, 4]]), "wire 2 has an end that is not a node"),
    "wire to itself": (dict(edges=[[0, 1], [1, 1], [2, 3]]), "wire 1 leads from a node to itself"),
}


@pytest.mark.parametrize("change, words", REFUSED.values(), ids=REFUSED.keys())
def test_what_has_no_voltages_is_refused_in_words(change, words):
    good = dict(edges=rs.path(4).edges, k=[1.0, 1.0, 1.0], clamped=[0, 3], values=[1.0, 0.0])
    case = good | change
    with pytest.raises(ValueError, match=words):
        rs.voltages(rs.Network(np.array(case["edges"]), np.zeros((4, 2))), case["k"], case["clamped"], case["values"])


@pytest.mark.parametrize("seed", range(10))
def test_the_plan_keeps_the_order_and_the_pattern_that_the_factorisation_needs(seed):
    rng = np.random.default_rng(seed)
    net = tangle(40, 100, rng=rng)
    k, clamped = rng.random(net.m), rng.permutation(40)[:3]
    p = sparse.plan(net.edges, net.n, clamped)
    L, D = sparse.factorise(p, k)
    full = np.eye(len(D))
    full[p.row, p.column] = L
    free = np.argsort(p.place)[len(clamped) :]
    reduced = naive_laplacian(net.edges, k, net.n)[np.ix_(free, free)]
    assert np.allclose(full @ np.diag(D) @ full.T, reduced, atol=1e-13)
    assert (L < 0).all(), "a place is kept for an entry that is always zero"
    assert not np.shares_memory(p.place, sparse.plan(net.edges, net.n, clamped[::-1]).place)
    assert sparse.plan(net.edges, net.n, clamped) is p


def test_the_fill_of_a_lattice_grows_like_n_log_n_and_not_like_a_band():
    fill = {side: len(sparse.plan(rs.square(side).edges, side**2, np.array([0])).row) for side in (8, 16, 32, 64)}
    assert all(count < 2.5 * side**2 * np.log2(side) for side, count in fill.items()), fill
    assert fill[64] < 64**3 / 3, "control: a band has n^(3/2) entries"


# --- resistances ------------------------------------------------------------------------------------------------


@every_network
def test_resistances_are_those_of_the_pseudo_inverse_and_of_the_matrix_tree_theorem(net):
    networkx = pytest.importorskip("networkx")
    k, (a, b, *_) = some(net)
    L = naive_laplacian(net.edges, k, net.n)
    R = rs.effective_resistance(net, k, a, b)
    assert rs.effective_resistance(net, k, b, a) == pytest.approx(R, rel=1e-12)
    assert pytest.approx(naive_resistance(L, a, b), rel=1e-10) == R
    others = [i for i in range(net.n) if i not in (a, b)]
    trees = np.linalg.det(np.delete(np.delete(L, a, 0), a, 1))
    assert pytest.approx(np.linalg.det(L[np.ix_(others, others)]) / trees, rel=1e-10) == R
    graph = networkx.Graph()
    graph.add_weighted_edges_from((i, j, k_e) for (i, j), k_e in zip(net.edges.tolist(), k, strict=True))
    assert networkx.resistance_distance(graph, a, b, "weight", invert_weight=False) == pytest.approx(R, rel=1e-9)


@every_network
def test_wire_resistances_agree_with_the_pair_and_add_up_to_foster(net):
    k, _ = some(net)
    R = rs.edge_resistances(net, k)
    assert np.allclose(R[:3], [rs.effective_resistance(net, k, i, j) for i, j in net.edges[:3]], rtol=1e-12)
    assert k @ R == pytest.approx(net.n - 1, rel=1e-12)


def test_more_conductance_anywhere_never_means_more_resistance():
    net = rs.square(4)
    k, (a, b, *_) = some(net)
    R = rs.effective_resistance(net, k, a, b)
    thicker = [rs.effective_resistance(net, k + 0.3 * wire, a, b) for wire in np.eye(net.m)]
    assert max(thicker) <= R * (1 + 1e-14)


def test_one_node_is_no_resistance_apart_from_itself_and_missing_nodes_are_refused():
    net = rs.square(3)
    assert rs.effective_resistance(net, np.ones(net.m), 4, 4) == 0
    with pytest.raises(ValueError, match="no pair of nodes"):
        rs.effective_resistance(net, np.ones(net.m), 0, 9)


@pytest.mark.parametrize("side, dx, dy", [(3, 1, 0), (5, 1, 1), (6, 2, 1), (7, 3, 3)])
def test_the_plane_waves_of_a_torus_give_the_resistance_of_its_wires(side, dx, dy):
    net = rs.torus(side)
    R = rs.effective_resistance(net, np.ones(net.m), 0, dy * side + dx)
    assert rs.torus_resistance(side, dx, dy) == pytest.approx(R, rel=1e-12)


INFINITE = {(1, 0): 1 / 2, (1, 1): 2 / np.pi, (2, 0): 2 - 4 / np.pi, (1, 2): 4 / np.pi - 1 / 2, (2, 2): 8 / 3 / np.pi}


@pytest.mark.parametrize("step", INFINITE)
def test_the_infinite_lattice_has_its_textbook_resistances(step):
    assert rs.infinite_lattice_resistance(*step) == pytest.approx(INFINITE[step], rel=1e-12)
    assert rs.infinite_lattice_resistance(-step[1], step[0]) == pytest.approx(INFINITE[step], rel=1e-12)


def test_far_apart_the_infinite_lattice_follows_its_logarithm():
    r, euler = 300, 0.5772156649015329
    asymptote = (np.log(r) + euler + np.log(8) / 2) / np.pi
    assert rs.infinite_lattice_resistance(r, 0) == pytest.approx(asymptote, rel=1e-5)


# --- learning ---------------------------------------------------------------------------------------------------


@every_network
@pytest.mark.parametrize("n_o", [1, 2])
def test_loss_is_that_of_dense_voltages_and_gradient_that_of_finite_differences(net, n_o):
    task, (k, _) = some_task(net, n_o=n_o), some(net)
    assert rs.loss(net, k, task) == pytest.approx(naive_loss(net, k, task), rel=1e-10)
    h = 1e-5
    finite = [(naive_loss(net, k + h * e, task) - naive_loss(net, k - h * e, task)) / (2 * h) for e in np.eye(net.m)]
    g = rs.gradient(net, k, task)
    assert np.allclose(g, finite, atol=1e-7 * abs(g).max() + 1e-10)
    assert np.allclose(rs.descent(net, k, task), -g)


@every_network
def test_output_voltages_are_averages_of_the_sources(net):
    k, _ = some(net)
    r = rs.response(net, k, some_task(net, n_s=3))
    assert r.W.min() >= 0 and np.allclose(r.W.sum(axis=1), 1, rtol=1e-12)
    assert np.allclose(r.G, r.G.T, rtol=1e-12)


@pytest.mark.parametrize("eta", [1.0, 0.1, 1e-3])
@every_network
def test_coupled_learning_is_the_local_rule_between_two_states_solved_apart(net, eta):
    task, (k, _) = some_task(net), some(net)
    V_F, V_C = rs.states(net, k, task, eta)
    L = naive_laplacian(net.edges, k, net.n)
    for x, target, free, clamped in zip(task.inputs, task.targets, V_F, V_C, strict=True):
        assert np.allclose(free, dense_voltages(L, task.sources, x), atol=1e-12)
        goal = [*x, *(free[task.outputs] + eta * (target - free[task.outputs]))]
        assert np.allclose(clamped, dense_voltages(L, [*task.sources, *task.outputs], goal), atol=1e-12)
    by_wire = rs.local_step(0.0, rs.drops(net, V_F), rs.drops(net, V_C), eta, 1.0).mean(axis=0)
    assert np.allclose(rs.coupled_learning(net, k, task, eta), by_wire, atol=1e-12 / eta)


@every_network
def test_the_answer_keys_are_the_same_state_and_the_same_rule(net):
    task, (k, _) = some_task(net, batch=1), some(net)
    V_F, V_C = (V[0] for V in rs.states(net, k, task, 0.3))
    L = naive_laplacian(net.edges, k, net.n)
    by_hand = rs.clamped_state(L, task.sources, task.inputs[0], task.outputs, task.targets[0], 0.3)
    assert np.allclose(by_hand, V_C, atol=1e-12)
    step = rs.local_step(k, rs.drops(net, V_F), rs.drops(net, V_C), 0.3, 0.1) - k
    assert np.allclose(step, 0.1 * rs.coupled_learning(net, k, task, 0.3), atol=1e-12)


def test_clamping_never_lowers_the_power():
    net = rs.square(4)
    k, _ = some(net)
    for seed in range(20):
        V_F, V_C = rs.states(net, k, some_task(net, seed=seed), 0.5)
        assert (rs.power(net, k, V_C) >= rs.power(net, k, V_F)).all()


@pytest.mark.parametrize("b", [0.5, 1e-2])
@every_network
def test_equilibrium_propagation_ties_the_outputs_to_their_targets_by_real_wires(net, b):
    task, (k, _) = some_task(net), some(net)
    wires = [[o, net.n + t] for t, o in enumerate(task.outputs)]  # each target is a node of its own
    bigger = rs.Network(np.concatenate([net.edges, wires]), np.zeros((net.n + 2, 2)))
    estimate = np.zeros(net.m)
    for x, target in zip(task.inputs, task.targets, strict=True):
        free = dense_voltages(naive_laplacian(net.edges, k, net.n), task.sources, x)
        L = naive_laplacian(bigger.edges, [*k, b, b], bigger.n)
        nudged = dense_voltages(L, [*task.sources, net.n, net.n + 1], [*x, *target])
        for e, (i, j) in enumerate(net.edges):
            estimate[e] += ((nudged[i] - nudged[j]) ** 2 - (free[i] - free[j]) ** 2) / (2 * b * len(task.inputs))
    assert np.allclose(rs.equilibrium_propagation(net, k, task, b), estimate, atol=1e-12 / b)


def test_the_error_of_equilibrium_propagation_is_of_first_and_of_second_order():
    net = rs.square(5)
    task, (k, _) = some_task(net, n_s=3), some(net)
    g, nudges = rs.gradient(net, k, task), np.geomspace(1e-3, 3e-2, 5)
    one = [np.linalg.norm(rs.equilibrium_propagation(net, k, task, b) - g) for b in nudges]
    two = [np.linalg.norm(rs.symmetric_equilibrium_propagation(net, k, task, b) - g) for b in nudges]
    assert slope(nudges, one) == pytest.approx(1, abs=0.05)
    assert slope(nudges, two) == pytest.approx(2, abs=0.05)


def test_a_nudge_too_negative_to_be_stable_is_refused():
    net = rs.square(4)
    with pytest.raises(ValueError, match="more negative than the network can hold"):
        rs.symmetric_equilibrium_propagation(net, np.ones(net.m), some_task(net), 100.0)


@every_network
def test_coupled_learning_tends_to_the_error_divided_by_the_green_function(net):
    task, (k, _) = some_task(net), some(net)
    h, L = 1e-6, naive_laplacian

    def outputs(k):
        return np.array([dense_voltages(L(net.edges, k, net.n), task.sources, x)[task.outputs] for x in task.inputs])

    J = np.array([(outputs(k + h * e) - outputs(k - h * e)) / (2 * h) for e in np.eye(net.m)])
    free = np.setdiff1d(np.arange(net.n), task.sources)
    G = np.linalg.inv(L(net.edges, k, net.n)[np.ix_(free, free)])
    place = np.searchsorted(free, task.outputs)
    clamp = np.linalg.solve(G[np.ix_(place, place)], (task.targets - outputs(k)).T).T
    oracle = np.einsum("ebo,bo->e", J, clamp) / len(clamp)
    limit = rs.coupled_learning_limit(net, k, task)
    assert np.allclose(limit, oracle, atol=1e-7 * abs(limit).max() + 1e-10)
    assert np.allclose(rs.coupled_learning(net, k, task, 1e-7), limit, atol=1e-5 * abs(limit).max() + 1e-7)
    assert np.allclose(rs.symmetric_coupled_learning(net, k, task, 0.7), limit, atol=1e-12)
    if net is not NETWORKS["a path"]:  # there these outputs hang on one source, and nothing can be learned
        assert not np.allclose(limit, rs.descent(net, k, task), rtol=0.01), "control: it is not the gradient"


def test_one_output_makes_coupled_learning_parallel_to_the_gradient_and_two_do_not():
    net = rs.square(5)
    k, _ = some(net)
    one, two = some_task(net, n_o=1), some_task(net, n_o=2)
    assert cosine(rs.coupled_learning_limit(net, k, one), rs.descent(net, k, one)) == pytest.approx(1, abs=1e-12)
    assert 0.5 < cosine(rs.coupled_learning_limit(net, k, two), rs.descent(net, k, two)) < 0.999


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_half_the_rise_in_power_is_the_error_weighed_by_the_green_function():
    net, eta = rs.square(5), 0.3
    task, (k, _) = some_task(net, batch=1), some(net)
    V_F, V_C = rs.states(net, k, task, eta)
    error = (task.targets - V_F[:, task.outputs])[0]
    contrast = eta**2 / 2 * error @ np.linalg.solve(rs.response(net, k, task).G, error)
    assert ((rs.power(net, k, V_C) - rs.power(net, k, V_F)) / 2)[0] == pytest.approx(contrast, rel=1e-10)


BAD_TASKS = {
    "an output at a source": (dict(outputs=np.array([0, 5])), "can be read once, and not where"),
    "an output read twice": (dict(outputs=np.array([5, 5])), "can be read once"),
    "a missing output": (dict(outputs=np.array([5, 99])), "outputs are nodes 0 to 24"),
    "a missing source": (dict(sources=np.array([0, 99])), "there is no node 99"),
    "too few inputs": (dict(inputs=np.ones((3, 1))), "one column for each of the 2 sources"),
    "an input not a number": (dict(inputs=np.full((3, 2), np.nan)), "not a finite number"),
    "too few targets": (dict(targets=np.ones((2, 2))), "a row for each row of inputs"),
}


@pytest.mark.parametrize("change, words", BAD_TASKS.values(), ids=BAD_TASKS.keys())
def test_a_task_that_makes_no_sense_is_refused_in_words(change, words):
    task = rs.Task(np.array([0, 24]), np.array([5, 7]), np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match=words):
        rs.gradient(rs.square(5), np.ones(40), task._replace(**change))


def last(run, steps):
    return next(islice(run, steps, None))


@pytest.mark.parametrize(
    "rule, rate",
    [(partial(rs.coupled_learning, eta=0.05), 2.0), (rs.descent, 5.0)],
    ids=["coupled learning", "steepest descent"],
)
def test_allostery_is_learned(rule, rate):
    net, task = rs.allostery()
    start, *_, end = islice(rs.learn(net, frozen(np.ones(net.m)), task, rule=rule, rate=rate), 500)
    assert (start.step, end.step) == (0, 499)
    assert start.loss == pytest.approx(naive_loss(net, np.ones(net.m), task))
    assert start.loss > 1e-3 and end.loss < 1e-8
    wrong_way = rs.learn(net, np.ones(net.m), task, rule=lambda *now: -rule(*now), rate=rate)
    assert last(wrong_way, 100).loss > start.loss, "control: the sign does not matter"


def test_conductances_stay_within_the_device_and_cut_wires_stay_cut():
    net, task = rs.allostery()
    k = np.ones(net.m)
    k[7] = 0
    push = np.where(np.arange(net.m) % 2, 1.0, -1.0)
    end = last(rs.learn(net, k, task, rule=lambda *now: push, rate=1.0, k_min=0.1, k_max=5), 10)
    assert end.k[7] == 0 and k[8] == 1, "the conductances given are left alone"
    assert set(np.delete(end.k, 7)) == {0.1, 5.0}


def test_noise_and_bias_of_the_comparators_are_what_they_say():
    net, task = rs.allostery()
    k, eta, s = np.ones(net.m), 0.1, 1e-3
    rule = partial(rs.coupled_learning, eta=eta)
    noisy = rs.noisy_rule(rule, s, eta, rng=np.random.default_rng(0))
    error = np.array([noisy(net, k, task) - rule(net, k, task) for _ in range(500)])
    assert error.std() == pytest.approx(s / (2 * eta), rel=0.03)  # 20000 normals: 0.5 %
    assert abs(error.mean()) < 5 * s / (2 * eta) / np.sqrt(error.size)
    offset = np.linspace(-1, 1, net.m) * s
    assert np.allclose(rs.biased_rule(rule, offset, eta)(net, k, task) - rule(net, k, task), offset / (2 * eta))


@pytest.mark.parametrize("rule, twice", [(rs.coupled_learning, 1), (rs.symmetric_coupled_learning, 2)])
def test_apart_is_how_far_the_two_states_are_that_each_comparator_compares(rule, twice):
    net, eta, s = rs.square(4), 0.2, 0.01
    task, (k, _) = some_task(net), some(net)
    offset = s * np.random.default_rng(0).normal(size=net.m)
    free, near = rs.states(net, k, task, eta)
    first = free if twice == 1 else rs.states(net, k, task, -eta)[1]
    seen = (rs.drops(net, first) ** 2 - rs.drops(net, near) ** 2).mean(axis=0) + offset
    by_hand = seen / (2 * twice * eta)
    assert np.allclose(rs.biased_rule(partial(rule, eta=eta), offset, twice * eta)(net, k, task), by_hand, atol=1e-12)
    noisy = rs.noisy_rule(partial(rule, eta=eta), s, twice * eta, rng=np.random.default_rng(0))
    assert np.allclose(noisy(net, k, task), by_hand, atol=1e-12)
    assert not np.allclose(noisy(net, k, task), by_hand, atol=1e-6), "control: the next misreading is another"


# --- tasks ------------------------------------------------------------------------------------------------------


def test_a_teacher_task_is_solved_by_the_teacher_and_learned_by_a_pupil():
    net, rng = rs.square(4), np.random.default_rng(2)
    nodes = rs.scattered(net, 5, rng=rng)
    task = rs.teacher_task(net, nodes[:3], nodes[3:], 32, rng=rng)
    run = rs.learn(net, np.ones(net.m), task, rule=partial(rs.coupled_learning, eta=0.01), rate=20.0)
    states = list(islice(run, 400))
    assert states[0].loss > 1e-4 and states[-1].loss < 1e-2 * states[0].loss


def test_best_convex_weights_beat_a_fine_grid_and_keep_to_the_rules():
    rng = np.random.default_rng(0)
    for _ in range(20):
        X = rng.random((12, 3))
        t = X @ rng.normal(size=(3, 2))
        W = rs.best_convex_weights(X, t)
        assert W.min() >= -1e-12 and np.allclose(W.sum(axis=1), 1)
        side = np.linspace(0, 1, 101)
        grid = np.array([(a, b, 1 - a - b) for a in side for b in side if a + b <= 1 + 1e-12])
        on_grid = ((X @ grid.T)[:, :, None] - t[:, None, :]) ** 2
        best = ((X @ W.T - t) ** 2).sum(axis=0)
        assert (best <= on_grid.sum(axis=0).min(axis=0) + 1e-12).all()
        assert (on_grid.sum(axis=0).min(axis=0) < best + 0.01).all(), "control: the grid comes near"


def test_the_negative_weight_is_out_of_reach_by_as_much_as_least_squares_says():
    rng = np.random.default_rng(0)
    task = rs.convex_map_task(np.array([[-0.3, 0.5]]), np.array([0, 1, 2]), np.array([3]), 4000, rng=rng)
    W = rs.best_convex_weights(task.inputs, task.targets)
    # for x uniform on the unit square and w_1 = 0: the best w_2 is 0.5 - 0.3 <x_1 x_2> / <x_2^2> = 0.275
    assert np.allclose(W, [[0, 0.275, 0.725]], atol=0.02)


def test_no_weights_of_a_passive_network_tell_xor_apart():
    task = rs.xor_task(np.arange(6), 6)
    assert (task.inputs[:, 0] != task.inputs[:, 2]).tolist() == [False, True, True, False]
    assert np.allclose(task.targets.ravel(), [0.35, 0.65, 0.65, 0.35])
    W = rs.best_convex_weights(task.inputs, task.targets)
    assert ((task.inputs @ W.T - task.targets) ** 2).mean() == pytest.approx(0.0225, rel=1e-12)


def test_the_irises_are_split_without_loss_and_scaled_on_the_training_part():
    split = rs.iris_split(rng=np.random.default_rng(0))
    assert (len(split.x_train), len(split.x_test)) == (90, 60)
    assert np.bincount(np.concatenate([split.y_train, split.y_test])).tolist() == [50, 50, 50]
    assert split.x_train.min() == 0 and split.x_train.max() == 1
    assert 0.7 < rs.largest_accuracy(rs.linear_regression_outputs(split)[1], split.y_test) <= 1
    assert 0.85 < rs.logistic_regression_accuracy(split) <= 1


def test_a_flower_is_fed_in_as_x_and_one_less_x_and_answered_by_its_species():
    x, y = np.array([[0.1, 0.2, 0.3, 0.4], [0.0, 1.0, 0.5, 0.75]]), np.array([2, 0])
    task = rs.iris_task(x, y, np.arange(10), np.array([12, 10, 11]), low=0.1, high=0.6)
    assert task.sources.tolist() == list(range(10)) and task.outputs.tolist() == [12, 10, 11]
    assert np.allclose(task.inputs[0], [0.1, 0.2, 0.3, 0.4, 0.9, 0.8, 0.7, 0.6, 0, 1], atol=1e-15)
    assert np.allclose(task.inputs[1], [0, 1, 0.5, 0.75, 1, 0, 0.5, 0.25, 0, 1], atol=1e-15)
    assert task.targets.tolist() == [[0.1, 0.1, 0.6], [0.6, 0.1, 0.1]]


def test_the_centroid_reading_finds_clouds_and_is_lost_without_them():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    V = np.eye(3)[y] + 0.05 * rng.normal(size=(300, 3))
    assert rs.centroid_accuracy(V[:150], y[:150], V[150:], y[150:]) == 1
    assert rs.centroid_accuracy(V[:150], rng.permutation(y[:150]), V[150:], y[150:]) < 0.8


# --- compiled code ----------------------------------------------------------------------------------------------


def call_everything(kind):
    """Each public function that reaches compiled code, with arrays of one kind."""
    net, rng = rs.square(4), np.random.default_rng(0)
    task = rs.Task(*(kind(np.array(a)) for a in some_task(net)))
    net, k = rs.Network(kind(net.edges), kind(net.xy)), kind(rng.uniform(0.5, 2, net.m))
    machine = net, k, rs.Diodes(kind(rng.random(net.m) < 0.5), width=kind(np.array([0.1]))[0]), task
    V = rs.voltages(net, k, task.sources, task.inputs)
    rs.voltages(net, k, task.sources, kind(np.array(task.inputs[0])))
    rs.voltages(net, list(k), list(task.sources), list(task.inputs[0]))
    rs.effective_resistance(net, k, np.int32(0), 5), rs.edge_resistances(net, k)
    rs.loss(net, k, task), rs.teacher_task(net, task.sources, task.outputs, 3, rng=rng)
    for rule in (rs.gradient, rs.descent, rs.coupled_learning_limit):
        list(islice(rs.learn(net, k, task, rule=rule, rate=0.1), 2))
    for rule in (rs.coupled_learning, rs.equilibrium_propagation, rs.symmetric_equilibrium_propagation, rs.states):
        rule(net, k, task, 0.1)
    rs.diode_voltages(net, k, machine[2], task.sources, kind(np.array(task.inputs[0])))
    rs.diode_voltages(net, k, rs.Diodes(machine[2].one_way, 1, 1, 1), list(task.sources), [0, 1])
    rs.diode_power(*machine[:3], kind(V)), rs.diode_gradient(*machine), rs.diode_propagation(*machine, 0.1)
    list(islice(rs.learn_diodes(*machine), 2))


def versions():
    """How many versions of each function there are after calls with every kind of array."""
    for kind in KINDS.values():
        call_everything(kind)
    return signatures(rs)


def test_compiled_code_meets_one_kind_of_array_only(tmp_path):
    # Two kinds would be two pieces of code that processes which share a cache write over one another. Only where
    # nothing is cached are all functions seen: a cached one brings those that it calls with it.
    code = (
        "import test_resistors as t; print(t.versions())\n"
        "t.sparse.factorise(t.sparse.plan(t.rs.path(4).edges, 4, [0]), t.frozen(t.np.ones(3)))\n"
        "print(t.signatures(t.rs))"
    )
    home = {"NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_OPT": "0", "PYTHONPATH": HERE}
    seen, control = map(literal_eval, python(code, home).splitlines())
    assert len(seen) > 10 and {name: count for name, count in seen.items() if count != 1} == {}
    assert [name for name, count in control.items() if count != 1] == [f"{sparse.__name__}.factorise"], "control"


SHOW = "import course_lib, os; print(os.environ['NUMBA_CACHE_DIR'])"


def copy_of_the_course(folder):
    shutil.copytree(Path(course_lib.__file__).parent, folder / "course_lib", ignore=shutil.ignore_patterns("__pyc*"))
    caches = folder / "caches"
    home = {"XDG_CACHE_HOME": caches, "HOME": caches, "LOCALAPPDATA": caches}
    return {**{name: str(path) for name, path in home.items()}, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": None}


def test_an_edited_function_is_compiled_anew_in_its_callers_of_other_files_too(tmp_path):
    home = copy_of_the_course(tmp_path) | {"NUMBA_OPT": "0"}
    code = (
        "import numpy as np; from course_lib.kernels import resistors as rs\n"
        "task = rs.Task(np.array([0, 2]), np.array([1]), np.array([[1.0, 0.0]]), np.array([[0.5]]))\n"
        f"{SHOW}; print(rs.output_voltages(rs.path(3), np.array([1.0, 3.0]), task).item())"
    )
    before, voltage = python(code, home).split()
    assert float(voltage) == 0.25 and list(Path(before).iterdir()), "it is cached there"
    source = tmp_path / "course_lib/kernels/resistors/sparse.py"
    head, tail = source.read_text().split("def every_node")
    source.write_text(head + "def every_node" + tail.replace("return V\n", "return 2 * V\n", 1))
    for inherited in (None, before):
        after, voltage = python(code, home | {"NUMBA_CACHE_DIR": inherited}).split()
        assert float(voltage) == 0.5 and after != before
    assert [str(kept) for kept in Path(after).parent.iterdir()] == [after], "what is out of date is removed"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps others out of a user's folders by other means")
def test_compiled_code_is_kept_where_nobody_else_can_write(tmp_path):
    home = copy_of_the_course(tmp_path)
    folder = Path(python(SHOW, home))
    caches = tmp_path / "caches"
    assert caches in folder.parents and python(SHOW, home) == str(folder)
    assert not any(place.stat().st_mode & 0o077 for place in (folder, folder.parent.parent))
    folder.parent.parent.chmod(0o777)
    shared = Path(python(SHOW, home | {"TMPDIR": str(tmp_path)}))
    caches.rename(tmp_path / "old")
    caches.write_text("not a folder")
    nowhere = Path(python(SHOW, home | {"TMPDIR": str(tmp_path)}))
    for private in (shared, nowhere):
        assert private.parent == tmp_path and private.stat().st_mode & 0o077 == 0
    assert shared != nowhere, "nobody can know the name before"


def test_the_reader_may_say_where_compiled_code_is_kept(tmp_path):
    assert python(SHOW, {"NUMBA_CACHE_DIR": str(tmp_path)}) == str(tmp_path)


# --- what it costs (make bench) ---------------------------------------------------------------------------------

SIDES = (5, 10, 20, 40, 60, 100)
race_over_sides = partial(race, sizes=SIDES, large=20, power=2)


def lattice_case(side):
    net, rng = rs.square(side), np.random.default_rng(side)
    return net, rng.uniform(0.5, 2, net.m)


def ours_pair(net, k):
    return lambda: rs.effective_resistance(net, k, 0, net.n - 1)


def networkx_pair(net, k):
    networkx = pytest.importorskip("networkx")
    graph = networkx.Graph()
    graph.add_weighted_edges_from((i, j, k_e) for (i, j), k_e in zip(net.edges.tolist(), k, strict=True))
    return lambda: networkx.resistance_distance(graph, 0, net.n - 1, "weight", invert_weight=False)


def ours_solve(net, k):
    return lambda: rs.voltages(net, k, [0, net.n - 1], [1.0, 0.0])


def torch_solve(net, k):
    import torch

    edges, k, values = torch.tensor(net.edges), torch.tensor(k), torch.tensor([1.0, 0.0], dtype=torch.float64)

    def solve():
        L = torch.zeros(net.n, net.n, dtype=torch.float64)
        i, j = edges.T
        L.index_put_((i, i), k, accumulate=True)
        L.index_put_((j, j), k, accumulate=True)
        L.index_put_((i, j), -k, accumulate=True)
        L.index_put_((j, i), -k, accumulate=True)
        return torch.linalg.solve(L[1:-1, 1:-1], -L[1:-1][:, [0, -1]] @ values)

    return solve


def splu_factor(net, k):
    """What scipy does for each k: assemble the reduced Laplacian and factorise it, ordering included."""
    B = coo_array((np.tile([1.0, -1.0], net.m), (np.repeat(np.arange(net.m), 2), net.edges.ravel())), (net.m, net.n))
    L = (B.T @ diags_array(k) @ B).tocsc()
    return L, splu(L[1:-1][:, 1:-1])


def splu_solve(net, k):
    def solve():
        L, lu = splu_factor(net, k)
        return lu.solve(-L[1:-1][:, [0, net.n - 1]] @ np.array([1.0, 0.0]))

    return solve


def ngspice_solve(net, k):
    """One process for each circuit, as PySpice does it in its subprocess mode."""
    name = lambda node: "0" if node == net.n - 1 else f"n{node}"  # noqa: E731
    wires = "\n".join(f"R{e} {name(i)} {name(j)} {1 / k_e}" for e, ((i, j), k_e) in enumerate(zip(net.edges, k)))
    deck = f"lattice\nV1 n0 0 1\n{wires}\n.control\nop\nprint v(n1)\n.endc\n.end\n"
    return lambda: subprocess.run(["ngspice", "-b"], input=deck, capture_output=True, text=True, check=False).stdout


@pytest.mark.bench
def test_bench_of_one_resistance_and_of_one_solution(capsys):
    with capsys.disabled():
        pair = race_over_sides(
            "Resistance between corners",
            {"ours": ours_pair, "networkx resistance_distance": networkx_pair},
            lattice_case,
        )
        peers = {"ours": ours_solve, "scipy splu": splu_solve, "torch dense solve": torch_solve}
        if shutil.which("ngspice"):
            case = lattice_case(10)
            answer = float(re.search(r"v\(n1\) = (\S+)", ngspice_solve(*case)()).group(1))
            assert answer == pytest.approx(ours_solve(*case)()[1], rel=1e-5)
            peers["ngspice, one process a circuit"] = ngspice_solve
        solve = race_over_sides("All voltages, two corners clamped", peers, lattice_case)
    assert all(pair["networkx resistance_distance"][s] > pair["ours"][s] for s in pair["networkx resistance_distance"])
    assert all(solve["scipy splu"][s] > solve["ours"][s] for s in SIDES)


def learning_case(side):
    net, k = lattice_case(side)
    return net, k, some_task(net, n_s=4, n_o=2, batch=16, seed=side)


def ours_step(net, k, task):
    return lambda: rs.coupled_learning(net, k, task, 0.1)


def torch_step(net, k, task):
    """Two dense solves with all of the batch as right-hand sides: what a short script in torch does."""
    import torch

    edges, k, x, targets = (torch.tensor(a) for a in (net.edges, k, task.inputs, task.targets))
    i, j = edges.T

    def voltages(clamped, values):
        L = torch.zeros(net.n, net.n, dtype=torch.float64)
        for a, b, sign in ((i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)):
            L.index_put_((a, b), sign * k, accumulate=True)
        free = torch.ones(net.n, dtype=torch.bool)
        free[clamped] = False
        V = torch.empty(len(values), net.n, dtype=torch.float64)
        V[:, clamped] = values
        V[:, free] = torch.linalg.solve(L[free][:, free], -L[free][:, clamped] @ values.T).T
        return V

    sources, outputs = torch.tensor(task.sources), torch.tensor(task.outputs)

    def step():
        free = voltages(sources, x)
        goal = free[:, outputs] + 0.1 * (targets - free[:, outputs])
        clamped = voltages(torch.cat([sources, outputs]), torch.cat([x, goal], dim=1))
        return (((free[:, i] - free[:, j]) ** 2 - (clamped[:, i] - clamped[:, j]) ** 2) / 0.2).mean(dim=0)

    return step


def splu_step(net, k, task):
    """The same with scipy's sparse factorisation."""

    def voltages(L, clamped, values):
        free = np.setdiff1d(np.arange(net.n), clamped)
        V = np.empty((len(values), net.n))
        V[:, clamped] = values
        rows = L[free]
        V[:, free] = splu(rows[:, free].tocsc()).solve(-(rows[:, clamped] @ values.T)).T
        return V

    def step():
        i, j = net.edges.T
        ends = (np.concatenate([i, j, i, j]), np.concatenate([i, j, j, i]))
        L = coo_array((np.concatenate([k, k, -k, -k]), ends), (net.n, net.n)).tocsr()
        free = voltages(L, task.sources, task.inputs)
        goal = free[:, task.outputs] + 0.1 * (task.targets - free[:, task.outputs])
        both = np.concatenate([task.sources, task.outputs])
        clamped = voltages(L, both, np.hstack([task.inputs, goal]))
        return (((free[:, i] - free[:, j]) ** 2 - (clamped[:, i] - clamped[:, j]) ** 2) / 0.2).mean(axis=0)

    return step


@pytest.mark.bench
def test_bench_of_one_learning_step(capsys):
    peers = {"ours": ours_step, "scipy splu, two factorisations": splu_step, "torch dense, two solves": torch_step}
    case = learning_case(10)
    for make in peers.values():
        assert np.allclose(make(*case)(), ours_step(*case)(), atol=1e-12)
    with capsys.disabled():
        times = race_over_sides("One step of coupled learning, batch 16, 4 inputs, 2 outputs", peers, learning_case)
    assert all(times["scipy splu, two factorisations"][s] > 2 * times["ours"][s] for s in SIDES)
