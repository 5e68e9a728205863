"""What an amount is made of, by where the money came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from mezon.model.codelists import Level
from mezon.model.observations import REPORTED
from mezon.model.text import Text
from mezon.web.portal.amounts import currency_of, facts, money_units
from mezon.web.portal.edition import Edition, Row

_DIFFERENCE = re.compile(r"\s*(\w+)\s*-\s*(\w+)\s*")
#: The breakdown by which the bundled codelist CL_SOURCE_OF_FUNDS divides an amount.
_BY_SOURCE = "SOURCE_OF_FUNDS"
_TOP_DOWN = (Level.COUNTRY, Level.INDUSTRY, Level.CLUSTER, Level.REGION, Level.ENTERPRISE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a whole, and how it came about; `by_difference` when it is what remains of the whole."""

    code: str
    name: Text
    value: float
    share: float
    origin: str = REPORTED
    by_difference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What an amount of one period is made of, in one unit of measure."""

    period: str
    unit_of_measure: str
    value: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """An amount by its sources, earliest period first."""

    indicator: str
    unit: str
    wholes: tuple[Whole, ...]

    @property
    def last(self) -> Whole:
        """The latest period, in the unit of measure of the indicator."""
        return self.wholes[-1]

    @property
    def recent(self) -> tuple[Whole, ...]:
        """The latest periods, the latest first; as many as fit a page."""
        return self.wholes[:-4:-1]


def composition_of(edition: Edition) -> Composition | None:
    """Find an amount that is divided by source: as a difference of two amounts, else by a breakdown."""
    return _difference(edition) or _by_source(edition)


def _difference(edition: Edition) -> Composition | None:
    """Take an amount that is defined as the rest of another, `WHOLE - PART`, in every currency both are stated in."""
    for indicator in edition.definitions.indicators.values():
        formula = _DIFFERENCE.fullmatch(indicator.formula)
        if formula is None or not currency_of(edition, indicator.unit):
            continue
        whole, part = formula.groups()
        parts = {(row["unit"], row["period"], row["unit_of_measure"]): row for row in facts(edition, part)}
        both = [
            (row, parts[key])
            for row in facts(edition, whole)
            if (key := (row["unit"], row["period"], row["unit_of_measure"])) in parts
        ]
        if both:
            both.sort(key=lambda pair: (pair[0]["period"], pair[0]["unit_of_measure"] == indicator.unit))
            wholes = tuple(_divided(edition, *pair, rest=indicator.code) for pair in both)
            return Composition(indicator=whole, unit=both[-1][0]["unit"], wholes=wholes)
    return None


def _divided(edition: Edition, whole: Row, part: Row, *, rest: str) -> Whole:
    names = edition.definitions.indicators
    known, total = part["value"], whole["value"]
    return Whole(
        period=whole["period"],
        unit_of_measure=whole["unit_of_measure"],
        value=total,
        parts=(
            Part(code=part["indicator"], name=names[part["indicator"]].name, value=known, share=known / total),
            Part(code=rest, name=names[rest].name, value=total - known, share=1 - known / total, by_difference=True),
        ),
    )


def _by_source(edition: Edition) -> Composition | None:
    """Take an amount broken down by source of funds, for the highest unit that has it in the latest period."""
    rows = edition.observations.filter(
        pl.col("breakdown").str.starts_with(f"{_BY_SOURCE}=") & (pl.col("variant") == "FACT")
        & pl.col("value").is_not_null() & pl.col("unit_of_measure").is_in(money_units(edition))
    )  # fmt: skip
    if rows.is_empty():
        return None
    levels = {unit.code: _TOP_DOWN.index(unit.level) for unit in edition.definitions.units.values()
              if unit.level in _TOP_DOWN}  # fmt: skip
    unit = min(rows["unit"].unique().to_list(), key=lambda code: (levels.get(code, 99), code))
    of_unit = rows.filter(pl.col("unit") == unit).sort("indicator", "period", "breakdown")
    indicator = of_unit["indicator"][0]
    wholes = [
        _summed(edition, str(period), group.to_dicts())
        for (period,), group in of_unit.filter(pl.col("indicator") == indicator).group_by("period", maintain_order=True)
    ]
    return Composition(indicator=indicator, unit=unit, wholes=tuple(wholes))


def _summed(edition: Edition, period: str, rows: list[Row]) -> Whole:
    codes = edition.definitions.codelists.get(f"CL_{_BY_SOURCE}")
    named = codes.codes if codes else {}
    order = list(named)
    total = sum(row["value"] for row in rows)
    found = []
    for row in rows:
        code = row["breakdown"].partition("=")[2]
        name = named[code].name if code in named else Text(en=code)
        found.append(
            Part(
                code=code,
                name=name,
                value=row["value"],
                share=row["value"] / total if total else 0.0,
                origin=row["origin"],
            )
        )
    found.sort(key=lambda part: (order.index(part.code) if part.code in order else len(order), part.code))
    return Whole(period=period, unit_of_measure=rows[0]["unit_of_measure"], value=total, parts=tuple(found))
