"""Registers counted into observations: each entry of derivations.toml says which rows make which indicator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from mezon.collect.filtering import condition
from mezon.engine.conversion import RateTable, conversion
from mezon.errors import MalformedValue, MissingRate
from mezon.model.codelists import Frequency, ObsStatus
from mezon.model.indicator import Indicator
from mezon.model.observations import COUNTED, DEFAULTS, ORIGIN, ROW, WORKING_SCHEMA
from mezon.model.pack import Definitions, Derivation
from mezon.model.period import Period, last_day
from mezon.model.registers import REGISTERS

_MEASURE = re.compile(r"(?P<what>count|sum|distinct|mean)(?:\((?P<column>\w+)\))?")
_SPAN = re.compile(r"active\(\s*(?P<first>\w+)\s*,\s*(?P<last>\w+)\s*\)")
_PARTS = {Frequency.HALF_YEARLY: 2, Frequency.QUARTERLY: 4, Frequency.MONTHLY: 12}
#: Money columns, whose unit stands beside them and is brought to the indicator's.
_MONEY = "amount"


def count_registers(definitions: Definitions, registers: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Count the rows of registers into observations, one a unit and period, with origin "counted".

        count = sum of w,   sum = sum of w x,   distinct = number of different x,   mean = sum of w x / sum of w

    over the rows that satisfy `where`, w = 1 / fraction (1 without one; so that a shared patent counts half with
    each of two owners). Money is brought to the indicator's unit at the average rate of the period. A unit and
    period that has rows, none of which satisfies `where`, counts 0; one without rows counts nothing: it is absent.
    A span without an end lasts to the latest date on which a source of the pack was published or accessed.
    Returns : columns of WORKING_SCHEMA (`row` empty) and ORIGIN; source_ref names the rows of the register. Where a
        rate is missing, the value is absent (status O) and the note says which.
    Raises : FormulaFault for a condition that is none.
    """
    frames = [
        _counted(definitions, derivation, definitions.indicators[derivation.indicator], registers[derivation.register])
        for derivation in definitions.derivations
        if derivation.indicator in definitions.indicators and derivation.register in registers
    ]
    schema = {**WORKING_SCHEMA, **ORIGIN}
    counted = pl.concat([frame for frame in frames if frame.height] or [pl.DataFrame(schema=schema)])
    return counted.sort("indicator", "unit", "period", "source_ref")


def _counted(
    definitions: Definitions, derivation: Derivation, indicator: Indicator, register: pl.DataFrame
) -> pl.DataFrame:
    rows = _dated(definitions, derivation, indicator, register)
    if rows.is_empty():
        return pl.DataFrame(schema={**WORKING_SCHEMA, **ORIGIN})
    weighed = _weighed(rows, derivation)
    converted = _in_the_unit_of(definitions, indicator, weighed, derivation)
    what = _measure(derivation)[0]
    grouped = converted.sort(ROW).group_by("unit", "period").agg(*_totals(what)).sort("unit", "period")
    return _as_observations(definitions, derivation, indicator, grouped.filter(pl.col("some")))


def _dated(
    definitions: Definitions, derivation: Derivation, indicator: Indicator, register: pl.DataFrame
) -> pl.DataFrame:
    """Give each row of a register once for every period in which it counts, empty text as null."""
    span = _SPAN.fullmatch(derivation.date)
    first, last = (span["first"], span["last"]) if span else (derivation.date, "")
    if first not in register.columns or "unit" not in register.columns:
        return pl.DataFrame()
    texts = pl.selectors.string()
    rows = register.with_columns(texts.replace("", None)).filter(pl.col("unit").is_not_null())
    keep = condition(derivation.where).cast(pl.Boolean).fill_null(value=False).alias("kept")
    dates = rows.select(first, pl.col(last if span else first).alias("until")).rows()
    horizon = _horizon(definitions)
    periods = [_periods(start, until if span else start, indicator.frequency, horizon) for start, until in dates]
    places = [place for place, touched in enumerate(periods) for _ in touched]
    named = pl.Series("period", [period for touched in periods for period in touched], dtype=pl.String)
    return rows.with_columns(keep)[places].with_columns(named)


