"""Compare: the same numbers side by side, shares of variants, and differences without a rest."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import headings, parsed, table

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]
FOUR = ["UZB", "AUS", "CAN", "CHL"]


def number(text: str) -> float:
    return float(text.split()[-1].replace("−", "-").replace("+", ""))


def test_scores_and_ranks_are_those_of_the_assessment(page: Page, edition: Edition) -> None:
    rows = table(page("/en/compare/", u=FOUR, period="2017"), "score and rank")[1:]
    scores = edition.assessments["conditions"].scores
    for code, row in zip(FOUR, rows, strict=True):
        given = scores.filter((pl.col("unit") == code) & (pl.col("period") == "2017") & (pl.col("node") == "INDEX"))
        one = given.row(0, named=True)
        assert row[1] == f"{one['score']:.1f}{one['score_low']:.0f}–{one['score_high']:.0f}"
        assert row[3] == f"{one['rank']:.0f}{one['rank_low']:.0f}–{one['rank_high']:.0f}"


def test_shares_of_variants_are_those_of_the_pairs(page: Page, edition: Edition) -> None:
    rows = table(page("/en/compare/", u=FOUR, period="2017"), "one unit is above another")[1:]
    pairs = edition.assessments["conditions"].tables["pairwise"].filter(pl.col("period") == "2017")
    given = {(a, b): share for _period, a, b, share in pairs.iter_rows()}
    for code, row in zip(FOUR, rows, strict=True):
        for other, cell in zip(FOUR, row[1:], strict=True):
            assert cell == ("·" if code == other else f"{100 * given[code, other]:.0f}%")


def test_differences_add_up_within_groups_and_to_the_scores(page: Page, edition: Edition) -> None:
    html = page("/en/compare/", u=FOUR, period="2017")
    groups = {node.title.en for node in edition.definitions.methodologies["conditions"].nodes}
    *rows, total = table(html, "in points of the score")[1:]
    scores = {row[0]: number(row[1][:4]) for row in table(html, "score and rank")[1:]}
    for place, other in enumerate(("Australia", "Canada", "Chile"), start=1):
        by_group = sum(number(row[place]) for row in rows if row[0] in groups)
        by_indicator = sum(number(row[place]) for row in rows if row[0] not in groups)
        assert by_group == pytest.approx(number(total[place]), abs=0.05)
        assert by_indicator == pytest.approx(number(total[place]), abs=0.05)
        assert number(total[place]) == pytest.approx(scores["Uzbekistan"] - scores[other], abs=0.11)


def test_what_is_measured_in_one_unit_only_is_marked(page: Page) -> None:
    rows = table(page("/en/compare/", u=FOUR, period="2017"), "in points of the score")
    manufacturing = next(row for row in rows if row[0].startswith("Medium- and high-tech"))
    assert all("measured in one only" in cell for cell in manufacturing[1:])


def test_the_address_restores_the_choice_and_the_form_needs_no_script(page: Page) -> None:
    html = page("/en/compare/", u=FOUR, period="2015")
    assert html.count("<select") == 7
    assert '<option value="CAN" selected>Canada</option>' in html
    assert "<option selected>2015</option>" in html
    assert all("offline.js" in script for script in re.findall(r"<script[^>]*>", html))


def test_the_leading_mining_countries_are_one_click_away(page: Page) -> None:
    assert "?u=UZB&amp;u=AUS&amp;u=CAN&amp;u=CHL&amp;period=2017" in page("/en/compare/")


@pytest.mark.parametrize("asked", [[], ["UZB"], ["UZB", "UZB"], ["", ""]])
def test_fewer_than_two_units_give_the_form_alone(page: Page, asked: list[str]) -> None:
    html = page("/en/compare/", u=asked)
    assert "<form" in html
    assert "<table" not in html


def test_an_unknown_unit_and_a_seventh_are_left_out_and_named(page: Page) -> None:
    html = page("/en/compare/", u=["UZB", "ATLANTIS", "AUS", "CAN", "CHL", "CHN", "FIN", "SWE"])
    assert "This index does not assess: ATLANTIS." in html
    assert "left out: SWE" in html
    assert len(table(html, "score and rank")) == 7


def test_a_unit_without_a_score_stands_beside_the_others_and_has_no_difference(page: Page) -> None:
    html = page("/en/compare/", u=["UZB", "ZMB", "KAZ"], period="2017")
    assert "no score" in table(html, "score and rank")[2][1]
    assert table(html, "in points of the score")[0][1:] == ["against Kazakhstan"]


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_the_page_is_sound_html(page: Page, language: str) -> None:
    html = page(f"/{language}/compare/", u=FOUR)
    parsed(html)
    assert headings(html).count(1) == 1


def test_a_comparison_costs_one_query(page: Page) -> None:
    page("/en/compare/", u=FOUR)
    with CaptureQueriesContext(connection) as queries:
        page("/en/compare/", u=["SWE", "KAZ"])
    assert len(queries) == 1


def test_a_pack_without_the_leading_countries_offers_its_own(metallia: Edition, page: Page) -> None:
    html = page("/en/compare/")
    assert "u=" in html.split('class="plain')[1]
    first = metallia.definitions.methodologies["enterprise"]
    assert first.title.en in html


def test_units_may_be_asked_for_by_name_and_an_unknown_one_is_told_what_works(page: Page) -> None:
    by_name = table(page("/en/compare/", u=["Uzbekistan", "австралия"], period="2017"), "score and rank")
    assert by_name == table(page("/en/compare/", u=["UZB", "AUS"], period="2017"), "score and rank")
    assert "such as UZB, or by name" in page("/en/compare/", u=["Atlantis", "AUS"])
