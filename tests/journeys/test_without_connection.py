"""A reader whose connection ends: the browser shows our page that says so, not its own, and no old number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("journeys")


def test_without_a_connection_a_page_of_ours_says_what_to_do(open_page: Callable[..., Page]) -> None:
    page = open_page("en/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/en/ranking/")
    assert page.get_by_role("heading", level=1).inner_text() == "The site cannot be reached"
    assert "of 100" not in page.content()
    page.context.set_offline(False)
    page.goto("/en/ranking/")
    assert "Ranking" in page.get_by_role("heading", level=1).inner_text()
