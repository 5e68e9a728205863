"""datapackage.json: the pack described for any tool that reads Data Packages, a Table Schema for each CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mezon.design.pack_files import read_pack_file
from mezon.design.quantities import CL_UNIT_MEASURE
from mezon.design.rulebook import read_rulebook
from mezon.model.registers import REGISTERS
from mezon.model.tables import BOOLEAN, CODELIST, DATE, INTEGER, NUMBER, PERIOD, TABLES, TEXT, Column, Table

FILE = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_PARTIAL_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
_SDMX_PERIOD = r"\d{4}(-(S[12]|H[12]|Q[1-4]|\d{2}))?"
_TYPES: dict[str, dict[str, Any]] = {
    TEXT: {"type": "string"},
    NUMBER: {"type": "number"},
    INTEGER: {"type": "integer"},
    BOOLEAN: {"type": "boolean"},
    PERIOD: {"type": "string", "constraints": {"pattern": _SDMX_PERIOD}},
    DATE: {"type": "string", "constraints": {"pattern": _PARTIAL_DATE}},
}


def describe(folder: Path) -> dict[str, Any]:
    """Describe a pack: its title and licence, and for each CSV its columns, key and what they refer to."""
    pack = read_pack_file(folder, rulebook=read_rulebook(None), findings=[])
    described: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": str(pack["id"]).lower(),
        "version": pack["version"],
        "title": pack["title"].in_language("en"),
    }
    if pack.get("licence"):
        described["licenses"] = [{"name": "other", "title": pack["licence"]}]
    if pack.get("publisher"):
        described["contributors"] = [{"title": pack["publisher"], "roles": ["publisher"]}]
    described["resources"] = [_resource(folder, table) for table in tables_of(folder)]
    return described


def write_datapackage(folder: Path) -> Path:
    """Write datapackage.json into a pack, and give its path."""
    path = folder / FILE
    path.write_text(json.dumps(describe(folder), ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")
    return path


def tables_of(folder: Path) -> Iterator[Table]:
    """Give the declared tables that a pack has files for, each with the path of its file."""
    for table in (*TABLES, *REGISTERS.values()):
        if (folder / table.path).is_file():
            yield table
    for path in sorted((folder / "codelists").glob("*.csv")):
        declared = CL_UNIT_MEASURE if path.stem == CL_UNIT_MEASURE.name else CODELIST
        yield Table(
            name=path.stem,
            path=f"codelists/{path.name}",
            columns=declared.columns,
            key=declared.key,
            open_columns=declared.open_columns,
        )


def _resource(folder: Path, table: Table) -> dict[str, Any]:
    present = _header(folder / table.path)
    fields = [_field(table.column(name) or Column(name=name)) for name in present]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if table.key and set(table.key) <= set(present):
        schema["primaryKey"] = list(table.key)
    references = [_reference(column, folder) for column in table.columns if column.name in present]
    if found := [reference for reference in references if reference]:
        schema["foreignKeys"] = found
    return {
        "name": table.name.lower().replace("_", "-"),
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = _TYPES[column.type]
    constraints = dict(kind.get("constraints", {}))
    if column.required:
        constraints["required"] = True
    if column.codes and not column.separator:
        constraints["enum"] = list(column.codes)
    field = {"name": column.name, "type": kind["type"]}
    if column.title:
        field["title"] = column.title
    return {**field, "constraints": constraints} if constraints else field


def _reference(column: Column, folder: Path) -> dict[str, Any] | None:
    """Name the table a column refers to, where that is a CSV of this pack with one key column."""
    target = {"units": ("units.csv", "unit")}.get(column.refers)
    if target is None and column.refers in REGISTERS:
        target = (REGISTERS[column.refers].path, "id")
    if target is None or column.separator or not (folder / target[0]).is_file():
        return None
    return {"fields": [column.name], "reference": {"resource": Path(target[0]).stem, "fields": [target[1]]}}


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            names = [name.strip() for name in next(csv.reader(file), [])]
    except (OSError, csv.Error):
        return []
    return list(dict.fromkeys(name for name in names if name))
