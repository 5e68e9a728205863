"""Two samples of all choices and their mixtures, for variance-based sensitivity: answers of the index to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.engine.index.choices import BLOCK, Drawn, Factor, WeightSets, chosen, columns_of, factors_of
from mezon.engine.index.evaluating import evaluate
from mezon.engine.index.ranking import ranks
from mezon.engine.index.replay import CompiledIndex, Outcome
from mezon.methods.arrays import Mask, Values
from mezon.methods.sensitivity import rank_shift, stratified

#: Streams of chance, apart from those of the draws.
_STREAM = 2**20

#: Most numbers that the scores of a sample may hold.
_MOST_SCORES = 2**25

Rows = dict[str, Values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers to A, B and A with one factor from B, of the rows in which all of them fit.

    `shift_a`, ... : mean rank shift of the root, (rows,) and (factors, rows). `scores_a`, ... : scores of the root,
    (rows, periods * units). `excluded` : rows left out, because one of their variants combines unfit methods.
    """

    factors: tuple[str, ...]
    shift_a: Values
    shift_b: Values
    shift_mixed: Values
    scores_a: Values
    scores_b: Values
    scores_mixed: Values
    excluded: int


def sample(
    index: CompiledIndex,
    nominal: Outcome,
    *,
    rows: int,
    seed: int,
    weight_sets: WeightSets | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Answers | None:
    """Answer `rows` * (factors + 2) variants; None where nothing is varied.

    A factor is all that is drawn for one entry of `vary`: the weights of all children are one factor. What picks one of
    a list is stratified (a Latin hypercube).
    """
    factors = tuple(f for f in factors_of(index, weight_sets) if f.size != 1)
    if not factors or not rows:
        return None
    cells = len(index.panel.units) * len(index.panel.window)
    keep = min(rows, max(BLOCK, _MOST_SCORES // max(1, cells * (len(factors) + 2))))
    parts = []
    for done, samples in _samples(index, factors, rows, seed):
        parts.append([_answer(index, nominal, factors, each, whole=done <= keep) for each in samples])
        if progress is not None:
            progress(done, rows)
    return _joined(tuple(factor.name for factor in factors), parts)


@dataclass(frozen=True, slots=True)
class _Answer:
    shift: Values
    scores: Values
    unfit: Mask


def _samples(
    index: CompiledIndex, factors: tuple[Factor, ...], rows: int, seed: int
) -> Iterator[tuple[int, list[Drawn]]]:
    """Give, block by block, A, B, and A with each factor from B."""
    picks = [_picks(factors, rows, seed, sample) for sample in (0, 1)]
    for block, start in enumerate(range(0, rows, BLOCK)):
        size = min(BLOCK, rows - start)
        a, b = (_rows(index, factors, picks[s], range(start, start + size), (seed, s, block)) for s in (0, 1))
        mixed = [{**a, factor.name: b[factor.name]} for factor in factors]
        yield start + size, [chosen(index, factors, each, size) for each in (a, b, *mixed)]


def _picks(factors: tuple[Factor, ...], rows: int, seed: int, sample_number: int) -> Values:
    """One stratified column for each factor that picks from a list."""
    chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(_STREAM, sample_number))))
    return stratified(rows, len(factors), chance)


def _rows(
    index: CompiledIndex, factors: tuple[Factor, ...], picks: Values, rows: range, stream: tuple[int, int, int]
) -> Rows:
    """Give each factor its numbers between 0 and 1: (rows, columns of the factor)."""
    seed, sample_number, block = stream
    found = {}
    for number, factor in enumerate(factors):
        columns = columns_of(index, factor)
        if columns == 1:
            found[factor.name] = picks[rows.start : rows.stop, [number]]
            continue
        key = (_STREAM + 1 + sample_number, block, number)
        chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
        found[factor.name] = chance.random((BLOCK, columns))[: len(rows)]
    return found


def _answer(
    index: CompiledIndex, nominal: Outcome, factors: tuple[Factor, ...], drawn: Drawn, *, whole: bool
) -> _Answer:
    scores, unfit = evaluate(index, nominal, factors, drawn)
    root = scores[index.tree.root]
    reference = nominal.ranks[index.tree.root].T.reshape(-1)
    shift = rank_shift(ranks(root, nominal.state.ranking).reshape(len(drawn), -1), reference)
    kept = root.reshape(len(drawn), -1) if whole else np.empty((0, root[0].size))
    return _Answer(shift, kept, unfit | np.isnan(shift))


def _joined(factors: tuple[str, ...], parts: list[list[_Answer]]) -> Answers:
    fits = np.concatenate([~np.any([answer.unfit for answer in part], axis=0) for part in parts])
    shifts = np.stack([np.concatenate([part[at].shift for part in parts]) for at in range(len(factors) + 2)])[:, fits]
    scores = np.stack([np.concatenate([part[at].scores for part in parts]) for at in range(len(factors) + 2)])
    scores = scores[:, fits[: scores.shape[1]]]
    return Answers(
        factors=factors,
        shift_a=shifts[0],
        shift_b=shifts[1],
        shift_mixed=shifts[2:],
        scores_a=scores[0],
        scores_b=scores[1],
        scores_mixed=scores[2:],
        excluded=int((~fits).sum()),
    )


def left_out(index: CompiledIndex, nominal: Outcome) -> tuple[npt.NDArray[np.intp], Values, Values]:
    """Leave out each child of the tree but the root, one at a time.

    Returns : their numbers; scores and ranks of the root, (children, periods, units).
    """
    leaves = len(index.tree.leaves)
    children = np.array([c for c in range(len(index.tree.names)) if c != leaves + index.tree.root], dtype=np.intp)
    scores = [np.empty((0, len(index.panel.window), len(index.panel.units)))]
    for start in range(0, len(children), BLOCK):
        drawn = Drawn(picked={}, dropped=children[start : start + BLOCK], factors=None, normals=None)
        scores.append(evaluate(index, nominal, (), drawn)[0][index.tree.root])
    found = np.concatenate(scores)
    return children, found, ranks(found, nominal.state.ranking)
