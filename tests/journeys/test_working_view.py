"""The working view in a browser: found, narrowed, followed back to what was said; and on a phone without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.desk_people import Desk
from tests.journeys.test_every_page import faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("journeys")
UNIT, OTHER = "NMMC", "AMMC"


@pytest.fixture(scope="module")
def desk(browser: Browser, site: str, journey_home: Path) -> Iterator[Desk]:
    """Give the site that all journeys share, with the pack's store loaded."""
    found = Desk(browser, site, journey_home, {})
    found.mezon("load", "uzbekistan")
    yield found
    found.close()


def seat(desk: Desk, email: str, role: str, *place: str, scripts: bool = True) -> Page:
    said = desk.mezon("invite", email, "--role", role, *place, "--site", desk.address)
    link = re.search(r"http://\S+", said)
    assert link, said
    page = desk.join(link[0], email, email, second_factor=role == "statistician", scripts=scripts)
    page.set_default_timeout(10_000)
    return page


def test_a_statistician_finds_a_value_and_goes_back_to_what_was_said(desk: Desk) -> None:
    page = seat(desk, "saida@working.example", "statistician")
    page.goto(f"{desk.address}/en/desk/working/")
    assert "Working view: not released." in page.inner_text("main")
    assert page.get_by_role("link", name="What is known now").get_attribute("aria-current") == "page"
    page.locator(".indicator-choice summary").click()
    for box in reversed(page.locator(".indicator-choice input:checked").all()):
        box.uncheck()
    page.get_by_label("Find an indicator").fill("r&d share of gdp")
    found = page.locator(".indicator-choice label:visible input[value=RD_GDP]")
    assert page.locator(".indicator-choice label:visible").count() < 10
    found.check()
    assert faults(page) == []
    page.get_by_label("From", exact=True).select_option("2015")
    page.get_by_label("To", exact=True).select_option("2017")
    page.get_by_role("button", name="Show").click()
    assert page.locator("table.known-now thead tr").nth(1).inner_text().split() == ["2015", "2016", "2017"]
    assert faults(page) == []

    page.locator("table.known-now td a").first.click()
    assert "loaded the pack from its folder" in page.inner_text("main")
    assert faults(page) == []
    page.get_by_role("link", name="the working view after change 1").first.click()
    assert "As known after change 1" in page.inner_text("main")
    page.get_by_role("link", name="What was recorded").click()
    assert "1 change, the newest first" in page.inner_text("main")
    assert faults(page) == []


def test_a_provider_reads_their_own_unit_on_a_phone_without_scripts(desk: Desk) -> None:
    page = seat(desk, "aziza@working.example", "provider", "--pack", "uzbekistan", "--unit", UNIT, scripts=False)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk.address}/ru/desk/working/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".indicator-choice summary").click()
    assert page.locator("#find").is_hidden()
    page.locator("input[name=grouped][value=now]").check()
    page.locator("form.view button").click()
    assert "grouped=now" in page.url
    units = [text.strip() for text in page.locator("table.known-now tbody th").all_inner_texts()]
    assert units
    assert OTHER not in page.content()
    page.locator("table.known-now td a").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.goto(page.url.replace(f"/{UNIT}/", f"/{OTHER}/")).status == 403  # type: ignore[union-attr]
