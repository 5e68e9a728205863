"""Which records somebody may see, and which of them they ask for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, QuerySet

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant
from mezon.web.accounts.policy import ACTIONS, Target
from mezon.web.accounts.roles import Role
from mezon.web.audit.forms import Asked
from mezon.web.audit.models import AuditRecord, Kind


def visible(actor: Actor, *, today: date) -> QuerySet[AuditRecord]:
    """Give the records within reach of the actor's grants.

    Who signed in and who failed to is for administrators of everything; reviewers and providers see none of this.
    """
    if actor.of_the_system:
        return AuditRecord.objects.all()
    reach = Q(pk__in=())
    for grant in _reading(actor):
        reach |= _reached(grant, today=today)
    everything = any(grant.role == Role.ADMINISTRATOR and not grant.pack for grant in actor.grants)
    found = AuditRecord.objects.filter(reach)
    return found if everything else found.exclude(kind=Kind.SECURITY)


def place_of(actor: Actor) -> Target:
    """Give the widest place the actor may read: where an export is recorded, and what it asks the right for."""
    grants = sorted(_reading(actor), key=lambda grant: (grant.pack != "", grant.unit != "", grant.pk))
    return Target(pack=grants[0].pack, unit=grants[0].unit) if grants else Target()


def matching(found: QuerySet[AuditRecord], asked: Asked) -> QuerySet[AuditRecord]:
    """Narrow records to what is asked for, newest first."""
    if asked.person:
        found = found.filter(
            Q(name__icontains=asked.person) | Q(person__email__iexact=asked.person) | Q(subject__icontains=asked.person)
        )
    exact = {"action": asked.action, "kind": asked.kind, "pack": asked.pack, "unit": asked.unit}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if asked.since:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return found.order_by("-number")


def _reading(actor: Actor) -> list[Grant]:
    return [grant for grant in actor.grants if Role(grant.role) in ACTIONS["audit.read"].roles]


def _reached(grant: Grant, *, today: date) -> Q:
    if not grant.pack:
        return Q(number__gt=0)
    if not grant.unit:
        return Q(pack=grant.pack)
    return Q(pack=grant.pack, unit__in=sorted(grant.units(today)))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
