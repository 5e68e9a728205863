"""Money by publication: what was stated, beside its recomputation, found in an edition by what its data are.

Nothing here knows an indicator by name. A line is what a publication states in two currencies; companies are compared
where an amount is reported for several of them and for their industry; a composition is a difference of two amounts, or
an amount broken down by source of funds. A pack without such data has no such exhibit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import polars as pl

from mezon.analyse.currencies import official_rates, two_currency_statements
from mezon.model.codelists import Level, Qualifier
from mezon.web.portal.amounts import currency_of, facts, in_unit
from mezon.web.portal.edition import Edition, Row, known_statements, original_pack
from mezon.web.portal.funding import Composition, composition_of


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
    pack = replace(original_pack(edition.origin), observations=known_statements(edition))
    pairs = tuple(two_currency_statements(pack).to_dicts())
    line = _line(edition, pairs)
    return Exhibits(
        pairs=pairs,
        line=line,
        companies=_companies(edition, line),
        composition=composition_of(edition),
        concepts=_concepts(edition, line.unit) if line else (),
    )


def _line(edition: Edition, pairs: tuple[Row, ...]) -> Line | None:
    """Take the series that is stated in two currencies in the most periods."""
    periods: dict[tuple[str, str], set[str]] = {}
    for pair in pairs:
        periods.setdefault((pair["indicator"], pair["unit"]), set()).add(pair["period"])
    several = [(-len(found), key) for key, found in periods.items() if len(found) > 1]
    if not several:
        return None
    indicator, unit = min(several)[1]
    stated = [row for row in facts(edition, indicator, unit) if currency_of(edition, row["unit_of_measure"])]
    national = [row for row in stated if currency_of(edition, row["unit_of_measure"]) != "USD"]
    dollars = [row for row in stated if currency_of(edition, row["unit_of_measure"]) == "USD"]
    units = (national[0]["unit_of_measure"], dollars[0]["unit_of_measure"])
    points = tuple(
        _point(edition, period, national, dollars, units) for period in sorted({row["period"] for row in stated})
    )
    return Line(indicator=indicator, unit=unit, national_unit=units[0], dollar_unit=units[1], points=points)


def _point(edition: Edition, period: str, national: list[Row], dollars: list[Row], units: tuple[str, str]) -> Point:
    own = _of_period(edition, national, period, units[0])
    foreign = _of_period(edition, dollars, period, units[1])
    rate, source = _rates(edition, currency_of(edition, units[0])).get(period, (None, ""))
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
    settled = {(currency_of(edition, row["unit_of_measure"]), _amount(edition, row)) for row in used if row}
    return tuple(
        row
        for row in known_statements(edition).filter(about).to_dicts()
        if (currency_of(edition, row["unit_of_measure"]), _amount(edition, row)) not in settled
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
        if not currency_of(edition, indicator.unit):
            continue
        by_period: dict[str, list[Row]] = {}
        for row in facts(edition, indicator.code):
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
    currency = currency_of(edition, unit_of_measure)
    own: dict[str, Row] = {}
    for row in rows:
        if _is_company(edition, row["unit"]) and currency_of(edition, row["unit_of_measure"]) == currency:
            own.setdefault(row["unit"], {**row, "stated": row["value"], "stated_in": row["unit_of_measure"],
                                         "value": in_unit(edition, row, unit_of_measure)})  # fmt: skip
    ordered = tuple(sorted(own.values(), key=lambda row: (-row["value"], row["unit"])))
    total = sum(row["value"] for row in ordered)
    at_least = any(row["qualifier"] == Qualifier.MORE_THAN for row in ordered)
    shares = [
        Share(indicator=row["indicator"], unit=row["unit"], whole=whole, share=total / whole, at_least=at_least)
        for row in _of_industry(edition, rows, wholes)
        if currency_of(edition, row["unit_of_measure"]) == currency
        and (whole := in_unit(edition, row, unit_of_measure))
    ]
    shares.sort(key=lambda share: (share.indicator != indicator, -share.whole))
    return Companies(
        indicator=indicator, period=rows[0]["period"], unit_of_measure=unit_of_measure, rows=ordered, total=total,
        at_least=at_least, shares=tuple(shares),
    )  # fmt: skip


def _of_industry(edition: Edition, rows: list[Row], wholes: set[str]) -> list[Row]:
    industry = next(row["unit"] for row in rows if not _is_company(edition, row["unit"]))
    return [row for code in sorted(wholes - {""}) for row in facts(edition, code, industry)
            if row["period"] == rows[0]["period"]]  # fmt: skip


def _concepts(edition: Edition, unit: str) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Give every kind of amount that is reported or derived for a unit, with its values, in the order of the pack."""
    rows = edition.by_unit.get(unit)
    if rows is None:
        return ()
    known = rows.filter((pl.col("breakdown") == "") & pl.col("value").is_not_null() & (pl.col("origin") != "converted"))
    amounts: dict[str, list[Row]] = {}
    for row in known.to_dicts():
        if currency_of(edition, row["unit_of_measure"]):
            amounts.setdefault(row["indicator"], []).append(row)
    return tuple((code, tuple(amounts[code])) for code in edition.definitions.indicators if code in amounts)
