"""The desk's small pack with regions, a country and a cluster: A moved from North to South in 2020, B stayed North."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.web.desk.conftest import NOON, later
from tests.web.people import actor_with
from tests.web.warehouse.conftest import MEMBERSHIPS, UNITS

if TYPE_CHECKING:
    from mezon.web.accounts.acting import Actor
    from mezon.web.desk.viewing.tabling import View
    from mezon.web.warehouse.models import StoredPack

TODAY = date(2026, 11, 22)
LEVELS = 'levels = ["ENTERPRISE", "REGION", "CLUSTER", "COUNTRY"]'
GROWTH = """
[RD_GROWTH]
name.en = "Growth of R&D"
unit = "NUMBER"
direction = 1
formula = "RD_SPEND / lag(RD_SPEND) - 1"
roll_up = "ratio-of-sums"
"""


@pytest.fixture
def desk_pack(desk_pack: Path) -> Path:
    """Give the desk's pack with wholes above its two enterprises, and an indicator that reads the year before."""
    (desk_pack / "units.csv").write_text(UNITS, encoding="utf-8")
    (desk_pack / "memberships.csv").write_text(MEMBERSHIPS, encoding="utf-8")
    indicators = desk_pack / "indicators.toml"
    text = indicators.read_text(encoding="utf-8").replace('levels = ["ENTERPRISE"]', LEVELS)
    indicators.write_text(text + GROWTH, encoding="utf-8")
    return desk_pack


@pytest.fixture
def record(stored: StoredPack) -> Callable[..., Any]:
    """Give a function that records one value: `record("RD_SPEND", "A", "2024", 13.0, confidentiality="C")`."""
    from mezon.model.observations import DEFAULTS, WORKING_SCHEMA
    from mezon.web.warehouse import store

    def one(indicator: str, unit: str, period: str, value: float | None, **other: Any) -> Any:
        minutes, by = other.pop("minutes", 5), other.pop("by", None)
        blank = {name: None if kind == pl.Float64() else "" for name, kind in WORKING_SCHEMA.items()}
        measure = {"indicator": indicator, "unit": unit, "period": period, "value": value, "unit_of_measure": "MUSD"}
        row = {**blank, **DEFAULTS, "row": 2, **measure, **other}
        same = store.read_observations(stored, indicators=[indicator], units=[unit], periods=[period]).to_dicts()
        row |= {name: same[0][name] for name in ("unit_of_measure", "source", "source_ref", "published")
                if same and name not in other}  # fmt: skip
        return store.record_observations(
            stored, pl.DataFrame([row], schema=WORKING_SCHEMA), by=by, reason="a correction",
            action="observation.import", now=later(minutes),
        )  # fmt: skip

    return one


@pytest.fixture
def analyst(stored: StoredPack) -> Actor:
    """Give a steering analyst of the whole pack."""
    return actor_with("steering-analyst", pack=stored.code, now=NOON)


@pytest.fixture
def seen_by(stored: StoredPack) -> Callable[..., View]:
    """Give a function that reads the working view for somebody: `seen_by(analyst, ["RD_SPEND"], at=1)`."""
    from mezon.process.regrouping import as_now
    from mezon.web.desk.knowing import definitions_of
    from mezon.web.desk.viewing.seeing import reach_of
    from mezon.web.desk.viewing.tabling import view_of

    def read(actor: Actor, indicators: list[str], *, at: int | None = None, now: bool = False, **asked: Any) -> View:
        stored.refresh_from_db()
        definitions = definitions_of(stored)
        return view_of(
            stored, as_now(definitions, on=TODAY) if now else definitions, reach_of(actor, stored, definitions.units),
            indicators=indicators, units=asked.get("units", sorted(definitions.units)),
            periods=asked.get("periods", ["2018", "2023", "2024"]), known=at or stored.last_change, at=at,
            seen_from=TODAY if now else None,
        )  # fmt: skip

    return read
