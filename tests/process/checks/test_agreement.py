from __future__ import annotations

from dataclasses import replace

import pytest
from check_cases import SOURCES, found, pack_of, places

from mezon.model.codelists import Severity
from mezon.model.source import Settlement

KEY = ("CAPITAL", "NORTH", "2021", "", "FACT", "NOMINAL", "USD_MN")


def settled(source: str, source_ref: str = "") -> Settlement:
    return Settlement(
        key=KEY, source=source, source_ref=source_ref, reason="It counts more.", by="me", date="2026", row=2
    )


def two(value: float, **later: str) -> list[dict[str, object]]:
    return [{"value": 1.0, "source_ref": "p. 1"}, {"value": value, "source_ref": "p. 1", **later}]


@pytest.mark.parametrize(
    ("later", "code"),
    [
        ({"source": "PAPER"}, "sources-disagree"),
        ({"source_ref": "p. 9"}, "sources-disagree"),
        ({"source": "YEARBOOK"}, "revision"),
        ({"published": "2027-02"}, "revision"),
        ({"source_ref": "p. 9", "published": "2027-02"}, "revision"),
    ],
)
def test_two_producers_or_two_places_disagree_and_a_later_word_of_one_producer_is_a_revision(later, code):
    pack = pack_of(two(1.5, **later))
    assert {each for each in ("sources-disagree", "revision") if found(pack, each)} == {code}


def test_a_disagreement_is_a_warning_and_a_revision_a_note():
    (disagreement,) = found(pack_of(two(1.5, source="PAPER")), "sources-disagree")
    (revision,) = found(pack_of(two(1.5, source="YEARBOOK")), "revision")
    assert (disagreement.severity, revision.severity) == (Severity.WARNING, Severity.NOTE)


def test_sources_that_agree_to_rounding_do_not_disagree():
    assert found(pack_of(two(1.0009, source="PAPER")), "sources-disagree") == []
    assert found(pack_of(two(1.002, source="PAPER")), "sources-disagree") != []


def test_thousands_and_millions_of_one_currency_are_compared():
    rows = [{"value": 1630.0}, {"value": 1.6, "unit_of_measure": "USD_BN", "source": "PAPER"}]
    assert len(found(pack_of(rows), "sources-disagree")) == 1


def test_a_series_is_one_finding_that_names_count_worst_period_and_size():
    rows = [
        {"period": str(year), "value": value, "source": source}
        for year in (2019, 2020, 2021)
        for source, value in (("FORM", 10.0), ("PAPER", 10.0 + (year - 2018)))
    ]
    (finding,) = found(pack_of(rows), "sources-disagree")
    assert "in 3 period(s), most in 2021" in finding.message
    assert (finding.row, finding.value) == (6, "10")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing says yet which to use"),
        ({"settlements": (settled("PAPER", "p. 1"),)}, "Row 3 is used: It counts more."),
        (
            {"sources": {**SOURCES, "FORM": replace(SOURCES["FORM"], priority=1)}},
            "Row 2 is used: its source has priority.",
        ),
    ],
)
def test_a_disagreement_says_which_statement_is_used_and_why(changes, said):
    (finding,) = found(pack_of(two(1.5, source="PAPER"), **changes), "sources-disagree")
    assert said in finding.message


def test_the_findings_do_not_depend_on_the_order_of_the_rows():
    rows = two(1.5, source="PAPER")
    (one,), (other,) = (found(pack_of(order), "sources-disagree") for order in (rows, rows[::-1]))
    assert one.value == other.value


def test_a_settlement_that_chooses_no_row_is_an_error_at_its_own_row():
    pack = pack_of(two(1.5, source="PAPER"), settlements=(settled("PAPER", "p. 2"),))
    assert places(pack, "settlement-without-row") == [(2, "source_ref", "p. 2")]
    assert found(pack, "settlement-without-row")[0].file == "settlements.csv"


def test_a_settled_disagreement_is_a_note_that_names_its_settlement():
    pack = pack_of(two(1.5, source="PAPER"), settlements=(settled("PAPER", "p. 1"),))
    (finding,) = found(pack, "sources-disagree")
    assert finding.severity == Severity.NOTE
    assert finding.hint == "Nothing has to be done: row 2 of settlements.csv settles it."


def test_one_source_that_contradicts_itself_is_named_once():
    (finding,) = found(pack_of(two(1.5, source_ref="p. 9")), "sources-disagree")
    assert finding.message.startswith("FORM states CAPITAL of NORTH in two ways in 1 period(s), most in 2021: ")
    assert "1.5 USD_MN (p. 9) against 1 USD_MN (p. 1) (row 2)" in finding.message


def test_one_place_with_two_values_is_left_to_the_rule_for_rows_stated_twice():
    pack = pack_of(two(1.5))
    assert found(pack, "sources-disagree") == []
    assert len(found(pack, "same-row-twice")) == 1
