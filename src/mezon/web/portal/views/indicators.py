"""Indicators: the list by group, and a page for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from mezon.disseminate.export import defused
from mezon.model.codelists import Level
from mezon.model.indicator import Indicator
from mezon.web.portal.addresses import of_indicator, query
from mezon.web.portal.asking import one_of
from mezon.web.portal.choosing import highlighted
from mezon.web.portal.edition import Edition
from mezon.web.portal.indicator_facts import (
    STANDARDS,
    entries,
    glances,
    groups_of,
    revisions_of,
    sources_of,
    term_tree,
    used_in,
)
from mezon.web.portal.indicator_table import latest, table_of
from mezon.web.portal.indicator_units import can_be_drawn, chosen_units, units_with_values
from mezon.web.portal.observed import measure_words
from mezon.web.portal.pages import edition_of, language, page

#: Indicators of the same group that a page names.
_RELATED = 8


@page("indicators.html")
def indicators(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """List indicators by group, with what is observed and what is missing."""
    pillars = groups_of(edition, "pillar")
    asked = {
        "pillar": one_of(request, "pillar", [pillar.code for pillar in pillars]),
        "level": one_of(request, "level", [str(level) for level in Level]),
        "show": one_of(request, "show", ["observed", "missing"]),
    }
    as_of = request.GET.get("as_of", "")
    listed = [each for each in edition.definitions.indicators.values() if _asked_for(edition, each, asked)]
    sections = [
        {"group": group, **_section(edition, [each for each in listed if each.group == group.code], as_of)}
        for group in groups_of(edition, "group")
    ]
    rest = _section(edition, [each for each in listed if not each.group], as_of)
    return {
        "title": _("Indicators"),
        "sections": [section for section in sections if section["rows"]],
        "rest": rest if rest["rows"] else None,
        "pillars": pillars,
        "levels": _levels(edition),
        "asked": asked,
        "total": len(listed),
        "observed": sum(bool(glances(edition)[each.code]["values"]) for each in listed),
    }


@page("indicator.html")
def indicator(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Show everything about one indicator."""
    chosen = _known(edition, code)
    as_of = request.GET.get("as_of", "")
    units = chosen_units(edition, chosen, request.GET.getlist("units"))
    definitions = edition.definitions
    return {
        "title": chosen.name.in_language(language()),
        "indicator": chosen,
        "glance": glances(edition)[code],
        "group": definitions.groups.get(chosen.group),
        "pillars": [definitions.groups[pillar] for pillar in chosen.pillars if pillar in definitions.groups],
        "measure": measure_words(edition, chosen.unit),
        "weight_of_roll_up": definitions.indicators.get(chosen.roll_up_weight),
        "terms": term_tree(edition, chosen, as_of=as_of),
        "standards": [(STANDARDS.get(name, name), place) for name, place in _standards(chosen).items()],
        "papers": chosen.attributes.get("papers_codes") or (),
        "latest": latest(edition, chosen, units, as_of=as_of),
        "drawn": can_be_drawn(edition, chosen, units),
        "units_joined": ",".join(units),
        "choices": [(unit, definitions.units[unit].name, unit in units) for unit in units_with_values(edition, chosen)],
        "table": table_of(edition, chosen, first=units, as_of=as_of),
        "sources": sources_of(edition, chosen),
        "revisions": revisions_of(edition, chosen, units),
        "unit_names": {unit: definitions.units[unit].name for unit in units},
        "entries": entries(edition, chosen),
        "used_in": [definitions.indicators[other] for other in used_in(edition).get(code, ())],
        "related": _related(edition, chosen),
        "highlighted": highlighted(edition),
        "file_href": f"{reverse('portal:indicator_file', args=(code,))}{query({'as_of': as_of})}",
        "self_href": of_indicator(code),
    }


def indicator_file(request: HttpRequest, code: str) -> HttpResponse:
    """Give every released row of an indicator as CSV, with the release in each row."""
    edition = edition_of(request)
    _known(edition, code)
    rows = edition.by_indicator.get(code, edition.observations.clear())
    stamped = rows.drop("row", strict=False).with_columns(
        release=pl.lit(edition.release_id), content_sha256=pl.lit(edition.content_sha256)
    )
    response = HttpResponse(defused(stamped).write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mezon-{code}-{edition.content_sha256[:12]}.csv"'
    patch_cache_control(response, public=True, max_age=300)
    return response


def _known(edition: Edition, code: str) -> Indicator:
    try:
        return edition.definitions.indicators[code]
    except KeyError:
        raise Http404(_("This release has no indicator “%(code)s”.") % {"code": code}) from None


def _asked_for(edition: Edition, indicator: Indicator, asked: Mapping[str, str]) -> bool:
    observed = bool(glances(edition)[indicator.code]["values"])
    return (
        (not asked["pillar"] or asked["pillar"] in indicator.pillars)
        and (not asked["level"] or asked["level"] in indicator.levels)
        and (not asked["show"] or (asked["show"] == "observed") == observed)
    )


def _section(edition: Edition, listed: list[Indicator], as_of: str) -> dict[str, Any]:
    leaves = {leaf.indicator for each in edition.definitions.methodologies.values() for leaf in each.leaves}
    rows = [
        {
            "indicator": each,
            "href": of_indicator(each.code, as_of=as_of),
            "glance": glances(edition)[each.code],
            "measure": measure_words(edition, each.unit),
            "enters": each.code in leaves,
        }
        for each in listed
    ]
    observed = sum(bool(row["glance"]["values"]) for row in rows)
    rows.sort(key=lambda row: not row["glance"]["values"])
    return {"rows": rows, "observed": observed, "missing": len(rows) - observed}


def _levels(edition: Edition) -> list[str]:
    seen = {level for each in edition.definitions.indicators.values() for level in each.levels}
    return [str(level) for level in Level if level in seen]


def _standards(indicator: Indicator) -> Mapping[str, str]:
    found = indicator.attributes.get("standards") or {}
    return {str(name): str(place) for name, place in found.items()}


def _related(edition: Edition, indicator: Indicator) -> list[Indicator]:
    """Give other indicators of the same group, those with values first."""
    if not indicator.group:
        return []
    same = [
        each for each in edition.definitions.indicators.values() if each.group == indicator.group and each != indicator
    ]
    same.sort(key=lambda each: (not glances(edition)[each.code]["values"], not each.methods_id))
    return same[:_RELATED]


urlpatterns = [
    path("indicators/", indicators, name="indicators"),
    path("indicators/<str:code>/", indicator, name="indicator"),
    path("indicators/<str:code>/values.csv", indicator_file, name="indicator_file"),
]
