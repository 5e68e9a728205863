"""Grids: the cells of a CSV file or of a sheet of a workbook as they stand, before anybody says what they mean."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mezon.design.csv_bytes import decode
from mezon.errors import AskedForUnknown, PackUnreadable
from mezon.model.finding import Finding, Rulebook

#: What may stand between the cells of a text file, the likeliest first.
SEPARATORS = (",", ";", "\t", "|")
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
#: How statistical software writes that there is no value.
NO_VALUE = frozenset({"", "na", "n/a", "nan", "null", "none", "..", "...", "-", "–", "—", "#n/a", "<na>"})

#: A number of a workbook stays a number; everything else is text without blanks around it, empty where nothing stands.
Cell = str | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of cells. `sheet` is empty for a text file; `separator` is empty for a workbook."""

    file: str
    sheet: str = ""
    separator: str = ""
    rows: tuple[tuple[Cell, ...], ...]

    def cell(self, row: int, column: int) -> Cell:
        """Give the cell of a row and column, both from 0; empty beyond the edge."""
        line = self.rows[row] if 0 <= row < len(self.rows) else ()
        return line[column] if 0 <= column < len(line) else ""

    def text(self, row: int, column: int) -> str:
        """Give a cell as text: a whole number without its point."""
        return as_text(self.cell(row, column))

    def place(self, row: int, column: int, *, name: str = "") -> dict[str, Any]:
        """Say where a cell is, in the words of a finding: line and column, or sheet!cell."""
        if self.sheet:
            return {"file": self.file, "key": f"{self.sheet}!{letters(column)}{row + 1}"}
        return {"file": self.file, "row": row + 1, "column": name or letters(column)}


def as_text(cell: Cell) -> str:
    """Write a cell as text: 2020, not 2020.0."""
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if abs(cell) < 1e15 and cell == int(cell) else repr(cell)


def is_blank(cell: Cell) -> bool:
    """Say whether a cell holds no value, in whatever way software writes that."""
    return cell != cell if isinstance(cell, float) else cell.casefold() in NO_VALUE


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """Name a column, counted from 0, as a spreadsheet does: A, B, ..., Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def read_grids(path: Path, *, rulebook: Rulebook, separator: str = "") -> tuple[dict[str, Grid], list[Finding]]:
    """Read every sheet of a workbook by name, or a text file as one nameless sheet.

    separator : between the cells of a text file; found where it is left out, and asked for where two fit.
    Raises : AskedForUnknown when there is no such file; PackUnreadable when it is no workbook.
    """
    if not path.is_file():
        raise AskedForUnknown(f"There is no file {path.name}.", hint="Name a CSV file or a workbook.")
    if path.suffix.lower() in WORKBOOKS:
        return _sheets(path), []
    grid, findings = _text_grid(path, rulebook=rulebook, separator=separator)
    return {"": grid}, findings


def _sheets(path: Path) -> dict[str, Grid]:
    import python_calamine  # here, because few commands open a workbook

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise PackUnreadable(f"{path.name} cannot be read as a workbook: {fault}") from None
    return {
        name: Grid(file=path.name, sheet=name, rows=tuple(tuple(_cell(value) for value in row) for row in cells))
        for name, cells in rows.items()
    }


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _text_grid(path: Path, *, rulebook: Rulebook, separator: str) -> tuple[Grid, list[Finding]]:
    content, findings = decode(path.read_bytes(), rulebook=rulebook, file=path.name)
    text = content.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    marks = (separator,) if separator else fitting_separators(text)
    if len(marks) > 1:
        shown = " ".join(repr(mark) for mark in marks)
        findings.append(rulebook.finding("import-separator-unclear", file=path.name, value=shown))
    rows = tuple(tuple(cell.strip() for cell in row) for row in _records(text, marks[0]))
    return Grid(file=path.name, separator=marks[0], rows=rows), findings


def _records(text: str, separator: str) -> list[list[str]]:
    """Take a text apart; a cell longer than the csv module allows by itself is no reason to stop."""
    limit = csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator))
    finally:
        csv.field_size_limit(limit)


def fitting_separators(text: str) -> tuple[str, ...]:
    """Give the separators that cut the header and nearly all rows into equally many cells; a comma where none does.

    A mark inside the header is a separator there, and not a decimal sign: names hardly ever hold one. Where two marks
    cut the header, the one that cuts it into more cells wins, if the rows agree with it.
    """
    found: dict[str, int] = {}
    for mark in SEPARATORS:
        rows = [row for row in _records(text[:200_000], mark) if any(row)][:200]
        width = len(rows[0]) if rows else 1
        if len(text) > 200_000:
            rows = rows[:-1]
        agreeing = Counter(len(row) for row in rows)[width]
        if width > 1 and agreeing >= 0.9 * len(rows):
            found[mark] = width
    most = max(found.values(), default=0)
    return tuple(mark for mark, width in found.items() if width == most) or (SEPARATORS[0],)
