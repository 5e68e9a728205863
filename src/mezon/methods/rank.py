"""Ranks: 1 is best."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
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
    scores = significant(values, digits=DIGITS)
    order = np.argsort(-scores, axis=-1, kind="stable")
    ordered = np.take_along_axis(scores, order, -1)
    place = np.arange(1.0, values.shape[-1] + 1)
    fresh = np.ones(values.shape, dtype=bool)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    ranked = np.maximum.accumulate(np.where(fresh, place, 0.0), axis=-1)
    result = np.empty(values.shape)
    np.put_along_axis(result, order, ranked, -1)
    told = (~np.isnan(values)).sum(axis=-1, keepdims=True) >= 2
    return np.where(np.isnan(values) | ~told, np.nan, result)


def significant(values: Values, *, digits: int) -> Values:
    """Round to a number of significant digits, so that sums in another order compare as equal.

    values : any shape; NaN stays NaN, zero stays zero.
    """
    size = np.abs(values)
    sound = size > 0
    power = np.floor(np.log10(np.where(sound, size, 1.0)))
    scale = 10.0 ** (digits - 1 - power)
    return np.where(sound, np.rint(values * scale) / scale, values)
