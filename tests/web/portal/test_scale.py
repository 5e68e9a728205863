"""Places on a drawn scale."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.web.portal.scale import Scale, scale_of

NUMBERS = st.floats(-1e6, 1e6)


@given(st.lists(NUMBERS, min_size=1), st.floats(-2e6, 2e6))
def test_every_place_lies_on_the_scale(values: list[float], value: float) -> None:
    assert 0 <= float(scale_of(values).at(value)) <= 100


@given(st.lists(NUMBERS, min_size=1))
def test_a_scale_holds_its_values_between_round_ends(values: list[float]) -> None:
    scale = scale_of(values)
    assert scale.low <= min(values)
    assert max(values) <= scale.high
    assert scale.low % 10 == scale.high % 10 == 0


def test_an_interval_is_as_wide_as_its_ends_are_apart() -> None:
    assert Scale(0, 200).across(50, 100) == "25.0"


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_is_no_number_has_no_place(value: float | None) -> None:
    assert Scale(0, 1).at(value) == ""
    assert Scale(0, 1).across(value, 1) == ""


def test_without_values_there_is_a_scale_all_the_same() -> None:
    assert scale_of([]) == Scale(0, 10)
    assert scale_of([None]) == Scale(0, 10)
