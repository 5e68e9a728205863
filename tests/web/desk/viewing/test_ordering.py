"""The tree of the table: wholes above members, and a unit that moved in both places with its periods."""

from __future__ import annotations

from typing import Any

import pytest

from mezon.web.desk.knowing import definitions_of
from mezon.web.desk.viewing.choosing import NO_HIERARCHY
from mezon.web.desk.viewing.ordering import lines_of, wholes_of

pytestmark = pytest.mark.django_db
ALL = frozenset({"A", "B", "NORTH", "SOUTH", "LAND", "ORES"})


def drawn(stored: Any, *periods: str, hierarchy: str = "territory", top: str = "", seen: Any = ALL) -> list[Any]:
    lines = lines_of(definitions_of(stored), hierarchy=hierarchy, top=top, periods=periods, seen=seen)
    return [(line.depth, line.unit.code, "".join(sorted(line.here))) for line in lines]


def test_wholes_stand_above_their_members(stored: Any) -> None:
    assert drawn(stored, "2024") == [
        (0, "LAND", "2024"), (1, "NORTH", "2024"), (2, "B", "2024"), (1, "SOUTH", "2024"), (2, "A", "2024"),
    ]  # fmt: skip


def test_a_unit_that_moved_stands_in_both_places_each_with_its_own_periods(stored: Any) -> None:
    found = drawn(stored, "2019", "2020")
    assert (2, "A", "2019") in found
    assert (2, "A", "2020") in found
    assert found.index((2, "A", "2019")) < found.index((1, "SOUTH", "20192020")) < found.index((2, "A", "2020"))


def test_one_may_start_further_down(stored: Any) -> None:
    assert drawn(stored, "2024", top="NORTH") == [(0, "NORTH", "2024"), (1, "B", "2024")]


def test_of_a_whole_out_of_reach_the_members_stand_to_the_left(stored: Any) -> None:
    assert drawn(stored, "2024", seen={"A", "B"}) == [(0, "B", "2024"), (0, "A", "2024")]


def test_without_a_hierarchy_each_unit_stands_by_itself_the_larger_first(stored: Any) -> None:
    found = drawn(stored, "2024", hierarchy=NO_HIERARCHY)
    assert [code for _depth, code, _here in found] == ["LAND", "NORTH", "SOUTH", "ORES", "A", "B"]
    assert drawn(stored, "2024", hierarchy=NO_HIERARCHY, top="A") == [(0, "A", "2024")]


def test_one_may_start_from_the_wholes_within_reach(stored: Any) -> None:
    definitions = definitions_of(stored)
    assert [code for code, _name in wholes_of(definitions, "territory", ALL)] == ["LAND", "NORTH", "SOUTH"]
    assert wholes_of(definitions, "territory", {"A"}) == []
