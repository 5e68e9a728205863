"""Monte Carlo over the choices of a methodology: variants in batches, the same whatever the number of workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.engine.index.choices import BLOCK, Drawn, Factor, calls_with, draw_block, factors_of
from mezon.engine.index.replay import CompiledIndex, Outcome, ranks_of
from mezon.engine.index.state import State
from mezon.methods.arrays import Mask, Values

#: Says how many draws are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Drawn variants of an index.

    `scores`, `ranks` : (draws, nodes, units, periods), of the draws that fit only. `fit` : (all draws,).
    `choices` : factor -> what each draw chose, as written in a file. `weights` : (all draws, children) multipliers.
    """

    factors: tuple[str, ...]
    scores: Values
    ranks: Values
    fit: Mask
    choices: dict[str, list[str]]
    weights: Values | None

    @property
    def excluded(self) -> int:
        """How many draws combined methods that do not fit the data."""
        return int((~self.fit).sum())


def draw(
    index: CompiledIndex,
    nominal: Outcome,
    *,
    draws: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Draws:
    """Replay the index `draws` times with choices drawn from what its methodology varies.

    Each block of 512 draws has its own seed, so the first n draws are the same whatever comes after them, and neither
    workers nor batches change anything. A draw in which a method loses a value, or an aggregation a score, that the
    methodology as written does not lose, combines methods that do not fit, and is excluded.
    """
    factors = factors_of(index)
    blocks = range(-(-draws // BLOCK))
    tasks = [(index, nominal, factors, seed, block, min(BLOCK, draws - block * BLOCK)) for block in blocks]
    results = executor.map(_block, *zip(*tasks, strict=True)) if executor and tasks else map(_block_of, tasks)
    parts = []
    for done, part in enumerate(results, start=1):
        parts.append(part)
        if progress is not None:
            progress(min(done * BLOCK, draws), draws)
    return _joined(index, nominal, factors, parts)


@dataclass(frozen=True, slots=True)
class _Part:
    scores: Values
    unfit: Mask
    drawn: Drawn
    size: int


def _block_of(task: tuple[CompiledIndex, Outcome, tuple[Factor, ...], int, int, int]) -> _Part:
    return _block(*task)


def _block(
    index: CompiledIndex, nominal: Outcome, factors: tuple[Factor, ...], seed: int, block: int, size: int
) -> _Part:
    drawn = draw_block(index, factors, seed=seed, block=block)
    scores, unfit = evaluate(index, nominal, factors, drawn)
    return _Part(scores[:size], unfit[:size], drawn, size)


def evaluate(index: CompiledIndex, nominal: Outcome, factors: tuple[Factor, ...], drawn: Drawn) -> tuple[Values, Mask]:
    """Score a block of choices: (draws, nodes, unit-periods), and which draws combine methods that do not fit."""
    stepped = tuple(factor for factor in factors if factor.options)
    shape = (len(drawn), len(index.tree.nodes), len(index.panel.units) * len(index.panel.window))
    scores, unfit = np.empty(shape), np.zeros(len(drawn), dtype=bool)
    if stepped:
        picks = np.stack([drawn.picked[factor.name] for factor in stepped], axis=1)
    else:
        picks = np.zeros((len(drawn), 0), dtype=np.intp)
    combinations, group = np.unique(picks, axis=0, return_inverse=True)
    for number, combination in enumerate(combinations):
        members = np.flatnonzero(group.ravel() == number)
        calls = calls_with(index, stepped, tuple(int(pick) for pick in combination))
        factor_rows = None if drawn.factors is None else drawn.factors[members]
        found, ended = index.variants(calls, drawn.dropped[members], factor_rows, _redrawn(index, drawn, members))
        scores[members] = found
        unfit[members] = _unfit(index, nominal, ended, drawn.dropped[members])
    return scores, unfit


def _redrawn(index: CompiledIndex, drawn: Drawn, members: npt.NDArray[np.intp]) -> Values | None:
    """Redraw the observations that have a standard error, or give None where there are none."""
    if drawn.normals is None or drawn.normals.shape[1] == 0:
        return None
    errors = index.panel.standard_errors
    values = np.tile(index.panel.values, (len(members), 1, 1, 1))
    values[:, errors > 0] += drawn.normals[members] * errors[errors > 0]
    return values


def _unfit(index: CompiledIndex, nominal: Outcome, ended: list[State], dropped: npt.NDArray[np.intp]) -> Mask:
    """Say of each variant whether its methods lose what the written ones do not."""
    unfit = np.zeros(len(ended), dtype=bool)
    groups: dict[int, list[int]] = {}
    for variant, state in enumerate(ended):
        groups.setdefault(id(state), []).append(variant)
    for listed in groups.values():
        state, members = ended[listed[0]], np.array(listed, dtype=np.intp)
        losing = (state.lost & ~nominal.state.lost).any(axis=(1, 2))
        unfit[members] = (losing & index.alive(state, dropped[members])[:, : len(index.tree.leaves)]).any(axis=1)
        for node, forbidden in state.forbidden.items():
            unfit[members] |= (forbidden & ~nominal.state.forbidden[node]).any(axis=1)
    return unfit


def _joined(index: CompiledIndex, nominal: Outcome, factors: tuple[Factor, ...], parts: list[_Part]) -> Draws:
    shape = (len(index.tree.nodes), len(index.panel.units), len(index.panel.window))
    fit = np.concatenate([~part.unfit for part in parts]) if parts else np.zeros(0, dtype=bool)
    every = [part.scores[~part.unfit].reshape(int((~part.unfit).sum()), *shape) for part in parts]
    scores = np.concatenate(every) if every else np.zeros((0, *shape))
    noisy = bool(parts) and parts[0].drawn.factors is not None
    return Draws(
        factors=tuple(factor.name for factor in factors),
        scores=scores,
        ranks=ranks_of(scores, nominal.state.ranking),
        fit=fit,
        choices={factor.name: _labels(index, factor, parts) for factor in factors},
        weights=np.concatenate([p.drawn.factors[: p.size] for p in parts if p.drawn.factors is not None])
        if noisy
        else None,
    )


def _labels(index: CompiledIndex, factor: Factor, parts: list[_Part]) -> list[str]:
    if factor.options:
        return [factor.labels[at] for p in parts for at in p.drawn.picked[factor.name][: p.size]]
    if factor.vary.kind == "drop":
        return [index.tree.leaves[at] if at >= 0 else "none" for p in parts for at in p.drawn.dropped[: p.size]]
    return ["drawn" for part in parts for _ in range(part.size)]
