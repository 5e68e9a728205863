"""Monte Carlo over the choices of a methodology: variants in batches, the same whatever the number of workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from mezon.engine.index import kernel
from mezon.engine.index.choices import BLOCK, Drawn, Factor, WeightSets, draw_block, factors_of
from mezon.engine.index.evaluating import evaluate
from mezon.engine.index.replay import CompiledIndex, Outcome
from mezon.engine.index.tallying import Bins, Kept, Shape, Tally, fits, is_small
from mezon.methods.arrays import Mask, Values

Result = TypeVar("Result")

#: The place of each draw's option among the options of a factor.
Picked = npt.NDArray[np.uint16]

#: Says how many draws are done, of how many.
Progress = Callable[[int, int], None]

#: Blocks whose scores say which ranges the bins of a tally span.
PILOT = 8

#: Scores from which on the compiled kernel is worth its loading.
_MANY = 40_000_000

#: Most blocks that one task of a tally counts.
_TASK = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Drawn variants of an index.

    `record` : what the draws that fit say. `fit` : (all draws,). `picked` : factor -> the place of each draw's option.
    `labels` : factor -> how its options are written. `weights` : (all draws, children) multipliers, where every draw
    is kept. `asked` : how many were to be drawn; fewer were when somebody interrupted.
    """

    factors: tuple[str, ...]
    record: Kept | Tally
    fit: Mask
    labels: dict[str, tuple[str, ...]]
    picked: dict[str, Picked]
    weights: Values | None
    asked: int

    @property
    def excluded(self) -> int:
        """How many draws combined methods that do not fit the data."""
        return int((~self.fit).sum())

    @property
    def scores(self) -> Values:
        """Scores (draws that fit, nodes, units, periods), where they were kept."""
        return _each(self.record.scores) if isinstance(self.record, Kept) else np.empty((0, 0, 0, 0))

    @property
    def ranks(self) -> Values:
        """Ranks (draws that fit, nodes, units, periods), where they were kept."""
        return _each(self.record.ranks) if isinstance(self.record, Kept) else np.empty((0, 0, 0, 0))

    @property
    def choices(self) -> dict[str, list[str]]:
        """What each draw chose, as written in a file."""
        return {name: [self.labels[name][int(at)] for at in self.picked[name]] for name in self.factors}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every task of a run knows."""

    index: CompiledIndex
    nominal: Outcome
    factors: tuple[Factor, ...]
    seed: int
    draws: int
    fast: bool = False

    @property
    def shape(self) -> Shape:
        """What a draw looks like."""
        panel = self.index.panel
        return Shape(
            nodes=len(self.index.tree.nodes),
            units=len(panel.units),
            periods=len(panel.window),
            ranking=self.nominal.state.ranking,
        )

    def size(self, block: int) -> int:
        """How many draws of a block are wanted."""
        return min(BLOCK, self.draws - block * BLOCK)


@dataclass(slots=True)
class Part:
    """One block: its scores (nodes, draws, periods, units), which draws are unfit, and what was drawn."""

    block: int
    scores: Values
    unfit: Mask
    drawn: Drawn
    size: int


#: Is given each block as it is drawn, in order.
Keeper = Callable[[Part], None]


@dataclass(slots=True)
class _Counted:
    """Some blocks, counted: the tally, which draws fit, and what they picked."""

    tally: Tally
    unfit: list[Mask] = field(default_factory=list)
    picked: list[dict[str, Picked]] = field(default_factory=list)


def draw(
    index: CompiledIndex,
    nominal: Outcome,
    *,
    draws: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
    weight_sets: WeightSets | None = None,
    keeper: Keeper | None = None,
) -> Draws:
    """Replay the index `draws` times with choices drawn from what its methodology varies, and keep every draw.

    Each block of 512 draws has its own seed, so the first n draws are the same whatever comes after them, and neither
    workers nor batches change anything. A draw in which a method loses a value, or an aggregation a score, that the
    methodology as written does not lose, combines methods that do not fit, and is excluded. Interrupted (Ctrl-C), it
    gives what was drawn so far.
    """
    plan = _plan(index, nominal, draws, seed, weight_sets)
    tasks = ((plan, block) for block in range(-(-draws // BLOCK)))
    parts: list[Part] = []
    try:
        for part in _in_order(executor, _part, tasks):
            parts.append(part)
            if keeper is not None:
                keeper(part)
            if progress is not None:
                progress(min(len(parts) * BLOCK, draws), draws)
    except KeyboardInterrupt:
        if not parts:
            raise
    return _kept(plan, parts)


def survey(
    index: CompiledIndex,
    nominal: Outcome,
    *,
    draws: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
    weight_sets: WeightSets | None = None,
    keeper: Keeper | None = None,
    fast: bool | None = None,
) -> Draws:
    """Draw as `draw` does, but count instead of keeping wherever keeping would cost much: memory does not grow.

    `keeper` : is given every block in order, to be written to a file. `fast` : use the compiled kernel (the extra
    `fast`); when left out, it is used for many draws where it is installed. It gives the same ranks.
    """
    plan = _plan(index, nominal, draws, seed, weight_sets)
    if is_small(plan.shape, draws):
        return draw(
            index,
            nominal,
            draws=draws,
            seed=seed,
            executor=executor,
            progress=progress,
            weight_sets=weight_sets,
            keeper=keeper,
        )
    wanted = draws * plan.shape.cells >= _MANY and kernel.available() if fast is None else fast
    plan = Plan(index=index, nominal=nominal, factors=plan.factors, seed=seed, draws=draws, fast=wanted)
    return _surveyed(plan, executor, progress, keeper)


def _plan(index: CompiledIndex, nominal: Outcome, draws: int, seed: int, weight_sets: WeightSets | None) -> Plan:
    return Plan(index=index, nominal=nominal, factors=factors_of(index, weight_sets), seed=seed, draws=draws)


def _part(plan: Plan, block: int) -> Part:
    drawn = draw_block(plan.index, plan.factors, seed=plan.seed, block=block)
    scores, unfit = evaluate(plan.index, plan.nominal, plan.factors, drawn)
    size = plan.size(block)
    # What observations were redrawn with is large, and nobody asks for it again.
    return Part(block, scores[:, :size], unfit[:size], replace(drawn, normals=None), size)


def _surveyed(plan: Plan, executor: Executor | None, progress: Progress | None, keeper: Keeper | None) -> Draws:
    blocks = -(-plan.draws // BLOCK)
    first = [_part(plan, block) for block in range(min(PILOT, blocks))]
    known = [fits(part.unfit, part.scores) for part in first]
    bins = Bins.spanning(np.concatenate(known, axis=1), plan.shape.bins)
    whole = _Counted(Tally(plan.shape, bins))
    for part, scores in zip(first, known, strict=True):
        whole.tally.add(scores)
        _note(plan, whole, part.unfit, part.drawn, part.size)
        if keeper is not None:
            keeper(part)
    with suppress(KeyboardInterrupt):
        _count_rest(plan, whole, executor, progress, keeper)
    return _counted(plan, whole)


def _count_rest(
    plan: Plan, whole: _Counted, executor: Executor | None, progress: Progress | None, keeper: Keeper | None
) -> None:
    """Count all blocks after the first ones, in order."""
    blocks, begun = -(-plan.draws // BLOCK), len(whole.unfit)
    step = 1 if keeper is not None else int(np.clip(blocks // 16, 1, _TASK))
    spans = (range(at, min(at + step, blocks)) for at in range(begun, blocks, step))
    tasks = ((plan, whole.tally.bins, span, keeper is not None) for span in spans)
    done = sum(len(unfit) for unfit in whole.unfit)
    for counted, parts in _in_order(executor, _count, tasks):
        whole.tally.merge(counted.tally)
        whole.unfit += counted.unfit
        whole.picked += counted.picked
        if keeper is not None:
            for part in parts:
                keeper(part)
        done += sum(len(unfit) for unfit in counted.unfit)
        if progress is not None:
            progress(done, plan.draws)


def _count(plan: Plan, bins: Bins, span: range, keep: bool) -> tuple[_Counted, list[Part]]:  # noqa: FBT001
    counted, parts = _Counted(Tally(plan.shape, bins)), []
    for block in span:
        drawn = draw_block(plan.index, plan.factors, seed=plan.seed, block=block)
        size = plan.size(block)
        known = None
        if plan.fast:
            known = kernel.count(plan.index, plan.nominal, plan.factors, drawn, size, counted.tally)
        if known is None or keep:
            # What is kept for a file must not change what is counted: the kernel counts as it does without.
            scores, lost = evaluate(plan.index, plan.nominal, plan.factors, drawn)
            part = Part(block, scores[:, :size], lost[:size], drawn, size)
            if known is None:
                counted.tally.add(fits(part.unfit, part.scores))
            if keep:
                parts.append(part)
        unfit = part.unfit if known is None else known
        _note(plan, counted, unfit, drawn, size)
    return counted, parts


def _note(plan: Plan, counted: _Counted, unfit: Mask, drawn: Drawn, size: int) -> None:
    counted.unfit.append(unfit)
    counted.picked.append({factor.name: places_of(factor, drawn, size) for factor in plan.factors})


def places_of(factor: Factor, drawn: Drawn, size: int) -> Picked:
    """Give the place of each draw's option among the labels of a factor, as small numbers."""
    if factor.size:
        return drawn.picked[factor.name][:size].astype(np.uint16)
    if factor.vary.kind == "drop":
        return (drawn.dropped[:size] + 1).astype(np.uint16)
    return np.zeros(size, dtype=np.uint16)


