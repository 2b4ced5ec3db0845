"""The compiled code of lesson 03 meets one kind of array only."""

from ast import literal_eval

import numpy as np
from compiling import HERE, KINDS, python, signatures

from course_lib.kernels import scaling as sc
from course_lib.kernels.scaling import huber


def call_everything(kind):
    """Each public function that reaches compiled code, with arrays of one kind."""
    rng, start = np.random.default_rng(0), kind(np.array([6.0, 7.0, 1.0, 1.0, 1.0]))
    table = [2**40 // np.array([8, 4, 2, 1, 8, 4, 2, 1]), 2**42 * np.array([1, 1, 1, 1, 8, 8, 8, 8])]
    runs = sc.Runs(*(kind(v.astype(float)) for v in table), kind(np.array([4.0, 4, 3, 3, 3, 3, 2, 2])))
    for given in (runs, sc.Runs(*(v.tolist() for v in runs)), tuple(runs)):
        sc.fit_law(given), sc.bootstrap(given, 2, rng=rng), sc.fit_law(given, 1), sc.fit_law(given, np.float32(0.5))
        sc.exponent_error(*given, kind(rng.integers(8, size=(2, 8)).astype(float)).astype(int))
        sc.profile(given, "E", kind(np.array([1.0, 2.0]))), sc.profile(given, "alpha", [1, 2], 1)
        sc.valley(given, kind(np.array([1.0, 2.0])), kind(np.array([1.0, 2.0])))
        for theta in (start, start.tolist(), [6, 7, 1, 1, 1]):
            sc.descend_from(theta, given), sc.objective_and_gradient(theta, given, 1), sc.walk(theta, given, delta=1)
    sc.descend_from(kind(sc.classical_starts()[:3]), runs), sc.walk(start, runs, 1, ftol=0, gtol=0)
    sc.descend_from(np.asfortranarray(sc.classical_starts()[:3]), runs)


def versions():
    """How many versions of each function there are after calls with every kind of array."""
    for name, kind in KINDS.items():
        if name != "32 bits":
            call_everything(kind)
    call_everything(lambda a: a.astype(np.float32))
    call_everything(lambda a: a.astype(np.int64))
    return signatures(sc)


def objective_of_floats(kind):
    """A caller that does not make its arrays plain."""
    row = np.ones(6)
    huber.objective(kind(np.ones(5)), row, row, row, row, 1.0, np.empty(5))


def test_compiled_code_meets_one_kind_of_array_only(tmp_path):
    # Two kinds would be two pieces of code that processes which share a cache write over one another. Only where
    # nothing is cached are all functions seen: a cached one brings those that it calls with it.
    code = (
        "import test_scaling_compiled as t; print(t.versions())\n"
        "t.objective_of_floats(t.KINDS['every other one']); print(t.signatures(t.sc))"
    )
    home = {"NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_OPT": "0", "PYTHONPATH": HERE}
    seen, control = map(literal_eval, python(code, home).splitlines())
    names = {f"{huber.__name__}.{name}" for name in ("objective", "line_search", "descend")}
    assert names <= set(seen) and {name: count for name, count in seen.items() if count != 1} == {}
    assert {name for name, count in control.items() if count != 1} == {f"{huber.__name__}.objective"}, "control"


def test_arrays_that_are_handed_over_stay_as_they_are():
    rng = np.random.default_rng(1)
    N, D = 10 ** rng.uniform(8, 10, 9), 10 ** rng.uniform(9, 11, 9)
    runs = sc.Runs(N, D, sc.loss(N, D, sc.BESIROGLU))
    starts = sc.classical_starts()[::900].copy()
    before = [v.copy() for v in (*runs, starts)]
    fit, ends = sc.fit_law(runs), sc.descend_from(starts, runs)
    sc.bootstrap(runs, 2, rng=rng), sc.profile(runs, "alpha", [0.3]), sc.walk(starts[0], runs)
    assert all((new == old).all() for new, old in zip((*runs, starts), before))
    for kind in (KINDS["read-only"], KINDS["every other one"], KINDS["backwards"]):
        assert sc.fit_law(sc.Runs(*map(kind, runs))) == fit
        assert (sc.descend_from(kind(starts), runs).theta == ends.theta).all()
