"""Reading a declared CSV table: every fault at its cell, every sound cell typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from mezon.design.csv_bytes import RawTable, read_raw
from mezon.design.csv_cells import DTYPES, CellFault, Place, parts, trimmed, typed
from mezon.design.nearest import Nearest, listed
from mezon.model.finding import Finding, Rulebook
from mezon.model.observations import ROW
from mezon.model.tables import Column, Table

#: Which rule says that a name does not exist in the table a column refers to.
UNKNOWN = {
    "units": "unknown-unit",
    "indicators": "unknown-indicator",
    "sources": "unknown-source",
    "units of measure": "unknown-unit-of-measure",
    "currencies": "unknown-currency",
}


def read_csv_table(path: Path, table: Table, *, rulebook: Rulebook, file: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Read a CSV file into the declared columns, and say at which cell what is wrong.

    path : the file; one that is missing or empty gives a frame without rows, and a finding.
    Returns : the declared columns in their order and type (a column that the file lacks is all empty), further
        columns as text if the table is open, and `row`, the line as a spreadsheet counts it (the header is 1).
        A faulty cell is null, or empty text; text is never null.
    """
    if not path.is_file():
        code = "file-unreadable" if path.exists() else "file-missing"
        return no_rows(table), [rulebook.finding(code, file=file, reason="it is no plain file")]
    raw = read_raw(path, known=[column.name for column in table.columns], rulebook=rulebook, file=file)
    return typed_table(raw, table, rulebook=rulebook, file=file)


def typed_table(raw: RawTable, table: Table, *, rulebook: Rulebook, file: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Type the texts of a table that was taken apart already; see `read_csv_table`."""
    if not raw.header:
        return no_rows(table), raw.findings
    place = Place(rulebook, file, raw.rows)
    chosen, findings = _choose(raw, table, place)
    findings = raw.findings + findings
    columns = []
    for column in (*table.columns, *_further(chosen, table)):
        texts = chosen.get(column.name)
        if texts is None:
            columns.append(_empty(column, len(raw.rows)))
            continue
        clean, stray = trimmed(texts, column.name, place)
        values, faults = typed(clean, column, place)
        columns.append(values)
        findings += stray + faults
    frame = pl.DataFrame([*columns, raw.rows.alias(ROW)])
    return frame, findings + _duplicates(frame, table, place)


def no_rows(table: Table) -> pl.DataFrame:
    """Give an empty frame with the declared columns and `row`."""
    return pl.DataFrame(schema={**{c.name: DTYPES[c.type] for c in table.columns}, ROW: pl.UInt32()})


def check_references(
    frame: pl.DataFrame, table: Table, known: Mapping[str, Collection[str]], *, rulebook: Rulebook, file: str
) -> list[Finding]:
    """Say where a cell names something that does not exist.

    known : by what columns refer to ("units", "indicators", "sources", "units of measure", "currencies", or the
        name of a register), the names that exist. What is not listed here, or is empty, is not checked.
    """
    place = Place(rulebook, file, frame[ROW])
    findings: list[Finding] = []
    for column in table.columns:
        names = known.get(column.refers) if column.refers else None
        if names and column.name in frame.columns:
            faults = _strangers(frame[column.name], column, names)
            findings += place.findings(frame[column.name], faults, column.name)
    return findings


def _strangers(texts: pl.Series, column: Column, names: Collection[str]) -> dict[str, CellFault]:
    code = UNKNOWN.get(column.refers, "unknown-reference")
    existing = set(names)
    strange: dict[str, str] = {}
    for text in texts.unique().sort():
        stranger = next((part for part in parts(text, column.separator) if part not in existing), "")
        if text and stranger:
            strange[text] = stranger
    if not strange:
        return {}
    nearest = Nearest(existing)
    return {text: (code, {"nearest": nearest(part), "what": column.refers}) for text, part in strange.items()}


def _choose(raw: RawTable, table: Table, place: Place) -> tuple[dict[str, pl.Series], list[Finding]]:
    """Match the header with the declared columns: first of each name wins, strangers are kept only in open tables."""
    chosen: dict[str, pl.Series] = {}
    findings: list[Finding] = []
    for number, (written, texts) in enumerate(zip(raw.header, raw.columns, strict=True), 1):
        name = written.strip()
        if name != written and name:
            findings.append(_at_header("cell-stray-spaces", name, place))
        if not name:
            if (texts.str.strip_chars() != "").any():
                findings.append(_at_header("column-unnamed", "", place, number=number))
        elif name in chosen:
            findings.append(_at_header("column-duplicated", name, place))
        else:
            chosen[name] = texts
    findings += _column_findings(chosen, table, place)
    kept = {name: texts for name, texts in chosen.items() if table.open_columns or table.column(name)}
    return {name: texts for name, texts in kept.items() if name != ROW}, findings


def _column_findings(chosen: Mapping[str, pl.Series], table: Table, place: Place) -> list[Finding]:
    declared = [column.name for column in table.columns]
    absent = Nearest(name for name in declared if name not in chosen)
    findings = [
        _at_header("column-missing", column.name, place, present=listed(list(chosen)))
        for column in table.columns
        if column.required and column.name not in chosen
    ]
    for name in chosen:
        if name in declared:
            continue
        meant = absent.one(name)
        if table.open_columns and not meant:
            continue
        known = "column-perhaps-misspelled" if table.open_columns else "column-misspelled"
        code = known if meant else "column-unknown"
        findings.append(_at_header(code, name, place, nearest=meant or listed(declared)))
    return findings


def _at_header(code: str, name: str, place: Place, **details: Any) -> Finding:
    return place.rulebook.finding(code, file=place.file, row=1, column=name, value=name, **details)


def _further(chosen: Mapping[str, pl.Series], table: Table) -> list[Column]:
    return [Column(name=name) for name in chosen if table.column(name) is None]


def _empty(column: Column, height: int) -> pl.Series:
    dtype = DTYPES[column.type]
    filler = "" if dtype == pl.String() else None
    return pl.Series(column.name, [filler], dtype=dtype).new_from_index(0, height)


def _duplicates(frame: pl.DataFrame, table: Table, place: Place) -> list[Finding]:
    """Name every row whose primary key stands in an earlier row already; rows without a key are told elsewhere."""
    if not table.key or not frame.height:
        return []
    names = list(table.key)
    must = [name for name in names if (column := table.column(name)) and column.required]
    full = frame.filter(pl.all_horizontal(pl.col(must).cast(pl.String) != "")) if must else frame
    marked = full.with_columns(first=pl.col(ROW).min().over(names)).filter(pl.col(ROW) != pl.col("first"))
    return [
        place.rulebook.finding(
            "key-duplicated",
            file=place.file,
            row=row[ROW],
            column=names[0],
            value=" / ".join("" if row[name] is None else str(row[name]) for name in names),
            key_columns=", ".join(names),
            first_row=row["first"],
        )
        for row in marked.sort(ROW).iter_rows(named=True)
    ]
