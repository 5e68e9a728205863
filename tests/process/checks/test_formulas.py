from __future__ import annotations

from check_cases import found, pack_of, places, rulebook_with

from mezon.model.codelists import Severity
from mezon.model.finding import Rule
from mezon.model.text import Text


def rule(expression: str) -> dict[str, Rule]:
    text = Text(en="{unit} {period}: {values}")
    return {"own": Rule(code="own", severity=Severity.WARNING, kind="expression", sentence=text, expression=expression)}


def stated(capital: float, people: float, **same: str) -> list[dict[str, object]]:
    return [{"value": capital, **same}, {"indicator": "PEOPLE", "value": people, **same}]


def test_a_division_by_zero_is_reported_at_the_row_of_the_denominator():
    pack = pack_of([*stated(5.0, 0.0), *stated(5.0, 2.0, period="2022")])
    (finding,) = found(pack, "division-by-zero")
    assert (finding.row, finding.column, finding.value) == (3, "value", "0")
    assert "SHARE" in finding.message


def test_a_denominator_that_is_absent_is_no_division_by_zero():
    assert found(pack_of(stated(5.0, 0.0)[:1]), "division-by-zero") == []


def test_a_rule_of_a_pack_is_checked_for_every_unit_and_period():
    rows = [*stated(5.0, 2.0), *stated(1.0, 2.0, period="2022"), *stated(9.0, 8.0, unit="SOUTH")]
    pack = pack_of(rows, rulebook=rulebook_with(**rule("CAPITAL <= PEOPLE")))
    assert places(pack, "own") == [(2, "value", "5"), (6, "value", "9")]
    assert found(pack, "own")[0].message == "NORTH 2021: CAPITAL = 5, PEOPLE = 2"


def test_a_rule_is_reported_at_the_row_of_its_first_term():
    pack = pack_of(stated(5.0, 2.0), rulebook=rulebook_with(**rule("PEOPLE >= CAPITAL")))
    assert places(pack, "own") == [(3, "value", "2")]


def test_values_are_compared_in_the_units_of_their_indicators():
    rows = [{"value": 1.0, "unit_of_measure": "USD_BN"}, {"indicator": "PEOPLE", "value": 500.0}]
    assert places(pack_of(rows, rulebook=rulebook_with(**rule("CAPITAL <= PEOPLE"))), "own") == [(2, "value", "1000")]


def test_parameters_are_terms_too():
    rules = rulebook_with(**rule("CAPITAL <= CEILING"))
    pack = pack_of(stated(5.0, 2.0), rulebook=rules, parameters={("CEILING", ""): 4.0, ("CEILING", "2022"): 9.0})
    assert places(pack, "own") == [(2, "value", "5")]


def test_growth_is_checked_over_a_units_own_periods():
    rows = [{"value": 4.0}, {"value": 2.0, "period": "2022"}, {"value": 5.0, "period": "2023"}]
    assert places(pack_of(rows, rulebook=rulebook_with(**rule("CAPITAL >= lag(CAPITAL, 1)"))), "own") == [
        (3, "value", "2")
    ]
