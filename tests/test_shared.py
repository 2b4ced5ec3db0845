"""What several topics share: an exponential, arrays and numbers from a reader, and Adam."""

import math

import numpy as np
import pytest
import torch

from course_lib.core import Refusal
from course_lib.shared.adam import Adam
from course_lib.shared.arrays import plain, rows
from course_lib.shared.exponential import exp_below
from course_lib.shared.numbers import MOST, affordable


def test_the_exponential_is_that_of_the_standard_library():
    rng = np.random.default_rng(23)
    for x in [0.0, -1e-300, -708.0, *rng.uniform(-708, 0, 2000), *-(10 ** rng.uniform(-18, 2, 2000))]:
        assert abs(exp_below(x) / math.exp(x) - 1) <= 2.3e-16
    assert 0 <= exp_below(-1e9) < 1e-307


def test_a_tensor_is_an_array_unless_torch_keeps_its_numbers():
    a = torch.arange(3.0)
    assert rows(a).tolist() == plain(a, float, "").tolist() == [0, 1, 2]
    for kept in (a.clone().requires_grad_(), torch.zeros(3, device="meta")):
        for take in (rows, lambda a: plain(a, float, "")):
            with pytest.raises(Refusal, match="detach"):
                take(kept)


def test_an_array_is_made_where_there_is_room_for_it():
    assert affordable(2, 3) == (2, 3) and affordable(MOST) == (MOST,)
    for shape in ((MOST + 1,), (10**12, 10**12)):
        with pytest.raises(Refusal, match="Too much"):
            affordable(*shape)


def test_adam_moves_as_many_layers_as_it_remembers():
    W = [np.ones((2, 2)), np.ones((2, 1))]
    for g, rates in ((W[:1], [0.1, 0.1]), (W, [0.1])):
        with pytest.raises(ValueError, match="shorter"):
            Adam(W).step(W, [layer.copy() for layer in g], rates)
