"""What each indicator contributes to a score, exactly: the parts add up to the score, or to its logarithm.

A tree is taken apart from the leaves upwards, each as a difference to one reference value that all leaves share (the
mean of equal values is that value, whatever the weights and whatever is missing):

- an arithmetic node passes on weight times difference;
- a geometric node passes on weight times difference of logarithms. Differences turn into differences of logarithms,
  and back, by the logarithmic mean L(a, b) = (a - b) / ln(a / b), so that sums stay exact (Ang 2005);
- any other node shares its difference among its children (`contribution_shares`: by Shapley value where units are
  scored one by one), and each child's share goes down in proportion to what its own parts are. Its base is what the
  node would be with all leaves at the reference, so a row's `reference` may be its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
import polars as pl

from mezon.analyse.contribution_shares import Shares, shares_of
from mezon.engine.index import CompiledIndex, Outcome
from mezon.engine.index.leaf_steps import Places
from mezon.engine.index.node_steps import call_for
from mezon.engine.index.state import State
from mezon.methods.aggregate import MEANS
from mezon.methods.arrays import Mask, Values
from mezon.model.assessment import TABLES
from mezon.model.methodology import MethodCall

#: The Shapley value of a node with more children than this is replaced by the parts on the mean's own scale.
MANY = 12

#: A rest smaller than this is the last digit of a sum, and not the work of a rounding step.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Parts:
    """A score taken apart: `score`, `base` (rows,), and (rows, leaves) parts that sum to score - base.

    Where a node's children all rest on one reference, so does a mean of them. `rest` : what no leaf accounts for.
    """

    score: Values
    parts: Values
    base: Values
    rest: Values


def contributions_table(index: CompiledIndex, nominal: Outcome) -> pl.DataFrame:
    """Give the parts of every score, by node and leaf.

    `kind` "arithmetic": they add up to the score (reference 0). "geometric": to ln(score / reference). "mixed" and
    "shapley": to score - reference. "rounding", with no indicator: what the rounding steps added. `reference` is the
    number itself: the lower end of the scale where that is above zero, otherwise its upper end; 1 without a scale.
    """
    frames = [_node_frame(index, nominal, node) for node in nominal.state.scores]
    empty = pl.DataFrame(schema=dict.fromkeys(TABLES["contributions"], pl.String())).with_columns(
        pl.col("contribution").cast(pl.Float64)
    )
    order = {name: at for at, name in enumerate((*index.tree.nodes, *index.tree.leaves))}
    together = pl.concat([empty, *frames]).with_columns(
        pl.col("node").replace_strict(order, return_dtype=pl.Int64).alias("_node"),
        pl.col("indicator").replace_strict(order, default=len(order), return_dtype=pl.Int64).alias("_leaf"),
    )
    return together.sort("unit", "period", "_node", "_leaf").select(TABLES["contributions"])


def kind_of(index: CompiledIndex, node: int) -> str:
    """Say what the parts of a node add up to."""
    methods = {_method(index, each) for each in _nodes_below(index, node)}
    if methods == {"aggregate/arithmetic"}:
        return "arithmetic"
    own = _method(index, node)
    if own == "aggregate/geometric" and all(each in MEANS for each in methods):
        return "geometric"
    return "mixed" if methods <= {"aggregate/arithmetic", "aggregate/geometric"} else "shapley"


def reference_of(state: State, kind: str) -> float:
    """Give the value that scores are compared with."""
    if kind == "arithmetic":
        return 0.0
    if state.scale is None:
        return 1.0
    return state.scale[0] if state.scale[0] > 0 else state.scale[1]


def parts_against(index: CompiledIndex, nominal: Outcome, reference: float, places: Places) -> Values:
    """Take the root scores of some unit-periods apart against a value of one's own choice: (places, leaves), points.

    `places` : unit * number of periods + period, each with a score. The parts of a row add up to its score, before any
    rounding step, less `reference`; NaN where a leaf has no value, which counts as standing at the reference.
    """
    return _taken_apart(index, nominal, index.tree.root, reference, places).parts


def _node_frame(index: CompiledIndex, nominal: Outcome, node: int) -> pl.DataFrame:
    state = nominal.state
    kind = kind_of(index, node)
    reference = reference_of(state, kind)
    final = nominal.scores[node].ravel()
    there = np.flatnonzero(~np.isnan(final))
    found = _taken_apart(index, nominal, node, reference, there)
    parts, rest = found.parts, final[there] - found.score + found.rest
    if kind == "geometric":
        parts = parts / _log_mean(found.score, np.full(len(there), reference))[:, None]
        rest = np.log(final[there] / found.score)
    return _rows(index, node, there, parts, np.where(np.abs(rest) > ROUNDING, rest, 0.0), kind, found.base)


def _rows(
    index: CompiledIndex, node: int, there: Places, parts: Values, rest: Values, kind: str, base: Values
) -> pl.DataFrame:
    panel, leaves = index.panel, np.flatnonzero(index.tree.below(node))
    names = np.array([*(index.tree.leaves[leaf] for leaf in leaves), ""], dtype=object)
    values = np.concatenate([parts[:, leaves], np.where(rest == 0.0, np.nan, rest)[:, None]], axis=1)
    row, column = np.nonzero(~np.isnan(values))
    unit, period = np.divmod(there[row], len(panel.window))
    return pl.DataFrame(
        {
            "unit": pl.Series(np.array(panel.units, dtype=object)[unit], dtype=pl.String),
            "period": pl.Series(np.array(panel.assessed, dtype=object)[period], dtype=pl.String),
            "node": pl.Series([index.tree.nodes[node]] * len(row), dtype=pl.String),
            "indicator": pl.Series(names[column], dtype=pl.String),
            "contribution": pl.Series(values[row, column], dtype=pl.Float64),
            "kind": pl.Series(np.where(column == len(leaves), "rounding", kind).tolist(), dtype=pl.String),
            "reference": pl.Series([_written(each) for each in base[row].tolist()], dtype=pl.String),
        }
    )


def _taken_apart(index: CompiledIndex, nominal: Outcome, node: int, reference: float, there: Places) -> _Parts:
    """Take a node apart, on the rows that have a score, before any rounding."""
    tree, state, leaves = index.tree, nominal.state, len(index.tree.leaves)
    children = [child for child in tree.children[node] if nominal.alive[child]]
    values, parts, bases, rest = [], [], [], []
    for child in children:
        found = (
            _leaf(state, int(child), reference, there)
            if child < leaves
            else _branch(index, nominal, int(child) - leaves, reference, there)
        )
        values.append(found.score)
        parts.append(found.parts)
        bases.append(found.base)
        rest.append(found.rest)
    scores = np.stack(values, axis=-1)
    weights = (state.weights[0] if state.weights.shape[1] else tree.weights)[children]
    seen, below = ~np.isnan(scores), np.stack(bases, axis=-1)
    rests = np.where(seen, np.stack(rest, axis=-1), 0.0)
    if _method(index, node) in MEANS and (np.abs(below - reference)[seen] < ROUNDING).all() and not rests.any():
        return _combined(_method(index, node), scores, np.stack(parts, axis=-1), weights, reference)
    shares = shares_of(index, nominal, node, scores, below, there)
    return _passed_down(shares, scores, below, np.stack(parts, axis=-1))


def _leaf(state: State, leaf: int, reference: float, there: Places) -> _Parts:
    flat = state.values[0].reshape(-1, state.values.shape[-1])[there]
    parts = np.full(flat.shape, np.nan)
    parts[:, leaf] = flat[:, leaf] - reference
    return _Parts(flat[:, leaf], parts, np.full(len(there), reference), np.zeros(len(there)))


def _branch(index: CompiledIndex, nominal: Outcome, node: int, reference: float, there: Places) -> _Parts:
    """Take a child node apart; one of direction -1 counts turned round, and so do its parts."""
    state, turned = nominal.state, index.methodology.nodes[node].direction < 0
    own = float(state.turned(np.array([reference]))[0]) if turned else reference
    scored = ~np.isnan(nominal.scores[node].ravel()[there])
    score = np.full(len(there), np.nan)
    parts = np.full((len(there), len(index.tree.leaves)), np.nan)
    base, rest = np.full(len(there), reference), np.zeros(len(there))
    if scored.any():
        found = _taken_apart(index, nominal, node, own, there[scored])
        score[scored] = state.turned(found.score) if turned else found.score
        base[scored] = state.turned(found.base) if turned else found.base
        parts[scored] = -found.parts if turned else found.parts
        rest[scored] = -found.rest if turned else found.rest
    return _Parts(score, parts, base, rest)


def _combined(name: str, scores: Values, parts: Values, weights: Values, reference: float) -> _Parts:
    """Combine children: scores (rows, children), parts (rows, leaves, children)."""
    seen = ~np.isnan(scores)
    share = np.where(seen, weights, 0.0)
    share = share / share.sum(axis=1, keepdims=True)
    filled = np.where(seen, scores, reference)
    mean = MEANS[name]
    score = mean.back((share * mean.forward(filled)).sum(axis=1))
    if name == "aggregate/arithmetic":
        passed = share
    elif name == "aggregate/geometric":
        base = np.full(len(score), reference)
        passed = share * _log_mean(score, base)[:, None] / _log_mean(filled, np.full(filled.shape, reference))
    else:
        passed = _passed_by_shapley(name, filled, share, seen, reference)
    scaled = parts * passed[:, None, :]
    known = ~np.isnan(scaled)
    total = np.where(known, scaled, 0.0).sum(axis=-1)
    parts = np.where(known.any(axis=-1), total, np.nan)
    return _Parts(score, parts, np.full(len(score), reference), np.zeros(len(score)))


def _passed_down(shares: Shares, scores: Values, bases: Values, parts: Values) -> _Parts:
    """Pass each child's share down in proportion to its own parts; what has nothing to go to is left over."""
    apart = scores - bases
    sound = ~np.isnan(apart) & (np.abs(apart) > ROUNDING)
    passed = np.where(sound, shares.parts / np.where(sound, apart, 1.0), 0.0)
    scaled = parts * passed[:, None, :]
    known = ~np.isnan(scaled)
    found = np.where(known.any(axis=-1), np.where(known, scaled, 0.0).sum(axis=-1), np.nan)
    rest = shares.score - shares.base - np.nan_to_num(found).sum(axis=1)
    return _Parts(shares.score, found, shares.base, np.where(np.abs(rest) > ROUNDING, rest, 0.0))


