"""The observations behind a claim: which row a term picks, what a basis makes of it, and the way back to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from mezon.analyse.claims_grammar import LATEST, Basis, Selector
from mezon.engine.conversion import RateTable
from mezon.errors import MissingRate
from mezon.model.observations import CONVERTED, DEFAULTS, has_value
from mezon.model.pack import Definitions, Pack
from mezon.model.period import last_day
from mezon.model.release import Release

Row = Mapping[str, Any]


class NotToBeHad(Exception):
    """A term has no value under a basis; the text says what is missing. It never leaves this layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A term's value under a basis, and one line that leads back to where it was stated."""

    value: float
    line: str


class Archive:
    """What is known at a release's date: the settled values, and beneath them every statement as its source made it.

    A term that names a source or a place in it is looked up among the statements published by then; any other takes
    the release's settled value.
    """

    def __init__(self, pack: Pack, release: Release, indicators: Iterable[str]) -> None:
        """Keep the rows on `indicators` only: claims touch few of them."""
        wanted = sorted(set(indicators))
        self._definitions = pack.definitions
        self._rates = RateTable(pack.definitions.rates)
        self._settled = _by_series(release.observations, wanted)
        statements = _by_series(pack.observations, wanted)
        self._statements = {
            series: [row for row in rows if self._published(row) <= release.as_of.isoformat()]
            for series, rows in statements.items()
        }

    def find(self, selector: Selector, basis: Basis) -> Evidence:
        """Give the value that a term takes under a basis.

        Raises : NotToBeHad, saying what is missing or what has to be named.
        """
        if selector.constant is not None:
            place = selector.attributes.get("source_ref", "the sentence")
            said = f"{selector.constant:g} {selector.attributes.get('unit_of_measure', '')}".strip()
            return Evidence(value=selector.constant, line=f"{said}, stated in {place}")
        attributes = {**selector.attributes, **basis.overrides.get(selector.name, {})}
        row = self._pick(selector, attributes, basis.currency)
        measure = self._definitions.units_of_measure.get(row["unit_of_measure"])
        if not (basis.currency and measure and measure.currency):
            return self._deflated(Evidence(value=row["value"], line=_line(row)), row, basis)
        stated = Evidence(value=row["value"] * measure.scale, line=_line(row))
        return self._deflated(self._converted(stated, row, basis), row, basis)

    def _pick(self, selector: Selector, attributes: Mapping[str, str], currency: str) -> Row:
        among_statements = "source" in attributes or "source_ref" in attributes
        archive = self._statements if among_statements else self._settled
        rows = [row for row in archive.get((selector.indicator, selector.unit), []) if _matches(row, attributes)]
        rows = self._in_currency(rows, currency)
        period = max((row["period"] for row in rows), default="") if selector.period == LATEST else selector.period
        rows = [row for row in rows if row["period"] == period]
        if not rows:
            raise NotToBeHad(_absence(selector, attributes, currency))
        return self._only(selector, self._latest_word(rows))

    def _in_currency(self, rows: list[Row], currency: str) -> list[Row]:
        """Keep money stated in a currency; what is no money is not asked for one."""
        if not currency:
            reported = [row for row in rows if row.get("origin") != CONVERTED]
            return reported or rows
        measures = self._definitions.units_of_measure
        currencies = [
            measures[row["unit_of_measure"]].currency if row["unit_of_measure"] in measures else "" for row in rows
        ]
        if not any(currencies):
            return rows
        stated = zip(rows, currencies, strict=True)
        return [row for row, seen in stated if seen == currency and row.get("origin") != CONVERTED]

    def _latest_word(self, rows: list[Row]) -> list[Row]:
        """Of what one source says in one place, keep what it published last."""
        last: dict[tuple[str, str, str], Row] = {}
        for row in sorted(rows, key=lambda row: (self._published(row), row["value"])):
            last[row["source"], row["source_ref"], row["unit_of_measure"]] = row
        return list(last.values())

    def _only(self, selector: Selector, rows: list[Row]) -> Row:
        units = sorted({row["unit_of_measure"] for row in rows})
        if len(units) > 1:
            raise NotToBeHad(f"{selector} is stated in {', '.join(units)}: the claim has to name one")
        if len({row["value"] for row in rows}) > 1:
            places = sorted(f"{row['value']:g} ({row['source']}, {row['source_ref']})" for row in rows)
            raise NotToBeHad(f"{selector} is stated as {', '.join(places)}: the claim has to name one")
        return min(rows, key=lambda row: (row["source"], row["source_ref"]))

    def _converted(self, stated: Evidence, row: Row, basis: Basis) -> Evidence:
        if not basis.into or basis.into == basis.currency:
            return stated
        if basis.constant_rate is not None:
            rate = f"1 {basis.into} = {basis.constant_rate:g} {basis.currency} (one rate for all years)"
            return Evidence(value=stated.value / basis.constant_rate, line=f"{stated.line}; {rate}")
        try:
            found, inverse = self._rates.find(basis.currency, basis.into, row["period"], kind=basis.rate_kind)
        except MissingRate as missing:
            raise NotToBeHad(f"no rate in rates.csv: {missing.message.rstrip('.')}") from missing
        price = f"1 {found.origin} = {found.rate:.10g} {found.into} ({found.kind} of {found.period}, {found.source})"
        value = stated.value / found.rate if inverse else stated.value * found.rate
        return Evidence(value=value, line=f"{stated.line}; {price}")

    def _deflated(self, nominal: Evidence, row: Row, basis: Basis) -> Evidence:
        if not basis.deflator:
            return nominal
        unit = self._definitions.units.get(row["unit"])
        country = unit.country if unit else ""
        now = self._price_level(basis.deflator, country, row["period"])
        base = self._price_level(basis.deflator, country, basis.base)
        note = f"deflated by {basis.deflator} of {country} ({row['period']} {now:g}, {basis.base} {base:g})"
        return Evidence(value=nominal.value / now * base, line=f"{nominal.line}; {note}")

    def _price_level(self, deflator: str, country: str, period: str) -> float:
        for known in self._definitions.deflators:
            if (known.deflator, known.country, known.period) == (deflator, country, period):
                return known.index
        raise NotToBeHad(f"no deflator {deflator} of {country or 'no country'} for {period} in deflators.csv")

    def _published(self, row: Row) -> str:
        """Give the day by which a row was public, as ISO text; no date at all counts as always."""
        return _public_day(row, self._definitions)


