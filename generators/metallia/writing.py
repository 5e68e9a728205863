"""Writes tables as CSV: UTF-8, comma, one line feed a row, numbers the shortest way that reads back the same."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = Mapping[str, object]


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows under the named columns; what a row does not say is an empty cell.

    Raises : ValueError when a row says something that has no column.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            unknown = sorted(set(row) - set(columns))
            if unknown:
                raise ValueError(f"{path.name} has no column {', '.join(unknown)}.")
            writer.writerow([cell(row.get(column)) for column in columns])


def cell(value: object) -> str:
    """Write one cell: whole numbers without a point, truth in lower case, nothing for None.

    >>> cell(12.0), cell(0.25), cell(True), cell(None)
    ('12', '0.25', 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)