def _passed_by_shapley(name: str, filled: Values, share: Values, seen: Mask, reference: float) -> Values:
    """Give what part of each child's difference arrives in the node: its Shapley value over its difference."""
    mean, k = MEANS[name], filled.shape[1]
    base = mean.forward(np.array([reference]))[0]
    steps = share * (mean.forward(filled) - base)
    if k > MANY:
        total = mean.back(base + steps.sum(axis=1)) - reference
        sum_of_steps = steps.sum(axis=1)
        values = (
            steps * np.where(sum_of_steps == 0, 0.0, total / np.where(sum_of_steps == 0, 1.0, sum_of_steps))[:, None]
        )
    else:
        values = _shapley(steps, lambda moved: mean.back(base + moved))
    apart = filled - reference
    return np.where(seen & (apart != 0), values / np.where(apart == 0, 1.0, apart), 0.0)


def _shapley(steps: Values, worth: Callable[[Values], Values]) -> Values:
    """Shapley value of moving each child from the reference to where it is, over all orders."""
    k = steps.shape[1]
    found = np.zeros(steps.shape)
    for child in range(k):
        others = [each for each in range(k) if each != child]
        for size in range(k):
            chance = factorial(size) * factorial(k - size - 1) / factorial(k)
            for group in combinations(others, size):
                before = steps[:, list(group)].sum(axis=1)
                found[:, child] += chance * (worth(before + steps[:, child]) - worth(before))
    return found


