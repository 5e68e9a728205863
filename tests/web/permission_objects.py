"""The world in which the table of permissions is tried, and the makers of objects that addresses are about.

The world is a pack of two enterprises, A and B (tests/web/desk/conftest.py), and one person of each kind. Every object
is made at unit A. A maker takes the world and a state, and gives the words of the address: `{"number": 7}`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mezon.web.accounts.models import Grant, Person, Token
from mezon.web.warehouse.models import StoredPack
from tests.web.people import SINCE, person_with

ROLES = ("provider", "reviewer", "statistician", "steering-analyst", "administrator")
#: Nobody signed in; somebody without a role; the provider of the enterprise next door; every role, but of another pack.
OTHERS = ("stranger", "nobody", "neighbour", "foreigner")


@dataclass
class World:
    """A pack and its people, by what they are."""

    pack: StoredPack
    people: dict[str, Person]
    made: int = 0


Maker = Callable[[World, str], dict[str, Any]]
MAKERS: dict[str, Maker] = {}
#: The states an object of a maker can be in; [""] when it has none.
STATES: dict[str, list[str]] = {}


def maker(name: str, *states: str) -> Callable[[Maker], Maker]:
    """Register a maker of objects, with the states it can make them in."""

    def register(make: Maker) -> Maker:
        MAKERS[name], STATES[name] = make, list(states) or [""]
        return make

    return register


def build(pack: StoredPack) -> World:
    """Make one person of each kind."""
    people = {role: person_with(role, pack=pack.code, email=f"{role}@world.example") for role in ROLES[1:]}
    people["administrator"].grants_ever.update(pack="")
    people["statistician"].grants_ever.update(pack="")
    people["provider"] = person_with("provider", pack=pack.code, unit="A", email="provider@world.example")
    people["neighbour"] = person_with("provider", pack=pack.code, unit="B", email="neighbour@world.example")
    people["nobody"] = person_with(email="nobody@world.example")
    for role in ROLES:
        people["foreigner"] = person_with(role, pack="elsewhere", email="foreigner@world.example")
    return World(pack=pack, people=people)


def _somebody(world: World, *, usable: bool = False) -> Person:
    world.made += 1
    person = person_with("provider", pack=world.pack.code, unit="A", email=f"made-{world.made}@world.example")
    if usable:
        person.set_password("four gentle camels walk")
        person.save()
    return person


@maker("person")
def a_person(world: World, state: str) -> dict[str, Any]:
    return {"number": _somebody(world).pk}


@maker("grant")
def a_grant(world: World, state: str) -> dict[str, Any]:
    return {"number": Grant.objects.get(person=_somebody(world)).pk}


@maker("token of somebody else")
def a_token(world: World, state: str) -> dict[str, Any]:
    person, now = _somebody(world), timezone.now()
    token = Token.objects.create(
        person=person, name="t", begins="mezon_", digest=str(person.pk), scopes="submissions:read",
        issued_at=SINCE, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    return {"number": token.pk}


@maker("session of somebody else")
def a_session(world: World, state: str) -> dict[str, Any]:
    from allauth.usersessions.models import UserSession

    session = UserSession.objects.create(
        user=_somebody(world), ip="127.0.0.1", session_key=f"s{world.made}", user_agent="x"
    )
    return {"number": session.pk}
