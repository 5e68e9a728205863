"""The common path: variants that share their leaves and differ in weights, scored as matrix products.

When every node is a weighted mean (arithmetic, geometric, harmonic, power) the mean of the leaves is a matrix product
in the domain of that mean: logarithms for the geometric. What does not vary (the leaves in that domain, which of them
are seen) is laid out once in a `Plan`; a batch of variants then costs a product a node. Rows are unit-periods, all
units of a period side by side, which is the order in which they are ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from mezon.engine.index.leaf_steps import Run
from mezon.engine.index.node_steps import call_for
from mezon.engine.index.state import State
from mezon.methods import METHODS
from mezon.methods.aggregate import GUARD, Mean, mean_of
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall, Step

Places = npt.NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """How one node is scored. Arrays of leaves are (leaf children, rows), of the rows that take part.

    `leaves`, `nodes` : places of the children. `forward` : leaf values in the mean's own domain, 0 where not seen.
    `seen`, `unfit`, `possible` : 0 or 1: has a value that the mean is defined for; has one that it is not; can exist.
    """

    place: int
    method: str
    mean: Mean
    min_coverage: float
    leaves: Places
    nodes: tuple[int, ...]
    forward: Values
    seen: Values
    unfit: Values
    possible: Values

    @property
    def whole(self) -> bool:
        """Say whether every leaf child is seen in every row."""
        return bool(self.seen.all())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All nodes in the order in which they are scored, over the rows (unit-periods) that take part.

    `turned` : nodes that enter their parent turned round, and the sum of the scale's ends that they are turned about.
    `rows` : their places in all rows, of which there are `size`. `weights` : (children,) before they are varied.
    `exists` : of each node, (leaves below it, rows), 1 where one can exist. `program` : what is done in turn: a node is
    scored (None), or its score rounded by a call; what comes later uses it as it then is.
    """

    nodes: tuple[NodePlan, ...]
    program: tuple[tuple[int, MethodCall | None], ...]
    rows: Places
    size: int
    weights: Values
    turned: frozenset[int]
    about: float
    exists: Mapping[int, Values]
    below: Mapping[int, Mask]

    @property
    def plain(self) -> bool:
        """Say whether nothing is missing, so that every weighting scores every row."""
        return all(node.whole for node in self.nodes) and all(bool(found.all()) for found in self.exists.values())


