"""What a unit's page shows of an index: score and band, years, groups, indicators, parts, moves and peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median
from typing import Any

from mezon.analyse.marginal import BEST, MEDIAN, NEXT, Move
from mezon.model.codelists import Qualifier
from mezon.model.text import Text
from mezon.model.unit import Unit
from mezon.web.portal import addresses, observed
from mezon.web.portal.edition import Edition, Row
from mezon.web.portal.observed import QUALIFIER_WORDS
from mezon.web.portal.scale import scale_of
from mezon.web.portal.standings import Standings

#: How many of the units that are most alike stand on the page.
PEERS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which unit and period a page is about, and what its links keep: methodology and date as asked for."""

    unit: str
    period: str
    methodology: str = ""
    as_of: str = ""

    def trace_of_score(self, *, period: str = "", node: str) -> str:
        """Give the address of the way back of a score of the unit."""
        return addresses.of_score(
            self.unit, period or self.period, node, methodology=self.methodology, as_of=self.as_of
        )

    def trace_of_value(self, indicator: str, period: str) -> str:
        """Give the address of the way back of a value of the unit."""
        return addresses.of_value(indicator, self.unit, period, as_of=self.as_of)


def index_of(standings: Standings, asked: Asked) -> Mapping[str, Any]:
    """Give everything that the page says about a unit's place in an index."""
    mine = standings.at(asked.unit, asked.period)
    cells = [indicator_of(standings, asked, code) for code in standings.methodology.indicators]
    beside, names = standings.not_told_apart(asked.unit, asked.period), standings.edition.definitions.units
    return {
        "standings": standings,
        "mine": mine,
        "ranked": len(standings.ranking(asked.period)),
        "trace": asked.trace_of_score(node=standings.root),
        "band": [names[row["unit"]] for row in standings.band_of(mine and mine["band"], asked.period)],
        "beside": None if beside is None else [names[row["unit"]] for row in beside],
        "years": years_of(standings, asked),
        "groups": groups_of(standings, asked),
        "cells": cells,
        "missing": [cell for cell in cells if cell["value"] is None],
        "strengths": strengths_of(standings, asked),
        "least_gap": standings.least_gap,
        "parts": parts_of(standings, asked),
        "moves": moves_of(standings, asked),
        "peers": peers_of(standings, asked),
    }


def years_of(standings: Standings, asked: Asked) -> list[Row]:
    """Give the unit's score and rank in every period, the change to the period before and the share that rose."""
    found: list[Row] = []
    for period in standings.periods:
        row = standings.at(asked.unit, period)
        if row is None:
            continue
        before = found[-1]["score"] if found else None
        change = None if before is None or row["score"] is None else row["score"] - before
        ranked = len(standings.ranking(period))
        trace = asked.trace_of_score(period=period, node=standings.root)
        rose = standings.improved.get((asked.unit, found[-1]["period"], period)) if found else None
        found.append({**row, "change": change, "rose": rose, "ranked": ranked, "trace": trace})
    return found


def groups_of(standings: Standings, asked: Asked) -> list[Row]:
    """Give the unit's groups beside the middle of all units that have a score in them."""
    found: list[Row] = []
    for node in standings.groups:
        row = standings.at(asked.unit, asked.period, node.id)
        others = [standings.at(unit, asked.period, node.id) for unit in standings.units]
        scores = [other["score"] for other in others if other and other["score"] is not None]
        middle = median(scores) if scores else None
        score = row["score"] if row else None
        found.append(
            {
                **(row or {"score": None}),
                "node": node,
                "median": middle,
                "units": len(scores),
                "gap": None if score is None or middle is None else score - middle,
                "trace": asked.trace_of_score(node=node.id),
            }
        )
    _place(found, ("score", "score_low", "score_high", "median"))
    return found


