from __future__ import annotations

import numpy as np
import pytest

from mezon.methods.transform import cap, log, reciprocal, square_root

VALUES = np.array([-1.0, 0.0, 4.0, np.nan])


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (log, [np.nan, np.nan, np.log(4), np.nan]),
        (reciprocal, [np.nan, np.nan, 0.25, np.nan]),
        (square_root, [np.nan, 0.0, 2.0, np.nan]),
    ],
)
def test_transforms_give_no_value_where_they_are_not_defined(transform, expected):
    assert transform(VALUES) == pytest.approx(expected, nan_ok=True)


def test_cap_pulls_to_its_bounds_and_keeps_gaps():
    assert cap(VALUES, low=0, high=3) == pytest.approx([0, 0, 3, np.nan], nan_ok=True)
    assert cap(VALUES, high=3) == pytest.approx([-1, 0, 3, np.nan], nan_ok=True)
    assert cap(VALUES) == pytest.approx(VALUES, nan_ok=True)
