"""Work that a page asks for and does not wait for: started once, shown while it goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.warehouse.models import Change, StoredPack
from mezon.web.working.models import Job, State
from mezon.web.working.starting import start

#: How long a failure is told before the work is tried again.
_TOLD = timedelta(minutes=2)


def size_of(pack: StoredPack) -> int:
    """Say how many observations the first change of a pack brought: a measure of its size that costs nothing."""
    first = Change.objects.filter(pack=pack).order_by("number").first()
    return int(first.counts.get("new", 0)) if first else 0


def asked_once(kind: str, *, actor: Actor, arguments: dict[str, Any], target: Target, now: datetime) -> Job:
    """Give the job that is at this already, or start one.

    One that failed a moment ago is given too, so that a page can say why; after that it is tried again.
    """
    same = Job.objects.filter(kind=kind, pack=target.pack, unit=target.unit).exclude(state=State.DONE)
    for job in same.order_by("-pk")[:50]:
        if job.arguments == arguments and (job.ended_at is None or now - job.ended_at < _TOLD):
            return job
    return start(kind, actor=actor, arguments=arguments, now=now, target=target)
