"""Robustness: the numbers of the assessment's tables, plain words first, and what is absent said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from uuid import uuid4

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reading import headings, parsed, table, titles

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]
PICTURES = ("ranks", "rank-shares", "pairs", "choices", "weights", "coherence")


def tables_of(edition: Edition) -> dict[str, pl.DataFrame]:
    return dict(edition.assessments["conditions"].tables)


def without(monkeypatch: pytest.MonkeyPatch, edition: Edition, *names: str) -> Edition:
    """Give the same edition with an assessment that lacks some tables, and make it the one that pages show."""
    from mezon.web.portal import pages

    assessment = edition.assessments["conditions"]
    left = {name: rows for name, rows in assessment.tables.items() if name not in names}
    cut = replace(
        edition,
        folder=edition.folder.with_name(uuid4().hex),
        assessments={"conditions": replace(assessment, tables=left)},
    )
    monkeypatch.setattr(pages, "edition_of", lambda _request: cut)
    return cut


@pytest.mark.parametrize("period", ["2013", "2017"])
def test_ranks_over_the_variants_are_those_of_the_assessment(page: Page, edition: Edition, period: str) -> None:
    rows = {row[1]: row for row in table(page("/en/robustness/", period=period), "Ranks over the variants")[1:]}
    told = tables_of(edition)["robustness"].filter((pl.col("period") == period) & (pl.col("node") == "INDEX"))
    assert len(rows) == told.height
    for row in told.to_dicts():
        shown = rows[edition.definitions.units[row["unit"]].name.en]
        assert shown[0].startswith(f"{row['rank']:.0f}")
        assert shown[2:4] == [f"{row['median']:.0f}", f"{row['mean']:.1f}"]
        assert shown[4] == f"{100 * row['share_same']:.0f}%"
        assert shown[5] == row["band"]


def test_full_precision_stands_behind_every_rounded_share(page: Page, edition: Edition) -> None:
    behind = set(titles(page("/en/robustness/", period="2017")))
    for name, columns in (("sensitivity", ("s1", "st")), ("weights", ("influence", "influence_smoothed"))):
        rows = tables_of(edition)[name].to_dicts()
        wanted = {str(row[column]) for row in rows if row.get("node") != "INDEX" for column in columns}
        assert wanted <= behind


def test_every_picture_stands_with_its_table_downloads_and_alternative_text(page: Page, edition: Edition) -> None:
    html = page("/en/robustness/", period="2017")
    for name in PICTURES:
        assert f"/en/pictures/robustness-{name}.light.720.svg" in html
        assert f"/en/pictures/robustness-{name}.csv" in html
    assert html.count("<figure>") == len(PICTURES)
    assert 'alt=""' not in html


def test_the_matrix_of_rank_shares_is_the_acceptability_of_the_assessment(client, edition: Edition) -> None:
    answer = client.get("/en/pictures/robustness-rank-shares.csv", {"period": "2017"})
    rows = pl.read_csv(answer.content)
    shares = tables_of(edition)["acceptability"].filter(pl.col("period") == "2017")
    for unit, rank, share in shares.select("unit", "rank", "share").iter_rows():
        assert rows.filter(pl.col("Code") == unit)[str(int(rank))].item() == pytest.approx(share, abs=1e-12)
    assert set(rows["Release"]) == {edition.release_id}


def test_the_matrix_of_pairs_is_the_pairwise_table_of_the_assessment(client, edition: Edition) -> None:
    rows = pl.read_csv(client.get("/en/pictures/robustness-pairs.csv", {"period": "2017"}).content)
    pairs = tables_of(edition)["pairwise"].filter(pl.col("period") == "2017")
    names = {name.partition(" ")[2]: name for name in rows.columns if name[:1].isdigit()}
    for a, b, share in pairs.select("a", "b", "share_a_above_b").iter_rows():
        column = names[edition.definitions.units[b].name.en]
        assert rows.filter(pl.col("Code") == a)[column].item() == pytest.approx(share, abs=1e-12)


def test_plain_words_come_first_and_no_share_is_called_a_probability(page: Page) -> None:
    html = page("/en/robustness/", period="2017")
    assert html.index("Shares are shares of modelling variants, not probabilities") < html.index("<figure>")
    assert "Uzbekistan: rank 13, interval 10 to 15; the same rank in 43% of the variants." in html
    assert "None of the 1,000 variants had to be left out" in html


def test_variants_that_were_left_out_are_counted_with_the_reason_in_the_language_of_the_page(
    page: Page, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mezon.model.codelists import Severity
    from mezon.model.finding import Finding

    cut = without(monkeypatch, edition)
    told = (
        "7 of 1000 drawn variants combine methods that do not fit the data, and are left out "
        "(most often with aggregate = aggregate/geometric)."
    )
    finding = Finding(code="draws-excluded", severity=Severity.NOTE, message=told)
    cut.assessments["conditions"] = replace(cut.assessments["conditions"], excluded_draws=7, findings=(finding,))
    html = page("/en/robustness/")
    assert "7 of 1,000 variants combined methods that do not fit the data and are left out; 993 count." in html
    assert told in html
    russian = page("/ru/robustness/")
    assert "7 из 1000 вариантов сочетают методы, не подходящие к данным, и исключены" in russian
    assert "aggregate/geometric" in russian


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (("correlations",), "This assessment does not hold correlations"),
        (("pairwise",), "This assessment does not compare units in pairs."),
        (("sensitivity",), "This assessment does not split the variance of ranks by choice"),
        (("acceptability",), "This assessment does not count how often each rank comes out."),
        (("robustness", "acceptability", "pairwise", "sensitivity"), "This assessment holds no ranks over variants."),
    ],
)
def test_a_table_that_the_assessment_does_not_hold_is_said_to_be_absent(
    page: Page, edition: Edition, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], said: str
) -> None:
    without(monkeypatch, edition, *missing)
    html = page("/en/robustness/")
    assert said in html
    parsed(html)


def test_it_is_linked_from_ranking_methodology_and_navigation(page: Page) -> None:
    assert page("/en/ranking/").count('href="/en/robustness/"') >= 2
    assert 'href="/en/robustness/?by=conditions"' in page("/en/methodology/")
    assert 'href="/en/robustness/"' in page("/en/")


def test_the_date_asked_for_is_kept_on_every_way_out(page: Page) -> None:
    html = page("/en/robustness/", as_of="2026-07-13")
    assert 'href="/en/ranking/?as_of=2026-07-13"' in html
    assert 'name="as_of" value="2026-07-13"' in html


def test_it_costs_one_query(page: Page) -> None:
    page("/en/robustness/")
    with CaptureQueriesContext(connection) as queries:
        page("/en/robustness/", period="2015")
    assert len(queries) == 1


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_the_page_is_sound_html_with_headings_in_order_and_small(page: Page, language: str) -> None:
    html = page(f"/{language}/robustness/")
    parsed(html)
    levels = headings(html)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(html.encode()) < 300_000


def test_a_synthetic_index_with_many_indicators_is_shown_and_marked(metallia: Edition, page: Page) -> None:
    html = page("/en/robustness/")
    parsed(html)
    assert '<span class="mark synthetic">synthetic</span>' in html
    assert len(html.encode()) < 300_000
    rows = table(html, "Correlation of every indicator")
    assert len(rows) == 1 + len(metallia.definitions.methodologies["enterprise"].leaves)
