"""One variant of a methodology that somebody makes by hand: other weights, other methods, something left out.

The variant is a methodology like any other: written to a file, `mezon assess` gives the very numbers that
`standing_of` gives at once for one period. It never takes the place of the methodology it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mezon.analyse.robustness import band_numbers
from mezon.analyse.scoring import effective_weights
from mezon.engine.index import CompiledIndex, Event, Outcome
from mezon.engine.index.choices import BLOCK, draw_block, factors_of, merged
from mezon.engine.index.evaluating import evaluate, loses_more
from mezon.engine.index.tallying import Kept, Shape, fits
from mezon.errors import MezonError, WrongUse
from mezon.methods.arrays import Values
from mezon.model.methodology import MethodCall, Methodology, Robustness, Step, Vary

#: Draws behind the intervals of a variant: one block, the first that `mezon assess` draws from the same seed.
DRAWS = BLOCK

#: Panels with more cells than this are not drawn from while somebody waits.
_MOST_CELLS = 20_000

#: Methods that take their time in every draw, so that a variant with one has ranks at once, but no intervals.
SLOW_TO_DRAW = frozenset(
    {"aggregate/benefit-of-the-doubt", "aggregate/borda", "aggregate/copeland", "aggregate/kemeny", "impute/em",
     "impute/knn", "impute/multiple", "impute/regression", "weight/balanced", "weight/benefit-of-the-doubt",
     "weight/critic", "weight/factor", "weight/pca"}
)  # fmt: skip

#: Methods that take too long even once for somebody who waits.
SLOW = frozenset(
    {"aggregate/benefit-of-the-doubt", "aggregate/kemeny", "impute/em", "impute/multiple", "weight/balanced",
     "weight/benefit-of-the-doubt"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different from the methodology as written.

    `weights` : node or leaf -> weight. `calls` : step place (from 0) -> method, None leaves the step out. `nodes` :
    node that names its own aggregation -> another one. `dropped` : indicators left out.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    calls: Mapping[int, MethodCall | None] = field(default_factory=dict)
    nodes: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.weights or self.calls or self.nodes or self.dropped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where units stand in one period by a variant: (units,) each, NaN where there is no score.

    `rank_low`, `rank_high`, `bands` : NaN without draws. `events` : what happened on the way. `excluded` : draws that
    combined methods that do not fit the data. `shares` : node or leaf -> its weight in the whole index.
    """

    units: tuple[str, ...]
    scores: Values
    ranks: Values
    rank_low: Values
    rank_high: Values
    bands: Values
    draws: int
    excluded: int
    shares: Mapping[str, float]
    events: tuple[Event, ...]


def edited(methodology: Methodology, change: Change) -> Methodology:
    """Write a change into a methodology, with as many draws as `standing_of` makes.

    A node whose children are all left out goes with them. A method keeps the parameters that it shares with the one it
    replaces and does not set itself, as in drawn variants.

    Raises : WrongUse when no indicator is left.
    """
    leaves = tuple(
        replace(leaf, weight=change.weights.get(leaf.indicator, leaf.weight))
        for leaf in methodology.leaves
        if leaf.indicator not in change.dropped
    )
    if not leaves:
        raise WrongUse("No indicator is left.", hint="Keep at least one.")
    there = _with_children(methodology, {leaf.parent for leaf in leaves})
    nodes = tuple(
        replace(
            node, weight=change.weights.get(node.id, node.weight), aggregate=change.nodes.get(node.id, node.aggregate)
        )
        for node in methodology.nodes
        if node.id in there
    )
    known = {leaf.indicator for leaf in leaves} | there
    written = (_step(step, change, place, known) for place, step in enumerate(methodology.steps))
    steps = tuple(step for step in written if step is not None)
    return replace(
        methodology,
        leaves=leaves,
        nodes=nodes,
        steps=steps,
        robustness=_robustness(methodology.robustness, steps),
        bands=tuple(bands for bands in methodology.bands if bands.node in there),
    )


