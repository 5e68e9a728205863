"""Places in a file, as findings name them: the line that a cell belongs to, and the order in which a person reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Resources!I7: sheet, column, row. A line of a text table ("row 7") has a row alone.
_PLACE = re.compile(r"(?:(?P<sheet>.*)!)?(?P<column>[A-Z]*)(?:row )?(?P<row>\d+)")


def line_of(place: str) -> str:
    """Give the line that a place belongs to, whatever the column: Resources!E7 and Resources!I7 are one line.

    What is no place of a file is its own line.
    """
    found = _PLACE.fullmatch(place)
    return f"{found['sheet'] or ''}!{found['row']}" if found else place


def sheet_of(place: str) -> str:
    """Give the sheet of a place; "" for a text table and for what concerns the whole file."""
    return place.rpartition("!")[0]


def order_of(place: str, sheets: Mapping[str, int]) -> tuple[int, str, int, int, str]:
    """Sort places as they stand in the file: sheets in their order, rows downwards (5 before 12), columns across.

    sheets : the place of each sheet in the file; those not named follow, by name. What is no place stands first.
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        return (-1, "", 0, 0, place)
    sheet, column = found["sheet"] or "", found["column"]
    return (sheets.get(sheet, len(sheets)), sheet, int(found["row"]), len(column), column)
