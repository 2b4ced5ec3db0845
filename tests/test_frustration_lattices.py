"""Frustrated lattices against oracles that share no code with them: enumeration, naive loops, other solvers."""

import itertools
import math
import re
from functools import partial

import numpy as np
import pytest
from compiling import frozen
from racing import race, seconds_of
from scipy.integrate import quad
from scipy.special import zeta

from course_lib.core import Refusal
from course_lib.kernels.frustration import frontier, lattices, matching, strips, torus, transfer
from course_lib.lessons.frustration import strings as strings_lesson

SHAPES = {
    "free square": lattices.square(4),
    "free rectangle": lattices.square(3, 5),
    "ladder": lattices.square(2, 6),
    "torus": lattices.square(4, periodic=True),
    "cylinder": lattices.cylinder(4, 3),
    "narrow cylinder": lattices.cylinder(3, 4),
    "free triangles": lattices.triangular(4, periodic=False),
    "triangular torus": lattices.triangular(4),
    "triangular cylinder": lattices.triangular_cylinder(4, 3),
}
PLANAR = {name: shape for name, shape in SHAPES.items() if "torus" not in name}
every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
every_planar = pytest.mark.parametrize("shape", PLANAR.values(), ids=PLANAR)
COUPLINGS = {
    "+-J": lambda m, rng: frozen(rng.choice([-1.0, 1.0], m)),
    "Gaussian": lambda m, rng: frozen(rng.normal(size=m)),
    "diluted": lambda m, rng: frozen(rng.choice([-1.0, 0.0, 1.0], m)),
}
every_coupling = pytest.mark.parametrize("couplings", COUPLINGS.values(), ids=COUPLINGS)


def all_energies(lattice, J):
    """The oracle: every state, and its energy bond by bond."""
    states = np.array(list(itertools.product((-1, 1), repeat=lattice.N)))
    E = np.zeros(len(states))
    for (i, j), J_e in zip(lattice.edges.tolist(), J.tolist(), strict=True):
        E -= J_e * states[:, i] * states[:, j]
    return states, E


def neighbours(lattice):
    joined = {i: [] for i in range(lattice.N)}
    for i, j in lattice.edges.tolist():
        joined[i].append(j)
        joined[j].append(i)
    return joined


# --- lattices -------------------------------------------------------------------------------------------------------


def test_lattices_have_the_numbers_of_spins_bonds_and_plaquettes_that_they_should():
    sizes = {name: (shape.N, shape.m, len(shape.plaquettes)) for name, shape in SHAPES.items()}
    assert sizes == {
        "free square": (16, 24, 9),
        "free rectangle": (15, 22, 8),
        "ladder": (12, 16, 5),
        "torus": (16, 32, 16),
        "cylinder": (12, 20, 8),
        "narrow cylinder": (12, 21, 9),
        "free triangles": (16, 33, 18),
        "triangular torus": (16, 48, 32),
        "triangular cylinder": (12, 28, 16),
    }


@every_shape
def test_no_bond_comes_twice_and_neighbours_are_next_to_each_other(shape):
    pairs = {tuple(sorted(pair)) for pair in shape.edges.tolist()}
    assert len(pairs) == shape.m and all(i != j for i, j in pairs)
    length = np.linalg.norm(np.subtract(*shape.xy[shape.edges.T]), axis=1)
    assert length.min() == pytest.approx(1)
    assert len(np.unique(shape.xy.round(6), axis=0)) == shape.N


@pytest.mark.parametrize(("periodic", "degree"), [(lattices.square(5, periodic=True), 4), (lattices.triangular(5), 6)])
def test_on_a_torus_every_spin_has_as_many_neighbours(periodic, degree):
    assert {len(found) for found in neighbours(periodic).values()} == {degree}


@every_shape
def test_plaquettes_are_the_smallest_loops_and_no_bond_borders_more_than_two(shape):
    for bonds in shape.plaquettes:
        ends, times = np.unique(shape.edges[bonds], return_counts=True)
        assert len(ends) == len(bonds) and (times == 2).all(), "a closed walk meets each of its spins twice"
    loops = {tuple(sorted(bonds)) for bonds in shape.plaquettes.tolist()}
    assert len(loops) == len(shape.plaquettes)
    assert np.bincount(shape.plaquettes.ravel(), minlength=shape.m).max() <= 2


