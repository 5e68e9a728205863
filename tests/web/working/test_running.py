"""Jobs are asked for with a right, done once, and end in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mezon.errors import AskedForUnknown, NotAllowed, WrongStep
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Person
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord
from mezon.web.working import signals
from mezon.web.working.models import Job, State, Worker
from mezon.web.working.running import MOST_TAKES, claim, perform, take_up_again
from mezon.web.working.starting import cancel, start
from mezon.web.working.worker import clock, dead_workers
from tests.web.people import actor_with

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHERE = Target(pack="metallia")


def asked(actor: Actor, kind: str, **arguments: Any) -> Job:
    return start(kind, actor=actor, arguments=arguments, now=NOW, target=WHERE)


def done(worker: str = "w") -> Job:
    job = claim(worker, now=clock())
    assert job is not None
    perform(job, clock=clock)
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_and_its_result_and_progress_stay(statistician: Actor) -> None:
    asked(statistician, "test-invite", name="p")
    job = done()
    assert (job.state, job.result, job.done, job.of, job.words) == ("done", {"made": 20}, 20, 20, "step 20")
    assert job.started_at is not None
    assert job.ended_at is not None
    assert Person.objects.filter(email__startswith="p-").count() == 20


def test_asking_needs_the_right_that_doing_needs_and_is_recorded(statistician: Actor) -> None:
    with pytest.raises(NotAllowed):
        asked(actor_with("provider", pack="metallia", unit="NMMC"), "test-invite", name="p")
    assert not Job.objects.exists()
    job = asked(statistician, "test-invite", name="p")
    record = AuditRecord.objects.filter(kind="act").latest("number")
    assert (record.action, record.subject_id, record.name) == ("observation.import", str(job.pk), statistician.name)


def test_a_kind_that_is_not_there_is_refused_with_those_that_are(statistician: Actor) -> None:
    with pytest.raises(AskedForUnknown, match="test-invite"):
        asked(statistician, "no-such-work")


def test_an_error_raised_on_purpose_is_told_with_what_to_do_next(statistician: Actor) -> None:
    asked(statistician, "test-fail", on_purpose=True)
    job = done()
    assert (job.state, job.failure, job.hint) == ("failed", "The file has no header.", "Give it one.")


def test_any_other_error_tells_nothing_of_the_inside(statistician: Actor) -> None:
    asked(statistician, "test-fail")
    job = done()
    assert job.state == "failed"
    assert "secret" not in job.failure + job.hint
    assert str(job.pk) in job.hint


def test_jobs_are_done_in_the_order_in_which_they_were_asked_for(statistician: Actor) -> None:
    first, second = asked(statistician, "test-who"), asked(statistician, "test-who")
    assert [done().pk, done().pk] == [first.pk, second.pk]
    assert claim("w", now=NOW) is None


def test_a_job_acts_with_the_rights_its_person_has_when_it_runs(statistician: Actor) -> None:
    asked(statistician, "test-who")
    assert statistician.person is not None
    Person.objects.filter(pk=statistician.person.pk).update(is_active=False)
    assert (done().result or {})["grants"] == 0


def test_a_job_never_has_more_scopes_than_the_token_that_asked(statistician: Actor) -> None:
    person = statistician.person
    assert person is not None
    token = Actor.of(person, now=NOW, second_factor=True, scopes=["observations:write"])
    asked(token, "test-who")
    assert (done().result or {})["scopes"] == ["observations:write"]


def test_a_waiting_job_that_is_cancelled_is_never_done(statistician: Actor) -> None:
    job = asked(statistician, "test-invite", name="p")
    cancel(statistician, job, now=NOW)
    assert claim("w", now=NOW) is None
    job.refresh_from_db()
    assert job.state == "cancelled"
    with pytest.raises(WrongStep):
        cancel(statistician, job, now=NOW)


def test_a_running_job_that_is_cancelled_stops_and_leaves_what_was_before(statistician: Actor) -> None:
    job = asked(statistician, "test-invite", name="p")
    taken = claim("w", now=NOW)
    assert taken is not None
    cancel(statistician, job, now=NOW)
    perform(taken, clock=clock)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not Person.objects.filter(email__startswith="p-").exists()
    assert not signals.asked_to_stop(job.pk)


def test_a_request_to_stop_told_by_file_alone_is_recorded_when_the_job_stops(statistician: Actor) -> None:
    job = asked(statistician, "test-invite", name="p")
    taken = claim("w", now=NOW)
    assert taken is not None
    assert statistician.person is not None
    signals.ask_to_stop(job.pk, by=statistician.person.pk)
    perform(taken, clock=clock)
    record = AuditRecord.objects.latest("number")
    assert (record.action, record.subject_id, record.person_id) == ("job.cancel", str(job.pk), statistician.person.pk)


def test_nobody_cancels_the_job_of_another(statistician: Actor) -> None:
    job = asked(statistician, "test-invite", name="p")
    for other in (actor_with("provider", pack="metallia", unit="NMMC"), actor_with("steering-analyst")):
        with pytest.raises(NotAllowed):
            cancel(other, job, now=NOW)


def test_a_job_of_a_dead_worker_is_taken_up_again_and_given_up_after_three(statistician: Actor) -> None:
    asked(statistician, "test-invite", name="p")
    for take in range(1, MOST_TAKES + 1):
        job = claim("gone", now=NOW)
        assert job is not None
        assert job.take == take
        assert take_up_again(dead_workers(now=NOW), now=NOW) == 1
    job.refresh_from_db()
    assert job.state == "interrupted"
    assert job.failure


def test_a_job_whose_result_was_kept_is_done_and_not_done_twice(statistician: Actor) -> None:
    asked(statistician, "test-invite-kept", name="p")
    job = claim("gone", now=NOW)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(result={"made": 20})
    take_up_again(["gone"], now=NOW)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"made": 20})
    assert claim("w", now=NOW) is None


def test_a_result_kept_inside_the_transaction_is_the_result(statistician: Actor) -> None:
    asked(statistician, "test-invite-kept", name="p")
    assert done().result == {"made": 20}


def test_a_worker_held_for_dead_that_comes_back_changes_nothing(statistician: Actor) -> None:
    asked(statistician, "test-who")
    slow = claim("slow", now=NOW)
    assert slow is not None
    take_up_again(["slow"], now=NOW)
    again = claim("quick", now=NOW)
    assert again is not None
    perform(slow, clock=clock)
    again.refresh_from_db()
    assert (again.state, again.worker) == ("running", "quick")


def test_a_worker_elsewhere_is_held_for_dead_after_a_minute_of_silence(statistician: Actor) -> None:
    Worker.objects.create(name="far", machine="elsewhere", began_at=NOW, seen_at=NOW)
    asked(statistician, "test-who")
    claim("far", now=NOW)
    assert dead_workers(now=NOW + timedelta(seconds=59)) == []
    assert dead_workers(now=NOW + timedelta(seconds=61)) == ["far"]


@pytest.mark.django_db
def test_the_states_of_the_table_are_those_of_the_model() -> None:
    assert {State(state) for state in State.values} == set(State)
