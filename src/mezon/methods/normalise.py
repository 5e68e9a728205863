"""Normalisation on a linear scale: from an indicator's own unit and direction to points, of which more is better.

Every method here takes `base`, the rows its statistics are taken from, when they are others than the values': with the
rows of one year, every year is scaled the way that year was, and years stay comparable.
"""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.registry import method
from mezon.methods.statistics import FLAT, count, deviation, highest, lowest, mean


@method("normalise/min-max")
def min_max(
    values: Values, base: Values | None = None, *, direction: Values, low: float = 0.0, high: float = 100.0
) -> Values:
    """Scale each column linearly so that the worst value seen becomes `low` and the best `high`.

        y = low + (high - low) * (x - min) / (max - min)          (direction 1)
        y = low + (high - low) * (max - x) / (max - min)          (direction -1)

    values : (..., rows, indicators), any unit a column; NaN = no value. direction : (indicators,), 1 or -1.
    base : the rows that extremes are taken from; None = `values`.
    Returns : the same shape in points; NaN stays NaN, and a column without spread is all NaN: it ranks nobody.
    Source : OECD/JRC Handbook (2008), step 5 "Normalisation".
    """
    seen = values if base is None else base
    return _scaled(values, lowest(seen)[..., None, :], highest(seen)[..., None, :], direction, low, high)


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
    goalposts : (..., 2, indicators), the lower and the upper one, on the scale of `values`; with an axis more than
        `values`, (..., 2, rows, indicators), each row has its own (goalposts by group).
    clip : values beyond the goalposts count as at them.
    Returns : the same shape in points; a column whose goalposts are missing or do not rise is all NaN.
    Source : OECD/JRC Handbook (2008), step 5; UNDP, Human Development Report 2023-24, technical note 1.
    """
    posts = goalposts if goalposts.ndim > values.ndim else goalposts[..., None, :]
    scaled = _scaled(values, posts[..., 0, :, :], posts[..., 1, :, :], direction, low, high)
    return np.clip(scaled, min(low, high), max(low, high)) if clip else scaled


@method("normalise/z-score")
def z_score(
    values: Values,
    base: Values | None = None,
    *,
    direction: Values,
    mean: float = 0.0,
    sd: float = 1.0,
    ddof: int = 1,
) -> Values:
    """Standardise each column to a mean and a standard deviation.

        y = mean + sd * direction * (x - mean of x) / s,      s with n - ddof

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    base : the rows that the statistics are taken from; None = `values`.
    Returns : the same shape; NaN stays NaN, and a column without spread, or with n <= ddof, is all NaN.
    Source : OECD/JRC Handbook (2008), step 5 "Standardisation", table 15 (sample deviation); COINr's `n_zscore`.
    """
    seen = values if base is None else base
    spread = deviation(seen, ddof=ddof)
    size = np.maximum(np.abs(lowest(seen)), np.abs(highest(seen)))
    spread = np.where(spread > FLAT * size, spread, np.nan)[..., None, :]
    return mean + sd * direction * (values - _mean(seen)[..., None, :]) / spread


@method("normalise/scaled")
def scaled(values: Values, *, direction: Values, low: float = 0.0, high: float = 100.0) -> Values:
    """Read each value as points between two given numbers, the same for all columns, from 0 to 100.

        y = 100 * (x - low) / (high - low)             (direction -1: 100 - y)

    values : (..., rows, indicators); NaN = no value. direction : (indicators,), 1 or -1.
    Returns : the same shape; nothing is clipped; all NaN where `low` and `high` are the same.
    Source : Global Innovation Index 2020 for scores and survey answers; COINr's `n_scaled`.
    """
    span = high - low
    share = (values - low) / (span if span else np.nan)
    return 100.0 * np.where(direction < 0, 1.0 - share, share)


def percentiles(values: Values, shares: Values) -> Values:
    """Percentiles of each column, each column its own two: linear between neighbours (type 7 of Hyndman and Fan).

    values : (..., rows, indicators); NaN = no value. shares : (2, indicators), from 0 to 100.
    Returns : (..., 2, indicators); NaN where there is no value, or no share.
    Source : Hyndman and Fan (1996); numpy.nanpercentile.
    """
    if values.shape[-2] == 0:
        return np.full((*values.shape[:-2], *shares.shape), np.nan)
    ordered = np.sort(values, axis=-2)
    last = np.maximum(count(values) - 1, 0)
    place = np.nan_to_num(shares) / 100 * last[..., None, :]
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, last[..., None, :].astype(np.intp))
    low, high = np.take_along_axis(ordered, below, -2), np.take_along_axis(ordered, above, -2)
    return np.where(np.isnan(shares), np.nan, low + (high - low) * (place - below))


_mean = mean


def _scaled(values: Values, least: Values, most: Values, direction: Values, low: float, high: float) -> Values:
    span = most - least
    rises = span > FLAT * np.maximum(np.abs(least), np.abs(most))
    share = (values - least) / np.where(rises, span, np.nan)
    return low + (high - low) * np.where(direction < 0, 1.0 - share, share)
