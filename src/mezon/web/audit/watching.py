"""Security events: what begins, fails and ends around signing in becomes a record, in UTC like every other."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.addresses import client_address
from mezon.web.accounts.models import Person
from mezon.web.audit.addresses import address_hash
from mezon.web.audit.recording import security


def connect() -> None:
    """Listen, once a process."""
    for signal, receiver in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _failed),
        (user_locked_out, _locked),
        (account.password_changed, _about("password.change")),
        (account.password_set, _about("password.change")),
        (account.password_reset, _about("password.reset")),
        (factors.authenticator_added, _about("factor.add")),
        (factors.authenticator_removed, _about("factor.remove")),
        (factors.authenticator_reset, _about("factor.renew")),
        (factors.authentication_failed, _about("factor.refused")),
        (factors.authenticator_used, _about("factor.show")),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"mezon audit {id(signal)}")


def _about(action: str) -> Any:
    """Make a receiver that records one action of a person."""

    def receive(request: HttpRequest | None = None, user: Person | None = None, **_signal: Any) -> None:
        security(action, actor=_who(request, user), at=timezone.now(), subject=user)

    return receive


def _signed_in(request: HttpRequest | None = None, user: Person | None = None, **_signal: Any) -> None:
    security("session.begin", actor=_who(request, user), at=timezone.now(), subject=user)


def _signed_out(request: HttpRequest | None = None, user: Person | None = None, **_signal: Any) -> None:
    if user is not None:
        security("session.end", actor=_who(request, user), at=timezone.now(), subject=user)


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any) -> None:
    """Name somebody whom the address belongs to; what a stranger typed is not kept: it may be a password."""
    security("session.refused", actor=_who(request, None), at=timezone.now(), subject=_owner(credentials.get("email")))


def _locked(request: HttpRequest | None = None, username: str | None = None, **_signal: Any) -> None:
    security("session.locked", actor=_who(request, None), at=timezone.now(), subject=_owner(username))


def _owner(address: object) -> Person | None:
    return Person.objects.filter(email=str(address or "").strip().lower()).first()


def _who(request: HttpRequest | None, user: Person | None) -> Actor:
    address = address_hash(client_address(request)) if request is not None else ""
    if user is None or user.pk is None:
        return Actor.nobody(address=address)
    return Actor(person=user, name=str(user), address=address)
