"""Parts against their total: the categories of a breakdown, and the members of a unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from mezon.model.codelists import RollUp
from mezon.model.finding import Finding, Rule
from mezon.model.pack import Definitions
from mezon.process.checks.codes import category_codes
from mezon.process.checks.evidence import Evidence
from mezon.process.checks.registry import check
from mezon.process.checks.reporting import findings_at, in_scope, number, percent
from mezon.process.checks.timing import first_day, valid_days

_GROUP = ("indicator", "unit", "period", "variant", "price_basis", "unit_of_measure", "source")
_KEY = ("indicator", "period", "breakdown", "variant", "price_basis", "unit_of_measure")
#: A finding names the rows of so many parts.
_ROWS_NAMED = 12


@check("parts-against-total")
def categories_add_up(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report totals that differ by more than `tolerance` (a share of the total) from the sum of their categories.

    For indicators that add up (roll_up = "sum"), one source at a time, one dimension at a time. When categories of
    the dimension's codelist are missing, only a sum above the total is a fault. Categories below others are left out.
    """
    rows = evidence.series.filter(_adds_up() & in_scope(rule))
    parts = rows.join(_decomposed(evidence.definitions, rows), on="breakdown", how="inner", maintain_order="left")
    if parts.is_empty():
        return ()
    sums = parts.group_by([*_GROUP, "whole", "dimension_name", "all"], maintain_order=True).agg(*_sum_of_parts())
    totals = rows.select(*_GROUP, pl.col("breakdown").alias("whole"), "row", "value")
    compared = totals.join(sums, on=[*_GROUP, "whole"], how="inner", maintain_order="left")
    return _report(evidence, rule, compared)


@check("members-against-total")
def members_add_up(evidence: Evidence, rule: Rule) -> Iterable[Finding]:
    """Report a unit's figure that differs by more than `tolerance` from the sum of its members' figures.

    For indicators that add up, along each dated hierarchy, in one unit of measure. When not all members of the
    period report, only a sum above the figure is a fault. Of several statements, the one a release would use counts.
    """
    rows = evidence.chosen(_adds_up() & in_scope(rule))
    members = _members(evidence)
    if members.is_empty() or rows.is_empty():
        return ()
    expected = members.group_by("parent", "hierarchy", "period").agg(pl.len().alias("all"))
    parts = rows.join(members, on=["unit", "period"], how="inner", maintain_order="left")
    grouped = parts.sort("row").group_by(["parent", "hierarchy", *_KEY], maintain_order=True).agg(*_sum_of_parts())
    sums = grouped.join(expected, on=["parent", "hierarchy", "period"], how="left", maintain_order="left")
    totals = rows.select(*_KEY, pl.col("unit").alias("parent"), "row", "value")
    compared = totals.join(sums, on=["parent", *_KEY], how="inner", maintain_order="left")
    return _report(evidence, rule, compared.with_columns(pl.col("parent").alias("unit")))


def _adds_up() -> pl.Expr:
    return pl.col("roll_up") == RollUp.SUM


def _sum_of_parts() -> tuple[pl.Expr, ...]:
    return (
        pl.col("value").sort_by("row").sum().alias("sum"),
        (pl.col("value") < 0).any().alias("some_negative"),
        pl.len().alias("count"),
        pl.col("row").sort().head(_ROWS_NAMED).cast(pl.String).str.join(", ").alias("part_rows"),
    )


def _report(evidence: Evidence, rule: Rule, compared: pl.DataFrame) -> Iterable[Finding]:
    excess = pl.col("sum") - pl.col("value")
    is_off = excess.abs() > number(rule, "tolerance", 0.005) * pl.col("value").abs()
    complete = (pl.col("count") == pl.col("all")).fill_null(value=False)
    found = compared.filter(is_off & (complete | ((excess > 0) & ~pl.col("some_negative"))))
    deviation = [
        percent(total / value - 1, digits=1) if value else "–" for total, value in found.select("sum", "value").rows()
    ]
    more = pl.when(pl.col("count") > _ROWS_NAMED).then(pl.lit(" …")).otherwise(pl.lit(""))
    worded = found.with_columns(
        pl.col("part_rows") + more,
        pl.Series("deviation", deviation, dtype=pl.String),
        pl.col("sum").round_sig_figs(10),
        pl.col("all").cast(pl.String).fill_null("?"),
    )
    return findings_at(evidence, rule, worded, column="value")


def _decomposed(definitions: Definitions, rows: pl.DataFrame) -> pl.DataFrame:
    """Give, for each breakdown and each dimension in it, the breakdown it is a part of and how many parts make it."""
    lines = []
    for breakdown in rows["breakdown"].unique().sort().to_list():
        parts = [part for part in breakdown.split(";") if "=" in part]
        for part in parts:
            dimension, _, code = part.partition("=")
            top = _top_categories(definitions, dimension)
            if top is None or code in top:
                whole = ";".join(other for other in parts if other != part)
                lines.append((breakdown, whole, dimension, None if top is None else len(top)))
    schema = {"breakdown": pl.String, "whole": pl.String, "dimension_name": pl.String, "all": pl.UInt32}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _top_categories(definitions: Definitions, dimension: str) -> frozenset[str] | None:
    codes = category_codes(definitions, dimension)
    if codes is None:
        return None
    codelist = definitions.codelists.get(dimension) or definitions.codelists[f"CL_{dimension}"]
    return frozenset(code for code in codes if not codelist.codes[code].parent)


def _members(evidence: Evidence) -> pl.DataFrame:
    """Give who is a member of whom in which hierarchy, a line a period, while membership and member are valid."""
    spans = evidence.observations.select("period", "period_start", "period_end").unique().drop_nulls()
    units = evidence.definitions.units
    lines = []
    for membership in evidence.definitions.memberships:
        unit = units.get(membership.unit)
        since, until = valid_days(unit) if unit else (date.min, date.max)
        starts, ends = first_day(membership.valid_from), valid_days(membership)[1]
        lines.append((membership.unit, membership.parent, membership.hierarchy, max(since, starts), min(until, ends)))
    schema = {
        "unit": pl.String,
        "parent": pl.String,
        "hierarchy": pl.String,
        "since": pl.Date,
        "until": pl.Date,
    }
    frame = pl.DataFrame(lines, schema=schema, orient="row").join(spans, how="cross")
    within = (pl.col("since") <= pl.col("period_end")) & (pl.col("until") >= pl.col("period_start"))
    return frame.filter(within).select("unit", "parent", "hierarchy", "period").unique().sort(pl.all())