def _log_mean(a: Values, b: Values) -> Values:
    """Logarithmic mean (a - b) / ln(a / b) of values above zero, which is a where both agree."""
    near = np.abs(a - b) <= 1e-8 * b
    ratio = np.where(near, 2.0, a / b)
    return np.where(near, (a + b) / 2, (a - b) / np.log(ratio))


def _written(number: float) -> str:
    """Write a reference so that parts add up with it: short where that is exact."""
    return short if float(short := f"{number:g}") == number else repr(number)


def _method(index: CompiledIndex, node: int) -> str:
    """Give the aggregation that scored a node: that of the step that named it, or else of the first that named none."""
    steps = [step for step in index.methodology.steps if step.call.family == "aggregate"]
    name = index.tree.nodes[node]
    own = [step for step in steps if name in step.nodes] or [step for step in steps if not step.nodes]
    call = own[-1].call if own and name in own[-1].nodes else (own[0].call if own else MethodCall(name=""))
    return call_for(index.methodology.nodes[node], call).name


def _nodes_below(index: CompiledIndex, node: int) -> list[int]:
    leaves = len(index.tree.leaves)
    inner = [int(child) - leaves for child in index.tree.children[node] if child >= leaves]
    return [node, *(each for child in inner for each in _nodes_below(index, child))]
