"""Conversion: a fact stated only in another unit of measure is given in the indicator's own unit as well."""

from __future__ import annotations

import polars as pl

from mezon.engine.conversion import AVERAGE, END, RateTable, convert_frame
from mezon.model.finding import Finding
from mezon.model.observations import CONVERTED
from mezon.model.pack import Definitions

#: One fact, whatever unit it is stated in.
_FACT = ["indicator", "unit", "period", "breakdown", "variant", "price_basis"]


def converted_rows(settled: pl.DataFrame, definitions: Definitions) -> tuple[pl.DataFrame, list[Finding]]:
    """Give one more row for each fact that nobody states in its indicator's own unit of measure.

    The row as reported stays. Of several statements that could be converted, one in the same currency comes first,
    then the first unit in the alphabet. Stocks (indicators with `stock = true`) take the rate of the period's end,
    all others its average. The rate and its source stand in `origin_note`.
    Returns : the added rows, and a finding for each rate that is not there.
    """
    own = _own_units(definitions)
    rows = settled.join(own, on="indicator", how="inner", maintain_order="left")
    stated = rows.filter(pl.col("unit_of_measure") == pl.col("into")).select(_FACT)
    lacking = rows.filter(
        (pl.col("unit_of_measure") != pl.col("into")) & pl.col("value").is_not_null()
    ).join(stated, on=_FACT, how="anti", maintain_order="left")  # fmt: skip
    if lacking.is_empty():
        return settled.clear(), []
    converted, refused = convert_frame(
        lacking.with_columns(_from=pl.col("unit_of_measure")),
        units=definitions.units_of_measure,
        rates=RateTable(definitions.rates),
    )
    chosen = (
        converted.with_columns(_by_rate=pl.col("conversion").str.contains(" at ", literal=True))
        .sort(*_FACT, "_by_rate", "_from")
        .unique(_FACT, keep="first", maintain_order=True)
        .with_columns(origin=pl.lit(CONVERTED), origin_note=pl.col("conversion"))
    )
    without = lacking.join(chosen, on=_FACT, how="anti", maintain_order="left")
    return chosen.select(settled.columns), _missing_rates(refused, without, definitions)


def _own_units(definitions: Definitions) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (indicator.code, indicator.unit, END if indicator.attributes.get("stock") else AVERAGE)
            for indicator in definitions.indicators.values()
        ],
        schema={"indicator": pl.String, "into": pl.String, "kind": pl.String},
        orient="row",
    )


def _missing_rates(refused: pl.DataFrame, without: pl.DataFrame, definitions: Definitions) -> list[Finding]:
    case = ["unit_of_measure", "into", "period", "kind"]
    counted = without.group_by(case).len().join(refused.filter(pl.col("reason") != ""), on=case).sort(case)
    return [
        definitions.rulebook.finding(
            "release-rate-missing",
            file="rates.csv",
            value=row["unit_of_measure"],
            rows=row["len"],
            into=row["into"],
            reason=row["reason"],
            way_out=row["hint"],
        )
        for row in counted.iter_rows(named=True)
    ]
