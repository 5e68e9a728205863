"""Compare: two to six units side by side, at an address that keeps the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mezon.web.portal.asking import one_of
from mezon.web.portal.comparisons import FEWEST, MOST, compared
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pages import language, page
from mezon.web.portal.profiles import Asked
from mezon.web.portal.search_index import folded
from mezon.web.portal.standings import Standings, standings_of

#: Countries with long mining traditions and much that is published: where a reader from elsewhere starts.
_LEADING = ("AUS", "CAN", "CHL")


@page("compare.html")
def compare(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show units side by side: `?u=UZB&u=AUS&period=&by=`."""
    standings = standings_of(edition, request.GET.get("by", ""))
    if standings is None:
        return {"title": _("Compare"), "standings": None}
    period = one_of(request, "period", standings.periods, standings.latest)
    asked_for = [text.strip() for text in request.GET.getlist("u") if text.strip()]
    codes = _codes(standings)
    wanted = list(dict.fromkeys(codes.get(folded(text), text) for text in asked_for))
    known = [code for code in wanted if code in standings.units]
    chosen = known[:MOST]
    asked = Asked(unit="", period=period, methodology=request.GET.get("by", ""), as_of=request.GET.get("as_of", ""))
    context: dict[str, Any] = {
        "title": _title(edition, chosen),
        "standings": standings,
        "period": period,
        "by": asked.methodology,
        "choices": [_choice(standings, chosen, place) for place in range(MOST)],
        "unknown": [code for code in wanted if code not in standings.units],
        "too_many": known[MOST:],
        "example": home_unit(edition) or next(iter(standings.units), ""),
        "most": MOST,
        "presets": _presets(standings, period, request),
        "chosen": ",".join(chosen),
        "enough": len(chosen) >= FEWEST,
    }
    return {**context, **(compared(standings, chosen, asked) if context["enough"] else {})}


def _codes(standings: Standings) -> dict[str, str]:
    """Give the units assessed by what a reader may call them: code, name in any language, another name."""
    units = standings.edition.definitions.units
    found: dict[str, str] = {}
    for code in standings.units:
        unit = units.get(code)
        names = (unit.name.en, unit.name.ru, unit.name.uz, *unit.aliases) if unit else ()
        for name in names:
            found.setdefault(folded(name), code)
    return found | {folded(code): code for code in standings.units}


def _title(edition: Edition, chosen: Sequence[str]) -> str:
    names = [edition.definitions.units[code].name.in_language(language()) for code in chosen]
    return _("Compare: %(names)s") % {"names": ", ".join(names)} if len(names) >= FEWEST else _("Compare")


def _choice(standings: Standings, chosen: Sequence[str], place: int) -> Row:
    """Give one list to choose a unit from; names in alphabetical order of the language."""
    units = standings.edition.definitions.units
    named = sorted((units[code].name.in_language(language()), code) for code in standings.units if code in units)
    current = chosen[place] if place < len(chosen) else ""
    return {
        "place": place + 1,
        "options": [{"code": code, "name": name, "current": code == current} for name, code in named],
    }


def _presets(standings: Standings, period: str, request: HttpRequest) -> list[Row]:
    """Give comparisons that many readers want: with the leading mining countries, with those most alike."""
    home = home_unit(standings.edition)
    home = home if home in standings.units else ""
    sets = []
    if set(_LEADING) <= set(standings.units):
        sets.append([home, *_LEADING])
    if home:
        sets.append([home, *(code for _far, _n, code in standings.distances(home, period)[:3])])
    if not sets:
        sets.append([row["unit"] for row in standings.ranking(period)[:4]])
    return [_preset(standings, [code for code in codes if code], period, request) for codes in sets if any(codes)]


def _preset(standings: Standings, codes: Sequence[str], period: str, request: HttpRequest) -> Row:
    units = standings.edition.definitions.units
    kept = {name: request.GET[name] for name in ("by", "as_of") if request.GET.get(name)}
    query = urlencode([*(("u", code) for code in codes), ("period", period), *kept.items()])
    names = ", ".join(units[code].name.in_language(language()) for code in codes)
    return {"names": names, "href": f"{reverse('portal:compare')}?{query}"}


urlpatterns = [
    path("compare/", compare, name="compare"),
]
