"""How long a session lasts, and what ends it: its age, idleness, a changed credential, a disabled person."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from mezon.web.accounts.models import Person

_BEGAN, _SEEN = "mezon_began", "mezon_seen"
_SEEN_EVERY = 60


def begin(request: HttpRequest | None, **_signal: Any) -> None:
    """Mark when a session began (a receiver of Django's `user_logged_in`)."""
    if request is not None:
        request.session[_BEGAN] = request.session[_SEEN] = time.time()


def keep(request: HttpRequest) -> bool:
    """Say whether a signed-in session goes on; end it when it is too old or was left alone too long."""
    now = time.time()
    began, seen = request.session.get(_BEGAN), request.session.get(_SEEN)
    if not began or not seen or now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.MEZON_SESSION_IDLE:
        logout(request)
        return False
    if now - seen > _SEEN_EVERY:
        request.session[_SEEN] = now
    return True


def of(person: Person) -> list[UserSession]:
    """Give the sessions of a person that still open something, newest first."""
    live = UserSession.objects.purge_and_list(person)
    return sorted(live, key=lambda session: session.created_at, reverse=True)


def end_all(person: Person, *, but: str | None = None) -> int:
    """End every session of a person, or all but one; give how many ended."""
    ended = 0
    for session in UserSession.objects.filter(user=person).exclude(session_key=but or ""):
        session.end()
        ended += 1
    return ended


def renew(request: HttpRequest, reauthenticated: bool = False, **_signal: Any) -> None:  # noqa: FBT001, FBT002
    """Whoever has shown again that it is them gets a new session key; the list of sessions follows."""
    before = request.session.session_key
    if not reauthenticated or before is None:
        return
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def factor_added(request: HttpRequest, user: Person, authenticator: Authenticator, **_signal: Any) -> None:
    """Whoever has just set up a second factor has shown it; sessions opened without it end."""
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    end_all(user, but=request.session.session_key)


def factor_changed(request: HttpRequest, user: Person, **_signal: Any) -> None:
    """A second factor was taken away or renewed: other sessions end."""
    end_all(user, but=request.session.session_key)