@every_planar
def test_vertices_edges_and_faces_obey_euler(shape):
    outer = 2 if any(shape is SHAPES[name] for name in SHAPES if "cylinder" in name) else 1
    assert shape.N - shape.m + len(shape.plaquettes) + outer == 2


def test_a_torus_has_as_many_faces_as_euler_says_and_the_bonds_of_its_seam():
    torus = lattices.square(4, periodic=True)
    assert torus.N - torus.m + len(torus.plaquettes) == 0
    assert {3, 0} in [set(pair) for pair in torus.edges.tolist()] and {12, 0} in map(set, torus.edges.tolist())


@pytest.mark.parametrize("wrong", [(1, 4), (4, 1), (2.5, 4), (0, 0), ("4", 4), (10**5, 10**5)])
def test_a_lattice_too_small_to_be_one_or_too_large_for_the_memory_is_refused(wrong):
    with pytest.raises(Refusal, match="row|million"):
        lattices.square(*wrong)


def test_a_ring_of_two_is_refused_because_it_would_join_the_same_spins_twice():
    with pytest.raises(Refusal, match="twice"):
        lattices.cylinder(2, 5)
    assert lattices.square(2, 5).m == 13  # control: with free edges it is a ladder


# --- energy, frustration, gauge -------------------------------------------------------------------------------------


@every_shape
@every_coupling
def test_energy_counts_each_bond_once(shape, couplings):
    rng = np.random.default_rng(1)
    J, s = couplings(shape.m, rng), frozen(rng.choice([-1, 1], shape.N))
    table = np.zeros((shape.N, shape.N))
    for (i, j), J_e in zip(shape.edges, J, strict=True):
        table[i, j] = table[j, i] = J_e
    assert lattices.energy(s, J, shape.edges) == pytest.approx(-s @ table @ s / 2)


@every_shape
def test_a_plaquette_is_frustrated_where_no_spins_satisfy_all_its_bonds(shape):
    J = COUPLINGS["+-J"](shape.m, np.random.default_rng(2))
    found = lattices.frustrated(shape, J)
    for bonds, is_frustrated in zip(shape.plaquettes, found, strict=True):
        corners, ends = np.unique(shape.edges[bonds], return_inverse=True)
        ends = ends.reshape(-1, 2)
        states = itertools.product((-1, 1), repeat=len(corners))
        best = max(sum(J[b] * s[i] * s[j] > 0 for b, (i, j) in zip(bonds, ends, strict=True)) for s in states)
        assert is_frustrated == (best < len(bonds))
    assert found.any() and not found.all()


@pytest.mark.parametrize("p", [0.0, 0.07, 0.3, 0.5, 0.8, 1.0])
def test_frustrated_fractions_are_those_of_all_signs_weighed_one_by_one(p):
    signs = itertools.product((-1, 1), repeat=4)
    exact = sum(np.prod([p if J < 0 else 1 - p for J in loop]) for loop in signs if np.prod(loop) < 0)
    assert lattices.frustrated_fraction(p) == pytest.approx(exact, abs=1e-15)
    assert lattices.frustrated_fraction(np.array([p, 0.5])).tolist() == pytest.approx([exact, 0.5])


def test_couplings_are_drawn_as_asked():
    rng, m = np.random.default_rng(3), 40_000
    J = lattices.bimodal(m, 0.2, rng=rng)
    assert set(J) == {-1.0, 1.0} and abs((J < 0).mean() - 0.2) < 5 * math.sqrt(0.16 / m)
    assert abs((J < 0).mean() - 0.22) > 5 * math.sqrt(0.16 / m), "control"
    G = lattices.gaussian(m, rng=rng)
    assert abs(G.mean()) < 5 / math.sqrt(m) and abs((G**2).mean() - 1) < 5 * math.sqrt(2 / m)
    with pytest.raises(Refusal, match="share"):
        lattices.bimodal(5, 1.2, rng=rng)


@every_shape
def test_a_mattis_sample_has_no_frustrated_plaquette_and_its_pattern_satisfies_all_bonds(shape):
    xi = frozen(np.random.default_rng(4).choice([-1, 1], shape.N))
    J = lattices.mattis(shape.edges, xi)
    assert not lattices.frustrated(shape, J).any() and {-1.0, 1.0} == set(J)
    assert lattices.energy(xi, J, shape.edges) == -shape.m


