"""Observations of a pack: observations.csv of a folder, or observations.parquet of a release, as one typed frame."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from mezon.design.csv_table import read_csv_table
from mezon.model.finding import Finding, Rulebook
from mezon.model.observations import DEFAULTS, ORIGIN, ROW, WORKING_SCHEMA
from mezon.model.pack import Definitions
from mezon.model.tables import OBSERVATIONS

RELEASED = "observations.parquet"


def read_observations(
    folder: Path, definitions: Definitions, *, rulebook: Rulebook
) -> tuple[pl.DataFrame, list[Finding]]:
    """Read the observations of a pack or a release, with the defaults of the contract filled in.

    An empty source is the pack's default_source, an empty unit of measure the indicator's; variant, price basis,
    status, confidentiality and qualifier have their defaults. `published` stays as stated.
    Returns : a frame with WORKING_SCHEMA (of a release also origin and origin_note), and what reading found.
    """
    released = folder / RELEASED
    if released.is_file() and not (folder / OBSERVATIONS.path).is_file():
        return _of_release(pl.read_parquet(released)), []
    frame, findings = read_csv_table(
        folder / OBSERVATIONS.path, OBSERVATIONS, rulebook=rulebook, file=OBSERVATIONS.path
    )
    return with_defaults(frame, definitions), findings


def with_defaults(frame: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Fill in what an empty cell means, and bring half-years to their one spelling (H1 is S1)."""
    filled = [_instead_of_empty(column, pl.lit(value)) for column, value in DEFAULTS.items()]
    measures = {indicator.code: indicator.unit for indicator in definitions.indicators.values()}
    own_unit = pl.col("indicator").replace_strict(measures, default="", return_dtype=pl.String)
    if not measures:
        own_unit = pl.lit("")
    return frame.with_columns(
        *filled,
        _instead_of_empty("source", pl.lit(definitions.default_source)),
        _instead_of_empty("unit_of_measure", own_unit),
        pl.col("period").str.replace("-H", "-S", literal=True),
    ).select(_in_schema())


def _of_release(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a released frame into the working shape; rows are counted as an export to CSV would number them."""
    numbered = frame.with_columns((pl.int_range(pl.len(), dtype=pl.UInt32) + 2).alias(ROW))
    return numbered.select(*_in_schema(), *(pl.col(name).cast(dtype) for name, dtype in ORIGIN.items()))


def _in_schema() -> list[pl.Expr]:
    return [pl.col(name).cast(dtype) for name, dtype in WORKING_SCHEMA.items()]


def _instead_of_empty(column: str, value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(column) == "").then(value).otherwise(pl.col(column)).alias(column)
