"""Observations: a typed Polars frame. Who said what, about which unit and period, when, and how sure."""

from __future__ import annotations

import polars as pl

from mezon.model.codelists import ABSENT, ConfStatus, ObsStatus, Qualifier, Variant

#: What a value is about. Two rows with one key state the same thing.
KEY = ("indicator", "unit", "period", "breakdown", "variant", "price_basis", "unit_of_measure")

#: What makes a row the row it is: its key, and who stated it where and when.
IDENTITY = (*KEY, "source", "source_ref", "published")

#: Columns of observations.csv, in the order of the contract.
COLUMNS: dict[str, pl.DataType] = {
    "indicator": pl.String(),
    "unit": pl.String(),
    "period": pl.String(),
    "breakdown": pl.String(),
    "value": pl.Float64(),
    "unit_of_measure": pl.String(),
    "variant": pl.String(),
    "price_basis": pl.String(),
    "status": pl.String(),
    "confidentiality": pl.String(),
    "qualifier": pl.String(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "standard_error": pl.Float64(),
    "source": pl.String(),
    "source_ref": pl.String(),
    "cites": pl.String(),
    "published": pl.String(),
    "note": pl.String(),
}

#: The line in observations.csv (header = 1), so that a finding can name its place. Not part of a release.
ROW = "row"

#: How a released value came about: its kind, and in words the formula, rate or parts it was made of.
ORIGIN: dict[str, pl.DataType] = {"origin": pl.String(), "origin_note": pl.String()}
REPORTED, CONVERTED, DERIVED, ROLLED_UP, COUNTED = "reported", "converted", "derived", "rolled-up", "counted"

#: What an empty cell means, where it means anything. Text columns are never null: no text is the empty text.
DEFAULTS: dict[str, str] = {
    "variant": Variant.FACT,
    "price_basis": "NOMINAL",
    "status": ObsStatus.NORMAL,
    "confidentiality": ConfStatus.FREE,
    "qualifier": Qualifier.EXACT,
}

WORKING_SCHEMA: dict[str, pl.DataType] = {**COLUMNS, ROW: pl.UInt32()}
RELEASE_SCHEMA: dict[str, pl.DataType] = {**COLUMNS, **ORIGIN}


def no_observations() -> pl.DataFrame:
    """Give an empty frame of the right shape."""
    return pl.DataFrame(schema=WORKING_SCHEMA)


def has_value() -> pl.Expr:
    """Say of each row whether its status promises a value."""
    return ~pl.col("status").is_in(sorted(ABSENT))
