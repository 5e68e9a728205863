"""A value against its own series: slips of magnitude, and jumps from one year to the next."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from mezon.model.finding import Finding, Rule
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import findings_at, in_scope, number, reworded

#: A power of ten, and the words of a rule for it.
_FOLD = {3: "thousandfold", 6: "millionfold", -3: "thousandth", -6: "millionth"}
_SHOWN = ("row", "indicator", "unit", "period", "value", "unit_of_measure", "source")


@check("magnitude-slip")
def values_keep_their_magnitude(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report values that are a thousand or a million times (or a part of) their neighbours in one source's series.

    For value v with neighbours (the two before and the two after, as far as there are) between a and b > 0, the
    slip is k when |log10(|v| / sqrt(a b)) - k| <= `tolerance`, k among 3, 6, -3, -6. Neighbours that spread over more
    than `spread` times say nothing, and nor does a single one; zeros are no neighbours.
    """
    rows = slips(evidence, rule).with_columns(pl.col("typical").round_sig_figs(4))
    sign = pl.when(pl.col("slip") > 0).then(pl.lit("× 10^")).otherwise(pl.lit("÷ 10^"))
    factor = (sign + pl.col("slip").abs().cast(pl.String)).alias("factor")
    details = rows.select("row", "typical", factor, "slip")
    words = [reworded(evidence, rule, _FOLD[slip], text) for text, slip in details.select("factor", "slip").iter_rows()]
    details = details.drop("slip").with_columns(pl.Series("how_far", words, dtype=pl.String))
    return findings_at(evidence, rule, _with_texts(evidence, details), column="value")


@check("year-on-year")
def values_do_not_jump(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report values whose ratio to the same period a year earlier, in one source's series, is outside [low, high].

    Only for ratio scales: an indicator is skipped when its range begins below zero, when it has no range and any of
    its values is negative, when its definition says `volatile = true`, or when the rule leaves it out. Counts below
    `small_count` on both sides are skipped, and so is a jump that a slip of magnitude explains.
    """
    skipped = _not_on_a_ratio_scale(evidence)
    rows = evidence.series_of(in_scope(rule) & ~pl.col("indicator").is_in(skipped) & (pl.col("value") > 0))
    earlier = rows.select(
        "series",
        (pl.col("ordinal") + pl.col("periods_a_year")).alias("ordinal"),
        pl.col("value").alias("earlier_value"),
        pl.col("period").alias("earlier_period"),
        pl.col("row").alias("earlier_row"),
    )
    pairs = rows.join(earlier, on=["series", "ordinal"], how="inner", maintain_order="left")
    # Ten digits: 6.15 / 2.05 is three, whatever the last bit says.
    ratio = (pl.col("value") / pl.col("earlier_value")).round_sig_figs(10)
    jump = (ratio < round(number(rule, "low", 1 / 3), 10)) | (ratio > number(rule, "high", 3.0))
    counted = pl.col("dimension").is_in(list(rule.parameters.get("count_dimensions", ())))
    small = counted & (pl.max_horizontal("value", "earlier_value") < number(rule, "small_count", 0))
    found = pairs.filter(jump & ~small.fill_null(value=False)).with_columns(ratio.round_sig_figs(3).alias("ratio"))
    explained = _slipped_rows(evidence)
    kept = found.filter(~pl.col("row").is_in(explained) & ~pl.col("earlier_row").is_in(explained))
    details = kept.select("row", "earlier_value", "earlier_period", "earlier_row", "ratio")
    return findings_at(evidence, rule, _with_texts(evidence, details), column="value")


def slips(evidence: Evidence, rule: Rule) -> pl.DataFrame:
    """Give the rows that slip in magnitude, with `slip` (the power of ten) and `typical` (of their neighbours)."""
    size = pl.when(pl.col("value") != 0).then(pl.col("value").abs())
    rows = evidence.series_of(in_scope(rule)).with_columns(size.alias("size"))
    neighbours = [
        pl.when(pl.col("series").shift(step) == pl.col("series")).then(pl.col("size").shift(step))
        for step in (-2, -1, 1, 2)
    ]
    framed = rows.with_columns(
        pl.min_horizontal(neighbours).alias("least"),
        pl.max_horizontal(neighbours).alias("most"),
        pl.sum_horizontal([neighbour.is_not_null().cast(pl.Int32) for neighbour in neighbours]).alias("seen"),
    )
    steady = (pl.col("seen") >= 2) & (pl.col("most") <= number(rule, "spread", 10.0) * pl.col("least"))
    typical = (pl.col("least") * pl.col("most")).sqrt()
    magnitude = (pl.col("size") / typical).log10()
    power = (magnitude / 3).round() * 3
    near = (magnitude - power).abs() <= number(rule, "tolerance", 0.3)
    return framed.filter(steady).with_columns(typical.alias("typical"), power.cast(pl.Int32).alias("slip")).filter(
        near & (pl.col("slip").abs().is_in([3, 6]))
    )  # fmt: skip


def _slipped_rows(evidence: Evidence) -> list[int]:
    rules = evidence.rulebook.of_kind("magnitude-slip")
    found = {row for rule in rules for row in slips(evidence, rule)["row"].to_list() if row is not None}
    return sorted(found)


def _not_on_a_ratio_scale(evidence: Evidence) -> list[str]:
    below_zero = set(evidence.series.filter(pl.col("value") < 0)["indicator"].unique().to_list())
    skipped = []
    for indicator in evidence.definitions.indicators.values():
        low = indicator.range[0]
        is_signed = indicator.code in below_zero if low is None else low < 0
        if is_signed or indicator.attributes.get("volatile"):
            skipped.append(indicator.code)
    return sorted(skipped)


def _with_texts(evidence: Evidence, found: pl.DataFrame) -> pl.DataFrame:
    """Join what a sentence says of the observation at each row."""
    return found.join(evidence.pack.observations.select(_SHOWN), on="row", how="left", maintain_order="left")
