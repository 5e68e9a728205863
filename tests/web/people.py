"""People for tests: somebody with a role, signed in the way the site asks for.

`sign_in` puts into the session what a sign-in with a password and a second factor puts there; the whole way through the
pages is walked in tests/web/accounts/test_entrance.py.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from mezon.web.accounts.acting import Actor
from mezon.web.accounts.models import Grant, Person

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "four gentle camels walk"  # noqa: S105


def person_with(role: str = "", *, pack: str = "", unit: str = "", email: str = "") -> Person:
    """Make a person with one role somewhere ("" = everywhere), or with none."""
    address = email or f"{role or 'nobody'}-{unit.lower() or 'all'}@people.example"
    person, _ = Person.objects.get_or_create(email=address, defaults={"name": f"{role or 'nobody'} {unit}".strip()})
    if role:
        Grant.objects.create(person=person, role=role, pack=pack, unit=unit, valid_from=SINCE)
    return person


def actor_with(role: str, *, pack: str = "", unit: str = "", email: str = "", now: datetime | None = None) -> Actor:
    """Make a person with a role, and act as them with a second factor shown."""
    person = person_with(role, pack=pack, unit=unit, email=email)
    return Actor.of(person, now=now or datetime.now(UTC), second_factor=True)


def sign_in(client: Any, person: Person, *, second_factor: bool = True) -> Person:
    """Sign a person in; by default with a second factor shown."""
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    records = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    if second_factor:
        records.append({"method": "mfa", "at": time.time(), "type": "totp", "reauthenticated": True})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return person
