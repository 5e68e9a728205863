"""What holds of every page of the provider's desk, in every language: it parses strictly, with one heading on top."""

from __future__ import annotations

import io
import re
from typing import Any

import html5lib
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from mezon.web.accounts.acting import Actor
from mezon.web.desk import acts_filling as acts
from mezon.web.desk.models import Submission, Upload
from mezon.web.desk.states import CellState, State
from tests.web.desk.conftest import entry, later
from tests.web.people import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]


@pytest.fixture
def busy(client: Any, aziza: Actor, draft: Submission) -> Submission:
    """Give a form in which everything there is to show has happened."""
    assert aziza.person is not None
    sign_in(client, aziza.person)
    entries = [
        entry(draft, "RD_SPEND", "1300", note='"quoted" <b>'), entry(draft, "TOTAL_SPEND", "<script>"),
        entry(draft, "PATENTS", "-3"),
    ]  # fmt: skip
    acts.save_cells(aziza, draft, entries=entries, now=later(1))
    cell = draft.cells.get(indicator="RD_SPEND").pk
    acts.attach_evidence(aziza, draft, cell=cell, name="a <b>.pdf", content=b"%PDF-1", now=later(2))
    acts.comment(aziza, draft, cell=cell, text="<i>why</i>", now=later(3))
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("desk:workbook", args=[draft.pk])).content))
    book[book.sheetnames[1]]["I5"].value = "thirteen <b>"
    book[book.sheetnames[1]]["I6"].value = 500
    content = io.BytesIO()
    book.save(content)
    sent = SimpleUploadedFile("a <b>.xlsx", content.getvalue())
    client.post(reverse("desk:upload", args=[draft.pk]), {"file": sent})
    return draft


def addresses(one: Submission) -> list[str]:
    cell = one.cells.get(indicator="RD_SPEND").pk
    upload = Upload.objects.latest("id").pk
    return [
        reverse("desk:home"),
        reverse("desk:calendar"),
        reverse("desk:submission", args=[one.pk]),
        reverse("desk:history", args=[one.pk, cell]),
        reverse("desk:submit", args=[one.pk]),
        reverse("desk:upload-result", args=[one.pk, upload]),
        reverse("desk:submission", args=[10**6]),
    ]


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED])
def test_every_page_parses_strictly(client: Any, busy: Submission, language: str, state: State) -> None:
    Submission.objects.filter(pk=busy.pk).update(state=state)
    busy.cells.filter(indicator="TOTAL_SPEND").update(state=CellState.RETURNED, returned_reason="Why <so>?")
    with override(language):
        for address in addresses(busy):
            if state == State.RETURNED and address.endswith("/submit/"):
                continue
            html = client.get(address).content.decode()
            html5lib.HTMLParser(strict=True).parse(html)
            assert len(re.findall(r"<h1[ >]", html)) == 1, address
            assert f'<html lang="{language}">' in html
            assert "<script>" not in html
            assert "<b>.pdf" not in html


def test_every_id_stands_once_and_every_label_has_its_field(client: Any, busy: Submission) -> None:
    for address in addresses(busy):
        html = client.get(address).content.decode()
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), address
        for target in re.findall(r'<label for="([^"]+)"', html):
            assert target in ids, (address, target)


def test_no_page_needs_what_the_policy_forbids(client: Any, busy: Submission) -> None:
    for address in addresses(busy):
        answer = client.get(address)
        html = answer.content.decode()
        assert " style=" not in html, address
        assert not re.search(r"\son[a-z]+=", html), address
        assert "script-src 'self'" in answer["Content-Security-Policy"]
