"""Units side by side: where the gap between two scores comes from, and whether the variants tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from mezon.errors import AskedForUnknown
from mezon.model.assessment import Assessment


def latest_period(assessment: Assessment, unit: str | None = None) -> str:
    """Give the last period in which the index (or the index of one unit) has a score; "" when there is none."""
    scored = root_scores(assessment).filter(pl.col("score").is_not_null())
    if unit is not None:
        scored = scored.filter(pl.col("unit") == unit)
    last = scored["period"].max()
    return str(last) if last is not None else ""


def root_scores(assessment: Assessment) -> pl.DataFrame:
    """Give the scores of the index itself, without its nodes."""
    weights = assessment.tables["weights"]
    parents = set(weights["parent"].drop_nulls().to_list())
    children = set(weights.filter(pl.col("parent").fill_null("") != "")["node"].to_list())
    root = sorted(parents - children - {""})
    return assessment.scores.filter(pl.col("node").is_in(root))


def ranking(assessment: Assessment, period: str) -> pl.DataFrame:
    """Give the index's scores in one period, best first; units without a rank come last, by code."""
    rows = root_scores(assessment).filter(pl.col("period") == period)
    if "robustness" in assessment.tables:
        bands = assessment.tables["robustness"].select("unit", "period", "node", "median", "share_same", "band")
        rows = rows.join(bands, on=["unit", "period", "node"], how="left")
    return rows.sort("rank", "unit", nulls_last=True)


def node_scores(assessment: Assessment, units: Sequence[str], period: str) -> pl.DataFrame:
    """Give one row a node and one column a unit: scores of several units in one period, in the tree's order.

    Raises : AskedForUnknown for a unit that the assessment does not score.
    """
    known = sorted(set(assessment.scores["unit"].to_list()))
    for unit in units:
        if unit not in known:
            raise AskedForUnknown(f"{unit!r} is not scored here.", hint=f"Scored are: {', '.join(known)}.")
    chosen = assessment.scores.filter(pl.col("unit").is_in(list(units)) & (pl.col("period") == period))
    wide = chosen.pivot(on="unit", index="node", values="score", maintain_order=True)
    return wide.select("node", *(unit for unit in units if unit in wide.columns))


def shares_risen(assessment: Assessment, unit: str) -> dict[str, float]:
    """Give, by period, the share of variants in which the index of a unit is higher than in the period before."""
    improvements = assessment.tables.get("improvements")
    if improvements is None:
        return {}
    root = root_scores(assessment).filter(pl.col("unit") == unit).sort("period")
    periods, nodes = root["period"].to_list(), root["node"].unique().to_list()
    mine = improvements.filter((pl.col("unit") == unit) & pl.col("node").is_in(nodes))
    found = {(row["from"], row["to"]): row["share_improved"] for row in mine.to_dicts()}
    return {pair[1]: found[pair] for pair in pairwise(periods) if pair in found}


def shares_above(assessment: Assessment, units: Sequence[str], period: str) -> pl.DataFrame:
    """Give the share of modelling variants in which one unit is above another, for every pair asked for."""
    table = assessment.tables.get("pairwise")
    if table is None:
        return pl.DataFrame(schema={"a": pl.String, "b": pl.String, "share_a_above_b": pl.Float64})
    chosen = list(units)
    return (
        table.filter((pl.col("period") == period) & pl.col("a").is_in(chosen) & pl.col("b").is_in(chosen))
        .select("a", "b", "share_a_above_b")
        .sort("a", "b")
    )
