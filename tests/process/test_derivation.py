"""Formulas are evaluated where nobody reported the indicator, and inherit what their terms are."""

from __future__ import annotations

import pytest
from process_cases import INDICATORS, cell, definitions, has, indicator, pack, said

from mezon.errors import FormulaFault
from mezon.process.derivation import plan_of
from mezon.process.releasing import prepare


def test_a_formula_gives_a_row_that_says_where_it_comes_from() -> None:
    derived = cell(prepare(pack(said("RD", "E1", 5.0), said("SPEND", "E1", 200.0))), "SHARE")
    assert (derived["value"], derived["unit_of_measure"], derived["status"]) == (2.5, "PERCENT", "A")
    assert (derived["origin"], derived["origin_note"], derived["source"]) == ("derived", "100 * RD / SPEND", "")


def test_a_reported_value_wins_over_a_derived_one() -> None:
    release = prepare(pack(said("RD", "E1", 5.0), said("SPEND", "E1", 200.0), said("SHARE", "E1", 3.0)))
    assert (cell(release, "SHARE")["value"], cell(release, "SHARE")["origin"]) == (3.0, "reported")


def test_an_absent_term_gives_no_row() -> None:
    assert not has(prepare(pack(said("RD", "E1", 5.0), said("SPEND", "E1", None, status="O"))), "SHARE")
    assert not has(prepare(pack(said("RD", "E1", 5.0))), "SHARE")


def test_a_division_by_zero_gives_no_row_and_a_finding() -> None:
    release = prepare(pack(said("RD", "E1", 5.0), said("SPEND", "E1", 0.0), memberships=()))
    assert not has(release, "SHARE")
    (found,) = release.findings
    assert found.code == "release-formula-undefined"
    assert "SHARE has no answer for E1 in 2023" in found.message


@pytest.mark.parametrize(("of_terms", "expected"), [("AA", "A"), ("AE", "E"), ("PE", "E"), ("IF", "F"), ("KA", "I")])
def test_a_result_has_the_worst_status_of_its_terms(of_terms: str, expected: str) -> None:
    terms = pack(said("RD", "E1", 5.0, status=of_terms[0]), said("SPEND", "E1", 200.0, status=of_terms[1]))
    assert cell(prepare(terms), "SHARE")["status"] == expected


@pytest.mark.parametrize(("of_terms", "expected"), [("FF", "F"), ("FN", "N"), ("NC", "C"), ("TF", "C")])
def test_a_result_is_as_confidential_as_its_terms(of_terms: str, expected: str) -> None:
    terms = pack(
        said("RD", "E1", 5.0, confidentiality=of_terms[0]), said("SPEND", "E1", 200.0, confidentiality=of_terms[1])
    )
    assert cell(prepare(terms), "SHARE")["confidentiality"] == expected


def test_an_estimate_a_year_ago_makes_the_growth_since_an_estimate() -> None:
    release = prepare(pack(said("SPEND", "E1", 100.0, period="2022", status="E"), said("SPEND", "E1", 110.0)))
    assert cell(release, "GROWTH")["value"] == pytest.approx(10.0)
    assert cell(release, "GROWTH")["status"] == "E"


def test_a_gap_is_not_bridged_by_a_lag() -> None:
    release = prepare(pack(said("SPEND", "E1", 100.0, period="2021"), said("SPEND", "E1", 110.0)))
    assert not has(release, "GROWTH")


def test_quarters_and_years_have_each_their_own_axis() -> None:
    rows = [said("SPEND", "E1", 100.0 + step, period=f"2023-Q{step}") for step in (1, 2)]
    release = prepare(pack(*rows, said("SPEND", "E1", 500.0)))
    assert cell(release, "GROWTH", period="2023-Q2")["value"] == pytest.approx(100 * (102 / 101 - 1))
    assert not has(release, "GROWTH")


