"""Which score and rank would move: the index reckoned with a submission, and with one cell at a time as it was before.

Nothing is approximated. For every cell that reaches the index, the unit's own values are derived once more with that
cell alone put back, and every step of the methodology is run again over all units. The unit's copies, one a cell, pass
through the derivation together as units of their own, so that the whole costs little more than one release.

What a cell is put back to: what is known of the same value now; else the value of its last period; else nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from mezon.collect.counting import count_registers
from mezon.engine.formula import Formula
from mezon.engine.index import Panel, compile_index, panel_of
from mezon.errors import MezonError
from mezon.methods.arrays import Values
from mezon.model.methodology import Methodology
from mezon.model.observations import KEY
from mezon.model.pack import Definitions, Pack
from mezon.model.release import Release
from mezon.process.releasing import prepare

#: What stands between a unit's code and the number of its copy; no code holds it.
_COPY = "\x1f"
#: Differences of scores below this are rounding.
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Score and rank of a unit in a period; None where there is too little data."""

    score: float | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one cell does: the standing without it, and how many other units have another rank because of it."""

    without: Standing
    score: float | None
    rank: int | None
    others: int

    @property
    def rank_with(self) -> int | None:
        """The rank with the cell as it is."""
        return None if self.rank is None or self.without.rank is None else self.without.rank + self.rank

    @property
    def size(self) -> tuple[bool, float]:
        """For sorting: a rank that moves or a score that appears weighs more than any change of score."""
        return (bool(self.rank) or self.score is None, abs(self.score or 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The influence of a submission. `methodology` "" : no index of the pack looks at this unit.

    `before`, `after` : the unit's standing in `period` without the submission and with it. `effects` : by the key of
    the cell's row; a cell that reaches no indicator of the index is not there.
    """

    methodology: str = ""
    period: str = ""
    ranked: int = 0
    before: Standing = Standing()
    after: Standing = Standing()
    effects: Mapping[int, Effect] = field(default_factory=dict)
    fault: str = ""


def reckon(pack: Pack, cells: pl.DataFrame, *, unit: str, period: str, last: Mapping[int, float]) -> Reckoning:
    """Reckon what the cells of a submission do to the score and rank of its unit.

    pack : as the store knows it now, without the submission. cells : observations (model.observations), `cell` their
    key. last : the last period's value of each cell, by key.
    """
    methodology = methodology_for(pack.definitions, unit)
    if methodology is None or cells.is_empty():
        return Reckoning()
    try:
        return _reckoned(pack, cells, methodology, unit=unit, period=period, last=last)
    except MezonError as fault:
        return Reckoning(methodology=methodology.id, period=period, fault=str(fault))


def methodology_for(definitions: Definitions, unit: str) -> Methodology | None:
    """Give the methodology that ranks a unit: the pack's default one first."""
    default = definitions.default_methodology
    for name in sorted(definitions.methodologies, key=lambda name: (name != default, name)):
        methodology = definitions.methodologies[name]
        if unit in _units_of(definitions, methodology):
            return methodology
    return None


def _units_of(definitions: Definitions, methodology: Methodology) -> frozenset[str]:
    if methodology.units:
        return frozenset(methodology.units)
    return frozenset(unit.code for unit in definitions.units.values() if str(unit.level) == methodology.level)


def _reckoned(
    pack: Pack, cells: pl.DataFrame, methodology: Methodology, *, unit: str, period: str, last: Mapping[int, float]
) -> Reckoning:
    rows = cells.drop("cell")
    whole = _release(replace(pack, observations=_with(pack.observations, rows)), counted=_counts(pack))
    panel = panel_of(whole, methodology)
    if unit not in panel.units or period not in panel.assessed:
        return Reckoning()
    reached = reach(pack.definitions, methodology)
    moving = [key for key, code in cells.select("cell", "indicator").iter_rows() if code in reached]
    copies = [None, *moving]
    variants = _copies(pack, cells, copies, unit=unit, last=last)
    own = panel_of(variants, replace(methodology, units=_names(unit, len(copies)), unit_filter={}))
    place = (panel.units.index(unit), panel.assessed.index(period))
    after, ranks = _standing(panel, methodology, place)
    standings = [_standing(_put(panel, own, place[0], number), methodology, place) for number in range(len(copies))]
    return Reckoning(
        methodology=methodology.id,
        period=period,
        ranked=int(np.isfinite(ranks).sum()),
        before=standings[0][0],
        after=after,
        effects={
            key: _effect(after, ranks, *standing, row=place[0])
            for key, standing in zip(moving, standings[1:], strict=True)
        },
    )


def _effect(after: Standing, ranks: Values, without: Standing, ranks_without: Values, *, row: int) -> Effect:
    score = None if after.score is None or without.score is None else after.score - without.score
    rank = None if after.rank is None or without.rank is None else after.rank - without.rank
    moved = ~((ranks == ranks_without) | (np.isnan(ranks) & np.isnan(ranks_without)))
    moved[row] = False
    settled = 0.0 if score is not None and abs(score) < _SAME else score
    if after.score is None and without.score is None:
        settled = 0.0
    return Effect(without=without, score=settled, rank=rank, others=int(moved.sum()))


