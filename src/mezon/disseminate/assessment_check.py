"""Is a folder the assessment it says it is: against its own checksums, and against a re-run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from mezon.disseminate.assessment_files import MANIFEST, file_digest
from mezon.errors import CopyDiffers
from mezon.model.assessment import TABLES, Assessment

#: Most differing values that are named one by one in one file; the rest is counted.
_NAMED = 20


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read assessment.json. Raises : CopyDiffers when it is not there or is no JSON."""
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise CopyDiffers(f"{folder / MANIFEST} cannot be read: {fault}.", hint="Make the assessment again.") from None
    return content


def changed_files(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Name every file that is missing, added, or other than its checksum in the manifest says."""
    promised: dict[str, str] = manifest.get("files", {})
    present = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST
    }
    lines = [f"{name}: missing" for name in sorted(promised.keys() - present)]
    lines += [f"{name}: not part of this assessment" for name in sorted(present - promised.keys())]
    lines += [
        f"{name}: changed since it was written"
        for name in sorted(promised.keys() & present)
        if file_digest(folder / name) != promised[name]
    ]
    return lines


def changed_values(folder: Path, again: Assessment) -> list[str]:
    """Name every value that a re-run gives differently: file, row, column, what stands there, what should."""
    lines: list[str] = []
    for name, table in sorted(again.tables.items()):
        path = folder / f"{name}.csv"
        if path.exists():
            lines += _differences(path, table, TABLES.get(name, ()))
    return lines


def _differences(path: Path, expected: pl.DataFrame, columns: tuple[str, ...]) -> list[str]:
    # Both sides as the text that stands in a CSV: then a difference is one that a reader can see.
    stated = pl.read_csv(path, infer_schema=False)
    rerun = pl.read_csv(expected.write_csv().encode(), infer_schema=False)
    if stated.columns != rerun.columns or stated.height != rerun.height:
        return [f"{path.name}: {stated.height} rows of {stated.width} columns, a re-run gives {rerun.height} of "
                f"{rerun.width}"]  # fmt: skip
    labels = [name for name in columns[:4] if name in stated.columns and name not in _MEASURES]
    lines: list[str] = []
    for column in stated.columns:
        differs = (stated[column] != rerun[column]).fill_null(value=True) & ~(
            stated[column].is_null() & rerun[column].is_null()
        )
        for row in differs.arg_true().to_list():
            place = ", ".join(str(rerun[label][row]) for label in labels if rerun[label][row])
            lines.append(f"{path.name}:{row + 2} {column} ({place}): {stated[column][row]}, a re-run gives "
                         f"{rerun[column][row]}")  # fmt: skip
    more = len(lines) - _NAMED
    return lines[:_NAMED] + ([f"{path.name}: and {more} more values"] if more > 0 else [])


_MEASURES = frozenset({"score", "rank", "weight", "effective_weight", "value", "n", "mean", "r", "k"})
