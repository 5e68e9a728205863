"""Import of COINr's two tables: iData (units by columns) and iMeta (what each column is, and the tree).

COINr (William Becker, on CRAN) describes them in the reference of `new_coin`, `check_iData` and `check_iMeta`:

- iData: `uCode`; optionally `uName` and `Time`; every other column is described by a row of iMeta.
- iMeta: `iCode`, `Type` (Indicator, Aggregate, Group, Denominator, Other), `Level`, `Parent`, `Direction`, `Weight`;
  optionally `iName`, `Unit`, `Target`, `Denominator`, `goalpost_lower`, `goalpost_upper`; more are passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from mezon.collect.coinr_methodologies import methodologies_of
from mezon.collect.columns import Columns, columns_of, digest, has_error
from mezon.collect.grid import read_grids
from mezon.collect.number_style import NumberStyle
from mezon.collect.pack_draft import ImportSettings, IndicatorDraft, LeafDraft, NodeDraft, PackDraft, UnitDraft
from mezon.design.expressions import CODE
from mezon.design.nearest import nearest
from mezon.errors import MalformedValue
from mezon.model.finding import Finding, Rulebook
from mezon.model.period import Period
from mezon.model.tables import UNITS

IDATA, IMETA = "iData", "iMeta"
INDICATOR, AGGREGATE, GROUP, DENOMINATOR, OTHER = "Indicator", "Aggregate", "Group", "Denominator", "Other"
TYPES = (INDICATOR, AGGREGATE, GROUP, DENOMINATOR, OTHER)
_NEEDED = ("iCode", "Type", "Level", "Parent", "Direction", "Weight")
_USED = (*_NEEDED, "iName", "Unit", "Target", "Denominator", "goalpost_lower", "goalpost_upper")
_NUMBERS = ("Level", "Direction", "Weight", "Target", "goalpost_lower", "goalpost_upper")
_SPECIAL = ("uCode", "uName", "Time")
_RESERVED = frozenset(column.name for column in UNITS.columns)
_ORIGIN = (
    "Written by `mezon import coinr` from the tables iData and iMeta of the R package COINr. `Level` and `Parent` "
    "became the tree, `Weight` the weights, `Direction` the directions, `Unit` units of measure, `Target` and "
    "`Denominator` keys of the indicators, columns of type Group and Other columns of units.csv, `Time` the periods."
)


def import_coinr(
    idata: Path, imeta: Path | None, *, settings: ImportSettings, rulebook: Rulebook
) -> tuple[PackDraft | None, list[Finding]]:
    """Make a pack of COINr's two tables: two CSV files, or (`imeta` left out) a workbook with both as sheets.

    Returns : the pack, or None where an error forbids it; and everything found, at its cell.
    Raises : AskedForUnknown, PackUnreadable for files that cannot be read.
    """
    findings: list[Finding] = []
    mistaken = _mistaken(idata, imeta, rulebook)
    if mistaken is not None:
        return None, [mistaken]
    table = _table(imeta or idata, IMETA, rulebook, findings, numeric=_NUMBERS)
    if table is None or not table.require(*_NEEDED):
        return None, findings
    meta = _Meta.of(table)
    data = _table(idata, IDATA, rulebook, findings, numeric=meta.of_type(INDICATOR, DENOMINATOR))
    if data is None or not data.require("uCode"):
        return None, findings
    draft = _draft(data, meta, settings, {path.name: digest(path) for path in (idata, imeta) if path})
    return (None if has_error(findings) else draft), findings


def _mistaken(idata: Path, imeta: Path | None, rulebook: Rulebook) -> Finding | None:
    """Find that iMeta was not given, or that the two files were given the other way round."""
    if imeta is None:
        heads = _headers(idata, rulebook)
        forgotten = len(heads) == 1 and "uCode" in heads[0] and "iCode" not in heads[0]
        return rulebook.finding("import-imeta-missing", file=idata.name, value=IMETA) if forgotten else None
    first, second = (_headers(path, rulebook) for path in (idata, imeta))
    swapped = len(first) == len(second) == 1 and "iCode" in first[0] and "uCode" in second[0]
    return rulebook.finding("import-tables-swapped", file=idata.name, value=imeta.name) if swapped else None


def _headers(path: Path, rulebook: Rulebook) -> list[set[str]]:
    """Give the names in the first row of every sheet of a file."""
    grids, _ = read_grids(path, rulebook=rulebook)
    return [{grid.text(0, at) for at in range(len(grid.rows[0]))} for grid in grids.values() if grid.rows]


def _table(
    path: Path, name: str, rulebook: Rulebook, findings: list[Finding], *, numeric: Collection[str]
) -> Columns | None:
    """Read the sheet of that name, or the only one; R writes a decimal point, unless it separates by semicolons."""
    grids, faults = read_grids(path, rulebook=rulebook)
    findings += faults
    by_name = {sheet.casefold(): grid for sheet, grid in grids.items()}
    grid = by_name.get(name.casefold()) or (next(iter(grids.values())) if len(grids) == 1 else None)
    if grid is None:
        shown = ", ".join(grids) or "–"
        findings.append(rulebook.finding("import-sheet-missing", file=path.name, value=name, sheets=shown))
        return None
    known = None if grid.separator == ";" else NumberStyle(decimal=".")
    return columns_of(grid, rulebook=rulebook, findings=findings, numeric=lambda name: name in numeric, known=known)


@dataclass(frozen=True, slots=True)
class _Meta:
    """iMeta, with the row and the type of each code that can be used, in order."""

    table: Columns
    rows: Mapping[str, int]
    kinds: Mapping[str, str]

    def of_type(self, *kinds: str) -> list[str]:
        """Give the codes of some types."""
        return [code for code, kind in self.kinds.items() if kind in kinds]

    def text(self, code: str, column: str) -> str:
        return self.table.text(self.rows[code], column)

    def number(self, code: str, column: str) -> float | None:
        return self.table.number(self.rows[code], column)

    def report(self, rule: str, code: str, column: str, value: object, **details: object) -> None:
        self.table.report(rule, self.rows[code], column, value, **details)

    @classmethod
    def of(cls, table: Columns) -> _Meta:
        """Read codes and types; a row that cannot be used is reported and left out."""
        rows: dict[str, int] = {}
        kinds: dict[str, str] = {}
        for row in filter(table.has, table.rows):
            code, kind = table.text(row, "iCode"), table.text(row, "Type")
            if not code:
                table.report("import-cell-empty", row, "iCode", of="iCode")
            elif not CODE.fullmatch(code):
                table.report("import-code-malformed", row, "iCode", code)
            elif code in rows:
                table.report("import-code-twice", row, "iCode", code, first=rows[code] + 1)
            elif kind not in TYPES:
                table.report("code-unknown", row, "Type", kind, nearest=nearest(kind, TYPES))
            else:
                rows[code], kinds[code] = row, kind
        for name in table.places:
            if name not in _USED:
                table.report("import-column-unused", 0, name, name)
        return cls(table, rows, kinds)


def _draft(data: Columns, meta: _Meta, settings: ImportSettings, files: Mapping[str, str]) -> PackDraft:
    _check_columns(data, meta)
    nodes, leaves = _nodes(meta), _leaves(meta)
    indicators = tuple(_indicator(meta, code, nodes) for code in meta.of_type(INDICATOR, DENOMINATOR))
    return PackDraft(
        title=settings.title or f"Imported from COINr tables: {Path(data.grid.file).stem}",
        origin=_ORIGIN,
        indicators=indicators,
        units=_units(data, meta),
        values=_values(data, meta, settings),
        files=files,
        nodes=nodes,
        leaves=leaves,
        methodologies=methodologies_of(indicators, leaves),
    )


def _check_columns(data: Columns, meta: _Meta) -> None:
    """Report columns of iData that iMeta does not describe, and the other way round."""
    for name in data.places:
        if name not in meta.rows and name not in _SPECIAL:
            data.report("import-column-undescribed", 0, name, name, nearest=nearest(name, meta.rows))
    for code in meta.of_type(INDICATOR, DENOMINATOR, GROUP, OTHER):
        if code not in data.places:
            meta.report("import-column-missing", code, "iCode", code, nearest=nearest(code, data.places))


def _nodes(meta: _Meta) -> tuple[NodeDraft, ...]:
    """Give the aggregates as nodes; the one without a parent is the root."""
    codes = meta.of_type(AGGREGATE)
    roots = [code for code in codes if not meta.text(code, "Parent")]
    if len(roots) != 1:
        row = meta.rows[roots[1]] if roots else 0
        meta.table.report("import-no-single-root", row, "Parent", ", ".join(roots) or "–")
    for code in codes:
        _check_parent(meta, code)
        if meta.number(code, "Direction") == -1:
            meta.report("import-direction-of-aggregate", code, "Direction", code)
    return tuple(
        NodeDraft(
            code=code,
            parent=meta.text(code, "Parent"),
            weight=1.0 if code in roots else _weight(meta, code),
            name=meta.text(code, "iName"),
        )
        for code in codes
    )


def _leaves(meta: _Meta) -> tuple[LeafDraft, ...]:
    """Give the indicators that have a parent as leaves; one without is data only."""
    codes = [code for code in meta.of_type(INDICATOR) if meta.text(code, "Parent")]
    for code in codes:
        _check_parent(meta, code)
    return tuple(
        LeafDraft(indicator=code, parent=meta.text(code, "Parent"), weight=_weight(meta, code)) for code in codes
    )


def _weight(meta: _Meta, code: str) -> float:
    weight = meta.number(code, "Weight")
    if weight is None:
        meta.report("import-cell-empty", code, "Weight", code, of="Weight")
    elif weight < 0:
        meta.report("weight-negative", code, "Weight", weight)
    return 1.0 if weight is None else weight


def _check_parent(meta: _Meta, code: str) -> None:
    parent, aggregates = meta.text(code, "Parent"), meta.of_type(AGGREGATE)
    if not parent:
        return
    if parent not in aggregates:
        meta.report("import-parent-unknown", code, "Parent", parent, nearest=nearest(parent, aggregates))
        return
    own, above = meta.number(code, "Level"), meta.number(parent, "Level")
    if own is not None and above is not None and above != own + 1:
        meta.report("import-level-jump", code, "Level", f"{own:g}", parent=parent, above=f"{above:g}")


def _indicator(meta: _Meta, code: str, nodes: tuple[NodeDraft, ...]) -> IndicatorDraft:
    in_index = meta.kinds[code] == INDICATOR
    parent, denominator = meta.text(code, "Parent"), meta.text(code, "Denominator")
    if denominator and denominator not in meta.of_type(DENOMINATOR, INDICATOR):
        near = nearest(denominator, meta.of_type(DENOMINATOR))
        meta.report("import-denominator-unknown", code, "Denominator", denominator, nearest=near)
    low, high = meta.number(code, "goalpost_lower"), meta.number(code, "goalpost_upper")
    return IndicatorDraft(
        code=code,
        name=meta.text(code, "iName"),
        unit=meta.text(code, "Unit"),
        direction=_direction(meta, code) if in_index else 0,
        group=parent if any(node.code == parent and node.parent for node in nodes) else "",
        goalposts=(low, high) if low is not None and high is not None and low < high else None,
        target=meta.number(code, "Target") if in_index else None,
        denominator=denominator,
    )


def _direction(meta: _Meta, code: str) -> int:
    direction = meta.number(code, "Direction")
    if direction not in (1, -1):
        meta.report("code-unknown", code, "Direction", meta.text(code, "Direction"), nearest="1, -1")
        return 1
    return int(direction)


def _units(data: Columns, meta: _Meta) -> tuple[UnitDraft, ...]:
    """Give each unit once, with its name and groups; of a group that changes over time, the last one."""
    grouping = [code for code in meta.of_type(GROUP, OTHER) if code in data.places]
    columns = {name: f"group_{name}" if name in _RESERVED else name for name in grouping}
    found: dict[str, UnitDraft] = {}
    varying: dict[str, int] = {}
    for row in sorted(filter(data.has, data.rows), key=lambda row: (data.text(row, "Time"), row)):
        code = data.text(row, "uCode")
        groups = {column: data.text(row, name) for name, column in columns.items()}
        for name, column in columns.items():
            if code in found and groups[column] != found[code].groups[column]:
                varying.setdefault(name, row)
        if code:
            found[code] = UnitDraft(code=code, name=data.text(row, "uName") or code, groups=groups)
    for name, row in varying.items():
        data.report("import-group-varies", row, name, name)
    return tuple(found[code] for code in sorted(found))


def _values(data: Columns, meta: _Meta, settings: ImportSettings) -> tuple[tuple[str, str, str, float | None], ...]:
    """Give every value; NA becomes "missing", which is said and not left out."""
    codes = [code for code in meta.of_type(INDICATOR, DENOMINATOR) if code in data.places]
    if "Time" not in data.places and not settings.period_given:
        data.report("import-period-assumed", 0, "Time", settings.period)
    found: list[tuple[str, str, str, float | None]] = []
    seen: dict[tuple[str, str], int] = {}
    for row in filter(data.has, data.rows):
        unit, period = data.text(row, "uCode"), _period(data, row, settings)
        if not unit:
            data.report("import-cell-empty", row, "uCode", of="uCode")
        elif (unit, period) in seen:
            data.report("import-code-twice", row, "uCode", f"{unit} {period}", first=seen[unit, period] + 1)
        elif period:
            seen[unit, period] = row
            found += [(code, unit, period, data.number(row, code)) for code in codes]
    return tuple(sorted(found, key=lambda value: value[:3]))


def _period(data: Columns, row: int, settings: ImportSettings) -> str:
    text = data.text(row, "Time")
    if "Time" not in data.places:
        return settings.period
    try:
        return str(Period.parse(text))
    except MalformedValue as fault:
        suggestion = fault.hint.removeprefix("Write ").removesuffix(".")
        data.report("not-a-period", row, "Time", text, suggestion=suggestion)
        return ""
