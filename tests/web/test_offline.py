"""Without a connection: one page is kept, it says what to do, and no number is ever shown from the past."""

from __future__ import annotations

import re
from typing import Any

import html5lib

from mezon.web.fingerprints import FingerprintedStorage


def test_the_page_for_no_connection_speaks_three_languages_and_parses_strictly(client: Any) -> None:
    html = client.get("/offline/").content.decode("utf-8")
    html5lib.HTMLParser(strict=True).parse(html)
    assert re.findall(r'lang="(..)"', html) == ["en", "uz", "ru"]


def test_the_worker_keeps_only_that_page_and_the_stylesheet(client: Any) -> None:
    answer = client.get("/offline-worker.js")
    script = answer.content.decode("utf-8")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert '"/offline/"' in script
    assert FingerprintedStorage().url("mezon.css") in script
    assert "addAll([PAGE, STYLE])" in script


def test_a_stylesheet_of_another_content_has_another_address(settings: Any, tmp_path: Any) -> None:
    settings.STATICFILES_DIRS = [tmp_path]
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    try:
        style = tmp_path / "mezon.css"
        style.write_text("a { color: red }", encoding="utf-8")
        first = FingerprintedStorage().url("mezon.css")
        style.write_text("a { color: green }", encoding="utf-8")
        second = FingerprintedStorage().url("mezon.css")
    finally:
        finders.get_finder.cache_clear()
    assert re.fullmatch(r"/static/mezon\.css\?v=[0-9a-f]{12}", first)
    assert first != second
