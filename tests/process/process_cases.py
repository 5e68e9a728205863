"""Small packs in memory: what the tests of `process` stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

import polars as pl

from mezon.design.quantities import bundled_units_of_measure
from mezon.design.rulebook import read_rulebook
from mezon.model.codelists import Level, RollUp
from mezon.model.indicator import Indicator
from mezon.model.observations import DEFAULTS, WORKING_SCHEMA
from mezon.model.pack import Definitions, Pack
from mezon.model.release import Release
from mezon.model.source import Rate, Source
from mezon.model.text import Text
from mezon.model.unit import Membership, Unit


def indicator(code: str, unit: str = "UZS_MN", roll_up: str = "none", weight: str = "", **rest: Any) -> Indicator:
    return Indicator(code=code, name=Text(en=code), unit=unit, roll_up=RollUp(roll_up), roll_up_weight=weight, **rest)


def unit(code: str, level: str = "ENTERPRISE", **rest: Any) -> Unit:
    return Unit(code=code, level=Level(level), name=Text(en=code), **rest)


SOURCES = (
    Source(id="survey", producer="Statistics", title="Survey", published="2024-05-01"),
    Source(id="survey-2025", producer="Statistics", title="Survey, revised", published="2025-05-01"),
    Source(id="paper", producer="Authors", title="A paper", published="2024-11"),
    Source(id="site", producer="Company", title="A web page", accessed="2024-12-31"),
    Source(id="memory", producer="Nobody", title="A source without a date"),
)
INDICATORS = (
    indicator("RD", roll_up="sum"),
    indicator("SPEND", roll_up="sum"),
    indicator("SHARE", "PERCENT", "ratio-of-sums", formula="100 * RD / SPEND"),
    indicator("EXPORT", "USD_MN", "sum"),
    indicator("SCORE", "SCORE", "weighted-mean", "STAFF"),
    indicator("STAFF", "PERSONS", "sum"),
    indicator("ACTIVE", "PERCENT", "rate", "RD > 0"),
    indicator("GROWTH", "PERCENT", "ratio-of-sums", formula="100 * (SPEND / lag(SPEND, 1) - 1)"),
)
UNITS = (
    *(unit(f"E{number}") for number in range(1, 6)),
    unit("NORTH", "REGION"),
    unit("SOUTH", "REGION"),
    unit("LAND", "COUNTRY"),
    unit("WORLD", "AREA"),
)
MEMBERSHIPS = (
    *(Membership(unit=f"E{number}", parent="NORTH", hierarchy="region") for number in (1, 2, 3)),
    *(Membership(unit=f"E{number}", parent="SOUTH", hierarchy="region") for number in (4, 5)),
    Membership(unit="NORTH", parent="LAND", hierarchy="region"),
    Membership(unit="SOUTH", parent="LAND", hierarchy="region"),
    Membership(unit="LAND", parent="WORLD", hierarchy="world"),
)
RATES = (
    Rate(origin="USD", into="UZS", period="2023", kind="average", rate=11_734.8, source="cbu"),
    Rate(origin="USD", into="UZS", period="2023", kind="end", rate=12_338.8, source="cbu"),
    Rate(origin="UZS", into="EUR", period="2023", kind="average", rate=0.00008, source="cbu"),
)


def definitions(**changes: Any) -> Definitions:
    """Give definitions of five enterprises in two regions of one country; `changes` replace whole parts."""
    made = Definitions(
        id="small",
        version="1.0",
        title=Text(en="Small"),
        indicators={entry.code: entry for entry in INDICATORS},
        units={entry.code: entry for entry in UNITS},
        memberships=MEMBERSHIPS,
        sources={entry.id: entry for entry in SOURCES},
        rates=RATES,
        units_of_measure=bundled_units_of_measure(),
        rulebook=read_rulebook(None),
    )
    for name in ("indicators", "units", "sources"):
        if name in changes:
            changes[name] = {entry.code if name != "sources" else entry.id: entry for entry in changes[name]}
    return replace(made, **changes)


def observations(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Give a frame of rows; what a row leaves out has its default."""
    filled = []
    for number, row in enumerate(rows):
        own = next((entry.unit for entry in INDICATORS if entry.code == row.get("indicator")), "")
        blank: dict[str, Any] = {name: "" if kind == pl.String else None for name, kind in WORKING_SCHEMA.items()}
        start = {**blank, **DEFAULTS, "unit_of_measure": own, "source": "survey", "row": number + 2}
        filled.append({**start, "unit": "E1", "period": "2023", **row})
    return pl.DataFrame(filled, schema=WORKING_SCHEMA)


def pack(*rows: Mapping[str, Any], **changes: Any) -> Pack:
    return Pack(
        folder=PurePath("small"), sha256="0" * 64, definitions=definitions(**changes), observations=observations(*rows)
    )


def said(indicator: str, unit: str, value: float | None, **rest: Any) -> dict[str, Any]:
    """Give one row of observations."""
    return {"indicator": indicator, "unit": unit, "value": value, **rest}


def cell(release: Release, indicator: str, unit: str = "E1", period: str = "2023", **rest: str) -> dict[str, Any]:
    """Give the one row of a release on a key, in the indicator's own unit unless another is asked for."""
    own = release.definitions.indicators[indicator].unit
    wanted = {"indicator": indicator, "unit": unit, "period": period, "unit_of_measure": own, **rest}
    found = release.observations.filter(*(pl.col(name) == value for name, value in wanted.items()))
    assert found.height == 1, found
    return found.row(0, named=True)


def has(release: Release, indicator: str, unit: str = "E1", period: str = "2023") -> bool:
    return not release.observations.filter(indicator=indicator, unit=unit, period=period).is_empty()
