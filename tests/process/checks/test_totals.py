from __future__ import annotations

from dataclasses import replace

import pytest
from check_cases import MEMBERSHIPS, UNITS, found, pack_of, places

TOTAL = {"value": 10.0}
WOMEN, MEN = ({"breakdown": f"SEX={code}"} for code in "FM")


@pytest.mark.parametrize(
    ("women", "men", "is_off"),
    [
        (4.0, 6.0, False),
        (4.0, 6.04, False),
        (4.0, 6.06, True),
        (4.0, 5.9, True),
        (11.0, None, True),
        (4.0, None, False),
    ],
)
def test_categories_add_up_to_their_total(women, men, is_off):
    rows = [TOTAL, {**WOMEN, "value": women}, {**MEN, "value": men, "status": "" if men is not None else "O"}]
    assert places(pack_of(rows), "parts-against-total") == ([(2, "value", "10")] if is_off else [])


def test_the_finding_names_the_rows_of_the_parts_and_the_deviation():
    (finding,) = found(pack_of([TOTAL, {**WOMEN, "value": 8.0}, {**MEN, "value": 4.0}]), "parts-against-total")
    assert "rows 3, 4" in finding.message
    assert "+20.0 %" in finding.message


def test_ratios_are_never_added_up():
    rows = [{"indicator": "SHARE", **TOTAL}, {"indicator": "SHARE", **WOMEN, "value": 60.0}]
    assert found(pack_of(rows), "parts-against-total") == []


def test_each_source_is_compared_with_itself():
    rows = [{**TOTAL, "source": "FORM"}, {**WOMEN, "value": 11.0, "source": "PAPER"}]
    assert found(pack_of(rows), "parts-against-total") == []


def test_a_dimension_is_added_up_inside_the_other():
    rows = [
        {"breakdown": "AGE=Y15", "value": 5.0},
        *({"breakdown": f"AGE=Y15;SEX={code}", "value": 4.0} for code in "FM"),
    ]
    assert places(pack_of(rows), "parts-against-total") == [(2, "value", "5")]


@pytest.mark.parametrize(
    ("north", "south", "is_off"),
    [(4.0, 6.0, False), (4.0, 7.0, True), (4.0, 5.0, True), (4.0, None, False), (11.0, None, True)],
)
def test_members_add_up_to_what_their_parent_reports(north, south, is_off):
    rows = [
        {"unit": "MINING", "value": 10.0},
        {"unit": "NORTH", "value": north},
        {"unit": "SOUTH", "value": south, "status": "" if south is not None else "O"},
    ]
    assert places(pack_of(rows), "members-against-total") == ([(2, "value", "10")] if is_off else [])


def test_who_has_left_or_ended_is_no_member_any_more():
    rows = [{"unit": "MINING", "value": 10.0, "period": "2023"}, {"unit": "NORTH", "value": 9.0, "period": "2023"}]
    assert places(pack_of(rows), "members-against-total") == [(2, "value", "10")]
    still_there = {**UNITS, "SOUTH": replace(UNITS["SOUTH"], valid_to="")}
    assert found(pack_of(rows, units=still_there), "members-against-total") == []
    left = (MEMBERSHIPS[0], replace(MEMBERSHIPS[1], valid_to="2022-06"))
    assert places(pack_of(rows, units=still_there, memberships=left), "members-against-total") == [(2, "value", "10")]


def test_of_several_statements_the_one_of_the_preferred_source_is_added_up():
    from check_cases import SOURCES

    sources = {**SOURCES, "FORM": replace(SOURCES["FORM"], priority=1), "PAPER": replace(SOURCES["PAPER"], priority=2)}
    rows = [
        {"unit": "MINING", "value": 10.0},
        {"unit": "NORTH", "value": 4.0, "source": "FORM"},
        {"unit": "NORTH", "value": 40.0, "source": "PAPER"},
        {"unit": "SOUTH", "value": 6.0},
    ]
    assert found(pack_of(rows, sources=sources), "members-against-total") == []
