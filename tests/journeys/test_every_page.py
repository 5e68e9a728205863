"""What holds of every page in a browser: it fits a phone, and people who use it differently can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.pages import PAGES

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="see requirements/dev.lock")

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.xdist_group("journeys")

#: What lies beyond the right edge and is not inside something that scrolls by itself.
_WIDER = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .filter(element => !element.closest(".scroll, pre, .arithmetic, .visually-hidden"))
    .map(element => element.outerHTML.slice(0, 120)).slice(0, 3)"""

#: Tables below pictures are all made by one template: the first one stands for the others.
_OPEN = """() => [...document.querySelectorAll("details")]
    .filter((details, place, all) => !details.closest("figure") || details === all.find(one => one.closest("figure")))
    .forEach(details => { details.open = true; })"""

#: axe lists what passed too, unless told that nobody reads it.
_FINDINGS_ALONE = {"resultTypes": ["violations"]}


def faults(page: Page, **options: object) -> list[str]:
    """Give the serious and critical findings of axe, each with its place."""
    found = axe.Axe().run(page, options={**_FINDINGS_ALONE, **options}).response["violations"]
    return [
        f"{finding['id']}: {node['html'][:160]}"
        for finding in found
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_a_phone(open_page: Open, address: str) -> None:
    page = open_page(f"ru/{address}", width=390)
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, page.evaluate(_WIDER)
    assert page.evaluate(_WIDER) == []


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_serious_in_light_and_dark(open_page: Open, address: str) -> None:
    page = open_page(f"en/{address}")
    page.evaluate(_OPEN)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, runOnly=["color-contrast"]) == []


@pytest.mark.parametrize("language", ["uz", "ru"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_home_page_of_other_languages(
    open_page: Open, language: str, theme: str
) -> None:
    assert faults(open_page(f"{language}/", theme=theme)) == []
