"""Rows on their way in: staged in a table of the connection, then compared and recorded by a handful of statements.

The statements are the same on SQLite and PostgreSQL; only how rows get into the staging table differs.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import connection

from mezon.web.warehouse.models import OPEN, VERSIONS_EACH

SERIES = ("indicator", "unit", "breakdown", "variant", "price_basis", "unit_of_measure", "source")
MOMENT = ("period", "published", "source_ref")
CONTENT = ("value", "status", "confidentiality", "qualifier", "low", "high", "standard_error", "cites", "note")
#: Columns of a frame that is staged, in order.
STAGED = ("n", *SERIES, *MOMENT, *CONTENT, "position", "as_written")
_NUMBERS = frozenset({"value", "low", "high", "standard_error"})


def make_staging() -> None:
    """Make the staging table of this connection, or empty it."""
    columns = ", ".join(f"{name} {_type_of(name)}" for name in STAGED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS mezon_staged ({columns}, series_id bigint, observation_id bigint, "
            "old_key bigint)"
        )
        # PostgreSQL would keep what is deleted until the transaction ends, and read past it at every block.
        cursor.execute("TRUNCATE mezon_staged" if connection.vendor == "postgresql" else "DELETE FROM mezon_staged")


def _type_of(name: str) -> str:
    if name in _NUMBERS:
        return "double precision"
    return "bigint" if name in {"n", "position"} else "text"


def stage(frame: pl.DataFrame) -> None:
    """Put a frame with the columns STAGED into the staging table."""
    rows = frame.select(STAGED)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            text = rows.write_csv(include_header=False, quote_style="non_numeric")
            with cursor.copy(f"COPY mezon_staged ({', '.join(STAGED)}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(text)
            cursor.execute("ANALYZE mezon_staged")
        else:
            marks = ", ".join(["%s"] * len(STAGED))
            cursor.executemany(
                f"INSERT INTO mezon_staged ({', '.join(STAGED)}) VALUES ({marks})",  # noqa: S608 - names are ours
                rows.rows(),
            )


def run(statement: str, parameters: list[Any] | None = None) -> int:
    """Run one statement and give the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return int(cursor.rowcount)


def rows_of(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one query and give its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return list(cursor.fetchall())


def identify(pack_id: int) -> None:
    """Give every staged row its series, its observation and the key of its open version; make what is new."""
    _find_series(pack_id)
    names = ", ".join(SERIES)
    run(
        f"INSERT INTO warehouse_series (pack_id, {names}) SELECT DISTINCT CAST(%s AS bigint), {names} "  # noqa: S608
        f"FROM mezon_staged WHERE series_id IS NULL ORDER BY {names}",
        [pack_id],
    )
    _find_series(pack_id)
    _find_observations()
    run(
        "INSERT INTO warehouse_observation (series_id, period, published, source_ref) "
        "SELECT series_id, period, published, source_ref FROM mezon_staged WHERE observation_id IS NULL ORDER BY n"
    )
    _find_observations()
    run(
        "UPDATE mezon_staged SET old_key = (SELECT v.key FROM warehouse_observationversion v "  # noqa: S608
        f"WHERE v.observation_id = mezon_staged.observation_id AND v.recorded_to = {OPEN})"
    )


def _find_series(pack_id: int) -> None:
    same = " AND ".join(f"s.{name} = mezon_staged.{name}" for name in SERIES)
    run(
        f"UPDATE mezon_staged SET series_id = (SELECT s.id FROM warehouse_series s "  # noqa: S608
        f"WHERE s.pack_id = %s AND {same}) WHERE series_id IS NULL",
        [pack_id],
    )


def _find_observations() -> None:
    run(
        "UPDATE mezon_staged SET observation_id = (SELECT o.id FROM warehouse_observation o WHERE "
        "o.series_id = mezon_staged.series_id AND o.period = mezon_staged.period AND "
        "o.published = mezon_staged.published AND o.source_ref = mezon_staged.source_ref) "
        "WHERE observation_id IS NULL"
    )


def staged_identities() -> pl.DataFrame:
    """Give which observation each staged row is of."""
    rows = rows_of("SELECT n, observation_id FROM mezon_staged")
    return pl.DataFrame(rows, schema={"n": pl.Int64(), "observation_id": pl.Int64()}, orient="row")


def drop_unchanged(*, as_written: bool) -> int:
    """Take away staged rows that say what is known already, and give their number."""
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    names = (*CONTENT, "as_written") if as_written else CONTENT
    equal = " AND ".join(f"v.{name} {same} mezon_staged.{name}" for name in names)
    return run(
        "DELETE FROM mezon_staged WHERE old_key IS NOT NULL AND EXISTS (SELECT 1 FROM "  # noqa: S608
        f"warehouse_observationversion v WHERE v.key = mezon_staged.old_key AND {equal})"
    )


def recorded_twice(number: int) -> list[tuple[Any, ...]]:
    """Give the staged rows whose observation this very change has recorded already: one identity, two statements."""
    return rows_of(
        "SELECT n, indicator, unit, period FROM mezon_staged WHERE old_key = observation_id * "  # noqa: S608
        f"{VERSIONS_EACH} + {number} ORDER BY n"
    )


def record_staged(number: int) -> tuple[int, int]:
    """Close the versions that staged rows replace and insert theirs; give how many are new and how many changed."""
    changed = run(
        f"UPDATE warehouse_observationversion SET recorded_to = {number} WHERE key IN "  # noqa: S608
        "(SELECT old_key FROM mezon_staged WHERE old_key IS NOT NULL)"
    )
    names = ", ".join(CONTENT)
    inserted = run(
        "INSERT INTO warehouse_observationversion (key, observation_id, recorded_from, recorded_to, "  # noqa: S608
        f"{names}, position, as_written) SELECT observation_id * {VERSIONS_EACH} + {number}, observation_id, {number}, "
        f"{OPEN}, {names}, COALESCE((SELECT v.position FROM warehouse_observationversion v WHERE v.key = old_key), "
        "position), as_written FROM mezon_staged ORDER BY observation_id"
    )
    return inserted - changed, changed
