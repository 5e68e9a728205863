"""Import of a workbook of the JRC's COIN Tool: its sheets Database and Framework.

The Tool does not document its layout. What is read here is what the reader of the R package COINr (`import_coin_tool`)
reads, cell by cell:

- Database, from column E, an indicator a column: row 7 weight, 8 direction, 9 lower and 10 upper goalpost, 11 to 14 the
  aggregates it belongs to (index, sub-index, pillar, sub-pillar), 15 name, 16 code; from row 17 a unit a row, column B
  its name, C its code. "n/a" is a missing value.
- Framework, from row 5 (row 4 names the columns; one row lower in versions before 2019): column C code, E weight, H
  name. Codes begin with sp., p., si. or Index; "--" is an empty line.

A workbook that is laid out otherwise is refused with the cell where it differs. The Tool knows no years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mezon.collect.coinr_methodologies import methodologies_of
from mezon.collect.columns import digest, has_error
from mezon.collect.grid import Grid, is_blank, read_grids
from mezon.collect.pack_draft import (
    ImportSettings,
    IndicatorDraft,
    LeafDraft,
    NodeDraft,
    PackDraft,
    UnitDraft,
    code_from,
)
from mezon.model.finding import Finding, Rulebook

DATABASE, FRAMEWORK = "Database", "Framework"
#: Rows and columns from 0, as the module says from 1.
_WEIGHT, _DIRECTION, _LOWER, _UPPER, _INDEX, _NAME, _CODE, _FIRST_UNIT = 6, 7, 8, 9, 10, 14, 15, 16
_FIRST_INDICATOR, _UNIT_NAME, _UNIT_CODE = 4, 1, 2
_FRAMEWORK_HEADER, _FRAMEWORK_CODE, _FRAMEWORK_WEIGHT, _FRAMEWORK_NAME = (3, 4), 2, 4, 7
_AGGREGATES = ("index", "si.", "p.", "sp.")
_ORIGIN = (
    "Written by `mezon import coin-tool` from the sheets Database and Framework of a workbook of the JRC's COIN Tool: "
    "units, values, directions, goalposts, weights and the tree. The Tool knows no years, so the period is the one "
    "that was given when importing."
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    grid: Grid
    rulebook: Rulebook
    findings: list[Finding]

    def report(self, code: str, row: int, column: int, value: object = "", **details: Any) -> None:
        place = self.grid.place(row, column)
        self.findings.append(self.rulebook.finding(code, **place, value=value, **details))

    def number(self, row: int, column: int) -> float | None:
        cell = self.grid.cell(row, column)
        if is_blank(cell):
            return None
        if isinstance(cell, str):
            self.report("import-not-a-number", row, column, cell)
            return None
        return cell


def import_coin_tool(
    path: Path, *, settings: ImportSettings, rulebook: Rulebook
) -> tuple[PackDraft | None, list[Finding]]:
    """Make a pack of a COIN Tool workbook.

    Returns : the pack, or None where an error forbids it; and everything found, at its cell.
    Raises : AskedForUnknown, PackUnreadable for a file that cannot be read.
    """
    grids, findings = read_grids(path, rulebook=rulebook)
    for name in (DATABASE, FRAMEWORK):
        if name not in grids:
            shown = ", ".join(filter(None, grids)) or "–"
            findings.append(rulebook.finding("import-sheet-missing", file=path.name, value=name, sheets=shown))
    if has_error(findings):
        return None, findings
    database = _Sheet(grids[DATABASE], rulebook, findings)
    framework = _Sheet(grids[FRAMEWORK], rulebook, findings)
    columns = _indicator_columns(database)
    if has_error(findings):
        return None, findings
    draft = _draft(database, framework, columns, settings, {path.name: digest(path)})
    return (None if has_error(findings) else draft), findings


def _indicator_columns(database: _Sheet) -> dict[str, int]:
    """Give the columns that hold an indicator with any value, by code; a sheet of another layout is reported."""
    grid = database.grid
    width = max(map(len, grid.rows), default=0)
    found: dict[str, int] = {}
    for column in range(_FIRST_INDICATOR, width):
        values = (grid.cell(row, column) for row in range(_FIRST_UNIT, len(grid.rows)))
        if all(is_blank(value) for value in values):
            continue
        written = grid.text(_CODE, column)
        code = code_from(written)
        if not code:
            database.report("import-layout-other", _CODE, column, written, expected="Ind.01")
        elif code in found:
            database.report("import-code-twice", _CODE, column, written, first=found[code] + 1)
        else:
            found[code] = column
    if not found:
        database.report("import-layout-other", _CODE, _FIRST_INDICATOR, grid.text(_CODE, 4), expected="Ind.01")
    return found


def _draft(
    database: _Sheet, framework: _Sheet, columns: Mapping[str, int], settings: ImportSettings, files: Mapping[str, str]
) -> PackDraft:
    used = _levels_in_use(database, columns)
    parents = {code: _path(database, column, used) for code, column in columns.items()}
    nodes = _nodes(framework, parents)
    units = _units(database)
    indicators = tuple(_indicator(database, code, column, parents[code]) for code, column in columns.items())
    leaves = tuple(
        LeafDraft(indicator=code, parent=parents[code][-1], weight=_weight(database, column))
        for code, column in columns.items()
        if parents[code]
    )
    if not settings.period_given:
        assumed = framework.rulebook.finding("import-period-assumed", file=framework.grid.file, value=settings.period)
        framework.findings.append(assumed)
    values = (
        (code, unit.code, settings.period, database.number(row, column))
        for row, unit in units
        for code, column in columns.items()
    )
    return PackDraft(
        title=settings.title or f"Imported from the COIN Tool: {Path(database.grid.file).stem}",
        origin=_ORIGIN,
        indicators=indicators,
        units=tuple(sorted((unit for _, unit in units), key=lambda unit: unit.code)),
        values=tuple(sorted(values, key=lambda value: value[:3])),
        files=files,
        nodes=nodes,
        leaves=leaves,
        methodologies=methodologies_of(indicators, leaves, goalposts_first=True),
    )


def _levels_in_use(database: _Sheet, columns: Mapping[str, int]) -> tuple[int, ...]:
    """Give the rows of the aggregates that divide the indicators; a level at which all are one is not used.

    The index itself always is: it is the root.
    """
    rows = range(_INDEX, _INDEX + len(_AGGREGATES))
    divides = [row for row in rows[1:] if len({database.grid.text(row, column) for column in columns.values()}) > 1]
    return (_INDEX, *divides)


def _path(database: _Sheet, column: int, used: tuple[int, ...]) -> tuple[str, ...]:
    """Give the nodes above an indicator, the index first."""
    path = []
    for row in used:
        written = database.grid.text(row, column)
        code, prefix = code_from(written), _AGGREGATES[row - _INDEX]
        if not code or not written.casefold().startswith(prefix):
            database.report("import-layout-other", row, column, written, expected=f"{prefix}…")
        else:
            path.append(code)
    return tuple(path)


def _nodes(framework: _Sheet, parents: Mapping[str, tuple[str, ...]]) -> tuple[NodeDraft, ...]:
    """Give the nodes of the paths, with the names and weights of the sheet Framework."""
    rows = _framework_rows(framework)
    found: dict[str, NodeDraft] = {}
    for path in parents.values():
        for depth, code in enumerate(path):
            above = path[depth - 1] if depth else ""
            if code in found and found[code].parent != above:
                row = rows.get(code, _FRAMEWORK_HEADER[0])
                framework.report("import-two-parents", row, _FRAMEWORK_CODE, code, parent=above)
            elif code not in found:
                found[code] = _node(framework, code, above, rows)
    roots = [code for code, node in found.items() if not node.parent]
    if len(roots) > 1:
        framework.report("import-no-single-root", _FRAMEWORK_HEADER[0], _FRAMEWORK_CODE, ", ".join(roots))
    return tuple(found.values())


def _framework_rows(framework: _Sheet) -> dict[str, int]:
    grid = framework.grid
    return {
        code_from(written): row
        for row in range(min(_FRAMEWORK_HEADER) + 1, len(grid.rows))
        if (written := grid.text(row, _FRAMEWORK_CODE)).casefold().startswith(_AGGREGATES)
    }


def _node(framework: _Sheet, code: str, parent: str, rows: Mapping[str, int]) -> NodeDraft:
    if code not in rows:
        framework.report("import-layout-other", _FRAMEWORK_HEADER[0] + 1, _FRAMEWORK_CODE, "", expected=code)
        return NodeDraft(code=code, parent=parent)
    row = rows[code]
    weight = framework.number(row, _FRAMEWORK_WEIGHT) if parent else 1.0
    if weight is None:
        framework.report("import-cell-empty", row, _FRAMEWORK_WEIGHT, code, of="weight")
    name = framework.grid.text(row, _FRAMEWORK_NAME)
    return NodeDraft(code=code, parent=parent, weight=1.0 if weight is None else weight, name=name)


def _weight(database: _Sheet, column: int) -> float:
    weight = database.number(_WEIGHT, column)
    if weight is None:
        database.report("import-cell-empty", _WEIGHT, column, of="weight")
    return 1.0 if weight is None else weight


def _indicator(database: _Sheet, code: str, column: int, path: tuple[str, ...]) -> IndicatorDraft:
    direction = database.number(_DIRECTION, column)
    if direction not in (1, -1):
        written = database.grid.text(_DIRECTION, column)
        database.report("code-unknown", _DIRECTION, column, written, nearest="1, -1")
    low, high = database.number(_LOWER, column), database.number(_UPPER, column)
    return IndicatorDraft(
        code=code,
        name=database.grid.text(_NAME, column),
        direction=-1 if direction == -1 else 1,
        group=path[-1] if len(path) > 1 else "",
        goalposts=(low, high) if low is not None and high is not None and low < high else None,
    )


def _units(database: _Sheet) -> list[tuple[int, UnitDraft]]:
    """Give the units with their rows; the first line without a name and a code ends the table."""
    found: list[tuple[int, UnitDraft]] = []
    seen: dict[str, int] = {}
    for row in range(_FIRST_UNIT, len(database.grid.rows)):
        name, code = database.grid.text(row, _UNIT_NAME), database.grid.text(row, _UNIT_CODE)
        if not name and not code:
            continue
        code = code or code_from(name)
        if code in seen:
            database.report("import-code-twice", row, _UNIT_CODE, code, first=seen[code] + 1)
        else:
            seen[code] = row
            found.append((row, UnitDraft(code=code, name=name or code)))
    if not found:
        database.report("import-layout-other", _FIRST_UNIT, _UNIT_CODE, "", expected="AUT")
    return found
