"""How a node that is no weighted mean shares its score among its children: exactly, with what cannot be shared apart.

- A node scored from a unit's own profile (minimum, median, OWA, Mazziotta-Pareto, a formula): Shapley values of moving
  each child from its base to where it is, over all orders, the others missing or present as they are.
- Benefit of the doubt: weight times value, with the unit's own weights.
- Outranking: a child's points for Borda; for Copeland and Kemeny its net count, weight times (units it is better than
  less units it is worse than); what the count of majorities or the best order makes of it beyond that is left over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from mezon.engine.index import CompiledIndex, Outcome
from mezon.engine.index.comparing import Case, compared
from mezon.engine.index.leaf_steps import Places, Run
from mezon.engine.index.node_steps import children_of
from mezon.methods import METHODS
from mezon.methods.arrays import Values
from mezon.methods.linear_programmes import most_favourable_weights
from mezon.methods.outranking import outranking_matrix

#: With more children than this, parts are in proportion to weight times difference, scaled to the whole.
MANY = 10

BETWEEN_UNITS = frozenset({"aggregate/copeland", "aggregate/borda", "aggregate/kemeny"})


@dataclass(frozen=True, slots=True)
class Shares:
    """`score` and `base` (rows,); `parts` (rows, children), which add up to score - base, or leave a rest."""

    score: Values
    base: Values
    parts: Values


def shares_of(
    index: CompiledIndex, nominal: Outcome, node: int, values: Values, bases: Values, there: Places
) -> Shares:
    """Share out the score of a node among its children.

    values, bases : (rows, children) of the children that take part, NaN where one has no score. there : places of the
    rows among all unit-periods.
    """
    name = nominal.state.scored_by[node].call.name
    if name in BETWEEN_UNITS:
        return _between_units(index, nominal, node, values, there)
    if name == "aggregate/benefit-of-the-doubt":
        return _of_the_doubt(index, nominal, node, values, there)
    return _by_shapley(index, nominal, node, values, bases, there)


def _by_shapley(
    index: CompiledIndex, nominal: Outcome, node: int, values: Values, bases: Values, there: Places
) -> Shares:
    def worth(moved: Values) -> Values:
        return _scored_with(index, nominal, node, moved, there)

    score, base = worth(values), worth(np.where(np.isnan(values), np.nan, bases))
    k = values.shape[1]
    parts = _proportional(values - bases, _weights(index, nominal, node), score - base)
    unknown = np.isnan(base)
    if k <= MANY:
        found = {(): base, tuple(range(k)): score}
        for size in range(1, k):
            for group in combinations(range(k), size):
                moved = np.where(np.isin(np.arange(k), group), values, bases)
                found[group] = worth(np.where(np.isnan(values), np.nan, moved))
        parts = _shapley(found, k)
        unknown = np.asarray(np.isnan(np.stack(list(found.values()))).any(axis=0))
    # Where the formula has no answer on the way, the whole score is shared by weight times value.
    whole = _proportional(values, _weights(index, nominal, node), score)
    return Shares(score, np.where(unknown, 0.0, base), np.where(unknown[:, None], whole, parts))


def _shapley(worth: dict[tuple[int, ...], Values], k: int) -> Values:
    parts = np.zeros((len(next(iter(worth.values()))), k))
    for child in range(k):
        others = [each for each in range(k) if each != child]
        for size in range(k):
            chance = factorial(size) * factorial(k - size - 1) / factorial(k)
            for group in combinations(others, size):
                parts[:, child] += chance * (worth[tuple(sorted((*group, child)))] - worth[group])
    return parts


def _scored_with(index: CompiledIndex, nominal: Outcome, node: int, moved: Values, there: Places) -> Values:
    """Score a node with other values of its children: (rows, children) -> (rows,)."""
    call, state = nominal.state.scored_by[node].call, nominal.state
    weights = _weights(index, nominal, node)
    settings = {**call.parameters, "min_coverage": 0.0}
    if "evaluate" not in METHODS[call.name].context:
        key = "shares" if "shares" in METHODS[call.name].context else "weights"
        context: dict[str, Any] = {key: np.broadcast_to(weights, moved.shape)}
        return np.asarray(METHODS[call.name].function(moved, **context, **settings), dtype=np.float64)
    places = index.tree.children[node]
    size = state.rows.size
    values = np.full((1, size, len(places)), np.nan)
    values[0, there[:, None], np.flatnonzero(nominal.alive[places])] = moved
    every = np.zeros((1, size, len(places)))
    every[..., np.flatnonzero(nominal.alive[places])] = weights
    case = Case(type(call)(name=call.name, parameters=settings), "all", node, values, every)
    scores, _ = compared(case, state, Run(index.panel, index.tree, index.methodology))
    return np.asarray(scores[0, there])


def _of_the_doubt(index: CompiledIndex, nominal: Outcome, node: int, values: Values, there: Places) -> Shares:
    step, state = nominal.state.scored_by[node], nominal.state
    places = index.tree.children[node]
    places = places[nominal.alive[places]]
    every, applicable = children_of(state, places, nominal.alive[None], Run(index.panel, index.tree, index.methodology))
    taking_part = np.where(_weights(index, nominal, node) > 0, applicable[0], 0.0)
    settings = {key: value for key, value in step.call.parameters.items() if key in ("bounds", "low", "high")}
    period = np.arange(state.rows.size) % max(len(index.panel.window), 1) * (step.pool == "period")
    found = np.full(every.shape[1:], np.nan)
    for each in np.unique(period):
        mine = state.rows.ravel() & (period == each)
        found[mine] = most_favourable_weights(every[0, mine], weights=taking_part[mine], **settings)
    parts = np.where(np.isnan(values), 0.0, np.nan_to_num(found[there]) * np.nan_to_num(values))
    return Shares(_raw_scores(nominal, node, there), np.zeros(len(values)), parts)


def _between_units(index: CompiledIndex, nominal: Outcome, node: int, values: Values, there: Places) -> Shares:
    weights, call = _weights(index, nominal, node), nominal.state.scored_by[node].call
    parts = np.zeros(values.shape)
    period = there % max(len(index.panel.window), 1)
    for each in np.unique(period):
        mine = np.flatnonzero(period == each)
        rows = values[mine]
        seen = np.where(np.isnan(rows), 0.0, weights)
        both = np.minimum(seen[:, None, :], seen[None, :, :])
        share = both / np.where(both.sum(axis=-1, keepdims=True) > 0, both.sum(axis=-1, keepdims=True), 1.0)
        for child in range(values.shape[1]):
            above = np.nan_to_num(outranking_matrix(rows[:, [child]], weights=np.ones(1)), nan=0.5)
            points = above if call.name == "aggregate/borda" else 2 * above - 1
            parts[mine, child] = (share[..., child] * np.where(np.eye(len(mine), dtype=bool), 0.0, points)).sum(axis=1)
    score = _raw_scores(nominal, node, there)
    return Shares(score, np.zeros(len(values)), np.where(np.isnan(values), 0.0, parts))


def _raw_scores(nominal: Outcome, node: int, there: Places) -> Values:
    """Scores before they were rounded: those of the first step after which there are any."""
    first = next(state for state in nominal.steps if node in state.scores)
    return np.asarray(first.scores[node][0][there])


def _weights(index: CompiledIndex, nominal: Outcome, node: int) -> Values:
    children = [child for child in index.tree.children[node] if nominal.alive[child]]
    own = nominal.state.weights[0] if nominal.state.weights.shape[1] else index.tree.weights
    return np.asarray(own[children], dtype=np.float64)


def _proportional(apart: Values, weights: Values, total: Values) -> Values:
    parts = np.where(np.isnan(apart), 0.0, apart) * weights
    whole = parts.sum(axis=1)
    seen = np.where(np.isnan(apart), 0.0, weights)
    plain = seen / np.where(seen.sum(axis=1) > 0, seen.sum(axis=1), 1.0)[:, None]
    sound = np.abs(whole) > 1e-12
    scaled = parts / np.where(sound, whole, 1.0)[:, None]
    return np.where(sound[:, None], scaled, plain) * total[:, None]
