from __future__ import annotations

import numpy as np

from mezon.methods.weight import equal, given


def test_given_weights_stay_as_written():
    assert given(np.array([2.0, 0.0, 1.0])).tolist() == [2, 0, 1]


def test_equal_weights_leave_out_what_weighs_nothing():
    assert equal(np.array([2.0, 0.0, 1.0])).tolist() == [1, 0, 1]
