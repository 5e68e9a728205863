"""Money by publication: what was stated, beside its recomputation, found in an edition by what its data are.

Nothing here knows an indicator by name. A line is what a publication states in two currencies; companies are compared
where an amount is reported for several of them and for their industry; a composition is a difference of two amounts, or
an amount broken down by source of funds. A pack without such data has no such exhibit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import polars as pl

from mezon.analyse.currencies import official_rates, two_currency_statements
from mezon.model.codelists import Level, Qualifier
from mezon.model.observations import REPORTED
from mezon.model.text import Text
from mezon.web.portal.edition import Edition, known_statements, original_pack

Row = dict[str, Any]

_DIFFERENCE = re.compile(r"\s*(\w+)\s*-\s*(\w+)\s*")
#: The breakdown by which the bundled codelist CL_SOURCE_OF_FUNDS divides an amount.
_BY_SOURCE = "SOURCE_OF_FUNDS"
_TOP_DOWN = (Level.COUNTRY, Level.INDUSTRY, Level.CLUSTER, Level.REGION, Level.ENTERPRISE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period of a line: both currencies as settled, the official rate, and each at that rate."""

    period: str
    national: Row | None
    dollars: Row | None
    rate: float | None
    rate_source: str
    dollars_at_official: float | None
    national_at_official: float | None
    deviation: float | None
    others: tuple[Row, ...] = ()
    settled_because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A series stated in national currency and in dollars; values are in `national_unit` and `dollar_unit`."""

    indicator: str
    unit: str
    national_unit: str
    dollar_unit: str
    points: tuple[Point, ...]

    @property
    def last(self) -> Point:
        """The latest period."""
        return self.points[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What companies make up of one stated whole; `at_least` when a part is a lower bound."""

    indicator: str
    unit: str
    whole: float
    share: float
    at_least: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Companies:
    """One indicator of several enterprises in one period, in one unit of measure, largest first."""

    indicator: str
    period: str
    unit_of_measure: str
    rows: tuple[Row, ...]
    total: float
    at_least: bool
    shares: tuple[Share, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibits:
    """What an edition has of each kind; None or empty where its data hold none."""

    pairs: tuple[Row, ...]
    line: Line | None
    companies: Companies | None
    composition: Composition | None
    concepts: tuple[tuple[str, tuple[Row, ...]], ...] = field(default=())


@lru_cache(maxsize=16)
def exhibits(edition: Edition) -> Exhibits:
    """Find the exhibits of an edition."""
    pack = replace(original_pack(edition.pack_name), observations=known_statements(edition))
    pairs = tuple(two_currency_statements(pack).to_dicts())
    line = _line(edition, pairs)
    return Exhibits(
        pairs=pairs,
        line=line,
        companies=_companies(edition, line),
        composition=_difference(edition) or _by_source(edition),
        concepts=_concepts(edition, line.unit) if line else (),
    )


def in_unit(edition: Edition, row: Row, unit_of_measure: str) -> float:
    """Give a row's value in another unit of measure of the same currency."""
    units = edition.definitions.units_of_measure
    return float(row["value"] * units[row["unit_of_measure"]].scale / units[unit_of_measure].scale)


def _currency(edition: Edition, unit_of_measure: str) -> str:
    unit = edition.definitions.units_of_measure.get(unit_of_measure)
    return unit.currency if unit is not None and unit.dimension == "money" else ""


def _money_units(edition: Edition) -> list[str]:
    return [unit.code for unit in edition.definitions.units_of_measure.values() if unit.dimension == "money"]


def _facts(edition: Edition, indicator: str, unit: str = "") -> list[Row]:
    """Give the reported amounts of an indicator that are facts, not broken down, in order of unit and period."""
    rows = edition.by_indicator.get(indicator)
    if rows is None:
        return []
    plain = (pl.col("breakdown") == "") & (pl.col("variant") == "FACT") & pl.col("value").is_not_null()
    chosen = rows.filter(plain & (pl.col("origin") == REPORTED))
    return (chosen.filter(pl.col("unit") == unit) if unit else chosen).to_dicts()


def _line(edition: Edition, pairs: tuple[Row, ...]) -> Line | None:
    """Take the series that is stated in two currencies in the most periods."""
    periods: dict[tuple[str, str], set[str]] = {}
    for pair in pairs:
        periods.setdefault((pair["indicator"], pair["unit"]), set()).add(pair["period"])
    several = [(-len(found), key) for key, found in periods.items() if len(found) > 1]
    if not several:
        return None
    indicator, unit = min(several)[1]
    stated = [row for row in _facts(edition, indicator, unit) if _currency(edition, row["unit_of_measure"])]
    national = [row for row in stated if _currency(edition, row["unit_of_measure"]) != "USD"]
    dollars = [row for row in stated if _currency(edition, row["unit_of_measure"]) == "USD"]
    units = (national[0]["unit_of_measure"], dollars[0]["unit_of_measure"])
    points = tuple(
        _point(edition, period, national, dollars, units) for period in sorted({row["period"] for row in stated})
    )
    return Line(indicator=indicator, unit=unit, national_unit=units[0], dollar_unit=units[1], points=points)


def _point(edition: Edition, period: str, national: list[Row], dollars: list[Row], units: tuple[str, str]) -> Point:
    own = _of_period(edition, national, period, units[0])
    foreign = _of_period(edition, dollars, period, units[1])
    rate, source = _rates(edition, _currency(edition, units[0])).get(period, (None, ""))
    scales = [edition.definitions.units_of_measure[unit].scale for unit in units]
    at_official = own["value"] * scales[0] / rate / scales[1] if own and rate else None
    stated = own or foreign or {}
    return Point(
        period=period,
        national=own,
        dollars=foreign,
        rate=rate,
        rate_source=source,
        dollars_at_official=at_official,
        national_at_official=foreign["value"] * scales[1] * rate / scales[0] if foreign and rate else None,
        deviation=at_official / foreign["value"] - 1 if at_official is not None and foreign else None,
        others=_unused(edition, stated, period, (own, foreign)),
        settled_because=_reasons(edition, stated, period),
    )


def _of_period(edition: Edition, rows: list[Row], period: str, unit_of_measure: str) -> Row | None:
    found = next((row for row in rows if row["period"] == period), None)
    return found and {**found, "value": in_unit(edition, found, unit_of_measure), "unit_of_measure": unit_of_measure}


@lru_cache(maxsize=16)
def _rates(edition: Edition, currency: str) -> dict[str, tuple[float, str]]:
    table = official_rates(edition.definitions).filter(pl.col("currency") == currency)
    return {row["period"]: (row["official_rate"], row["rate_source"]) for row in table.to_dicts()}


def _unused(edition: Edition, stated: Row, period: str, used: tuple[Row | None, ...]) -> tuple[Row, ...]:
    """Give what else was stated of the same thing, with another value."""
    about = (
        (pl.col("indicator") == stated.get("indicator", ""))
        & (pl.col("unit") == stated.get("unit", ""))
        & (pl.col("period") == period)
        & (pl.col("variant") == "FACT")
        & pl.col("value").is_not_null()
    )
    settled = {(_currency(edition, row["unit_of_measure"]), _amount(edition, row)) for row in used if row}
    return tuple(
        row
        for row in known_statements(edition).filter(about).to_dicts()
        if (_currency(edition, row["unit_of_measure"]), _amount(edition, row)) not in settled
    )


def _amount(edition: Edition, row: Row) -> float:
    return float(round(row["value"] * edition.definitions.units_of_measure[row["unit_of_measure"]].scale, 3))


def _reasons(edition: Edition, stated: Row, period: str) -> tuple[str, ...]:
    about = (stated.get("indicator"), stated.get("unit"), period)
    return tuple(item.reason for item in edition.definitions.settlements if item.key[:3] == about)


def _companies(edition: Edition, line: Line | None) -> Companies | None:
    """Take the latest period in which most companies, and their industry, report one amount."""
    found = []
    for indicator in edition.definitions.indicators.values():
        if not _currency(edition, indicator.unit):
            continue
        by_period: dict[str, list[Row]] = {}
        for row in _facts(edition, indicator.code):
            by_period.setdefault(row["period"], []).append(row)
        for period, rows in by_period.items():
            levels = [edition.definitions.units[row["unit"]].level for row in rows]
            several = len({row["unit"] for row in rows if _is_company(edition, row["unit"])}) > 1
            if several and Level.INDUSTRY in levels:
                found.append((period, len(rows), indicator.code, rows))
    if not found:
        return None
    _, _, indicator_code, rows = max(found, key=lambda item: item[:3])
    return _compared(edition, indicator_code, rows, wholes={indicator_code, line.indicator if line else ""})


def _is_company(edition: Edition, unit: str) -> bool:
    return edition.definitions.units[unit].level == Level.ENTERPRISE


def _compared(edition: Edition, indicator: str, rows: list[Row], *, wholes: set[str]) -> Companies:
    """Bring companies to one unit of measure and hold their sum against what is stated of the whole industry.

    `wholes` : the amounts to hold it against. Others of the industry (such as the value of projects over their whole
    life) are no sum of a year.
    """
    unit_of_measure = next(row["unit_of_measure"] for row in rows if not _is_company(edition, row["unit"]))
    currency = _currency(edition, unit_of_measure)
    own: dict[str, Row] = {}
    for row in rows:
        if _is_company(edition, row["unit"]) and _currency(edition, row["unit_of_measure"]) == currency:
            own.setdefault(row["unit"], {**row, "stated": row["value"], "stated_in": row["unit_of_measure"],
                                         "value": in_unit(edition, row, unit_of_measure)})  # fmt: skip
    ordered = tuple(sorted(own.values(), key=lambda row: (-row["value"], row["unit"])))
    total = sum(row["value"] for row in ordered)
    at_least = any(row["qualifier"] == Qualifier.MORE_THAN for row in ordered)
    shares = [
        Share(indicator=row["indicator"], unit=row["unit"], whole=whole, share=total / whole, at_least=at_least)
        for row in _of_industry(edition, rows, wholes)
        if _currency(edition, row["unit_of_measure"]) == currency and (whole := in_unit(edition, row, unit_of_measure))
    ]
    shares.sort(key=lambda share: (share.indicator != indicator, -share.whole))
    return Companies(
        indicator=indicator, period=rows[0]["period"], unit_of_measure=unit_of_measure, rows=ordered, total=total,
        at_least=at_least, shares=tuple(shares),
    )  # fmt: skip


def _of_industry(edition: Edition, rows: list[Row], wholes: set[str]) -> list[Row]:
    industry = next(row["unit"] for row in rows if not _is_company(edition, row["unit"]))
    return [row for code in sorted(wholes - {""}) for row in _facts(edition, code, industry)
            if row["period"] == rows[0]["period"]]  # fmt: skip


def _difference(edition: Edition) -> Composition | None:
    """Take an amount that is defined as the rest of another, `WHOLE - PART`, in every currency both are stated in."""
    for indicator in edition.definitions.indicators.values():
        formula = _DIFFERENCE.fullmatch(indicator.formula)
        if formula is None or not _currency(edition, indicator.unit):
            continue
        whole, part = formula.groups()
        parts = {(row["unit"], row["period"], row["unit_of_measure"]): row for row in _facts(edition, part)}
        both = [
            (row, parts[key])
            for row in _facts(edition, whole)
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
        & pl.col("value").is_not_null() & pl.col("unit_of_measure").is_in(_money_units(edition))
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


def _concepts(edition: Edition, unit: str) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Give every kind of amount that is reported or derived for a unit, with its values, in the order of the pack."""
    rows = edition.by_unit.get(unit)
    if rows is None:
        return ()
    known = rows.filter((pl.col("breakdown") == "") & pl.col("value").is_not_null() & (pl.col("origin") != "converted"))
    amounts: dict[str, list[Row]] = {}
    for row in known.to_dicts():
        if _currency(edition, row["unit_of_measure"]):
            amounts.setdefault(row["indicator"], []).append(row)
    return tuple((code, tuple(amounts[code])) for code in edition.definitions.indicators if code in amounts)
