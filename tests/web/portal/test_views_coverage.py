"""Coverage and quality."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import html5lib
import polars as pl
import pytest

from mezon import production
from mezon.web.portal.coverage_facts import matrix, revisions
from mezon.web.portal.edition import Edition

pytestmark = pytest.mark.django_db

Page = Callable[..., str]


def test_matrix_counts_the_periods_of_the_release(edition: Edition) -> None:
    found = matrix(edition)
    row = next(row for row in found.rows if row["indicator"].code == "RD_GDP")
    place = [unit.code for unit in found.units].index("UZB")
    own = edition.by_indicator["RD_GDP"].filter(pl.col("value").is_not_null(), unit="UZB")
    assert row["cells"][place]["periods"] == own["period"].n_unique()


def test_page_names_every_missing_indicator_of_the_framework_with_its_holder(page: Page, edition: Edition) -> None:
    html = page("/en/coverage/")
    framework = [each for each in edition.definitions.indicators.values() if each.methods_id]
    assert len(framework) == 29
    for indicator in framework:
        assert f"/en/indicators/{indicator.code}/" in html
    assert "29 of the 29 indicators of the framework have no published value" in html


def test_findings_are_counted_as_the_checks_count_them(page: Page) -> None:
    html = page("/en/coverage/")
    found = production.check(production.read_pack("uzbekistan"))
    codes = {finding.code for finding in found}
    for code in codes:
        count = sum(finding.code == code for finding in found)
        assert f'<span class="code">{code}</span> <b>{count}</b>' in html


def test_findings_speak_the_language_of_the_page(page: Page) -> None:
    assert re.search("[а-я]{4,} [а-я]{4,}", page("/ru/coverage/").partition('id="findings"')[2])


def test_largest_revision_of_research_spending_is_that_of_2011(edition: Edition) -> None:
    own = [row for row in revisions(edition, "UZB").at_home if row["indicator"] == "RD_GDP"]
    assert own[0]["period"] == "2011"
    assert own[0]["before"] == 0.19499
    assert own[0]["after"] == 0.14877


def test_revisions_compare_the_first_and_last_statement_of_one_producer(page: Page, edition: Edition) -> None:
    found = revisions(edition, "UZB")
    assert 0 < found.revised <= found.restated
    assert all(row["before"] != row["after"] for row in found.largest)
    assert f"Of {found.restated} values" in page("/en/coverage/")


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_page_is_strict_html_in_every_language(page: Page, language: str) -> None:
    html5lib.HTMLParser(strict=True).parse(page(f"/{language}/coverage/"))


def test_page_costs_one_query(page: Page, edition: Edition, django_assert_num_queries: Any) -> None:
    page("/en/coverage/")
    with django_assert_num_queries(1):
        page("/en/coverage/")


def test_coverage_of_metallia_stays_small(metallia: Edition, page: Page) -> None:
    html = page("/en/coverage/")
    assert "synthetic" in html
    assert len(html) < 300_000
