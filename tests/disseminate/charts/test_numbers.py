"""Numbers as each language writes them, and axes that end on round numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mezon.disseminate.charts.numbers import axis_of, format_change, format_interval, format_number

FINITE = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 4))


@pytest.mark.parametrize(("language", "written"), [("en", "1,234.5"), ("ru", "1\u00a0234,5"), ("uz", "1\u00a0234,5")])
def test_thousands_and_decimals_follow_the_language(language: str, written: str) -> None:
    assert format_number(1234.5, decimals=1, language=language) == written


def test_a_missing_number_is_a_dash_and_never_zero() -> None:
    assert [format_number(value, decimals=1, language="en") for value in (None, math.nan, 0.0)] == ["–", "–", "0.0"]


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert format_number(-0.04, decimals=1, language="en") == "0.0"
    assert format_change(0.04, decimals=1, language="en") == "0.0"


def test_a_change_shows_its_sign() -> None:
    assert format_change(4.21, decimals=1, language="ru") == "+4,2"
    assert format_change(-4.21, decimals=1, language="ru") == "−4,2"


def test_an_interval_with_a_negative_bound_cannot_be_misread() -> None:
    assert format_interval(1, 2, decimals=0, language="en") == "1–2"
    assert format_interval(-1, 2, decimals=0, language="en") == "−1…2"
    assert format_interval(None, 2, decimals=0, language="en") == ""


@given(st.lists(FINITE, min_size=1, max_size=6))
def test_an_axis_holds_every_number_between_its_ends(values: list[float]) -> None:
    axis = axis_of(values, start=0, end=100)
    slack = 1e-6 * (axis.high - axis.low)
    assert all(axis.low - slack <= value <= axis.high + slack for value in values)
    assert list(axis.ticks) == sorted(set(axis.ticks))
    assert 2 <= len(axis.ticks) <= 12
    assert -1e-6 <= axis.at(values[0]) - 0 <= 100 + 1e-6


@given(st.lists(FINITE, min_size=2, max_size=6))
def test_a_tight_axis_ends_with_the_numbers_themselves(values: list[float]) -> None:
    axis = axis_of(values, start=0, end=100, tight=True)
    slack = 1e-6 * (axis.high - axis.low)
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in axis.ticks)
    if min(values) < max(values):
        assert (axis.low, axis.high) == (min(values), max(values))


def test_ranks_are_marked_by_whole_numbers() -> None:
    assert all(tick == int(tick) for tick in axis_of([1, 2, 3], start=0, end=1, whole=True).ticks)
