"""What the frame around the pages behind the sign-in shows. Lazy: the portal's pages never ask, and pay nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mezon.web.accounts.acting import Actor, actor_of
from mezon.web.accounts.policy import may_somewhere


def person(request: HttpRequest) -> dict[str, Any]:
    """Give who acts (`actor`) and where they may go (`places`)."""
    return {
        "actor": SimpleLazyObject(lambda: actor_of(request)),
        "places": SimpleLazyObject(lambda: _places(actor_of(request), request.path)),
    }


def _places(actor: Actor, path: str) -> list[dict[str, Any]]:
    entries = [
        ("desk:home", _("Desk"), actor.person is not None),
        ("accounts:people", pgettext("accounts", "People"), may_somewhere(actor, "people.read")),
        ("audit:records", _("Audit"), may_somewhere(actor, "audit.read")),
        ("accounts:home", _("Your account"), actor.person is not None),
    ]
    places: list[dict[str, Any]] = []
    for name, label, open_to_them in entries:
        if open_to_them and (address := _address(name)):
            places.append({"href": address, "label": label, "current": path.startswith(address)})
    longest = max((len(place["href"]) for place in places if place["current"]), default=0)
    return [{**place, "current": place["current"] and len(place["href"]) == longest} for place in places]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
