"""Where units stand by one methodology: an assessment's tables as look-ups, built once for an edition.

Pages ask by unit, period and node and get dictionaries; nothing here computes a score or a rank again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import median
from typing import Any

import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _

from mezon.analyse.leads import Lead, leads
from mezon.analyse.marginal import Move, moves
from mezon.analyse.strengths import least_gap
from mezon.engine.index import CompiledIndex, Outcome, compile_index, panel_of
from mezon.engine.index.node_steps import call_for
from mezon.methods import METHODS
from mezon.model.assessment import Assessment
from mezon.model.codelists import Variant
from mezon.model.methodology import Methodology, Node
from mezon.model.observations import has_value
from mezon.web.portal.edition import Edition, Row

#: Families of steps that leave a value in its own unit of measure.
_OWN_UNIT = frozenset({"screen", "impute", "weight", "rank"})

#: What filled a cell, by the method that did.
_FILLED_BY = {"impute-linear": "interpolated", "impute-last": "carried"}


@dataclass(frozen=True, eq=False)
class Standings:
    """The tables of one assessment, by what pages ask them for."""

    edition: Edition
    methodology: Methodology
    assessment: Assessment

    @property
    def root(self) -> str:
        """The node whose score is the index."""
        return self.methodology.root.id

    @cached_property
    def groups(self) -> tuple[Node, ...]:
        """The nodes right below the root, in the order written."""
        return tuple(node for node in self.methodology.nodes if node.parent == self.root)

    @cached_property
    def group_of(self) -> Mapping[str, str]:
        """The group that each indicator is in: the node right below the root on its way up."""
        parents = {node.id: node.parent for node in self.methodology.nodes}
        found = {}
        for leaf in self.methodology.leaves:
            node = leaf.parent
            while parents.get(node) not in {self.root, None}:
                node = str(parents[node])
            found[leaf.indicator] = node
        return found

    @cached_property
    def stand_ins(self) -> int:
        """How many of the indicators stand in for what nobody measures."""
        return sum(self.edition.definitions.indicators[code].proxy for code in self.methodology.indicators)

    @cached_property
    def scores(self) -> Mapping[tuple[str, str, str], Row]:
        """Score, rank, intervals, coverage and band by unit, period and node."""
        bands = self._bands
        found = {}
        for row in self.assessment.scores.to_dicts():
            key = (row["unit"], row["period"], row["node"])
            rank = None if row["rank"] is None else int(row["rank"])
            found[key] = {**row, "rank": rank, "band": bands.get(key, "")}
        return found

    @cached_property
    def _bands(self) -> Mapping[tuple[str, str, str], str]:
        table = self.assessment.tables.get("robustness")
        if table is None:
            return {}
        rows = table.select("unit", "period", "node", "band").iter_rows()
        return {(unit, period, node): band for unit, period, node, band in rows}

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """All periods assessed, in order."""
        return tuple(sorted({period for _unit, period, _node in self.scores}))

    @cached_property
    def latest(self) -> str:
        """The last period in which any unit has a score."""
        scored = [period for period in self.periods if self.ranking(period)]
        return scored[-1] if scored else (self.periods[-1] if self.periods else "")

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Codes of all units assessed, in order."""
        return tuple(sorted({unit for unit, _period, _node in self.scores}))

    def at(self, unit: str, period: str, node: str = "") -> Row | None:
        """Give a score with all that goes with it; None where the unit was not assessed."""
        return self.scores.get((unit, period, node or self.root))

    @cached_property
    def _by_period(self) -> Mapping[str, tuple[Row, ...]]:
        found: dict[str, list[Row]] = {}
        for (unit, period, node), row in self.scores.items():
            if node == self.root and unit in self.edition.definitions.units:
                found.setdefault(period, []).append(row)
        return {period: tuple(rows) for period, rows in found.items()}

    def ranking(self, period: str) -> tuple[Row, ...]:
        """Units with a rank, best first; ties by code."""
        ranked = [row for row in self._by_period.get(period, ()) if row["rank"] is not None]
        return tuple(sorted(ranked, key=lambda row: (row["rank"], row["unit"])))

    def unranked(self, period: str) -> tuple[Row, ...]:
        """Units that were assessed and have no score, by code."""
        left = [row for row in self._by_period.get(period, ()) if row["rank"] is None]
        return tuple(sorted(left, key=lambda row: str(row["unit"])))

    def band_of(self, band: Any, period: str) -> tuple[Row, ...]:
        """Units of one band, in order of rank; empty where there are no bands."""
        return tuple(row for row in self.ranking(period) if band and row["band"] == band)

    def not_told_apart(self, unit: str, period: str) -> tuple[Row, ...] | None:
        """Give the ranked units that a unit is neither above nor below in the interval's share of the variants.

        Both shares are asked, because a tie is above for neither. None without variants, or where it has no rank.
        """
        mine, level = self.at(unit, period), self.methodology.robustness
        if not self.pairs or level is None or mine is None or mine["rank"] is None:
            return None
        return tuple(
            row
            for row in self.ranking(period)
            if row["unit"] != unit
            and all(
                (self.pairs.get((period, above, below)) or 0.0) < level.interval
                for above, below in ((unit, row["unit"]), (row["unit"], unit))
            )
        )

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str, str], float]:
        """Share of variants in which a unit is above another, by period, unit and other."""
        table = self.assessment.tables.get("pairwise")
        return {} if table is None else {(p, a, b): share for p, a, b, share in table.iter_rows()}

    @cached_property
    def improved(self) -> Mapping[tuple[str, str, str], float]:
        """Share of variants in which the index of a unit rose, by unit, earlier and later period."""
        table = self.assessment.tables.get("improvements")
        if table is None:
            return {}
        rows = table.filter(pl.col("node") == self.root).select("unit", "from", "to", "share_improved").iter_rows()
        return {(unit, earlier, later): share for unit, earlier, later, share in rows}

    @cached_property
    def _contributions(self) -> Mapping[tuple[str, str, str], list[Row]]:
        found: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.assessment.tables["contributions"].to_dicts():
            found.setdefault((row["unit"], row["period"], row["node"]), []).append(row)
        return found

    def contributions(self, unit: str, period: str, node: str = "") -> list[Row]:
        """Give the parts of a score, in the order of the tree; empty without a score."""
        return self._contributions.get((unit, period, node or self.root), [])

    @cached_property
    def strengths(self) -> Mapping[tuple[str, str], list[Row]]:
        """Strengths and weaknesses by unit and period."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.assessment.tables["strengths"].to_dicts():
            found.setdefault((row["unit"], row["period"]), []).append(row)
        return found

    @cached_property
    def least_gap(self) -> float:
        """The smallest gap that a page calls a strength or a weakness."""
        return least_gap(self.methodology, self.assessment.tables["strengths"])

    @cached_property
    def weights(self) -> Mapping[str, Row]:
        """Weight and effective weight by node or leaf."""
        return {row["node"]: row for row in self.assessment.tables["weights"].to_dicts()}

    @cached_property
    def _points(self) -> Mapping[tuple[str, str], Row]:
        """Leaves as they are aggregated, by unit and period."""
        last = list(self.assessment.steps.values())[-1:]
        return {(row["unit"], row["period"]): row for table in last for row in table.to_dicts()}

    @cached_property
    def _own(self) -> tuple[tuple[str, Mapping[tuple[str, str], Row]], ...]:
        """The wide tables in which values are still in their own unit: (step, rows by unit and period)."""
        found = []
        for name, table in self.assessment.steps.items():
            if name.split("-")[1] not in _OWN_UNIT:
                break
            found.append((name, {(row["unit"], row["period"]): row for row in table.to_dicts()}))
        return tuple(found)

    @cached_property
    def observed(self) -> Mapping[tuple[str, str], Mapping[str, Row]]:
        """Observations that enter the index: by indicator and unit, then period."""
        found: dict[tuple[str, str], dict[str, Row]] = {}
        for code in self.methodology.indicators:
            own = self.edition.definitions.indicators[code].unit
            rows = self.edition.by_indicator.get(code)
            if rows is None:
                continue
            facts = (pl.col("breakdown") == "") & (pl.col("variant") == Variant.FACT)
            entering = rows.filter(facts & (pl.col("unit_of_measure") == own) & has_value())
            nominal_first = entering.sort((pl.col("price_basis") != "NOMINAL"), descending=True)
            for row in nominal_first.to_dicts():
                found.setdefault((code, row["unit"]), {})[row["period"]] = row
        return found

    def cell(self, unit: str, period: str, indicator: str) -> Row:
        """Give one indicator of one unit and period: value, how it came about, points, rank and gap to the median.

        `how` : "observed", "interpolated", "carried", "imputed", or "" where there is no value. `year` : the period of
        the observation behind the value, "" for an interpolated one.
        """
        series = self.observed.get((indicator, unit), {})
        observation = series.get(period)
        value, how, year = None, "", ""
        if observation is not None and observation["value"] is not None:
            value, how, year = observation["value"], "observed", period
        else:
            value, how = self._filled(unit, period, indicator)
            earlier = [past for past in sorted(series) if past < period] if how == "carried" else []
            year = earlier[-1] if earlier else ""
            observation = series.get(year)
        points = self._points.get((unit, period), {}).get(indicator)
        peers = self.peer_points(period, indicator)
        middle = median(peers) if peers else None
        return {
            "indicator": self.edition.definitions.indicators[indicator],
            "unit": unit,
            "period": period,
            "value": value,
            "how": how,
            "year": year,
            "observation": observation,
            "points": points,
            "rank": None if points is None else 1 + sum(other > points for other in peers),
            "peers": len(peers),
            "median": middle,
            "gap": None if points is None or middle is None else points - middle,
        }

    def _filled(self, unit: str, period: str, indicator: str) -> tuple[float | None, str]:
        for name, rows in self._own:
            value = rows.get((unit, period), {}).get(indicator)
            if value is not None:
                return value, _FILLED_BY.get(name.partition("-")[2], "imputed")
        return None, ""

    def peer_points(self, period: str, indicator: str) -> list[float]:
        """Points of all units that have a value of an indicator, from the lowest."""
        return self._peer_points.get((period, indicator), [])

    @cached_property
    def _peer_points(self) -> Mapping[tuple[str, str], list[float]]:
        found: dict[tuple[str, str], list[float]] = {}
        for (_unit, period), row in self._points.items():
            for code in self.methodology.indicators:
                if row.get(code) is not None:
                    found.setdefault((period, code), []).append(row[code])
        return {key: sorted(values) for key, values in found.items()}

    def missing(self, unit: str, period: str) -> tuple[str, ...]:
        """Indicators without any value, imputed ones included, in the order written."""
        row = self._points.get((unit, period), {})
        return tuple(code for code in self.methodology.indicators if row.get(code) is None)

    @cached_property
    def asked_coverage(self) -> float:
        """The least share of the root's weight that must have a score."""
        steps = [step for step in self.methodology.steps if step.call.family == "aggregate"]
        named = [step for step in steps if self.root in step.nodes] or [step for step in steps if not step.nodes]
        if not named:
            return 0.0
        call = call_for(self.methodology.root, named[-1].call)
        settings: dict[str, Any] = {**METHODS[call.name].settings, **call.parameters}
        return float(settings.get("min_coverage") or 0.0)

    def distances(self, unit: str, period: str) -> list[tuple[float, int, str]]:
        """Give other units by mean distance in points over the indicators both have: (distance, indicators, code).

        Only units that share more than half of the unit's indicators are compared.
        """
        mine = self._points.get((unit, period), {})
        have = [code for code in self.methodology.indicators if mine.get(code) is not None]
        found = []
        for other in self.units:
            row = self._points.get((other, period), {})
            both = [code for code in have if row.get(code) is not None]
            if other != unit and 2 * len(both) > len(have):
                found.append((sum(abs(mine[code] - row[code]) for code in both) / len(both), len(both), other))
        return sorted(found)

    @cached_property
    def _compiled(self) -> tuple[CompiledIndex, Outcome]:
        index = compile_index(self.methodology, panel_of(self.edition.release, self.methodology))
        return index, index.replay()

    def moves(self, unit: str, period: str) -> tuple[Move, ...]:
        """Give what one other number would do to a score, by replaying the index; empty where it was not assessed."""
        if self.at(unit, period) is None:
            return ()
        return _moves(self, unit, period)

    def leads(self, first: str, other: str, period: str) -> tuple[Lead, ...]:
        """Take the difference of two scores apart into indicators; empty where either has none."""
        return _leads(self, first, other, period)