def plan_of(
    state: State, calls: tuple[MethodCall | None, ...], run: Run, step_of: Callable[[int], Step]
) -> Plan | None:
    """Lay out the steps from the first aggregation on; None when they are not all means and roundings.

    `calls` : the calls from there on; `step_of(offset)` gives the written step at that place, with its nodes.
    """
    nodes: list[NodePlan] = []
    program: list[tuple[int, MethodCall | None]] = []
    if state.weighing or state.variants != 1 or (state.weights.shape[0] != 1 and state.weights.shape[1]):
        return None
    for offset, call in enumerate(calls):
        if call is None or call.family == "rank":
            continue
        step = replace(step_of(offset), call=call)
        if call.family == "round" and nodes and not step.only:
            named = {place for place, name in enumerate(run.tree.nodes) if not step.nodes or name in step.nodes}
            program += [(node.place, call) for node in nodes if node.place in named]
        elif call.family == "aggregate":
            more = _aggregated(state, call, step.nodes, run, nodes)
            if more is None:
                return None
            program += [(node.place, None) for node in more[len(nodes) :]]
            nodes = more
        else:
            return None
    return _whole_plan(state, run, tuple(nodes), tuple(program))


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores (nodes, draws, rows), NaN where there is none; and of nodes where some were forbidden, which."""

    scores: Values
    forbidden: dict[int, Mask]


def score(plan: Plan, weights: Values, nodes: int) -> Scored:
    """Score every node under many weightings at once.

    weights : (draws, children), 0 where a child does not take part. Returns : scores (nodes, draws, plan rows).
    """
    scores = np.empty((nodes, len(weights), len(plan.rows)))
    scores[[at for at in range(nodes) if at not in {node.place for node in plan.nodes}]] = np.nan
    inner: dict[int, tuple[Mean, Values]] = {}
    missing: dict[int, bool] = {}
    forbidden: dict[int, Mask] = {}
    leaves = weights.shape[1] - nodes
    plans = {node.place: node for node in plan.nodes}
    for place, rounding in plan.program:
        if rounding is not None:
            inner.pop(place, None)
            scores[place] = METHODS[rounding.name].function(scores[place], **rounding.parameters)
            continue
        scores[place], bad = _mean(plan, plans[place], weights, leaves, scores, inner, missing)
        if bad is not None and bad.any():
            forbidden[place] = bad
    return Scored(scores, forbidden)


def _aggregated(
    state: State, call: MethodCall, named: tuple[str, ...], run: Run, before: list[NodePlan]
) -> list[NodePlan] | None:
    """Add the nodes that an aggregate step scores, or give None when one of them is no mean."""
    scored = {node.place: node for node in before}
    for place in run.tree.upwards:
        name = run.tree.nodes[place]
        if not (name in named or (not named and place not in scored)) or not len(run.tree.children[place]):
            continue
        own = call_for(run.methodology.nodes[place], call)
        settings = {**METHODS[own.name].settings, **own.parameters}
        mean = mean_of(own.name, settings)
        if mean is None or set(own.parameters) - set(METHODS[own.name].settings) or place in scored:
            return None
        if any(child not in scored for child in _node_children(run, place)):
            return None
        scored[place] = _node_plan(state, run, place, own.name, mean, float(settings["min_coverage"]))
    return list(scored.values())


def _node_children(run: Run, place: int) -> tuple[int, ...]:
    leaves = len(run.tree.leaves)
    return tuple(int(child) - leaves for child in run.tree.children[place] if child >= leaves)


def _node_plan(state: State, run: Run, place: int, method: str, mean: Mean, min_coverage: float) -> NodePlan:
    tree, panel = run.tree, run.panel
    count, rows = len(tree.leaves), rows_of(state)
    mine = tree.children[place][tree.children[place] < count]
    values = by_period(state.values[0])[:, rows][mine]
    possible = by_period(panel.applicable[:, panel.window])[:, rows][mine]
    present = ~np.isnan(values) & possible
    fits = present & mean.fits(values)
    return NodePlan(
        place=place,
        method=method,
        mean=mean,
        min_coverage=min_coverage,
        leaves=mine,
        nodes=_node_children(run, place),
        forward=np.where(fits, mean.forward(np.where(fits, values, 1.0)), 0.0),
        seen=present.astype(np.float64),
        unfit=(present & ~fits).astype(np.float64),
        possible=possible.astype(np.float64),
    )


def _whole_plan(
    state: State, run: Run, nodes: tuple[NodePlan, ...], program: tuple[tuple[int, MethodCall | None], ...]
) -> Plan:
    tree, panel = run.tree, run.panel
    rows = rows_of(state)
    possible = by_period(panel.applicable[:, panel.window])[:, rows].astype(np.float64)
    turned = frozenset(node.place for node in nodes if run.methodology.nodes[node.place].direction < 0)
    below = {node.place: tree.below(node.place) for node in nodes}
    return Plan(
        nodes=nodes,
        program=program,
        rows=rows,
        size=state.rows.size,
        weights=state.weights[0] if state.weights.shape[1] else tree.weights,
        turned=turned,
        about=sum(state.scale) if state.scale else 0.0,
        exists={place: possible[found] for place, found in below.items()},
        below=below,
    )


def _mean(
    plan: Plan,
    node: NodePlan,
    weights: Values,
    leaves: int,
    scores: Values,
    inner: dict[int, tuple[Mean, Values]],
    missing: dict[int, bool],
) -> tuple[Values, Mask | None]:
    """Score one node: (draws, rows), and where the mathematics forbade it (None: nowhere)."""
    own = weights[:, node.leaves]
    children = [_Child(plan, node, child, weights[:, [leaves + child]], scores, inner, missing) for child in node.nodes]
    top = own @ node.forward if len(node.leaves) else np.zeros((len(weights), len(plan.rows)))
    for child in children:
        top = top + child.weight * child.forward
    if node.whole and not node.unfit.any() and all(child.whole for child in children):
        total = own.sum(axis=1, keepdims=True) + sum(child.weight for child in children)
        sound = total > 0
        inside = top / np.where(sound, total, 1.0)
        inner[node.place], missing[node.place] = (node.mean, inside), not bool(sound.all())
        return np.where(sound, node.mean.back(np.where(sound, inside, 1.0)), np.nan), None
    return _with_gaps(plan, node, weights, children, top, missing)


@dataclass(slots=True)
class _Child:
    """A node as a child of another: its weight (draws, 1), and its score in the parent's domain (draws, rows)."""

    weight: Values
    forward: Values
    seen: Values
    unfit: Values
    place: int
    whole: bool

    def __init__(
        self,
        plan: Plan,
        node: NodePlan,
        child: int,
        weight: Values,
        scores: Values,
        inner: dict[int, tuple[Mean, Values]],
        missing: dict[int, bool],
    ) -> None:
        self.place, self.weight = child, weight
        known = inner.get(child)
        if known is not None and known[0] is node.mean and child not in plan.turned and not missing[child]:
            # Already in this domain: forward(back(x)) is x.
            self.forward, self.whole = known[1], True
            self.seen = self.unfit = np.empty(0)
            return
        values = plan.about - scores[child] if child in plan.turned else scores[child]
        present = ~np.isnan(values)
        fits = present & node.mean.fits(values)
        self.forward = np.where(fits, node.mean.forward(np.where(fits, values, 1.0)), 0.0)
        self.whole = bool(fits.all())
        self.seen, self.unfit = present.astype(np.float64), (present & ~fits).astype(np.float64)