def labels_of(plan_index: CompiledIndex, factor: Factor) -> tuple[str, ...]:
    """Give how each option of a factor is written in a file of draws."""
    if factor.size:
        return factor.labels
    return ("none", *plan_index.tree.leaves) if factor.vary.kind == "drop" else ("drawn",)


def _in_order(
    executor: Executor | None, function: Callable[..., Result], tasks: Iterable[tuple[Any, ...]]
) -> Iterator[Result]:
    """Run tasks and give their results in order, with few of them under way at a time, so that memory stays bounded."""
    if executor is None:
        for task in tasks:
            yield function(*task)
        return
    ahead = 2 * int(getattr(executor, "_max_workers", 4)) + 1
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            waiting.append(executor.submit(function, *task))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _kept(plan: Plan, parts: list[Part]) -> Draws:
    shape = plan.shape
    every = [fits(part.unfit, part.scores) for part in parts]
    none: Values = np.empty((shape.nodes, 0, shape.periods, shape.units))
    weights = [part.drawn.factors[: part.size] for part in parts if part.drawn.factors is not None]
    return Draws(
        factors=tuple(factor.name for factor in plan.factors),
        record=Kept.of(shape, np.concatenate(every, axis=1) if every else none),
        fit=np.concatenate([~part.unfit for part in parts]) if parts else np.zeros(0, dtype=bool),
        labels={factor.name: labels_of(plan.index, factor) for factor in plan.factors},
        picked={
            f.name: np.concatenate([places_of(f, p.drawn, p.size) for p in parts] or [np.zeros(0, dtype=np.uint16)])
            for f in plan.factors
        },
        weights=np.concatenate(weights) if weights else None,
        asked=plan.draws,
    )


def _counted(plan: Plan, whole: _Counted) -> Draws:
    return Draws(
        factors=tuple(factor.name for factor in plan.factors),
        record=whole.tally,
        fit=~np.concatenate(whole.unfit),
        labels={factor.name: labels_of(plan.index, factor) for factor in plan.factors},
        picked={f.name: np.concatenate([each[f.name] for each in whole.picked]) for f in plan.factors},
        weights=None,
        asked=plan.draws,
    )


def _each(values: Values) -> Values:
    """Bring (nodes, draws, periods, units) to (draws, nodes, units, periods)."""
    return np.moveaxis(values, (0, 1, 2, 3), (1, 0, 3, 2))
