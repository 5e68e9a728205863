"""Robustness: how much the ranks of a period depend on choices, which of them matter, and whether the index coheres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from mezon.web.portal import addresses
from mezon.web.portal.asking import one_of
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.method_words import robustness_words, variation_words
from mezon.web.portal.pages import page
from mezon.web.portal.robustness_facts import (
    correlations,
    factor_words,
    going_together,
    influences,
    light_words,
    ranks,
    reliability,
    sensitivity,
    summary,
    told_of_drawing,
)
from mezon.web.portal.standings import Standings, standings_of
from mezon.web.portal.variant_choices import names_of

#: Tables of an assessment that this page rests on.
_TABLES = ("robustness", "acceptability", "pairwise", "sensitivity", "correlations", "reliability")


@page("robustness.html")
def robustness(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show the robustness of a period's ranks: `?period=&by=`."""
    standings = standings_of(edition, request.GET.get("by", ""))
    if standings is None:
        return {"title": _("Robustness"), "standings": None}
    period = one_of(request, "period", standings.periods, standings.latest)
    plan, assessment = standings.methodology.robustness, standings.assessment
    home = home_unit(edition)
    return {
        "title": _("Robustness"),
        "standings": standings,
        "period": period,
        "by": standings.methodology.id,
        "asked_by": request.GET.get("by", ""),
        "draws": assessment.trace.draws,
        "excluded": assessment.excluded_draws,
        "counted": assessment.trace.draws - assessment.excluded_draws,
        "told": told_of_drawing(standings),
        "plan_words": robustness_words(plan) if plan else "",
        "variations": [variation_words(vary) for vary in plan.vary] if plan else [],
        "interval": plan.interval if plan else None,
        "summary": summary(standings, period, home),
        "ranks": [_rank(standings, row, request) for row in ranks(standings, period)],
        "absent": {name: name not in assessment.tables for name in _TABLES},
        "home": home,
        "choices": [
            {**row, "name": factor_words(row["factor"], standings.methodology)} for row in sensitivity(standings)
        ],
        "weights": _weights(standings),
        "coherence": _coherence(standings),
        "reliability": _reliability(standings),
        "pairs_counted": bool(standings.pairs),
        "correlated": bool(correlations(standings)),
    }


def _rank(standings: Standings, row: Row, request: HttpRequest) -> Row:
    asked = {name: request.GET.get(name, "") for name in ("by", "as_of")}
    unit, definitions = row["unit"], standings.edition.definitions
    keep = addresses.query({**asked, "period": request.GET.get("period", "")})
    trace = addresses.of_score(unit, row["period"], standings.root, methodology=asked["by"], as_of=asked["as_of"])
    return {
        **row,
        "name": definitions.units[unit].name,
        "trace": trace,
        "href": f"{reverse('portal:unit', args=(unit,))}{keep}",
    }


def _weights(standings: Standings) -> list[Row]:
    names = names_of(standings)
    found = influences(standings)
    return [
        {**row, "name": names[row["code"]], "first": not at or found[at - 1]["kind"] != row["kind"],
         "table": standings.weights[row["code"]]}
        for at, row in enumerate(found)
    ]  # fmt: skip


def _coherence(standings: Standings) -> list[Row]:
    names, known = names_of(standings), standings.edition.definitions.indicators
    return [
        {**row, "indicator": known[row["code"]], "group_name": names[row["group"]],
         **{f"{name}_words": light_words(row[name]["flag"] or "") if row[name] else ""
            for name in ("with_group", "with_index", "closest")},
         "closest_name": names[row["closest"]["other"]] if row["closest"] else ""}
        for row in going_together(standings)
    ]  # fmt: skip


def _reliability(standings: Standings) -> list[Row]:
    names = names_of(standings)
    return [{**row, "name": names.get(row["node"], row["node"])} for row in reliability(standings)]


urlpatterns = [path("robustness/", robustness, name="robustness")]