def _with_gaps(
    plan: Plan, node: NodePlan, weights: Values, children: list[_Child], top: Values, missing: dict[int, bool]
) -> tuple[Values, Mask | None]:
    """Score a node some of whose children are missing: each row over the children it has, if they are enough."""
    own = weights[:, node.leaves]
    counted = (own > 0).astype(np.float64)
    total, seen, wanted, bad = (by @ part for by, part in (
        (own, node.seen), (counted, node.seen), (counted, node.possible), (counted, node.unfit)))  # fmt: skip
    for child in children:
        counts = child.weight > 0
        present = np.ones_like(top) if child.whole else child.seen
        total, seen = total + child.weight * present, seen + counts * present
        wanted = wanted + counts * _can_exist(plan, child.place, weights)
        bad = bad if child.whole else bad + counts * child.unfit
    forbidden = bad > 0
    sound = (total > 0) & (seen >= node.min_coverage * wanted - GUARD) & ~forbidden
    missing[node.place] = True
    inside = np.where(sound, top / np.where(sound, total, 1.0), 1.0)
    return np.where(sound, node.mean.back(inside), np.nan), forbidden


def _can_exist(plan: Plan, place: int, weights: Values) -> Values:
    """Say in which rows a node has a leaf that takes part and can exist: (draws, rows) of 0 and 1."""
    taking_part = (weights[:, : len(plan.below[place])][:, plan.below[place]] > 0).astype(np.float64)
    return np.asarray(taking_part @ plan.exists[place] > 0, dtype=np.float64)


def by_period(values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Bring (units, periods, leaves) to (leaves, rows), all units of a period side by side."""
    return np.ascontiguousarray(np.moveaxis(values, (0, 1), (2, 1)).reshape(values.shape[2], -1))


def rows_of(state: State) -> Places:
    """Give the places of the unit-periods that take part, in the order of `by_period`."""
    return np.flatnonzero(state.rows.T.ravel()).astype(np.intp)