@pytest.mark.parametrize("shape", [lattices.square(5), lattices.cylinder(6, 5), lattices.square(4, 6, periodic=True)])
def test_every_plaquette_of_villains_is_frustrated(shape):
    assert lattices.frustrated(shape, lattices.villain(shape)).all()


@pytest.mark.parametrize("shape", [lattices.cylinder(5, 6), lattices.square(5, periodic=True), lattices.triangular(4)])
def test_villains_couplings_are_refused_where_they_do_not_close(shape):
    with pytest.raises(Refusal, match="even number"):
        lattices.villain(shape)


@every_shape
@every_coupling
def test_a_gauge_transformation_keeps_what_each_bond_costs(shape, couplings):
    rng = np.random.default_rng(5)
    J, s, epsilon = couplings(shape.m, rng), rng.choice([-1, 1], shape.N), rng.choice([-1, 1], shape.N)
    s_new, J_new = lattices.gauge_transform(frozen(s), J, shape.edges, frozen(epsilon))
    for e, (i, j) in enumerate(shape.edges):
        assert J_new[e] * s_new[i] * s_new[j] == J[e] * s[i] * s[j]
    assert (J_new != J).any() and (s_new != s).any()
    assert (lattices.frustrated(shape, J_new) == lattices.frustrated(shape, J)).all()


@pytest.mark.parametrize("wrong", [np.array([1, 0, 1, 1]), np.array([1.0, np.nan, 1.0, 1.0]), np.array(["up"] * 4)])
def test_a_gauge_or_a_pattern_that_is_not_of_signs_is_refused(wrong):
    shape = lattices.square(2)
    with pytest.raises(Refusal, match="-1 or"):
        lattices.mattis(shape.edges, wrong)
    with pytest.raises(Refusal, match="-1 or"):
        lattices.gauge_transform(np.ones(4, int), np.ones(4), shape.edges, wrong)


# --- transfer matrix ------------------------------------------------------------------------------------------------


@every_shape
@every_coupling
def test_the_transfer_matrix_finds_what_enumeration_finds(shape, couplings):
    for seed in range(3):
        J = couplings(shape.m, np.random.default_rng(seed))
        _, E = all_energies(shape, J)
        found = transfer.ground_state(shape, J)
        assert found.energy == pytest.approx(E.min(), abs=1e-12)
        assert found.count == (E < E.min() + 1e-9).sum()
        assert lattices.energy(found.spins, J, shape.edges) == pytest.approx(E.min(), abs=1e-12)
        energy, entropy = transfer.ground_energy(shape, J)
        assert (energy, entropy) == (found.energy, pytest.approx(math.log(found.count), abs=1e-12))
        assert found.entropy == pytest.approx(entropy)


@every_shape
@every_coupling
@pytest.mark.parametrize("T", [1e-3, 0.3, 2.0, 1e4])
def test_log_z_and_energy_are_those_of_all_states_weighed_one_by_one(shape, couplings, T):
    J = couplings(shape.m, np.random.default_rng(6))
    _, E = all_energies(shape, J)
    weight = np.exp(-(E - E.min()) / T)
    found = transfer.thermal(shape, J, T)
    assert found.log_Z == pytest.approx(math.log(weight.sum()) - E.min() / T, rel=1e-12)
    assert found.energy == pytest.approx(weight @ E / weight.sum(), rel=1e-9, abs=1e-9)


def test_spins_in_any_order_have_the_same_ground_state_and_log_z():
    shape = lattices.square(3, 6)
    J = COUPLINGS["Gaussian"](shape.m, np.random.default_rng(7))
    order = np.random.default_rng(8).permutation(shape.N)
    mixed = shape._replace(edges=order[shape.edges])
    assert frontier.frontier(mixed).width > frontier.frontier(shape).width == 3
    assert transfer.ground_state(mixed, J).energy == pytest.approx(transfer.ground_state(shape, J).energy, abs=1e-12)
    assert transfer.thermal(mixed, J, 0.7).log_Z == pytest.approx(transfer.thermal(shape, J, 0.7).log_Z, abs=1e-12)