def _place(rows: Sequence[Row], names: Sequence[str]) -> None:
    scale = scale_of(row.get(name) for row in rows for name in names)
    for row in rows:
        row["at"], row["from"] = scale.at(row.get("score")), scale.at(row.get("score_low"))
        row["width"], row["middle"] = scale.across(row.get("score_low"), row.get("score_high")), scale.at(row["median"])
        row["scale"] = scale


def indicator_of(standings: Standings, asked: Asked, code: str) -> Row:
    """Give an indicator of the unit with its way back, its source and how old the observation is."""
    edition = standings.edition
    cell = standings.cell(asked.unit, asked.period, code)
    observation = cell["observation"]
    source = edition.definitions.sources.get(observation["source"]) if observation else None
    year = cell["year"][:4]
    return {
        **cell,
        "measure": observed.measure_words(edition, cell["indicator"].unit),
        "source": source,
        "age": edition.as_of.year - int(year) if year else None,
        "trace": asked.trace_of_value(code, cell["year"] or asked.period),
    }


def strengths_of(standings: Standings, asked: Asked) -> list[Row]:
    """Give what the assessment calls the unit's strengths and weaknesses, largest gap first."""
    definitions = standings.edition.definitions
    rows = [row for row in standings.strengths.get((asked.unit, asked.period), [])
            if abs(row["gap"]) >= standings.least_gap]  # fmt: skip
    ordered = sorted(rows, key=lambda row: (-row["gap"], row["indicator"]))
    return [
        {**row, "definition": definitions.indicators[row["indicator"]],
         "trace": asked.trace_of_value(row["indicator"], asked.period)}
        for row in ordered
    ]  # fmt: skip


def parts_of(standings: Standings, asked: Asked) -> Mapping[str, Any]:
    """Give the parts of the score in points, from the reference upwards: together with it they are the score, exactly.

    The parts of a geometric mean add up to ln(score / reference); the logarithmic mean (score - reference) / ln(score /
    reference) turns each into points without a rest (Ang 2005).
    """
    mine = standings.at(asked.unit, asked.period)
    rows = standings.contributions(asked.unit, asked.period)
    if mine is None or mine["score"] is None or not rows:
        return {}
    kind = next((row["kind"] for row in rows if row["indicator"]), "arithmetic")
    reference, score = float(rows[0]["reference"]), float(mine["score"])
    start = 0.0 if kind == "arithmetic" else reference
    factor = _log_mean(score, reference) if kind == "geometric" else 1.0
    definitions = standings.edition.definitions
    parts = [
        {
            "indicator": definitions.indicators.get(row["indicator"]),
            "contribution": row["contribution"],
            "points": row["contribution"] * factor,
            "share": row["contribution"] * factor / (score - start) if score != start else None,
        }
        for row in sorted(rows, key=lambda row: -row["contribution"])
    ]
    return {
        "kind": kind,
        "start": start,
        "score": score,
        "rows": parts,
        "sum": sum(row["contribution"] for row in rows),
    }


def _log_mean(score: float, reference: float) -> float:
    """Logarithmic mean of two values above zero, which is either where they agree."""
    return reference if score == reference else (score - reference) / log(score / reference)


def moves_of(standings: Standings, asked: Asked) -> list[Row]:
    """Give, by indicator, what the next unit's and the best unit's value would do to the score; largest gain first."""
    definitions = standings.edition.definitions
    found: dict[str, Row] = {}
    for move in standings.moves(asked.unit, asked.period):
        row = found.setdefault(move.indicator, {"indicator": definitions.indicators[move.indicator]})
        row[move.kind] = {"move": move, "peer": definitions.units.get(move.peer)}
        row["largest"] = max(row.get("largest", float("-inf")), _gain(move))
    for row in found.values():
        row["far"] = row.get(BEST) or row.get(MEDIAN) or row.get(NEXT)
        row["digits"] = _digits(row)
    return sorted(found.values(), key=lambda row: -row["largest"])


