"""Checks of the CSV tables of definitions: what they name exists, dates and levels are in order, rates can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from mezon.design.csv_table import check_references
from mezon.design.expressions import circles
from mezon.design.pack_tables import PackTables
from mezon.model import tables as declared
from mezon.model.codelists import Level
from mezon.model.finding import Finding, Rulebook
from mezon.model.observations import ROW
from mezon.model.pack import Definitions
from mezon.model.period import last_day
from mezon.model.unit import Unit

_CHECKED = (
    declared.MEMBERSHIPS,
    declared.SETTLEMENTS,
    declared.PARAMETERS,
    declared.TARGETS,
    declared.RATES,
    declared.DEFLATORS,
)
_RANK = {
    Level.ENTERPRISE: 0,
    Level.CLUSTER: 1,
    Level.INDUSTRY: 1,
    Level.REGION: 1,
    Level.COUNTRY: 2,
    Level.AREA: 3,
}
Row = Mapping[str, Any]


def names_of(definitions: Definitions) -> dict[str, set[str]]:
    """Give what columns of a pack can refer to: the names that exist, by table."""
    return {
        "units": set(definitions.units),
        "indicators": set(definitions.indicators),
        "sources": set(definitions.sources),
        "units of measure": set(definitions.units_of_measure),
        "currencies": {unit.currency for unit in definitions.units_of_measure.values() if unit.currency},
    }


def check_tables(definitions: Definitions, tables: PackTables, *, rulebook: Rulebook) -> list[Finding]:
    """Check every definition table, row by row where it needs more than its declaration says."""
    known = names_of(definitions)
    findings = []
    for table in _CHECKED:
        findings += check_references(tables[table.name], table, known, rulebook=rulebook, file=table.path)
    for name, column, code in (("rates", "rate", "rate-not-positive"), ("deflators", "index", "deflator-not-positive")):
        for row in tables[name].filter(pl.col(column) <= 0).iter_rows(named=True):
            findings.append(_at(rulebook, code, f"{name}.csv", row, column, row[column]))
    findings += _reversed(tables["units"], declared.UNITS.path, rulebook)
    findings += _reversed(tables["memberships"], declared.MEMBERSHIPS.path, rulebook)
    for row in tables["memberships"].iter_rows(named=True):
        findings += _membership(row, definitions.units, rulebook)
    return findings + _membership_circles(tables["memberships"], rulebook)


def _at(rulebook: Rulebook, code: str, file: str, row: Row, column: str, value: object, **details: Any) -> Finding:
    return rulebook.finding(code, file=file, row=int(row[ROW]), column=column, value=value, **details)


def _reversed(frame: pl.DataFrame, file: str, rulebook: Rulebook) -> Iterator[Finding]:
    for row in frame.filter((pl.col("valid_from") != "") & (pl.col("valid_to") != "")).iter_rows(named=True):
        first, last = row["valid_from"], row["valid_to"]
        if last_day(last) < _first_day(first):
            yield _at(rulebook, "dates-reversed", file, row, "valid_to", last, first=first, last=last)


def _first_day(text: str) -> date:
    year, month, day = (*text.split("-"), "1", "1")[:3]
    return date(int(year), int(month), int(day))


def _membership(row: Row, units: Mapping[str, Unit], rulebook: Rulebook) -> Iterator[Finding]:
    unit, parent = units.get(row["unit"]), units.get(row["parent"])
    file = declared.MEMBERSHIPS.path
    if unit is None or parent is None or unit == parent:
        return
    if _RANK[parent.level] < _RANK[unit.level]:
        yield _at(
            rulebook,
            "membership-level-order",
            file,
            row,
            "parent",
            parent.code,
            unit=unit.code,
            parent=parent.code,
            unit_level=unit.level,
            parent_level=parent.level,
        )
    ends = [last_day(text) for text in (row["valid_to"], unit.valid_to) if text]
    if parent.valid_to and last_day(parent.valid_to) < min(ends, default=date.max):
        child_end = min(ends).isoformat() if ends else "…"
        yield _at(
            rulebook,
            "parent-ends-before-child",
            file,
            row,
            "valid_to",
            row["valid_to"],
            unit=unit.code,
            parent=parent.code,
            parent_end=parent.valid_to,
            child_end=child_end,
        )


def _membership_circles(frame: pl.DataFrame, rulebook: Rulebook) -> list[Finding]:
    """Find units that are, in one hierarchy, parts of themselves by way of others; the first row of each is named."""
    findings = []
    for _, rows in frame.sort(ROW).group_by("hierarchy", maintain_order=True):
        parents: dict[str, set[str]] = {}
        first: dict[tuple[str, str], Row] = {}
        for row in rows.iter_rows(named=True):
            if row["unit"] and row["parent"]:
                parents.setdefault(row["unit"], set()).add(row["parent"])
                first.setdefault((row["unit"], row["parent"]), row)
        for circle in circles(parents):
            place = first[circle[0], circle[1] if len(circle) > 1 else circle[0]]
            shown = " → ".join((*circle, circle[0]))
            findings.append(
                _at(
                    rulebook,
                    "membership-cycle",
                    declared.MEMBERSHIPS.path,
                    place,
                    "parent",
                    place["parent"],
                    circle=shown,
                )
            )
    return findings
