"""The grid with its script, in a real browser: keys that save, nothing lost on leaving, two people at one cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.desk_people import Desk
from tests.journeys.filled_workbook import PERIOD, UNIT
from tests.journeys.running_site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.fixture(scope="module")
def grid(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """Give the browser of a provider, and the address of the form that she has opened."""
    home = tmp_path_factory.mktemp("grid")
    site = Site(home, "serve", "metallia")
    site.wait()
    desk = Desk(browser, site.address, home, {})
    desk.mezon("load", "metallia")
    said = desk.mezon(
        "invite", "aziza@silver.example", "--role", "provider", "--pack", "metallia", "--unit", UNIT,
        "--site", site.address,
    )  # fmt: skip
    link = next(word for word in said.split() if word.startswith("http://"))
    page = desk.join(link, "aziza@silver.example", "Aziza", second_factor=False)
    page.goto(f"{site.address}/en/desk/")
    page.locator("li", has_text=f", {PERIOD}").get_by_role("button", name="Begin").click()
    page.wait_for_url("**/submissions/*/")
    yield page, page.url
    desk.close()
    site.end_by_ctrl_c()


def said(page: Page, words: str) -> None:
    """Wait until the header says something."""
    page.locator("[data-saving]", has_text=words).wait_for()


def test_enter_in_the_last_cell_saves_it(grid: tuple[Page, str]) -> None:
    page, address = grid
    page.goto(address)
    last = page.locator("input.value").last
    last.fill("95 120")
    last.press("Enter")
    said(page, "All saved.")
    page.goto(address)
    assert page.locator("input.value").last.input_value() == "95 120"


def test_leaving_with_something_typed_and_not_saved_asks_first(grid: tuple[Page, str]) -> None:
    page, address = grid
    page.goto(address)
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("input.value").first.press_sequentially("12")
    page.reload()
    assert asked == ["beforeunload"]
    page.reload()
    assert asked == ["beforeunload"], "nothing typed, nothing asked"


def test_escape_brings_back_what_stood_before_the_slip(grid: tuple[Page, str]) -> None:
    page, address = grid
    page.goto(address)
    cell = page.locator("input.value").first
    cell.fill("700")
    cell.press("Tab")
    said(page, "All saved.")
    cell.fill("7oo")
    cell.press("Tab")
    said(page, "Kept as you typed it")
    cell.focus()
    cell.press("Escape")
    said(page, "All saved.")
    page.goto(address)
    assert page.locator("input.value").first.input_value() == "700"


def test_of_two_at_one_cell_the_second_sees_both_values_in_words_and_unhidden(grid: tuple[Page, str]) -> None:
    page, address = grid
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    number = 2
    theirs = other.locator("input.value").nth(number)
    theirs.fill("411")
    theirs.press("Tab")
    said(other, "All saved.")
    page.bring_to_front()
    mine = page.locator("input.value").nth(number)
    mine.fill("412")
    mine.press("Tab")
    told = page.get_by_role("alert")
    told.wait_for()
    assert "There it says now: 411. You wrote: 412." in told.inner_text()
    below, bar = told.bounding_box(), page.locator(".save").bounding_box()
    assert below is not None
    assert bar is not None
    assert below["y"] + below["height"] <= bar["y"]
    told.get_by_role("button", name="Write mine over it").click()
    said(page, "All saved.")
    page.goto(address)
    assert page.locator("input.value").nth(number).input_value() == "412"
    other.close()


def test_the_first_open_cell_is_one_key_from_the_top(grid: tuple[Page, str]) -> None:
    page, address = grid
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert stands_open(page)
    page.locator("body").click()
    page.get_by_role("link", name="go to the first").click()
    assert stands_open(page)


def stands_open(page: Page) -> bool:
    """Say whether the focus is in a value with something to do: empty, asked about, or at fault."""
    found: bool = page.evaluate("document.activeElement.matches('tr:is(.empty, .asked, .invalid) input.value')")
    return found