def test_the_energy_is_the_slope_of_log_z():
    shape = lattices.cylinder(6, 5)
    J, T, d = COUPLINGS["Gaussian"](shape.m, np.random.default_rng(9)), 0.8, 1e-5
    log_Z = [transfer.thermal(shape, J, 1 / (1 / T + sign * d)).log_Z for sign in (1, -1)]
    assert transfer.thermal(shape, J, T).energy == pytest.approx(-(log_Z[0] - log_Z[1]) / (2 * d), rel=1e-8)


def test_counts_that_no_float_can_hold_stay_right():
    shape = lattices.cylinder(4, 500)  # without couplings all 2^2000 states are ground states
    energy, entropy = transfer.ground_energy(shape, np.zeros(shape.m))
    assert energy == 0 and entropy == pytest.approx(2000 * math.log(2), rel=1e-13)
    assert transfer.ground_state(shape, np.zeros(shape.m)).count == 2**2000


def test_a_gaussian_sample_has_two_ground_states_and_counts_are_even():
    rng, shape = np.random.default_rng(10), lattices.square(6)
    assert {transfer.ground_state(shape, rng.normal(size=shape.m)).count for _ in range(20)} == {2}
    counts = [transfer.ground_state(shape, rng.choice([-1.0, 1.0], shape.m)).count for _ in range(20)]
    assert all(count % 2 == 0 for count in counts) and max(counts) > 2


def test_wide_lattices_are_refused_and_the_other_method_is_named():
    for call in (transfer.ground_state, transfer.ground_energy, partial(transfer.thermal, T=1.0)):
        wide = lattices.square(19, 4)
        with pytest.raises(Refusal, match="planar_ground_state"):
            call(wide, np.ones(wide.m))
    long = lattices.square(14, 700)
    with pytest.raises(Refusal, match="GB"):
        transfer.ground_state(long, np.ones(long.m))


@pytest.mark.parametrize("wrong", [np.ones(3), np.full(24, np.nan), np.full(24, np.inf), np.array(["J"] * 24)])
@pytest.mark.parametrize("solve", [transfer.ground_state, transfer.ground_energy, matching.planar_ground_state])
def test_couplings_that_are_none_are_refused_in_words(wrong, solve):
    with pytest.raises(Refusal, match="ouplings"):
        solve(lattices.square(4), wrong)


@pytest.mark.parametrize("T", [0, -1.0, np.nan, np.inf, "cold"])
def test_a_temperature_that_is_none_is_refused(T):
    with pytest.raises(Refusal, match="temperature"):
        transfer.thermal(lattices.square(4), np.ones(24), T)


# --- matching -------------------------------------------------------------------------------------------------------


@every_planar
@every_coupling
def test_matching_finds_the_ground_state_that_enumeration_finds(shape, couplings):
    for seed in range(3):
        J = couplings(shape.m, np.random.default_rng(20 + seed))
        _, E = all_energies(shape, J)
        found = matching.planar_ground_state(shape, J)
        assert found.energy == pytest.approx(E.min(), abs=1e-5)
        assert found.energy == pytest.approx(lattices.energy(found.spins, J, shape.edges), abs=1e-12)


def test_matching_agrees_with_a_matching_of_networkx_on_a_complete_graph():
    networkx = pytest.importorskip("networkx")
    shape = lattices.square(9)
    J = lattices.bimodal(shape.m, 0.3, rng=np.random.default_rng(11))
    where = np.argwhere(lattices.frustrated(shape, J).reshape(8, 8))
    graph, outside = networkx.Graph(), [("out", k) for k in range(len(where))]
    for a, (r, c) in enumerate(where.tolist()):
        graph.add_edge(a, outside[a], weight=1 + min(r, c, 7 - r, 7 - c))
        graph.add_edges_from((outside[a], outside[b], {"weight": 0}) for b in range(a))
        for b, (r_b, c_b) in enumerate(where[:a].tolist()):
            graph.add_edge(a, b, weight=abs(r - r_b) + abs(c - c_b))
    joined = networkx.min_weight_matching(graph)
    length = sum(graph.edges[pair]["weight"] for pair in joined)
    found = matching.planar_ground_state(shape, J)
    assert found.energy == -shape.m + 2 * length and found.strings.sum() == length