@lru_cache(maxsize=256)
def _moves(standings: Standings, unit: str, period: str) -> tuple[Move, ...]:
    index, nominal = standings._compiled
    return moves(index, nominal, unit=unit, period=period)


@lru_cache(maxsize=256)
def _leads(standings: Standings, first: str, other: str, period: str) -> tuple[Lead, ...]:
    index, nominal = standings._compiled
    return leads(index, nominal, first=first, other=other, period=period)


def standings_of(edition: Edition, methodology: str = "") -> Standings | None:
    """Give the standings by a methodology, or by the default one; None when the pack has no assessment.

    Raises : Http404 for a methodology that the pack does not have.
    """
    wanted = methodology or edition.definitions.default_methodology
    if wanted not in edition.assessments:
        if methodology:
            raise Http404(_("This release has no methodology “%(name)s”.") % {"name": methodology})
        wanted = next(iter(sorted(edition.assessments)), "")
    return _standings(edition, wanted) if wanted else None


def standings_with(edition: Edition, unit: str, methodology: str = "") -> Standings | None:
    """Give the standings that a unit is in: by the methodology asked for, else the default, else any other."""
    if methodology:
        return standings_of(edition, methodology)
    names = sorted(edition.assessments, key=lambda name: (name != edition.definitions.default_methodology, name))
    return next((found for name in names if unit in (found := _standings(edition, name)).units), None)


@lru_cache(maxsize=32)
def _standings(edition: Edition, methodology: str) -> Standings:
    chosen = edition.definitions.methodologies[methodology]
    return Standings(edition=edition, methodology=chosen, assessment=edition.assessments[methodology])
