"""Small packs for the checks: three indicators, an industry of two enterprises, two producers, one dated rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import polars as pl

from mezon.collect.observations import with_defaults
from mezon.design.quantities import bundled_units_of_measure
from mezon.design.rulebook import read_rulebook
from mezon.model.codelists import Code, Codelist, Level, RollUp
from mezon.model.finding import Finding, Rulebook
from mezon.model.indicator import Indicator
from mezon.model.observations import COLUMNS, WORKING_SCHEMA
from mezon.model.pack import Definitions, Pack
from mezon.model.source import Rate, Source
from mezon.model.text import Text
from mezon.model.unit import Membership, Unit
from mezon.process.checks import check_pack

LEVELS = (Level.ENTERPRISE, Level.INDUSTRY)


def indicator(code: str, unit: str, **further: Any) -> Indicator:
    return Indicator(code=code, name=Text(en=code), unit=unit, **further)


INDICATORS = {
    entry.code: entry
    for entry in (
        indicator("CAPITAL", "USD_MN", roll_up=RollUp.SUM, levels=LEVELS, range=(0, None)),
        indicator("PEOPLE", "PERSONS", roll_up=RollUp.SUM, levels=LEVELS, range=(0, None)),
        indicator("SHARE", "PERCENT", range=(0, 100), formula="100 * CAPITAL / PEOPLE"),
        indicator("GROWTH", "PERCENT", levels=(Level.COUNTRY,)),
    )
}
UNITS = {
    "MINING": Unit(code="MINING", level=Level.INDUSTRY, name=Text(en="Mining", ru="Добыча")),
    "NORTH": Unit(code="NORTH", level=Level.ENTERPRISE, name=Text(en="North"), aliases=("Northern Works",)),
    "SOUTH": Unit(code="SOUTH", level=Level.ENTERPRISE, name=Text(en="South"), valid_to="2022-12-31"),
}
SOURCES = {
    "FORM": Source(id="FORM", producer="Office", title="Form", published="2026"),
    "YEARBOOK": Source(id="YEARBOOK", producer="Office", title="Yearbook", published="2026-05"),
    "PAPER": Source(id="PAPER", producer="Author", title="Paper", published="2026-01"),
}
MEMBERSHIPS = tuple(Membership(unit=unit, parent="MINING", hierarchy="industry") for unit in ("NORTH", "SOUTH"))
RATES = (Rate(origin="USD", into="UZS", period="2021", kind="average", rate=10_000.0, source="FORM"),)
SEXES = Codelist(id="CL_SEX", codes={code: Code(code=code, name=Text(en=code)) for code in ("F", "M")})
RULEBOOK = read_rulebook(None)


def definitions(**changes: Any) -> Definitions:
    given: dict[str, Any] = {
        "indicators": INDICATORS,
        "units": UNITS,
        "sources": SOURCES,
        "memberships": MEMBERSHIPS,
        "rates": RATES,
        "codelists": {"CL_SEX": SEXES},
        "units_of_measure": bundled_units_of_measure(),
        "default_source": "FORM",
        "rulebook": RULEBOOK,
    }
    return Definitions(id="case", version="1", title=Text(en="Case"), **(given | changes))


def pack_of(
    rows: Sequence[Mapping[str, Any]], *, registers: Mapping[str, pl.DataFrame] | None = None, **changes: Any
) -> Pack:
    """Give a pack with these observations; what a row leaves out is CAPITAL of NORTH in 2021, and 1."""
    usual = {"indicator": "CAPITAL", "unit": "NORTH", "period": "2021", "value": 1.0}
    columns = {name: "" if dtype == pl.String() else None for name, dtype in COLUMNS.items()}
    filled = [{**columns, **usual, **row, "row": number + 2} for number, row in enumerate(rows)]
    frame = pl.DataFrame(filled, schema=WORKING_SCHEMA)
    defined = definitions(**changes)
    return Pack(
        folder=PurePath("case"),
        sha256="",
        definitions=defined,
        observations=with_defaults(frame, defined),
        registers=registers or {},
    )


def found(pack: Pack, code: str) -> list[Finding]:
    return [finding for finding in check_pack(pack) if finding.code == code]


def places(pack: Pack, code: str) -> list[tuple[int | None, str, str]]:
    """Give row, column and value of every finding of a code."""
    return [(finding.row, finding.column, finding.value) for finding in found(pack, code)]


def rulebook_with(**rules: Any) -> Rulebook:
    return Rulebook(rules={**RULEBOOK.rules, **rules})


def series(values: Sequence[float | None], *, start: int = 2015, **same: Any) -> list[dict[str, Any]]:
    """Give one row a year."""
    return [{"period": str(start + step), "value": value, **same} for step, value in enumerate(values)]
