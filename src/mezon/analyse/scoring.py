"""The tables of scores, weights and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from mezon.analyse.long_table import cell_table, table
from mezon.engine.index import CompiledIndex, Outcome
from mezon.methods.arrays import Mask, Values
from mezon.methods.influence import linear_effects, smoothed_effects
from mezon.model.assessment import TABLES

#: How far above an edge a rounded score may lie and still be on it.
EDGE_GUARD = 1e-9


@dataclass(frozen=True, slots=True)
class Intervals:
    """Bounds of scores and ranks over the drawn variants: (nodes, units, periods); NaN where there are none."""

    score_low: Values
    score_high: Values
    rank_low: Values
    rank_high: Values


def scores_table(index: CompiledIndex, nominal: Outcome, intervals: Intervals) -> pl.DataFrame:
    """Give a row for every unit, period and node; a unit-period in which the unit did not exist has none."""
    coverage, imputed = coverage_of(index, nominal)
    blank = np.isnan(nominal.scores)
    frame = _per_node(
        "scores",
        index,
        columns={
            "score": nominal.scores,
            "rank": nominal.ranks,
            "score_low": np.where(blank, np.nan, intervals.score_low),
            "score_high": np.where(blank, np.nan, intervals.score_high),
            "rank_low": np.where(blank, np.nan, intervals.rank_low),
            "rank_high": np.where(blank, np.nan, intervals.rank_high),
            "coverage": coverage,
            "imputed_share": imputed,
        },
        keep=np.broadcast_to(index.panel.in_force, nominal.scores.shape),
    )
    shared = np.isfinite(nominal.ranks) & (nominal.ranks % 1 != 0)  # rank/average: places shared by a tie
    return frame if shared.any() else frame.with_columns(pl.col("rank").cast(pl.Int64))


def coverage_of(index: CompiledIndex, nominal: Outcome) -> tuple[Values, Values]:
    """Give the share of leaves with an observed value, and of those imputed: (nodes, units, periods) each.

    A leaf that a screen dropped is no leaf; one whose value cannot exist for a unit is none of that unit's.
    """
    panel, leaves = index.panel, len(index.tree.leaves)
    seen = ~np.isnan(panel.values[:, panel.window])
    possible = panel.applicable[:, panel.window] & nominal.alive[:leaves]
    below = np.stack([index.tree.below(node) for node in range(len(index.tree.nodes))]).astype(np.float64)
    total = np.moveaxis(possible.astype(np.float64) @ below.T, -1, 0)
    observed = np.moveaxis((seen & possible).astype(np.float64) @ below.T, -1, 0)
    filled = np.moveaxis((nominal.state.imputed & possible).astype(np.float64) @ below.T, -1, 0)
    some = np.where(total > 0, total, np.nan)
    return observed / some, filled / some


def weights_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Give nominal and effective weights, and what share of the root's variance each child accounts for."""
    tree = index.tree
    effective = effective_weights(index, nominal)
    own = nominal.state.weights[0] if nominal.state.weights.shape[1] else tree.weights
    influence, smoothed = _influence(index, nominal)
    order = [len(tree.leaves) + node for node in range(len(tree.nodes))] + list(range(len(tree.leaves)))
    rows = [(tree.names[c], tree.parents[c], own[c], effective[c], influence[c], smoothed[c]) for c in order]
    return table("weights", rows, {"node": pl.String(), "parent": pl.String()})


def effective_weights(index: CompiledIndex, nominal: Outcome) -> Values:
    """Give each child's weight in the root: the product of the normalised weights along its path."""
    tree, leaves = index.tree, len(index.tree.leaves)
    weights = nominal.state.weights[0] if nominal.state.weights.shape[1] else tree.weights
    alive = np.where(nominal.alive, weights, 0.0)
    effective = np.zeros(len(tree.names))
    effective[leaves + tree.root] = 1.0
    for node in reversed(tree.upwards):
        children = tree.children[node]
        total = alive[children].sum()
        effective[children] = effective[leaves + node] * alive[children] / (total if total > 0 else 1.0)
    return effective


def bands_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Classify scores: a score on an edge belongs to the band below it, also where binary fractions lie above."""
    rows: list[tuple[object, ...]] = []
    for bands in index.methodology.bands:
        scores = nominal.scores[index.tree.nodes.index(bands.node)]
        places = np.searchsorted(np.array(bands.edges) + EDGE_GUARD, np.nan_to_num(scores), side="left")
        for unit, period in np.argwhere(~np.isnan(scores)):
            name = bands.names[places[unit, period]]
            rows.append((index.panel.units[unit], index.panel.assessed[period], bands.node, name))
    return table("bands", rows, dict.fromkeys(TABLES["bands"], pl.String())).sort("unit", "period", "node")


def _per_node(name: str, index: CompiledIndex, *, columns: dict[str, Values], keep: Mask) -> pl.DataFrame:
    return cell_table(
        name,
        units=index.panel.units,
        periods=index.panel.assessed,
        third=index.tree.nodes,
        third_column="node",
        columns=dict(columns),
        keep=keep,
    )


def _influence(index: CompiledIndex, nominal: Outcome) -> tuple[Values, Values]:
    """Main effect of each child on the root, over all unit-periods (methods.md M2.7): linear, and smoothed."""
    values = np.concatenate([leaf_values(index, nominal), node_values(nominal)], axis=1)
    root = values[:, len(index.tree.leaves) + index.tree.root]
    return linear_effects(values, root), smoothed_effects(values, root)


def leaf_values(index: CompiledIndex, nominal: Outcome) -> Values:
    """Give the values of leaves as they are aggregated: (unit-periods, leaves)."""
    return np.asarray(nominal.state.values[0].reshape(-1, len(index.tree.leaves)), dtype=np.float64)


def node_values(nominal: Outcome) -> Values:
    """Give the scores of nodes: (unit-periods, nodes)."""
    return np.moveaxis(nominal.scores, 0, -1).reshape(-1, nominal.scores.shape[0])
