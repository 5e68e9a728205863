"""Reading observations as they are known now, or were known at any change: one query, one index, one cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection

from mezon.model.observations import COLUMNS, IDENTITY, ROW
from mezon.web.warehouse.models import OPEN, VERSIONS_EACH, StoredPack
from mezon.web.warehouse.store.changes import known_at

#: What a read adds to WORKING_SCHEMA: the observation's id, and who recorded this version when and why.
RECORDED: dict[str, pl.DataType] = {
    "observation": pl.Int64(),
    "recorded_from": pl.Int64(),
    "recorded_to": pl.Int64(),
    "change_by": pl.Int64(),
    "change_at": pl.String(),
    "change_reason": pl.String(),
    "as_written": pl.String(),
}
_ROWS_AT_ONCE = 500
_OF_SERIES = frozenset({"indicator", "unit", "breakdown", "variant", "price_basis", "unit_of_measure", "source"})
_OF_OBSERVATION = frozenset({"period", "published", "source_ref"})


def read_observations(
    pack: StoredPack,
    *,
    indicators: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    at: int | None = None,
) -> pl.DataFrame:
    """Read the observations of a pack as known at a change (now when none is named), in the order of their file.

    Returns : a frame with WORKING_SCHEMA and RECORDED; `row` numbers the rows as a file of them alone would.
    """
    columns = (*COLUMNS, *RECORDED)
    where, parameters = _wanted(pack, indicators, units, periods)
    changed = known_at(pack, at)
    statement = (
        f"SELECT {', '.join(_selected(name) for name in columns)}, v.position "  # noqa: S608 - names are ours
        f"FROM {_known()} JOIN warehouse_change c ON c.pack_id = s.pack_id AND c.number = v.recorded_from "
        f"WHERE v.recorded_to > %s AND {where}"
    )
    schema = {**COLUMNS, **RECORDED, "position": pl.Int64()}
    frame = frame_of(statement, [changed, changed, *parameters], schema)
    ordered = frame.sort("position", *IDENTITY).drop("position")
    return ordered.with_columns((pl.int_range(pl.len(), dtype=pl.UInt32) + 2).alias(ROW)).select(
        *COLUMNS, ROW, *RECORDED
    )


def read_working(
    pack: StoredPack,
    *,
    indicators: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    at: int | None = None,
) -> pl.DataFrame:
    """Read observations as the line takes them: WORKING_SCHEMA alone, without who recorded them; in no set order."""
    where, parameters = _wanted(pack, indicators, units, periods)
    changed = known_at(pack, at)
    frame = frame_of(
        f"SELECT {', '.join(_selected(name) for name in COLUMNS)} FROM {_known()} "  # noqa: S608 - our names
        f"WHERE v.recorded_to > %s AND {where}",
        [changed, changed, *parameters],
        COLUMNS,
    )
    return frame.with_columns((pl.int_range(pl.len(), dtype=pl.UInt32) + 2).alias(ROW))


def known_version() -> str:
    """Join each observation `o` with the version `v` recorded last by change %s, which may have been closed by then.

    One seek, however many versions there are. The first parameter of a statement that uses it is that change.
    """
    inside = f"w.key >= o.id * {VERSIONS_EACH} AND w.key <= o.id * {VERSIONS_EACH} + %s"
    if connection.vendor == "postgresql":
        newest = f"SELECT w.* FROM warehouse_observationversion w WHERE {inside} ORDER BY w.key DESC LIMIT 1"  # noqa: S608
        return f"CROSS JOIN LATERAL ({newest}) v"
    newest = f"SELECT MAX(w.key) FROM warehouse_observationversion w WHERE {inside}"  # noqa: S608 - our names
    return f"JOIN warehouse_observationversion v ON v.key = ({newest})"


def open_version() -> str:
    """Join each observation `o` with the version `v` that is known now, where there is one: one seek."""
    same = f"w.observation_id = o.id AND w.recorded_to = {OPEN}"
    if connection.vendor == "postgresql":
        return f"CROSS JOIN LATERAL (SELECT w.* FROM warehouse_observationversion w WHERE {same} LIMIT 1) v"  # noqa: S608
    return f"JOIN warehouse_observationversion v ON {same.replace('w.', 'v.')}"


def _known() -> str:
    return f"warehouse_series s JOIN warehouse_observation o ON o.series_id = s.id {known_version()}"


def frame_of(statement: str, parameters: Sequence[Any], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Run a query and give its rows as a frame."""
    columns: list[list[Any]] = [[] for _ in schema]
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        # All rows at once are as many objects for the garbage collector to walk: it took longer than the query.
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            for place, column in enumerate(columns):
                column.extend([row[place] for row in rows])
    return pl.DataFrame(
        [pl.Series(name, column, dtype=dtype) for (name, dtype), column in zip(schema.items(), columns, strict=True)]
    )


def _selected(name: str) -> str:
    if name in _OF_SERIES:
        return f"s.{name}"
    if name in _OF_OBSERVATION:
        return f"o.{name}"
    special = {
        "observation": "o.id",
        "change_by": "c.by",
        "change_at": "CAST(c.at AS text)",
        "change_reason": "c.reason",
    }
    return special.get(name, f"v.{name}")


def _wanted(
    pack: StoredPack, indicators: Sequence[str] | None, units: Sequence[str] | None, periods: Sequence[str] | None
) -> tuple[str, list[Any]]:
    conditions, parameters = ["s.pack_id = %s"], [pack.pk]
    for column, wanted in (("s.indicator", indicators), ("s.unit", units), ("o.period", periods)):
        if wanted is None:
            continue
        conditions.append(f"{column} IN ({', '.join(['%s'] * len(wanted))})" if wanted else "1 = 0")
        parameters += list(wanted)
    return " AND ".join(conditions), parameters
