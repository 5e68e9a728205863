"""What pages and the API show of a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mezon.web.working import signals
from mezon.web.working.models import Job, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A job and how far it is now."""

    job: Job
    done: int
    of: int
    words: str

    @property
    def percent(self) -> int | None:
        """Give how much is done, where it is known."""
        if self.job.state == State.DONE:
            return 100
        return min(100, 100 * self.done // self.of) if self.of else None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop and has not yet."""
        asked = self.job.cancel_asked_at is not None or signals.asked_to_stop(self.job.pk)
        return self.job.state == State.RUNNING and asked

    @property
    def sentence(self) -> str:
        """Say where it stands and what to do, in one sentence."""
        if self.stopping:
            return _("It was asked to stop and does so at its next step.")
        return {
            State.WAITING: _("It waits for its turn."),
            State.RUNNING: self.words or _("It is being done."),
            State.DONE: _("It is done."),
            State.CANCELLED: _("It was stopped; what it had begun was undone."),
        }.get(State(self.job.state), self.job.failure)

    @property
    def address(self) -> str:
        """Give where what it made is to be seen, if it said so."""
        return str((self.job.result or {}).get("href", ""))

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """Give what came of it, name by name: what is neither a link nor a list."""
        result = self.job.result or {}
        return [
            (name, value) for name, value in result.items() if name != "href" and not isinstance(value, list | dict)
        ]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Give the findings it lists."""
        found = (self.job.result or {}).get("findings", [])
        return found if isinstance(found, list) else []


def shown(job: Job) -> Shown:
    """Give a job with its progress: what it said last, where that is newer than its row."""
    progress = signals.told(job.pk) if job.state == State.RUNNING else None
    if progress is None:
        return Shown(job=job, done=job.done, of=job.of, words=job.words)
    return Shown(job=job, done=progress.done, of=progress.of, words=progress.words)


def shown_fields(job: Job) -> dict[str, Any]:
    """Give a job as plain fields, for scripts and programs."""
    one = shown(job)
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "ended": job.ended,
        "sentence": one.sentence,
        "done": one.done,
        "of": one.of,
        "percent": one.percent,
        "asked_at": job.asked_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "result": job.result,
        "failure": job.failure,
        "hint": job.hint,
    }
