"""The way back of a number: from a score or a value to observations, sources and rates, and how to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from mezon.disseminate.export import defused
from mezon.model.indicator import Indicator
from mezon.model.methodology import Methodology
from mezon.model.unit import Unit
from mezon.web.portal.addresses import of_indicator, query
from mezon.web.portal.asking import one_of
from mezon.web.portal.choosing import shown_unit
from mezon.web.portal.edition import Edition
from mezon.web.portal.observed import by_place, series
from mezon.web.portal.pages import edition_of, language, page
from mezon.web.portal.recipes import assess_again, release_again
from mezon.web.portal.score_path import score_path, scores_by_place, stages_of
from mezon.web.portal.value_path import values_at
from mezon.web.portal.working import working


@page("trace.html")
def trace(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show the way back of a value (`?indicator=&unit=&period=`) or of a score (`?unit=&period=&node=`)."""
    if request.GET.get("indicator", "").strip():
        return _of_value(edition, request)
    if request.GET.get("unit", "").strip():
        return _of_score(edition, request)
    return {"title": _("The way back"), "kind": "nothing", **_choices(edition, request)}


def trace_file(request: HttpRequest) -> HttpResponse:
    """Give the rows behind a value, or the numbers of every step behind a score, as CSV; each row names the release."""
    edition = edition_of(request)
    if request.GET.get("indicator", "").strip():
        indicator, unit, period = _asked_value(edition, request)
        rows = pl.DataFrame(
            list(by_place(edition).get((indicator.code, unit.code, period), ())), infer_schema_length=None
        )
        name = f"{indicator.code}-{unit.code}-{period}"
    else:
        methodology, unit, period, _node = _asked_score(edition, request)
        rows, name = _every_number(edition, methodology, unit.code, period), f"{methodology.id}-{unit.code}-{period}"
    stamped = rows.with_columns(release=pl.lit(edition.release_id), content_sha256=pl.lit(edition.content_sha256))
    response = HttpResponse(defused(stamped).write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mezon-{name}-{edition.content_sha256[:12]}.csv"'
    patch_cache_control(response, public=True, max_age=300)
    return response


def _of_value(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    indicator, unit, period = _asked_value(edition, request)
    as_of = request.GET.get("as_of", "")
    values = values_at(edition, indicator, unit.code, period, as_of=as_of)
    if not values:
        words = {"indicator": indicator.code, "unit": unit.code, "period": period}
        raise Http404(_("This release says nothing about %(indicator)s of %(unit)s in %(period)s.") % words)
    asked = {"indicator": indicator.code, "unit": unit.code, "period": period, "as_of": as_of}
    return {
        "title": _("The way back of a value"),
        "kind": "value",
        "indicator": indicator,
        "indicator_href": of_indicator(indicator.code, as_of=as_of),
        "unit": unit,
        "period": period,
        "values": values,
        "enters": _enters(edition, indicator, unit.code, period, as_of),
        "recipe": release_again(edition, indicator.code, unit.code, period),
        "file_href": f"{reverse('portal:trace_file')}{query(asked)}",
    }


def _of_score(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    methodology, unit, period, node = _asked_score(edition, request)
    as_of = request.GET.get("as_of", "")
    found = score_path(edition, methodology, unit.code, period, node)
    if found is None:
        words = {"unit": unit.code, "period": period, "methodology": methodology.id}
        raise Http404(_("%(methodology)s says nothing about %(unit)s in %(period)s.") % words)
    asked = {"unit": unit.code, "period": period, "node": node, "methodology": methodology.id, "as_of": as_of}
    return {
        "title": _("The way back of a score"),
        "kind": "score",
        "methodology": methodology,
        "assessed": edition.assessments[methodology.id].trace,
        "node": found.top.node,
        "period": period,
        **working(edition, found, as_of=as_of),
        "recipe": assess_again(edition, methodology, unit.code, period, node),
        "file_href": f"{reverse('portal:trace_file')}{query(asked)}",
        **_choices(edition, request, methodology),
    }


def _asked_value(edition: Edition, request: HttpRequest) -> tuple[Indicator, Unit, str]:
    definitions = edition.definitions
    code = one_of(request, "indicator", definitions.indicators)
    unit = one_of(request, "unit", definitions.units)
    if not unit:
        raise Http404(_("An address of a value names an indicator, a unit and a period."))
    periods = sorted(period for at, of, period in by_place(edition) if (at, of) == (code, unit))
    return definitions.indicators[code], definitions.units[unit], one_of(request, "period", periods, "")


def _asked_score(edition: Edition, request: HttpRequest) -> tuple[Methodology, Unit, str, str]:
    definitions = edition.definitions
    chosen = one_of(request, "methodology", sorted(edition.assessments), definitions.default_methodology)
    if chosen not in edition.assessments:
        raise Http404(_("This release has no index."))
    methodology = definitions.methodologies[chosen]
    node = one_of(request, "node", [each.id for each in methodology.nodes], methodology.root.id)
    scored = scores_by_place(edition, chosen)
    unit = one_of(request, "unit", sorted({unit for unit, _period, _node in scored}))
    periods = sorted({period for of, period, _node in scored if of == unit})
    if not periods:
        raise Http404(_("An address of a value names an indicator, a unit and a period."))
    with_rank = [period for period in periods if scored[(unit, period, node)]["score"] is not None]
    period = one_of(request, "period", periods, (with_rank or periods)[-1])
    return methodology, definitions.units[unit], period, node


def _choices(edition: Edition, request: HttpRequest, methodology: Methodology | None = None) -> dict[str, Any]:
    """Give what a form offers: units, periods and nodes of a methodology."""
    chosen = methodology or edition.pack.methodology()
    if chosen is None or chosen.id not in edition.assessments:
        return {"units": [], "periods": [], "nodes": [], "examples": []}
    scored = scores_by_place(edition, chosen.id)
    names = edition.definitions.units
    units = [(code, names[code].name) for code in sorted({unit for unit, _period, _node in scored})]
    units.sort(key=lambda entry: entry[1].in_language(language()))
    periods = sorted({period for _unit, period, _node in scored}, reverse=True)
    return {
        "units": units,
        "periods": periods,
        "nodes": [(node.id, node.title) for node in chosen.nodes],
        "asked": {name: request.GET.get(name, "") for name in ("unit", "period", "node")},
        "example": _example(edition, chosen),
    }


def _example(edition: Edition, methodology: Methodology) -> dict[str, Any]:
    """Give a score and a value to begin with; nothing where nobody has a score."""
    unit, period = shown_unit(edition, methodology)
    if not unit:
        return {}
    definitions = edition.definitions
    leaf = definitions.indicators[methodology.leaves[0].indicator]
    observed = series(edition, leaf, unit)
    return {
        "unit": unit,
        "unit_name": definitions.units[unit].name,
        "period": period,
        "node": methodology.root.id,
        "leaf": leaf.code,
        "leaf_name": leaf.name,
        "leaf_period": observed[-1]["period"] if observed else period,
    }


def _enters(edition: Edition, indicator: Indicator, unit: str, period: str, as_of: str) -> list[dict[str, Any]]:
    """Give the scores that a value enters in its own period."""
    found = []
    for name in sorted(edition.assessments):
        methodology = edition.definitions.methodologies[name]
        leaves = [leaf for leaf in methodology.leaves if leaf.indicator == indicator.code]
        row = scores_by_place(edition, name).get((unit, period, methodology.root.id))
        if not leaves or row is None:
            continue
        chosen = "" if name == edition.definitions.default_methodology else name
        asked = {"unit": unit, "period": period, "node": methodology.root.id, "methodology": chosen, "as_of": as_of}
        href = f"{reverse('portal:trace')}{query(asked)}"
        found.append({"methodology": methodology, "score": row["score"], "href": href})
    return found


def _every_number(edition: Edition, methodology: Methodology, unit: str, period: str) -> pl.DataFrame:
    """Give the values of a unit and period after every step, one row each, and the scores."""
    rows: list[tuple[str, str, str, str, float | None]] = []
    for stage in stages_of(edition, methodology.id):
        label = f"{stage.number:02d}-{stage.step.call.name}"
        table = stage.rows.get((unit, period), {})
        rows += [(unit, period, label, code, table[code]) for code in table if code not in {"unit", "period"}]
    scored = scores_by_place(edition, methodology.id)
    ends = [(node.id, scored.get((unit, period, node.id), {})) for node in methodology.nodes]
    rows += [(unit, period, "score", code, row.get("score")) for code, row in ends]
    rows += [(unit, period, "rank", code, row.get("rank")) for code, row in ends]
    return pl.DataFrame(rows, schema=["unit", "period", "step", "code", "value"], orient="row", strict=False)


urlpatterns = [
    path("trace/", trace, name="trace"),
    path("trace/numbers.csv", trace_file, name="trace_file"),
]
