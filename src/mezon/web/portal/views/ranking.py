"""Ranking: who stands where, how sure that is, and who cannot be placed and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from mezon.web.portal import addresses
from mezon.web.portal.asking import address_with, carried, one_of
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.home_unit import home_unit
from mezon.web.portal.pages import language, page
from mezon.web.portal.scale import scale_of
from mezon.web.portal.standings import Standings, standings_of

_COLUMNS = ("rank", "unit", "score", "coverage", "imputed")


@page("ranking.html")
def ranking(edition: Edition, request: HttpRequest) -> Mapping[str, Any]:
    """Show the ranking of a period: `?period=&by=&sort=&order=&q=&band=` and any grouping of the units."""
    standings = standings_of(edition, request.GET.get("by", ""))
    if standings is None:
        return {"title": _("Ranking"), "standings": None}
    period = one_of(request, "period", standings.periods, standings.latest)
    rows = [_row(standings, row, request) for row in standings.ranking(period)]
    _place_on_scale(rows)
    shown = [row for row in rows if _wanted(row, request)]
    sort, descending = _order(request, standings)
    ordered = _sorted(shown, sort, descending=descending)
    return {
        "title": _("Ranking"),
        "standings": standings,
        "period": period,
        "by": standings.methodology.id,
        "interval": (standings.methodology.robustness.interval if standings.methodology.robustness else None),
        "draws": standings.assessment.trace.draws,
        "ranked": len(rows),
        "shown": len(shown),
        "parts": _parts(ordered, ends=_ends(rows) if sort == "rank" and not descending else {}),
        "bands": _bands(rows),
        "columns": _headings(request, standings, sort, descending=descending),
        "unranked": [_unranked(standings, row, request) for row in standings.unranked(period)],
        "others": _others(edition, standings),
        "groupings": _groupings(edition, standings, request),
        "asked": {name: request.GET.get(name, "") for name in ("q", "band", "by")},
        "carried": carried(request, "period", "by", "q", "band", *_grouping_names(edition, standings)),
        "home": home_unit(edition),
        "scale": rows[0]["scale"] if rows else scale_of([]),
    }


def _row(standings: Standings, row: Row, request: HttpRequest) -> Row:
    edition = standings.edition
    unit, period, as_of = row["unit"], row["period"], request.GET.get("as_of", "")
    asked = {"by": request.GET.get("by", ""), "period": request.GET.get("period", ""), "as_of": as_of}
    methodology = request.GET.get("by", "")
    return {
        **row,
        "definition": edition.definitions.units[unit],
        "name": edition.definitions.units[unit].name.in_language(language()),
        "href": f"{reverse('portal:unit', args=(unit,))}{addresses.query(asked)}",
        "trace": addresses.of_score(unit, period, standings.root, methodology=methodology, as_of=as_of),
        "groups": [
            {
                **(standings.at(unit, period, node.id) or {}),
                "trace": addresses.of_score(unit, period, node.id, methodology=methodology, as_of=as_of),
            }
            for node in standings.groups
        ],
    }


def _place_on_scale(rows: Sequence[Row]) -> None:
    """Give every row its place on a scale that all rows share, so that a filter does not move the marks."""
    scale = scale_of(row[name] for row in rows for name in ("score", "score_low", "score_high"))
    shades = scale_of(group.get("score") for row in rows for group in row["groups"])
    for row in rows:
        row["scale"] = scale
        row["at"], row["from"] = scale.at(row["score"]), scale.at(row["score_low"])
        row["width"] = scale.across(row["score_low"], row["score_high"])
        for group in row["groups"]:
            group["shade"] = shades.at(group.get("score"))


def _wanted(row: Row, request: HttpRequest) -> bool:
    """Say whether a row passes the filters: text in the name, code or an alias; band; groupings of the unit."""
    definition, text = row["definition"], request.GET.get("q", "").strip().casefold()
    names = (row["name"], definition.name.en, definition.code, *definition.aliases)
    if text and not any(text in name.casefold() for name in names):
        return False
    if request.GET.get("band") and request.GET["band"] != row["band"]:
        return False
    return all(value == request.GET[name] for name, value in definition.groupings.items() if request.GET.get(name))


def _order(request: HttpRequest, standings: Standings) -> tuple[str, bool]:
    nodes = [node.id for node in standings.groups]
    sort = one_of(request, "sort", (*_COLUMNS, *nodes), "rank")
    return sort, one_of(request, "order", ("up", "down"), _first_order(sort)) == "down"


def _first_order(sort: str) -> str:
    """Ranks and names start with the first, scores and shares with the highest."""
    return "up" if sort in {"rank", "unit"} else "down"


def _sorted(rows: list[Row], sort: str, *, descending: bool) -> list[Row]:
    """Sort rows; those without a value come last both ways, ties stand by rank."""
    value = _value_of(sort)
    known = [row for row in rows if value(row) is not None]
    unknown = [row for row in rows if value(row) is None]
    return [*sorted(known, key=value, reverse=descending), *unknown]


def _value_of(sort: str) -> Callable[[Row], Any]:
    plain = {"rank": "rank", "score": "score", "coverage": "coverage", "imputed": "imputed_share"}
    if sort == "unit":
        return lambda row: row["name"].casefold()
    if sort in plain:
        return lambda row: row[plain[sort]]
    return lambda row: next((group["score"] for group in row["groups"] if group.get("node") == sort), None)


def _ends(rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Give the names of the first and last unit of every band, whatever a filter leaves of it."""
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        band = str(row["band"])
        found[band] = (found.get(band, (row["name"],))[0], row["name"])
    return found


