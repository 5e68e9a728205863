"""A grid whose first row names its columns: cells by name, and every fault at its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mezon.collect.grid import Grid, is_blank
from mezon.collect.number_style import NumberStyle, StyleFault, find_style
from mezon.design.nearest import nearest
from mezon.model.finding import Finding, Rulebook


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells by row (from 0, the header is row 0) and column name. What is wrong goes to `findings`."""

    grid: Grid
    style: NumberStyle
    rulebook: Rulebook
    findings: list[Finding]
    places: Mapping[str, int]

    @property
    def rows(self) -> range:
        """Places of the rows below the header."""
        return range(1, len(self.grid.rows))

    def report(self, code: str, row: int, column: str, value: object = "", **details: Any) -> None:
        """Enter a finding at a cell."""
        place = self.grid.place(row, self.places.get(column, 0), name=column)
        self.findings.append(self.rulebook.finding(code, **place, value=value, **details))

    def has(self, row: int) -> bool:
        """Say whether a row holds anything."""
        return any(not is_blank(cell) for cell in self.grid.rows[row])

    def text(self, row: int, column: str) -> str:
        """Give a cell as text; "" where there is none, or R's NA."""
        place = self.places.get(column)
        if place is None or is_blank(self.grid.cell(row, place)):
            return ""
        return self.grid.text(row, place)

    def number(self, row: int, column: str) -> float | None:
        """Give a cell as a number; one that is none is reported and counts as missing."""
        place = self.places.get(column)
        cell = "" if place is None else self.grid.cell(row, place)
        if is_blank(cell):
            return None
        found = cell if isinstance(cell, float) else self.style.number(cell)
        if found is None or abs(found) == float("inf"):
            self.report("import-not-a-number", row, column, cell)
            return None
        return found

    def require(self, *names: str) -> bool:
        """Report the columns that are not there; say whether all are."""
        missing = [name for name in names if name not in self.places]
        for name in missing:
            near = nearest(name, self.places)
            place = self.grid.place(0, 0)
            self.findings.append(self.rulebook.finding("import-column-missing", **place, value=name, nearest=near))
        return not missing


def columns_of(
    grid: Grid,
    *,
    rulebook: Rulebook,
    findings: list[Finding],
    numeric: Callable[[str], bool],
    decimal: str = "",
    known: NumberStyle | None = None,
) -> Columns | None:
    """Read the header of a grid and find how its numbers are written; None where that cannot be told.

    numeric : says of a column's name whether it may hold numbers, so that the numbering of chapters and dates are not
    taken for any. decimal : the decimal sign, where somebody said it. known : how the format writes its numbers; then a
    cell that is written otherwise is reported when it is read, at its place.
    """
    places: dict[str, int] = {}
    for column in range(max(map(len, grid.rows), default=0)):
        header = grid.text(0, column)
        if header in places:
            where = grid.place(0, column)
            findings.append(rulebook.finding("import-code-twice", **where, value=header, first=places[header] + 1))
        elif header:
            places[header] = column
    chosen = [place for name, place in places.items() if numeric(name)]
    cells = (grid.cell(row, place) for place in chosen for row in range(1, len(grid.rows)))
    style = known or find_style((cell for cell in cells if isinstance(cell, str)), decimal=decimal)
    if isinstance(style, StyleFault):
        fault = rulebook.finding(style.rule, file=grid.file, key=grid.sheet, value=style.first, other=style.second)
        findings.append(fault)
        return None
    return Columns(grid, style, rulebook, findings, places)


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, so that a pack can say what it was made of."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def has_error(findings: list[Finding]) -> bool:
    """Say whether something was found that forbids the import."""
    return any(finding.severity == "error" for finding in findings)
