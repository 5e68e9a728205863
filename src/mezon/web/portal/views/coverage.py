"""Coverage and quality: what exists, how old it is, what is missing and who holds it, what the checks found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.web.portal.choosing import highlighted
from mezon.web.portal.coverage_facts import age_classes, ages, findings_by_rule, matrix, missing, revisions, shown
from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import language, page


@page("coverage.html")
def coverage(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show completeness, age, gaps, findings and revisions."""
    as_of = request.GET.get("as_of", "")
    aged = ages(edition, as_of=as_of)
    lacking = missing(edition, as_of=as_of)
    home = highlighted(edition)
    revised = revisions(edition, home)
    found = findings_by_rule(edition, language())
    indicators = edition.definitions.indicators
    framework = sum(bool(each.methods_id) for each in indicators.values())
    return {
        "title": _("Coverage and quality"),
        "matrix": matrix(edition),
        "ages": aged,
        "age_classes": age_classes(aged),
        "defined": len(indicators),
        "framework": framework,
        "framework_observed": framework - len(lacking),
        "missing": lacking,
        "values": edition.observations["value"].is_not_null().sum(),
        "rules": found,
        "severities": {name: sum(rule["count"] for rule in found if rule["severity"] == name)
                       for name in ("error", "warning", "note")},
        "revisions": revised,
        "largest": shown(edition, revised.largest, as_of=as_of),
        "at_home": shown(edition, revised.at_home, as_of=as_of),
        "in_index": shown(edition, revised.in_index, as_of=as_of),
        "home": edition.definitions.units.get(home),
        "drawn": edition.assessment is not None,
    }  # fmt: skip


urlpatterns = [
    path("coverage/", coverage, name="coverage"),
]
