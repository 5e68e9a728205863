"""What one row says by itself: value against status, bounds, range, price basis; and the same row twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from mezon.model.finding import Finding, Rule
from mezon.model.observations import IDENTITY, has_value
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import OPEN_END, allowed, as_text, findings_at, in_scope, measure_of, reworded


@check("same-row-twice")
def rows_are_stated_once(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report every row whose key, source, place in the source and publication date an earlier row has already."""
    rows = evidence.pack.observations
    identity = rows.select(pl.concat_str(IDENTITY, separator="\x1f").hash(seed=0).alias("hash"), "row")
    if not identity["hash"].is_duplicated().any():
        return ()
    first, before = (pl.col(name).sort_by("row").first().over(IDENTITY) for name in ("row", "value"))
    repeated = rows.with_columns(first.alias("first_row"), before.alias("first_value"))
    repeated = repeated.filter(pl.col("row") > pl.col("first_row"))
    return _repetitions(evidence, rule, repeated)


def _repetitions(evidence: Evidence, rule: Rule, repeated: pl.DataFrame) -> Iterator[Finding]:
    """Word rows that repeat an earlier one, and apart from them those that contradict it by another value."""
    details = repeated.select("row", "first_row", "first_value", "indicator", "unit", "period", "value", "source")
    for line, finding in zip(
        details.iter_rows(named=True), findings_at(evidence, rule, details, column="indicator"), strict=True
    ):
        if line["value"] == line["first_value"]:
            yield finding
            continue
        values = {name: as_text(line[name]) or "–" for name in ("value", "first_value")}
        message = reworded(evidence, rule, "other_value", finding.message, first_row=line["first_row"], **values)
        hint = reworded(evidence, rule, "other_value_hint", finding.hint)
        yield replace(finding, message=message, hint=hint)


@check("value-without-status")
def absent_values_are_absent(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a value beside a status that says there is none."""
    rows = evidence.pack.observations.filter(~has_value() & pl.col("value").is_not_null())
    return findings_at(evidence, rule, rows.select("row", "value", "status"), column="status")


@check("status-without-value")
def promised_values_are_there(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a status that promises a value where there is none; cells already reported as unreadable are not
    reported again.
    """
    unreadable = [
        finding.row
        for finding in evidence.pack.findings
        if finding.file == evidence.file and finding.column in ("value", "status")
    ]
    rows = evidence.pack.observations.filter(has_value() & pl.col("value").is_null())
    kept = rows.filter(~pl.col("row").is_in([row for row in unreadable if row is not None]))
    return findings_at(evidence, rule, kept.select("row", "value", "status"), column="value")


@check("bounds")
def values_lie_between_their_bounds(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report rows where not low <= value <= high (a missing bound is no bound)."""
    low, value, high = pl.col("low"), pl.col("value"), pl.col("high")
    rows = evidence.pack.observations.filter(_any(low > value, value > high, low > high))
    below = pl.when(_any(low > value, low > high)).then(pl.lit("low")).otherwise(pl.lit("high")).alias("bound")
    stated = pl.col("value").alias("value_stated")
    details = rows.select("row", "low", "high", stated, below)
    for name, part in sorted(details.partition_by("bound", as_dict=True).items()):
        yield from findings_at(evidence, rule, part, column=str(name[0]))


@check("negative-standard-error")
def standard_errors_are_not_negative(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a standard error below zero."""
    rows = evidence.pack.observations.filter(pl.col("standard_error") < 0)
    return findings_at(evidence, rule, rows.select("row", "standard_error"), column="standard_error")


@check("price-basis-form")
def price_bases_are_well_formed(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a price basis that is neither NOMINAL nor CONSTANT-<year>."""
    rows = evidence.pack.observations.filter(~pl.col("price_basis").str.contains(r"^(NOMINAL|CONSTANT-\d{4})$"))
    return findings_at(evidence, rule, rows.select("row", "price_basis"), column="price_basis")


@check("range")
def values_lie_in_the_range(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report values outside the indicator's range, in the indicator's unit; where comparing takes an exchange rate,
    only the sign is compared with a range that starts at zero.
    """
    value = pl.coalesce("comparable", pl.when(pl.col("range_low") == 0).then(pl.col("value").clip(upper_bound=0)))
    outside = _any(value < pl.col("range_low"), value > pl.col("range_high"))
    rows = evidence.observations.filter(in_scope(rule) & outside)
    bounds = [_bound(name) for name in ("range_low", "range_high")]
    columns = ("row", "indicator", "unit", "period", "value", "unit_of_measure", "indicator_unit")
    found = rows.select(*columns, *bounds)
    ends, measures = found.select("range_low", "range_high").iter_rows(), found["indicator_unit"]
    words = [
        pl.Series("allowed", [allowed(evidence, rule, *pair) for pair in ends], dtype=pl.String),
        pl.Series("measure", [measure_of(evidence, code or "") for code in measures], dtype=pl.String),
    ]
    return findings_at(evidence, rule, found.with_columns(words), column="value")


def _any(*conditions: pl.Expr) -> pl.Expr:
    """Whether any of some comparisons is true; one with a missing side is not."""
    return pl.any_horizontal(*(condition.fill_null(value=False) for condition in conditions))


def _bound(name: str) -> pl.Expr:
    """Write the end of a range: no trailing zero, a dash where it is open."""
    shown = pl.col(name).cast(pl.String).fill_null(OPEN_END).str.strip_suffix(".0")
    return shown.str.replace("inf", "∞", literal=True).alias(name)
