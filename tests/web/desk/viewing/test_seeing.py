"""What may be seen of the working view: nothing of others, and no total from which theirs could be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mezon.web.accounts.acting import Actor
from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.viewing.seeing import reach_of
from tests.web.desk.conftest import NOON
from tests.web.people import actor_with

pytestmark = pytest.mark.django_db
Record = Callable[..., Any]
See = Callable[..., Any]


def masked(view: Any, indicator: str = "RD_SPEND") -> set[tuple[str, str]]:
    return {(unit, period) for code, unit, period in view.masked if code == indicator}


def test_the_office_sees_everything_and_nothing_is_looked_up_for_it(stored: Any, rano: Actor, seen_by: See) -> None:
    assert reach_of(rano, stored, definitions_of(stored).units).whole
    view = seen_by(rano, ["RD_SPEND"])
    assert not view.masked
    assert set(view.frame["unit"]) == {"A", "B", "NORTH", "SOUTH", "LAND", "ORES"}


def test_a_provider_reads_their_own_unit_and_not_a_row_of_another(stored: Any, aziza: Actor, seen_by: See) -> None:
    view = seen_by(aziza, ["RD_SPEND"])
    assert set(view.frame["unit"]) == {"A"}
    assert not masked(view) & {("A", "2024")}


def test_a_confidential_value_is_masked_with_every_whole_it_is_in_then(
    analyst: Actor, record: Record, seen_by: See
) -> None:
    record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")
    found = masked(seen_by(analyst, ["RD_SPEND"]))
    assert found == {("A", "2024"), ("SOUTH", "2024"), ("LAND", "2024"), ("ORES", "2024")}


def test_a_unit_hides_the_whole_that_it_was_part_of_then_and_not_the_one_it_is_in_now(
    analyst: Actor, record: Record, seen_by: See
) -> None:
    record("RD_SPEND", "A", "2018", 13.0, confidentiality="C")
    assert ("NORTH", "2018") in masked(seen_by(analyst, ["RD_SPEND"]))
    assert ("SOUTH", "2018") not in masked(seen_by(analyst, ["RD_SPEND"]))
    assert ("SOUTH", "2018") in masked(seen_by(analyst, ["RD_SPEND"], now=True))
    assert ("NORTH", "2018") not in masked(seen_by(analyst, ["RD_SPEND"], now=True))


def test_a_total_that_a_source_gives_freely_is_masked_where_a_member_could_be_told_from_it(
    analyst: Actor, record: Record, seen_by: See
) -> None:
    record("RD_SPEND", "LAND", "2024", 43.0)
    record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")
    view = seen_by(analyst, ["RD_SPEND"])
    row = view.frame.filter(unit="LAND", period="2024").to_dicts()[0]
    assert (row["origin"], row["confidentiality"]) == ("reported", "F")
    assert ("LAND", "2024") in masked(view)


def test_what_is_computed_from_a_confidential_value_is_masked_too(analyst: Actor, record: Record, seen_by: See) -> None:
    record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")
    view = seen_by(analyst, ["RD_SHARE", "TOTAL_SPEND"])
    assert {("A", "2024"), ("LAND", "2024")} <= masked(view, "RD_SHARE")
    assert masked(view, "TOTAL_SPEND") == set()


def test_what_reads_the_year_before_is_masked_in_every_year(analyst: Actor, record: Record, seen_by: See) -> None:
    record("RD_SPEND", "A", "2023", 13.0, confidentiality="C")
    assert ("A", "2024") in masked(seen_by(analyst, ["RD_GROWTH"]), "RD_GROWTH")


def test_what_became_confidential_later_is_masked_in_the_past_too(analyst: Actor, record: Record, seen_by: See) -> None:
    record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")
    past = seen_by(analyst, ["RD_SPEND"], at=1)
    assert past.frame.filter(unit="A", period="2024")["confidentiality"].to_list() == ["F"]
    assert {("A", "2024"), ("LAND", "2024")} <= masked(past)


def test_a_confidential_part_masks_the_total_it_is_part_of(analyst: Actor, record: Record, seen_by: See) -> None:
    record("RD_SPEND", "B", "2024", 4.0, confidentiality="C", breakdown="SOURCE_OF_FUNDS=OWN", source_ref="p. 2")
    assert ("B", "2024") in masked(seen_by(analyst, ["RD_SPEND"]))


def test_whoever_reaches_a_region_sees_no_total_with_a_unit_outside_it(stored: Any, seen_by: See) -> None:
    region = actor_with("provider", pack=stored.code, unit="NORTH", now=NOON)
    view = seen_by(region, ["RD_SPEND"])
    assert set(view.frame["unit"]) == {"NORTH", "B"}
    assert masked(view) == {("NORTH", "2018")}


def test_the_number_of_queries_does_not_grow_with_units_and_values(
    analyst: Actor, record: Record, seen_by: See
) -> None:
    record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")
    seen_by(analyst, ["RD_SPEND"])
    with CaptureQueriesContext(
        connection,
    ) as few:
        seen_by(analyst, ["RD_SPEND"], units=["A"], periods=["2024"])
    with CaptureQueriesContext(connection) as many:
        seen_by(analyst, ["RD_SPEND", "TOTAL_SPEND", "RD_SHARE"])
    assert len(many) <= len(few)
