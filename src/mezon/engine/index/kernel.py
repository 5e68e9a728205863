"""The compiled kernel of the common path: scoring, ranking and counting of many weightings in one pass.

It needs the extra `fast` (numba) and does what `common_path` and `Tally` do, with the same ranks. Draws go through it
side by side in the processor's registers. Compiled code is kept beside `compiled.py` for the next process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np
import numpy.typing as npt

from mezon.engine.index.choices import Drawn, Factor
from mezon.engine.index.common_path import Plan
from mezon.engine.index.evaluating import Group, combinations, groups, score_group
from mezon.engine.index.replay import CompiledIndex, Outcome
from mezon.engine.index.tallying import Tally
from mezon.methods.arrays import Mask, Values

Indices = npt.NDArray[np.int64]

_DOMAINS = {"aggregate/arithmetic": 0, "aggregate/geometric": 1, "aggregate/harmonic": 2}


@cache
def available() -> bool:
    """Say whether the compiled kernel can be used: whether the extra `fast` is installed, and works."""
    try:
        import_module("mezon.engine.index.compiled")
    except ImportError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Program:
    """A plan as flat arrays: for each node its domain, and the spans of its leaves and of its child nodes."""

    place: Indices
    domain: Indices
    leaf_from: Indices
    leaf_child: Indices
    node_from: Indices
    node_child: Indices
    forward: Values


def count(
    index: CompiledIndex, nominal: Outcome, factors: tuple[Factor, ...], drawn: Drawn, size: int, tally: Tally
) -> Mask | None:
    """Count the first `size` draws of a block into a tally; None, and nothing counted, where the kernel cannot.

    Returns : which of them combine methods that do not fit.
    """
    if drawn.normals is not None and drawn.normals.shape[1]:
        return None
    found: list[tuple[Group, Program]] = []
    for combination in combinations(index, factors, drawn):
        for group in groups(combination, nominal, drawn):
            program = _program(group, nominal)
            if program is None:
                return None
            found.append((group, program))
    unfit = np.zeros(len(drawn), dtype=bool)
    for group, program in found:
        _count_group(group, program, nominal, drawn, size, tally, unfit)
    return unfit[:size]


def program_of(plan: Plan | None, ranking: str) -> Program | None:
    """Lay a plan out for the kernel; None where it does something that the kernel does not.

    The kernel takes arithmetic, geometric and harmonic means of leaves that are all seen, not rounded, not turned.
    """
    if plan is None or not plan.nodes or not plan.plain or plan.turned or ranking != "rank/competition":
        return None
    if any(rounding is not None for _, rounding in plan.program):
        return None
    if len(plan.rows) != plan.size or not all(_is_simple(plan, node.place) for node in plan.nodes):
        return None
    return Program(
        place=np.array([node.place for node in plan.nodes]),
        domain=np.array([_DOMAINS[node.method] for node in plan.nodes]),
        leaf_from=_spans([len(node.leaves) for node in plan.nodes]),
        leaf_child=np.concatenate([node.leaves for node in plan.nodes]).astype(np.int64),
        node_from=_spans([len(node.nodes) for node in plan.nodes]),
        node_child=np.array([child for node in plan.nodes for child in node.nodes], dtype=np.int64),
        forward=np.concatenate([node.forward.reshape(-1, plan.size) for node in plan.nodes]),
    )


def _is_simple(plan: Plan, place: int) -> bool:
    """Say whether the kernel knows a node's mean, and its value is certain to exist in the domain of its parent."""
    node = next(each for each in plan.nodes if each.place == place)
    if node.method not in _DOMAINS or node.unfit.any() or not np.isfinite(node.forward).all():
        return False
    alike = {each.method for each in plan.nodes}
    return len(alike) == 1 or node.method != "aggregate/arithmetic" or bool((node.forward > 0).all())


def _program(group: Group, nominal: Outcome) -> Program | None:
    plan = group.plan
    return (
        None
        if plan is None
        else group.index.kept(
            ("program", id(plan)), lambda: _Kept(plan, program_of(plan, nominal.state.ranking.name))
        ).program
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """A program, or that there is none; the plan is held so that its identity stays its own."""

    plan: Plan
    program: Program | None


def _count_group(
    group: Group, program: Program, nominal: Outcome, drawn: Drawn, size: int, tally: Tally, unfit: Mask
) -> None:
    """Count the draws of a group; those that leave a node without a child go the long way."""
    leaves = len(group.index.tree.leaves)
    unfit[group.members] = (group.losing & group.alive[:, :leaves]).any(axis=1)
    wanted = (group.members < size) & ~unfit[group.members]
    whole = group.alive[:, leaves + program.place].all(axis=1)
    if (wanted & ~whole).any():
        shape = (tally.shape.nodes, len(drawn), tally.shape.periods, tally.shape.units)
        scores, lost = np.full(shape, np.nan), np.zeros(len(drawn), dtype=bool)
        score_group(group, nominal, drawn, scores, lost)
        tally.add(scores[:, group.members[wanted & ~whole]])
    chosen = wanted & whole
    if chosen.any():
        weights = group.weights(drawn)
        _run(program, weights if chosen.all() else weights[chosen], tally)


def _run(program: Program, weights: Values, tally: Tally) -> None:
    """Score, rank and count weightings: (draws, children), 0 where a child takes no part."""
    nodes, rows = tally.shape.nodes, tally.shape.periods * tally.shape.units
    _compiled()(
        program.place, program.domain, program.leaf_from, program.leaf_child, program.node_from, program.node_child,
        program.forward, np.ascontiguousarray(weights.T), tally.shape.units,
        tally.bins.low.reshape(nodes, rows), 1.0 / tally.bins.width.reshape(nodes, rows),
        tally.score_counts.reshape(nodes, rows, -1), tally.rank_counts.reshape(nodes, rows, -1), tally.above,
        tally.rose, tally.least.reshape(nodes, rows), tally.most.reshape(nodes, rows),
    )  # fmt: skip
    tally.draws += len(weights)
    tally.both[program.place] += len(weights)
    tally.told[program.place] += len(weights)


def _spans(lengths: list[int]) -> Indices:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@cache
def _compiled() -> Callable[..., None]:
    """Load the compiled kernel; the first process compiles it."""
    run: Callable[..., None] = import_module("mezon.engine.index.compiled").run
    return run
