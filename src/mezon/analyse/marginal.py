"""What would move a unit's score most: one indicator at a time set to another unit's value, and the index replayed.

Nothing is approximated. Each move replaces one cell of the panel and runs every step of the methodology again over all
units, so that imputation, scaling to the units at hand, floors and coverage limits act as they do in the assessment.

- "next" : the value of the unit that is next ahead in the indicator; the smallest change that another unit shows.
- "best" : the value of the best unit of the period.
- "median" : for an indicator in which the unit has no value, the middle value of the units that have one.

A move says how the score answers to the number, everything else unchanged. It does not say that anything could be
changed alone, at what cost, or what would follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mezon.analyse.assessing import own_values
from mezon.engine.index import CompiledIndex, Outcome
from mezon.engine.index.replay import ranks_of
from mezon.errors import AskedForUnknown
from mezon.methods.arrays import Values

NEXT, BEST, MEDIAN = "next", "best", "median"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One indicator of one unit and period at another value, and what comes of it.

    `peer` : the unit whose value it is, "" for a median. `value` : the unit's own, imputed ones included; None = none.
    `score`, `rank` : of the root, after the move; None where there is still too little data. `gain` : score after less
    score before; None where the unit had no score before.
    """

    indicator: str
    kind: str
    peer: str
    value: float | None
    target: float
    score: float | None
    rank: int | None
    gain: float | None


@dataclass(frozen=True, slots=True)
class _Try:
    """A move that is still to be replayed."""

    leaf: int
    kind: str
    peer: str
    value: float
    target: float


def moves(index: CompiledIndex, nominal: Outcome, *, unit: str, period: str) -> tuple[Move, ...]:
    """Replay the index with one indicator of a unit at another unit's value, for every indicator.

    `nominal` : the index as written, `index.replay()`. Ahead means larger, or smaller where the indicator's direction
    is -1; units at the same value are not ahead. Of units at one value, the first by code is named.
    Returns : moves by gain, largest first; then by indicator and kind. Those that leave the unit without a score last.
    Raises : AskedForUnknown for a unit or period that the methodology does not assess.
    """
    row, column = _place(index, unit, period)
    possible = index.panel.applicable[row, index.panel.window[column]]
    tries = [each for each in _tries(index, own_values(index, nominal)[:, column], row) if possible[each.leaf]]
    if not tries:
        return ()
    cells = np.repeat(index.panel.values[None], len(tries), axis=0)
    for number, each in enumerate(tries):
        cells[number, row, index.panel.window[column], each.leaf] = each.target
    scores, states = index.variants(index.written, np.full(len(tries), -1, dtype=np.intp), None, cells)
    root = scores[:, index.tree.root].reshape(len(tries), len(index.panel.units), len(index.panel.window))
    ranks = ranks_of(root, states[0].ranking)
    before = float(nominal.scores[index.tree.root, row, column])
    found = [
        _move(index, each, before, float(root[number, row, column]), float(ranks[number, row, column]))
        for number, each in enumerate(tries)
    ]
    return tuple(sorted(found, key=lambda move: (move.gain is None, -(move.gain or 0.0), move.indicator, move.kind)))


def _place(index: CompiledIndex, unit: str, period: str) -> tuple[int, int]:
    if unit not in index.panel.units or period not in index.panel.assessed:
        raise AskedForUnknown(f"{index.methodology.id} does not assess {unit} in {period}.")
    return index.panel.units.index(unit), index.panel.assessed.index(period)


def _tries(index: CompiledIndex, values: Values, row: int) -> list[_Try]:
    """List the moves of a unit; `values` : (units, leaves) of the period, in their own unit."""
    found: list[_Try] = []
    for leaf, direction in enumerate(index.panel.direction):
        own, column = float(values[row, leaf]), values[:, leaf]
        if np.isnan(own):
            known = column[~np.isnan(column)]
            if known.size:
                found.append(_Try(leaf, MEDIAN, "", own, float(np.median(known))))
            continue
        ahead = [
            (float(direction * value), code)
            for value, code in zip(column, index.panel.units, strict=True)
            if not np.isnan(value) and direction * value > direction * own
        ]
        if not ahead:
            continue
        nearest, furthest = min(ahead), min(ahead, key=lambda pair: (-pair[0], pair[1]))
        found.append(_Try(leaf, NEXT, nearest[1], own, float(direction * nearest[0])))
        if furthest != nearest:
            found.append(_Try(leaf, BEST, furthest[1], own, float(direction * furthest[0])))
    return found


def _move(index: CompiledIndex, each: _Try, before: float, score: float, rank: float) -> Move:
    return Move(
        indicator=index.tree.leaves[each.leaf],
        kind=each.kind,
        peer=each.peer,
        value=None if np.isnan(each.value) else each.value,
        target=each.target,
        score=None if np.isnan(score) else score,
        rank=None if np.isnan(rank) else int(rank),
        gain=None if np.isnan(before) or np.isnan(score) else score - before,
    )
