"""Imputation along a unit's own series: nothing is borrowed from another unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method

Places = npt.NDArray[np.intp]


@method("impute/linear")
def linear(values: Values, *, times: Values, max_gap: int | None = None) -> Values:
    """Fill a gap inside a series along the straight line between the values on its two sides.

        y(t) = y0 + (y1 - y0) * (t - t0) / (t1 - t0)

    values : (..., units, periods, indicators); NaN = no value. times : (periods,), the ordinals of the periods.
    max_gap : the longest gap that is filled, in periods without a value; None = no limit.
    Returns : the same shape; ends of a series and longer gaps stay NaN.
    Source : OECD/JRC Handbook (2008), step 3; methods.md M2.1.
    """
    if not len(times):
        return values.copy()
    series, seen = _along_time(values)
    before, after = _last_seen(seen), _next_seen(seen)
    inside = ~seen & (before >= 0) & (after < len(times))
    low, high = np.maximum(before, 0), np.minimum(after, len(times) - 1)
    span = np.where(inside, times[high] - times[low], 1.0)
    if max_gap is not None:
        inside &= span - 1 <= max_gap
    start, end = np.take_along_axis(series, low, -1), np.take_along_axis(series, high, -1)
    line = start + (end - start) * (times - times[low]) / span
    return _back(np.where(inside, line, series))


@method("impute/last")
def last(values: Values, *, times: Values, max_age: int | None = None) -> Values:
    """Carry the last value of a series forward.

    values : (..., units, periods, indicators); NaN = no value. times : (periods,), the ordinals of the periods.
    max_age : how many periods old a carried value may be; None = no limit.
    Returns : the same shape; what comes before the first value, or is too old, stays NaN.
    Source : OECD/JRC Handbook (2008), step 3; methods.md M2.1.
    """
    if not len(times):
        return values.copy()
    series, seen = _along_time(values)
    before = _last_seen(seen)
    low = np.maximum(before, 0)
    carried = ~seen & (before >= 0)
    if max_age is not None:
        carried &= times - times[low] <= max_age
    return _back(np.where(carried, np.take_along_axis(series, low, -1), series))


@method("impute/linear-constant")
def linear_constant(values: Values, *, times: Values) -> Values:
    """Fill gaps inside a series along a straight line, and its ends with the nearest value.

    values : (..., units, periods, indicators); NaN = no value. times : (periods,), the ordinals of the periods.
    Returns : the same shape; a series with one value is that value throughout, one without any stays empty.
    Source : OECD/JRC Handbook (2008), step 3; COINr's `impute_panel(imp_type = "linear-constant")`.
    """
    forward = last(linear(values, times=times), times=times)
    return last(forward[..., ::-1, :], times=-times[::-1])[..., ::-1, :].copy()


def _along_time(values: Values) -> tuple[Values, Mask]:
    series = np.moveaxis(values, -2, -1)
    return series, ~np.isnan(series)


def _back(series: Values) -> Values:
    return np.ascontiguousarray(np.moveaxis(series, -1, -2))


def _last_seen(seen: Mask) -> Places:
    return _accumulated(np.maximum.accumulate, np.where(seen, np.arange(seen.shape[-1]), -1))


def _next_seen(seen: Mask) -> Places:
    length = seen.shape[-1]
    reversed_places = np.where(seen, np.arange(length), length)[..., ::-1]
    return _accumulated(np.minimum.accumulate, reversed_places)[..., ::-1]


def _accumulated(accumulate: Callable[..., Places], places: Places) -> Places:
    return accumulate(places, axis=-1)
