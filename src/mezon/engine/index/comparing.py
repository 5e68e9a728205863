"""Aggregations that are no mean: those of a unit's own profile, those that compare units, and declared formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mezon.engine.formula import Formula
from mezon.engine.index.leaf_steps import Run, _context, _settings
from mezon.engine.index.state import State
from mezon.errors import UnfitMethod
from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.methods.consensus import MOST_EXACT, majority_classes
from mezon.methods.coverage import is_covered
from mezon.methods.outranking import outranking_matrix
from mezon.model.methodology import MethodCall

#: Pairs of units that are compared at once; more are taken in parts, so that memory stays bounded.
MOST_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """A node to be scored: by which call, its number, its children's values (variants or 1, unit-periods, children)
    and their weights (the same or more variants), 0 where one takes no part or cannot exist. `pool` : of the step.
    """

    call: MethodCall
    pool: str
    node: int
    values: Values
    weights: Values


def compared(case: Case, state: State, run: Run) -> tuple[Values, Mask]:
    """Score a node: scores, NaN where there is none, and where the mathematics forbade one; both (variants, rows)."""
    scores = _WAYS.get(case.call.name, _by_profile)(case, state, run)
    settings = {**METHODS[case.call.name].settings, **case.call.parameters}
    values = np.where(state.rows.ravel()[:, None], case.values, np.nan)
    covered = is_covered(np.broadcast_to(values, case.weights.shape), case.weights, float(settings["min_coverage"]))
    return scores, np.asarray(covered & np.isnan(scores))


def by_period(values: Values, run: Run) -> Values:
    """Bring (variants, unit-periods, children) to (variants, periods, units, children)."""
    cube = values.reshape(len(values), len(run.panel.units), len(run.panel.window), values.shape[-1])
    return np.asarray(np.moveaxis(cube, 2, 1))


def _by_profile(case: Case, _state: State, _run: Run) -> Values:
    """Score each unit by its own children."""
    return _called(case, np.broadcast_to(case.values, case.weights.shape), case.weights, evaluate=None)


def _between_units(case: Case, state: State, run: Run) -> Values:
    """Compare the units of each period with one another."""
    values, weights = np.where(state.rows.ravel()[:, None], case.values, np.nan), case.weights
    units, periods = len(run.panel.units), max(len(run.panel.window), 1)
    size = max(MOST_PAIRS // max(units * units * periods, 1), 1)
    parts = []
    for first in range(0, len(weights), size):
        own = values if len(values) == 1 else values[first : first + size]
        mine = weights[first : first + size]
        cube = by_period(np.broadcast_to(own, mine.shape), run)
        if first == 0 and case.call.name == "aggregate/kemeny":
            _tell_uncertain(case, cube[0], by_period(mine, run)[0], run)
        found = _called(case, cube, by_period(mine, run), evaluate=None)
        parts.append(np.moveaxis(found, 1, 2).reshape(len(found), -1))
    return np.concatenate(parts)


def _tell_uncertain(case: Case, values: Values, weights: Values, run: Run) -> None:
    """Tell of periods in which more units run in a circle than the best order can be searched for."""
    if run.events is None:
        return
    limit = min(
        int(case.call.parameters.get("exact_up_to", METHODS[case.call.name].settings["exact_up_to"])), MOST_EXACT
    )
    for period, above in zip(run.panel.assessed, outranking_matrix(values, weights=weights), strict=True):
        there = ~np.isnan(values[run.panel.assessed.index(period)]).all(axis=1)
        largest = max(map(len, majority_classes(above[np.ix_(there, there)])), default=0)
        if largest > limit:
            name = run.tree.nodes[case.node]
            run.tell("order-not-certain", case.call, node=name, units=largest, period=period)


def _against_the_frontier(case: Case, state: State, run: Run) -> Values:
    """Compare units with the best of all unit-periods, or of their own period.

    The weights only say who is a child, so that variants that agree on it, and share their values, share the scores.
    """
    scores = np.full(case.weights.shape[:2], np.nan)
    taking_part = case.weights > 0
    rows = state.rows.ravel()
    period = np.tile(np.arange(len(run.panel.window)), len(run.panel.units)) if case.pool == "period" else 0 * rows
    known: dict[bytes, Values] = {}
    for variant, children in enumerate(taking_part):
        own = case.values[0 if len(case.values) == 1 else variant]
        key = children.tobytes() if len(case.values) == 1 else variant.to_bytes(4, "little")
        if key not in known:
            known[key] = np.full(len(rows), np.nan)
            for each in np.unique(period):
                mine = rows & (period == each)
                known[key][mine] = _called(case, own[mine], children[mine].astype(np.float64), evaluate=None)
        scores[variant] = known[key]
    return scores


def _by_formula(case: Case, state: State, run: Run) -> Values:
    """Compute a declared expression of children, of what is scored already, of other leaves, and of parameters."""
    text = str(case.call.parameters.get("expression", ""))
    if not text.strip():
        raise UnfitMethod(
            f"Node {run.tree.nodes[case.node]} is a formula without one.", hint='Write expression = "A * B".'
        )
    expression = Formula.parse(text)
    places = run.tree.children[case.node]
    names = [run.tree.names[child] for child in places]

    def evaluate(values: Values) -> Values:
        own = {name: values[..., at] for at, name in enumerate(names)}
        terms = {code: _term(code, own, state, run) for code in sorted(expression.terms)}
        return _over_time(expression, terms, len(values), run)

    return _called(case, np.broadcast_to(case.values, case.weights.shape), case.weights, evaluate=evaluate)


def _term(code: str, own: dict[str, Values], state: State, run: Run) -> Values:
    """Give a term of a formula: (variants or 1, unit-periods), or (periods,) for a parameter."""
    tree = run.tree
    if code in own:
        return own[code]
    if code in tree.nodes and tree.nodes.index(code) in state.scores:
        return state.scores[tree.nodes.index(code)]
    if code in tree.leaves:
        flat = state.values.reshape(state.variants, -1, len(tree.leaves))
        return np.asarray(flat[..., tree.leaves.index(code)])
    if code in run.panel.parameters:
        return run.panel.parameters[code]
    raise UnfitMethod(
        f"A formula names {code}, which is no leaf, no node scored before, and no parameter.",
        hint="Name children of the node, or score what it needs in a step before.",
    )


def _over_time(expression: Formula, terms: dict[str, Values], variants: int, run: Run) -> Values:
    """Evaluate on a time axis without holes, and give back the periods that are assessed: (variants, unit-periods)."""
    window = run.panel.window
    span = int(window[-1] - window[0]) + 1 if len(window) else 0
    places = window - window[0] if len(window) else window
    dense: dict[str, Values] = {}
    for code, values in terms.items():
        cube = values if values.ndim == 1 else values.reshape(len(values), len(run.panel.units), len(window))
        dense[code] = np.full((*cube.shape[:-1], span), np.nan)
        dense[code][..., places] = cube
    found = np.broadcast_to(expression.evaluate(dense), (variants, len(run.panel.units), span))
    return np.array(found[..., places]).reshape(variants, -1)


def _called(case: Case, values: Values, weights: Values, *, evaluate: Callable[[Values], Values] | None) -> Values:
    offered: dict[str, Any] = {"weights": weights, "shares": weights, "evaluate": evaluate}
    context = _context(case.call, offered)
    found = METHODS[case.call.name].function(values, **context, **_settings(case.call))
    return np.array(found, dtype=np.float64)


_WAYS: dict[str, Callable[[Case, State, Run], Values]] = {
    "aggregate/copeland": _between_units,
    "aggregate/borda": _between_units,
    "aggregate/kemeny": _between_units,
    "aggregate/benefit-of-the-doubt": _against_the_frontier,
    "aggregate/formula": _by_formula,
}
