"""A statistician changes a weight of the methodology, sees what moves, accepts, and meets it before the next release.

Every page on the way is looked at with axe, in light and dark, and at the width of a phone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.desk_people import Desk
from tests.journeys.test_desk import desk, postgresql  # noqa: F401 - fixtures
from tests.journeys.test_every_page import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("desk")
REASON = "The council gave resources three times the weight."
_OPEN = "() => document.querySelectorAll('details').forEach(one => { one.open = true; })"


def test_a_weight_is_changed_and_is_in_the_preview_of_the_next_release(desk: Desk) -> None:  # noqa: F811
    administrator = desk.administrator("admin@office.example")
    link = desk.invited(administrator, "saida@office.example", "statistician")
    page = desk.join(link, "saida@office.example", "Saida", second_factor=True)

    choose_the_methodology(page)
    write_another_weight(page)
    moved = see_what_moves(page)
    accept(page)
    the_next_release_would_move_the_same(page, desk, moved)
    revise_a_row(page, desk)


def fits_and_is_usable(page: Page) -> None:
    """Ask axe, in both themes, and ask that nothing goes beyond the edge of a phone."""
    page.evaluate(_OPEN)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, runOnly=["color-contrast"]) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 900})
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def choose_the_methodology(page: Page) -> None:
    """Go from the menu to the text."""
    page.get_by_role("link", name="Definitions", exact=True).click()
    page.wait_for_url("**/definitions/metallia/")
    fits_and_is_usable(page)
    page.get_by_role("link", name="methodologies/enterprise.toml").click()
    assert "A methodology" in page.inner_text("main")
    fits_and_is_usable(page)


def write_another_weight(page: Page) -> None:
    """Write it into the text."""
    page.get_by_role("link", name="Propose a change").click()
    fits_and_is_usable(page)
    text = page.get_by_label("Text", exact=True)
    before = text.input_value()
    assert "weight = 1\n" in before
    text.fill(before.replace("weight = 1\n", "weight = 3\n", 1))
    page.get_by_role("button", name="See what it would change").click()


def see_what_moves(page: Page) -> str:
    """Wait for the worker; give the unit that moves most."""
    page.wait_for_selector("table.moved")
    assert page.locator("table.difference ins").inner_text() == "weight = 3"
    assert page.locator("table.difference del").inner_text() == "weight = 1"
    fits_and_is_usable(page)
    return page.locator("table.moved tbody th").first.inner_text()


def accept(page: Page) -> None:
    """Say why, and accept exactly this."""
    page.get_by_label("Why it is changed").fill(REASON)
    page.get_by_role("button", name="Accept the change").click()
    assert "Accepted." in page.inner_text("main")
    assert REASON in page.inner_text("main")
    page.get_by_role("link", name="What it changed").click()
    assert page.locator("table.difference ins").inner_text() == "weight = 3"
    fits_and_is_usable(page)


def the_next_release_would_move_the_same(page: Page, desk: Desk, moved: str) -> None:  # noqa: F811
    """Find the unit among those whose score or rank the next release would move in public."""
    page.goto(f"{desk.address}/en/desk/freezing/metallia/")
    page.wait_for_selector("table.moved")
    assert moved in page.locator("table.moved").first.inner_text()


def revise_a_row(page: Page, desk: Desk) -> None:  # noqa: F811
    """Revise a row of a register by its form: a fault stands at its field, then it is mended and accepted."""
    page.goto(f"{desk.address}/en/desk/definitions/metallia/registers/technologies/")
    fits_and_is_usable(page)
    page.get_by_role("link", name="TECH-1", exact=True).click()
    page.get_by_role("link", name="Revise it").click()
    page.get_by_label("name in English").fill("")
    page.get_by_role("button", name="See what it would change").click()
    assert page.locator("#about-name_en .hard").is_visible()
    fits_and_is_usable(page)
    page.get_by_label("name in English").fill("Internet of machines")
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_label("Why it is changed").fill("Renamed by the office.")
    page.get_by_role("button", name="Accept the change").click()
    assert "Renamed by the office." in page.inner_text("main")
    fits_and_is_usable(page)
