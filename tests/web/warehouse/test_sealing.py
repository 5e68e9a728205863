"""The database keeps what the store recorded, whoever asks it to forget."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

VERSIONS = ("observationversion", "fileversion", "placement")
FIXED = ("change", "series", "observation")
#: A column of each table that has no foreign key, and another value for it.
ANOTHER = {
    "observationversion": "note = 'other'", "fileversion": "text = 'other'", "placement": "depth = depth + 1",
    "change": "reason = 'other'", "series": "variant = 'LOW'", "observation": "period = '1999'",
}  # fmt: skip


def _refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", [*VERSIONS, *FIXED])
def test_the_database_refuses_to_delete_what_was_recorded(stored: Any, table: str) -> None:
    _refused(f"DELETE FROM warehouse_{table}")  # noqa: S608


@pytest.mark.parametrize("table", [*VERSIONS, *FIXED])
def test_the_database_refuses_to_say_something_else(stored: Any, table: str) -> None:
    _refused(f"UPDATE warehouse_{table} SET {ANOTHER[table]}")  # noqa: S608


@pytest.mark.parametrize("table", VERSIONS)
def test_a_version_may_be_closed_once_and_stays_closed(stored: Any, table: str) -> None:
    from mezon.web.warehouse.models import OPEN

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE warehouse_{table} SET recorded_to = 9")  # noqa: S608
        assert cursor.rowcount > 0
    _refused(f"UPDATE warehouse_{table} SET recorded_to = {OPEN}")  # noqa: S608
    _refused(f"UPDATE warehouse_{table} SET recorded_to = 8")  # noqa: S608


@pytest.mark.parametrize("table", VERSIONS)
def test_a_version_is_not_changed_while_it_is_closed(stored: Any, table: str) -> None:
    _refused(f"UPDATE warehouse_{table} SET recorded_to = 9, {ANOTHER[table]}")  # noqa: S608


def test_a_row_keeps_its_place_in_the_file_once_its_change_is_recorded(stored: Any) -> None:
    _refused("UPDATE warehouse_observationversion SET position = position + 1")


def test_postgresql_refuses_to_empty_the_tables(stored: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    # What the test's own transaction still has to compare is compared first: TRUNCATE would wait for it.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _refused("TRUNCATE warehouse_observationversion")


def test_register_rows_are_kept_as_well(stored: Any) -> None:
    from mezon.web.warehouse.models import RegisterRow

    RegisterRow.objects.create(pack=stored, register="projects", key="1", unit="A", line="1,A", position=1,
                               recorded_from=1)  # fmt: skip
    _refused("DELETE FROM warehouse_registerrow")
    _refused("UPDATE warehouse_registerrow SET line = 'other'")
