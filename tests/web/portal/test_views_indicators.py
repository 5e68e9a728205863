"""Pages of indicators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import html5lib
import polars as pl
import pytest

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db

Page = Callable[..., str]


def test_list_names_every_indicator_of_the_pack(page: Page, edition: Edition) -> None:
    html = page("/en/indicators/")
    missing = [code for code in edition.definitions.indicators if f"/en/indicators/{code}/" not in html]
    assert not missing


def test_list_counts_what_is_observed(page: Page, edition: Edition) -> None:
    observed = edition.observations.filter(pl.col("value").is_not_null())["indicator"].n_unique()
    html = page("/en/indicators/")
    assert f"{observed} of {len(edition.definitions.indicators)} indicators have a value" in html
    assert html.count("no value yet") == len(edition.definitions.indicators) - observed


def test_list_can_be_narrowed_to_what_is_missing(page: Page) -> None:
    html = page("/en/indicators/", show="missing")
    assert "/en/indicators/RD_SHARE/" in html
    assert "/en/indicators/RD_GDP/" not in html


def test_list_refuses_a_pillar_there_is_not(client: Any, edition: Edition) -> None:
    assert client.get("/en/indicators/", {"pillar": "NONE"}).status_code == 404


def test_every_value_of_the_table_is_that_of_the_release(page: Page, edition: Edition) -> None:
    html = page("/en/indicators/RD_GDP/")
    cells = re.findall(r'unit=([A-Z]+)&amp;period=(\d+)"><data value="([^"]+)"', html)
    shown = {(unit, period): float(value) for unit, period, value in cells}
    rows = edition.by_indicator["RD_GDP"].filter(pl.col("value").is_not_null())
    assert shown == {(row["unit"], row["period"]): row["value"] for row in rows.to_dicts()}


def test_formula_opens_its_terms_down_to_the_last(page: Page) -> None:
    html = page("/en/indicators/INNOV_SPEND_SHARE/")
    assert "/en/indicators/INNOV_SPEND/" in html
    assert "/en/indicators/TOTAL_SPEND/" in html


def test_missing_indicator_says_who_holds_it(page: Page) -> None:
    html = page("/en/indicators/RD_SPEND/")
    assert "No value yet" in html
    assert "collected by the Statistics Agency" in html


def test_stand_in_is_marked_and_explained(page: Page) -> None:
    html = page("/en/indicators/RD_GDP/")
    assert '<span class="mark stand-in">stand-in</span>' in html
    assert "in place of mining" in html


def test_revision_shows_both_figures_and_the_change(page: Page) -> None:
    html = page("/en/indicators/RD_GDP/", units="UZB")
    assert "0.1950" in html
    assert "0.1488" in html
    assert "−23.7%" in html


def test_index_entry_shows_the_weights_of_the_assessment(page: Page, edition: Edition) -> None:
    html = page("/en/indicators/RD_GDP/")
    assert edition.assessment is not None
    weight = edition.assessment.tables["weights"].filter(node="RD_GDP")["effective_weight"].item()
    assert f"{100 * weight:.1f}%" in html
    assert 'value="0.06517"' in html


def test_units_to_draw_come_from_the_address(page: Page) -> None:
    html = page("/en/indicators/RD_GDP/", units="KAZ,KGZ")
    assert "units=KAZ%2CKGZ" in html
    assert "<h3>Kyrgyzstan, 2024</h3>" in html


def test_plan_is_marked_as_plan(page: Page) -> None:
    html = page("/en/indicators/INV_PROGRAMME/")
    assert '<span class="mark warning">plan</span>' in html


def test_download_is_the_release_of_that_indicator(client: Any, edition: Edition) -> None:
    rows = pl.read_csv(client.get("/en/indicators/RD_GDP/values.csv").content)
    assert rows.height == edition.by_indicator["RD_GDP"].height
    assert rows["release"].unique().to_list() == [edition.release_id]


def test_unknown_indicator_and_unit_are_not_found(client: Any, edition: Edition) -> None:
    assert client.get("/en/indicators/NOTHING/").status_code == 404
    assert client.get("/en/indicators/RD_GDP/", {"units": "XXX"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_pages_are_strict_html_in_every_language(page: Page, language: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    for place in ("", "RD_GDP/", "FIXED_CAP_INV/", "RD_SHARE/", "PATENTS_RESIDENT_PER_MN/"):
        parser.parse(page(f"/{language}/indicators/{place}"))


def test_page_costs_one_query(page: Page, edition: Edition, django_assert_num_queries: Any) -> None:
    page("/en/indicators/RD_GDP/")
    with django_assert_num_queries(1):
        page("/en/indicators/RD_GDP/")


def test_pages_of_metallia_stay_small_and_marked(metallia: Edition, page: Page) -> None:
    for code in metallia.definitions.indicators:
        html = page(f"/en/indicators/{code}/")
        assert "synthetic" in html
        assert len(html) < 300_000, code
