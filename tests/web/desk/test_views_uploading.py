"""The form as a file: down, filled in, up, every fault at its cell, confirmed once."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mezon.web.accounts.acting import Actor
from mezon.web.desk import acts_filling as acts
from mezon.web.desk.models import CellVersion, Submission, Upload
from mezon.web.desk.reading import kept_reading
from mezon.web.desk.states import CellState, State
from tests.web.desk.conftest import entry, later
from tests.web.people import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]


@pytest.fixture
def as_aziza(client: Any, aziza: Actor) -> Any:
    assert aziza.person is not None
    sign_in(client, aziza.person)
    return client


@pytest.fixture
def filled(as_aziza: Any, draft: Submission) -> Callable[..., bytes]:
    """Give a function that downloads the workbook and fills it in: `filled(RD_SPEND=13)`."""

    def one(**values: Any) -> bytes:
        content = as_aziza.get(reverse("desk:workbook", args=[draft.pk])).content
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book[book.sheetnames[1]]
        marks = [cell.value for cell in sheet[3]]
        for row in sheet.iter_rows(min_row=5):
            indicator = str(row[0].value or "").partition("|")[0]
            if indicator in values:
                row[marks.index("#value")].value = values[indicator]
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()

    return one


@pytest.fixture
def send(as_aziza: Any, draft: Submission) -> Callable[..., Any]:
    def one(content: bytes, name: str = "return.xlsx", **more: str) -> Any:
        file = SimpleUploadedFile(name, content)
        return as_aziza.post(reverse("desk:upload", args=[draft.pk]), {"file": file, **more})

    return one


def last() -> Upload:
    return Upload.objects.latest("id")


def values(draft: Submission) -> dict[str, float | None]:
    return dict(draft.cells.values_list("indicator", "value"))


def confirm(client: Any, mode: str) -> Any:
    made = last()
    return client.post(reverse("desk:confirm", args=[made.submission.pk, made.pk]), {"mode": mode}, follow=True)


def test_reading_a_file_writes_nothing(send: Any, filled: Any, draft: Submission) -> None:
    assert send(filled(RD_SPEND=13, TOTAL_SPEND=500)).status_code == 302
    assert set(values(draft).values()) == {None}
    assert {**last().counts, "faults": 0} == {
        "read": 2, "new": 2, "changed": 0, "unchanged": 0, "rejected": 0, "faults": 0,
    }  # fmt: skip


def test_what_is_confirmed_is_written_with_its_place_and_a_receipt(
    as_aziza: Any, send: Any, filled: Any, draft: Submission
) -> None:
    send(filled(RD_SPEND=13, TOTAL_SPEND=500))
    html = confirm(as_aziza, "all").content.decode()
    assert values(draft) == {"RD_SPEND": 13.0, "TOTAL_SPEND": 500.0, "PATENTS": None}
    cell = draft.cells.get(indicator="RD_SPEND")
    assert cell.place == "Money!I5"
    assert cell.versions.get().upload == last()
    assert last().receipt in html
    assert len(last().receipt) == 64


def test_the_same_file_twice_changes_nothing(as_aziza: Any, send: Any, filled: Any, draft: Submission) -> None:
    content = filled(RD_SPEND=13, TOTAL_SPEND=500)
    send(content)
    confirm(as_aziza, "all")
    html = send(content).headers["Location"]
    assert last().counts["unchanged"] == 2
    assert "says nothing new" in as_aziza.get(html).content.decode()
    confirm(as_aziza, "all")
    assert CellVersion.objects.count() == 2


def test_confirming_twice_writes_once(as_aziza: Any, send: Any, filled: Any) -> None:
    send(filled(RD_SPEND=13))
    first, second = confirm(as_aziza, "all"), confirm(as_aziza, "all")
    assert first.status_code == second.status_code == 200
    assert CellVersion.objects.count() == 1


def test_every_fault_is_listed_with_its_cell_and_can_be_filtered(as_aziza: Any, send: Any, filled: Any) -> None:
    send(filled(RD_SPEND="thirteen", TOTAL_SPEND="n/a", PATENTS=-1))
    made = last()
    address = reverse("desk:upload-result", args=[made.submission.pk, made.pk])
    html = as_aziza.get(address).content.decode()
    for place in ("Money!I5", "Money!I6", "Money!I7"):
        assert place in html
    assert made.counts["rejected"] == 3
    only = as_aziza.get(address, {"rule": "cell-outside-range"}).content.decode()
    assert only.partition("What would be written")[0].count('class="place"') == 1
    assert "Money!I7" in only


def test_all_or_nothing_writes_nothing_when_a_cell_is_rejected(
    as_aziza: Any, send: Any, filled: Any, draft: Submission
) -> None:
    send(filled(RD_SPEND="thirteen", TOTAL_SPEND=500))
    assert confirm(as_aziza, "all").status_code == 422
    assert set(values(draft).values()) == {None}


def test_the_good_cells_only_are_written_when_that_is_chosen(
    as_aziza: Any, send: Any, filled: Any, draft: Submission
) -> None:
    send(filled(RD_SPEND="thirteen", TOTAL_SPEND=500))
    confirm(as_aziza, "good")
    assert values(draft) == {"RD_SPEND": None, "TOTAL_SPEND": 500.0, "PATENTS": None}


def test_a_value_beside_another_unit_is_rejected_with_its_whole_line(
    as_aziza: Any, send: Any, filled: Any, draft: Submission
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(RD_SPEND=13, TOTAL_SPEND=500)))
    book["Money"]["E5"] = "thousand of the test currency"
    changed = io.BytesIO()
    book.save(changed)
    send(changed.getvalue())
    counts = last().counts
    assert (counts["read"], counts["new"], counts["rejected"]) == (2, 1, 1)
    assert confirm(as_aziza, "all").status_code == 422
    confirm(as_aziza, "good")
    assert values(draft) == {"RD_SPEND": None, "TOTAL_SPEND": 500.0, "PATENTS": None}


def test_faults_stand_before_questions_and_rows_in_their_order(
    as_aziza: Any, send: Any, filled: Any, draft: Submission
) -> None:
    send(filled(RD_SPEND=39, TOTAL_SPEND="n/a", PATENTS=-1))
    read = kept_reading(last().reading_sha256)
    assert [(str(one.severity), one.key) for one in read.findings] == [
        ("error", "Money!I6"), ("error", "Money!I7"), ("warning", "Money!I5"),
    ]  # fmt: skip
    address = reverse("desk:upload-result", args=[draft.pk, last().pk])
    html = as_aziza.get(address).content.decode()
    cell = draft.cells.get(indicator="PATENTS")
    assert f'{draft.get_absolute_url()}?cell={cell.pk}#cell-{cell.pk}">Patents granted</a>' in html


def test_new_cells_are_listed_beside_changed_ones_by_their_names(
    as_aziza: Any, send: Any, filled: Any, draft: Submission, aziza: Actor
) -> None:
    content = filled(RD_SPEND=13, TOTAL_SPEND=500)
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "12.5")], now=later(1))
    send(content)
    html = as_aziza.get(reverse("desk:upload-result", args=[draft.pk, last().pk])).content.decode()
    changes = html.partition('id="changes"')[2]
    assert changes.index("Money!I5") < changes.index("12.5") < changes.index("Money!I6") < changes.index("500")
    assert "RD_SPEND" not in changes


def test_the_annotated_workbook_names_the_fault_at_its_cell(as_aziza: Any, send: Any, filled: Any) -> None:
    send(filled(RD_SPEND="thirteen"))
    made = last()
    content = as_aziza.get(reverse("desk:annotated", args=[made.submission.pk, made.pk])).content
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Money"]
    assert sheet["I5"].value == "thirteen"
    assert "thirteen" in sheet["I5"].comment.text


def test_an_empty_cell_of_a_file_erases_nothing(
    as_aziza: Any, send: Any, filled: Any, draft: Submission, aziza: Actor
) -> None:
    content = filled(TOTAL_SPEND=500)
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "13")], now=later(1))
    send(content)
    confirm(as_aziza, "all")
    assert values(draft) == {"RD_SPEND": 13.0, "TOTAL_SPEND": 500.0, "PATENTS": None}


def test_what_somebody_changed_since_the_reading_is_not_written_over(
    as_aziza: Any, send: Any, filled: Any, draft: Submission, aziza: Actor
) -> None:
    send(filled(RD_SPEND=13, TOTAL_SPEND=500))
    acts.save_cells(aziza, draft, entries=[entry(draft, "RD_SPEND", "14")], now=later(1))
    answer = confirm(as_aziza, "all")
    assert answer.status_code == 409
    assert values(draft) == {"RD_SPEND": 14.0, "TOTAL_SPEND": None, "PATENTS": None}


def test_a_file_does_not_change_a_closed_cell(as_aziza: Any, send: Any, filled: Any, draft: Submission) -> None:
    Submission.objects.filter(pk=draft.pk).update(state=State.RETURNED)
    draft.cells.filter(indicator="RD_SPEND").update(state=CellState.RETURNED)
    send(filled(RD_SPEND=13, TOTAL_SPEND=500))
    html = as_aziza.get(reverse("desk:upload-result", args=[draft.pk, last().pk])).content.decode()
    assert "cell-closed" in html
    confirm(as_aziza, "good")
    assert values(draft) == {"RD_SPEND": 13.0, "TOTAL_SPEND": None, "PATENTS": None}


def test_the_workbook_of_another_enterprise_brings_nothing(
    client: Any, send: Any, filled: Any, draft: Submission, bek: Actor, open_form: Any
) -> None:
    content = filled(RD_SPEND=13)
    theirs = open_form(bek, "B")
    assert bek.person is not None
    sign_in(client, bek.person)
    client.post(reverse("desk:upload", args=[theirs.pk]), {"file": SimpleUploadedFile("x.xlsx", content)})
    assert last().counts["read"] == 0 or last().counts["new"] == 0
    assert last().counts["faults"] >= 1
    assert set(values(theirs).values()) == {None}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""), ("zeros.xlsx", b"\0" * 100_000), ("page.xlsx", b"<html><table></table></html>"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512), ("broken.xlsx", b"PK\x03\x04" + b"\0" * 64),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n"), ("program.csv", b"MZ\x90\0"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_a_sentence_and_leaves_nothing(send: Any, name: str, content: bytes) -> None:
    answer = send(content, name=name)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "<h1>" in html
    assert "Traceback" not in html
    assert Upload.objects.count() == 0


def test_sending_no_file_says_what_to_do(as_aziza: Any, draft: Submission) -> None:
    answer = as_aziza.post(reverse("desk:upload", args=[draft.pk]), {})
    assert answer.status_code == 422
    assert "Choose a file" in answer.content.decode()


def test_nothing_is_uploaded_once_it_is_handed_in(send: Any, filled: Any, draft: Submission) -> None:
    content = filled(RD_SPEND=13)
    Submission.objects.filter(pk=draft.pk).update(state=State.SUBMITTED)
    assert send(content).status_code == 403
    assert Upload.objects.count() == 0
