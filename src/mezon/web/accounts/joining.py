"""Following an invitation: whoever holds the link sets the first password, once."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.acts_people import digest_of
from mezon.web.accounts.models import Invitation, Person
from mezon.web.audit.recording import security


def open_invitation(secret: str, *, now: datetime) -> Invitation | None:
    """Give the invitation of a link, or None when it is unknown, used, too old, or of a disabled person."""
    found = Invitation.objects.select_related("person").filter(digest=digest_of(secret), used_at=None)
    return found.filter(expires_at__gt=now, person__is_active=True).first()


def join(invitation: Invitation, *, name: str, password: str, language: str, now: datetime, address: str) -> Person:
    """Set the first password. The link is its own permission, so this is no mutation; it leaves a security record."""
    person = invitation.person
    with transaction.atomic():
        taken = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now).update(used_at=now)
        if taken != 1:
            raise Invitation.DoesNotExist("the link was used a moment ago")
        person.name, person.language = name.strip() or person.name, language
        person.set_password(password)
        person.save(update_fields=["name", "language", "password"])
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        actor = Actor(person=person, name=str(person), address=address)
        security("invitation.follow", actor=actor, at=now, subject=person)
    return person


def send_invitation(person: Person, link: str, *, language: str) -> bool:
    """Send the link; say whether the mail server took it. The link is shown as well, so a failure loses nothing."""
    with override(language):
        text = render_to_string("accounts/invitation_mail.txt", {"person": person, "link": link})
    subject, _, body = text.strip().partition("\n")
    try:
        return send_mail(subject, body.strip(), None, [person.email]) == 1
    except OSError:
        return False
