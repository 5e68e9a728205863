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
    """Give the band in which the next value of a series is no surprise: near its past, or as far on as it ever went.

        level  = t'(median t(b) -+ far * max(1.4826 MAD t(b), 0.05 s))
        step   = t'(t(b_n) + median d -+ far * max(1.4826 MAD d, 0.05 s)), d_i = t(b_i) - t(b_i-1)
        low, high = the ends of both taken together

    t, s and t' (the inverse of t) as in `robust_z`: logarithms where all b are positive. A series that grows leaves its
    level behind, but goes on by steps like those before; one that swings about its level has wide steps.
    before : b, shape (periods,), in order of time, one unit of measure; NaN = not observed, left out.
    Returns : low and high in the same unit; NaN for both where fewer than `fewest` values were observed.
    """
    centre, spread, is_log = _past(before, fewest=fewest, positive=True)
    if np.isnan(centre):
        return centre, centre
    seen = np.asarray(before, dtype=np.float64)
    seen = seen[np.isfinite(seen)]
    values = np.log(seen) if is_log else seen
    steps = np.diff(values)
    stride = float(np.median(steps))
    floor = LEAST_SPREAD * (1.0 if is_log else abs(centre))
    unrest = max(CONSISTENT * float(np.median(np.abs(steps - stride))), floor)
    onward = float(values[-1]) + stride
    low = min(centre - far * spread, onward - far * unrest)
    high = max(centre + far * spread, onward + far * unrest)
    if is_log:
        # Beyond e^700 there are no numbers; a past that wild expects anything.
        return float(np.exp(max(low, -700.0))), float(np.exp(min(high, 700.0)))
    return low, high


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
