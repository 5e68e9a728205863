"""Two to six units side by side: scores, groups, indicators, pairs, and what makes up the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mezon.analyse.leads import Lead
from mezon.model.methodology import Node
from mezon.web.portal import addresses
from mezon.web.portal.edition import Row
from mezon.web.portal.profiles import Asked, indicator_of
from mezon.web.portal.scale import scale_of
from mezon.web.portal.standings import Standings

#: How many units fit side by side.
FEWEST, MOST = 2, 6

#: A unit that did not exist in the period.
_NOT_ASSESSED: Row = {"score": None, "coverage": None, "imputed_share": None}


def compared(standings: Standings, units: Sequence[str], asked: Asked) -> Mapping[str, Any]:
    """Give everything that the page of a comparison shows."""
    each = [_of(asked, unit) for unit in units]
    columns = [_column(standings, one) for one in each]
    scale = scale_of(column.get(name) for column in columns for name in ("score", "score_low", "score_high"))
    for column in columns:
        column["at"], column["from"] = scale.at(column.get("score")), scale.at(column.get("score_low"))
        column["width"] = scale.across(column.get("score_low"), column.get("score_high"))
    return {
        "columns": columns,
        "scale": scale,
        "groups": _groups(standings, each),
        "indicators": [_indicator(standings, each, code) for code in standings.methodology.indicators],
        "pairs": _pairs(standings, each),
        "differences": _differences(standings, each),
        "years": _years(standings, each),
    }


def _of(asked: Asked, unit: str) -> Asked:
    return Asked(unit=unit, period=asked.period, methodology=asked.methodology, as_of=asked.as_of)


def _column(standings: Standings, asked: Asked) -> Row:
    return {
        **(standings.at(asked.unit, asked.period) or _NOT_ASSESSED),
        "definition": standings.edition.definitions.units[asked.unit],
        "trace": asked.trace_of_score(node=standings.root),
    }


def _groups(standings: Standings, each: Sequence[Asked]) -> list[Row]:
    """Give every group with one cell a unit, shaded on one scale."""
    rows: list[Row] = []
    for node in standings.groups:
        cells = [
            {**(standings.at(one.unit, one.period, node.id) or {}), "trace": one.trace_of_score(node=node.id)}
            for one in each
        ]
        rows.append({"node": node, "cells": cells})
    shades = scale_of(cell.get("score") for row in rows for cell in row["cells"])
    for row in rows:
        for cell in row["cells"]:
            cell["shade"] = shades.at(cell.get("score"))
    return rows


def _indicator(standings: Standings, each: Sequence[Asked], code: str) -> Row:
    cells = [indicator_of(standings, one, code) for one in each]
    return {"indicator": cells[0]["indicator"], "measure": cells[0]["measure"], "cells": cells}


def _pairs(standings: Standings, each: Sequence[Asked]) -> list[Row]:
    """Give, for every unit, the share of variants in which it is above each of the others; None where not known."""
    units = standings.edition.definitions.units
    return [
        {
            "definition": units[one.unit],
            "shares": [
                {"same": one.unit == other.unit, "share": standings.pairs.get((one.period, one.unit, other.unit))}
                for other in each
            ],
        }
        for one in each
    ]


def _differences(standings: Standings, each: Sequence[Asked]) -> Mapping[str, Any]:
    """Take the first unit's lead over each other unit apart into groups and indicators, in points, exactly."""
    units, first = standings.edition.definitions.units, each[0]
    taken = [(one.unit, standings.leads(first.unit, one.unit, one.period)) for one in each[1:]]
    known = [(unit, {lead.indicator: lead for lead in leads}) for unit, leads in taken if leads]
    if not known:
        return {}
    leads = [lead for _unit, lead in known]
    rest = [lead[""].points if "" in lead else 0.0 for lead in leads]
    return {
        "first": units[first.unit],
        "others": [units[unit] for unit, _leads in known],
        "groups": [_group(standings, node, leads) for node in standings.groups],
        "rounding": rest if any(rest) else [],
        "totals": [sum(lead.points for lead in found.values()) for found in leads],
    }


def _group(standings: Standings, node: Node, leads: Sequence[Mapping[str, Lead]]) -> Row:
    """Give one group's share of every lead, and its indicators'; an indicator missing in one of the two is marked."""
    codes = [code for code in standings.methodology.indicators if standings.group_of[code] == node.id]
    return {
        "node": node,
        "points": [sum(lead[code].points for code in codes if code in lead) for lead in leads],
        "rows": [
            {"indicator": standings.edition.definitions.indicators[code], "leads": [lead.get(code) for lead in leads]}
            for code in codes
        ],
    }


def _years(standings: Standings, each: Sequence[Asked]) -> list[Row]:
    rows = []
    for period in standings.periods:
        cells = [
            {
                **(standings.at(one.unit, period) or {}),
                "trace": addresses.of_score(
                    one.unit, period, standings.root, methodology=one.methodology, as_of=one.as_of
                ),
            }
            for one in each
        ]
        rows.append({"period": period, "cells": cells})
    return rows
