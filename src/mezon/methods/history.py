"""A value against its own past: the robust z-score, and the band in which the next value is expected.

Median and median absolute deviation are not moved by the odd value among those before, as mean and standard deviation
are. Series that are positive throughout are compared by their logarithms, so that steady growth is no alarm.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
#: Beyond so many robust standard deviations a value is far from its past (Iglewicz and Hoaglin 1993).
FAR = 3.5
#: Fewer values than this are no past.
FEWEST = 4
#: No past is steadier than this: 5 % of its level.
LEAST_SPREAD = 0.05
#: The standard deviation of normal values is so many times their median absolute deviation.
CONSISTENT = 1.4826


def robust_z(value: float, before: Values, *, fewest: int = FEWEST) -> float:
    """Say how many robust standard deviations a value lies from the values before.

        z = (t(x) - median t(b)) / max(1.4826 MAD t(b), 0.05 s)

    t is the natural logarithm and s = 1 where x and all b are positive; else t is the identity and s = |median b|.
    value : x. before : b, shape (periods,), one unit of measure; NaN = not observed, left out.
    Returns : z; NaN where fewer than `fewest` values were observed; infinite where the past is zero throughout.
    Source : B. Iglewicz and D. C. Hoaglin (1993), How to Detect and Handle Outliers, section 3; the floor is ours.
    """
    centre, spread, is_log = _past(before, fewest=fewest, positive=value > 0)
    if np.isnan(centre):
        return float("nan")
    distance = (np.log(value) if is_log else value) - centre
    if spread > 0:
        return float(distance / spread)
    return float(np.copysign(np.inf, distance)) if distance else 0.0


def history_band(before: Values, *, far: float = FAR, fewest: int = FEWEST) -> tuple[float, float]:
    """Give the band in which the next value of one series is no surprise; see `history_bands`.

    before : shape (periods,). Returns : low and high in the same unit; NaN for both where too few were observed.
    """
    low, high = history_bands(np.asarray(before, dtype=np.float64)[None, :], far=far, fewest=fewest)
    return float(low[0]), float(high[0])


def history_bands(before: Values, *, far: float = FAR, fewest: int = FEWEST) -> tuple[Values, Values]:
    """Give the bands in which the next values of series are no surprise: near the past, or as far on as it ever went.

        level  = t'(median t(b) -+ far * max(1.4826 MAD t(b), 0.05 s))
        step   = t'(t(b_n) + median d -+ far * max(1.4826 MAD d, 0.05 s)), d_i = t(b_i) - t(b_i-1)
        low, high = the ends of both taken together

    t, s and t' (the inverse of t) as in `robust_z`: logarithms where all b are positive. A series that grows leaves its
    level behind, but goes on by steps like those before; one that swings about its level has wide steps.
    before : b, shape (series, periods), in order of time, one unit of measure a row; NaN = not observed, left out.
    Returns : low and high, shape (series,), in the same unit; NaN where fewer than `fewest` values were observed.
    """
    seen = np.isfinite(before)
    # Observed values to the left, in their order; NaN behind.
    order = np.argsort(~seen, axis=1, kind="stable")
    values = np.where(np.take_along_axis(seen, order, axis=1), np.take_along_axis(before, order, axis=1), np.nan)
    count = seen.sum(axis=1)
    is_log = np.all(~seen | (before > 0), axis=1)
    values[is_log] = np.log(values[is_log])
    enough = count >= max(fewest, 2)
    low, high = np.full(count.shape, np.nan), np.full(count.shape, np.nan)
    if not enough.any():
        return low, high
    values, count, is_log = values[enough], count[enough], is_log[enough]
    centre = _median(values)
    floor = LEAST_SPREAD * np.where(is_log, 1.0, np.abs(centre))
    spread = np.maximum(CONSISTENT * _median(np.abs(values - centre[:, None])), floor)
    steps = np.diff(values, axis=1)
    stride = _median(steps)
    unrest = np.maximum(CONSISTENT * _median(np.abs(steps - stride[:, None])), floor)
    onward = np.take_along_axis(values, count[:, None] - 1, axis=1)[:, 0] + stride
    below = np.minimum(centre - far * spread, onward - far * unrest)
    above = np.maximum(centre + far * spread, onward + far * unrest)
    # Beyond e^700 there are no numbers; a past that wild expects anything.
    low[enough] = np.where(is_log, np.exp(np.clip(below, -700, 700)), below)
    high[enough] = np.where(is_log, np.exp(np.clip(above, -700, 700)), above)
    return low, high


def _median(rows: Values) -> Values:
    """Give the median of each row's finite values; every row has one."""
    ordered = np.sort(rows, axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    middle = np.stack([(count - 1) // 2, count // 2], axis=1)
    result: Values = np.take_along_axis(ordered, middle, axis=1).mean(axis=1)
    return result


def _past(before: Values, *, fewest: int, positive: bool) -> tuple[float, float, bool]:
    """Give centre and spread of a past, and whether by logarithms; NaN where there is none."""
    seen = np.asarray(before, dtype=np.float64)
    seen = seen[np.isfinite(seen)]
    if seen.size < fewest:
        return float("nan"), float("nan"), False
    is_log = positive and bool((seen > 0).all())
    values = np.log(seen) if is_log else seen
    centre = float(np.median(values))
    floor = LEAST_SPREAD * (1.0 if is_log else abs(centre))
    return centre, max(CONSISTENT * float(np.median(np.abs(values - centre))), floor), is_log