def test_strings_are_the_unsatisfied_bonds_and_end_at_frustrated_plaquettes():
    shape = lattices.cylinder(20, 15)
    J = lattices.bimodal(shape.m, 0.4, rng=np.random.default_rng(12))
    found = matching.planar_ground_state(shape, J)
    assert (found.strings == lattices.unsatisfied(found.spins, J, shape.edges)).all()
    odd = found.strings[shape.plaquettes].sum(axis=1) % 2 == 1
    assert (odd == lattices.frustrated(shape, J)).all() and odd.any() and not odd.all()


def test_a_dual_serves_all_samples_of_its_strengths_and_refuses_others():
    shape, rng = lattices.square(10), np.random.default_rng(13)
    strengths = np.abs(rng.normal(size=shape.m))
    shared = matching.dual(shape, frozen(strengths))
    for _ in range(3):
        J = strengths * rng.choice([-1, 1], shape.m)
        assert matching.pair_up(shared, J).energy == pytest.approx(transfer.ground_state(shape, J).energy, abs=1e-4)
    with pytest.raises(Refusal, match="build another"):
        matching.pair_up(shared, 2 * strengths)


FREE, TORUS = lattices.square(3), lattices.square(4, periodic=True)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (TORUS, "torus"),
        (TORUS._replace(plaquettes=TORUS.plaquettes[1:]), "torus"),  # a hole does not make it planar
        (FREE._replace(plaquettes=FREE.plaquettes[:1]), "border"),
        (FREE._replace(plaquettes=FREE.plaquettes[[0, 0, 0, 1, 2, 3]]), "border"),
        (FREE._replace(plaquettes=FREE.plaquettes + 1), "numbered 0 to 11"),
        (FREE._replace(plaquettes=FREE.plaquettes[:, [0, 0, 1, 2]]), "close a loop"),
        (FREE._replace(xy=np.zeros((12, 2))), "joined to all others"),
        (lattices.Lattice(np.empty((0, 2)), np.zeros((1, 2)), np.empty((0, 4))), "strengths"),
        (lattices.Lattice([[0, 1], [1, 2], [2, 0], [0, 1]], np.zeros((3, 2)), [[0, 1, 2], [3, 1, 2]]), "same two"),
    ],
)
def test_what_cannot_be_drawn_on_a_plane_is_refused(shape, words):
    with pytest.raises(Refusal, match=words):
        matching.planar_ground_state(shape, np.ones(shape.m))
    assert matching.planar_ground_state(FREE, np.ones(12)).energy == -12, "control"


@pytest.mark.parametrize("edge", [[0, 99], [0, 16], [0, -1], [0, 0], [0, 1, 2], [0.5, 1]])
def test_bonds_that_join_no_two_spins_are_refused_everywhere(edge):
    shape, J, s = lattices.square(4), np.ones(24), np.ones(16)
    wrong = shape._replace(edges=[edge] * 24)
    for call in (
        lambda: transfer.ground_state(wrong, J),
        lambda: transfer.ground_energy(wrong, J),
        lambda: transfer.thermal(wrong, J, 1.0),
        lambda: matching.planar_ground_state(wrong, J),
        lambda: lattices.energy(s, J, wrong.edges),
        lambda: lattices.unsatisfied(s, J, wrong.edges),
        lambda: lattices.gauge_transform(s, J, wrong.edges, s),
        lambda: lattices.mattis(wrong.edges, s),
    ):
        with pytest.raises(Refusal, match="bond|Bond"):
            call()


