"""Workbooks and texts changed by chance, through the page and the API: always an answer, never a fault.

The changes are seeded. MEZON_FUZZ says how many files of each kind are tried (the long run: MEZON_FUZZ=5000).
"""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from mezon.web.accounts.acting import Actor
from mezon.web.desk.models import Submission, Upload
from tests.web.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.web.people import sign_in

pytestmark = pytest.mark.django_db

_FILES = int(os.environ.get("MEZON_FUZZ", "40"))
_SEED = int(os.environ.get("MEZON_FUZZ_SEED", "6"))
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT = "indicator,period,value,status,note\nRD_SPEND,2025,13.25,,ours\nTOTAL_SPEND,2025,492,E,\nPATENTS,2025,,M,none\n"
#: What is put where something else stood.
_ODD = [
    b"", b"\0", b"\xff\xfe", b'"', b"'", b",", b";", b"\t", b"\r", b"\n", b"=1+1", b"-", b"1e999", b"NaN", b"-0",
    b"\xe2\x80\xae", b"9" * 400, b"1 234,5", b"2025-02-30", b"<v>", b"</c>", b"<!--", b"]]>", b"&amp;", b"&#0;",
    b"&#x110000;", b"A1048577", b"XFE1", b't="s"', b't="e"', b't="d"', b's="99999"', b"99999999999", b"RD_SPEND",
    b"#value", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
]  # fmt: skip


@pytest.fixture
def entrances(
    client: Any, aziza: Actor, draft: Submission, program: Callable[..., Program], settings: Any  # noqa: F811
) -> Callable[[bytes, str], list[int]]:  # fmt: skip
    """Give a function that sends a file by page and API, opens what came of it, and gives the statuses."""
    from django.test import Client

    from mezon.web.api.limiting import Rate

    settings.MEZON_API_RATES = (Rate(burst=1e9, a_second=1e9), Rate(burst=1e9, a_second=1e9))
    assert aziza.person is not None
    browser = Client(raise_request_exception=False)
    sign_in(browser, aziza.person)
    ours = program(aziza.person)

    def send(content: bytes, kind: str) -> list[int]:
        with transaction.atomic():
            page = browser.post(reverse("desk:upload", args=[draft.pk]), {"file": SimpleUploadedFile("f", content)})
            answers = [page]
            if page.status_code == 302:
                answers.append(browser.get(page["Location"]))
                answers.append(browser.get(f"{page['Location']}annotated/"))
                answers.append(browser.post(f"{page['Location']}confirm/", {"mode": "good"}))
            transaction.set_rollback(True)
        with transaction.atomic():
            told = ours.ask("POST", f"/submissions/{draft.pk}/uploads", content, kind=kind)
            answers.append(told)
            if told.status_code == 201:
                key = told.json()["id"]
                answers.append(ours.ask("POST", f"/submissions/{draft.pk}/uploads/{key}/confirm", {"mode": "good"}))
            transaction.set_rollback(True)
        return [answer.status_code for answer in answers]

    return send


def _changed(content: bytes, chance: random.Random) -> bytes:
    """Change some places: other bytes, gone, twice, or something odd instead."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if not made:
            break
        place, length = chance.randrange(len(made)), chance.choice((1, 1, 3, 20, 300))
        match chance.randrange(5):
            case 0:
                made[place] = chance.randrange(256)
            case 1:
                del made[place : place + length]
            case 2:
                made[place:place] = made[place : place + length]
            case 3:
                made[place : place + length] = chance.choice(_ODD)
            case _:
                made[place:place] = chance.choice(_ODD)
    return bytes(made)


def _changed_workbook(parts: dict[str, bytes], chance: random.Random) -> bytes:
    """Change the parts and pack them soundly, so that the change comes past the archive to its reader."""
    made = dict(parts)
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(sorted(made))
        match chance.randrange(12):
            case 0:
                made.pop(name)
            case 1:
                made[f"{name}{chance.choice(('x', '/y', ' '))}"] = made[name]
            case _:
                made[name] = _changed(made[name], chance)
        if not made:
            break
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in made.items():
            archive.writestr(zipfile.ZipInfo(name), part, compress_type=zipfile.ZIP_DEFLATED)
    content = target.getvalue()
    return _changed(content, chance) if chance.randrange(8) == 0 else content


def test_no_workbook_changed_by_chance_makes_a_fault(
    client: Any, aziza: Actor, draft: Submission, entrances: Any
) -> None:
    assert aziza.person is not None
    sign_in(client, aziza.person)
    content = client.get(reverse("desk:workbook", args=[draft.pk])).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    _hold(lambda chance: _changed_workbook(parts, chance), _WORKBOOK, entrances)


def test_no_text_changed_by_chance_makes_a_fault(entrances: Any) -> None:
    variants = [
        _TEXT.encode(),
        _TEXT.replace(",", ";").encode("utf-16"),
        _TEXT.replace(",", "\t").encode("windows-1251"),
    ]
    _hold(lambda chance: _changed(chance.choice(variants), chance), "text/csv", entrances)


def _hold(make: Callable[[random.Random], bytes], kind: str, entrances: Callable[[bytes, str], list[int]]) -> None:
    """Send files made by chance; name the seeds of those at which the site failed, and see that some came through."""
    failed, read = {}, 0
    for number in range(_FILES):
        seed = _SEED * 1_000_000 + number
        statuses = entrances(make(random.Random(seed)), kind)  # noqa: S311 - no secret
        read += 302 in statuses
        if any(status >= 500 for status in statuses):
            failed[seed] = statuses
    assert not failed
    assert read > _FILES // 10, "hardly a file came past the door: nothing was tried"
    assert not Upload.objects.exists()
