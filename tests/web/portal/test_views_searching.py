"""The page of search: what is found leads to where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reading import parsed

from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]


def links(html: str) -> list[str]:
    return [anchor.get("href") for anchor in parsed(html).iter("{http://www.w3.org/1999/xhtml}a")]


def test_what_is_found_leads_to_where_it_is(page: Page) -> None:
    assert "/en/registers/documents/#D02" in links(page("/en/search/", q="UP-6079"))
    assert "/en/claims/C06/" in links(page("/en/search/", q="tripled"))
    assert "/ru/companies/NMMC/" in links(page("/ru/search/", q="НГМК"))
    assert "/uz/indicators/RD_GDP/" in links(page("/uz/search/", q="rd_gdp"))


@pytest.mark.parametrize("query", ["gold", "6079", "Uzbekistan", "Orano"])
def test_every_hit_answers(client: Any, page: Page, query: str) -> None:
    own = [link for link in links(page("/en/search/", q=query)) if link.startswith("/en/")]
    for link in dict.fromkeys(link.partition("#")[0] for link in own):
        assert client.get(link).status_code == 200, link


def test_an_entry_of_a_long_register_is_on_the_page_it_leads_to(page: Page, metallia: Edition) -> None:
    link = next(link for link in links(page("/en/search/", q="PAT-300")) if "/registers/patents/" in link)
    assert 'id="PAT-300"' in page(link.partition("#")[0])


def test_nothing_found_offers_other_ways(page: Page) -> None:
    html = page("/en/search/", q="zzzz")
    assert "Nothing here is called “zzzz”" in html
    assert "/en/indicators/" in links(html)


def test_a_query_is_shown_as_words_and_never_as_markup(page: Page) -> None:
    html = page("/en/search/", q='<script>alert("1")</script>')
    assert "<script>" not in html
    assert page("/en/search/", q="x" * 5000)


def test_the_date_asked_for_stays_on_every_hit(page: Page) -> None:
    found = [link for link in links(page("/en/search/", q="gold", as_of="2026-01-28")) if "/indicators/M" in link]
    assert found
    assert all("as_of=2026-01-28" in link for link in found)
