"""Steps that work on the nodes of the tree: weight, aggregate, rounding of scores, rank."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mezon.engine.index.leaf_steps import REASONS, Places, Run, _settings
from mezon.engine.index.state import State, same
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.aggregate import GUARD, MEANS, Mean
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Node, Step


def weigh(state: State, step: Step, run: Run) -> State:
    """Set the weights of every child, or of the children of the nodes that the step names."""
    base = run.tree.weights if state.weights.shape[1] == 0 else state.weights[0]
    fresh = METHODS[step.call.name].function(run.tree.weights, **_settings(step.call))
    mine = np.array([not step.nodes or parent in step.nodes for parent in run.tree.parents])
    return replace(state, weights=np.where(mine, fresh, base)[None])


def aggregate(state: State, step: Step, run: Run, alive: Mask, factors: Values | None) -> State:
    """Score the nodes that the step names, or all that have no score yet, from the leaves upwards.

    `alive` : (variants, children), the children that take part. `factors` : multiplies their weights, or None.
    """
    weights = state.weights if state.weights.shape[1] else run.tree.weights[None]
    weights = np.where(alive, weights if factors is None else weights * factors, 0.0)
    asked = set(step.nodes)
    for node in run.tree.upwards:
        name = run.tree.nodes[node]
        if name in asked or (not asked and node not in state.scores):
            state = _scored(state, step.call, node, weights, run)
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


def _scored(state: State, call: MethodCall, node: int, weights: Values, run: Run) -> State:
    own = call_for(run.methodology.nodes[node], call)
    settings: dict[str, Any] = {**METHODS[own.name].settings, **_settings(own)}
    children = run.tree.children[node]
    if not len(children):
        return state
    values, applicable = _children(state, children, weights, run)
    share = weights[:, children]
    scores, forbidden = _mean(MEANS[own.name], values, share, applicable, float(settings["min_coverage"]))
    outside = ~state.rows.ravel()
    scores[:, outside], forbidden[:, outside] = np.nan, False
    if forbidden[0].any():
        first = int(np.flatnonzero(forbidden[0])[0])
        unit, period = divmod(first, len(run.panel.window))
        run.tell(
            "unfit-method",
            own,
            subject=run.tree.nodes[node],
            reason=REASONS.get(own.name, "the method is not defined there"),
            cells=int(forbidden[0].sum()),
            first=f"{run.panel.units[unit]} {run.panel.assessed[period]}",
        )
    return replace(state, scores={**state.scores, node: scores}, forbidden={**state.forbidden, node: forbidden})


def _children(state: State, children: Places, weights: Values, run: Run) -> tuple[Values, Values]:
    """Give values and applicability of a node's children: (variants or 1, unit-periods, children) each."""
    tree, panel = run.tree, run.panel
    leaves = len(tree.leaves)
    flat = state.values.reshape(state.variants, -1, leaves)
    can_exist = panel.applicable[:, panel.window].reshape(-1, leaves)
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
        counted = (weights[:, :leaves] > 0)[:, below].astype(np.float64)
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
    counts = (weights > 0).astype(np.float64)
    forbidden = _weighted(counts, (seen & ~fits).astype(np.float64)) > 0
    total = _weighted(weights, seen.astype(np.float64))
    enough = _weighted(counts, seen.astype(np.float64)) >= min_coverage * _weighted(counts, applicable) - GUARD
    sound = (total > 0) & enough & ~forbidden
    inner = _weighted(weights, np.where(fits, mean.forward(np.where(fits, values, 1.0)), 0.0))
    scores = mean.back(np.where(sound, inner / np.where(sound, total, 1.0), 1.0))
    return np.where(sound, scores, np.nan), forbidden


def _weighted(weights: Values, values: Values) -> Values:
    """Sum over children: (variants or 1, children) with (variants or 1, rows, children) -> (variants, rows)."""
    if len(values) == 1:
        return np.asarray(weights @ values[0].T, dtype=np.float64)
    return np.asarray(np.matmul(values, weights[:, :, None])[..., 0], dtype=np.float64)
