"""Ranks of thousands of variants at once, and who is above whom.

The result is that of `mezon.methods.rank` exactly; only the way there differs. Scores are rounded to ten digits only
where two of them are so close that it could matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mezon.methods import METHODS
from mezon.methods.arrays import Mask, Values
from mezon.model.methodology import MethodCall

#: Neighbours closer than this, relative to their size, may agree to ten significant digits.
CLOSE = 2e-9

#: Draws, and about how many pairs of units, that are compared at once.
_LANES, _AT_ONCE = 512, 4096

#: Scores that are ranked at once.
_CELLS = 32_768

Counts: TypeAlias = npt.NDArray[np.int64]
Doubled: TypeAlias = npt.NDArray[np.int32]


def ranks(scores: Values, ranking: MethodCall) -> Values:
    """Rank the units of each row: (..., units) -> the same shape, NaN where there is no rank."""
    function = METHODS[ranking.name].function
    if ranking.name != "rank/competition" or scores.size == 0:
        return np.asarray(function(scores, **ranking.parameters), dtype=np.float64)
    flat = np.ascontiguousarray(scores).reshape(-1, scores.shape[-1])
    found = np.empty(flat.shape)
    step = max(1, _CELLS // flat.shape[1])
    for start in range(0, len(flat), step):
        # A row's ranks are its own: a few at a time stay in the processor's cache.
        found[start : start + step] = _ranked(flat[start : start + step], function)
    return found.reshape(scores.shape)


def _ranked(rows: Values, function: Callable[..., Values]) -> Values:
    units = rows.shape[1]
    places = np.argsort(rows, axis=1)
    places += np.arange(len(rows))[:, None] * units
    ordered = rows.ravel()[places]
    found = np.empty(rows.shape)
    found.ravel()[places] = np.broadcast_to(np.arange(units, 0, -1.0), rows.shape)
    doubtful = _doubtful(ordered)
    if doubtful.any():
        found[doubtful] = function(rows[doubtful])
    return found


def _doubtful(ordered: Values) -> Mask:
    """Say of which rows, in rising order, the places may not be the ranks: near ties, gaps, or a single unit."""
    if ordered.shape[1] < 2:
        return np.ones(len(ordered), dtype=bool)
    steps = ordered[:, 1:] - ordered[:, :-1]
    sizes = np.maximum(np.abs(ordered[:, -1]), np.abs(ordered[:, 0])) * CLOSE
    # The bound of the largest score is wider than most need: where it is reached, each pair has its own.
    suspects = np.flatnonzero(~(steps > sizes[:, None]).all(axis=1))
    doubtful = np.zeros(len(ordered), dtype=bool)
    if len(suspects):
        chosen = ordered[suspects]
        own = CLOSE * np.maximum(np.abs(chosen[:, 1:]), np.abs(chosen[:, :-1]))
        doubtful[suspects] = ~(steps[suspects] > own).all(axis=1)
    return doubtful


def wins(doubled: Doubled) -> Counts:
    """Count the draws in which the row's unit ranks above the column's.

    doubled : (draws, units), twice the rank, which is whole also where ties share an average; 0 = no rank, which is
    above and below nobody. Returns : (units, units).
    """
    draws, units = doubled.shape
    if not units:
        return np.zeros((0, 0), dtype=np.int64)
    places = np.zeros((units, -(-draws // _LANES) * _LANES), dtype=np.uint8 if units <= 127 else np.uint16)
    places[:, :draws] = doubled.T
    gaps = bool((places[:, :draws] == 0).any())
    found = np.zeros((units, units), dtype=np.int64)
    for start in range(0, places.shape[1], _LANES):
        batch = places[:, start : start + _LANES]
        for first in range(0, units, max(1, _AT_ONCE // max(1, units))):
            rows = slice(first, first + max(1, _AT_ONCE // max(1, units)))
            above = batch[rows, None] < batch[None]
            if gaps:
                above &= batch[rows, None] > 0
            # Eight truths to a word: the bytes of a sum of 64 words cannot run over.
            found[rows] += above.view(np.uint64).sum(axis=2)[..., None].view(np.uint8).sum(axis=2, dtype=np.int64)
    return found
