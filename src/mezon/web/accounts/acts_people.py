"""What administrators do to people: invite, give and take roles, disable, enable. Each is one mutation."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mezon.errors import WrongUse
from mezon.web.accounts import sessions
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant, Invitation, Person
from mezon.web.accounts.places import refuse_unknown
from mezon.web.accounts.policy import Target
from mezon.web.accounts.roles import Role
from mezon.web.audit.mutating import mutation, note

#: An invitation is followed within a week, or given anew.
INVITATION_LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A person, and the secret of their link: "" when they can sign in already."""

    person: Person
    secret: str


@mutation("people.invite")
def invite(
    actor: Actor, where: Target, *, email: str, role: str, now: datetime, name: str = "", reason: str = ""
) -> Invited:
    """Make a person if there is none of this address, give them a role at `where`, and a link to set a password."""
    known = Person.objects.filter(email=email.strip().lower()).first()
    person = known or Person.objects.create_user(email, name=name)
    note(subject=person, after={"role": role, "pack": where.pack, "unit": where.unit})
    _give(person, role=role, where=where, by=actor.person, now=now)
    if person.has_usable_password():
        return Invited(person=person, secret="")
    return Invited(person=person, secret=_new_link(person, by=actor.person, now=now))


@mutation("people.invite")
def invite_again(actor: Actor, person: Person, *, now: datetime, reason: str = "") -> Invited:
    """Give a new link to somebody who has not set a password yet; older links end."""
    if person.has_usable_password():
        raise WrongUse(_("This person has a password already."), hint=_("They can reset it from the sign-in page."))
    return Invited(person=person, secret=_new_link(person, by=actor.person, now=now))


@mutation("people.grant")
def grant(actor: Actor, place: Place, *, now: datetime, reason: str = "") -> Grant:
    """Give a person a role somewhere; the same role given twice is one grant."""
    note(subject=place.person, after={"role": place.role, "pack": place.pack, "unit": place.unit})
    where = Target(pack=place.pack, unit=place.unit)
    return _give(place.person, role=place.role, where=where, by=actor.person, now=now, hierarchy=place.hierarchy)


@mutation("people.revoke")
def revoke(actor: Actor, held: Grant, *, now: datetime, reason: str = "") -> None:
    """End a grant from now on."""
    note(subject=held.person, before={"role": held.role, "pack": held.pack, "unit": held.unit})
    if held.valid_to is None or held.valid_to > now:
        held.valid_to = now
        held.save(update_fields=["valid_to"])


@mutation("people.disable")
def disable(actor: Actor, person: Person, *, now: datetime, reason: str = "") -> None:
    """Keep a person out from now on: sessions end, tokens and links open nothing more. What they did stays theirs."""
    note(before={"active": person.is_active}, after={"active": False})
    person.is_active = False
    person.save(update_fields=["is_active"])
    sessions.end_all(person)
    person.tokens.filter(revoked_at=None).update(revoked_at=now)
    Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)


@mutation("people.end-sessions")
def end_sessions(actor: Actor, person: Person, *, now: datetime, reason: str = "") -> None:
    """Sign a person out everywhere: they sign in again with what they know and have."""
    note(after={"ended": sessions.end_all(person)})


@mutation("people.enable")
def enable(actor: Actor, person: Person, *, now: datetime, reason: str = "") -> None:
    """Let a disabled person sign in again, with the roles they still have."""
    note(before={"active": person.is_active}, after={"active": True})
    person.is_active = True
    person.save(update_fields=["is_active"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A role that may be given: to whom, and where."""

    person: Person
    role: str
    pack: str = ""
    unit: str = ""
    hierarchy: str = ""

    def target(self) -> Target:
        """Stand where the role would reach; nobody gives one to themselves."""
        return Target(pack=self.pack, unit=self.unit, people=frozenset({self.person.pk}))


def digest_of(secret: str) -> str:
    """Give what is kept of a secret: random and long, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _give(person: Person, *, role: str, where: Target, by: Person | None, now: datetime, hierarchy: str = "") -> Grant:
    if role not in Role.values:
        known = ", ".join(Role.values)
        raise WrongUse(_("There is no role %(role)s.") % {"role": role}, hint=_("There are: %s.") % known)
    refuse_unknown(role, where)
    held = Grant.objects.filter(
        person=person, role=role, pack=where.pack, unit=where.unit, hierarchy=hierarchy, valid_to=None
    )
    if already := held.first():
        return already
    return Grant.objects.create(
        person=person, role=role, pack=where.pack, unit=where.unit, hierarchy=hierarchy, given_by=by, valid_from=now
    )


def _new_link(person: Person, *, by: Person | None, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(person=person, used_at=None, expires_at__gt=now).update(expires_at=now)
        Invitation.objects.create(
            person=person, digest=digest_of(secret), given_by=by, made_at=now, expires_at=now + INVITATION_LASTS
        )
    return secret
