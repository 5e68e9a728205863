"""Pages of registers: plain lists, with what the checks correct in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.web.portal.asking import address_with
from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import language, page
from mezon.web.portal.register_words import (
    answer_words,
    column_names,
    corrections,
    entries,
    register_names,
    register_purposes,
)

#: Entries on one page; a register of ten thousand rows is read in pages.
SHOWN_AT_ONCE = 100


@page("registers.html")
def registers(edition: Edition, _request: HttpRequest) -> Mapping[str, Any]:
    """List the registers that the pack has, with how many entries each holds and how many need a correction."""
    names, purposes = register_names(), register_purposes()
    listed = [
        {
            "code": code,
            "name": names.get(code, code),
            "purpose": purposes.get(code, ""),
            "count": count,
            "corrections": sum(len(found) for found in corrections(edition, code, language()).values()),
        }
        for code in sorted(edition.pack.registers, key=_place)
        if (count := len(edition.register(code)))
    ]
    return {"title": _("Registers"), "registers": listed}


@page("register.html")
def register(edition: Edition, request: HttpRequest, name: str) -> Mapping[str, Any]:
    """List one register; `?text=` searches in it, `?page=` turns it over, `?corrected=1` keeps what was corrected."""
    if name not in edition.pack.registers:
        raise Http404(_("This pack has no register “%(name)s”.") % {"name": name})
    every = entries(edition, name, language())
    text, only = request.GET.get("text", "").strip(), request.GET.get("corrected") == "1"
    asked = text.casefold().split()
    shown = [
        entry for entry in every if all(word in entry.search for word in asked) and (entry.corrections or not only)
    ]
    number, last = _page_number(request, len(shown))
    names = register_names()
    return {
        "title": names.get(name, name),
        "name": name,
        "purpose": register_purposes().get(name, ""),
        "entries": shown[(number - 1) * SHOWN_AT_ONCE : number * SHOWN_AT_ONCE],
        "found": len(shown),
        "total": len(every),
        "text": text,
        "only_corrected": only,
        "corrected": sum(bool(entry.corrections) for entry in every),
        "columns": column_names(),
        "answers": answer_words(),
        "units": edition.definitions.units,
        "measures": edition.definitions.units_of_measure,
        "sources": edition.definitions.sources,
        "number": number,
        "last": last,
        "former_page": address_with(request, page=str(number - 1)) if number > 1 else "",
        "next_page": address_with(request, page=str(number + 1)) if number < last else "",
    }


def _page_number(request: HttpRequest, count: int) -> tuple[int, int]:
    last = max(-(-count // SHOWN_AT_ONCE), 1)
    text = request.GET.get("page", "1")
    return min(max(int(text) if text.isdecimal() else 1, 1), last), last


def _place(code: str) -> tuple[int, str]:
    order = list(register_names())
    return (order.index(code) if code in order else len(order), code)


urlpatterns = [
    path("registers/", registers, name="registers"),
    path("registers/<str:name>/", register, name="register"),
]
