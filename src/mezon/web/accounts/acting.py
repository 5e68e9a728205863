"""Who acts: a person in a session, a program with a token, or the command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from mezon.web.accounts.addresses import client_address
from mezon.web.accounts.models import Grant, Person
from mezon.web.accounts.roles import NEEDS_SECOND_FACTOR, Role
from mezon.web.audit.addresses import address_hash

_AUTHENTICATED = "account_authentication_methods"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts and with what rights, as of one moment.

    `scopes` is None for a person in a session and for the command line; for a token, what the token may do at most.
    `token` is the name of that token: a record says that a program acted, and which.
    `resting` are the grants that wait for a second factor: they allow nothing, and pages say so.
    """

    person: Person | None = None
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None
    token: str = ""
    resting: tuple[Grant, ...] = ()
    name: str = ""
    address: str = ""
    of_the_system: bool = False

    @classmethod
    def nobody(cls, *, address: str = "") -> Actor:
        """Give a reader who has not signed in: may do nothing that needs a right."""
        return cls(address=address)

    @classmethod
    def system(cls, name: str = "command line") -> Actor:
        """Give the command line or the worker: whoever runs it holds the database itself. States still bind it."""
        return cls(name=name, of_the_system=True)

    @classmethod
    def of(
        cls,
        person: Person,
        *,
        now: datetime,
        second_factor: bool,
        scopes: Iterable[str] | None = None,
        token: str = "",
        address: str = "",
    ) -> Actor:
        """Give a person with the grants in force now. A disabled person has none."""
        held = list(grants_at(person, now)) if person.is_active else []
        waits = {grant.pk for grant in held if not second_factor and _needs_second_factor(grant)}
        return cls(
            person=person,
            grants=tuple(grant for grant in held if grant.pk not in waits),
            resting=tuple(grant for grant in held if grant.pk in waits),
            scopes=None if scopes is None else frozenset(scopes),
            token=token,
            name=str(person),
            address=address,
        )

    @property
    def roles(self) -> frozenset[Role]:
        """Give every role held somewhere."""
        return frozenset(Role(grant.role) for grant in self.grants)


def _needs_second_factor(grant: Grant) -> bool:
    return settings.MEZON_SECOND_FACTOR_FOR_ALL or Role(grant.role) in NEEDS_SECOND_FACTOR


def grants_at(person: Person, moment: datetime) -> models.QuerySet[Grant]:
    """Give the grants of a person that are in force at a moment."""
    held = models.Q(valid_to=None) | models.Q(valid_to__gt=moment)
    return Grant.objects.filter(held, person=person, valid_from__lte=moment).order_by("pk")


def actor_of(request: HttpRequest) -> Actor:
    """Give who acts by this request; read once a request (one query for the grants)."""
    known = getattr(request, "mezon_actor", None)
    if isinstance(known, Actor):
        return known
    address = address_hash(client_address(request))
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        actor = Actor.of(
            # Django's `request.user` is a wrapping that is filled by the first question asked of it.
            getattr(person, "_wrapped", person),
            now=timezone.now(),
            second_factor=has_second_factor(request),
            address=address,
        )
    else:
        actor = Actor.nobody(address=address)
    request.mezon_actor = actor  # type: ignore[attr-defined]
    return actor


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this session has shown a second factor (or the place asks for none: a demo on this machine)."""
    if not settings.MEZON_SECOND_FACTOR:
        return True
    shown = request.session.get(_AUTHENTICATED, [])
    return any(isinstance(record, dict) and record.get("method") == "mfa" for record in shown)
