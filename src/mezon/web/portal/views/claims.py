"""Pages of claims: what was published, what came of recomputing it, and the way back to the observations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext as _

from mezon.web.portal.edition import Edition
from mezon.web.portal.pages import page
from mezon.web.portal.verdicts import (
    MARKS,
    CheckedClaim,
    checked_claims,
    kind_words,
    obstacle_words,
    outcome_words,
)


@page("claims.html")
def claims(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """List the claims, those with a number first; `?publication=`, `?verdict=`, `?kind=` and `?text=` choose."""
    every = tuple(checked_claims(edition).values())
    asked = {name: request.GET.get(name, "").strip() for name in ("publication", "verdict", "kind", "text")}
    shown = [claim for claim in every if _is_asked_for(claim, asked)]
    shown.sort(key=lambda claim: list(MARKS).index(claim.outcome) if claim.outcome in MARKS else len(MARKS))
    outcomes, kinds = outcome_words(), kind_words()
    return {
        "title": _("Published claims, recomputed"),
        "claims": shown,
        "total": len(every),
        "asked": asked,
        "filtered": any(asked.values()),
        "outcomes": outcomes,
        "kinds": kinds,
        "obstacles": obstacle_words(),
        "tallies": _tallies(every, outcomes),
        "publications": _publications(edition, every),
        "measures": edition.definitions.units_of_measure,
        "kinds_there": sorted({claim.kind for claim in every}, key=lambda kind: kinds.get(kind, kind)),
    }


@page("claim.html")
def claim(edition: Edition, _request: HttpRequest, code: str) -> Mapping[str, Any]:
    """Show one claim: sentence, verdict, every basis with its number, the observations, and a place for a reply."""
    every = checked_claims(edition)
    found = every.get(code)
    if found is None:
        raise Http404(_("There is no claim “%(code)s” here.") % {"code": code})
    order = list(every)
    place = order.index(code)
    return {
        "title": _("Claim %(code)s") % {"code": code},
        "claim": found,
        "outcomes": outcome_words(),
        "kinds": kind_words(),
        "obstacles": obstacle_words(),
        "publication": edition.definitions.sources.get(found.publication),
        "indicators": edition.definitions.indicators,
        "units": edition.definitions.units,
        "observed": {item.indicator for item in found.evidence},
        "unit_of_measure": edition.definitions.units_of_measure.get(found.row.get("unit_of_measure") or ""),
        "cited": _references(edition, found),
        "former": order[place - 1] if place else "",
        "following": order[place + 1] if place + 1 < len(order) else "",
    }


def _is_asked_for(claim: CheckedClaim, asked: Mapping[str, str]) -> bool:
    return (
        asked["publication"] in {"", claim.publication}
        and asked["verdict"] in {"", claim.outcome}
        and asked["kind"] in {"", claim.kind}
        and all(word in claim.search for word in asked["text"].casefold().split())
    )


def _tallies(every: Iterable[CheckedClaim], outcomes: Mapping[str, str]) -> list[dict[str, Any]]:
    """Count the claims by verdict, as a filter that can be followed."""
    counts = Counter(claim.outcome for claim in every)
    return [
        {"verdict": verdict, "label": outcomes[verdict], "mark": mark, "count": counts[verdict],
         "query": urlencode({"verdict": verdict})}
        for verdict, mark in MARKS.items()
    ]  # fmt: skip


def _publications(edition: Edition, every: Iterable[CheckedClaim]) -> list[dict[str, Any]]:
    counts = Counter(claim.publication for claim in every)
    sources = edition.definitions.sources
    return [
        {"id": publication, "count": count, "title": sources[publication].title if publication in sources else ""}
        for publication, count in sorted(counts.items())
    ]


def _references(edition: Edition, found: CheckedClaim) -> list[dict[str, Any]]:
    """Give the entries of the publication's own list that the sentence cites, with those it does not have."""
    listed = {row["number"]: row for row in edition.register("references") if row["publication"] == found.publication}
    numbers = [number for number in str(found.row.get("cites") or "").split(";") if number]
    return [{"number": number, "entry": listed.get(number)} for number in numbers]


urlpatterns = [
    path("claims/", claims, name="claims"),
    path("claims/<str:code>/", claim, name="claim"),
]
