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
    columns = np.ascontiguousarray(np.moveaxis(values, -2, -1)).reshape(-1, values.shape[-2])
    failing = has_outliers(columns.T, skew=skew, kurtosis_limit=kurtosis)
    points, logged = np.zeros(len(columns), dtype=np.int64), np.zeros(len(columns), dtype=bool)
    treated, still = columns.copy(), np.zeros(len(columns), dtype=bool)
    for place in np.flatnonzero(failing & ((~np.isnan(columns)).sum(axis=1) >= min_n)):
        column, points[place] = _winsorised(columns[place], skew=skew, kurtosis=kurtosis, limit=max_points)
        if then == "log" and _fails(column, skew, kurtosis) and np.nanmin(columns[place]) > 0:
            column, points[place], logged[place] = transform.log(columns[place]), 0, True
        treated[place], still[place] = column, _fails(column, skew, kurtosis)
    shape = values.shape[:-2] + values.shape[-1:]
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


def _winsorised(column: Values, *, skew: float, kurtosis: float, limit: int | str) -> tuple[Values, int]:
    """Give the column with as few points moved as pass the rule, or with all that are allowed, and how many those are."""
    n = int((~np.isnan(column)).sum())
    most = min(allowed_points(limit, n), n - 1)
    if most < 1:
        return column, 0
    side = 1.0 if skewness(column[:, None])[0] > 0 else -1.0
    order = np.argsort(-side * column, kind="stable")
    trials = np.tile(column[:, None], (1, most))
    for moved in range(1, most + 1):
        trials[order[:moved], moved - 1] = column[order[moved]]
    passing = np.flatnonzero(~has_outliers(trials, skew=skew, kurtosis_limit=kurtosis))
    chosen = int(passing[0]) if len(passing) else most - 1
    return trials[:, chosen].copy(), chosen + 1


def _fails(column: Values, skew: float, kurtosis: float) -> bool:
    return bool(has_outliers(column[:, None], skew=skew, kurtosis_limit=kurtosis)[0])
