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


@method("round/half-even")
def half_even(values: Values, *, digits: int = 0) -> Values:
    """Round to `digits` decimals, a half to the even digit, as its decimal digits read.

    A value within 1e-9 of the last digit kept (or four units of the last binary place) of a half counts as a half, so
    2.675 becomes 2.68 and 2.665 becomes 2.66 whatever the nearest binary numbers are.
    values : any shape; NaN = no value, and stays so.
    Source : IEEE 754 "ties to even"; ISO 80000-1, annex B, rule A.
    """
    scale = 10.0**digits
    size = np.abs(values) * scale
    guard = np.maximum(GUARD, 4 * np.finfo(np.float64).eps * size)
    below = np.floor(size)
    half = np.abs(size - below - 0.5) <= guard
    even = below + np.mod(below, 2)
    return np.asarray(np.copysign(np.where(half, even, np.rint(size)) / scale, values), dtype=np.float64)
