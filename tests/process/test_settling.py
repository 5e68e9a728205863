"""Which of several statements on one key a release uses, and when it refuses to choose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from process_cases import SOURCES, cell, has, pack, said

from mezon.errors import UnsettledDisagreement
from mezon.model.source import Settlement, Source
from mezon.process.releasing import prepare

KEY = ("RD", "E1", "2023", "", "", "", "")


def settlement(source: str, source_ref: str = "", key: tuple[str, ...] = KEY) -> Settlement:
    return Settlement(key=key, source=source, source_ref=source_ref, reason="checked", by="Aziza", date="2025-01-01")


def test_the_latest_statement_of_one_producer_holds() -> None:
    revised = pack(said("RD", "E1", 10.0), said("RD", "E1", 12.0, source="survey-2025"))
    assert cell(prepare(revised), "RD")["value"] == 12.0


def test_what_was_published_later_than_as_of_is_not_known() -> None:
    revised = pack(said("RD", "E1", 10.0), said("RD", "E1", 12.0, source="survey-2025"))
    earlier = prepare(revised, as_of=date(2024, 12, 31))
    assert cell(earlier, "RD")["value"] == 10.0
    assert earlier.as_of == date(2024, 12, 31)
    assert not has(prepare(revised, as_of=date(2024, 4, 30)), "RD")


def test_a_row_may_be_published_later_than_its_source() -> None:
    late = pack(said("RD", "E1", 10.0), said("RD", "E1", 12.0, published="2024-06"))
    assert cell(prepare(late, as_of=date(2024, 6, 29)), "RD")["value"] == 10.0
    assert cell(prepare(late, as_of=date(2024, 6, 30)), "RD")["value"] == 12.0


def test_a_partial_date_counts_as_its_last_day() -> None:
    paper = pack(said("RD", "E1", 10.0, source="paper"))
    assert not has(prepare(paper, as_of=date(2024, 11, 29)), "RD")
    assert has(prepare(paper, as_of=date(2024, 11, 30)), "RD")


def test_without_a_date_of_publication_the_date_of_access_stands_in_and_a_note_says_so() -> None:
    site = pack(said("RD", "E1", 10.0, source="site"))
    assert not has(prepare(site, as_of=date(2024, 12, 30)), "RD")
    release = prepare(site, as_of=date(2024, 12, 31))
    assert has(release, "RD")
    dates = [found for found in release.findings if found.code == "release-date-unknown"]
    assert [(found.file, found.key) for found in dates] == [("sources.toml", "site")]
    assert "accessed on 2024-12-31" in dates[0].message


def test_a_row_without_any_date_is_known_at_all_times() -> None:
    assert has(prepare(pack(said("RD", "E1", 10.0, source="memory")), as_of=date(1991, 1, 1)), "RD")


def test_as_of_is_the_latest_date_of_the_pack_when_it_is_left_out() -> None:
    assert prepare(pack(said("RD", "E1", 10.0))).as_of == date(2025, 5, 1)
    assert prepare(pack(said("RD", "E1", 10.0, published="2026-03"))).as_of == date(2026, 3, 31)


def test_a_pack_without_dates_is_as_of_the_last_period_it_speaks_of() -> None:
    undated = pack(said("RD", "E1", 10.0, source="memory"), sources=[SOURCES[-1]])
    assert prepare(undated).as_of == date(2023, 12, 31)


def test_producers_that_agree_make_one_statement() -> None:
    agreed = pack(said("RD", "E1", 10.0, source="paper"), said("RD", "E1", 10.0))
    assert cell(prepare(agreed), "RD")["source"] == "paper"  # published later than the survey


def test_producers_that_differ_stop_the_release_and_every_key_is_listed() -> None:
    apart = pack(
        said("RD", "E1", 10.0), said("RD", "E1", 11.0, source="paper", source_ref="p. 4"),
        said("RD", "E2", 1.0), said("RD", "E2", 2.0, source="paper"), said("RD", "E3", 5.0),
    )  # fmt: skip
    with pytest.raises(UnsettledDisagreement) as refusal:
        prepare(apart)
    message = str(refusal.value)
    assert "2 key(s)" in message
    assert "RD E1 2023 FACT NOMINAL UZS_MN: 11 (paper p. 4); 10 (survey)" in message
    assert "RD E2" in message
    assert "RD E3" not in message


def test_values_that_differ_by_rounding_differ() -> None:
    with pytest.raises(UnsettledDisagreement):
        prepare(pack(said("RD", "E1", 1.6), said("RD", "E1", 1.63, source="paper")))


def test_before_the_second_statement_was_published_there_is_no_disagreement() -> None:
    apart = pack(said("RD", "E1", 10.0), said("RD", "E1", 11.0, source="paper"))
    assert cell(prepare(apart, as_of=date(2024, 6, 1)), "RD")["value"] == 10.0


def test_the_lower_priority_number_wins_and_none_comes_last() -> None:
    ranked = [replace(SOURCES[0], priority=2), replace(SOURCES[2], priority=1), SOURCES[3]]
    apart = pack(
        said("RD", "E1", 10.0), said("RD", "E1", 11.0, source="paper"), said("RD", "E1", 12.0, source="site"),
        sources=ranked,
    )  # fmt: skip
    assert cell(prepare(apart), "RD")["value"] == 11.0


def test_a_settlement_chooses_where_priority_does_not() -> None:
    apart = (said("RD", "E1", 10.0), said("RD", "E1", 11.0, source="paper"))
    assert cell(prepare(pack(*apart, settlements=(settlement("paper"),))), "RD")["value"] == 11.0
    assert cell(prepare(pack(*apart, settlements=(settlement("survey"),))), "RD")["value"] == 10.0


def test_a_settlement_tells_two_places_of_one_publication_apart() -> None:
    places = (
        said("RD", "E1", 1.8, source="paper", source_ref="p. 3"),
        said("RD", "E1", 2.7, source="paper", source_ref="fig. 1"),
    )
    with pytest.raises(UnsettledDisagreement):
        prepare(pack(*places))
    settled = prepare(pack(*places, settlements=(settlement("paper", "fig. 1"),)))
    assert (cell(settled, "RD")["value"], cell(settled, "RD")["source_ref"]) == (2.7, "fig. 1")


def test_a_settlement_of_another_row_settles_nothing() -> None:
    apart = (said("RD", "E1", 10.0), said("RD", "E1", 11.0, source="paper"))
    with pytest.raises(UnsettledDisagreement):
        prepare(pack(*apart, settlements=(settlement("site"),)))


def test_who_has_a_value_comes_before_who_says_that_there_is_none() -> None:
    half = pack(said("RD", "E1", 10.0), said("RD", "E1", None, status="O", source="paper"))
    assert cell(prepare(half), "RD")["value"] == 10.0


def test_a_producer_may_withdraw_a_value() -> None:
    withdrawn = pack(said("RD", "E1", 10.0), said("RD", "E1", None, status="O", source="survey-2025"))
    assert cell(prepare(withdrawn), "RD")["status"] == "O"


def test_a_source_that_is_not_described_speaks_for_itself() -> None:
    with pytest.raises(UnsettledDisagreement):
        prepare(pack(said("RD", "E1", 1.0, source="x"), said("RD", "E1", 2.0, source="y"), sources=[Source(
            id="x", producer="x", title="x")]))  # fmt: skip
