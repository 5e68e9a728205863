"""How a value came about: the observation, or what it was computed, converted, counted or rolled up from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse

from mezon.engine.formula import Formula
from mezon.errors import MezonError
from mezon.model.indicator import Indicator
from mezon.model.observations import CONVERTED, COUNTED, DERIVED, KEY, ROLLED_UP
from mezon.model.period import Period
from mezon.model.source import Rate, Source
from mezon.web.portal.addresses import of_indicator, of_value, query
from mezon.web.portal.edition import Edition, statements
from mezon.web.portal.observed import (
    ORIGIN_WORDS,
    QUALIFIER_SIGNS,
    QUALIFIER_WORDS,
    STATUS_WORDS,
    VARIANT_WORDS,
    Row,
    by_place,
    is_hidden,
    main_row,
    marks_of,
    measure_words,
    value_of,
)

#: How an observation names the cell of the submission that it was collected by (desk.acts_review.source_ref).
_COLLECTED = re.compile(r"submission (?P<number>[0-9]{1,18}) (?P<place>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number that a formula read: an indicator of a period, or a parameter."""

    code: str
    period: str
    indicator: Indicator | None
    row: Row | None
    value: float | None
    href: str
    source: Source | None = None


def values_at(
    edition: Edition, indicator: Indicator, unit: str, period: str, *, as_of: str = ""
) -> list[dict[str, Any]]:
    """Give every released value of an indicator, unit and period with its way back, the index's own first."""
    rows = by_place(edition).get((indicator.code, unit, period), ())
    said = statements(edition, indicator.code, unit).filter(period=period).to_dicts()
    return [_value(edition, indicator, row, said, as_of) for row in rows]


def _value(edition: Edition, indicator: Indicator, row: Row, said: list[Row], as_of: str) -> dict[str, Any]:
    source = edition.definitions.sources.get(row["source"])
    key = tuple(row[column] for column in KEY)
    return {
        "row": row,
        "value": value_of(row),
        "low": None if is_hidden(row) else row["low"],
        "high": None if is_hidden(row) else row["high"],
        "marks": marks_of(row),
        "measure": measure_words(edition, row["unit_of_measure"]),
        "status": STATUS_WORDS.get(row["status"], row["status"]),
        "sign": QUALIFIER_SIGNS.get(row["qualifier"], ""),
        "qualifier": QUALIFIER_WORDS.get(row["qualifier"], ""),
        "variant": VARIANT_WORDS.get(row["variant"], ""),
        "origin": ORIGIN_WORDS.get(row["origin"], row["origin"]),
        "source": source,
        "published": row["published"] or (source.published if source else ""),
        "receipt_href": receipt_of(row["source_ref"]),
        "terms": terms_of(edition, indicator, row, as_of=as_of) if row["origin"] == DERIVED else [],
        "parts": _parts(edition, indicator, row, as_of) if row["origin"] == ROLLED_UP else [],
        "from_rows": _converted_from(edition, row) if row["origin"] == CONVERTED else [],
        "rate": _rate(edition, row) if row["origin"] == CONVERTED else None,
        "register": _register(edition, indicator) if row["origin"] == COUNTED else "",
        "said": [_statement(edition, row, each) for each in said if tuple(each[column] for column in KEY) == key],
    }


def _statement(edition: Edition, used: Row, said: Row) -> Row:
    same = (said["source"], said["source_ref"], said["value"]) == (used["source"], used["source_ref"], used["value"])
    return {**said, "used": same, "from": edition.definitions.sources.get(said["source"])}


def terms_of(edition: Edition, indicator: Indicator, row: Row, *, as_of: str = "") -> list[Term]:
    """Give the numbers a formula read for one unit and period, by code, the latest period first."""
    reads = _reads(indicator.formula)
    now = Period.parse(row["period"])
    return [_term(edition, code, row["unit"], now.shifted(-back), as_of) for code, back in reads]


def collected_by(source_ref: str) -> int | None:
    """Give the number of the submission that a value was collected by; None for one that came otherwise."""
    found = _COLLECTED.fullmatch(source_ref)
    return int(found["number"]) if found else None


def receipt_of(source_ref: str) -> str:
    """Give the address of the public receipt behind a value that was collected here, at its cell; or nothing."""
    found = _COLLECTED.fullmatch(source_ref)
    if found is None:
        return ""
    return f"{reverse('desk:receipt', args=[int(found['number'])])}{query({'cell': found['place']})}"


@lru_cache(maxsize=512)
def _reads(formula: str) -> tuple[tuple[str, int], ...]:
    try:
        return tuple(sorted(Formula.parse(formula).reads))
    except MezonError:
        return ()


def _term(edition: Edition, code: str, unit: str, period: Period, as_of: str) -> Term:
    definitions = edition.definitions
    known = definitions.indicators.get(code)
    if known is None:
        parameters = definitions.parameters
        value = parameters.get((code, str(period)), parameters.get((code, "")))
        return Term(code=code, period=str(period), indicator=None, row=None, value=value, href="")
    row = main_row(edition, code, unit, str(period))
    href = of_value(code, unit, str(period), as_of=as_of) if row else of_indicator(code, as_of=as_of)
    source = definitions.sources.get(row["source"]) if row else None
    return Term(code=code, period=str(period), indicator=known, row=row, value=value_of(row), href=href, source=source)


def _parts(edition: Edition, indicator: Indicator, row: Row, as_of: str) -> list[dict[str, Any]]:
    """Give the values of the members that a rolled-up value was made of, where the release has them."""
    members = sorted({each.unit for each in edition.definitions.memberships if each.parent == row["unit"]})
    found = []
    for member in members:
        part = main_row(edition, indicator.code, member, row["period"])
        name = edition.definitions.units[member].name
        href = of_value(indicator.code, member, row["period"], as_of=as_of)
        found.append({"name": name, "value": value_of(part), "href": href if part else ""})
    return found


def _converted_from(edition: Edition, row: Row) -> list[Row]:
    """Give the rows of the same fact in other units of measure, as the sources stated them."""
    place = by_place(edition).get((row["indicator"], row["unit"], row["period"]), ())
    fact = [column for column in KEY if column != "unit_of_measure"]
    alike = [other for other in place if all(other[column] == row[column] for column in fact)]
    others = [other for other in alike if other["unit_of_measure"] != row["unit_of_measure"]]
    return [{**other, "measure": measure_words(edition, other["unit_of_measure"])} for other in others]


def _rate(edition: Edition, row: Row) -> tuple[Rate, Source | None] | None:
    """Give the rate of exchange a conversion used, with its source: the one its note names."""
    units = edition.definitions.units_of_measure
    into = units.get(row["unit_of_measure"])
    for rate in edition.definitions.rates:
        about = rate.period == row["period"] and f"{rate.rate:.10g}" in row["origin_note"]
        if about and into is not None and into.currency in {rate.origin, rate.into}:
            return rate, edition.definitions.sources.get(rate.source)
    return None


def _register(edition: Edition, indicator: Indicator) -> str:
    return next((each.register for each in edition.definitions.derivations if each.indicator == indicator.code), "")
