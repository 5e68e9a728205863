"""A small pack in the database, and what the tests of the store do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from mezon.web.warehouse.models import StoredPack

#: One moment for all tests; each further act is a minute later.
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

MEMBERSHIPS = """unit,parent,hierarchy,valid_from,valid_to
A,NORTH,territory,,2019-12-31
A,SOUTH,territory,2020-01-01,
B,NORTH,territory,,
NORTH,LAND,territory,,
SOUTH,LAND,territory,,
A,ORES,cluster,2018-01-01,
"""
UNITS = """unit,level,name_en
A,ENTERPRISE,Enterprise A
B,ENTERPRISE,Enterprise B
NORTH,REGION,North
SOUTH,REGION,South
ORES,CLUSTER,Ores
LAND,COUNTRY,Land
"""


def later(minutes: int) -> datetime:
    """Give a moment some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def small_pack(first_pack: Path) -> Path:
    """Give the documentation's first pack with regions, a country and a cluster."""
    (first_pack / "units.csv").write_text(UNITS, encoding="utf-8")
    (first_pack / "memberships.csv").write_text(MEMBERSHIPS, encoding="utf-8")
    text = (first_pack / "indicators.toml").read_text(encoding="utf-8")
    levels = 'levels = ["ENTERPRISE", "REGION", "CLUSTER", "COUNTRY"]'
    (first_pack / "indicators.toml").write_text(text.replace('levels = ["ENTERPRISE"]', levels), encoding="utf-8")
    return first_pack


@pytest.fixture
def stored(db: None, small_pack: Path) -> StoredPack:
    """Give that pack, loaded as its first change."""
    from mezon.web.warehouse import store

    return store.load(small_pack, by=None, reason="first load", now=NOON)


@pytest.fixture
def record(stored: StoredPack) -> Callable[..., Any]:
    """Give a function that records one value: `record("RD_SPEND", "A", "2024", 13.0)`."""
    from mezon.web.warehouse import store

    def one(indicator: str, unit: str, period: str, value: float | None, **other: Any) -> Any:
        minutes = int(other.pop("minutes", 1))
        by = other.pop("by", 7)
        frame = observations([{"indicator": indicator, "unit": unit, "period": period, "value": value, **other}])
        return store.record_observations(
            stored, frame, by=by, reason="a correction", action="observation.import", now=later(minutes)
        )

    return one


def observations(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Give rows as the working schema, with what the first pack's own rows have."""
    from mezon.model.observations import DEFAULTS, ROW, WORKING_SCHEMA

    own = {**DEFAULTS, "source": "SURVEY", "unit_of_measure": "UZS_MN"}
    blank = {name: None if kind == pl.Float64() else "" for name, kind in WORKING_SCHEMA.items()}
    full = [{**blank, **own, **row, ROW: place} for place, row in enumerate(rows, 2)]
    return pl.DataFrame(full, schema=WORKING_SCHEMA)