def _public_day(row: Row, definitions: Definitions) -> str:
    source = definitions.sources.get(row["source"])
    stated = row["published"] or (source and (source.published or source.accessed)) or ""
    return last_day(stated).isoformat() if stated else ""


def _by_series(frame: pl.DataFrame, indicators: list[str]) -> dict[tuple[str, str], list[Row]]:
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    wanted = pl.col("indicator").is_in(indicators) & has_value() & pl.col("value").is_not_null()
    for row in frame.filter(wanted).iter_rows(named=True):
        rows[row["indicator"], row["unit"]].append(row)
    return rows


def _matches(row: Row, attributes: Mapping[str, str]) -> bool:
    defaults = {"breakdown": "", "variant": DEFAULTS["variant"], "price_basis": DEFAULTS["price_basis"]}
    wanted = {**defaults, **attributes}
    place = wanted.pop("source_ref", None)
    places = {part.strip() for part in row["source_ref"].split(";")} | {row["source_ref"]}
    return (place is None or place in places) and all(row[name] == value for name, value in wanted.items())


def _absence(selector: Selector, attributes: Mapping[str, str], currency: str) -> str:
    where = "".join(f", {name} {value}" for name, value in sorted(attributes.items()))
    period = "any period" if selector.period == LATEST else selector.period
    money = f" in {currency}" if currency else ""
    return f"no observation of {selector.indicator} of {selector.unit} for {period}{money}{where}"


def _line(row: Row) -> str:
    """Say where a value was stated: key, value as stated, source, place, and what the source cites for it."""
    hedge = "" if row["qualifier"] in {"", "="} else row["qualifier"]
    key = f"{row['indicator']} @ {row['unit']} @ {row['period']}"
    variant = "" if row["variant"] == DEFAULTS["variant"] else f" ({row['variant']})"
    made = f"; {row['origin_note']}" if row.get("origin_note") else ""
    cites = "".join(f" [{number.strip()}]" for number in row["cites"].split(";") if number.strip())
    cited = f", citing{cites}" if cites else ""
    value = f"{hedge}{row['value']:.10g} {row['unit_of_measure']}"
    return f"{key}{variant} = {value}, {row['source']}, {row['source_ref'] or 'no place given'}{cited}{made}"
