"""Rounding as published indices do it. It is a step, because some round between steps."""

from __future__ import annotations

import numpy as np

from mezon.methods.arrays import Values
from mezon.methods.registry import method

#: How far below a half still counts as a half: decimal halves are seldom binary ones.
GUARD = 1e-9


@method("round/half-up")
def half_up(values: Values, *, digits: int = 0) -> Values:
    """Round to `digits` decimals, a half away from zero, as its decimal digits read.

        y = sign x * floor(|x| * 10^d + 1/2 + guard) / 10^d

    The guard (1e-9 of the last digit kept, or four units of the last binary place where that is more) makes 2.675 a
    half although the nearest binary number lies below it.
    values : any shape; NaN = no value, and stays so.
    Source : UNDP, Human Development Report 2023-24 (published indices reproduce only so).
    """
    scale = 10.0**digits
    size = np.abs(values) * scale
    guard = np.maximum(GUARD, 4 * np.finfo(np.float64).eps * size)
    return np.asarray(np.copysign(np.floor(size + 0.5 + guard) / scale, values), dtype=np.float64)