@pytest.mark.parametrize(
    "wrong",
    [{"J": np.ones((24, 1))}, {"J": np.full(24, np.nan)}, {"s": np.zeros(16)}]
    + [{"s": np.ones((4, 4))}, {"s": np.ones(4)}, {"epsilon": [1, -1]}],
)
def test_samples_that_do_not_fit_are_refused_and_lists_are_welcome(wrong):
    shape = lattices.square(4)
    good = {"s": [1] * 16, "J": [1] * 24, "edges": shape.edges.tolist(), "epsilon": [-1] * 16}
    (s, J), bad = lattices.gauge_transform(**good), good | wrong
    assert s.tolist() == [-1] * 16 and J.tolist() == [1] * 24
    with pytest.raises(Refusal):
        lattices.gauge_transform(**bad)
    sample = {name: bad[name] for name in ("s", "J", "edges")}
    for measure in (lattices.energy, lattices.unsatisfied):
        if "epsilon" not in wrong:
            with pytest.raises(Refusal):
                measure(**sample)
    if "J" in wrong:
        with pytest.raises(Refusal):
            lattices.frustrated(shape, wrong["J"])


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lattices.frustrated_fraction(1.5), "from 0 to 1"),
        (lambda: lattices.frustrated_fraction(np.nan), "from 0 to 1"),
        (lambda: lattices.frustrated_fraction(None), "share"),
        (lambda: lattices.bimodal(12, None, rng=RNG), "p is a finite number"),
        (lambda: lattices.bimodal(-1, 0.5, rng=RNG), "from 1 on"),
        (lambda: lattices.bimodal(7 / 2, 0.5, rng=RNG), "whole number"),
        (lambda: lattices.gaussian(10**10, rng=RNG), "ten million"),
        (lambda: lattices.nishimori_temperature(0.1j), "finite number"),
        (lambda: transfer.ground_state(FREE, np.full(12, 1e308)), "larger unit"),
        (lambda: transfer.thermal(FREE, np.ones(12), 1e-310), "too large"),
        (lambda: matching.planar_ground_state(FREE, np.full(12, 1e8)), "larger unit"),
        (lambda: lattices.villain(FREE._replace(edges=[[0, 99]] * 12)), "two different spins"),
        (lambda: strips.extrapolated([4, 4], [0.1, 0.2]), "different"),
        (lambda: strips.extrapolated([0, 4], [0.1, 0.2]), "positive"),
        (lambda: strips.residual_entropy(lattices.cylinder, lattices.villain, 2.5), "whole number"),
        (lambda: strips.residual_entropy(FREE, FREE, 4), "two functions"),
        (lambda: strips.bulk_energies(4, 4, lattices.gaussian, samples=0, rng=RNG), "samples"),
        (lambda: strips.random_strips(4, 0.5, lattices.gaussian, samples=1, rng=RNG), "rows"),
        (lambda: torus.torus_energy(np.ones((3, 3)), np.ones(3), np.ones((3, 3))), "shape of the spins"),
        (lambda: torus.torus_energy(np.ones((3, 3)), np.ones((3, 3)), np.full((3, 3), np.nan)), "finite"),
        (lambda: torus.torus_energy(np.ones(9), np.ones(9), np.ones(9)), "table"),
        (lambda: torus.torus_energy(np.zeros((3, 3)), np.ones((3, 3)), np.ones((3, 3))), "-1 or"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, words):
    with pytest.raises(Refusal, match=words):
        call()


# --- strips ---------------------------------------------------------------------------------------------------------


def dense_transfer(Lx):
    """The oracle: the triangular antiferromagnet row by row, as a matrix of 2^Lx states that counts ground states."""
    rows = np.array(list(itertools.product((-1, 1), repeat=Lx)))
    fits = np.ones((len(rows), len(rows)), bool)
    for c in range(Lx):
        right = (c + 1) % Lx
        a, b = rows[:, None, c], rows[:, None, right]
        below, below_right = rows[None, :, c], rows[None, :, right]
        fits &= ~((a == b) & (b == below)) & ~((b == below) & (below == below_right))
    return fits.astype(float)


@pytest.mark.parametrize("Lx", [3, 6, 7])
def test_the_triangular_strip_has_the_entropy_of_the_largest_eigenvalue(Lx):
    exact = math.log(abs(np.linalg.eigvals(dense_transfer(Lx))).max()) / Lx
    found = strips.residual_entropy(lattices.triangular_cylinder, lattices.antiferromagnet, Lx)
    assert found == pytest.approx(exact, abs=2e-7 if Lx < 7 else 1e-4)


@pytest.mark.parametrize("Lx", [4, 6, 8, 10])
def test_villains_strip_has_the_entropy_of_kasteleyns_dimers_on_a_cylinder(Lx):
    # A ground state joins each plaquette to one neighbour across its unsatisfied bond: a covering by dimers. On an
    # endless cylinder their entropy per site is the mean of arcsinh |sin q| / 2 over q at odd multiples of pi / Lx.
    q = math.pi * (2 * np.arange(Lx) + 1) / Lx
    found = strips.residual_entropy(lattices.cylinder, lattices.villain, Lx)
    assert found == pytest.approx(np.arcsinh(np.abs(np.sin(q))).mean() / 2, rel=1e-6)


