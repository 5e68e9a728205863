"""Values computed from the observations are held against the range of their own indicator."""

from __future__ import annotations

from dataclasses import replace

import pytest
from check_cases import INDICATORS, found, indicator, pack_of

from mezon.model.codelists import RollUp
from mezon.model.pack import Pack
from mezon.model.source import Rate

CODE = "computed-outside-range"


def two_terms(capital: float, people: float, **same: str) -> list[dict[str, object]]:
    return [{"value": capital, **same}, {"indicator": "PEOPLE", "value": people, **same}]


def test_a_derived_value_outside_its_range_is_found_at_its_key_with_formula_and_terms() -> None:
    (finding,) = found(pack_of(two_terms(6.0, 5.0)), CODE)
    assert (finding.file, finding.row, finding.column) == ("observations.csv", None, "value")
    assert (finding.key, finding.value, finding.severity) == ("SHARE NORTH 2021", "120", "warning")
    assert "100 * CAPITAL / PEOPLE, with CAPITAL 6 (row 2), PEOPLE 5 (row 3)." in finding.message
    assert "outside its range of 0 to 100" in finding.message


@pytest.mark.parametrize("capital", [5.0, 2.5, 0.0])
def test_a_derived_value_within_its_range_is_not_blamed(capital: float) -> None:
    assert found(pack_of(two_terms(capital, 5.0)), CODE) == []


def test_a_stated_value_is_left_to_the_rule_for_stated_values() -> None:
    pack = pack_of([*two_terms(6.0, 5.0), {"indicator": "SHARE", "value": 120.0, "unit_of_measure": "PERCENT"}])
    assert found(pack, CODE) == []
    assert len(found(pack, "outside-range")) == 1


def test_terms_of_earlier_periods_are_named_with_their_period() -> None:
    rising = indicator("RISE", "PERCENT", range=(-100, 100), formula="100 * (CAPITAL / lag(CAPITAL, 1) - 1)")
    rows = [{"period": "2020", "value": 1.0}, {"period": "2021", "value": 3.0}]
    (finding,) = found(pack_of(rows, indicators={**INDICATORS, "RISE": rising}), CODE)
    assert finding.key == "RISE NORTH 2021"
    assert "with CAPITAL 3 (row 3), CAPITAL 2020 1 (row 2)." in finding.message


def test_a_formula_of_a_formula_is_followed() -> None:
    twice = indicator("TWICE", "PERCENT", range=(0, 150), formula="2 * SHARE")
    (finding,) = found(pack_of(two_terms(4.0, 5.0), indicators={**INDICATORS, "TWICE": twice}), CODE)
    assert (finding.key, finding.value) == ("TWICE NORTH 2021", "160")
    assert "SHARE 80." in finding.message


def both(pack: Pack) -> list[str]:
    return [finding.key for finding in found(pack, CODE)]


def test_a_whole_is_not_blamed_again_for_its_parts() -> None:
    rolled = replace(INDICATORS["SHARE"], roll_up=RollUp.RATIO_OF_SUMS)
    rows = [*two_terms(9.0, 5.0), *two_terms(9.0, 6.0, unit="SOUTH")]
    assert both(pack_of(rows, indicators={**INDICATORS, "SHARE": rolled})) == ["SHARE NORTH 2021", "SHARE SOUTH 2021"]


def test_a_value_converted_to_outside_its_range_is_found() -> None:
    narrow = replace(INDICATORS["CAPITAL"], range=(0, 10))
    rates = (Rate(origin="USD", into="UZS", period="2021", kind="average", rate=10_000.0, source="FORM"),)
    rows = [{"value": 200.0, "unit_of_measure": "UZS_BN"}]
    (finding,) = found(pack_of(rows, indicators={**INDICATORS, "CAPITAL": narrow}, rates=rates), CODE)
    assert (finding.key, finding.value) == ("CAPITAL NORTH 2021", "20")


def test_a_formula_that_cannot_be_read_is_no_matter_here() -> None:
    broken = indicator("BROKEN", "PERCENT", range=(0, 1), formula="100 * (")
    assert found(pack_of(two_terms(6.0, 5.0), indicators={**INDICATORS, "BROKEN": broken}), CODE) == []
