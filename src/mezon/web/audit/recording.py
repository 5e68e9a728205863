"""Writing the next record of the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from mezon.errors import NotAllowed
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord, ChainEnd, Kind, canonical

_LONGEST_SUBJECT = 250
#: Where a record names the token of a program that acted for its person.
TOKEN = "token"  # noqa: S105 - the name of a field


@dataclass(slots=True, kw_only=True)
class Entry:
    """What a record will say; an act may complete it while it runs."""

    kind: Kind
    action: str
    at: datetime
    actor: Actor
    target: Target = field(default_factory=Target)
    subject: object = None
    reason: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def record(entry: Entry) -> AuditRecord:
    """Write one record. Inside a transaction it stands or falls with it; writers wait for one another here."""
    with transaction.atomic():
        end, _ = ChainEnd.objects.select_for_update().get_or_create(pk=1)
        written = _written(entry, number=end.number + 1, previous=end.digest)
        written.digest = written.reckon()
        written.save(force_insert=True)
        ChainEnd.objects.filter(pk=end.pk).update(number=written.number, digest=written.digest)
    return written


def security(
    action: str,
    *,
    actor: Actor,
    at: datetime,
    subject: object = None,
    reason: str = "",
    after: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Write a security event: a sign-in, a failure, a lock-out, a changed credential."""
    return record(
        Entry(kind=Kind.SECURITY, action=action, actor=actor, at=at, subject=subject, reason=reason, after=after or {})
    )


def refused(fault: NotAllowed, *, actor: Actor, address: str, at: datetime) -> None:
    """Write that somebody was refused, unless the mutation that refused has written it and it still stands."""
    if fault.recorded and AuditRecord.objects.filter(digest=fault.recorded).exists():
        return
    after = {"why": fault.reason, "address": address}
    record(Entry(kind=Kind.REFUSED, action=fault.action, at=at, actor=actor, after=after))


def _written(entry: Entry, *, number: int, previous: str) -> AuditRecord:
    kind, identity, words = describe(entry.subject)
    after = {**entry.after, TOKEN: entry.actor.token} if entry.actor.token else dict(entry.after)
    return AuditRecord(
        number=number,
        at=entry.at,
        kind=entry.kind,
        person=entry.actor.person,
        name=entry.actor.name,
        action=entry.action,
        pack=entry.target.pack,
        unit=entry.target.unit,
        subject_kind=kind,
        subject_id=identity,
        subject=words,
        reason=entry.reason,
        before=canonical(dict(entry.before)) if entry.before else "",
        after=canonical(after) if after else "",
        address=entry.actor.address,
        previous=previous,
    )


def describe(subject: object) -> tuple[str, str, str]:
    """Give the kind, the identity and the words of what was acted on."""
    if subject is None or isinstance(subject, Target):
        return "", "", ""
    if isinstance(subject, models.Model):
        return subject._meta.label_lower, str(subject.pk or ""), str(subject)[:_LONGEST_SUBJECT]
    return "", "", str(subject)[:_LONGEST_SUBJECT]
