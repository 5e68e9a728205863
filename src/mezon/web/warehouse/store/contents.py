"""What the store has anything of: indicators, periods, and how confidential what was said is. Never a value."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl
from django.db import connection

from mezon.web.warehouse.models import StoredPack
from mezon.web.warehouse.store.reading import frame_of, known_version

_MARKS: dict[str, pl.DataType] = {
    "indicator": pl.String(), "unit": pl.String(), "period": pl.String(), "confidentiality": pl.String(),
}  # fmt: skip
#: More units than this are read whole and chosen from: a query's text has its limits.
_NAMED_IN_A_QUERY = 2000


def indicators_stated(pack: StoredPack, *, units: Collection[str] | None = None) -> frozenset[str]:
    """Give the indicators of which anything was ever said, of any unit or of some: a seek an indicator, one query."""
    some, named = _named("s.unit", units)
    there = f"SELECT 1 FROM warehouse_series s WHERE s.pack_id = %s AND s.indicator = t.code {some}"  # noqa: S608
    smallest = "SELECT MIN(s.indicator) FROM warehouse_series s WHERE s.pack_id = %s"
    statement = (
        f"WITH RECURSIVE t(code) AS ({smallest} UNION ALL "  # noqa: S608 - our names
        f"SELECT ({smallest} AND s.indicator > t.code) FROM t WHERE t.code IS NOT NULL) "
        f"SELECT t.code FROM t WHERE t.code IS NOT NULL {f'AND EXISTS ({there})' if some else ''}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [pack.pk, pack.pk, *([pack.pk, *named] if some else [])])
        return frozenset(code for (code,) in cursor.fetchall())


def periods_stated(
    pack: StoredPack, *, indicators: Collection[str], units: Collection[str] | None = None
) -> frozenset[str]:
    """Give the periods of which anything was ever said of some indicators, of any unit or of some: one query."""
    where, parameters = _of(pack, indicators, units)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT o.period FROM warehouse_series s JOIN warehouse_observation o ON o.series_id = s.id "  # noqa: S608
            f"WHERE {where}",
            parameters,
        )
        return frozenset(period for (period,) in cursor.fetchall())


def read_confidentiality(
    pack: StoredPack, *, indicators: Collection[str], units: Collection[str] | None = None, at: int
) -> pl.DataFrame:
    """Give how confidential each statement was when it was last spoken of by a change, withdrawn or not: one query.

    Returns : indicator, unit, period, confidentiality; a row a statement.
    """
    where, parameters = _of(pack, indicators, units)
    found = frame_of(
        "SELECT s.indicator, s.unit, o.period, v.confidentiality FROM warehouse_series s "  # noqa: S608 - our names
        f"JOIN warehouse_observation o ON o.series_id = s.id {known_version()} WHERE {where}",
        [at, *parameters],
        _MARKS,
    )
    return found if units is None else found.filter(pl.col("unit").is_in(sorted(units)))


def _of(pack: StoredPack, indicators: Collection[str], units: Collection[str] | None) -> tuple[str, list[str | int]]:
    codes = sorted(indicators)
    some, named = _named("s.unit", units)
    return (
        f"s.pack_id = %s AND s.indicator IN ({', '.join(['%s'] * len(codes)) or 'NULL'}) {some}",
        [pack.pk, *codes, *named],
    )


def _named(column: str, units: Collection[str] | None) -> tuple[str, Sequence[str]]:
    """Name some units in a query; nothing where all are meant, or too many to be named."""
    if units is None or len(units) > _NAMED_IN_A_QUERY:
        return "", []
    return f"AND {column} IN ({', '.join(['%s'] * len(units)) or 'NULL'})", sorted(units)
