"""Readers of the CSV tables that belong to a pack's definitions: units, memberships, rates, deflators and so on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from mezon.design.csv_table import no_rows, read_csv_table
from mezon.model import tables
from mezon.model.codelists import Code, Codelist, Level
from mezon.model.finding import Finding, Rulebook
from mezon.model.indicator import Indicator
from mezon.model.observations import DEFAULTS, KEY, ROW
from mezon.model.source import Deflator, Rate, Settlement
from mezon.model.tables import Table
from mezon.model.text import Text
from mezon.model.unit import Membership, Unit

CODELISTS = "codelists"
_UNIT_OF_MEASURE_FILE = "CL_UNIT_MEASURE.csv"
_OPTIONAL = (tables.MEMBERSHIPS, tables.RATES, tables.DEFLATORS, tables.PARAMETERS, tables.TARGETS, tables.SETTLEMENTS)


@dataclass(frozen=True, slots=True)
class PackTables:
    """The frames of a pack's definition tables by name (`units`, `rates` ...), as read, and its codelists."""

    frames: Mapping[str, pl.DataFrame]
    codelists: Mapping[str, Codelist] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.frames[name]


def read_pack_tables(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> PackTables:
    """Read every definition table of a pack; only units.csv has to be there."""
    frames = {}
    for table in (tables.UNITS, *_OPTIONAL):
        if table is not tables.UNITS and not (folder / table.path).exists():
            frames[table.name] = no_rows(table)
            continue
        frames[table.name], found = read_csv_table(folder / table.path, table, rulebook=rulebook, file=table.path)
        findings += found
    return PackTables(frames, _codelists(folder, rulebook=rulebook, findings=findings))


def _codelists(folder: Path, *, rulebook: Rulebook, findings: list[Finding]) -> dict[str, Codelist]:
    found = {}
    for path in sorted((folder / CODELISTS).glob("*.csv")):
        if path.name == _UNIT_OF_MEASURE_FILE:
            continue
        file = f"{CODELISTS}/{path.name}"
        frame, faults = read_csv_table(path, tables.CODELIST, rulebook=rulebook, file=file)
        findings += faults
        codes = {row["code"]: _code(row) for row in frame.iter_rows(named=True) if row["code"]}
        for row in frame.filter(~pl.col("parent").is_in(["", *codes])).iter_rows(named=True):
            findings.append(_unknown_parent(row, file, rulebook, codes))
        found[path.stem] = Codelist(id=path.stem, codes=codes)
    return found


def _unknown_parent(row: Mapping[str, str], file: str, rulebook: Rulebook, codes: Mapping[str, Code]) -> Finding:
    from mezon.design.nearest import nearest

    near = nearest(row["parent"], codes)
    return rulebook.finding(
        "code-unknown", file=file, row=int(row[ROW]), column="parent", value=row["parent"], nearest=near
    )


def _code(row: Mapping[str, str]) -> Code:
    return Code(code=row["code"], name=_name(row), parent=row["parent"])


def _name(row: Mapping[str, str]) -> Text:
    return Text(en=row["name_en"], ru=row["name_ru"], uz=row["name_uz"])


def units_of(frame: pl.DataFrame) -> dict[str, Unit]:
    """Give the units by code; one whose level could not be read counts as an AREA, which is never added to others."""
    declared = {column.name for column in tables.UNITS.columns} | {ROW}
    groupings = [name for name in frame.columns if name not in declared]
    units: dict[str, Unit] = {}
    for row in frame.filter(pl.col("unit") != "").iter_rows(named=True):
        unit = Unit(
            code=row["unit"],
            level=Level(row["level"] or Level.AREA),
            name=_name(row) or Text(en=row["unit"]),
            country=row["country"],
            isic=row["isic"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            aliases=tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
            successors=tuple(code.strip() for code in row["successors"].split(";") if code.strip()),
            groupings={name: row[name] for name in groupings},
        )
        units.setdefault(unit.code, unit)
    return units


def memberships_of(frame: pl.DataFrame) -> tuple[Membership, ...]:
    """Give the memberships, sorted."""
    columns = [column.name for column in tables.MEMBERSHIPS.columns]
    whole = frame.filter((pl.col("unit") != "") & (pl.col("parent") != "")).select(columns).unique().sort(columns)
    return tuple(Membership(**row) for row in whole.iter_rows(named=True))


def rates_of(frame: pl.DataFrame) -> tuple[Rate, ...]:
    """Give the rates that can be used: whole rows with a rate above 0, sorted."""
    whole = _whole(frame, tables.RATES).filter(pl.col("rate") > 0)
    return tuple(
        Rate(
            origin=row["from"],
            into=row["to"],
            period=row["period"],
            kind=row["kind"],
            rate=row["rate"],
            source=row["source"],
        )
        for row in whole.iter_rows(named=True)
    )


def deflators_of(frame: pl.DataFrame) -> tuple[Deflator, ...]:
    """Give the price indices that can be used: whole rows with an index above 0, sorted."""
    whole = _whole(frame, tables.DEFLATORS).filter(pl.col("index") > 0)
    names = [column.name for column in tables.DEFLATORS.columns]
    return tuple(Deflator(**{name: row[name] for name in names}) for row in whole.iter_rows(named=True))


def parameters_of(frame: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Give the constants of formulas by name and period; an empty period means "in every period"."""
    whole = _whole(frame, tables.PARAMETERS)
    found: dict[tuple[str, str], float] = {}
    for row in whole.iter_rows(named=True):
        found.setdefault((row["name"], row["period"]), row["value"])
    return found


def targets_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the targets that can be used, sorted, with `row`."""
    return _whole(frame, tables.TARGETS)


def settlements_of(
    frame: pl.DataFrame, indicators: Mapping[str, Indicator], default_source: str = ""
) -> tuple[Settlement, ...]:
    """Give the settlements with the same defaults that observations have, sorted by key."""
    found = []
    for row in _whole(frame, tables.SETTLEMENTS).iter_rows(named=True):
        indicator = indicators.get(row["indicator"])
        defaults = {**DEFAULTS, "unit_of_measure": indicator.unit if indicator else ""}
        key = tuple(row[name] or str(defaults.get(name, "")) for name in KEY)
        found.append(
            Settlement(
                key=key,
                source=row["source"] or default_source,
                source_ref=row["source_ref"],
                reason=row["reason"],
                by=row["by"],
                date=row["date"],
                row=int(row[ROW]),
            )
        )
    return tuple(sorted(found, key=lambda settlement: (settlement.key, settlement.source, settlement.source_ref)))


def _whole(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Keep the rows in which every required cell could be read, in the order of their cells."""
    required = [column.name for column in table.columns if column.required]
    there = [pl.col(name).is_not_null() if frame.schema[name] != pl.String else pl.col(name) != "" for name in required]
    names = [column.name for column in table.columns]
    return frame.filter(there).sort([*names, ROW], nulls_last=True)
