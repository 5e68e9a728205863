"""Readers on their way: from Home to a source, in another language, by a shared link, without mouse or JavaScript."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.journeys.running_site import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.xdist_group("journeys")


def follow(page: Page, link: Locator) -> None:
    """Click, and wait for the page it leads to."""
    with page.expect_navigation():
        link.click()


def test_from_home_to_a_score_its_trace_the_source_and_its_download_in_four_clicks(open_page: Open) -> None:
    page = open_page("en/")
    score = page.locator(".tile .figure-number a", has=page.locator("data")).first
    shown = score.locator("data").get_attribute("value")
    follow(page, score)  # 1: the score's way back
    assert parse_qs(urlsplit(page.url).query)["node"] == ["INDEX"]
    assert page.locator(f'data[value="{shown}"]').count() > 0
    follow(page, page.locator('main a[href*="indicator=RD_GDP"]', has=page.locator("data")).first)  # 2: an observation
    assert "UNESCO" in page.locator("dl.facts").first.inner_text()
    value = page.locator("section.value h2 data").first.get_attribute("value")
    with page.expect_download() as expected:  # 3: its row, with the source
        page.locator(".downloads a[download]").first.click()
    with expected.value.path().open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["indicator"] == "RD_GDP"
    assert row["source"]
    assert value is not None
    assert float(row["value"]) == float(value)


@pytest.mark.parametrize(("code", "name"), [("ru", "Русский"), ("uz", "Oʻzbekcha")])
def test_the_language_switch_keeps_the_place_and_its_state(open_page: Open, code: str, name: str) -> None:
    page = open_page("en/ranking/?period=2014&as_of=2026-07-13")
    follow(page, page.get_by_role("link", name=name))
    address = urlsplit(page.url)
    assert address.path == f"/{code}/ranking/"
    assert parse_qs(address.query) == {"period": ["2014"], "as_of": ["2026-07-13"]}
    assert page.locator("select[name=period]").input_value() == "2014"
    assert page.locator("html").get_attribute("lang") == code


def test_a_shared_link_restores_the_state(open_page: Open) -> None:
    page = open_page("en/ranking/")
    page.locator("select[name=period]").select_option("2013")
    follow(page, page.locator("main form button").first)
    rows = page.locator("table.ranking tbody").first.inner_text()
    shared = open_page(page.url.split("/", 3)[3])
    assert shared.locator("select[name=period]").input_value() == "2013"
    assert shared.locator("table.ranking tbody").first.inner_text() == rows


def test_a_shared_comparison_names_the_same_units(open_page: Open) -> None:
    page = open_page("en/compare/?u=UZB&u=CHL&period=2016")
    heads = page.locator("main table").first.inner_text()
    assert "Uzbekistan" in heads
    assert "Chile" in heads
    assert "2016" in page.locator("main").inner_text()


def test_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("en/investments/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#content"
    page.keyboard.press("Enter")
    assert urlsplit(page.url).fragment == "content"
    details = page.locator("figure details").first
    summary = details.locator("summary")
    for _ in range(60):  # from the content on, Tab alone must reach the table of the first picture
        page.keyboard.press("Tab")
        if summary.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert details.get_attribute("open") is not None


def test_tab_reaches_the_navigation_and_shows_where_it_is(open_page: Open) -> None:
    page = open_page("en/")
    navigation = page.locator("nav[aria-label=Pages] a").first
    for _ in range(8):
        page.keyboard.press("Tab")
        if navigation.evaluate("element => element === document.activeElement"):
            break
    assert navigation.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/ranking/")


def test_without_javascript_everything_can_be_read_sorted_searched_and_opened(open_page: Open) -> None:
    page = open_page("en/", scripts=False)
    page.locator("form.search input[name=q]").fill("gold")
    follow(page, page.locator("form.search button"))
    assert page.locator("main a").count() > 0
    follow(page, page.locator("nav[aria-label=Pages] a").first)
    follow(page, page.locator("table.ranking thead th a").nth(1))
    assert urlsplit(page.url).query
    assert page.locator("th[aria-sort]").count() == 1
    page.locator("figure summary").first.click()
    assert page.locator("figure details table").first.is_visible()
    picture = page.locator("figure img").first
    picture.scroll_into_view_if_needed()
    assert picture.get_attribute("alt")


def chosen_drawing(page: Page) -> str:
    """Give the address that the browser chose for the first picture; it loads when it comes into sight."""
    picture = page.locator("figure img").first
    picture.scroll_into_view_if_needed()
    wait_until(lambda: bool(picture.evaluate("image => image.currentSrc")))
    return str(picture.evaluate("image => image.currentSrc"))


def test_a_reader_in_the_dark_gets_dark_pictures_and_one_on_a_phone_small_ones(open_page: Open) -> None:
    assert ".dark.720.svg" in chosen_drawing(open_page("ru/investments/", theme="dark"))
    assert ".light.360.svg" in chosen_drawing(open_page("ru/investments/", width=390))


@pytest.mark.parametrize("width", [1280, 390])
def test_an_interactive_picture_is_drawn_on_a_page_of_its_own_and_fits(open_page: Open, width: int) -> None:
    page = open_page("en/ranking/", width=width)
    assert all("offline.js" in each.get_attribute("src") for each in page.locator("script").all())
    follow(page, page.locator('.downloads a[href*="interactive"]').first)
    page.locator("#picture svg").wait_for(timeout=60_000)  # the bundle is put together once
    assert page.locator("#picture svg").get_by_text("Uzbekistan").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
