"""The page of search: units, indicators, claims, documents and all else that has a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page
from mezon.web.portal.search_index import Hit, search
from mezon.web.portal.views.registers import SHOWN_AT_ONCE

#: Longer queries are cut: nobody types them, and every word costs.
_LONGEST = 200


@page("search.html")
def find(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Find what `?q=` names, the best first, sorted into kinds."""
    query = request.GET.get("q", "").strip()[:_LONGEST]
    hits = search(edition, query)
    as_of = request.GET.get("as_of", "")
    shown: list[dict[str, Any]] = [{"hit": hit, "href": _address(edition, hit, as_of)} for hit in hits]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for item in shown[1:] if shown else ():
        kinds.setdefault(item["hit"].kind, []).append(item)
    return {
        "title": _("Search"),
        "query": query,
        "found": len(hits),
        "best": shown[0] if shown else None,
        "kinds": [{"name": _kinds().get(kind, kind), "hits": items} for kind, items in kinds.items()],
        "kind_names": _kinds(),
    }


def _address(edition: Edition, hit: Hit, as_of: str) -> str:
    """Give where a hit is; an entry of a long register is on the page of the register that holds it."""
    asked: dict[str, str] = {"as_of": as_of} if as_of else {}
    if hit.address[0] == "portal:register" and len(edition.register(hit.address[1])) > SHOWN_AT_ONCE:
        asked["text"] = hit.fragment
    address = reverse(hit.address[0], args=hit.address[1:])
    return address + (f"?{urlencode(asked)}" if asked else "") + (f"#{hit.fragment}" if hit.fragment else "")


def _kinds() -> dict[str, str]:
    return {
        "unit": _("Units"),
        "indicator": _("Indicators"),
        "methodology": _("Methodologies"),
        "claim": _("Claims"),
        "source": _("Sources"),
        "documents": _("Documents"),
        "projects": _("Projects"),
        "actors": _("Actors"),
        "instruments": _("Policy instruments"),
        "sites": _("Sites"),
        "technologies": _("Technologies"),
        "patents": _("Patents"),
        "references": _("References"),
    }


urlpatterns = [
    path("search/", find, name="search"),
]
