"""What is stated only in another unit is given in the indicator's own as well, with rate and source."""

from __future__ import annotations

import pytest
from process_cases import INDICATORS, cell, has, indicator, pack, said

from mezon.process.releasing import prepare


def test_a_statement_in_dollars_is_given_in_soums_too_and_says_by_which_rate() -> None:
    release = prepare(pack(said("RD", "E1", 2.0, unit_of_measure="USD_MN", low=1.0, high=3.0, standard_error=0.5)))
    assert cell(release, "RD", unit_of_measure="USD_MN")["origin"] == "reported"
    added = cell(release, "RD")
    assert added["origin"] == "converted"
    assert (added["value"], added["low"], added["high"]) == (2 * 11_734.8, 11_734.8, 3 * 11_734.8)
    assert added["standard_error"] == 0.5 * 11_734.8
    assert added["origin_note"] == "USD_MN to UZS_MN at 11734.8 UZS per USD, average of 2023 (cbu)"
    assert added["source"] == "survey"


def test_a_statement_in_the_own_unit_needs_no_conversion() -> None:
    release = prepare(pack(said("RD", "E1", 2.0, unit_of_measure="USD_MN"), said("RD", "E1", 23_000.0)))
    assert cell(release, "RD")["origin"] == "reported"
    assert release.observations.filter(origin="converted").is_empty()


def test_the_same_currency_is_nearer_than_another() -> None:
    release = prepare(
        pack(said("RD", "E1", 2.0, unit_of_measure="USD_MN"), said("RD", "E1", 23.1, unit_of_measure="UZS_BN"))
    )
    assert cell(release, "RD")["value"] == pytest.approx(23_100.0)


def test_a_stock_takes_the_rate_of_the_end() -> None:
    stock = [*INDICATORS, indicator("DEBT", attributes={"stock": True})]
    release = prepare(pack(said("DEBT", "E1", 1.0, unit_of_measure="USD_MN"), indicators=stock))
    assert cell(release, "DEBT")["value"] == 12_338.8


def test_a_missing_rate_is_a_finding_that_says_which_row_to_add() -> None:
    release = prepare(pack(said("RD", "E1", 2.0, unit_of_measure="USD_MN", period="1999")))
    assert release.observations["origin"].to_list() == ["reported"]
    (found,) = [found for found in release.findings if found.code == "release-rate-missing"]
    assert found.file == "rates.csv"
    assert "1 value(s) in USD_MN" in found.message
    assert "USD,UZS,1999,average" in found.hint


def test_what_measures_something_else_is_left_alone() -> None:
    release = prepare(pack(said("RD", "E1", 2.0, unit_of_measure="KT")))
    assert release.observations["unit_of_measure"].to_list() == ["KT"]
    assert not [found for found in release.findings if found.code == "release-rate-missing"]


def test_a_converted_value_is_a_term_of_formulas() -> None:
    release = prepare(pack(said("RD", "E1", 1.0, unit_of_measure="USD_MN"), said("SPEND", "E1", 117_348.0)))
    assert cell(release, "SHARE")["value"] == pytest.approx(10.0)
    assert has(release, "SHARE")
