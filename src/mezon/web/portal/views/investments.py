"""The page of investments: each exhibit of the publications beside its recomputation, as far as the pack has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.model.text import Text
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.exhibits import Exhibits, exhibits
from mezon.web.portal.observed import ORIGIN_WORDS
from mezon.web.portal.pages import page
from mezon.web.portal.verdicts import CheckedClaim, claims_by_indicator, outcome_words


@page("investments.html")
def investments(edition: Edition, _request: HttpRequest) -> Mapping[str, Any]:
    """Show what was invested: in both currencies, by company, by source and by project, and at which rate."""
    found = exhibits(edition)
    definitions = edition.definitions
    projects = [_project(row) for row in edition.register("projects")]
    return {
        "title": _("Investments"),
        "exhibits": found,
        "nothing": not (found.line or found.companies or found.composition or projects),
        "indicators": definitions.indicators,
        "units": definitions.units,
        "sources": definitions.sources,
        "measures": definitions.units_of_measure,
        "projects": projects,
        "with_amount": sum(row["amount"] is not None for row in projects),
        "with_capacity": sum(row["change"] is not None for row in projects),
        "claims": _claims(edition, found),
        "outcomes": outcome_words(),
        "origins": ORIGIN_WORDS,
    }


def _project(row: Row) -> Row:
    """Add the name in every language and the effect on capacity as a share of what there was before."""
    before, after = row.get("capacity_before"), row.get("capacity_after")
    return {
        **row,
        "name": Text(en=row["name_en"], ru=row.get("name_ru") or "", uz=row.get("name_uz") or ""),
        "change": after / before - 1 if before and after else None,
    }


def _claims(edition: Edition, found: Exhibits) -> dict[str, tuple[CheckedClaim, ...]]:
    """Give, for each exhibit, the claims about the amounts in it that could be recomputed."""
    by_indicator = claims_by_indicator(edition)

    def about(indicators: Iterable[str]) -> tuple[CheckedClaim, ...]:
        claims = {claim.id: claim for code in indicators for claim in by_indicator.get(code, ()) if claim.evidence}
        return tuple(claims[code] for code in sorted(claims))

    composition = found.composition
    parts = [part.code for part in composition.last.parts] if composition else []
    return {
        "line": about([found.line.indicator] if found.line else []),
        "companies": about([found.companies.indicator] if found.companies else []),
        "composition": about(parts),
    }


urlpatterns = [
    path("investments/", investments, name="investments"),
]
