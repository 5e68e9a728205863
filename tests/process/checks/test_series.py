from __future__ import annotations

from dataclasses import replace

import pytest
from check_cases import INDICATORS, RULEBOOK, found, pack_of, places, rulebook_with, series
from hypothesis import given
from hypothesis import strategies as st

STEADY = (100.0, 110.0, 120.0, 115.0, 125.0, 130.0)


def with_slip(factor: float, at: int) -> list[float]:
    return [value * factor if place == at else value for place, value in enumerate(STEADY)]


@pytest.mark.parametrize("factor", [1e3, 1e6, 1e-3, 1e-6])
@pytest.mark.parametrize("at", range(6))
def test_a_slip_of_magnitude_is_found_at_its_cell_and_nowhere_else(factor, at):
    pack = pack_of(series(with_slip(factor, at)))
    assert [finding.row for finding in found(pack, "magnitude-slip")] == [at + 2]
    assert found(pack, "year-on-year") == []


@pytest.mark.parametrize("values", [(1.0, 1000.0), (1.0, 1000.0, 1.0, 500.0), (0.0, 0.0, 1000.0, 0.0), STEADY])
def test_too_few_or_unsteady_neighbours_say_nothing_of_magnitude(values):
    assert found(pack_of(series(values)), "magnitude-slip") == []


@given(st.permutations(range(6)), st.integers(0, 5))
def test_a_slip_is_found_whatever_the_order_of_the_rows(order, at):
    rows = series(with_slip(1e3, at))
    pack = pack_of([rows[place] for place in order])
    assert [finding.row for finding in found(pack, "magnitude-slip")] == [list(order).index(at) + 2]


@pytest.mark.parametrize(("later", "is_jump"), [(3.0, False), (3.01, True), (1 / 3, False), (0.33, True), (1.0, False)])
def test_a_jump_of_more_than_three_times_in_a_year_is_reported(later, is_jump):
    pack = pack_of(series([100.0, 100.0 * later]))
    assert [finding.row for finding in found(pack, "year-on-year")] == ([3] if is_jump else [])


def test_years_that_are_not_neighbours_are_not_compared():
    assert found(pack_of([{"period": "2015"}, {"period": "2017", "value": 10.0}]), "year-on-year") == []


def test_quarters_are_compared_with_the_same_quarter_of_the_year_before():
    rows = [{"period": "2020-Q1"}, {"period": "2020-Q2", "value": 9.0}, {"period": "2021-Q1", "value": 8.0}]
    assert places(pack_of(rows), "year-on-year") == [(4, "value", "8")]


def test_two_sources_are_two_series():
    rows = [{"period": "2020", "source": "FORM"}, {"period": "2021", "value": 10.0, "source": "PAPER"}]
    assert found(pack_of(rows), "year-on-year") == []


def test_a_series_uses_the_latest_published_value():
    rows = [
        {"period": "2020", "value": 1.0},
        {"period": "2021", "value": 90.0, "published": "2022"},
        {"period": "2021", "value": 1.1, "published": "2023"},
    ]
    assert found(pack_of(rows), "year-on-year") == []


def test_indicators_that_can_be_negative_are_on_no_ratio_scale():
    rows = series([1.0, 10.0, -2.0], indicator="GROWTH", unit="MINING")
    assert found(pack_of(rows), "year-on-year") == []
    assert found(pack_of(rows[:2]), "year-on-year") != []


def test_a_negative_value_outside_the_range_does_not_hide_the_jumps():
    rows = [*series([10.0, 100.0]), {"period": "2001", "value": -1.0}]
    assert places(pack_of(rows), "year-on-year") == [(3, "value", "100")]


def test_an_indicator_declared_volatile_may_jump():
    volatile = {**INDICATORS, "CAPITAL": replace(INDICATORS["CAPITAL"], attributes={"volatile": True})}
    assert found(pack_of(series([1.0, 10.0]), indicators=volatile), "year-on-year") == []


def test_small_counts_may_jump():
    assert found(pack_of(series([1.0, 9.0], indicator="PEOPLE")), "year-on-year") == []
    assert found(pack_of(series([1.0, 90.0], indicator="PEOPLE")), "year-on-year") != []


def test_a_rule_says_which_indicators_it_is_about():
    rule = RULEBOOK.rules["year-on-year"]
    for parameters, is_found in (({"except": ["CAPITAL"]}, False), ({"only": ["PEOPLE"]}, False), ({}, True)):
        rules = rulebook_with(**{"year-on-year": replace(rule, parameters={**rule.parameters, **parameters})})
        assert bool(found(pack_of(series([1.0, 10.0]), rulebook=rules), "year-on-year")) == is_found
