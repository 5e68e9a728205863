"""A reader plays with an index: sliders answer at once, the address says all of it, and without scripts a form does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.journeys.running_site import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Open = Callable[..., Page]

pytestmark = pytest.mark.xdist_group("journeys")
LABEL = "Your variant, not the official index"


def ranks(page: Page) -> dict[str, str]:
    """Give each unit's own rank as the page shows it."""
    rows = page.locator("table.variant tbody tr")
    cells = rows.evaluate_all(
        "rows => rows.map(row => [row.querySelector('th').innerText, row.querySelector('td.mine b').innerText])"
    )
    return dict(cells)


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def wait_for(page: Page, **wanted: str) -> None:
    """Wait until the address says something; `step7="..."`, or `w_RESOURCE` for `w.RESOURCE`."""
    query = {name.replace("w_", "w."): [value] for name, value in wanted.items()}
    page.wait_for_url(lambda url: {name: parse_qs(urlsplit(url).query).get(name) for name in query} == query)


def test_moving_a_weight_changes_ranks_and_address_at_once_and_a_shared_address_restores_both(open_page: Open) -> None:
    page = open_page("en/what-if/")
    official = ranks(page)
    slider = page.locator("input[type=range][aria-labelledby=w-RESOURCE-label]")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    wait_for(page, w_RESOURCE="2")
    assert page.locator("#w-RESOURCE").input_value() == "2"
    assert page.locator("#result .mark.variant").inner_text() == LABEL
    mine = ranks(page)
    assert mine != official
    assert "units have another rank" in page.locator("#said").text_content()
    page.get_by_label("From points to a score: National conditions").select_option("aggregate/arithmetic")
    wait_for(page, step7="aggregate/arithmetic")
    page.locator("#drop-CO2_GDP").check()
    wait_for(page, drop="CO2_GDP")
    shared = open_page(page.url.split("/", 3)[3])
    assert ranks(shared) == ranks(page)
    assert shared.locator("#drop-CO2_GDP").is_checked()
    shared.get_by_role("link", name="Русский").click()
    shared.wait_for_url("**/ru/what-if/?*")
    assert asked(shared) == asked(page)
    shared.go_back()
    shared.get_by_role("link", name="Back to the official index").click()
    shared.wait_for_url("**/en/what-if/")
    assert ranks(shared) == official


def test_the_language_switch_keeps_what_a_slider_has_just_changed(open_page: Open) -> None:
    page = open_page("en/what-if/")
    page.locator("#w-TECHNOLOGY").fill("0.5")
    wait_for(page, w_TECHNOLOGY="0.5")
    page.get_by_role("link", name="Oʻzbekcha").click()
    page.wait_for_url("**/uz/what-if/?w.TECHNOLOGY=0.5")
    assert page.locator("#w-TECHNOLOGY").input_value() == "0.5"


def test_without_javascript_the_form_gives_the_same_answer_by_a_short_address(open_page: Open) -> None:
    page = open_page("en/what-if/", scripts=False)
    assert page.locator("input[type=range]").count() == 0
    page.locator("#w-RESOURCE").fill("2")
    page.get_by_role("button", name="Show").first.click()
    page.wait_for_url("**/en/what-if/?w.RESOURCE=2#result")
    assert page.locator("#result .mark.variant").inner_text() == LABEL
    with_scripts = open_page("en/what-if/?w.RESOURCE=2")
    assert ranks(page) == ranks(with_scripts)


def test_the_methodology_file_of_a_variant_is_saved_under_the_name_that_the_command_uses(open_page: Open) -> None:
    page = open_page("en/what-if/?w.RESOURCE=2")
    with page.expect_download() as expected:
        page.get_by_role("link", name="Methodology file of your variant").click()
    command = page.locator("#result pre code").inner_text()
    assert f"-m {expected.value.suggested_filename} " in command


def test_when_the_site_does_not_answer_the_last_answer_stays_and_that_is_said(open_page: Open) -> None:
    page = open_page("en/what-if/?w.RESOURCE=2")
    before = ranks(page)
    page.context.set_offline(True)
    page.locator("#w-RESOURCE").fill("3")
    page.locator("#said.failed").get_by_text("does not answer").wait_for()
    assert ranks(page) == before
    page.context.set_offline(False)


def test_from_the_ranking_to_robustness_and_its_pictures(open_page: Open) -> None:
    page = open_page("en/ranking/")
    with page.expect_navigation():
        page.get_by_role("link", name="How sure the ranks are").click()
    assert page.locator("h1").inner_text().startswith("Robustness")
    pictures = page.locator("main figure img")
    assert pictures.count() == 6
    for number in range(6):
        picture = pictures.nth(number)
        picture.scroll_into_view_if_needed()
        wait_until(lambda shown=picture: bool(shown.evaluate("image => image.complete && image.naturalWidth > 0")))
