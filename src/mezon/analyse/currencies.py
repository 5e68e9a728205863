"""Money stated in two currencies: the rate that the statements imply, beside the official one."""

from __future__ import annotations

import polars as pl

from mezon.model.pack import Definitions, Pack

_SAME_STATEMENT = ("indicator", "unit", "period", "breakdown", "variant", "price_basis")


def two_currency_statements(pack: Pack) -> pl.DataFrame:
    """Pair the statements of one fact in a national currency and in US dollars.

    One row a pair: the fact's key, both values as stated and in base units (soums, dollars), the implied rate
    (national per dollar), the official average of the period where rates.csv has one, the deviation
    (implied / official - 1) and the dollars at the official rate. Sources: inconsistencies 3-5 of the papers.
    """
    money = _money(pack)
    national = money.filter(pl.col("currency") != "USD")
    dollars = money.filter(pl.col("currency") == "USD")
    pairs = national.join(dollars, on=list(_SAME_STATEMENT), suffix="_usd")
    official = official_rates(pack.definitions)
    return (
        pairs.join(official, on=["currency", "period"], how="left")
        .with_columns((pl.col("base") / pl.col("base_usd")).alias("implied_rate"))
        .with_columns(
            (pl.col("implied_rate") / pl.col("official_rate") - 1).alias("deviation"),
            (pl.col("base") / pl.col("official_rate")).alias("usd_at_official"),
        )
        .select(
            *_SAME_STATEMENT, "currency", "value", "unit_of_measure", "source_ref", "value_usd", "unit_of_measure_usd",
            "source_ref_usd", "base", "base_usd", "implied_rate", "official_rate", "deviation", "usd_at_official",
            "rate_source",
        )
        .sort(*_SAME_STATEMENT, "source_ref", "source_ref_usd")
    )  # fmt: skip


def _money(pack: Pack) -> pl.DataFrame:
    units = pl.DataFrame(
        [
            {"unit_of_measure": unit.code, "currency": unit.currency, "scale": unit.scale}
            for unit in pack.definitions.units_of_measure.values()
            if unit.currency
        ],
        schema={"unit_of_measure": pl.String, "currency": pl.String, "scale": pl.Float64},
    )
    return (
        pack.observations.filter(pl.col("value").is_not_null())
        .join(units, on="unit_of_measure")
        .with_columns((pl.col("value") * pl.col("scale")).alias("base"))
        .select(*_SAME_STATEMENT, "value", "unit_of_measure", "source_ref", "currency", "base")
    )


def official_rates(definitions: Definitions) -> pl.DataFrame:
    """National currency per dollar, average of the period, whichever way round rates.csv states it."""
    rows = []
    for rate in definitions.rates:
        if rate.kind != "average" or "USD" not in {rate.origin, rate.into}:
            continue
        national = rate.into if rate.origin == "USD" else rate.origin
        per_dollar = rate.rate if rate.origin == "USD" else 1 / rate.rate
        rows.append((national, rate.period, per_dollar, rate.source))
    schema = {"currency": pl.String, "period": pl.String, "official_rate": pl.Float64, "rate_source": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
