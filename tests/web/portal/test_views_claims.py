"""Claims: every verdict as the audit has it, filters, and a page with the way back and a place for a reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from reading import parsed, table, words_of

from mezon.web.portal import verdicts
from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db
Page = Callable[..., str]
_HTML = "{http://www.w3.org/1999/xhtml}"


def listed(html: str) -> dict[str, str]:
    """Give the claims of the list: number and all the words of the entry."""
    entries = [item for item in parsed(html).iter(f"{_HTML}li") if "entry" in item.get("class", "").split()]
    return {words_of(item).split()[0]: words_of(item) for item in entries}


def test_every_claim_stands_in_the_list_with_the_verdict_of_the_audit(page: Page, edition: Edition) -> None:
    found = listed(page("/en/claims/"))
    assert len(found) == len(edition.verdicts)
    for record in edition.verdicts:
        assert record["verdict"] in found[record["claim"]]


def test_filters_choose_by_publication_verdict_kind_and_words(page: Page, edition: Edition) -> None:
    chosen = listed(page("/en/claims/", verdict="holds only if", publication="KURBANOVA_2025"))
    assert set(chosen) == {
        record["claim"] for record in edition.verdicts
        if record["verdict"] == "holds only if" and record["publication"] == "KURBANOVA_2025"
    }  # fmt: skip
    assert set(listed(page("/en/claims/", text="nearly tripled"))) == {"C06"}
    assert all(" barrier" in words for words in listed(page("/en/claims/", kind="barrier")).values())
    assert "No claim fits" in page("/en/claims/", text="no such words")


@pytest.mark.parametrize("code", ["C01", "C06", "C34", "E02", "E05"])
def test_a_claim_shows_every_basis_with_its_number_at_full_precision(page: Page, edition: Edition, code: str) -> None:
    html = page(f"/en/claims/{code}/")
    record = next(record for record in edition.verdicts if record["claim"] == code)
    rows = table(html, "Every basis")[1:]
    assert [row[0] for row in rows] == [way["basis"] for way in record["reckonings"]]
    for way in record["reckonings"]:
        assert way["computed"] is None or f'<data value="{way["computed"]!r}">' in html


def test_the_way_back_leads_from_each_observation_to_its_trace(page: Page) -> None:
    html = page("/en/claims/C06/")
    assert "/en/trace/?indicator=FIXED_CAP_INV&amp;unit=UZB_MINING&amp;period=2021" in html
    assert "12652.28682" in html


def test_a_claim_that_cannot_be_checked_says_why_and_what_would_be_needed(page: Page) -> None:
    html = page("/en/claims/C03/")
    assert "Why not:" in html
    assert "What would be needed:" in html


def test_a_reference_that_the_publication_does_not_list_is_marked(page: Page) -> None:
    assert "not in the publication" in page("/en/claims/C06/")
    assert "UNDP Uzbekistan" in page("/en/claims/C01/")


def test_a_reply_is_printed_word_for_word_and_until_then_the_page_says_how_to_send_one(
    page: Page, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nobody has replied yet" in page("/en/claims/C06/")
    claims = dict(verdicts.checked_claims(edition))
    claims["C06"] = replace(claims["C06"], row={**claims["C06"].row, "reply": "We used <one> rate for all years."})
    monkeypatch.setattr("mezon.web.portal.views.claims.checked_claims", lambda _edition: claims)
    html = page("/en/claims/C06/", unseen="1")  # an address that nobody asked for yet, so that the page is written
    assert "We used &lt;one&gt; rate for all years." in html
    assert "Nobody has replied yet" not in html


def test_a_pack_without_claims_says_what_a_claim_would_be(page: Page, metallia: Edition) -> None:
    assert "This pack has no register of claims." in page("/en/claims/")


def test_a_bound_is_not_called_what_was_stated(page: Page) -> None:
    found = listed(page("/en/claims/"))
    assert "computed 72.16 per cent, bound 50" in found["C05"]
    assert "stated 3, computed 2.861" in found["C06"]


def test_pages_of_claims_cost_one_query(page: Page, django_assert_num_queries: Any) -> None:
    page("/en/claims/")
    with django_assert_num_queries(1):
        page("/en/claims/")
    with django_assert_num_queries(1):
        page("/en/claims/C06/")
