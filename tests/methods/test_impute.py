from __future__ import annotations

import numpy as np
import pytest

from mezon.methods.impute import last, linear, linear_constant

NAN = np.nan


def series(*values):
    return np.array(values, dtype=float)[None, :, None]


def filled(function, values, **settings):
    return function(series(*values), times=np.arange(float(len(values))), **settings).ravel().tolist()


def test_linear_fills_the_series_of_the_specification():
    """methods.md M2.1, vector `impute`."""
    assert filled(linear, [10, NAN, 14]) == [10, 12, 14]


def test_linear_fills_gaps_up_to_max_gap_whole_or_not_at_all():
    assert filled(linear, [1, NAN, NAN, 4], max_gap=2) == [1, 2, 3, 4]
    assert filled(linear, [1, NAN, NAN, NAN, 5], max_gap=2) == pytest.approx([1, NAN, NAN, NAN, 5], nan_ok=True)


def test_linear_does_not_reach_beyond_the_ends():
    assert filled(linear, [NAN, 1, NAN, 3, NAN]) == pytest.approx([NAN, 1, 2, 3, NAN], nan_ok=True)


def test_linear_goes_by_time_and_not_by_place():
    values = linear(series(0, NAN, 4), times=np.array([2000.0, 2001.0, 2004.0]))
    assert values.ravel().tolist() == [0, 1, 4]


def test_last_carries_forward_as_far_as_max_age_and_never_back():
    assert filled(last, [NAN, 7, NAN, NAN, NAN], max_age=2) == pytest.approx([NAN, 7, 7, 7, NAN], nan_ok=True)
    assert filled(last, [7, NAN, NAN]) == [7, 7, 7]


def test_nothing_is_borrowed_from_another_unit():
    panel = np.array([[[1.0], [2.0]], [[NAN], [NAN]]])
    assert np.isnan(linear(panel, times=np.arange(2.0))[1]).all()
    assert np.isnan(last(panel, times=np.arange(2.0))[1]).all()


def test_repetitions_are_filled_each_on_its_own():
    stacked = np.stack([series(10, NAN, 14), series(0, NAN, 2)])
    assert linear(stacked, times=np.arange(3.0))[:, 0, 1, 0].tolist() == [12, 1]


def test_zero_is_a_value():
    assert filled(linear, [0, NAN, 2]) == [0, 1, 2]
    assert filled(last, [0, NAN]) == [0, 0]


def test_linear_constant_fills_the_ends_with_the_nearest_value():
    series = np.array([NAN, 10, NAN, NAN, 16, NAN])[None, :, None]
    times = np.array([2000.0, 2001, 2002, 2003, 2004, 2005])
    assert linear_constant(series, times=times).ravel().tolist() == [10, 10, 12, 14, 16, 16]
    alone = np.array([NAN, 5.0, NAN])[None, :, None]
    assert linear_constant(alone, times=times[:3]).ravel().tolist() == [5, 5, 5]
    assert np.isnan(linear_constant(np.full((1, 3, 1), NAN), times=times[:3])).all()
