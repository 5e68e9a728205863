"""The way back of scores and values."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import exp, log
from typing import Any

import html5lib
import polars as pl
import pytest

from mezon.web.portal.edition import Edition
from mezon.web.portal.recipes import assess_again, release_again
from mezon.web.portal.score_path import score_path

pytestmark = pytest.mark.django_db

Page = Callable[..., str]


def shown_numbers(html: str) -> set[str]:
    return set(re.findall(r'<data value="([^"]+)"', html))


def test_trace_shows_the_score_and_rank_that_the_assessment_has(page: Page, edition: Edition) -> None:
    html = page("/en/trace/", unit="UZB", period="2017", node="INDEX")
    assert edition.assessment is not None
    row = edition.assessment.scores.filter(unit="UZB", period="2017", node="INDEX").to_dicts()[0]
    assert str(row["score"]) in shown_numbers(html)
    assert f"rank {row['rank']:.0f} of 19" in re.sub(r"\s+", " ", html)


def test_trace_shows_the_score_of_every_group_and_the_points_of_every_leaf(page: Page, edition: Edition) -> None:
    html = page("/en/trace/", unit="UZB", period="2017", node="INDEX")
    assert edition.assessment is not None
    last = edition.assessment.steps["07-aggregate-geometric"].filter(unit="UZB", period="2017").to_dicts()[0]
    single = {"ACTIVITY", "PERFORMANCE", "SOCIAL_ENV", "INTEGRATION"}
    assert {str(last[group]) for group in single} <= shown_numbers(html)
    assert {str(last[name]) for name in ("INDEX", "RESOURCE", "RD_GDP", "RESEARCHERS_PER_MN")} <= shown_numbers(html)


def test_arithmetic_of_a_path_gives_the_score_of_the_assessment(edition: Edition) -> None:
    methodology = edition.definitions.methodologies["conditions"]
    path = score_path(edition, methodology, "UZB", "2017", "INDEX")
    assert path is not None
    parts = [part.points for part in path.top.parts if part.points is not None]
    assert exp(sum(log(points) for points in parts) / len(parts)) == pytest.approx(path.top.score["score"], rel=1e-12)
    for leaf in path.leaves:
        if leaf.scaling is None:
            continue
        scaling = leaf.scaling
        share = (scaling.value - scaling.low) / (scaling.high - scaling.low)
        share = 1 - share if scaling.falling else share
        points = scaling.points_low + (scaling.points_high - scaling.points_low) * share
        assert points == pytest.approx(scaling.result, rel=1e-12), leaf.indicator.code


def test_trace_says_from_which_year_a_value_was_carried(page: Page, edition: Edition) -> None:
    methodology = edition.definitions.methodologies["conditions"]
    path = score_path(edition, methodology, "UZB", "2017", "INDEX")
    assert path is not None
    carried = next(leaf for leaf in path.leaves if leaf.indicator.code == "PATENTS_NONRESIDENT_PER_MN")
    assert carried.filled is not None
    assert [row["period"] for row in carried.filled.made_from] == ["2015"]
    html = page("/en/trace/", unit="UZB", period="2017")
    assert "last value carried" in html
    assert "indicator=PATENTS_NONRESIDENT_PER_MN&amp;unit=UZB&amp;period=2015" in html


def test_trace_of_a_missing_group_says_who_holds_it(page: Page) -> None:
    html = page("/en/trace/", unit="UZB", period="2017", node="TECHNOLOGY")
    assert "no score, because too few of its parts have a value" in html
    assert "National Statistics Committee of Uzbekistan" in html


def test_value_names_its_source_its_place_and_every_earlier_statement(page: Page) -> None:
    html = page("/en/trace/", indicator="RD_GDP", unit="UZB", period="2011")
    assert "GB.XPD.RSDV.GD.ZS" in html
    assert "2026-07-13" in html
    assert "2020-10-19" in html
    assert "0.14877" in shown_numbers(html)
    assert "0.19" in html


def test_derived_value_lists_each_term_with_its_own_way_back(page: Page) -> None:
    html = page("/en/trace/", indicator="PRODUCTIVITY_GROWTH_5Y", unit="UZB", period="2017")
    for year in range(2013, 2018):
        assert f"indicator=GDP_WORKER_GROWTH&amp;unit=UZB&amp;period={year}" in html


def test_converted_value_shows_rate_and_source_of_the_rate(page: Page) -> None:
    html = page("/en/trace/", indicator="FIXED_CAP_INV", unit="UZB_MINING", period="2022")
    assert "11050.14542" in shown_numbers(html)
    assert "converted from another unit of measure" in html


def test_trace_names_release_checksum_and_commands(page: Page, edition: Edition) -> None:
    html = page("/en/trace/", unit="UZB", period="2017")
    assert edition.release_id in html
    assert edition.content_sha256 in html
    assert f"mezon assess uzbekistan -m conditions --as-of {edition.as_of} --seed 12345" in html
    value = page("/en/trace/", indicator="RD_GDP", unit="UZB", period="2017")
    assert f"mezon release uzbekistan --as-of {edition.as_of}" in value


def test_python_recipes_run_and_give_the_numbers_of_the_page(edition: Edition, capsys: Any) -> None:
    methodology = edition.definitions.methodologies["conditions"]
    recipe = assess_again(edition, methodology, "UZB", "2017", "INDEX").python.replace("draws=1000", "draws=0")
    exec(compile(recipe, "recipe", "exec"), {})  # noqa: S102 - the very text that the page shows
    assert "45.009" in capsys.readouterr().out
    exec(compile(release_again(edition, "RD_GDP", "UZB", "2017").python, "recipe", "exec"), {})  # noqa: S102
    assert "0.13212" in capsys.readouterr().out


def test_download_of_a_value_is_the_row_of_the_release(client: Any, edition: Edition) -> None:
    answer = client.get("/en/trace/numbers.csv", {"indicator": "RD_GDP", "unit": "UZB", "period": "2017"})
    row = pl.read_csv(answer.content).to_dicts()[0]
    assert row["value"] == 0.13212
    assert row["release"] == edition.release_id
    assert row["content_sha256"] == edition.content_sha256


def test_download_of_a_score_holds_every_step(client: Any, edition: Edition) -> None:
    answer = client.get("/en/trace/numbers.csv", {"unit": "UZB", "period": "2017", "node": "INDEX"})
    rows = pl.read_csv(answer.content)
    assert edition.assessment is not None
    score = edition.assessment.scores.filter(unit="UZB", period="2017", node="INDEX")["score"].item()
    assert rows.filter(step="score", code="INDEX")["value"].item() == pytest.approx(score, rel=1e-12)
    assert rows["step"].n_unique() == len(edition.assessment.steps) + 2


@pytest.mark.parametrize(
    "query",
    [
        {"unit": "NOBODY", "period": "2017"},
        {"unit": "UZB", "period": "1900"},
        {"indicator": "NOTHING", "unit": "UZB", "period": "2017"},
        {"indicator": "RD_GDP", "unit": "UZB", "period": "1900"},
        {"indicator": "RD_GDP"},
        {"unit": "UZB", "node": "NONE"},
        {"unit": "UZB", "methodology": "none"},
    ],
)
def test_address_of_what_is_not_there_is_not_found(client: Any, edition: Edition, query: dict[str, str]) -> None:
    assert client.get("/en/trace/", query).status_code == 404


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_trace_is_strict_html_in_every_language(page: Page, language: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    for query in ({}, {"unit": "UZB"}, {"indicator": "RD_GDP", "unit": "UZB", "period": "2017"}):
        parser.parse(page(f"/{language}/trace/", **query))


def test_trace_costs_one_query(page: Page, edition: Edition, django_assert_num_queries: Any) -> None:
    page("/en/trace/", unit="UZB", period="2017")
    with django_assert_num_queries(1):
        page("/en/trace/", unit="UZB", period="2017")


def test_rolled_up_value_of_metallia_names_its_parts(metallia: Edition, page: Page) -> None:
    rolled = metallia.observations.filter(origin="rolled-up", breakdown="").sort("indicator", "unit", "period")
    row = rolled.filter(pl.col("value").is_not_null()).to_dicts()[0]
    html = page("/en/trace/", indicator=row["indicator"], unit=row["unit"], period=row["period"])
    assert "rolled up from the parts" in html
    assert "synthetic" in html
