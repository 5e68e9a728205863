from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.methods.round import half_even, half_up


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (2.675, 2, 2.68),
        (0.7005, 3, 0.701),
        (1.005, 2, 1.01),
        (0.5, 0, 1),
        (-2.5, 0, -3),
        (0.6994999, 3, 0.699),
        (1234.5, -2, 1200),
    ],
)
def test_a_half_goes_away_from_zero_as_its_digits_read(value, digits, rounded):
    assert half_up(np.array(value), digits=digits) == rounded


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 3))
def test_rounding_agrees_with_decimal_arithmetic(tenthousandths, digits):
    text = Decimal(tenthousandths) / 10000
    expected = text.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert half_up(np.array(float(text)), digits=digits) == float(expected)


def test_missing_stays_missing():
    assert np.isnan(half_up(np.array(np.nan), digits=2))


def test_half_even_takes_a_half_to_the_even_digit():
    assert half_even(np.array([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6])).tolist() == [0, 2, 2, 0, -2, 2, 3]
    assert half_even(np.array([2.675, 2.665, 2.685]), digits=2).tolist() == [2.68, 2.66, 2.68]
    assert np.isnan(half_even(np.array([np.nan]))).all()
