"""The working view: a change shows in every aggregate at once, as units are grouped then or now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mezon.model.observations import KEY
from tests.web.warehouse.conftest import UNITS, later

Record = Callable[..., Any]


def _cell(pack: Any, home: Path, indicator: str, unit: str, period: str, **how: Any) -> tuple[float | None, str]:
    from mezon.web.warehouse import store

    found = store.dashboard(pack, indicators=[indicator], units=[unit], periods=[period], home=home, **how)
    return (None, "nothing") if not found.height else (found["value"].item(), found["origin"].item())


def test_wholes_are_rolled_up_by_the_rules_of_a_release(stored: Any, tmp_path: Path) -> None:
    assert _cell(stored, tmp_path, "RD_SPEND", "A", "2024") == (12.5, "reported")
    assert _cell(stored, tmp_path, "RD_SPEND", "LAND", "2024") == (15.5, "rolled-up")
    value, origin = _cell(stored, tmp_path, "RD_SHARE", "LAND", "2024")
    assert (value, origin) == (100 * 15.5 / 550, "rolled-up")


def test_a_dashboard_says_what_a_release_would(stored: Any, tmp_path: Path) -> None:
    from mezon import production
    from mezon.web.warehouse import store

    release = production.prepare(store.working_pack(stored, home=tmp_path)).observations
    seen = store.dashboard(stored, indicators=["RD_SPEND", "TOTAL_SPEND", "RD_SHARE"], home=tmp_path)

    assert seen.equals(release.select(seen.columns))


@pytest.mark.parametrize("name", ["uzbekistan", "metallia"])
def test_a_dashboard_of_a_bundled_pack_says_what_its_release_would(db: None, tmp_path: Path, name: str) -> None:
    from mezon.process.releasing import prepare
    from mezon.web.warehouse import store

    pack = store.load(name, by=None, reason="first load", now=later(0))
    working = store.working_pack(pack, home=tmp_path)
    release = prepare(working).observations
    codes = sorted(working.definitions.indicators)
    known = set(release["indicator"].unique().to_list())
    # A few at a time, as a page asks: each with terms that others are made of.
    for start in range(0, len(codes), 7):
        asked = codes[start : start + 7]
        if known.isdisjoint(asked):
            continue
        for at in (None, 1):
            seen = store.dashboard(pack, indicators=asked, home=tmp_path, at=at)
            expected = release.filter(pl.col("indicator").is_in(asked)).select(seen.columns).sort(KEY)
            assert_frame_equal(seen, expected, check_exact=True)


def test_a_change_recorded_while_a_dashboard_is_read_does_not_mix_two_states(
    stored: Any, record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.web.warehouse.store import dashboards

    whole = dashboards._with_members

    def interrupted(*arguments: Any, **named: Any) -> Any:
        record("RD_SPEND", "A", "2024", 20.0)
        return whole(*arguments, **named)

    monkeypatch.setattr(dashboards, "_with_members", interrupted)
    assert _cell(stored, tmp_path, "RD_SPEND", "LAND", "2024") == (15.5, "rolled-up")


def test_a_revision_shows_in_every_aggregate_at_once_and_the_past_stays(
    stored: Any, record: Record, tmp_path: Path
) -> None:
    record("RD_SPEND", "A", "2024", 20.0)

    assert _cell(stored, tmp_path, "RD_SPEND", "LAND", "2024") == (23.0, "rolled-up")
    assert _cell(stored, tmp_path, "RD_SPEND", "LAND", "2024", at=1) == (15.5, "rolled-up")


def test_units_are_counted_where_they_were_then_or_where_they_are_now(
    stored: Any, record: Record, tmp_path: Path
) -> None:
    record("RD_SPEND", "A", "2015", 5.0)
    record("RD_SPEND", "B", "2015", 2.0, minutes=2)

    assert _cell(stored, tmp_path, "RD_SPEND", "NORTH", "2015") == (7.0, "rolled-up")
    assert _cell(stored, tmp_path, "RD_SPEND", "SOUTH", "2015") == (None, "nothing")
    now = {"seen_from": date(2024, 12, 31)}
    assert _cell(stored, tmp_path, "RD_SPEND", "NORTH", "2015", **now) == (2.0, "rolled-up")
    assert _cell(stored, tmp_path, "RD_SPEND", "SOUTH", "2015", **now) == (5.0, "rolled-up")


def test_a_merger_shows_where_the_successor_stands(stored: Any, record: Record, tmp_path: Path) -> None:
    from mezon.web.warehouse import store

    record("RD_SPEND", "B", "2019", 2.0)
    units = UNITS.replace("name_en", "name_en,valid_to,successors").replace("Enterprise B", "Enterprise B,2020-12-31,A")
    units = units.replace("Enterprise A", "Enterprise A,,").replace("North", "North,,").replace("South", "South,,")
    units = units.replace("Ores\n", "Ores,,\n").replace("Land\n", "Land,,\n")
    rows = store.definition_text(stored, "units.csv")
    assert rows == UNITS
    # B's row of 2024 says something of a unit that is no more: it is taken back first.
    folder = Path(str(store.working_pack(stored, home=tmp_path).folder))
    new = tmp_path / "merged"
    new.mkdir()
    for file in folder.rglob("*"):
        if file.is_file():
            place = new / file.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
    (new / "units.csv").write_text(units, encoding="utf-8")
    lines = (new / "observations.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "SPEND,B,2024" not in line]
    (new / "observations.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    store.load(new, by=None, reason="B became part of A", now=later(3))

    assert _cell(stored, tmp_path, "RD_SPEND", "NORTH", "2019") == (2.0, "rolled-up")
    now = {"seen_from": date(2024, 12, 31)}
    assert _cell(stored, tmp_path, "RD_SPEND", "SOUTH", "2019", **now) == (2.0, "rolled-up")
    assert _cell(stored, tmp_path, "RD_SPEND", "NORTH", "2019", **now) == (None, "nothing")


def test_a_dashboard_costs_as_many_queries_for_much_as_for_little(
    stored: Any, record: Record, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    from mezon.web.warehouse import store

    store.dashboard(stored, indicators=["RD_SHARE"], home=tmp_path)
    for year in range(1990, 2020):
        record("RD_SPEND", "A", str(year), float(year), minutes=year)
    for wanted in (["RD_SPEND"], ["RD_SPEND", "TOTAL_SPEND", "RD_SHARE"]):
        with django_assert_max_num_queries(7):
            store.dashboard(stored, indicators=wanted, units=["A", "LAND"], home=tmp_path)


def test_several_statements_on_one_key_are_settled_as_in_a_release(stored: Any, record: Record, tmp_path: Path) -> None:
    record("RD_SPEND", "A", "2024", 14.0, published="2026-01-01", source_ref="second edition")

    assert _cell(stored, tmp_path, "RD_SPEND", "A", "2024") == (14.0, "reported")