def wannier():
    return 2 / math.pi * quad(lambda w: math.log(2 * math.cos(w)), 0, math.pi / 3)[0]


def catalan():
    return (zeta(2, 0.25) - zeta(2, 0.75)) / 16


def test_residual_entropies_are_wanniers_and_villains():
    for shape, J, widths, exact in (
        (lattices.triangular_cylinder, lattices.antiferromagnet, (6, 9, 12), wannier()),
        (lattices.cylinder, lattices.villain, (8, 10, 12), catalan() / math.pi),
    ):
        entropies = [strips.residual_entropy(shape, J, Lx) for Lx in widths]
        assert strips.extrapolated(widths, entropies) == pytest.approx(exact, abs=5e-5)
        assert abs(entropies[-1] - exact) > 1e-3, "control: no single width is enough"


def test_extrapolation_is_exact_for_polynomials_in_one_over_the_width_squared():
    widths = np.array([4, 6, 8])
    assert strips.extrapolated(widths, 0.3 + 2.0 / widths**2 - 5.0 / widths**4) == pytest.approx(0.3, abs=1e-12)
    with pytest.raises(Refusal, match="two widths"):
        strips.extrapolated([4], [0.1])


def test_strips_by_matching_and_by_the_transfer_matrix_have_the_same_energy():
    couplings = partial(lattices.bimodal, p=0.5)
    draws = [np.random.default_rng(14) for _ in range(2)]
    first = strips.random_strips(6, 40, couplings, samples=40, rng=draws[0])[:, 0]
    second = strips.bulk_energies(6, 40, couplings, samples=40, rng=draws[1])
    error = np.hypot(first.std(), second.std()) / math.sqrt(40)
    assert abs(first.mean() - second.mean()) < 5 * error < 0.06
    assert abs(first.mean() + 1.0) > 5 * error, "control"


# --- the playground -------------------------------------------------------------------------------------------------


def shown(**knobs):
    """What the playground says in words, without the sample's name: numbers in their order."""
    words = strings_lesson.frustrated_lattice.still(**knobs).layout.meta["alt"]
    return dict(
        zip(("negative", "frustrated", "up", "energy", "unsatisfied", "states"), NUMBERS.search(words).groups())
    )


NUMBERS = re.compile(
    r"(\d+) of 112 bonds are antiferromagnetic and (\d+) of 49 plaquettes frustrated. A ground state has (\d+) "
    r"spins up and energy (−?\d+): (\d+) bonds are unsatisfied. In all there are (\d+) ground states"
)


def test_a_gauge_changes_bonds_and_spins_and_nothing_that_can_be_measured():
    seen = [shown(p=0.4, gauge=gauge) for gauge in range(10)]
    for kept in ("frustrated", "energy", "unsatisfied", "states"):
        assert len({numbers[kept] for numbers in seen}) == 1
    for changed in ("negative", "up"):
        assert len({numbers[changed] for numbers in seen}) > 3


def test_a_flipped_bond_inside_changes_two_plaquettes_and_a_second_flip_changes_them_back():
    inside = int(strings_lesson.LATTICE.plaquettes[24, 0])
    before, after = (int(shown(p=0.0, flipped=flips)["frustrated"]) for flips in ((), (inside,)))
    assert (before, after) == (0, 2)
    assert shown(p=0.0, flipped=(0,))["frustrated"] == "1", "control: a bond of the rim borders one"


@pytest.mark.parametrize("p", [0.0, 0.15, 0.5, 1.0])
def test_the_energy_shown_is_two_for_each_unsatisfied_bond_above_all_satisfied(p):
    numbers = shown(p=p, sample=3)
    assert int(numbers["energy"].replace("−", "-")) == -112 + 2 * int(numbers["unsatisfied"])


@pytest.mark.parametrize("side", [3, 4, 7])
def test_the_energy_of_a_torus_from_arrays_is_the_sum_over_its_bonds(side):
    rng = np.random.default_rng(side)
    s, right, down = rng.choice([-1, 1], (side, side)), rng.normal(size=(side, side)), rng.normal(size=(side, side))
    E = 0.0
    for y in range(side):
        for x in range(side):
            E -= s[y, x] * (right[y, x] * s[y, (x + 1) % side] + down[y, x] * s[(y + 1) % side, x])
    assert torus.torus_energy(frozen(s), frozen(right), frozen(down)) == pytest.approx(E, abs=1e-12)