@lru_cache(maxsize=8192)
def _periods(start: str | None, until: str | None, frequency: Frequency, horizon: date | None) -> tuple[str, ...]:
    """Give the periods that a span touches; a date too coarse for the frequency gives none."""
    first, last = _period_of(start, frequency), _period_of(until, frequency)
    if first is None:
        return ()
    if last is None:
        last = _period_of(horizon.isoformat(), frequency) if horizon else first
    steps = (last.ordinal - first.ordinal) if last else -1
    return tuple(str(first.shifted(step)) for step in range(steps + 1))


@lru_cache(maxsize=8192)
def _period_of(text: str | None, frequency: Frequency) -> Period | None:
    """Give the period of a frequency in which a date or a finer period lies; None when it is coarser."""
    if not text:
        return None
    parts = _PARTS.get(frequency, 1)
    try:
        stated = Period.parse(text)
        start, length = stated.start, 12 // _PARTS.get(stated.frequency, 1)
    except MalformedValue:
        start, length = last_day(text), 0
    if length > 12 // parts:
        return None
    fixed = frequency if parts > 1 else Frequency.ANNUAL
    return Period(start.year, (start.month - 1) // (12 // parts) + 1, fixed)


def _measure(derivation: Derivation) -> tuple[str, str]:
    found = _MEASURE.fullmatch(derivation.measure.replace(" ", ""))
    if found is None or (found["what"] != "count" and not found["column"]):
        raise MalformedValue(
            f"{derivation.measure!r} is not a measure of {derivation.indicator}.",
            hint="Write count, sum(COLUMN), distinct(COLUMN) or mean(COLUMN).",
        )
    return found["what"], found["column"] or ""


def _weighed(rows: pl.DataFrame, derivation: Derivation) -> pl.DataFrame:
    """Add `weight`, what each row counts for, and `measured`, what is counted of it."""
    what, column = _measure(derivation)
    shares = pl.col(derivation.fraction).cast(pl.Float64).fill_null(1.0) if derivation.fraction else pl.lit(1.0)
    measured = pl.lit(1.0) if what == "count" else pl.col(column)
    if what in ("sum", "mean"):
        measured = measured.cast(pl.Float64)
    return rows.with_columns((1.0 / shares).alias("weight"), measured.alias("measured"), pl.lit("").alias("lacking"))


def _in_the_unit_of(
    definitions: Definitions, indicator: Indicator, rows: pl.DataFrame, derivation: Derivation
) -> pl.DataFrame:
    """Bring money to the indicator's unit; where a rate is missing, `lacking` says so and the value is absent."""
    what, column = _measure(derivation)
    into = definitions.units_of_measure.get(indicator.unit)
    if column != _MONEY or what == "distinct" or into is None or "unit_of_measure" not in rows.columns:
        return rows
    rates = RateTable(definitions.rates)
    pairs = rows.select("unit_of_measure", "period").unique().sort(pl.all()).drop_nulls("unit_of_measure").rows()
    lines: list[tuple[str, str, float | None, str]] = []
    for code, period in pairs:
        origin = definitions.units_of_measure.get(code)
        if origin is None:
            lines.append((code, period, None, f"unknown unit of measure {code}"))
            continue
        try:
            found = conversion(origin, into, period=period, rates=rates)
            lines.append((code, period, found.of(1.0), ""))
        except (MissingRate, MalformedValue) as missing:
            lines.append((code, period, None, missing.message))
    schema = {"unit_of_measure": pl.String, "period": pl.String, "factor": pl.Float64, "lack": pl.String}
    table = pl.DataFrame(lines, schema=schema, orient="row")
    joined = rows.join(table, on=["unit_of_measure", "period"], how="left", maintain_order="left")
    without_unit = pl.col("unit_of_measure").is_null()
    return joined.with_columns(
        (pl.col("measured") * pl.when(without_unit).then(1.0).otherwise(pl.col("factor"))).alias("measured"),
        pl.col("lack").fill_null("").alias("lacking"),
    )


def _totals(what: str) -> tuple[pl.Expr, ...]:
    kept = pl.col("kept")
    product = (pl.col("measured") * pl.col("weight")).filter(kept) if what != "distinct" else pl.lit(0.0)
    mean = product.sum() / pl.col("weight").filter(kept & pl.col("measured").is_not_null()).sum()
    value: dict[str, pl.Expr] = {
        "count": pl.col("weight").filter(kept).sum(),
        "sum": product.sum(),
        "distinct": pl.col("measured").filter(kept).drop_nulls().n_unique().cast(pl.Float64),
        "mean": mean,
    }
    some = kept.any() if what == "mean" else pl.lit(value=True)
    # An empty cell of a row that counts is no zero: the total of such rows is not known.
    unknown = pl.col("measured").filter(kept).is_null().any() if what in ("sum", "mean") else pl.lit(value=False)
    return (
        pl.when(unknown).then(None).otherwise(value[what]).alias("value"),
        some.alias("some"),
        pl.col("lacking").filter(kept & (pl.col("lacking") != "")).unique().sort().str.join("; ").alias("note"),
        pl.col(ROW).filter(kept).unique().sort().cast(pl.String).str.join(", ").alias("rows"),
        pl.col("source").drop_nulls().unique().sort().alias("sources"),
    )


def _as_observations(
    definitions: Definitions, derivation: Derivation, indicator: Indicator, grouped: pl.DataFrame
) -> pl.DataFrame:
    """Dress counted values as observations: their unit, status, source and the rows they were counted from."""
    path = REGISTERS[derivation.register].path
    where = f" where {derivation.where}" if derivation.where else ""
    note = f"{derivation.measure} of {path}{where}, by {derivation.date}"
    status = pl.when(pl.col("value").is_null()).then(pl.lit(ObsStatus.MISSING)).otherwise(pl.lit(ObsStatus.NORMAL))
    places = pl.when(pl.col("rows") == "").then(pl.lit(path)).otherwise(pl.lit(f"{path} rows ") + pl.col("rows"))
    several = [_cited(definitions, sources) for sources in grouped["sources"].to_list()]
    dressed = grouped.with_columns(
        pl.lit(indicator.code).alias("indicator"),
        pl.lit(indicator.unit).alias("unit_of_measure"),
        status.alias("status"),
        places.alias("source_ref"),
        pl.Series("source", [source for source, _ in several], dtype=pl.String),
        pl.Series("published", [published for _, published in several], dtype=pl.String),
        pl.lit(COUNTED).alias("origin"),
        pl.lit(note).alias("origin_note"),
        *(pl.lit(value).alias(name) for name, value in DEFAULTS.items() if name != "status"),
    )
    absent = [
        pl.lit("" if dtype == pl.String() else None).alias(name)
        for name, dtype in WORKING_SCHEMA.items()
        if name not in dressed.columns
    ]
    schema = {**WORKING_SCHEMA, **ORIGIN}
    return dressed.with_columns(*absent).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _cited(definitions: Definitions, sources: list[str]) -> tuple[str, str]:
    """Give the source of a count, and its publication date: with several sources, the latest of their dates."""
    if len(sources) < 2:
        return (sources[0] if sources else definitions.default_source), ""
    dates = [day for source in sources if (day := _known_on(definitions, source))]
    return definitions.default_source or sources[0], max(dates).isoformat() if dates else ""


def _known_on(definitions: Definitions, source_id: str) -> date | None:
    source = definitions.sources.get(source_id)
    text = (source.published or source.accessed) if source else ""
    try:
        return last_day(text) if text else None
    except MalformedValue:
        return None


def _horizon(definitions: Definitions) -> date | None:
    dates = [day for source in definitions.sources if (day := _known_on(definitions, source))]
    return max(dates, default=None)
