"""The country panel of the Uzbekistan pack: what was chosen, and that the committed script chose it."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

from generators.uzbekistan import country_panel, goalposts
from generators.uzbekistan.__main__ import assemble
from generators.uzbekistan.country_series import COUNTRIES
from mezon.model.codelists import ABSENT

ROOT = Path(__file__).parents[2]
PACK = ROOT / "src" / "mezon" / "packs" / "uzbekistan"
DATA = ROOT.parent / "shared" / "data"

needs_open_data = pytest.mark.skipif(not DATA.is_dir(), reason="the open data are not beside the repository")

Rows = list[dict[str, str]]


def rows_of(name: str) -> Rows:
    with (PACK / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def country_sources() -> dict[str, dict[str, str]]:
    return tomllib.loads((ROOT / "generators/uzbekistan/country_sources.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def panel(country_sources: dict[str, dict[str, str]]) -> Rows:
    return [row for row in rows_of("observations.csv") if row["source"] in country_sources]


@pytest.fixture(scope="module")
def methodology() -> dict[str, Any]:
    return tomllib.loads((PACK / "methodologies/conditions.toml").read_text(encoding="utf-8"))


def values_of(panel: Rows, indicator: str, unit: str, period: str) -> dict[str, str]:
    return {
        row["published"]: row["value"]
        for row in panel
        if (row["indicator"], row["unit"], row["period"]) == (indicator, unit, period)
    }


def test_the_committed_pack_is_what_its_parts_assemble_to(tmp_path: Path) -> None:
    """Without the open data: the panel is kept, all else is put together again."""
    files = assemble(tmp_path)
    assert len(files) == 8
    assert [name for name, text in files.items() if (PACK / name).read_text(encoding="utf-8") != text] == []


@needs_open_data
def test_the_script_chooses_the_rows_that_are_committed(panel: Rows) -> None:
    chosen = country_panel.observations(DATA)
    committed = [{name: row[name] for name in chosen[0]} for row in panel]
    assert committed == [{name: row.get(name, "") for name in chosen[0]} for row in chosen]


@needs_open_data
def test_the_script_chooses_the_rates_that_are_committed() -> None:
    assert rows_of("rates.csv") == country_panel.rates(DATA)


@needs_open_data
def test_the_goalposts_are_the_percentiles_of_all_countries_pooled() -> None:
    text = (PACK / "methodologies/conditions.toml").read_text(encoding="utf-8")
    assert goalposts.written_into(text, goalposts.pooled(DATA)) == text


def test_the_panel_has_twenty_countries_and_the_world_for_prices_alone(panel: Rows) -> None:
    assert {row["unit"] for row in panel if not row["indicator"].startswith("PRICE_")} == set(COUNTRIES)
    assert {row["unit"] for row in panel if row["indicator"].startswith("PRICE_")} == {"WLD"}
    assert len(COUNTRIES) == 20


def test_every_value_says_its_source_its_place_there_and_its_release(
    panel: Rows, country_sources: dict[str, dict[str, str]]
) -> None:
    silent = [row for row in panel if not (row["source_ref"] and row["published"])]
    assert not silent
    assert all(row["published"] == country_sources[row["source"]]["published"] for row in panel)
    assert all(source["licence"] and source["citation"] for source in country_sources.values())


def test_absence_is_said_and_never_a_number(panel: Rows) -> None:
    assert all((row["value"] == "") == (row["status"] in ABSENT) for row in panel)
    technology = [row for row in panel if row["indicator"] == "MHT_MANUFACTURING" and row["unit"] == "UZB"]
    assert [(row["period"], row["status"]) for row in technology] == [(str(year), "O") for year in range(2012, 2018)]
    lead = [
        row for row in panel if row["indicator"] in ("MINE_LEAD", "MINE_TUNGSTEN", "MINE_ZINC") and row["unit"] == "UZB"
    ]
    assert lead
    assert {row["status"] for row in lead} == {"O"}


def test_both_releases_are_kept_where_two_differ(panel: Rows) -> None:
    """Uzbekistan's R&D in 2011: 0.195 % of GDP in the release of 2020, 0.149 % in that of 2026."""
    found = values_of(panel, "RD_GDP", "UZB", "2011")
    assert {day: round(float(value), 3) for day, value in found.items()} == {"2020-10-19": 0.195, "2026-07-13": 0.149}


def test_a_later_release_comes_from_the_producer_of_the_earlier_one(
    panel: Rows, country_sources: dict[str, dict[str, str]]
) -> None:
    """So that the later one is a revision, and not a second opinion that somebody would have to settle."""
    producers: dict[tuple[str, ...], set[str]] = {}
    for row in panel:
        key = (row["indicator"], row["unit"], row["period"])
        producers.setdefault(key, set()).add(country_sources[row["source"]]["producer"])
    assert all(len(found) == 1 for found in producers.values())


def test_no_row_is_given_twice(panel: Rows) -> None:
    keys = [(row["indicator"], row["unit"], row["period"], row["published"]) for row in panel]
    assert len(keys) == len(set(keys))


def test_governance_comes_with_its_standard_errors(panel: Rows) -> None:
    governance = [row for row in panel if row["indicator"].startswith("WGI_")]
    assert governance
    assert all(float(row["standard_error"]) > 0 for row in governance)


def test_a_mean_of_eleven_months_is_provisional_and_says_so(panel: Rows) -> None:
    [gold] = [row for row in panel if row["indicator"] == "PRICE_GOLD" and row["period"] == "2024"]
    assert gold["status"] == "P"
    assert "11 months" in gold["note"]
    [before] = [row for row in panel if row["indicator"] == "PRICE_GOLD" and row["period"] == "2023"]
    assert float(gold["value"]) / float(before["value"]) - 1 == pytest.approx(0.217, abs=5e-4)


def test_every_rate_is_official_dated_and_cited(country_sources: dict[str, dict[str, str]]) -> None:
    rates = rows_of("rates.csv")
    assert [row["period"] for row in rates] == [str(year) for year in range(2013, 2025)]
    assert {(row["from"], row["to"], row["kind"]) for row in rates} == {("USD", "UZS", "average")}
    assert all(row["source"] in country_sources for row in rates)


def test_every_leaf_of_the_index_is_a_stand_in_with_a_direction(
    methodology: dict[str, Any],
) -> None:
    indicators = tomllib.loads((PACK / "indicators.toml").read_text(encoding="utf-8"))
    for leaf in methodology["leaves"]:
        indicator = indicators[str(leaf["indicator"])]
        assert indicator["proxy"] is True
        assert indicator["direction"] == (-1 if leaf["indicator"] == "CO2_GDP" else 1)
        assert indicator["group"] == leaf["parent"]


def test_the_decision_record_quotes_the_goalposts_in_force(methodology: dict[str, Any]) -> None:
    record = (ROOT / "docs/decisions/0003-national-methodology.md").read_text(encoding="utf-8")
    for leaf in methodology["leaves"]:
        low, high = leaf["goalposts"]
        assert f"| {low:g}, {high:g} |" in record