def test_formulas_stand_on_formulas() -> None:
    chain = [
        *INDICATORS,
        indicator("PROMILLE", "PER_MILLE", formula="10 * SHARE"),
        indicator("A1", formula="PROMILLE + 1"),
    ]
    release = prepare(pack(said("RD", "E1", 5.0), said("SPEND", "E1", 200.0), indicators=chain))
    assert cell(release, "PROMILLE")["value"] == 25.0
    assert cell(release, "A1")["value"] == 26.0


def test_formulas_use_parameters_of_their_period_or_of_all() -> None:
    scaled = [*INDICATORS, indicator("REAL", formula="SPEND / DEFLATOR + CONSTANT")]
    parameters = {("DEFLATOR", "2022"): 2.0, ("DEFLATOR", ""): 4.0, ("CONSTANT", ""): 1.0}
    rows = [said("SPEND", "E1", 100.0), said("SPEND", "E1", 100.0, period="2022")]
    release = prepare(pack(*rows, indicators=scaled, parameters=parameters))
    assert cell(release, "REAL", period="2022")["value"] == 51.0
    assert cell(release, "REAL")["value"] == 26.0


def test_only_like_goes_with_like() -> None:
    release = prepare(pack(said("RD", "E1", 5.0, variant="PLAN"), said("SPEND", "E1", 200.0)))
    assert not has(release, "SHARE")


def test_a_part_is_not_set_against_the_whole_where_the_whole_is_stated_too() -> None:
    rows = [said("RD", "E1", 5.0), said("RD", "E1", 2.0, breakdown="FUNDS=OWN"), said("SPEND", "E1", 200.0)]
    shares = prepare(pack(*rows)).observations.filter(indicator="SHARE", unit="E1")
    assert shares["breakdown"].to_list() == [""]


def test_what_is_not_money_serves_every_price_basis() -> None:
    per_head = [*INDICATORS, indicator("PER_HEAD", formula="SPEND / STAFF")]
    rows = [
        said("SPEND", "E1", 90.0, price_basis="CONSTANT-2020"),
        said("SPEND", "E1", 120.0),
        said("STAFF", "E1", 30.0),
    ]
    release = prepare(pack(*rows, indicators=per_head))
    assert cell(release, "PER_HEAD", price_basis="CONSTANT-2020")["value"] == 3.0
    assert cell(release, "PER_HEAD", price_basis="NOMINAL")["value"] == 4.0


def test_parts_that_are_never_stated_as_a_whole_are_set_against_the_whole() -> None:
    structure = [*INDICATORS, indicator("BY_SOURCE", roll_up="sum"),
                 indicator("STRUCTURE", "PERCENT", formula="100 * BY_SOURCE / SPEND")]  # fmt: skip
    rows = [said("BY_SOURCE", "E1", 50.0, breakdown="FUNDS=OWN", unit_of_measure="UZS_MN"), said("SPEND", "E1", 200.0)]
    release = prepare(pack(*rows, indicators=structure))
    assert cell(release, "STRUCTURE", breakdown="FUNDS=OWN")["value"] == 25.0


def test_an_indicator_is_given_only_at_the_levels_at_which_it_is_measured() -> None:
    narrowed = [*INDICATORS, indicator("PER_HEAD", formula="SPEND / STAFF", levels=("REGION",))]
    rows = [said(code, name, 10.0) for code in ("SPEND", "STAFF") for name in ("E4", "E5")]
    release = prepare(pack(*rows, indicators=narrowed))
    assert not has(release, "PER_HEAD", "E4")
    assert cell(release, "PER_HEAD", "SOUTH")["value"] == 1.0


def test_formulas_in_a_circle_are_refused() -> None:
    circle = [indicator("A", formula="B + 1"), indicator("B", formula="A + 1")]
    with pytest.raises(FormulaFault, match="A -> B -> A"):
        plan_of(definitions(indicators=circle))


def test_a_rate_may_ask_about_its_own_indicator() -> None:
    own = [indicator("WORKS", "PERCENT", "rate", "WORKS > 2")]
    assert plan_of(definitions(indicators=own)).order == ("WORKS",)
