"""Hostile files through the real entrances, the page and the API: refused with a sentence, in time and memory.

What each file is, and that the reader refuses it, is in tests/collect; here the whole way of a request is measured.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hostile_files import HOSTILE, SOUND

from mezon.web.accounts.acting import Actor
from mezon.web.desk.models import Submission, Upload
from tests.web.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.web.people import sign_in

pytestmark = pytest.mark.django_db

#: Generous: a request takes a tenth of this on an idle machine. Seconds, and bytes above what the process held.
_SECONDS, _BYTES = 20.0, 700_000_000
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADER = "indicator,period,value\n"
#: Texts are no workbooks: those that are refused as texts, and those that are read and found to be of no use.
_TEXTS: dict[str, Callable[[], bytes]] = {
    "a million columns": lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b"1," * 999_999 + b"1\n",
    "one endless quotation": lambda: (_HEADER + 'RD_SPEND,2025,"').encode() + b"x" * 20_000_000,
    "one line of twenty megabytes": lambda: b"a" * 20_000_000,
    "a million empty lines": lambda: (_HEADER + "\n" * 1_000_000).encode(),
    "a number of a million digits": lambda: (_HEADER + "RD_SPEND,2025," + "9" * 1_000_000 + "\n").encode(),
    "broken UTF-8": lambda: _HEADER.encode() + b"RD_SPEND,2025,\xff\xfe\xff\n",
    "half a sign of UTF-16": lambda: b"\xff\xfe" + _HEADER.encode("utf-16-le") + b"\x00",
    "nothing but separators": lambda: b";;;;;;;;;;\n" * 100_000,
    "formulas": lambda: (_HEADER + "RD_SPEND,2025,=1+1\n=cmd|' /C calc'!A0,2025,1\n").encode(),
}


@pytest.fixture
def web(client: Any, aziza: Actor, draft: Submission) -> Callable[[bytes, str], Any]:
    """Give a function that sends a file by the page."""
    assert aziza.person is not None
    sign_in(client, aziza.person)
    client.raise_request_exception = False

    def send(content: bytes, name: str = "a.xlsx") -> Any:
        file = SimpleUploadedFile(name, content)
        return client.post(reverse("desk:upload", args=[draft.pk]), {"file": file})

    return send


@pytest.fixture
def api(program: Callable[..., Program], aziza: Actor, draft: Submission, settings: Any) -> Callable[..., Any]:  # noqa: F811
    """Give a function that sends a file by the API."""
    from mezon.web.api.limiting import Rate

    settings.MEZON_API_RATES = (Rate(burst=1e6, a_second=1e6), Rate(burst=1e6, a_second=1e6))
    ours = program(aziza.person)

    def send(content: bytes, name: str = "a.xlsx", kind: str = _WORKBOOK) -> Any:
        return ours.ask("POST", f"/submissions/{draft.pk}/uploads?name={name}", content, kind=kind)

    return send


@contextmanager
def within_bounds() -> Iterator[None]:
    """Hold what happens inside to the bounds of time and, where the system tells the peak, of memory."""
    clear = Path("/proc/self/clear_refs")
    try:
        clear.write_text("5", encoding="ascii")
    except OSError:
        clear = Path()
    before, began = _kilobytes("VmRSS"), time.perf_counter()
    yield
    assert time.perf_counter() - began < _SECONDS
    if clear.name:
        assert (_kilobytes("VmHWM") - before) * 1024 < _BYTES


def _kilobytes(what: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(what):
            return int(line.split()[1])
    return 0


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "a CSV"])
def test_a_hostile_workbook_is_refused_by_page_and_api_with_the_sentence_of_its_rule(
    name: str, web: Any, api: Any
) -> None:
    make, _code = HOSTILE[name]
    content = make()
    with within_bounds():
        page = web(content)
    with within_bounds():
        told = api(content)
    assert page.status_code in {413, 422}, page.status_code
    assert told.status_code in {413, 422}, told.status_code
    words = told.json()
    assert len(words["detail"]) > 20
    assert words["hint"]
    if told.status_code == 422:
        text = html.unescape(page.content.decode())
        assert words["detail"] in text
        assert words["hint"] in text
    assert not Upload.objects.exists()


@pytest.mark.endurance
@pytest.mark.parametrize("name", _TEXTS)
def test_a_hostile_text_is_refused_or_its_faults_are_shown_and_nothing_of_it_is_written(
    name: str, web: Any, api: Any, draft: Submission
) -> None:
    content = _TEXTS[name]()
    with within_bounds():
        page = web(content, "a.csv")
    with within_bounds():
        told = api(content, "a.csv", "text/csv")
    assert page.status_code in {302, 413, 422}
    assert told.status_code in {201, 413, 422}
    assert (page.status_code == 302) == (told.status_code == 201)
    for made in Upload.objects.all():
        assert made.counts.get("new", 0) == made.counts.get("changed", 0) == 0
        assert made.counts["faults"] or made.settings
    assert not draft.cells.exclude(text="").exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\\..\\b.xlsx", "=cmd.xlsx", "x" * 180 + ".xlsx", "con", "‮xslx.exe"]
)
def test_the_name_of_a_file_is_shown_and_never_a_path(name: str, web: Any, api: Any, settings: Any) -> None:
    home = Path(settings.HOME)
    own = {"kept", "counts"}  # named by digests
    before = {path for path in home.rglob("*") if path.is_file() and not own & set(path.parts)}
    for answer in (web(SOUND, name), api(SOUND, name)):
        assert answer.status_code in {201, 302, 422}
    assert {path for path in home.rglob("*") if path.is_file() and not own & set(path.parts)} == before
    for made in Upload.objects.all():
        assert not set(made.name) & set("/\\\0")


def test_a_file_larger_than_any_is_refused_before_it_is_read(web: Any, client: Any, draft: Submission) -> None:
    answer = client.generic(
        "POST", reverse("desk:upload", args=[draft.pk]), b"--x--\r\n",
        content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(5_000_000_000),
    )  # fmt: skip
    assert answer.status_code == 413
    assert "MB" in answer.content.decode()
