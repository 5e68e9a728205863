"""Methodology: an index written out of its file, step by step, with a worked example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.model.methodology import Methodology
from mezon.web.portal.asking import one_of
from mezon.web.portal.choosing import shown_unit
from mezon.web.portal.edition import Edition
from mezon.web.portal.method_words import robustness_words, variation_words
from mezon.web.portal.methodology_facts import decision_record, file_text, goalposts, limits, steps, tree
from mezon.web.portal.pages import language, page
from mezon.web.portal.recipes import assess_again
from mezon.web.portal.robustness_facts import factor_words
from mezon.web.portal.score_path import score_path, scores_by_place
from mezon.web.portal.working import working


@page("methodology.html")
def methodology(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show the pack's default methodology, and name the others."""
    chosen = edition.pack.methodology()
    if chosen is None or chosen.id not in edition.assessments:
        return {"title": _("Methodology"), "methodology": None}
    return _context(edition, request, chosen)


@page("methodology.html")
def methodology_of(edition: Edition, request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Show one methodology."""
    if code not in edition.assessments:
        raise Http404(_("This release has no methodology “%(name)s”.") % {"name": code})
    return _context(edition, request, edition.definitions.methodologies[code])


def _context(edition: Edition, request: HttpRequest, chosen: Methodology) -> Mapping[str, Any]:
    as_of = request.GET.get("as_of", "")
    assessment = edition.assessments[chosen.id]
    robustness = chosen.robustness
    return {
        "title": _("Methodology"),
        "methodology": chosen,
        "others": [
            edition.definitions.methodologies[name] for name in sorted(edition.assessments) if name != chosen.id
        ],
        "tree": tree(edition, chosen, as_of=as_of),
        "steps": steps(edition, chosen),
        "goalposts": goalposts(edition, chosen, as_of=as_of),
        "robustness": robustness_words(robustness) if robustness else "",
        "variations": [variation_words(vary) for vary in robustness.vary] if robustness else [],
        "sensitivity": _sensitivity(edition, chosen),
        "excluded_draws": assessment.excluded_draws,
        "limits": limits(edition, chosen),
        "decision": decision_record(edition, chosen.id),
        "file_text": file_text(edition, chosen.id),
        "assessed": assessment.trace,
        **_example(edition, request, chosen, as_of),
    }


def _example(edition: Edition, request: HttpRequest, chosen: Methodology, as_of: str) -> dict[str, Any]:
    """Give the worked example: of the unit asked for, else the highlighted one, in its last scored period."""
    scored = scores_by_place(edition, chosen.id)
    root = chosen.root.id
    codes = sorted({unit for unit, _period, node in scored if node == root and scored[(unit, _period, node)]["rank"]})
    asked = one_of(request, "unit", codes)
    unit, last = shown_unit(edition, chosen, unit=asked)
    periods = sorted({period for of, period, node in scored if of == unit and node == root and
                      scored[(of, period, node)]["rank"]})  # fmt: skip
    period = one_of(request, "period", periods, last)
    found = score_path(edition, chosen, unit, period, root) if unit else None
    if found is None:
        return {"example": None}
    names = edition.definitions.units
    return {
        "example": {"unit": unit, "period": period, "periods": periods},
        "example_units": sorted(
            ((code, names[code].name) for code in codes), key=lambda e: e[1].in_language(language())
        ),
        **working(edition, found, as_of=as_of),
        "recipe": assess_again(edition, chosen, unit, period, root),
    }


def _sensitivity(edition: Edition, chosen: Methodology) -> list[dict[str, Any]]:
    table = edition.assessments[chosen.id].tables.get("sensitivity")
    rows = table.to_dicts() if table is not None else []
    return [{**row, "factor": factor_words(row["factor"], chosen)} for row in rows]


urlpatterns = [
    path("methodology/", methodology, name="methodology"),
    path("methodology/<str:code>/", methodology_of, name="methodology_of"),
]
