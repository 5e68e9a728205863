"""Read an assessment back from its folder, as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from mezon.disseminate.assessment_check import read_manifest
from mezon.model.assessment import TABLES, Assessment
from mezon.model.codelists import Severity
from mezon.model.finding import Finding
from mezon.model.trace import Trace

_TEXTS = frozenset(
    {
        "unit", "period", "node", "parent", "indicator", "kind", "reference", "step", "a", "b", "method", "deleted",
        "flag", "factor", "band", "from", "to", "dropped",
    }
)  # fmt: skip


def read_assessment(folder: Path) -> Assessment:
    """Read the tables, steps and trace that `write_assessment` wrote. Raises : CopyDiffers without a manifest."""
    manifest = read_manifest(folder)
    fields = Trace.__dataclass_fields__
    return Assessment(
        trace=Trace(**{name: manifest[name] for name in fields if name in manifest}),
        tables={name: _table(folder / f"{name}.csv") for name in TABLES if (folder / f"{name}.csv").exists()},
        steps={path.stem: _table(path) for path in sorted((folder / "steps").glob("*.csv"))},
        findings=tuple(_finding(told) for told in manifest.get("findings", ())),
        excluded_draws=manifest.get("excluded_draws", 0),
    )


def _finding(told: Mapping[str, str]) -> Finding:
    return Finding(
        code=told["code"], severity=Severity(told["severity"]), message=told["message"], key=told.get("key", "")
    )


def _table(path: Path) -> pl.DataFrame:
    """Read a CSV with the types its columns have, however empty they are; a rank stays a whole number."""
    raw = pl.read_csv(path, infer_schema=False)
    return raw.select(_typed(raw[name]) for name in raw.columns)


def _typed(column: pl.Series) -> pl.Series:
    if column.name in _TEXTS:
        return column.fill_null("")
    for kind in (pl.Int64, pl.Float64):
        numbers = column.cast(kind, strict=False)
        if numbers.is_not_null().sum() == column.is_not_null().sum() > 0:
            return numbers
    return column if column.is_not_null().any() else column.cast(pl.Float64)
