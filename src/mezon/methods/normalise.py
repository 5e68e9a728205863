"""Normalisation: from an indicator's own unit and direction to points, of which more is always better."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.registry import method
from mezon.methods.statistics import FLAT, highest, lowest


@method("normalise/min-max")
def min_max(values: Values, *, direction: Values, low: float = 0.0, high: float = 100.0) -> Values:
    """Scale each column linearly so that the worst value seen becomes `low` and the best `high`.

        y = low + (high - low) * (x - min) / (max - min)          (direction 1)
        y = low + (high - low) * (max - x) / (max - min)          (direction -1)

    values : (..., rows, indicators), any unit a column; NaN = no value. direction : (indicators,), 1 or -1.
    Returns : the same shape in points; NaN stays NaN, and a column without spread is all NaN: it ranks nobody.
    Source : OECD/JRC Handbook (2008), step 5 "Normalisation".
    """
    least, most = lowest(values), highest(values)
    return _scaled(values, least, most, direction, low, high)


@method("normalise/goalposts")
def goalposts(
    values: Values,
    *,
    direction: Values,
    goalposts: Values,
    low: float = 0.0,
    high: float = 100.0,
    clip: bool = True,
) -> Values:
    """Scale each column linearly so that its fixed goalposts become `low` and `high`; years stay comparable.

        y = low + (high - low) * (x - g0) / (g1 - g0)             (direction 1; reversed for -1)

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    goalposts : (..., 2, indicators), the lower and the upper one, on the scale of `values`.
    clip : values beyond the goalposts count as at them.
    Returns : the same shape in points; a column whose goalposts are missing or do not rise is all NaN.
    Source : OECD/JRC Handbook (2008), step 5; UNDP, Human Development Report 2023-24, technical note 1.
    """
    scaled = _scaled(values, goalposts[..., 0, :], goalposts[..., 1, :], direction, low, high)
    return np.clip(scaled, min(low, high), max(low, high)) if clip else scaled


def _scaled(values: Values, least: Values, most: Values, direction: Values, low: float, high: float) -> Values:
    span = most - least
    rises = span > FLAT * np.maximum(np.abs(least), np.abs(most))
    share = (values - least[..., None, :]) / np.where(rises, span, np.nan)[..., None, :]
    return low + (high - low) * np.where(direction < 0, 1.0 - share, share)
