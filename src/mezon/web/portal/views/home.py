"""The front page: what can be said today, what cannot, and where each reader begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import path

from mezon.analyse.coverage import coverage, missing_of_framework
from mezon.model.codelists import Level
from mezon.model.text import Text
from mezon.web.portal import addresses
from mezon.web.portal.edition import Edition
from mezon.web.portal.exhibits import exhibits
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pages import language, page
from mezon.web.portal.standings import standings_of
from mezon.web.portal.verdicts import MARKS, checked_claims, outcome_words

#: Holders named on the tile; the page of coverage names all.
HOLDERS_NAMED = 3


@page("home.html")
def home(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show the tiles, in the order of what matters: the index, the conditions, the money, the claims, the release."""
    as_of = request.GET.get("as_of", "")
    return {
        "title": edition.definitions.title.in_language(language()),
        "country": _country(edition),
        "description": Text.of(edition.definitions.extra.get("description")),
        "framework": _framework(edition, language()),
        "standing": _standing(edition, as_of),
        "exhibits": exhibits(edition),
        "measures": edition.definitions.units_of_measure,
        "indicators": edition.definitions.indicators,
        "units": edition.definitions.units,
        "claims": _claims(edition),
        "extent": _extent(edition),
        "registers": [name for name in ("projects", "documents", "actors") if edition.register(name)],
    }


@lru_cache(maxsize=16)
def _country(edition: Edition) -> Text | None:
    """Give the name of the country that everything below the level of countries belongs to, if it is one."""
    units = edition.definitions.units.values()
    countries = {unit.country for unit in units if unit.country and unit.level != Level.COUNTRY}
    named = [unit.name for unit in units if unit.level == Level.COUNTRY and {unit.country} == countries]
    return named[0] if len(named) == 1 else None


@lru_cache(maxsize=32)
def _framework(edition: Edition, language_code: str) -> Mapping[str, Any] | None:
    """Count the framework's indicators and those without any value, by who holds them; None without a framework."""
    total = sum(bool(item.methods_id) for item in edition.definitions.indicators.values())
    if not total:
        return None
    missing = missing_of_framework(edition.release, language=language_code)
    holders = Counter(holder for holder in missing["holder"].to_list() if holder)
    ordered = sorted(holders.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "total": total,
        "missing": missing.height,
        "holders": ordered[:HOLDERS_NAMED],
        "further_holders": max(len(ordered) - HOLDERS_NAMED, 0),
    }


def _standing(edition: Edition, as_of: str) -> Mapping[str, Any] | None:
    """Give where the pack's own country stands in the latest period it has a rank; else who is first."""
    standings = standings_of(edition)
    if standings is None or not standings.periods:
        return None
    own = home_unit(edition)
    rows = [(period, standings.at(own, period)) for period in reversed(standings.periods)]
    period, row = next(((when, found) for when, found in rows if found and found["rank"] is not None), ("", None))
    if row is None:
        period = standings.latest
        row = next(iter(standings.ranking(period)), None)
    if row is None:
        return None
    ranks = standings.ranking(period)
    return {
        "row": row,
        "period": period,
        "is_home": row["unit"] == own,
        "ranked": len(ranks),
        "most_ranked": int(max((each["rank_high"] or 0.0 for each in ranks), default=0.0)),
        "beside": standings.not_told_apart(row["unit"], period),
        "methodology": standings.methodology,
        "stand_ins": standings.stand_ins,
        "trace": addresses.of_score(row["unit"], period, standings.root, as_of=as_of),
    }


def _claims(edition: Edition) -> list[dict[str, Any]]:
    counts = Counter(claim.outcome for claim in checked_claims(edition).values())
    words = outcome_words()
    return [{"verdict": verdict, "label": words[verdict], "mark": mark, "count": counts[verdict]}
            for verdict, mark in MARKS.items() if counts[verdict]]  # fmt: skip


@lru_cache(maxsize=16)
def _extent(edition: Edition) -> Mapping[str, Any]:
    """Count what exists: indicators with values among those defined, values, units, sources that are used."""
    table = coverage(edition.release)
    return {
        "with_values": int((table["values"] > 0).sum()),
        "indicators": table.height,
        "values": edition.observations["value"].is_not_null().sum(),
        "units": edition.observations["unit"].n_unique(),
        "sources": edition.observations.filter(edition.observations["source"] != "")["source"].n_unique(),
    }


urlpatterns = [
    path("", home, name="home"),
]
