"""A real browser before a real server: `mezon serve` in a process of its own, Debian's Chromium, and nothing else.

All journeys stand in one xdist group, so that one server and one browser do for all of them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

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
_PATIENCE = 90.0

Open = Callable[..., "Page"]


def free_port() -> int:
    """Give a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The site in a process of its own, as a person starts it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        """`arguments` : those of `mezon`, without --port."""
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEZON_", "DJANGO_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mezon", *arguments, "--port", str(self.port)],
            env={**kept, "MEZON_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip

    def wait(self) -> list[str]:
        """Give the lines said until the site answers."""
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line.rstrip())
            if line.startswith("Serving"):
                return said
        raise AssertionError(f"The site ended before it answered: {said}")

    def end_by_ctrl_c(self) -> tuple[int, str]:
        """Send what Ctrl-C sends, to everybody a terminal would send it to; give exit code and last words."""
        os.killpg(self._process.pid, signal.SIGINT)
        try:
            said, _ = self._process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise
        return self._process.returncode, said

    def processes(self) -> list[int]:
        """Give every process that the site has: itself, its workers, and whoever draws in the background."""
        found, added = {self._process.pid}, True
        while added:
            children = {child for child, parent in _parents() if parent in found} - found
            added = bool(children)
            found |= children
        return sorted(found)


def _parents() -> Iterator[tuple[int, int]]:
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue
        if parent := re.search(r"^PPid:\s*(\d+)", text, re.MULTILINE):
            yield int(status.parent.name), int(parent[1])


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
    """Give Chromium without a window."""
    with playwright.sync_playwright() as driver:
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


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    until = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
