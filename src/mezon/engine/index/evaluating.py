"""Scoring a block of drawn choices: variants that share their methods together, by matrix products where possible."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from mezon.engine.index import common_path
from mezon.engine.index.choices import Drawn, Factor, calls_with, imputation_of
from mezon.engine.index.common_path import Plan
from mezon.engine.index.leaf_steps import Run
from mezon.engine.index.replay import Calls, CompiledIndex, Outcome, calls_text
from mezon.engine.index.state import State
from mezon.methods.arrays import Mask, Values

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Variants of a block that share their methods and the state before aggregation.

    `plan` : how they are scored by matrix products, None when they are not. `alive` : (members, children).
    `losing` : leaves of which these methods lose a value that the written ones keep. `index` : with its own weights
    where a weight set was drawn.
    """

    index: CompiledIndex
    calls: Calls
    members: Places
    state: State
    plan: Plan | None
    alive: Mask
    losing: Mask

    def weights(self, drawn: Drawn) -> Values:
        """Give the weights of the members' children, 0 for those that take no part: (members, children)."""
        base = self.plan.weights if self.plan is not None else self.index.tree.weights
        varied = base if drawn.factors is None else base * drawn.factors[self.members]
        return np.where(self.alive, varied, 0.0)


def evaluate(index: CompiledIndex, nominal: Outcome, factors: tuple[Factor, ...], drawn: Drawn) -> tuple[Values, Mask]:
    """Score a block of choices. Returns : (nodes, draws, periods, units), and which draws combine unfit methods."""
    shape = (len(index.tree.nodes), len(drawn), len(index.panel.window), len(index.panel.units))
    scores, unfit = np.full(shape, np.nan), np.zeros(len(drawn), dtype=bool)
    redrawn = drawn.normals is not None and drawn.normals.shape[1] > 0
    for combination in combinations(index, factors, drawn):
        if redrawn:
            _redrawn(combination, nominal, drawn, scores, unfit)
            continue
        for group in groups(combination, nominal, drawn):
            score_group(group, nominal, drawn, scores, unfit)
    return scores, unfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Draws that share their methods, their weight set and the completed table they use."""

    index: CompiledIndex
    calls: Calls
    imputation: int
    members: Places


def combinations(index: CompiledIndex, factors: tuple[Factor, ...], drawn: Drawn) -> list[Combination]:
    """Give each combination of methods, weight set and completed table that a block has drawn, with its draws."""
    chosen = tuple(factor for factor in factors if factor.size)
    if not chosen:
        return [Combination(index=index, calls=index.written, imputation=-1, members=np.arange(len(drawn)))]
    picks = np.stack([drawn.picked[factor.name] for factor in chosen], axis=1)
    code = picks @ np.cumprod([1, *(factor.size for factor in chosen[:-1])])
    found = []
    for number in np.unique(code):
        members = np.flatnonzero(code == number)
        pick = {factor.name: int(picks[members[0], at]) for at, factor in enumerate(chosen)}
        found.append(_combination(index, chosen, pick, members))
    return found


def _combination(
    index: CompiledIndex, chosen: tuple[Factor, ...], pick: dict[str, int], members: Places
) -> Combination:
    stepped = tuple(factor for factor in chosen if factor.options)
    calls = calls_with(index, stepped, tuple(pick[factor.name] for factor in stepped))
    for factor in chosen:
        if factor.sets:
            index, calls = index.with_weights(*factor.sets[pick[factor.name]]), given_weights(calls)
    imputation = imputation_of(calls, pick.get("imputation", -1)) if "imputation" in pick else -1
    return Combination(index=index, calls=calls, imputation=imputation, members=members)


def groups(combination: Combination, nominal: Outcome, drawn: Drawn) -> list[Group]:
    """Cut the draws of one combination by the state before aggregation that they share."""
    index, calls, found = combination.index, combination.calls, []
    for key, places in index.shared(calls, drawn.dropped[combination.members], combination.imputation):
        mine = combination.members[places]
        state = index.before_aggregation(calls, int(drawn.dropped[mine[0]]), key, None, combination.imputation)
        kept = ("plan", calls_text(calls), key)
        plan, table, losing = index.kept(kept, partial(_laid_out, index, nominal, calls, state))
        alive = table[drawn.dropped[mine] + 1]
        found.append(Group(index=index, calls=calls, members=mine, state=state, plan=plan, alive=alive, losing=losing))
    return found


def given_weights(calls: Calls) -> Calls:
    """Leave every weighting method out: the weights of the tree are in force."""
    return tuple(None if call is not None and call.family == "weight" else call for call in calls)


def _laid_out(index: CompiledIndex, nominal: Outcome, calls: Calls, state: State) -> tuple[Plan | None, Mask, Mask]:
    first, run = index.first_aggregate, Run(index.panel, index.tree, index.methodology)
    plan = common_path.plan_of(state, calls[first:], run, lambda offset: index.methodology.steps[first + offset])
    table = index.alive(state, np.arange(-1, len(index.tree.names)))
    return plan, table, np.asarray((state.lost & ~nominal.state.lost).any(axis=(0, 1, 2)))


def score_group(group: Group, nominal: Outcome, drawn: Drawn, scores: Values, unfit: Mask) -> None:
    """Score the draws of a group into scores (nodes, draws, periods, units), and note which are unfit."""
    index, members = group.index, group.members
    leaves = len(index.tree.leaves)
    unfit[members] = (group.losing & group.alive[:, :leaves]).any(axis=1)
    if group.plan is None:
        factors = None if drawn.factors is None else drawn.factors[members]
        state = index.aggregated(group.state, group.calls, group.alive, factors)
        _keep(index, state, members, scores)
        _note_forbidden(nominal, state, members, unfit)
        return
    plan = group.plan
    found = common_path.score(plan, group.weights(drawn), len(index.tree.nodes))
    flat = scores.reshape(*scores.shape[:2], -1)
    if len(plan.rows) == plan.size:
        flat[:, members] = found.scores
    else:
        flat[np.ix_(np.arange(len(flat)), members, plan.rows)] = found.scores
    for node, forbidden in found.forbidden.items():
        usual = (
            by_period(nominal.state.forbidden[node], index)[0, plan.rows] if node in nominal.state.forbidden else False
        )
        unfit[members] |= (forbidden & ~usual).any(axis=1)


def _redrawn(combination: Combination, nominal: Outcome, drawn: Drawn, scores: Values, unfit: Mask) -> None:
    """Score draws whose observations are redrawn: their leaves run through all steps, a few panels at a time."""
    index, calls = combination.index, combination.calls
    leaves = len(index.tree.leaves)
    for key, places in index.shared(calls, drawn.dropped[combination.members], combination.imputation):
        for part in index.parts(combination.members[places]):
            values = _values(index, drawn, part)
            state = index.before_aggregation(calls, int(drawn.dropped[part[0]]), key, values, combination.imputation)
            alive = index.alive(state, drawn.dropped[part])
            losing = (state.lost & ~nominal.state.lost).any(axis=(1, 2))
            unfit[part] = (losing & alive[:, :leaves]).any(axis=1)
            state = index.aggregated(state, calls, alive, None if drawn.factors is None else drawn.factors[part])
            _keep(index, state, part, scores)
            _note_forbidden(nominal, state, part, unfit)


def _values(index: CompiledIndex, drawn: Drawn, members: Places) -> Values:
    """Redraw the observations that have a standard error."""
    assert drawn.normals is not None  # noqa: S101 - the caller asked for it
    panel = index.panel
    redrawn = np.flatnonzero(panel.standard_errors > 0)
    flat = np.repeat(panel.values.reshape(1, -1), len(members), axis=0)
    change = drawn.normals[members] * panel.standard_errors.reshape(-1)[redrawn]
    if len(redrawn) == flat.shape[1]:
        flat += change
    else:
        flat[:, redrawn] += change
    return flat.reshape(len(members), *panel.values.shape)


def loses_more(outcome: Outcome, nominal: Outcome) -> bool:
    """Say whether the methods of one replay lose a value, or a score, that the written ones keep."""
    leaves = len(outcome.state.columns)
    losing = (outcome.state.lost & ~nominal.state.lost).any(axis=(0, 1, 2))
    if (losing & outcome.alive[:leaves]).any():
        return True
    usual = nominal.state.forbidden
    return any(
        bool((bad & ~usual[node] if node in usual else bad).any()) for node, bad in outcome.state.forbidden.items()
    )


def _keep(index: CompiledIndex, state: State, members: Places, scores: Values) -> None:
    for node, found in state.scores.items():
        scores[node, members] = by_period(found, index).reshape(len(found), *scores.shape[2:])


def _note_forbidden(nominal: Outcome, state: State, members: Places, unfit: Mask) -> None:
    for node, forbidden in state.forbidden.items():
        usual = nominal.state.forbidden.get(node)
        unfit[members] |= (forbidden if usual is None else forbidden & ~usual).any(axis=1)


def by_period(rows: npt.NDArray[common_path.Scalar], index: CompiledIndex) -> npt.NDArray[common_path.Scalar]:
    """Bring (variants, unit-periods) to all units of a period side by side."""
    shape = (len(rows), len(index.panel.units), len(index.panel.window))
    return np.ascontiguousarray(rows.reshape(shape).swapaxes(1, 2)).reshape(len(rows), -1)
