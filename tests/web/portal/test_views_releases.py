"""Releases: every day with news, what it added and revised, and the releases frozen of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reading import table

from mezon import production
from mezon.web.portal.edition import Edition
from mezon.web.portal.revisions import history

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def test_every_day_with_news_is_listed_with_what_changed(page: Page, edition: Edition) -> None:
    rows = table(page("/en/releases/"), "Days with news")[1:]
    days = history("uzbekistan")
    assert len(rows) == len(days) == len(production.publication_days(production.read_pack("uzbekistan")))
    assert rows[0][2] == f"{days[0].known:,}"
    assert rows[0][4] == str(days[0].revised)


def test_the_release_shown_stands_with_its_checksum(page: Page, edition: Edition) -> None:
    rows = table(page("/en/releases/"), "Releases frozen here")[1:]
    assert [edition.release_id, edition.content_sha256] in [[row[1], row[3]] for row in rows]


def test_the_largest_revisions_are_listed_with_both_values(page: Page) -> None:
    html = page("/en/releases/")
    newest = history("uzbekistan")[0]
    assert newest.largest
    for row in newest.largest:
        assert f'<data value="{row["before"]!r}">' in html
        assert f'<data value="{row["after"]!r}">' in html


def test_a_past_day_knows_nothing_of_later_news(page: Page) -> None:
    rows = table(page("/en/releases/", as_of="2020-12-31"), "Days with news")[1:]
    assert len(rows) == 4


def test_it_says_that_no_release_is_planned(page: Page) -> None:
    assert "None is planned." in page("/en/releases/")


def test_the_page_costs_two_queries_however_many_days_there_are(
    page: Page, metallia: Edition, django_assert_num_queries: Any
) -> None:
    page("/en/releases/")
    assert len(history("metallia")) > 80
    with django_assert_num_queries(2):
        page("/en/releases/")


def test_a_date_that_a_reader_asks_for_adds_no_release(page: Page, edition: Edition) -> None:
    before = table(page("/en/releases/"), "Releases frozen here")[1:]
    page("/en/", as_of="2016-12-31")
    after = table(page("/en/releases/"), "Releases frozen here")[1:]
    assert after == before
