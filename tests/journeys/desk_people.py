"""People in a browser: invited by a link, with a password of their own, and a second factor where their role asks."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import struct
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "four gentle camels walk north"  # noqa: S105


class Desk:
    """A site with a desk, and the browsers of those who work there; one browser a person."""

    def __init__(self, browser: Browser, address: str, home: Path, environment: Mapping[str, str]) -> None:
        """`environment` : what the site's process has besides MEZON_HOME."""
        self.address = address
        self._browser, self._home, self._environment = browser, home, environment
        self._contexts: list[Any] = []
        self.failed: list[str] = []

    def mezon(self, *arguments: str) -> str:
        """Run a command of `mezon` on this site, and give what it says."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MEZON_", "DJANGO_"))}
        done = subprocess.run(
            [sys.executable, "-m", "mezon", *arguments],
            env={**kept, "MEZON_HOME": str(self._home), **self._environment},
            capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def administrator(self, email: str) -> Page:
        """Invite the first administrator from the command line, and take their seat."""
        said = self.mezon("invite", email, "--role", "administrator", "--site", self.address)
        link = re.search(r"http://\S+", said)
        assert link, said
        return self.join(link[0], email, "The administrator", second_factor=True)

    def invited(self, administrator: Page, email: str, role: str, *, unit: str = "") -> str:
        """Invite somebody through the page, and give the link it shows."""
        administrator.goto(f"{self.address}/en/account/people/invite/")
        administrator.get_by_label("E-mail address").fill(email)
        administrator.get_by_label("Role").select_option(role)
        administrator.get_by_label("Where").select_option(f"metallia/{unit}" if unit else "metallia")
        administrator.get_by_role("button", name="Invite").click()
        return administrator.locator("code.secret").inner_text().strip()

    def join(self, link: str, email: str, name: str, *, second_factor: bool, scripts: bool = True) -> Page:
        """Follow the link of an invitation in a browser of one's own: password, sign-in, second factor."""
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 900}, accept_downloads=True, java_script_enabled=scripts
        )
        context.on("response", lambda answer: self.failed.append(answer.url) if answer.status >= 500 else None)
        context.set_default_timeout(60_000)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Your name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Set the password").click()
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/login/" not in address and "/join/" not in address)
        if second_factor:
            self._set_up_factor(page)
        return page

    def _set_up_factor(self, page: Page) -> None:
        page.goto(f"{self.address}/en/account/factor/activate/")
        if page.locator("input[type=password]").count():
            page.locator("input[type=password]").fill(PASSWORD)
            page.locator("main form button").first.click()
            page.goto(f"{self.address}/en/account/factor/activate/")
        secret = page.locator(".secret").first.inner_text().strip()
        page.locator("input[name=code]").fill(one_time_code(secret))
        page.locator("main form button").first.click()
        page.goto(f"{self.address}/en/account/")
        assert "rests" not in page.inner_text("main")

    def close(self) -> None:
        """Close every browser; no page may have failed."""
        for context in self._contexts:
            context.close()
        assert not self.failed, f"answered with an error: {self.failed}"


def one_time_code(secret: str) -> str:
    """Give the code of this half minute, as an authenticator app does (RFC 6238)."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
