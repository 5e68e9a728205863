"""The pages of one's own work: progress without a script, what came of it, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord
from mezon.web.working import signals
from mezon.web.working.models import Job
from mezon.web.working.running import claim, perform
from mezon.web.working.starting import start
from mezon.web.working.worker import clock
from tests.web.people import person_with, sign_in

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def job(statistician: Actor) -> Job:
    arguments = {"name": "p"}
    return start("test-invite", actor=statistician, arguments=arguments, now=NOW, target=Target(pack="metallia"))


@pytest.fixture
def signed_in(client: Any, statistician: Actor) -> Any:
    assert statistician.person is not None
    sign_in(client, statistician.person)
    return client


def test_a_running_job_reads_itself_again_without_a_script_and_shows_its_progress(signed_in: Any, job: Job) -> None:
    claim("w", now=NOW)
    signals.tell(job.pk, signals.Progress(done=3, of=20, words="reading rows"))
    text = signed_in.get(f"/en/jobs/{job.pk}/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text
    assert 'max="100" value="15"' in text
    assert "reading rows" in text
    signals.forget(job.pk)


def test_a_job_that_has_ended_says_what_came_of_it_and_stands_still(signed_in: Any, job: Job) -> None:
    taken = claim("w", now=NOW)
    assert taken is not None
    perform(taken, clock=clock)
    text = signed_in.get(f"/en/jobs/{job.pk}/").content.decode()
    assert "refresh" not in text
    assert "<dt>made</dt><dd>20</dd>" in text


def test_a_page_says_when_there_is_no_worker_to_wait_for(signed_in: Any, job: Job) -> None:
    assert "mezon worker" in signed_in.get(f"/en/jobs/{job.pk}/").content.decode()


def test_the_script_reads_the_same_as_the_page(signed_in: Any, job: Job) -> None:
    answer = signed_in.get(f"/en/jobs/{job.pk}/now/").json()
    assert (answer["state"], answer["ended"], answer["percent"]) == ("waiting", False, None)


def test_the_button_stops_it(signed_in: Any, job: Job) -> None:
    answer = signed_in.post(f"/en/jobs/{job.pk}/cancel/")
    assert answer.status_code == 302
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_nobody_sees_the_job_of_another_nor_that_it_is_there(client: Any, job: Job) -> None:
    sign_in(client, person_with("provider", pack="metallia", unit="HMP_3"))
    assert client.get(f"/en/jobs/{job.pk}/").status_code == 404
    assert client.get(f"/en/jobs/{job.pk}/now/").status_code == 404
    assert client.post(f"/en/jobs/{job.pk}/cancel/").status_code == 404
    assert f"/en/jobs/{job.pk}/" not in client.get("/en/jobs/").content.decode()
    job.refresh_from_db()
    assert job.state == "waiting"


def test_the_list_takes_as_many_queries_for_forty_jobs_as_for_one(
    signed_in: Any, job: Job, statistician: Actor
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert signed_in.get("/en/jobs/").status_code == 200
        return len(caught)

    before = queries()
    for _ in range(39):
        start("test-who", actor=statistician, arguments={}, now=NOW, target=Target(pack="metallia"))
    assert queries() == before


def test_a_running_job_is_asked_to_stop_and_its_page_says_so(signed_in: Any, job: Job) -> None:
    taken = claim("w", now=NOW)
    assert taken is not None
    text = signed_in.post(f"/en/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert "asked to stop" in text
    assert "<button>Stop it</button>" not in text
    perform(taken, clock=clock)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert job.cancel_asked_at is not None
    assert AuditRecord.objects.filter(action="job.cancel", kind="act").count() == 1
