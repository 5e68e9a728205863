"""A release for other people's programs: CSV, JSON, Parquet, or a workbook, each saying which release it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from mezon.design.output_folder import refuse_covered
from mezon.errors import AskedForUnknown
from mezon.model.assessment import Assessment
from mezon.model.release import Release
from mezon.model.spreadsheet_text import FORMULA_STARTS

#: Most rows that one sheet of a workbook holds below its header.
SHEET_ROWS = 1_048_575


def tables_of(release: Release, assessment: Assessment | None = None) -> dict[str, pl.DataFrame]:
    """Give everything shown of a release as tables by name: observations, their definitions, and the scores."""
    definitions = release.definitions
    tables = {
        "observations": release.observations,
        "indicators": pl.DataFrame(
            [
                {
                    "indicator": item.code, "name": item.name.en, "group": item.group, "unit": item.unit,
                    "direction": item.direction, "formula": item.formula, "stand_in": item.proxy,
                    "definition": item.definition.en, "would_be_supplied_by": item.holder.en,
                }
                for item in definitions.indicators.values()
            ]
        ),
        "units": pl.DataFrame(
            [
                {"unit": item.code, "level": str(item.level), "name": item.name.en, "country": item.country}
                for item in definitions.units.values()
            ]
        ),
        "sources": pl.DataFrame(
            [
                {
                    "source": item.id, "producer": item.producer, "title": item.title, "citation": item.citation,
                    "url": item.url, "licence": item.licence, "published": item.published, "accessed": item.accessed,
                }
                for item in definitions.sources.values()
            ]
        ),
    }  # fmt: skip
    if assessment is not None:
        tables |= {"scores": assessment.scores, "weights": assessment.tables["weights"]}
    return {name: table for name, table in tables.items() if table.height}


def about(release: Release, assessment: Assessment | None = None) -> dict[str, str]:
    """Say which release this is, how to cite it, and whether it is synthetic."""
    definitions = release.definitions
    facts = {
        "title": definitions.title.en,
        "release": release.id,
        "content_sha256": release.content_sha256,
        "as_of": release.as_of.isoformat(),
        "publisher": definitions.publisher,
        "licence": definitions.licence,
        "cite_as": f"{definitions.publisher}: {definitions.title.en}. Release {release.id}.",
        "synthetic": "yes: every value is made by a generator" if definitions.synthetic else "no",
    }
    if assessment is not None:
        facts["methodology"] = f"{assessment.trace.methodology} {assessment.trace.methodology_version}"
    return facts


def export(tables: Mapping[str, pl.DataFrame], facts: Mapping[str, str], *, to: str, path: Path) -> list[Path]:
    """Write tables in a format: one file for xlsx and json, a folder with a file a table for csv and parquet.

    Returns the files written. Raises : AskedForUnknown for another format.
    """
    if to not in FORMATS:
        raise AskedForUnknown(f"There is no export to {to!r}.", hint=f"There is: {', '.join(sorted(FORMATS))}.")
    return FORMATS[to](tables, facts, path)


def _to_csv(tables: Mapping[str, pl.DataFrame], facts: Mapping[str, str], folder: Path) -> list[Path]:
    _make(folder, [f"{name}.csv" for name in tables])
    for name, table in tables.items():
        defused(table).write_csv(folder / f"{name}.csv")
    return [*(folder / f"{name}.csv" for name in tables), _write_about(facts, folder)]


def _to_parquet(tables: Mapping[str, pl.DataFrame], facts: Mapping[str, str], folder: Path) -> list[Path]:
    _make(folder, [f"{name}.parquet" for name in tables])
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", statistics=False)
    return [*(folder / f"{name}.parquet" for name in tables), _write_about(facts, folder)]


def _make(folder: Path, names: list[str]) -> None:
    """Make a folder; a file of one of these names is only written over where about.json says it is an export."""
    if not (folder / "about.json").is_file():
        refuse_covered([name for name in names if (folder / name).exists()], folder)
    folder.mkdir(parents=True, exist_ok=True)


def _to_json(tables: Mapping[str, pl.DataFrame], facts: Mapping[str, str], path: Path) -> list[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"about": dict(facts), **{name: _finite(table).to_dicts() for name, table in tables.items()}}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [path]


def _to_xlsx(tables: Mapping[str, pl.DataFrame], facts: Mapping[str, str], path: Path) -> list[Path]:
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    # Text stays text: a cell that begins with "=" or "http" is what a source said, not a formula or a link.
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        # The release's own date, so that two exports of one release are the same bytes.
        book.set_properties({"title": facts["title"], "created": datetime.fromisoformat(facts["as_of"])})
        bold = book.add_format({"bold": True})
        first = book.add_worksheet("about")
        for row, (key, value) in enumerate(facts.items()):
            first.write_string(row, 0, key, bold)
            first.write_string(row, 1, value)
        first.set_column(0, 0, 18)
        first.set_column(1, 1, 90)
        for name, table in tables.items():
            _write_sheets(book, name, table, bold)
    return [path]


def _write_sheets(book: Any, name: str, table: pl.DataFrame, bold: Any) -> None:
    """Write a table, on as many sheets as it needs; nothing is cut off."""
    for number, start in enumerate(range(0, table.height, SHEET_ROWS), start=1):
        sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
        sheet.write_row(0, 0, table.columns, bold)
        sheet.freeze_panes(1, 0)
        for row, values in enumerate(_finite(table.slice(start, SHEET_ROWS)).iter_rows(), start=1):
            sheet.write_row(row, 0, values)


def _write_about(facts: Mapping[str, str], folder: Path) -> Path:
    path = folder / "about.json"
    path.write_text(json.dumps(dict(facts), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _finite(table: pl.DataFrame) -> pl.DataFrame:
    """Not-a-number is written as an empty cell: it says the same, and every program can read it."""
    return table.with_columns(pl.selectors.float().fill_nan(None))


def defused(table: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    A sign by itself, such as the qualifier "=", is no formula and stays as it is.
    """
    return table.with_columns(
        pl.when(pl.col(name).str.slice(0, 1).is_in(list(FORMULA_STARTS)) & (pl.col(name).str.len_chars() > 1))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name, kind in table.schema.items()
        if kind == pl.String
    )


Writer = Callable[[Mapping[str, pl.DataFrame], Mapping[str, str], Path], list[Path]]
FORMATS: dict[str, Writer] = {"csv": _to_csv, "json": _to_json, "parquet": _to_parquet, "xlsx": _to_xlsx}
