"""Before any operation: who asks, how much, how large, of what type; and a request sent twice is done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Token
from mezon.web.api.limiting import Rate
from mezon.web.api.models import Remembered
from mezon.web.audit.models import AuditRecord
from mezon.web.desk.models import Remark, Submission
from tests.web.api.conftest import Program
from tests.web.people import person_with, sign_in

Made = Callable[..., Program]
OPEN = {"pack": "mypack", "form": "annual", "unit": "A", "period": "2025"}


@pytest.fixture
def ours(aziza: Actor, program: Made) -> Program:
    return program(aziza.person)


def test_a_session_is_no_token(client: Any, draft: Submission, aziza: Actor) -> None:
    assert aziza.person is not None
    sign_in(client, aziza.person)
    answer = client.get(f"/api/v1/submissions/{draft.pk}")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Mezon"')
    body = {"cells": []}
    assert client.put(f"/api/v1/submissions/{draft.pk}/cells", body, content_type="application/json").status_code == 401


@pytest.mark.parametrize(
    "change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(hours=1)}]
)
def test_a_token_that_has_ended_opens_nothing(ours: Program, change: dict[str, Any]) -> None:
    assert ours.get("/jobs").status_code == 200
    Token.objects.update(issued_at=timezone.now() - timedelta(days=2), **change)
    assert ours.get("/jobs").status_code == 401


def test_a_token_of_somebody_disabled_opens_nothing(ours: Program, aziza: Actor) -> None:
    assert aziza.person is not None
    aziza.person.is_active = False
    aziza.person.save()
    assert ours.get("/jobs").status_code == 401


def test_too_much_at_once_is_told_with_the_time_to_wait(anybody: Program, settings: Any, edition: Any) -> None:
    settings.MEZON_API_RATES = (Rate(burst=3, a_second=0.1), Rate(burst=3, a_second=0.1))
    answers = [anybody.get("/releases") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 10


def test_one_caller_spends_nothing_of_another(ours: Program, bek: Actor, program: Made, settings: Any) -> None:
    theirs = program(bek.person)
    settings.MEZON_API_RATES = (Rate(burst=1, a_second=0.01), Rate(burst=1, a_second=0.01))
    assert [ours.get("/jobs").status_code, ours.get("/jobs").status_code] == [200, 429]
    assert theirs.get("/jobs").status_code == 200


def test_a_body_that_is_too_large_is_not_read(ours: Program, draft: Submission, settings: Any) -> None:
    answer = ours.ask("PUT", f"/submissions/{draft.pk}/cells", b"x" * 2_600_000)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [(b"{", "application/json", 400), (b"<a/>", "application/xml", 415), (b'{"pack": 1}', "application/json", 422),
     (b'{"pack": "a\\u0000"}', "application/json", 422), (b"\xff", "application/json", 400)],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_a_problem(ours: Program, body: bytes, kind: str, status: int) -> None:
    answer = ours.ask("POST", "/submissions", body, kind=kind)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert set(answer.json()) == {"type", "title", "status", "detail", "hint", "findings"}


def test_every_field_that_does_not_fit_is_listed(ours: Program) -> None:
    answer = ours.ask("POST", "/submissions", {"pack": 1, "form": "x" * 200, "unit": "A"})
    places = [one["place"] for one in answer.json()["findings"]]
    assert [place.rpartition(".")[2] for place in places] == ["pack", "form", "period"]


def test_the_same_request_with_the_same_key_is_done_once(ours: Program, draft: Submission) -> None:
    path = f"/submissions/{draft.pk}/cells"
    body = {"cells": [{"indicator": "RD_SPEND", "text": "13"}]}
    first = ours.ask("PUT", path, body, Idempotency_Key="k1")
    acts = AuditRecord.objects.count()
    again = ours.ask("PUT", path, body, Idempotency_Key="k1")
    assert (again.status_code, again.content, again["ETag"]) == (first.status_code, first.content, first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert AuditRecord.objects.count() == acts


def test_the_same_key_with_another_body_is_a_conflict(ours: Program, draft: Submission) -> None:
    path = f"/submissions/{draft.pk}/cells"
    ours.ask("PUT", path, {"cells": [{"indicator": "RD_SPEND", "text": "13"}]}, Idempotency_Key="k1")
    other = ours.ask("PUT", path, {"cells": [{"indicator": "RD_SPEND", "text": "14"}]}, Idempotency_Key="k1")
    assert other.status_code == 409
    assert draft.cells.get(indicator="RD_SPEND").text == "13"


def test_keys_of_two_people_have_nothing_to_do_with_each_other(ours: Program, bek: Actor, program: Made) -> None:
    assert ours.ask("POST", "/submissions", OPEN, Idempotency_Key="k").status_code == 201
    theirs = program(bek.person).ask("POST", "/submissions", {**OPEN, "unit": "B"}, Idempotency_Key="k")
    assert (theirs.status_code, theirs.json()["unit"]) == (201, "B")


def test_a_refusal_is_remembered_too_and_recorded_once(ours: Program) -> None:
    body = {**OPEN, "unit": "B"}
    for _ in range(2):
        assert ours.ask("POST", "/submissions", body, Idempotency_Key="k").status_code == 403
    assert AuditRecord.objects.filter(kind="refused").count() == 1


def test_a_fault_inside_tells_nothing_remembers_nothing_and_changes_nothing(
    ours: Program, draft: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        Remark.objects.create(submission=draft, at=timezone.now(), kind="comment", text="half")
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("mezon.web.desk.acts_filling.save_cells", broken)
    body = {"cells": []}
    answer = ours.ask("PUT", f"/submissions/{draft.pk}/cells", body, Idempotency_Key="k1")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
    assert not Remembered.objects.exists()
    assert not Remark.objects.exists()


def test_what_is_refused_is_recorded(program: Made, stored: Any) -> None:
    nobody = program(person_with(email="nobody@people.example"))
    assert nobody.get("/packs/mypack/forms").status_code == 403
    record = AuditRecord.objects.latest("number")
    assert (record.kind, record.action) == ("refused", "submission.read")
