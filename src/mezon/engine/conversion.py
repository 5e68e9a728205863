"""Dated conversion between units of measure: a change of scale, or a rate with its period, kind and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from mezon.errors import MalformedValue, MissingRate
from mezon.model.codelists import UnitOfMeasure
from mezon.model.source import Rate

AVERAGE, END = "average", "end"
_NUMBERS = ("value", "low", "high", "standard_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """How a value becomes another unit's: times `multiply`, divided by `divide` (one rounding each, not two).

    `note` says it in words; `source` is the source of the rate, empty for a mere change of scale.
    """

    multiply: float
    divide: float
    note: str
    source: str = ""

    def of(self, value: float) -> float:
        """Convert one value."""
        return value * self.multiply / self.divide


class RateTable:
    """The exchange rates of a pack, found in either direction."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        """`rates` : at most one row a pair of currencies, period and kind (rates.csv has that key)."""
        self._rates = {(rate.origin, rate.into, rate.period, rate.kind): rate for rate in rates}

    def find(self, origin: str, into: str, period: str, *, kind: str = AVERAGE) -> tuple[Rate, bool]:
        """Give the rate of exactly this period and kind, and whether it stands the other way round.

        Raises : MissingRate, saying which row to add to rates.csv.
        """
        direct = self._rates.get((origin, into, period, kind))
        if direct is not None:
            return direct, False
        inverse = self._rates.get((into, origin, period, kind))
        if inverse is not None:
            return inverse, True
        raise MissingRate(
            f"No {kind} rate from {origin} to {into} for {period}.",
            hint=f'Add a row to rates.csv: "{origin},{into},{period},{kind},<rate>,<source>" (or the other way round).',
        )


def convertible(origin: UnitOfMeasure, into: UnitOfMeasure) -> bool:
    """Say whether two units measure the same dimension, so that only scale or currency may part them."""
    return origin.dimension == into.dimension and bool(origin.currency) == bool(into.currency)


def conversion(
    origin: UnitOfMeasure, into: UnitOfMeasure, *, period: str, rates: RateTable, kind: str = AVERAGE
) -> Conversion:
    """Find how values in `origin` become values in `into`.

        value * origin.scale / into.scale [* rate, or / rate where it is stated the other way round]

    Raises : MalformedValue when the units measure different things; MissingRate without a rate of the period.
    """
    if not convertible(origin, into):
        raise MalformedValue(f"{origin.code} ({origin.dimension}) cannot become {into.code} ({into.dimension}).")
    multiply, divide = max(origin.scale / into.scale, 1.0), max(into.scale / origin.scale, 1.0)
    if origin.currency == into.currency:
        return Conversion(multiply=multiply, divide=divide, note=f"{origin.code} to {into.code}")
    rate, inverse = rates.find(origin.currency, into.currency, period, kind=kind)
    if inverse:
        divide *= rate.rate
    else:
        multiply *= rate.rate
    span = "average of" if kind == AVERAGE else "end of"
    price = f"{rate.rate:.10g} {rate.into} per {rate.origin}, {span} {period} ({rate.source})"
    note = f"{origin.code} to {into.code} at {price}"
    return Conversion(multiply=multiply, divide=divide, note=note, source=rate.source)


def convert(
    value: float, origin: UnitOfMeasure, into: UnitOfMeasure, *, period: str, rates: RateTable, kind: str = AVERAGE
) -> tuple[float, Conversion]:
    """Convert one value, and say how. Raises : as `conversion`."""
    found = conversion(origin, into, period=period, rates=rates, kind=kind)
    return found.of(value), found


def convert_frame(
    frame: pl.DataFrame, *, units: Mapping[str, UnitOfMeasure], rates: RateTable
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Convert every row from its `unit_of_measure` to the unit in column `into`, by the rate of its period and `kind`.

    frame : value, low, high, standard_error (float64, null = absent), unit_of_measure, period, into, kind.
    Returns : the rows that could be converted, in their new unit, with the column `conversion` (in words) instead
        of `into` and `kind`; and of the others the distinct unit_of_measure, into, period, kind with a `reason` and
        a `hint` (empty reason: the two units measure different things, so no conversion is missing).
    """
    cases = frame.select("unit_of_measure", "into", "period", "kind").unique().sort(pl.all())
    table = pl.DataFrame(
        [_case(*row, units=units, rates=rates) for row in cases.iter_rows()],
        schema={**cases.schema, "multiply": pl.Float64, "divide": pl.Float64, "conversion": pl.String,
                "reason": pl.String, "hint": pl.String},
        orient="row",
    )  # fmt: skip
    joined = frame.join(table, on=["unit_of_measure", "into", "period", "kind"], how="left")
    scaled = [(pl.col(name) * pl.col("multiply") / pl.col("divide")).alias(name) for name in _NUMBERS]
    converted = (
        joined.filter(pl.col("multiply").is_not_null())
        .with_columns(*scaled, pl.col("into").alias("unit_of_measure"))
        .select(*(name for name in frame.columns if name not in ("into", "kind")), "conversion")
    )
    refused = table.filter(pl.col("multiply").is_null()).drop("multiply", "divide", "conversion")
    return converted, refused


def _case(
    origin: str, into: str, period: str, kind: str, *, units: Mapping[str, UnitOfMeasure], rates: RateTable
) -> tuple[object, ...]:
    case = (origin, into, period, kind)
    if origin not in units or into not in units or not convertible(units[origin], units[into]):
        return (*case, None, None, "", "", "")
    try:
        found = conversion(units[origin], units[into], period=period, rates=rates, kind=kind)
    except MissingRate as missing:
        return (*case, None, None, "", missing.message, missing.hint)
    return (*case, found.multiply, found.divide, found.note, "", "")
