"""Observations are brought in by a file, checked, as one change, in the background; and read by who may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mezon.web.accounts.acting import Actor
from mezon.web.audit.models import AuditRecord
from mezon.web.warehouse.models import Change, ObservationVersion, StoredPack
from mezon.web.working.models import Job
from mezon.web.working.running import claim, perform
from mezon.web.working.worker import clock
from tests.web.api.conftest import Program
from tests.web.people import actor_with

Made = Callable[..., Program]
PATH = "/packs/mypack/observations"
HEADER = "indicator,unit,period,value\n"
GOOD = HEADER + "RD_SPEND,A,2025,13.4\nRD_SPEND,B,2025,31.5\n"
MIXED = GOOD + "NONSENSE,A,2025,1\nRD_SPEND,A,2026,many\n"


@pytest.fixture
def office(stored: StoredPack, program: Made) -> Program:
    return program(actor_with("statistician", pack=stored.code).person)


def send(program: Program, text: str, *, mode: str = "all", **headers: str) -> Any:
    return program.ask("POST", f"{PATH}?reason=survey&mode={mode}", text, kind="text/csv", **headers)


def work() -> Job:
    job = claim("w", now=clock())
    assert job is not None
    perform(job, clock=clock)
    return Job.objects.get(pk=job.pk)


def test_a_file_becomes_a_job_and_the_job_one_change(office: Program) -> None:
    answer = send(office, GOOD)
    assert answer.status_code == 202, answer.content
    assert answer["Location"] == f"/api/v1/jobs/{answer.json()['id']}"
    work()
    job = office.get(f"/jobs/{answer.json()['id']}").json()
    assert (job["state"], job["result"]["new"], job["result"]["left_out"]) == ("done", 2, 0)
    change = Change.objects.get(number=job["result"]["change"])
    assert change.action == "observation.import"
    assert "survey" in change.reason
    record = AuditRecord.objects.filter(action="observation.import", kind="act").latest("number")
    assert (record.pack, record.subject) == ("mypack", "mypack")


def test_the_same_file_twice_changes_nothing(office: Program) -> None:
    send(office, GOOD)
    work()
    send(office, GOOD)
    again = work()
    assert again.result is not None
    assert (again.state, again.result["unchanged"], again.result["change"]) == ("done", 2, None)


def test_a_file_with_faults_records_nothing_and_lists_each_at_its_row(office: Program) -> None:
    before = ObservationVersion.objects.count()
    number = send(office, MIXED).json()["id"]
    job = work()
    assert (job.state, bool(job.failure), bool(job.hint)) == ("failed", True, True)
    assert ObservationVersion.objects.count() == before
    found = office.get(f"/jobs/{number}/findings").json()["items"]
    assert {one["row"] for one in found if one["severity"] == "error"} == {4, 5}


def test_good_rows_only_leaves_the_others_out(office: Program) -> None:
    send(office, MIXED, mode="good")
    job = work()
    assert job.result is not None
    assert (job.state, job.result["new"], job.result["left_out"]) == ("done", 2, 2)


def test_a_provider_may_not_bring_observations_in(aziza: Actor, program: Made) -> None:
    assert send(program(aziza.person), GOOD).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(("kind", "body", "status"), [("application/json", "{}", 415), ("text/csv", "", 422)])
def test_what_is_no_csv_is_refused(office: Program, kind: str, body: str, status: int) -> None:
    assert office.ask("POST", f"{PATH}?reason=r", body, kind=kind).status_code == status


def test_the_working_view_gives_each_their_own_units(office: Program, aziza: Actor, program: Made) -> None:
    ours = program(aziza.person)
    everything = office.get(f"{PATH}?indicator=RD_SPEND&limit=1000").json()
    assert {row["unit"] for row in everything["items"]} == {"A", "B"}
    mine = ours.get(f"{PATH}?indicator=RD_SPEND&limit=1000").json()
    assert {row["unit"] for row in mine["items"]} == {"A"}
    assert ours.get(f"{PATH}?unit=B").json()["total"] == 0


def test_confidential_values_are_kept_from_analysts(office: Program, stored: StoredPack, program: Made) -> None:
    send(office, "indicator,unit,period,value,confidentiality\nPATENTS,A,2025,7,C\n")
    assert work().state == "done"
    analyst = program(actor_with("steering-analyst", pack=stored.code).person)
    assert office.get(f"{PATH}?indicator=PATENTS").json()["total"] == 1
    assert analyst.get(f"{PATH}?indicator=PATENTS").json()["total"] == 0


def test_all_parts_are_of_one_change_however_much_is_recorded_between(office: Program) -> None:
    path = f"{PATH}?indicator=RD_SPEND&limit=20"
    first = office.get(path).json()
    send(office, HEADER + "RD_SPEND,A,2025,13.4\n")
    work()
    second = office.get(f"{path}&cursor={first['next']}").json()
    assert (len(first["items"]) + len(second["items"]), second["next"]) == (24, None)
    assert office.get(path).json()["total"] == 25


def test_what_became_confidential_is_kept_from_analysts_in_the_past_too(
    office: Program, stored: StoredPack, program: Made
) -> None:
    send(office, GOOD)
    work()
    send(office, "indicator,unit,period,value,confidentiality\nRD_SPEND,A,2025,13.4,C\n")
    work()
    analyst = program(actor_with("steering-analyst", pack=stored.code).person)
    for at in ("", "&at=2"):
        rows = analyst.get(f"{PATH}?indicator=RD_SPEND&period=2025{at}").json()["items"]
        assert [(row["unit"], row["confidentiality"]) for row in rows] == [("B", "F")]


def test_reading_takes_as_many_queries_for_ten_times_as_many_rows(office: Program) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert office.get(f"{PATH}?indicator=PATENTS&limit=1000").status_code == 200
        return len(caught)

    queries()
    before = queries()
    send(office, HEADER + "".join(f"PATENTS,A,{year},{year - 1800}\n" for year in range(1900, 2020)))
    assert work().state == "done"
    queries()
    assert queries() == before


def test_a_job_of_another_is_not_there(office: Program, aziza: Actor, program: Made) -> None:
    number = send(office, GOOD).json()["id"]
    ours = program(aziza.person)
    for method, path in (("GET", ""), ("GET", "/findings"), ("DELETE", "")):
        assert ours.ask(method, f"/jobs/{number}{path}").status_code == 404
    assert ours.get("/jobs").json()["total"] == 0


def test_a_waiting_job_is_stopped(office: Program) -> None:
    number = send(office, GOOD).json()["id"]
    assert office.ask("DELETE", f"/jobs/{number}").json()["state"] == "cancelled"
    assert office.ask("DELETE", f"/jobs/{number}").status_code == 409


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: (HEADER + text).encode())))
def test_no_file_whatever_makes_a_job_fail_inside(office: Program, content: bytes) -> None:
    answer = office.ask("POST", f"{PATH}?reason=r", content, kind="text/csv")
    assert answer.status_code in ({202} if content else {422})
    if content:
        job = work()
        assert "inside" not in job.failure, job.failure
        assert job.state in {"done", "failed"}
