"""When and at which level a value may be stated: frequency, validity, level, and sources older than their facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from mezon.errors import MalformedValue
from mezon.model.codelists import ObsStatus, Variant
from mezon.model.finding import Finding, Rule
from mezon.model.period import last_day
from mezon.model.unit import Membership, Unit
from mezon.process.checks.evidence import Evidence, day_or_none
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import findings_at, in_scope

_PERIODS_A_YEAR = {"A": 1, "B": 1, "S": 2, "Q": 4, "M": 12}


@check("period-against-frequency")
def periods_fit_the_frequency(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report periods finer than the indicator's frequency: a quarter of a yearly indicator. Coarser ones are sums."""
    expected = pl.col("indicator_frequency").replace_strict(_PERIODS_A_YEAR, default=None, return_dtype=pl.Int32)
    rows = evidence.observations.filter(in_scope(rule) & (pl.col("periods_a_year") > expected))
    details = rows.select("row", "indicator", "period", pl.col("indicator_frequency").alias("frequency"))
    return findings_at(evidence, rule, details, column="period")


@check("level-not-defined")
def units_are_of_a_level_the_indicator_has(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report an indicator at a unit whose level its definition does not name (one that names none fits all)."""
    allowed = {
        code: {str(level) for level in indicator.levels}
        for code, indicator in evidence.definitions.indicators.items()
        if indicator.levels
    }
    units = {code: str(unit.level) for code, unit in evidence.definitions.units.items()}
    pairs = evidence.observations.select("indicator", "unit").unique().sort("indicator", "unit").rows()
    wrong = [
        (indicator, unit, units[unit], ", ".join(sorted(allowed[indicator])))
        for indicator, unit in pairs
        if indicator in allowed and unit in units and units[unit] not in allowed[indicator]
    ]
    schema = {"indicator": pl.String, "unit": pl.String, "level": pl.String, "levels": pl.String}
    frame = pl.DataFrame(wrong, schema=schema, orient="row")
    rows = evidence.observations.filter(in_scope(rule)).join(frame, on=["indicator", "unit"], maintain_order="left")
    return findings_at(evidence, rule, rows.select("row", *schema), column="unit")


@check("outside-validity")
def units_exist_in_the_period(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report periods that lie wholly before a unit begins or after it ends."""
    dated = [unit for unit in evidence.definitions.units.values() if unit.valid_from or unit.valid_to]
    lines = [(unit.code, *valid_days(unit), unit.valid_from or "…", unit.valid_to or "…") for unit in dated]
    schema = {"unit": pl.String, "since": pl.Date, "until": pl.Date, "valid_from": pl.String, "valid_to": pl.String}
    rows = evidence.observations.join(
        pl.DataFrame(lines, schema=schema, orient="row"), on="unit", how="inner", maintain_order="left"
    )
    outside = (pl.col("period_end") < pl.col("since")) | (pl.col("period_start") > pl.col("until"))
    details = rows.filter(outside).select("row", "unit", "period", "valid_from", "valid_to")
    return findings_at(evidence, rule, details, column="period")


@check("source-older-than-fact")
def sources_are_not_older_than_their_facts(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report facts (no plans, targets or forecasts) of a period that had not ended when they were published.

    A value marked provisional (P) says itself that its period was still running.
    """
    settled = is_fact() & (pl.col("status") != ObsStatus.PROVISIONAL)
    rows = evidence.observations.filter(settled & (pl.col("stated_on") < pl.col("period_end")))
    details = rows.select(
        "row", "indicator", "unit", "period", "source", pl.col("stated_on").cast(pl.String), "published"
    )
    return findings_at(evidence, rule, details, column="source")


@check("source-without-date")
def sources_say_when_they_were_published(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    """Note, once a source, that rows rest on its access date because nothing says when it was published."""
    rows = evidence.pack.observations.filter((pl.col("published") == "") & (pl.col("source") != ""))
    for name, count in sorted(rows.group_by("source").len().rows()):
        source = evidence.definitions.sources.get(name)
        if source is not None and day_or_none(source.published) is None:
            yield evidence.rulebook.finding(
                rule.code, file="sources.toml", key=name, value=name, count=count, accessed=source.accessed or "–"
            )


def is_fact() -> pl.Expr:
    """Whether a row says that something happened."""
    return (pl.col("variant") == Variant.FACT) & (pl.col("status") != ObsStatus.FORECAST)


def first_day(text: str) -> date:
    """Read a whole or partial date as its first day; the beginning of time when there is none."""
    if day_or_none(text) is None:
        return date.min
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return date(int(year), int(month or 1), int(day or 1))


def valid_days(dated: Unit | Membership) -> tuple[date, date]:
    """Give first and last day of validity; the beginning or end of time where it is open or malformed."""
    try:
        until = last_day(dated.valid_to) if dated.valid_to else date.max
    except MalformedValue:
        until = date.max
    return first_day(dated.valid_from), until
