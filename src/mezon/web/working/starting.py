"""Asking for work, and asking it to stop. Each is a mutation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from mezon.errors import WrongStep
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.mutating import mutation, note
from mezon.web.working import signals
from mezon.web.working.kinds import Kind, kind_of
from mezon.web.working.models import Job, State


def start(kind: str, *, actor: Actor, arguments: dict[str, Any], now: datetime, target: Target | None = None) -> Job:
    """Ask for a job; a worker takes it up. `arguments` are what JSON holds; files are named by their digest.

    `target` : what it is about; asking for it needs the right that doing it needs.

    Raises : NotAllowed; AskedForUnknown for a kind that is not registered.
    """
    found = kind_of(kind)
    about = target or Target()

    @mutation(found.action)
    def asked(actor: Actor, about: Target, *, now: datetime) -> Job:
        return _kept(found, actor, about, arguments, now)

    return asked(actor, about, now=now)


def _kept(kind: Kind, actor: Actor, about: Target, arguments: dict[str, Any], now: datetime) -> Job:
    made = Job.objects.create(
        kind=kind.name,
        asked_by=actor.person,
        asked_at=now,
        scopes=None if actor.scopes is None else sorted(actor.scopes),
        second_factor=not actor.resting,
        address=actor.address,
        pack=about.pack,
        unit=about.unit,
        confidentiality=about.confidentiality,
        arguments=arguments,
    )
    note(subject=made, after={"job": kind.name})
    return made


@mutation("job.cancel")
def cancel(actor: Actor, job: Job, *, now: datetime, reason: str = "") -> Job:  # noqa: ARG001 - recorded by mutation
    """Ask a job to stop: one that waits is over at once, one that runs stops at its next step.

    Raises : WrongStep when it has ended.
    """
    if job.ended:
        raise WrongStep(
            _("This has ended already."), hint=_("What it changed is undone by another change, not by stopping.")
        )
    before = job.state
    job.cancel_asked_at = now
    if job.state == State.WAITING:
        job.state, job.ended_at = State.CANCELLED, now
    else:
        signals.ask_to_stop(job.pk, by=actor.person.pk if actor.person else None)
    job.save(update_fields=["cancel_asked_at", "state", "ended_at"])
    note(before={"state": before}, after={"state": job.state, "cancel": True})
    return job
