"""A mutation holds permission, transaction and record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from mezon.errors import NotAllowed
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant, Person
from mezon.web.accounts.policy import Target
from mezon.web.audit.models import AuditRecord
from mezon.web.audit.mutating import mutation, note

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@mutation("submission.save")
def rename(actor: Actor, person: Any, *, name: str, reason: str = "", now: datetime) -> None:
    """Change a name, as an act on a submission would change a value."""
    note(before={"name": person.name}, after={"name": name})
    person.name = name
    person.save()
    if name == "broken":
        raise ValueError("half way")


class Named(Person):
    """A person that stands somewhere."""

    class Meta:
        proxy = True
        app_label = "accounts"

    def target(self) -> Target:
        return Target(pack="uzbekistan", unit="NMMC", state="draft")


@pytest.fixture
def provider(db: None) -> Actor:
    person = Person.objects.create_user("p@nmmc.example", name="Aziza")
    Grant.objects.create(person=person, role="provider", pack="uzbekistan", unit="NMMC", valid_from=NOW)
    return Actor.of(person, now=NOW, second_factor=False)


@pytest.fixture
def subject(db: None) -> Named:
    return Named.objects.create_user("subject@nmmc.example", name="old")  # type: ignore[return-value]


def test_what_is_allowed_is_done_and_recorded_with_who_what_when_and_why(provider: Actor, subject: Named) -> None:
    rename(provider, subject, name="new", reason="typing error", now=NOW)
    (record,) = AuditRecord.objects.all()
    assert (record.name, record.action, record.unit, record.reason) == (
        "Aziza",
        "submission.save",
        "NMMC",
        "typing error",
    )
    assert (record.before, record.after, record.at) == ('{"name":"old"}', '{"name":"new"}', NOW)
    assert record.digest == record.reckon()


def test_what_is_refused_changes_nothing_and_leaves_a_record(subject: Named) -> None:
    with pytest.raises(NotAllowed):
        rename(Actor.nobody(), subject, name="new", now=NOW)
    subject.refresh_from_db()
    assert subject.name == "old"
    (record,) = AuditRecord.objects.all()
    assert (record.kind, record.after) == ("refused", '{"why":"signed-out"}')


def test_what_fails_half_way_changes_nothing_and_leaves_a_record(provider: Actor, subject: Named) -> None:
    with pytest.raises(ValueError, match="half way"):
        rename(provider, subject, name="broken", now=NOW)
    subject.refresh_from_db()
    assert subject.name == "old"
    (record,) = AuditRecord.objects.all()
    assert (record.kind, record.after) == ("failed", '{"fault":"ValueError"}')


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE audit_auditrecord SET name = 'x'", "DELETE FROM audit_auditrecord"])
def test_the_database_refuses_to_change_a_record(provider: Actor, subject: Named, statement: str) -> None:
    rename(provider, subject, name="new", now=NOW)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_recorded_though_the_transaction_was_undone() -> None:
    subject = Named.objects.create_user("subject@nmmc.example", name="old")
    with pytest.raises(NotAllowed):
        rename(Actor.nobody(), subject, name="new", now=NOW)  # type: ignore[arg-type]
    assert AuditRecord.objects.get().kind == "refused"
