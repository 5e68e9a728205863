"""How a score came about: for one unit and period, every number between the observations and the score.

Nothing is computed anew: each number is looked up in the table that the assessment wrote after the step in question.
What a page shows as arithmetic is made of these numbers, and its result is the assessment's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from mezon.engine.index.node_steps import call_for
from mezon.methods import METHODS
from mezon.model.assessment import Assessment
from mezon.model.indicator import Goalposts, Indicator
from mezon.model.methodology import Leaf, MethodCall, Methodology, Node, Step
from mezon.web.portal.edition import Edition
from mezon.web.portal.observed import Row, main_row, series

#: Families of steps that change values of leaves, in the sense that a reader wants to see what came out.
_LEAF_FAMILIES = frozenset({"impute", "treat", "transform", "normalise", "round"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the methodology and the table after it: its number, and rows by unit and period."""

    number: int
    step: Step
    frame: pl.DataFrame
    rows: Mapping[tuple[str, str], Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A value that a step put where none was observed, and the observations it was made from."""

    call: MethodCall
    made_from: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """The numbers of a normalisation: the value that went in, both ends of its scale, the points at each, the result.

    `declared` : transforms by which value and goalposts left their raw scale. `clipped` : beyond an end of the scale.
    """

    value: float
    low: float
    high: float
    points_low: float
    points_high: float
    falling: bool
    result: float
    declared: tuple[MethodCall, ...]
    clipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafPath:
    """A leaf: the observation, the value after each stage (`numbers`, in their order), and what it adds."""

    indicator: Indicator
    leaf: Leaf
    raw: Row | None
    filled: Filled | None
    numbers: tuple[float | None, ...]
    scaling: Scaling | None
    weight: Row
    contribution: Row | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a node is made of: a node or a leaf below it, its points, and its weight as used."""

    code: str
    points: float | None
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePath:
    """A node: its row of scores.csv, how it is aggregated and at which step, and its parts."""

    node: Node
    score: Row
    call: MethodCall | None
    number: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePath:
    """A score with all that is below it; `nodes` from the one asked for downwards, `stages` those of the leaves."""

    methodology: Methodology
    unit: str
    period: str
    stages: tuple[Stage, ...]
    nodes: tuple[NodePath, ...]
    leaves: tuple[LeafPath, ...]

    @property
    def top(self) -> NodePath:
        """The node that was asked for."""
        return self.nodes[0]


def score_path(edition: Edition, methodology: Methodology, unit: str, period: str, node: str) -> ScorePath | None:
    """Follow a score down to its observations; None when the assessment has no row for it."""
    if methodology.id not in edition.assessments:
        return None
    if (unit, period, node) not in scores_by_place(edition, methodology.id):
        return None
    stages = stages_of(edition, methodology.id)
    below = _below(methodology, node)
    shown = tuple(stage for stage in stages if stage.step.call.family in _LEAF_FAMILIES and not stage.step.nodes)
    leaves = (leaf for leaf in methodology.leaves if leaf.parent in {each.id for each in below})
    return ScorePath(
        methodology=methodology,
        unit=unit,
        period=period,
        stages=shown,
        nodes=tuple(_node_path(edition, methodology, each, (unit, period)) for each in below),
        leaves=tuple(_leaf_path(edition, methodology.id, shown, leaf, (unit, period), node) for leaf in leaves),
    )


def _of(edition: Edition, methodology: str) -> Assessment:
    return edition.assessments[methodology]


@lru_cache(maxsize=32)
def scores_by_place(edition: Edition, methodology: str) -> Mapping[tuple[str, str, str], Row]:
    """Give the rows of scores.csv by unit, period and node."""
    return {
        (row["unit"], row["period"], row["node"]): row for row in _of(edition, methodology).scores.iter_rows(named=True)
    }


@lru_cache(maxsize=32)
def weights_by_child(edition: Edition, methodology: str) -> Mapping[tuple[str, str], Row]:
    """Give the rows of weights.csv by child and parent; the root's parent is the empty text."""
    table = _of(edition, methodology).tables["weights"]
    return {(row["node"], row["parent"]): row for row in table.iter_rows(named=True)}


@lru_cache(maxsize=256)
def ranked_units(edition: Edition, methodology: str, period: str, node: str) -> tuple[Row, ...]:
    """Give the rows of scores.csv that have a rank in a period, from the first to the last."""
    rows = _of(edition, methodology).scores.filter(pl.col("rank").is_not_null(), period=period, node=node)
    return tuple(rows.sort("rank", "unit").iter_rows(named=True))


@lru_cache(maxsize=32)
def stages_of(edition: Edition, methodology: str) -> tuple[Stage, ...]:
    """Give the steps whose tables the assessment kept, in order."""
    found, assessment = [], _of(edition, methodology)
    steps = edition.definitions.methodologies[methodology].steps
    for name in sorted(assessment.steps):
        number, frame = int(name.partition("-")[0]), assessment.steps[name]
        rows = {(row["unit"], row["period"]): row for row in frame.iter_rows(named=True)}
        found.append(Stage(number=number, step=steps[number - 1], frame=frame, rows=rows))
    return tuple(found)


@lru_cache(maxsize=32)
def _contributions(edition: Edition, methodology: str) -> Mapping[tuple[str, str, str, str], Row]:
    table = _of(edition, methodology).tables.get("contributions")
    rows = table.iter_rows(named=True) if table is not None else ()
    return {(row["unit"], row["period"], row["node"], row["indicator"]): row for row in rows}


def _below(methodology: Methodology, node: str) -> tuple[Node, ...]:
    """Give a node and all nodes below it, in the order of the tree."""
    own = next(each for each in methodology.nodes if each.id == node)
    found = [own]
    for child in methodology.nodes:
        if child.parent == node:
            found.extend(_below(methodology, child.id))
    return tuple(found)


def _node_path(edition: Edition, methodology: Methodology, node: Node, cell: tuple[str, str]) -> NodePath:
    call, number = aggregation_of(methodology, node)
    scores, weights = scores_by_place(edition, methodology.id), weights_by_child(edition, methodology.id)
    children = [child.id for child in methodology.nodes if child.parent == node.id]
    points: dict[str, Any] = {child: scores.get((*cell, child), {}).get("score") for child in children}
    stages = stages_of(edition, methodology.id)
    last = stages[-1].rows.get(cell, {}) if stages else {}
    points |= {leaf.indicator: last.get(leaf.indicator) for leaf in methodology.leaves if leaf.parent == node.id}
    parts = tuple(
        Part(code=code, points=value, weight=weights.get((code, node.id), {}).get("weight") or 0.0)
        for code, value in points.items()
    )
    return NodePath(node=node, score=scores.get((*cell, node.id), {}), call=call, number=number, parts=parts)


def aggregation_of(methodology: Methodology, node: Node) -> tuple[MethodCall | None, int]:
    """Give how a node is aggregated, and by which step: the first that names it, or that names none."""
    for number, step in enumerate(methodology.steps, start=1):
        if step.call.family == "aggregate" and (not step.nodes or node.id in step.nodes):
            return call_for(node, step.call), number
    return None, 0


def _leaf_path(
    edition: Edition, methodology: str, stages: tuple[Stage, ...], leaf: Leaf, cell: tuple[str, str], node: str
) -> LeafPath:
    indicator = edition.definitions.indicators[leaf.indicator]
    raw = main_row(edition, leaf.indicator, *cell)
    numbers = tuple(stage.rows.get(cell, {}).get(leaf.indicator) for stage in stages)
    return LeafPath(
        indicator=indicator,
        leaf=leaf,
        raw=raw,
        filled=_filled(edition, indicator, stages, cell, raw),
        numbers=numbers,
        scaling=_scaling(indicator, leaf, stages, cell),
        weight=weights_by_child(edition, methodology).get((leaf.indicator, leaf.parent), {}),
        contribution=_contributions(edition, methodology).get((*cell, node, leaf.indicator)),
    )


def _filled(
    edition: Edition, indicator: Indicator, stages: tuple[Stage, ...], cell: tuple[str, str], raw: Row | None
) -> Filled | None:
    """Say which step filled a gap, and from which observations of the unit's own series."""
    if raw is not None and raw["value"] is not None:
        return None
    for stage in stages:
        if stage.step.call.family == "impute" and stage.rows.get(cell, {}).get(indicator.code) is not None:
            known = [row for row in series(edition, indicator, cell[0]) if row["value"] is not None]
            known = [row for row in known if len(row["period"]) == len(cell[1])]
            before = [row for row in known if row["period"] < cell[1]][-1:]
            after = [row for row in known if row["period"] > cell[1]][:1]
            made_from = before if stage.step.call.name == "impute/last" else [*before, *after]
            return Filled(call=stage.step.call, made_from=tuple(made_from))
    return None


def _scaling(indicator: Indicator, leaf: Leaf, stages: tuple[Stage, ...], cell: tuple[str, str]) -> Scaling | None:
    place = next((at for at, stage in enumerate(stages) if _normalises(stage.step, leaf)), 0)
    if place == 0:
        return None
    step, before = stages[place].step, stages[place - 1]
    value = before.rows.get(cell, {}).get(leaf.indicator)
    result = stages[place].rows.get(cell, {}).get(leaf.indicator)
    transforms = transforms_of(leaf, tuple(stage.step for stage in stages[:place]))
    ends = _ends(indicator, leaf, step, before, cell, transforms)
    if value is None or result is None or ends is None:
        return None
    settings = {**METHODS[step.call.name].settings, **step.call.parameters}
    reciprocals = sum(call.name == "transform/reciprocal" for call in transforms)
    falling = (direction_of(indicator, leaf) < 0) != (reciprocals % 2 == 1)
    return Scaling(
        value=value,
        low=ends[0],
        high=ends[1],
        points_low=float(settings["low"]),
        points_high=float(settings["high"]),
        falling=falling,
        result=result,
        declared=transforms,
        clipped=not ends[0] <= value <= ends[1],
    )


def _normalises(step: Step, leaf: Leaf) -> bool:
    return step.call.name in {"normalise/goalposts", "normalise/min-max"} and concerns(step, leaf)


def concerns(step: Step, leaf: Leaf) -> bool:
    """Say whether a step works on a leaf."""
    return (not step.only or leaf.indicator in step.only) and leaf.indicator not in step.without


def direction_of(indicator: Indicator, leaf: Leaf) -> int:
    """Give which way is better: what the leaf says, or else the indicator."""
    return int(leaf.overrides.get("direction", indicator.direction))


def goalposts_of(indicator: Indicator, leaf: Leaf) -> Goalposts | None:
    """Give the goalposts on the raw scale: the leaf's, or else the indicator's."""
    return leaf.goalposts or indicator.goalposts


def transforms_of(leaf: Leaf, steps: tuple[Step, ...]) -> tuple[MethodCall, ...]:
    """Give the transforms that steps applied to a leaf before it was normalised."""
    return tuple(
        step.call
        for step in steps
        if (step.call.family == "transform" or step.call.name == "treat/log") and concerns(step, leaf)
    )


def _ends(
    indicator: Indicator,
    leaf: Leaf,
    step: Step,
    before: Stage,
    cell: tuple[str, str],
    transforms: tuple[MethodCall, ...],
) -> tuple[float, float] | None:
    """Give the ends of a normalisation's scale, on the scale of the values that went in."""
    if step.call.name == "normalise/min-max":
        frame = before.frame.filter(period=cell[1]) if step.pool == "period" else before.frame
        column = frame[leaf.indicator].drop_nulls()
        return (float(column.min()), float(column.max())) if len(column) else None  # type: ignore[arg-type]
    posts = goalposts_of(indicator, leaf)
    declared = leaf.transform or str(indicator.attributes.get("transform") or "none")
    if posts is None or (not transforms and declared != "none"):
        return None
    ends = np.array([posts.low, posts.high])
    for call in transforms:
        if call.name != "transform/cap":
            ends = np.sort(METHODS[call.name].function(ends, **call.parameters))
    return float(ends[0]), float(ends[1])
