from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.methods.history import history_band, robust_z

POSITIVE = st.lists(st.floats(0.01, 1e9), min_size=4, max_size=20)


def test_the_robust_z_of_a_worked_example() -> None:
    """On the plain scale, for one value is negative: median 3, MAD 1; z = (10 - 3) / 1.4826."""
    before = np.array([-1.0, 2.0, 3.0, 4.0, 5.0])
    assert robust_z(10.0, before) == pytest.approx(7 / 1.4826, rel=1e-12)


def test_positive_values_are_compared_by_their_logarithms() -> None:
    before = np.exp(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert robust_z(math.exp(10.0), before) == pytest.approx(7 / 1.4826, rel=1e-12)


def test_a_steady_past_allows_five_per_cent() -> None:
    assert robust_z(105.0, np.full(6, 100.0)) == pytest.approx(math.log(1.05) / 0.05)
    assert robust_z(1.0, np.zeros(5)) == math.inf
    assert robust_z(0.0, np.zeros(5)) == 0.0


def test_too_short_a_past_says_nothing() -> None:
    short = np.array([1.0, 2.0, np.nan, 3.0])
    assert math.isnan(robust_z(9.0, short))
    assert all(math.isnan(end) for end in history_band(short))


def test_steady_growth_goes_on_without_alarm_and_a_break_of_it_does_not() -> None:
    grown = 100 * 1.05 ** np.arange(12)
    low, high = history_band(grown)
    assert low < grown[-1] * 1.05 < high
    assert not low < grown[-1] * 2 < high


@given(POSITIVE)
def test_the_band_holds_the_typical_value_of_the_past(past: list[float]) -> None:
    low, high = history_band(np.array(past))
    assert low <= np.median(past) * (1 + 1e-9)
    assert high >= np.median(past) * (1 - 1e-9)


@given(POSITIVE, st.floats(0.001, 1000.0))
def test_the_unit_of_measure_does_not_matter(past: list[float], scale: float) -> None:
    value = past[0] * 7
    assert robust_z(value * scale, np.array(past) * scale) == pytest.approx(robust_z(value, np.array(past)), rel=1e-6)
    low, high = history_band(np.array(past))
    scaled = history_band(np.array(past) * scale)
    assert scaled == pytest.approx((low * scale, high * scale), rel=1e-6)
