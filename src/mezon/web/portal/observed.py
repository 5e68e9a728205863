"""Observations as pages look them up: by indicator, unit and period, each with its marks in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mezon.model import observations
from mezon.model.codelists import ConfStatus, ObsStatus, Qualifier, Variant
from mezon.model.indicator import Indicator
from mezon.web.portal.edition import Edition

Row = dict[str, Any]
Place = tuple[str, str, str]

#: What an observation's status says, in the words of SDMX's list.
STATUS_WORDS = {
    ObsStatus.NORMAL: gettext_lazy("normal value"),
    ObsStatus.BREAK: gettext_lazy("break in the series"),
    ObsStatus.DEFINITION_DIFFERS: gettext_lazy("definition differs"),
    ObsStatus.ESTIMATED: gettext_lazy("estimated"),
    ObsStatus.FORECAST: gettext_lazy("forecast"),
    ObsStatus.EXPERIMENTAL: gettext_lazy("experimental"),
    ObsStatus.IMPUTED: gettext_lazy("imputed by the source"),
    ObsStatus.IMPUTED_BY_RECEIVER: gettext_lazy("imputed by the receiver"),
    ObsStatus.EXISTS_NOT_COLLECTED: gettext_lazy("exists, not collected"),
    ObsStatus.CANNOT_EXIST: gettext_lazy("cannot exist"),
    ObsStatus.NOT_SIGNIFICANT: gettext_lazy("not significant"),
    ObsStatus.MISSING: gettext_lazy("missing"),
    ObsStatus.PROVISIONAL: gettext_lazy("provisional"),
    ObsStatus.SUPPRESSED: gettext_lazy("suppressed"),
    ObsStatus.STRIKE: gettext_lazy("strike or special circumstances"),
    ObsStatus.LOW_RELIABILITY: gettext_lazy("low reliability"),
    ObsStatus.UNVALIDATED: gettext_lazy("not validated"),
}
QUALIFIER_WORDS = {
    Qualifier.ABOUT: gettext_lazy("about"),
    Qualifier.MORE_THAN: gettext_lazy("more than: a lower bound"),
    Qualifier.LESS_THAN: gettext_lazy("less than: an upper bound"),
}
VARIANT_WORDS = {Variant.PLAN: gettext_lazy("plan"), Variant.TARGET: gettext_lazy("target")}
ORIGIN_WORDS = {
    observations.REPORTED: gettext_lazy("reported by the source"),
    observations.CONVERTED: gettext_lazy("converted from another unit of measure"),
    observations.DERIVED: gettext_lazy("computed from other indicators"),
    observations.ROLLED_UP: gettext_lazy("rolled up from the parts"),
    observations.COUNTED: gettext_lazy("counted from a register"),
}
QUALIFIER_SIGNS = {Qualifier.ABOUT: "≈", Qualifier.MORE_THAN: ">", Qualifier.LESS_THAN: "<"}
_LETTERS = {observations.CONVERTED: "c", observations.DERIVED: "f", observations.ROLLED_UP: "r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A short sign beside a value, and what it means; `kind` is a class of the stylesheet."""

    letter: str
    words: str
    kind: str = ""


@lru_cache(maxsize=16)
def by_place(edition: Edition) -> Mapping[Place, tuple[Row, ...]]:
    """Give the released rows of each indicator, unit and period.

    The row that an index would take comes first: the indicator's own unit of measure, the total, a fact, nominal.
    """
    definitions = edition.definitions.indicators
    own = {code: indicator.unit for code, indicator in definitions.items()}
    ordered = edition.observations.with_columns(
        (pl.col("unit_of_measure") != pl.col("indicator").replace_strict(own, default="")).alias("_other"),
        (pl.col("variant") != Variant.FACT).alias("_no_fact"),
        (pl.col("price_basis") != "NOMINAL").alias("_real"),
    ).sort("indicator", "unit", "period", "_other", "breakdown", "_no_fact", "_real", "variant", "unit_of_measure")
    found: dict[Place, list[Row]] = {}
    for row in ordered.drop("_other", "_no_fact", "_real").iter_rows(named=True):
        found.setdefault((row["indicator"], row["unit"], row["period"]), []).append(row)
    return {place: tuple(rows) for place, rows in found.items()}


def main_row(edition: Edition, indicator: str, unit: str, period: str) -> Row | None:
    """Give the row that an index takes for a place: a total, a fact, in the indicator's own unit of measure."""
    definition = edition.definitions.indicators.get(indicator)
    rows = by_place(edition).get((indicator, unit, period), ())
    if definition is None or not rows:
        return None
    first = rows[0]
    fits = first["unit_of_measure"] == definition.unit and not first["breakdown"] and first["variant"] == Variant.FACT
    return first if fits else None


def marks_of(row: Row) -> list[Mark]:
    """Give what must not be overlooked about an observation, other than that its indicator is a stand-in."""
    found = []
    if row["status"] != ObsStatus.NORMAL:
        found.append(Mark(letter=row["status"], words=str(STATUS_WORDS.get(row["status"], row["status"]))))
    if row["variant"] in VARIANT_WORDS:
        found.append(Mark(letter="p", words=str(VARIANT_WORDS[row["variant"]])))
    if row["qualifier"] in QUALIFIER_WORDS:
        found.append(Mark(letter=QUALIFIER_SIGNS[row["qualifier"]], words=str(QUALIFIER_WORDS[row["qualifier"]])))
    if row["origin"] in _LETTERS:
        found.append(Mark(letter=_LETTERS[row["origin"]], words=str(ORIGIN_WORDS[row["origin"]])))
    if is_hidden(row):
        found.append(Mark(letter="C", words=_("confidential: not shown")))
    return found


def is_hidden(row: Row) -> bool:
    """Say whether a value is not for everybody's eyes."""
    return bool(row["confidentiality"] != ConfStatus.FREE)


def value_of(row: Row | None) -> float | None:
    """Give the value that may be shown; None where there is none, or it is confidential."""
    return None if row is None or is_hidden(row) else row["value"]


def series(edition: Edition, indicator: Indicator, unit: str) -> list[Row]:
    """Give the rows of a unit that an index would take, by period: one number a period, in one unit of measure."""
    rows = edition.by_indicator.get(indicator.code)
    if rows is None:
        return []
    periods = rows.filter(pl.col("unit") == unit)["period"].unique().sort().to_list()
    found = [main_row(edition, indicator.code, unit, period) for period in periods]
    return [row for row in found if row is not None]


def measure_words(edition: Edition, code: str) -> Any:
    """Give the name of a unit of measure as a text, or its code."""
    known = edition.definitions.units_of_measure.get(code)
    return known.name if known else code