# --- speed ----------------------------------------------------------------------------------------------------------


def a_sample(Lx, couplings=None):
    """A free square lattice and its couplings."""
    shape = lattices.square(Lx)
    return shape, (couplings or COUPLINGS["+-J"])(shape.m, np.random.default_rng(0))


def dwave(shape, J):
    samplers, dimod = pytest.importorskip("dwave.samplers"), pytest.importorskip("dimod")
    bonds = {(int(i), int(j)): -float(J_e) for (i, j), J_e in zip(shape.edges, J, strict=True)}
    model = dimod.BinaryQuadraticModel.from_ising({}, bonds)
    return lambda: samplers.PlanarGraphSolver().sample(model, pos=dict(enumerate(shape.xy.tolist())))


def complete_graph(shape, J):
    """The textbook: distances between all pairs of frustrated plaquettes, the rim in as many copies."""
    networkx = pytest.importorskip("networkx")
    side = math.isqrt(len(shape.plaquettes))

    def match():
        where = np.argwhere(lattices.frustrated(shape, J).reshape(side, side)).tolist()
        graph = networkx.Graph()
        for a, (r, c) in enumerate(where):
            graph.add_edge(a, ("out", a), weight=1 + min(r, c, side - 1 - r, side - 1 - c))
            for b, (r_b, c_b) in enumerate(where[:a]):
                graph.add_edge(a, b, weight=abs(r - r_b) + abs(c - c_b))
                graph.add_edge(("out", a), ("out", b), weight=0)
        return networkx.min_weight_matching(graph)

    return match


@pytest.mark.bench
def test_bench_exact_ground_states_of_small_lattices():
    contenders = {
        "transfer matrix (ours)": lambda shape, J: lambda: transfer.ground_state(shape, J),
        "  ln Z and energy at T (ours)": lambda shape, J: lambda: transfer.thermal(shape, J, 1.0),
        "matching (ours, dual built anew)": lambda shape, J: lambda: matching.planar_ground_state(shape, J),
        "dwave PlanarGraphSolver": dwave,
        "networkx, complete graph": complete_graph,
    }
    race("Ground state of one +-J sample, Lx x Lx", contenders, a_sample, (6, 8, 10, 12, 14), large=10, power=2)


def a_sample_with_its_dual(Lx):
    """One dual for all contenders, so that they solve the same problem in the same memory."""
    shape, J = a_sample(Lx)
    return shape, J, matching.dual(shape, np.abs(J))


def pymatching_alone(shape, J, shared):
    odd = (np.bincount(shared.faces[J < 0].ravel(), minlength=shared.matching.num_detectors) % 2).astype(np.uint8)
    return lambda: shared.matching.decode(odd)


@pytest.mark.bench
def test_bench_exact_ground_states_of_large_lattices():
    contenders = {
        "matching, dual reused (ours)": lambda shape, J, shared: lambda: matching.pair_up(shared, J),
        "pymatching alone": pymatching_alone,
        "matching, dual built anew": lambda shape, J, _: lambda: matching.planar_ground_state(shape, J),
        "dwave PlanarGraphSolver": lambda shape, J, _: dwave(shape, J),
        "networkx, complete graph": lambda shape, J, _: complete_graph(shape, J),
    }
    sizes = (10, 16, 32, 64)
    title = "Ground state of one +-J sample, Lx x Lx"
    race(title, contenders, a_sample_with_its_dual, sizes, large=16, power=2)
    _, J, shared = a_sample_with_its_dual(128)
    matching.pair_up(shared, J)
    print(f"128 x 128, dual reused: {seconds_of(lambda: matching.pair_up(shared, J), 2):.2f} s")


@pytest.mark.bench
def test_bench_strips():
    print()
    for Lx in (8, 10, 12):
        shape = lattices.cylinder(Lx, 600)
        J = lattices.bimodal(shape.m, 0.5, rng=np.random.default_rng(0))
        taken = seconds_of(lambda: transfer.ground_energy(shape, J), 2)  # noqa: B023
        print(f"cylinder {Lx} x 600: {1e3 * taken:.1f} ms, {1e9 * taken / (shape.N * 2**Lx):.2f} ns a spin and state")
