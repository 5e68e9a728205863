"""The audit page: sentences, filters, exports, the chain."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import html5lib
import pytest

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord, Kind
from mezon.web.audit.recording import Entry, record, security
from tests.web.people import actor_with, person_with, sign_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write(count: int = 1, *, unit: str = "NMMC", **said: Any) -> None:
    actor = actor_with("provider", pack="uzbekistan", unit=unit)
    for number in range(count):
        entry = {"kind": Kind.ACT, "action": "submission.submit", "at": NOW + timedelta(minutes=number), "actor": actor}
        record(Entry(**{**entry, "target": Target(pack="uzbekistan", unit=unit), **said}))


def read(client: Any, **query: str) -> str:
    answer = client.get("/en/audit/", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_record_reads_as_who_did_what_to_what_when_and_why(client: Any) -> None:
    write(
        subject="annual return 2025",
        reason="all figures are final",
        before={"state": "draft"},
        after={"state": "submitted"},
    )
    sign_in(client, person_with("administrator"))
    html = read(client)
    html5lib.HTMLParser(strict=True).parse(html)
    for words in (
        "provider NMMC",
        "submitted",
        "annual return 2025",
        "uzbekistan/NMMC",
        "all figures are final",
        "2026-11-22 12:00:00 UTC",
    ):
        assert words in html
    assert '<span class="was">draft</span> → submitted' in html


def test_work_begun_in_the_background_is_told_as_what_it_is(client: Any) -> None:
    from mezon.web.accounts.policy import Target as Where
    from mezon.web.working.starting import start

    statistician = actor_with("statistician", pack="uzbekistan")
    start("preview", actor=statistician, arguments={}, now=NOW, target=Where(pack="uzbekistan"))
    sign_in(client, person_with("administrator"))
    html = read(client)
    assert "began work in the background: <b>reckon what a release would change (1)</b>" in html
    assert "froze" not in html.split('<ol class="records">')[1]


@pytest.mark.parametrize(
    ("fault", "told", "untold"),
    [("WrongUse", "not done", "half way"), ("ZeroDivisionError", "It failed half way", "not done")],
)
def test_a_slip_in_a_form_is_told_apart_from_what_broke(client: Any, fault: str, told: str, untold: str) -> None:
    write(kind=Kind.FAILED, after={"fault": fault})
    sign_in(client, person_with("administrator"))
    html = read(client)
    assert told in html
    assert untold not in html


def test_an_act_of_a_program_names_its_token(client: Any) -> None:
    person = person_with("provider", unit="NMMC", pack="uzbekistan")
    named = {"scopes": ["submissions:write"], "token": "nightly"}
    actor = Actor.of(person, now=NOW, second_factor=True, **named)
    record(Entry(kind=Kind.ACT, action="submission.submit", at=NOW, actor=actor))
    sign_in(client, person_with("administrator"))
    assert "provider NMMC, by the program “nightly”," in read(client)


@pytest.mark.parametrize("language", ["uz", "ru"])
def test_it_reads_in_every_language(client: Any, language: str) -> None:
    write()
    sign_in(client, person_with("administrator"))
    assert client.get(f"/{language}/audit/").status_code == 200


@pytest.mark.parametrize(
    ("query", "seen"),
    [({"person": "ammc"}, {"AMMC"}), ({"unit": "NMMC"}, {"NMMC"}), ({"action": "release.freeze"}, set()),
     ({"until": "2026-11-21"}, set()), ({"since": "2026-11-22", "until": "2026-11-22"}, {"NMMC", "AMMC"}),
     ({"since": "yesterday", "person": "nmmc"}, {"NMMC"})],
)  # fmt: skip
def test_records_are_filtered(client: Any, query: dict[str, str], seen: set[str]) -> None:
    for unit in ("NMMC", "AMMC"):
        write(unit=unit)
    sign_in(client, person_with("administrator"))
    html = read(client, **query)
    assert {unit for unit in ("NMMC", "AMMC") if f"uzbekistan/{unit}" in html} == seen


def test_who_administers_a_plant_sees_its_records_and_no_sign_ins(client: Any) -> None:
    for unit in ("NMMC", "AMMC"):
        write(unit=unit)
    security("session.refused", actor=Actor.nobody(), at=NOW)
    sign_in(client, person_with("administrator", pack="uzbekistan", unit="NMMC"))
    html = read(client)
    assert "uzbekistan/NMMC" in html
    assert "uzbekistan/AMMC" not in html
    assert html.count('<li id="record-') == 1


@pytest.mark.parametrize("role", ["provider", "reviewer", "steering-analyst", ""])
def test_others_see_none_and_that_they_tried_is_kept(client: Any, role: str) -> None:
    sign_in(client, person_with(role))
    for address in ("", "export.csv", "export.json", "chain/"):
        assert client.get(f"/en/audit/{address}").status_code == 403
    assert AuditRecord.objects.filter(kind="refused", action__startswith="audit.").count() == 4


def test_a_page_costs_the_same_with_ten_times_the_records(client: Any, django_assert_max_num_queries: Any) -> None:
    sign_in(client, person_with("administrator"))
    for count in (6, 54):
        write(count)
        with django_assert_max_num_queries(4):
            read(client)
    html = read(client)
    assert html.count('<li id="record-') == 50
    assert "before=" in html


def test_an_export_carries_no_formula_and_is_recorded(client: Any) -> None:
    write(subject="=HYPERLINK(1)", reason="@SUM(A1)")
    sign_in(client, person_with("administrator"))
    text = b"".join(client.get("/en/audit/export.csv", {"unit": "NMMC"}).streaming_content).decode()
    (row,) = list(csv.DictReader(io.StringIO(text)))
    assert (row["subject"], row["reason"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
    last = AuditRecord.objects.first()
    assert last is not None
    assert (last.action, last.subject, json.loads(last.after)) == ("audit.export", "csv", {"unit": "NMMC"})


def test_an_export_as_json_is_enough_to_reckon_the_chain_again(client: Any) -> None:
    import hashlib

    from mezon.web.audit.models import canonical

    write(3, reason="=ok")
    sign_in(client, person_with("administrator"))
    rows = json.loads(b"".join(client.get("/en/audit/export.json", {"kind": "act"}).streaming_content))
    for row in rows:
        content = {name: value for name, value in row.items() if name not in {"previous", "digest"}}
        assert hashlib.sha256(f"{row['previous']}\n{canonical(content)}".encode()).hexdigest() == row["digest"]


def test_an_export_of_nothing_is_an_empty_array(client: Any) -> None:
    sign_in(client, person_with("administrator"))
    assert json.loads(b"".join(client.get("/en/audit/export.json", {"unit": "NONE"}).streaming_content)) == []


def test_the_page_of_the_chain_says_that_it_holds(client: Any) -> None:
    write(3)
    sign_in(client, person_with("administrator"))
    assert "holds" in client.get("/en/audit/chain/").content.decode()
