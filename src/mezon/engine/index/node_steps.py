"""Steps that work on the nodes of the tree: weight, aggregate, rounding of scores, rank."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mezon.engine.index.comparing import Case, compared
from mezon.engine.index.leaf_steps import REASONS, Places, Run, _settings
from mezon.engine.index.state import State, same
from mezon.engine.index.weighing import weigh, weighed
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.aggregate import GUARD, Mean, mean_of
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Node, Step

__all__ = ["aggregate", "call_for", "children_of", "rank_by", "round_scores", "weigh"]


def aggregate(state: State, step: Step, run: Run, alive: Mask, factors: Values | None) -> State:
    """Score the nodes that the step names, or all that have no score yet, from the leaves upwards.

    `alive` : (variants, children), the children that take part. `factors` : multiplies their weights, or None.
    """
    if not state.weights.shape[1]:
        state = replace(state, weights=run.tree.weights[None])
    asked = set(step.nodes)
    for node in run.tree.upwards:
        name = run.tree.nodes[node]
        if (name in asked or (not asked and node not in state.scores)) and len(run.tree.children[node]):
            state = _scored(state, step, node, alive, factors, run)
    return state


def call_for(node: Node, call: MethodCall) -> MethodCall:
    """Give the aggregation of one node: the step's, or the node's own, with the node's own parameters.

    Raises : UnfitMethod for a parameter that the method does not have.
    """
    name = f"aggregate/{node.aggregate.removeprefix('aggregate/')}" if node.aggregate else call.name
    if name not in METHODS:
        raise UnfitMethod(f"Node {node.id} asks for {name}, which is no registered method.")
    inherited = {key: value for key, value in call.parameters.items() if key in METHODS[name].settings}
    return MethodCall(name=name, parameters={**inherited, **node.parameters})


def round_scores(state: State, step: Step, run: Run) -> State:
    """Round the scores of the nodes that the step names, or of all that have one."""
    function, settings = METHODS[step.call.name].function, _settings(step.call)
    scores = dict(state.scores)
    for node in sorted(scores):
        if not step.nodes or run.tree.nodes[node] in step.nodes:
            scores[node] = function(scores[node], **settings)
    if all(same(state.scores[node], scores[node]) for node in scores):
        run.tell("step-without-effect", step.call)
    return replace(state, scores=scores)


def rank_by(state: State, step: Step, _run: Run) -> State:
    """Choose how ties are ranked; ranks are taken from the final scores."""
    return replace(state, ranking=step.call)


def _scored(state: State, step: Step, node: int, alive: Mask, factors: Values | None, run: Run) -> State:
    own = call_for(run.methodology.nodes[node], step.call)
    settings: dict[str, Any] = {**METHODS[own.name].settings, **_settings(own)}
    places = run.tree.children[node]
    values, applicable = children_of(state, places, alive, run)
    state = weighed(state, node, values, alive, run)
    weights = state.weights[:, places] if factors is None else state.weights[:, places] * factors[:, places]
    weights = np.where(alive[:, places], weights, 0.0)
    mean = mean_of(own.name, settings)
    if mean is not None:
        scores, forbidden = _mean(mean, values, weights, applicable, float(settings["min_coverage"]))
    else:
        shape = (max(len(weights), len(values)), *values.shape[1:])
        share = np.broadcast_to(weights[:, None, :] * applicable, shape)
        case = Case(own, step.pool, node, values, share)
        scores, forbidden = compared(case, state, run)
    outside = ~state.rows.ravel()
    scores[:, outside], forbidden[:, outside] = np.nan, False
    _tell_forbidden(forbidden[0], own, run.tree.nodes[node], run)
    lost = state.unweighed.get(node)
    if lost is not None:
        forbidden = forbidden | (lost[:, None] & ~np.isnan(scores))
    return replace(
        state,
        scores={**state.scores, node: scores},
        forbidden={**state.forbidden, node: forbidden},
        scored_by={**state.scored_by, node: replace(step, call=own)},
    )


def _tell_forbidden(forbidden: Mask, call: MethodCall, name: str, run: Run) -> None:
    if run.events is None or not forbidden.any():
        return
    unit, period = divmod(int(np.flatnonzero(forbidden)[0]), len(run.panel.window))
    run.tell(
        "unfit-method",
        call,
        subject=name,
        reason=REASONS.get(call.name, "the method is not defined there"),
        cells=int(forbidden.sum()),
        first=f"{run.panel.units[unit]} {run.panel.assessed[period]}",
    )


def children_of(state: State, children: Places, alive: Mask, run: Run) -> tuple[Values, Values]:
    """Give values and applicability of a node's children: (variants or 1, unit-periods, children) each.

    A child node of direction -1 comes turned round; one counts for a unit when a leaf of it that takes part can exist.
    """
    tree, panel = run.tree, run.panel
    leaves = len(tree.leaves)
    flat = state.values.reshape(state.variants, -1, leaves)
    can_exist = panel.applicable[:, panel.window].reshape(-1, leaves)
    if (children < leaves).all():
        return flat[..., children], can_exist[None][..., children].astype(np.float64)
    columns: list[Values] = []
    exists: list[Values] = []
    for child in children:
        if child < leaves:
            columns.append(flat[..., child])
            exists.append(can_exist[None, :, child].astype(np.float64))
            continue
        node = int(child) - leaves
        scores = state.scores.get(node, np.full((1, flat.shape[1]), np.nan))
        columns.append(state.turned(scores) if run.methodology.nodes[node].direction < 0 else scores)
        below = tree.below(node)
        counted = alive[:, :leaves][:, below].astype(np.float64)
        exists.append((counted @ can_exist[:, below].T.astype(np.float64) > 0).astype(np.float64))
    return _stacked(columns), _stacked(exists)


def _stacked(columns: list[Values]) -> Values:
    variants = max(len(column) for column in columns)
    return np.stack([np.broadcast_to(column, (variants, column.shape[1])) for column in columns], axis=-1)


def _mean(mean: Mean, values: Values, weights: Values, applicable: Values, min_coverage: float) -> tuple[Values, Mask]:
    """Take a mean of children for many weightings at once, by matrix products on the mean's own scale.

    values, applicable : (variants or 1, rows, children); weights : (variants or 1, children).
    Returns : scores, NaN where there is none, and where the mathematics forbade one; both (variants, rows).
    """
    seen = ~np.isnan(values) & (applicable > 0)
    fits = seen & mean.fits(values)
    if len(values) > 1 and fits.all() and min_coverage <= 1:
        return _mean_of_all(mean, values, weights)
    counts = (weights > 0).astype(np.float64)
    forbidden = _weighted(counts, (seen & ~fits).astype(np.float64)) > 0
    total = _weighted(weights, seen.astype(np.float64))
    enough = _weighted(counts, seen.astype(np.float64)) >= min_coverage * _weighted(counts, applicable) - GUARD
    sound = (total > 0) & enough & ~forbidden
    inner = _weighted(weights, np.where(fits, mean.forward(np.where(fits, values, 1.0)), 0.0))
    scores = mean.back(np.where(sound, inner / np.where(sound, total, 1.0), 1.0))
    return np.where(sound, scores, np.nan), forbidden


def _mean_of_all(mean: Mean, values: Values, weights: Values) -> tuple[Values, Mask]:
    """Take the mean where every variant sees every child, and it is defined for all of them."""
    total = weights.sum(axis=1, keepdims=True)
    inner = _weighted(weights, mean.forward(values))
    scores = mean.back(np.where(total > 0, inner / np.where(total > 0, total, 1.0), 1.0))
    return np.where(total > 0, scores, np.nan), np.zeros(scores.shape, dtype=bool)


def _weighted(weights: Values, values: Values) -> Values:
    """Sum over children: (variants or 1, children) with (variants or 1, rows, children) -> (variants, rows)."""
    if len(values) == 1:
        return np.asarray(weights @ values[0].T, dtype=np.float64)
    return np.asarray(np.matmul(values, weights[:, :, None])[..., 0], dtype=np.float64)
