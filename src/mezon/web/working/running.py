"""Doing jobs: one is claimed, done, and its end kept, whatever happens in between.

A claim is one conditional UPDATE, which both databases do for one worker only. The end is kept only for the take that
is on: a worker that was held for dead and comes back changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from mezon.errors import MezonError
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Person
from mezon.web.audit.models import Kind as RecordKind
from mezon.web.audit.recording import Entry, record
from mezon.web.working import signals
from mezon.web.working.kinds import Rejected, Stopped, kind_of
from mezon.web.working.models import Job, State

logger = logging.getLogger("mezon.working")
Clock = Callable[[], datetime]

#: A job that takes its worker with it this often is not taken up again.
MOST_TAKES = 3
_LONGEST_WORDS = 250

_running: ContextVar[Job | None] = ContextVar("running_job", default=None)


class Ending(BaseException):
    """The worker is told to end: the job that is on goes back into the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a take ended."""

    state: State
    result: dict[str, Any] | None = None
    failure: str = ""
    hint: str = ""


def asking_actor(*, now: datetime) -> Actor:
    """Give who asked for the job that is running, with the rights they have now and had when they asked.

    Raises : RuntimeError outside a job.
    """
    job = _job()
    if job.asked_by is None:
        return Actor.system("worker")
    # Read again: somebody disabled since they asked does nothing any more.
    person = Person.objects.get(pk=job.asked_by_id)
    return Actor.of(person, now=now, second_factor=job.second_factor, scopes=job.scopes, address=job.address)


def keep_result(result: dict[str, Any]) -> None:
    """Keep what came of the running job within the transaction that is open: both are there, or neither.

    Called last inside the mutation, it makes sure that a job is never done twice.
    """
    Job.objects.filter(pk=_job().pk).update(result=result)


def _job() -> Job:
    job = _running.get()
    if job is None:
        raise RuntimeError("only a job that is running has an actor and a result")
    return job


def claim(worker: str, *, now: datetime) -> Job | None:
    """Take the job that waits longest, or None."""
    while (first := Job.objects.filter(state=State.WAITING).order_by("pk").first()) is not None:
        taken = {"state": State.RUNNING, "worker": worker, "started_at": now, "take": first.take + 1}
        if Job.objects.filter(pk=first.pk, state=State.WAITING, take=first.take).update(**taken):
            return Job.objects.select_related("asked_by").get(pk=first.pk)
    return None


def perform(job: Job, *, clock: Clock) -> End | None:
    """Do a claimed job and keep its end; None when it went back into the queue."""
    token = _running.set(job)
    try:
        with translation.override(job.asked_by.language if job.asked_by else "en"):
            end = _done(job)
    except Ending:
        # Whatever the database was doing for us is over with its connection.
        connection.close()
        _put_back(job, clock())
        raise
    finally:
        _running.reset(token)
    finish(job, end, now=clock())
    return end


def finish(job: Job, end: End, *, now: datetime) -> bool:
    """Keep the end of a take; False when another take is on, or it was ended otherwise."""
    progress = signals.told(job.pk)
    said = {"done": progress.done, "of": progress.of, "words": progress.words} if progress else {}
    result = {} if end.result is None else {"result": end.result}
    mine = Job.objects.filter(pk=job.pk, state=State.RUNNING, take=job.take)
    kept = mine.update(state=end.state, ended_at=now, failure=end.failure, hint=end.hint, **said, **result)
    if end.state == State.CANCELLED:
        _record_late_cancel(job, now)
    signals.forget(job.pk)
    return bool(kept)


def _done(job: Job) -> End:
    """Run the function of a job's kind; an error raised on purpose is told, any other is logged and told as such."""
    try:
        result = kind_of(job.kind).work(job.arguments, _reporting(job), lambda: _cancelled(job))
        return End(state=State.DONE, result=result if result is not None else _kept_result(job))
    except Stopped:
        return End(state=State.CANCELLED)
    except Rejected as found:
        return End(state=State.FAILED, failure=found.message, hint=found.hint, result=found.result)
    except MezonError as fault:
        return End(state=State.FAILED, failure=fault.message or _("It failed."), hint=fault.hint)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        return End(
            state=State.FAILED,
            failure=_("Something inside failed; nothing was changed."),
            hint=_("Tell an administrator the number of this job: %(number)d.") % {"number": job.pk},
        )


def _kept_result(job: Job) -> dict[str, Any]:
    return Job.objects.values_list("result", flat=True).get(pk=job.pk) or {}


def _reporting(job: Job) -> Callable[[int, int, str], None]:
    def report(done: int, of: int, words: str) -> None:
        progress = signals.Progress(done=max(0, done), of=max(0, of), words=words[:_LONGEST_WORDS])
        signals.tell(job.pk, progress)
        if not connection.in_atomic_block:
            told = {"done": progress.done, "of": progress.of, "words": progress.words}
            Job.objects.filter(pk=job.pk, take=job.take, state=State.RUNNING).update(**told)

    return report


def _cancelled(job: Job) -> bool:
    """Ask the file first: it is seen inside a transaction that sees nothing else."""
    if signals.asked_to_stop(job.pk):
        return True
    return Job.objects.filter(pk=job.pk, cancel_asked_at__isnull=False).exists()


def _put_back(job: Job, now: datetime) -> None:
    """Give a job back that was undone with its transaction, or say that it was interrupted."""
    if not kind_of(job.kind).again:
        finish(job, _interrupted(), now=now)
        return
    mine = Job.objects.filter(pk=job.pk, state=State.RUNNING, take=job.take)
    mine.update(state=State.WAITING, worker="", started_at=None)


def _interrupted() -> End:
    return End(
        state=State.INTERRUPTED,
        failure=_("The worker ended while this was running; nothing was changed by halves."),
        hint=_("Look where it stands, then ask for it again."),
    )


def take_up_again(dead: list[str], *, now: datetime) -> int:
    """See to the jobs of workers that are gone: done, if their result is kept; else waiting again, or interrupted."""
    seen_to = 0
    for job in Job.objects.filter(state=State.RUNNING, worker__in=dead).order_by("pk"):
        seen_to += 1
        if job.result is not None:
            finish(job, End(state=State.DONE, result=job.result), now=now)
        elif signals.asked_to_stop(job.pk) or job.cancel_asked_at is not None:
            finish(job, End(state=State.CANCELLED), now=now)
        elif job.take >= MOST_TAKES:
            finish(job, _interrupted(), now=now)
        else:
            _put_back(job, now)
    return seen_to


def _record_late_cancel(job: Job, now: datetime) -> None:
    """Record who stopped a job when the database was held by the job itself at that moment."""
    by = signals.who_asked_to_stop(job.pk)
    if by is None or Job.objects.filter(pk=job.pk, cancel_asked_at__isnull=False).exists():
        return
    Job.objects.filter(pk=job.pk).update(cancel_asked_at=now)
    person = Person.objects.get(pk=by)
    actor = Actor(person=person, name=str(person))
    entry = Entry(kind=RecordKind.ACT, action="job.cancel", at=now, actor=actor, subject=job, target=job.target())
    entry.after = {"cancel": True, "state": State.CANCELLED}
    record(entry)
