"""Everything that the pages show, as files: made once for a release when first asked for, then kept.

Every file says which release it is: CSV tables in their last column, workbooks and JSON on their first sheet and in
`about`, archives in about.json. They can be thrown away; the release makes them again.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl
from django.conf import settings

from mezon.analyse.coverage import coverage
from mezon.disseminate.export import about, export, tables_of
from mezon.web.portal.edition import Edition, known_statements
from mezon.web.portal.exhibits import exhibits

_TABLES_OF_ASSESSMENT = (
    "contributions",
    "strengths",
    "robustness",
    "pairwise",
    "acceptability",
    "improvements",
    "leave_one_out",
    "sensitivity",
    "statistics",
    "correlations",
    "reliability",
)
_VERDICT_COLUMNS = (
    "claim",
    "verdict",
    "stated",
    "computed",
    "basis",
    "reason",
    "sentence",
    "publication",
    "place",
    "rule",
)

#: Two readers who ask for the same file at once wait for one writing.
_WRITING = Lock()


def tables(edition: Edition) -> dict[str, pl.DataFrame]:
    """Give every table that something on the pages comes from, by name."""
    found = tables_of(edition.release, edition.assessment)
    if edition.assessment is not None:
        found |= {name: edition.assessment.tables[name] for name in _TABLES_OF_ASSESSMENT
                  if name in edition.assessment.tables}  # fmt: skip
    found |= {
        "statements": known_statements(edition),
        "coverage": coverage(edition.release),
        "rates": _rates(edition),
        "two_currencies": pl.DataFrame(exhibits(edition).pairs, infer_schema_length=None),
        "claims_audit": _verdicts(edition),
    }
    found |= {f"register_{name}": _register(edition, name) for name in sorted(edition.pack.registers)}
    return {name: _without_row(table) for name, table in found.items() if table.height}


@lru_cache(maxsize=16)
def sizes(edition: Edition) -> Mapping[str, tuple[int, int]]:
    """Give the rows and columns of every table, by name, without keeping the tables."""
    return {name: (table.height, table.width) for name, table in tables(edition).items()}


def facts(edition: Edition) -> dict[str, str]:
    """Say which release the files are of, and how to cite it."""
    return about(edition.release, edition.assessment)


def kept_table(edition: Edition, name: str) -> Path:
    """Give one table as CSV, with the release in its last column. Raises : KeyError for a table there is not."""
    if name not in sizes(edition):
        raise KeyError(name)

    def write(unfinished: Path) -> None:
        table = tables(edition)[name].with_columns(pl.lit(edition.release_id).alias("release"))
        folder = unfinished.with_name(f"{unfinished.name}.folder")
        export({name: table}, facts(edition), to="csv", path=folder)
        (folder / f"{name}.csv").replace(unfinished)
        shutil.rmtree(folder)

    return _kept(edition, f"{file_stem(edition)}-{name}.csv", write)


def kept_file(edition: Edition, ending: str) -> Path:
    """Give everything in one file: "xlsx" and "json" as they are, "csv" and "parquet" zipped, "release" the folder."""
    return _kept(edition, file_name(edition, ending), lambda unfinished: _WRITERS[ending](edition, unfinished))


def file_name(edition: Edition, ending: str) -> str:
    """Give the name of a file, with the release's date and checksum in it."""
    return f"{file_stem(edition)}-{ending}.zip" if ending in _ZIPPED else f"{file_stem(edition)}.{ending}"


def file_stem(edition: Edition) -> str:
    """Give what the names of all files of an edition begin with."""
    return f"mezon-{edition.definitions.id}-{edition.as_of.isoformat()}-{edition.content_sha256[:12]}"


def _kept(edition: Edition, name: str, write: Callable[[Path], None]) -> Path:
    place = Path(settings.HOME) / "downloads" / edition.token / name
    if place.exists():
        return place
    with _WRITING:
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = place.with_name(f".{os.getpid()}.{name}")
            write(unfinished)
            unfinished.replace(place)
    return place


def _write_one(ending: str) -> Callable[[Edition, Path], None]:
    def write(edition: Edition, unfinished: Path) -> None:
        export(tables(edition), facts(edition), to=ending, path=unfinished)

    return write


def _write_zipped(ending: str) -> Callable[[Edition, Path], None]:
    def write(edition: Edition, unfinished: Path) -> None:
        folder = unfinished.with_name(f"{unfinished.name}.folder")
        export(tables(edition), facts(edition), to=ending, path=folder)
        _zip(folder, unfinished, edition)
        shutil.rmtree(folder)

    return write


def _write_release(edition: Edition, unfinished: Path) -> None:
    _zip(edition.folder, unfinished, edition)


def _zip(folder: Path, target: Path, edition: Edition) -> None:
    """Pack a folder so that the same release gives the same bytes: files in order, dated as the release."""
    day = (edition.as_of.year, edition.as_of.month, edition.as_of.day, 0, 0, 0)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{file_stem(edition)}/{path.relative_to(folder).as_posix()}"
                archive.writestr(zipfile.ZipInfo(name, date_time=day), path.read_bytes(), zipfile.ZIP_DEFLATED)


_ZIPPED = ("csv", "parquet", "release")
_WRITERS: Mapping[str, Callable[[Edition, Path], None]] = {
    "csv": _write_zipped("csv"),
    "xlsx": _write_one("xlsx"),
    "parquet": _write_zipped("parquet"),
    "json": _write_one("json"),
    "release": _write_release,
}
ENDINGS = tuple(_WRITERS)


def _rates(edition: Edition) -> pl.DataFrame:
    rows = [
        {"from": rate.origin, "to": rate.into, "period": rate.period, "kind": rate.kind, "rate": rate.rate,
         "source": rate.source}
        for rate in edition.definitions.rates
    ]  # fmt: skip
    return pl.DataFrame(rows)


def _verdicts(edition: Edition) -> pl.DataFrame:
    known = {row["id"] for row in edition.register("claims")}
    rows: list[dict[str, Any]] = [
        {name: record.get(name) for name in _VERDICT_COLUMNS} for record in edition.verdicts if record["claim"] in known
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _register(edition: Edition, name: str) -> pl.DataFrame:
    table = edition.pack.registers[name]
    return pl.DataFrame(edition.register(name), schema=table.schema)


def _without_row(table: pl.DataFrame) -> pl.DataFrame:
    """Leave out the line in the pack's file: it is no part of a release."""
    lists = [name for name, kind in table.schema.items() if kind.is_nested()]
    joined = table.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(";") for name in lists)
    return joined.drop("row", strict=False)
