"""Investments: exhibits beside their recomputation, bounds marked, and an empty page that says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reading import parsed, table

from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import exhibits

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def test_each_year_stands_with_both_statements_the_official_rate_and_the_difference(page: Page) -> None:
    rows = {row[0]: row[1:6] for row in table(page("/en/investments/"), "stated and recomputed")[1:]}
    assert rows["2021"] == ["≈ 21.60", "≈ 1.63", "10,609", "2.04", "+24.9%"]
    assert rows["2022"] == ["–", "≈ 1.70", "11,050", "–", "–"]
    assert rows["2024"] == ["≈ 61.80", "≈ 4.66", "12,652", "4.88", "+4.8%"]


def test_the_lower_bound_is_marked_where_it_stands_and_in_the_sum(page: Page) -> None:
    rows = {row[0]: row[1:] for row in table(page("/en/investments/"), "Investment attracted, 2024")[1:]}
    assert rows["Almalyk Mining and Metallurgical Complex"][0] == "> 1.94"
    assert "lower bound" in rows["Almalyk Mining and Metallurgical Complex"][1]
    assert rows["Navoi Mining and Metallurgical Company"][:2] == ["0.79", "789.6 million US dollars"]
    assert rows["Together"][0] == "> 2.73"


def test_every_implied_rate_on_the_page_is_that_of_the_analysis(page: Page, edition: Edition) -> None:
    html = page("/en/investments/")
    for pair in exhibits(edition).pairs:
        assert f'<data value="{pair["implied_rate"]!r}">{pair["implied_rate"]:,.0f}</data>' in html


def test_projects_show_their_effect_on_capacity_and_what_is_not_stated(page: Page) -> None:
    rows = {row[0]: row[1:] for row in table(page("/en/investments/"), "effect on capacity")[1:]}
    assert rows["HMP-3 7th mill"][1:4] == ["not stated", "8 → 9 million tonnes a year", "+12.5%"]
    assert len(rows) == 17


def test_concepts_are_kept_apart_with_what_each_means(page: Page) -> None:
    rows = {row[0]: row[2] for row in table(page("/en/investments/"), "What each amount means")[1:]}
    assert "7.2 billion" in rows["Investment attracted"]
    assert "3 billion" in rows["Investment mastered (disbursed)"]


def test_a_day_before_any_amount_was_published_says_so(page: Page) -> None:
    text = "".join(parsed(page("/en/investments/", as_of="2020-12-31")).itertext())
    assert "This pack states no investments." in text
    assert "What there is, and who holds the rest" in text


@pytest.mark.parametrize("name", ["investment-line", "investment-companies", "investment-sources"])
def test_every_picture_is_drawn_in_every_language(client: Any, edition: Edition, name: str) -> None:
    for language in ("uz", "ru", "en"):
        answer = client.get(f"/{language}/pictures/{name}.light.720.svg")
        assert answer.status_code == 200
        assert edition.release_id in answer.content.decode()


def test_the_synthetic_country_has_its_own_exhibits(page: Page, metallia: Edition) -> None:
    html = page("/en/investments/")
    assert "Own funds" in html
    assert 'class="mark synthetic"' in html
