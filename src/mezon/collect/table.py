"""Import of a plain table, wide or long, as text or workbook: who, when, what, and how much.

Three layouts are told apart by the names of the columns: long (a column of indicators and one of values), wide (a
column an indicator), and years across (a column of indicators and a column a year). A table about one
indicator needs no column for it: its name is given instead. What was found is said in a note;
where two answers fit, the table is refused with the question and the option that answers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mezon.collect.columns import Columns, columns_of, digest, has_error
from mezon.collect.grid import is_blank, read_grids
from mezon.collect.number_style import looks_like_number
from mezon.collect.pack_draft import ImportSettings, IndicatorDraft, PackDraft, UnitDraft, code_from
from mezon.errors import MalformedValue
from mezon.model.finding import Finding, Rulebook
from mezon.model.period import Period
from mezon.model.tables import UNITS

#: Names that a column of each role has in the tables of statistical offices, the most telling first.
ROLES: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "ucode", "iso3", "iso_a3", "iso", "iso3c", "country_code", "code", "ref_area", "geo",
             "country", "entity", "enterprise", "region", "economy", "страна", "davlat", "uname", "name"),
    "period": ("period", "time_period", "time", "year", "date", "год", "yil"),
    "indicator": ("indicator", "icode", "indicator_code", "series", "variable", "measure", "показатель", "korsatkich"),
    "value": ("value", "obs_value", "amount", "значение", "qiymat"),
    "unit_of_measure": ("unit_of_measure", "unit_measure", "measure_unit"),
    "name": ("name", "uname", "unit_name", "country_name", "country", "entity"),
}  # fmt: skip
_NO_NUMBERS = frozenset(name for role, names in ROLES.items() for name in names if role != "value")
_RESERVED = frozenset(column.name for column in UNITS.columns)
_DATE = re.compile(r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})[./-](\d{1,2})[./-](\d{4}))(?:[T ].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """Answers to what a table may leave open: its separator, decimal sign, sheet, and the columns by role."""

    separator: str = ""
    decimal: str = ""
    sheet: str = ""
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    kind: str
    unit: str
    period: str = ""
    indicator: str = ""
    value: str = ""
    name: str = ""
    unit_of_measure: str = ""
    values: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    #: The one indicator of a table that has no column for it.
    only: str = ""


#: One value of the table: row, column that holds it, indicator, unit, period.
_Place = tuple[int, str, str, str, str]


def import_table(
    path: Path, *, options: TableOptions, settings: ImportSettings, rulebook: Rulebook
) -> tuple[PackDraft | None, list[Finding]]:
    """Make a pack without a methodology of one table: nothing in a table says which way is better.

    Returns : the pack, or None where an error or a question forbids it; and everything found, at its cell.
    Raises : AskedForUnknown, PackUnreadable for a file that cannot be read.
    """
    grids, findings = read_grids(path, rulebook=rulebook, separator=options.separator)
    if has_error(findings):
        return None, findings
    sheets = {name: grid for name, grid in grids.items() if any(grid.rows)}
    name = options.sheet or (next(iter(sheets)) if len(sheets) == 1 else "")
    if name not in sheets:
        shown = ", ".join(sheets) or "–"
        findings.append(rulebook.finding("import-sheet-missing", file=path.name, value=name or "?", sheets=shown))
        return None, findings
    said = set(options.columns.values()) - {options.columns.get("value")}
    table = columns_of(
        sheets[name],
        rulebook=rulebook,
        findings=findings,
        numeric=lambda name: name not in said and name.casefold().replace(" ", "_") not in _NO_NUMBERS,
        decimal=options.decimal,
    )
    layout = _layout(table, options.columns) if table else None
    if table is None or layout is None or has_error(findings):
        return None, findings
    draft = _draft(table, layout, settings, {path.name: digest(path)})
    _say(table, layout)
    return (None if has_error(findings) else draft), findings


def _say(table: Columns, layout: _Layout) -> None:
    style = table.style
    names = {"\t": "tab", "": "–"}
    table.report(
        "import-read-as",
        0,
        layout.unit,
        table.grid.sheet or names.get(table.grid.separator, table.grid.separator),
        decimal=style.decimal,
        thousands=style.thousands or "–",
        witness=style.witness or "–",
        layout=layout.kind,
        unit=layout.unit,
        period=layout.period or "–",
        indicators=layout.only or (len(layout.values) if layout.kind == "wide" else layout.indicator),
    )


def _layout(table: Columns, said: Mapping[str, str]) -> _Layout | None:
    """Find out what the columns are; report what is not clear."""
    only = _only_indicator(table, said)
    said = {role: name for role, name in said.items() if not (role == "indicator" and only)}
    roles = {role: _column(table, role, said) for role in ROLES}
    years = tuple(name for name in table.places if re.fullmatch(r"(19|20)\d{2}(-[SQ]?\d{1,2})?", name))
    taken = {name for role, name in roles.items() if name and role != "name"}
    unit = roles["unit"]
    if not unit:
        _ask(table, "unit")
        return None
    name = roles["name"] if roles["name"] != unit and roles["name"] not in taken else ""
    if years and not (roles["indicator"] or roles["value"] or said.get("indicator") or only):
        shown = ", ".join(years[:6]) + (", …" if len(years) > 6 else "")
        table.report("import-years-without-indicator", 0, years[0], shown)
        return None
    kind, values = _kind_and_values(table, roles, years, taken | {name}, only)
    if not values:
        _ask(table, "value")
        return None
    period = "" if kind == "years across" else roles["period"]
    texts = tuple(each for each in table.places if each not in {*taken, *values, name} and kind == "wide")
    found = {role: roles[role] for role in ("indicator", "value", "unit_of_measure")}
    return _Layout(kind=kind, unit=unit, period=period, name=name, values=values, texts=texts, only=only, **found)


def _kind_and_values(
    table: Columns, roles: Mapping[str, str], years: tuple[str, ...], taken: set[str], only: str
) -> tuple[str, tuple[str, ...]]:
    """Give the layout and the columns that hold values."""
    if (roles["indicator"] or only) and roles["value"]:
        return "long", (roles["value"],)
    if (roles["indicator"] or only) and years:
        return "years across", years
    return "wide", _numeric(table, taken)


def _only_indicator(table: Columns, said: Mapping[str, str]) -> str:
    """Give the indicator that a table without a column of indicators is about, if it was named."""
    named = said.get("indicator", "")
    has_column = any(name.casefold().replace(" ", "_") in ROLES["indicator"] for name in table.places)
    return "" if has_column or named in table.places else named


def _column(table: Columns, role: str, said: Mapping[str, str]) -> str:
    """Give the column of a role: the one that was named, or the one whose name says it; "" where none does."""
    if said.get(role):
        if table.require(said[role]):
            return said[role]
        return ""
    by_name = {name.casefold().replace(" ", "_"): name for name in table.places}
    fitting = [by_name[name] for name in ROLES[role] if name in by_name]
    if role == "unit" and len(fitting) > 1 and _same_grain(table, fitting):
        return fitting[0]
    if role in {"period", "value", "indicator"} and len(fitting) > 1:
        table.report("import-which-column", 0, fitting[0], role, candidates=", ".join(fitting), option=f"--{role}")
    return fitting[0] if fitting else ""


def _same_grain(table: Columns, names: list[str]) -> bool:
    """Say whether the first two columns that could name the unit go one to one; a question is asked where not."""
    pairs = {(table.text(row, names[0]), table.text(row, names[1])) for row in filter(table.has, table.rows)}
    if len(pairs) == len({first for first, _ in pairs}) == len({second for _, second in pairs}):
        return True
    table.report("import-which-column", 0, names[0], "unit", candidates=", ".join(names), option="--unit")
    return False


def _ask(table: Columns, role: str) -> None:
    shown = ", ".join(table.places) or "–"
    table.report("import-which-column", 0, "", role, candidates=shown, option=f"--{role.replace('_', '-')}")


def _numeric(table: Columns, taken: set[str]) -> tuple[str, ...]:
    """Give the columns in which at least half of what stands is a number."""
    found = []
    for name, place in table.places.items():
        cells = [table.grid.cell(row, place) for row in table.rows]
        filled = [cell for cell in cells if not is_blank(cell)]
        numbers = sum(isinstance(cell, float) or looks_like_number(cell) for cell in filled)
        if name not in taken and filled and numbers >= len(filled) / 2:
            found.append(name)
    return tuple(found)


def _draft(table: Columns, layout: _Layout, settings: ImportSettings, files: Mapping[str, str]) -> PackDraft:
    codes = _Codes(table)
    values: dict[tuple[str, str, str], float | None] = {}
    first: dict[tuple[str, str, str], int] = {}
    measures: dict[str, str] = {}
    if not layout.period and layout.kind != "years across" and not settings.period_given:
        table.report("import-period-assumed", 0, layout.unit, settings.period)
    for row, column, indicator, unit, period in _places(table, layout, settings):
        key = (codes.of(indicator, row, column), unit, period)
        value = table.number(row, column)
        if key in first and value != values[key]:
            table.report("import-code-twice", row, column, " ".join(key), first=first[key] + 1)
        first.setdefault(key, row)
        values.setdefault(key, value)
        measures.setdefault(key[0], table.text(row, layout.unit_of_measure))
    indicators = tuple(
        IndicatorDraft(code=code, name=name, unit=measures.get(code, "")) for code, name in sorted(codes.names.items())
    )
    return PackDraft(
        title=settings.title or f"Imported table: {Path(table.grid.file).stem}",
        origin="Written by `mezon import table`. A table does not say which way is better: set `direction` in "
        "indicators.toml and add a methodology to score it.",
        indicators=indicators,
        units=_units(table, layout),
        values=tuple((*key, values[key]) for key in sorted(values)),
        files=files,
    )


class _Codes:
    """Codes for the names of indicators: of Latin letters where the name has any, else numbered.

    Two names that would share a code are reported.
    """

    def __init__(self, table: Columns) -> None:
        self._table = table
        self._by_name: dict[str, str] = {}
        self.names: dict[str, str] = {}

    def of(self, name: str, row: int, column: str) -> str:
        """Give the code of a name."""
        if name not in self._by_name:
            code = code_from(name)
            if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", code):
                code = f"INDICATOR_{len(self.names) + 1}"
            if code in self.names:
                self._table.report("import-code-twice", row, column, name, first=self.names[code])
            self._by_name[name] = code
            self.names.setdefault(code, name)
        return self._by_name[name]


def _places(table: Columns, layout: _Layout, settings: ImportSettings) -> Iterator[_Place]:
    """Give the place of every value, with what it is about."""
    for row in filter(table.has, table.rows):
        unit = code_of_unit(table.text(row, layout.unit))
        if not unit:
            table.report("import-cell-empty", row, layout.unit, of=layout.unit)
            continue
        stated = settings.period if not layout.period else _period(table, row, layout.period)
        for column in layout.values:
            period = column if layout.kind == "years across" else stated
            indicator = layout.only or (column if layout.kind == "wide" else table.text(row, layout.indicator))
            if not indicator:
                table.report("import-cell-empty", row, layout.indicator, of=layout.indicator)
            elif period:
                yield row, column, indicator, unit, period


def code_of_unit(text: str) -> str:
    """Give the code of a unit: the text itself without commas, semicolons and outer blanks."""
    return re.sub(r"[,;]+", " ", text).strip()


def _period(table: Columns, row: int, column: str) -> str:
    """Read a period, or a date that begins one: 1 January is a year, the first of another month that month."""
    text = table.text(row, column)
    try:
        return str(Period.parse(text))
    except MalformedValue as fault:
        found = _date_as_period(text)
        if found is None:
            suggestion = fault.hint.removeprefix("Write ").removesuffix(".")
            table.report("not-a-period", row, column, text, suggestion=suggestion)
        return found or ""


def _date_as_period(text: str) -> str | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    if int(day) == 1 and int(month) == 1:
        return year
    # 01/05/2024 is 1 May or 5 January: only a date with the year first says which.
    return f"{year}-{month}" if found[1] and int(day) == 1 else None


def _units(table: Columns, layout: _Layout) -> tuple[UnitDraft, ...]:
    """Give each unit once; text columns that say the same of a unit in every row group it, others are left out."""
    rows: dict[str, list[int]] = {}
    for row in filter(table.has, table.rows):
        rows.setdefault(code_of_unit(table.text(row, layout.unit)), []).append(row)
    rows.pop("", None)
    kept = [name for name in layout.texts if _is_constant(table, name, rows)]
    for name in layout.texts:
        if name not in kept:
            table.report("import-column-unused", 0, name, name)
    return tuple(
        UnitDraft(
            code=code,
            name=table.text(places[0], layout.name or layout.unit) or code,
            groups={
                code_from(name) if name not in _RESERVED else f"group_{name}": table.text(places[0], name)
                for name in kept
            },
        )
        for code, places in sorted(rows.items())
    )


def _is_constant(table: Columns, name: str, rows: Mapping[str, list[int]]) -> bool:
    texts = [{table.text(row, name) for row in places} for places in rows.values()]
    return all(len(each) == 1 for each in texts) and any(each != {""} for each in texts)
