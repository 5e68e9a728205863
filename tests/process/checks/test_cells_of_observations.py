from __future__ import annotations

import pytest
from check_cases import found, pack_of, places

from mezon.model.codelists import Severity


def test_the_same_row_twice_is_an_error_at_the_later_row():
    rows = [{"source_ref": "p. 1"}, {"source_ref": "p. 2"}, {"source_ref": "p. 1", "value": 5.0}]
    (finding,) = found(pack_of(rows), "same-row-twice")
    assert (finding.row, finding.severity) == (4, Severity.ERROR)
    assert "row 2" in finding.message


def test_the_same_row_with_another_value_is_said_to_contradict_and_not_to_repeat():
    pack = pack_of([{"value": 1.0}, {"value": 5.0}, {"value": 1.0}])
    contradicting, repeating = found(pack, "same-row-twice")
    assert contradicting.message.startswith("This row contradicts row 2: ")
    assert contradicting.message.endswith("but 5 instead of 1.")
    assert repeating.message.startswith("This row says the same as row 2: ")


@pytest.mark.parametrize("status", ["O", "M", "L", "Q"])
def test_a_value_beside_a_status_that_denies_it_is_an_error(status):
    assert places(pack_of([{"status": status}]), "value-beside-absent-status") == [(2, "status", status)]
    assert places(pack_of([{"status": status, "value": None}]), "value-beside-absent-status") == []


@pytest.mark.parametrize("status", ["", "A", "E", "P", "F", "B"])
def test_a_status_that_promises_a_value_needs_one(status):
    assert places(pack_of([{"status": status, "value": None}]), "value-missing") == [(2, "value", "")]
    assert places(pack_of([{"status": status}]), "value-missing") == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"low": 2.0}, "low"),
        ({"high": 0.5}, "high"),
        ({"low": 3.0, "high": 2.0, "value": None, "status": "O"}, "low"),
        ({"low": 0.5, "high": 2.0}, None),
        ({"low": 1.0, "high": 1.0}, None),
        ({"low": 0.5}, None),
    ],
)
def test_a_value_lies_between_its_bounds(row, column):
    assert [finding.column for finding in found(pack_of([row]), "outside-bounds")] == ([column] if column else [])


def test_a_standard_error_is_not_negative():
    rows = [{"standard_error": -0.1}, {"standard_error": 0.0, "period": "2020"}]
    assert places(pack_of(rows), "negative-standard-error") == [(2, "standard_error", "-0.1")]


@pytest.mark.parametrize(
    ("basis", "is_wrong"), [("CONSTANT-2015", False), ("", False), ("REAL", True), ("CONSTANT-15", True)]
)
def test_a_price_basis_is_nominal_or_the_prices_of_a_year(basis, is_wrong):
    assert bool(found(pack_of([{"price_basis": basis}]), "price-basis-malformed")) == is_wrong


@pytest.mark.parametrize(
    ("row", "is_outside"),
    [
        ({"indicator": "SHARE", "value": 100.0}, False),
        ({"indicator": "SHARE", "value": 100.1}, True),
        ({"indicator": "SHARE", "value": -0.1}, True),
        ({"value": -1.0}, True),
        ({"value": -1.0, "unit_of_measure": "USD_BN"}, True),
        ({"value": -1.0, "unit_of_measure": "UZS_TN"}, True),
        ({"value": 1e9, "unit_of_measure": "UZS_TN"}, False),
        ({"indicator": "SHARE", "value": 1.1, "unit_of_measure": "TIMES"}, True),
        ({"indicator": "SHARE", "value": 0.9, "unit_of_measure": "TIMES"}, False),
    ],
)
def test_a_value_lies_in_the_range_of_its_indicator_whatever_its_unit_of_measure(row, is_outside):
    assert bool(found(pack_of([row]), "outside-range")) == is_outside
