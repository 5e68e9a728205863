"""Transforms: one value in, one value out. The engine applies them to an indicator's goalposts as well."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.registry import method


@method("transform/log")
def log(values: Values) -> Values:
    """Take the natural logarithm, so that equal ratios become equal distances.

    values : any shape; NaN = no value. Returns : ln x; NaN where x <= 0, for it has no logarithm.
    Source : OECD/JRC Handbook (2008), step 5.
    """
    return np.log(np.where(values > 0, values, np.nan))


@method("transform/reciprocal")
def reciprocal(values: Values) -> Values:
    """Take 1 / x, which turns "per" round and with it the direction.

    values : any shape; NaN = no value. Returns : 1 / x; NaN where x <= 0, for there the order would not turn round.
    """
    return 1.0 / np.where(values > 0, values, np.nan)


@method("transform/square-root")
def square_root(values: Values) -> Values:
    """Take the square root, milder than a logarithm and defined at zero.

    values : any shape; NaN = no value. Returns : sqrt x; NaN where x < 0.
    """
    return np.sqrt(np.where(values >= 0, values, np.nan))


@method("transform/cap")
def cap(values: Values, *, low: float | None = None, high: float | None = None) -> Values:
    """Pull values beyond a bound back to it.

    values : any shape; NaN = no value, and stays so. low, high : in the unit of the values; None = no bound.
    Returns : min(max(x, low), high). Goalposts are not capped: a cap says what counts, not where the scale ends.
    """
    floor = -np.inf if low is None else low
    ceiling = np.inf if high is None else high
    return np.minimum(np.maximum(values, floor), ceiling)
