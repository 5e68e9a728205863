"""A program of an enterprise fills in its form: the desk's own acts, asked for by a token, and never another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mezon.web.accounts.acting import Actor
from mezon.web.api.views.submissions import WORKBOOK
from mezon.web.audit.models import AuditRecord
from mezon.web.desk.models import CellVersion, Submission
from tests.web.api.conftest import Program
from tests.web.people import person_with

Made = Callable[..., Program]

SOUND = {"RD_SPEND": "13.2", "TOTAL_SPEND": "492", "PATENTS": "3"}


def to_put(values: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"cells": [{"indicator": name, "text": text} for name, text in values.items()], **more}


@pytest.fixture
def ours(aziza: Actor, program: Made) -> Program:
    return program(aziza.person)


@pytest.fixture
def theirs(bek: Actor, program: Made) -> Program:
    return program(bek.person)


def opened(ours: Program) -> dict[str, Any]:
    answer = ours.ask("POST", "/submissions", {"pack": "mypack", "form": "annual", "unit": "A", "period": "2025"})
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_forms_say_which_of_your_units_owe_them_for_which_periods(ours: Program) -> None:
    (form,) = ours.get("/packs/mypack/forms").json()["items"]
    assert (form["id"], form["units"], form["periods"], form["cells"]) == ("annual", ["A"], ["2025"], 3)


def test_opening_twice_gives_the_same_submission_with_its_cells(ours: Program) -> None:
    first, again = opened(ours), opened(ours)
    assert first["id"] == again["id"]
    assert [cell["indicator"] for cell in first["cells"]] == ["RD_SPEND", "TOTAL_SPEND", "PATENTS"]
    assert first["state"] == "draft"


def test_cells_are_put_as_typed_read_and_kept_with_who_and_why(ours: Program, aziza: Actor) -> None:
    made = opened(ours)
    answer = ours.ask("PUT", f"/submissions/{made['id']}/cells", to_put({"RD_SPEND": "1 234,5"}, reason="first count"))
    assert answer.status_code == 200, answer.content
    (outcome,) = answer.json()["outcomes"]
    assert (outcome["outcome"], outcome["version"]) == ("saved", 1)
    version = CellVersion.objects.get(cell_id=outcome["id"])
    assert (version.value, version.text, version.by, version.why) == (1234.5, "1 234,5", aziza.person, "t; first count")
    assert version.way == "api"
    record = AuditRecord.objects.filter(kind="act").latest("number")
    assert (record.action, record.unit) == ("submission.save", "A")


def test_a_wrong_value_is_found_at_its_cell(ours: Program) -> None:
    made = opened(ours)
    answer = ours.ask("PUT", f"/submissions/{made['id']}/cells", to_put({"PATENTS": "many"})).json()
    assert any(one["severity"] == "error" and one["value"] == "many" for one in answer["findings"])


def test_a_cell_that_the_form_does_not_have_is_listed_and_nothing_is_written(ours: Program) -> None:
    made = opened(ours)
    values = {**SOUND, "NONSENSE": "1", "OTHER": "2"}
    answer = ours.ask("PUT", f"/submissions/{made['id']}/cells", to_put(values))
    assert answer.status_code == 422
    assert [one["place"] for one in answer.json()["findings"]] == ["cells.3", "cells.4"]
    assert not CellVersion.objects.exists()


def test_a_cell_somebody_changed_meanwhile_is_a_conflict_and_none_is_written(ours: Program) -> None:
    made = opened(ours)
    path = f"/submissions/{made['id']}/cells"
    ours.ask("PUT", path, to_put({"RD_SPEND": "13"}))
    stale = {"cells": [{"indicator": "RD_SPEND", "text": "14", "version": 0}, {"indicator": "PATENTS", "text": "3"}]}
    answer = ours.ask("PUT", path, stale)
    assert answer.status_code == 409
    assert answer.json()["findings"][0]["code"] == "conflict"
    assert CellVersion.objects.count() == 1
    good = ours.ask("PUT", path, {**stale, "mode": "good"}).json()
    assert [one["outcome"] for one in good["outcomes"]] == ["conflict", "saved"]


def test_an_etag_guards_the_whole_submission(ours: Program) -> None:
    made = opened(ours)
    path = f"/submissions/{made['id']}"
    tag = ours.get(path)["ETag"]
    changed = ours.ask("PUT", f"{path}/cells", to_put({"RD_SPEND": "13"}), If_Match=tag)
    assert changed.status_code == 200
    assert changed["ETag"] != tag
    refused = ours.ask("PUT", f"{path}/cells", to_put({"RD_SPEND": "14"}), If_Match=tag)
    assert refused.status_code == 412
    assert ours.get(path)["ETag"] == changed["ETag"]


def test_a_submission_with_faults_is_not_handed_in_and_every_finding_is_listed(ours: Program) -> None:
    made = opened(ours)
    answer = ours.ask("POST", f"/submissions/{made['id']}/submit", {"statement": "I answer for it."})
    assert answer.status_code == 422
    assert len([one for one in answer.json()["findings"] if one["severity"] == "error"]) == 2
    assert Submission.objects.get().state == "draft"


def test_a_sound_submission_is_handed_in_and_taken_back(ours: Program) -> None:
    made = opened(ours)
    path = f"/submissions/{made['id']}"
    ours.ask("PUT", f"{path}/cells", to_put(SOUND))
    answer = ours.ask("POST", f"{path}/submit", {"statement": "I answer for it."})
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "submitted"
    assert len(answer.json()["receipt"]) == 64
    assert ours.ask("PUT", f"{path}/cells", to_put({"RD_SPEND": "14"})).status_code == 403
    back = ours.ask("POST", f"{path}/withdraw", {"reason": "one figure more"})
    assert back.json()["state"] == "draft"


def test_a_workbook_is_read_told_and_written_when_confirmed(ours: Program, draft: Submission) -> None:
    content = _workbook(draft, {"RD_SPEND": 13.2, "TOTAL_SPEND": 492})
    path = f"/submissions/{draft.pk}/uploads"
    sent = ours.ask("POST", path, content, kind=WORKBOOK)
    assert sent.status_code == 201, sent.content
    assert sent.json()["counts"]["new"] == 2
    assert not CellVersion.objects.exists()
    confirmed = ours.ask("POST", f"{path}/{sent.json()['id']}/confirm", {"mode": "all"})
    assert (confirmed.status_code, confirmed.json()["written"]) == (200, 2)
    again = ours.ask("POST", f"{path}/{sent.json()['id']}/confirm", {"mode": "all"})
    assert (again.status_code, CellVersion.objects.count()) == (200, 2)


def _workbook(submission: Submission, values: dict[str, float]) -> bytes:
    import polars as pl

    from mezon.collect.workbook import write_workbook
    from mezon.model.form import CELLS
    from mezon.web.desk.checking import known_of_submission
    from mezon.web.desk.knowing import definitions_of

    definitions = definitions_of(submission.pack)
    form = definitions.forms["annual"]
    rows = [
        {"indicator": name, "breakdown": "", "variant": "FACT", "period": "2025", "place": "", "text": str(value),
         "value": value, "status": "A", "note": ""}
        for name, value in values.items()
    ]  # fmt: skip
    before = known_of_submission(submission, form)
    frame = pl.DataFrame(rows, schema=CELLS)
    return write_workbook(
        form, "A", "2025", definitions=definitions, before=before, values=frame, language="en"
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"\x00" * 100, b"<?xml version='1.0'?><a/>"])
def test_what_is_no_workbook_is_refused_in_plain_words(ours: Program, draft: Submission, content: bytes) -> None:
    answer = ours.ask("POST", f"/submissions/{draft.pk}/uploads", content, kind=WORKBOOK)
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.json()["detail"]


OF_A = (
    ("GET", "", None),
    ("PUT", "/cells", to_put(SOUND)),
    ("POST", "/uploads", b"x"),
    ("POST", "/uploads/1/confirm", {"mode": "all"}),
    ("POST", "/submit", {"statement": "s"}),
    ("POST", "/withdraw", {"reason": "r"}),
)


@pytest.mark.parametrize(("method", "path", "body"), OF_A)
def test_enterprise_b_never_sees_a_byte_of_a_nor_that_it_is_there(
    ours: Program, theirs: Program, method: str, path: str, body: Any
) -> None:
    made = opened(ours)
    ours.ask("PUT", f"/submissions/{made['id']}/cells", to_put(SOUND))
    kind = WORKBOOK if path == "/uploads" else "application/json"
    answer = theirs.ask(method, f"/submissions/{made['id']}{path}", body, kind=kind)
    nowhere = theirs.ask(method, f"/submissions/999999{path}", body, kind=kind)
    assert answer.status_code == nowhere.status_code == 404
    assert answer.content == nowhere.content


def test_lists_of_b_hold_nothing_of_a(ours: Program, theirs: Program) -> None:
    opened(ours)
    assert theirs.get("/packs/mypack/submissions").json()["items"] == []
    assert theirs.get("/packs/mypack/submissions?unit=A").json()["total"] == 0
    assert theirs.get("/packs/mypack/forms").json()["items"][0]["units"] == ["B"]
    refused = theirs.ask("POST", "/submissions", {"pack": "mypack", "form": "annual", "unit": "A", "period": "2025"})
    assert refused.status_code == 403


def test_a_token_without_the_scope_may_not_write(aziza: Actor, program: Made, draft: Submission) -> None:
    reader = program(aziza.person, "submissions:read")
    assert reader.get(f"/submissions/{draft.pk}").status_code == 200
    answer = reader.ask("PUT", f"/submissions/{draft.pk}/cells", to_put(SOUND))
    assert answer.status_code == 403
    assert "scope" in answer.json()["hint"]


def test_a_token_that_reads_no_submissions_is_told_that_its_scope_lacks(
    aziza: Actor, program: Made, draft: Submission
) -> None:
    stranger = program(aziza.person, "observations:read")
    for number in (draft.pk, 999_999):
        answer = stranger.get(f"/submissions/{number}")
        assert (answer.status_code, "scope" in answer.json()["hint"]) == (403, True)


def test_somebody_without_a_role_is_not_told_which_packs_there_are(program: Made, stored: Any) -> None:
    nobody = program(person_with(email="nobody@people.example"))
    assert nobody.get("/packs/mypack/forms").status_code == 403
    assert nobody.get("/packs/nothing/forms").status_code == 403


def test_a_list_takes_as_many_queries_for_ten_times_as_many(
    rano: Actor, program: Made, aziza: Actor, bek: Actor, open_form: Callable[..., Submission]
) -> None:
    reader = program(rano.person)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert reader.get("/packs/mypack/submissions").status_code == 200
        return len(caught)

    first = open_form(aziza, "A")
    queries()
    before = queries()
    for number in range(2, 22):
        Submission.objects.filter(pk=first.pk).update(state="approved")
        first.pk, first.number, first.state = None, number, "approved"  # type: ignore[assignment]
        first.save(force_insert=True)
    assert queries() == before
