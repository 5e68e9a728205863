"""Tokens of programs: issued once, shown once, ended at any time; and who acts by one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from mezon.errors import NotAllowed, WrongUse
from mezon.web.accounts.acting import Actor
from mezon.web.accounts.acts_people import digest_of
from mezon.web.accounts.models import Person, Token
from mezon.web.accounts.policy import SCOPES
from mezon.web.audit.mutating import mutation, note

BEGINS = "mezon_"
_SHOWN = 12
_USED_EVERY = timedelta(minutes=1)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A token, and its text: the only time it can be read."""

    token: Token
    text: str


@mutation("token.issue")
def issue(actor: Actor, person: Person, *, name: str, scopes: Iterable[str], lasts: timedelta, now: datetime) -> Issued:
    """Give a person a token with scopes and an end; its text is returned once and kept nowhere."""
    if actor.person is None or actor.person.pk != person.pk:
        raise NotAllowed(_("A token is issued by its own person."), action="token.issue", reason="no-role")
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(SCOPES):
        raise WrongUse(_("A token needs at least one scope."), hint=_("There are: %s.") % ", ".join(SCOPES))
    if not timedelta(0) < lasts <= LONGEST:
        raise WrongUse(_("A token lasts from one day to one year."), hint=_("Choose another last day."))
    text = BEGINS + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=person, name=name.strip()[:100] or _("unnamed"), begins=text[:_SHOWN], digest=digest_of(text),
        scopes=" ".join(chosen), issued_at=now, expires_at=now + lasts,
    )  # fmt: skip
    note(subject=token, after={"scopes": chosen, "expires": token.expires_at})
    return Issued(token=token, text=text)


@mutation("token.revoke")
def revoke(actor: Actor, token: Token, *, now: datetime, reason: str = "") -> None:
    """End a token; ending it twice changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])


def actor_of_token(text: str, *, now: datetime | None = None, address: str = "") -> Actor | None:
    """Give who acts by a token's text, or None when it opens nothing. Its last use is kept to the minute.

    Issuing a token asked for the second factor, so the rights that need one are in force.
    """
    moment = now or timezone.now()
    if not text.startswith(BEGINS):
        return None
    token = Token.objects.select_related("person").filter(digest=digest_of(text)).first()
    if token is None or not token.works_at(moment):
        return None
    if token.last_used_at is None or moment - token.last_used_at > _USED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=moment)
    scopes = token.scopes.split()
    return Actor.of(token.person, now=moment, second_factor=True, scopes=scopes, token=token.name, address=address)
