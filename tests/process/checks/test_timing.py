from __future__ import annotations

from dataclasses import replace

import pytest
from check_cases import INDICATORS, SOURCES, found, pack_of, places

from mezon.model.codelists import Frequency, Severity


@pytest.mark.parametrize(
    ("frequency", "period", "is_off"),
    [("A", "2021", False), ("A", "2021-S1", True), ("A", "2021-03", True), ("B", "2021", False), ("Q", "2021", False),
     ("Q", "2021-Q1", False), ("Q", "2021-S1", False), ("Q", "2021-05", True), ("M", "2021-05", False)],
)  # fmt: skip
def test_a_period_is_not_finer_than_its_indicator(frequency, period, is_off):
    indicators = {**INDICATORS, "CAPITAL": replace(INDICATORS["CAPITAL"], frequency=Frequency(frequency))}
    pack = pack_of([{"period": period}], indicators=indicators)
    assert places(pack, "period-against-frequency") == ([(2, "period", period)] if is_off else [])


def test_an_indicator_is_reported_at_the_levels_it_is_defined_for():
    rows = [{"indicator": "GROWTH"}, {"indicator": "CAPITAL"}, {"indicator": "SHARE"}]
    (finding,) = found(pack_of(rows), "level-not-defined")
    assert (finding.row, finding.column, finding.value) == (2, "unit", "NORTH")
    assert "COUNTRY" in finding.message


@pytest.mark.parametrize(
    ("period", "is_outside"), [("2022", False), ("2022-Q4", False), ("2023", True), ("1990", False)]
)
def test_a_unit_that_has_ended_reports_no_more(period, is_outside):
    pack = pack_of([{"unit": "SOUTH", "period": period}])
    assert bool(found(pack, "outside-validity")) == is_outside


@pytest.mark.parametrize(
    ("row", "is_older"),
    [
        ({"period": "2021", "published": "2020"}, True),
        ({"period": "2021", "published": "2021-11-30"}, True),
        ({"period": "2021", "published": "2021"}, False),
        ({"period": "2021", "published": "2021-12"}, False),
        ({"period": "2021", "published": "2020", "variant": "PLAN"}, False),
        ({"period": "2021", "published": "2020", "status": "F"}, False),
        ({"period": "2027"}, True),
    ],
)
def test_a_source_cannot_be_older_than_the_fact_it_supports(row, is_older):
    assert places(pack_of([row]), "source-older-than-fact") == ([(2, "source", "FORM")] if is_older else [])


def test_a_source_without_a_date_is_noted_once():
    sources = {**SOURCES, "FORM": replace(SOURCES["FORM"], published="", accessed="2025-02-03")}
    rows = [{}, {"period": "2020"}, {"period": "2019", "published": "2021"}]
    (finding,) = found(pack_of(rows, sources=sources), "source-without-date")
    assert (finding.file, finding.key, finding.severity) == ("sources.toml", "FORM", Severity.NOTE)
    assert "2 rows count from the day it was accessed (2025-02-03)" in finding.message
