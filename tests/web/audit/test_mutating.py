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
from mezon.web.audit.recording import refused

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


@mutation("submission.comment")
def comment_twice(actor: Actor, subject: Any, *, now: datetime) -> None:
    rename(actor, subject, name="one", now=now)
    rename(actor, subject, name="two", now=now)


def test_a_mutation_within_a_mutation_stands_or_falls_with_it(provider: Actor, subject: Named) -> None:
    comment_twice(provider, subject, now=NOW)
    numbers = list(AuditRecord.objects.order_by("number").values_list("number", "action", "after"))
    assert numbers == [
        (1, "submission.save", '{"name":"one"}'),
        (2, "submission.save", '{"name":"two"}'),
        (3, "submission.comment", ""),
    ]  # fmt: skip


def test_a_refusal_inside_undoes_the_outer_act_and_is_told_once(provider: Actor, subject: Named) -> None:
    @mutation("submission.comment")
    def comment_then_approve(actor: Actor, subject: Any, *, now: datetime) -> None:
        rename(actor, subject, name="one", now=now)
        invite_somebody(actor, subject, now=now)

    with pytest.raises(NotAllowed):
        comment_then_approve(provider, subject, now=NOW)
    subject.refresh_from_db()
    assert subject.name == "old"
    assert list(AuditRecord.objects.values_list("kind", "action")) == [("refused", "people.invite")]


@mutation("people.invite")
def invite_somebody(actor: Actor, subject: Any, *, now: datetime) -> None:
    raise AssertionError("is refused before it begins")


def test_a_mutation_sees_the_subject_as_it_is_now(provider: Actor, subject: Named) -> None:
    stale = Named.objects.get(pk=subject.pk)
    rename(provider, subject, name="new", now=NOW)
    rename(provider, stale, name="newer", now=NOW)
    assert AuditRecord.objects.first().before == '{"name":"new"}'  # type: ignore[union-attr]


def test_what_has_no_place_cannot_be_acted_on(provider: Actor) -> None:
    with pytest.raises(TypeError, match=r"no target\(\)"):
        rename(provider, object(), name="x", now=NOW)


def test_the_moment_is_given_and_aware(provider: Actor, subject: Named) -> None:
    with pytest.raises(TypeError, match="aware"):
        rename(provider, subject, name="x", now=datetime(2026, 11, 22))  # noqa: DTZ001


def test_an_action_outside_the_table_is_no_mutation() -> None:
    with pytest.raises(ValueError, match="not in"):
        mutation("database.drop")


def test_note_belongs_inside_a_mutation() -> None:
    with pytest.raises(RuntimeError):
        note(after={"x": 1})


@pytest.mark.django_db(transaction=True)
def test_a_refusal_undone_with_an_outer_transaction_is_recorded_after_it() -> None:
    subject = Named.objects.create_user("subject@nmmc.example", name="old")
    with pytest.raises(NotAllowed) as refusal, transaction.atomic():
        rename(Actor.nobody(), subject, name="new", now=NOW)  # type: ignore[arg-type]
    assert not AuditRecord.objects.exists()
    for _ in range(2):  # the second finds the first and says nothing more
        refused(refusal.value, actor=Actor.nobody(), address="/x/", at=NOW)
        refusal.value.recorded = AuditRecord.objects.get().digest
    assert AuditRecord.objects.get().kind == "refused"