def _digits(row: Row) -> int:
    """Give as many decimals as it takes to tell the unit's own value from the next one."""
    decimals: int = row["indicator"].decimals
    move = (row.get(NEXT) or row["far"])["move"]
    if move.value is None:
        return decimals
    enough = (
        digits for digits in range(decimals, decimals + 5) if f"{move.value:.{digits}f}" != f"{move.target:.{digits}f}"
    )
    return next(enough, decimals)


def _gain(move: Move) -> float:
    """Give what a move adds to the score; all of it, where there was none before."""
    return move.gain if move.gain is not None else (move.score if move.score is not None else float("-inf"))


def peers_of(standings: Standings, asked: Asked) -> list[Row]:
    """Give the units whose indicators are nearest, with the mean distance in points."""
    units = standings.edition.definitions.units
    return [
        {"definition": units[code], "distance": distance, "indicators": indicators,
         "standing": standings.at(code, asked.period)}
        for distance, indicators, code in standings.distances(asked.unit, asked.period)[:PEERS_SHOWN]
    ]  # fmt: skip


def known_of(
    edition: Edition, unit: Unit, *, without: Sequence[str] = (), most: int = 60, as_of: str = ""
) -> list[Row]:
    """Give what else is known of a unit: every observation, or the latest of each indicator where there are many."""
    frame = edition.by_unit.get(unit.code)
    rows = [] if frame is None else [row for row in frame.to_dicts() if row["indicator"] not in set(without)]
    definitions = edition.definitions
    if len(rows) > most:
        latest = {(row["indicator"], row["unit_of_measure"], row["variant"], row["breakdown"]): row for row in rows}
        rows = list(latest.values())
    order = {code: place for place, code in enumerate(definitions.indicators)}
    rows.sort(key=lambda row: (order[row["indicator"]], row["period"], row["unit_of_measure"], row["breakdown"]))
    return [
        {
            **row,
            "definition": definitions.indicators[row["indicator"]],
            "shown": observed.value_of(row),
            "measure": observed.measure_words(edition, row["unit_of_measure"]),
            "source_definition": definitions.sources.get(row["source"]),
            "trace": addresses.of_value(row["indicator"], row["unit"], row["period"], as_of=as_of),
        }
        for row in rows
    ]


def undisclosed_of(edition: Edition, unit: Unit) -> list[Row]:
    """Give the indicators of the framework that nothing is known of for a unit, by group, with who holds them."""
    definitions = edition.definitions
    frame = edition.by_unit.get(unit.code)
    known = set() if frame is None else set(frame["indicator"].to_list())
    found: dict[str, Row] = {}
    for code, indicator in definitions.indicators.items():
        if not indicator.methods_id or unit.level not in indicator.levels:
            continue
        group = found.setdefault(
            indicator.group, {"group": definitions.groups.get(indicator.group), "asked": 0, "missing": []}
        )
        group["asked"] += 1
        if code not in known:
            group["missing"].append(indicator)
    return [{**group, "known": group["asked"] - len(group["missing"])} for group in found.values()]


def projects_of(edition: Edition, units: Sequence[str]) -> list[Row]:
    """Give the projects that the register books to any of some units, in its order, with names and units in words."""
    definitions = edition.definitions
    return [
        {
            **row,
            "name": Text(en=row["name_en"] or "", ru=row["name_ru"] or "", uz=row["name_uz"] or ""),
            "measure": observed.measure_words(edition, row["unit_of_measure"]),
            "mark": _hedge(row["qualifier"]),
            "capacity_measure": observed.measure_words(edition, row["capacity_unit"]),
            "source_definition": definitions.sources.get(row["source"]),
            "of": definitions.units.get(row["unit"]),
        }
        for row in edition.register("projects")
        if row.get("unit") in set(units)
    ]


def _hedge(qualifier: str | None) -> str:
    """Say how a source hedges an amount; nothing where it does not."""
    return str(QUALIFIER_WORDS[Qualifier(qualifier)]) if qualifier in {each.value for each in QUALIFIER_WORDS} else ""
