"""What two releases differ in: new, changed and withdrawn values, the stated before the computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from mezon.model.observations import RELEASE_SCHEMA

pytest.importorskip("django", reason="the site is an extra: pip install mezon[web]")


def release(*rows: dict[str, Any]) -> pl.DataFrame:
    blank = {name: None if kind == pl.Float64() else "" for name, kind in RELEASE_SCHEMA.items()}
    usual = {"unit": "A", "period": "2024", "status": "A", "confidentiality": "F", "origin": "reported"}
    return pl.DataFrame([{**blank, **usual, **row} for row in rows], schema=RELEASE_SCHEMA)


def compared(old: pl.DataFrame, new: pl.DataFrame) -> Any:
    from mezon.web.desk.public_changes import compared as compare

    return compare(old, new)


def test_values_are_counted_by_what_became_of_them() -> None:
    old = release({"indicator": "X", "value": 1.0}, {"indicator": "Y", "value": 2.0}, {"indicator": "Z", "value": 3.0})
    new = release({"indicator": "X", "value": 1.0}, {"indicator": "Y", "value": 2.5}, {"indicator": "W", "value": 4.0})
    counts, rows = compared(old, new)
    assert counts == {"unchanged": 1, "changed": 1, "withdrawn": 1, "new": 1, "reported": 3}
    assert [(row["indicator"], row["value_before"], row["value"]) for row in rows["changed"]] == [("Y", 2.0, 2.5)]
    assert rows["changed"][0]["relative"] == pytest.approx(0.25)
    assert [row["indicator"] for row in rows["withdrawn"]] == ["Z"]


def test_a_difference_in_the_last_bit_is_no_change_and_another_status_is_one() -> None:
    old = release({"indicator": "X", "value": 0.3}, {"indicator": "Y", "value": 1.0})
    new = release({"indicator": "X", "value": 0.1 + 0.2}, {"indicator": "Y", "value": 1.0, "status": "P"})
    counts, rows = compared(old, new)
    assert counts["unchanged"] == 1
    assert [row["indicator"] for row in rows["changed"]] == ["Y"]


def test_a_value_that_became_missing_is_changed() -> None:
    old, new = release({"indicator": "X", "value": 0.0}), release({"indicator": "X", "value": None, "status": "O"})
    assert compared(old, new)[0]["changed"] == 1


def test_stated_values_stand_before_computed_ones_and_the_largest_change_first() -> None:
    names = ("P", "Q", "R")
    old = release(*({"indicator": name, "value": 10.0} for name in names))
    new = release(
        {"indicator": "P", "value": 90.0, "origin": "derived"},
        {"indicator": "Q", "value": 11.0},
        {"indicator": "R", "value": 14.0},
    )
    assert [row["indicator"] for row in compared(old, new)[1]["changed"]] == ["R", "Q", "P"]


def test_a_confidential_value_is_marked() -> None:
    rows = compared(release(), release({"indicator": "X", "value": 1.0, "confidentiality": "C"}))[1]
    assert [row["secret"] for row in rows["new"]] == [True]


def test_all_are_counted_and_the_first_are_listed() -> None:
    from mezon.web.desk.public_changes import LISTED

    many = release(*({"indicator": f"X{number}", "value": 1.0} for number in range(LISTED + 50)))
    counts, rows = compared(release(), many)
    assert (counts["new"], len(rows["new"])) == (LISTED + 50, LISTED)


def test_scores_that_another_methodology_moves_are_not_nothing() -> None:
    from mezon.web.desk.public_changes import PublicChanges

    still = PublicChanges(counts={"unchanged": 9}, moved={"index": ()}, faults={})

    assert still.nothing
    assert not replace(still, moved={"index": [{"unit": "A"}]}).nothing
    assert not replace(still, faults={"index": "it cannot be computed"}).nothing


def test_units_that_move_by_what_others_state_are_counted() -> None:
    from mezon.web.desk.public_changes import PublicChanges, touched

    was = release({"unit": "A", "value": 1.0}, {"unit": "B", "value": 2.0}, {"unit": "C", "value": 3.0})
    now = release({"unit": "A", "value": 1.5}, {"unit": "B", "value": 2.0}, {"unit": "D", "value": 3.0})
    units = touched(was, now)
    assert units == ["A", "C", "D"]
    moved = {"index": [{"unit": "A"}, {"unit": "B"}]}
    assert PublicChanges(counts={}, moved=moved, faults={}, touched=units).moved_by_others == {"index": 1}
