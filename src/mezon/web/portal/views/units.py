"""Unit profile: where one country, industry or company stands, in what it is strong and weak, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.model.codelists import Level
from mezon.model.unit import Unit
from mezon.web.portal.asking import carried, one_of
from mezon.web.portal.edition import Edition
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pages import page
from mezon.web.portal.profiles import Asked, index_of, known_of, projects_of, undisclosed_of
from mezon.web.portal.standings import standings_with


@page("unit.html")
def unit(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Show one unit: `?period=&by=`."""
    found = unit_of(edition, code)
    as_of = request.GET.get("as_of", "")
    context: dict[str, Any] = {
        "title": found.name,
        "unit": found,
        "parents": [edition.definitions.units[each.parent] for each in edition.definitions.memberships
                    if each.unit == code and each.parent in edition.definitions.units],
        "children": [edition.definitions.units[each.unit] for each in edition.definitions.memberships
                     if each.parent == code and each.unit in edition.definitions.units],
        "company": found.level == Level.ENTERPRISE,
        "projects": projects_of(edition, [code]),
        "framework": undisclosed_of(edition, found) if _is_of_the_pack(edition, found) else [],
    }  # fmt: skip
    standings = standings_with(edition, code, request.GET.get("by", ""))
    leaves: tuple[str, ...] = ()
    if standings is not None and code in standings.units:
        leaves = standings.methodology.indicators
        mine = [period for period in standings.periods if standings.at(code, period)]
        scored = [period for period in mine if (standings.at(code, period) or {}).get("score") is not None]
        latest = standings.latest if standings.latest in mine else (scored or mine)[-1]
        period = one_of(request, "period", mine, latest)
        asked = Asked(unit=code, period=period, methodology=request.GET.get("by", ""), as_of=as_of)
        context |= {"period": period, "periods": mine, "by": asked.methodology, **index_of(standings, asked)}
    context["known"] = known_of(edition, found, without=leaves, as_of=as_of)
    context["carried"] = carried(request, "period")
    context["undisclosed"] = sum(len(row["missing"]) for row in context["framework"])
    context["framework_size"] = sum(row["asked"] for row in context["framework"])
    return context


def unit_of(edition: Edition, code: str) -> Unit:
    """Give a unit by its code. Raises : Http404."""
    found = edition.definitions.units.get(code)
    if found is None:
        raise Http404(_("This release has no unit “%(code)s”.") % {"code": code})
    return found


def _is_of_the_pack(edition: Edition, unit: Unit) -> bool:
    """Say whether a unit belongs to the country whose mining the framework describes."""
    return unit.level not in {Level.COUNTRY, Level.AREA} or unit.code == home_unit(edition)


urlpatterns = [
    path("units/<str:code>/", unit, name="unit"),
]
