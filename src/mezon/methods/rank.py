"""Ranks: 1 is best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method

#: Scores that agree to this many significant digits are the same score.
DIGITS = 10


@method("rank/competition")
def competition(values: Values) -> Values:
    """Rank the units of each row: one more than the number of units with a higher score (1, 2, 2, 4).

    values : (..., units), more is better; NaN = no score. Scores that agree to 10 significant digits tie.
    Returns : the same shape; NaN without a score, and throughout where fewer than two units have one: a rank of one
        unit says nothing.
    Source : design.md appendix A.
    """
    return _ranked(values, _first_places)


@method("rank/dense")
def dense(values: Values) -> Values:
    """Rank the units of each row without leaving numbers out: one more than the number of better scores (1, 2, 2, 3).

    values, returns : as for rank/competition.
    Source : design.md appendix A.
    """
    return _ranked(values, lambda fresh: np.cumsum(fresh, axis=-1, dtype=np.float64))


@method("rank/average")
def average(values: Values) -> Values:
    """Rank the units of each row, those that tie sharing the mean of their places (1, 2.5, 2.5, 4).

    values, returns : as for rank/competition.
    Source : design.md appendix A; what Spearman's correlation uses.
    """
    return _ranked(values, lambda fresh: (_first_places(fresh) + _last_places(fresh)) / 2)


def _ranked(values: Values, number: Callable[[Mask], Values]) -> Values:
    """Sort scores downwards and number them; `number` is told which of the sorted scores differ from the one before."""
    scores = significant(values, digits=DIGITS)
    order = np.argsort(-scores, axis=-1, kind="stable")
    ordered = np.take_along_axis(scores, order, -1)
    fresh = np.ones(values.shape, dtype=bool)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    result = np.empty(values.shape)
    np.put_along_axis(result, order, number(fresh), -1)
    told = (~np.isnan(values)).sum(axis=-1, keepdims=True) >= 2
    return np.where(np.isnan(values) | ~told, np.nan, result)


def _first_places(fresh: Mask) -> Values:
    place = np.arange(1.0, fresh.shape[-1] + 1)
    return np.asarray(np.maximum.accumulate(np.where(fresh, place, 0.0), axis=-1), dtype=np.float64)


def _last_places(fresh: Mask) -> Values:
    """The place of the last score of each tie: one before the next that differs."""
    length = fresh.shape[-1]
    ends = np.ones(fresh.shape, dtype=bool)
    ends[..., :-1] = fresh[..., 1:]
    place = np.where(ends, np.arange(1.0, length + 1), length)
    return np.asarray(np.minimum.accumulate(place[..., ::-1], axis=-1)[..., ::-1], dtype=np.float64)


def significant(values: Values, *, digits: int) -> Values:
    """Round to a number of significant digits, so that sums in another order compare as equal.

    values : any shape; NaN stays NaN, zero stays zero.
    """
    size = np.abs(values)
    sound = size > 0
    power = np.floor(np.log10(np.where(sound, size, 1.0)))
    scale = 10.0 ** (digits - 1 - power)
    return np.where(sound, np.rint(values * scale) / scale, values)
