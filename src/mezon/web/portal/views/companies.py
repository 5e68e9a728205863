"""Company: what is public about one enterprise, as stated and as checked, and what it does not disclose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.model.codelists import Level
from mezon.web.portal.dossiers import dossier
from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import exhibits
from mezon.web.portal.pages import language, page
from mezon.web.portal.standings import standings_with
from mezon.web.portal.verdicts import outcome_words
from mezon.web.portal.views.units import unit_of


@page("company.html")
def company(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Show one company. Raises : Http404 for a unit that is none."""
    found = unit_of(edition, code)
    if found.level != Level.ENTERPRISE:
        raise Http404(_("“%(code)s” is no company; its page is under units.") % {"code": code})
    companies = exhibits(edition).companies
    compared = [row["unit"] for row in companies.rows] if companies else []
    shown = dossier(edition, found, language=language(), as_of=request.GET.get("as_of", ""))
    known = sum(len(group["rows"]) for group in shown["facts"])
    return {
        "title": found.name,
        "unit": found,
        "parents": [edition.definitions.units[each.parent] for each in edition.definitions.memberships
                    if each.unit == code and each.parent in edition.definitions.units],
        "in_index": standings_with(edition, code) is not None,
        "others": [unit for unit in edition.definitions.units.values()
                   if unit.level == Level.ENTERPRISE and unit.code != code and unit.code in edition.by_unit],
        "compared": code in compared and len(compared) > 1,
        "known": known,
        "outcomes": outcome_words(),
        "undisclosed": sum(len(row["missing"]) for row in shown["framework"]),
        "framework_size": sum(row["asked"] for row in shown["framework"]),
        **shown,
    }  # fmt: skip


urlpatterns = [
    path("companies/<str:code>/", company, name="company"),
]
