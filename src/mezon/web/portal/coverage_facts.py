"""How complete, how old and how stable the data of an edition are, and what the checks found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

import polars as pl

from mezon.analyse.coverage import missing_of_framework
from mezon.model.codelists import Level, Severity
from mezon.model.finding import Finding
from mezon.model.indicator import Indicator
from mezon.model.observations import KEY
from mezon.model.unit import Unit
from mezon.web.portal.addresses import of_indicator, of_value
from mezon.web.portal.edition import Edition, findings, known_statements
from mezon.web.portal.indicator_facts import glances, groups_of
from mezon.web.portal.observed import Row
from mezon.web.portal.pages import language

#: An indicator of fewer units is listed, but makes no row of the matrix.
_FEWEST_UNITS = 2
#: A unit about which so little is known makes no column of it: a company with five figures is on its own page.
_FEWEST_INDICATORS = 10
#: Findings of one rule that stand on the page; all are in `mezon check`.
_LISTED = 30
_LARGEST = 10
_BY_SEVERITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Indicators by units: how many periods have a value, and what share of the most that any unit has."""

    units: tuple[Unit, ...]
    rows: tuple[Row, ...]


@lru_cache(maxsize=16)
def matrix(edition: Edition) -> Matrix:
    """Count the periods with a value of every indicator that at least two units have, by unit."""
    valued = edition.observations.filter(pl.col("value").is_not_null() & (pl.col("variant") == "FACT"))
    counted = valued.group_by("indicator", "unit").agg(
        pl.col("period").n_unique(), pl.col("period").max().alias("last")
    )
    cells = {(row["indicator"], row["unit"]): row for row in counted.iter_rows(named=True)}
    shown = [unit for unit in edition.definitions.units.values() if unit.level != Level.AREA]
    indicators_of = {unit.code: sum(of == unit.code for _code, of in cells) for unit in shown}
    units = tuple(unit for unit in shown if indicators_of[unit.code] >= _FEWEST_INDICATORS)
    rows = []
    for indicator in _by_group(edition):
        own = [cells.get((indicator.code, unit.code)) for unit in units]
        if sum(cell is not None for cell in own) >= _FEWEST_UNITS:
            most = max(cell["period"] for cell in own if cell)
            rows.append({"indicator": indicator, "most": most, "cells": [_share(cell, most) for cell in own]})
    return Matrix(units=units, rows=tuple(rows))


def _share(cell: Row | None, most: int) -> Row:
    if cell is None:
        return {"periods": 0, "heat": 0, "last": ""}
    return {"periods": cell["period"], "heat": round(100 * cell["period"] / most), "last": cell["last"]}


def _by_group(edition: Edition) -> list[Indicator]:
    order = {group.code: place for place, group in enumerate(groups_of(edition, "group"))}
    indicators = edition.definitions.indicators.values()
    return sorted(indicators, key=lambda each: order.get(each.group, len(order)))


def ages(edition: Edition, *, as_of: str = "") -> list[dict[str, Any]]:
    """Give every indicator that has a value with its last period and its age against the edition's year."""
    leaves = {leaf.indicator for each in edition.definitions.methodologies.values() for leaf in each.leaves}
    found = []
    for indicator in _by_group(edition):
        glance = glances(edition)[indicator.code]
        if glance["values"]:
            found.append(
                {
                    "indicator": indicator,
                    "href": of_indicator(indicator.code, as_of=as_of),
                    "group": edition.definitions.groups.get(indicator.group),
                    "glance": glance,
                    "age": max(edition.as_of.year - int(glance["last_period"][:4]), 0),
                    "enters": indicator.code in leaves,
                }
            )
    return found


def age_classes(aged: list[dict[str, Any]]) -> dict[str, Any]:
    """Count indicators by age in years, and give the median age."""
    years = [each["age"] for each in aged]
    bounds = ((0, 2), (3, 5), (6, 9), (10, 999))
    counts = [sum(low <= age <= high for age in years) for low, high in bounds]
    return {"median": median(years) if years else None, "counts": list(zip(bounds, counts, strict=True))}


