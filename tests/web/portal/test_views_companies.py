"""Company: figures as stated and as checked, plans beside facts, and what is not disclosed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import headings, parsed, table

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def figures(html: str) -> dict[str, list[str]]:
    return {row[0]: row for row in table(html, "figures with their source") if len(row) > 1}


def test_every_reported_figure_of_the_company_stands_with_its_source_once(page: Page, edition: Edition) -> None:
    shown = figures(page("/en/companies/NMMC/"))
    rows = [row for row in edition.by_unit["NMMC"].to_dicts() if row["origin"] != "converted"]
    names = {edition.definitions.indicators[row["indicator"]].name.en for row in rows}
    assert set(shown) - {"Figure"} == names
    assert shown["Investment attracted"][2:4] == ["789.6", "million US dollars"]
    assert all(row[-1] for row in shown.values())


def test_a_lower_bound_is_marked_in_words_and_by_its_sign(page: Page) -> None:
    row = figures(page("/en/companies/AMMC/"))["Investment attracted"]
    assert row[2] == "> 1.94"
    assert "a lower bound" in row[4]


def test_a_plan_is_marked_and_held_against_the_fact_of_its_period(page: Page) -> None:
    html = page("/en/companies/NMMC/")
    assert "plan" in figures(html)["Investment programme of the enterprise"][4]
    row = table(html, "Sums that were planned")[1]
    assert row[0] == "Investment programme of the enterprise"
    assert row[2] == "≈ 1 billion US dollars"
    assert row[3] == "Investment attracted another concept"
    assert row[4:] == ["0.7896 billion US dollars", "79%"]


def test_a_figure_leads_to_the_claims_reckoned_from_it_with_their_verdict(page: Page, edition: Edition) -> None:
    verdicts = {row["claim"]: row["verdict"] for row in edition.verdicts}
    assert f"E06 {verdicts['E06']}" in figures(page("/en/companies/NMMC/"))["Profit of the enterprise"][5]


def test_claims_that_name_the_company_are_listed_by_any_of_its_names(page: Page) -> None:
    assert "E14" in [row[0] for row in table(page("/en/companies/AMMC/"), "Published sentences")]


def test_what_the_checks_found_in_its_figures_is_told_once(page: Page) -> None:
    html = page("/en/companies/NMMC/")
    assert html.count("cites [18], but its reference list has no such entry") == 1
    assert "finding" in figures(html)["Investment programme of the enterprise"][4]


def test_projects_of_the_company_and_its_plants_stand_with_their_capacity(page: Page) -> None:
    rows = {row[0]: row for row in table(page("/en/companies/NMMC/"), "Projects of the register")}
    assert rows["HMP-3 7th mill"][3] == "8 → 9 million tonnes a year"


def test_all_indicators_that_apply_to_a_company_are_listed_as_not_disclosed(page: Page, edition: Edition) -> None:
    rows = table(page("/en/companies/NMMC/"), "not public")[1:]
    asked = [
        item for item in edition.definitions.indicators.values() if item.methods_id and "ENTERPRISE" in item.levels
    ]
    listed = " ".join(row[2] for row in rows)
    assert len(rows) == 6
    assert all(item.name.en in listed for item in asked)
    assert f"Of the {len(asked)} indicators" in page("/en/companies/NMMC/")


def test_a_country_is_no_company(client, edition: Edition) -> None:
    assert client.get("/en/companies/UZB/").status_code == 404
    assert client.get("/en/companies/ATLANTIS/").status_code == 404


@pytest.mark.parametrize("code", ["NMMC", "AMMC", "HMP_3"])
@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_the_page_is_sound_html(page: Page, code: str, language: str) -> None:
    html = page(f"/{language}/companies/{code}/")
    parsed(html)
    assert headings(html).count(1) == 1


def test_a_company_costs_one_query(page: Page) -> None:
    page("/en/companies/NMMC/")
    with CaptureQueriesContext(connection) as queries:
        page("/en/companies/AMMC/")
    assert len(queries) == 1


def test_a_company_of_metallia_shows_what_is_disclosed_and_leads_to_its_score(metallia: Edition, page: Page) -> None:
    html = page("/en/companies/AURIS_GOLD/")
    parsed(html)
    assert "synthetic" in html
    assert "Its score, groups and peers" in html
