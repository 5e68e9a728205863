from __future__ import annotations

import numpy as np
import pytest

from mezon.methods import METHODS
from mezon.methods.treat_curve import box_cox, likeliest_power, log_shifted

NAN = np.nan


def skewed() -> np.ndarray:
    return np.exp(np.random.Generator(np.random.PCG64(5)).normal(size=(60, 3)) * [0.3, 1.0, 2.0])


def test_box_cox_with_its_likeliest_power_agrees_with_scipy():
    boxcox = pytest.importorskip("scipy.stats").boxcox
    values = skewed()
    for column in range(3):
        expected, power = boxcox(values[:, column])
        assert likeliest_power(values)[column] == pytest.approx(power, abs=1e-6)
        assert box_cox(values)[:, column] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_box_cox_with_a_given_power():
    values = np.array([[1.0], [4.0], [9.0], [NAN]])
    assert box_cox(values, lambda_=0.5).ravel() == pytest.approx([0, 2, 4, NAN], nan_ok=True)
    assert box_cox(values, lambda_=0).ravel() == pytest.approx([0, np.log(4), np.log(9), NAN], nan_ok=True)
    assert METHODS["treat/box-cox"].settings == {"lambda": None, "shift": False}
    written = METHODS["treat/box-cox"].function(values, **{"lambda": 0.5})
    assert written.ravel() == pytest.approx([0, 2, 4, NAN], nan_ok=True)


def test_box_cox_has_no_value_at_or_below_zero_unless_shifted():
    values = np.array([[-3.0], [0.0], [1.0]])
    assert np.isnan(box_cox(values, lambda_=2)).ravel().tolist() == [True, True, False]
    assert box_cox(values, lambda_=2, shift=True).ravel() == pytest.approx([0, 7.5, 12])


def test_log_shifted_is_defined_for_any_sign():
    """COINr, `log_CT`: log(x - min(x) + 0.01 (max(x) - min(x)))."""
    values = np.array([[-5.0], [0.0], [95.0], [NAN]])
    assert log_shifted(values).ravel() == pytest.approx([np.log(1), np.log(6), np.log(101), NAN], nan_ok=True)


def test_flat_columns_and_empty_ones_are_left_as_they_are():
    for curve in (log_shifted, box_cox):
        assert np.array_equal(curve(np.full((3, 1), 2.0)), np.full((3, 1), 2.0))
        assert np.isnan(curve(np.full((3, 1), NAN))).all()
        assert curve(np.empty((0, 2))).shape == (0, 2)


def test_goalposts_follow_the_curve_of_the_values():
    values, posts = skewed(), np.array([[0.5] * 3, [2.0] * 3])
    for curve in (log_shifted, box_cox):
        joined = np.concatenate([values, posts])
        assert curve(posts, values)[1] == pytest.approx(curve(joined, values)[-1])
