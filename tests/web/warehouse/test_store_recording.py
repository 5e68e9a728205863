"""Recording: append-only, numbered, explained; and the laws that the database itself holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from mezon.errors import AskedForUnknown, WrongUse
from tests.web.warehouse.conftest import NOON, later, observations

Record = Callable[..., Any]


def test_these_tests_run_on_the_database_they_were_told() -> None:
    told = os.environ.get("MEZON_DATABASE", "")
    assert connection.vendor == ("postgresql" if told else "sqlite")


def _value(pack: Any, unit: str = "A", *, at: int | None = None) -> float | None:
    from mezon.web.warehouse import store

    frame = store.read_observations(pack, indicators=["RD_SPEND"], units=[unit], periods=["2024"], at=at)
    return frame["value"].item() if frame.height else None


def test_a_revision_closes_what_it_replaces_and_both_can_be_read(stored: Any, record: Record) -> None:
    done = record("RD_SPEND", "A", "2024", 13.0)

    assert (done.new, done.changed, done.unchanged, done.change.number) == (0, 1, 0, 2)
    assert (_value(stored), _value(stored, at=1), _value(stored, at=2)) == (13.0, 12.5, 13.0)


def test_the_same_rows_twice_change_nothing(stored: Any, record: Record) -> None:
    record("RD_SPEND", "A", "2024", 13.0)
    again = record("RD_SPEND", "A", "2024", 13.0)

    assert (again.change, again.new, again.changed, again.unchanged) == (None, 0, 0, 1)
    stored.refresh_from_db()
    assert stored.last_change == 2


def test_numbers_rise_by_one_whatever_is_refused_in_between(stored: Any, record: Record) -> None:
    record("RD_SPEND", "A", "2024", 13.0)
    with pytest.raises(DatabaseError), transaction.atomic():
        record("RD_SPEND", "A", "2024", 14.0, status="M")
    last = record("RD_SPEND", "A", "2024", 15.0)

    assert last.change.number == 3
    assert _value(stored, at=2) == 13.0


def test_one_identity_twice_in_a_frame_is_refused_whole(stored: Any) -> None:
    from mezon.web.warehouse import store

    row = {"indicator": "RD_SPEND", "unit": "B", "period": "2023"}
    frame = observations([{**row, "value": 1.0}, {**row, "value": 2.0}])
    with pytest.raises(WrongUse, match="second time"):
        store.record_observations(stored, frame, by=None, reason="twice", action="observation.import", now=later(1))

    assert store.read_observations(stored, periods=["2023"]).height == 0


def test_history_says_who_when_old_new_and_why(stored: Any, record: Record) -> None:
    from mezon.web.warehouse import store

    record("RD_SPEND", "A", "2024", 13.0, minutes=1, by=7)
    record("RD_SPEND", "A", "2024", None, minutes=2, by=8, status="O")
    told = store.history(stored, {"indicator": "RD_SPEND", "unit": "A", "period": "2024"})

    assert told["kind"].to_list() == ["new", "revised", "revised"]
    assert told["old_value"].to_list() == [None, 12.5, 13.0]
    assert told["value"].to_list() == [12.5, 13.0, None]
    assert told["by"].to_list() == [None, 7, 8]
    assert told["at"].to_list() == [NOON, later(1), later(2)]
    assert told["reason"].to_list() == ["first load", "a correction", "a correction"]


def test_history_shows_a_withdrawal_and_a_return(stored: Any, small_pack: Path, record: Record) -> None:
    from mezon.web.warehouse import store

    file = small_pack / "observations.csv"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("RD_SPEND,B,2024,3\n", ""), encoding="utf-8")
    store.load(small_pack, by=None, reason="B takes it back", now=later(1))
    assert _value(stored, "B") is None
    file.write_text(whole, encoding="utf-8")
    store.load(small_pack, by=None, reason="B says it again", now=later(2))

    told = store.history(stored, {"indicator": "RD_SPEND", "unit": "B"})
    assert list(zip(told["change"], told["kind"], strict=True)) == [(1, "new"), (2, "withdrawn"), (3, "new")]
    assert [_value(stored, "B", at=change) for change in (1, 2, 3)] == [3.0, None, 3.0]


def test_what_identifies_nothing_is_refused(stored: Any) -> None:
    from mezon.web.warehouse import store

    with pytest.raises(WrongUse, match="value identifies no observation"):
        store.history(stored, {"value": "1"})


LAWS: dict[str, dict[str, Any]] = {
    "an absent status with a value": {"value": 1.0, "status": "M"},
    "a status that promises a value without one": {"value": None, "status": "A"},
    "a status outside its codelist": {"value": 1.0, "status": "Z"},
    "a confidentiality outside its codelist": {"value": 1.0, "confidentiality": "X"},
    "a qualifier outside its codelist": {"value": 1.0, "qualifier": "?"},
    "a variant outside its codelist": {"value": 1.0, "variant": "GUESS"},
    "an infinite value": {"value": float("inf")},
    "a value that is no number": {"value": float("nan")},
}


@pytest.mark.parametrize("row", LAWS.values(), ids=LAWS.keys())
def test_the_database_itself_refuses(stored: Any, record: Record, row: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        record("RD_SPEND", "B", "2023", row["value"], **{name: said for name, said in row.items() if name != "value"})

    stored.refresh_from_db()
    assert stored.last_change == 1


def test_the_database_refuses_two_open_versions_of_one_observation(stored: Any) -> None:
    from mezon.web.warehouse.models import VERSIONS_EACH, ObservationVersion

    version = ObservationVersion.objects.first()
    assert version is not None
    version.pk = version.observation_id * VERSIONS_EACH + 5
    version.recorded_from = 5
    with pytest.raises(DatabaseError, match=r"one_open_version|UNIQUE"), transaction.atomic():
        version.save(force_insert=True)


@pytest.mark.parametrize("ends", [{"recorded_to": 1}, {"recorded_to": 0}])
def test_the_database_refuses_a_version_that_ends_before_it_begins(stored: Any, ends: dict[str, int]) -> None:
    from mezon.web.warehouse.models import ObservationVersion

    with pytest.raises(DatabaseError), transaction.atomic():
        ObservationVersion.objects.update(**ends)


def test_two_packs_count_their_changes_each_for_itself(stored: Any, small_pack: Path) -> None:
    from mezon.web.warehouse import store

    text = (small_pack / "pack.toml").read_text(encoding="utf-8")
    (small_pack / "pack.toml").write_text(text.replace('id = "mypack"', 'id = "other"'), encoding="utf-8")
    other = store.load(small_pack, by=None, reason="another", now=later(1))

    assert (other.code, other.last_change) == ("other", 1)
    assert store.read_observations(other).height == store.read_observations(stored).height == 4


def test_an_unknown_pack_is_answered_with_those_there_are(stored: Any) -> None:
    from mezon.web.warehouse import store

    with pytest.raises(AskedForUnknown, match="mypack"):
        store.find_stored("nowhere")