def standing_of(index: CompiledIndex, *, period: str, draw: bool = True) -> Standing:
    """Score and rank the units in one period, with intervals over the variants that the methodology draws.

    `draw` : also draw. Raises : UnfitMethod and WrongUse, as assessing does.
    """
    nominal = index.replay()
    root, at = index.tree.root, index.panel.assessed.index(period)
    record, excluded = _drawn(index, nominal, root, at) if draw and can_draw(index) else (None, 0)
    scores, ranks = nominal.scores[root, :, at], nominal.ranks[root, :, at]
    none = np.full(ranks.shape, np.nan)
    low = high = bands = none
    if record is not None and record.draws:
        interval = index.methodology.robustness.interval if index.methodology.robustness else 0.9
        low, high = (
            np.where(np.isnan(scores), np.nan, found[0, :, 0])
            for found in record.rank_quantiles(((1 - interval) / 2, (1 + interval) / 2))
        )
        bands = band_numbers(record, 0, 0, ranks, interval=interval)
    return Standing(
        units=index.panel.units,
        scores=scores,
        ranks=ranks,
        rank_low=low,
        rank_high=high,
        bands=bands,
        draws=DRAWS if record is not None else 0,
        excluded=excluded,
        shares=dict(zip(index.tree.names, effective_weights(index, nominal).tolist(), strict=True)),
        events=nominal.events,
    )


def can_draw(index: CompiledIndex) -> bool:
    """Say whether variants can be drawn while somebody waits."""
    robustness = index.methodology.robustness
    if robustness is None or not robustness.vary or index.panel.values.size > _MOST_CELLS:
        return False
    calls = [call.name for call in index.written if call is not None]
    own = [f"aggregate/{node.aggregate.removeprefix('aggregate/')}" for node in index.methodology.nodes]
    return not SLOW_TO_DRAW & {*calls, *own}


def why_unfit(index: CompiledIndex, nominal: Outcome, methodology: Methodology) -> str | None:
    """Say why a changed methodology does not fit the data of an index; "" where no reason is told, None where it fits.

    `nominal` : the index as written. It does not fit where it loses a value, or a score, that the written one keeps.
    """
    try:
        outcome = CompiledIndex(index.panel, index.tree, methodology).replay()
    except MezonError as fault:
        return fault.message
    if any(event.code == "weights-undetermined" for event in outcome.events):
        return "nobody has judged these weights"
    if not loses_more(outcome, nominal):
        return None
    reasons = [str(event.details["reason"]) for event in outcome.events if event.code == "unfit-method"]
    return reasons[-1] if reasons else ""


def _drawn(index: CompiledIndex, nominal: Outcome, root: int, period: int) -> tuple[Kept, int]:
    """Draw one block, and keep the root's scores of one period."""
    assert index.methodology.robustness is not None  # noqa: S101 - asked before
    factors = factors_of(index)
    drawn = draw_block(index, factors, seed=index.methodology.robustness.seed, block=0)
    scores, unfit = evaluate(index, nominal, factors, drawn)
    own = fits(unfit, scores[root : root + 1, :, period : period + 1])
    shape = Shape(nodes=1, units=len(index.panel.units), periods=1, ranking=nominal.state.ranking)
    return Kept.of(shape, np.ascontiguousarray(own)), int(unfit.sum())


def _with_children(methodology: Methodology, parents: set[str]) -> set[str]:
    """Give the nodes that have something below them: those named, and all above them."""
    above = {node.id: node.parent for node in methodology.nodes}
    found: set[str] = set()
    for name in parents:
        node: str | None = name
        while node is not None and node not in found:
            found.add(node)
            node = above.get(node)
    return found


def _step(step: Step, change: Change, place: int, known: set[str]) -> Step | None:
    """Give a step as changed; None for one that is left out, or has nothing left to work on."""
    call = merged(step.call, change.calls[place]) if place in change.calls else step.call
    only, without, nodes = (
        tuple(code for code in codes if code in known) for codes in (step.only, step.without, step.nodes)
    )
    if call is None or (step.only and not only) or (step.nodes and not nodes):
        return None
    return replace(step, call=call, only=only, without=without, nodes=nodes)


def _robustness(robustness: Robustness | None, steps: tuple[Step, ...]) -> Robustness | None:
    """Vary what is still there."""
    if robustness is None:
        return None
    there = {name for step in steps for name in (step.call.family, step.call.name)}

    def stays(vary: Vary) -> bool:
        return vary.kind != "step" or vary.family in there

    return replace(robustness, draws=DRAWS, vary=tuple(vary for vary in robustness.vary if stays(vary)))
