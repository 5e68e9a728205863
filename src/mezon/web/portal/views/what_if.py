"""What if: an index with a reader's own weights and methods, beside the official one and never in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from mezon.web.portal.asking import one_of
from mezon.web.portal.downloads import file_stem
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pages import edition_of, page
from mezon.web.portal.standings import Standings, standings_of
from mezon.web.portal.variant_answers import COLUMNS, LABEL, differences, facts, file_text, standing, table, variant
from mezon.web.portal.variant_choices import (
    MOST_WEIGHT,
    Asked,
    asked_of,
    names_of,
    official_weights,
    option_words,
    place_words,
    places,
    slider,
)
from mezon.web.portal.views.pictures import csv_of

_KEPT = ("by", "period", "as_of")


@page("what_if.html", kept=False)
def what_if(edition: Edition, request: HttpRequest) -> Mapping[str, Any] | HttpResponse:
    """Show the form and what comes of it; an address with more in it than it needs is sent to the shortest one."""
    found = _read(edition, request)
    if found is None:
        return {"title": _("What if"), "standings": None}
    standings, asked, period = found
    if not asked.problems and _told(request) != sorted(asked.pairs):
        return HttpResponseRedirect(f"{request.path}{_query(_pairs(request, asked))}")
    return {
        "title": _("What if"),
        "groups": _groups(standings, asked),
        "methods": _methods(standings, asked),
        "impossible": _impossible(standings),
        "most_weight": MOST_WEIGHT,
        "official_href": f"{request.path}{_query(_kept(request))}",
        **_result(request, standings, asked, period),
    }


@page("what_if_result.html", kept=False)
def what_if_result(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show what comes of it alone, for a page that is open already."""
    standings, asked, period = _found(edition, request)
    return _result(request, standings, asked, period)


def what_if_table(request: HttpRequest) -> HttpResponse:
    """Answer with the differences as CSV; every row says that it is no official number."""
    edition = edition_of(request)
    standings, asked, period = _found(edition, request)
    found = standing(standings, asked, period)
    rows = [] if isinstance(found, str) else differences(standings, found, period, asked=asked)
    written = csv_of(table(standings, rows, asked, period), [*COLUMNS, "what", "variant", "release"])
    name = f"{file_stem(edition)}-{variant(standings, asked).id}-{period}-not-official.csv"
    return _saved(written, name, "text/csv; charset=utf-8")


def what_if_file(request: HttpRequest) -> HttpResponse:
    """Answer with the methodology file of a variant: `mezon assess -m` gives the same numbers."""
    standings, asked, _period = _found(edition_of(request), request)
    address = request.build_absolute_uri(f"{reverse('portal:what_if')}{_query(_pairs(request, asked))}")
    written = file_text(standings, asked, address)
    return _saved(written, f"{variant(standings, asked).id}.toml", "application/toml; charset=utf-8")


def _read(edition: Edition, request: HttpRequest) -> tuple[Standings, Asked, str] | None:
    standings = standings_of(edition, request.GET.get("by", ""))
    if standings is None or not standings.periods:
        return None
    period = one_of(request, "period", standings.periods, standings.latest)
    told = {name: [str(value) for value in values] for name, values in request.GET.lists()}
    return standings, asked_of(standings, told), period


def _found(edition: Edition, request: HttpRequest) -> tuple[Standings, Asked, str]:
    found = _read(edition, request)
    if found is None:
        raise Http404(_("This release has no index, so nothing about it can be changed."))
    return found


def _result(request: HttpRequest, standings: Standings, asked: Asked, period: str) -> dict[str, Any]:
    query = _query(_pairs(request, asked))
    return {
        "standings": standings,
        "period": period,
        "asked": asked,
        "label": _(LABEL),
        "home": home_unit(standings.edition),
        "variant_query": query,
        "csv_href": f"{reverse('portal:what_if_table')}{query}",
        "file_href": f"{reverse('portal:what_if_file')}{query}",
        **facts(standings, asked, period, home_unit(standings.edition)),
    }


def _groups(standings: Standings, asked: Asked) -> list[Row]:
    """Give the tree for the form: the groups with their weights, and below each its indicators."""
    official, names = official_weights(standings.methodology), names_of(standings)
    known = standings.edition.definitions.indicators
    found = []
    for node in standings.methodology.nodes:
        leaves = [leaf for leaf in standings.methodology.leaves if leaf.parent == node.id]
        parts = [_part(leaf.indicator, leaf.weight, official, names, asked) for leaf in leaves]
        beside = [leaf.weight for leaf in leaves]
        for part, leaf in zip(parts, leaves, strict=True):
            part |= {"indicator": known[leaf.indicator], "dropped": leaf.indicator in asked.change.dropped}
            part |= slider(leaf.weight, beside)
        own = _part(node.id, node.weight, official, names, asked)
        own |= slider(node.weight, [each.weight for each in standings.methodology.nodes if each.parent == node.parent])
        found.append({**own, "root": node.parent is None, "parts": parts})
    return found


def _part(code: str, weight: float, official: Mapping[str, float], names: Mapping[str, str], asked: Asked) -> Row:
    return {
        "code": code,
        "name": names[code],
        "weighs": code in official,
        "official": weight,
        "weight": asked.change.weights.get(code, weight),
    }


def _methods(standings: Standings, asked: Asked) -> list[Row]:
    """Give the places in which a method may be chosen, each with what fits and what fits only with other changes."""
    chosen, names = dict(asked.pairs), names_of(standings)
    found = []
    for place in places(standings.edition, standings.methodology.id):
        options = [{"value": each.value, "label": option_words(each), "chosen": chosen.get(place.name) == each.value,
                    "fits": not each.why} for each in place.options if each.possible]  # fmt: skip
        if options:
            found.append({"name": place.name, "label": place_words(place, names), "written": place.written,
                          "fitting": [each for each in options if each["fits"]],
                          "others": [each for each in options if not each["fits"]]})  # fmt: skip
    return found


def _impossible(standings: Standings) -> list[Row]:
    """Give the registered methods that cannot be chosen, each with why, once for all places of a family."""
    found: dict[str, Row] = {}
    for place in places(standings.edition, standings.methodology.id):
        for option in place.options:
            if not option.possible:
                found.setdefault(
                    option.call.name, {"name": option_words(option), "call": option.call, "why": _(option.why)}
                )
    return list(found.values())


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, request.GET[name]) for name in _KEPT if request.GET.get(name)]


def _pairs(request: HttpRequest, asked: Asked) -> list[tuple[str, str]]:
    """Give the shortest address that says all that was understood."""
    return [*_kept(request), *asked.pairs]


def _told(request: HttpRequest) -> list[tuple[str, str]]:
    """Give what an address says about a variant, as it says it."""
    said = [(name, str(value)) for name, values in request.GET.lists() for value in values]
    return sorted((name, value) for name, value in said if name == "drop" or name.startswith(("w.", "step", "node.")))


def _query(pairs: list[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""


def _saved(written: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(written, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("what-if/", what_if, name="what_if"),
    path("what-if/result/", what_if_result, name="what_if_result"),
    path("what-if/variant.csv", what_if_table, name="what_if_table"),
    path("what-if/variant.toml", what_if_file, name="what_if_file"),
]
