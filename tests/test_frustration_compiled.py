"""The compiled code of lesson 02 meets one kind of array only."""

from ast import literal_eval

import numpy as np
from compiling import HERE, KINDS, python, signatures

from course_lib.kernels import frustration as fr
from course_lib.kernels.frustration import sk


def call_everything(kind):
    """Each public function that reaches compiled code, with arrays of one kind."""
    rng = np.random.default_rng(0)
    up, s = kind(np.ones((6, 6))), kind(rng.choice([-1.0, 1.0], 12))
    for rule in (fr.metropolis, fr.heat_bath, fr.wolff):
        rule(up, 2, np.int32(3), every=1, rng=rng)
        rule(up.tolist(), np.float32(2.5), 3, rng=rng)
    for order in (np.asarray, np.asfortranarray, lambda a: a[::-1]):
        fr.metropolis_replicas(order(fr.all_up(6)), 2, 3, rng=rng)
    lattice = fr.square(4)
    lattice = lattice._replace(edges=kind(lattice.edges.astype(float)).astype(int))
    for J in (kind(np.ones(24)), [1] * 24):
        fr.ground_state(lattice, J), fr.ground_energy(lattice, J)
        fr.thermal(lattice, J, 1), fr.thermal(lattice, J, np.float32(0.5)), fr.planar_ground_state(lattice, J)
    J = kind(1 - np.eye(12))
    for s_given in (s, s.tolist()):
        fr.greedy_descent(s_given, J), list(fr.recall(s_given, J, rng=rng, parts=3))
    next(fr.thermal_states(J, 1, 2, 3, rng=rng)), fr.anneal(J, 2, 3, rng=rng)
    run = next(fr.parallel_tempering(J, kind(np.array([1.0, 2.0])), 3, rng=rng))
    next(fr.parallel_tempering(J.tolist(), [1, 2], 3, rng=rng, s=run.s))
    fr.recalled_states(kind(np.ones((2, 12))), J, rng=rng), fr.recalled_overlaps(20, 2, 2, rng=rng)


def versions():
    """How many versions of each function there are after calls with every kind of array."""
    for name, kind in KINDS.items():
        if name != "32 bits":
            call_everything(kind)
    call_everything(lambda a: a.astype(np.float32))
    call_everything(lambda a: a.astype(np.int64))
    return signatures(fr)


def test_compiled_code_meets_one_kind_of_array_only(tmp_path):
    # Two kinds would be two pieces of code that processes which share a cache write over one another. Only where
    # nothing is cached are all functions seen: a cached one brings those that it calls with it.
    code = (
        "import test_frustration_compiled as t; print(t.versions())\n"
        "t.sk.uniform(t.np.zeros(4, t.np.uint64)[::2]); print(t.signatures(t.fr))"
    )
    home = {"NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_OPT": "0", "PYTHONPATH": HERE}
    seen, control = map(literal_eval, python(code, home).splitlines())
    assert len(seen) > 25 and {name: count for name, count in seen.items() if count != 1} == {}
    assert {name for name, count in control.items() if count != 1} >= {f"{sk.__name__}.uniform"}, "control"
