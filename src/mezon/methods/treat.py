"""Outlier treatment: the two-stage rule of the JRC, with bias-corrected skewness and kurtosis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mezon.errors import WrongUse
from mezon.methods import transform
from mezon.methods.arrays import Mask, Values
from mezon.methods.registry import method
from mezon.methods.statistics import has_outliers, skewness


@dataclass(frozen=True, slots=True)
class Treated:
    """Treated values, and what was done: `points` moved and whether `logged`, (..., indicators) each.

    `still` : columns that fail the rule after all that the settings allow.
    """

    values: Values
    points: npt.NDArray[np.int64]
    logged: Mask
    still: Mask


@method("treat/winsorise")
def winsorise(
    values: Values,
    *,
    skew: float = 2.0,
    kurtosis: float = 3.5,
    max_points: int | str = 5,
    min_n: int = 0,
    then: str = "none",
) -> Treated:
    """Pull the most extreme points of a skewed, heavy-tailed column to the next value, one at a time.

    A column is treated while |G1| > `skew` and G2 > `kurtosis`: the k points furthest out on the side of the skew take
    the value of point k + 1, for k = 1, 2, ... up to `max_points`. If it fails even then, `then = "log"` takes the
    logarithm of the untreated column instead (where all its values are above zero); `then = "none"` keeps it
    winsorised.

    values : (..., rows, indicators); NaN = no value.
    max_points : a number, or a share of the column's values such as "5%" (rounded down, at least 1).
    min_n : with fewer values than this a column is left as it is.
    Returns : Treated. Raises : WrongUse for a `then` or `max_points` it does not know.
    Source : OECD/JRC Handbook (2008), step 3; JRC, COIN Tool user's guide (2019); methods.md M2.2.
    """
    if then not in {"none", "log"}:
        raise WrongUse(f"treat/winsorise does not know then={then!r}.", hint='Write then = "none" or "log".')
    if values.shape[-2] == 0:
        empty = np.zeros(values.shape[:-2] + values.shape[-1:], dtype=np.int64)
        return Treated(values.copy(), empty, empty > 0, empty > 0)
    shape = values.shape[:-2] + values.shape[-1:]
    columns = np.ascontiguousarray(np.moveaxis(values, -2, -1)).reshape(-1, values.shape[-2])
    treated, points = columns.copy(), np.zeros(len(columns), dtype=np.int64)
    logged, still = np.zeros(len(columns), dtype=bool), np.zeros(len(columns), dtype=bool)
    failing = has_outliers(columns.T, skew=skew, kurtosis_limit=kurtosis)
    failing &= (~np.isnan(columns)).sum(axis=1) >= min_n
    places = np.flatnonzero(failing)
    treated[places], points[places] = _winsorised(columns[places], skew=skew, kurtosis=kurtosis, limit=max_points)
    still[places] = has_outliers(treated[places].T, skew=skew, kurtosis_limit=kurtosis)
    if then == "log":
        logged = still & (np.where(np.isnan(columns), np.inf, columns).min(axis=1) > 0)
        treated[logged], points[logged] = transform.log(columns[logged]), 0
        still[logged] = has_outliers(treated[logged].T, skew=skew, kurtosis_limit=kurtosis)
    back = np.moveaxis(treated.reshape(*shape, values.shape[-2]), -1, -2)
    return Treated(back, points.reshape(shape), logged.reshape(shape), still.reshape(shape))


@method("treat/log")
def log(values: Values) -> Values:
    """Take the natural logarithm of every value, whatever its skewness.

    values : (..., rows, indicators); NaN = no value. Returns : ln x; NaN where x <= 0.
    Source : OECD/JRC Handbook (2008), step 3.
    """
    return transform.log(values)


def allowed_points(max_points: int | str, n: int) -> int:
    """Read `max_points`: a number, or a share of `n` such as "5%", which allows at least one.

    Raises : WrongUse when it is neither.
    """
    text = str(max_points).strip()
    try:
        if text.endswith("%"):
            return max(1, int(n * float(text[:-1]) / 100 + 1e-9))
        return int(text)
    except ValueError:
        raise WrongUse(f"max_points={max_points!r} is no number.", hint='Write 5, or a share such as "5%".') from None


def _winsorised(
    columns: Values, *, skew: float, kurtosis: float, limit: int | str
) -> tuple[Values, npt.NDArray[np.int64]]:
    """Move as few points of each column as pass the rule, or all that are allowed; say how many.

    columns : (columns, rows). Sorted from the side of the skew inwards, so that moving k points is one assignment.
    """
    side = np.where(skewness(columns.T) > 0, 1.0, -1.0)[:, None]
    order = np.argsort(-side * columns, axis=1, kind="stable")
    ordered = np.take_along_axis(columns, order, 1)
    n = (~np.isnan(columns)).sum(axis=1)
    allowed = np.array([min(allowed_points(limit, int(each)), int(each) - 1) for each in n], dtype=np.int64)
    moved, open_ = np.zeros(len(columns), dtype=np.int64), np.flatnonzero(allowed > 0)
    while len(open_):
        moved[open_] += 1
        trial = _moved_to_next(ordered[open_], moved[open_])
        passed = ~has_outliers(trial.T, skew=skew, kurtosis_limit=kurtosis)
        open_ = open_[~passed & (moved[open_] < allowed[open_])]
    result = np.empty_like(columns)
    np.put_along_axis(result, order, _moved_to_next(ordered, moved), 1)
    return result, moved


def _moved_to_next(ordered: Values, moved: npt.NDArray[np.int64]) -> Values:
    """Give the first `moved` values of each row the value that follows them."""
    following = np.take_along_axis(ordered, moved[:, None], 1)
    return np.where(np.arange(ordered.shape[1]) < moved[:, None], following, ordered)
