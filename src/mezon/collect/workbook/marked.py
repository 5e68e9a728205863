"""A sheet of a form found by its marks, wherever it is and whatever was inserted, renamed or moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from mezon.collect.grid import letters
from mezon.collect.workbook import layout
from mezon.collect.workbook.inside import SheetFacts
from mezon.model.text import LANGUAGES

#: Marks and headings stand near the top; a form's key in far-off rows needs no heading.
_SEARCHED_ROWS = 60
_PERIOD = re.compile(r"\d{4}(-[SQ]?\d{1,2})?")
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSheet:
    """A sheet with lines of the form: its columns by mark, and the row of each key."""

    name: str
    rows: Rows
    columns: Mapping[str, int]
    marks_row: int
    lines: tuple[tuple[int, tuple[str, str, str, str]], ...]
    facts: SheetFacts

    def cell(self, row: int, mark: str) -> Any:
        """Give what stands in a row under a mark; "" where the column is gone or the row is shorter."""
        column = self.columns.get(mark, -1)
        line = self.rows[row]
        return line[column] if 0 <= column < len(line) else ""

    def place(self, row: int, mark: str = layout.VALUE) -> str:
        """Name a cell as a spreadsheet does."""
        return at(self.name, row, self.columns[mark])

    def spot(self, row: int, mark: str = layout.VALUE) -> tuple[int, int]:
        """Give a cell's row and column, both from 0."""
        return row, self.columns[mark]


def at(sheet: str, row: int, column: int) -> str:
    """Name a cell: Resources!I7."""
    return f"{sheet}!{letters(column)}{row + 1}"


def marked_sheet(name: str, rows: Rows, facts: SheetFacts) -> MarkedSheet | None:
    """Find the lines of a form on a sheet; None where there are none, or where the column of values is not known."""
    columns, marks_row = _marks(rows)
    key_column = columns.get(layout.KEY)
    lines = tuple(_lines(rows, key_column))
    if not lines:
        return None
    if key_column is None:
        key_column, marks_row = _key_column(rows), lines[0][0] - 1
        columns = {**_headings(rows[: lines[0][0]]), layout.KEY: key_column}
    if layout.VALUE not in columns:
        columns = {**_headings(rows[: lines[0][0]]), **columns}
    if layout.VALUE not in columns:
        return None
    return MarkedSheet(name=name, rows=rows, columns=columns, marks_row=marks_row, lines=lines, facts=facts)


def has_keys(rows: Rows) -> bool:
    """Whether a sheet holds keys of a form at all."""
    return next(_lines(rows, None), None) is not None


def _marks(rows: Rows) -> tuple[dict[str, int], int]:
    for number, row in enumerate(rows[:_SEARCHED_ROWS]):
        found = {cell: column for column, cell in enumerate(row) if isinstance(cell, str) and cell in layout.COLUMNS}
        if len(found) >= 2 and layout.VALUE in found:
            return found, number
    return {}, -1


def _lines(rows: Rows, column: int | None) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    where = _key_column(rows) if column is None else column
    if where < 0:
        return
    for number, row in enumerate(rows):
        text = row[where] if where < len(row) else ""
        key = layout.read_key(text.strip()) if isinstance(text, str) and "|" in text else None
        if key is not None:
            yield number, key


def _key_column(rows: Rows) -> int:
    """Find a column of keys by the first of them; -1 where there is none."""
    for row in rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.count("|") == 3 and layout.read_key(cell.strip()):
                return column
    return -1


def _headings(rows: Rows) -> dict[str, int]:
    """Find columns by their headings, in whichever language, where the row of marks is gone."""
    names = {
        layout.VALUE: "value", layout.NUMBER: "number", layout.STATUS: "status", layout.NOTE: "note",
        layout.MEASURE: "measure", layout.PART: "part", layout.NAME: "indicator", layout.MEANT: "definition",
    }  # fmt: skip
    found: dict[str, int] = {}
    for row in rows[-_SEARCHED_ROWS:]:
        earlier = [column for column, cell in enumerate(row) if _PERIOD.fullmatch(as_typed(cell))]
        found |= dict(zip(layout.BEFORE, earlier, strict=False))
        for column, cell in enumerate(row):
            for mark, name in names.items():
                if isinstance(cell, str) and any(_is_heading(cell, layout.say(name, code), mark) for code in LANGUAGES):
                    found[mark] = column
    return found


def _is_heading(cell: str, word: str, mark: str) -> bool:
    return cell.startswith(f"{word} ") if mark == layout.VALUE else cell == word


def as_typed(cell: Any) -> str:
    """Write a cell's content as a person would have typed it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
