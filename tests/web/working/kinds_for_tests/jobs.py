"""Jobs that are slow, fail, or keep their result: what they change is people, so that halves can be counted."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from mezon.errors import WrongUse
from mezon.web.accounts.models import Person
from mezon.web.working.kinds import Arguments, Cancelled, Report, Stopped, job
from mezon.web.working.running import asking_actor, keep_result

STEPS = 20


def _invite(arguments: Arguments, report: Report, cancelled: Cancelled) -> None:
    for step in range(STEPS):
        if cancelled():
            raise Stopped
        Person.objects.create_user(f"{arguments['name']}-{step}@people.example")
        report(step + 1, STEPS, f"step {step + 1}")
        time.sleep(arguments.get("pause", 0.0))


@job("test-invite", action="observation.import", label="invite many")
def invite(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Make twenty people, all or none."""
    with transaction.atomic():
        _invite(arguments, report, cancelled)
    return {"made": STEPS}


@job("test-invite-once", action="observation.import", again=False)
def invite_once(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Make twenty people, and never begin again."""
    return invite(arguments, report, cancelled)


@job("test-invite-kept", action="observation.import")
def invite_kept(arguments: Arguments, report: Report, cancelled: Cancelled) -> None:
    """Make twenty people and keep the result with them, then linger."""
    with transaction.atomic():
        _invite(arguments, report, cancelled)
        keep_result({"made": STEPS})
    report(STEPS, STEPS, "lingering")
    time.sleep(arguments.get("linger", 0.0))


@job("test-fail", action="observation.import")
def fail(arguments: Arguments, report: Report, cancelled: Cancelled) -> None:
    """Fail in one of two ways."""
    if arguments.get("on_purpose"):
        raise WrongUse("The file has no header.", hint="Give it one.")
    raise ZeroDivisionError("a secret of the inside")


@job("test-who", action="observation.import")
def who(arguments: Arguments, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Say who acts."""
    actor = asking_actor(now=datetime.now(UTC))
    return {"name": actor.name, "grants": len(actor.grants), "scopes": sorted(actor.scopes or ())}