def missing(edition: Edition, *, as_of: str = "") -> list[dict[str, Any]]:
    """Give the indicators of the framework that nobody has published, with who would have to supply them."""
    table = missing_of_framework(edition.release, language=language())
    known = edition.definitions
    return [
        {
            "indicator": known.indicators[row["indicator"]],
            "href": of_indicator(row["indicator"], as_of=as_of),
            "group": known.groups.get(row["group"]),
            "holder": row["holder"],
        }
        for row in table.iter_rows(named=True)
    ]


@lru_cache(maxsize=16)
def findings_by_rule(edition: Edition, language_code: str) -> tuple[Mapping[str, Any], ...]:
    """Give what the checks found in the pack, by rule, the gravest and most frequent first."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings(edition, language_code):
        by_rule.setdefault(finding.code, []).append(finding)
    grouped = [
        {
            "code": code,
            "severity": str(found[0].severity),
            "count": len(found),
            "hint": found[0].hint,
            "listed": tuple(found[:_LISTED]),
            "left_out": max(len(found) - _LISTED, 0),
        }
        for code, found in by_rule.items()
    ]
    return tuple(
        sorted(grouped, key=lambda each: (_BY_SEVERITY[Severity(each["severity"])], -each["count"], each["code"]))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """How much published values were changed later by their own producer.

    `restated` : values published more than once; `revised` : those that changed; `series` : indicators of a unit with a
    changed value; `middle` : the median absolute change of the revised ones. `largest` : overall; `at_home` : of the
    highlighted unit; `in_index` : of the indicators of an index.
    """

    restated: int
    revised: int
    series: int
    middle: float | None
    largest: tuple[Row, ...]
    at_home: tuple[Row, ...]
    in_index: tuple[Row, ...]


@lru_cache(maxsize=16)
def revisions(edition: Edition, home: str) -> Revisions:
    """Compare the first statement of a producer about each key with the last one known."""
    producers = {code: source.producer or code for code, source in edition.definitions.sources.items()}
    rows = known_statements(edition).with_columns(
        pl.col("source").replace_strict(producers, default=pl.col("source")).alias("producer")
    )
    by = [*KEY, "producer"]
    repeated = (
        rows.filter(pl.col("value").is_not_null())
        .sort(*by, "published", "source", "source_ref")
        .group_by(by, maintain_order=True)
        .agg(
            pl.col("value").first().alias("before"), pl.col("value").last().alias("after"),
            pl.col("published").first().alias("then"), pl.col("published").last().alias("now"),
            pl.col("published").n_unique().alias("times"),
        )
        .filter(pl.col("times") > 1)
    )  # fmt: skip
    changed = (
        repeated.filter(pl.col("before") != pl.col("after"))
        .with_columns(pl.when(pl.col("before") != 0).then(pl.col("after") / pl.col("before") - 1).alias("change"))
        .sort(
            pl.col("change").abs(),
            "indicator",
            "unit",
            "period",
            descending=[True, False, False, False],
            nulls_last=True,
        )
    )
    leaves = sorted({leaf.indicator for each in edition.definitions.methodologies.values() for leaf in each.leaves})
    changes = [abs(change) for change in changed["change"].drop_nulls().to_list()]
    return Revisions(
        restated=repeated.height,
        revised=changed.height,
        series=changed.select("indicator", "unit").n_unique() if changed.height else 0,
        middle=median(changes) if changes else None,
        largest=tuple(changed.head(_LARGEST).to_dicts()),
        at_home=tuple(changed.filter(pl.col("unit") == home).head(_LARGEST).to_dicts()),
        in_index=tuple(changed.filter(pl.col("indicator").is_in(leaves)).head(_LARGEST).to_dicts()),
    )


def shown(edition: Edition, rows: tuple[Row, ...], *, as_of: str = "") -> list[dict[str, Any]]:
    """Give revisions with names and addresses."""
    known = edition.definitions
    return [
        {
            **row,
            "defined": known.indicators.get(row["indicator"]),
            "of": known.units.get(row["unit"]),
            "href": of_value(row["indicator"], row["unit"], row["period"], as_of=as_of),
        }
        for row in rows
    ]