def reach(definitions: Definitions, methodology: Methodology) -> frozenset[str]:
    """Give every indicator that a methodology is made of: its leaves, and all terms of their formulas."""
    found: set[str] = set()
    waiting = [*methodology.indicators, *(indicator for indicator in _denominators(definitions, methodology))]
    while waiting:
        code = waiting.pop()
        if code in found or code not in definitions.indicators:
            continue
        found.add(code)
        formula = definitions.indicators[code].formula
        if formula:
            waiting.extend(name for name, _back in Formula.parse(formula).reads)
    return frozenset(found)


def _denominators(definitions: Definitions, methodology: Methodology) -> Iterator[str]:
    for leaf in methodology.leaves:
        indicator = definitions.indicators.get(leaf.indicator)
        named = leaf.overrides.get("denominator") or (indicator.attributes.get("denominator") if indicator else "")
        if named:
            yield str(named)
    for step in methodology.steps:
        if step.call.family == "denominate" and step.call.parameters.get("by"):
            yield str(step.call.parameters["by"])


def _release(pack: Pack, *, counted: pl.DataFrame) -> Release:
    return prepare(pack, as_of=None, counted=counted)


def _counts(pack: Pack) -> pl.DataFrame:
    return count_registers(pack.definitions, dict(pack.registers))


def _with(observations: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([observations, rows.select(observations.columns)], how="vertical_relaxed")


def _names(unit: str, count: int) -> tuple[str, ...]:
    # Numbers of one width keep their order when codes are sorted.
    return tuple(f"{unit}{_COPY}{number:06d}" for number in range(count))


def _copies(
    pack: Pack, cells: pl.DataFrame, copies: list[int | None], *, unit: str, last: Mapping[int, float]
) -> Release:
    """Prepare one release in which every copy of the unit lacks one cell; the first copy lacks them all."""
    names = _names(unit, len(copies))
    mine = pack.observations.filter(pl.col("unit") == unit)
    counted = _counts(pack).filter(pl.col("unit") == unit)
    known = set(mine.select(KEY).iter_rows())
    parts, counts = [], []
    for name, key in zip(names, copies, strict=True):
        left = cells.clear() if key is None else _put_back(cells, key, known=known, last=last)
        parts.append(_with(mine, left.drop("cell")).with_columns(unit=pl.lit(name)))
        counts.append(counted.with_columns(unit=pl.lit(name)))
    definitions = pack.definitions
    units = {**definitions.units, **{name: replace(definitions.units[unit], code=name) for name in names}}
    alone = replace(definitions, units=units, memberships=())
    copied = replace(pack, definitions=alone, observations=pl.concat(parts))
    return _release(copied, counted=pl.concat(counts))


def _put_back(cells: pl.DataFrame, key: int, *, known: set[tuple[str, ...]], last: Mapping[int, float]) -> pl.DataFrame:
    """Put one cell back: leave it out where something else is known of it, else give it its last period's value."""
    here = pl.col("cell") == key
    stated = cells.filter(here).select(KEY).row(0) in known
    if stated or key not in last:
        return cells.filter(~here)
    return cells.with_columns(
        value=pl.when(here).then(pl.lit(last[key])).otherwise("value"),
        status=pl.when(here).then(pl.lit("A")).otherwise("status"),
    )


def _put(panel: Panel, own: Panel, row: int, number: int) -> Panel:
    """Give the panel with the values of one copy in the place of the unit's own."""
    values, applicable = panel.values.copy(), panel.applicable.copy()
    divisors = {name: table.copy() for name, table in panel.divisors.items()}
    values[row], applicable[row] = np.nan, True
    for table in divisors.values():
        table[row] = np.nan
    there = {period: place for place, period in enumerate(own.periods)}
    for place, period in enumerate(panel.periods):
        if period in there:
            values[row, place] = own.values[number, there[period]]
            applicable[row, place] = own.applicable[number, there[period]]
            for name, table in divisors.items():
                table[row, place] = own.divisors[name][number, there[period]]
    return replace(panel, values=values, applicable=applicable, divisors=divisors)


def _standing(panel: Panel, methodology: Methodology, place: tuple[int, int]) -> tuple[Standing, Values]:
    """Give the unit's standing, and the ranks of all units in the period."""
    index = compile_index(methodology, panel)
    outcome = index.replay()
    row, column = place
    score, rank = outcome.scores[index.tree.root, row, column], outcome.ranks[index.tree.root, row, column]
    standing = Standing(
        score=None if np.isnan(score) else float(score), rank=None if np.isnan(rank) else round(float(rank))
    )
    return standing, outcome.ranks[index.tree.root, :, column]