def _parts(rows: list[Row], *, ends: Mapping[str, tuple[str, str]]) -> list[Row]:
    """Cut rows into bands, when they stand in order of rank; otherwise into one part without a heading."""
    if not ends:
        return [{"band": "", "rows": rows}]
    runs = [(band, list(members)) for band, members in groupby(rows, key=lambda row: str(row["band"]))]
    return [{"band": band, "rows": members, "first": ends[band][0], "last": ends[band][1]} for band, members in runs]


def _bands(rows: Sequence[Row]) -> list[Row]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["band"]:
            found.setdefault(row["band"], []).append(row)
    return [{"band": band, "rows": members} for band, members in found.items()]


def _headings(request: HttpRequest, standings: Standings, sort: str, *, descending: bool) -> dict[str, Any]:
    """Give the links of the column headings: each sorts by its column, a second time the other way round."""

    def heading(code: str, label: Any) -> Row:
        current = code == sort
        other = "up" if (descending if current else _first_order(code) == "up") else "down"
        state = ("descending" if descending else "ascending") if current else ""
        return {"label": label, "state": state, "href": address_with(request, sort=code, order=other)}

    plain = {
        "rank": _("Rank"),
        "unit": _("Unit"),
        "score": _("Score"),
        "coverage": _("Measured"),
        "imputed": _("Imputed"),
    }
    return {
        **{code: heading(code, label) for code, label in plain.items()},
        "groups": [heading(node.id, node.title) for node in standings.groups],
    }


def _unranked(standings: Standings, row: Row, request: HttpRequest) -> Row:
    """Say why a unit has no score: how many groups have one, and which indicators are missing."""
    definitions, unit, period = standings.edition.definitions, row["unit"], row["period"]
    scored = [node for node in standings.groups if (standings.at(unit, period, node.id) or {}).get("score") is not None]
    keep = addresses.query({"as_of": request.GET.get("as_of", "")})
    return {
        **row,
        "definition": definitions.units[unit],
        "href": f"{reverse('portal:unit', args=(unit,))}{keep}",
        "scored": len(scored),
        "groups": len(standings.groups),
        "missing": [definitions.indicators[code] for code in standings.missing(unit, period)],
    }


def _others(edition: Edition, standings: Standings) -> list[Row]:
    """List units of the release that this methodology does not assess, with how many framework indicators are known."""
    definitions = edition.definitions
    framework = [indicator for indicator in definitions.indicators.values() if indicator.methods_id]
    found = []
    for code, unit in definitions.units.items():
        if code in standings.units or unit.level == "AREA":
            continue
        seen = set(edition.by_unit[code]["indicator"].to_list()) if code in edition.by_unit else set()
        asked = [indicator.code for indicator in framework if unit.level in indicator.levels]
        found.append(
            {"definition": unit, "known": len(seen & set(asked)), "asked": len(asked), "other": len(seen - set(asked))}
        )
    return found


def _grouping_names(edition: Edition, standings: Standings) -> list[str]:
    units = edition.definitions.units
    return sorted({name for code in standings.units for name in units[code].groupings})


def _groupings(edition: Edition, standings: Standings, request: HttpRequest) -> list[Row]:
    """Give the extra columns of units.csv as filters, each with the values that occur."""
    units = edition.definitions.units
    found = []
    for name in _grouping_names(edition, standings):
        values = sorted({units[code].groupings.get(name, "") for code in standings.units} - {""})
        options = [{"value": value, "label": units[value].name if value in units else value} for value in values]
        if len(options) > 1:
            label = _grouping_words().get(name, name)
            found.append({"name": name, "label": label, "options": options, "asked": request.GET.get(name, "")})
    return found


def _grouping_words() -> dict[str, str]:
    """Give the groupings that many packs have in the language of the page; others are shown as the pack names them."""
    return {"region": _("Region"), "size": _("Size class"), "sector": _("Sector"), "cluster": _("Cluster")}


urlpatterns = [
    path("ranking/", ranking, name="ranking"),
]
