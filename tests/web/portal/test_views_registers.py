"""Registers: plain lists with search, and what the checks correct in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reading import parsed, words_of

from mezon.web.portal.edition import Edition
from mezon.web.portal.register_words import corrections, entries

pytestmark = pytest.mark.django_db
Page = Callable[..., str]
_HTML = "{http://www.w3.org/1999/xhtml}"


def entry_words(html: str) -> dict[str, str]:
    found = [item for item in parsed(html).iter(f"{_HTML}li") if "entry" in item.get("class", "").split()]
    return {item.get("id"): words_of(item) for item in found}


def test_the_decree_whose_number_belongs_to_another_act_says_so(page: Page) -> None:
    decree = entry_words(page("/en/registers/documents/"))["D02"]
    assert decree.startswith("UP-6079 On approval of the Strategy")
    assert "The number UP-6079 does not belong to" in decree
    assert "title as stated: On Measures to Radically Improve the Mining and Metallurgical Industry" in decree


def test_every_finding_in_a_register_stands_at_its_entry_in_the_language_of_the_page(
    page: Page, edition: Edition
) -> None:
    for language in ("uz", "ru", "en"):
        found = corrections(edition, "documents", language)
        shown = entry_words(page(f"/{language}/registers/documents/"))
        for key, several in found.items():
            for finding in several:
                assert " ".join(finding.message.split()) in shown[key]


def test_references_say_what_each_is_cited_for_and_whether_it_fits(page: Page) -> None:
    shown = entry_words(page("/en/registers/references/"))
    assert "[1]" in shown["KURBANOVA_2025-1"]
    assert "cited for: a programme of 2025" in shown["KURBANOVA_2025-1"]
    assert "does it fit?: no: older than what it is cited for" in shown["KURBANOVA_2025-1"]


@pytest.mark.parametrize("register", ["projects", "documents", "actors", "references"])
def test_every_row_of_a_register_is_in_its_list(page: Page, edition: Edition, register: str) -> None:
    assert len(entry_words(page(f"/en/registers/{register}/"))) == len(edition.register(register))


def test_search_in_a_register_asks_for_every_word(page: Page) -> None:
    assert set(entry_words(page("/en/registers/documents/", text="digital 6079"))) == {"D02"}
    assert "No entry has these words" in page("/en/registers/documents/", text="digital zzz")


def test_only_entries_with_a_remark_are_kept_when_asked(page: Page, edition: Edition) -> None:
    shown = entry_words(page("/en/registers/documents/", corrected="1"))
    assert set(shown) == set(corrections(edition, "documents", "en"))


def test_the_index_counts_entries_and_leads_to_the_claims_page(page: Page, edition: Edition) -> None:
    html = page("/en/registers/")
    assert f"{len(edition.register('documents'))} entries" in html
    assert 'href="/en/claims/"' in html


def test_a_long_register_is_read_in_pages(page: Page, metallia: Edition) -> None:
    total = len(entries(metallia, "patents", "en"))
    first, second = page("/en/registers/patents/"), page("/en/registers/patents/", page="2")
    assert len(entry_words(first)) == 100 < total
    assert not set(entry_words(first)) & set(entry_words(second))
    assert "Page 2 of" in second


def test_a_register_that_the_pack_does_not_have_is_not_found(client: Any, edition: Edition) -> None:
    assert client.get("/en/registers/nothing/").status_code == 404


def test_what_was_published_later_is_not_in_the_register_of_a_past_day(page: Page) -> None:
    assert "KURBANOVA_2025" not in page("/en/registers/documents/", as_of="2025-01-15")
    assert "PQ-436" in page("/en/registers/documents/", as_of="2025-01-15")
