"""What the store has anything of: never a value, and one query each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Record = Callable[..., Any]


def test_indicators_are_those_that_anything_was_said_of(stored: Any, record: Record) -> None:
    from mezon.web.warehouse.store.contents import indicators_stated

    assert indicators_stated(stored) == {"RD_SPEND", "TOTAL_SPEND"}
    record("RD_SHARE", "B", "2024", 2.0)
    assert indicators_stated(stored) == {"RD_SPEND", "TOTAL_SPEND", "RD_SHARE"}
    assert indicators_stated(stored, units={"A"}) == {"RD_SPEND", "TOTAL_SPEND"}
    assert indicators_stated(stored, units=set()) == frozenset()


def test_periods_are_those_of_the_indicators_and_units_asked_for(stored: Any, record: Record) -> None:
    from mezon.web.warehouse.store.contents import periods_stated

    record("RD_SPEND", "B", "2031", 2.0)
    assert "2031" in periods_stated(stored, indicators=["RD_SPEND"])
    assert "2031" not in periods_stated(stored, indicators=["RD_SPEND"], units={"A"})
    assert "2031" not in periods_stated(stored, indicators=["TOTAL_SPEND"])
    assert periods_stated(stored, indicators=[]) == frozenset()


def test_confidentiality_is_what_was_last_said_by_a_change(stored: Any, record: Record) -> None:
    from mezon.web.warehouse.store.contents import read_confidentiality

    record("RD_SPEND", "B", "2024", 3.0, confidentiality="C")

    def said(at: int) -> list[str]:
        found = read_confidentiality(stored, indicators=["RD_SPEND"], units={"B"}, at=at)
        return sorted(found.filter(period="2024")["confidentiality"].to_list())

    assert said(1) == ["F"]
    assert "C" in said(2)
    assert read_confidentiality(stored, indicators=["RD_SPEND"], units={"A"}, at=2)["unit"].unique().to_list() == ["A"]


def test_many_units_are_read_whole_and_chosen_from(stored: Any) -> None:
    from mezon.web.warehouse.store.contents import indicators_stated, read_confidentiality

    many = {f"U{number}" for number in range(3000)} | {"A"}
    found = read_confidentiality(stored, indicators=["RD_SPEND"], units=many, at=1)
    assert found["unit"].unique().to_list() == ["A"]
    assert indicators_stated(stored, units=many) == {"RD_SPEND", "TOTAL_SPEND"}
