"""Amounts of money in an edition: which currency a unit of measure is of, and what was reported in it."""

from __future__ import annotations

import polars as pl

from mezon.model.observations import REPORTED
from mezon.web.portal.edition import Edition, Row


def in_unit(edition: Edition, row: Row, unit_of_measure: str) -> float:
    """Give a row's value in another unit of measure of the same currency."""
    units = edition.definitions.units_of_measure
    return float(row["value"] * units[row["unit_of_measure"]].scale / units[unit_of_measure].scale)


def currency_of(edition: Edition, unit_of_measure: str) -> str:
    """Give the currency of a unit of measure; "" when it is none of money."""
    unit = edition.definitions.units_of_measure.get(unit_of_measure)
    return unit.currency if unit is not None and unit.dimension == "money" else ""


def money_units(edition: Edition) -> list[str]:
    """Give the units of measure that are of money."""
    return [unit.code for unit in edition.definitions.units_of_measure.values() if unit.dimension == "money"]


def facts(edition: Edition, indicator: str, unit: str = "") -> list[Row]:
    """Give the reported amounts of an indicator that are facts, not broken down, in order of unit and period."""
    rows = edition.by_indicator.get(indicator)
    if rows is None:
        return []
    plain = (pl.col("breakdown") == "") & (pl.col("variant") == "FACT") & pl.col("value").is_not_null()
    chosen = rows.filter(plain & (pl.col("origin") == REPORTED))
    return (chosen.filter(pl.col("unit") == unit) if unit else chosen).to_dicts()
