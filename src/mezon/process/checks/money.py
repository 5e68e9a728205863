"""Money: conversions that lack a dated rate, and the exchange rates that two statements of one figure imply."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from mezon.model.finding import Finding, Rule
from mezon.process.checks.evidence import Evidence, period_or_none
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import findings_at, in_scope, number, percent

_SAME_FIGURE = ("indicator", "unit", "period", "breakdown", "variant", "price_basis")


@check("conversion-without-rate")
def conversions_have_a_rate(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report values in another currency than the indicator's for which rates.csv has no average rate of the period."""
    rows = evidence.observations.filter(
        pl.col("value").is_not_null()
        & pl.col("ordinal").is_not_null()
        & (pl.col("dimension") == pl.col("indicator_dimension"))
        & (pl.col("currency") != "")
        & (pl.col("indicator_currency") != "")
        & (pl.col("currency") != pl.col("indicator_currency"))
    )
    origin, into = pl.col("currency").alias("origin"), pl.col("indicator_currency").alias("into")
    missing = (pl.col("origin") + "," + pl.col("into") + "," + pl.col("period") + ",average").alias("missing")
    details = rows.select("row", "indicator", "period", "unit_of_measure", origin, into).with_columns(missing)
    without = details.join(_rates(evidence), on=["origin", "into", "period"], how="anti", maintain_order="left")
    return findings_at(evidence, rule, without, column="unit_of_measure")


@check("implied-rate")
def implied_rates_are_near_the_official_ones(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report two statements of one figure in two currencies whose ratio is over `tolerance` off the average rate.

        implied = (v_b scale_b) / (v_a scale_a),   deviation = implied / official - 1

    for every pair of rows a (in the currency `from` of rates.csv) and b (in `to`) of the same indicator, unit,
    period, breakdown, variant and price basis, whoever states them. The finding lies at row a and names row b.
    """
    rows = evidence.observations.filter(in_scope(rule) & (pl.col("value") > 0) & (pl.col("currency") != ""))
    rates = _stated_rates(evidence)
    if rates.is_empty() or rows["currency"].n_unique() < 2:
        return ()
    left = rows.select(*_SAME_FIGURE, "row", "value", "unit_of_measure", "scale", "dimension", "currency", "source")
    right = left.rename({name: f"other_{name}" for name in ("row", "value", "unit_of_measure", "scale", "source")})
    pairs = (
        left.join(rates, left_on=["currency", "period"], right_on=["origin", "period"], maintain_order="left")
        .join(
            right.with_columns(pl.col("currency").alias("into")).drop("currency"),
            on=[*_SAME_FIGURE, "dimension", "into"],
            maintain_order="left",
        )
        .with_columns(
            (pl.col("other_value") * pl.col("other_scale") / (pl.col("value") * pl.col("scale"))).alias("implied")
        )
        .with_columns((pl.col("implied") / pl.col("official") - 1).alias("deviation"))
    )
    found = pairs.filter(pl.col("deviation").abs() > number(rule, "tolerance", 0.05))
    return findings_at(evidence, rule, _worded(found), column="value")


def _worded(found: pl.DataFrame) -> pl.DataFrame:
    """Write rates with a comma between thousands and deviations with their sign."""
    return found.with_columns(
        pl.Series("implied", [_rate(value) for value in found["implied"]], dtype=pl.String),
        pl.Series("official", [_rate(value) for value in found["official"]], dtype=pl.String),
        pl.Series("deviation", [percent(value) for value in found["deviation"]], dtype=pl.String),
        pl.col("currency").alias("origin"),
    )


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def _stated_rates(evidence: Evidence) -> pl.DataFrame:
    """Give the official average rates as rates.csv states them, one line a pair and period."""
    lines = [
        (rate.origin, rate.into, _period(rate.period), rate.rate)
        for rate in evidence.definitions.rates
        if rate.kind == "average" and rate.rate > 0
    ]
    schema = {"origin": pl.String, "into": pl.String, "period": pl.String, "official": pl.Float64}
    frame = pl.DataFrame(lines, schema=schema, orient="row")
    return frame.unique(subset=["origin", "into", "period"], keep="first", maintain_order=True)


def _rates(evidence: Evidence) -> pl.DataFrame:
    """Give the pairs and periods for which there is a rate, in both directions."""
    stated = _stated_rates(evidence).select("origin", "into", "period")
    turned = stated.select(pl.col("into").alias("origin"), pl.col("origin").alias("into"), "period")
    return pl.concat([stated, turned]).unique()


def _period(text: str) -> str:
    period = period_or_none(text)
    return text if period is None else str(period)
