"""The front page: what can be said today, what cannot, and the numbers that the other pages show too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.utils import translation
from reading import parsed

from mezon.analyse.coverage import missing_of_framework
from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import exhibits

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def words(html: str) -> str:
    return " ".join("".join(parsed(html).itertext()).split())


def test_the_first_tile_says_that_the_index_cannot_be_computed_and_how_much_is_missing(
    page: Page, edition: Edition
) -> None:
    text = words(page("/en/"))
    missing = missing_of_framework(edition.release)
    framework = [item for item in edition.definitions.indicators.values() if item.methods_id]
    assert "Mining innovation index of Uzbekistan: cannot be computed yet" in text
    assert f"{missing.height} of {len(framework)}" in text
    holder, count = Counter(missing["holder"].to_list()).most_common(1)[0]
    assert f"{holder} ({count})" in text


def test_the_conditions_stand_with_their_interval_their_stand_ins_and_the_way_back(
    page: Page, edition: Edition
) -> None:
    html = page("/en/")
    row = edition.assessments["conditions"].scores.filter(
        (pl.col("unit") == "UZB") & (pl.col("period") == "2017") & (pl.col("node") == "INDEX")
    ).to_dicts()[0]  # fmt: skip
    assert (
        f"rank {row['rank']:.0f} of 19 ranked, between {row['rank_low']:.0f} and {row['rank_high']:.0f} in the"
        in words(html)
    )
    assert f'<data value="{row["score"]!r}">{row["score"]:.1f}</data>' in html
    assert 'class="mark stand-in"' in html
    assert "/en/trace/?unit=UZB&amp;period=2017&amp;node=INDEX" in html


def test_investment_stands_in_soums_and_in_dollars_at_both_rates(page: Page, edition: Edition) -> None:
    line = exhibits(edition).line
    assert line is not None
    text = words(page("/en/"))
    assert "61.8 trillion soums" in text
    assert f"{line.last.dollars_at_official:.2f} billion US dollars at the official rate" in text
    assert "4.66 billion US dollars as stated" in text


def test_claims_are_counted_by_verdict_as_the_audit_has_them(page: Page, edition: Edition) -> None:
    counts = Counter(record["verdict"] for record in edition.verdicts)
    text = words(page("/en/"))
    for verdict, count in counts.items():
        assert f"{count} {verdict}" in text


def test_a_pack_with_every_indicator_shows_its_index_and_names_no_other_country(page: Page, metallia: Edition) -> None:
    text = words(page("/en/"))
    assert "Mining innovation index of Metallia (synthetic)" in text
    assert "cannot be computed" not in text
    assert "29 of 29" in text
    assert "of 22 ranked, between 1 and 3 in the modelling variants" in text
    assert "Uzbekistan" not in text


@pytest.mark.parametrize("as_of", ["2014-01-01", "2020-12-31", "2024-12-31"])
def test_the_page_of_a_past_day_keeps_its_date_on_every_link(page: Page, as_of: str) -> None:
    html = page("/en/", as_of=as_of)
    links = [anchor.get("href") for anchor in parsed(html).iter("a") if anchor.get("href", "").startswith("/en/")]
    without = [link for link in links if f"as_of={as_of}" not in link]
    # The one that leads back to today, and the languages' and footer's, which belong to the frame.
    assert set(without) <= {"/en/", "/en/releases/"}


def test_the_page_costs_one_query(page: Page, edition: Edition, django_assert_num_queries: Any) -> None:
    page("/en/")
    with django_assert_num_queries(1):
        page("/en/")


def test_a_page_that_is_not_there_says_so_in_the_language_of_its_address(client: Any, edition: Edition) -> None:
    answer = client.get("/en/claims/NONE/")
    assert answer.status_code == 404
    assert "There is no claim “NONE” here." in answer.content.decode()
    with translation.override("en"):
        assert client.get("/en/nowhere/").status_code == 404
