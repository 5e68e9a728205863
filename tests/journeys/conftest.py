"""A real browser before a real server: `mezon serve` in a process of its own, Debian's Chromium, and nothing else.

All journeys stand in one xdist group, so that one server and one browser do for all of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.journeys.running_site import Site

pytest.importorskip("django", reason="the site is an extra: pip install mezon[web,report]")
playwright = pytest.importorskip("playwright.sync_api", reason="journeys need playwright (requirements/dev.lock)")

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Chromium itself would ask its maker for updates and components; a journey must not.
_SILENT = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
Open = Callable[..., "Page"]


@pytest.fixture(scope="session")
def journey_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home folder, so that a pack is published once."""
    return tmp_path_factory.mktemp("journeys")


@pytest.fixture(scope="session")
def site(journey_home: Path) -> Iterator[str]:
    """Give the address of the site."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium; .ci/run does)")
    served = Site(journey_home, "serve", "uzbekistan")
    served.wait()
    yield served.address
    served.end_by_ctrl_c()


@pytest.fixture(scope="session")
def browser(site: str) -> Iterator[Browser]:
    """Give Chromium without a window.

    Its driver keeps an event loop in this thread until the session ends; Django, whose tests may follow in the same
    process, would take that for asynchronous code and refuse its database.
    """
    with pytest.MonkeyPatch.context() as patch, playwright.sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = driver.chromium.launch(executable_path=CHROMIUM, args=list(_SILENT))
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Give a function that opens an address in a fresh browser: `open_page("en/ranking/", width=390)`.

    When the test has ended, every request that any page made must have gone to this machine, and none have failed.
    """
    contexts: list[Any] = []
    asked: list[str] = []
    failed: list[str] = []

    def opened(address: str = "", *, width: int = 1280, theme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=scripts, base_url=site
        )
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        context.on("response", lambda answer: failed.append(answer.url) if answer.status >= 500 else None)
        page = context.new_page()
        page.goto(f"/{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
    elsewhere = [url for url in asked if urlsplit(url).hostname not in {"127.0.0.1", None}]
    assert not elsewhere, f"requests left this machine: {elsewhere}"
    assert not failed, f"answered with an error: {failed}"
