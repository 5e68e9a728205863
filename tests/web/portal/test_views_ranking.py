"""Ranking: the numbers of the assessment, intervals beside ranks, bands set apart, and reasons for no rank."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import headings, parsed, table, tables

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def roots(edition: Edition, period: str) -> list[dict]:
    scores = edition.assessments["conditions"].scores
    return scores.filter((pl.col("period") == period) & (pl.col("node") == "INDEX")).to_dicts()


def ranked_rows(html: str) -> list[list[str]]:
    return [row for row in table(html, "rank, score and groups") if row[0][:1].isdigit()]


@pytest.mark.parametrize("period", ["2012", "2015", "2017"])
def test_every_rank_and_score_is_that_of_the_assessment_with_its_interval(
    page: Page, edition: Edition, period: str
) -> None:
    shown = {row[1]: row for row in ranked_rows(page("/en/ranking/", period=period))}
    ranked = [row for row in roots(edition, period) if row["rank"] is not None]
    assert len(shown) == len(ranked)
    for row in ranked:
        name = edition.definitions.units[row["unit"]].name.en
        assert shown[name][0] == f"{row['rank']:.0f}{row['rank_low']:.0f}–{row['rank_high']:.0f}"
        assert shown[name][2] == f"{row['score']:.1f}{row['score_low']:.0f}–{row['score_high']:.0f}"


def test_the_last_period_with_a_score_is_shown_when_none_is_asked_for(page: Page) -> None:
    assert any("2017: rank" in caption for caption in tables(page("/en/ranking/")))


def test_bands_are_set_apart_in_order_of_rank_and_named_by_their_first_and_last_unit(
    page: Page, edition: Edition
) -> None:
    rows = table(page("/en/ranking/", period="2017"), "rank, score and groups")
    bands = [row[0] for row in rows if row[0].startswith("Band ")]
    given = (
        edition.assessments["conditions"]
        .tables["robustness"]
        .filter((pl.col("period") == "2017") & (pl.col("node") == "INDEX"))
    )
    assert len(bands) == given["band"].n_unique()
    assert bands[2] == (
        "Band 3 Brazil to Uzbekistan: the last that Brazil is not above in 90% of the variants is Uzbekistan"
    )


def test_sorted_by_a_group_the_best_of_it_comes_first_and_units_without_it_last(page: Page) -> None:
    rows = ranked_rows(page("/en/ranking/", sort="TECHNOLOGY"))
    values = [row[9] for row in rows]
    known = [int(value) for value in values if value != "–"]
    assert known == sorted(known, reverse=True)
    assert values[-1] == "–"
    assert not any(row[0].startswith("Band ") for row in rows)


def test_a_column_says_how_it_is_sorted_and_sorts_the_other_way_at_the_second_click(page: Page) -> None:
    html = page("/en/ranking/", sort="score")
    assert 'aria-sort="descending"><a href="?sort=score&amp;order=up"' in html
    turned = ranked_rows(page("/en/ranking/", sort="score", order="up"))
    assert [row[1] for row in turned] == [row[1] for row in reversed(ranked_rows(html))]


def test_a_filter_leaves_ranks_as_they_are_and_says_how_many_are_hidden(page: Page) -> None:
    html = page("/en/ranking/", q="uzb", period="2017")
    assert [row[:2] for row in ranked_rows(html)] == [["1310–15", "Uzbekistan"]]
    assert "One of 19 ranked units is shown" in html


def test_a_filter_finds_a_unit_by_another_name_of_it_and_by_its_name_in_the_language_of_the_page(page: Page) -> None:
    assert [row[1] for row in ranked_rows(page("/en/ranking/", q="Kyrgyz Republic"))] == ["Kyrgyzstan"]
    assert "Узбекистан" in page("/ru/ranking/", q="узбек")


def test_a_band_can_be_asked_for(page: Page) -> None:
    names = [row[1] for row in ranked_rows(page("/en/ranking/", band="1", period="2017"))]
    assert names == ["Sweden", "United States", "Finland", "China"]


def test_a_filter_that_nothing_fits_says_so(page: Page) -> None:
    assert "No ranked unit fits this filter." in page("/en/ranking/", q="Atlantis")


def test_a_unit_without_a_rank_is_told_with_the_reason_and_what_is_missing(page: Page) -> None:
    row = table(page("/en/ranking/", period="2017"), "Units without a rank")[1]
    assert row[:2] == ["Zambia", "4 of 6 groups have a score."]
    assert "Researchers per million people" in row[2]


def test_units_of_another_level_are_listed_with_what_is_known_of_them(page: Page) -> None:
    rows = {row[0]: row for row in table(page("/en/ranking/"), "Other units of this release")[1:]}
    assert rows["Mining and metallurgy of Uzbekistan"][1:3] == ["Industry", "0 of 29"]
    assert rows["Navoi Mining and Metallurgical Company"][1] == "Enterprise"


def test_a_period_that_was_not_assessed_is_answered_with_those_that_were(client) -> None:
    answer = client.get("/en/ranking/", {"period": "1999"})
    assert answer.status_code == 404


def test_the_ranking_costs_one_query_however_many_units_there_are(page: Page) -> None:
    page("/en/ranking/")
    with CaptureQueriesContext(connection) as queries:
        page("/en/ranking/", sort="RESOURCE", q="a")
    assert len(queries) == 1


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_the_page_is_sound_html_with_one_heading_above_the_others(page: Page, language: str) -> None:
    html = page(f"/{language}/ranking/")
    parsed(html)
    levels = headings(html)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_metallia_is_ranked_with_its_groupings_as_filters_and_marked_synthetic(metallia: Edition, page: Page) -> None:
    html = page("/en/ranking/", region="HIGHLAND")
    codes = {unit.code for unit in metallia.definitions.units.values() if unit.groupings.get("region") == "HIGHLAND"}
    names = {metallia.definitions.units[code].name.en for code in codes}
    shown = {row[1] for row in ranked_rows(html)}
    assert shown
    assert shown <= names
    assert "synthetic" in html
