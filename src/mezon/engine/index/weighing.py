"""Weights that follow from data or judgments: found when a node is scored, from the children that then take part.

So the children of a node of nodes are weighed by their scores, and a leaf that a variant leaves out is left out of the
weighing as well, exactly as if the methodology did not have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mezon.engine.index.leaf_steps import Places, Run, _settings, cut_to_window
from mezon.engine.index.state import State, Weighing
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.methods.judged import comparisons, consistency, least_consistent, pooled, tables_of
from mezon.model.methodology import MethodCall, Step

#: A child scored by its node: (variants or 1, unit-periods, children).
Children = Values


def weigh(state: State, step: Step, run: Run) -> State:
    """Set the weights of the children of the nodes that the step names, or of all.

    Weights that are written are set at once; others are remembered, with the leaves as they are now, and found when the
    node is scored.
    """
    tree, method = run.tree, METHODS[step.call.name]
    base = tree.weights if state.weights.shape[1] == 0 else state.weights[0]
    settings = _settings(step.call)
    mine = np.array([not step.nodes or parent in step.nodes for parent in tree.parents])
    nodes = [at for at, node in enumerate(tree.nodes) if not step.nodes or node in step.nodes]
    waiting = {node: each for node, each in state.weighing.items() if node not in nodes}
    if method.takes == "weights":
        fresh = method.function(tree.weights, **settings)
    else:
        fresh, later = tree.weights, Weighing(step.call, run.place, _leaves_now(state, run))
        waiting |= dict.fromkeys(nodes, later)
    return replace(state, weights=np.where(mine, fresh, base)[None], weighing=waiting)


def weighed(state: State, node: int, children: Values, alive: Mask, run: Run) -> State:
    """Find the weights of a node's children, if a step has left them to be found.

    children : scores and values now, (variants or 1, unit-periods, children). alive : (variants, children of the tree).
    """
    task = state.weighing.get(node)
    if task is None:
        return state
    places = run.tree.children[node]
    values = as_weighed(task, children, places, len(run.tree.leaves))
    cases = _cases(alive[:, places], len(values))
    variants = max(len(cases), len(state.weights))
    weights = np.array(np.broadcast_to(state.weights, (variants, state.weights.shape[1])))
    unweighed = np.zeros(variants, dtype=bool)
    lasting = len(values) == 1 and bool((places < len(run.tree.leaves)).all())
    kept = task.found if lasting else {}
    for at, (pattern, variant) in enumerate(cases):
        key = node.to_bytes(4, "little") + variant.to_bytes(4, "little") + pattern.tobytes()
        if key not in kept:
            kept[key] = _found(task, values[variant][state.rows.ravel()], pattern, node, run)
        fresh = kept[key]
        mine = slice(at, at + 1) if len(cases) > 1 else slice(None)
        unweighed[mine] = fresh is None
        if fresh is not None:
            weights[mine, places[pattern]] = fresh
    _tell(task, node, alive[0, places], run, undetermined=bool(unweighed[0]))
    return replace(state, weights=weights, unweighed={**state.unweighed, node: unweighed})


def _cases(alive: Mask, variants: int) -> list[tuple[Mask, int]]:
    """List what weights are to be found for: who takes part, and which variant's values; one case where all agree."""
    if variants == 1 and bool((alive == alive[0]).all()):
        return [(alive[0], 0)]
    return [(alive[min(at, len(alive) - 1)], min(at, variants - 1)) for at in range(max(len(alive), variants))]


def judgments_for(call: MethodCall, run: Run) -> Mapping[str, Mapping[str, float]]:
    """Give the judgments of a step: its own, or else those of the register of ratings."""
    written: Mapping[str, Mapping[str, float]] = call.parameters.get("judgments") or run.panel.judgments
    return written


def _found(task: Weighing, values: Values, pattern: Mask, node: int, run: Run) -> Values | None:
    """Work out the weights of the children that take part; None where they are not determined."""
    count = int(pattern.sum())
    if count <= 1:
        return np.ones(count)
    method, settings = METHODS[task.call.name], _settings(task.call)
    if method.takes == "children":
        names = tuple(run.tree.names[child] for child in run.tree.children[node][pattern])
        fresh = method.function(names, **{**settings, "judgments": judgments_for(task.call, run)})
    else:
        known = values[:, pattern]
        fresh = method.function(known[~np.isnan(known).all(axis=1)], **settings)
    return None if np.isnan(fresh).any() or not fresh.sum() > 0 else np.asarray(fresh, dtype=np.float64)


def _leaves_now(state: State, run: Run) -> Values:
    now = cut_to_window(state, run.panel).values * state.direction
    return now.reshape(len(now), -1, now.shape[-1])


def as_weighed(task: Weighing, children: Children, places: Places, leaves: int) -> Values:
    """Take leaves as they were at the weight step, and nodes as they are scored."""
    of_leaves = places < leaves
    if not of_leaves.any():
        return children
    variants = max(len(task.values), 1 if of_leaves.all() else len(children))
    values = np.array(np.broadcast_to(children[:1] if of_leaves.all() else children, (variants, *children.shape[1:])))
    values[..., of_leaves] = task.values[..., places[of_leaves]]
    return values


def _tell(task: Weighing, node: int, pattern: Mask, run: Run, *, undetermined: bool) -> None:
    """Tell that written weights are used instead, or that judgments contradict one another."""
    if run.events is None or int(pattern.sum()) < 2:
        return
    place, run.place = run.place, task.step
    name = run.tree.nodes[node]
    if undetermined:
        run.tell("weights-undetermined", task.call.name, node=name)
    elif task.call.name == "weight/ahp":
        codes = tuple(run.tree.names[child] for child in run.tree.children[node][pattern])
        _tell_inconsistent(task.call, name, codes, run)
    run.place = place


def _tell_inconsistent(call: MethodCall, node: str, codes: tuple[str, ...], run: Run) -> None:
    judgments = judgments_for(call, run)
    table = str(call.parameters.get("random_index", "saaty-1980"))
    cases: dict[str, Any] = {who: comparisons(codes, judgments[who]) for who in sorted(judgments)}
    cases["all experts together"] = pooled(tables_of(codes, judgments))
    for who, matrix in cases.items():
        found = consistency(matrix, random_index=table)
        if found is not None and found.ratio > found.accepted:
            worst = ", ".join(
                f"{item} = {said:.3g} ({kept:.3g})" for item, said, kept in least_consistent(codes, matrix)
            )
            details = {"ratio": f"{found.ratio:.3f}", "accepted": f"{found.accepted:.2f}", "worst": worst}
            run.tell("judgments-inconsistent", call.name, node=node, expert=who, **details)
