"""The compiled code of lesson 04 meets one kind of array only."""

import platform
import re
from ast import literal_eval

import numpy as np
import pytest
from compiling import HERE, KINDS, python, signatures
from numba import njit

from course_lib.kernels import denoising
from course_lib.kernels.denoising import mixtures as mix
from course_lib.kernels.denoising import noise, posterior, reversal, tilt, weighing
from course_lib.shared import exponential

EYE = np.eye(2)
WHOLE = lambda a: a.astype(np.int64)  # noqa: E731


def parts():
    """Weights, means and covariances of two components."""
    return np.array([1.0, 3.0]), np.array([[0.0, 1.0], [2.0, -1.0]]), np.array([[[2.0, 1.0], [1.0, 2.0]], EYE])


def call_everything(kind):
    """Each public function that reaches compiled code, with arrays of one kind, checked or not."""
    y, w, mu, S = map(kind, (np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]]), *parts()))
    for p in (mix.mixture(w, mu, S), mix.mixture(w.tolist(), mu.tolist(), S.tolist()), mix.Mixture(w, mu, S)):
        for given in (y, y.tolist(), y[:1]):
            mix.score(given, p), mix.log_density(given, p)
        score = reversal.mixture_score(p)
        list(reversal.reverse(y, [1.0, 0.5], score, 1, rng=np.random.default_rng(0)))
        reversal.flow_log_density(y, [0.1, 0.2], *reversal.mixture_flow(p))
        mix.score(y, posterior.tilted(p, kind(EYE), mu[0])), mix.score(y, noise.blurred(p, 1))
        tilt.plug_in_score(p, kind(EYE), mu[0])(np.array(y, float), 0.5)
    one = mix.mixture(w[:1], kind(np.array([1.0])), kind(np.array([2.0])))
    mix.score(y[:, :1], one), mix.score(y[:1, :1], one), mix.log_density(y.T[:1].T, one)


def versions():
    """How many versions of each function there are after calls with every kind of array."""
    for kind in (*KINDS.values(), WHOLE):
        call_everything(kind)
    return signatures(denoising)


def weigh_of(kind):
    """A caller that does not make its arrays plain."""
    weighing.weigh(kind(np.ones((2, 3))), np.ones(1), np.ones((1, 2)), np.ones((1, 2, 2)))


def test_compiled_code_meets_one_kind_of_array_only(tmp_path):
    # Two kinds would be two pieces of code that processes which share a cache write over one another. Only where
    # nothing is cached are all functions seen: a cached one brings those that it calls with it.
    code = (
        "import test_denoising_compiled as t; print(t.versions())\n"
        "t.weigh_of(t.KINDS['read-only']); print(t.signatures(t.denoising))"
    )
    home = {"NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_OPT": "0", "PYTHONPATH": HERE}
    seen, control = map(literal_eval, python(code, home).splitlines())
    names = {f"{weighing.__name__}.weigh", f"{weighing.__name__}.add_products", f"{exponential.__name__}.exp_below"}
    assert names <= set(seen) and {name: count for name, count in seen.items() if count != 1} == {}
    assert control[f"{weighing.__name__}.weigh"] == 2, "control"


def test_arrays_that_are_handed_over_stay_as_they_are():
    given = [np.array([[1.0, 2.0], [3.0, 4.0]]), *parts()]
    before = [v.copy() for v in given]
    p = mix.Mixture(*given[1:])
    s = mix.score(given[0], p)
    assert all((new == old).all() for new, old in zip(given, before))
    for kind in (KINDS["read-only"], KINDS["every other one"], KINDS["columns first"]):
        assert (mix.score(kind(given[0]), mix.Mixture(*map(kind, p))) == s).all()


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="reads the assembly of x86")
def test_a_processor_weighs_several_points_at_a_time():
    """Multiplications of packed numbers, in code compiled anew: with rows taken as y[i, start + a] it has three."""
    data = np.ones((2, 300)), np.ones(3), np.ones((3, 2)), np.ones((3, 2, 2))
    fresh = njit(error_model="numpy", fastmath={"contract"})(weighing.weigh.py_func)
    fresh(*data)
    code = "".join(fresh.inspect_asm().values())
    packed = len(re.findall(r"\bv?(?:mul|fn?m\w*)pd\b", code))
    assert packed > 30
