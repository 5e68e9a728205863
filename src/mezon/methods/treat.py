"""Outlier treatment: the two-stage rule of the JRC, with bias-corrected skewness and kurtosis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.errors import WrongUse
from mezon.methods import treat_curve
from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method
from mezon.methods.statistics import has_outliers, skewness
from mezon.methods.treat_curve import log

#: What may follow when winsorising is not enough.
CURVES = {
    "log": log,
    "log-shifted": treat_curve.log_shifted,
    "box-cox": treat_curve.box_cox,
}

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Treated:
    """Treated values, and what was done: `points` moved and whether `curved`, (..., indicators) each.

    `curved` : columns whose untreated values went through the curve of `then`. `still` : columns that fail the rule
    after all that the settings allow.
    """

    values: Values
    points: Counts
    curved: Mask
    still: Mask


@method("treat/winsorise")
def winsorise(
    values: Values,
    *,
    skew: float = 2.0,
    kurtosis: float = 3.5,
    max_points: int | float | str = 5,
    min_n: int = 0,
    then: str = "none",
) -> Treated:
    """Pull the most extreme points of a skewed, heavy-tailed column to the next value, one at a time.

    A column is treated while |G1| > `skew` and G2 > `kurtosis`: the point furthest out on the side of the skew (looked
    at afresh each time) takes the value of the next one, up to `max_points` points. If it fails even then, `then`
    sends the untreated column through a curve instead: "log" (where all its values are above zero), "log-shifted",
    "box-cox" (above zero); "none" keeps it winsorised.

    values : (..., rows, indicators); NaN = no value.
    max_points : a number, or a share of the column's values such as "5%" or 0.05 (rounded down, at least 1).
    min_n : with fewer values than this a column is left as it is.
    Returns : Treated. Raises : WrongUse for a `then` or `max_points` it does not know.
    Source : OECD/JRC Handbook (2008), step 3; JRC, COIN Tool user's guide (2019); COINr's `Treat`; methods.md M2.2.
    """
    if then != "none" and then not in CURVES:
        raise WrongUse(
            f"treat/winsorise does not know then={then!r}.", hint=f"Write then = one of: none, {', '.join(CURVES)}."
        )
    if values.shape[-2] == 0:
        empty = np.zeros(values.shape[:-2] + values.shape[-1:], dtype=np.int64)
        return Treated(values.copy(), empty, empty > 0, empty > 0)
    shape = values.shape[:-2] + values.shape[-1:]
    columns = np.ascontiguousarray(np.moveaxis(values, -2, -1)).reshape(-1, values.shape[-2])
    treated, points = columns.copy(), np.zeros(len(columns), dtype=np.int64)
    curved, still = np.zeros(len(columns), dtype=bool), np.zeros(len(columns), dtype=bool)
    failing = has_outliers(columns.T, skew=skew, kurtosis_limit=kurtosis)
    places = np.flatnonzero(failing & ((~np.isnan(columns)).sum(axis=1) >= min_n))
    treated[places], points[places] = _winsorised(columns[places], skew=skew, kurtosis=kurtosis, limit=max_points)
    still[places] = has_outliers(treated[places].T, skew=skew, kurtosis_limit=kurtosis)
    if then != "none":
        curved = still & _fits(columns, then)
        treated[curved], points[curved] = CURVES[then](columns[curved].T).T, 0
        still[curved] = has_outliers(treated[curved].T, skew=skew, kurtosis_limit=kurtosis)
    back = np.moveaxis(treated.reshape(*shape, values.shape[-2]), -1, -2)
    return Treated(back, points.reshape(shape), curved.reshape(shape), still.reshape(shape))


def allowed_points(max_points: int | float | str, n: int) -> int:
    """Read `max_points`: a number, or a share of `n` such as "5%" or 0.05, which allows at least one.

    Raises : WrongUse when it is neither.
    """
    text = str(max_points).strip()
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise WrongUse(f"max_points={max_points!r} is no number.", hint='Write 5, or a share such as "5%".') from None
    if text.endswith("%") or 0 < share < 1:
        return max(1, int(n * share + 1e-9))
    return int(share)


def _fits(columns: Values, then: str) -> Mask:
    """Say of each column whether the curve is defined for all its values."""
    if then == "log-shifted":
        return np.ones(len(columns), dtype=bool)
    return np.asarray(np.where(np.isnan(columns), np.inf, columns).min(axis=1) > 0, dtype=bool)


def _winsorised(columns: Values, *, skew: float, kurtosis: float, limit: int | float | str) -> tuple[Values, Counts]:
    """Move as few points of each column as pass the rule, or all that are allowed; say how many changed.

    columns : (columns, rows). Sorted once; moving points is cutting off at another place of the sorted column.
    """
    ordered = np.sort(columns, axis=1)
    n = (~np.isnan(columns)).sum(axis=1)
    allowed = np.array([min(allowed_points(limit, int(each)), int(each) - 1) for each in n], dtype=np.int64)
    low, high = np.zeros(len(columns), dtype=np.int64), np.zeros(len(columns), dtype=np.int64)
    open_ = np.flatnonzero(allowed > 0)
    while len(open_):
        upwards = skewness(_cut(columns[open_], ordered[open_], low[open_], n[open_] - 1 - high[open_]).T) >= 0
        high[open_] += upwards
        low[open_] += ~upwards
        trial = _cut(columns[open_], ordered[open_], low[open_], n[open_] - 1 - high[open_])
        failing = has_outliers(trial.T, skew=skew, kurtosis_limit=kurtosis)
        open_ = open_[failing & ((low + high)[open_] < allowed[open_])]
    result = _cut(columns, ordered, low, n - 1 - high)
    moved = (result != columns) & ~np.isnan(columns)
    return result, moved.sum(axis=1).astype(np.int64)


def _cut(columns: Values, ordered: Values, low: Counts, high: Counts) -> Values:
    """Bring every value of a row between the values at two places of the sorted row."""
    floor = np.take_along_axis(ordered, low[:, None], 1)
    ceiling = np.take_along_axis(ordered, np.maximum(high, 0)[:, None], 1)
    return np.minimum(np.maximum(columns, floor), ceiling)
