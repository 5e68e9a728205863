from __future__ import annotations

import pytest
from check_cases import found, pack_of, places

from mezon.process.checks.codes import canonical


def test_an_unknown_indicator_is_reported_with_the_nearest_known_one():
    (finding,) = found(pack_of([{}, {"indicator": "CAPITOL"}]), "unknown-indicator")
    assert (finding.file, finding.row, finding.column, finding.value) == ("observations.csv", 3, "indicator", "CAPITOL")
    assert "CAPITAL" in finding.hint


@pytest.mark.parametrize("written", ["Northern Works", "northern works", "North"])
def test_an_alias_or_a_name_of_a_unit_is_answered_with_its_code(written):
    (finding,) = found(pack_of([{"unit": written}]), "unknown-unit")
    assert "Nearest: NORTH." in finding.hint


def test_an_unknown_source_is_reported():
    assert places(pack_of([{"source": "PAPERS"}]), "unknown-source") == [(2, "source", "PAPERS")]


def test_an_empty_code_is_not_called_unknown_because_reading_said_so():
    assert places(pack_of([{"unit": ""}]), "unknown-unit") == []


def test_an_unknown_unit_of_measure_is_reported():
    assert places(pack_of([{"unit_of_measure": "USD_MM"}]), "unknown-unit-of-measure") == [
        (2, "unit_of_measure", "USD_MM")
    ]


def test_tonnes_are_no_measure_of_money():
    rows = [{"unit_of_measure": "T"}, {"unit_of_measure": "USD_BN"}]
    assert places(pack_of(rows), "unit-of-measure-of-other-dimension") == [(2, "unit_of_measure", "T")]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("", ""),
        ("SEX=F", "SEX=F"),
        ("SEX=F;AGE=Y15", "AGE=Y15;SEX=F"),
        ("SEX = F", "SEX=F"),
        ("SEX=F;", "SEX=F"),
        ("women", "DIM=CODE;DIM=CODE"),
        ("SEX=F;SEX=M", "DIM=CODE;DIM=CODE"),
    ],
)
def test_a_breakdown_is_written_one_way_only(written, right):
    assert canonical(written) == right
    pack = pack_of([{"breakdown": written}])
    assert places(pack, "breakdown-not-canonical") == ([] if written == right else [(2, "breakdown", written)])


@pytest.mark.parametrize(("written", "near"), [("SEX=X", "F, M"), ("SEKS=F", "SEX")])
def test_a_category_that_no_codelist_has_is_reported(written, near):
    (finding,) = found(pack_of([{"breakdown": written}]), "breakdown-unknown-code")
    assert near in finding.hint
