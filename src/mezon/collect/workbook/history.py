"""The values before: what a unit stated of each cell in the periods before, in the unit in which it is asked now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from mezon.errors import MalformedValue
from mezon.model.form import FormCell
from mezon.model.pack import Definitions
from mezon.model.period import Period

#: Cell key without its period, and a period: the value then.
Known = Mapping[tuple[str, str, str, str], float]


@dataclass(frozen=True, slots=True)
class Earlier:
    """Earlier values by indicator, breakdown, variant and period."""

    values: Known

    def of(self, cell: FormCell, back: int) -> float | None:
        """Give the value of a cell so many years (or, within a shorter form, so many of its periods) before."""
        return self.values.get((cell.indicator, cell.breakdown, cell.variant, str(shifted(cell.period, back))))


def shifted(period: str, back: int) -> Period:
    """Give the same part of an earlier year: 2024-S1 is one back from 2025-S1."""
    whole = Period.parse(period)
    return Period(whole.year - back, whole.part, whole.frequency)


def earlier_values(before: pl.DataFrame | None, unit: str, definitions: Definitions) -> Earlier:
    """Read earlier values from observations: the one published last of each key, where its unit of measure allows.

    before : observations with at least indicator, period and value; other columns of observations are used where they
    are there. Values in another currency or dimension are left out, for a rate would have to be chosen.
    """
    if before is None or before.is_empty():
        return Earlier({})
    rows = before.filter(pl.col("unit") == unit) if "unit" in before.columns else before
    if "published" in rows.columns:
        rows = rows.sort("published", maintain_order=True)
    found: dict[tuple[str, str, str, str], float] = {}
    for row in rows.iter_rows(named=True):
        value = in_asked_unit(row.get("value"), row["indicator"], row.get("unit_of_measure") or "", definitions)
        period = _canonical(row["period"])
        if value is not None and period:
            found[row["indicator"], row.get("breakdown") or "", row.get("variant") or "FACT", period] = value
    return Earlier(found)


def in_asked_unit(value: float | None, indicator: str, measure: str, definitions: Definitions) -> float | None:
    """Give a value in the indicator's unit; None where that takes an exchange rate, or there is none."""
    defined = definitions.indicators.get(indicator)
    if value is None or defined is None or not measure or measure == defined.unit:
        return value
    stated, asked = (definitions.units_of_measure.get(code) for code in (measure, defined.unit))
    if stated is None or asked is None or (stated.dimension, stated.currency) != (asked.dimension, asked.currency):
        return None
    return value * stated.scale / asked.scale


def _canonical(text: str) -> str:
    try:
        return str(Period.parse(text))
    except MalformedValue:
        return ""
