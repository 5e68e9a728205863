"""What the checks look at: a pack, and the frames that several of them share, each made once."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import polars as pl

from mezon.errors import MalformedValue
from mezon.model.codelists import Frequency, UnitOfMeasure
from mezon.model.finding import Rulebook
from mezon.model.observations import CONVERTED, KEY, REPORTED
from mezon.model.pack import Definitions, Pack
from mezon.model.period import Period, last_day

#: One source's values of one thing over time.
SERIES = ("indicator", "unit", "breakdown", "variant", "price_basis", "unit_of_measure", "source")

_PARTS = {Frequency.ANNUAL: 1, Frequency.HALF_YEARLY: 2, Frequency.QUARTERLY: 4, Frequency.MONTHLY: 12}


class Evidence:
    """A pack and its observations, joined once with all that the checks need to know of each row."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    @property
    def definitions(self) -> Definitions:
        """What the pack says about itself."""
        return self.pack.definitions

    @property
    def rulebook(self) -> Rulebook:
        """The rules in force and their language."""
        return self.pack.definitions.rulebook

    @cached_property
    def file(self) -> str:
        """Name of the file that holds the observations: a release keeps them as Parquet."""
        is_release = "origin" in self.pack.observations.columns
        return "observations.parquet" if is_release else "observations.csv"

    @cached_property
    def observations(self) -> pl.DataFrame:
        """Every row, with its indicator, unit of measure, period and publication date looked up.

        Adds indicator_unit, indicator_dimension, indicator_currency, indicator_scale, roll_up, range_low,
        range_high, indicator_frequency; dimension, currency, scale; period_start, period_end, ordinal,
        periods_a_year; stated_on (the row's date of publication, else its source's, else the access date); and
        `comparable`, the value in the indicator's unit, null where that takes an exchange rate.
        """
        rows = self.pack.observations
        joined = (
            rows.join(self.indicators, on="indicator", how="left", maintain_order="left")
            .join(self.units_of_measure, on="unit_of_measure", how="left", maintain_order="left")
            .join(periods_of(rows), on="period", how="left", maintain_order="left")
            .join(self._publications(rows), on=["source", "published"], how="left", maintain_order="left")
        )
        same = (pl.col("dimension") == pl.col("indicator_dimension")) & (
            pl.col("currency") == pl.col("indicator_currency")
        )
        in_unit = pl.col("value") * pl.col("scale") / pl.col("indicator_scale")
        exact = pl.col("unit_of_measure") == pl.col("indicator_unit")
        comparable = pl.when(exact).then(pl.col("value")).when(same).then(in_unit)
        return joined.with_columns(comparable.alias("comparable"))

    @cached_property
    def series(self) -> pl.DataFrame:
        """Rows with a value, the latest published of each source's series and period, sorted, with `series` its id.

        What a release derived, rolled up or counted is left out: it only repeats what its terms say.
        """
        axis = ("periods_a_year", "ordinal", "stated_on", "row")
        rows = self._stated
        if "origin" in rows.columns:
            rows = rows.filter(pl.col("origin").is_in([REPORTED, CONVERTED]))
        kept = rows.select(*SERIES, *axis, "period", "value", "dimension", "roll_up")
        ordered = kept.sort([*SERIES, *axis], nulls_last=False).drop("stated_on")
        ids = ordered.with_columns(pl.struct([*SERIES, "periods_a_year"]).rle_id().alias("series"))
        is_last = (pl.col("series") != pl.col("series").shift(-1)) | (pl.col("ordinal") != pl.col("ordinal").shift(-1))
        return ids.filter(is_last.fill_null(value=True))

    def series_of(self, indicators: pl.Expr) -> pl.DataFrame:
        """Give the series of some indicators without their texts: `series`, ordinal, value and what orders them."""
        columns = ("series", "indicator", "periods_a_year", "ordinal", "row", "value", "dimension", "period")
        return self.series.lazy().filter(indicators).select(columns).collect()

    def chosen(self, indicators: pl.Expr) -> pl.DataFrame:
        """One row with a value a key: the settled one, else by priority of source, else the latest published.

        `indicators` : which indicators are asked for.
        """
        axis = ("periods_a_year", "ordinal", "stated_on", "row", "source", "source_ref")
        rows = self._stated.filter(indicators).select(*KEY, *axis, "value", "comparable", "roll_up")
        return self.one_a_key(rows)

    def one_a_key(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Keep of each key the settled row, else the one of the best priority, else the latest published."""
        joined = rows.join(self.settled, on=[*KEY, "source", "source_ref"], how="left", maintain_order="left")
        ranked = joined.join(self.sources, on="source", how="left", maintain_order="left").sort(
            [*KEY, "settled", "priority", "stated_on", "row"],
            descending=[False] * len(KEY) + [True, False, True, False],
            nulls_last=True,
        )
        return ranked.unique(subset=KEY, keep="first", maintain_order=True)

    @property
    def _stated(self) -> pl.DataFrame:
        """Rows with a value and a period."""
        return self.observations.filter(pl.col("value").is_finite() & pl.col("ordinal").is_not_null())

    @cached_property
    def indicators(self) -> pl.DataFrame:
        """What the rows of an indicator need to know of it, one line an indicator."""
        measures = self.definitions.units_of_measure
        lines = []
        for indicator in self.definitions.indicators.values():
            unit = measures.get(indicator.unit)
            lines.append(
                (
                    indicator.code,
                    indicator.unit,
                    unit.dimension if unit else None,
                    unit.currency if unit else None,
                    unit.scale if unit else None,
                    str(indicator.roll_up),
                    *indicator.range,
                    str(indicator.frequency),
                )
            )
        return pl.DataFrame(lines, schema=_INDICATOR_SCHEMA, orient="row")

    @cached_property
    def units_of_measure(self) -> pl.DataFrame:
        """Dimension, currency and scale of each unit of measure."""
        lines = [(unit.code, unit.dimension, unit.currency, unit.scale) for unit in self._measures()]
        schema = {"unit_of_measure": pl.String, "dimension": pl.String, "currency": pl.String, "scale": pl.Float64}
        return pl.DataFrame(lines, schema=schema, orient="row")

    @cached_property
    def sources(self) -> pl.DataFrame:
        """Producer and priority of each source."""
        lines = [(source.id, source.producer, source.priority) for source in self.definitions.sources.values()]
        schema = {"source": pl.String, "producer": pl.String, "priority": pl.Int64}
        return pl.DataFrame(lines, schema=schema, orient="row")

    @cached_property
    def settled(self) -> pl.DataFrame:
        """The rows that settlements choose: key, source, place in the source, `settled` = true and the reason.

        `settlement` is the line of the settlement in settlements.csv.
        """
        columns = (*KEY, "source", "source_ref")
        lines = [
            (*self.full_key(one.key), one.source, one.source_ref, one.reason, one.row)
            for one in self.definitions.settlements
        ]
        schema = {**dict.fromkeys((*columns, "reason"), pl.String), "settlement": pl.Int64}
        frame = pl.DataFrame(lines, schema=schema, orient="row")
        unique = frame.unique(subset=columns, keep="first", maintain_order=True)
        return unique.with_columns(pl.lit(value=True).alias("settled"))

    def full_key(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """Fill in what an empty variant, price basis or unit of measure of a settlement means."""
        indicator, unit, period, breakdown, variant, price_basis, measure = key
        defined = self.definitions.indicators.get(indicator)
        own_unit = defined.unit if defined else ""
        return (
            indicator, unit, period, breakdown, variant or "FACT", price_basis or "NOMINAL", measure or own_unit,
        )  # fmt: skip

    def published_on(self, source: str, published: str) -> date | None:
        """Last day of a row's publication date, else its source's, else the day the source was accessed."""
        origin = self.definitions.sources.get(source)
        texts = (published, origin.published if origin else "", origin.accessed if origin else "")
        return next((day for text in texts if (day := day_or_none(text))), None)

    def _measures(self) -> list[UnitOfMeasure]:
        return list(self.definitions.units_of_measure.values())

    def _publications(self, rows: pl.DataFrame) -> pl.DataFrame:
        pairs = rows.select("source", "published").unique().sort("source", "published").rows()
        lines = [(source, published, self.published_on(source, published)) for source, published in pairs]
        schema = {"source": pl.String, "published": pl.String, "stated_on": pl.Date}
        return pl.DataFrame(lines, schema=schema, orient="row")


def day_or_none(text: str) -> date | None:
    """Read the last day of a whole or partial date; None when there is none or it is malformed."""
    if not text:
        return None
    try:
        return last_day(text)
    except MalformedValue:
        return None


def period_or_none(text: str) -> Period | None:
    """Read a period; None when it is malformed, which reading the file has reported already."""
    try:
        return Period.parse(text)
    except MalformedValue:
        return None


def periods_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the first and last day of each period of some rows, its place on its axis, and how many make a year."""
    lines = []
    for text in rows["period"].unique().sort().to_list():
        period = period_or_none(text)
        if period is not None:
            lines.append((text, period.start, period.end, period.ordinal, _PARTS[period.frequency]))
    schema = {
        "period": pl.String,
        "period_start": pl.Date,
        "period_end": pl.Date,
        "ordinal": pl.Int32,
        "periods_a_year": pl.Int32,
    }
    return pl.DataFrame(lines, schema=schema, orient="row")


_INDICATOR_SCHEMA = {
    "indicator": pl.String,
    "indicator_unit": pl.String,
    "indicator_dimension": pl.String,
    "indicator_currency": pl.String,
    "indicator_scale": pl.Float64,
    "roll_up": pl.String,
    "range_low": pl.Float64,
    "range_high": pl.Float64,
    "indicator_frequency": pl.String,
}
